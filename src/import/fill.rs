//! Labels and values of an infobox into the fields of an election, through the table of
//! parameters. What has no field of its own becomes a detail; what cannot be read is kept.

mod ballots;
mod contenders;
mod extra;
mod figures;
mod once;

use self::contenders::Contenders;
use self::extra::ExtraRows;
use self::figures::Figure;
pub(super) use self::figures::{round, seat_change, tally};
use super::cell;
use super::dates;
use super::infobox::{self, Found, Kind as Type};
use super::lower::{Lower, trimmed};
use super::other_rows;
use super::unopposed::unopposed;
use super::value::{
    self, count, detail, expected, line, names, people, person, place, quantity, reference, signed,
    words,
};
use crate::model::{
    Contest, Election, Field, Holder, Kind, Ongoing, PollingDate, Quantity, Reason, Role, Standing,
};

/// Reads the lines of one box. Its contest is added when it says anything of one.
pub(super) fn fill<'a>(election: &mut Election, lines: impl Iterator<Item = (u32, &'a str)>) {
    // More than most boxes have.
    let mut entries = Vec::with_capacity(64);
    for (line, text) in lines {
        match labelled(text) {
            Some((label, value)) => entries.push(Entry::new(trimmed(label), trimmed(value), line)),
            None => election.kept.push(field("", text, line, Reason::NoLabel)),
        }
    }
    self::entries(election, entries, &[]);
}

/// The label and the value of a line: `- Label: value`.
fn labelled(line: &str) -> Option<(&str, &str)> {
    let entry = line.strip_prefix('-')?;
    let colon = memchr::memchr(b':', entry.as_bytes())?;
    Some((&entry[..colon], &entry[colon + 1..]))
}

/// Reads the labels and values of one box. `around` are the dates of the box around it, which hold where
/// it states none.
pub(super) fn entries(election: &mut Election, entries: Vec<Entry<'_>>, around: &[PollingDate]) {
    let entries = once::last_of_each(entries, &mut election.kept);
    let mut filler = Filler {
        election,
        around,
        contest: Contest::default(),
        contenders: Contenders::default(),
        figures: Vec::with_capacity(entries.len()),
        extra: ExtraRows::default(),
    };
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

struct Filler<'a> {
    election: &'a mut Election,
    around: &'a [PollingDate],
    contest: Contest,
    contenders: Contenders,
    /// Figures, which are read last: their rounds depend on the dates.
    figures: Vec<Figure<'a>>,
    extra: ExtraRows,
}

impl<'a> Filler<'a> {
    fn entry(&mut self, entry: Entry<'a>) {
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
        let markup = match &reason {
            Reason::Expected(_) => cell::unknown(entry.value),
            _ => None,
        };
        let reason = markup.map_or(reason, Reason::UnknownMarkup);
        self.election.kept.push(field(entry.label, entry.value, entry.line, reason));
    }

