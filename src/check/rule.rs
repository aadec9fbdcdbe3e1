//! The rules that findings violate.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A kind of finding. `docs/checks.md` has an example of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Rule {
    /// A value outside the range of its kind, such as a share below 0 or above 100 %.
    OutOfRange,
    /// A contender has two results on one ballot.
    DuplicateContender,
    /// A contender has the name of a total.
    TotalAmongContenders,
    /// Shares, or a turnout, that appear to be fractions of 1 in place of percentages.
    Fraction,
    /// The shares of a round add up to more than 100.
    SharesSum,
    /// A contender's votes and share imply no total, or a total that differs from the stated total
    /// or from the total that another contender's figures imply.
    ShareVotes,
    /// The votes of all contenders exceed the valid votes.
    VotesSum,
    /// The ballots cast are not the sum of the valid and the invalid ones.
    BallotsSum,
    /// A part exceeds its whole: more valid votes than ballots, more ballots than registered
    /// voters.
    PartOfWhole,
    /// The turnout matches neither the ballots cast nor the valid votes.
    Turnout,
    /// More seats are won than are to be filled.
    SeatsSum,
    /// A stated majority is not more than half of the seats.
    Majority,
    /// A stated change (of seats, share or turnout) differs from the change since the previous
    /// election.
    StatedChange,
    /// A result recalled from the last election differs from the result in that election's record.
    LastElection,
    /// The holder of the office after the election is not the winner.
    Holder,
    /// The party that holds the office before the election is not the party that held it after the
    /// previous election.
    PartySuccession,
    /// The stated year of the election is not a year in which it was held.
    Year,
    /// A link states a year that differs from the year of the linked election.
    LinkYear,
    /// An election follows a later one, or a round is held before the preceding one.
    DateOrder,
    /// A link that the other side does not return.
    LinkOneSided,
    /// A link whose other side links to a different election.
    LinkConflicting,
    /// A link to an election that is not in the archive.
    LinkMissing,
    /// Elections that precede themselves through their links.
    LinkCycle,
    /// The infobox of a page and its table of results state different numbers.
    InfoboxAndTable,
    /// A sum over areas differs from the stated figure beside it, or from the total of the records
    /// of these areas.
    AreaSum,
    /// Two records of different sources may be one election.
    PossibleDuplicate,
    /// The store differs from the journal.
    Store,
}

impl Rule {
    /// Every rule, in order.
    pub const ALL: [Self; 27] = [
        Self::OutOfRange,
        Self::DuplicateContender,
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
        Self::DateOrder,
        Self::LinkOneSided,
        Self::LinkConflicting,
        Self::LinkMissing,
        Self::LinkCycle,
        Self::InfoboxAndTable,
        Self::AreaSum,
        Self::PossibleDuplicate,
        Self::Store,
    ];

    /// Returns the name of the rule, as used in JSON and in all other output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OutOfRange => "out_of_range",
            Self::DuplicateContender => "duplicate_contender",
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
            Self::DateOrder => "date_order",
            Self::LinkOneSided => "link_one_sided",
            Self::LinkConflicting => "link_conflicting",
            Self::LinkMissing => "link_missing",
            Self::LinkCycle => "link_cycle",
            Self::InfoboxAndTable => "infobox_and_table",
            Self::AreaSum => "area_sum",
            Self::PossibleDuplicate => "possible_duplicate",
            Self::Store => "store",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_has_the_same_name_in_json() {
        for rule in Rule::ALL {
            assert_eq!(serde_json::to_string(&rule).unwrap(), format!("\"{rule}\""));
        }
        assert!(Rule::ALL.is_sorted());
    }
}
