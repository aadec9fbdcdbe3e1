//! Election dates as people write them: single days, ranges, several rounds, bounds.
//!
//! A text becomes tokens, and the tokens fill drafts of dates from left to right. A draft that
//! lacks a month or a year takes it from the next that has one ("4 and 11 April 2011"), else from
//! the one before ("26 June 1994 … 10 July"). Nothing else is filled in.

mod reader;
mod token;
mod words;

use self::reader::{Draft, Reader};
use self::token::tokens;
pub(super) use self::words::is_month;
use super::cell;
use super::lower::trimmed;
use super::value::expected;
use crate::model::{PartialDate, PollingDate, Reason};

/// Reads the dates of a vote.
///
/// `6/12/2021` is month, day, year, as the fact books of the United States have it, unless the
/// first number cannot be a month.
///
/// ```
/// use hustings::import::dates::read;
/// let dates = read("17 January and 7 February 2010").unwrap();
/// assert_eq!(dates[0].to_string(), "2010-01-17");
/// assert_eq!(dates[1].to_string(), "2010-02-07");
/// ```
///
/// # Errors
/// When the text gives no date, with the reason: it says that there is none yet, or it is not of
/// a form that is known.
pub fn read(text: &str) -> Result<Vec<PollingDate>, Reason> {
    let text = cell::clean(text);
    if let Some(date) = plain(&text) {
        return Ok(vec![PollingDate::on(date)]);
    }
    if let Some(reason) = cell::absent(&text) {
        return Err(reason);
    }
    // What a template says that is not known may be no date of the vote.
    if text.len() > LONGEST || cell::has_template(&text) {
        return Err(form());
    }
    let mut reader = Reader::default();
    let tokens = tokens(&text);
    for (index, token) in tokens.iter().enumerate() {
        reader.take(*token, &tokens[..index], &tokens[index + 1..]);
    }
    reader.settle();
    finish(reader)
}

/// The date of a text that says nothing else, as most do: `2012`, `2012-07-19`.
fn plain(text: &str) -> Option<PartialDate> {
    // A sign before the year would be read as a dash.
    text.as_bytes().first().filter(|byte| byte.is_ascii_digit())?;
    PartialDate::read(text)
}

/// A text of more bytes than this is no date.
const LONGEST: usize = 2_000;

/// With more words than this that say nothing of a date, which dates are those of the vote is a
/// guess.
const PROSE: usize = 6;

fn form() -> Reason {
    expected("a date such as 19 July 2012")
}

/// Reads one date, such as the year of a linked election: `2007`, `1972 (Feb)`. A comma that a
/// lost line break left behind does not count.
///
/// # Errors
/// When the text gives no date, or more than one.
pub fn read_one(text: &str) -> Result<PartialDate, Reason> {
    let text = trimmed(text);
    if let Some(date) = plain(text) {
        return Ok(date);
    }
    let dates = read(text.trim_end_matches(','))?;
    match dates.as_slice() {
        [PollingDate { start, end: None, .. }] => Ok(*start),
        _ => Err(expected("one date, such as 2007")),
    }
}

/// Reads one date, with what the text says beside it: "4 May 2010 (acting)".
///
/// # Errors
/// As [`read_one`].
pub(super) fn read_noted(text: &str) -> Result<(PartialDate, Option<String>), Reason> {
    let text = trimmed(text).trim_end_matches(',');
    if let Some(date) = plain(text) {
        return Ok((date, None));
    }
    let one = || expected("one date, such as 2007");
    let [date] = <[PollingDate; 1]>::try_from(read(text)?).map_err(|_| one())?;
    if date.end.is_some() {
        return Err(one());
    }
    let is_plain = PollingDate { note: None, ..date.clone() } == PollingDate::on(date.start);
    // What is no note, such as a bound, needs the whole text.
    let note = if is_plain { date.note } else { Some(cell::clean(text).into_owned()) };
    Ok((date.start, note))
}

