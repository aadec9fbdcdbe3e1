//! The journal of one archive.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::entry::LostRange;
use super::files::{file_length, file_path, last_file, truncate_after, unused_path};
use super::format_file::JournalFormat;
use super::frame::FrameReader;
use super::line::{JournalLine, LineError};
use super::position::{EntryIndex, Location, LogPosition};
use super::scan::{JournalScan, JournalSegment};
use super::validator::LogValidator;
use super::{JournalEntry, copy, end_marker};
use crate::disk::{self, Disk, Lock, SystemDisk};
use crate::{Error, Result};

/// The journal of one archive.
#[derive(Debug, Clone)]
pub(crate) struct Journal {
    pub(super) folder: PathBuf,
    pub(super) end_position: LogPosition,
    pub(super) disk: Arc<dyn Disk>,
    /// Checked before every write. `None` if no other process uses the folder.
    pub(super) lock: Option<Arc<Lock>>,
    /// The format that the archive states. `None` until it is read.
    pub(super) format: Option<JournalFormat>,
    /// Whether the names of the journal's folder and its parent folders are known to be durable.
    pub(super) names_synced: bool,
    /// Whether a failed import of this process left bytes after the end that it could not truncate.
    pub(super) has_leftover: bool,
    /// Whether the imports that were read when the journal was opened contain erasures.
    pub(super) has_new_erasures: bool,
}

impl Journal {
    /// Opens the journal in `folder`, which was read up to `from` before. Later imports are synced
    /// first: an import whose process was killed during a sync may be complete in the file but not
    /// durable. The rest of an unfinished import after the last commit is truncated, and the second
    /// value reports it. With `keep_tail`, these bytes are also saved next to the journal. This is
    /// for archives without a store: a store would confirm which imports were acknowledged.
    ///
    /// # Errors
    /// When the journal is damaged, cannot be read, has a line of a newer format, or lacks the
    /// import at `from`. The journal then remains unchanged.
    pub(crate) fn open(
        folder: &Path,
        from: &LogPosition,
        keep_tail: bool,
        disk: Arc<dyn Disk>,
    ) -> Result<(Self, Option<String>)> {
        let last = last_file(folder)?;
        let mut journal = Self::new(folder, from.clone(), disk);
        if !journal.contains(from)? {
            let at = Location { file: last, offset: file_length(folder, last)? };
            let problem = format!("the acknowledged import {} is missing", from.import);
            return Err(journal.damage_error(at, problem));
        }
        let mut end = from.clone();
        // Reading stops at an unreadable frame. The commits before it remain valid.
        let mut has_erasures = false;
        let result = journal.read_lines(from, None, &mut |_, _, line, position| {
            has_erasures |= matches!(line, JournalLine::Entry(JournalEntry::Erasure(_)));
            end.clone_from(position);
            Ok(())
        });
        (journal.end_position, journal.has_new_erasures) = (end, has_erasures);
        match result {
            Ok(()) => {}
            // The unreadable frame is damage if a complete import follows or if the scan reports
            // damage. Otherwise, it is the rest of an interrupted import.
            Err(damage @ Error::Journal { .. }) => {
                let scan = JournalScan::read(folder, from)?;
                if scan.last_import().0 > journal.end_position.import {
                    return Err(scan.damage.into_iter().next().map_or(damage, Error::from));
                }
                if let Some(damage) = scan.damage.into_iter().next() {
                    return Err(damage.into());
                }
            }
            Err(error) => return Err(error),
        }
        let acknowledged = end_marker::read(folder)?;
        if acknowledged.import > journal.end_position.import {
            let at = Location { file: last.max(1), offset: file_length(folder, last)? };
            let problem = end_marker::missing_import_problem(acknowledged.import);
            return Err(journal.damage_error(at, problem));
        }
        journal.sync_from(from)?;
        let notice = journal.truncate_tail(keep_tail)?;
        Ok((journal, notice))
    }

