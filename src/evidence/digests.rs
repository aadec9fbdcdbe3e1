//! The digests that bind a version to its import, and that import to the latest one.

use serde::{Deserialize, Serialize};

use crate::archive::Snapshot;
use crate::index::VersionRow;
use crate::journal::{JournalEntry, JournalLine, split_digest};
use crate::{Result, StoreError};

/// The lines of one import, as far as its digest needs them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ImportDigests {
    /// Number of the import. For lost imports, the number of the last one.
    pub import: u64,
    /// Digests of the lines before the commit, joined: 64 hexadecimal digits each. Empty for an
    /// import whose lines have no digests (format 1).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub line_digests: String,
    /// The lines before the commit, verbatim, if they have no digests (format 1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
    /// The commit line, verbatim. For lost imports, the line that records the loss.
    pub commit: String,
}

impl ImportDigests {
    /// Adds a line before the commit.
    fn add_line(&mut self, line: &str, entry: &JournalEntry) {
        let digest = match entry {
            // An erased line keeps the digest of the version's line.
            JournalEntry::Erased(erased) => Some(erased.line_digest.as_str()),
            _ => split_digest(line).map(|(_, digest)| digest),
        };
        match digest {
            Some(digest) if self.lines.is_empty() => self.line_digests.push_str(digest),
            _ => self.lines.push(line.to_owned()),
        }
    }
}

/// The line of a version in the journal, and the digests from that line to the latest import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DigestEvidence {
    /// BLAKE3 of the source text, in hexadecimal.
    pub text: String,
    /// The version's line of the journal, verbatim.
    pub line: String,
    /// Number of that line in its import, counted from 1.
    pub line_number: u64,
    /// The import that added the version.
    pub import: ImportDigests,
    /// Digest of that import.
    pub import_digest: String,
    /// Number of the latest import.
    pub latest_import: u64,
    /// Digest of the latest import.
    pub latest_digest: String,
    /// The imports after that of the version, up to the latest. Empty if there are none, or if the
    /// chain was left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub later_imports: Vec<ImportDigests>,
}

/// Reads the lines that the digest of a version's import needs and, if `with_chain`, those of all
/// later imports.
pub(super) fn read_digests(
    snapshot: &Snapshot,
    version: &VersionRow,
    with_chain: bool,
) -> Result<DigestEvidence> {
    let view = snapshot.view();
    let missing = |number: u64| StoreError::missing(format!("import {number}"));
    let import = view.import(version.import)?.ok_or_else(|| missing(version.import))?;
    let start = view.entry_index(import.line)?.frame;
    let next = view.import(version.import + 1)?.filter(|_| !with_chain);
    let until = next.map(|next| view.entry_index(next.line)).transpose()?.map(|index| index.frame);
    let line_number = version.line.saturating_sub(import.line) + 1;
    let (mut line, mut current) = (String::new(), ImportDigests::default());
    let mut imports: Vec<ImportDigests> = Vec::new();
    let first = (version.import, import.commit.parent.as_str());
    let mut count = 0;
    snapshot.journal().read_imports(first, start, until, &mut |text, parsed| {
        if imports.is_empty() {
            count += 1;
        } else if !with_chain {
            return Ok(());
        }
        let number = match parsed {
            JournalLine::Entry(entry) => {
                if imports.is_empty() && count == line_number {
                    text.clone_into(&mut line);
                }
                current.add_line(text, &entry);
                return Ok(());
            }
            JournalLine::Commit(commit, _) => commit.import,
            JournalLine::Lost(lost) => lost.last,
        };
        let ended = std::mem::take(&mut current);
        imports.push(ImportDigests { import: number, commit: text.to_owned(), ..ended });
        Ok(())
    })?;
    if line.is_empty() || imports.is_empty() {
        let number = version.import;
        let problem = format!("the store contains another import {number} than the journal");
        return Err(StoreError::corrupt(problem));
    }
    let own = imports.remove(0);
    let end = snapshot.journal().end_position();
    Ok(DigestEvidence {
        text: blake3::Hash::from_bytes(version.digest).to_hex().to_string(),
        line,
        line_number,
        import: own,
        import_digest: import.digest,
        latest_import: end.import,
        latest_digest: end.digest.clone(),
        later_imports: imports,
    })
}
