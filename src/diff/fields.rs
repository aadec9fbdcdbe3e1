//! A record as named values, so that two of them can be compared value by value.

use std::borrow::Cow;

use serde::Serialize;

use super::values::{self, Named, Value};
use super::{Change, What};
use crate::model::{
    Ballot, Contender, Contest, Decimal, Detail, Election, Field, Holder, Kind, Link, PollingDate,
    Ref, Round, Tally, push_count,
};

/// The values of one side, in the order in which they are shown.
#[derive(Debug, Default)]
pub(super) struct Fields<'a> {
    values: Vec<Named<'a>>,
    /// Figures whose round is not stated, between two elections: nobody can say what they may be held against.
    unstated: Vec<Named<'a>>,
    /// Whether the two sides are two elections, and not two versions of one.
    between: bool,
}

impl<'a> Fields<'a> {
    /// Every change from these values to later ones.
    pub(super) fn changes<'f>(
        &'f self,
        after: &'f Self,
    ) -> impl Iterator<Item = Change> + use<'f, 'a> {
        values::compare(&self.values, &after.values)
    }

    /// Every change from these values of one election to those of a later one. What both state, and one of them
    /// without its round, is not compared.
    pub(super) fn changes_between(&self, after: &Self) -> Vec<Change> {
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

    /// What is said of the election itself.
    pub(super) fn of_election(election: &'a Election) -> Self {
        let mut fields = Self::default();
        fields.text("title", Some(&election.title));
        fields.text("name", election.name.as_ref());
        fields.text("country", election.country.as_ref());
        fields.shown("year", election.year);
        fields.text("type", election.kind.as_ref().map(Kind::as_str));
        fields.dates("date", &election.dates);
        fields.link(["previous", "previous label", "previous year"], election.previous.as_ref());
        fields.link(["next", "next label", "next year"], election.next.as_ref());
        fields.details(&election.details);
        fields.kept(&election.kept);
        fields.json("prose", &election.sections, election.sections.is_empty());
        fields.numbered()
    }

    /// All that is said of a contest, but for its contenders.
    pub(super) fn of_contest(contest: &'a Contest, several: bool) -> Self {
        let mut fields = Self::default();
        fields.result(contest, several);
        fields.text("contest name", contest.name.as_ref());
        fields.text("contest type", contest.kind.as_ref().map(Kind::as_str));
        fields.reference("office", contest.office.as_ref());
        fields.text("vote type", contest.vote_type.as_ref());
        fields.json("ongoing", &contest.ongoing, contest.ongoing.is_none());
        fields.dates("contest date", &contest.dates);
        fields.link(
            ["contest previous", "contest previous label", "contest previous year"],
            contest.previous.as_ref(),
        );
        fields.link(
            ["contest next", "contest next label", "contest next year"],
            contest.next.as_ref(),
        );
        let quantities = [
            ("seats to fill", &contest.seats),
            ("majority seats", &contest.majority_seats),
            ("votes to win", &contest.votes),
            ("needed votes", &contest.needed_votes),
        ];
        for (name, quantity) in quantities {
            fields.text(name, quantity.as_ref().map(|quantity| &quantity.text));
        }
        fields.details(&contest.details);
        fields.kept(&contest.kept);
        fields.numbered()
    }

    /// The result of a contest: its rounds and holders. The fields name their rounds where one of the two
    /// sides has `several`.
    pub(super) fn of_result(contest: &'a Contest, several: bool) -> Self {
        let values = Vec::with_capacity(8 * contest.rounds.len() + 4);
        let mut fields = Self { values, between: true, ..Self::default() };
        fields.result(contest, several);
        // Only two rounds of one number have the same names.
        if contest.rounds.len() > 1 { fields.numbered() } else { fields }
    }

    /// What a contender has; with `all`, also what is beside the result.
    pub(super) fn of_contender(contender: &'a Contender, several: bool, all: bool) -> Self {
        let mut fields = Self { between: !all, ..Self::default() };
        fields.reference("party", contender.party.as_ref());
        // Of two elections, the seats are compared wherever each source states them.
        let seats = if all { contender.seats } else { contender.seats_won() };
        for tally in &contender.tallies {
            fields.tally(tally, several);
            if all || seats.is_none() {
                fields.figure("seats", tally.ballot(), several, tally.seats.map(Value::Count));
            }
        }
        fields.count("seats", seats);
        fields.text("unopposed", contender.unopposed.as_ref());
        if !all {
            return if contender.tallies.len() > 1 { fields.numbered() } else { fields };
        }
        for tally in &contender.tallies {
            let name = |field| of_ballot(field, tally.ballot(), several);
            fields.shown(name("swing"), tally.swing);
            fields.shown(name("seat change"), tally.seat_change);
        }
        fields.shown("seat change", contender.seat_change);
        let notes = &contender.notes;
        fields.text("notes", (!notes.is_empty()).then(|| notes.join("; ")));
        fields.refs("people", &contender.people);
        fields.refs("alliances", &contender.alliances);
        fields.refs("running mates", &contender.running_mates);
        fields.json("role", &contender.role, contender.role.is_none());
        fields.reference("home state", contender.home_state.as_ref());
        fields.shown("leader since", contender.leader_since);
        fields.reference("leader's seat", contender.leaders_seat.as_ref());
        fields.json("last election", &contender.last_election, contender.last_election.is_none());
        fields.count("seats before", contender.seats_before);
        fields.count("seats after", contender.seats_after);
        fields.shown("seats needed", contender.seats_needed);
        for detail in &contender.details {
            // The number stands in the label of a picture, so order alone would change it.
            let number = |c: char| c.is_ascii_digit();
            let name = detail.label.as_deref();
            let name = name.unwrap_or_else(|| detail.parameter.trim_end_matches(number));
            fields.json(name, &detail.value, false);
        }
        fields.numbered()
    }

    /// The results of contenders that are one on the other side: what all of them have, together.
    pub(super) fn of_together(
        contenders: impl Iterator<Item = &'a Contender>,
        several: bool,
    ) -> Self {
        let mut all = contenders.map(|contender| Self::of_contender(contender, several, false));
        let mut together = all.next().unwrap_or_default();
        let others: Vec<Self> = all.collect();
        let join = |(name, value): &mut Named<'a>, of: fn(&Self) -> &Vec<Named<'a>>| {
            if matches!(value, Value::Text(_)) {
                return false;
            }
            let same = |(other, _): &&Named<'_>| other == name;
            let found = others.iter().map(|fields| of(fields).iter().find(same));
            let Some(found) = found.collect::<Option<Vec<_>>>() else { return false };
            let parts = std::iter::once(value.clone())
                .chain(found.into_iter().map(|(_, value)| value.clone()));
            *value = Value::Together(parts.collect());
            value.total().is_some()
        };
        together.values.retain_mut(|named| join(named, |fields| &fields.values));
        together.unstated.retain_mut(|named| join(named, |fields| &fields.unstated));
        together
    }

    fn result(&mut self, contest: &'a Contest, several: bool) {
        for round in &contest.rounds {
            self.round(round, several);
        }
        for option in &contest.options {
            for tally in &option.tallies {
                let name = if option.name.is_empty() { "others" } else { &option.name };
                let of = |field| of_ballot(field, tally.ballot(), several);
                self.count(format!("{name}: {}", of("votes")), tally.votes);
                self.decimal(format!("{name}: {}", of("share")), tally.share);
            }
        }
        self.holder(["holder before", "party before"], contest.before.as_ref());
        self.holder(["holder after", "party after"], contest.after.as_ref());
    }

    fn round(&mut self, round: &'a Round, several: bool) {
        let text = |text: Option<String>| text.map(|text| Value::Text(text.into()));
        let (count, share) = (Value::Count, Value::Decimal);
        let ballot = round.ballot();
        let mut figure = |name, value| self.figure(name, ballot, several, value);
        figure("turnout", round.turnout.map(share));
        figure("turnout change", text(round.turnout_change.map(|change| change.to_string())));
        figure("registered", round.registered.map(count));
        figure("registered change", text(round.registered_change.map(|change| change.to_string())));
        figure("cast", round.cast.map(count));
        figure("valid", round.valid.map(count));
        figure("invalid", round.invalid.map(count));
        figure("blank", round.blank.map(count));
        figure("counted", round.counted.map(share));
    }

    /// All but the seats, which are mostly of the whole contest.
    fn tally(&mut self, tally: &'a Tally, several: bool) {
        let states = tally.states_carried.as_ref().map(|states| Value::Text((&states.text).into()));
        let ballot = tally.ballot();
        let mut figure = |name, value| self.figure(name, ballot, several, value);
        figure("votes", tally.votes.map(Value::Count));
        figure("share", tally.share.map(Value::Decimal));
        figure("electoral votes", tally.electoral_votes.map(Value::Count));
        figure("delegates", tally.delegates.map(Value::Decimal));
        figure("states carried", states);
    }

    /// A figure of a ballot.
    fn figure(
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

    fn holder(&mut self, [person, party]: [&'static str; 2], holder: Option<&'a Holder>) {
        let Some(holder) = holder else { return };
        self.reference(person, holder.person.as_ref());
        self.reference(party, holder.party.as_ref());
    }

    fn link(&mut self, [title, label, year]: [&'static str; 3], link: Option<&'a Link>) {
        let Some(link) = link else { return };
        self.text(title, link.title.as_ref());
        self.text(label, link.label.as_ref());
        self.shown(year, link.year);
    }

    fn dates(&mut self, name: &'static str, dates: &[PollingDate]) {
        let texts: Vec<String> = dates.iter().map(ToString::to_string).collect();
        self.text(name, (!texts.is_empty()).then(|| texts.join(", ")));
    }

    fn refs(&mut self, name: &'static str, refs: &[Ref]) {
        let names: Vec<String> = refs
            .iter()
            .map(|reference| match &reference.target {
                Some(target) if *target != reference.name => format!("{reference} [{target}]"),
                _ => reference.to_string(),
            })
            .collect();
        self.text(name, (!names.is_empty()).then(|| names.join(", ")));
    }

    fn details(&mut self, details: &'a [Detail]) {
        for detail in details {
            self.json(&detail.parameter, &detail.value, false);
        }
    }

    fn kept(&mut self, kept: &'a [Field]) {
        for field in kept {
            let name = if field.label.is_empty() { "not understood" } else { &field.label };
            self.text(name, Some(&field.text));
        }
    }

    fn reference(&mut self, name: &'static str, reference: Option<&'a Ref>) {
        self.text(
            name,
            reference.map(|reference| match reference.note {
                None => Cow::Borrowed(reference.name.as_str()),
                Some(_) => Cow::Owned(reference.to_string()),
            }),
        );
    }

    fn shown(&mut self, name: impl Into<Cow<'a, str>>, value: Option<impl ToString>) {
        self.text(name, value.map(|value| value.to_string()));
    }

    fn text(&mut self, name: impl Into<Cow<'a, str>>, value: Option<impl Into<Cow<'a, str>>>) {
        self.push(name, value.map(|value| Value::Text(value.into())));
    }

    fn count(&mut self, name: impl Into<Cow<'a, str>>, value: Option<u64>) {
        self.push(name, value.map(Value::Count));
    }

    fn decimal(&mut self, name: impl Into<Cow<'a, str>>, value: Option<Decimal>) {
        self.push(name, value.map(Value::Decimal));
    }

    /// A value that has no text of its own, as JSON.
    fn json<T: Serialize>(&mut self, name: impl Into<Cow<'a, str>>, value: &T, absent: bool) {
        let json = (!absent).then(|| serde_json::to_string(value).unwrap_or_default());
        self.text(name, json);
    }

    fn push(&mut self, name: impl Into<Cow<'a, str>>, value: Option<Value<'a>>) {
        self.values.extend(value.map(|value| (name.into(), value)));
    }

    fn numbered(mut self) -> Self {
        values::number(&mut self.values);
        self
    }
}

fn of_ballot(field: &'static str, ballot: Ballot<'_>, several: bool) -> Cow<'static, str> {
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
pub(super) fn result(contender: &Contender) -> Option<String> {
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
