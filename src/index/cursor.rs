//! Versions by the lines of the journal that brought them, one after the other.

use super::rows::{ElectionRow, Version};
use super::view::View;
use crate::Result;
use crate::model::fold;

/// A place among the versions of an election. The journal has most versions in the order of their numbers, and those of
/// one election in runs, so the next one is looked for first.
#[derive(Debug, Default)]
pub(crate) struct Cursor {
    title: String,
    row: Option<ElectionRow>,
    next: u32,
}

impl Cursor {
    /// Goes to the election with this title, and returns its number; none where there is none.
    pub(crate) fn seek(&mut self, view: &View<'_>, title: &str) -> Result<Option<u64>> {
        if self.title != title {
            let is_same = |row: &ElectionRow| row.titles().contains(&fold(title));
            if !self.row.as_ref().is_some_and(is_same) {
                *self = Self { row: view.row_titled(title)?, ..Self::default() };
            }
            title.clone_into(&mut self.title);
        }
        Ok(self.row.as_ref().map(ElectionRow::id))
    }

    /// The version of the election that a line brought, with its number.
    pub(crate) fn version(&mut self, view: &View<'_>, line: u64) -> Result<Option<(u32, Version)>> {
        let Some(row) = &self.row else { return Ok(None) };
        let next = self.next;
        // A version that is missing is the error of its own line alone.
        self.next += 1;
        if (1..=row.summary.versions).contains(&next)
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
