//! The kinds of findings.

use std::fmt;

use serde::Serialize;

/// What a finding is about. `docs/checks.md` has an example of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// A number that cannot be, whatever stands beside it: a share of less than nothing or of more than all.
    OutOfRange,
    /// A contender has results twice on one ballot.
    ContenderTwice,
    /// A contender has the name of a total.
    TotalAmongContenders,
    /// Shares add up to 1, or a turnout is below 1 %: fractions that are read as percent.
    Fraction,
    /// The shares of a round add up to more than 100.
    SharesSum,
    /// A contender's votes and share are of another whole than is stated, or than another's are.
    ShareVotes,
    /// The votes of all contenders are more than the valid ones.
    VotesSum,
    /// The ballots cast are not the valid and the invalid ones.
    BallotsSum,
    /// A part is larger than its whole: more valid votes than ballots, more ballots than voters.
    PartOfWhole,
    /// The turnout is not that of the ballots cast and the voters registered.
    Turnout,
    /// More seats were won than there are.
    SeatsSum,
    /// A majority that is not more than half of the seats.
    Majority,
    /// A stated change (of seats, share or turnout) is not that against the election before.
    StatedChange,
    /// The result at the last election is recalled otherwise than that election has it.
    LastElection,
    /// The office is held by another than the winner.
    Holder,
    /// The party that has the office before is not the one that had it after the last election.
    PartySuccession,
    /// The year of the election is none in which it was held.
    Year,
    /// A link states another year than the election that it names has.
    LinkYear,
    /// An election is said to come after one that is later.
    OrderOfTime,
    /// A link that the other side does not return.
    LinkOneSided,
    /// A link whose other side names another election instead.
    LinkConflicting,
    /// A link that names an election that is not in the archive.
    LinkMissing,
    /// Elections that come before themselves.
    LinkCycle,
    /// The box of a page and its table of results state different numbers.
    BoxAndTable,
    /// The store does not have what the journal says.
    Store,
}

impl Topic {
    /// Every topic.
    pub const ALL: [Self; 25] = [
        Self::OutOfRange,
        Self::ContenderTwice,
        Self::TotalAmongContenders,
        Self::Fraction,
        Self::SharesSum,
        Self::ShareVotes,
        Self::VotesSum,
        Self::BallotsSum,
        Self::PartOfWhole,
        Self::Turnout,
        Self::SeatsSum,
        Self::Majority,
        Self::StatedChange,
        Self::LastElection,
        Self::Holder,
        Self::PartySuccession,
        Self::Year,
        Self::LinkYear,
        Self::OrderOfTime,
        Self::LinkOneSided,
        Self::LinkConflicting,
        Self::LinkMissing,
        Self::LinkCycle,
        Self::BoxAndTable,
        Self::Store,
    ];

    /// Its name in JSON and everywhere else.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OutOfRange => "out_of_range",
            Self::ContenderTwice => "contender_twice",
            Self::TotalAmongContenders => "total_among_contenders",
            Self::Fraction => "fraction",
            Self::SharesSum => "shares_sum",
            Self::ShareVotes => "share_votes",
            Self::VotesSum => "votes_sum",
            Self::BallotsSum => "ballots_sum",
            Self::PartOfWhole => "part_of_whole",
            Self::Turnout => "turnout",
            Self::SeatsSum => "seats_sum",
            Self::Majority => "majority",
            Self::StatedChange => "stated_change",
            Self::LastElection => "last_election",
            Self::Holder => "holder",
            Self::PartySuccession => "party_succession",
            Self::Year => "year",
            Self::LinkYear => "link_year",
            Self::OrderOfTime => "order_of_time",
            Self::LinkOneSided => "link_one_sided",
            Self::LinkConflicting => "link_conflicting",
            Self::LinkMissing => "link_missing",
            Self::LinkCycle => "link_cycle",
            Self::BoxAndTable => "box_and_table",
            Self::Store => "store",
        }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_the_same_name_in_json() {
        for topic in Topic::ALL {
            assert_eq!(serde_json::to_string(&topic).unwrap(), format!("\"{topic}\""));
        }
        assert!(Topic::ALL.is_sorted());
    }
}
