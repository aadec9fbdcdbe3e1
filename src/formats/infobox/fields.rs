//! Converts the labels and values of an infobox to the fields of an election, by the table of
//! parameters. Values without a field become details. Values that cannot be parsed become unparsed
//! fields.

pub(crate) use super::contenders::ContendersByNumber;
use super::detail::{absent, detail};
use super::entry::{InfoboxEntry, unparsed_field};
use super::extra::ExtraRows;
use super::figure::FigureValue;
use super::once::remove_repeated;
use super::parameters::{ParameterMatch, ParameterType as Type};
use crate::formats::other_rows;
use crate::model::{
    Contest, CountStatus, Election, ElectionType, OfficeHolder, PollingDate, PreviousResult,
    Quantity, Role, UnparsedReason,
};
use crate::values::text::{
    self, count, names, people, person, place, quantity, reference, signed, single_line, words,
};
use crate::values::unopposed::unopposed;
use crate::values::words::{LowercaseWord, trim};
use crate::values::{date, number};

/// Parses the lines of one infobox. Adds a contest if the infobox describes one.
pub(crate) fn parse_lines<'a>(
    election: &mut Election,
    lines: impl Iterator<Item = (u32, &'a str)>,
) {
    // Most infoboxes have fewer entries.
    let mut entries = Vec::with_capacity(64);
    for (line, text) in lines {
        match split_label(text) {
            Some((label, value)) => entries.push(InfoboxEntry::new(trim(label), trim(value), line)),
            None => election.kept.push(unparsed_field("", text, line, UnparsedReason::NoLabel)),
        }
    }
    parse_entries(election, entries, &[]);
}

/// Splits a line such as `- Label: value` into its label and value.
fn split_label(line: &str) -> Option<(&str, &str)> {
    let entry = line.strip_prefix('-')?;
    let colon = memchr::memchr(b':', entry.as_bytes())?;
    Some((&entry[..colon], &entry[colon + 1..]))
}

/// Parses the labels and values of one infobox. `around` contains the dates of the enclosing
/// infobox, which apply if this one states none.
pub(crate) fn parse_entries(
    election: &mut Election,
    entries: Vec<InfoboxEntry<'_>>,
    around: &[PollingDate],
) {
    let entries = remove_repeated(entries, &mut election.kept);
    let mut filler = ElectionBuilder {
        election,
        around,
        contest: Contest::default(),
        contenders: ContendersByNumber::default(),
        figures: Vec::with_capacity(entries.len()),
        extra: ExtraRows::default(),
    };
    for entry in entries {
        filler.entry(entry);
    }
    filler.finish();
}

/// Returns the majority stated in a line below the number of seats, such as "139 seats were needed
/// for a majority".
pub(crate) fn majority(seats: &str) -> Option<Quantity> {
    const ENDS: [&str; 3] = ["needed for a majority", "needed for majority", "for a majority"];
    let said = |line: &&str| {
        let line = line.trim().trim_end_matches(['.', ')']).to_lowercase();
        ENDS.iter().any(|end| line.ends_with(end))
    };
    let line = seats.lines().skip(1).find(said)?;
    let quantity = number::parse_quantity(line.trim().trim_start_matches('('));
    quantity.count.is_some().then_some(quantity)
}

/// Returns whether the number in a parameter is that of a contender.
pub(crate) fn is_contender_parameter(name: &str) -> bool {
    name.bytes().any(|byte| byte == b'N')
        && !["poll", "N", "K"].iter().any(|other| name.starts_with(other))
}

pub(crate) fn holder_mut(holder: &mut Option<OfficeHolder>) -> &mut OfficeHolder {
    holder.get_or_insert_default()
}

pub(super) struct ElectionBuilder<'a> {
    pub(super) election: &'a mut Election,
    pub(super) around: &'a [PollingDate],
    pub(super) contest: Contest,
    pub(super) contenders: ContendersByNumber,
    /// Figures. They are read last, since their rounds depend on the dates.
    pub(super) figures: Vec<FigureValue<'a>>,
    pub(super) extra: ExtraRows,
}

impl<'a> ElectionBuilder<'a> {
    pub(super) fn entry(&mut self, entry: InfoboxEntry<'a>) {
        if entry.value.is_empty() {
            return;
        }
        let Some((_, found)) = entry.found else {
            return self.keep(entry, UnparsedReason::UnknownLabel);
        };
        let absent = absent(found.parameter.kind, entry.value);
        let read = absent.map_or_else(|| self.value(found, entry), Err);
        if let Err(reason) = read {
            self.keep(entry, reason);
        }
    }

    pub(super) fn keep(&mut self, entry: InfoboxEntry<'_>, reason: UnparsedReason) {
        let markup = match &reason {
            UnparsedReason::Expected(_) => number::unknown(entry.value),
            _ => None,
        };
        let reason = markup.map_or(reason, UnparsedReason::UnknownMarkup);
        self.election.kept.push(unparsed_field(entry.label, entry.value, entry.line, reason));
    }

