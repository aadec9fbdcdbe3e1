//! One race in an election: contenders, rounds, results, and the holders of the office before and
//! after. Every value is as stated; nothing is computed.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    AreaSum, Decimal, Detail, ElectionType, Link, PartialDate, PollingDate, Reference,
    StatedChange, UnparsedField,
};

/// Progress of the vote and the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CountStatus {
    /// The vote or the count is in progress.
    Yes,
    /// The vote and the count are over.
    No,
    /// The vote has not begun.
    Future,
}

/// One race in an election: an office or a chamber.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Contest {
    /// Title of the contest, if it has its own.
    pub name: Option<String>,
    /// Type of the contest.
    #[serde(rename = "type")]
    pub kind: Option<ElectionType>,
    /// Office that the contest fills.
    pub office: Option<Reference>,
    /// Kind of vote that the figures count: "Popular", "Electoral".
    pub vote_type: Option<String>,
    /// States that the figures are sums over areas; `None` if the source states the figures.
    pub sum: Option<AreaSum>,
    /// Progress of the vote and the count.
    pub ongoing: Option<CountStatus>,
    /// Dates of the contest, if they differ from the election's.
    pub dates: Vec<PollingDate>,
    /// Link to the previous contest, if the election's [`previous`](super::Election::previous) does
    /// not state it.
    pub previous: Option<Link>,
    /// Link to the next contest, if the election's [`next`](super::Election::next) does not state
    /// it.
    pub next: Option<Link>,
    /// Seats to be filled.
    pub seats: Option<Quantity>,
    /// Seats needed for a majority.
    pub majority_seats: Option<Quantity>,
    /// Votes to be won, for example of electors.
    pub votes: Option<Quantity>,
    /// Votes needed to win.
    pub needed_votes: Option<Quantity>,
    /// Figures of each ballot: electorate, votes cast, turnout.
    pub rounds: Vec<RoundFigures>,
    /// Contenders, in the order of the source.
    pub contenders: Vec<Contender>,
    /// Options, other than contenders, that votes are counted for: "Against all", "Others".
    pub options: Vec<BallotOption>,
    /// Holder of the office before the election.
    pub before: Option<OfficeHolder>,
    /// Holder of the office after the election.
    pub after: Option<OfficeHolder>,
    /// Typed values without a field of their own.
    pub details: Vec<Detail>,
    /// Texts that could not be parsed.
    #[serde(alias = "kept")]
    pub unparsed: Vec<UnparsedField>,
}

/// A number of seats or votes, with the source's text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Quantity {
    /// The number, if the text states one.
    pub count: Option<u64>,
    /// Total that the number is a part of: 573 in "556 of the 573 seats".
    pub of: Option<u64>,
    /// The source's text.
    pub text: String,
}

/// Figures of one ballot of a contest: electorate, votes cast, turnout.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct RoundFigures {
    /// Round, counted from 1. `None` if the contest has several and the source does not say which.
    pub number: Option<u8>,
    /// Label that says what the figures count, if the source states several figures of one kind:
    /// "voting-age population".
    pub label: Option<String>,
    /// People entitled to vote.
    pub registered: Option<u64>,
    /// Change of [`RoundFigures::registered`] since the previous election, as stated.
    pub registered_change: Option<Decimal>,
    /// Ballots cast.
    pub cast: Option<u64>,
    /// Valid votes.
    pub valid: Option<u64>,
    /// Invalid ballots. They include blank ballots, unless [`RoundFigures::blank`] states these
    /// separately.
    pub invalid: Option<u64>,
    /// Blank ballots, if the source states them separately.
    pub blank: Option<u64>,
    /// Turnout, in percent.
    pub turnout: Option<Decimal>,
    /// Change of the turnout since the previous election, in percentage points, as stated.
    pub turnout_change: Option<StatedChange<Decimal>>,
    /// Share counted so far, in percent.
    pub counted: Option<Decimal>,
}

/// Identifies a set of figures of a contest, by round, label or both.
///
/// ```
/// use hustings::model::Ballot;
/// assert_eq!(Ballot::from(2).to_string(), "round 2");
/// assert_eq!(Ballot { round: None, label: None }.to_string(), "round not stated");
/// assert_eq!(Ballot { round: Some(1), label: Some("Constituency") }.to_string(), "Constituency, round 1");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Ballot<'a> {
    /// Round, counted from 1. `None` if the contest has several and the source does not say which.
    pub round: Option<u8>,
    /// Label that says what the figures count, if the source states several figures of one kind.
    pub label: Option<&'a str>,
}

impl From<u8> for Ballot<'_> {
    fn from(round: u8) -> Self {
        Self { round: Some(round), label: None }
    }
}

