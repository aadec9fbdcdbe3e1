//! Reads the cells of one election. A cell that cannot be parsed excludes the election, or is kept
//! as an unparsed field.

use std::collections::{HashMap, HashSet};

use super::election_rows::ElectionRows;
use super::errors::cell_error;
use super::mapping::ValueSource;
use super::number::{Expectation, NumberStyle};
use super::report::{RowNote, column_warning};
use super::rows::Row;
use super::share::{self, Share};
use crate::model::{Decimal, UnparsedField, UnparsedReason};
use crate::{ParseError, Warning};

/// Reads one election, and collects its unparsed fields, warnings and notes.
pub(super) struct Reader<'a> {
    pub(super) election_rows: &'a ElectionRows<'a>,
    /// Whether cells that cannot be parsed are kept as unparsed fields.
    keeps_unparsed: bool,
    pub(super) unparsed: Vec<UnparsedField>,
    /// Labels and texts of election-wide values that were rejected before.
    refused: HashSet<(String, String)>,
    pub(super) warnings: Vec<Warning>,
    pub(super) notes: Vec<(RowNote, u32, String)>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(election_rows: &'a ElectionRows<'a>, keeps_unparsed: bool) -> Self {
        let (unparsed, refused, warnings, notes) = Default::default();
        Self { election_rows, keeps_unparsed, unparsed, refused, warnings, notes }
    }

    pub(super) fn text(
        &self,
        value: Option<&ValueSource>,
        row: &Row,
    ) -> Result<Option<String>, ParseError> {
        self.election_rows.view.optional_text(value, row)
    }

    pub(super) fn warn(&mut self, row: &Row, column: &str, message: String) {
        let warning = column_warning(self.election_rows.view.table, row, column, message);
        self.warnings.push(warning);
    }

    pub(super) fn note(&mut self, row_note: RowNote, row: &Row, description: String) {
        self.notes.push((row_note, row.line, description));
    }

    /// Returns the error for a value of a row.
    pub(super) fn cell_error(
        &self,
        row: &Row,
        value: &ValueSource,
        expected: &str,
        text: &str,
    ) -> ParseError {
        let name = value.name();
        let column = value.column().map_or(name, |(column, _)| column);
        let original = self.election_rows.view.table.original_name(row, column);
        let original = original.map(|name| format!(", from '{name}'")).unwrap_or_default();
        let in_column =
            if name.is_empty() { String::new() } else { format!(" in column '{name}'{original}") };
        let error = cell_error(
            self.election_rows.view.table,
            Some(row),
            column,
            &format!("{expected}{in_column}"),
        );
        // A text outside the rows has a line of its own.
        let line = value.line().unwrap_or(error.line);
        ParseError { found: text.to_owned(), line, ..error }
    }

    /// Keeps or rejects a value of the whole election. The rows of the election repeat the value,
    /// so each text is kept only once.
    fn keep_or_reject_once(
        &mut self,
        row: &Row,
        value: &ValueSource,
        expected: &str,
        text: &str,
    ) -> Result<(), ParseError> {
        let is_new = self.refused.insert((value.name().to_owned(), text.to_owned()));
        if is_new || !self.keeps_unparsed {
            self.keep_or_reject(row, value, expected, text)
        } else {
            Ok(())
        }
    }

    /// Keeps a text as an unparsed field.
    ///
    /// # Errors
    /// When cells are not kept: the error then excludes the election.
    pub(super) fn keep_or_reject(
        &mut self,
        row: &Row,
        value: &ValueSource,
        expected: &str,
        text: &str,
    ) -> Result<(), ParseError> {
        let error = self.cell_error(row, value, expected, text);
        if !self.keeps_unparsed {
            return Err(error);
        }
        let label = value.name().to_owned();
        let column = value.column_name().to_owned();
        self.warn(
            row,
            &column,
            format!("kept as not understood: expected {}, found '{text}'", error.expected),
        );
        let reason = UnparsedReason::Expected(expected.to_owned());
        self.unparsed.push(UnparsedField {
            label,
            text: text.to_owned(),
            reason,
            line: Some(row.line),
        });
        Ok(())
    }

    /// Parses a value of a row.
    pub(super) fn parsed_value<T>(
        &mut self,
        value: Option<&ValueSource>,
        row: &Row,
        parse: impl Fn(&str) -> Result<T, Expectation>,
    ) -> Result<Option<T>, ParseError> {
        let Some(value) = value else { return Ok(None) };
        let Some(text) = self.value_text(value, row)? else { return Ok(None) };
        match parse(&text) {
            Ok(read) => Ok(Some(read)),
            Err(expected) => self.keep_or_reject(row, value, &expected, &text).map(|()| None),
        }
    }

    /// Returns the value on which all of these rows agree. Rows in which the value is null are
    /// ignored. If rows disagree, their texts are kept as unparsed fields or rejected.
    pub(super) fn common_value<T: PartialEq>(
        &mut self,
        setting: &str,
        value: Option<&ValueSource>,
        rows: &[&Row],
        parse: impl Fn(&str) -> Result<T, Expectation>,
    ) -> Result<Option<T>, ParseError> {
        let Some(value) = value else { return Ok(None) };
        let mut first: Option<(T, &Row, String)> = None;
        let mut agree = true;
        for row in rows {
            let Some(text) = self.value_text(value, row)? else { continue };
            if first.as_ref().is_some_and(|(.., known)| *known == text) {
                continue;
            }
            let other = match parse(&text) {
                Ok(other) => other,
                Err(expected) => {
                    self.keep_or_reject_once(row, value, &expected, &text)?;
                    continue;
                }
            };
            match &first {
                None => first = Some((other, row, text)),
                Some((known, ..)) if *known == other => {}
                Some((_, at, known)) => {
                    let expected = format!(
                        "one '{setting}' in the rows of one election, '{known}' as on line {},",
                        at.line
                    );
                    let (at, known) = (*at, known.clone());
                    self.keep_or_reject_once(row, value, &expected, &text)?;
                    if std::mem::take(&mut agree) {
                        let expected = format!("one '{setting}' in the rows of one election");
                        self.keep_or_reject_once(at, value, &expected, &known)?;
                    }
                }
            }
            if value.is_constant() {
                break;
            }
        }
        Ok(first.map(|(read, ..)| read).filter(|_| agree))
    }

    pub(super) fn common_text(
        &mut self,
        setting: &str,
        value: Option<&ValueSource>,
        rows: &[&Row],
    ) -> Result<Option<String>, ParseError> {
        self.common_value(setting, value, rows, |text| Ok(text.to_owned()))
    }

    /// Returns how the numbers of a value are written in a column.
    fn number_style(&self, value: Option<&ValueSource>, column: &str) -> NumberStyle<'a> {
        let marks = self.election_rows.decided.decimal_marks.get(column);
        NumberStyle::new(value.and_then(ValueSource::settings), marks.map_or("", String::as_str))
    }

    /// Returns the text of a value in a row; of a sum, the sum of its columns as a text.
    fn value_text(&mut self, value: &ValueSource, row: &Row) -> Result<Option<String>, ParseError> {
        let columns = value.summed_columns();
        let Some(settings) = value.settings().filter(|_| !columns.is_empty()) else {
            return self.election_rows.view.text(value, row);
        };
        if !self.election_rows.view.meets_conditions(settings, row)? {
            return Ok(None);
        }
        let (mut sum, mut is_known, mut is_stated) = (0_u64, true, false);
        for column in columns {
            let Some(text) = self.election_rows.view.cell(column, row)?.map(str::to_owned) else {
                is_known &= settings.blank.is_some();
                continue;
            };
            is_stated = true;
            let style = self.number_style(Some(value), column);
            let part = with_null_hint(&text, style.parse_count(&text)).and_then(|part| {
                sum.checked_add(part).ok_or_else(|| "a count whose sum fits 64 bits".to_owned())
            });
            match part {
                Ok(total) => sum = total,
                Err(expected) => {
                    let part = ValueSource::Column(column.clone());
                    self.keep_or_reject(row, &part, &expected, &text)?;
                    is_known = false;
                }
            }
        }
        Ok((is_known && is_stated).then(|| sum.to_string()))
    }

    pub(super) fn common_count(
        &mut self,
        setting: &str,
        value: Option<&ValueSource>,
        rows: &[&Row],
    ) -> Result<Option<u64>, ParseError> {
        let per = value.map_or(&[][..], ValueSource::per);
        if !per.is_empty() {
            return self.sum_of_parts(setting, value, rows, per);
        }
        let style = self.number_style(value, value.map_or("", ValueSource::name));
        self.common_value(setting, value, rows, |text| count(text, style))
    }

    /// Adds the figures of the parts of a contest. Rows with the same texts in the columns `per`
    /// belong to one part, and agree on its figure. The sum is unknown if a part states no figure.
    fn sum_of_parts(
        &mut self,
        setting: &str,
        value: Option<&ValueSource>,
        rows: &[&Row],
        per: &[String],
    ) -> Result<Option<u64>, ParseError> {
        let style = self.number_style(value, value.map_or("", ValueSource::name));
        let mut parts: Vec<(Vec<String>, Vec<&Row>)> = Vec::new();
        let mut indices: HashMap<Vec<String>, usize> = HashMap::new();
        for row in rows {
            let mut key = Vec::new();
            for column in per {
                let cell = self.election_rows.view.cell(column, row)?;
                key.push(cell.unwrap_or_default().to_owned());
            }
            let at = *indices.entry(key.clone()).or_insert(parts.len());
            match parts.get_mut(at) {
                Some((_, rows)) => rows.push(row),
                None => parts.push((key, vec![*row])),
            }
        }
        let mut sum = Some(0_u64);
        for (key, rows) in parts {
            let name = format!("{setting}' of '{}", key.join("/"));
            let part = self.common_value(&name, value, &rows, |text| count(text, style))?;
            if part.is_none()
                && sum.is_some()
                && let Some(row) = rows.first()
            {
                let description = format!("'{}' states no '{setting}'", key.join("/"));
                self.note(RowNote::PartUnknown(setting.to_owned()), row, description);
            }
            sum = sum.zip(part).and_then(|(sum, part)| sum.checked_add(part));
        }
        Ok(sum)
    }

    pub(super) fn common_share(
        &mut self,
        setting: &str,
        value: Option<&ValueSource>,
        rows: &[&Row],
    ) -> Result<Option<Decimal>, ParseError> {
        let Some(value) = value else { return Ok(None) };
        let read = self.common_value(setting, Some(value), rows, |text| {
            let share = parse_share(text, value)?;
            Ok(ShareText { share, text: text.to_owned() })
        })?;
        if let Some(ShareText { share, text }) = read.as_ref().filter(|read| read.share.is_rounded)
            && let Some(row) = rows.first()
        {
            self.note_rounded(value, row, text, share.value);
        }
        Ok(read.map(|read| read.share.value))
    }

    pub(super) fn count(
        &mut self,
        value: Option<&ValueSource>,
        row: &Row,
    ) -> Result<Option<u64>, ParseError> {
        let style = self.number_style(value, value.map_or("", ValueSource::name));
        self.parsed_value(value, row, |text| count(text, style))
    }

    pub(super) fn share(
        &mut self,
        value: Option<&ValueSource>,
        row: &Row,
    ) -> Result<Option<Decimal>, ParseError> {
        let Some(value) = value else { return Ok(None) };
        let read = self.parsed_value(Some(value), row, |text| parse_share(text, value))?;
        if read.is_some_and(|share| share.is_rounded) {
            let text = self.election_rows.view.text(value, row)?.unwrap_or_default();
            let rounded = read.map(|share| share.value);
            rounded.into_iter().for_each(|share| self.note_rounded(value, row, &text, share));
        }
        Ok(read.map(|share| share.value))
    }

    fn note_rounded(&mut self, value: &ValueSource, row: &Row, text: &str, share: Decimal) {
        self.note(
            RowNote::ShareRounded(value.name().to_owned()),
            row,
            format!("'{text}' is {share} %"),
        );
    }
}

