//! Erases the texts that erasure entries name: rewrites the files of the journal that contain them.
//!
//! The digest of an import covers the digests of its lines, so an erased line keeps the digest of
//! the version's line. Each file is replaced by a rename. After a crash, an erasure entry whose line
//! still has its text is pending, and [`Journal::erase_pending`] completes it.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::copy::copy_range;
use super::erasure::{ErasedEntry, ErasureEntry};
use super::files::{file_length, file_path};
use super::frame::{self, FrameReader};
use super::log::Journal;
use super::position::{EntryIndex, Location, LogPosition};
use super::{JournalEntry, JournalLine, digest};
use crate::disk::{AppendFile, Disk, exists};
use crate::{Error, Result};

/// Name of the file that replaces a file of the journal.
const NEW_FILE: &str = "ERASE.new";

/// The lines to erase in one frame, by their number in the frame.
type FrameErasures = BTreeMap<u32, (ErasureEntry, u64)>;

impl Journal {
    /// Completes the erasures in the journal in `folder`, which no other process uses. Returns
    /// whether it changed a file.
    ///
    /// # Errors
    /// When the journal is damaged, or on an I/O error. The next call continues.
    pub(crate) fn erase_pending_in(folder: &Path, disk: &Arc<dyn Disk>) -> Result<bool> {
        let start = LogPosition::default();
        let (journal, _) = Self::open(folder, &start, false, Arc::clone(disk))?;
        journal.erase_pending()
    }

    /// Completes the erasures of the journal whose lines still have their texts. Returns whether it
    /// changed a file; the journal must then be opened again, because frames have moved.
    ///
    /// # Errors
    /// As [`Journal::erase_pending_in`], and when the lock is lost.
    pub(crate) fn erase_pending(&self) -> Result<bool> {
        let mut files: BTreeMap<u32, BTreeMap<Location, FrameErasures>> = BTreeMap::new();
        for (index, erasure) in self.pending_erasures()? {
            let frames = files.entry(index.frame.file).or_default();
            frames.entry(index.frame).or_default().insert(index.line, erasure);
        }
        let has_pending = !files.is_empty();
        for (file, frames) in files {
            self.rewrite_file(file, &frames)?;
        }
        Ok(has_pending)
    }

    /// Returns whether an erasure entry names a line that still has its text.
    pub(crate) fn has_pending_erasures(&self) -> Result<bool> {
        Ok(!self.pending_erasures()?.is_empty())
    }

    /// Returns the lines that erasure entries name and that still have their texts, each with the
    /// entry and the number of its import.
    fn pending_erasures(&self) -> Result<Vec<(EntryIndex, (ErasureEntry, u64))>> {
        let mut ordered: HashMap<(u64, u64), (ErasureEntry, u64)> = HashMap::new();
        let (start, end) = (LogPosition::default(), Some(self.end_position.end));
        self.read_lines(&start, end, &mut |_, _, line, position| {
            if let JournalLine::Entry(JournalEntry::Erasure(entry)) = line {
                ordered.insert((entry.import, entry.line), (*entry, position.import + 1));
            }
            Ok(())
        })?;
        let mut pending = Vec::new();
        if ordered.is_empty() {
            return Ok(pending);
        }
        let mut number = 0;
        self.read_lines(&start, end, &mut |index, text, line, position| {
            let JournalLine::Entry(entry) = line else {
                number = 0;
                return Ok(());
            };
            number += 1;
            if matches!(entry, JournalEntry::Version(_))
                && let Some(erasure) = ordered.remove(&(position.import + 1, number))
                && digest::split_digest(text).is_some_and(|(_, own)| own == erasure.0.digest)
            {
                pending.push((index, erasure));
            }
            Ok(())
        })?;
        Ok(pending)
    }

    /// Replaces a file with one in which the lines are erased.
    fn rewrite_file(&self, file: u32, frames: &BTreeMap<Location, FrameErasures>) -> Result<()> {
        let (path, new) = (file_path(&self.folder, file), self.folder.join(NEW_FILE));
        if exists(&new)? {
            self.disk.truncate(&new, 0).map_err(Error::io("write", &new))?;
        }
        let opened = self.disk.open_for_append(&new);
        let mut out = FileCopy { path: new, out: opened.map_err(Error::io("open", &path))? };
        let mut at = Location { file, offset: 0 };
        for (location, erasures) in frames {
            copy_range(&self.folder, at, location.offset, &mut |bytes| out.append(bytes))?;
            let frame = FrameReader::new(&self.folder, *location).next_frame()?;
            let missing = || self.damage_error(*location, "the frame is missing".to_owned());
            let frame = frame.ok_or_else(missing)?;
            let mut lines = Vec::new();
            for (number, line) in (0..).zip(frame.lines()) {
                match erasures.get(&number) {
                    Some((entry, erasure)) => {
                        lines.extend(self.erased_line(*location, line, entry, *erasure)?);
                    }
                    None => lines.extend_from_slice(line.as_bytes()),
                }
                lines.push(b'\n');
            }
            out.append(&frame::compress(&lines).map_err(Error::io("write", &out.path))?)?;
            at.offset = frame.end;
        }
        let end = file_length(&self.folder, file)?;
        copy_range(&self.folder, at, end, &mut |bytes| out.append(bytes))?;
        let FileCopy { path: new, mut out } = out;
        out.sync().map_err(Error::io("write", &new))?;
        drop(out);
        if let Some(lock) = &self.lock {
            lock.check()?;
        }
        self.disk.rename(&new, &path).map_err(Error::io("rename", &new))?;
        self.disk.sync_folder(&self.folder).map_err(Error::io("write", &self.folder))
    }

    /// Returns the line that replaces the line of a version.
    fn erased_line(
        &self,
        at: Location,
        line: &str,
        entry: &ErasureEntry,
        erasure: u64,
    ) -> Result<Vec<u8>> {
        let parsed = JournalLine::parse(line).map_err(|error| self.line_error(at, error))?;
        let JournalLine::Entry(JournalEntry::Version(version)) = parsed else {
            return Err(self.damage_error(at, "expected a version to erase".to_owned()));
        };
        let erased = JournalEntry::Erased(Box::new(ErasedEntry::new(version, entry, erasure)));
        let mut line = serde_json::to_vec(&erased)
            .map_err(|error| Error::io("write", &file_path(&self.folder, at.file))(error.into()))?;
        digest::append_digest(&mut line, 0);
        Ok(line)
    }

    /// Returns the digest of a line, or `None` if the line has none (format 1).
    pub(crate) fn line_digest(&self, index: EntryIndex) -> Result<Option<String>> {
        let text = self.read_text(index)?;
        Ok(digest::split_digest(&text).map(|(_, digest)| digest.to_owned()))
    }
}

/// A file that is being written.
struct FileCopy {
    path: PathBuf,
    out: Box<dyn AppendFile>,
}

impl FileCopy {
    fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.out.append(bytes).map_err(Error::io("write", &self.path))
    }
}
