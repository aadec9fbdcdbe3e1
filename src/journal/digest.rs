//! BLAKE3 digests of lines and imports, in hexadecimal.

/// Text between a line's covered part and its digest.
pub(super) const DIGEST_PREFIX: &str = r#","digest":""#;

/// Text after the digest, which ends the line.
pub(super) const DIGEST_SUFFIX: &str = r#""}"#;

/// Beginning of a commit line. No other line begins with it.
pub(super) const COMMIT_PREFIX: &str = r#"{"commit":"#;

/// Splits a line into the text that its digest covers and the digest that it states. Returns `None`
/// for a line of format 1.
///
/// The digest is always a member of the outermost object: after a member of an inner object, the
/// line would end with two braces, and quotes within texts are escaped.
pub(crate) fn split_digest(line: &str) -> Option<(&str, &str)> {
    let (covered, stated) = line.strip_suffix(DIGEST_SUFFIX)?.rsplit_once(DIGEST_PREFIX)?;
    (!stated.contains('"')).then_some((covered, stated))
}

/// Returns the digest of the covered part of a line, in hexadecimal.
fn hex_digest(covered: &[u8]) -> String {
    blake3::hash(covered).to_hex().to_string()
}

/// Returns whether a line, as split by [`split_digest`], has the digest that it states.
pub(super) fn matches(covered: &str, stated: &str) -> bool {
    hex_digest(covered.as_bytes()) == stated
}

/// Appends the digest to the line that begins at `start` and is otherwise complete. Returns the
/// digest.
pub(super) fn append_digest(lines: &mut Vec<u8>, start: usize) -> String {
    // Remove the brace that closes the line.
    lines.pop();
    let digest = hex_digest(&lines[start..]);
    for text in [DIGEST_PREFIX, &digest, DIGEST_SUFFIX] {
        lines.extend_from_slice(text.as_bytes());
    }
    digest
}
