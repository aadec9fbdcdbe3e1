//! Makes a journal of the lines of one that was written out, import by import, each of which must
//! have the digest that it had.

use std::io::{BufRead, Read};
use std::path::Path;
use std::sync::Arc;

use super::line::{ExportedLine, Line};
use super::{Journal, Mark, frame};
use crate::disk::System;
use crate::{Error, Result};

/// Writes the imports in `lines` to the empty folder `to`; `from` is where they come from.
///
/// # Errors
/// Where a line is none of a journal, where an import is not what its digest says, and when the last
/// import has no end.
pub(crate) fn write_lines(lines: &mut dyn BufRead, from: &Path, to: &Path) -> Result<()> {
    let (mut journal, _) = Journal::open(to, &Mark::default(), false, Arc::new(System))?;
    let mut lines = Lines { lines, from, number: 0, offset: 0, next: 0 };
    while let Some(mut next) = lines.next()? {
        if let Line::Lost(lost) = next.line {
            journal.note_lost(&lost, next.digest.is_some())?;
            continue;
        }
        let mut writer = journal.append()?;
        while let Line::Entry(entry) = next.line {
            writer.push_exported(entry, next.digest)?;
            next = lines.next()?.ok_or_else(|| {
                lines.wrong("the last import has no end: only an export of all versions of a whole archive, to its last line, can be restored")
            })?;
        }
        let Line::Commit(commit, digest) = next.line else {
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

struct Lines<'a> {
    lines: &'a mut dyn BufRead,
    from: &'a Path,
    /// Of the line that was read last, counted from 1.
    number: u64,
    offset: u64,
    next: u64,
}

impl Lines<'_> {
    fn next(&mut self) -> Result<Option<ExportedLine>> {
        let mut bytes = Vec::new();
        let read = (&mut *self.lines).take(frame::LARGEST).read_until(b'\n', &mut bytes);
        let length = read.map_err(Error::io("read", self.from))? as u64;
        self.offset = self.next;
        if length == 0 {
            return Ok(None);
        }
        self.number += 1;
        self.next += length;
        let line = std::str::from_utf8(&bytes).map_err(|_| self.wrong("the line is not UTF-8"))?;
        Line::parse_exported(line.trim_end()).map(Some).map_err(|problem| self.wrong(&problem))
    }

    fn wrong(&self, problem: &str) -> Error {
        let problem = format!("line {}: {problem}", self.number);
        Error::Backup { path: self.from.to_owned(), offset: self.offset, problem }
    }
}
