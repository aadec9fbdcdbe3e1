//! Bytes of the store: bincode, inside an envelope of a format byte and a checksum.
//! This is the only file that knows bincode.

use std::cell::RefCell;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Error, Result};

/// The format of what the store holds. Another number means: rebuild from the journal.
const FORMAT: u8 = 7;

/// The largest value that is decoded, in bytes.
pub(super) const LIMIT: usize = 512 * 1024 * 1024;

/// The length of the envelope.
pub(super) const HEADER: usize = 5;

fn config() -> impl bincode::config::Config {
    bincode::config::standard().with_limit::<LIMIT>()
}

/// So much of the room for encoding is kept, in bytes.
const KEPT: usize = 64 * 1024;

thread_local! {
    /// Where values are encoded before they take their place: to let each grow in its own takes longer.
    static ROOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Encodes a value that stands inside a page.
pub(crate) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    ROOM.with_borrow_mut(|room| {
        room.clear();
        let encoded = bincode::serde::encode_into_std_write(value, room, config());
        encoded.map_err(|error| Error::Store(format!("a value cannot be encoded: {error}")))?;
        let encoded = room.clone();
        room.shrink_to(KEPT);
        Ok(encoded)
    })
}

/// Decodes what [`encode`] made. Bytes left over are an error.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    match bincode::serde::borrow_decode_from_slice(bytes, config()) {
        Ok((value, read)) if read == bytes.len() => Ok(value),
        Ok(_) => Err(Error::Store("a value is longer than it should be".to_owned())),
        Err(error) => Err(undecoded(error)),
    }
}

/// Decodes what a value begins with: the first field of it.
pub(super) fn decode_first<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let decoded = bincode::serde::borrow_decode_from_slice(bytes, config());
    decoded.map(|(value, _)| value).map_err(undecoded)
}

fn undecoded(error: bincode::error::DecodeError) -> Error {
    Error::Store(format!("a value cannot be decoded: {error}"))
}

/// Keys with their values, in order.
pub(crate) type Items = Vec<(Vec<u8>, Vec<u8>)>;

/// The same, where others hold the bytes.
pub(super) type Borrowed<'a> = Vec<(&'a [u8], &'a [u8])>;

/// Puts a body with its envelope behind other bytes: the format, and the checksum of the rest and of
/// where it is to stand.
pub(super) fn seal(body: &[u8], at: u64, into: &mut Vec<u8>) {
    into.push(FORMAT);
    into.extend(checksum(body, at));
    into.extend(body);
}

/// The body in an envelope, which may be damaged or elsewhere: then its checksum does not hold.
pub(super) fn open(sealed: &[u8], at: u64) -> Result<&[u8]> {
    let damaged = |what: &str| Error::Store(format!("a block {what}"));
    let Some((header, body)) = sealed.split_at_checked(HEADER) else {
        return Err(damaged("is too short"));
    };
    if header[0] != FORMAT {
        return Err(damaged(&format!("has the format {}, not {FORMAT}", header[0])));
    }
    if header[1..] != checksum(body, at) {
        return Err(damaged("does not have the checksum that it states"));
    }
    Ok(body)
}

fn checksum(body: &[u8], at: u64) -> [u8; 4] {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&at.to_le_bytes());
    hasher.update(body);
    hasher.finalize().to_le_bytes()
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
            let _ = open(&bytes, 0);
        }
    }

    #[test]
    fn a_block_survives_and_every_changed_bit_is_found() {
        let mut sealed = Vec::new();
        seal(b"a body", 7, &mut sealed);
        assert_eq!(open(&sealed, 7).unwrap(), b"a body");
        assert!(open(&sealed, 8).is_err(), "it stands elsewhere");
        for bit in 0..sealed.len() * 8 {
            let mut damaged = sealed.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&damaged, 7).is_err(), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert!(open(&sealed[..length], 7).is_err());
        }
    }
}
