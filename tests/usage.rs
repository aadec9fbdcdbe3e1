//! The command line as people type it: help, suggestions, completion, and arguments that are refused.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{archive_of_fixtures, hustings, run};

/// An archive of elections of several types in the same years.
fn archive_of_types() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (file, archive) = (folder.path().join("given.jsonl"), folder.path().join("archive"));
    let line = |year: u16, kind: &str| {
        let title = format!("{year} Italian {kind} election");
        format!(
            "{}\n",
            serde_json::json!({ "title": title, "country": "Italy", "year": year, "type": kind })
        )
    };
    let lines: String = [
        (1987, "general"),
        (1992, "general"),
        (1992, "presidential"),
        (1994, "parliamentary"),
        (1999, "presidential"),
        (1999, "municipal"),
        (2004, "municipal"),
        (2004, "regional"),
    ]
    .map(|(year, kind)| line(year, kind))
    .concat();
    fs::write(&file, lines).unwrap();
    assert_eq!(run(&archive, &["import", file.to_str().unwrap()]).0, 0);
    (folder, archive)
}

#[test]
fn the_program_alone_prints_grouped_help() {
    let output = Command::new(env!("CARGO_BIN_EXE_hustings")).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && output.stderr.is_empty());
    for line in ["Import and export:", "Compare and check:", "Usage: hustings [OPTIONS] <COMMAND>"]
    {
        assert!(text.lines().any(|other| other == line), "{line} in {text}");
    }
    assert!(text.lines().any(|line| line.starts_with("  diff  ")), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 90), "{text}");
    let (code, help, _) = run(Path::new("unused"), &["--help"]);
    assert!(code == 0 && help.contains("Compare and check:\n  chain "), "{help}");
    assert!(help.contains("\nOptions:\n") && help.contains("\nAddresses:\n"), "{help}");
    let mut with_archive = Command::new(env!("CARGO_BIN_EXE_hustings"));
    let with_archive = with_archive.env("HUSTINGS_ARCHIVE", "unused").output().unwrap();
    assert_eq!(with_archive.stdout, text.as_bytes(), "the environment is no argument");
    let (code, _, err) = run(Path::new("unused"), &[]);
    assert!(code == 2 && err.contains("requires a subcommand"), "{code} {err}");
}

#[test]
fn mistyped_words_get_suggestions() {
    let (_folder, archive) = archive_of_types();
    for (words, suggestion) in [
        (&["series", "italy", "--measure", "turnot"][..], "'turnout'"),
        (&["list", "--type", "presidental"], "did you mean 'presidential'?"),
        (&["chain", "italy/1994", "--type", "municpal"], "did you mean 'municipal'?"),
        (&["lst"], "'list'"),
        (&["list", "itly"], "did you mean 'Italy'?"),
        (&["check", "itly"], "Italy"),
        (&["show", "itly/1994"], "italy/1994"),
    ] {
        let (code, _, err) = run(&archive, words);
        assert!(code == 2 && err.contains(suggestion), "{words:?}: {code} {err}");
    }
    let (_, _, err) = run(&archive, &["series", "italy", "--measure", "turnout,luck"]);
    assert!(err.contains("luck") && err.contains("gallagher"), "{err}");
}

/// The completions that a shell offers for the last of these words.
fn completed(archive: &Path, words: &[&str]) -> Vec<String> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hustings"));
    command.arg("--").arg("hustings").args(words);
    command.env("HUSTINGS_COMPLETE", "bash").env("HUSTINGS_ARCHIVE", archive);
    command.env("_CLAP_COMPLETE_INDEX", words.len().to_string()).env("_CLAP_IFS", "\n");
    let output = command.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR")).output().unwrap();
    assert!(output.status.success(), "{words:?} {output:?}");
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn shells_complete_addresses_countries_and_measures() {
    let (_folder, archive) = archive_of_fixtures();
    assert_eq!(completed(&archive, &["list", "nag"]), ["nagorno-karabakh"]);
    assert_eq!(completed(&archive, &["show", "nag"]), ["nagorno-karabakh/"]);
    assert_eq!(
        completed(&archive, &["diff", "artsakh/2017", "nagorno-karabakh/20"]),
        ["nagorno-karabakh/2002", "nagorno-karabakh/2007", "nagorno-karabakh/2012"]
    );
    assert_eq!(completed(&archive, &["chain", "nowhere/"]), [""; 0]);
    assert_eq!(completed(&archive, &["series", "--measure", "turnout,gal"]), ["turnout,gallagher"]);
    assert_eq!(completed(&archive, &["list", "--type", "pre"]), ["presidential"]);
    assert_eq!(completed(&archive, &["ch"]), ["chain", "check"]);
    let archive_option = format!("--archive={}", archive.display());
    let elsewhere = Path::new("no/such/archive");
    assert_eq!(completed(elsewhere, &[&archive_option, "list", "artsa"]), ["artsakh"]);
    assert_eq!(completed(elsewhere, &["list", "artsa"]), [""; 0]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (code, script, _) = run(&archive, &["completions", shell]);
        assert!(code == 0 && script.contains("HUSTINGS_COMPLETE"), "{shell}: {script}");
    }
}

