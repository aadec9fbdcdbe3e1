//! Reads a journal that another process may be writing, and changes nothing in it.

use std::path::Path;
use std::sync::Arc;

use super::files::{file_length, file_numbers, last_file};
use super::frame::FrameReader;
use super::log::Journal;
use super::position::{Location, LogPosition};
use super::{JournalLine, JournalScan, digest, end_marker};
use crate::disk::{SystemDisk, exists};
use crate::{Error, Result};

/// A journal up to the last import that can be read.
#[derive(Debug)]
pub(crate) struct FollowedJournal {
    pub(crate) journal: Journal,
    /// Damage that hides acknowledged imports.
    pub(crate) damage: Option<Error>,
    /// Number of later acknowledged imports, if these were left unread.
    pub(crate) omitted_imports: Option<u64>,
}

impl Journal {
    /// Returns whether the journal in `folder` contains the import at `position`, with the same
    /// digest and end.
    ///
    /// # Errors
    /// When the journal cannot be read, or a line is of a newer format.
    pub(crate) fn folder_contains(folder: &Path, position: &LogPosition) -> Result<bool> {
        Self::new(folder, LogPosition::default(), Arc::new(SystemDisk)).contains(position)
    }

    /// Opens the journal in `folder`, which was read up to `from` before. Returns `None` if the
    /// import at `from` is missing, because the journal was replaced or rebuilt. Bytes after the
    /// last complete import are ignored, since an import may be in progress. If more than
    /// `max_bytes` bytes follow the import at `from`, they are left unread.
    ///
    /// # Errors
    /// When the journal cannot be read, or a line is of a newer format.
    pub(crate) fn follow(
        folder: &Path,
        from: &LogPosition,
        max_bytes: u64,
    ) -> Result<Option<FollowedJournal>> {
        let mut journal = Self::new(folder, from.clone(), Arc::new(SystemDisk));
        if !exists(folder)? {
            return Err(
                journal.damage_error(Location::default(), "the folder is missing".to_owned())
            );
        }
        // Read `END` first: imports acknowledged later must not count as missing.
        let acknowledged = end_marker::read(folder)?;
        if !journal.contains(from)? {
            return Ok(None);
        }
        if let Some(omitted_imports) = acknowledged.import.checked_sub(from.import)
            && from.import > 0
            && journal.bytes_after(from)? > max_bytes
        {
            return Ok(Some(FollowedJournal {
                journal,
                damage: None,
                omitted_imports: Some(omitted_imports),
            }));
        }
        let mut end = from.clone();
        let read = journal.read_lines(from, None, &mut |_, _, _, position| {
            end.clone_from(position);
            Ok(())
        });
        journal.end_position = end;
        let last = journal.end_position.import;
        let damage = match read.and_then(|()| last_file(folder).map(drop)) {
            Err(damage @ Error::Journal { .. }) => Some(damage),
            read => {
                read?;
                None
            }
        };
        let damage = if acknowledged.import > last {
            let missing = || {
                journal.damage_error(
                    journal.end_position.end,
                    end_marker::missing_import_problem(acknowledged.import),
                )
            };
            Some(damage.unwrap_or_else(missing))
        } else if acknowledged.import < last && damage.is_some() {
            // `END` names no import after the unreadable bytes. They are damage only if a complete
            // import follows.
            let scan = JournalScan::read(folder, &journal.end_position)?;
            damage.filter(|_| scan.last_import().0 > last && !scan.damage.is_empty())
        } else {
            None
        };
        Ok(Some(FollowedJournal { journal, damage, omitted_imports: None }))
    }

    /// Returns the number of compressed bytes after an import.
    fn bytes_after(&self, position: &LogPosition) -> Result<u64> {
        let mut length = 0;
        for number in
            file_numbers(&self.folder)?.into_iter().filter(|file| *file >= position.end.file)
        {
            length += file_length(&self.folder, number)?;
        }
        Ok(length.saturating_sub(position.end.offset))
    }

    /// Returns the digest of the first import, without checking its lines. Returns `None` if there
    /// is no import, or if the import does not state a valid digest.
    ///
    /// # Errors
    /// When the journal cannot be read.
    pub(crate) fn first_digest(folder: &Path) -> Result<Option<String>> {
        let mut frames = FrameReader::new(folder, Location::default());
        loop {
            let frame = match frames.next_frame() {
                Ok(Some(frame)) => frame,
                Ok(None) | Err(Error::Journal { .. }) => return Ok(None),
                Err(error) => return Err(error),
            };
            let is_end = |line: &&str| {
                line.starts_with(digest::COMMIT_PREFIX)
                    || line.starts_with(JournalLine::LOST_PREFIX)
            };
            let digest = match frame.lines().last().filter(is_end).map(JournalLine::parse) {
                Some(Ok(JournalLine::Commit(_, digest))) => digest,
                Some(Ok(JournalLine::Lost(lost))) => lost.digest,
                _ => continue,
            };
            // The digest becomes the name of a folder, and an untrusted journal may state any text.
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
    fn a_digest_that_is_not_hexadecimal_is_rejected() {
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
