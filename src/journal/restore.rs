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
    let mut lines = ExportReader { lines, path: from, line_number: 0, offset: 0, next_offset: 0 };
    while let Some(mut next) = lines.next_line()? {
        if let JournalLine::Lost(lost) = next.line {
            journal.record_lost_range(&lost, next.digest.is_some())?;
            continue;
        }
        let mut writer = journal.append()?;
        while let JournalLine::Entry(entry) = next.line {
            writer.push_exported(entry, next.digest)?;
            next = lines.next_line()?.ok_or_else(|| {
                lines.line_error("the last import has no end: only an export of all versions of a whole archive, to its last line, can be restored")
            })?;
        }
        let JournalLine::Commit(commit, digest) = next.line else {
            return Err(lines.line_error("imports are lost before the last one ended"));
        };
        let import = commit.import;
        if !writer.commit_exported(commit, &digest)? {
            let problem = format!("import {import} does not match its digest, or is out of order");
            return Err(lines.line_error(&problem));
        }
    }
    Ok(())
}

struct ExportReader<'a> {
    lines: &'a mut dyn BufRead,
    path: &'a Path,
    /// Number of the last line read, counted from 1.
    line_number: u64,
    offset: u64,
    next_offset: u64,
}

impl ExportReader<'_> {
    fn next_line(&mut self) -> Result<Option<ExportedLine>> {
        let mut bytes = Vec::new();
        let read = (&mut *self.lines).take(frame::MAX_FRAME_TEXT).read_until(b'\n', &mut bytes);
        let length = read.map_err(Error::io("read", self.path))? as u64;
        self.offset = self.next_offset;
        if length == 0 {
            return Ok(None);
        }
        self.line_number += 1;
        self.next_offset += length;
        let line =
            std::str::from_utf8(&bytes).map_err(|_| self.line_error("the line is not UTF-8"))?;
        JournalLine::parse_exported(line.trim_end())
            .map(Some)
            .map_err(|problem| self.line_error(&problem))
    }

    fn line_error(&self, problem: &str) -> Error {
        let problem = format!("line {}: {problem}", self.line_number);
        Error::Backup { path: self.path.to_owned(), offset: self.offset, problem }
    }
}
