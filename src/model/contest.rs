//! One race in an election: who stands, in how many rounds, with which results, and who held the
//! office before and after. Every value is as stated; nothing is computed.

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
    /// Counted from 1.
    pub number: u8,
    /// People entitled to vote.
    pub registered: Option<u64>,
    /// Change of [`Round::registered`] against the election before, as stated.
    pub registered_change: Option<Decimal>,
    /// Ballots cast.
    pub cast: Option<u64>,
    /// Valid votes.
    pub valid: Option<u64>,
    /// Invalid and blank votes.
    pub invalid: Option<u64>,
    /// Turnout, in percent.
    pub turnout: Option<Decimal>,
    /// Change of the turnout against the election before, in points, as stated.
    pub turnout_change: Option<Change<Decimal>>,
    /// How much is counted, in percent.
    pub counted: Option<Decimal>,
}

/// As what somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A candidate.
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
    /// One tally a round.
    pub tallies: Vec<Tally>,
    /// Typed values that no named field holds.
    pub details: Vec<Detail>,
}

impl Round {
    /// The valid and the invalid votes together, where both are stated.
    #[must_use]
    pub fn valid_and_invalid(&self) -> Option<u64> {
        self.valid?.checked_add(self.invalid?)
    }
}

impl Contender {
    /// What it has of a round.
    #[must_use]
    pub fn tally(&self, round: u8) -> Option<&Tally> {
        self.tallies.iter().find(|tally| tally.round == round)
    }

    /// The seats that it won, in the last round of which they are stated.
    #[must_use]
    pub fn seats(&self) -> Option<u64> {
        self.tallies.iter().rev().find_map(|tally| tally.seats)
    }
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
    /// The round, counted from 1.
    pub round: u8,
    /// Votes.
    pub votes: Option<u64>,
    /// Share of the votes, in percent.
    pub share: Option<Decimal>,
    /// Change of the share, in points.
    pub swing: Option<Change<Decimal>>,
    /// Seats won.
    pub seats: Option<u64>,
    /// Change of the seats against the previous election.
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
