//! The elections, without their results and prose: territories, their chains, and the number of
//! versions of each election. The total number of versions determines all of this.

use super::names;
use super::numbers::Numbers;

/// Length of the national chain that every territory has. Other chains have 10 to 60 elections.
pub(crate) const NATIONAL: usize = 40;
const SHORTEST: usize = 10;
const LONGEST: usize = 60;

/// Minimum total number of versions for which one election has a long history.
const LARGE: u64 = 200_000;
/// Number of additional versions of that election.
const MANY: u64 = 20_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) versions: u64,
    pub(crate) territories: u64,
}

/// One election.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// Seeds of the results.
    pub(crate) seeds: [u64; 3],
    pub(crate) title: String,
    pub(crate) country: String,
    pub(crate) kind: &'static str,
    pub(crate) year: u32,
    pub(crate) month: u32,
    pub(crate) day: u32,
    /// Title and year of the previous election.
    pub(crate) previous: Option<(String, u32)>,
    /// Title and year of the next election, which some elections do not state.
    pub(crate) next: Option<(String, u32)>,
    /// Number of versions in the first import.
    pub(crate) versions: u64,
}

impl Plan {
    pub(crate) fn new(versions: u64) -> Self {
        // Each territory has enough versions for its national chain and another one.
        Self { versions, territories: (versions / 60).clamp(1, 200) }
    }

    pub(crate) fn country(territory: u64) -> String {
        names::territory(territory).0
    }

    /// The elections of a territory, chain by chain.
    pub(crate) fn events(&self, territory: u64) -> Vec<Event> {
        let more = u64::from(territory < self.versions % self.territories);
        let versions = of_elections(self.versions / self.territories + more);
        let mut events = Vec::with_capacity(versions.len());
        let mut chain = 0;
        while events.len() < versions.len() {
            let length = length(territory, chain, versions.len() - events.len());
            events.extend(chained(territory, chain, length));
            chain += 1;
        }
        for (event, versions) in events.iter_mut().zip(versions) {
            event.versions = versions;
        }
        if let (0, Some(first)) = (territory, events.first_mut()) {
            first.versions += self.many();
        }
        events
    }

    /// Number of texts.
    pub(crate) fn texts(&self) -> u64 {
        self.versions + self.many()
    }

    fn many(&self) -> u64 {
        if self.versions >= LARGE { MANY } else { 0 }
    }
}

/// Returns the number of versions of each election of a territory. One election in ten has several
/// versions, and one in fifty has three.
fn of_elections(mut versions: u64) -> Vec<u64> {
    let mut all = Vec::new();
    while versions > 0 {
        let wanted = match all.len() % 50 {
            3 => 3,
            at if at % 10 == 3 => 2,
            _ => 1,
        };
        all.push(wanted.min(versions));
        versions -= wanted.min(versions);
    }
    all
}

/// Returns the length of a chain, such that the remaining elections can form chains too.
fn length(territory: u64, chain: u64, left: usize) -> usize {
    let drawn = match chain {
        0 => NATIONAL,
        _ => Numbers::of(&[territory, chain]).between(SHORTEST as u64, LONGEST as u64) as usize,
    };
    match left.checked_sub(drawn) {
        Some(rest) if rest == 0 || rest >= SHORTEST => drawn,
        _ if left <= LONGEST => left,
        _ => left / 2,
    }
}

fn chained(territory: u64, chain: u64, length: usize) -> impl Iterator<Item = Event> {
    let mut numbers = Numbers::of(&[territory, chain, 1]);
    let (country, adjective) = names::territory(territory);
    let (kind, of) = match chain {
        0 => (["presidential", "legislative"][(territory % 2) as usize], adjective),
        _ => {
            let kinds = ["mayoral", "legislative", "gubernatorial", "municipal", "presidential"];
            // Each district has a name of its own.
            (kinds[(chain % 5) as usize], names::place(territory * 288 + chain))
        }
    };
    let between = numbers.between(3, if length > 45 { 4 } else { 5 }) as u32;
    let first = 2024 - between * length as u32 - numbers.below(10) as u32;
    let at = move |position: usize| {
        let year = first + between * position as u32;
        (format!("{year} {of} {kind} election"), year)
    };
    (0..length).map(move |position| {
        let (title, year) = at(position);
        let mut numbers = Numbers::of(&[territory, chain, position as u64, 2]);
        let silent = numbers.below(33) == 0;
        Event {
            seeds: [territory, chain, position as u64],
            title,
            country: country.clone(),
            kind,
            year,
            month: numbers.between(1, 12) as u32,
            day: numbers.between(1, 28) as u32,
            previous: position.checked_sub(1).map(&at),
            next: Some(position + 1).filter(|next| *next < length && !silent).map(&at),
            versions: 1,
        }
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn titles_are_unique_and_the_number_of_versions_is_as_requested() {
        for versions in [100, 480, 10_000, 1_000_000] {
            let plan = Plan::new(versions);
            let (mut titles, mut countries, mut given) = (BTreeSet::new(), BTreeSet::new(), 0);
            for territory in 0..plan.territories {
                for event in plan.events(territory) {
                    given += event.versions;
                    countries.insert(event.country);
                    assert!(titles.insert(event.title.clone()), "{}", event.title);
                }
            }
            assert_eq!((given, countries.len() as u64), (versions, plan.territories));
        }
    }

    #[test]
    fn chains_have_10_to_60_elections_and_each_territory_has_one_of_40() {
        let plan = Plan::new(100_000);
        for territory in 0..plan.territories {
            let events = plan.events(territory);
            let starts: Vec<usize> =
                (0..events.len()).filter(|at| events[*at].previous.is_none()).collect();
            let ends = starts.iter().skip(1).copied().chain([events.len()]);
            let lengths: Vec<usize> =
                starts.iter().zip(ends).map(|(start, end)| end - start).collect();
            assert_eq!(lengths[0], NATIONAL);
            assert!(
                lengths.iter().all(|length| (SHORTEST..=LONGEST).contains(length)),
                "{lengths:?}"
            );
        }
    }
}
