//! Represents a record as named values, so that two records can be compared value by value.

mod ballots;
mod names;

use std::borrow::Cow;

use serde::Serialize;

use super::change::{Change, ChangeValue, ChangedValue};
use super::values::{self, FieldValue, NamedValue};
use crate::model::{
    Contender, Contest, Decimal, Detail, DetailValue, Election, ElectionType, Link, OfficeHolder,
    PartialDate, PollingDate, Reference, RoundFigures, StatedChange, Tally, UnparsedField,
};
use names::ballot_field_name;
pub(super) use names::result_summary;

/// Values of one side, in display order.
#[derive(Debug, Default)]
pub(super) struct Fields<'a> {
    values: Vec<NamedValue<'a>>,
    /// Figures without a stated round, in a comparison of two elections. The corresponding figures
    /// of the other election are unknown.
    unstated_round: Vec<NamedValue<'a>>,
    /// Whether the sides are two elections, rather than two versions of one.
    between_elections: bool,
}

impl<'a> Fields<'a> {
    /// Returns every change from these values to the values in `after`.
    pub(super) fn changes<'f>(
        &'f self,
        after: &'f Self,
    ) -> impl Iterator<Item = Change> + use<'f, 'a> {
        values::compare(&self.values, &after.values)
    }

    /// Returns every value with its name, in display order.
    pub(super) fn into_values(self) -> impl Iterator<Item = (Cow<'a, str>, ChangedValue)> {
        self.values.into_iter().map(|(name, value)| (name, value.to_changed()))
    }

    /// Collects the fields of the election itself.
    pub(super) fn from_election(election: &'a Election) -> Self {
        let mut fields = Self::default();
        fields.text("title", Some(&election.title));
        fields.text("name", election.name.as_ref());
        fields.text("country", election.country.as_ref());
        if let Some(area) = &election.area {
            fields.text("area", Some(area.to_string()));
            fields.text("area levels", area.level().map(|_| area.levels.join(", ")));
            fields.text("area code", area.code.as_ref());
            fields.text("boundaries", area.boundaries.as_ref());
        }
        fields.number("year", election.year.map(i64::from));
        fields.text("type", election.kind.as_ref().map(ElectionType::as_str));
        fields.dates("date", &election.dates);
        fields.link(
            ["previous", "previous label", "previous year", "previous id"],
            election.previous.as_ref(),
        );
        fields.link(["next", "next label", "next year", "next id"], election.next.as_ref());
        fields.details(&election.details);
        fields.unparsed(&election.unparsed);
        fields.json("prose", &election.sections, election.sections.is_empty());
        fields.with_unique_names()
    }

    /// Collects all fields of a contest except its contenders.
    pub(super) fn from_contest(contest: &'a Contest, multiple_rounds: bool) -> Self {
        let mut fields = Self::default();
        fields.result(contest, multiple_rounds);
        fields.text("contest name", contest.name.as_ref());
        fields.text("contest type", contest.kind.as_ref().map(ElectionType::as_str));
        fields.reference("office", contest.office.as_ref());
        fields.text("vote type", contest.vote_type.as_ref());
        if let Some(sum) = &contest.sum {
            fields.count("areas added up", Some(u64::from(sum.areas)));
            fields.text("level added up", sum.level.as_ref());
            fields
                .count("unopposed areas", (sum.unopposed > 0).then_some(u64::from(sum.unopposed)));
        }
        fields.json("ongoing", &contest.ongoing, contest.ongoing.is_none());
        fields.dates("contest date", &contest.dates);
        fields.link(
            [
                "contest previous",
                "contest previous label",
                "contest previous year",
                "contest previous id",
            ],
            contest.previous.as_ref(),
        );
        fields.link(
            ["contest next", "contest next label", "contest next year", "contest next id"],
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
        fields.unparsed(&contest.unparsed);
        fields.with_unique_names()
    }

    /// Collects the result of a contest: its rounds and holders. With `multiple_rounds`, field names
    /// include the round, because one of the sides has several.
    pub(super) fn from_result(contest: &'a Contest, multiple_rounds: bool) -> Self {
        let values = Vec::with_capacity(8 * contest.rounds.len() + 4);
        let mut fields = Self { values, between_elections: true, ..Self::default() };
        fields.result(contest, multiple_rounds);
        // Names repeat only if two rounds have the same number, or two options the same name.
        let may_repeat = contest.rounds.len() > 1 || contest.options.len() > 1;
        if may_repeat { fields.with_unique_names() } else { fields }
    }

    /// Collects the result of a contender; with `all_fields`, all other fields too.
    pub(super) fn from_contender(
        contender: &'a Contender,
        multiple_rounds: bool,
        all_fields: bool,
    ) -> Self {
        let mut fields = Self { between_elections: !all_fields, ..Self::default() };
        fields.reference("party", contender.party.as_ref());
        // For two elections, seats are compared even if one source states them for the contest and
        // the other for a tally.
        let seats = if all_fields { contender.seats } else { contender.seats_won() };
        for tally in &contender.tallies {
            fields.tally(tally, multiple_rounds);
            if all_fields || seats.is_none() {
                fields.figure(
                    "seats",
                    tally.ballot(),
                    multiple_rounds,
                    tally.seats.map(FieldValue::Count),
                );
            }
        }
        fields.count("seats", seats);
        fields.text("unopposed", contender.unopposed.as_ref());
        if !all_fields {
            return if contender.tallies.len() > 1 { fields.with_unique_names() } else { fields };
        }
        for tally in &contender.tallies {
            let name = |field| ballot_field_name(field, tally.ballot(), multiple_rounds);
            fields.push(name("swing"), tally.swing.map(stated_points));
            fields.push(name("seat change"), tally.seat_change.map(stated_seats));
        }
        fields.push("seat change", contender.seat_change.map(stated_seats));
        let notes = &contender.notes;
        fields.list("notes", notes.iter().map(|note| (note.clone(), text_value(note))), "; ");
        fields.refs("people", &contender.people);
        fields.refs("alliances", &contender.alliances);
        fields.refs("running mates", &contender.running_mates);
        fields.json("role", &contender.role, contender.role.is_none());
        fields.reference("home state", contender.home_state.as_ref());
        fields.date("leader since", contender.leader_since);
        fields.reference("leader's seat", contender.leaders_seat.as_ref());
        fields.json("last election", &contender.last_election, contender.last_election.is_none());
        fields.count("seats before", contender.seats_before);
        fields.count("seats after", contender.seats_after);
        fields.number("seats needed", contender.seats_needed);
        for detail in &contender.details {
            // Parameters such as `image1` are numbered by position. Without the number, reordering
            // is not a change.
            let number = |c: char| c.is_ascii_digit();
            let name = detail.label.as_deref();
            let name = name.unwrap_or_else(|| detail.parameter.trim_end_matches(number));
            fields.json(name, &detail.value, false);
        }
        fields.with_unique_names()
    }

    /// Adds up the results of contenders that are matched as a group. Keeps only figures that all
    /// these contenders have.
    pub(super) fn combined(
        contenders: impl Iterator<Item = &'a Contender>,
        multiple_rounds: bool,
    ) -> Self {
        let mut all =
            contenders.map(|contender| Self::from_contender(contender, multiple_rounds, false));
        let mut combined = all.next().unwrap_or_default();
        let others: Vec<Self> = all.collect();
        let join = |(name, value): &mut NamedValue<'a>, of: fn(&Self) -> &Vec<NamedValue<'a>>| {
            if matches!(value, FieldValue::Text(_) | FieldValue::Typed(..)) {
                return false;
            }
            let same = |(other, _): &&NamedValue<'_>| other == name;
            let found = others.iter().map(|fields| of(fields).iter().find(same));
            let Some(found) = found.collect::<Option<Vec<_>>>() else { return false };
            let parts = std::iter::once(value.clone())
                .chain(found.into_iter().map(|(_, value)| value.clone()));
            *value = FieldValue::Combined(parts.collect());
            value.total().is_some()
        };
        combined.values.retain_mut(|named| join(named, |fields| &fields.values));
        combined.unstated_round.retain_mut(|named| join(named, |fields| &fields.unstated_round));
        combined
    }

    fn result(&mut self, contest: &'a Contest, multiple_rounds: bool) {
        for round in &contest.rounds {
            self.round(round, multiple_rounds);
        }
        for option in &contest.options {
            for tally in &option.tallies {
                let name = if option.name.is_empty() { "others" } else { &option.name };
                let field_name = |field| ballot_field_name(field, tally.ballot(), multiple_rounds);
                self.count(format!("{name}: {}", field_name("votes")), tally.votes);
                self.decimal(format!("{name}: {}", field_name("share")), tally.share);
            }
        }
        self.holder(["holder before", "party before"], contest.before.as_ref());
        self.holder(["holder after", "party after"], contest.after.as_ref());
    }

    fn round(&mut self, round: &'a RoundFigures, multiple_rounds: bool) {
        let (count, share) = (FieldValue::Count, FieldValue::Decimal);
        let ballot = round.ballot();
        let mut figure = |name, value| self.figure(name, ballot, multiple_rounds, value);
        figure("turnout", round.turnout.map(share));
        figure("turnout change", round.turnout_change.map(stated_points));
        figure("registered", round.registered.map(count));
        let registered_change = round
            .registered_change
            .map(|change| FieldValue::Typed(change.text().into(), ChangeValue::Decimal(change)));
        figure("registered change", registered_change);
        figure("cast", round.cast.map(count));
        figure("valid", round.valid.map(count));
        figure("invalid", round.invalid.map(count));
        figure("blank", round.blank.map(count));
        figure("counted", round.counted.map(share));
    }

    /// Adds all figures except seats, which are usually stated for the whole contest.
    fn tally(&mut self, tally: &'a Tally, multiple_rounds: bool) {
        let states =
            tally.states_carried.as_ref().map(|states| FieldValue::Text((&states.text).into()));
        let ballot = tally.ballot();
        let mut figure = |name, value| self.figure(name, ballot, multiple_rounds, value);
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

    fn link(&mut self, [title, label, year, id]: [&'static str; 4], link: Option<&'a Link>) {
        let Some(link) = link else { return };
        self.text(title, link.title.as_ref());
        self.text(label, link.label.as_ref());
        self.date(year, link.year);
        self.text(id, link.id.as_ref());
    }

    fn dates(&mut self, name: &'static str, dates: &[PollingDate]) {
        let values = dates.iter().map(|date| {
            let text = date.to_string();
            let is_plain = *date == PollingDate::new(date.start);
            let value = if is_plain { ChangeValue::Date(date.start) } else { text_value(&text) };
            (text, value)
        });
        self.list(name, values, ", ");
    }

    fn refs(&mut self, name: &'static str, refs: &[Reference]) {
        let values = refs.iter().map(|reference| {
            let text = match &reference.target {
                Some(target) if *target != reference.name => format!("{reference} [{target}]"),
                _ => reference.to_string(),
            };
            let value = text_value(&text);
            (text, value)
        });
        self.list(name, values, ", ");
    }

    fn details(&mut self, details: &'a [Detail]) {
        for detail in details {
            let name = detail.parameter.as_str();
            match &detail.value {
                DetailValue::Count(count) => self.count(name, Some(*count)),
                DetailValue::Number(number) => self.decimal(name, Some(*number)),
                value => self.text(name, Some(value.to_string())),
            }
        }
    }

    fn unparsed(&mut self, kept: &'a [UnparsedField]) {
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

    fn number(&mut self, name: &'static str, value: Option<i64>) {
        let value = value
            .map(|value| FieldValue::Typed(value.to_string().into(), ChangeValue::Number(value)));
        self.push(name, value);
    }

    fn date(&mut self, name: &'static str, value: Option<PartialDate>) {
        let value = value
            .map(|value| FieldValue::Typed(value.to_string().into(), ChangeValue::Date(value)));
        self.push(name, value);
    }

    /// Adds a list, if it is not empty. The text of the list joins the texts of its items. A single
    /// item is added without a list.
    fn list(
        &mut self,
        name: &'static str,
        items: impl Iterator<Item = (String, ChangeValue)>,
        separator: &str,
    ) {
        let (texts, mut values): (Vec<String>, Vec<ChangeValue>) = items.unzip();
        let value = if values.len() == 1 { values.pop() } else { None };
        let value = value.unwrap_or(ChangeValue::List(values));
        if !texts.is_empty() {
            self.push(name, Some(FieldValue::Typed(texts.join(separator).into(), value)));
        }
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

    /// Adds a value that has no text form, as JSON text.
    fn json<T: Serialize>(&mut self, name: impl Into<Cow<'a, str>>, value: &T, absent: bool) {
        let json = (!absent).then(|| serde_json::to_string(value).unwrap_or_default());
        self.text(name, json);
    }

    fn push(&mut self, name: impl Into<Cow<'a, str>>, value: Option<FieldValue<'a>>) {
        self.values.extend(value.map(|value| (name.into(), value)));
    }

    fn with_unique_names(mut self) -> Self {
        values::make_names_unique(&mut self.values);
        self
    }
}

fn text_value(text: &str) -> ChangeValue {
    ChangeValue::Text(text.to_owned())
}

/// Returns a stated change in percentage points.
fn stated_points(change: StatedChange<Decimal>) -> FieldValue<'static> {
    stated_change(change, ChangeValue::Decimal)
}

/// Returns a stated change of seats.
fn stated_seats(change: StatedChange<i64>) -> FieldValue<'static> {
    stated_change(change, ChangeValue::Number)
}

fn stated_change<T: Copy + std::fmt::Display>(
    change: StatedChange<T>,
    by: fn(T) -> ChangeValue,
) -> FieldValue<'static> {
    let text = change.to_string();
    let value = match change {
        StatedChange::By(amount) => by(amount),
        StatedChange::New => text_value(&text),
    };
    FieldValue::Typed(text.into(), value)
}
