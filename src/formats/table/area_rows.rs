//! Areas of rows: which record a row belongs to, and the area and title of a record.

use super::election_rows::{ElectionRows, key_cells};
use super::errors::cell_error;
use super::mapping::{AreaColumns, ValueSource};
use super::reader::Reader;
use super::rows::Row;
use super::table_view::TableView;
use crate::ParseError;
use crate::model::{Area, slug};

/// Identifies a record: the event and its area.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(super) struct RecordKey {
    /// Cells of the columns that identify the event.
    pub(super) event: Vec<String>,
    /// Names of the nested areas; empty for the whole country.
    pub(super) path: Vec<String>,
}

impl RecordKey {
    /// Reads the key of a row.
    ///
    /// # Errors
    /// When the row states an area and not the larger area around it.
    pub(super) fn read(view: &TableView<'_>, row: &Row) -> Result<Self, ParseError> {
        let event = key_cells(view.mapping, view.table, row);
        Ok(Self { event, path: area_path(view, row)? })
    }

    /// Returns the key of the area around this one, at a depth.
    pub(super) fn within(&self, depth: usize) -> Self {
        let path = self.path.iter().take(depth).cloned().collect();
        Self { event: self.event.clone(), path }
    }

    /// Returns the texts of the key, joined by `/`.
    pub(super) fn text(&self) -> String {
        let texts: Vec<&str> = self.event.iter().chain(&self.path).map(String::as_str).collect();
        texts.join("/")
    }
}

/// Returns the names of the areas of a row, the largest first; none for the whole country.
///
/// # Errors
/// When the row states an area and not the larger area around it.
pub(super) fn area_path(view: &TableView<'_>, row: &Row) -> Result<Vec<String>, ParseError> {
    let Some(area) = &view.mapping.area else { return Ok(Vec::new()) };
    let mut path: Vec<String> = Vec::with_capacity(area.path.len());
    let mut missing: Option<&ValueSource> = None;
    for value in &area.path {
        let name = view.text(value, row)?.filter(|name| !name.trim().is_empty());
        match (name, missing) {
            (Some(name), None) => path.push(name),
            (None, _) => missing = missing.or(Some(value)),
            (Some(name), Some(larger)) => {
                let expected = format!(
                    "the larger area in '{}', since the row states the area '{name}' in '{}'; the path of the \
                     whole country or of a larger area ends with blank cells",
                    larger.name(),
                    value.name()
                );
                return Err(cell_error(view.table, Some(row), larger.column_name(), &expected));
            }
        }
    }
    Ok(path)
}

/// Returns the title of a record: that of the event, and the names of the areas.
pub(super) fn record_title(event_title: &str, path: &[String], has_area: bool) -> String {
    if has_area || path.is_empty() {
        return event_title.to_owned();
    }
    format!("{event_title}, {}", path.join(", "))
}

/// Returns the identifier of a record in its source: that of the event, and the areas, since an event
/// has a record for each area.
pub(super) fn record_id(event_id: String, path: &[String]) -> String {
    path.iter().fold(event_id, |id, name| format!("{id}/{}", slug(name)))
}

impl ElectionRows<'_> {
    /// Returns the path of the area of the record.
    pub(super) fn path(&self) -> &[String] {
        self.area.as_ref().map_or(&[], |area| &area.path)
    }
}

impl<'a> Reader<'a> {
    /// Reads the area of the rows; `None` for the whole country.
    ///
    /// # Errors
    /// When the rows disagree on its code or boundaries, unless such cells are kept.
    pub(super) fn area(&mut self, rows: &[&Row]) -> Result<Option<Area>, ParseError> {
        let Some((columns, mut area)) = self.area_without_code() else { return Ok(None) };
        area.code = self.common_text("code", columns.code.as_ref(), rows)?;
        area.boundaries = self.common_text("boundaries", columns.boundaries.as_ref(), rows)?;
        Ok(Some(area))
    }

    /// Reads the area of a sum. Its rows are those of smaller areas: it has no code, and the
    /// boundaries on which all rows agree.
    pub(super) fn summed_area(&mut self, rows: &[&Row]) -> Result<Option<Area>, ParseError> {
        let Some((columns, mut area)) = self.area_without_code() else { return Ok(None) };
        let mut texts = Vec::new();
        for row in rows {
            let text = self.text(columns.boundaries.as_ref(), row)?;
            if !texts.contains(&text) {
                texts.push(text);
            }
            if texts.len() > 1 {
                break;
            }
        }
        area.boundaries = texts.pop().flatten().filter(|_| texts.is_empty());
        Ok(Some(area))
    }

    fn area_without_code(&self) -> Option<(&'a AreaColumns, Area)> {
        let columns = self.election_rows.view.mapping.area.as_ref()?;
        let path = self.election_rows.path().to_vec();
        if path.is_empty() {
            return None;
        }
        let levels = columns.levels_of(path.len()).to_vec();
        Some((columns, Area { path, levels, ..Area::default() }))
    }
}
