//! Marks into drafts of dates, from left to right.

use super::token::Token;
use super::words;
use crate::import::lower::Lower;
use crate::model::{Bound, Outcome, PartialDate};

#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub(super) year: Option<i32>,
    pub(super) month: Option<u8>,
    pub(super) day: Option<u8>,
    /// It ends the span that the draft before it begins.
    pub(super) ends: bool,
    pub(super) bound: Bound,
    pub(super) round: Option<u8>,
    pub(super) outcome: Option<Outcome>,
    pub(super) words: Vec<String>,
    /// The words since the date before, while this one has no date.
    pub(super) clause: String,
    /// How many of them stand with the date before already.
    pub(super) given: usize,
}

impl Draft {
    /// Whether it says nothing but a date.
    pub(super) fn is_plain(&self) -> bool {
        self.round.is_none()
            && self.outcome.is_none()
            && self.words.is_empty()
            && self.bound == Bound::On
    }

    pub(super) fn is_dated(&self) -> bool {
        self.year.is_some() || self.month.is_some() || self.day.is_some()
    }
}

#[derive(Default)]
pub(super) struct Reader {
    pub(super) drafts: Vec<Draft>,
    pub(super) now: Draft,
    /// Whether the words that come are about the draft before: they stand in parentheses.
    pub(super) inside: bool,
    /// Whether words are about another round than that of the date before.
    pub(super) is_other_round: bool,
    /// What is said of rounds for which there is no date, before any date.
    pub(super) early: Vec<String>,
    pub(super) pending: bool,
    pub(super) unread: bool,
    /// Words outside of asides that say nothing of a date.
    pub(super) unknown: usize,
}

