//! Decisions from all cells of a column: the order of day and month, and the decimal separators of
//! counts.

use std::collections::BTreeMap;

use super::dates::{self, OrderEvidence};
use super::errors::cell_error;
use super::mapping::{DateOrder, Decisions, ValueSource};
use super::number;
use super::rows::{Row, Table};
use super::table_view::TableView;
use crate::ParseError;

/// Decides how the columns of a table are parsed.
///
/// # Errors
/// When the dates of a column have two orders of day and month, or all of them are ambiguous.
pub(super) fn decide(view: &TableView<'_>) -> Result<Decisions, ParseError> {
    let date = view.mapping.election.date.as_ref().filter(|value| value.format().is_none());
    let dates = date.map(|value| date_order(view, value)).transpose()?.flatten();
    let counts = view.mapping.counts().filter(|value| value.column().is_some());
    let marks = counts
        .filter_map(|value| Some((value.name().to_owned(), decimal_separators(view, value)?)));
    Ok(Decisions { dates, decimal_marks: marks.collect(), ..Decisions::default() })
}

/// A date and its row.
struct DateCell<'a> {
    table: &'a Table,
    row: &'a Row,
    text: String,
}

/// Returns the order of day and month in a column; `None` if no date depends on it.
fn date_order(view: &TableView<'_>, value: &ValueSource) -> Result<Option<DateOrder>, ParseError> {
    let (mut first, mut other, mut either) = (None, None, None);
    view.for_each_text(value, &mut |table, row, text| {
        let date_cell = || DateCell { table, row, text: text.to_owned() };
        match (dates::order_evidence(text), &first) {
            (OrderEvidence::Conclusive(order), None) => first = Some((order, date_cell())),
            (OrderEvidence::Conclusive(order), Some((known, _))) if order != *known => {
                other.get_or_insert_with(date_cell);
            }
            (OrderEvidence::Ambiguous, _) => {
                either.get_or_insert_with(date_cell);
            }
            _ => {}
        }
    });
    let error = |dated: &DateCell<'_>, expected: &str| {
        let column = value.column_name();
        let column = view.mapping.split_joined_column(column).map_or(column, |(_, inner)| inner);
        let error = cell_error(dated.table, Some(dated.row), column, expected);
        ParseError { found: dated.text.clone(), ..error }
    };
    let in_column = match value.name() {
        "" => String::new(),
        name => format!(" in '{name}'"),
    };
    match (first, other, either) {
        (Some((order, first)), Some(other), _) => {
            let is_first = match order {
                DateOrder::DayFirst => "day",
                DateOrder::MonthFirst => "month",
            };
            let expected = format!(
                "the {is_first} first{in_column}, as in '{}' on line {}; a column has one order, which 'format' states",
                first.text, first.row.line
            );
            Err(error(&other, &expected))
        }
        (Some((order, _)), None, _) => Ok(Some(order)),
        (None, _, Some(either)) => {
            let form = dates::format_for(&either.text);
            let state = match value.column() {
                Some((column, _)) => {
                    format!("date = {{ column = \"{column}\", format = \"{form}\" }}")
                }
                None => format!("format = \"{form}\" beside it"),
            };
            let expected = format!(
                "a date that says whether the day or the month is first; none{in_column} does, so state it: {state}"
            );
            Err(error(&either, &expected))
        }
        (None, _, None) => Ok(None),
    }
}

/// Returns the decimal separators that the counts of a column imply.
fn decimal_separators(view: &TableView<'_>, value: &ValueSource) -> Option<String> {
    let mut marks = String::new();
    view.for_each_text(value, &mut |_, _, text| {
        let mark = number::decimal_mark(text).filter(|mark| !marks.contains(*mark));
        marks.extend(mark);
    });
    (!marks.is_empty()).then_some(marks)
}

/// Returns only the decisions that change how these rows are parsed.
pub(super) fn relevant_decisions(
    decided: &Decisions,
    view: &TableView<'_>,
    rows: &[&Row],
) -> Decisions {
    let texts = |value: &ValueSource| -> Vec<String> {
        rows.iter().filter_map(|row| view.text(value, row).ok().flatten()).collect()
    };
    let date = view.mapping.election.date.as_ref();
    let is_ambiguous =
        || date.is_some_and(|date| texts(date).iter().any(|text| dates::is_ambiguous(text)));
    let marks = view.mapping.counts().filter_map(|value| {
        let marks = decided.decimal_marks.get(value.name())?;
        let differs =
            |text: &String| number::parse_count(text, "") != number::parse_count(text, marks);
        texts(value).iter().any(differs).then(|| (value.name().to_owned(), marks.clone()))
    });
    Decisions {
        dates: decided.dates.filter(|_| is_ambiguous()),
        decimal_marks: marks.collect(),
        delimiters: BTreeMap::new(),
        link_id: None,
    }
}
