//! One archive in many threads: while one imports, the others see each import completely or not at
//! all.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use hustings::Archive;
use hustings::analysis::chain;
use hustings::archive::{Filter, ImportOptions, Snapshot};

/// Number of elections in an import. Each links to the previous one of the same import.
const ELECTIONS: u64 = 7;

/// Number of imports.
const IMPORTS: u64 = 25;

fn title(import: u64, number: u64) -> String {
    format!("{} Ruritanian general election", 1000 + 10 * import + number)
}

/// The texts of an import. Every third import states the elections of the one before it again, with
/// other votes.
fn texts(import: u64) -> Vec<(String, String)> {
    let text = |number: u64| {
        let of = if import % 3 == 2 { import - 1 } else { import };
        let before = if number > 0 {
            format!(r#","previous":{{"title":"{}"}}"#, title(of, number - 1))
        } else {
            String::new()
        };
        let line = format!(
            r#"{{"title":"{}","country":"Ruritania","year":{},"contests":[{{"contenders":[{{"party":{{"name":"Blues"}},"tallies":[{{"votes":{import}}}]}}]}}]{before}}}"#,
            title(of, number),
            1000 + 10 * of + number,
        );
        (format!("{of}-{number}.jsonl"), line)
    };
    (0..ELECTIONS).map(text).collect()
}

/// Asserts that a snapshot has all elections of each import, with the votes of one import.
fn assert_complete(snapshot: &Snapshot) {
    let imports = snapshot.imports().unwrap().len() as u64;
    let again = (1..=imports).filter(|import| import % 3 == 2).count() as u64;
    let records = snapshot.list(&Filter::default()).unwrap();
    assert_eq!(records.len() as u64, (imports - again) * ELECTIONS);
    for of_import in records.chunks(ELECTIONS as usize) {
        let votes = |at: usize| of_import[at].election.contests[0].contenders[0].tallies[0].votes;
        assert!((0..of_import.len()).all(|at| votes(at) == votes(0)), "{imports}");
        let walked =
            chain::chain(snapshot, &of_import[3], &chain::ChainOptions::default()).unwrap();
        assert_eq!(walked.steps.len() as u64, ELECTIONS);
        let first = snapshot.get(format!("ruritania/{}", of_import[0].election.year.unwrap()));
        assert_eq!(first.unwrap(), of_import[0]);
    }
}

#[test]
fn readers_see_an_import_completely_or_not_at_all() {
    fn assert_shareable<T: Send + Sync + Clone>(_: &T) {}
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path().join("archive")).unwrap();
    assert_shareable(&archive);
    let (empty, is_done) = (archive.snapshot(), AtomicBool::new(false));
    thread::scope(|scope| {
        for _ in 0..4 {
            let archive = archive.clone();
            scope.spawn(|| {
                let archive = archive;
                while !is_done.load(Ordering::Relaxed) {
                    let snapshot = archive.snapshot();
                    assert_complete(&snapshot);
                    // The snapshot is the same, regardless of later imports.
                    assert_complete(&snapshot);
                }
            });
        }
        let options = ImportOptions::default();
        let imported = (1..=IMPORTS).try_for_each(|import| {
            assert_eq!(archive.import_texts(texts(import), &options)?.added, ELECTIONS);
            if import == IMPORTS / 2 { archive.rebuild(|_| ()).map(drop) } else { Ok(()) }
        });
        is_done.store(true, Ordering::Relaxed);
        imported.unwrap();
    });
    assert_complete(&archive.snapshot());
    assert!(empty.list(&Filter::default()).unwrap().is_empty());
    assert_eq!(archive.snapshot().imports().unwrap().len() as u64, IMPORTS);
    drop((archive, empty));
    assert_eq!(
        Archive::options().verify_records(folder.path().join("archive")).unwrap().problems,
        []
    );
}

/// Many versions of one election are found by number, by import and by time, without reading all of them.
#[test]
fn each_of_many_versions_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path().join("archive")).unwrap();
    let import = |votes: std::ops::Range<u32>, source: &str| {
        let line = |votes: u32| format!("{{\"title\":\"1824 vote\",\"year\":{votes}}}\n");
        let text = (source.to_owned(), votes.map(line).collect::<String>());
        archive.import_texts([text], &ImportOptions::default()).unwrap().added
    };
    assert_eq!(import(0..300, "a.jsonl"), 300);
    assert_eq!(import(300..600, "b.jsonl"), 300);
    assert_eq!(import(0..300, "a.jsonl"), 0, "its file said so last");
    let year = |address: &str| archive.get(address).unwrap().election.year;
    for number in [1, 2, 150, 300, 301, 599, 600] {
        assert_eq!(year(&format!("1824 vote@{number}")), Some(number - 1));
    }
    assert_eq!((year("1824 vote"), year("1824 vote@#1")), (Some(599), Some(299)));
    assert_eq!(import(600..601, "a.jsonl"), 1);
    assert_eq!(archive.versions("1824 vote").unwrap().len(), 601);
}
