//! The digest of a text.

/// Returns the BLAKE3 digest of a text.
pub(crate) fn text_digest(text: &str) -> [u8; 32] {
    *blake3::hash(text.as_bytes()).as_bytes()
}
