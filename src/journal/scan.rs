//! Scans a whole journal in any state: which imports are complete, which are lost, and what cannot
//! be read. Changes nothing.

use std::path::{Path, PathBuf};
use std::{fmt, fs};

use super::files::{file_length, file_numbers, file_path, truncate_after};
use super::format_file::JournalFormat;
use super::frame::{self, Frame, FrameReader};
use super::line::LineError;
use super::position::{Location, LogPosition};
use super::validator::LogValidator;
use super::{Commit, JournalLine, LostRange, digest, end_marker};
use crate::disk::Disk;
use crate::{Error, Result};

/// The result of a scan.
#[derive(Debug, Default)]
pub(crate) struct JournalScan {
    /// Complete imports and the lost ranges between them, in order.
    pub(crate) segments: Vec<JournalSegment>,
    /// Damaged places.
    pub(crate) damage: Vec<Damage>,
    /// Number of bytes that an interrupted import left at the end.
    pub(crate) tail_bytes: u64,
    /// The format of the lines.
    pub(crate) format: JournalFormat,
}

/// A segment of a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum JournalSegment {
    /// A complete import: its commit, where it begins, and its end.
    Import(Commit, Location, LogPosition),
    /// A lost range, and the start and end of its record if a rebuild has recorded it.
    Lost(LostRange, Option<(Location, LogPosition)>),
}

impl JournalSegment {
    /// Returns the location after the segment, if it is known.
    fn end(&self) -> Option<Location> {
        match self {
            Self::Import(.., position) | Self::Lost(_, Some((_, position))) => Some(position.end),
            Self::Lost(_, None) => None,
        }
    }

