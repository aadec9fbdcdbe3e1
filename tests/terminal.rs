//! Hostile inputs in a pseudo-terminal: no control character and no bidirectional control of a
//! source, a file name, an argument or an environment variable reaches the terminal.
#![cfg(all(unix, feature = "cli"))]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and prints what it counted"
)]

mod common;

use std::ffi::OsString;
use std::fs::{self, File};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use common::hostile::{HostileTexts, find_unescaped};
use common::pty::run_in_terminal;
use common::stage::TerminalFixture;
use common::{Rng, repetitions};

/// Number of hostile inputs in a long run.
const INPUTS: u64 = 10_000;

const FORMATS: [&str; 5] = ["text", "json", "jsonl", "csv", "markdown"];

#[test]
fn the_check_detects_control_sequences() {
    let printed = |text: &str| {
        let mut command = Command::new("printf");
        command.arg(text.replace('%', "%%"));
        run_in_terminal(command).1
    };
    assert_eq!(printed("a\nb"), b"a\nb", "the terminal adds nothing");
    assert_eq!(find_unescaped(&printed("\x1b[1mown\x1b[0m\n"), false, false), None);
    for text in
        ["\x1b[7m", "\u{9b}m", "\r", "\u{202e}", "\u{200f}", "\x1b[31mEVIL", "\nSPOOF", "\u{2028}"]
    {
        assert!(find_unescaped(&printed(text), false, false).is_some(), "{text:?}");
    }
    assert!(find_unescaped(&printed("\x1b[1m"), true, false).is_some());
    assert!(find_unescaped(b"\x9b31m", false, true).is_some());
}

#[test]
fn no_input_reaches_the_terminal_unescaped() {
    let mut hostile = HostileTexts { numbers: Rng(15), count: 0 };
    let (mut runs, mut succeeded, mut escaped) = (0, 0, 0);
    while hostile.count < repetitions(INPUTS) {
        let mut stage = TerminalFixture::new(hostile);
        run_imports(&mut stage);
        run_queries(&mut stage);
        run_documents(&mut stage);
        run_unknown_words(&mut stage);
        run_changes(&mut stage);
        runs += stage.runs;
        succeeded += stage.succeeded;
        escaped += stage.escaped;
        hostile = stage.hostile;
    }
    assert!(succeeded * 5 > runs * 2, "only {succeeded} of {runs} runs succeed");
    assert!(escaped * 2 > runs, "only {escaped} of {runs} outputs have something escaped");
    println!(
        "{} hostile inputs in {runs} runs, of which {succeeded} succeed; {escaped} outputs have them, escaped",
        hostile.count
    );
}

fn run_imports(stage: &mut TerminalFixture) {
    let (write_sources, write_broken_sources) =
        (stage.write_sources(), stage.write_broken_sources());
    let (write_sources, write_broken_sources) =
        (write_sources.to_str().unwrap(), write_broken_sources.to_string_lossy().into_owned());
    let note = stage.hostile.argument();
    stage.run(&["import", "--dry-run", write_sources, &write_broken_sources]);
    stage.run(&["import", "--strict", &write_broken_sources]);
    stage.run(&["import", "-v", "--note", &note, write_sources, &write_broken_sources]);
    let (write_tables, mappings) = stage.write_tables();
    for mapping in &mappings {
        let (mapping, write_tables) = (mapping.to_str().unwrap(), write_tables.to_str().unwrap());
        stage.run(&["import", "-v", "--mapping", mapping, write_tables]);
    }
    let missing = stage.hostile.argument();
    stage.run(&["import", &missing]);
    stage.run(&["import", "--mapping", &missing, write_sources]);
    let mut piped = stage.hustings(&["import", "-"]);
    let line = stage.hostile_path("jsonl");
    fs::write(&line, stage.hostile.text()).unwrap();
    piped.stdin(File::open(line).unwrap());
    stage.run_command(piped);
}

fn in_format<'a>(words: &[&'a str], format: &'a str) -> Vec<&'a str> {
    [words, &["--format", format]].concat()
}

/// Runs the commands that query an archive, in every format.
fn run_queries(stage: &mut TerminalFixture) {
    let [one, other] = [0, 1].map(|at| stage.titles[at + 3].clone());
    for format in FORMATS {
        let number = stage.hostile.numbers.below(4);
        stage.run(&in_format(&["list"], format));
        stage.run(&in_format(&["show", &one], format));
        stage.run(&in_format(&["chain", &other], format));
        stage.run(&in_format(&["diff", &one, &other], format));
        // One of these commands, at random, for each format.
        match number {
            0 => stage.run(&in_format(&["log"], format)),
            1 => stage.run(&in_format(&["log", &one], format)),
            2 => stage.run(&in_format(&["series", &one, "--measure", "turnout,margin"], format)),
            _ => stage.run(&in_format(&["check", "-v"], format)),
        }
    }
    stage.run(&["show", "--prose", &one]);
    stage.run(&["diff", "--chain", &other, "--stat"]);
    stage.run(&["check", &one]);
    stage.run(&["verify", "--deep"]);
    stage.run(&["stats"]);
}

