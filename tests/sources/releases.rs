//! Any sequence of releases of a source: each election keeps its identity.

use std::collections::BTreeMap;

use hustings::model::Address;
use proptest::prelude::*;

use super::summaries;
use crate::common::archive_folder::ArchiveFolder;

/// A release of a source: the title, and the votes, of each identifier.
type Release = BTreeMap<u8, (u8, u8)>;

fn releases() -> impl Strategy<Value = Vec<Release>> {
    let election = (0_u8..4, 0_u8..2);
    prop::collection::vec(prop::collection::btree_map(0_u8..4, election, 1..4), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever a source renames, drops and repeats, each of its identifiers is one election, with
    /// what the source said last.
    #[test]
    fn an_identifier_is_one_election(releases in releases()) {
        let fixture = ArchiveFolder::new();
        let mut last: Release = BTreeMap::new();
        let mut known: BTreeMap<String, hustings::archive::ElectionId> = BTreeMap::new();
        for release in &releases {
            let rows: Vec<(String, String, u64)> = release
                .iter()
                .map(|(id, (title, votes))| (id.to_string(), format!("Vote {title}"), u64::from(*votes)))
                .collect();
            let rows: Vec<(&str, &str, &str, u64)> =
                rows.iter().map(|(id, title, votes)| (&**id, &**title, "1901-01-01", *votes)).collect();
            fixture.import_table(&rows);
            last.extend(release);
            let records = fixture.archive.list(&Default::default()).unwrap();
            prop_assert_eq!(records.len(), last.len());
            for record in records {
                let id = record.version.source_id.clone().unwrap();
                let (title, votes) = last[&id.parse::<u8>().unwrap()];
                let stated = format!("Vote {title}");
                let with_id = format!("{stated} (office {id})");
                prop_assert!([stated, with_id].contains(&record.election.title));
                let found = record.election.contests[0].contenders[0].tallies[0].votes;
                prop_assert_eq!(found, Some(u64::from(votes)));
                let first = *known.entry(id.clone()).or_insert(record.id);
                prop_assert_eq!(record.id, first, "an identifier stays with its election");
                // An absence is certain only if most of the elections are still there.
                let is_present = release.contains_key(&id.parse::<u8>().unwrap());
                let title = Address::title(record.election.title.as_str());
                let is_absent = fixture.archive.source_versions(&title).unwrap()[0].absent;
                prop_assert!(!(is_present && is_absent));
            }
        }
        let answers = summaries(&fixture.archive);
        fixture.archive.rebuild(|_| ()).unwrap();
        prop_assert_eq!(summaries(&fixture.archive), answers);
        fixture.ensure_sound();
    }
}
