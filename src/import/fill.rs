//! Labels and values of an infobox into the fields of an election, through the table of
//! parameters. What has no field of its own becomes a detail; what cannot be read is kept.

mod contenders;
mod once;

use self::contenders::Contenders;
use super::cell::{self, Part};
use super::dates;
use super::infobox::{self, Found, Kind as Type};
use super::lower::{Lower, trimmed};
use super::value::{
    self, change, count, detail, expected, line, names, people, person, place, quantity, reference,
    signed, whole_change, words,
};
use crate::model::{
    Change, Contest, Election, Field, Holder, Kind, Ongoing, Reason, Role, Round, Standing, Tally,
};

/// Reads the lines of one box. Its contest is added when it says anything of one.
pub(super) fn fill<'a>(election: &mut Election, lines: impl Iterator<Item = (u32, &'a str)>) {
    // About as many as a box has.
    let mut entries = Vec::with_capacity(32);
    for (line, text) in lines {
        match labelled(text) {
            Some((label, value)) => entries.push(Entry::new(trimmed(label), trimmed(value), line)),
            None => election.kept.push(field("", text, line, Reason::NoLabel)),
        }
    }
    self::entries(election, entries);
}

/// The label and the value of a line: `- Label: value`.
fn labelled(line: &str) -> Option<(&str, &str)> {
    let entry = line.strip_prefix('-')?;
    let colon = memchr::memchr(b':', entry.as_bytes())?;
    Some((&entry[..colon], &entry[colon + 1..]))
}

/// Reads the labels and values of one box.
pub(super) fn entries(election: &mut Election, entries: Vec<Entry<'_>>) {
    let entries = once::last_of_each(entries, &mut election.kept);
    let contest = Contest::default();
    let mut filler = Filler { election, contest, contenders: Contenders::default() };
    for entry in entries {
        filler.entry(entry);
    }
    filler.finish();
}

/// A label and its value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    label: &'a str,
    value: &'a str,
    line: u32,
    /// The family of the label, with its place in the table, where it is known.
    found: Option<(u8, Found)>,
}

impl<'a> Entry<'a> {
    pub(super) fn new(label: &'a str, value: &'a str, line: u32) -> Self {
        Self { label, value, line, found: infobox::look_up(label) }
    }
}

fn field(label: &str, text: &str, line: u32, reason: Reason) -> Field {
    Field { label: label.to_owned(), text: text.to_owned(), reason, line: Some(line) }
}

/// No vote has more rounds, and the number of one is kept in a byte.
const ROUNDS: usize = 200;

struct Filler<'a> {
    election: &'a mut Election,
    contest: Contest,
    contenders: Contenders,
}

