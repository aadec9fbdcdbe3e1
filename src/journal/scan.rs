//! Scans a whole journal in any state: which imports are complete, which are lost, and what cannot
//! be read. Changes nothing.

use std::path::{Path, PathBuf};
use std::{fmt, fs};

use super::files::{file_length, file_numbers, file_path, truncate_after};
use super::format::JournalFormat;
use super::frame::{self, Frame, FrameReader};
use super::line::LineError;
use super::position::{Location, LogPosition};
use super::sequence::LogValidator;
use super::{Commit, JournalLine, LostRange, acknowledged, digest};
use crate::disk::Disk;
use crate::{Error, Result};

/// The result of a scan.
#[derive(Debug, Default)]
pub(crate) struct JournalScan {
    /// Complete imports and the lost ranges between them, in order.
    pub(crate) parts: Vec<JournalSegment>,
    /// Damaged places.
    pub(crate) damage: Vec<Damage>,
    /// Number of bytes that an interrupted import left at the end.
    pub(crate) tail: u64,
    /// The format of the lines.
    pub(crate) format: JournalFormat,
}

/// A segment of a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum JournalSegment {
    /// A complete import: its commit, where it begins, and its end.
    Import(Commit, Location, LogPosition),
    /// A lost range, and the start and end of its record if a repair has recorded it.
    Lost(LostRange, Option<(Location, LogPosition)>),
}

impl JournalSegment {
    /// Returns the location after the segment, if it is known.
    fn end(&self) -> Option<Location> {
        match self {
            Self::Import(.., mark) | Self::Lost(_, Some((_, mark))) => Some(mark.end),
            Self::Lost(_, None) => None,
        }
    }

    /// Returns the number and digest of the segment's last import.
    pub(super) fn last(&self) -> (u64, &str) {
        match self {
            Self::Import(.., mark) => (mark.import, &mark.digest),
            Self::Lost(lost, _) => (lost.last, &lost.digest),
        }
    }
}

/// A damaged place in a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Damage {
    pub(crate) path: PathBuf,
    pub(crate) offset: u64,
    pub(crate) problem: String,
    at: Location,
    /// Whether an interrupted write, or a disk that lost part of a write, may have caused the
    /// damage. Otherwise the bytes were written like this.
    is_torn: bool,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, byte {}: {}", self.path.display(), self.offset, self.problem)
    }
}

impl From<Damage> for Error {
    fn from(Damage { path, offset, problem, .. }: Damage) -> Self {
        Self::Journal { path, offset, problem }
    }
}

impl JournalScan {
    /// Scans the journal in `folder`, which is known to have had the import at `known`.
    ///
    /// # Errors
    /// When the journal cannot be read, or a line is of a newer format. Damage is not an error.
    pub(crate) fn of(folder: &Path, known: &LogPosition) -> Result<Self> {
        // The archive may be in use: imports acknowledged later must not count as missing.
        let acknowledged = acknowledged::read(folder)?;
        let mut scanner = Scanner {
            folder,
            scan: Self::default(),
            sequence: LogValidator::new(),
            pending: None,
            frame: Location::default(),
            explained: 0,
        };
        let numbers = file_numbers(folder)?;
        let last = numbers.last().copied().unwrap_or(0);
        let mut expected = 1;
        for number in numbers {
            if number > expected {
                scanner.frame = Location { file: expected, offset: 0 };
                scanner.damaged(match number - expected {
                    1 => "the file is missing".to_owned(),
                    files => format!("the file and the {} after it are missing", files - 1),
                });
            }
            scanner.file(number)?;
            expected = number + 1;
        }
        let known = if acknowledged.import > known.import { &acknowledged } else { known };
        scanner.compare(known, last)?;
        scanner.tail(last)?;
        Ok(scanner.scan)
    }

    /// Returns the number and digest of the last import.
    pub(crate) fn last(&self) -> (u64, &str) {
        self.parts.last().map_or((0, super::position::NO_PARENT), JournalSegment::last)
    }

    /// Returns the segments after an import, given its number and digest. Returns `None` if the
    /// import is missing.
    pub(crate) fn parts_after(&self, import: u64, digest: &str) -> Option<&[JournalSegment]> {
        if import == 0 {
            return Some(&self.parts);
        }
        let at = self.parts.iter().position(|part| part.last() == (import, digest))?;
        self.parts.get(at + 1..)
    }

