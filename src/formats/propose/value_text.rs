//! Values of a proposed mapping: columns with settings, and the form of dates.

use super::column::Column;
use super::field::Field;
use super::role::Role;
use super::write::quote;

/// A value: a column, or a column with settings.
pub(super) struct ValueText {
    column: String,
    pub(super) settings: Vec<String>,
}

impl ValueText {
    pub(super) fn new(field: &Field, column: Option<&Column>) -> Self {
        let mut settings = Vec::new();
        if column.is_some_and(|column| column.has_footnotes) {
            settings.push("footnotes = true".to_owned());
        }
        if matches!(field.role, Role::Share | Role::Turnout)
            && column.is_some_and(Column::is_fraction)
        {
            settings.push("unit = \"fraction\"".to_owned());
        }
        Self { column: field.name.clone(), settings }
    }

    pub(super) fn text(&self) -> String {
        if self.settings.is_empty() {
            return quote(&self.column);
        }
        format!("{{ column = {}, {} }}", quote(&self.column), self.settings.join(", "))
    }
}

/// The form of the dates in a column.
pub(super) enum DateForm {
    /// The reader recognises the dates.
    Plain,
    Format(&'static str),
    /// The order of day and month is not shown.
    Unclear,
    Unknown,
}

pub(super) fn date_format(cells: &[&str]) -> DateForm {
    let filled = cells.iter().copied().filter(|cell| !cell.is_empty());
    let filled: Vec<&str> =
        filled.map(|cell| cell.strip_suffix(" 00:00:00").unwrap_or(cell)).collect();
    let parts = |cell: &str| -> Vec<u32> {
        cell.split(['/', '.', '-']).filter_map(|part| part.parse().ok()).collect()
    };
    let is_numeric = filled.iter().all(|cell| parts(cell).len() == 3 && cell.len() <= 10);
    if is_numeric && filled.iter().all(|cell| parts(cell).first().is_some_and(|first| *first < 32))
    {
        let is_shown = filled.iter().any(|cell| parts(cell).iter().take(2).any(|part| *part > 12));
        if is_shown {
            return DateForm::Plain;
        }
        if filled.iter().all(|cell| cell.contains('.')) {
            let is_padded = filled.iter().all(|cell| cell.len() == 10);
            return DateForm::Format(if is_padded {
                "[day].[month].[year]"
            } else {
                "[day padding:none].[month padding:none].[year]"
            });
        }
        return DateForm::Unclear;
    }
    let is_read =
        |cell: &&str| crate::values::date::parse(cell).is_ok() || cell.parse::<u32>().is_ok();
    if filled.iter().all(is_read) { DateForm::Plain } else { DateForm::Unknown }
}
