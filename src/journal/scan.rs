//! Reads a whole journal, whatever its state: which imports are whole, which are lost, and what
//! cannot be read. Changes nothing.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use super::format::JournalFormat;
use super::frame::{self, Frame, Frames};
use super::line::LineError;
use super::sequence::Sequence;
use super::{Commit, Line, Location, Lost, Mark};
use super::{acknowledged, cut_behind, digest, file_length, file_numbers, file_path};
use crate::disk::Disk;
use crate::{Error, Result};

/// What a journal holds.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// Imports that are whole, and the gaps between them, in order.
    pub(crate) parts: Vec<Part>,
    /// What cannot be read.
    pub(crate) damage: Vec<Damage>,
    /// How many bytes a stopped import left at the end.
    pub(crate) tail: u64,
    /// The format of the lines.
    pub(crate) format: JournalFormat,
}

/// A stretch of a journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// An import, where it begins, and its end.
    Import(Commit, Location, Mark),
    /// Imports that are lost, and where a repair has noted it.
    Lost(Lost, Option<(Location, Mark)>),
}

impl Part {
    /// Where what follows begins, where that is known.
    fn end(&self) -> Option<Location> {
        match self {
            Self::Import(.., mark) | Self::Lost(_, Some((_, mark))) => Some(mark.end),
            Self::Lost(_, None) => None,
        }
    }

    /// The number and the digest of the last import of it.
    pub(super) fn last(&self) -> (u64, &str) {
        match self {
            Self::Import(.., mark) => (mark.import, &mark.digest),
            Self::Lost(lost, _) => (lost.last, &lost.digest),
        }
    }
}

/// A place of a journal that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Damage {
    pub(crate) path: PathBuf,
    pub(crate) offset: u64,
    pub(crate) problem: String,
    at: Location,
    /// A write that was stopped, or a disk that lost part of it, may have left it so. What is intact and wrong was written
    /// so.
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