impl Reader {
    pub(super) fn take(&mut self, token: Token<'_>, before: &[Token<'_>], after: &[Token<'_>]) {
        match token {
            Token::Iso(date) => {
                // "2019-04-11/2019-05-19" may be two days or all between.
                self.unread |= before.last() == Some(&Token::Slash) && self.now.is_dated();
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
            Token::Slash => {
                // "March/April 2024" is one of the two.
                if self.now.month.is_some() && matches!(after.first(), Some(Token::Month(_))) {
                    self.either();
                }
            }
            Token::Open => {
                self.inside = true;
                self.clause(" (");
            }
            Token::Close => {
                (self.inside, self.is_other_round) = (false, false);
                self.clause(")");
            }
            Token::Break => {
                self.is_other_round = false;
                let over = [Outcome::Postponed, Outcome::NotHeld, Outcome::Annulled];
                if self.now.outcome.is_some_and(|outcome| over.contains(&outcome)) {
                    self.settle();
                }
                self.next_if(Draft::is_dated);
            }
            Token::Word(word) => {
                self.word(word, before, after);
                self.clause(word);
            }
            Token::Label(words) => self.label(words),
            Token::Note(words) => self.note(words),
            Token::OtherRound(words) => self.said(words),
            Token::Copy(start, end) => self.copy(start, end),
        }
    }

    /// The date before, once more. Where it says another date, neither is certain.
    fn copy(&mut self, start: PartialDate, end: Option<PartialDate>) {
        if !self.now.is_dated() && self.drafts.is_empty() {
            let dates = [Token::Iso(start)].into_iter().chain(end.map(Token::Iso));
            let dates: Vec<Token<'_>> = dates.collect();
            for (index, date) in dates.iter().enumerate() {
                self.now.ends = index > 0;
                self.take(*date, &[], &[]);
                self.next_if(|_| index + 1 < dates.len());
            }
            return;
        }
        let mut before: Vec<&mut Draft> = self.drafts.iter_mut().collect();
        if self.now.is_dated() {
            before.push(&mut self.now);
        }
        let copies = [Some(start), end].into_iter().flatten();
        let count = copies.clone().count();
        let is_same = before.len() >= count
            && before.iter_mut().rev().take(count).rev().zip(copies).all(|(draft, date)| {
                let is_same = draft.year.is_none_or(|year| year == date.year())
                    && draft
                        .month
                        .is_none_or(|month| date.month().is_none_or(|other| month == other))
                    && draft.day.is_none_or(|day| date.day().is_none_or(|other| day == other));
                draft.year = draft.year.or(Some(date.year()));
                draft.month = draft.month.or(date.month());
                is_same
            });
        self.unread |= !is_same;
    }

    pub(super) fn next_if(&mut self, full: impl Fn(&Draft) -> bool) {
        if full(&self.now) {
            self.drafts.push(std::mem::take(&mut self.now));
        }
    }

    /// What was and what comes are one date, of which it is not known which.
    fn either(&mut self) {
        self.now.bound = Bound::Either;
        self.next_if(|_| true);
        self.now.bound = Bound::Either;
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
        self.is_other_round = false;
        let is_small = digits <= 2 && (1..=31).contains(&number);
        if before.last() == Some(&Token::Slash) && self.now.is_dated() {
            if is_small && is_day(before, after) {
                let day = u8::try_from(number).ok();
                self.next_if(|draft| draft.day.is_some());
                self.now.day = day;
                return;
            }
            return self.after_slash(number, digits, after);
        }
        if matches!(after.first(), Some(Token::Word("rounds" | "ballots"))) {
            return self.said(&format!("{number} rounds"));
        }
        let ordinal_round =
            matches!(after.first(), Some(Token::Word(word)) if words::is_round(word));
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
    fn after_slash(&mut self, number: i32, digits: usize, after: &[Token<'_>]) {
        let small = u8::try_from(number).ok().filter(|_| digits <= 2);
        let goes_on = matches!(after, [Token::Slash, Token::Number(_, 1 | 2), ..]);
        // In "2-3/6/1901" the month comes last, and in "6/12/2021" first.
        let last = self.drafts.last();
        self.unread |= last.is_some_and(|last| last.day.is_some() && last.month.is_none());
        match (self.now.day, self.now.month, small) {
            // `1900/01/18`
            (None, None, Some(month)) if self.now.year.is_some() && goes_on => {
                self.now.month = Some(month);
            }
            (None, Some(_), Some(day)) if self.now.year.is_some() => self.now.day = Some(day),
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

    fn word(&mut self, word: &str, before: &[Token<'_>], after: &[Token<'_>]) {
        let lower = Lower::of(word);
        if self.is_other_round {
            return self.append(word);
        }
        let previous = before.last().and_then(|token| match token {
            Token::Word(word) => Some(Lower::of(word)),
            _ => None,
        });
        let named = previous.as_ref().map(Lower::bytes);
        match lower.bytes() {
            b"to" | b"until" | b"through" => self.range(after),
            b"and" | b"then" => self.next_if(Draft::is_dated),
            b"or" => {
                let bounded = named == Some(b"on");
                if !bounded && self.now.is_dated() {
                    self.either();
                }
            }
            b"before" if named == Some(b"not") => self.bound(Bound::From),
            b"by" | b"before" => self.bound(Bound::By),
            b"later" if matches!(named, Some(b"not" | b"no")) => self.bound(Bound::By),
            b"after" | b"from" | b"since" => self.bound(Bound::From),
            b"circa" | b"c" | b"ca" | b"about" | b"around" => self.bound(Bound::About),
            b"off" if named == Some(b"run") => self.runoff(after),
            b"run" | b"re" if self.is_rerun(after) => self.outcome(Outcome::Rerun),
            b"run" | b"re" => {}
            b"held" if named == Some(b"not") => self.outcome(Outcome::NotHeld),
            b"date" if self.drafts.is_empty() && !self.now.is_dated() => self.pending = true,
            _ if words::is_pending(lower) => self.pending = true,
            _ => match (words::ordinal(lower), words::outcome(lower)) {
                (Some(round), _) if lower.is_any(&["runoff", "run-off"]) || is_of_round(after) => {
                    if round == 2 {
                        self.runoff(after);
                    } else {
                        self.round(round);
                    }
                    if self.is_other_round {
                        self.said(word);
                    }
                }
                (_, Some(outcome)) => self.outcome(outcome),
                _ if words::is_filler(lower) || words::is_connective(lower) => {}
                _ => {
                    self.unknown += 1;
                    let day = match after.first() {
                        Some(Token::Word(day)) if words::is_weekday(Lower::of(day)) => day,
                        _ => "",
                    };
                    self.said([word, day].join(" ").trim());
                }
            },
        }
    }

    /// "re-run", of which the first half is this word; and "run re-run".
    fn is_rerun(&self, after: &[Token<'_>]) -> bool {
        matches!(after, [Token::Range, Token::Word("run" | "re"), ..])
    }

    /// An aside. What it says of the outcome counts, unless it tells of other dates.
    fn note(&mut self, words: &str) {
        let said = words.split(|c: char| !c.is_alphabetic()).map(Lower::of);
        let outcome = said.filter_map(words::outcome).next();
        if let Some(outcome) = outcome.filter(|_| !words.contains(|c: char| c.is_ascii_digit())) {
            self.now.outcome.get_or_insert(outcome);
        }
        self.said(words);
    }

    fn bound(&mut self, bound: Bound) {
        self.next_if(Draft::is_dated);
        self.now.bound = bound;
    }
}

/// Whether a number behind a stroke is a day beside another: "2/3 June 1901". A year behind a further stroke
/// would make a month or a day of it.
fn is_day(before: &[Token<'_>], after: &[Token<'_>]) -> bool {
    let is_month = |token: &Token<'_>| matches!(token, Token::Month(_));
    let has_month = before.iter().chain(after).any(is_month);
    has_month && !matches!(after, [Token::Slash, Token::Number(_, 3..), ..])
}

/// Whether an ordinal with these marks behind it is that of a round: "second Sunday" and "second half" are none.
fn is_of_round(after: &[Token<'_>]) -> bool {
    let Some(Token::Word(next)) = after.first() else { return true };
    let next = Lower::of(next);
    !(words::is_unknown(next) || words::is_weekday(next))
}
