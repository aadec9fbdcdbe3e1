//! Numeric dates in tables. All dates of a column have one order of day and month, which its cells
//! determine together.

use std::borrow::Cow;

use super::mapping::{DateOrder, parse_description};
use super::month_names;
use crate::model::{PartialDate, PollingDate};
use crate::values::date;

/// A numeric date in a text: its byte range and its numbers.
struct NumericDate {
    start: usize,
    end: usize,
    parts: DateParts,
}

/// Numbers of a date, in the order of the text.
#[derive(Clone, Copy)]
enum DateParts {
    YearFirst([i32; 3]),
    YearLast([i32; 3]),
}

impl NumericDate {
    /// Returns the numeric dates in a text, from left to right: `1900/01/18`, `6/5/2021`,
    /// `06.05.2021`, `6-5-2021`.
    fn find_all(text: &str) -> Vec<Self> {
        let bytes = text.as_bytes();
        let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        let run = |from: usize| {
            bytes[from.min(bytes.len())..].iter().take_while(|byte| byte.is_ascii_digit()).count()
        };
        let number =
            |from: usize, length: usize| text.get(from..from + length)?.parse::<i32>().ok();
        let mut found = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            let one = run(at);
            let read = || {
                let sign = bytes.get(at + one).filter(|byte| b"/.-".contains(byte))?;
                let second = at + one + 1;
                let two = run(second);
                bytes.get(second + two).filter(|byte| *byte == sign)?;
                let third = second + two + 1;
                let three = run(third);
                let continues = bytes.get(third + three) == Some(sign) && digit(third + three + 1);
                let numbers = [number(at, one)?, number(second, two)?, number(third, three)?];
                let parts = match (one, two, three) {
                    (4, 1..=2, 1..=2) => DateParts::YearFirst(numbers),
                    (1..=2, 1..=2, 4) => DateParts::YearLast(numbers),
                    _ => return None,
                };
                (!continues).then_some(Self { start: at, end: third + three, parts })
            };
            let before = at.checked_sub(1).and_then(|at| bytes.get(at));
            let is_start =
                !before.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"/.-".contains(byte));
            match Some(one).filter(|one| *one > 0 && is_start).and_then(|_| read()) {
                Some(numeric) => {
                    at = numeric.end;
                    found.push(numeric);
                }
                None => at += one.max(1),
            }
        }
        found
    }

    fn order_evidence(&self) -> OrderEvidence {
        let DateParts::YearLast([one, other, _]) = self.parts else {
            return OrderEvidence::Nothing;
        };
        match (one <= 12, other <= 12) {
            (true, true) if one != other => OrderEvidence::Ambiguous,
            (false, true) => OrderEvidence::Conclusive(DateOrder::DayFirst),
            (true, false) => OrderEvidence::Conclusive(DateOrder::MonthFirst),
            _ => OrderEvidence::Nothing,
        }
    }

    /// Returns the date; `None` if it is invalid, or ambiguous and `order` is `None`.
    fn to_date(&self, order: Option<DateOrder>) -> Option<PartialDate> {
        let [year, month, day] = match self.parts {
            DateParts::YearFirst(numbers) => numbers,
            DateParts::YearLast([one, other, year]) => {
                let resolved = match self.order_evidence() {
                    OrderEvidence::Conclusive(order) => Some(order),
                    OrderEvidence::Nothing => Some(DateOrder::DayFirst),
                    OrderEvidence::Ambiguous => order,
                };
                match resolved? {
                    DateOrder::DayFirst => [year, other, one],
                    DateOrder::MonthFirst => [year, one, other],
                }
            }
        };
        PartialDate::from_day(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?).ok()
    }
}

/// Evidence in a text for the order of day and month in its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OrderEvidence {
    Nothing,
    Conclusive(DateOrder),
    /// A valid date in both orders, but not the same date.
    Ambiguous,
}

/// Returns the evidence in a text for the order of day and month in its column.
pub(super) fn order_evidence(text: &str) -> OrderEvidence {
    let evidence: Vec<OrderEvidence> =
        NumericDate::find_all(text).iter().map(NumericDate::order_evidence).collect();
    let conclusive = evidence.iter().find(|order| matches!(order, OrderEvidence::Conclusive(_)));
    let ambiguous = evidence.iter().find(|order| **order == OrderEvidence::Ambiguous);
    *conclusive.or(ambiguous).unwrap_or(&OrderEvidence::Nothing)
}

/// Returns whether a text contains a date that differs between the two orders.
pub(super) fn is_ambiguous(text: &str) -> bool {
    NumericDate::find_all(text).iter().any(|date| date.order_evidence() == OrderEvidence::Ambiguous)
}