impl Scan {
    /// Reads the journal in `folder`, which has had the import that `known` marks.
    ///
    /// # Errors
    /// When the system refuses to read, or a line is of a newer format. Damage is no error.
    pub(crate) fn of(folder: &Path, known: &Mark) -> Result<Self> {
        // The archive may be in use; what it acknowledges from here on is not missed.
        let acknowledged = acknowledged::read(folder)?;
        let mut scanner = Scanner {
            folder,
            scan: Self::default(),
            sequence: Sequence::new(),
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

    /// The number and the digest of the last import.
    pub(crate) fn last(&self) -> (u64, &str) {
        self.parts.last().map_or((0, super::NO_PARENT), Part::last)
    }

    /// The parts behind an import, which must be there, by its number and its digest.
    pub(crate) fn parts_after(&self, import: u64, digest: &str) -> Option<&[Part]> {
        if import == 0 {
            return Some(&self.parts);
        }
        let at = self.parts.iter().position(|part| part.last() == (import, digest))?;
        self.parts.get(at + 1..)
    }

    /// The format of a copy of the parts, in which gaps are noted that are not noted yet.
    pub(crate) fn format_of_copy(&self) -> JournalFormat {
        self.new_gaps().next().map_or(self.format, |_| JournalFormat::CURRENT)
    }

    /// Cuts off what a stopped import has left.
    pub(crate) fn cut_tail(&self, folder: &Path, disk: &dyn Disk) -> Result<()> {
        let end = self.parts.last().and_then(Part::end).unwrap_or_default();
        cut_behind(folder, end, disk, &mut |_| Ok(())).map(drop)
    }

    /// The gaps that no repair has noted yet.
    pub(crate) fn new_gaps(&self) -> impl Iterator<Item = &Lost> {
        self.parts.iter().filter_map(|part| match part {
            Part::Lost(lost, None) => Some(lost),
            _ => None,
        })
    }
}

/// So many bytes at least are read and unpacked to find what can be read behind damage.
const SEARCH: u64 = 64 * 1024 * 1024;

struct Scanner<'a> {
    folder: &'a Path,
    scan: Scan,
    sequence: Sequence,
    /// Where the import begins of which entries were read.
    pending: Option<Location>,
    /// The frame that is being read.
    frame: Location,
    /// How much of the damage stands before the last part.
    explained: usize,
}

impl Scanner<'_> {
    fn file(&mut self, number: u32) -> Result<()> {
        let path = file_path(self.folder, number);
        let length = fs::metadata(&path).map_err(Error::io("read", &path))?.len();
        let mut at = Location { file: number, offset: 0 };
        let mut frames = Frames::at(self.folder, at);
        let mut budget = SEARCH.max(16 * length);
        while at.offset < length {
            self.frame = at;
            match frames.next_frame() {
                Ok(Some(frame)) => {
                    at.offset = frame.end;
                    self.frame(&frame)?;
                }
                Ok(None) => break,
                Err(Error::Journal { problem, .. }) => {
                    let next = frame::whole_frame_after(&path, at.offset, &mut budget)?;
                    self.torn(problem);
                    at.offset = next.unwrap_or(length);
                    frames = Frames::at(self.folder, at);
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
            if !matches!(line, Ok(Line::Commit(..))) && digest::split(text).is_some() {
                self.scan.format = JournalFormat::V2;
            }
            match line {
                Ok(Line::Entry(_)) => {
                    self.pending.get_or_insert(frame.location);
                }
                Ok(Line::Commit(commit, digest)) => {
                    let begins = self.pending.take().unwrap_or(frame.location);
                    self.import(commit, digest, begins, frame.end);
                }
                Ok(Line::Lost(lost)) => self.lost(lost, frame),
                // A commit may be on the disk where a frame before it is not.
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

    fn lost(&mut self, lost: Lost, frame: &Frame) {
        let next = self.last().0 + 1;
        let part = match lost.first {
            first if first == next => {
                let mark = lost.mark(frame);
                Part::Lost(lost, Some((frame.location, mark)))
            }
            // Those between are lost as well, and nothing says what digests they had.
            first if first > next => {
                self.missing(next, first - 1);
                Part::Lost(Lost { first: next, ..lost }, None)
            }
            first => {
                return self.damaged(format!("import {first} is lost after import {}", next - 1));
            }
        };
        self.part(part);
    }

    /// Adds a part, which ends the damage before it.
    fn part(&mut self, part: Part) {
        self.scan.parts.push(part);
        self.explained = self.scan.damage.len();
    }

    /// Imports that nothing notes as lost, and of which no damage has told.
    fn missing(&mut self, first: u64, last: u64) {
        if self.scan.damage.len() == self.explained {
            self.damaged(match last - first {
                0 => format!("import {first} is missing before this"),
                _ => format!("imports {first} to {last} are missing before this"),
            });
        }
    }

    fn last(&self) -> (u64, String) {
        self.scan.parts.last().map_or((0, super::NO_PARENT.to_owned()), |part| {
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
            let lost = Lost { first: last + 1, last: commit.import - 1, digest };
            self.part(Part::Lost(lost, None));
        }
        let mark = Mark {
            import: commit.import,
            digest,
            commit: self.frame,
            end: Location { offset: end, ..self.frame },
        };
        self.part(Part::Import(commit, begins, mark));
    }

    /// Whether a frame of the import that is being read is torn.
    fn follows_torn(&self) -> bool {
        let since = self.scan.damage.get(self.explained..).unwrap_or_default();
        since.last().is_some_and(|damage| damage.is_torn)
    }

    /// Damage that a stopped import may have left.
    fn torn(&mut self, problem: String) {
        self.damaged(problem);
        if let Some(damage) = self.scan.damage.last_mut() {
            damage.is_torn = true;
        }
    }

    /// What was read of an import before damage is of no use.
    fn damaged(&mut self, problem: String) {
        self.sequence = Sequence::new();
        self.pending = None;
        let (at, path) = (self.frame, file_path(self.folder, self.frame.file));
        self.scan.damage.push(Damage { path, offset: at.offset, problem, at, is_torn: false });
    }

    /// What stands behind the last import, in the last file, is no damage but what an import left
    /// that was stopped: it was never acknowledged, and a disk may have any part of it.
    fn tail(&mut self, last_file: u32) -> Result<()> {
        let end = self.scan.parts.last().map_or(Some(Location::default()), Part::end);
        let Some(end) = end else { return Ok(()) };
        let begins = if end.file == last_file { end.offset } else { 0 };
        let begins = Location { file: last_file, offset: begins };
        let before = self.scan.damage.len();
        // A file may be new, and then what came before it ends with the file before.
        let new = end.file == last_file || end.file + 1 == last_file;
        self.scan.damage.retain(|damage| !new || !damage.is_torn || damage.at < begins);
        if self.scan.damage.len() < before {
            self.scan.tail = file_length(self.folder, last_file)? - begins.offset;
        }
        Ok(())
    }

    /// Whether the journal has what it is known to have had.
    fn compare(&mut self, known: &Mark, last_file: u32) -> Result<()> {
        let (last, _) = self.last();
        let last_file = last_file.max(1);
        self.frame = Location { file: last_file, offset: file_length(self.folder, last_file)? };
        if known.import > last {
            self.damaged(acknowledged::missing(known.import));
            let lost = Lost { first: last + 1, last: known.import, digest: known.digest.clone() };
            self.scan.parts.push(Part::Lost(lost, None));
            return Ok(());
        }
        let here = self.scan.parts.iter().find(|part| part.last().0 == known.import);
        if here.is_some_and(|part| part.last().1 != known.digest) {
            self.damaged(format!("import {} is another than it was", known.import));
        }
        Ok(())
    }
}
