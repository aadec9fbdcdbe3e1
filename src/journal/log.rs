//! The journal of one archive.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::entry::LostRange;
use super::files::{file_length, file_path, last_file, truncate_after, unused_path};
use super::format::JournalFormat;
use super::frame::FrameReader;
use super::line::{JournalLine, LineError};
use super::position::{EntryIndex, Location, LogPosition};
use super::scan::{JournalScan, JournalSegment};
use super::sequence::LogValidator;
use super::{acknowledged, copy};
use crate::disk::{self, Disk, Lock, SystemDisk};
use crate::{Error, Result};

/// The journal of one archive.
#[derive(Debug, Clone)]
pub(crate) struct Journal {
    pub(super) folder: PathBuf,
    pub(super) end: LogPosition,
    pub(super) disk: Arc<dyn Disk>,
    /// Checked before every write. `None` if no other process uses the folder.
    pub(super) lock: Option<Arc<Lock>>,
    /// The format that the archive states. `None` until it is read.
    pub(super) format: Option<JournalFormat>,
    /// Whether the names of the journal's folder and its parent folders are known to be durable.
    pub(super) named: bool,
    /// Whether a failed import of this process left bytes after the end that it could not truncate.
    pub(super) has_leftover: bool,
}

impl Journal {
    /// Opens the journal in `folder`, which was read up to `known` before. Later imports are synced
    /// first: an import whose process was killed during a sync may be complete in the file but not
    /// durable. The rest of an unfinished import after the last commit is truncated, and the second
    /// value reports it. With `keep_tail`, these bytes are also saved next to the journal, for
    /// archives without a store to confirm what was acknowledged.
    ///
    /// # Errors
    /// When the journal is damaged, cannot be read, has a line of a newer format, or lacks the
    /// import at `known`. The journal then remains unchanged.
    pub(crate) fn open(
        folder: &Path,
        known: &LogPosition,
        keep_tail: bool,
        disk: Arc<dyn Disk>,
    ) -> Result<(Self, Option<String>)> {
        let last = last_file(folder)?;
        let mut journal = Self::at(folder, known.clone(), disk);
        if !journal.holds(known)? {
            let at = Location { file: last, offset: file_length(folder, last)? };
            let problem = format!("import {}, which it has had, is not there", known.import);
            return Err(journal.damage(at, problem));
        }
        let mut end = known.clone();
        // Reading stops at an unreadable frame. The commits before it remain valid.
        let stopped = journal.read(known, None, &mut |_, _, _, mark| {
            end.clone_from(mark);
            Ok(())
        });
        journal.end = end;
        match stopped {
            Ok(()) => {}
            // This is damage if a complete import follows. Otherwise it is the rest of an
            // interrupted import.
            Err(damage @ Error::Journal { .. }) => {
                let scan = JournalScan::of(folder, known)?;
                if scan.last().0 > journal.end.import {
                    return Err(scan.damage.into_iter().next().map_or(damage, Error::from));
                }
                if let Some(damage) = scan.damage.into_iter().next() {
                    return Err(damage.into());
                }
            }
            Err(error) => return Err(error),
        }
        let acknowledged = acknowledged::read(folder)?;
        if acknowledged.import > journal.end.import {
            let at = Location { file: last.max(1), offset: file_length(folder, last)? };
            let problem = acknowledged::missing_import_problem(acknowledged.import);
            return Err(journal.damage(at, problem));
        }
        journal.sync_from(known)?;
        let notice = journal.cut_tail(keep_tail)?;
        Ok((journal, notice))
    }

    pub(super) fn at(folder: &Path, end: LogPosition, disk: Arc<dyn Disk>) -> Self {
        let folder = folder.to_owned();
        Self { folder, end, disk, lock: None, format: None, named: false, has_leftover: false }
    }

    /// Returns the journal with a lock that is checked before every write.
    pub(crate) fn guarded_by(self, lock: Arc<Lock>) -> Self {
        Self { lock: Some(lock), ..self }
    }

    /// Returns the journal up to the end of an import, for reading.
    pub(crate) fn up_to(&self, end: &LogPosition) -> Self {
        Self { end: end.clone(), ..self.clone() }
    }

    /// Returns the end of the last import.
    pub(crate) fn end(&self) -> &LogPosition {
        &self.end
    }

