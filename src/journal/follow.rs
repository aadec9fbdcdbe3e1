//! Reads a journal that another process may be writing, and changes nothing in it.

use std::path::Path;
use std::sync::Arc;

use super::files::{file_length, file_numbers, last_file};
use super::frame::FrameReader;
use super::log::Journal;
use super::position::{Location, LogPosition};
use super::{JournalLine, JournalScan, acknowledged, digest};
use crate::disk::{SystemDisk, exists};
use crate::{Error, Result};

/// A journal up to the last import that can be read.
#[derive(Debug)]
pub(crate) struct FollowedJournal {
    pub(crate) journal: Journal,
    /// Damage that hides acknowledged imports.
    pub(crate) damage: Option<Error>,
    /// Number of later acknowledged imports, if these were left unread.
    pub(crate) left_out: Option<u64>,
}

impl Journal {
    /// Returns whether the journal in `folder` contains the import at `mark`, with the same end.
    ///
    /// # Errors
    /// When the journal cannot be read, or a line is of a newer format.
    pub(crate) fn has(folder: &Path, mark: &LogPosition) -> Result<bool> {
        Self::at(folder, LogPosition::default(), Arc::new(SystemDisk)).holds(mark)
    }

    /// Opens the journal in `folder`, which was read up to `known` before. Returns `None` if that
    /// import is missing, because the journal was replaced or repaired. Bytes after the last
    /// complete import are ignored, since an import may be in progress. If more than `most` bytes
    /// follow the import at `known`, they are left unread.
    ///
    /// # Errors
    /// When the journal cannot be read, or a line is of a newer format.
    pub(crate) fn follow(
        folder: &Path,
        known: &LogPosition,
        most: u64,
    ) -> Result<Option<FollowedJournal>> {
        let mut journal = Self::at(folder, known.clone(), Arc::new(SystemDisk));
        if !exists(folder)? {
            return Err(journal.damage(Location::default(), "the folder is missing".to_owned()));
        }
        // Read this first: imports acknowledged later must not count as missing.
        let acknowledged = acknowledged::read(folder)?;
        if !journal.holds(known)? {
            return Ok(None);
        }
        if let Some(left_out) = acknowledged.import.checked_sub(known.import)
            && known.import > 0
            && journal.length_behind(known)? > most
        {
            return Ok(Some(FollowedJournal { journal, damage: None, left_out: Some(left_out) }));
        }
        let mut end = known.clone();
        let read = journal.read(known, None, &mut |_, _, _, mark| {
            end.clone_from(mark);
            Ok(())
        });
        journal.end = end;
        let last = journal.end.import;
        let damage = match read.and_then(|()| last_file(folder).map(drop)) {
            Err(damage @ Error::Journal { .. }) => Some(damage),
            read => {
                read?;
                None
            }
        };
        let damage = if acknowledged.import > last {
            let missing = || {
                journal.damage(
                    journal.end.end,
                    acknowledged::missing_import_problem(acknowledged.import),
                )
            };
            Some(damage.unwrap_or_else(missing))
        } else if acknowledged.import < last && damage.is_some() {
            // No acknowledgement covers these bytes. They are damage only if a complete import
            // follows.
            let scan = JournalScan::of(folder, &journal.end)?;
            damage.filter(|_| scan.last().0 > last && !scan.damage.is_empty())
        } else {
            None
        };
        Ok(Some(FollowedJournal { journal, damage, left_out: None }))
    }

    /// Returns the number of compressed bytes after an import.
    fn length_behind(&self, mark: &LogPosition) -> Result<u64> {
        let mut length = 0;
        for number in file_numbers(&self.folder)?.into_iter().filter(|file| *file >= mark.end.file)
        {
            length += file_length(&self.folder, number)?;
        }
        Ok(length.saturating_sub(mark.end.offset))
    }

    /// Returns the digest of the first import, without checking its lines. Returns `None` if there
    /// is no import, or if it does not state a valid digest.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub(crate) fn first_digest(folder: &Path) -> Result<Option<String>> {
        let mut frames = FrameReader::at(folder, Location::default());
        loop {
            let frame = match frames.next_frame() {
                Ok(Some(frame)) => frame,
                Ok(None) | Err(Error::Journal { .. }) => return Ok(None),
                Err(error) => return Err(error),
            };
            let is_end = |line: &&str| {
                line.starts_with(digest::COMMIT_PREFIX) || line.starts_with(JournalLine::LOST)
            };
            let digest = match frame.lines().last().filter(is_end).map(JournalLine::parse) {
                Some(Ok(JournalLine::Commit(_, digest))) => digest,
                Some(Ok(JournalLine::Lost(lost))) => lost.digest,
                _ => continue,
            };
            // The digest becomes the name of a folder, and a journal from elsewhere may state any
            // text.
            let is_digest = digest.len() == 2 * blake3::OUT_LEN
                && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
            return Ok(is_digest.then_some(digest));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::files::first_file;
    use crate::journal::frame;

    #[test]
    fn a_digest_that_is_a_path_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let commit = r#"{"commit":{"import":1,"recorded":"","tool":"","note":null,"versions":0,"removals":0,"aliases":0,"parent":""},"digest":"DIGEST"}"#;
        let first = |digest: &str| {
            let line = commit.replace("DIGEST", digest);
            std::fs::write(first_file(folder.path()), frame::compress(line.as_bytes()).unwrap())
                .unwrap();
            Journal::first_digest(folder.path()).unwrap()
        };
        let sound = "0f".repeat(32);
        assert_eq!(first(&sound), Some(sound));
        for digest in ["", "../../../../elsewhere", &"/".repeat(64), &"0f".repeat(33)] {
            assert_eq!(first(digest), None, "{digest}");
        }
    }
}
