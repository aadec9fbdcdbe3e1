//! What was given: an append-only file of every import, with the exact source texts.
//!
//! The files `000001.jsonl.zst`, `000002.jsonl.zst` … are runs of zstd frames with content
//! checksums, and hold JSON lines. An import is one or more whole frames in one file; its last
//! line is its commit, and what no commit follows was never given. See `docs/format.md`.

mod entry;
mod frame;
mod write;

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::{Error, Result};

use entry::Digest;
pub use entry::TerritoryAlias;
pub(crate) use entry::{Commit, Entry, Line, VersionEntry};
use frame::{Frame, Frames};
pub(crate) use write::Writer;

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
#[derive(Debug)]
pub(crate) struct Journal {
    folder: PathBuf,
    end: Mark,
}

impl Journal {
    /// Opens the journal in `folder`, of which all up to `known` was read before. What stands
    /// after the last commit is cut off, and the second value says so.
    pub(crate) fn open(folder: &Path, known: Mark) -> Result<(Self, Option<String>)> {
        fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        let mut journal = Self { folder: folder.to_owned(), end: known.clone() };
        let mut end = known.clone();
        // The reader stops at a frame that cannot be read; the commits before it stand.
        let stopped = journal.read(&known, None, &mut |_, _, mark| {
            end.clone_from(mark);
            Ok(())
        });
        let problem = match stopped {
            Ok(()) => None,
            Err(Error::Journal { path, offset, problem }) => Some((path, offset, problem)),
            Err(error) => return Err(error),
        };
        journal.end = end;
        let notice = journal.cut_tail(problem)?;
        Ok((journal, notice))
    }

    /// The end of the last import.
    pub(crate) fn end(&self) -> &Mark {
        &self.end
    }

    /// Whether the journal in `folder` has the import that the mark names, ending where it says.
    pub(crate) fn holds(folder: &Path, mark: &Mark) -> bool {
        if mark.import == 0 {
            return true;
        }
        let Ok(Some(frame)) = Frames::at(folder, mark.commit).next_frame() else { return false };
        let committed = frame.lines().last().and_then(|line| Line::parse(line).ok());
        let end = Location { offset: frame.end, ..mark.commit };
        matches!(committed, Some(Line::Commit(commit, digest))
            if commit.import == mark.import && digest == mark.digest && end == mark.end)
    }

    /// Every line of every import after `from`, with its frame and its number within it. `mark`
    /// is the end of the import when the line is a commit, else that of the import before.
    pub(crate) fn replay(
        &self,
        from: &Mark,
        each: &mut dyn FnMut(Place, Line, &Mark) -> Result<()>,
    ) -> Result<()> {
        self.read(from, Some(self.end.end), each)
    }

    /// One line again.
    pub(crate) fn line(&self, place: Place) -> Result<Line> {
        let frame = Frames::at(&self.folder, place.frame).next_frame()?;
        let lost = || self.damage(place.frame, format!("line {} is not there", place.line));
        let frame = frame.ok_or_else(lost)?;
        let line = frame.lines().nth(place.line as usize).ok_or_else(lost)?;
        Line::parse(line).map_err(|problem| self.damage(place.frame, problem))
    }

    /// Starts an import.
    pub(crate) fn append(&mut self) -> Result<Writer<'_>> {
        Writer::new(self)
    }

    fn read(
        &self,
        from: &Mark,
        until: Option<Location>,
        each: &mut dyn FnMut(Place, Line, &Mark) -> Result<()>,
    ) -> Result<()> {
        let mut frames = Frames::at(&self.folder, from.end);
        let mut mark = from.clone();
        let mut digest = Digest::new();
        while until.is_none_or(|until| frames.location() < until) {
            let Some(frame) = frames.next_frame()? else { break };
            for (number, line) in (0..).zip(frame.lines()) {
                let damage = |problem| self.damage(frame.location, problem);
                let parsed = Line::parse(line).map_err(damage)?;
                match &parsed {
                    Line::Entry(_) => digest.add(line),
                    Line::Commit(commit, stated) => {
                        let end = Location { offset: frame.end, ..frame.location };
                        self.follow(&mark, commit, &digest.finish(line), stated, &frame)?;
                        mark = Mark {
                            import: commit.import,
                            digest: stated.clone(),
                            commit: frame.location,
                            end,
                        };
                    }
                }
                each(Place { frame: frame.location, line: number }, parsed, &mark)?;
            }
        }
        Ok(())
    }

    /// Checks that a commit belongs to the lines before it and to the import before it.
    fn follow(
        &self,
        before: &Mark,
        commit: &Commit,
        found: &str,
        stated: &str,
        frame: &Frame,
    ) -> Result<()> {
        let problem = if found != stated {
            format!("import {} has the digest {found}, and says {stated}", commit.import)
        } else if commit.import != before.import + 1 || commit.parent != before.digest {
            format!("import {} does not follow import {}", commit.import, before.import)
        } else {
            return Ok(());
        };
        Err(self.damage(frame.location, problem))
    }

    fn damage(&self, at: Location, problem: String) -> Error {
        Error::Journal { path: file_path(&self.folder, at.file), offset: at.offset, problem }
    }

    /// Cuts off what no commit follows. What a stopped import leaves is the rest of its frames;
    /// what cannot be read for another reason is put aside, for it was perhaps acknowledged.
    fn cut_tail(&self, problem: Option<(PathBuf, u64, String)>) -> Result<Option<String>> {
        let file = self.end.end.file.max(1);
        let path = file_path(&self.folder, file);
        let length = fs::metadata(&path).map_or(0, |metadata| metadata.len());
        let later = file_path(&self.folder, file + 1);
        let begins = if self.end.end.file == 0 { 0 } else { self.end.end.offset };
        if let Some((path, offset, problem)) = problem {
            let torn = problem == frame::INCOMPLETE;
            if !torn || later.exists() {
                return Err(Error::Journal { path, offset, problem });
            }
        }
        let next = fs::metadata(&later).map_or(0, |metadata| metadata.len());
        if length <= begins && next == 0 {
            return Ok(None);
        }
        for (path, keep) in [(&path, begins), (&later, 0)] {
            if path.exists() {
                truncate(path, keep).map_err(Error::io("cut the unfinished import off", path))?;
            }
        }
        let cut = length.saturating_sub(begins) + next;
        Ok(Some(format!("an unfinished import was cut off the journal ({cut} bytes)")))
    }
}

/// A line of the journal: its frame, and its number within it, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) frame: Location,
    pub(crate) line: u32,
}

fn file_path(folder: &Path, number: u32) -> PathBuf {
    folder.join(format!("{number:06}.jsonl.zst"))
}

fn truncate(path: &Path, length: u64) -> io::Result<()> {
    let file = OpenOptions::new().write(true).open(path)?;
    file.set_len(length)?;
    file.sync_all()
}

/// Makes the names in a folder durable: a new file is not safe before its folder is.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    if cfg!(unix) {
        let synced = File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(Error::io("write", folder))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
