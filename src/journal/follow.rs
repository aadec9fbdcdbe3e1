//! Reads a journal that another process may be writing, and changes nothing in it.

use std::path::Path;
use std::sync::Arc;

use super::frame::Frames;
use super::{
    Journal, Line, Location, Mark, Scan, acknowledged, digest, file_length, file_numbers, last_file,
};
use crate::disk::{System, exists};
use crate::{Error, Result};

/// A journal up to the last import that can be read.
#[derive(Debug)]
pub(crate) struct Followed {
    pub(crate) journal: Journal,
    /// Damage that hides imports which were acknowledged.
    pub(crate) damage: Option<Error>,
    /// Where it was not read to its end, the number of later imports that were acknowledged.
    pub(crate) left_out: Option<u64>,
}

impl Journal {
    /// Whether the journal in `folder` has this import, ending where the mark says.
    ///
    /// # Errors
    /// When the system refuses to read, or a line is of a newer format.
    pub(crate) fn has(folder: &Path, mark: &Mark) -> Result<bool> {
        Self::at(folder, Mark::default(), Arc::new(System)).holds(mark)
    }

    /// Opens the journal in `folder`, of which all up to `known` was read before. None when that import is not there:
    /// the journal is another one, or was repaired. What stands behind the last whole import is ignored, for an
    /// import may be going on. Where more than `most` bytes stand behind `known`, it stays there.
    ///
    /// # Errors
    /// When the system refuses to read, or a line is of a newer format.
    pub(crate) fn follow(folder: &Path, known: &Mark, most: u64) -> Result<Option<Followed>> {
        let mut journal = Self::at(folder, known.clone(), Arc::new(System));
        if !exists(folder)? {
            return Err(journal.damage(Location::default(), "the folder is missing".to_owned()));
        }
        // Read first: an import that is acknowledged from here on is not missed.
        let acknowledged = acknowledged::read(folder)?;
        if !journal.holds(known)? {
            return Ok(None);
        }
        if let Some(left_out) = acknowledged.import.checked_sub(known.import)
            && known.import > 0
            && journal.length_behind(known)? > most
        {
            return Ok(Some(Followed { journal, damage: None, left_out: Some(left_out) }));
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
            let missing =
                || journal.damage(journal.end.end, acknowledged::missing(acknowledged.import));
            Some(damage.unwrap_or_else(missing))
        } else if acknowledged.import < last && damage.is_some() {
            // Nothing says what was acknowledged. It is damage where a whole import follows.
            let scan = Scan::of(folder, &journal.end)?;
            damage.filter(|_| scan.last().0 > last && !scan.damage.is_empty())
        } else {
            None
        };
        Ok(Some(Followed { journal, damage, left_out: None }))
    }

    /// Number of packed bytes behind an import.
    fn length_behind(&self, mark: &Mark) -> Result<u64> {
        let mut length = 0;
        for number in file_numbers(&self.folder)?.into_iter().filter(|file| *file >= mark.end.file)
        {
            length += file_length(&self.folder, number)?;
        }
        Ok(length.saturating_sub(mark.end.offset))
    }

    /// The digest of the first import, whose lines are not checked. None where there is no import, or what it states
    /// is no digest.
    ///
    /// # Errors
    /// When the system refuses to read.
    pub(crate) fn first_digest(folder: &Path) -> Result<Option<String>> {
        let mut frames = Frames::at(folder, Location::default());
        loop {
            let frame = match frames.next_frame() {
                Ok(Some(frame)) => frame,
                Ok(None) | Err(Error::Journal { .. }) => return Ok(None),
                Err(error) => return Err(error),
            };
            let is_end =
                |line: &&str| line.starts_with(digest::COMMIT) || line.starts_with(Line::LOST);
            let digest = match frame.lines().last().filter(is_end).map(Line::parse) {
                Some(Ok(Line::Commit(_, digest))) => digest,
                Some(Ok(Line::Lost(lost))) => lost.digest,
                _ => continue,
            };
            // It names a folder, and whoever made the journal may have written anything.
            let is_digest = digest.len() == 2 * blake3::OUT_LEN
                && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
            return Ok(is_digest.then_some(digest));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{first_file, frame};

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