    pub(super) fn new(folder: &Path, end_position: LogPosition, disk: Arc<dyn Disk>) -> Self {
        let folder = folder.to_owned();
        Self {
            folder,
            end_position,
            disk,
            lock: None,
            format: None,
            names_synced: false,
            has_leftover: false,
            has_new_erasures: false,
        }
    }

    /// Returns the journal with a lock that is checked before every write.
    pub(crate) fn with_lock(self, lock: Arc<Lock>) -> Self {
        Self { lock: Some(lock), ..self }
    }

    /// Returns the journal up to the end of an import, for reading.
    pub(crate) fn up_to(&self, end: &LogPosition) -> Self {
        Self { end_position: end.clone(), ..self.clone() }
    }

    /// Returns whether the imports that were read when the journal was opened contain erasures.
    pub(crate) fn has_new_erasures(&self) -> bool {
        self.has_new_erasures
    }

    /// Returns the end of the last import.
    pub(crate) fn end_position(&self) -> &LogPosition {
        &self.end_position
    }

    /// Makes the imports after `position` durable.
    pub(super) fn sync_from(&self, position: &LogPosition) -> Result<()> {
        if position.end == self.end_position.end {
            return Ok(());
        }
        for file in position.end.file.max(1)..=self.end_position.end.file {
            let path = file_path(&self.folder, file);
            self.disk.sync_file(&path).map_err(Error::io("write", &path))?;
        }
        self.disk.sync_folder(&self.folder).map_err(Error::io("write", &self.folder))
    }

    /// Makes the names of the journal's folder and its parent folders durable. A process that was
    /// killed may have created or renamed them without a sync.
    pub(super) fn sync_names(&mut self) -> Result<()> {
        if self.names_synced {
            return Ok(());
        }
        // In a new archive, all parent folders may be new too.
        let depth = if self.end_position.import == 0 { usize::MAX } else { 3 };
        let folder = std::path::absolute(&self.folder).map_err(Error::io("find", &self.folder))?;
        for folder in folder.ancestors().take(depth) {
            disk::sync_folder_if_permitted(folder, &*self.disk)?;
        }
        self.names_synced = true;
        Ok(())
    }

    /// Returns whether the journal contains the import at `position`, with the same digest and end.
    pub(super) fn contains(&self, position: &LogPosition) -> Result<bool> {
        if position.import == 0 {
            return Ok(true);
        }
        let frame = match FrameReader::new(&self.folder, position.commit_frame).next_frame() {
            Ok(Some(frame)) => frame,
            Ok(None) | Err(Error::Journal { .. }) => return Ok(false),
            Err(error) => return Err(error),
        };
        let line = match frame.lines().last().map(JournalLine::parse).transpose() {
            Err(error @ LineError::Unknown(_)) => {
                return Err(self.line_error(position.commit_frame, error));
            }
            line => line.ok().flatten(),
        };
        Ok(match line {
            Some(JournalLine::Commit(commit, digest)) => {
                let end = Location { offset: frame.end, ..position.commit_frame };
                commit.import == position.import && digest == position.digest && end == position.end
            }
            Some(JournalLine::Lost(lost)) => lost.end_position(&frame) == *position,
            _ => false,
        })
    }

    /// Returns the position at the end of the import whose commit is the last line of a frame.
    ///
    /// # Errors
    /// When the frame cannot be read, or does not end with a commit or a lost range.
    pub(crate) fn position_after(&self, commit_frame: Location) -> Result<LogPosition> {
        let problem = "expected a commit at the end of the frame".to_owned();
        let frame = FrameReader::new(&self.folder, commit_frame).next_frame()?;
        if let Some(frame) = frame
            && let Some(line) = frame.lines().last()
        {
            let line =
                JournalLine::parse(line).map_err(|error| self.line_error(commit_frame, error))?;
            match line {
                JournalLine::Commit(commit, digest) => {
                    let end = Location { offset: frame.end, ..commit_frame };
                    return Ok(LogPosition { import: commit.import, digest, commit_frame, end });
                }
                JournalLine::Lost(lost) => return Ok(lost.end_position(&frame)),
                JournalLine::Entry(_) => {}
            }
        }
        Err(self.damage_error(commit_frame, problem))
    }

