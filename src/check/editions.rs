//! Which figures of the versions of one election agree with which.

mod judge;

use std::fmt;
use std::sync::Arc;

use serde::Serialize;

use self::judge::compare;
use super::derived::is_without_registered;
use super::prose;
use crate::Result;
use crate::archive::Archive;
use crate::diff::contender_name;
use crate::model::{Address, At, Election, Tally};

/// So many versions, from the latest, are looked at, and so many of them that differ are compared.
const LOOKED_AT: usize = 100;
const COMPARED: usize = 6;

/// One figure that versions of an election state differently, with one of its values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Agreement {
    /// The election.
    pub address: String,
    /// The figure.
    pub place: String,
    /// The value.
    pub value: String,
    /// The versions that state it.
    pub stated_by: Vec<u32>,
    /// Whether it agrees with the other figures of each version.
    pub beside: Vec<Beside>,
    /// What follows from it.
    pub follows: Option<String>,
}

/// How a value stands beside the other figures of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Beside {
    /// The version, or all those that have the same figures.
    pub versions: Vec<u32>,
    /// Whether it agrees with them; nothing where none of them bears on it.
    pub agrees: Option<bool>,
    /// The arithmetic.
    pub arithmetic: Option<String>,
}

impl fmt::Display for Agreement {
    /// In a sentence: "47,095 (version 1) agrees with the other figures of version 1, not with those of version 2".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.value, versions(&self.stated_by))?;
        let of = |agrees: Option<bool>| -> Vec<&Beside> {
            self.beside.iter().filter(|beside| beside.agrees == agrees).collect()
        };
        let numbers = |some: &[&Beside]| -> Vec<u32> {
            let mut all: Vec<u32> =
                some.iter().flat_map(|beside| beside.versions.iter().copied()).collect();
            all.sort_unstable();
            all
        };
        let (good, bad, open) = (of(Some(true)), of(Some(false)), of(None));
        if !good.is_empty() {
            write!(f, " agrees with the other figures of {}", versions(&numbers(&good)))?;
            write!(f, "{}", because(&good))?;
        }
        if !bad.is_empty() {
            let those = if good.is_empty() {
                " contradicts the other figures"
            } else {
                ", and contradicts those"
            };
            write!(f, "{those} of {}{}", versions(&numbers(&bad)), because(&bad))?;
        }
        if !open.is_empty() {
            let and = if good.is_empty() && bad.is_empty() { ":" } else { "; and" };
            let open = versions(&numbers(&open));
            write!(f, "{and} no other figure of {open} bears on it")?;
        }
        if let Some(follows) = &self.follows {
            write!(f, "; {follows}")?;
        }
        Ok(())
    }
}

/// The arithmetic of some versions, in brackets.
fn because(some: &[&Beside]) -> String {
    let mut told: Vec<(&str, Vec<u32>)> = Vec::new();
    for beside in some {
        let Some(arithmetic) = &beside.arithmetic else { continue };
        match told.iter_mut().find(|(other, _)| other == arithmetic) {
            Some((_, known)) => known.extend(&beside.versions),
            None => told.push((arithmetic, beside.versions.clone())),
        }
    }
    match told.as_slice() {
        [] => String::new(),
        [(arithmetic, _)] => format!(" ({arithmetic})"),
        several => {
            let each =
                several.iter().map(|(text, numbers)| format!("{}: {text}", versions(numbers)));
            format!(" ({})", each.collect::<Vec<_>>().join("; "))
        }
    }
}

fn versions(numbers: &[u32]) -> String {
    let list: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    match list.as_slice() {
        [] => String::new(),
        [one] => format!("version {one}"),
        [first @ .., last] => format!("versions {} and {last}", first.join(", ")),
    }
}

/// The figures that the versions of an election state differently, each with its values, and with which other figures
/// each agrees. Of many versions, the latest that differ.
///
/// # Errors
/// When the address names no one election, or the archive cannot be read.
pub fn editions(archive: &Archive, address: &Address) -> Result<Vec<Agreement>> {
    let all = archive.versions(address)?;
    let name = archive.get(address)?.address;
    let mut editions: Vec<Edition> = Vec::new();
    for version in all.iter().rev().filter(|version| !version.removed).take(LOOKED_AT) {
        let address = address.clone().with(At::Version(version.number));
        let election = archive.get(&address)?.election;
        let same = |other: &Edition| states(&other.election) == states(&election);
        let place = editions.iter().position(same).unwrap_or(editions.len());
        if place == COMPARED {
            break;
        }
        if place == editions.len() {
            editions.push(Edition { versions: Vec::new(), election, registered: None });
        }
        let edition = &mut editions[place];
        edition.versions.push(version.number);
        let open = edition.election.contests.iter().any(is_without_registered);
        if open && edition.registered.is_none() {
            let told = prose::registered(&archive.document(&address)?.sections);
            edition.registered = told.map(|told| told.number);
        }
    }
    editions.sort_by_key(|edition| edition.versions.iter().min().copied());
    editions.iter_mut().for_each(|edition| edition.versions.sort_unstable());
    Ok(compare(&name, &editions))
}

