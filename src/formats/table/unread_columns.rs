//! Columns of a table that a mapping does not read.

use super::layout::Layout;
use super::mapping::{ColumnSelection, Mapping, Unpivot};
use super::rows::Table;

impl Mapping {
    /// Returns the columns of a table that no setting names.
    pub(crate) fn unread_columns(&self, source: &str, text: &str) -> Vec<String> {
        let used = self.columns();
        let own: Vec<&str> = used
            .iter()
            .copied()
            .filter(|column| self.split_joined_column(column).is_none())
            .collect();
        let layout = Layout { used_columns: &own, ..Layout::of_mapping(self) };
        let Ok(table) = Table::read(source, text, layout, &mut Vec::new()) else {
            return Vec::new();
        };
        // Columns from the first that `[unpivot]` takes may all become rows.
        let from = self
            .unpivot
            .as_ref()
            .map_or(table.columns.len(), |unpivot| first_taken(unpivot, &table));
        let is_read = |name: &str| {
            let unpivot = self.unpivot.as_ref();
            let pattern = unpivot.and_then(|unpivot| unpivot.pattern.as_ref());
            let is_matched = pattern.is_some_and(|pattern| pattern.match_whole(name).is_some());
            let is_stated = unpivot.is_some_and(|unpivot| unpivot.stated_columns().contains(&name));
            used.contains(name) || is_matched || is_stated || self.until.contains_key(name)
        };
        let columns = table.columns.iter().take(from);
        columns.filter(|name| !name.is_empty() && !is_read(name)).cloned().collect()
    }
}

/// Returns the index of the first column after which `[unpivot]` takes columns without naming them.
fn first_taken(unpivot: &Unpivot, table: &Table) -> usize {
    let all = table.columns.len();
    let from = match &unpivot.columns {
        Some(ColumnSelection::Range { from, .. }) => Some(from),
        Some(ColumnSelection::Except { .. }) => return 0,
        Some(ColumnSelection::Names(_)) | None => unpivot.from.as_ref(),
    };
    match from {
        Some(super::mapping::ColumnName::Number(number)) => {
            usize::try_from(*number).map_or(all, |number| number.saturating_sub(1))
        }
        Some(super::mapping::ColumnName::Name(name)) => {
            table.columns.iter().position(|column| column == name).unwrap_or(all)
        }
        None => all,
    }
}
