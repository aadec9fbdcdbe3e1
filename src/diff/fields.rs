//! A record as named values, so that two of them can be compared value by value.

use std::collections::HashMap;

use serde::Serialize;

use super::{Change, Delta, What};
use crate::model::{
    Contender, Contest, Decimal, Detail, Election, Field, Holder, Link, PollingDate, Ref, Round,
    Tally, count,
};

/// A value that is compared.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Text(String),
    Count(u64),
    Decimal(Decimal),
    /// Of several contenders that are one on the other side.
    Together(Vec<Value>),
}

impl Value {
    /// The value itself, or all of several together. None where these are not numbers of one kind.
    fn total(&self) -> Option<Self> {
        let Self::Together(parts) = self else { return Some(self.clone()) };
        let mut parts = parts.iter().cloned();
        let first = parts.next()?;
        parts.try_fold(first, |sum, part| match (sum, part) {
            (Self::Count(sum), Self::Count(part)) => sum.checked_add(part).map(Self::Count),
            (Self::Decimal(sum), Self::Decimal(part)) => sum.plus(part).map(Self::Decimal),
            _ => None,
        })
    }
}

/// The values of one side, in the order in which they are shown.
#[derive(Debug, Default)]
pub(super) struct Fields {
    values: Vec<(String, Value)>,
    /// How often each name was given.
    times: HashMap<String, u32>,
}

/// Every change from the one side to the other.
pub(super) fn compare(before: &Fields, after: &Fields) -> Vec<Change> {
    let index =
        |fields: &Fields| -> HashMap<String, Value> { fields.values.iter().cloned().collect() };
    let (old, new) = (index(before), index(after));
    let kept = after
        .values
        .iter()
        .filter_map(|(name, value)| change(name, old.get(name).cloned(), Some(value.clone())));
    let gone = before.values.iter().filter(|(name, _)| !new.contains_key(name));
    let gone = gone.filter_map(|(name, value)| change(name, Some(value.clone()), None));
    kept.chain(gone).collect()
}

fn change(field: &str, before: Option<Value>, after: Option<Value>) -> Option<Change> {
    let total = |value: &Option<Value>| value.as_ref().and_then(Value::total);
    let (old, new) = (total(&before), total(&after));
    if old == new {
        return None;
    }
    let (what, delta) = match (&old, &new) {
        (None, _) => (What::Added, None),
        (_, None) => (What::Removed, None),
        (Some(Value::Decimal(one)), Some(Value::Decimal(other))) if one.agrees_with(*other) => {
            (What::Precision, None)
        }
        (Some(one), Some(other)) => (What::Changed, delta(one, other)),
    };
    let text = |value: Option<Value>| value.map(|value| value.to_string());
    Some(Change { what, before: text(before), after: text(after), delta, ..Change::of(field) })
}

fn delta(before: &Value, after: &Value) -> Option<Delta> {
    match (before, after) {
        (Value::Count(one), Value::Count(other)) => count_between(*one, *other).map(Delta::Count),
        (Value::Decimal(one), Value::Decimal(other)) => other.minus(*one).map(Delta::Points),
        _ => None,
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Count(count) => count.fmt(f),
            Self::Decimal(number) => number.fmt(f),
            Self::Together(parts) => {
                let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
                f.write_str(&parts.join(" + "))
            }
        }
    }
}

/// How much more the second is than the first.
pub(super) fn count_between(one: u64, other: u64) -> Option<i64> {
    i64::try_from(i128::from(other) - i128::from(one)).ok()
}

impl Fields {
    /// What is said of the election itself.
    pub(super) fn of_election(election: &Election) -> Self {
        let mut fields = Self::default();
        fields.text("title", Some(&election.title));
        fields.text("name", election.name.as_ref());
        fields.text("country", election.country.as_ref());
        fields.text("year", election.year);
        fields.text("type", election.kind.as_ref());
        fields.dates("date", &election.dates);
        fields.link("previous", election.previous.as_ref());
        fields.link("next", election.next.as_ref());
        fields.details("", &election.details);
        fields.kept(&election.kept);
        fields.json("prose", &election.sections, election.sections.is_empty());
        fields
    }