/// Parses the dates of a cell in a column with this order. Without an order, a cell with an
/// ambiguous date returns `None`.
pub(super) fn parse_dates(text: &str, order: Option<DateOrder>) -> Option<Vec<PollingDate>> {
    let english = month_names::to_english(text);
    let text = english.as_deref().unwrap_or(text);
    let text = &*hyphens_to_spaces(strip_midnight(text));
    let mut plain = String::with_capacity(text.len());
    let mut at = 0;
    for date in NumericDate::find_all(text) {
        plain.push_str(&text[at..date.start]);
        plain.push_str(&date.to_date(order)?.to_string());
        at = date.end;
    }
    plain.push_str(&text[at..]);
    // In "6/5 2021", either number may be the month.
    let is_named = plain.contains(char::is_alphabetic);
    if plain.contains('/') && !is_named && has_day_month_slash(&plain) {
        return None;
    }
    date::parse(&plain).ok()
}

/// Returns whether a slash has one or two digits on either side, as between a day and a month.
fn has_day_month_slash(text: &str) -> bool {
    let numbers = |part: &str, from_end: bool| {
        let digits = |c: &char| c.is_ascii_digit();
        if from_end {
            part.chars().rev().take_while(digits).count()
        } else {
            part.chars().take_while(digits).count()
        }
    };
    let slashes = text.match_indices('/');
    slashes.into_iter().any(|(at, _)| {
        (1..=2).contains(&numbers(&text[..at], true))
            && (1..=2).contains(&numbers(&text[at + 1..], false))
    })
}

/// Parses a date in a stated format. If the format ends with the year, a date that begins with the
/// year is accepted too, because it is unambiguous.
pub(super) fn parse_dates_as(text: &str, format: &str) -> Option<Vec<PollingDate>> {
    if let Ok(date) = time::Date::parse(text, &parse_description(format)?) {
        return date::parse(&date.to_string()).ok();
    }
    let year = format.find("[year").filter(|at| *at > 0)?;
    let is_last = !format[year + 1..].contains('[');
    let dates = NumericDate::find_all(text);
    let [NumericDate { start: 0, end, parts: DateParts::YearFirst(_) }] = dates.as_slice() else {
        return None;
    };
    let day = dates.first()?.to_date(None).filter(|_| is_last && *end == text.len())?;
    Some(vec![PollingDate::new(day)])
}

/// Format of dates that are serial numbers of a spreadsheet.
pub(super) const SERIAL_FORMAT: &str = "serial";

/// Serial numbers of 1930-01-01 and 2099-12-31.
const SERIAL_RANGE: std::ops::RangeInclusive<i64> = 10_959..=73_050;

/// Parses the serial number of a day in a spreadsheet: the days since 30 December 1899.
pub(super) fn parse_serial(text: &str) -> Option<Vec<PollingDate>> {
    let days = serial_number(text)?;
    let day = EPOCH.checked_add(time::Duration::days(days))?;
    date::parse(&day.to_string()).ok()
}

/// Returns the serial number of a day that a text may be.
pub(super) fn serial_number(text: &str) -> Option<i64> {
    let whole = text.split_once('.').filter(|(_, rest)| rest.bytes().all(|byte| byte == b'0'));
    let days: i64 = whole.map_or(text, |(whole, _)| whole).parse().ok()?;
    SERIAL_RANGE.contains(&days).then_some(days)
}

/// Day 0 of a spreadsheet that counts from 1900 and takes that year for a leap year.
const EPOCH: time::Date = time::macros::date!(1899 - 12 - 30);

/// Returns a format description for a numeric date, with the day first.
pub(super) fn format_for(text: &str) -> String {
    let sign = text.chars().find(|c| "/.-".contains(*c)).unwrap_or('/');
    let is_short = text.split(sign).take(2).any(|number| number.trim().len() == 1);
    let padding = if is_short { " padding:none" } else { "" };
    format!("[day{padding}]{sign}[month{padding}]{sign}[year]")
}

/// Replaces the hyphens of a date such as 8-May-2021 with spaces.
fn hyphens_to_spaces(text: &str) -> Cow<'_, str> {
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    match text.split('-').collect::<Vec<_>>().as_slice() {
        [day, month, year]
            if digits(day)
                && digits(year)
                && year.len() == 4
                && month.len() > 2
                && month.chars().all(char::is_alphabetic) =>
        {
            Cow::Owned(format!("{day} {month} {year}"))
        }
        _ => Cow::Borrowed(text),
    }
}

