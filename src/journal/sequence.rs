//! Whether the lines of a journal follow one another: entries, then the commit that counts and digests
//! them, or a note of lost imports.

use super::entry::{Commit, Digest, Entry, Line};

/// What was read since the last import ended.
pub(super) struct Sequence {
    digest: Digest,
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
        Self { digest: Digest::new(), counts: Counts::default(), ended: false }
    }

    /// A frame begins.
    pub(super) fn frame(&mut self) {
        self.ended = false;
    }

    /// Takes a line in, and says what is wrong with it after those before it.
    pub(super) fn line(&mut self, text: &str, line: &Line) -> Result<(), String> {
        if self.ended {
            return Err("an import ends, and its frame does not".to_owned());
        }
        match line {
            Line::Entry(entry) => {
                self.digest.add(text.as_bytes());
                self.digest.add(b"\n");
                self.counts.add(entry);
            }
            Line::Commit(commit, stated) => {
                self.ended = true;
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
