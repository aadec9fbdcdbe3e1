//! Finds versions by the journal lines that added them, in journal order.

use super::rows::{ElectionRow, VersionRow};
use super::view::StateView;
use crate::Result;
use crate::model::fold;

/// A cursor over the versions of an election. The journal mostly contains the versions of an
/// election in runs, ordered by number, so the cursor tries the next number first.
#[derive(Debug, Default)]
pub(crate) struct VersionCursor {
    title: String,
    row: Option<ElectionRow>,
    next: u32,
}

impl VersionCursor {
    /// Returns the version that a journal line with this title added, with its number, and the id
    /// of its election.
    pub(crate) fn find(
        &mut self,
        view: &StateView<'_>,
        title: &str,
        line: u64,
    ) -> Result<Option<(u64, u32, VersionRow)>> {
        self.seek(view, title)?;
        let Some(id) = self.row.as_ref().map(ElectionRow::id) else { return Ok(None) };
        if let Some((number, version)) = self.version(view, line)? {
            return Ok(Some((id, number, version)));
        }
        // The title may have been that of another election when the line was written.
        for id in view.previous_ids(title)? {
            let row = view.election(view.merged_election(id)?)?;
            if let Some(number) = view.number_at(&row, line)? {
                return Ok(Some((row.id(), number, view.version(&row, number)?)));
            }
        }
        Ok(None)
    }

    /// Moves to the election with this title.
    fn seek(&mut self, view: &StateView<'_>, title: &str) -> Result<()> {
        if self.title != title {
            let is_same = |row: &ElectionRow| row.titles().contains(&fold(title));
            if !self.row.as_ref().is_some_and(is_same) {
                *self = Self { row: view.row_by_title(title)?, ..Self::default() };
            }
            title.clone_into(&mut self.title);
        }
        Ok(())
    }

    /// Returns the version of the election that a journal line added, with its number.
    fn version(&mut self, view: &StateView<'_>, line: u64) -> Result<Option<(u32, VersionRow)>> {
        let Some(row) = &self.row else { return Ok(None) };
        let next = self.next;
        // A missing version is an error only for its own line, so advance past it.
        self.next += 1;
        if (1..=row.summary_row.version_count).contains(&next)
            && let Ok(version) = view.version(row, next)
            && version.line == line
        {
            return Ok(Some((next, version)));
        }
        let Some(number) = view.number_at(row, line)? else { return Ok(None) };
        self.next = number + 1;
        Ok(Some((number, view.version(row, number)?)))
    }
}
