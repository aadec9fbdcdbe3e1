//! Converts the labels and values of an infobox to the fields of an election, according to the
//! table of parameters. Values without a field become details. Values that cannot be parsed become
//! unparsed fields.

pub(crate) use super::contenders::ContendersByNumber;
use super::detail::{add_detail, placeholder_reason};
use super::entry::{InfoboxEntry, unparsed_field};
use super::extra_rows::ExtraRows;
use super::figure_value::FigureValue;
use super::parameters::{ParameterMatch, ParameterType as Type};
use super::repeated_labels::remove_repeated;
use crate::formats::non_contender_rows;
use crate::model::{
    Contest, CountStatus, Election, ElectionType, OfficeHolder, PollingDate, PreviousResult,
    Quantity, Role, UnparsedReason,
};
use crate::values::text::{
    self, count, names, people, person, place, plain_text, quantity, reference, signed_integer,
    single_line,
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
            None => election.unparsed.push(unparsed_field("", text, line, UnparsedReason::NoLabel)),
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

/// Parses the labels and values of one infobox. `enclosing_dates` contains the dates of the
/// enclosing infobox, which apply if this infobox states none.
pub(crate) fn parse_entries(
    election: &mut Election,
    entries: Vec<InfoboxEntry<'_>>,
    enclosing_dates: &[PollingDate],
) {
    let entries = remove_repeated(entries, &mut election.unparsed);
    let mut builder = ElectionBuilder {
        election,
        enclosing_dates,
        contest: Contest::default(),
        contenders: ContendersByNumber::default(),
        figures: Vec::with_capacity(entries.len()),
        extra_rows: ExtraRows::default(),
    };
    for entry in entries {
        builder.read_entry(entry);
    }
    builder.finish();
}

/// Returns the majority stated in a line below the number of seats, such as "139 seats were needed
/// for a majority".
pub(crate) fn parse_majority(seats: &str) -> Option<Quantity> {
    const SUFFIXES: [&str; 3] = ["needed for a majority", "needed for majority", "for a majority"];
    let states_majority = |line: &&str| {
        let line = line.trim().trim_end_matches(['.', ')']).to_lowercase();
        SUFFIXES.iter().any(|end| line.ends_with(end))
    };
    let line = seats.lines().skip(1).find(states_majority)?;
    let quantity = number::parse_quantity(line.trim().trim_start_matches('('));
    quantity.count.is_some().then_some(quantity)
}

/// Returns whether the number in a parameter identifies a contender.
pub(crate) fn is_contender_parameter(name: &str) -> bool {
    name.bytes().any(|byte| byte == b'N')
        && !["poll", "N", "K"].iter().any(|other| name.starts_with(other))
}

pub(crate) fn holder_mut(holder: &mut Option<OfficeHolder>) -> &mut OfficeHolder {
    holder.get_or_insert_default()
}

pub(super) struct ElectionBuilder<'a> {
    pub(super) election: &'a mut Election,
    pub(super) enclosing_dates: &'a [PollingDate],
    pub(super) contest: Contest,
    pub(super) contenders: ContendersByNumber,
    /// Figures. They are read last, since their rounds depend on the dates.
    pub(super) figures: Vec<FigureValue<'a>>,
    pub(super) extra_rows: ExtraRows,
}

impl<'a> ElectionBuilder<'a> {
    pub(super) fn read_entry(&mut self, entry: InfoboxEntry<'a>) {
        if entry.value.is_empty() {
            return;
        }
        let Some((_, found)) = entry.parameter_match else {
            return self.keep_unparsed(entry, UnparsedReason::UnknownLabel);
        };
        let placeholder = placeholder_reason(found.parameter.kind, entry.value);
        let read = placeholder.map_or_else(|| self.set_value(found, entry), Err);
        if let Err(reason) = read {
            self.keep_unparsed(entry, reason);
        }
    }

    pub(super) fn keep_unparsed(&mut self, entry: InfoboxEntry<'_>, reason: UnparsedReason) {
        let markup = match &reason {
            UnparsedReason::Expected(_) => number::find_unknown_markup(entry.value),
            _ => None,
        };
        let reason = markup.map_or(reason, UnparsedReason::UnknownMarkup);
        self.election.unparsed.push(unparsed_field(entry.label, entry.value, entry.line, reason));
    }

