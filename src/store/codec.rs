//! Bytes of the store: bincode inside an envelope of a format byte and a checksum.
//! This is the only file that knows bincode.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Error, Result};

/// The format of what the store holds. Another number means: rebuild from the journal.
const FORMAT: u8 = 3;

/// The largest value that is decoded, in bytes.
const LIMIT: usize = 512 * 1024 * 1024;

const HEADER: usize = 5;

fn config() -> impl bincode::config::Config {
    bincode::config::standard().with_limit::<LIMIT>()
}

/// Encodes a value that stands inside a page.
pub(crate) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    let encoded = bincode::serde::encode_to_vec(value, config());
    encoded.map_err(|error| Error::Store(format!("a value cannot be encoded: {error}")))
}

/// Decodes what [`encode`] made. Bytes left over are an error.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    match bincode::serde::decode_from_slice(bytes, config()) {
        Ok((value, read)) if read == bytes.len() => Ok(value),
        Ok(_) => Err(Error::Store("a value is longer than it should be".to_owned())),
        Err(error) => Err(Error::Store(format!("a value cannot be decoded: {error}"))),
    }
}

/// Keys with their values, in order.
pub(crate) type Items = Vec<(Vec<u8>, Vec<u8>)>;

/// A page: the format, the checksum of the rest, and the items.
pub(crate) fn seal(items: &Items) -> Result<Vec<u8>> {
    let mut page = vec![0; HEADER];
    let encoded = bincode::encode_into_std_write(items, &mut page, config());
    encoded.map_err(|error| Error::Store(format!("a page cannot be encoded: {error}")))?;
    page[0] = FORMAT;
    let checksum = crc32fast::hash(&page[HEADER..]);
    page[1..HEADER].copy_from_slice(&checksum.to_le_bytes());
    Ok(page)
}

/// The items of a page, which may be damaged: then its checksum does not hold.
pub(crate) fn open(page: &[u8]) -> Result<Vec<(&[u8], &[u8])>> {
    let damaged = |what: &str| Error::Store(format!("a page {what}"));
    let Some((header, body)) = page.split_at_checked(HEADER) else {
        return Err(damaged("is too short"));
    };
    if header[0] != FORMAT {
        return Err(damaged(&format!("has the format {}, not {FORMAT}", header[0])));
    }
    if header[1..] != crc32fast::hash(body).to_le_bytes() {
        return Err(damaged("does not have the checksum that it states"));
    }
    match bincode::borrow_decode_from_slice(body, config()) {
        Ok((items, read)) if read == body.len() => Ok(items),
        _ => Err(damaged("cannot be decoded")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Election, strategy};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_election_survives(election in strategy::election()) {
            let bytes = encode(&election).unwrap();
            prop_assert_eq!(decode::<Election>(&bytes).unwrap(), election);
        }

        #[test]
        fn any_bytes_are_an_answer_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode::<Election>(&bytes);
            let _ = open(&bytes);
        }
    }

    #[test]
    fn a_page_survives_and_every_changed_bit_is_found() {
        let items = vec![(b"key".to_vec(), b"value".to_vec()), (b"other".to_vec(), Vec::new())];
        let page = seal(&items).unwrap();
        let opened = open(&page).unwrap().into_iter();
        let owned = opened.map(|(key, value)| (key.to_vec(), value.to_vec()));
        assert_eq!(owned.collect::<Items>(), items);
        for bit in 0..page.len() * 8 {
            let mut damaged = page.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&damaged).is_err(), "bit {bit}");
        }
        for length in 0..page.len() {
            assert!(open(&page[..length]).is_err());
        }
    }
}