fn finish(mut reader: Reader) -> Result<Vec<PollingDate>, Reason> {
    reader.next_if(Draft::is_dated);
    let rest = reader.now;
    let Some(last) = reader.drafts.last_mut() else {
        return Err(if reader.pending || rest.outcome.is_some() {
            Reason::Pending
        } else {
            form()
        });
    };
    if reader.unknown > PROSE {
        return Err(expected("dates of a vote, without a story around them"));
    }
    last.words.extend(rest.words);
    last.outcome = last.outcome.or(rest.outcome);
    fill(&mut reader.drafts);
    let mut dates: Vec<PollingDate> = Vec::new();
    for draft in reader.drafts {
        let date = match (draft.year, draft.month, draft.day) {
            (Some(year), Some(month), Some(day)) => PartialDate::from_day(year, month, day),
            (Some(year), Some(month), None) => PartialDate::from_month(year, month),
            (Some(year), None, None) => PartialDate::from_year(year),
            _ => return Err(form()),
        };
        let date = date.map_err(|_| form())?;
        let note = (!draft.words.is_empty()).then(|| draft.words.join(" "));
        match dates.last_mut() {
            Some(open) if draft.ends && open.end.is_none() && open.start <= date => {
                open.end = Some(date);
                open.round = open.round.or(draft.round);
                open.outcome = open.outcome.or(draft.outcome);
                open.note = open.note.take().or(note);
            }
            _ if draft.ends => return Err(form()),
            // The same date again says nothing new.
            Some(last) if last.start == date && last.end.is_none() && draft.is_plain() => {}
            _ => dates.push(PollingDate {
                start: date,
                end: None,
                bound: draft.bound,
                round: draft.round,
                outcome: draft.outcome,
                note,
            }),
        }
    }
    // A number that is no part of a date makes the whole text doubtful.
    if reader.unread { Err(form()) } else { Ok(dates) }
}

