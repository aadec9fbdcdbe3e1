//! What places an election among others, without what it says of those who stand.

use serde::{Deserialize, Serialize};

use super::{Election, Kind, Link, PartialDate};

/// What lists and chains need of an election: its names, territory, time, type and links.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Outline {
    /// The source's title for it.
    pub title: String,
    /// The country, as the source spells it.
    pub country: Option<String>,
    /// The year of the (first) vote.
    pub year: Option<i32>,
    /// The type of the event as a whole.
    pub kind: Option<Kind>,
    /// The days of the votes, in the source's order.
    pub dates: Vec<PartialDate>,
    /// The election before, as this source has it.
    pub previous: Option<Link>,
    /// The election after, as this source has it.
    pub next: Option<Link>,
    /// The races in it.
    pub races: Vec<Race>,
}

/// A contest, as lists and chains need it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Race {
    /// Its type.
    pub kind: Option<Kind>,
    /// The contest before, where it is not in the election's own link.
    pub previous: Option<Link>,
    /// The contest after, where it is not in the election's own link.
    pub next: Option<Link>,
}

impl Election {
    /// Its outline.
    #[must_use]
    pub fn outline(&self) -> Outline {
        let races = self.contests.iter().map(|contest| Race {
            kind: contest.kind.clone(),
            previous: contest.previous.clone(),
            next: contest.next.clone(),
        });
        Outline {
            title: self.title.clone(),
            country: self.country.clone(),
            year: self.year,
            kind: self.kind.clone(),
            dates: self.dates.iter().map(|date| date.start).collect(),
            previous: self.previous.clone(),
            next: self.next.clone(),
            races: races.collect(),
        }
    }
}

impl Outline {
    /// Whether it holds a contest of this type, or is itself of this type.
    #[must_use]
    pub fn holds(&self, kind: &Kind) -> bool {
        self.kinds().any(|other| other == kind)
    }

    /// The types of its contests, and then its own.
    pub fn kinds(&self) -> impl Iterator<Item = &Kind> {
        self.races.iter().filter_map(|race| race.kind.as_ref()).chain(&self.kind)
    }

    /// The first date of the vote, or the year where no date is known.
    #[must_use]
    pub fn start(&self) -> Option<PartialDate> {
        let first = self.dates.first().copied();
        first.or_else(|| PartialDate::from_year(self.year?).ok())
    }

    /// Every link: its own, and those of its contests.
    pub fn links(&self) -> impl Iterator<Item = &Link> {
        let races = self.races.iter().flat_map(|race| [&race.previous, &race.next]);
        [&self.previous, &self.next].into_iter().chain(races).flatten()
    }
}
