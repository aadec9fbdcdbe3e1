//! What the archive was given, line by line, with what it makes of each.

use super::{ElectionId, Snapshot};
use crate::Result;
use crate::index::Cursor;
use crate::journal::{Entry, Line, Mark};
use crate::model::Election;

/// A line of the journal, as it stands. Of a version or a removal, with the election that has it.
pub(crate) struct Given<'a> {
    pub(crate) line: &'a str,
    pub(crate) import: u64,
    pub(crate) version: Option<Numbered>,
}

/// A version by its election and its number.
pub(crate) struct Numbered {
    pub(crate) id: ElectionId,
    pub(crate) number: u32,
    /// None when it is a removal.
    pub(crate) election: Option<Election>,
}

impl Snapshot {
    /// Hands on every line of the journal, the first first.
    pub(crate) fn replay(&self, each: &mut dyn FnMut(Given<'_>) -> Result<()>) -> Result<()> {
        let view = self.view();
        let (mut cursor, mut number) = (Cursor::default(), 0);
        self.journal().replay_texts(&Mark::default(), &mut |_, text, line, mark| {
            let at = number;
            number += 1;
            let title = match &line {
                Line::Entry(Entry::Version(given)) => &given.title,
                Line::Entry(Entry::Removal { title }) => title,
                _ => return each(Given { import: mark.import, version: None, line: text }),
            };
            let import = mark.import + 1;
            let Some(id) = cursor.seek(&view, title)? else {
                return each(Given { import, version: None, line: text });
            };
            let numbered = match cursor.version(&view, at)? {
                None => None,
                Some((number, version)) => {
                    let read = || view.record(&version);
                    let election = (!version.is_removal()).then(read).transpose()?;
                    Some(Numbered { id: ElectionId(id), number, election })
                }
            };
            each(Given { import, version: numbered, line: text })
        })
    }
}
