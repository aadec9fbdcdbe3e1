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
pub(super) fn decide(view: &TableView<'_>) -> Result<(Decisions, Vec<String>), ParseError> {
    let date = view.mapping.election.date.as_ref().filter(|value| value.format().is_none());
    let serial = date.and_then(|value| serial_dates(view, value));
    let dates = date.map(|value| date_order(view, value)).transpose()?.flatten();
    let mut notes: Vec<String> = serial.iter().cloned().collect();
    // Where shares have a decimal comma, a point in a count separates thousands.
    let has_decimal_comma = view.mapping.shares().any(|value| {
        let mut has_comma = false;
        view.for_each_text(value, &mut |_, _, text| has_comma |= text.contains(','));
        has_comma
    });
    let mut marks = BTreeMap::new();
    for value in view.mapping.counts() {
        let settings = value.settings();
        if settings.is_some_and(|one| one.decimal.is_some() || one.thousands.is_some()) {
            continue;
        }
        for part in count_columns(value) {
            let (found, note) = decimal_separators(view, &part)?;
            notes.extend(note.filter(|note| !has_decimal_comma && !notes.contains(note)));
            if !found.is_empty() {
                marks.insert(part.name().to_owned(), found);
            }
        }
    }
    for value in view.mapping.shares() {
        notes.extend(fraction_note(view, value));
    }
    let decided = Decisions {
        dates,
        decimal_marks: marks,
        serial_dates: serial.is_some(),
        ..Decisions::default()
    };
    Ok((decided, notes))
}

/// Returns the columns with the counts of a value: its own, or those that it adds.
fn count_columns(value: &ValueSource) -> Vec<ValueSource> {
    if value.column().is_some() {
        return vec![value.clone()];
    }
    value.summed_columns().iter().cloned().map(ValueSource::Column).collect()
}

/// Returns a note if the shares of a column may be fractions of 1, and the mapping does not state
/// their unit.
fn fraction_note(view: &TableView<'_>, value: &ValueSource) -> Option<String> {
    if value.settings().is_some_and(|settings| settings.unit.is_some()) {
        return None;
    }
    let (mut count, mut are_small, mut has_decimals) = (0, true, false);
    view.for_each_text(value, &mut |_, _, text| {
        let number = text.replace(',', ".").parse::<f64>();
        count += 1;
        are_small &= number.is_ok_and(|number| (0.0..=1.0).contains(&number));
        has_decimals |= text.contains(['.', ',']);
    });
    (count > 1 && are_small && has_decimals).then(|| {
        format!(
            "no share in '{}' is above 1, and they are read as percentages: unit = \"fraction\" in the value states \
             that they are fractions of 1",
            value.name()
        )
    })
}

/// Returns a note if all dates are serial numbers of a spreadsheet.
fn serial_dates(view: &TableView<'_>, value: &ValueSource) -> Option<String> {
    let (mut first, mut is_serial) = (None, true);
    view.for_each_text(value, &mut |_, row, text| {
        is_serial &= dates::serial_number(text).is_some();
        first.get_or_insert_with(|| (row.line, text.to_owned()));
    });
    let (line, text) = first.filter(|_| is_serial)?;
    let day = dates::parse_serial(&text)?.first()?.to_string();
    Some(format!(
        "the dates in '{}' are serial numbers of a spreadsheet; the first, on line {line}: '{text}' is {day}",
        value.name()
    ))
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

/// Returns the decimal separators that the counts of a column imply, and a note if a point is taken
/// for a separator of thousands without evidence.
///
/// # Errors
/// When a count may have a decimal mark or a separator of thousands, and the other cells of the
/// column do not decide: `12,000` beside `3,00`.
fn decimal_separators(
    view: &TableView<'_>,
    value: &ValueSource,
) -> Result<(String, Option<String>), ParseError> {
    let mut marks = String::new();
    // The first cell that reveals the mark with other than three decimals, and whether one has three.
    let (mut short, mut has_three) = (None, false);
    let mut ambiguous: Option<(&Table, &Row, String)> = None;
    let mut grouped: Option<(u32, String)> = None;
    let mut comma: Option<(&Table, &Row, String)> = None;
    let mut has_evidence = false;
    view.for_each_text(value, &mut |table, row, text| {
        if let Some(mark) = number::decimal_mark(text) {
            if !marks.contains(mark) {
                marks.push(mark);
            }
            match text.rsplit_once(mark).map_or(0, |(_, fraction)| fraction.len()) {
                3 => has_three = true,
                _ => {
                    short.get_or_insert_with(|| (mark, text.to_owned(), row.line));
                }
            }
        } else if number::has_one_group_after(text, '.') {
            grouped.get_or_insert_with(|| (row.line, text.to_owned()));
        } else if number::has_one_group_after(text, ',') {
            comma.get_or_insert_with(|| (table, row, text.to_owned()));
        } else {
            has_evidence |= text.matches('.').count() > 1;
        }
        let may_be_fraction = text.ends_with(".000") || text.ends_with(",000");
        if may_be_fraction && ambiguous.is_none() {
            ambiguous = Some((table, row, text.to_owned()));
        }
    });
    if let (Some((mark, shown, line)), Some((table, row, text)), false) =
        (&short, ambiguous, has_three)
        && number::has_one_group_after(&text, *mark)
    {
        let column = value.column_name();
        let column = view.mapping.split_joined_column(column).map_or(column, |(_, inner)| inner);
        let expected = format!(
            "numbers with one decimal mark in '{column}'; '{shown}' on line {line} has '{mark}' as one, and this \
             one may have it between thousands: decimal = \"{mark}\" or thousands = \"{mark}\" in the value \
             states which"
        );
        let error = cell_error(table, Some(row), column, &expected);
        return Err(ParseError { found: text, ..error });
    }
    if let (Some((line, point)), Some((table, row, text)), true) =
        (&grouped, comma, marks.is_empty())
    {
        let column = value.column_name();
        let column = view.mapping.split_joined_column(column).map_or(column, |(_, inner)| inner);
        let expected = format!(
            "one separator of thousands in '{column}'; '{point}' on line {line} has a point: thousands or decimal in \
             the value states which sign is which"
        );
        let error = cell_error(table, Some(row), column, &expected);
        return Err(ParseError { found: text, ..error });
    }
    let is_choice = !marks.contains('.') && !has_evidence;
    let note = grouped.filter(|_| is_choice).map(|(line, text)| {
        format!(
            "'{text}' in '{}' on line {line} is taken for {}: thousands = \".\" or decimal = \".\" in the value \
             states which sign the point is",
            value.name(),
            text.replace('.', "")
        )
    });
    Ok((marks, note))
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
    let is_dated =
        || view.mapping.election.date.as_ref().is_some_and(|date| !texts(date).is_empty());
    let date = view.mapping.election.date.as_ref();
    let is_ambiguous =
        || date.is_some_and(|date| texts(date).iter().any(|text| dates::is_ambiguous(text)));
    let counts: Vec<ValueSource> = view.mapping.counts().flat_map(count_columns).collect();
    let marks = counts.iter().filter_map(|value| {
        let marks = decided.decimal_marks.get(value.name())?;
        let differs =
            |text: &String| number::parse_count(text, "") != number::parse_count(text, marks);
        texts(value).iter().any(differs).then(|| (value.name().to_owned(), marks.clone()))
    });
    Decisions {
        dates: decided.dates.filter(|_| is_ambiguous()),
        decimal_marks: marks.collect(),
        serial_dates: decided.serial_dates && is_dated(),
        ..Decisions::default()
    }
}