    /// Returns the format of a copy of the segments, which also records the new lost ranges.
    pub(crate) fn format_of_copy(&self) -> JournalFormat {
        self.new_gaps().next().map_or(self.format, |_| JournalFormat::CURRENT)
    }

    /// Truncates what an interrupted import has left.
    pub(crate) fn cut_tail(&self, folder: &Path, disk: &dyn Disk) -> Result<()> {
        let end = self.parts.last().and_then(JournalSegment::end).unwrap_or_default();
        truncate_after(folder, end, disk, &mut |_| Ok(())).map(drop)
    }

    /// Returns the lost ranges that no repair has recorded yet.
    pub(crate) fn new_gaps(&self) -> impl Iterator<Item = &LostRange> {
        self.parts.iter().filter_map(|part| match part {
            JournalSegment::Lost(lost, None) => Some(lost),
            _ => None,
        })
    }
}

/// Minimum number of bytes to read and decompress in the search for readable frames after damage.
const MIN_SEARCH_BUDGET: u64 = 64 * 1024 * 1024;

struct Scanner<'a> {
    folder: &'a Path,
    scan: JournalScan,
    sequence: LogValidator,
    /// Location of the first entry of the import that is being read.
    pending: Option<Location>,
    /// Location of the frame that is being read.
    frame: Location,
    /// Number of damaged places before the last segment.
    explained: usize,
}