impl fmt::Display for Ballot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(label) = self.label {
            write!(f, "{label}, ")?;
        }
        match self.round {
            Some(round) => write!(f, "round {round}"),
            None => f.write_str("round not stated"),
        }
    }
}

/// Role in which people stand in a contest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Role {
    /// A candidate, nominated by a party or not.
    Candidate,
    /// The candidate nominated by a party.
    Nominee,
    /// The leader of a party list.
    Leader,
}

/// A person, a party or an alliance that stands in a contest.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Contender {
    /// Number in the source: 3 for `Nominee3`.
    pub number: Option<u16>,
    /// Role in which the people stand.
    pub role: Option<Role>,
    /// People: usually one; several if they stand or lead together; none for a party alone.
    pub people: Vec<Reference>,
    /// The party.
    pub party: Option<Reference>,
    /// The alliances.
    pub alliances: Vec<Reference>,
    /// The running mates.
    pub running_mates: Vec<Reference>,
    /// Home state of the candidate.
    pub home_state: Option<Reference>,
    /// Date since which the leader has led the party.
    pub leader_since: Option<PartialDate>,
    /// Seat or constituency of the leader.
    pub leaders_seat: Option<Reference>,
    /// Result at the previous election, as this source states it.
    pub last_election: Option<PreviousResult>,
    /// Seats just before the vote, after defections and by-elections.
    pub seats_before: Option<u64>,
    /// Seats just after the vote, if stated separately.
    pub seats_after: Option<u64>,
    /// Seats that the party lacks for its goal, such as a majority.
    pub seats_needed: Option<i64>,
    /// Seats won in the whole contest.
    pub seats: Option<u64>,
    /// Change of the seats since the previous election.
    pub seat_change: Option<StatedChange<i64>>,
    /// The source's words for an election without a vote, such as "accl.".
    pub unopposed: Option<String>,
    /// One tally per round, and per label if the source states several kinds of figures.
    pub tallies: Vec<Tally>,
    /// Remarks of the source beside the figures: "Eliminated".
    pub notes: Vec<String>,
    /// Typed values without a field of their own.
    pub details: Vec<Detail>,
}

impl RoundFigures {
    /// Returns the ballot that the figures belong to.
    #[must_use]
    pub fn ballot(&self) -> Ballot<'_> {
        Ballot { round: self.number, label: self.label.as_deref() }
    }

    /// Number of counts of people and ballots.
    pub(crate) const COUNTS: usize = 5;

    /// Returns the counts of people and ballots, each with its name.
    pub(crate) fn counts(&self) -> [(&'static str, Option<u64>); Self::COUNTS] {
        [
            ("registered", self.registered),
            ("cast", self.cast),
            ("valid", self.valid),
            ("invalid", self.invalid),
            ("blank", self.blank),
        ]
    }

    /// Returns the counts that [`RoundFigures::counts`] returns, to change them.
    pub(crate) fn counts_mut(&mut self) -> [(&'static str, &mut Option<u64>); Self::COUNTS] {
        [
            ("registered", &mut self.registered),
            ("cast", &mut self.cast),
            ("valid", &mut self.valid),
            ("invalid", &mut self.invalid),
            ("blank", &mut self.blank),
        ]
    }

    /// Returns the sum of valid and invalid votes, if both are stated. Returns `None` if blank
    /// ballots are stated separately: either number may include them, or neither.
    #[must_use]
    pub fn valid_and_invalid(&self) -> Option<u64> {
        let both = self.valid?.checked_add(self.invalid?);
        both.filter(|_| self.blank.is_none())
    }
}

impl Contest {
    /// Returns the figures of a ballot.
    #[must_use]
    pub fn round<'a>(&self, ballot: impl Into<Ballot<'a>>) -> Option<&RoundFigures> {
        let ballot = ballot.into();
        self.rounds.iter().find(|round| round.ballot() == ballot)
    }
}

