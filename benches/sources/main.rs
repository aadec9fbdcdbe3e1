//! Questions about several sources: the archive as of an import, `match`, `compare` of a territory,
//! and the history of a figure.
//!
//! `cargo bench --bench sources -- [--versions 1000] [--revisions 10000] [--runs 5]`
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a bench prints, and may panic")]

use std::time::Instant;

use hustings::Archive;
use hustings::analysis::matches::find_matches;
use hustings::analysis::source_comparison::{
    SourceAgreementCounter, SourceComparisonOptions, compare_territory,
};
use hustings::archive::{Filter, ImportOptions};
use hustings::evidence::field_history;
use hustings::model::{Address, Source, VersionSelector};

/// Number of elections of a territory.
const ELECTIONS: usize = 20;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let number = |name: &str, usual: usize| {
        let at = words.iter().position(|word| word == name);
        at.map_or(usual, |at| words[at + 1].parse().unwrap())
    };
    let (versions, runs) = (number("--versions", 1_000), number("--runs", 5));
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    std::fs::create_dir(&cache).unwrap();
    let options = Archive::options().create(true).cache_folder(cache);
    let archive = options.open(folder.path().join("archive")).unwrap();
    for source in ["office", "almanac"] {
        let lines: String = (0..versions / 2).map(|at| line(source, at)).collect();
        let options = ImportOptions::default().source(Source::new(source).unwrap());
        archive.import_texts([("results.jsonl", lines)], &options).unwrap();
    }
    println!("| {versions} versions | ms |");
    println!("|---|--:|");
    let report = |work: &str, runs: usize, ask: &mut dyn FnMut()| {
        let mut times: Vec<f64> = (0..runs)
            .map(|_| {
                let start = Instant::now();
                ask();
                start.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!("| {work} | {:.2} |", times[times.len() / 2]);
    };
    let as_of = || {
        let past = archive.as_of(VersionSelector::Import(1)).unwrap();
        assert_eq!(past.list(&territory(0)).unwrap().len(), ELECTIONS);
    };
    report("as of the first import, first time", 1, &mut || as_of());
    report("as of the first import, later", runs, &mut || as_of());
    let mut pairs = Vec::new();
    report("`match`, all territories", runs, &mut || {
        let snapshot = archive.snapshot();
        pairs = find_matches(&snapshot, None).unwrap().map(Result::unwrap).collect();
    });
    assert_eq!(pairs.len(), versions / 2);
    report("`match` of a territory", runs, &mut || {
        let snapshot = archive.snapshot();
        assert_eq!(find_matches(&snapshot, Some("land-0")).unwrap().count(), ELECTIONS);
    });
    let joined: Vec<(Address, Address)> = pairs
        .iter()
        .filter(|pair| pair.first.address.starts_with("land-0/"))
        .map(|pair| (Address::title(&*pair.first.title), Address::title(&*pair.second.title)))
        .collect();
    archive.merge_all(&joined, None).unwrap();
    report("`compare` of a territory", runs, &mut || {
        let (snapshot, mut counter) = (archive.snapshot(), SourceAgreementCounter::default());
        let options = SourceComparisonOptions::default();
        for compared in compare_territory(&snapshot, &territory(0), options).unwrap() {
            counter.add(&compared.unwrap());
        }
        assert!(!counter.finish().sources.is_empty());
    });
    let revisions = number("--revisions", 10_000);
    let count = |votes: usize| {
        let line = line("count", versions);
        line.replace("51000", &(51_000 + votes).to_string())
    };
    let options = ImportOptions::default().source(Source::new("count").unwrap());
    let texts = (0..revisions).map(|at| ("count.jsonl", count(at / 10)));
    archive.import_texts(texts, &options).unwrap();
    let title = Address::title(format!("count {versions}"));
    report(&format!("`log FIELD`, {revisions} versions of an election"), runs, &mut || {
        let history = field_history(&archive, &title, "votes of Whigs").unwrap();
        assert_eq!(history.periods.len(), revisions / 10);
    });
}

fn territory(number: usize) -> Filter {
    Filter::default().country(format!("land-{number}"))
}

/// An election of a territory, as one source states it.
fn line(source: &str, at: usize) -> String {
    let (land, year) = (at / ELECTIONS, 1900 + 4 * (at % ELECTIONS));
    let contenders: Vec<_> = ["Whigs", "Tories", "Radicals", "Greens", "Centre"]
        .into_iter()
        .enumerate()
        .map(|(place, party)| {
            let votes = 51_000 - 7_000 * place;
            serde_json::json!({"party": {"name": party}, "tallies": [{"votes": votes}], "seats": 50 - place})
        })
        .collect();
    let record = serde_json::json!({
        "title": format!("{source} {at}"), "country": format!("Land {land}"), "type": "parliamentary",
        "year": year, "dates": [{"start": format!("{year}-05-03")}],
        "contests": [{"type": "parliamentary", "contenders": contenders}],
    });
    format!("{record}\n")
}