impl Filler<'_> {
    fn entry(&mut self, entry: Entry<'_>) {
        if entry.value.is_empty() {
            return;
        }
        let Some((_, found)) = entry.found else {
            return self.keep(entry, Reason::UnknownLabel);
        };
        let absent = value::absent(found.parameter.kind, entry.value);
        let read = absent.map_or_else(|| self.value(found, entry), Err);
        if let Err(reason) = read {
            self.keep(entry, reason);
        }
    }

    fn keep(&mut self, entry: Entry<'_>, reason: Reason) {
        self.election.kept.push(field(entry.label, entry.value, entry.line, reason));
    }

    fn value(&mut self, found: Found, entry: Entry<'_>) -> Result<(), Reason> {
        let name = found.parameter.name;
        let text = entry.value;
        match found.parameter.kind {
            Type::Kind => {
                let kind = Kind::named(&line(text)?);
                self.contest.kind = Some(kind.clone());
                self.election.kind = Some(kind);
            }
            Type::Country => self.election.country = Some(line(text)?),
            Type::Ongoing => {
                self.contest.ongoing = Some(match Lower::of(&words(text)?).bytes() {
                    b"yes" | b"y" | b"true" => Ongoing::Yes,
                    b"no" | b"n" | b"false" => Ongoing::No,
                    b"future" => Ongoing::Future,
                    _ => return Err(expected("yes, no or future")),
                });
            }
            Type::Dates if name == "election_date" => self.election.dates = dates::read(text)?,
            Type::Link => {
                let named = value::link(text)?;
                let link = if name == "previous_election" {
                    &mut self.election.previous
                } else {
                    &mut self.election.next
                };
                let link = link.get_or_insert_default();
                (link.title, link.label) = (Some(named.title), named.label);
                if let Some(rest) = named.rest {
                    self.keep(entry, Reason::Leftover(rest));
                }
            }
            Type::LinkYear => {
                let (year, note) = dates::read_noted(text)?;
                let link = if name == "previous_year" {
                    &mut self.election.previous
                } else {
                    &mut self.election.next
                };
                link.get_or_insert_default().year = Some(year);
                if let Some(note) = note {
                    self.keep(entry, Reason::Leftover(note));
                }
            }
            _ => return self.contest_value(found, entry),
        }
        Ok(())
    }

    fn contest_value(&mut self, found: Found, entry: Entry<'_>) -> Result<(), Reason> {
        let name = found.parameter.name;
        let contest = &mut self.contest;
        let text = entry.value;
        match name {
            "election_name" => self.election.name = Some(line(text)?),
            "vote_type" => contest.vote_type = Some(line(text)?),
            "title" => contest.office = Some(reference(text)?),
            "seats_for_election" => contest.seats = Some(quantity(text)?),
            "majority_seats" => contest.majority_seats = Some(quantity(text)?),
            "votes_for_election" => contest.votes = Some(quantity(text)?),
            "needed_votes" => contest.needed_votes = Some(quantity(text)?),
            "before_election" => holder(&mut contest.before).person = Some(person(text)?),
            "before_party" => holder(&mut contest.before).party = Some(reference(text)?),
            "after_election" => holder(&mut contest.after).person = Some(person(text)?),
            "after_party" => holder(&mut contest.after).party = Some(reference(text)?),
            "registered" | "turnout" => return self.rounds(name, entry),
            _ => match found.number {
                Some(number) if name.contains('N') && is_contenders(name) => {
                    return self.contender(number, found, entry);
                }
                _ => {
                    let (details, left) = detail(entry.label, found, text)?;
                    self.contest.details.extend(details);
                    left.into_iter().for_each(|reason| self.keep(entry, reason));
                }
            },
        }
        Ok(())
    }

    fn rounds(&mut self, name: &str, entry: Entry<'_>) -> Result<(), Reason> {
        let parts = cell::parts(entry.value);
        let useful = |part: &Part| match name {
            "turnout" => part.as_share().is_some(),
            _ => part.count.is_some(),
        };
        if !(1..=ROUNDS).contains(&parts.len()) || !parts.iter().all(useful) {
            return Err(expected(if name == "turnout" {
                "a share such as 73.53%"
            } else {
                "a count such as 98,909"
            }));
        }
        self.leftover(entry, &parts, name);
        for (number, part) in numbered(&parts) {
            let round = round(&mut self.contest.rounds, number);
            if name == "turnout" {
                // A bare number is the share; beside a share, it is the ballots cast.
                round.turnout = part.as_share();
                if part.share.is_some() {
                    round.cast = part.count;
                }
                round.turnout_change = change(part);
            } else {
                round.registered = part.count;
                round.registered_change = part.change;
            }
        }
        Ok(())
    }

    fn contender(&mut self, number: u16, found: Found, entry: Entry<'_>) -> Result<(), Reason> {
        let name = found.parameter.name;
        let text = entry.value;
        let contender = self.contenders.numbered(number);
        match name {
            "nomineeN" | "candidateN" | "leaderN" => {
                let role = if name == "leaderN" { Role::Leader } else { Role::Nominee };
                contender.role = Some(role);
                contender.people = people(text)?;
            }
            "partyN" => contender.party = Some(reference(text)?),
            "allianceN" => contender.alliances = names(text)?,
            "running_mateN" => contender.running_mates = people(text)?,
            "home_stateN" => contender.home_state = Some(place(text)?),
            "leaders_seatN" => contender.leaders_seat = Some(place(text)?),
            "leader_sinceN" => {
                let (since, note) = dates::read_noted(text)?;
                contender.leader_since = Some(since);
                note.into_iter().for_each(|note| self.keep(entry, Reason::Leftover(note)));
            }
            "last_electionN" => {
                let parts = cell::parts(text);
                let [part] = parts.as_slice() else {
                    return Err(expected("seats, a share, or New"));
                };
                let share =
                    part.as_share().filter(|_| part.share.is_some() || part.count.is_none());
                if part.count.is_none() && share.is_none() && !part.new {
                    return Err(expected("seats, a share, or New"));
                }
                contender.last_election =
                    Some(Standing { seats: part.count, share, new: part.new });
                self.leftover(entry, &parts, name);
            }
            "seats_beforeN" | "seatsN_before" => contender.seats_before = Some(count(text)?),
            "seats_afterN" => contender.seats_after = Some(count(text)?),
            "seats_neededN" => contender.seats_needed = Some(signed(text)?),
            "popular_voteN" | "percentageN" | "swingN" | "seatsN" | "seat_changeN"
            | "electoral_voteN" | "delegate_countN" | "states_carriedN" => {
                return self.tallies(number, name, entry);
            }
            _ => {
                let (details, left) = detail(entry.label, found, text)?;
                contender.details.extend(details);
                left.into_iter().for_each(|reason| self.keep(entry, reason));
            }
        }
        Ok(())
    }

    fn tallies(&mut self, number: u16, name: &str, entry: Entry<'_>) -> Result<(), Reason> {
        let parts = cell::parts(entry.value);
        let what = match name {
            "percentageN" => "a share such as 66.65%",
            "swingN" | "seat_changeN" => "a change such as +4, or New",
            _ => "a count such as 47,095",
        };
        let useful = |part: &Part| match name {
            "percentageN" => part.as_share().is_some(),
            // A word beside a change may be its sign.
            "swingN" => change(part).is_some() && part.words.is_empty(),
            "seat_changeN" => {
                (part.new || whole_change(part).is_some() || part.count.is_some())
                    && part.words.is_empty()
            }
            "delegate_countN" => part.number.is_some(),
            _ => part.count.is_some(),
        };
        if !(1..=ROUNDS).contains(&parts.len()) || !parts.iter().all(useful) {
            return Err(expected(what));
        }
        if name != "states_carriedN" {
            self.leftover(entry, &parts, name);
        }
        let contender = self.contenders.numbered(number);
        for (round, part) in numbered(&parts) {
            let tally = tally(&mut contender.tallies, round);
            match name {
                "popular_voteN" => tally.votes = part.count,
                "percentageN" => tally.share = part.as_share(),
                "swingN" => tally.swing = change(part),
                "seatsN" => tally.seats = part.count,
                "seat_changeN" => {
                    let unsigned = part.count.and_then(|count| i64::try_from(count).ok());
                    let by = whole_change(part).or(unsigned).map(Change::By);
                    tally.seat_change = if part.new { Some(Change::New) } else { by };
                }
                "electoral_voteN" => tally.electoral_votes = part.count,
                "delegate_countN" => tally.delegates = part.number,
                _ => tally.states_carried = Some(quantity(entry.value)?),
            }
            // A share beside a count is a share all the same: "59 seats, 32.42 %".
            if matches!(name, "popular_voteN" | "seatsN") && tally.share.is_none() {
                tally.share = part.share;
            }
        }
        Ok(())
    }

    /// What a cell says beside what its field takes is kept, and so nothing is lost.
    fn leftover(&mut self, entry: Entry<'_>, parts: &[Part], name: &str) {
        let changes = ["turnout", "registered", "swingN", "seat_changeN"].contains(&name);
        let shares = ["turnout", "percentageN", "popular_voteN", "seatsN", "last_electionN"];
        let shares = shares.contains(&name);
        let mut words = Vec::new();
        for part in parts {
            words.extend(Some(part.words.clone()).filter(|words| !words.is_empty()));
            words.extend(part.notes.iter().cloned());
            words.extend((part.steady && name == "swingN").then(|| "steady".to_owned()));
            words.extend((part.new && !changes && name != "last_electionN").then(|| "New".to_owned()));
            let other = part.number.filter(|_| part.share.is_some() && part.count.is_none());
            words.extend(other.map(|number| number.to_string()));
            if name == "percentageN" && part.share.is_some() {
                words.extend(part.count.map(|count| count.to_string()));
            }
            words.extend(part.share.filter(|_| !shares).map(|share| format!("{share}%")));
            words.extend(part.change.filter(|_| !changes).map(|change| format!("{change:+}")));
        }
        if !words.is_empty() {
            self.keep(entry, Reason::Leftover(words.join(" ")));
        }
    }

    fn finish(mut self) {
        self.contest.contenders = self.contenders.in_order();
        // A box that speaks of the election alone, its type at most, describes no contest.
        let empty = Contest { kind: self.contest.kind.clone(), ..Contest::default() };
        if self.contest != empty {
            // Most have one, and contests are large.
            self.election.contests.reserve_exact(1);
            self.election.contests.push(self.contest);
        }
    }
}

/// Parameters with a number that is a contender's.
fn is_contenders(name: &str) -> bool {
    !["poll", "map", "module", "N"].iter().any(|other| name.starts_with(other))
}

fn holder(holder: &mut Option<Holder>) -> &mut Holder {
    holder.get_or_insert_default()
}

/// Parts with their rounds: as they are named, else as they stand.
fn numbered(parts: &[Part]) -> impl Iterator<Item = (u8, &Part)> {
    (1_u8..).zip(parts).map(|(place, part)| (part.round.unwrap_or(place), part))
}

pub(super) fn round(rounds: &mut Vec<Round>, number: u8) -> &mut Round {
    let at = rounds.iter().position(|round| round.number == number).unwrap_or_else(|| {
        rounds.push(Round { number, ..Round::default() });
        rounds.len() - 1
    });
    &mut rounds[at]
}

pub(super) fn tally(tallies: &mut Vec<Tally>, round: u8) -> &mut Tally {
    let at = tallies.iter().position(|tally| tally.round == round).unwrap_or_else(|| {
        tallies.push(Tally { round, ..Tally::default() });
        tallies.len() - 1
    });
    &mut tallies[at]
}
