//! Checks of the areas of a whole table: codes that two areas share, and names that several have.

use std::collections::{HashMap, HashSet};

use super::area_rows::RecordKey;
use super::area_sums::LargerAreas;
use super::errors::cell_error;
use super::report::{Notes, RowNote};
use super::row_groups::RowGroups;
use super::rows::Row;
use super::table_view::TableView;
use crate::ParseError;
use crate::model::fold;

/// Areas that are excluded, because others have their codes.
pub(super) struct AreaChecks {
    /// Code of an area, and the path of another area of the event that has it.
    shared_codes: HashMap<RecordKey, (String, String)>,
}

impl AreaChecks {
    /// Compares the areas of each event. Names that several areas have, and whose codes do not tell
    /// them apart, are noted.
    pub(super) fn new(
        view: &TableView<'_>,
        groups: &RowGroups<'_>,
        larger: &LargerAreas,
        notes: &mut Notes,
    ) -> Self {
        let mut shared_codes = HashMap::new();
        let Some(columns) = &view.mapping.area else { return Self { shared_codes } };
        let mut codes: HashMap<(&[String], usize, String), &RecordKey> = HashMap::new();
        let mut names: HashMap<(&[String], String), &RecordKey> = HashMap::new();
        let mut noted = HashSet::new();
        for key in groups.keys.iter().filter(|key| !key.path.is_empty()) {
            let rows = groups.rows.get(key).into_iter().flat_map(|times| times.values().flatten());
            let mut rows = rows.peekable();
            let first = rows.peek().copied();
            let code =
                rows.find_map(|row| view.optional_text(columns.code.as_ref(), row).ok().flatten());
            if let Some(code) = code {
                let other = *codes.entry((&key.event, key.path.len(), code.clone())).or_insert(key);
                if other != key {
                    shared_codes.insert(key.clone(), (code.clone(), other.path.join(", ")));
                    let path = key.path.join(", ");
                    shared_codes.entry(other.clone()).or_insert((code, path));
                }
                continue;
            }
            let (Some(name), Some(row)) = (key.path.last(), first) else { continue };
            let other = *names.entry((&key.event, fold(name))).or_insert(key);
            if other != key && !larger.contains(key) && noted.insert(&key.path) {
                let description =
                    format!("'{}' and '{}'", other.path.join(", "), key.path.join(", "));
                notes.add(RowNote::AreaNameTwice, row.line, description);
            }
        }
        Self { shared_codes }
    }

    /// Checks the area of a record.
    ///
    /// # Errors
    /// When another area of the event has its code.
    pub(super) fn of_record(
        &self,
        view: &TableView<'_>,
        key: &RecordKey,
        rows: &[&Row],
    ) -> Result<(), ParseError> {
        let Some((code, other)) = self.shared_codes.get(key) else { return Ok(()) };
        let value = view.mapping.area.as_ref().and_then(|area| area.code.as_ref());
        let column = value.map_or("", |value| value.column_name());
        let expected = format!(
            "a code that no other area has, for '{}'; '{other}' has it too (without 'code' in [area], areas are \
             distinguished by their names)",
            key.path.join(", ")
        );
        let error = cell_error(view.table, rows.first().copied(), column, &expected);
        Err(ParseError { found: code.clone(), ..error })
    }
}
