//! What words say of rounds and outcomes, and which date they are about.

use super::reader::{Draft, Reader};
use super::token::Token;
use super::words;
use crate::import::lower::Lower;
use crate::model::Outcome;

impl Reader {
    /// Keeps the words of a clause that has no date.
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

    /// Ends a clause without a date: what became of a round belongs to the date of that round, or is said of
    /// one for which there is no date.
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

    /// A label is about the date that follows. It may be the name of a round.
    pub(super) fn label(&mut self, words: &str) {
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

    /// A round belongs to the date before it, or to the one that comes.
    pub(super) fn round(&mut self, number: u8) {
        // Brackets alone are about the date before; behind words of their own, they are about these.
        let words = self.now.clause.trim_start_matches([' ', '(']);
        let is_clause = self.now.outcome.is_some() || !self.inside || !words.is_empty();
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

    /// Words stay with the date that they follow, or, before any, with the first.
    pub(super) fn said(&mut self, word: &str) {
        let about_last =
            !self.now.is_dated() && self.now.round.is_none() && !self.drafts.is_empty();
        self.now.given += usize::from(about_last);
        let draft = if about_last { self.drafts.last_mut() } else { None };
        draft.unwrap_or(&mut self.now).words.push(word.to_owned());
    }

    /// Adds a word to those that were said last.
    pub(super) fn append(&mut self, word: &str) {
        let draft = if self.now.is_dated() { Some(&mut self.now) } else { self.drafts.last_mut() };
        if let Some(words) = draft.and_then(|draft| draft.words.last_mut()) {
            words.push(' ');
            words.push_str(word);
        }
    }

    pub(super) fn runoff(&mut self, after: &[Token<'_>]) {
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

    pub(super) fn outcome(&mut self, outcome: Outcome) {
        let about_last = !self.now.is_dated() && self.inside;
        let draft = if about_last { self.drafts.last_mut() } else { None };
        draft.unwrap_or(&mut self.now).outcome = Some(outcome);
    }
}
