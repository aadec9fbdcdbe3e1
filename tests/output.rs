//! Output into a pipe: documents are exact, messages are single lines, and `--spreadsheet` leaves
//! no formula.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;

use common::{hustings, run};

const TITLE: &str = "1901 vote \u{1b}[31m\u{202e}\u{9b}";

/// Returns an archive of one election with a hostile title and a party named like a formula.
fn hostile_archive() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (file, archive) = (folder.path().join("given.jsonl"), folder.path().join("archive"));
    let record = serde_json::json!({"title": TITLE, "country": "=1+1", "year": 1901, "contests": [{"contenders": [
        {"party": {"name": "@SUM(A1)"}, "tallies": [{"round": 1, "votes": 5, "share": "50.1"}]}]}]});
    fs::write(&file, record.to_string()).unwrap();
    assert_eq!(run(&archive, &["import", file.to_str().unwrap()]).0, 0);
    (folder, archive)
}

#[test]
fn piped_documents_are_exact_whatever_the_colour_option() {
    let (_folder, archive) = hostile_archive();
    let exact = |words: &[&str]| {
        let plain = run(&archive, words).1;
        assert_eq!(run(&archive, &[words, &["--color", "always"]].concat()).1, plain);
        plain
    };
    assert!(exact(&["list", "--format", "csv"]).contains(TITLE));
    let json: serde_json::Value =
        serde_json::from_str(&exact(&["show", TITLE, "--format", "json"])).unwrap();
    assert_eq!(json["election"]["title"], TITLE);
    let json: serde_json::Value = serde_json::from_str(&exact(&["export"])).unwrap();
    assert_eq!(json["title"], TITLE);
    assert!(exact(&["list", "--format", "markdown"]).contains("\u{202e}"));
    assert!(
        !run(&archive, &["list"]).1.contains(['\u{1b}', '\u{202e}', '\u{9b}']),
        "people's text is not"
    );
}

#[test]
fn spreadsheet_output_has_no_formulas() {
    let (_folder, archive) = hostile_archive();
    for words in [&["show", TITLE][..], &["export"]] {
        let csv = |more: &[&str]| run(&archive, &[words, &["--format", "csv"], more].concat()).1;
        assert!(csv(&[]).contains(",=1+1,1901,") && csv(&[]).contains(",@SUM(A1),5,50.1,"));
        let safe = csv(&["--spreadsheet"]);
        assert!(safe.contains(",'=1+1,1901,") && safe.contains(",'@SUM(A1),5,50.1,"), "{safe}");
    }
    for words in
        [&["list"][..], &["list", "--format", "json"], &["export"], &["chain", TITLE, "--svg", "-"]]
    {
        let (code, _, err) = run(&archive, &[words, &["--spreadsheet"]].concat());
        assert!(code == 2 && err.contains("--spreadsheet is for --format csv"), "{code} {err}");
    }
}

#[test]
fn help_hides_environment_values_and_errors_are_one_line() {
    let (_folder, archive) = hostile_archive();
    let output =
        hustings(&archive, &["--help"]).env("HUSTINGS_ARCHIVE", "secret").output().unwrap();
    assert!(output.status.success());
    assert!(!String::from_utf8(output.stdout).unwrap().contains("secret"));
    for words in [&["show", "a\nb\u{1b}"][..], &["a\nb\u{1b}"], &["list", "--from", "a\nb\u{1b}"]] {
        let (code, _, err) = run(&archive, words);
        let first = err.lines().next().unwrap();
        assert!(code == 2 && first.contains("a\\nb\\u{1b}"), "{words:?} {code} {err}");
    }
}