/// A share and its text. Shares of equal value are equal, such as 50 and 50.0.
struct ShareText {
    share: Share,
    text: String,
}

impl PartialEq for ShareText {
    fn eq(&self, other: &Self) -> bool {
        let difference = self.share.value.checked_sub(other.share.value);
        difference.is_some_and(|difference| difference.mantissa() == 0)
    }
}

fn count(text: &str, style: NumberStyle<'_>) -> Result<u64, Expectation> {
    with_null_hint(text, style.parse_count(text))
}

/// Parses a share in the style that its value states.
fn parse_share(text: &str, value: &ValueSource) -> Result<Share, Expectation> {
    let style = NumberStyle::new(value.settings(), "");
    let number = style.without_footnote(text, "a share such as 66.65")?;
    if let Some(decimal) = style.decimal
        && number.contains(|c| ".,".contains(c) && c != decimal)
    {
        return Err(format!("a share with decimal = \"{decimal}\", as the mapping says"));
    }
    with_null_hint(text, share::parse_share(number, value.unit()))
}

/// Adds a hint to an error if the text often stands for an unknown value.
fn with_null_hint<T>(text: &str, read: Result<T, Expectation>) -> Result<T, Expectation> {
    read.map_err(|expected| match crate::values::number::placeholder_reason(text) {
        Some(_) => format!("{expected} ('null' lists texts for what is not known)"),
        None => expected,
    })
}
