//! Election dates as people write them: single days, ranges, several rounds, bounds.
//!
//! A text becomes tokens, and the tokens fill drafts of dates from left to right. A draft that
//! lacks a month or a year takes it from the next that has one ("4 and 11 April 2011"), else from
//! the one before ("26 June 1994 … 10 July"). Nothing else is filled in.

use super::cell;
use crate::model::{Bound, Outcome, PartialDate, PollingDate, Reason};

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
    if let Some(reason) = cell::absent(&text) {
        return Err(reason);
    }
    let mut reader = Reader::default();
    let tokens = tokens(&text);
    for (index, token) in tokens.iter().enumerate() {
        reader.take(*token, &tokens[..index], &tokens[index + 1..]);
    }
    reader.finish(&text)
}

/// Reads one date, such as the year of a linked election: `2007`, `1972 (Feb)`. A comma that a
/// lost line break left behind does not count.
///
/// # Errors
/// When the text gives no date, or more than one.
pub fn read_one(text: &str) -> Result<PartialDate, Reason> {
    let dates = read(text.trim().trim_end_matches(','))?;
    match dates.as_slice() {
        [PollingDate { start, end: None, .. }] => Ok(*start),
        _ => Err(expected("one date, such as 2007")),
    }
}

fn expected(what: &str) -> Reason {
    Reason::Expected(what.to_owned())
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Token<'a> {
    /// Digits: the number, and how many there are.
    Number(i32, usize),
    Iso(PartialDate),
    Month(u8),
    Word(&'a str),
    Range,
    Slash,
    Open,
    Close,
    Break,
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

const FULL: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

fn month(word: &str) -> Option<u8> {
    let word = word.to_lowercase();
    let at = FULL.iter().position(|full| *full == word).or_else(|| {
        let short = if word == "sept" { "sep" } else { word.as_str() };
        MONTHS.iter().position(|month| *month == short)
    })?;
    u8::try_from(at + 1).ok()
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let mut length = c.len_utf8();
        match c {
            '0'..='9' => {
                if let Some((iso, iso_length)) = iso(rest) {
                    length = iso_length;
                    tokens.push(Token::Iso(iso));
                } else {
                    length = rest.bytes().take_while(u8::is_ascii_digit).count();
                    // More digits than a year has are no date; -1 is no number of one.
                    let number = if length > 4 { -1 } else { rest[..length].parse().unwrap_or(-1) };
                    tokens.push(Token::Number(number, length));
                    let ordinal = ["st", "nd", "rd", "th"].iter().any(|ending| {
                        let follows = rest[length..].strip_prefix(ending);
                        follows.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
                    });
                    // "1st round" is a word; "1st May" is a day.
                    length += if ordinal { 2 } else { 0 };
                }
            }
            '–' | '—' | '-' | '−' => tokens.push(Token::Range),
            '/' => tokens.push(Token::Slash),
            '(' | '[' => tokens.push(Token::Open),
            ')' | ']' => tokens.push(Token::Close),
            '\n' | '|' | ';' => tokens.push(Token::Break),
            c if c.is_alphabetic() => {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '\'' || c == '’'));
                length = end.unwrap_or(rest.len());
                let word = &rest[..length];
                tokens.push(month(word).map_or(Token::Word(word), Token::Month));
            }
            _ => {}
        }
        at += length;
    }
    tokens
}

/// `2012-07-19` or `2012-07` at the start, with no digit after.
fn iso(text: &str) -> Option<(PartialDate, usize)> {
    [10, 7].into_iter().find_map(|length| {
        let ends =
            !text.as_bytes().get(length).is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-');
        let date = text.get(..length).filter(|_| ends)?.parse().ok()?;
        Some((date, length))
    })
}

#[derive(Debug, Clone, Default)]
struct Draft {
    year: Option<i32>,
    month: Option<u8>,
    day: Option<u8>,
    /// It ends the span that the draft before it begins.
    ends: bool,
    bound: Bound,
    round: Option<u8>,
    outcome: Option<Outcome>,
    words: Vec<String>,
}