#[test]
fn no_title_reaches_a_shell_unescaped() {
    let folder = tempfile::tempdir().unwrap();
    let (file, archive) = (folder.path().join("given.jsonl"), folder.path().join("archive"));
    let line = serde_json::json!({"title": "1901 vote $(x) \u{1b}[31m\n", "country": "A\u{202e};b", "year": 1901});
    fs::write(&file, line.to_string()).unwrap();
    assert_eq!(run(&archive, &["import", file.to_str().unwrap()]).0, 0);
    for words in [["show", ""], ["list", ""], ["series", ""], ["show", "a"]] {
        let offered = completed(&archive, &words).concat();
        assert!(!offered.contains(['\u{1b}', '$', ';', '\u{202e}', ' ']), "{offered:?}");
    }
}

#[test]
fn a_title_names_the_page_on_standard_input() {
    let (_folder, archive) = archive_of_types();
    let page = "fixtures/wikitext/2007 Nagorno-Karabakh presidential election.wiki";
    let import = |words: &[&str]| {
        let mut command = hustings(&archive, &[&["import"], words].concat());
        command.stdin(File::open(page).unwrap()).output().unwrap()
    };
    assert_eq!(import(&["-"]).status.code(), Some(3));
    let title = "2007 Nagorno-Karabakh presidential election";
    assert_eq!(import(&["--title", title, "-"]).status.code(), Some(0));
    assert_eq!(run(&archive, &["show", title]).0, 0);
    // Errors: an empty title, a blank one, and a title for an article, which states its own.
    assert_eq!(import(&["--title", "", "-"]).status.code(), Some(2));
    assert_eq!(import(&["--title", " ", "-"]).status.code(), Some(3));
    let article = "fixtures/articles/1946-italian-general-election.txt";
    assert_eq!(import(&["--title", title, article]).status.code(), Some(3));
    for words in [&["--title", title, page, "-"][..], &["--title", title, "fixtures/wikitext"]] {
        let output = import(words);
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && error.contains("--title"), "{error}");
    }
}

#[test]
fn a_diff_takes_the_election_of_the_same_type() {
    let (_folder, archive) = archive_of_types();
    let diff = |before: &str, after: &str, more: &[&str]| {
        run(&archive, &[&["diff", before, after][..], more].concat())
    };
    let (code, out, err) = diff("italy/1992", "italy/1994", &[]);
    assert_eq!(code, 0, "{err}");
    let heading = "1992 Italian general election → 1994 Italian parliamentary election";
    assert!(out.starts_with(heading), "{out}");
    assert!(
        err.starts_with("hustings: 'italy/1992' names several elections; italy/1992/general"),
        "{err}"
    );
    assert_eq!(diff("italy/1992", "italy/1994", &["-q"]).2, "");
    // Presidential is the only type that 1992 and 1999 have in common, and municipal the only one
    // that 1999 and 2004 have.
    let (code, out, err) = diff("italy/1992", "italy/1999", &[]);
    assert!(code == 0 && out.starts_with("1992 Italian presidential election → 1999"), "{out}");
    assert_eq!(err.lines().count(), 2, "{err}");
    assert!(diff("italy/1999@1", "italy/2004", &[]).1.starts_with("1999 Italian municipal"));
    // The address is ambiguous if the elections have no type or several types in common.
    let (code, _, err) = diff("italy/1987", "italy/1999", &[]);
    assert!(code == 2 && err.contains("italy/1999/municipal"), "{err}");
    let (code, _, err) = diff("italy/1992", "italy/1992", &[]);
    assert!(code == 2 && err.contains("'italy/1992' names 2 elections"), "{err}");
    let typed = diff("italy/1992", "italy/1992", &["--type", "presidential"]);
    assert!(typed.0 == 0 && typed.1.contains("no difference"), "{typed:?}");
}

#[test]
fn a_chart_is_not_written_under_another_extension() {
    let (folder, archive) = archive_of_fixtures();
    for name in ["x.png", "x.svg.txt", "x.SVG"] {
        let file = folder.path().join(name);
        let words = ["chain", "nagorno-karabakh/2012", "--svg", file.to_str().unwrap()];
        let (code, _, err) = run(&archive, &words);
        let accepted = name == "x.SVG";
        assert_eq!((code, file.exists()), (if accepted { 0 } else { 2 }, accepted), "{name}");
        assert_eq!(err.contains("expected a file name that ends in .svg"), !accepted, "{err}");
    }
}
