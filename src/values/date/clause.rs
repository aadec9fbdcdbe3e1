//! Assigns words about rounds and outcomes to the date that they are about.

use super::reader::{Draft, Reader};
use super::token::Token;
use super::words;
use crate::model::PollOutcome;
use crate::values::words::LowercaseWord;

impl Reader {
    /// Appends a word to the current clause, while the clause has no date.
    pub(super) fn clause(&mut self, word: &str) {
        if self.now.is_dated() || self.is_other_round {
            return;
        }
        let clause = &mut self.now.clause;
        let is_joined = clause.is_empty() || clause.ends_with('(') || word == ")" || word == " (";
        if !is_joined {
            clause.push(' ');
        }
        clause.push_str(word);
    }

    /// Ends a clause without a date. The outcome of a round is assigned to the date of that round;
    /// if the round has no date, the clause becomes a note.
    pub(super) fn settle(&mut self) {
        if self.now.is_dated() {
            return;
        }
        let Draft { round, outcome, clause, given, .. } = &mut self.now;
        let clause = clause.trim().to_owned();
        match (self.drafts.last_mut(), *round, *outcome) {
            (Some(last), None, Some(outcome)) => {
                last.outcome = last.outcome.or(Some(outcome));
                self.now.outcome = None;
                return;
            }
            (None, Some(_), Some(_)) => self.early.push(clause),
            (Some(last), Some(number), outcome) => {
                last.words.truncate(last.words.len().saturating_sub(*given));
                let of_round = self.drafts.iter_mut().find(|draft| draft.round == Some(number));
                match of_round.zip(outcome) {
                    Some((draft, outcome)) => draft.outcome = draft.outcome.or(Some(outcome)),
                    None => self.drafts.last_mut().into_iter().for_each(|last| {
                        last.words.push(clause.clone());
                    }),
                }
            }
            _ => return,
        }
        self.now = Draft::default();
    }

    /// Assigns a label to the date that follows. The label may be the name of a round.
    pub(super) fn label(&mut self, words: &str) {
        self.next_if(Draft::is_dated);
        let said = words.split(' ').map(LowercaseWord::of);
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

    /// Assigns a round to the previous date or to the next one.
    pub(super) fn round(&mut self, number: u8) {
        // A clause of brackets only is about the previous date; one with other words is not.
        let words = self.now.clause.trim_start_matches([' ', '(']);
        let is_clause = self.now.outcome.is_some() || !self.inside || !words.is_empty();
        let draft = match self.drafts.last_mut() {
            Some(last) if !self.now.is_dated() && !is_clause => last,
            _ => &mut self.now,
        };
        // "(first round, second round cancelled)" names two rounds; the date is that of the first.
        let is_other =
            self.inside && draft.is_dated() && draft.round.is_some_and(|own| own != number);
        if is_other {
            self.is_other_round = true;
        } else {
            draft.round = Some(number);
        }
    }

    /// Adds a word to the previous date, or to the first date if there is none yet.
    pub(super) fn said(&mut self, word: &str) {
        let about_last =
            !self.now.is_dated() && self.now.round.is_none() && !self.drafts.is_empty();
        self.now.given += usize::from(about_last);
        let draft = if about_last { self.drafts.last_mut() } else { None };
        draft.unwrap_or(&mut self.now).words.push(word.to_owned());
    }

    /// Appends a word to the most recent words.
    pub(super) fn append(&mut self, word: &str) {
        let draft = if self.now.is_dated() { Some(&mut self.now) } else { self.drafts.last_mut() };
        if let Some(words) = draft.and_then(|draft| draft.words.last_mut()) {
            words.push(' ');
            words.push_str(word);
        }
    }

    pub(super) fn runoff(&mut self, after: &[Token<'_>]) {
        // "with runoff on 12 August 2018" begins a new date; "(second round)" does not.
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

    pub(super) fn outcome(&mut self, outcome: PollOutcome) {
        let about_last = !self.now.is_dated() && self.inside;
        let draft = if about_last { self.drafts.last_mut() } else { None };
        draft.unwrap_or(&mut self.now).outcome = Some(outcome);
    }
}
