//! Assigns words about rounds and outcomes to the date that they describe.

use super::parser::{DateParser, Draft};
use super::token::Token;
use super::words;
use crate::model::PollOutcome;
use crate::values::words::LowercaseWord;

impl DateParser {
    /// Appends a word to the current clause, while the clause has no date.
    pub(super) fn push_to_clause(&mut self, word: &str) {
        if self.current.is_dated() || self.is_other_round {
            return;
        }
        let clause = &mut self.current.clause;
        let is_joined = clause.is_empty() || clause.ends_with('(') || word == ")" || word == " (";
        if !is_joined {
            clause.push(' ');
        }
        clause.push_str(word);
    }

    /// Ends a clause without a date. The outcome of a round is assigned to the date of that round;
    /// if the round has no date, the clause becomes a note.
    pub(super) fn finish_clause(&mut self) {
        if self.current.is_dated() {
            return;
        }
        let Draft { round, outcome, clause, assigned_words, .. } = &mut self.current;
        let clause = clause.trim().to_owned();
        match (self.drafts.last_mut(), *round, *outcome) {
            (Some(last), None, Some(outcome)) => {
                last.outcome = last.outcome.or(Some(outcome));
                self.current.outcome = None;
                return;
            }
            (None, Some(_), Some(_)) => self.leading_clauses.push(clause),
            (Some(last), Some(number), outcome) => {
                last.words.truncate(last.words.len().saturating_sub(*assigned_words));
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
        self.current = Draft::default();
    }

    /// Assigns a label to the date that follows. The label may be the name of a round.
    pub(super) fn assign_label(&mut self, words: &str) {
        self.finish_draft_if(Draft::is_dated);
        let lower_words = words.split(' ').map(LowercaseWord::new);
        let round = lower_words.clone().find_map(words::ordinal);
        let is_round = lower_words
            .clone()
            .all(|word| words::ordinal(word).is_some() || word.as_bytes() == b"round");
        if round.is_some() && is_round {
            self.current.round = round;
            self.push_to_clause(words);
        } else {
            self.current.words.push(words.to_owned());
        }
    }

    /// Assigns a round to the previous date or to the next one.
    pub(super) fn assign_round(&mut self, number: u8) {
        // While the current draft has no date, a round alone in brackets belongs to the previous
        // date. A round in a clause with other words or an outcome does not.
        let words = self.current.clause.trim_start_matches([' ', '(']);
        let is_clause = self.current.outcome.is_some() || !self.in_brackets || !words.is_empty();
        let draft = match self.drafts.last_mut() {
            Some(last) if !self.current.is_dated() && !is_clause => last,
            _ => &mut self.current,
        };
        // "(first round, second round cancelled)" names two rounds; the date is that of the first.
        let is_other =
            self.in_brackets && draft.is_dated() && draft.round.is_some_and(|own| own != number);
        if is_other {
            self.is_other_round = true;
        } else {
            draft.round = Some(number);
        }
    }

    /// Adds a word to the most recent date. Before the first date, or after the name of a round,
    /// adds the word to the next date.
    pub(super) fn add_word(&mut self, word: &str) {
        let about_last =
            !self.current.is_dated() && self.current.round.is_none() && !self.drafts.is_empty();
        self.current.assigned_words += usize::from(about_last);
        let draft = if about_last { self.drafts.last_mut() } else { None };
        draft.unwrap_or(&mut self.current).words.push(word.to_owned());
    }

    /// Appends a word to the last words of the most recent date.
    pub(super) fn append_to_words(&mut self, word: &str) {
        let draft =
            if self.current.is_dated() { Some(&mut self.current) } else { self.drafts.last_mut() };
        if let Some(words) = draft.and_then(|draft| draft.words.last_mut()) {
            words.push(' ');
            words.push_str(word);
        }
    }

    pub(super) fn assign_runoff(&mut self, after: &[Token<'_>]) {
        // "with runoff on 12 August 2018" begins a new date; "(second round)" does not.
        let dated = |token: &Token<'_>| {
            matches!(token, Token::Number(..) | Token::Month(_) | Token::Iso(_))
        };
        let mut clause = after.iter().take_while(|token| **token != Token::Close);
        if (!self.in_brackets || clause.any(dated)) && self.current.is_dated() {
            self.current.round.get_or_insert(1);
            self.finish_draft_if(|_| true);
            self.current.round = Some(2);
            return;
        }
        self.assign_round(2);
    }

    pub(super) fn assign_outcome(&mut self, outcome: PollOutcome) {
        let about_last = !self.current.is_dated() && self.in_brackets;
        let draft = if about_last { self.drafts.last_mut() } else { None };
        draft.unwrap_or(&mut self.current).outcome = Some(outcome);
    }
}
