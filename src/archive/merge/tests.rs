//! Merges and splits in any order, among imports, removals and reverts.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::archive::{Archive, Filter, FindOptions, ImportOptions, Snapshot};
use crate::formats::Mapping;
use crate::index::ElectionRow;
use crate::model::{Address, NameKind, VersionSelector};

/// Number of elections. Each is in a source of its own.
const ELECTIONS: u8 = 4;

#[derive(Debug, Clone)]
enum Step {
    /// Imports a text of an election: by its first title or by another one, with an identifier.
    Import {
        election: u8,
        variant: u8,
        is_renamed: bool,
    },
    Remove(u8),
    Revert(u8, u32),
    Merge(u8, u8),
    Split(u8, u32),
    /// Splits what one of the last imports joined.
    SplitImport(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let election = || 0..ELECTIONS;
    let step = prop_oneof![
        6 => (election(), 0_u8..3, prop::bool::weighted(0.2)).prop_map(
            |(election, variant, is_renamed)| Step::Import { election, variant, is_renamed }
        ),
        1 => election().prop_map(Step::Remove),
        1 => (election(), 1_u32..6).prop_map(|(election, number)| Step::Revert(election, number)),
        3 => (election(), election()).prop_map(|(one, other)| Step::Merge(one, other)),
        2 => (election(), 1_u32..8).prop_map(|(election, number)| Step::Split(election, number)),
        1 => (0_u64..6).prop_map(Step::SplitImport),
    ];
    prop::collection::vec(step, 1..24)
}

fn title(election: u8) -> Address {
    Address::title(format!("190{election} Ruritanian vote"))
}

/// Imports a table of one election from a source of its own, which identifies the election. Returns
/// whether it is new.
fn import(
    archive: &Archive,
    folder: &Path,
    (election, variant): (u8, u8),
    is_renamed: bool,
) -> bool {
    let title = match is_renamed {
        true => format!("Vote of 190{election}"),
        false => format!("190{election} Ruritanian vote"),
    };
    let mapping = folder.join("given.toml");
    let text = format!(
        "file = \"given.csv\"\nkey = \"id\"\n[source]\nname = \"source-{election}\"\nid = \"id\"\n\
         [election]\ntitle = \"title\"\ncountry = {{ constant = \"Ruritania\" }}\n\
         date = {{ constant = \"190{election}\" }}\n[contender]\nparty = \"party\"\nvotes = \"votes\"\n"
    );
    fs::write(&mapping, text).unwrap();
    let table = folder.join("given.csv");
    fs::write(&table, format!("id,title,party,votes\n{election},{title},A,{variant}\n")).unwrap();
    let options = ImportOptions::default()
        .mapping(Mapping::load(&mapping.to_string_lossy()).unwrap())
        .partial(true);
    let report = archive.import_with([table], &options).unwrap();
    assert!(report.errors.is_empty(), "{report:?}");
    report.added > 0
}

/// Returns all answers about an election, without the numbers and times of imports.
fn answers(snapshot: &Snapshot, election: u8) -> Vec<String> {
    let Ok(versions) = snapshot.versions(title(election)) else { return Vec::new() };
    let mut answers = Vec::new();
    for version in versions {
        let address = title(election).with_version(VersionSelector::Version(version.number));
        let text = snapshot.source(&address).ok();
        answers.push(format!(
            "{} {} {} {:?} {} {:?} {text:?}",
            version.number,
            version.removed,
            version.source,
            version.source_id,
            version.same_record,
            version.title
        ));
    }
    let record = snapshot.get(title(election)).ok();
    answers.push(format!("{:?}", record.map(|record| (record.titles, record.address))));
    for stated in snapshot.source_versions(title(election)).unwrap() {
        answers.push(format!("{} {} {:?}", stated.source, stated.version, stated.id));
    }
    answers
}

/// Returns all answers, with the answers as of each of the first imports.
fn all_answers(snapshot: &Snapshot, imports: u64) -> Vec<String> {
    let mut all = Vec::new();
    for election in 0..ELECTIONS {
        all.extend(answers(snapshot, election));
        for import in 1..=imports {
            let address = title(election).with_version(VersionSelector::Import(import));
            all.push(format!("{:?}", snapshot.source(&address).ok()));
        }
        if let Ok(versions) = snapshot.versions(title(election)) {
            all.extend(versions.iter().map(|version| format!("{version:?}")));
        }
    }
    for import in 1..=imports {
        all.push(format!("{:?}", snapshot.view().changed_elections(import).unwrap()));
    }
    let records = snapshot.list(&Default::default()).unwrap();
    all.extend(records.iter().map(|record| format!("{record:?}")));
    all
}

fn imports(archive: &Archive) -> u64 {
    archive.snapshot().journal().end_position().import
}

fn assert_consistent(archive: &Archive) {
    assert_eq!(archive.snapshot().differences_from_journal().unwrap(), []);
    let mut problems = Vec::new();
    archive.snapshot().view().audit(&mut |problem| problems.push(problem)).unwrap();
    assert_eq!(problems, [""; 0]);
    assert_names_are_complete(&archive.snapshot());
}

/// Checks that each election is found by its party, once, and by its title.
fn assert_names_are_complete(snapshot: &Snapshot) {
    let records = snapshot.list(&Filter::default()).unwrap();
    let options = FindOptions::default().kind(NameKind::Party);
    let parties = snapshot.find("a", &options).unwrap();
    let parties: Vec<_> = parties.iter().map(Result::unwrap).collect();
    let mut found: Vec<String> = parties.into_iter().flat_map(|party| party.addresses).collect();
    let mut expected: Vec<String> = records.iter().map(|record| record.address.clone()).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
    for record in &records {
        let options = FindOptions::default().kind(NameKind::Title);
        let titles = snapshot.find(&record.election.title, &options).unwrap();
        let titles: Vec<_> = titles.iter().map(Result::unwrap).collect();
        assert!(titles.iter().any(|title| title.addresses.contains(&record.address)), "{titles:?}");
    }
}

/// Runs the steps in an archive, and those that join nothing also in another one.
fn run(steps: &[Step]) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive");
    let archive = Archive::create(&path).unwrap();
    let apart = Archive::create(folder.path().join("apart")).unwrap();
    for step in steps {
        match *step {
            Step::Import { election, variant, is_renamed } => {
                let document = (election, variant);
                let is_new = import(&archive, folder.path(), document, is_renamed);
                assert_eq!(import(&apart, folder.path(), document, is_renamed), is_new);
            }
            Step::Remove(election) => {
                // A removal names the election whose record is current.
                let Ok(record) = archive.get(title(election)) else { continue };
                let current = Address::title(&record.election.title);
                if apart.get(&current).is_ok() {
                    archive.remove(title(election), None).unwrap();
                    apart.remove(&current, None).unwrap();
                }
            }
            Step::Revert(election, number) => {
                let address = title(election).with_version(VersionSelector::Version(number));
                let Ok(versions) = archive.versions(title(election)) else { continue };
                if versions.iter().any(|version| version.source.contains("revert"))
                    || archive.snapshot().row(&title(election)).unwrap().merges.is_empty()
                {
                    let reverted = archive.revert(&address, None).is_ok();
                    let is_joined = archive.snapshot().row(&title(election)).unwrap();
                    if is_joined.merges.is_empty() {
                        assert_eq!(apart.revert(&address, None).is_ok(), reverted);
                    } else if reverted {
                        return;
                    }
                }
            }
            Step::Merge(one, other) => {
                let (before, count) = (archive.snapshot(), imports(&archive));
                let before = all_answers(&before, count);
                let Ok(import) = archive.merge(title(one), title(other), None) else { continue };
                assert_consistent(&archive);
                // A split takes the merge back.
                let split = archive.split_import(import, None).unwrap();
                assert_eq!(split.elections.len(), 1);
                assert_eq!(all_answers(&archive.snapshot(), count), before);
                archive.merge(title(one), title(other), None).unwrap();
            }
            Step::Split(election, number) => {
                let address = title(election).with_version(VersionSelector::Version(number));
                let _ = archive.split(&address, None);
            }
            Step::SplitImport(before_last) => {
                let import = imports(&archive).saturating_sub(before_last);
                let _ = archive.split_import(import, None);
            }
        }
        assert_consistent(&archive);
    }
    // A rebuild applies the same lines.
    let items = archive.snapshot().view().items().unwrap();
    drop(archive);
    fs::remove_dir_all(path.join("store")).unwrap();
    let archive = Archive::open(&path).unwrap();
    assert!(archive.snapshot().view().items().unwrap() == items);
    // Once all joins are undone, the elections are as if they had never been joined.
    for import in 1..=imports(&archive) {
        let _ = archive.split_import(import, None);
    }
    assert_consistent(&archive);
    for row in archive.snapshot().view().rows::<ElectionRow>(None) {
        let row = row.unwrap();
        assert!(row.merges.is_empty() && row.parts.is_empty(), "{row:?}");
    }
    for election in 0..ELECTIONS {
        let [joined, apart] = [&archive, &apart].map(|one| answers(&one.snapshot(), election));
        assert_eq!(joined, apart);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 60,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(18),
        ..ProptestConfig::default()
    })]

    #[test]
    fn splits_take_back_merges(steps in steps()) {
        run(&steps);
    }
}