    /// Makes the imports after `mark` durable.
    pub(super) fn sync_from(&self, mark: &LogPosition) -> Result<()> {
        if mark.end == self.end.end {
            return Ok(());
        }
        for file in mark.end.file.max(1)..=self.end.end.file {
            let path = file_path(&self.folder, file);
            self.disk.sync_file(&path).map_err(Error::io("write", &path))?;
        }
        self.disk.sync_folder(&self.folder).map_err(Error::io("write", &self.folder))
    }

    /// Makes the names of the journal's folder and its parent folders durable. A process that was
    /// killed may have created or renamed them without a sync.
    pub(super) fn sync_names(&mut self) -> Result<()> {
        if self.named {
            return Ok(());
        }
        // In a new archive, all parent folders may be new too.
        let holders = if self.end.import == 0 { usize::MAX } else { 3 };
        let folder = std::path::absolute(&self.folder).map_err(Error::io("find", &self.folder))?;
        for folder in folder.ancestors().take(holders) {
            disk::sync_folder_if_permitted(folder, &*self.disk)?;
        }
        self.named = true;
        Ok(())
    }

    /// Returns whether the journal contains the import at `mark`, with the same digest and end.
    pub(super) fn holds(&self, mark: &LogPosition) -> Result<bool> {
        if mark.import == 0 {
            return Ok(true);
        }
        let frame = match FrameReader::at(&self.folder, mark.commit).next_frame() {
            Ok(Some(frame)) => frame,
            Ok(None) | Err(Error::Journal { .. }) => return Ok(false),
            Err(error) => return Err(error),
        };
        let line = match frame.lines().last().map(JournalLine::parse).transpose() {
            Err(error @ LineError::Unknown(_)) => return Err(self.unusable(mark.commit, error)),
            line => line.ok().flatten(),
        };
        Ok(match line {
            Some(JournalLine::Commit(commit, digest)) => {
                let end = Location { offset: frame.end, ..mark.commit };
                commit.import == mark.import && digest == mark.digest && end == mark.end
            }
            Some(JournalLine::Lost(lost)) => lost.mark(&frame) == *mark,
            _ => false,
        })
    }

    /// Calls `each` for every line after `from`, with the line's index and a position. The position
    /// is the end of the import if the line is a commit or a lost range, and otherwise the end of
    /// the previous import.
    pub(crate) fn replay(
        &self,
        from: &LogPosition,
        each: &mut dyn FnMut(EntryIndex, JournalLine, &LogPosition) -> Result<()>,
    ) -> Result<()> {
        self.replay_texts(from, &mut |place, _, line, mark| each(place, line, mark))
    }

    /// Like [`Journal::replay`], but also passes the text of each line.
    pub(crate) fn replay_texts(
        &self,
        from: &LogPosition,
        each: &mut dyn FnMut(EntryIndex, &str, JournalLine, &LogPosition) -> Result<()>,
    ) -> Result<()> {
        let mut last = from.clone();
        self.read(from, Some(self.end.end), &mut |place, text, line, mark| {
            last.clone_from(mark);
            each(place, text, line, mark)
        })?;
        // Another process may have replaced the journal.
        if last == self.end {
            return Ok(());
        }
        let problem = format!("import {} does not end here, as it did", self.end.import);
        Err(self.damage(self.end.commit, problem))
    }

    /// Calls `each` for every line of one complete import. The rest of the journal may be damaged.
    pub(crate) fn replay_part(
        folder: &Path,
        part: &JournalSegment,
        each: &mut dyn FnMut(EntryIndex, JournalLine) -> Result<()>,
    ) -> Result<()> {
        let JournalSegment::Import(commit, start, mark) = part else { return Ok(()) };
        let before = LogPosition {
            import: commit.import - 1,
            digest: commit.parent.clone(),
            end: *start,
            ..LogPosition::default()
        };
        let journal = Self::at(folder, mark.clone(), Arc::new(SystemDisk));
        journal.replay(&before, &mut |place, line, _| each(place, line))
    }

    /// Reads and parses a single line.
    pub(crate) fn line(&self, place: EntryIndex) -> Result<JournalLine> {
        let frame = FrameReader::at(&self.folder, place.frame).next_frame()?;
        let lost = || self.damage(place.frame, format!("line {} is not there", place.line));
        let frame = frame.ok_or_else(lost)?;
        let line = frame.lines().nth(place.line as usize).ok_or_else(lost)?;
        JournalLine::parse(line).map_err(|error| self.unusable(place.frame, error))
    }

