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
    /// Moves to the election with this title. Returns its id, or `None` if there is no such
    /// election.
    pub(crate) fn seek(&mut self, view: &StateView<'_>, title: &str) -> Result<Option<u64>> {
        if self.title != title {
            let is_same = |row: &ElectionRow| row.titles().contains(&fold(title));
            if !self.row.as_ref().is_some_and(is_same) {
                *self = Self { row: view.row_by_title(title)?, ..Self::default() };
            }
            title.clone_into(&mut self.title);
        }
        Ok(self.row.as_ref().map(ElectionRow::id))
    }

    /// Returns the version of the election that a journal line added, with its number.
    pub(crate) fn version(
        &mut self,
        view: &StateView<'_>,
        line: u64,
    ) -> Result<Option<(u32, VersionRow)>> {
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