    pub(super) fn value(
        &mut self,
        found: ParameterMatch,
        entry: InfoboxEntry<'a>,
    ) -> Result<(), UnparsedReason> {
        let name = found.parameter.name;
        let text = entry.value;
        match found.parameter.kind {
            Type::Kind => {
                let kind = ElectionType::named(&single_line(text)?);
                self.contest.kind = Some(kind.clone());
                self.election.kind = Some(kind);
            }
            Type::Country => self.election.country = Some(single_line(text)?),
            Type::Ongoing => {
                self.contest.ongoing = Some(match LowercaseWord::of(&words(text)?).bytes() {
                    b"yes" | b"y" | b"true" => CountStatus::Yes,
                    b"no" | b"n" | b"false" => CountStatus::No,
                    b"future" => CountStatus::Future,
                    _ => return Err(UnparsedReason::expected("yes, no or future")),
                });
            }
            Type::Dates if name == "election_date" => self.election.dates = date::read(text)?,
            Type::Link => {
                let named = text::link(text)?;
                let link = if name == "previous_election" {
                    &mut self.election.previous
                } else {
                    &mut self.election.next
                };
                let link = link.get_or_insert_default();
                (link.title, link.label) = (Some(named.title), named.label);
                named
                    .rest
                    .into_iter()
                    .for_each(|rest| self.keep(entry, UnparsedReason::Leftover(rest)));
            }
            Type::LinkYear => {
                let (year, note) = date::read_noted(text)?;
                let link = if name == "previous_year" {
                    &mut self.election.previous
                } else {
                    &mut self.election.next
                };
                link.get_or_insert_default().year = Some(year);
                note.into_iter().for_each(|note| self.keep(entry, UnparsedReason::Leftover(note)));
            }
            _ => return self.contest_value(found, entry),
        }
        Ok(())
    }

    pub(super) fn contest_value(
        &mut self,
        found: ParameterMatch,
        entry: InfoboxEntry<'a>,
    ) -> Result<(), UnparsedReason> {
        let name = found.parameter.name;
        // Most values belong to a contender.
        if let Some(number) = found.number.filter(|_| is_contender_parameter(name)) {
            return self.contender(number, found, entry);
        }
        let contest = &mut self.contest;
        let text = entry.value;
        match name {
            "election_name" => self.election.name = Some(single_line(text)?),
            "vote_type" => contest.vote_type = Some(single_line(text)?),
            "title" => contest.office = Some(reference(text)?),
            "seats_for_election" => {
                let seats = quantity(text)?;
                // The parameter `majority_seats` takes precedence, wherever it appears.
                let majority = majority(&seats.text);
                contest.majority_seats = contest.majority_seats.take().or(majority);
                contest.seats = Some(seats);
            }
            "majority_seats" => contest.majority_seats = Some(quantity(text)?),
            "votes_for_election" => contest.votes = Some(quantity(text)?),
            "needed_votes" => contest.needed_votes = Some(quantity(text)?),
            "before_election" => holder_mut(&mut contest.before).person = Some(person(text)?),
            "before_party" => holder_mut(&mut contest.before).party = Some(reference(text)?),
            "after_election" => holder_mut(&mut contest.after).person = Some(person(text)?),
            "after_party" => holder_mut(&mut contest.after).party = Some(reference(text)?),
            "registered" | "turnout" => self.figures.push(FigureValue::new(name, None, entry)),
            "Nblank" => match found.number {
                Some(row) => self.extra.label(row, text)?,
                None => return Err(UnparsedReason::UnknownLabel),
            },
            "KdataN" => match found.number {
                Some(number) => self.extra.value(entry.label, number, text)?,
                None => return Err(UnparsedReason::UnknownLabel),
            },
            _ => {
                let left = detail(&mut contest.details, entry.label, found, text)?;
                left.into_iter().for_each(|reason| self.keep(entry, reason));
            }
        }
        Ok(())
    }

    pub(super) fn contender(
        &mut self,
        number: u16,
        found: ParameterMatch,
        entry: InfoboxEntry<'a>,
    ) -> Result<(), UnparsedReason> {
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
                let (since, note) = date::read_noted(text)?;
                contender.leader_since = Some(since);
                note.into_iter().for_each(|note| self.keep(entry, UnparsedReason::Leftover(note)));
            }
            "last_electionN" => {
                let parts = number::parts(text);
                let [part] = &*parts else {
                    return Err(UnparsedReason::expected("seats, a share, or New"));
                };
                let share =
                    part.as_share().filter(|_| part.share.is_some() || part.count.is_none());
                if part.count.is_none() && share.is_none() && !part.new {
                    return Err(UnparsedReason::expected("seats, a share, or New"));
                }
                contender.last_election =
                    Some(PreviousResult { seats: part.count_beside_share(), share, new: part.new });
                self.leftover(name, entry, &parts);
            }
            "seats_beforeN" | "seatsN_before" => contender.seats_before = Some(count(text)?),
            "seats_afterN" => contender.seats_after = Some(count(text)?),
            "seats_neededN" => contender.seats_needed = Some(signed(text)?),
            "popular_voteN" | "percentageN" | "swingN" | "seatsN" | "seat_changeN"
            | "electoral_voteN" | "delegate_countN" | "states_carriedN" => {
                // Text instead of a figure may state that the contender was unopposed.
                if !text.starts_with(|first: char| first.is_ascii_digit())
                    && let Some(words) = unopposed(&number::strip_markup(text))
                {
                    contender.unopposed = Some(words.to_owned());
                    return Ok(());
                }
                self.figures.push(FigureValue::new(name, Some(number), entry));
            }
            _ => {
                let left = detail(&mut contender.details, entry.label, found, text)?;
                left.into_iter().for_each(|reason| self.keep(entry, reason));
            }
        }
        Ok(())
    }

    pub(super) fn finish(mut self) {
        self.read_figures();
        std::mem::take(&mut self.extra).fill(&mut self.contenders, &mut self.contest);
        self.contest.contenders = self.contenders.in_order();
        other_rows::separate_rows(&mut self.contest);
        // An infobox that states nothing about a contest except its type adds no contest.
        let empty = Contest { kind: self.contest.kind.clone(), ..Contest::default() };
        if self.contest != empty {
            // Most elections have one contest, and contests are large.
            self.election.contests.reserve_exact(1);
            self.election.contests.push(self.contest);
        }
    }
}