    pub(super) fn set_value(
        &mut self,
        found: ParameterMatch,
        entry: InfoboxEntry<'a>,
    ) -> Result<(), UnparsedReason> {
        let name = found.parameter.name;
        let text = entry.value;
        match found.parameter.kind {
            Type::ElectionType => {
                let kind = ElectionType::from_name(&single_line(text)?);
                self.contest.kind = Some(kind.clone());
                self.election.kind = Some(kind);
            }
            Type::Country => self.election.country = Some(single_line(text)?),
            Type::Ongoing => {
                self.contest.ongoing =
                    Some(match LowercaseWord::new(&plain_text(text)?).as_bytes() {
                        b"yes" | b"y" | b"true" => CountStatus::Yes,
                        b"no" | b"n" | b"false" => CountStatus::No,
                        b"future" => CountStatus::Future,
                        _ => return Err(UnparsedReason::expected("yes, no or future")),
                    });
            }
            Type::Dates if name == "election_date" => self.election.dates = date::parse(text)?,
            Type::Link => {
                let parsed = text::parse_named_election(text)?;
                let link = if name == "previous_election" {
                    &mut self.election.previous
                } else {
                    &mut self.election.next
                };
                let link = link.get_or_insert_default();
                (link.title, link.label) = (Some(parsed.title), parsed.label);
                parsed
                    .rest
                    .into_iter()
                    .for_each(|rest| self.keep_unparsed(entry, UnparsedReason::Leftover(rest)));
            }
            Type::LinkYear => {
                let (year, note) = date::parse_one_with_note(text)?;
                let link = if name == "previous_year" {
                    &mut self.election.previous
                } else {
                    &mut self.election.next
                };
                link.get_or_insert_default().year = Some(year);
                note.into_iter()
                    .for_each(|note| self.keep_unparsed(entry, UnparsedReason::Leftover(note)));
            }
            _ => return self.set_contest_value(found, entry),
        }
        Ok(())
    }

    pub(super) fn set_contest_value(
        &mut self,
        found: ParameterMatch,
        entry: InfoboxEntry<'a>,
    ) -> Result<(), UnparsedReason> {
        let name = found.parameter.name;
        // Most values belong to a contender.
        if let Some(number) = found.number.filter(|_| is_contender_parameter(name)) {
            return self.set_contender_value(number, found, entry);
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
                let majority = parse_majority(&seats.text);
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
                Some(row) => self.extra_rows.add_label(row, text)?,
                None => return Err(UnparsedReason::UnknownLabel),
            },
            "KdataN" => match found.number {
                Some(number) => self.extra_rows.add_value(entry.label, number, text)?,
                None => return Err(UnparsedReason::UnknownLabel),
            },
            _ => {
                let leftover = add_detail(&mut contest.details, entry.label, found, text)?;
                leftover.into_iter().for_each(|reason| self.keep_unparsed(entry, reason));
            }
        }
        Ok(())
    }

    pub(super) fn set_contender_value(
        &mut self,
        number: u16,
        found: ParameterMatch,
        entry: InfoboxEntry<'a>,
    ) -> Result<(), UnparsedReason> {
        let name = found.parameter.name;
        let text = entry.value;
        let contender = self.contenders.get_or_insert(number);
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
                let (since, note) = date::parse_one_with_note(text)?;
                contender.leader_since = Some(since);
                note.into_iter()
                    .for_each(|note| self.keep_unparsed(entry, UnparsedReason::Leftover(note)));
            }
            "last_electionN" => {
                let parts = number::parse_rounds(text);
                let [part] = &*parts else {
                    return Err(UnparsedReason::expected("seats, a share, or New"));
                };
                let share =
                    part.as_share().filter(|_| part.share.is_some() || part.count.is_none());
                if part.count.is_none() && share.is_none() && !part.is_new {
                    return Err(UnparsedReason::expected("seats, a share, or New"));
                }
                contender.last_election = Some(PreviousResult {
                    seats: part.count_beside_share(),
                    share,
                    new: part.is_new,
                });
                self.keep_leftover(name, entry, &parts);
            }
            "seats_beforeN" | "seatsN_before" => contender.seats_before = Some(count(text)?),
            "seats_afterN" => contender.seats_after = Some(count(text)?),
            "seats_neededN" => contender.seats_needed = Some(signed_integer(text)?),
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
                let leftover = add_detail(&mut contender.details, entry.label, found, text)?;
                leftover.into_iter().for_each(|reason| self.keep_unparsed(entry, reason));
            }
        }
        Ok(())
    }

    pub(super) fn finish(mut self) {
        self.read_figures();
        std::mem::take(&mut self.extra_rows).add_details(&mut self.contenders, &mut self.contest);
        self.contest.contenders = self.contenders.into_contenders();
        non_contender_rows::separate_non_contenders(&mut self.contest);
        // An infobox that states nothing about a contest except its type adds no contest.
        let empty = Contest { kind: self.contest.kind.clone(), ..Contest::default() };
        if self.contest != empty {
            // Most elections have one contest, and contests are large.
            self.election.contests.reserve_exact(1);
            self.election.contests.push(self.contest);
        }
    }
}
