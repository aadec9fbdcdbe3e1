//! Represents a record as named values, so that two records can be compared value by value.

mod ballots;
mod names;

use std::borrow::Cow;

use serde::Serialize;

use super::change::Change;
use super::values::{self, FieldValue, NamedValue};
use crate::model::{
    Contender, Contest, Decimal, Detail, Election, ElectionType, Link, OfficeHolder, PollingDate,
    Reference, RoundFigures, Tally, UnparsedField,
};
use names::ballot_field_name;
pub(super) use names::result_summary;

/// Values of one side, in display order.
#[derive(Debug, Default)]
pub(super) struct Fields<'a> {
    values: Vec<NamedValue<'a>>,
    /// Figures without a stated round, when comparing two elections. It is unknown which figures
    /// they correspond to.
    unstated: Vec<NamedValue<'a>>,
    /// Whether the sides are two elections, rather than two versions of one.
    between: bool,
}

impl<'a> Fields<'a> {
    /// Returns every change from these values to later ones.
    pub(super) fn changes<'f>(
        &'f self,
        after: &'f Self,
    ) -> impl Iterator<Item = Change> + use<'f, 'a> {
        values::compare(&self.values, &after.values)
    }

    /// Collects the fields of the election itself.
    pub(super) fn of_election(election: &'a Election) -> Self {
        let mut fields = Self::default();
        fields.text("title", Some(&election.title));
        fields.text("name", election.name.as_ref());
        fields.text("country", election.country.as_ref());
        fields.shown("year", election.year);
        fields.text("type", election.kind.as_ref().map(ElectionType::as_str));
        fields.dates("date", &election.dates);
        fields.link(["previous", "previous label", "previous year"], election.previous.as_ref());
        fields.link(["next", "next label", "next year"], election.next.as_ref());
        fields.details(&election.details);
        fields.kept(&election.kept);
        fields.json("prose", &election.sections, election.sections.is_empty());
        fields.numbered()
    }

    /// Collects all fields of a contest except its contenders.
    pub(super) fn of_contest(contest: &'a Contest, several: bool) -> Self {
        let mut fields = Self::default();
        fields.result_summary(contest, several);
        fields.text("contest name", contest.name.as_ref());
        fields.text("contest type", contest.kind.as_ref().map(ElectionType::as_str));
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

    /// Collects the result of a contest: its rounds and holders. With `several`, field names
    /// include the round, because one of the sides has several.
    pub(super) fn of_result(contest: &'a Contest, several: bool) -> Self {
        let values = Vec::with_capacity(8 * contest.rounds.len() + 4);
        let mut fields = Self { values, between: true, ..Self::default() };
        fields.result_summary(contest, several);
        // Names repeat only if two rounds have the same number.
        if contest.rounds.len() > 1 { fields.numbered() } else { fields }
    }

    /// Collects the result of a contender; with `all`, all other fields too.
    pub(super) fn of_contender(contender: &'a Contender, several: bool, all: bool) -> Self {
        let mut fields = Self { between: !all, ..Self::default() };
        fields.reference("party", contender.party.as_ref());
        // Seats of two elections are compared wherever each source states them.
        let seats = if all { contender.seats } else { contender.seats_won() };
        for tally in &contender.tallies {
            fields.tally(tally, several);
            if all || seats.is_none() {
                fields.figure("seats", tally.ballot(), several, tally.seats.map(FieldValue::Count));
            }
        }
        fields.count("seats", seats);
        fields.text("unopposed", contender.unopposed.as_ref());
        if !all {
            return if contender.tallies.len() > 1 { fields.numbered() } else { fields };
        }
        for tally in &contender.tallies {
            let name = |field| ballot_field_name(field, tally.ballot(), several);
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
            // Parameters such as `image1` are numbered by position. Without the number, reordering
            // is not a change.
            let number = |c: char| c.is_ascii_digit();
            let name = detail.label.as_deref();
            let name = name.unwrap_or_else(|| detail.parameter.trim_end_matches(number));
            fields.json(name, &detail.value, false);
        }
        fields.numbered()
    }

    /// Adds up the results of contenders that correspond to one on the other side. Keeps only
    /// figures that all of them have.
    pub(super) fn of_together(
        contenders: impl Iterator<Item = &'a Contender>,
        several: bool,
    ) -> Self {
        let mut all = contenders.map(|contender| Self::of_contender(contender, several, false));
        let mut together = all.next().unwrap_or_default();
        let others: Vec<Self> = all.collect();
        let join = |(name, value): &mut NamedValue<'a>, of: fn(&Self) -> &Vec<NamedValue<'a>>| {
            if matches!(value, FieldValue::Text(_)) {
                return false;
            }
            let same = |(other, _): &&NamedValue<'_>| other == name;
            let found = others.iter().map(|fields| of(fields).iter().find(same));
            let Some(found) = found.collect::<Option<Vec<_>>>() else { return false };
            let parts = std::iter::once(value.clone())
                .chain(found.into_iter().map(|(_, value)| value.clone()));
            *value = FieldValue::Together(parts.collect());
            value.total().is_some()
        };
        together.values.retain_mut(|named| join(named, |fields| &fields.values));
        together.unstated.retain_mut(|named| join(named, |fields| &fields.unstated));
        together
    }

    fn result_summary(&mut self, contest: &'a Contest, several: bool) {
        for round in &contest.rounds {
            self.round(round, several);
        }
        for option in &contest.options {
            for tally in &option.tallies {
                let name = if option.name.is_empty() { "others" } else { &option.name };
                let of = |field| ballot_field_name(field, tally.ballot(), several);
                self.count(format!("{name}: {}", of("votes")), tally.votes);
                self.decimal(format!("{name}: {}", of("share")), tally.share);
            }
        }
        self.holder(["holder before", "party before"], contest.before.as_ref());
        self.holder(["holder after", "party after"], contest.after.as_ref());
    }

    fn round(&mut self, round: &'a RoundFigures, several: bool) {
        let text = |text: Option<String>| text.map(|text| FieldValue::Text(text.into()));
        let (count, share) = (FieldValue::Count, FieldValue::Decimal);
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

    /// Adds all figures except seats, which are usually stated for the whole contest.
    fn tally(&mut self, tally: &'a Tally, several: bool) {
        let states =
            tally.states_carried.as_ref().map(|states| FieldValue::Text((&states.text).into()));
        let ballot = tally.ballot();
        let mut figure = |name, value| self.figure(name, ballot, several, value);
        figure("votes", tally.votes.map(FieldValue::Count));
        figure("share", tally.share.map(FieldValue::Decimal));
        figure("electoral votes", tally.electoral_votes.map(FieldValue::Count));
        figure("delegates", tally.delegates.map(FieldValue::Decimal));
        figure("states carried", states);
    }

    fn holder(&mut self, [person, party]: [&'static str; 2], holder: Option<&'a OfficeHolder>) {
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

    fn refs(&mut self, name: &'static str, refs: &[Reference]) {
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

    fn kept(&mut self, kept: &'a [UnparsedField]) {
        for field in kept {
            let name = if field.label.is_empty() { "not understood" } else { &field.label };
            self.text(name, Some(&field.text));
        }
    }

    fn reference(&mut self, name: &'static str, reference: Option<&'a Reference>) {
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
        self.push(name, value.map(|value| FieldValue::Text(value.into())));
    }

    fn count(&mut self, name: impl Into<Cow<'a, str>>, value: Option<u64>) {
        self.push(name, value.map(FieldValue::Count));
    }

    fn decimal(&mut self, name: impl Into<Cow<'a, str>>, value: Option<Decimal>) {
        self.push(name, value.map(FieldValue::Decimal));
    }

    /// Adds a value without its own text form, as JSON.
    fn json<T: Serialize>(&mut self, name: impl Into<Cow<'a, str>>, value: &T, absent: bool) {
        let json = (!absent).then(|| serde_json::to_string(value).unwrap_or_default());
        self.text(name, json);
    }

    fn push(&mut self, name: impl Into<Cow<'a, str>>, value: Option<FieldValue<'a>>) {
        self.values.extend(value.map(|value| (name.into(), value)));
    }

    fn numbered(mut self) -> Self {
        values::make_names_unique(&mut self.values);
        self
    }
}
