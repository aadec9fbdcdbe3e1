//! Nations of 650 constituencies and of 4,000 counties, generated from a fixed seed: sums equal an
//! independent computation, to the vote.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use hustings::Archive;
use hustings::archive::ImportOptions;
use hustings::formats::{Format, Mapping, parse};
use hustings::model::{Address, Contest, Election};

/// A linear congruential generator, with the constants of Knuth's MMIX.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// Votes and seats by contender, and the figures of an area.
#[derive(Default)]
struct Expected {
    votes: BTreeMap<String, u64>,
    seats: BTreeMap<String, u64>,
    registered: u64,
    valid: u64,
}

impl Expected {
    fn check(&self, contest: &Contest, areas: u32, title: &str) {
        let sum = contest.sum.as_ref().unwrap();
        assert_eq!(sum.areas, areas, "{title}");
        let votes = contest
            .contenders
            .iter()
            .map(|one| (one.name().into_owned(), one.tallies[0].votes.unwrap()));
        assert_eq!(votes.collect::<BTreeMap<_, _>>(), self.votes, "{title}");
        let seats = contest
            .contenders
            .iter()
            .filter_map(|one| Some((one.name().into_owned(), one.seats_won()?)));
        let seats: BTreeMap<String, u64> = seats.filter(|(_, seats)| *seats > 0).collect();
        assert_eq!(seats, self.seats, "{title}");
        assert_eq!(contest.rounds[0].registered, Some(self.registered), "{title}");
        assert_eq!(contest.rounds[0].valid, Some(self.valid), "{title}");
    }
}

fn import(mapping: &str, table: &str) -> (tempfile::TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nation.csv");
    std::fs::write(&path, table).unwrap();
    let archive = Archive::create(folder.path().join("archive")).unwrap();
    let mapping: Mapping = mapping.parse().unwrap();
    let report =
        archive.import_with(&[path], &ImportOptions::default().mapping(Some(mapping))).unwrap();
    assert_eq!(report.errors.iter().count(), 0);
    (folder, archive)
}

fn election(archive: &Archive, title: &str) -> Election {
    let address = Address::title(title);
    let record = archive.get(&address).unwrap();
    let source = archive.source(&address).unwrap();
    assert_eq!(parse(Format::detect("", &source), &source).unwrap(), *record.election, "{title}");
    (*record.election).clone()
}

#[test]
fn a_nation_of_650_constituencies() {
    let parties = ["Unity", "Justice", "Greens", "Land", "Progress", "Harbour"];
    let mut random = Random(650);
    let mut table = "year,region,constituency,code,electorate,valid,party,votes\n".to_owned();
    let mut expected: BTreeMap<(u32, Option<usize>), Expected> = BTreeMap::new();
    for year in [1901, 1905] {
        for seat in 0..650 {
            let region = seat % 12;
            let mut votes: Vec<(u64, &str)> = Vec::new();
            for party in parties {
                // Not every party stands everywhere, and no two have as many votes.
                let is_standing = party == "Unity" || random.below(5) > 0;
                let count = 100 + random.below(3000) * 7;
                if is_standing && votes.iter().all(|(other, _)| *other != count) {
                    votes.push((count, party));
                }
            }
            let valid: u64 = votes.iter().map(|(count, _)| count).sum();
            let electorate = valid + random.below(20_000);
            for (count, party) in &votes {
                writeln!(
                    table,
                    "{year},Region {region},Constituency {seat},C{seat:03},{electorate},{valid},{party},{count}"
                )
                .unwrap();
            }
            for level in [None, Some(region)] {
                let whole = expected.entry((year, level)).or_default();
                for (count, party) in &votes {
                    *whole.votes.entry((*party).to_owned()).or_default() += count;
                }
                let winner = votes.iter().max().unwrap().1;
                *whole.seats.entry(winner.to_owned()).or_default() += 1;
                whole.registered += electorate;
                whole.valid += valid;
            }
        }
    }
    let mapping = r#"
        key = "year"
        [election]
        title = { template = "{year} Ruritanian parliamentary election" }
        country = { constant = "Ruritania" }
        [area]
        path = ["region", "constituency"]
        levels = ["region", "constituency"]
        code = "code"
        sum = ["country", "region"]
        seats = "winners"
        [contest]
        registered = "electorate"
        valid = "valid"
        [contender]
        party = "party"
        votes = "votes"
    "#;
    let (_folder, archive) = import(mapping, &table);
    for ((year, region), expected) in &expected {
        let country = format!("{year} Ruritanian parliamentary election");
        let title = region.map_or(country.clone(), |region| format!("{country}, Region {region}"));
        let areas =
            region.map_or(650, |region| (0..650).filter(|seat| seat % 12 == region).count());
        let contest = election(&archive, &title).contests.remove(0);
        expected.check(&contest, u32::try_from(areas).unwrap(), &title);
        assert_eq!(contest.seats.unwrap().count, Some(areas as u64));
    }
}

#[test]
fn a_nation_of_4000_counties() {
    let people = [("Anna Alba", "Unity"), ("Boris Bora", "Justice"), ("Clara Cava", "Greens")];
    let mut random = Random(4000);
    let mut table = "state,county,registered,valid,candidate,party,votes\n".to_owned();
    let mut expected: BTreeMap<Option<u64>, Expected> = BTreeMap::new();
    let mut counties: BTreeMap<u64, u32> = BTreeMap::new();
    for county in 0..4000 {
        let state = random.below(50);
        *counties.entry(state).or_default() += 1;
        let votes: Vec<u64> = people.iter().map(|_| random.below(1_000_000)).collect();
        let (valid, registered) = (votes.iter().sum::<u64>(), votes.iter().sum::<u64>() * 2);
        for ((person, party), count) in people.iter().zip(&votes) {
            writeln!(
                table,
                "S{state},County {county},{registered},{valid},{person},{party},{count}"
            )
            .unwrap();
        }
        for level in [None, Some(state)] {
            let whole = expected.entry(level).or_default();
            for ((person, _), count) in people.iter().zip(&votes) {
                *whole.votes.entry((*person).to_owned()).or_default() += count;
            }
            whole.registered += registered;
            whole.valid += valid;
        }
    }
    let mapping = r#"
        [election]
        title = { constant = "1904 Ruritanian presidential election" }
        country = { constant = "Ruritania" }
        type = { constant = "presidential" }
        [area]
        path = ["state", "county"]
        levels = ["state", "county"]
        sum = ["country", "state"]
        [contest]
        registered = "registered"
        valid = "valid"
        [contender]
        person = "candidate"
        party = "party"
        votes = "votes"
    "#;
    let (_folder, archive) = import(mapping, &table);
    for (state, expected) in &expected {
        let country = "1904 Ruritanian presidential election".to_owned();
        let title = state.map_or(country.clone(), |state| format!("{country}, S{state}"));
        let areas = state.map_or(4000, |state| counties[&state]);
        expected.check(&election(&archive, &title).contests[0], areas, &title);
    }
}
