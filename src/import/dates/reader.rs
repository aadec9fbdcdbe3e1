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
    clause: String,
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
    inside: bool,
    /// Whether words are about another round than that of the date before.
    is_other_round: bool,
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

    /// Keeps the words of a clause that has no date.
    fn clause(&mut self, word: &str) {
        if self.now.is_dated() || self.drafts.is_empty() || self.is_other_round {
            return;
        }
        let clause = &mut self.now.clause;
        let is_joined = clause.is_empty() || clause.ends_with('(') || word == ")" || word == " (";
        if !is_joined {
            clause.push(' ');
        }
        clause.push_str(word);
    }

    /// Ends a clause without a date: what became of a round belongs to the date of that round, or is said of
    /// one for which there is no date.
    pub(super) fn settle(&mut self) {
        if self.now.is_dated() || self.drafts.is_empty() {
            return;
        }
        let Draft { round, outcome, clause, .. } = &mut self.now;
        let (Some(number), outcome) = (*round, *outcome) else {
            if let Some(last) = self.drafts.last_mut() {
                last.outcome = last.outcome.or(outcome.take());
            }
            return;
        };
        let of_round = self.drafts.iter_mut().find(|draft| draft.round == Some(number));
        let (of_round, clause) = (of_round, std::mem::take(clause));
        match (of_round, outcome) {
            (Some(draft), Some(outcome)) => draft.outcome = draft.outcome.or(Some(outcome)),
            _ => {
                let last = self.drafts.last_mut();
                last.into_iter().for_each(|last| last.words.push(clause.trim().to_owned()));
            }
        }
        self.now = Draft::default();
    }

    /// A label is about the date that follows. It may be the name of a round.
    fn label(&mut self, words: &str) {
        self.next_if(Draft::is_dated);
        let said = words.split(' ').map(Lower::of);
        let round = said.clone().find_map(words::ordinal);
        let is_round =
            said.clone().all(|word| words::ordinal(word).is_some() || word.bytes() == b"round");
        if round.is_some() && is_round {
            self.now.round = round;
            self.clause(words);
        } else {
            self.now.words.push(words.to_owned());
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

    /// A round belongs to the date before it, or to the one that comes.
    fn round(&mut self, number: u8) {
        let is_clause = self.now.outcome.is_some() || !self.inside;
        let draft = match self.drafts.last_mut() {
            Some(last) if !self.now.is_dated() && !is_clause => last,
            _ => &mut self.now,
        };
        // "(first round, second round cancelled)" is of two rounds, and the date of the first.
        let is_other =
            self.inside && draft.is_dated() && draft.round.is_some_and(|own| own != number);
        if is_other {
            self.is_other_round = true;
        } else {
            draft.round = Some(number);
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
                (Some(round), _) => {
                    if round == 2 {
                        self.runoff(after)
                    } else {
                        self.round(round)
                    }
                    if self.is_other_round {
                        self.said(word);
                    }
                }
                (_, Some(outcome)) => self.outcome(outcome),
                _ if words::is_filler(lower) || words::is_connective(lower) => {}
                _ => {
                    self.unknown += 1;
                    self.said(word);
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

    /// Words stay with the date that they follow, or, before any, with the first.
    fn said(&mut self, word: &str) {
        let about_last =
            !self.now.is_dated() && self.now.round.is_none() && !self.drafts.is_empty();
        let draft = if about_last { self.drafts.last_mut() } else { None };
        draft.unwrap_or(&mut self.now).words.push(word.to_owned());
    }

    /// Adds a word to those that were said last.
    fn append(&mut self, word: &str) {
        let draft = if self.now.is_dated() { Some(&mut self.now) } else { self.drafts.last_mut() };
        if let Some(words) = draft.and_then(|draft| draft.words.last_mut()) {
            words.push(' ');
            words.push_str(word);
        }
    }

    fn runoff(&mut self, after: &[Token<'_>]) {
        // "29 July 2018, with runoff on 12 August 2018" is a new date; "(second round)" is not.
        let dated = |token: &Token<'_>| {
            matches!(token, Token::Number(..) | Token::Month(_) | Token::Iso(_))
        };
        let mut clause = after.iter().take_while(|token| **token != Token::Close);
        if (!self.inside || clause.any(dated)) && self.now.is_dated() {
            self.now.round.get_or_insert(1);
            self.next_if(|_| true);
            self.now.round = Some(2);
            return;
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
}

/// Whether a number behind a stroke is a day beside another: "2/3 June 1901". A year behind a further stroke
/// would make a month or a day of it.
fn is_day(before: &[Token<'_>], after: &[Token<'_>]) -> bool {
    let is_month = |token: &Token<'_>| matches!(token, Token::Month(_));
    let has_month = before.iter().chain(after).any(is_month);
    has_month && !matches!(after, [Token::Slash, Token::Number(_, 3..), ..])
}
