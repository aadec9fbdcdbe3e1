//! Summaries of elections, for lists and chains. They hold no contenders and no results.

use serde::{Deserialize, Serialize};

use super::{Area, Election, ElectionType, Link, PartialDate};

/// The summary of an election for lists and chains: title, territory, dates, type and links.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ElectionSummary {
    /// Title in the source.
    pub title: String,
    /// Country, as the source spells it.
    pub country: Option<String>,
    /// Part of the country that votes.
    pub area: Option<Area>,
    /// Year of the (first) vote.
    pub year: Option<i32>,
    /// Type of the event as a whole.
    pub kind: Option<ElectionType>,
    /// Start dates of the votes, in the order of the source.
    pub dates: Vec<PartialDate>,
    /// Link to the previous election, as this source states it.
    pub previous: Option<Link>,
    /// Link to the next election, as this source states it.
    pub next: Option<Link>,
    /// Summaries of the contests.
    pub contests: Vec<ContestSummary>,
}

/// The summary of a contest for lists and chains.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ContestSummary {
    /// Type of the contest.
    pub kind: Option<ElectionType>,
    /// Link to the previous contest, if the election does not state it.
    pub previous: Option<Link>,
    /// Link to the next contest, if the election does not state it.
    pub next: Option<Link>,
}

impl Election {
    /// Returns the summary of the election.
    #[must_use]
    pub fn summary(&self) -> ElectionSummary {
        let contests = self.contests.iter().map(|contest| ContestSummary {
            kind: contest.kind.clone(),
            previous: contest.previous.clone(),
            next: contest.next.clone(),
        });
        ElectionSummary {
            title: self.title.clone(),
            country: self.country.clone(),
            area: self.area.clone(),
            year: self.year,
            kind: self.kind.clone(),
            dates: self.dates.iter().map(|date| date.start).collect(),
            previous: self.previous.clone(),
            next: self.next.clone(),
            contests: contests.collect(),
        }
    }
}

impl ElectionSummary {
    /// Returns whether the election, or one of its contests, is of this type.
    #[must_use]
    pub fn has_type(&self, kind: &ElectionType) -> bool {
        self.kinds().any(|other| other == kind)
    }

    /// Returns the types of the contests, followed by the type of the election.
    pub fn kinds(&self) -> impl Iterator<Item = &ElectionType> {
        self.contests.iter().filter_map(|contest| contest.kind.as_ref()).chain(&self.kind)
    }

    /// Returns the first date of the vote, or the year if no date is known.
    #[must_use]
    pub fn start(&self) -> Option<PartialDate> {
        let first = self.dates.first().copied();
        first.or_else(|| PartialDate::from_year(self.year?).ok())
    }

    /// Returns the links of the election and of its contests.
    pub fn links(&self) -> impl Iterator<Item = &Link> {
        let contests = self.contests.iter().flat_map(|contest| [&contest.previous, &contest.next]);
        [&self.previous, &self.next].into_iter().chain(contests).flatten()
    }
}