impl Scanner<'_> {
    fn file(&mut self, number: u32) -> Result<()> {
        let path = file_path(self.folder, number);
        let length = fs::metadata(&path).map_err(Error::io("read", &path))?.len();
        let mut at = Location { file: number, offset: 0 };
        let mut frames = FrameReader::at(self.folder, at);
        let mut budget = MIN_SEARCH_BUDGET.max(16 * length);
        while at.offset < length {
            self.frame = at;
            match frames.next_frame() {
                Ok(Some(frame)) => {
                    at.offset = frame.end;
                    self.frame(&frame)?;
                }
                Ok(None) => break,
                Err(Error::Journal { problem, .. }) => {
                    let next = frame::find_frame_after(&path, at.offset, &mut budget)?;
                    self.torn(problem);
                    at.offset = next.unwrap_or(length);
                    frames = FrameReader::at(self.folder, at);
                }
                Err(error) => return Err(error),
            }
        }
        if let Some(begins) = self.pending.take() {
            self.frame = begins;
            self.torn("an import breaks off".to_owned());
        }
        Ok(())
    }

    fn frame(&mut self, frame: &Frame) -> Result<()> {
        self.sequence.frame();
        for text in frame.lines() {
            let line = match self.sequence.parse(text) {
                Ok(line) => self.sequence.line(text, &line).map(|()| line),
                Err(LineError::Damaged(problem)) => {
                    self.damaged(problem);
                    break;
                }
                Err(LineError::Unknown(problem)) => {
                    let path = file_path(self.folder, frame.location.file);
                    return Err(Error::newer_line(path, frame.location.offset, &problem));
                }
            };
            if !matches!(line, Ok(JournalLine::Commit(..))) && digest::split(text).is_some() {
                self.scan.format = JournalFormat::V2;
            }
            match line {
                Ok(JournalLine::Entry(_)) => {
                    self.pending.get_or_insert(frame.location);
                }
                Ok(JournalLine::Commit(commit, digest)) => {
                    let begins = self.pending.take().unwrap_or(frame.location);
                    self.import(commit, digest, begins, frame.end);
                }
                Ok(JournalLine::Lost(lost)) => self.lost(lost, frame),
                // The disk may have a commit without a frame before it.
                Err(problem) if self.follows_torn() => {
                    self.torn(problem);
                    break;
                }
                Err(problem) => {
                    self.damaged(problem);
                    break;
                }
            }
        }
        Ok(())
    }

    fn lost(&mut self, lost: LostRange, frame: &Frame) {
        let next = self.last().0 + 1;
        let part = match lost.first {
            first if first == next => {
                let mark = lost.mark(frame);
                JournalSegment::Lost(lost, Some((frame.location, mark)))
            }
            // The imports in between are lost too, and their digests are unknown.
            first if first > next => {
                self.missing(next, first - 1);
                JournalSegment::Lost(LostRange { first: next, ..lost }, None)
            }
            first => {
                return self.damaged(format!("import {first} is lost after import {}", next - 1));
            }
        };
        self.part(part);
    }

    /// Adds a segment, which accounts for the damage before it.
    fn part(&mut self, part: JournalSegment) {
        self.scan.parts.push(part);
        self.explained = self.scan.damage.len();
    }

    /// Adds damage for missing imports, unless damage after the last segment explains them.
    fn missing(&mut self, first: u64, last: u64) {
        if self.scan.damage.len() == self.explained {
            self.damaged(match last - first {
                0 => format!("import {first} is missing before this"),
                _ => format!("imports {first} to {last} are missing before this"),
            });
        }
    }

    fn last(&self) -> (u64, String) {
        self.scan.parts.last().map_or((0, super::position::NO_PARENT.to_owned()), |part| {
            let (import, digest) = part.last();
            (import, digest.to_owned())
        })
    }

    fn import(&mut self, commit: Commit, digest: String, begins: Location, end: u64) {
        let (last, parent) = self.last();
        if commit.import <= last {
            return self.damaged(format!("import {} stands here again", commit.import));
        }
        if commit.import > last + 1 || commit.parent != parent {
            if commit.import == last + 1 {
                let import = commit.import;
                self.damaged(format!("import {import} follows another than import {last}"));
            } else {
                self.missing(last + 1, commit.import - 1);
            }
            let digest = commit.parent.clone();
            let lost = LostRange { first: last + 1, last: commit.import - 1, digest };
            self.part(JournalSegment::Lost(lost, None));
        }
        let mark = LogPosition {
            import: commit.import,
            digest,
            commit: self.frame,
            end: Location { offset: end, ..self.frame },
        };
        self.part(JournalSegment::Import(commit, begins, mark));
    }

    /// Returns whether a frame of the current import is torn.
    fn follows_torn(&self) -> bool {
        let since = self.scan.damage.get(self.explained..).unwrap_or_default();
        since.last().is_some_and(|damage| damage.is_torn)
    }

    /// Adds damage that an interrupted import may have left.
    fn torn(&mut self, problem: String) {
        self.damaged(problem);
        if let Some(damage) = self.scan.damage.last_mut() {
            damage.is_torn = true;
        }
    }

    /// Adds damage, and discards what was read of the current import.
    fn damaged(&mut self, problem: String) {
        self.sequence = LogValidator::new();
        self.pending = None;
        let (at, path) = (self.frame, file_path(self.folder, self.frame.file));
        self.scan.damage.push(Damage { path, offset: at.offset, problem, at, is_torn: false });
    }

    /// Removes torn frames after the last import, in the last file, from the damage. An interrupted
    /// import has left them: it was never acknowledged, and the disk may have any part of it.
    fn tail(&mut self, last_file: u32) -> Result<()> {
        let end = self.scan.parts.last().map_or(Some(Location::default()), JournalSegment::end);
        let Some(end) = end else { return Ok(()) };
        let begins = if end.file == last_file { end.offset } else { 0 };
        let begins = Location { file: last_file, offset: begins };
        let before = self.scan.damage.len();
        // The last file may be new. The last import then ends in the file before it.
        let new = end.file == last_file || end.file + 1 == last_file;
        self.scan.damage.retain(|damage| !new || !damage.is_torn || damage.at < begins);
        if self.scan.damage.len() < before {
            self.scan.tail = file_length(self.folder, last_file)? - begins.offset;
        }
        Ok(())
    }

    /// Adds damage if the journal lacks the import that it is known to have had.
    fn compare(&mut self, known: &LogPosition, last_file: u32) -> Result<()> {
        let (last, _) = self.last();
        let last_file = last_file.max(1);
        self.frame = Location { file: last_file, offset: file_length(self.folder, last_file)? };
        if known.import > last {
            self.damaged(acknowledged::missing_import_problem(known.import));
            let lost =
                LostRange { first: last + 1, last: known.import, digest: known.digest.clone() };
            self.scan.parts.push(JournalSegment::Lost(lost, None));
            return Ok(());
        }
        let here = self.scan.parts.iter().find(|part| part.last().0 == known.import);
        if here.is_some_and(|part| part.last().1 != known.digest) {
            self.damaged(format!("import {} is another than it was", known.import));
        }
        Ok(())
    }
}
