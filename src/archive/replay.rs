//! What the archive was given, line by line, with what it makes of each.

use super::{Archive, ElectionId};
use crate::Result;
use crate::journal::{Entry, Line, Mark};
use crate::model::Election;
use crate::store;

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

impl Archive {
    /// Hands on every line of the journal, the first first.
    pub(crate) fn replay(&self, each: &mut dyn FnMut(Given<'_>) -> Result<()>) -> Result<()> {
        // Versions of one election come in runs.
        let mut last: Option<(u64, store::Entry)> = None;
        self.journal.replay_texts(&Mark::default(), &mut |at, text, line, mark| {
            let (title, removal) = match &line {
                Line::Entry(Entry::Version(given)) => (&given.title, false),
                Line::Entry(Entry::Removal { title }) => (title, true),
                _ => return each(Given { import: mark.import, version: None, line: text }),
            };
            let Some(id) = self.store.titled(title)? else {
                return each(Given { import: mark.import + 1, version: None, line: text });
            };
            let (_, entry) = match last.take().filter(|(known, _)| *known == id) {
                Some(known) => last.insert(known),
                None => last.insert((id, self.store.entry(id)?)),
            };
            let version = entry.number_at(at).map(|number| {
                let version = entry.version(number).filter(|_| !removal);
                let election = version.map(|version| self.store.record(version)).transpose()?;
                Ok::<_, crate::Error>(Numbered { id: ElectionId(id), number, election })
            });
            each(Given { import: mark.import + 1, version: version.transpose()?, line: text })
        })
    }
}
