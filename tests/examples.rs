//! The examples print the output that their comments state.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[allow(dead_code, reason = "the example is a program of its own too")]
#[path = "../examples/journal.rs"]
mod journal;
#[allow(dead_code, reason = "the example is a program of its own too")]
#[path = "../examples/texts.rs"]
mod texts;
#[allow(dead_code, reason = "the example is a program of its own too")]
#[path = "../examples/threads.rs"]
mod threads;
#[allow(dead_code, reason = "the example is a program of its own too")]
#[path = "../examples/tour.rs"]
mod tour;

use std::error::Error;
use std::path::Path;

/// Runs an example in a temporary folder of its own and returns its output.
fn output(run: impl Fn(&Path, &mut Vec<u8>) -> Result<(), Box<dyn Error>>) -> String {
    let (folder, mut out) = (tempfile::tempdir().unwrap(), Vec::new());
    run(&folder.path().join("archive"), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn threads_see_each_import_completely_or_not_at_all() {
    assert_eq!(
        output(threads::run),
        "reader: 100 elections at the end, 0 partial imports seen\n\
         reader: 100 elections at the end, 0 partial imports seen\n\
         first snapshot: 0 elections\n"
    );
}

#[test]
fn texts_from_memory_are_two_versions_of_an_election() {
    let out = output(texts::run);
    let change = out.lines().last().unwrap();
    let cells: Vec<&str> = change.split_whitespace().collect();
    assert_eq!(cells, ["turnout", "61.5", "62.1", "+0.6", "points"]);
}

#[test]
fn the_tour_follows_a_chain_and_compares_years_and_editions() {
    let out = output(tour::run);
    assert!(out.starts_with("Imported 21 versions of 18 elections.\n\n"), "{out}");
    let (chain, rest) = out.split_once("\nFrom 2007 to 2012\n").unwrap();
    let (years, editions) =
        rest.split_once("\nFrom the older edition of 2012 to the newer\n").unwrap();
    for title in [
        "2007 Nagorno-Karabakh presidential election",
        "2012 Nagorno-Karabakh presidential election",
        "2017 Artsakhian presidential election",
    ] {
        assert!(chain.contains(title), "{title} in {chain}");
    }
    let has_row = |text: &str, cells: &[&str]| {
        text.lines().any(|line| line.split_whitespace().collect::<Vec<_>>() == cells)
    };
    assert!(has_row(years, &["turnout", "77.39", "73.53", "-3.86", "points"]), "{years}");
    assert!(has_row(editions, &["turnout", "73.64", "73.53", "-0.11", "points"]), "{editions}");
    assert!(
        has_row(editions, &["Bako", "Sahakyan", "votes", "47,085", "47,095", "+10"]),
        "{editions}"
    );
}

#[test]
fn the_journal_can_be_read_with_only_zstd_and_serde_json() {
    assert_eq!(
        output(journal::run),
        "import 1\n  \"1824 Ruritanian general election\", 67 bytes from \"1824.txt\"\n\
         import 2\n  \"1828 Ruritanian general election\", 67 bytes from \"1828.txt\"\n\
         import 3\n  \"1824 Ruritanian general election\" removed\n"
    );
}
