//! Hostile inputs in a pseudo-terminal: whatever a source, a file name, an argument or an environment variable has, no
//! control character and no bidirectional control of theirs reaches the terminal.
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

use common::hostile::{Hostile, intrusion};
use common::pty::in_terminal;
use common::stage::Stage;
use common::{Numbers, rounds};

/// Number of hostile inputs of a long run.
const INPUTS: u64 = 10_000;

const FORMATS: [&str; 5] = ["text", "json", "jsonl", "csv", "markdown"];

#[test]
fn the_check_sees_what_a_program_sends() {
    let printed = |text: &str| {
        let mut command = Command::new("printf");
        command.arg(text.replace('%', "%%"));
        in_terminal(command).1
    };
    assert_eq!(printed("a\nb"), b"a\nb", "the terminal adds nothing");
    assert_eq!(intrusion(&printed("\x1b[1mown\x1b[0m\n"), false, false), None);
    for text in
        ["\x1b[7m", "\u{9b}m", "\r", "\u{202e}", "\u{200f}", "\x1b[31mEVIL", "\nSPOOF", "\u{2028}"]
    {
        assert!(intrusion(&printed(text), false, false).is_some(), "{text:?}");
    }
    assert!(intrusion(&printed("\x1b[1m"), true, false).is_some());
    assert!(intrusion(b"\x9b31m", false, true).is_some());
}

#[test]
fn no_input_sends_anything_to_the_terminal() {
    let mut hostile = Hostile { numbers: Numbers(15), count: 0 };
    let (mut runs, mut succeeded, mut escaped) = (0, 0, 0);
    while hostile.count < rounds(INPUTS) {
        let mut stage = Stage::new(hostile);
        imports(&mut stage);
        answers(&mut stage);
        documents(&mut stage);
        words(&mut stage);
        changes(&mut stage);
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

fn imports(stage: &mut Stage) {
    let (sources, broken) = (stage.sources(), stage.broken());
    let (sources, broken) = (sources.to_str().unwrap(), broken.to_string_lossy().into_owned());
    let note = stage.hostile.word();
    stage.run(&["import", "--dry-run", sources, &broken]);
    stage.run(&["import", "--strict", &broken]);
    stage.run(&["import", "-v", "--note", &note, sources, &broken]);
    let (tables, mappings) = stage.tables();
    for mapping in &mappings {
        let (mapping, tables) = (mapping.to_str().unwrap(), tables.to_str().unwrap());
        stage.run(&["import", "-v", "--mapping", mapping, tables]);
    }
    let missing = stage.hostile.word();
    stage.run(&["import", &missing]);
    stage.run(&["import", "--mapping", &missing, sources]);
    let mut piped = stage.hustings(&["import", "-"]);
    let line = stage.path("jsonl");
    fs::write(&line, stage.hostile.text()).unwrap();
    piped.stdin(File::open(line).unwrap());
    stage.run_as(piped);
}

fn in_format<'a>(words: &[&'a str], format: &'a str) -> Vec<&'a str> {
    [words, &["--format", format]].concat()
}

/// Every command that asks, in every format.
fn answers(stage: &mut Stage) {
    let [one, other] = [0, 1].map(|at| stage.titles[at + 3].clone());
    for format in FORMATS {
        let number = stage.hostile.numbers.below(4);
        stage.run(&in_format(&["list"], format));
        stage.run(&in_format(&["show", &one], format));
        stage.run(&in_format(&["chain", &other], format));
        stage.run(&in_format(&["diff", &one, &other], format));
        // One of these for each format.
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

/// Documents on a terminal, and pictures beside it.
fn documents(stage: &mut Stage) {
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
    let picture = stage.hostile.name();
    stage.run(&["chain", &one, "--svg", &picture]);
    let nowhere = format!("{}/{picture}", stage.hostile.name());
    stage.run(&["diff", &one, &other, "--svg", &nowhere]);
}

/// Words that the program does not know.
fn words(stage: &mut Stage) {
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
        let word = stage.hostile.word();
        stage.run(&[words, &[&word]].concat());
    }
    let option = format!("--{}", stage.hostile.word());
    stage.run(&["list", &option]);
    let [version, value] = [(); 2].map(|()| stage.hostile.word());
    stage.run(&["show", &format!("{title}@{version}")]);
    stage.run(&["list", "--color", &value]);
    let mut raw = stage.hustings(&["show"]);
    raw.arg(OsString::from_vec(b"a\x9b31m\x1b[7m".to_vec()));
    stage.check(raw, false);
    // The program's own name, and the environment that help could show.
    for words in
        [&["--help"][..], &["list", "--help"], &["list", "--nonsense"], &["man"], &["--version"]]
    {
        let mut command = stage.hustings(words);
        command.arg0(stage.hostile.word()).env("HUSTINGS_ARCHIVE", stage.hostile.word());
        stage.check(command, false);
    }
}

fn changes(stage: &mut Stage) {
    let [one, other] = [0, 1].map(|at| stage.titles[at + 3].clone());
    let h: Vec<String> = (0..6).map(|_| stage.hostile.word()).collect();
    stage.run(&["alias", &one, &h[0], "--note", &h[1]]);
    stage.run(&["alias", "--territory", &h[2], &h[3]]);
    stage.run(&["alias"]);
    stage.run(&["remove", &other, "--note", &h[4]]);
    stage.run(&["show", &other]);
    stage.run(&["revert", &format!("{other}@1")]);
    stage.run(&["rebuild", "--reparse"]);
    let backup = stage.path("backup");
    stage.run(&["backup", backup.to_str().unwrap()]);
    let damaged = stage.path("jsonl");
    fs::write(&damaged, stage.hostile.text()).unwrap();
    let new = stage.path("restored");
    let new = new.to_str().unwrap().to_owned();
    stage.run(&["restore", damaged.to_str().unwrap(), "--archive", &new]);
    let mut piped = stage.hustings(&["restore", "-", "--archive", &new]);
    piped.stdin(File::open(&damaged).unwrap());
    stage.run_as(piped);
    stage.run(&["list", "--archive", &h[5]]);
    fs::write(Path::new(&stage.archive).join("FORMAT"), stage.hostile.text()).unwrap();
    stage.run(&["list"]);
    stage.run(&["verify"]);
}