    /// Records a lost range, in a line with a digest, or without one as in format 1.
    pub(super) fn note_lost(&mut self, lost: &LostRange, has_digest: bool) -> Result<()> {
        let at = Location { file: self.end.end.file.max(1), ..self.end.end };
        let path = file_path(&self.folder, at.file);
        let written = lost.frame(has_digest).and_then(|bytes| {
            let mut file = self.disk.append(&path)?;
            file.write(&bytes)?;
            file.sync().map(|()| bytes.len() as u64)
        });
        let length = written.map_err(Error::io("append to", &path))?;
        self.end = lost.mark_at(at, at.offset + length);
        Ok(())
    }

    pub(super) fn read(
        &self,
        from: &LogPosition,
        until: Option<Location>,
        each: &mut dyn FnMut(EntryIndex, &str, JournalLine, &LogPosition) -> Result<()>,
    ) -> Result<()> {
        let mut frames = FrameReader::at(&self.folder, from.end);
        let mut mark = from.clone();
        let mut sequence = LogValidator::new();
        while until.is_none_or(|until| frames.location() < until) {
            let Some(frame) = frames.next_frame()? else { break };
            sequence.frame();
            for (number, line) in (0..).zip(frame.lines()) {
                let damage = |problem| self.damage(frame.location, problem);
                let parsed =
                    sequence.parse(line).map_err(|error| self.unusable(frame.location, error))?;
                sequence.line(line, &parsed).map_err(damage)?;
                match &parsed {
                    JournalLine::Entry(_) => {}
                    JournalLine::Commit(commit, digest) => {
                        if commit.import != mark.import + 1 || commit.parent != mark.digest {
                            let (import, last) = (commit.import, mark.import);
                            return Err(damage(format!("import {import} does not follow {last}")));
                        }
                        mark = LogPosition {
                            import: commit.import,
                            digest: digest.clone(),
                            commit: frame.location,
                            end: Location { offset: frame.end, ..frame.location },
                        };
                    }
                    JournalLine::Lost(lost) if lost.first == mark.import + 1 => {
                        mark = lost.mark(&frame)
                    }
                    JournalLine::Lost(lost) => {
                        let (first, last) = (lost.first, mark.import);
                        return Err(damage(format!("import {first} is lost after import {last}")));
                    }
                }
                each(EntryIndex { frame: frame.location, line: number }, line, parsed, &mark)?;
            }
        }
        Ok(())
    }

    pub(super) fn damage(&self, at: Location, problem: String) -> Error {
        Error::Journal { path: file_path(&self.folder, at.file), offset: at.offset, problem }
    }

    /// Returns the error for a line that cannot be used.
    pub(super) fn unusable(&self, at: Location, error: LineError) -> Error {
        match error {
            LineError::Damaged(problem) => self.damage(at, problem),
            LineError::Unknown(problem) => {
                Error::newer_line(file_path(&self.folder, at.file), at.offset, &problem)
            }
        }
    }

    /// Truncates the rest of an unfinished import, which no commit follows.
    pub(super) fn cut_tail(&self, keep: bool) -> Result<Option<String>> {
        let mut kept = String::new();
        let cut = truncate_after(&self.folder, self.end.end, &*self.disk, &mut |at| {
            if keep {
                kept = format!(", and kept as {}", self.keep_tail(at)?.display());
            }
            Ok(())
        })?;
        let notice = format!("an unfinished import was cut off the journal ({cut} bytes){kept}");
        Ok((cut > 0).then_some(notice))
    }

    pub(super) fn keep_tail(&self, at: Location) -> Result<PathBuf> {
        let kept = unused_path(&self.folder.with_extension("cut"))?;
        let mut file = self.disk.append(&kept).map_err(Error::io("open", &kept))?;
        let end = file_length(&self.folder, at.file)?;
        copy::copy(&self.folder, at, end, &mut |bytes| {
            file.write(bytes).map_err(Error::io("write", &kept))
        })?;
        file.sync().map_err(Error::io("write", &kept))?;
        Ok(kept)
    }
}
