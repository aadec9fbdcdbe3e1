//! Reads the cells of one election. A cell that cannot be parsed excludes the election, or is kept
//! as an unparsed field.

use std::collections::HashSet;

use super::election_rows::ElectionRows;
use super::errors::cell_error;
use super::mapping::ValueSource;
use super::number::{self, Expectation};
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
        let in_column =
            if name.is_empty() { String::new() } else { format!(" in column '{name}'") };
        let error = cell_error(
            self.election_rows.view.table,
            Some(row),
            column,
            &format!("{expected}{in_column}"),
        );
        ParseError { found: text.to_owned(), ..error }
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
        let Some(text) = self.election_rows.view.text(value, row)? else { return Ok(None) };
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
            let Some(text) = self.election_rows.view.text(value, row)? else { continue };
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

    /// Returns the decimal separators of a count column.
    fn decimal_marks(&self, value: Option<&ValueSource>) -> &'a str {
        let name = value.map_or("", ValueSource::name);
        self.election_rows.decided.decimal_marks.get(name).map_or("", String::as_str)
    }

    pub(super) fn common_count(
        &mut self,
        setting: &str,
        value: Option<&ValueSource>,
        rows: &[&Row],
    ) -> Result<Option<u64>, ParseError> {
        let marks = self.decimal_marks(value);
        self.common_value(setting, value, rows, |text| count(text, marks))
    }

    pub(super) fn common_share(
        &mut self,
        setting: &str,
        value: Option<&ValueSource>,
        rows: &[&Row],
    ) -> Result<Option<Decimal>, ParseError> {
        let Some(value) = value else { return Ok(None) };
        let unit = value.unit();
        let read = self.common_value(setting, Some(value), rows, |text| {
            let share = with_null_hint(text, share::parse_share(text, unit))?;
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
        let marks = self.decimal_marks(value);
        self.parsed_value(value, row, |text| count(text, marks))
    }

    pub(super) fn share(
        &mut self,
        value: Option<&ValueSource>,
        row: &Row,
    ) -> Result<Option<Decimal>, ParseError> {
        let Some(value) = value else { return Ok(None) };
        let unit = value.unit();
        let read = self.parsed_value(Some(value), row, |text| {
            with_null_hint(text, share::parse_share(text, unit))
        })?;
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

fn count(text: &str, marks: &str) -> Result<u64, Expectation> {
    with_null_hint(text, number::parse_count(text, marks))
}

/// Adds a hint to an error if the text often stands for an unknown value.
fn with_null_hint<T>(text: &str, read: Result<T, Expectation>) -> Result<T, Expectation> {
    read.map_err(|expected| match crate::values::number::placeholder_reason(text) {
        Some(_) => format!("{expected} ('null' lists texts for what is not known)"),
        None => expected,
    })
}
