//! BLAKE3, in hexadecimal, of a line and of an import.

use super::Commit;

/// The text between a line and its digest, which covers everything before this text.
const MEMBER: &str = r#","digest":""#;

/// The text after the digest.
const END: &str = r#""}"#;

/// The beginning of a commit line, and of no other line.
pub(super) const COMMIT: &str = r#"{"commit":"#;

/// Splits a line into the text that its digest covers and the digest that it states. `None` for a line of format 1.
///
/// The digest is a member of the line's outermost object: one object ends behind it, and a quote within a text is escaped.
pub(super) fn split(line: &str) -> Option<(&str, &str)> {
    let (covered, stated) = line.strip_suffix(END)?.rsplit_once(MEMBER)?;
    (!stated.contains('"')).then_some((covered, stated))
}

/// Returns the digest of the text that a line's digest covers.
fn of(covered: &[u8]) -> String {
    blake3::hash(covered).to_hex().to_string()
}

/// Returns whether a line that [`split`] has split has the digest that it states.
pub(super) fn holds(covered: &str, stated: &str) -> bool {
    of(covered.as_bytes()) == stated
}

/// Appends the digest to a line that begins at `start` and is whole without it, and returns it.
pub(super) fn append(lines: &mut Vec<u8>, start: usize) -> String {
    // The brace that closes the line.
    lines.pop();
    let digest = of(&lines[start..]);
    for text in [MEMBER, &digest, END] {
        lines.extend_from_slice(text.as_bytes());
    }
    digest
}

/// BLAKE3 of an import: of each line's digest with a line end, or of the whole line with its line end where it has no
/// digest (format 1), and of the commit line up to where the digest itself begins.
pub(super) struct ImportDigest(blake3::Hasher);

impl ImportDigest {
    pub(super) fn new() -> Self {
        Self(blake3::Hasher::new())
    }

    /// Adds a line of the import, as it stands.
    pub(super) fn line(&mut self, line: &str) {
        self.add(split(line).map_or(line, |(_, digest)| digest).as_bytes());
    }

    /// Adds the digest of a line, or a line without one.
    pub(super) fn add(&mut self, text: &[u8]) {
        self.0.update(text);
        self.0.update(b"\n");
    }

    /// Returns the digest, ready for the next import.
    pub(super) fn finish(&mut self, commit_line: &str) -> String {
        let covered = split(commit_line).map_or(commit_line, |(covered, _)| covered);
        self.0.update(covered.as_bytes());
        let digest = self.0.finalize().to_hex().to_string();
        self.0.reset();
        digest
    }

    /// Returns the commit line and the digest in it.
    pub(super) fn commit(&mut self, commit: &Commit) -> serde_json::Result<(String, String)> {
        let open = format!("{COMMIT}{}", serde_json::to_string(commit)?);
        let digest = self.finish(&open);
        Ok((format!("{open}{MEMBER}{digest}{END}"), digest))
    }
}
