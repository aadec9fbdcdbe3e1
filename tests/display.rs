//! Output on a terminal: tables that fit its width, a pager, and plain output for screen readers.
#![cfg(all(unix, feature = "cli"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::pty::run_in_terminal_of_width;
use common::{archive_of_fixtures, hustings, run};

/// Runs a command on a terminal of the given width. Returns its exit code and output.
fn shown(columns: u16, command: Command) -> (i32, String) {
    let (code, output) = run_in_terminal_of_width(columns, command);
    (code, String::from_utf8(output).unwrap())
}

/// Returns a command that runs the program without a pager and without colours.
fn plain(archive: &Path, words: &[&str]) -> Command {
    let mut command = hustings(archive, words);
    command.args(["--no-pager", "--color", "never"]).env("TERM", "xterm");
    command
}

fn widest(text: &str) -> usize {
    text.lines().map(|line| line.chars().count()).max().unwrap_or(0)
}

/// Writes a pager that prints its arguments before its input. Returns the path of the pager.
fn write_pager(folder: &Path) -> PathBuf {
    let path = folder.join("pager");
    fs::write(&path, "#!/bin/sh\necho \"paged $*\"\nexec cat\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

#[test]
fn tables_fit_the_terminal_without_broken_words() {
    let (_folder, archive) = archive_of_fixtures();
    let list = ["list", "nagorno-karabakh"];
    let full = run(&archive, &list).1;
    assert_eq!(shown(300, plain(&archive, &list)), (0, full.clone()));
    let narrow = shown(100, plain(&archive, &list)).1;
    assert!(widest(&full) > 100 && widest(&narrow) <= 100, "{narrow}");
    assert!(narrow.contains("2012 Nagorno-Karabakh…"), "{narrow}");
    for word in narrow.split_whitespace() {
        assert!(full.contains(word.trim_end_matches('…')), "{word}");
    }
    let header = narrow.lines().next().unwrap();
    assert!(header.ends_with("title                   versions"), "no gap behind titles: {header}");
    // Addresses and figures are never shortened, so the table is wider than a very narrow terminal.
    let narrowest = shown(20, plain(&archive, &list)).1;
    assert!(widest(&narrowest) > 20 && narrowest.contains("nagorno-karabakh/2012"), "{narrowest}");
    let chain = shown(80, plain(&archive, &["chain", "nagorno-karabakh/2012"])).1;
    assert!(widest(&chain) <= 80 && chain.contains('…'), "{chain}");
    let check = ["check", "nagorno-karabakh/2012", "--verbose"];
    let narrow = shown(80, plain(&archive, &check)).1;
    assert!(widest(&narrow) <= 80, "{narrow}");
    let words = |text: &str| {
        let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        words.sort();
        words
    };
    assert_eq!(words(&narrow), words(&run(&archive, &check).1), "sentences are wrapped");
}

#[test]
fn columns_sets_the_width_even_of_a_pipe() {
    let (_folder, archive) = archive_of_fixtures();
    let list = |columns: &str| {
        let output = plain(&archive, &["list"]).env("COLUMNS", columns).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(list("100").contains('…'));
    assert_eq!(list("1000"), run(&archive, &["list"]).1);
    assert_eq!(list("no number"), run(&archive, &["list"]).1);
    let mut command = plain(&archive, &["list"]);
    command.env("COLUMNS", "1000");
    assert_eq!(shown(40, command).1, run(&archive, &["list"]).1);
}

#[test]
fn answers_pass_through_the_pager_on_a_terminal() {
    let (folder, archive) = archive_of_fixtures();
    let pager = write_pager(folder.path());
    let paged = |pager: &str, words: &[&str]| {
        let mut command = hustings(&archive, &[words, &["--color", "never"]].concat());
        command.env("PAGER", pager).env("TERM", "xterm");
        shown(300, command)
    };
    let pager = pager.to_str().unwrap();
    let list = run(&archive, &["list"]).1;
    let with_arguments = format!("{pager} -a  b");
    assert_eq!(paged(&with_arguments, &["list"]), (0, format!("paged -a b\n{list}")));
    let export = run(&archive, &["export"]).1;
    assert_eq!(paged(pager, &["export"]).1.lines().count(), export.lines().count() + 1);
    for words in [&["check"][..], &["stats"], &["list", "--format", "csv"]] {
        assert!(paged(pager, words).1.starts_with("paged \n"), "{words:?}");
    }
    // The output is printed directly if `PAGER` is empty or `cat`, or if the pager cannot be
    // started or fails.
    for none in ["", "cat", "no/such/pager", "false"] {
        assert_eq!(paged(none, &["list"]), (0, list.clone()), "{none:?}");
    }
    assert_eq!(paged(pager, &["list", "--no-pager"]).1, list);
    let mut piped = hustings(&archive, &["list"]);
    assert_eq!(piped.env("PAGER", pager).output().unwrap().stdout, list.as_bytes());
    // Errors and results of changes are printed directly.
    let (code, error) = paged(pager, &["show", "nowhere/1900"]);
    assert!(code == 2 && !error.contains("paged"), "{error}");
    assert!(!paged(pager, &["import", "fixtures/editions"]).1.contains("paged"));
    // A pager that ends before it has read everything is not an error.
    assert_eq!(paged("true", &["export", "--all-versions"]), (0, String::new()));
    assert_eq!(paged("true", &["check", "--exit-code", "--format", "csv"]).1, "");
}

#[test]
fn the_archive_can_be_changed_while_an_answer_is_in_the_pager() {
    let (folder, archive) = archive_of_fixtures();
    let (pager, result) = (write_pager(folder.path()), folder.path().join("result"));
    let change = format!(
        "#!/bin/sh\n'{}' --archive '{}' alias artsakh/2017 'Another title' > '{}' 2>&1\n",
        env!("CARGO_BIN_EXE_hustings"),
        archive.display(),
        result.display()
    );
    fs::write(&pager, change).unwrap();
    let mut command = hustings(&archive, &["list"]);
    command.env("PAGER", &pager).env("TERM", "xterm");
    assert_eq!(shown(300, command).0, 0);
    let result = fs::read_to_string(result).unwrap();
    assert!(result.starts_with("import 4: 'Another title' is artsakh/2017"), "{result}");
}

#[test]
fn screen_readers_get_plain_lines() {
    let (_folder, archive) = archive_of_fixtures();
    let series = ["series", "nagorno-karabakh/2012", "--measure", "turnout,margin"];
    let check = ["check", "nagorno-karabakh/2012", "--verbose"];
    let drawing =
        |text: &str| text.contains(['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█', '…', '\u{1b}']);
    for words in [&["list"][..], &series, &check, &["diff", "artsakh/2017", "artsakh/2020"]] {
        let mut coloured = hustings(&archive, &[words, &["--no-pager"]].concat());
        coloured.env("TERM", "xterm");
        assert!(drawing(&shown(80, coloured).1), "{words:?}");
        let mut no_color = hustings(&archive, &[words, &["--no-pager"]].concat());
        no_color.env("TERM", "xterm").env("NO_COLOR", "1");
        let mut format = hustings(&archive, &[words, &["--no-pager", "--format", "text"]].concat());
        format.env("TERM", "xterm");
        let plain = shown(80, no_color).1;
        assert!(!drawing(&plain), "{words:?} {plain}");
        assert_eq!(shown(80, format).1, plain, "{words:?}");
    }
    let text = run(&archive, &[&check[..], &["--format", "text"]].concat()).1;
    let wrapped = run(&archive, &check).1;
    assert!(text.lines().count() < wrapped.lines().count(), "a row is one line: {text}");
    // No progress bar is drawn.
    let dump = ["import", "fixtures/dumps", "--archive"];
    let new = archive.with_file_name("new");
    let mut import = hustings(&archive, &[&dump[..], &[new.to_str().unwrap()]].concat());
    import.env("TERM", "xterm").env("NO_COLOR", "1");
    let output = shown(80, import).1;
    assert!(!output.contains(['\u{1b}', '\r']), "{output:?}");
}
