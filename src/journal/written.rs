//! Restores a journal from an export, import by import. Each import must have its original digest.

use std::io::{BufRead, Read};
use std::path::Path;
use std::sync::Arc;

use super::frame;
use super::line::{ExportedLine, JournalLine};
use super::log::Journal;
use super::position::LogPosition;
use crate::disk::SystemDisk;
use crate::{Error, Result};

/// Writes the imports in `lines` to the empty folder `to`. Errors name `from` as their source.
///
/// # Errors
/// When a line is not a journal line, an import does not match its digest, or the last import has
/// no commit.
pub(crate) fn restore_lines(lines: &mut dyn BufRead, from: &Path, to: &Path) -> Result<()> {
    let (mut journal, _) = Journal::open(to, &LogPosition::default(), false, Arc::new(SystemDisk))?;
    let mut lines = ExportReader { lines, from, number: 0, offset: 0, next: 0 };
    while let Some(mut next) = lines.next()? {
        if let JournalLine::Lost(lost) = next.line {
            journal.note_lost(&lost, next.digest.is_some())?;
            continue;
        }
        let mut writer = journal.append()?;
        while let JournalLine::Entry(entry) = next.line {
            writer.push_exported(entry, next.digest)?;
            next = lines.next()?.ok_or_else(|| {
                lines.wrong("the last import has no end: only an export of all versions of a whole archive, to its last line, can be restored")
            })?;
        }
        let JournalLine::Commit(commit, digest) = next.line else {
            return Err(lines.wrong("imports are lost before the last one ended"));
        };
        let import = commit.import;
        if !writer.commit_again(commit, &digest)? {
            let problem = format!("import {import} is not what its digest says, or not the next");
            return Err(lines.wrong(&problem));
        }
    }
    Ok(())
}

struct ExportReader<'a> {
    lines: &'a mut dyn BufRead,
    from: &'a Path,
    /// Number of the last line read, counted from 1.
    number: u64,
    offset: u64,
    next: u64,
}

impl ExportReader<'_> {
    fn next(&mut self) -> Result<Option<ExportedLine>> {
        let mut bytes = Vec::new();
        let read = (&mut *self.lines).take(frame::MAX_FRAME_TEXT).read_until(b'\n', &mut bytes);
        let length = read.map_err(Error::io("read", self.from))? as u64;
        self.offset = self.next;
        if length == 0 {
            return Ok(None);
        }
        self.number += 1;
        self.next += length;
        let line = std::str::from_utf8(&bytes).map_err(|_| self.wrong("the line is not UTF-8"))?;
        JournalLine::parse_exported(line.trim_end())
            .map(Some)
            .map_err(|problem| self.wrong(&problem))
    }

    fn wrong(&self, problem: &str) -> Error {
        let problem = format!("line {}: {problem}", self.number);
        Error::Backup { path: self.from.to_owned(), offset: self.offset, problem }
    }
}