    /// Calls `each` for every line after `from`, with the line's index and a position. The position
    /// is the end of the import if the line is a commit or a lost range, and otherwise the end of
    /// the previous import.
    pub(crate) fn replay(
        &self,
        from: &LogPosition,
        each: &mut dyn FnMut(EntryIndex, JournalLine, &LogPosition) -> Result<()>,
    ) -> Result<()> {
        self.replay_texts(from, &mut |index, _, line, position| each(index, line, position))
    }

    /// Replays lines like [`Journal::replay`], and also passes the text of each line.
    pub(crate) fn replay_texts(
        &self,
        from: &LogPosition,
        each: &mut dyn FnMut(EntryIndex, &str, JournalLine, &LogPosition) -> Result<()>,
    ) -> Result<()> {
        let mut last = from.clone();
        self.read_lines(from, Some(self.end_position.end), &mut |index, text, line, position| {
            last.clone_from(position);
            each(index, text, line, position)
        })?;
        // Another process may have replaced the journal.
        if last == self.end_position {
            return Ok(());
        }
        let problem = format!("import {} does not end here, as it did", self.end_position.import);
        Err(self.damage_error(self.end_position.commit_frame, problem))
    }

    /// Calls `each` for every line of the imports from `import` on, of which the first begins at
    /// `start` and follows the import with the digest `parent`. Stops before the frame at `until`,
    /// or at the end.
    pub(crate) fn read_imports(
        &self,
        (import, parent): (u64, &str),
        start: Location,
        until: Option<Location>,
        each: &mut dyn FnMut(&str, JournalLine) -> Result<()>,
    ) -> Result<()> {
        let before = LogPosition {
            import: import.saturating_sub(1),
            digest: parent.to_owned(),
            end: start,
            ..LogPosition::default()
        };
        let until = until.unwrap_or(self.end_position.end);
        self.read_lines(&before, Some(until), &mut |_, text, line, _| each(text, line))
    }

    /// Calls `each` for every line of one complete import. The rest of the journal may be damaged.
    pub(crate) fn replay_segment(
        folder: &Path,
        segment: &JournalSegment,
        each: &mut dyn FnMut(EntryIndex, JournalLine) -> Result<()>,
    ) -> Result<()> {
        let JournalSegment::Import(commit, start, position) = segment else { return Ok(()) };
        let before = LogPosition {
            import: commit.import - 1,
            digest: commit.parent.clone(),
            end: *start,
            ..LogPosition::default()
        };
        let journal = Self::new(folder, position.clone(), Arc::new(SystemDisk));
        journal.replay(&before, &mut |index, line, _| each(index, line))
    }

    /// Reads and parses a single line.
    pub(crate) fn read_line(&self, index: EntryIndex) -> Result<JournalLine> {
        let line = self.read_text(index)?;
        JournalLine::parse(&line).map_err(|error| self.line_error(index.frame, error))
    }

    /// Reads a single line.
    pub(super) fn read_text(&self, index: EntryIndex) -> Result<String> {
        let frame = FrameReader::new(&self.folder, index.frame).next_frame()?;
        let missing =
            || self.damage_error(index.frame, format!("line {} is not there", index.line));
        let frame = frame.ok_or_else(missing)?;
        frame.lines().nth(index.line as usize).map(str::to_owned).ok_or_else(missing)
    }