/// Removes the time of midnight that spreadsheets and databases append to a date.
fn strip_midnight(text: &str) -> &str {
    let Some((day, time)) = text.split_once(['T', ' ']) else { return text };
    let time = time.strip_suffix('Z').unwrap_or(time);
    let is_midnight = time.contains(':') && time.chars().all(|c| "0:.".contains(c));
    if is_midnight && day.bytes().all(|byte| byte.is_ascii_digit() || b"/.-".contains(&byte)) {
        day
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str, order: Option<DateOrder>) -> String {
        let dates = parse_dates(text, order);
        let texts = dates.map(|dates| dates.iter().map(ToString::to_string).collect::<Vec<_>>());
        texts.map_or_else(|| "-".to_owned(), |texts| texts.join(" | "))
    }

    #[test]
    fn a_numeric_date_is_parsed_in_the_order_of_its_column() {
        for (text, day_first, month_first) in [
            ("06/05/2021", "2021-05-06", "2021-06-05"),
            ("6.5.2021", "2021-05-06", "2021-06-05"),
            ("6-5-2021", "2021-05-06", "2021-06-05"),
            ("13/05/2021", "2021-05-13", "2021-05-13"),
            ("05/13/2021", "2021-05-13", "2021-05-13"),
            ("5/5/2021", "2021-05-05", "2021-05-05"),
            ("1900/01/18", "1900-01-18", "1900-01-18"),
            ("1900.1.8", "1900-01-08", "1900-01-08"),
            ("1900-1-8", "1900-01-08", "1900-01-08"),
            ("1867-08-07", "1867-08-07", "1867-08-07"),
            ("1867-08-07 00:00:00", "1867-08-07", "1867-08-07"),
            ("1867-08-07T00:00:00.000Z", "1867-08-07", "1867-08-07"),
            ("6/5/2021 0:00", "2021-05-06", "2021-06-05"),
            ("6/5/2021 and 7/5/2021", "2021-05-06 | 2021-05-07", "2021-06-05 | 2021-07-05"),
            ("6 May 2021", "2021-05-06", "2021-05-06"),
            ("6-May-2021", "2021-05-06", "2021-05-06"),
            ("6-May-21", "-", "-"),
            ("1900/18/01", "-", "-"),
            ("13/14/2021", "-", "-"),
            ("31/4/2021", "-", "-"),
            ("06/05/21", "-", "-"),
            ("1/2/2021/3", "-", "-"),
            ("1867-08-07 12:00", "-", "-"),
            ("6/5 2021", "-", "-"),
            ("5/2021", "2021-05", "2021-05"),
        ] {
            assert_eq!(parsed(text, Some(DateOrder::DayFirst)), day_first, "{text}");
            assert_eq!(parsed(text, Some(DateOrder::MonthFirst)), month_first, "{text}");
            let both = if day_first == month_first { day_first } else { "-" };
            assert_eq!(parsed(text, None), both, "{text}");
        }
    }

    #[test]
    fn a_serial_number_is_a_day() {
        let read = |text: &str| parse_serial(text).map(|dates| dates[0].to_string());
        assert_eq!(read("44197").as_deref(), Some("2021-01-01"));
        assert_eq!(read("44197.0").as_deref(), Some("2021-01-01"));
        assert_eq!((read("1901"), read("44197.5"), read("20210101")), (None, None, None));
    }

    #[test]
    fn the_date_order_is_inferred_from_unambiguous_cells() {
        assert_eq!(order_evidence("13/05/2021"), OrderEvidence::Conclusive(DateOrder::DayFirst));
        assert_eq!(order_evidence("05.13.2021"), OrderEvidence::Conclusive(DateOrder::MonthFirst));
        assert_eq!(order_evidence("06/05/2021"), OrderEvidence::Ambiguous);
        assert_eq!(
            order_evidence("06/05/2021 and 13/05/2021"),
            OrderEvidence::Conclusive(DateOrder::DayFirst)
        );
        for text in ["05/05/2021", "1900/01/02", "6 May 2021", "2021", ""] {
            assert_eq!(order_evidence(text), OrderEvidence::Nothing, "{text}");
        }
    }

    #[test]
    fn a_date_with_the_year_first_is_parsed_under_any_stated_format() {
        let read = |text: &str, format: &str| {
            parse_dates_as(text, format).map(|dates| dates[0].to_string())
        };
        let day_first = "[day]/[month]/[year]";
        assert_eq!(read("06/05/2021", day_first).as_deref(), Some("2021-05-06"));
        assert_eq!(read("2021-05-06", day_first).as_deref(), Some("2021-05-06"));
        assert_eq!(read("2021/05/06", day_first).as_deref(), Some("2021-05-06"));
        assert_eq!(read("2021-27-08", "[year]-[day]-[month]").as_deref(), Some("2021-08-27"));
        assert_eq!(read("2021-08-27", "[year]-[day]-[month]"), None);
        assert_eq!(read("05/13/2021", day_first), None);
    }
}