/// Months and years that stand once for several dates.
fn fill(drafts: &mut [Draft]) {
    let (mut month, mut year) = (None, None);
    for draft in drafts.iter_mut().rev() {
        if draft.day.is_some() {
            draft.month = draft.month.or(month);
        }
        draft.year = draft.year.or(year);
        (month, year) = (draft.month.or(month), draft.year.or(year));
    }
    let (mut month, mut year) = (None, None);
    for draft in drafts.iter_mut() {
        if draft.day.is_some() {
            draft.month = draft.month.or(month);
        }
        draft.year = draft.year.or(year);
        (month, year) = (draft.month.or(month), draft.year.or(year));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        match read(text) {
            Ok(dates) => dates.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | "),
            Err(Reason::Pending) => "pending".to_owned(),
            Err(Reason::Nothing) => "nothing".to_owned(),
            Err(_) => "unread".to_owned(),
        }
    }

    #[test]
    fn dates_read_as_people_write_them() {
        let cases = [
            ("2012-07-19", "2012-07-19"),
            ("12 April 2026", "2026-04-12"),
            ("2–3 June 1946", "1946-06-02 to 1946-06-03"),
            ("4 and 11 April 2011", "2011-04-04 | 2011-04-11"),
            ("17 January and 7 February 2010", "2010-01-17 | 2010-02-07"),
            ("October 31, November 21, December 26, 2004", "2004-10-31 | 2004-11-21 | 2004-12-26"),
            (
                "26 June 1994 (first round) <br>10 July 1994 (second round)",
                "1994-06-26 (round 1) | 1994-07-10 (round 2)",
            ),
            ("July 7, 1824 - August 30, 1825", "1824-07-07 to 1825-08-30"),
            ("December 15, 1788 – January 10, 1789", "1788-12-15 to 1789-01-10"),
            ("22 May 2016 (second round, annulled)", "2016-05-22 (round 2, annulled)"),
            ("4 December 2016 (second round, re-run)", "2016-12-04 (round 2, re-run)"),
            ("October 5 (or December) 2014", "perhaps 2014-10-05 | perhaps 2014-12"),
            ("By 25 July 2027", "by 2027-07-25"),
            ("''on or before 26 May 2019''", "by 2019-05-26"),
            ("TBA", "pending"),
            ("–", "nothing"),
            ("10/2023", "2023-10"),
            ("6/12/2021", "2021-06-12"),
            ("26/6/2021", "2021-06-26"),
            ("scheduled for 24 December 2021 but not held", "2021-12-24 (not held)"),
            (
                "29 July 2018, with runoff on 12 August 2018",
                "2018-07-29 (round 1) | 2018-08-12 (round 2)",
            ),
            ("June 2026", "2026-06"),
            ("2029", "2029"),
            ("1999–2000", "1999 to 2000"),
            ("February–March 2016", "2016-02 to 2016-03"),
            ("9/16/2024 to 9/17/2024", "2024-09-16 to 2024-09-17"),
            ("postponed indefinitely", "pending"),
            (
                "held in 4 rounds on 16, 23, and 30 May and 4 June 2022",
                "2022-05-16 (4 rounds) | 2022-05-23 | 2022-05-30 | 2022-06-04",
            ),
            (
                "1 May 2026 (a runoff, if needed, in June 2026)",
                "2026-05-01 (round 1) | 2026-06 (round 2, if needed)",
            ),
            (
                "1 May 2026 (the old house was dissolved on 2 March 2026)",
                "2026-05-01 (the old house was dissolved on 2 March 2026)",
            ),
            (
                "<em>president:</em> May 2026<br><em>speaker:</em> 2027",
                "2026-05 (president) | 2027 (speaker)",
            ),
            ("no later than 3 May 2026", "by 2026-05-03"),
            ("March/April 2024", "perhaps 2024-03 | perhaps 2024-04"),
            (
                "3 May 1993, after the end of the war of 1992",
                "1993-05-03 (after the end of the war of 1992)",
            ),
            ("44420", "unread"),
            ("the day after tomorrow", "unread"),
            (
                "the king said in May 2020 that people would choose again once peace returned in 2021",
                "unread",
            ),
            ("2/3 June 1901", "1901-06-02 | 1901-06-03"),
            ("2 / 3 June 1901", "1901-06-02 | 1901-06-03"),
            ("28/29 March 1948", "1948-03-28 | 1948-03-29"),
            ("1/2/3 June 1901", "1901-06-01 | 1901-06-02 | 1901-06-03"),
            ("June 2/3, 1901", "1901-06-02 | 1901-06-03"),
            ("30 May/1 June 1901", "1901-05-30 | 1901-06-01"),
            ("2/3 and 9/10 June 1901", "1901-06-02 | 1901-06-03 | 1901-06-09 | 1901-06-10"),
            ("1900/01/18", "1900-01-18"),
            ("1999/2000", "unread"),
            ("1999/10", "unread"),
            ("2019-04-11/2019-05-19", "unread"),
            ("10 March 1973 ( 1973-03-10 )", "1973-03-10"),
            ("10 March 1973<br>(1973-03-10)", "1973-03-10"),
            ("March 10, 1973 (1973-03-10T08:30)", "1973-03-10"),
            ("10 March (1973-03-10)", "1973-03-10"),
            ("10 March 1973 1973-03-10", "1973-03-10"),
            ("1993 (1993)", "1993"),
            ("2–3 June 1946 (1946-06-02 – 1946-06-03)", "1946-06-02 to 1946-06-03"),
            ("10 March 1973 (1973-03-11)", "unread"),
            (
                "10 March 1973 (1973-03-10) (first round)<br>24 March 1973 (1973-03-24) (second round)",
                "1973-03-10 (round 1) | 1973-03-24 (round 2)",
            ),
            (
                "5 October 1906 (first round)<br>Cancelled (second round)",
                "1906-10-05 (round 1, Cancelled (second round))",
            ),
            (
                "5 October 1906 (first round); second round cancelled",
                "1906-10-05 (round 1, second round cancelled)",
            ),
            ("5 October 1906<br>(second round cancelled)", "1906-10-05 (second round cancelled)"),
            ("5 October 1906 (second round cancelled)", "1906-10-05 (second round cancelled)"),
            (
                "5 October 1906 (first round, second round cancelled)",
                "1906-10-05 (round 1, second round cancelled)",
            ),
            (
                "5 October 1906 (first round)<br>Second round: cancelled",
                "1906-10-05 (round 1, Second round cancelled)",
            ),
            (
                "5 October 1906 (first round)<br>19 October 1906 (second round, cancelled)",
                "1906-10-05 (round 1) | 1906-10-19 (round 2, not held)",
            ),
            (
                "5 October 1906 (first round)<br>19 October 1906 (second round)<br>Second round cancelled",
                "1906-10-05 (round 1) | 1906-10-19 (round 2, not held)",
            ),
            ("5 October 1906<br>Cancelled", "1906-10-05 (not held)"),
            ("5 October 1906 (cancelled)", "1906-10-05 (not held)"),
            ("1 May 1906<br>Postponed to<br>5 October 1906", "1906-05-01 (postponed) | 1906-10-05"),
            (
                "First round: 5 October 1906<br>Second round: 19 October 1906",
                "1906-10-05 (round 1) | 1906-10-19 (round 2)",
            ),
            ("31 February 2012", "unread"),
            ("19 July", "unread"),
        ];
        for (text, expected) in cases {
            assert_eq!(said(text), expected, "{text}");
        }
    }

    #[test]
    fn one_date_may_be_a_year() {
        for (text, expected) in [("2007", "2007"), ("1938,", "1938"), ("1972 (Feb)", "1972-02")] {
            assert_eq!(read_one(text).unwrap().to_string(), expected);
        }
        assert!(read_one("1972 and 1973").is_err() && read_one("").is_err());
    }

    #[test]
    fn one_date_has_its_note() {
        let noted = |text: &str| {
            let (date, note) = read_noted(text).unwrap();
            (date.to_string(), note.unwrap_or_default())
        };
        for (text, date, note) in [
            ("2007", "2007", ""),
            ("4 May 2010", "2010-05-04", ""),
            ("4 May 2010 (acting)", "2010-05-04", "acting"),
            ("4 May 2010<br><small>(as interim leader)</small>", "2010-05-04", "as interim leader"),
            ("by 2010", "2010", "by 2010"),
        ] {
            assert_eq!(noted(text), (date.to_owned(), note.to_owned()), "{text}");
        }
        assert!(read_noted("4 May 2010 (acting)<br>11 July 2010").is_err());
    }
}