impl Draft {
    fn is_dated(&self) -> bool {
        self.year.is_some() || self.month.is_some() || self.day.is_some()
    }
}

#[derive(Default)]
struct Reader {
    drafts: Vec<Draft>,
    now: Draft,
    /// Whether the words that come are about the draft before: they stand in parentheses.
    inside: bool,
    pending: bool,
    unread: bool,
}

impl Reader {
    fn take(&mut self, token: Token<'_>, before: &[Token<'_>], after: &[Token<'_>]) {
        match token {
            Token::Iso(date) => {
                self.next_if(|draft| draft.is_dated());
                self.now.year = Some(date.year());
                (self.now.month, self.now.day) = (date.month(), date.day());
            }
            Token::Number(number, digits) => self.number(number, digits, before, after),
            Token::Month(month) => {
                // "1972 (Feb)" is a month of that year.
                let late = self.now.month.is_some() || (self.now.year.is_some() && !self.inside);
                self.next_if(|_| late);
                self.now.month = Some(month);
            }
            Token::Range => self.range(after),
            Token::Slash => {}
            Token::Open => self.inside = true,
            Token::Close => self.inside = false,
            Token::Break => self.next_if(Draft::is_dated),
            Token::Word(word) => self.word(word, before, after),
        }
    }

    fn next_if(&mut self, full: impl Fn(&Draft) -> bool) {
        if full(&self.now) {
            self.drafts.push(std::mem::take(&mut self.now));
        }
    }

