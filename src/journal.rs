//! What was given: an append-only file of every import, with the exact source texts.
//!
//! The files `000001.jsonl.zst`, `000002.jsonl.zst` … are runs of zstd frames with content
//! checksums, and hold JSON lines. An import is one or more whole frames in one file; its last
//! line is its commit, and what no commit follows was never given. See `docs/format.md`.

mod acknowledged;
mod copy;
mod digest;
mod entry;
mod follow;
mod format;
mod frame;
mod line;
mod scan;
mod sequence;
mod tail;
mod version;
mod write;
mod written;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::disk::{self, Disk, Lock, System};
use crate::{Error, Result};

pub(crate) use copy::copy_parts;
pub use entry::TerritoryAlias;
pub(crate) use entry::{Commit, Entry, LineageEntry, Lost};
pub(crate) use follow::Followed;
pub(crate) use format::{JournalFormat, format_of, write_format};
use frame::Frames;
pub(crate) use frame::nothing;
pub(crate) use line::Line;
use line::LineError;
pub(crate) use scan::{Part, Scan};
use sequence::Sequence;
pub(crate) use version::VersionEntry;
pub(crate) use write::{Writer, Written, now};
pub(crate) use written::write_lines;

/// The longest note of an import, in characters.
pub(crate) const LONGEST_NOTE: usize = 1_000;

/// The digest that stands before the first import.
const NO_PARENT: &str = "";

/// The end of an import in the journal: everything before it was acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Mark {
    /// The number of the import that ends here; 0 before the first.
    pub(crate) import: u64,
    /// The digest of that import.
    pub(crate) digest: String,
    /// The frame that holds its commit.
    pub(crate) commit: Location,
    /// Where the next import begins.
    pub(crate) end: Location,
}

/// A frame: the number of its file, and the byte at which it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub(crate) struct Location {
    pub(crate) file: u32,
    pub(crate) offset: u64,
}

/// The journal of one archive.
#[derive(Debug, Clone)]
pub(crate) struct Journal {
    folder: PathBuf,
    end: Mark,
    disk: Arc<dyn Disk>,
    /// Checked before anything is written. None where only this process knows the folder.
    lock: Option<Arc<Lock>>,
    /// The format that the archive states, once it is read.
    format: Option<JournalFormat>,
    /// Whether the names of the journal's folder, and of the folders that hold it, are durable.
    named: bool,
    /// Bytes behind the end that a failed import of this process could not cut off.
    has_leftover: bool,
}

