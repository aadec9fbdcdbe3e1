//! Replays the journal line by line, with the version that each line added.

use crate::Result;
use crate::archive::{ElectionId, Snapshot};
use crate::index::VersionCursor;
use crate::journal::{JournalEntry, JournalLine, LogPosition};
use crate::model::Election;

/// A line of the journal, verbatim. `version` is set for versions and removals.
pub(crate) struct ReplayedLine<'a> {
    pub(crate) line: &'a str,
    pub(crate) import: u64,
    pub(crate) version: Option<ReplayedVersion>,
}

/// A version, identified by its election and its number.
pub(crate) struct ReplayedVersion {
    pub(crate) id: ElectionId,
    pub(crate) number: u32,
    /// The record, or `None` for a removal.
    pub(crate) election: Option<Election>,
}

impl Snapshot {
    /// Calls `on_line` with every line of the journal, in order.
    pub(crate) fn replay(
        &self,
        on_line: &mut dyn FnMut(ReplayedLine<'_>) -> Result<()>,
    ) -> Result<()> {
        let view = self.view();
        let (mut cursor, mut number) = (VersionCursor::default(), 0);
        self.journal().replay_texts(&LogPosition::default(), &mut |_, text, line, position| {
            let at = number;
            number += 1;
            let title = match &line {
                JournalLine::Entry(JournalEntry::Version(entry)) => &entry.title,
                JournalLine::Entry(JournalEntry::Removal { title }) => title,
                _ => {
                    return on_line(ReplayedLine {
                        import: position.import,
                        version: None,
                        line: text,
                    });
                }
            };
            let import = position.import + 1;
            let version = match cursor.find(&view, title, at)? {
                None => None,
                Some((id, number, version)) => {
                    let read = || view.record(&version);
                    let election = (!version.lacks_record()).then(read).transpose()?;
                    Some(ReplayedVersion { id: ElectionId(id), number, election })
                }
            };
            on_line(ReplayedLine { import, version, line: text })
        })
    }
}
