//! What the cells of a column decide together: the order of day and month, and the decimal mark of counts.

use std::collections::BTreeMap;

use super::bundle::wrong;
use super::cells::Cells;
use super::days::{self, Said};
use super::mapping::{DateOrder, Decided, Value};
use super::number;
use super::rows::{Row, Table};
use crate::Unread;

/// What all rows of a table decide.
///
/// # Errors
/// When a column has dates in two orders, or none of its dates says which it has.
pub(super) fn decide(cells: &Cells<'_>) -> Result<Decided, Unread> {
    let date = cells.mapping.election.date.as_ref().filter(|value| value.format().is_none());
    let dates = date.map(|value| order(cells, value)).transpose()?.flatten();
    let counts = cells.mapping.counts().filter(|value| value.column().is_some());
    let marks = counts.filter_map(|value| Some((value.name().to_owned(), marks(cells, value)?)));
    Ok(Decided { dates, decimal_marks: marks.collect(), delimiters: BTreeMap::new() })
}

/// A cell with a date.
struct Dated<'a> {
    table: &'a Table,
    row: &'a Row,
    text: String,
}

/// The order that the dates of a column have; none where none of them needs one.
fn order(cells: &Cells<'_>, value: &Value) -> Result<Option<DateOrder>, Unread> {
    let (mut first, mut other, mut either) = (None, None, None);
    cells.each_text(value, &mut |table, row, text| {
        let dated = || Dated { table, row, text: text.to_owned() };
        match (days::order(text), &first) {
            (Said::One(order), None) => first = Some((order, dated())),
            (Said::One(order), Some((known, _))) if order != *known => {
                other.get_or_insert_with(dated);
            }
            (Said::Either, _) => {
                either.get_or_insert_with(dated);
            }
            _ => {}
        }
    });
    let wrong = |dated: &Dated<'_>, expected: &str| {
        let column = value.column_name();
        let column = cells.mapping.joined(column).map_or(column, |(_, inner)| inner);
        let unread = wrong(dated.table, Some(dated.row), column, expected);
        Unread { text: dated.text.clone(), ..unread }
    };
    let of = match value.name() {
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
                "the {is_first} first{of}, as in '{}' on line {}; a column has one order, which 'format' states",
                first.text, first.row.line
            );
            Err(wrong(&other, &expected))
        }
        (Some((order, _)), None, _) => Ok(Some(order)),
        (None, _, Some(either)) => {
            let form = days::form(&either.text);
            let state = match value.column() {
                Some((column, _)) => {
                    format!("date = {{ column = \"{column}\", format = \"{form}\" }}")
                }
                None => format!("format = \"{form}\" beside it"),
            };
            let expected = format!(
                "a date that says whether the day or the month is first; none{of} does, so state it: {state}"
            );
            Err(wrong(&either, &expected))
        }
        (None, _, None) => Ok(None),
    }
}

/// The decimal marks that the counts of a column show.
fn marks(cells: &Cells<'_>, value: &Value) -> Option<String> {
    let mut marks = String::new();
    cells.each_text(value, &mut |_, _, text| {
        let mark = number::decimal_mark(text).filter(|mark| !marks.contains(*mark));
        marks.extend(mark);
    });
    (!marks.is_empty()).then_some(marks)
}

/// Of what was decided, that without which these rows would be read otherwise.
pub(super) fn needed(decided: &Decided, cells: &Cells<'_>, rows: &[&Row]) -> Decided {
    let texts = |value: &Value| -> Vec<String> {
        rows.iter().filter_map(|row| cells.text(value, row).ok().flatten()).collect()
    };
    let date = cells.mapping.election.date.as_ref();
    let is_ambiguous =
        || date.is_some_and(|date| texts(date).iter().any(|text| days::is_ambiguous(text)));
    let marks = cells.mapping.counts().filter_map(|value| {
        let marks = decided.decimal_marks.get(value.name())?;
        let differs = |text: &String| number::count(text, "") != number::count(text, marks);
        texts(value).iter().any(differs).then(|| (value.name().to_owned(), marks.clone()))
    });
    Decided {
        dates: decided.dates.filter(|_| is_ambiguous()),
        decimal_marks: marks.collect(),
        delimiters: BTreeMap::new(),
    }
}