    /// All that is said of a contest, but for its contenders.
    pub(super) fn of_contest(contest: &Contest, several: bool) -> Self {
        let mut fields = Self::of_result(contest, several);
        fields.text("contest name", contest.name.as_ref());
        fields.text("contest type", contest.kind.as_ref());
        fields.text("office", contest.office.as_ref());
        fields.text("vote type", contest.vote_type.as_ref());
        fields.json("ongoing", &contest.ongoing, contest.ongoing.is_none());
        fields.dates("contest date", &contest.dates);
        fields.link("contest previous", contest.previous.as_ref());
        fields.link("contest next", contest.next.as_ref());
        let quantities = [
            ("seats to fill", &contest.seats),
            ("majority seats", &contest.majority_seats),
            ("votes to win", &contest.votes),
            ("needed votes", &contest.needed_votes),
        ];
        for (name, quantity) in quantities {
            fields.text(name, quantity.as_ref().map(|quantity| &quantity.text));
        }
        fields.details("", &contest.details);
        fields.kept(&contest.kept);
        fields
    }

    /// The result of a contest: its rounds and holders. The fields name their rounds where one of the two
    /// sides has `several`.
    pub(super) fn of_result(contest: &Contest, several: bool) -> Self {
        let mut fields = Self::default();
        for round in &contest.rounds {
            fields.round(round, several);
        }
        fields.holder("before", contest.before.as_ref());
        fields.holder("after", contest.after.as_ref());
        fields
    }

    /// What a contender has; with `all`, also what is beside the result.
    pub(super) fn of_contender(contender: &Contender, several: bool, all: bool) -> Self {
        let mut fields = Self::default();
        fields.text("party", contender.party.as_ref());
        for tally in &contender.tallies {
            fields.tally(tally, several);
        }
        if !all {
            return fields;
        }
        for tally in &contender.tallies {
            let name = |field: &str| in_round(field, tally.round, several);
            fields.text(&name("swing"), tally.swing.as_ref());
            fields.text(&name("seat change"), tally.seat_change.as_ref());
        }
        fields.refs("people", &contender.people);
        fields.refs("alliances", &contender.alliances);
        fields.refs("running mates", &contender.running_mates);
        fields.json("role", &contender.role, contender.role.is_none());
        fields.text("home state", contender.home_state.as_ref());
        fields.text("leader since", contender.leader_since);
        fields.text("leader's seat", contender.leaders_seat.as_ref());
        fields.json("last election", &contender.last_election, contender.last_election.is_none());
        fields.count("seats before", contender.seats_before);
        fields.count("seats after", contender.seats_after);
        fields.text("seats needed", contender.seats_needed);
        // The number stands in the label of a picture, so order alone would change it.
        let details = contender.details.iter().map(|detail| Detail {
            parameter: detail.parameter.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned(),
            value: detail.value.clone(),
        });
        fields.details("", &details.collect::<Vec<_>>());
        fields
    }

    /// The results of contenders that are one on the other side: what all of them have, together.
    pub(super) fn of_together(contenders: &[&Contender], several: bool) -> Self {
        let mut all =
            contenders.iter().map(|contender| Self::of_contender(contender, several, false));
        let mut together = all.next().unwrap_or_default();
        let others: Vec<Self> = all.collect();
        together.values.retain_mut(|(name, value)| {
            if matches!(value, Value::Text(_)) {
                return false;
            }
            let same = |(other, _): &&(String, Value)| other == name;
            let found = others.iter().map(|fields| fields.values.iter().find(same));
            let Some(found) = found.collect::<Option<Vec<_>>>() else { return false };
            let parts = std::iter::once(value.clone())
                .chain(found.into_iter().map(|(_, value)| value.clone()));
            *value = Value::Together(parts.collect());
            value.total().is_some()
        });
        together
    }

