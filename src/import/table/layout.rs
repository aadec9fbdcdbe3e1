//! How a table is laid out: where its rows begin, and which sign stands between their cells.

use super::delimiter::{self, Tie, Wanted};
use crate::Unread;
use crate::import::unread;

/// How a table is laid out, as far as a mapping says.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Layout<'a> {
    /// Names that its columns may have.
    pub(super) wanted: &'a [&'a str],
    pub(super) delimiter: Option<char>,
    /// The line with the names of the columns, counted from 1.
    pub(super) header: Option<u32>,
    /// It is a block of a kept text: its first row names the columns.
    pub(super) is_block: bool,
}

impl<'a> Layout<'a> {
    /// The names that the first row has if it names the columns: a number is that of a column without one.
    pub(super) fn names(&self) -> Vec<&'a str> {
        self.wanted.iter().copied().filter(|name| !is_number(name)).collect()
    }

    /// How many columns there are at least, where they have no names.
    fn columns(&self) -> usize {
        let numbers = self.wanted.iter().filter(|name| is_number(name));
        numbers.filter_map(|name| name.parse().ok()).max().unwrap_or(0)
    }
}

fn is_number(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_digit())
}

/// Where the rows of a text begin, and with which delimiter.
pub(super) struct Start {
    pub(super) at: usize,
    pub(super) delimiter: u8,
}

impl Start {
    pub(super) fn of(source: &str, text: &str, layout: Layout<'_>) -> Result<Self, Unread> {
        let byte = |sign: char| u8::try_from(sign).ok();
        if layout.is_block {
            let line = text.lines().next().unwrap_or_default();
            let stated = layout.delimiter.and_then(byte);
            return Ok(Self {
                at: 0,
                delimiter: stated.unwrap_or_else(|| delimiter::of_line(line)),
            });
        }
        let (mut at, said) = separator_line(text).map_or((0, None), |(at, sign)| (at, Some(sign)));
        if let Some(header) = layout.header {
            let above = usize::try_from(header - 1).unwrap_or(usize::MAX);
            let mut ends = text.match_indices('\n');
            let end = above.checked_sub(1).map_or(Some(0), |last| Some(ends.nth(last)?.0 + 1));
            let expected =
                format!("the names of the columns on line {header}, as the mapping says");
            let end = end.filter(|end| *end < text.len());
            at = at.max(end.ok_or_else(|| unread(source, text, text.len(), &expected))?);
        }
        if let Some(delimiter) = layout.delimiter.and_then(byte).or(said) {
            return Ok(Self { at, delimiter });
        }
        let wanted = Wanted { names: &layout.names(), columns: layout.columns() };
        let found = delimiter::of_text(&text[at..], wanted);
        let delimiter = found.map_err(|Tie(one, other)| {
            let expected = format!(
                "rows that tell the delimiter; '{one}' and '{other}' both fit, and 'delimiter = \"{other}\"' in \
                 the mapping states it"
            );
            unread(source, text, at, &expected)
        })?;
        Ok(Self { at, delimiter })
    }
}

/// The line with which spreadsheets state the delimiter, `sep=;`: where it ends, and what it states.
fn separator_line(text: &str) -> Option<(usize, u8)> {
    let end = text.find('\n')?;
    let line = text[..end].trim_end_matches('\r').trim_matches('"');
    let (word, sign) = line.split_at_checked(4)?;
    let mut signs = sign.bytes();
    let sign = signs.next().filter(|sign| !sign.is_ascii_alphanumeric() && sign.is_ascii())?;
    // A spreadsheet that keeps the line may end it as all others.
    let is_alone = word.eq_ignore_ascii_case("sep=") && signs.all(|other| other == sign);
    is_alone.then_some((end + 1, sign))
}
