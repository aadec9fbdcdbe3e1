//! Encodes values as bincode, and groups as zstd. The only file that calls bincode.

use std::cell::RefCell;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{Error, Result, StoreError};

/// Format of the store. A store of another format is rebuilt from the journal.
const FORMAT: u8 = 14;

/// Maximum decoded size of a group or a value, in bytes.
const MAX_DECODED_SIZE: usize = 512 * 1024 * 1024;

/// Size of a group's header, in bytes: the format, a CRC-32, and the unpacked size. The CRC-32
/// covers the group's key, the unpacked size and the compressed bytes.
const HEADER_SIZE: usize = 1 + 4 + 4;

/// zstd compression level. Higher levels take longer than the rest of a flush.
const COMPRESSION_LEVEL: i32 = 1;

fn config() -> impl bincode::config::Config {
    bincode::config::standard().with_limit::<MAX_DECODED_SIZE>()
}

/// Maximum size of the scratch buffer that is kept between two values, in bytes.
const MAX_SCRATCH_SIZE: usize = 64 * 1024;

thread_local! {
    /// Scratch buffer for encoding. Growing a new buffer for each value is slower.
    static SCRATCH: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    /// Reused decompressor. Creating one takes as long as unpacking a group.
    static DECOMPRESSOR: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Encodes a value.
pub(crate) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    SCRATCH.with_borrow_mut(|scratch| {
        scratch.clear();
        encode_into(scratch, value)?;
        let encoded = scratch.clone();
        scratch.shrink_to(MAX_SCRATCH_SIZE);
        Ok(encoded)
    })
}

/// Appends an encoded value.
pub(crate) fn encode_into<T: Serialize>(bytes: &mut Vec<u8>, value: &T) -> Result<()> {
    match bincode::serde::encode_into_std_write(value, bytes, config()) {
        Ok(_) => Ok(()),
        Err(error) => Err(StoreError::corrupt(format!("a value cannot be encoded: {error}"))),
    }
}

/// Decodes a value that [`encode`] returned. Trailing bytes are an error.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    decode_borrowed(bytes)
}

/// Decodes a value that [`encode`] returned, and that borrows texts from its encoded form. Trailing
/// bytes are an error.
pub(crate) fn decode_borrowed<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T> {
    match bincode::serde::borrow_decode_from_slice(bytes, config()) {
        Ok((value, read)) if read == bytes.len() => Ok(value),
        Ok(_) => Err(StoreError::corrupt("a value is longer than it should be")),
        Err(error) => Err(decode_error(error)),
    }
}

/// Decodes the beginning of a value, such as its first field. Trailing bytes are ignored.
pub(crate) fn decode_prefix<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let decoded = bincode::serde::borrow_decode_from_slice(bytes, config());
    decoded.map(|(value, _)| value).map_err(decode_error)
}

fn decode_error(error: bincode::error::DecodeError) -> Error {
    StoreError::corrupt(format!("a value cannot be decoded: {error}"))
}

/// A packer of groups, which reuses its compressor.
pub(super) struct Packer(zstd::bulk::Compressor<'static>);

impl Packer {
    pub(super) fn new() -> Result<Self> {
        zstd::bulk::Compressor::new(COMPRESSION_LEVEL)
            .map(Self)
            .map_err(compression_error("packed"))
    }

    /// Packs the group that is stored under the key `start`.
    pub(super) fn pack(&mut self, start: &[u8], group: &[u8]) -> Result<Vec<u8>> {
        let size =
            u32::try_from(group.len()).ok().filter(|size| *size as usize <= MAX_DECODED_SIZE);
        let size = size.ok_or_else(|| StoreError::corrupt("a group is too long"))?;
        let body = self.0.compress(group).map_err(compression_error("packed"))?;
        let mut packed = Vec::with_capacity(HEADER_SIZE + body.len());
        packed.push(FORMAT);
        packed.extend(checksum(start, size, &body));
        packed.extend(size.to_le_bytes());
        packed.extend(body);
        Ok(packed)
    }
}

/// Unpacks the group that is stored under the key `start`.
///
/// # Errors
/// When the group is damaged, has another format, or belongs to another key.
pub(super) fn unpack(start: &[u8], packed: &[u8]) -> Result<Vec<u8>> {
    let damaged = |what: &str| StoreError::corrupt(format!("a group {what}"));
    let Some((header, body)) = packed.split_first_chunk::<HEADER_SIZE>() else {
        return Err(damaged("is too short"));
    };
    let [format, a, b, c, d, size @ ..] = *header;
    if format != FORMAT {
        return Err(Error::Store(StoreError::OtherVersion));
    }
    let size = u32::from_le_bytes(size);
    if [a, b, c, d] != checksum(start, size, body) {
        return Err(damaged("does not have the checksum that it states"));
    }
    if size as usize > MAX_DECODED_SIZE {
        return Err(damaged("is too long"));
    }
    DECOMPRESSOR.with_borrow_mut(|decompressor| {
        let decompressor = match decompressor {
            Some(decompressor) => decompressor,
            None => decompressor
                .insert(zstd::bulk::Decompressor::new().map_err(compression_error("unpacked"))?),
        };
        decompressor.decompress(body, size as usize).map_err(compression_error("unpacked"))
    })
}

fn compression_error(action: &str) -> impl Fn(std::io::Error) -> Error {
    move |error| StoreError::corrupt(format!("a group cannot be {action}: {error}"))
}

fn checksum(start: &[u8], size: u32, body: &[u8]) -> [u8; 4] {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(start);
    hasher.update(&size.to_le_bytes());
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
        fn any_election_round_trips(election in strategy::election()) {
            let bytes = encode(&election).unwrap();
            prop_assert_eq!(decode::<Election>(&bytes).unwrap(), election);
        }

        #[test]
        fn decoding_any_bytes_does_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = decode::<Election>(&bytes);
            let _ = unpack(b"key", &bytes);
        }
    }

    #[test]
    fn a_group_round_trips_and_every_changed_bit_is_detected() {
        let packed = Packer::new().unwrap().pack(b"key", b"a group").unwrap();
        assert_eq!(unpack(b"key", &packed).unwrap(), b"a group");
        assert!(unpack(b"another", &packed).is_err(), "it stands elsewhere");
        for bit in 0..packed.len() * 8 {
            let mut damaged = packed.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(unpack(b"key", &damaged).is_err(), "bit {bit}");
        }
        for length in 0..packed.len() {
            assert!(unpack(b"key", &packed[..length]).is_err());
        }
    }
}