    /// Returns the number and digest of the segment's last import.
    pub(super) fn last_import(&self) -> (u64, &str) {
        match self {
            Self::Import(.., position) => (position.import, &position.digest),
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
    location: Location,
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
    /// Scans the journal in `folder`, which must contain the import at `required`.
    ///
    /// # Errors
    /// When the journal cannot be read, or a line is of a newer format. Damage is not an error.
    pub(crate) fn read(folder: &Path, required: &LogPosition) -> Result<Self> {
        // Read `END` first. The archive may be in use, and imports acknowledged later must not
        // count as missing.
        let acknowledged = end_marker::read(folder)?;
        let mut scanner = Scanner {
            folder,
            scan: Self::default(),
            validator: LogValidator::new(),
            import_start: None,
            frame_location: Location::default(),
            explained_damage: 0,
        };
        let numbers = file_numbers(folder)?;
        let last = numbers.last().copied().unwrap_or(0);
        let mut expected = 1;
        for number in numbers {
            if number > expected {
                scanner.frame_location = Location { file: expected, offset: 0 };
                scanner.add_damage(match number - expected {
                    1 => "the file is missing".to_owned(),
                    files => format!("the file and the {} after it are missing", files - 1),
                });
            }
            scanner.scan_file(number)?;
            expected = number + 1;
        }
        let required = if acknowledged.import > required.import { &acknowledged } else { required };
        scanner.check_required(required, last)?;
        scanner.discard_torn_tail(last)?;
        Ok(scanner.scan)
    }

    /// Returns the number and digest of the last import.
    pub(crate) fn last_import(&self) -> (u64, &str) {
        self.segments.last().map_or((0, super::position::NO_PARENT), JournalSegment::last_import)
    }

    /// Returns the segments after an import, given its number and digest. Returns `None` if the
    /// import is missing.
    pub(crate) fn segments_after(&self, import: u64, digest: &str) -> Option<&[JournalSegment]> {
        if import == 0 {
            return Some(&self.segments);
        }
        let at =
            self.segments.iter().position(|segment| segment.last_import() == (import, digest))?;
        self.segments.get(at + 1..)
    }

    /// Returns the format of a copy of the segments, which also records the new lost ranges.
    pub(crate) fn copy_format(&self) -> JournalFormat {
        self.unrecorded_lost_ranges().next().map_or(self.format, |_| JournalFormat::CURRENT)
    }

    /// Truncates the bytes that an interrupted import left at the end.
    pub(crate) fn truncate_tail(&self, folder: &Path, disk: &dyn Disk) -> Result<()> {
        let end = self.segments.last().and_then(JournalSegment::end).unwrap_or_default();
        truncate_after(folder, end, disk, &mut |_| Ok(())).map(drop)
    }

    /// Returns the lost ranges that no rebuild has recorded yet.
    pub(crate) fn unrecorded_lost_ranges(&self) -> impl Iterator<Item = &LostRange> {
        self.segments.iter().filter_map(|segment| match segment {
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
    validator: LogValidator,
    /// Location of the first entry of the import that is being read.
    import_start: Option<Location>,
    /// Location of the frame that is being read.
    frame_location: Location,
    /// Number of damaged places before the last segment.
    explained_damage: usize,
}

impl Scanner<'_> {
    fn scan_file(&mut self, number: u32) -> Result<()> {
        let path = file_path(self.folder, number);
        let length = fs::metadata(&path).map_err(Error::io("read", &path))?.len();
        let mut at = Location { file: number, offset: 0 };
        let mut frames = FrameReader::new(self.folder, at);
        let mut budget = MIN_SEARCH_BUDGET.max(16 * length);
        while at.offset < length {
            self.frame_location = at;
            match frames.next_frame() {
                Ok(Some(frame)) => {
                    at.offset = frame.end;
                    self.scan_frame(&frame)?;
                }
                Ok(None) => break,
                Err(Error::Journal { problem, .. }) => {
                    let next = frame::find_frame_after(&path, at.offset, &mut budget)?;
                    self.add_torn(problem);
                    at.offset = next.unwrap_or(length);
                    frames = FrameReader::new(self.folder, at);
                }
                Err(error) => return Err(error),
            }
        }
        if let Some(start) = self.import_start.take() {
            self.frame_location = start;
            self.add_torn("an import breaks off".to_owned());
        }
        Ok(())
    }

    fn scan_frame(&mut self, frame: &Frame) -> Result<()> {
        self.validator.start_frame();
        for text in frame.lines() {
            let line = match self.validator.parse(text) {
                Ok(line) => self.validator.add_line(text, &line).map(|()| line),
                Err(LineError::Damaged(problem)) => {
                    self.add_damage(problem);
                    break;
                }
                Err(LineError::Unknown(problem)) => {
                    let path = file_path(self.folder, frame.location.file);
                    return Err(Error::newer_line(path, frame.location.offset, &problem));
                }
            };
            if !matches!(line, Ok(JournalLine::Commit(..))) && digest::split_digest(text).is_some()
            {
                self.scan.format = JournalFormat::V2;
            }
            match line {
                Ok(JournalLine::Entry(_)) => {
                    self.import_start.get_or_insert(frame.location);
                }
                Ok(JournalLine::Commit(commit, digest)) => {
                    let start = self.import_start.take().unwrap_or(frame.location);
                    self.add_import(commit, digest, start, frame.end);
                }
                Ok(JournalLine::Lost(lost)) => self.add_lost_range(lost, frame),
                // After a crash, a commit may be on disk without an earlier frame of its import.
                Err(problem) if self.is_import_torn() => {
                    self.add_torn(problem);
                    break;
                }
                Err(problem) => {
                    self.add_damage(problem);
                    break;
                }
            }
        }
        Ok(())
    }

    fn add_lost_range(&mut self, lost: LostRange, frame: &Frame) {
        let next = self.last_import().0 + 1;
        let segment = match lost.first {
            first if first == next => {
                let position = lost.end_position(frame);
                JournalSegment::Lost(lost, Some((frame.location, position)))
            }
            // The imports in between are lost too, and their digests are unknown.
            first if first > next => {
                self.add_missing(next, first - 1);
                JournalSegment::Lost(LostRange { first: next, ..lost }, None)
            }
            first => {
                return self
                    .add_damage(format!("import {first} is lost after import {}", next - 1));
            }
        };
        self.add_segment(segment);
    }

    /// Adds a segment, which accounts for the damage before it.
    fn add_segment(&mut self, segment: JournalSegment) {
        self.scan.segments.push(segment);
        self.explained_damage = self.scan.damage.len();
    }

    /// Adds damage for missing imports, unless damage after the last segment explains them.
    fn add_missing(&mut self, first: u64, last: u64) {
        if self.scan.damage.len() == self.explained_damage {
            self.add_damage(match last - first {
                0 => format!("import {first} is missing before this"),
                _ => format!("imports {first} to {last} are missing before this"),
            });
        }
    }

    fn last_import(&self) -> (u64, String) {
        self.scan.segments.last().map_or((0, super::position::NO_PARENT.to_owned()), |segment| {
            let (import, digest) = segment.last_import();
            (import, digest.to_owned())
        })
    }

    fn add_import(&mut self, commit: Commit, digest: String, start: Location, end: u64) {
        let (last, parent) = self.last_import();
        if commit.import <= last {
            return self.add_damage(format!("import {} stands here again", commit.import));
        }
        if commit.import > last + 1 || commit.parent != parent {
            if commit.import == last + 1 {
                let import = commit.import;
                self.add_damage(format!("import {import} follows another than import {last}"));
            } else {
                self.add_missing(last + 1, commit.import - 1);
            }
            let digest = commit.parent.clone();
            let lost = LostRange { first: last + 1, last: commit.import - 1, digest };
            self.add_segment(JournalSegment::Lost(lost, None));
        }
        let position = LogPosition {
            import: commit.import,
            digest,
            commit_frame: self.frame_location,
            end: Location { offset: end, ..self.frame_location },
        };
        self.add_segment(JournalSegment::Import(commit, start, position));
    }

    /// Returns whether a frame of the current import is torn.
    fn is_import_torn(&self) -> bool {
        let new_damage = self.scan.damage.get(self.explained_damage..).unwrap_or_default();
        new_damage.last().is_some_and(|damage| damage.is_torn)
    }

    /// Adds damage that an interrupted import may have left.
    fn add_torn(&mut self, problem: String) {
        self.add_damage(problem);
        if let Some(damage) = self.scan.damage.last_mut() {
            damage.is_torn = true;
        }
    }

    /// Adds damage, and discards the lines of the current import that were read so far.
    fn add_damage(&mut self, problem: String) {
        self.validator = LogValidator::new();
        self.import_start = None;
        let (location, path) =
            (self.frame_location, file_path(self.folder, self.frame_location.file));
        self.scan.damage.push(Damage {
            path,
            offset: location.offset,
            problem,
            location,
            is_torn: false,
        });
    }

    /// Removes torn frames after the last import, in the last file, from the damage. An interrupted
    /// import left these frames. The import was never acknowledged, and any part of it may be on
    /// disk.
    fn discard_torn_tail(&mut self, last_file: u32) -> Result<()> {
        let end = self.scan.segments.last().map_or(Some(Location::default()), JournalSegment::end);
        let Some(end) = end else { return Ok(()) };
        let offset = if end.file == last_file { end.offset } else { 0 };
        let start = Location { file: last_file, offset };
        let before = self.scan.damage.len();
        // The last file may be new. The last import then ends in the file before it.
        let is_adjacent = end.file == last_file || end.file + 1 == last_file;
        self.scan
            .damage
            .retain(|damage| !is_adjacent || !damage.is_torn || damage.location < start);
        if self.scan.damage.len() < before {
            self.scan.tail_bytes = file_length(self.folder, last_file)? - start.offset;
        }
        Ok(())
    }

    /// Adds damage if the required import is missing or has another digest.
    fn check_required(&mut self, required: &LogPosition, last_file: u32) -> Result<()> {
        let (last, _) = self.last_import();
        let last_file = last_file.max(1);
        self.frame_location =
            Location { file: last_file, offset: file_length(self.folder, last_file)? };
        if required.import > last {
            self.add_damage(end_marker::missing_import_problem(required.import));
            let lost = LostRange {
                first: last + 1,
                last: required.import,
                digest: required.digest.clone(),
            };
            self.scan.segments.push(JournalSegment::Lost(lost, None));
            return Ok(());
        }
        let segment =
            self.scan.segments.iter().find(|part| part.last_import().0 == required.import);
        if segment.is_some_and(|part| part.last_import().1 != required.digest) {
            self.add_damage(format!(
                "import {} differs from the acknowledged import",
                required.import
            ));
        }
        Ok(())
    }
}