impl Contender {
    /// Returns the display name: the names of the people, or the name of the party if there are no
    /// people.
    #[must_use]
    pub fn name(&self) -> Cow<'_, str> {
        match self.people.as_slice() {
            [] => self.party.as_ref().map_or("unnamed", |party| &party.name).into(),
            [person] => person.name.as_str().into(),
            people => {
                let names: Vec<&str> = people.iter().map(|person| person.name.as_str()).collect();
                names.join(" / ").into()
            }
        }
    }

    /// Returns the tally of a ballot.
    #[must_use]
    pub fn tally<'a>(&self, ballot: impl Into<Ballot<'a>>) -> Option<&Tally> {
        let ballot = ballot.into();
        self.tallies.iter().find(|tally| tally.ballot() == ballot)
    }

    /// Returns the seats won in the whole contest: as stated for the contest, or in the only tally
    /// that states seats.
    #[must_use]
    pub fn seats_won(&self) -> Option<u64> {
        self.seats.or_else(|| exactly_one(self.tallies.iter().filter_map(|tally| tally.seats)))
    }

    /// Returns the results as table rows, one per tally. The seats of the whole contest are in the
    /// row of the only tally if that tally states no seats, and in a row of their own otherwise. A
    /// contender without any result has one empty row.
    #[must_use]
    pub fn result_lines(&self) -> Vec<ResultLine<'_>> {
        let mut lines: Vec<ResultLine<'_>> =
            self.tallies.iter().map(ResultLine::from_tally).collect();
        let stated = self.seats.is_some() || self.seat_change.is_some();
        match lines.as_mut_slice() {
            [line] if line.seats.is_none() && line.seat_change.is_none() => {
                (line.seats, line.seat_change) = (self.seats, self.seat_change);
            }
            [_, ..] if !stated => {}
            _ => lines.push(ResultLine {
                tally: None,
                seats: self.seats,
                seat_change: self.seat_change,
            }),
        }
        lines
    }

    /// Returns the change of [`Contender::seats_won`] since the previous election.
    #[must_use]
    pub fn seats_won_change(&self) -> Option<StatedChange<i64>> {
        self.seat_change
            .or_else(|| exactly_one(self.tallies.iter().filter_map(|tally| tally.seat_change)))
    }
}

impl BallotOption {
    /// Returns the results as table rows, one per tally.
    pub fn result_lines(&self) -> impl Iterator<Item = ResultLine<'_>> {
        self.tallies.iter().map(ResultLine::from_tally)
    }
}

impl fmt::Display for BallotOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(if self.name.is_empty() { "(no name)" } else { &self.name })
    }
}

/// A row of the results of a contender or an option.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResultLine<'a> {
    /// Tally of the row; `None` if the row is about the whole contest.
    pub tally: Option<&'a Tally>,
    /// Seats in the tally, or in the whole contest.
    pub seats: Option<u64>,
    /// Change of these seats since the previous election.
    pub seat_change: Option<StatedChange<i64>>,
}

impl<'a> ResultLine<'a> {
    /// Creates the row of a tally, with the seats of that tally.
    fn from_tally(tally: &'a Tally) -> Self {
        Self { tally: Some(tally), seats: tally.seats, seat_change: tally.seat_change }
    }
}

impl Tally {
    /// Returns the ballot that the tally belongs to.
    #[must_use]
    pub fn ballot(&self) -> Ballot<'_> {
        Ballot { round: self.round, label: self.label.as_deref() }
    }
}

/// Returns the only item, or `None` if there are no items or several.
fn exactly_one<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next();
    if items.next().is_none() { first } else { None }
}

/// Kind of an option that is neither a person nor a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OptionKind {
    /// A vote against all contenders: "Against all", "None of the above".
    AgainstAll,
    /// All contenders not listed by name.
    Others,
    /// An option that the source does not explain.
    #[default]
    Unclear,
}

/// An option, other than a contender, that votes are counted for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct BallotOption {
    /// Kind of the option.
    pub kind: OptionKind,
    /// Name in the source; empty for a row without a name.
    pub name: String,
    /// One tally per round.
    pub tallies: Vec<Tally>,
}

/// Result of a party at another election, as this source states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct PreviousResult {
    /// Seats won.
    pub seats: Option<u64>,
    /// Share of the vote, in percent.
    pub share: Option<Decimal>,
    /// Whether the party did not stand at that election.
    pub new: bool,
}

/// Result of a contender in one ballot, as stated.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Tally {
    /// Round, counted from 1. `None` if the contest has several and the source does not say which.
    pub round: Option<u8>,
    /// Label that says what the figures count, if the source states several figures of one kind:
    /// "Constituency".
    pub label: Option<String>,
    /// Votes.
    pub votes: Option<u64>,
    /// Share of the votes, in percent.
    pub share: Option<Decimal>,
    /// Change of the share since the previous election, in percentage points.
    pub swing: Option<StatedChange<Decimal>>,
    /// Seats won in this ballot. [`Contender::seats`] holds the seats won in the whole contest.
    pub seats: Option<u64>,
    /// Change of these seats since the previous election.
    pub seat_change: Option<StatedChange<i64>>,
    /// Votes of electors.
    pub electoral_votes: Option<u64>,
    /// Delegates. Some have half a vote, so the number may be a fraction.
    pub delegates: Option<Decimal>,
    /// States, provinces or other areas carried.
    pub states_carried: Option<Quantity>,
}

/// The holder of an office before or after an election.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct OfficeHolder {
    /// Person, or the words that the source states in place of a person: "None".
    pub person: Option<Reference>,
    /// Party of the person.
    pub party: Option<Reference>,
}
