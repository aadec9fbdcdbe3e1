//! Figures of ballots: what they are called, and that those whose round is not stated are compared with none of another
//! election.

use std::borrow::Cow;

use super::Fields;
use crate::diff::values::{Named, Value};
use crate::diff::{Change, What};
use crate::model::{Ballot, Contender, Tally, push_count};

impl<'a> Fields<'a> {
    /// Every change from these values of one election to those of a later one. What both state, and one of them
    /// without its round, is not compared.
    pub(in crate::diff) fn changes_between(&self, after: &Self) -> Vec<Change> {
        let mut changes: Vec<Change> = self.changes(after).collect();
        let mut names: Vec<&Cow<'_, str>> = Vec::new();
        for (name, _) in self.unstated.iter().chain(&after.unstated) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        for name in names {
            let sides = [self, after].map(|side| side.all_rounds(name));
            let [before, after] = sides;
            let both = before.is_some() && after.is_some();
            let what = match (&before, both) {
                (_, true) => What::NotCompared,
                (Some(_), _) => What::Removed,
                (None, _) => What::Added,
            };
            if both {
                changes.retain(|change| of_any_round(&change.field) != name.as_ref());
            }
            let field = if both { name.to_string() } else { format!("{name}, round not stated") };
            changes.push(Change { what, before, after, ..Change::of(field) });
        }
        changes
    }

    /// All that is stated of a field, whatever the round.
    fn all_rounds(&self, name: &str) -> Option<String> {
        let same = |named: &&Named<'_>| of_any_round(&named.0) == name;
        let said = self.unstated.iter().chain(self.values.iter()).filter(same);
        let said: Vec<String> = said.map(|(_, value)| value.said()).collect();
        (!said.is_empty()).then(|| said.join("; "))
    }

    /// A figure of a ballot.
    pub(super) fn figure(
        &mut self,
        field: &'static str,
        ballot: Ballot<'_>,
        several: bool,
        value: Option<Value<'a>>,
    ) {
        let Some(value) = value else { return };
        if self.between && ballot.round.is_none() {
            let first = Ballot { round: Some(1), ..ballot };
            self.unstated.push((of_ballot(field, first, false), value));
        } else {
            self.push(of_ballot(field, ballot, several), Some(value));
        }
    }
}

pub(super) fn of_ballot(
    field: &'static str,
    ballot: Ballot<'_>,
    several: bool,
) -> Cow<'static, str> {
    let field = match ballot.label {
        Some(label) => format!("{field} ({label})").into(),
        None => Cow::Borrowed(field),
    };
    match ballot.round {
        Some(round) if several => format!("round {round} {field}").into(),
        Some(_) => field,
        None => format!("{field}, round not stated").into(),
    }
}

/// The name of a field without its round.
fn of_any_round(name: &str) -> &str {
    let numbered = name.strip_prefix("round ").and_then(|rest| rest.split_once(' '));
    let numbered = numbered.filter(|(number, _)| number.parse::<u8>().is_ok());
    numbered.map_or(name, |(_, field)| field)
}

/// The result of a contender who has no counterpart, in a few words: in the last round, and of one kind of figures where
/// there are several.
pub(in crate::diff) fn result(contender: &Contender) -> Option<String> {
    let none = Tally::default();
    let plain = contender.tallies.iter().filter(|tally| tally.label.is_none());
    let tally = plain.max_by_key(|tally| tally.round).or(contender.tallies.first());
    let tally = tally.unwrap_or(&none);
    let mut text = String::with_capacity(32);
    let apart = |text: &mut String| text.push_str(if text.is_empty() { "" } else { ", " });
    let counted = |text: &mut String, number: Option<u64>, noun| {
        if let Some(number) = number {
            apart(text);
            push_count(text, number, noun);
        }
    };
    counted(&mut text, tally.votes, "vote");
    if let Some(share) = tally.share {
        apart(&mut text);
        share.push_to(&mut text);
        text.push_str(" %");
    }
    if !text.is_empty() && (tally.label.is_some() || tally.round.is_none()) {
        let of = tally.label.as_deref().unwrap_or("round not stated");
        text.push_str(&format!(" ({of})"));
    }
    counted(&mut text, contender.seats_won(), "seat");
    counted(&mut text, tally.electoral_votes, "electoral vote");
    (!text.is_empty()).then_some(text)
}
