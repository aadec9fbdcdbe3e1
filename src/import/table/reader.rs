//! Reads the cells of one election. A cell that cannot be read leaves the election out, or is kept as not
//! understood.

use std::collections::HashSet;

use super::bundle::{Bundle, wrong};
use super::mapping::Value;
use super::number::{self, Expected};
use super::report::{Done, warning};
use super::rows::Row;
use super::share::{self, Share};
use crate::model::{Decimal, Field, Reason};
use crate::{Unread, Warning};

/// What is read of one election, and what is said about it.
pub(super) struct Reader<'a> {
    pub(super) bundle: &'a Bundle<'a>,
    /// Whether what cannot be read is kept as not understood.
    keeps: bool,
    pub(super) kept: Vec<Field>,
    /// The labels and texts that were kept.
    known: HashSet<(String, String)>,
    pub(super) warnings: Vec<Warning>,
    pub(super) notes: Vec<(Done, u32, String)>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bundle: &'a Bundle<'a>, keeps: bool) -> Self {
        let (kept, known, warnings, notes) = Default::default();
        Self { bundle, keeps, kept, known, warnings, notes }
    }

    pub(super) fn text(&self, value: Option<&Value>, row: &Row) -> Result<Option<String>, Unread> {
        self.bundle.cells.text_of(value, row)
    }

    pub(super) fn warn(&mut self, row: &Row, column: &str, message: String) {
        let warning = warning(self.bundle.cells.table, row, column, message);
        self.warnings.push(warning);
    }

    pub(super) fn note(&mut self, done: Done, row: &Row, what: String) {
        self.notes.push((done, row.line, what));
    }

    /// What was expected at a value of a row.
    pub(super) fn wrong(&self, row: &Row, value: &Value, expected: &str, text: &str) -> Unread {
        let name = value.name();
        let column = value.column().map_or(name, |(column, _)| column);
        let of = if name.is_empty() { String::new() } else { format!(" in column '{name}'") };
        let wrong = wrong(self.bundle.cells.table, Some(row), column, &format!("{expected}{of}"));
        Unread { text: text.to_owned(), ..wrong }
    }

    /// The same of a value of the whole election, whose rows repeat it.
    fn refuse_once(
        &mut self,
        row: &Row,
        value: &Value,
        expected: &str,
        text: &str,
    ) -> Result<(), Unread> {
        let is_new = self.known.insert((value.name().to_owned(), text.to_owned()));
        if is_new || !self.keeps { self.refuse(row, value, expected, text) } else { Ok(()) }
    }

    /// Keeps a text as not understood, or leaves its election out.
    pub(super) fn refuse(
        &mut self,
        row: &Row,
        value: &Value,
        expected: &str,
        text: &str,
    ) -> Result<(), Unread> {
        let unread = self.wrong(row, value, expected, text);
        if !self.keeps {
            return Err(unread);
        }
        let label = value.name().to_owned();
        let column = value.column_name().to_owned();
        self.warn(
            row,
            &column,
            format!("kept as not understood: expected {}, found '{text}'", unread.expected),
        );
        let reason = Reason::Expected(expected.to_owned());
        self.kept.push(Field { label, text: text.to_owned(), reason, line: Some(row.line) });
        Ok(())
    }

    /// A value of a row, read.
    pub(super) fn parsed<T>(
        &mut self,
        value: Option<&Value>,
        row: &Row,
        read: impl Fn(&str) -> Result<T, Expected>,
    ) -> Result<Option<T>, Unread> {
        let Some(value) = value else { return Ok(None) };
        let Some(text) = self.bundle.cells.text(value, row)? else { return Ok(None) };
        match read(&text) {
            Ok(read) => Ok(Some(read)),
            Err(expected) => self.refuse(row, value, &expected, &text).map(|()| None),
        }
    }

    /// A value that all of these rows have, of those in which it stands.
    pub(super) fn agreed<T: PartialEq>(
        &mut self,
        word: &str,
        value: Option<&Value>,
        rows: &[&Row],
        read: impl Fn(&str) -> Result<T, Expected>,
    ) -> Result<Option<T>, Unread> {
        let Some(value) = value else { return Ok(None) };
        let mut first: Option<(T, &Row, String)> = None;
        let mut agree = true;
        for row in rows {
            let Some(text) = self.bundle.cells.text(value, row)? else { continue };
            if first.as_ref().is_some_and(|(.., known)| *known == text) {
                continue;
            }
            let other = match read(&text) {
                Ok(other) => other,
                Err(expected) => {
                    self.refuse_once(row, value, &expected, &text)?;
                    continue;
                }
            };
            match &first {
                None => first = Some((other, row, text)),
                Some((known, ..)) if *known == other => {}
                Some((_, at, known)) => {
                    let expected = format!(
                        "one '{word}' in the rows of one election, '{known}' as on line {},",
                        at.line
                    );
                    let (at, known) = (*at, known.clone());
                    self.refuse_once(row, value, &expected, &text)?;
                    if std::mem::take(&mut agree) {
                        let expected = format!("one '{word}' in the rows of one election");
                        self.refuse_once(at, value, &expected, &known)?;
                    }
                }
            }
            if value.is_constant() {
                break;
            }
        }
        Ok(first.map(|(read, ..)| read).filter(|_| agree))
    }

    pub(super) fn agreed_text(
        &mut self,
        word: &str,
        value: Option<&Value>,
        rows: &[&Row],
    ) -> Result<Option<String>, Unread> {
        self.agreed(word, value, rows, |text| Ok(text.to_owned()))
    }

    /// The decimal marks of a column with counts.
    fn marks(&self, value: Option<&Value>) -> &'a str {
        let name = value.map_or("", Value::name);
        self.bundle.decided.decimal_marks.get(name).map_or("", String::as_str)
    }

    pub(super) fn agreed_count(
        &mut self,
        word: &str,
        value: Option<&Value>,
        rows: &[&Row],
    ) -> Result<Option<u64>, Unread> {
        let marks = self.marks(value);
        self.agreed(word, value, rows, |text| count(text, marks))
    }

    pub(super) fn agreed_share(
        &mut self,
        word: &str,
        value: Option<&Value>,
        rows: &[&Row],
    ) -> Result<Option<Decimal>, Unread> {
        let Some(value) = value else { return Ok(None) };
        let unit = value.unit();
        let read = self.agreed(word, Some(value), rows, |text| {
            let share = hinted(text, share::read(text, unit))?;
            Ok(Stated { share, text: text.to_owned() })
        })?;
        if let Some(Stated { share, text }) = read.as_ref().filter(|read| read.share.is_rounded)
            && let Some(row) = rows.first()
        {
            self.rounded(value, row, text, share.value);
        }
        Ok(read.map(|read| read.share.value))
    }

    pub(super) fn count(
        &mut self,
        value: Option<&Value>,
        row: &Row,
    ) -> Result<Option<u64>, Unread> {
        let marks = self.marks(value);
        self.parsed(value, row, |text| count(text, marks))
    }

    pub(super) fn share(
        &mut self,
        value: Option<&Value>,
        row: &Row,
    ) -> Result<Option<Decimal>, Unread> {
        let Some(value) = value else { return Ok(None) };
        let unit = value.unit();
        let read = self.parsed(Some(value), row, |text| hinted(text, share::read(text, unit)))?;
        if read.is_some_and(|share| share.is_rounded) {
            let text = self.bundle.cells.text(value, row)?.unwrap_or_default();
            let rounded = read.map(|share| share.value);
            rounded.into_iter().for_each(|share| self.rounded(value, row, &text, share));
        }
        Ok(read.map(|share| share.value))
    }

    fn rounded(&mut self, value: &Value, row: &Row, text: &str, share: Decimal) {
        self.note(Done::Rounded(value.name().to_owned()), row, format!("'{text}' is {share} %"));
    }
}

/// A share and its text. 50 and 50.0 are one.
struct Stated {
    share: Share,
    text: String,
}

impl PartialEq for Stated {
    fn eq(&self, other: &Self) -> bool {
        let difference = self.share.value.minus(other.share.value);
        difference.is_some_and(|difference| difference.mantissa() == 0)
    }
}

fn count(text: &str, marks: &str) -> Result<u64, Expected> {
    hinted(text, number::count(text, marks))
}

/// What was expected, with a hint for a text that often stands for what is not known.
fn hinted<T>(text: &str, read: Result<T, Expected>) -> Result<T, Expected> {
    read.map_err(|expected| match crate::import::cell::absent(text) {
        Some(_) => format!("{expected} ('null' lists texts for what is not known)"),
        None => expected,
    })
}