    fn value(&mut self, found: Found, entry: Entry<'a>) -> Result<(), Reason> {
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
                named.rest.into_iter().for_each(|rest| self.keep(entry, Reason::Leftover(rest)));
            }
            Type::LinkYear => {
                let (year, note) = dates::read_noted(text)?;
                let link = if name == "previous_year" {
                    &mut self.election.previous
                } else {
                    &mut self.election.next
                };
                link.get_or_insert_default().year = Some(year);
                note.into_iter().for_each(|note| self.keep(entry, Reason::Leftover(note)));
            }
            _ => return self.contest_value(found, entry),
        }
        Ok(())
    }

    fn contest_value(&mut self, found: Found, entry: Entry<'a>) -> Result<(), Reason> {
        let name = found.parameter.name;
        // Most values are a contender's.
        if let Some(number) = found.number.filter(|_| is_contenders(name)) {
            return self.contender(number, found, entry);
        }
        let contest = &mut self.contest;
        let text = entry.value;
        match name {
            "election_name" => self.election.name = Some(line(text)?),
            "vote_type" => contest.vote_type = Some(line(text)?),
            "title" => contest.office = Some(reference(text)?),
            "seats_for_election" => {
                let seats = quantity(text)?;
                // A parameter of its own counts, wherever it stands.
                let majority = majority(&seats.text);
                contest.majority_seats = contest.majority_seats.take().or(majority);
                contest.seats = Some(seats);
            }
            "majority_seats" => contest.majority_seats = Some(quantity(text)?),
            "votes_for_election" => contest.votes = Some(quantity(text)?),
            "needed_votes" => contest.needed_votes = Some(quantity(text)?),
            "before_election" => holder(&mut contest.before).person = Some(person(text)?),
            "before_party" => holder(&mut contest.before).party = Some(reference(text)?),
            "after_election" => holder(&mut contest.after).person = Some(person(text)?),
            "after_party" => holder(&mut contest.after).party = Some(reference(text)?),
            "registered" | "turnout" => self.figures.push(Figure::new(name, None, entry)),
            "Nblank" => match found.number {
                Some(row) => self.extra.label(row, text)?,
                None => return Err(Reason::UnknownLabel),
            },
            "KdataN" => match found.number {
                Some(number) => self.extra.value(entry.label, number, text)?,
                None => return Err(Reason::UnknownLabel),
            },
            _ => {
                let left = detail(&mut contest.details, entry.label, found, text)?;
                left.into_iter().for_each(|reason| self.keep(entry, reason));
            }
        }
        Ok(())
    }

    fn contender(&mut self, number: u16, found: Found, entry: Entry<'a>) -> Result<(), Reason> {
        let name = found.parameter.name;
        let text = entry.value;
        let contender = self.contenders.numbered(number);
        match name {
            "nomineeN" | "candidateN" | "leaderN" => {
                contender.people = people(text)?;
                contender.role = Some(match name {
                    "leaderN" => Role::Leader,
                    "candidateN" => Role::Candidate,
                    _ => Role::Nominee,
                });
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
                let [part] = &*parts else {
                    return Err(expected("seats, a share, or New"));
                };
                let share =
                    part.as_share().filter(|_| part.share.is_some() || part.count.is_none());
                if part.count.is_none() && share.is_none() && !part.new {
                    return Err(expected("seats, a share, or New"));
                }
                contender.last_election =
                    Some(Standing { seats: part.count_beside_share(), share, new: part.new });
                self.leftover(name, entry, &parts);
            }
            "seats_beforeN" | "seatsN_before" => contender.seats_before = Some(count(text)?),
            "seats_afterN" => contender.seats_after = Some(count(text)?),
            "seats_neededN" => contender.seats_needed = Some(signed(text)?),
            "popular_voteN" | "percentageN" | "swingN" | "seatsN" | "seat_changeN"
            | "electoral_voteN" | "delegate_countN" | "states_carriedN" => {
                // Words for that are no number.
                if !text.starts_with(|first: char| first.is_ascii_digit())
                    && let Some(words) = unopposed(&cell::clean(text))
                {
                    contender.unopposed = Some(words.to_owned());
                    return Ok(());
                }
                self.figures.push(Figure::new(name, Some(number), entry));
            }
            _ => {
                let left = detail(&mut contender.details, entry.label, found, text)?;
                left.into_iter().for_each(|reason| self.keep(entry, reason));
            }
        }
        Ok(())
    }

    fn finish(mut self) {
        self.read_figures();
        std::mem::take(&mut self.extra).fill(&mut self.contenders, &mut self.contest);
        self.contest.contenders = self.contenders.in_order();
        other_rows::take_out(&mut self.contest);
        // A box that speaks of the election alone, its type at most, describes no contest.
        let empty = Contest { kind: self.contest.kind.clone(), ..Contest::default() };
        if self.contest != empty {
            // Most have one, and contests are large.
            self.election.contests.reserve_exact(1);
            self.election.contests.push(self.contest);
        }
    }
}

/// The majority that a line under the number of seats states: "139 seats were needed for a majority".
fn majority(seats: &str) -> Option<Quantity> {
    const ENDS: [&str; 3] = ["needed for a majority", "needed for majority", "for a majority"];
    let said = |line: &&str| {
        let line = line.trim().trim_end_matches(['.', ')']).to_lowercase();
        ENDS.iter().any(|end| line.ends_with(end))
    };
    let line = seats.lines().skip(1).find(said)?;
    let quantity = cell::quantity(line.trim().trim_start_matches('('));
    quantity.count.is_some().then_some(quantity)
}

/// Parameters with a number that is a contender's.
fn is_contenders(name: &str) -> bool {
    name.bytes().any(|byte| byte == b'N')
        && !["poll", "N", "K"].iter().any(|other| name.starts_with(other))
}

fn holder(holder: &mut Option<Holder>) -> &mut Holder {
    holder.get_or_insert_default()
}