/// The figures of an election, whatever else is said of it, and in whatever order.
fn states(election: &Election) -> Vec<impl PartialEq> {
    let contests = election.contests.iter().map(|contest| {
        let contenders = contest.contenders.iter();
        let mut stated: Vec<(String, Vec<Tally>)> =
            contenders.map(|one| (contender_name(one), one.tallies.clone())).collect();
        stated.sort_by(|one, other| one.0.cmp(&other.0));
        let seats = contest.seats.as_ref().and_then(|seats| seats.count);
        (contest.rounds.clone(), seats, stated)
    });
    contests.collect()
}

/// Versions that have the same figures.
struct Edition {
    versions: Vec<u32>,
    election: Arc<Election>,
    /// What the prose says, where the record says nothing.
    registered: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn edition(version: u32, turnout: &str, votes: [u64; 2], cast: Option<u64>) -> Edition {
        let contender = |name: &str, votes: u64, share: &str| json!({"people": [{"name": name}], "tallies": [{"round": 1, "votes": votes, "share": share}]});
        let contenders: Value = json!([
            contender("Sahakyan", votes[0], "66.65"),
            contender("Balasanyan", votes[1], "32.51")
        ]);
        let round = json!({"number": 1, "turnout": turnout, "registered": 98_909, "cast": cast});
        let election =
            json!({"title": "t", "contests": [{"rounds": [round], "contenders": contenders}]});
        Edition {
            versions: vec![version],
            election: Arc::new(serde_json::from_value(election).unwrap()),
            registered: None,
        }
    }

    fn told(editions: &[Edition]) -> Vec<(String, String, Vec<Option<bool>>)> {
        let found = compare("a", editions).into_iter();
        found
            .map(|one| {
                (one.place, one.value, one.beside.iter().map(|beside| beside.agrees).collect())
            })
            .collect()
    }

    #[test]
    fn each_value_is_put_beside_the_figures_of_each_version() {
        let (yes, no) = (Some(true), Some(false));
        let editions = [
            edition(1, "73.53", [47_095, 22_967], None),
            edition(2, "73.64", [47_085, 22_966], None),
        ];
        let row = |place: &str, value: &str, agrees: [Option<bool>; 2]| {
            (place.to_owned(), value.to_owned(), agrees.to_vec())
        };
        assert_eq!(
            told(&editions),
            [
                row("turnout, round 1", "73.53 %", [None, None]),
                row("turnout, round 1", "73.64 %", [None, None]),
                row("Sahakyan: votes, round 1", "47,095", [yes, no]),
                row("Sahakyan: votes, round 1", "47,085", [yes, yes]),
                row("Balasanyan: votes, round 1", "22,967", [yes, yes]),
                row("Balasanyan: votes, round 1", "22,966", [no, yes]),
            ]
        );
        // Where the ballots are stated, they tell which turnout is right.
        let editions = [
            edition(1, "73.53", [47_095, 22_967], Some(72_730)),
            edition(2, "73.64", [47_095, 22_967], Some(72_730)),
        ];
        assert_eq!(
            told(&editions),
            [
                row("turnout, round 1", "73.53 %", [yes, yes]),
                row("turnout, round 1", "73.64 %", [no, no])
            ]
        );
    }

    #[test]
    fn it_reads_aloud() {
        let editions = [
            edition(1, "73.53", [47_095, 22_967], None),
            edition(2, "73.53", [47_085, 22_966], None),
        ];
        let found = compare("a", &editions);
        assert_eq!(
            found[1].to_string(),
            "47,085 (version 2) agrees with the other figures of versions 1 and 2 \
             (70,640 to 70,650 valid votes fit)"
        );
        let contradicts = found[0].to_string();
        assert!(contradicts.starts_with("47,095 (version 1) agrees with the other figures of version 1 (70,655 or 70,656 valid votes fit), and contradicts those of version 2 ("), "{contradicts}");
    }

    #[test]
    fn what_nothing_bears_on_is_said_to_agree_with_nothing() {
        let silent = edition(1, "73.53", [47_095, 22_967], None);
        let other = edition(2, "73.64", [47_095, 22_967], None);
        let counted = edition(3, "73.64", [47_095, 22_967], Some(72_836));
        let found = compare("a", &[silent, other, counted]);
        let told = |at: usize| found[at].to_string();
        let (first, second) = (told(0), told(1));
        assert!(
            first.starts_with("73.53 % (version 1) contradicts the other figures of version 3 ("),
            "{first}"
        );
        assert!(
            first.contains("); and no other figure of versions 1 and 2 bears on it; 73.525"),
            "{first}"
        );
        let expected = "73.64 % (versions 2 and 3) agrees with the other figures of version 3; \
                        and no other figure of versions 1 and 2 bears on it; ";
        assert!(second.starts_with(expected), "{second}");
    }

    #[test]
    fn versions_of_one_mind_have_nothing_to_tell() {
        let same = || edition(1, "73.53", [47_095, 22_967], None);
        assert!(compare("a", &[same(), same()]).is_empty() && compare("a", &[same()]).is_empty());
    }
}
