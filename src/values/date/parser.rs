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
    pub(super) is_range_end: bool,
    pub(super) bound: DateBound,
    pub(super) round: Option<u8>,
    pub(super) outcome: Option<PollOutcome>,
    pub(super) words: Vec<String>,
    /// Words since the previous date, while this draft has no date.
    pub(super) clause: String,
    /// Number of words of the clause that were already added to the previous date.
    pub(super) assigned_words: usize,
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
pub(super) struct DateParser {
    pub(super) drafts: Vec<Draft>,
    pub(super) current: Draft,
    /// Whether the current token is in brackets, so that its words are about the previous draft.
    pub(super) in_brackets: bool,
    /// Whether the words are about another round than that of the previous date.
    pub(super) is_other_round: bool,
    /// Clauses before the first date about rounds that have no date.
    pub(super) leading_clauses: Vec<String>,
    pub(super) is_pending: bool,
    pub(super) is_ambiguous: bool,
    /// Number of words unrelated to dates, outside of asides.
    pub(super) unrelated_words: usize,
}

impl DateParser {
    pub(super) fn process_token(
        &mut self,
        token: Token<'_>,
        before: &[Token<'_>],
        after: &[Token<'_>],
    ) {
        match token {
            Token::Iso(date) => {
                // "2019-04-11/2019-05-19" is ambiguous: two days, or a range.
                self.is_ambiguous |=
                    before.last() == Some(&Token::Slash) && self.current.is_dated();
                self.finish_draft_if(|draft| draft.is_dated());
                self.current.year = Some(date.year());
                (self.current.month, self.current.day) = (date.month(), date.day());
            }
            Token::Number(number, digits) => self.process_number(number, digits, before, after),
            Token::Month(month) => {
                // "1972 (Feb)" is a month of that year.
                let late = self.current.month.is_some()
                    || (self.current.year.is_some() && !self.in_brackets);
                self.finish_draft_if(|_| late);
                self.current.month = Some(month);
            }
            Token::Dash => self.process_range(after),
            Token::Slash => {
                // "March/April 2024" is one of the two months.
                if self.current.month.is_some() && matches!(after.first(), Some(Token::Month(_))) {
                    self.mark_alternatives();
                }
            }
            Token::Open => {
                self.in_brackets = true;
                self.push_to_clause(" (");
            }
            Token::Close => {
                (self.in_brackets, self.is_other_round) = (false, false);
                self.push_to_clause(")");
            }
            Token::Break => {
                self.is_other_round = false;
                let final_outcomes =
                    [PollOutcome::Postponed, PollOutcome::NotHeld, PollOutcome::Annulled];
                if self.current.outcome.is_some_and(|outcome| final_outcomes.contains(&outcome)) {
                    self.finish_clause();
                }
                self.finish_draft_if(Draft::is_dated);
            }
            Token::Word(word) => {
                self.process_word(word, before, after);
                self.push_to_clause(word);
            }
            Token::Label(words) => self.assign_label(words),
            Token::Note(words) => self.process_note(words),
            Token::OtherRound(words) => self.add_word(words),
            Token::Repetition(start, end) => self.process_repetition(start, end),
        }
    }

    /// Processes a repetition of the previous date. If the two differ, the text is not parsed.
    fn process_repetition(&mut self, start: PartialDate, end: Option<PartialDate>) {
        if !self.current.is_dated() && self.drafts.is_empty() {
            let dates = [Token::Iso(start)].into_iter().chain(end.map(Token::Iso));
            let dates: Vec<Token<'_>> = dates.collect();
            for (index, date) in dates.iter().enumerate() {
                self.current.is_range_end = index > 0;
                self.process_token(*date, &[], &[]);
                self.finish_draft_if(|_| index + 1 < dates.len());
            }
            return;
        }
        let mut before: Vec<&mut Draft> = self.drafts.iter_mut().collect();
        if self.current.is_dated() {
            before.push(&mut self.current);
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
        self.is_ambiguous |= !is_same;
    }

    pub(super) fn finish_draft_if(&mut self, is_complete: impl Fn(&Draft) -> bool) {
        if is_complete(&self.current) {
            self.drafts.push(std::mem::take(&mut self.current));
        }
    }

    /// Marks the current and the next draft as alternatives.
    fn mark_alternatives(&mut self) {
        self.current.bound = DateBound::Either;
        self.finish_draft_if(|_| true);
        self.current.bound = DateBound::Either;
    }

    fn process_range(&mut self, after: &[Token<'_>]) {
        let dated =
            matches!(after.first(), Some(Token::Number(..) | Token::Month(_) | Token::Iso(_)));
        if dated && self.current.is_dated() {
            self.finish_draft_if(|_| true);
            self.current.is_range_end = true;
        }
    }

    fn process_number(
        &mut self,
        number: i32,
        digits: usize,
        before: &[Token<'_>],
        after: &[Token<'_>],
    ) {
        self.is_other_round = false;
        let is_small = digits <= 2 && (1..=31).contains(&number);
        if before.last() == Some(&Token::Slash) && self.current.is_dated() {
            if is_small && is_day(before, after) {
                let day = u8::try_from(number).ok();
                self.finish_draft_if(|draft| draft.day.is_some());
                self.current.day = day;
                return;
            }
            return self.process_number_after_slash(number, digits, after);
        }
        if matches!(after.first(), Some(Token::Word("rounds" | "ballots"))) {
            return self.add_word(&format!("{number} rounds"));
        }
        let ordinal_round =
            matches!(after.first(), Some(Token::Word(word)) if words::is_round(word));
        if ordinal_round && (1..=9).contains(&number) {
            return self.assign_round(u8::try_from(number).unwrap_or(1));
        }
        match u8::try_from(number).ok().filter(|day| digits <= 2 && (1..=31).contains(day)) {
            Some(day) => {
                self.finish_draft_if(|draft| draft.day.is_some() || draft.year.is_some());
                self.current.day = Some(day);
            }
            None if digits == 4 => {
                self.finish_draft_if(|draft| draft.year.is_some());
                self.current.year = Some(number);
            }
            None => self.is_ambiguous = true,
        }
    }

    /// Processes the second or third number of `6/12/2021`, or the second of `10/2023`.
    fn process_number_after_slash(&mut self, number: i32, digits: usize, after: &[Token<'_>]) {
        let small = u8::try_from(number).ok().filter(|_| digits <= 2);
        let goes_on = matches!(after, [Token::Slash, Token::Number(_, 1 | 2), ..]);
        // The month comes first, so a range before it is ambiguous: "2-3/6/1901".
        let last = self.drafts.last();
        self.is_ambiguous |= last.is_some_and(|last| last.day.is_some() && last.month.is_none());
        match (self.current.day, self.current.month, small) {
            // `1900/01/18`
            (None, None, Some(month)) if self.current.year.is_some() && goes_on => {
                self.current.month = Some(month);
            }
            (None, Some(_), Some(day)) if self.current.year.is_some() => {
                self.current.day = Some(day)
            }
            // The first number was parsed as a day. It is the month if it can be one.
            (Some(first), None, Some(second)) if first <= 12 => {
                (self.current.month, self.current.day) = (Some(first), Some(second));
            }
            (Some(_), None, Some(second)) => self.current.month = Some(second),
            (Some(first), None, None) if digits == 4 => {
                (self.current.month, self.current.day, self.current.year) =
                    (Some(first), None, Some(number));
            }
            (_, Some(_), None) if digits == 4 => self.current.year = Some(number),
            _ => self.is_ambiguous = true,
        }
    }

    fn process_word(&mut self, word: &str, before: &[Token<'_>], after: &[Token<'_>]) {
        let lower = LowercaseWord::new(word);
        if self.is_other_round {
            return self.append_to_words(word);
        }
        let previous = before.last().and_then(|token| match token {
            Token::Word(word) => Some(LowercaseWord::new(word)),
            _ => None,
        });
        let previous_word = previous.as_ref().map(LowercaseWord::as_bytes);
        match lower.as_bytes() {
            b"to" | b"until" | b"through" => self.process_range(after),
            b"and" | b"then" => self.finish_draft_if(Draft::is_dated),
            b"or" => {
                let bounded = previous_word == Some(b"on");
                if !bounded && self.current.is_dated() {
                    self.mark_alternatives();
                }
            }
            b"before" if previous_word == Some(b"not") => self.set_bound(DateBound::From),
            b"by" | b"before" => self.set_bound(DateBound::By),
            b"later" if matches!(previous_word, Some(b"not" | b"no")) => {
                self.set_bound(DateBound::By)
            }
            b"after" | b"from" | b"since" => self.set_bound(DateBound::From),
            b"circa" | b"c" | b"ca" | b"about" | b"around" => self.set_bound(DateBound::About),
            b"off" if previous_word == Some(b"run") => self.assign_runoff(after),
            b"run" | b"re" if self.is_rerun(after) => self.assign_outcome(PollOutcome::Rerun),
            b"run" | b"re" => {}
            b"held" if previous_word == Some(b"not") => self.assign_outcome(PollOutcome::NotHeld),
            b"date" if self.drafts.is_empty() && !self.current.is_dated() => self.is_pending = true,
            _ if words::is_pending(lower) => self.is_pending = true,
            _ => match (words::ordinal(lower), words::outcome(lower)) {
                (Some(round), _)
                    if lower.is_one_of(&["runoff", "run-off"]) || is_of_round(after) =>
                {
                    if round == 2 {
                        self.assign_runoff(after);
                    } else {
                        self.assign_round(round);
                    }
                    if self.is_other_round {
                        self.add_word(word);
                    }
                }
                (_, Some(outcome)) => self.assign_outcome(outcome),
                _ if words::is_filler(lower) || words::is_connective(lower) => {}
                _ => {
                    self.unrelated_words += 1;
                    let day = match after.first() {
                        Some(Token::Word(day)) if words::is_weekday(LowercaseWord::new(day)) => day,
                        _ => "",
                    };
                    self.add_word([word, day].join(" ").trim());
                }
            },
        }
    }

    /// Returns whether the current word ("run" or "re") is followed by "-run" or "-re".
    fn is_rerun(&self, after: &[Token<'_>]) -> bool {
        matches!(after, [Token::Dash, Token::Word("run" | "re"), ..])
    }

    /// Adds an aside as words. If the aside states an outcome and contains no digits, the outcome
    /// counts.
    fn process_note(&mut self, words: &str) {
        let lower_words = words.split(|c: char| !c.is_alphabetic()).map(LowercaseWord::new);
        let outcome = lower_words.filter_map(words::outcome).next();
        if let Some(outcome) = outcome.filter(|_| !words.contains(|c: char| c.is_ascii_digit())) {
            self.current.outcome.get_or_insert(outcome);
        }
        self.add_word(words);
    }

    fn set_bound(&mut self, bound: DateBound) {
        self.finish_draft_if(Draft::is_dated);
        self.current.bound = bound;
    }
}

/// Returns whether a number after a slash is a second day: "2/3 June 1901". If another slash and a
/// year follow, it is a month or a day of a numeric date.
fn is_day(before: &[Token<'_>], after: &[Token<'_>]) -> bool {
    let is_month = |token: &Token<'_>| matches!(token, Token::Month(_));
    let has_month = before.iter().chain(after).any(is_month);
    has_month && !matches!(after, [Token::Slash, Token::Number(_, 3..), ..])
}

/// Returns whether an ordinal before these tokens numbers a round. The ordinal in "second Sunday"
/// or "second half" does not.
fn is_of_round(after: &[Token<'_>]) -> bool {
    let Some(Token::Word(next)) = after.first() else { return true };
    let next = LowercaseWord::new(next);
    !(words::is_unknown(next) || words::is_weekday(next))
}
