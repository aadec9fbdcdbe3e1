//! Names of the fields of a ballot.

use std::borrow::Cow;

use crate::model::{Ballot, Contender, Tally, push_count};

pub(super) fn ballot_field_name(
    field: &'static str,
    ballot: Ballot<'_>,
    multiple_rounds: bool,
) -> Cow<'static, str> {
    let field = match ballot.label {
        Some(label) => format!("{field} ({label})").into(),
        None => Cow::Borrowed(field),
    };
    match ballot.round {
        Some(round) if multiple_rounds => format!("round {round} {field}").into(),
        Some(_) => field,
        None => format!("{field}, round not stated").into(),
    }
}

/// Returns the name of a field without its round.
pub(super) fn without_round(name: &str) -> &str {
    let numbered = name.strip_prefix("round ").and_then(|rest| rest.split_once(' '));
    let numbered = numbered.filter(|(number, _)| number.parse::<u8>().is_ok());
    numbered.map_or(name, |(_, field)| field)
}

/// Returns a short description of the result of an unmatched contender: the figures of the last
/// round, or of the first label if all figures have one.
pub(in crate::analysis::diff) fn result_summary(contender: &Contender) -> Option<String> {
    let none = Tally::default();
    let plain = contender.tallies.iter().filter(|tally| tally.label.is_none());
    let tally = plain.max_by_key(|tally| tally.round).or(contender.tallies.first());
    let tally = tally.unwrap_or(&none);
    let mut text = String::with_capacity(32);
    let push_separator = |text: &mut String| text.push_str(if text.is_empty() { "" } else { ", " });
    let push_counted = |text: &mut String, number: Option<u64>, noun| {
        if let Some(number) = number {
            push_separator(text);
            push_count(text, number, noun);
        }
    };
    push_counted(&mut text, tally.votes, "vote");
    if let Some(share) = tally.share {
        push_separator(&mut text);
        share.push_to(&mut text);
        text.push_str(" %");
    }
    if !text.is_empty() && (tally.label.is_some() || tally.round.is_none()) {
        let qualifier = tally.label.as_deref().unwrap_or("round not stated");
        text.push_str(&format!(" ({qualifier})"));
    }
    push_counted(&mut text, contender.seats_won(), "seat");
    push_counted(&mut text, tally.electoral_votes, "electoral vote");
    (!text.is_empty()).then_some(text)
}