impl Journal {
    /// Opens the journal in `folder`, of which all up to `known` was read before. What follows is made durable
    /// before anything relies on it: an import that was killed while it synced is complete here, and may be on
    /// no disk. What an unfinished import left behind the last commit is cut off, and the second value
    /// says so. With `keep_tail` it is kept beside the journal, for where nothing tells what was acknowledged.
    ///
    /// # Errors
    /// When the journal is damaged, cannot be read, has a line of a newer format, or does not have what is known of
    /// it. Then nothing is changed.
    pub(crate) fn open(
        folder: &Path,
        known: &Mark,
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
        // The reader stops at a frame that cannot be read; the commits before it stand.
        let stopped = journal.read(known, None, &mut |_, _, _, mark| {
            end.clone_from(mark);
            Ok(())
        });
        journal.end = end;
        match stopped {
            Ok(()) => {}
            // Damage, or only what a stopped import has left: whether a whole import follows tells.
            Err(damage @ Error::Journal { .. }) => {
                let scan = Scan::of(folder, known)?;
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
            let problem = acknowledged::missing(acknowledged.import);
            return Err(journal.damage(at, problem));
        }
        journal.sync_from(known)?;
        let notice = journal.cut_tail(keep_tail)?;
        Ok((journal, notice))
    }

    fn at(folder: &Path, end: Mark, disk: Arc<dyn Disk>) -> Self {
        let folder = folder.to_owned();
        Self { folder, end, disk, lock: None, format: None, named: false, has_leftover: false }
    }

    /// Checks this lock before anything is written from now on.
    pub(crate) fn guarded_by(self, lock: Arc<Lock>) -> Self {
        Self { lock: Some(lock), ..self }
    }

    /// The journal up to the end of an import, to be read.
    pub(crate) fn up_to(&self, end: &Mark) -> Self {
        Self { end: end.clone(), ..self.clone() }
    }

    /// The end of the last import.
    pub(crate) fn end(&self) -> &Mark {
        &self.end
    }

    /// Makes the imports after a mark durable.
    fn sync_from(&self, mark: &Mark) -> Result<()> {
        if mark.end == self.end.end {
            return Ok(());
        }
        for file in mark.end.file.max(1)..=self.end.end.file {
            let path = file_path(&self.folder, file);
            self.disk.sync_file(&path).map_err(Error::io("write", &path))?;
        }
        self.disk.sync_folder(&self.folder).map_err(Error::io("write", &self.folder))
    }

    /// Makes the names of the folders durable that hold the journal. A process that was killed may have left them
    /// created or renamed, and not synced.
    fn sync_names(&mut self) -> Result<()> {
        if self.named {
            return Ok(());
        }
        // Of a new archive, the folders above may be new as well.
        let holders = if self.end.import == 0 { usize::MAX } else { 3 };
        let folder = std::path::absolute(&self.folder).map_err(Error::io("find", &self.folder))?;
        for folder in folder.ancestors().take(holders) {
            disk::sync_names(folder, &*self.disk)?;
        }
        self.named = true;
        Ok(())
    }

    /// Whether the import that the mark names is there, ending where it says.
    fn holds(&self, mark: &Mark) -> Result<bool> {
        if mark.import == 0 {
            return Ok(true);
        }
        let frame = match Frames::at(&self.folder, mark.commit).next_frame() {
            Ok(Some(frame)) => frame,
            Ok(None) | Err(Error::Journal { .. }) => return Ok(false),
            Err(error) => return Err(error),
        };
        let line = match frame.lines().last().map(Line::parse).transpose() {
            Err(error @ LineError::Unknown(_)) => return Err(self.unusable(mark.commit, error)),
            line => line.ok().flatten(),
        };
        Ok(match line {
            Some(Line::Commit(commit, digest)) => {
                let end = Location { offset: frame.end, ..mark.commit };
                commit.import == mark.import && digest == mark.digest && end == mark.end
            }
            Some(Line::Lost(lost)) => lost.mark(&frame) == *mark,
            _ => false,
        })
    }

    /// Every line of every import after `from`, with its frame and its number within it. `mark`
    /// is the end of the import when the line is a commit, else that of the import before.
    pub(crate) fn replay(
        &self,
        from: &Mark,
        each: &mut dyn FnMut(Place, Line, &Mark) -> Result<()>,
    ) -> Result<()> {
        self.replay_texts(from, &mut |place, _, line, mark| each(place, line, mark))
    }

    /// As [`Journal::replay`], and the text of each line.
    pub(crate) fn replay_texts(
        &self,
        from: &Mark,
        each: &mut dyn FnMut(Place, &str, Line, &Mark) -> Result<()>,
    ) -> Result<()> {
        let mut last = from.clone();
        self.read(from, Some(self.end.end), &mut |place, text, line, mark| {
            last.clone_from(mark);
            each(place, text, line, mark)
        })?;
        // Another process may have put another journal in its place.
        if last == self.end {
            return Ok(());
        }
        let problem = format!("import {} does not end here, as it did", self.end.import);
        Err(self.damage(self.end.commit, problem))
    }

    /// The lines of one whole import of a journal that may be damaged elsewhere.
    pub(crate) fn replay_part(
        folder: &Path,
        part: &Part,
        each: &mut dyn FnMut(Place, Line) -> Result<()>,
    ) -> Result<()> {
        let Part::Import(commit, start, mark) = part else { return Ok(()) };
        let before = Mark {
            import: commit.import - 1,
            digest: commit.parent.clone(),
            end: *start,
            ..Mark::default()
        };
        let journal = Self::at(folder, mark.clone(), Arc::new(System));
        journal.replay(&before, &mut |place, line, _| each(place, line))
    }

    /// One line again.
    pub(crate) fn line(&self, place: Place) -> Result<Line> {
        let frame = Frames::at(&self.folder, place.frame).next_frame()?;
        let lost = || self.damage(place.frame, format!("line {} is not there", place.line));
        let frame = frame.ok_or_else(lost)?;
        let line = frame.lines().nth(place.line as usize).ok_or_else(lost)?;
        Line::parse(line).map_err(|error| self.unusable(place.frame, error))
    }

    /// Notes imports that are lost, in a line with a digest or, as in format 1, without one.
    fn note_lost(&mut self, lost: &Lost, has_digest: bool) -> Result<()> {
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

    /// Starts an import.
    ///
    /// # Errors
    /// When the lock is lost, or the disk refuses.
    pub(crate) fn append(&mut self) -> Result<Writer<'_>> {
        if let Some(lock) = &self.lock {
            lock.check()?;
            if self.format.is_none() {
                // The journal of a locked archive.
                self.format = self.folder.parent().map(format_of).transpose()?;
            }
        }
        self.sync_names()?;
        Writer::new(self)
    }

    fn read(
        &self,
        from: &Mark,
        until: Option<Location>,
        each: &mut dyn FnMut(Place, &str, Line, &Mark) -> Result<()>,
    ) -> Result<()> {
        let mut frames = Frames::at(&self.folder, from.end);
        let mut mark = from.clone();
        let mut sequence = Sequence::new();
        while until.is_none_or(|until| frames.location() < until) {
            let Some(frame) = frames.next_frame()? else { break };
            sequence.frame();
            for (number, line) in (0..).zip(frame.lines()) {
                let damage = |problem| self.damage(frame.location, problem);
                let parsed =
                    sequence.parse(line).map_err(|error| self.unusable(frame.location, error))?;
                sequence.line(line, &parsed).map_err(damage)?;
                match &parsed {
                    Line::Entry(_) => {}
                    Line::Commit(commit, digest) => {
                        if commit.import != mark.import + 1 || commit.parent != mark.digest {
                            let (import, last) = (commit.import, mark.import);
                            return Err(damage(format!("import {import} does not follow {last}")));
                        }
                        mark = Mark {
                            import: commit.import,
                            digest: digest.clone(),
                            commit: frame.location,
                            end: Location { offset: frame.end, ..frame.location },
                        };
                    }
                    Line::Lost(lost) if lost.first == mark.import + 1 => mark = lost.mark(&frame),
                    Line::Lost(lost) => {
                        let (first, last) = (lost.first, mark.import);
                        return Err(damage(format!("import {first} is lost after import {last}")));
                    }
                }
                each(Place { frame: frame.location, line: number }, line, parsed, &mark)?;
            }
        }
        Ok(())
    }

    fn damage(&self, at: Location, problem: String) -> Error {
        Error::Journal { path: file_path(&self.folder, at.file), offset: at.offset, problem }
    }

    /// The error of a line that cannot be used.
    fn unusable(&self, at: Location, error: LineError) -> Error {
        match error {
            LineError::Damaged(problem) => self.damage(at, problem),
            LineError::Unknown(problem) => {
                Error::newer_line(file_path(&self.folder, at.file), at.offset, &problem)
            }
        }
    }

    /// Cuts off what no commit follows: what a stopped import leaves.
    fn cut_tail(&self, keep: bool) -> Result<Option<String>> {
        let mut kept = String::new();
        let cut = cut_behind(&self.folder, self.end.end, &*self.disk, &mut |at| {
            if keep {
                kept = format!(", and kept as {}", self.keep_tail(at)?.display());
            }
            Ok(())
        })?;
        let notice = format!("an unfinished import was cut off the journal ({cut} bytes){kept}");
        Ok((cut > 0).then_some(notice))
    }

    fn keep_tail(&self, at: Location) -> Result<PathBuf> {
        let kept = free_name(&self.folder.with_extension("cut"))?;
        let mut file = self.disk.append(&kept).map_err(Error::io("open", &kept))?;
        let end = file_length(&self.folder, at.file)?;
        copy::copy(&self.folder, at, end, &mut |bytes| {
            file.write(bytes).map_err(Error::io("write", &kept))
        })?;
        file.sync().map_err(Error::io("write", &kept))?;
        Ok(kept)
    }
}

/// A line of the journal: its frame, and its number within it, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) frame: Location,
    pub(crate) line: u32,
}