    /// Appends a line that records a lost range. The line has a digest unless `has_digest` is
    /// false, as in format 1.
    pub(super) fn record_lost_range(&mut self, lost: &LostRange, has_digest: bool) -> Result<()> {
        let at = Location { file: self.end_position.end.file.max(1), ..self.end_position.end };
        let path = file_path(&self.folder, at.file);
        let written = lost.to_frame(has_digest).and_then(|bytes| {
            let mut file = self.disk.open_for_append(&path)?;
            file.append(&bytes)?;
            file.sync().map(|()| bytes.len() as u64)
        });
        let length = written.map_err(Error::io("append to", &path))?;
        self.end_position = lost.end_position_at(at, at.offset + length);
        Ok(())
    }

    pub(super) fn read_lines(
        &self,
        from: &LogPosition,
        until: Option<Location>,
        each: &mut dyn FnMut(EntryIndex, &str, JournalLine, &LogPosition) -> Result<()>,
    ) -> Result<()> {
        let mut frames = FrameReader::new(&self.folder, from.end);
        let mut position = from.clone();
        let mut validator = LogValidator::new();
        while until.is_none_or(|until| frames.location() < until) {
            let Some(frame) = frames.next_frame()? else { break };
            validator.start_frame();
            for (number, line) in (0..).zip(frame.lines()) {
                let damage = |problem| self.damage_error(frame.location, problem);
                let parsed = validator
                    .parse(line)
                    .map_err(|error| self.line_error(frame.location, error))?;
                validator.add_line(line, &parsed).map_err(damage)?;
                match &parsed {
                    JournalLine::Entry(_) => {}
                    JournalLine::Commit(commit, digest) => {
                        if commit.import != position.import + 1 || commit.parent != position.digest
                        {
                            let (import, last) = (commit.import, position.import);
                            return Err(damage(format!("import {import} does not follow {last}")));
                        }
                        position = LogPosition {
                            import: commit.import,
                            digest: digest.clone(),
                            commit_frame: frame.location,
                            end: Location { offset: frame.end, ..frame.location },
                        };
                    }
                    JournalLine::Lost(lost) if lost.first == position.import + 1 => {
                        position = lost.end_position(&frame)
                    }
                    JournalLine::Lost(lost) => {
                        let (first, last) = (lost.first, position.import);
                        return Err(damage(format!("import {first} is lost after import {last}")));
                    }
                }
                each(EntryIndex { frame: frame.location, line: number }, line, parsed, &position)?;
            }
        }
        Ok(())
    }

    pub(super) fn damage_error(&self, at: Location, problem: String) -> Error {
        Error::Journal { path: file_path(&self.folder, at.file), offset: at.offset, problem }
    }

    /// Returns the error for a line that cannot be used.
    pub(super) fn line_error(&self, at: Location, error: LineError) -> Error {
        match error {
            LineError::Damaged(problem) => self.damage_error(at, problem),
            LineError::Unknown(problem) => {
                Error::newer_line(file_path(&self.folder, at.file), at.offset, &problem)
            }
        }
    }

    /// Truncates the rest of an unfinished import, which no commit follows.
    pub(super) fn truncate_tail(&self, keep: bool) -> Result<Option<String>> {
        let mut kept_notice = String::new();
        let removed =
            truncate_after(&self.folder, self.end_position.end, &*self.disk, &mut |at| {
                if keep {
                    kept_notice = format!(", and kept as {}", self.save_tail(at)?.display());
                }
                Ok(())
            })?;
        let notice =
            format!("an unfinished import was cut off the journal ({removed} bytes){kept_notice}");
        Ok((removed > 0).then_some(notice))
    }

    pub(super) fn save_tail(&self, at: Location) -> Result<PathBuf> {
        let path = unused_path(&self.folder.with_extension("cut"))?;
        let mut file = self.disk.open_for_append(&path).map_err(Error::io("open", &path))?;
        let end = file_length(&self.folder, at.file)?;
        copy::copy_range(&self.folder, at, end, &mut |bytes| {
            file.append(bytes).map_err(Error::io("write", &path))
        })?;
        file.sync().map_err(Error::io("write", &path))?;
        Ok(path)
    }
}