/// Runs the commands that print documents or write pictures.
fn run_documents(stage: &mut TerminalFixture) {
    let [one, other] = [0, 1].map(|at| stage.titles[at + 3].clone());
    for words in [
        &["export"][..],
        &["export", "--format", "csv"],
        &["export", "--format", "csv", "--spreadsheet"],
        &["export", "--format", "source"],
        &["export", "--all-versions"],
        &["chain", &one, "--format", "dot"],
        &["chain", &one, "--format", "mermaid"],
        &["chain", &one, "--svg", "-"],
        &["diff", &one, &other, "--svg", "-"],
    ] {
        stage.run(words);
    }
    let picture = format!("{}.svg", stage.hostile.file_name());
    stage.run(&["chain", &one, "--svg", &picture]);
    let nowhere = format!("{}/{picture}", stage.hostile.file_name());
    stage.run(&["diff", &one, &other, "--svg", &nowhere]);
}

/// Runs commands with arguments that the program does not know.
fn run_unknown_words(stage: &mut TerminalFixture) {
    let title = stage.titles[5].clone();
    for words in [
        &["list"][..],
        &["list", "--type"],
        &["list", "--from"],
        &["list", "--format"],
        &["show"],
        &["show", "--as-of"],
        &["log"],
        &["chain", &title, "--type"],
        &["diff", &title],
        &["series"],
        &["series", &title, "--measure"],
        &["lineage"],
        &["check"],
        &["export"],
        &["import", "--format"],
        &["import", "--jobs"],
        &["completions"],
        &["remove"],
        &[],
    ] {
        let argument = stage.hostile.argument();
        stage.run(&[words, &[&argument]].concat());
    }
    let [page_title, file] = [(); 2].map(|()| stage.hostile.file_name());
    stage.run(&["import", "--title", &page_title, &file, &title]);
    stage.run(&["chain", &title, "--svg", &format!("{file}.png")]);
    let option = format!("--{}", stage.hostile.argument());
    stage.run(&["list", &option]);
    let [version, value] = [(); 2].map(|()| stage.hostile.argument());
    stage.run(&["show", &format!("{title}@{version}")]);
    stage.run(&["list", "--color", &value]);
    let mut raw = stage.hustings(&["show"]);
    raw.arg(OsString::from_vec(b"a\x9b31m\x1b[7m".to_vec()));
    stage.check_output(raw, false);
    // Hostile texts in the program's own name, and in an environment variable that help could show.
    for words in
        [&["--help"][..], &["list", "--help"], &["list", "--nonsense"], &["man"], &["--version"]]
    {
        let mut command = stage.hustings(words);
        command.arg0(stage.hostile.argument()).env("HUSTINGS_ARCHIVE", stage.hostile.argument());
        stage.check_output(command, false);
    }
}

fn run_changes(stage: &mut TerminalFixture) {
    let [one, other] = [0, 1].map(|at| stage.titles[at + 3].clone());
    let h: Vec<String> = (0..6).map(|_| stage.hostile.argument()).collect();
    stage.run(&["alias", &one, &h[0], "--note", &h[1]]);
    stage.run(&["alias", "--territory", &h[2], &h[3]]);
    stage.run(&["alias"]);
    stage.run(&["remove", &other, "--note", &h[4]]);
    stage.run(&["show", &other]);
    stage.run(&["revert", &format!("{other}@1")]);
    stage.run(&["rebuild", "--reparse"]);
    let backup = stage.hostile_path("backup");
    stage.run(&["backup", backup.to_str().unwrap()]);
    let damaged = stage.hostile_path("jsonl");
    fs::write(&damaged, stage.hostile.text()).unwrap();
    let new = stage.hostile_path("restored");
    let new = new.to_str().unwrap().to_owned();
    stage.run(&["restore", damaged.to_str().unwrap(), "--archive", &new]);
    let mut piped = stage.hustings(&["restore", "-", "--archive", &new]);
    piped.stdin(File::open(&damaged).unwrap());
    stage.run_command(piped);
    stage.run(&["list", "--archive", &h[5]]);
    fs::write(Path::new(&stage.archive).join("FORMAT"), stage.hostile.text()).unwrap();
    stage.run(&["list"]);
    stage.run(&["verify"]);
}