    fn range(&mut self, after: &[Token<'_>]) {
        let dated =
            matches!(after.first(), Some(Token::Number(..) | Token::Month(_) | Token::Iso(_)));
        if dated && self.now.is_dated() {
            self.next_if(|_| true);
            self.now.ends = true;
        }
    }

    fn number(&mut self, number: i32, digits: usize, before: &[Token<'_>], after: &[Token<'_>]) {
        if before.last() == Some(&Token::Slash) && self.now.is_dated() {
            return self.after_slash(number, digits);
        }
        let ordinal_round = matches!(after.first(), Some(Token::Word(word)) if is_round(word));
        if ordinal_round && (1..=9).contains(&number) {
            return self.round(u8::try_from(number).unwrap_or(1));
        }
        match u8::try_from(number).ok().filter(|day| digits <= 2 && (1..=31).contains(day)) {
            Some(day) => {
                self.next_if(|draft| draft.day.is_some() || draft.year.is_some());
                self.now.day = Some(day);
            }
            None if digits == 4 => {
                self.next_if(|draft| draft.year.is_some());
                self.now.year = Some(number);
            }
            None => self.unread = true,
        }
    }

    /// The second or third number of `6/12/2021`, or the second of `10/2023`.
    fn after_slash(&mut self, number: i32, digits: usize) {
        let small = u8::try_from(number).ok().filter(|_| digits <= 2);
        match (self.now.day, self.now.month, small) {
            // The first number was taken for a day: it is the month, where there is such a month.
            (Some(first), None, Some(second)) if first <= 12 => {
                (self.now.month, self.now.day) = (Some(first), Some(second));
            }
            (Some(_), None, Some(second)) => self.now.month = Some(second),
            (Some(first), None, None) if digits == 4 => {
                (self.now.month, self.now.day, self.now.year) = (Some(first), None, Some(number));
            }
            (_, Some(_), None) if digits == 4 => self.now.year = Some(number),
            _ => self.unread = true,
        }
    }

    /// A round belongs to the date before it, or to the one that comes.
    fn round(&mut self, number: u8) {
        if !self.now.is_dated()
            && self.inside
            && let Some(last) = self.drafts.last_mut()
        {
            last.round = Some(number);
        } else {
            self.now.round = Some(number);
        }
    }

    fn word(&mut self, word: &str, before: &[Token<'_>], after: &[Token<'_>]) {
        let lower = word.to_lowercase();
        let previous = before.last().and_then(|token| match token {
            Token::Word(word) => Some(word.to_lowercase()),
            _ => None,
        });
        let after_not = previous.as_deref() == Some("not");
        match lower.as_str() {
            "to" | "until" | "through" => self.range(after),
            "and" | "then" => self.next_if(Draft::is_dated),
            "or" => {
                let bounded = previous.as_deref() == Some("on");
                if !bounded && self.now.is_dated() {
                    self.now.bound = Bound::Either;
                    self.next_if(|_| true);
                    self.now.bound = Bound::Either;
                }
            }
            "before" if after_not => self.bound(Bound::From),
            "by" | "before" => self.bound(Bound::By),
            "later" if after_not => self.bound(Bound::By),
            "after" | "from" | "since" => self.bound(Bound::From),
            "circa" | "c" | "ca" | "about" | "around" => self.bound(Bound::About),
            "first" => self.round(1),
            "second" | "runoff" => self.runoff(),
            "off" if previous.as_deref() == Some("run") => self.runoff(),
            "third" => self.round(3),
            "run" => {
                if matches!(after, [Token::Range, Token::Word(word), ..] if *word == "re" || *word == "run")
                {
                    self.outcome(Outcome::Rerun);
                }
            }
            "rerun" => self.outcome(Outcome::Rerun),
            "re" if matches!(after, [Token::Range, Token::Word("run"), ..]) => {
                self.outcome(Outcome::Rerun);
            }
            "annulled" | "voided" | "void" => self.outcome(Outcome::Annulled),
            "scheduled" | "planned" | "expected" => self.outcome(Outcome::Scheduled),
            "postponed" | "delayed" => self.outcome(Outcome::Postponed),
            "cancelled" | "canceled" => self.outcome(Outcome::NotHeld),
            "held" if after_not => self.outcome(Outcome::NotHeld),
            "tba" | "tbd" | "indefinitely" | "unknown" | "undetermined" | "determined" => {
                self.pending = true;
            }
            "on" | "the" | "of" | "for" | "in" | "was" | "be" | "with" | "a" | "an" | "at"
            | "but" | "not" | "held" | "round" | "rounds" | "ballot" | "no" | "than" | "were"
            | "is" => {}
            day if is_weekday(day) => {}
            _ => self.said(word),
        }
    }

    /// Words stay with the date that they follow, or, before any, with the first.
    fn said(&mut self, word: &str) {
        let about_last = !self.now.is_dated() && !self.drafts.is_empty();
        let draft = if about_last { self.drafts.last_mut() } else { None };
        draft.unwrap_or(&mut self.now).words.push(word.to_owned());
    }

    fn runoff(&mut self) {
        // "29 July 2018, with runoff on 12 August 2018" is a new date; "(second round)" is not.
        if !self.inside && self.now.is_dated() {
            self.now.round.get_or_insert(1);
            self.next_if(|_| true);
        }
        self.round(2);
    }

    fn bound(&mut self, bound: Bound) {
        self.next_if(Draft::is_dated);
        self.now.bound = bound;
    }

    fn outcome(&mut self, outcome: Outcome) {
        let about_last = !self.now.is_dated() && self.inside;
        let draft = if about_last { self.drafts.last_mut() } else { None };
        draft.unwrap_or(&mut self.now).outcome = Some(outcome);
    }

    fn finish(mut self, text: &str) -> Result<Vec<PollingDate>, Reason> {
        self.next_if(Draft::is_dated);
        let rest = self.now;
        let form = || expected("a date such as 19 July 2012");
        let Some(last) = self.drafts.last_mut() else {
            return Err(if self.pending || rest.outcome.is_some() {
                Reason::Pending
            } else {
                form()
            });
        };
        last.words.extend(rest.words);
        last.outcome = last.outcome.or(rest.outcome);
        fill(&mut self.drafts);
        let mut dates: Vec<PollingDate> = Vec::new();
        for draft in self.drafts {
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
        if self.unread || text.len() > 2_000 { Err(form()) } else { Ok(dates) }
    }
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

fn is_round(word: &str) -> bool {
    word.eq_ignore_ascii_case("round") || word.eq_ignore_ascii_case("ballot")
}

fn is_weekday(word: &str) -> bool {
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"].contains(&word)
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
            ("the day after tomorrow", "unread"),
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
}