    fn round(&mut self, round: &Round, several: bool) {
        let name = |field: &str| in_round(field, round.number, several);
        self.decimal(&name("turnout"), round.turnout);
        self.text(&name("turnout change"), round.turnout_change.as_ref());
        self.count(&name("registered"), round.registered);
        self.text(&name("registered change"), round.registered_change);
        self.count(&name("cast"), round.cast);
        self.count(&name("valid"), round.valid);
        self.count(&name("invalid"), round.invalid);
        self.decimal(&name("counted"), round.counted);
    }

    fn tally(&mut self, tally: &Tally, several: bool) {
        let name = |field: &str| in_round(field, tally.round, several);
        self.count(&name("votes"), tally.votes);
        self.decimal(&name("share"), tally.share);
        self.count(&name("seats"), tally.seats);
        self.count(&name("electoral votes"), tally.electoral_votes);
        self.decimal(&name("delegates"), tally.delegates);
        self.text(
            &name("states carried"),
            tally.states_carried.as_ref().map(|states| &states.text),
        );
    }

    fn holder(&mut self, side: &str, holder: Option<&Holder>) {
        let Some(holder) = holder else { return };
        self.text(&format!("holder {side}"), holder.person.as_ref());
        self.text(&format!("party {side}"), holder.party.as_ref());
    }

    fn link(&mut self, side: &str, link: Option<&Link>) {
        let Some(link) = link else { return };
        self.text(side, link.title.as_ref());
        self.text(&format!("{side} label"), link.label.as_ref());
        self.text(&format!("{side} year"), link.year);
    }

    fn dates(&mut self, name: &str, dates: &[PollingDate]) {
        let texts: Vec<String> = dates.iter().map(ToString::to_string).collect();
        self.text(name, (!texts.is_empty()).then(|| texts.join(", ")));
    }

    fn refs(&mut self, name: &str, refs: &[Ref]) {
        let names: Vec<String> = refs
            .iter()
            .map(|reference| match &reference.target {
                Some(target) if *target != reference.name => format!("{reference} [{target}]"),
                _ => reference.to_string(),
            })
            .collect();
        self.text(name, (!names.is_empty()).then(|| names.join(", ")));
    }

    fn details(&mut self, prefix: &str, details: &[Detail]) {
        for detail in details {
            self.json(&format!("{prefix}{}", detail.parameter), &detail.value, false);
        }
    }

    fn kept(&mut self, kept: &[Field]) {
        for field in kept {
            let name = if field.label.is_empty() { "not understood" } else { &field.label };
            self.text(name, Some(&field.text));
        }
    }

    fn text(&mut self, name: &str, value: Option<impl ToString>) {
        self.push(name, value.map(|value| Value::Text(value.to_string())));
    }

    fn count(&mut self, name: &str, value: Option<u64>) {
        self.push(name, value.map(Value::Count));
    }

    fn decimal(&mut self, name: &str, value: Option<Decimal>) {
        self.push(name, value.map(Value::Decimal));
    }

    /// A value that has no text of its own, as JSON.
    fn json<T: Serialize>(&mut self, name: &str, value: &T, absent: bool) {
        let json = (!absent).then(|| serde_json::to_string(value).unwrap_or_default());
        self.text(name, json);
    }

    /// A name that stands twice keeps both values, the second with its number.
    fn push(&mut self, name: &str, value: Option<Value>) {
        let Some(value) = value else { return };
        let times = self.times.entry(name.to_owned()).or_default();
        *times += 1;
        let name = if *times == 1 { name.to_owned() } else { format!("{name} #{times}") };
        self.values.push((name, value));
    }
}

fn in_round(field: &str, round: u8, several: bool) -> String {
    if several { format!("round {round} {field}") } else { field.to_owned() }
}

/// The result of a contender who has no counterpart, in a few words.
pub(super) fn result(contender: &Contender) -> String {
    let Some(tally) = contender.tallies.last() else { return String::new() };
    let mut parts = Vec::new();
    parts.extend(tally.votes.map(|votes| count(votes, "vote")));
    parts.extend(tally.share.map(|share| format!("{share} %")));
    parts.extend(tally.seats.map(|seats| count(seats, "seat")));
    parts.extend(tally.electoral_votes.map(|votes| count(votes, "electoral vote")));
    parts.join(", ")
}
