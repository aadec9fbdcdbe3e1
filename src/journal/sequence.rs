//! Whether the lines of a journal follow one another: entries, then the commit that counts and digests
//! them, or a note of lost imports.

use super::digest::{self, COMMIT, ImportDigest};
use super::line::LineError;
use super::{Commit, Entry, Line};

/// What was read since the last import ended.
pub(super) struct Sequence {
    digest: ImportDigest,
    /// Whether the import's lines have digests of their own (format 2).
    has_digests: bool,
    counts: Counts,
    /// The frame has ended an import, and may have no more lines.
    ended: bool,
}

/// How many entries of each kind there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counts {
    versions: u64,
    removals: u64,
    aliases: u64,
}

impl Counts {
    pub(super) fn add(&mut self, entry: &Entry) {
        match entry {
            Entry::Version(_) => self.versions += 1,
            Entry::Removal { .. } => self.removals += 1,
            Entry::Alias { .. } | Entry::Territory(_) | Entry::Lineage(_) => self.aliases += 1,
        }
    }

    pub(super) fn put_into(self, commit: Commit) -> Commit {
        let Self { versions, removals, aliases } = self;
        Commit { versions, removals, aliases, ..commit }
    }
}

impl Sequence {
    pub(super) fn new() -> Self {
        Self {
            digest: ImportDigest::new(),
            has_digests: false,
            counts: Counts::default(),
            ended: false,
        }
    }

    /// A frame begins.
    pub(super) fn frame(&mut self) {
        self.ended = false;
    }

    /// Parses the next line.
    ///
    /// # Errors
    /// As [`Line::parse`]. In an import whose lines have digests, a line that is not known is damage where its digest
    /// is missing or does not hold; that of a commit covers the import.
    pub(super) fn parse(&mut self, text: &str) -> Result<Line, LineError> {
        let parsed = Line::parse(text);
        if self.has_digests && matches!(parsed, Err(LineError::Unknown(_))) {
            let holds = match digest::split(text) {
                Some((_, stated)) if text.starts_with(COMMIT) => self.digest.finish(text) == stated,
                digest => digest.is_some(),
            };
            if !holds {
                let problem = "a line is neither known nor what its digest says";
                return Err(LineError::Damaged(problem.to_owned()));
            }
        }
        parsed
    }

    /// Takes a line in, and says what is wrong with it after those before it.
    pub(super) fn line(&mut self, text: &str, line: &Line) -> Result<(), String> {
        if self.ended {
            return Err("an import ends, and its frame does not".to_owned());
        }
        match line {
            Line::Entry(entry) => {
                self.digest.line(text);
                self.has_digests |= digest::split(text).is_some();
                self.counts.add(entry);
            }
            Line::Commit(commit, stated) => {
                (self.ended, self.has_digests) = (true, false);
                let (found, counts) = (self.digest.finish(text), std::mem::take(&mut self.counts));
                let import = commit.import;
                if found != *stated {
                    return Err(format!("import {import} is not what its digest says"));
                }
                if counts.put_into(commit.clone()) != *commit {
                    return Err(format!("import {import} does not have what it counts"));
                }
            }
            Line::Lost(_) if self.counts != Counts::default() => {
                return Err("imports are lost before the last one ended".to_owned());
            }
            Line::Lost(_) => {}
        }
        Ok(())
    }
}
