//! BLAKE3 digests of lines and imports, in hexadecimal.

/// Text between a line's covered part and its digest.
pub(super) const MEMBER: &str = r#","digest":""#;

/// Text after the digest, which ends the line.
pub(super) const END: &str = r#""}"#;

/// Beginning of a commit line. No other line begins with it.
pub(super) const COMMIT_PREFIX: &str = r#"{"commit":"#;

/// Splits a line into the text that its digest covers and the digest that it states. Returns `None`
/// for a line of format 1.
///
/// Only a member of the outermost object matches: a single object ends after it, and quotes within
/// texts are escaped.
pub(super) fn split(line: &str) -> Option<(&str, &str)> {
    let (covered, stated) = line.strip_suffix(END)?.rsplit_once(MEMBER)?;
    (!stated.contains('"')).then_some((covered, stated))
}

/// Returns the digest of the text that a line's digest covers.
fn of(covered: &[u8]) -> String {
    blake3::hash(covered).to_hex().to_string()
}

/// Returns whether a line, as split by [`split`], has the digest that it states.
pub(super) fn matches(covered: &str, stated: &str) -> bool {
    of(covered.as_bytes()) == stated
}

/// Appends the digest to the line that begins at `start` and is otherwise complete. Returns the
/// digest.
pub(super) fn append_digest(lines: &mut Vec<u8>, start: usize) -> String {
    // Remove the brace that closes the line.
    lines.pop();
    let digest = of(&lines[start..]);
    for text in [MEMBER, &digest, END] {
        lines.extend_from_slice(text.as_bytes());
    }
    digest
}
