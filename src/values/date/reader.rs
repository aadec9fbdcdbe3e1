//! Conversion of tokens to date drafts, from left to right.

use super::token::Token;
use super::words;
use crate::model::{DateBound, PartialDate, PollOutcome};
use crate::values::words::LowercaseWord;

#[derive(Debug, Clone, Default)]
pub(super) struct Draft {
    pub(super) year: Option<i32>,
    pub(super) month: Option<u8>,
    pub(super) day: Option<u8>,
    /// Whether the draft is the end of a range that begins with the previous draft.
    pub(super) ends: bool,
    pub(super) bound: DateBound,
    pub(super) round: Option<u8>,
    pub(super) outcome: Option<PollOutcome>,
    pub(super) words: Vec<String>,
    /// Words since the previous date, while this draft has no date.
    pub(super) clause: String,
    /// Number of words of the clause that were already added to the previous date.
    pub(super) given: usize,
}

impl Draft {
    /// Returns whether the draft has no bound, round, outcome or words.
    pub(super) fn is_plain(&self) -> bool {
        self.round.is_none()
            && self.outcome.is_none()
            && self.words.is_empty()
            && self.bound == DateBound::On
    }

    pub(super) fn is_dated(&self) -> bool {
        self.year.is_some() || self.month.is_some() || self.day.is_some()
    }
}

#[derive(Default)]
pub(super) struct Reader {
    pub(super) drafts: Vec<Draft>,
    pub(super) now: Draft,
    /// Whether the current token is in brackets, so that its words are about the previous draft.
    pub(super) inside: bool,
    /// Whether the words are about another round than that of the previous date.
    pub(super) is_other_round: bool,
    /// Clauses before the first date about rounds that have no date.
    pub(super) early: Vec<String>,
    pub(super) pending: bool,
    pub(super) unread: bool,
    /// Number of words unrelated to dates, outside of asides.
    pub(super) unknown: usize,
}

impl Reader {
    pub(super) fn take(&mut self, token: Token<'_>, before: &[Token<'_>], after: &[Token<'_>]) {
        match token {
            Token::Iso(date) => {
                // "2019-04-11/2019-05-19" is ambiguous: two days, or a range.
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
                // "March/April 2024" is one of the two months.
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
                let over = [PollOutcome::Postponed, PollOutcome::NotHeld, PollOutcome::Annulled];
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

    /// Processes a repetition of the previous date. If the two differ, the text is not parsed.
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

    /// Marks the current and the next draft as alternatives.
    fn either(&mut self) {
        self.now.bound = DateBound::Either;
        self.next_if(|_| true);
        self.now.bound = DateBound::Either;
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

    /// Processes the second or third number of `6/12/2021`, or the second of `10/2023`.
    fn after_slash(&mut self, number: i32, digits: usize, after: &[Token<'_>]) {
        let small = u8::try_from(number).ok().filter(|_| digits <= 2);
        let goes_on = matches!(after, [Token::Slash, Token::Number(_, 1 | 2), ..]);
        // The month comes first, so a range before it is ambiguous: "2-3/6/1901".
        let last = self.drafts.last();
        self.unread |= last.is_some_and(|last| last.day.is_some() && last.month.is_none());
        match (self.now.day, self.now.month, small) {
            // `1900/01/18`
            (None, None, Some(month)) if self.now.year.is_some() && goes_on => {
                self.now.month = Some(month);
            }
            (None, Some(_), Some(day)) if self.now.year.is_some() => self.now.day = Some(day),
            // The first number was parsed as a day. It is the month if it can be one.
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
        let lower = LowercaseWord::of(word);
        if self.is_other_round {
            return self.append(word);
        }
        let previous = before.last().and_then(|token| match token {
            Token::Word(word) => Some(LowercaseWord::of(word)),
            _ => None,
        });
        let named = previous.as_ref().map(LowercaseWord::bytes);
        match lower.bytes() {
            b"to" | b"until" | b"through" => self.range(after),
            b"and" | b"then" => self.next_if(Draft::is_dated),
            b"or" => {
                let bounded = named == Some(b"on");
                if !bounded && self.now.is_dated() {
                    self.either();
                }
            }
            b"before" if named == Some(b"not") => self.bound(DateBound::From),
            b"by" | b"before" => self.bound(DateBound::By),
            b"later" if matches!(named, Some(b"not" | b"no")) => self.bound(DateBound::By),
            b"after" | b"from" | b"since" => self.bound(DateBound::From),
            b"circa" | b"c" | b"ca" | b"about" | b"around" => self.bound(DateBound::About),
            b"off" if named == Some(b"run") => self.runoff(after),
            b"run" | b"re" if self.is_rerun(after) => self.outcome(PollOutcome::Rerun),
            b"run" | b"re" => {}
            b"held" if named == Some(b"not") => self.outcome(PollOutcome::NotHeld),
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
                        Some(Token::Word(day)) if words::is_weekday(LowercaseWord::of(day)) => day,
                        _ => "",
                    };
                    self.said([word, day].join(" ").trim());
                }
            },
        }
    }

    /// Returns whether the current word begins "re-run" or "run re-run".
    fn is_rerun(&self, after: &[Token<'_>]) -> bool {
        matches!(after, [Token::Range, Token::Word("run" | "re"), ..])
    }

    /// Adds an aside as words. An outcome in it counts, unless the aside contains numbers.
    fn note(&mut self, words: &str) {
        let said = words.split(|c: char| !c.is_alphabetic()).map(LowercaseWord::of);
        let outcome = said.filter_map(words::outcome).next();
        if let Some(outcome) = outcome.filter(|_| !words.contains(|c: char| c.is_ascii_digit())) {
            self.now.outcome.get_or_insert(outcome);
        }
        self.said(words);
    }

    fn bound(&mut self, bound: DateBound) {
        self.next_if(Draft::is_dated);
        self.now.bound = bound;
    }
}

/// Returns whether a number after a slash is a second day: "2/3 June 1901". If another slash and a
/// year follow, it is a month or a day of a numeric date.
fn is_day(before: &[Token<'_>], after: &[Token<'_>]) -> bool {
    let is_month = |token: &Token<'_>| matches!(token, Token::Month(_));
    let has_month = before.iter().chain(after).any(is_month);
    has_month && !matches!(after, [Token::Slash, Token::Number(_, 3..), ..])
}

/// Returns whether an ordinal before these tokens numbers a round. That of "second Sunday" or
/// "second half" does not.
fn is_of_round(after: &[Token<'_>]) -> bool {
    let Some(Token::Word(next)) = after.first() else { return true };
    let next = LowercaseWord::of(next);
    !(words::is_unknown(next) || words::is_weekday(next))
}
