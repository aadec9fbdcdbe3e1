//! Versions by the lines of the journal that brought them, one after the other.

use super::rows::{ElectionRow, Version};
use super::view::View;
use crate::Result;
use crate::model::fold;

/// A place among the versions of an election. The journal has most versions in the order of their numbers, and those of
/// one election in runs, so the next one is looked for first.
#[derive(Debug, Default)]
pub(crate) struct Cursor {
    row: Option<ElectionRow>,
    next: u32,
}

impl Cursor {
    /// Goes to the election with this title.
    pub(crate) fn election(
        &mut self,
        view: &View<'_>,
        title: &str,
    ) -> Result<Option<&ElectionRow>> {
        let is_here = |row: &ElectionRow| row.titles().contains(&fold(title));
        if !self.row.as_ref().is_some_and(is_here) {
            *self = Self { row: view.row_titled(title)?, next: 1 };
        }
        Ok(self.row.as_ref())
    }

    /// The version of the election that a line brought, with its number.
    pub(crate) fn version(&mut self, view: &View<'_>, line: u64) -> Result<Option<(u32, Version)>> {
        let Some(row) = &self.row else { return Ok(None) };
        let mut found = None;
        if (1..=row.summary.versions).contains(&self.next) {
            let version = view.version(row, self.next)?;
            found = (version.line == line).then_some((self.next, version));
        }
        if found.is_none()
            && let Some(number) = view.number_at(row, line)?
        {
            found = Some((number, view.version(row, number)?));
        }
        self.next = found.as_ref().map_or(self.next, |(number, _)| number + 1);
        Ok(found)
    }
}
