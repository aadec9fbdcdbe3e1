//! One race in an election: who stands, in how many rounds, with which results, and who held the
//! office before and after. Every value is as stated; nothing is computed.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Change, Decimal, Detail, Field, Kind, Link, PartialDate, PollingDate, Ref};

/// Whether results are still coming in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ongoing {
    /// The vote or the count goes on.
    Yes,
    /// It is over.
    No,
    /// It has not begun.
    Future,
}

/// One race in an election: an office or a chamber.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Contest {
    /// Its own title, where it has one.
    pub name: Option<String>,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Option<Kind>,
    /// The office that it fills.
    pub office: Option<Ref>,
    /// Which vote the counts are of: "Popular", "Electoral".
    pub vote_type: Option<String>,
    /// Whether results are still coming in.
    pub ongoing: Option<Ongoing>,
    /// Its dates, where they are not the election's.
    pub dates: Vec<PollingDate>,
    /// The contest before, where it is not in the election's [`previous`](super::Election::previous).
    pub previous: Option<Link>,
    /// The contest after, where it is not in the election's [`next`](super::Election::next).
    pub next: Option<Link>,
    /// The seats to be filled.
    pub seats: Option<Quantity>,
    /// The seats that a majority takes.
    pub majority_seats: Option<Quantity>,
    /// The votes (of electors, say) to be won.
    pub votes: Option<Quantity>,
    /// The votes that it takes to win.
    pub needed_votes: Option<Quantity>,
    /// The ballots, by number.
    pub rounds: Vec<Round>,
    /// Who stands, in the source's order.
    pub contenders: Vec<Contender>,
    /// What votes are counted for beside the contenders: "Against all", "Others".
    pub options: Vec<BallotOption>,
    /// Who held the office before.
    pub before: Option<Holder>,
    /// Who held it after.
    pub after: Option<Holder>,
    /// Typed values that no named field holds.
    pub details: Vec<Detail>,
    /// What was not understood.
    pub kept: Vec<Field>,
}

/// A number of seats or votes, with the source's words about it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quantity {
    /// The number, where the words give one.
    pub count: Option<u64>,
    /// The whole that it is a part of: 573 in "556 of the 573 seats".
    pub of: Option<u64>,
    /// The words as they stand.
    pub text: String,
}

/// One ballot of a contest.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Round {
    /// Counted from 1; none where an election has several rounds and the source does not say which.
    pub number: Option<u8>,
    /// What the figures count, where the source states several of one kind: "voting-age population".
    pub label: Option<String>,
    /// People entitled to vote.
    pub registered: Option<u64>,
    /// Change of [`Round::registered`] against the election before, as stated.
    pub registered_change: Option<Decimal>,
    /// Ballots cast.
    pub cast: Option<u64>,
    /// Valid votes.
    pub valid: Option<u64>,
    /// Invalid ballots, with the blank ones unless [`Round::blank`] states these apart.
    pub invalid: Option<u64>,
    /// Blank ballots, where they are stated apart.
    pub blank: Option<u64>,
    /// Turnout, in percent.
    pub turnout: Option<Decimal>,
    /// Change of the turnout against the election before, in points, as stated.
    pub turnout_change: Option<Change<Decimal>>,
    /// How much is counted, in percent.
    pub counted: Option<Decimal>,
}

/// Which of a contest's figures are meant: those of a round, and of what a label counts.
///
/// ```
/// use hustings::model::Ballot;
/// assert_eq!(Ballot::from(2).to_string(), "round 2");
/// assert_eq!(Ballot { round: None, label: None }.to_string(), "round not stated");
/// assert_eq!(Ballot { round: Some(1), label: Some("Constituency") }.to_string(), "Constituency, round 1");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Ballot<'a> {
    /// The round, counted from 1; none where an election has several and the source does not say which.
    pub round: Option<u8>,
    /// What the figures count, where the source states several of one kind.
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

/// As what somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A candidate, nominated or not.
    Candidate,
    /// The candidate whom a party nominated.
    Nominee,
    /// The leader of a list.
    Leader,
}

/// Who stands in a contest: people, a party, or both.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Contender {
    /// The number that the source gives (`Nominee3` has 3).
    pub number: Option<u16>,
    /// As what the people stand.
    pub role: Option<Role>,
    /// The people: mostly one; several who stand or lead together; none for a bare party.
    pub people: Vec<Ref>,
    /// The party.
    pub party: Option<Ref>,
    /// The alliances.
    pub alliances: Vec<Ref>,
    /// The running mates.
    pub running_mates: Vec<Ref>,
    /// Where the candidate is from.
    pub home_state: Option<Ref>,
    /// Since when the leader leads.
    pub leader_since: Option<PartialDate>,
    /// The leader's own seat.
    pub leaders_seat: Option<Ref>,
    /// The result at the last election.
    pub last_election: Option<Standing>,
    /// Seats just before the vote, after defections and by-elections.
    pub seats_before: Option<u64>,
    /// Seats just after the vote, where that is stated apart.
    pub seats_after: Option<u64>,
    /// Seats short of the aim.
    pub seats_needed: Option<i64>,
    /// Seats won in the whole contest.
    pub seats: Option<u64>,
    /// Change of the seats against the previous election.
    pub seat_change: Option<Change<i64>>,
    /// Elected without a vote: the source's words for it, such as "accl.".
    pub unopposed: Option<String>,
    /// One tally a round, and one a label where figures of several kinds are stated.
    pub tallies: Vec<Tally>,
    /// What the source says beside the figures: "Eliminated".
    pub notes: Vec<String>,
    /// Typed values that no named field holds.
    pub details: Vec<Detail>,
}

