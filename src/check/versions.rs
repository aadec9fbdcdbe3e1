//! Compares the figures that the versions of one election state.

mod agreement;
mod consistency;

use super::derived::lacks_registered;
use super::prose;
use crate::Result;
use crate::archive::Archive;
use crate::model::{Election, Tally, ToAddress, VersionSelector};
use agreement::VersionGroup;
pub use agreement::{ValueAgreement, VersionAgreement};
use consistency::compare;

/// Maximum number of versions that are read, starting with the latest.
const MAX_VERSIONS_READ: usize = 100;
/// Maximum number of versions with different figures that are compared.
const MAX_VERSIONS_COMPARED: usize = 6;

/// Returns the figures that the versions of an election state differently: each value, and whether
/// it agrees with the other figures of each version. Of many versions, only the latest ones with
/// different figures are compared.
///
/// # Errors
/// When the address does not name exactly one election, or the archive cannot be read.
pub fn value_agreements(archive: &Archive, address: impl ToAddress) -> Result<Vec<ValueAgreement>> {
    let address = &*address.to_address()?;
    let all = archive.versions(address)?;
    let name = archive.get(address)?.address;
    let mut groups: Vec<VersionGroup> = Vec::new();
    for version in all
        .iter()
        .rev()
        .filter(|version| !version.removed && version.erased.is_none())
        .take(MAX_VERSIONS_READ)
    {
        let address = address.clone().with_version(VersionSelector::Version(version.number));
        let election = archive.get(&address)?.election;
        let has_same_figures =
            |other: &VersionGroup| stated_figures(&other.election) == stated_figures(&election);
        let index = groups.iter().position(has_same_figures).unwrap_or(groups.len());
        if index == MAX_VERSIONS_COMPARED {
            break;
        }
        if index == groups.len() {
            groups.push(VersionGroup { versions: Vec::new(), election, registered: None });
        }
        let group = &mut groups[index];
        group.versions.push(version.number);
        let needs_registered = group.election.contests.iter().any(lacks_registered);
        if needs_registered && group.registered.is_none() {
            let statement = prose::registered_voters(&archive.document(&address)?.sections);
            group.registered = statement.map(|statement| statement.number);
        }
    }
    groups.sort_by_key(|group| group.versions.iter().min().copied());
    groups.iter_mut().for_each(|group| group.versions.sort_unstable());
    Ok(compare(&name, &groups))
}

/// Returns the figures of an election, independent of the order of its contenders.
fn stated_figures(election: &Election) -> Vec<impl PartialEq> {
    let contests = election.contests.iter().map(|contest| {
        let contenders = contest.contenders.iter();
        let mut stated: Vec<(String, Vec<Tally>)> =
            contenders.map(|one| (one.name().into_owned(), one.tallies.clone())).collect();
        stated.sort_by(|one, other| one.0.cmp(&other.0));
        let seats = contest.seats.as_ref().and_then(|seats| seats.count);
        (contest.rounds.clone(), seats, stated)
    });
    contests.collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use serde_json::{Value, json};

    fn version_group(
        version: u32,
        turnout: &str,
        votes: [u64; 2],
        cast: Option<u64>,
    ) -> VersionGroup {
        let contender = |name: &str, votes: u64, share: &str| json!({"people": [{"name": name}], "tallies": [{"round": 1, "votes": votes, "share": share}]});
        let contenders: Value = json!([
            contender("Sahakyan", votes[0], "66.65"),
            contender("Balasanyan", votes[1], "32.51")
        ]);
        let round = json!({"number": 1, "turnout": turnout, "registered": 98_909, "cast": cast});
        let election =
            json!({"title": "t", "contests": [{"rounds": [round], "contenders": contenders}]});
        VersionGroup {
            versions: vec![version],
            election: Arc::new(serde_json::from_value(election).unwrap()),
            registered: None,
        }
    }

    fn agreements(groups: &[VersionGroup]) -> Vec<(String, String, Vec<Option<bool>>)> {
        let found = compare("a", groups).into_iter();
        found
            .map(|one| {
                (one.place, one.value, one.by_version.iter().map(|beside| beside.agrees).collect())
            })
            .collect()
    }

    #[test]
    fn each_value_is_compared_with_the_figures_of_each_version() {
        let (yes, no) = (Some(true), Some(false));
        let groups = [
            version_group(1, "73.53", [47_095, 22_967], None),
            version_group(2, "73.64", [47_085, 22_966], None),
        ];
        let row = |place: &str, value: &str, agrees: [Option<bool>; 2]| {
            (place.to_owned(), value.to_owned(), agrees.to_vec())
        };
        assert_eq!(
            agreements(&groups),
            [
                row("turnout, round 1", "73.53 %", [None, None]),
                row("turnout, round 1", "73.64 %", [None, None]),
                row("Sahakyan: votes, round 1", "47,095", [yes, no]),
                row("Sahakyan: votes, round 1", "47,085", [yes, yes]),
                row("Balasanyan: votes, round 1", "22,967", [yes, yes]),
                row("Balasanyan: votes, round 1", "22,966", [no, yes]),
            ]
        );
        // The ballots cast decide which turnout is right.
        let groups = [
            version_group(1, "73.53", [47_095, 22_967], Some(72_730)),
            version_group(2, "73.64", [47_095, 22_967], Some(72_730)),
        ];
        assert_eq!(
            agreements(&groups),
            [
                row("turnout, round 1", "73.53 %", [yes, yes]),
                row("turnout, round 1", "73.64 %", [no, no])
            ]
        );
    }

    #[test]
    fn an_agreement_is_displayed_as_a_sentence() {
        let groups = [
            version_group(1, "73.53", [47_095, 22_967], None),
            version_group(2, "73.53", [47_085, 22_966], None),
        ];
        let found = compare("a", &groups);
        assert_eq!(
            found[1].to_string(),
            "47,085 (version 2) agrees with the other figures of versions 1 and 2 \
             (70,640 to 70,650 valid votes fit)"
        );
        let contradicts = found[0].to_string();
        assert!(contradicts.starts_with("47,095 (version 1) agrees with the other figures of version 1 (70,655 or 70,656 valid votes fit), and contradicts those of version 2 ("), "{contradicts}");
    }

    #[test]
    fn a_value_that_no_other_figure_constrains_neither_agrees_nor_contradicts() {
        let silent = version_group(1, "73.53", [47_095, 22_967], None);
        let other = version_group(2, "73.64", [47_095, 22_967], None);
        let counted = version_group(3, "73.64", [47_095, 22_967], Some(72_836));
        let found = compare("a", &[silent, other, counted]);
        let sentence = |at: usize| found[at].to_string();
        let (first, second) = (sentence(0), sentence(1));
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
    fn versions_with_equal_figures_have_no_agreements_to_report() {
        let same = || version_group(1, "73.53", [47_095, 22_967], None);
        assert!(compare("a", &[same(), same()]).is_empty() && compare("a", &[same()]).is_empty());
    }
}