fn file_path(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{number:06}.jsonl.zst"))
}

/// The numbers of the files in a journal's folder, in order.
fn file_numbers(folder: &Path) -> Result<Vec<u32>> {
    let names = match fs::read_dir(folder) {
        Ok(names) => names,
        Err(error) if disk::is_absent(&error) => return Ok(Vec::new()),
        Err(error) => return Err(Error::io("read", folder)(error)),
    };
    let numbered = |stem: &&str| stem.len() == 6 && stem.bytes().all(|byte| byte.is_ascii_digit());
    let mut numbers = Vec::new();
    for name in names {
        let name = name.map_err(Error::io("read", folder))?.file_name();
        let stem = name.to_str().and_then(|name| name.strip_suffix(".jsonl.zst"));
        numbers.extend(
            stem.filter(numbered)
                .and_then(|stem| stem.parse::<u32>().ok())
                .filter(|number| *number > 0),
        );
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// The number of the last file, of which none may be missing; 0 when there is none.
fn last_file(folder: &Path) -> Result<u32> {
    let numbers = file_numbers(folder)?;
    match (1..).zip(&numbers).find(|(expected, number)| expected != *number) {
        Some((missing, _)) => Err(Error::Journal {
            path: file_path(folder, missing),
            offset: 0,
            problem: "the file is missing".to_owned(),
        }),
        None => Ok(numbers.last().copied().unwrap_or(0)),
    }
}

/// Cuts off all that stands behind a place, and says how many bytes that were. `cutting` hears before where each
/// file is cut.
fn cut_behind(
    folder: &Path,
    end: Location,
    disk: &dyn Disk,
    cutting: &mut dyn FnMut(Location) -> Result<()>,
) -> Result<u64> {
    let mut cut = 0;
    for file in file_numbers(folder)?.into_iter().filter(|file| *file >= end.file) {
        let offset = if file == end.file { end.offset } else { 0 };
        let length = file_length(folder, file)?;
        if length <= offset {
            continue;
        }
        cutting(Location { file, offset })?;
        let path = file_path(folder, file);
        let done = disk.truncate(&path, offset);
        done.map_err(Error::io("cut the unfinished import off", &path))?;
        cut += length - offset;
    }
    Ok(cut)
}

/// The length of a file; 0 where there is none.
pub(crate) fn file_length(folder: &Path, number: u32) -> Result<u64> {
    let path = file_path(folder, number);
    match fs::metadata(&path) {
        Ok(metadata) => Ok(metadata.len()),
        Err(error) if disk::is_absent(&error) => Ok(0),
        Err(error) => Err(Error::io("read", &path)(error)),
    }
}

/// Where the only file of a journal stands.
pub(crate) fn first_file(folder: &Path) -> PathBuf {
    file_path(folder, 1)
}

/// A name like this one that nothing has yet.
///
/// # Errors
/// When the system does not say whether a name is free.
pub(crate) fn free_name(path: &Path) -> Result<PathBuf> {
    let extension = path.extension().map(|extension| extension.to_string_lossy().into_owned());
    let mut number = 0_u64;
    loop {
        number += 1;
        let ending = format!("{}-{number}", extension.as_deref().unwrap_or("old"));
        let name = path.with_extension(ending);
        if !disk::exists(&name)? {
            return Ok(name);
        }
    }
}

#[cfg(test)]
mod tests;