impl Round {
    /// The ballot whose figures these are.
    #[must_use]
    pub fn ballot(&self) -> Ballot<'_> {
        Ballot { round: self.number, label: self.label.as_deref() }
    }

    /// The valid and the invalid votes together, where both are stated. None where blank ballots are
    /// stated apart: they may be among either, or among neither.
    #[must_use]
    pub fn valid_and_invalid(&self) -> Option<u64> {
        let both = self.valid?.checked_add(self.invalid?);
        both.filter(|_| self.blank.is_none())
    }
}

impl Contest {
    /// The figures of a ballot.
    #[must_use]
    pub fn round<'a>(&self, ballot: impl Into<Ballot<'a>>) -> Option<&Round> {
        let ballot = ballot.into();
        self.rounds.iter().find(|round| round.ballot() == ballot)
    }
}

impl Contender {
    /// The tally of a ballot.
    #[must_use]
    pub fn tally<'a>(&self, ballot: impl Into<Ballot<'a>>) -> Option<&Tally> {
        let ballot = ballot.into();
        self.tallies.iter().find(|tally| tally.ballot() == ballot)
    }

    /// The seats that it won in the whole contest: as stated for the contest, or in the only tally that
    /// states seats.
    #[must_use]
    pub fn seats_won(&self) -> Option<u64> {
        self.seats.or_else(|| only(self.tallies.iter().filter_map(|tally| tally.seats)))
    }

    /// The results line by line, as a table shows them: a line for each tally. The seats of the whole
    /// contest stand beside the only tally, or on a line of their own where there are several. A contender
    /// without any result has one empty line.
    #[must_use]
    pub fn lines(&self) -> Vec<ResultLine<'_>> {
        let mut lines: Vec<ResultLine<'_>> = self.tallies.iter().map(ResultLine::of).collect();
        let stated = self.seats.is_some() || self.seat_change.is_some();
        match lines.as_mut_slice() {
            [only] if only.seats.is_none() && only.seat_change.is_none() => {
                (only.seats, only.seat_change) = (self.seats, self.seat_change);
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

    /// The change of [`Contender::seats_won`] against the previous election.
    #[must_use]
    pub fn seats_changed(&self) -> Option<Change<i64>> {
        self.seat_change.or_else(|| only(self.tallies.iter().filter_map(|tally| tally.seat_change)))
    }
}

impl BallotOption {
    /// The results line by line, one for each tally.
    pub fn lines(&self) -> impl Iterator<Item = ResultLine<'_>> {
        self.tallies.iter().map(ResultLine::of)
    }
}

impl fmt::Display for BallotOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(if self.name.is_empty() { "(no name)" } else { &self.name })
    }
}

/// A line of the results of a contender or of an option.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResultLine<'a> {
    /// The tally of the line; none where it is of the whole contest.
    pub tally: Option<&'a Tally>,
    /// The seats of the tally, or of the whole contest.
    pub seats: Option<u64>,
    /// Change of these seats against the previous election.
    pub seat_change: Option<Change<i64>>,
}

impl<'a> ResultLine<'a> {
    /// The line of a tally, with its own seats.
    fn of(tally: &'a Tally) -> Self {
        Self { tally: Some(tally), seats: tally.seats, seat_change: tally.seat_change }
    }
}

impl Tally {
    /// The ballot whose figures these are.
    #[must_use]
    pub fn ballot(&self) -> Ballot<'_> {
        Ballot { round: self.round, label: self.label.as_deref() }
    }
}

/// The only item, or none of several.
fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next();
    if items.next().is_none() { first } else { None }
}

/// What votes are counted for that is neither a person nor a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OptionKind {
    /// "Against all", "None of the above".
    AgainstAll,
    /// Contenders who are not listed by name.
    Others,
    /// The source does not say what it is.
    #[default]
    Unclear,
}

/// What votes are counted for beside the contenders.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct BallotOption {
    /// What it is.
    pub kind: OptionKind,
    /// The source's words; empty for a row without a name.
    pub name: String,
    /// One tally a round.
    pub tallies: Vec<Tally>,
}

/// The result of a party at another election, as this source recalls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Standing {
    /// Seats won.
    pub seats: Option<u64>,
    /// Share of the vote, in percent.
    pub share: Option<Decimal>,
    /// The party did not stand.
    pub new: bool,
}

/// What a contender has of one round, as stated.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tally {
    /// The round, counted from 1; none where an election has several and the source does not say which.
    pub round: Option<u8>,
    /// What the figures count, where the source states several of one kind: "Constituency".
    pub label: Option<String>,
    /// Votes.
    pub votes: Option<u64>,
    /// Share of the votes, in percent.
    pub share: Option<Decimal>,
    /// Change of the share, in points.
    pub swing: Option<Change<Decimal>>,
    /// Seats won by this label or in this round; those of the whole contest are [`Contender::seats`].
    pub seats: Option<u64>,
    /// Change of these seats against the previous election.
    pub seat_change: Option<Change<i64>>,
    /// Votes of electors.
    pub electoral_votes: Option<u64>,
    /// Delegates, who may be counted in halves.
    pub delegates: Option<Decimal>,
    /// States (or provinces, …) carried.
    pub states_carried: Option<Quantity>,
}

/// Who holds an office.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Holder {
    /// The person (or what the source puts in their place: "None").
    pub person: Option<Ref>,
    /// Their party.
    pub party: Option<Ref>,
}
