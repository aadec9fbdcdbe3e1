//! The digest of an import.

use super::Commit;
use super::digest::{COMMIT_PREFIX, DIGEST_PREFIX, DIGEST_SUFFIX, split_digest};

/// The BLAKE3 digest of an import. It covers each line's digest and a line feed, or the whole line
/// and a line feed where a line has no digest (format 1). It also covers the commit line up to the
/// digest itself.
pub(super) struct ImportDigest(blake3::Hasher);

impl ImportDigest {
    pub(super) fn new() -> Self {
        Self(blake3::Hasher::new())
    }

    /// Adds a line of the import, exactly as written.
    pub(super) fn add_line(&mut self, line: &str) {
        self.add_text(split_digest(line).map_or(line, |(_, digest)| digest).as_bytes());
    }

    /// Adds the digest of a line, or a whole line that has none.
    pub(super) fn add_text(&mut self, text: &[u8]) {
        self.0.update(text);
        self.0.update(b"\n");
    }

    /// Returns the digest, and resets the state for the next import.
    pub(super) fn finish(&mut self, commit_line: &str) -> String {
        let covered = split_digest(commit_line).map_or(commit_line, |(covered, _)| covered);
        self.0.update(covered.as_bytes());
        let digest = self.0.finalize().to_hex().to_string();
        self.0.reset();
        digest
    }

    /// Returns the commit line, and the digest in it.
    pub(super) fn commit_line(&mut self, commit: &Commit) -> serde_json::Result<(String, String)> {
        let unsigned_line = format!("{COMMIT_PREFIX}{}", serde_json::to_string(commit)?);
        let digest = self.finish(&unsigned_line);
        Ok((format!("{unsigned_line}{DIGEST_PREFIX}{digest}{DIGEST_SUFFIX}"), digest))
    }
}
