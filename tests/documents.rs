//! The documents are true: README's session gives what it says, and the list of commands is the
//! program's own.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;

use hustings::analysis::measure::Measure;
use hustings::formats::infobox::parameters::PARAMETERS;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn hustings(archive: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hustings"));
    command.env("HUSTINGS_ARCHIVE", archive).env_remove("CLICOLOR_FORCE").current_dir(root());
    command
}

fn stdout(command: &mut Command) -> String {
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}

/// The words of a command line, as a shell with double quotes takes them.
fn words(line: &str) -> Vec<String> {
    let pieces = line.split('"').enumerate();
    pieces
        .flat_map(|(number, piece)| match number % 2 {
            0 => piece.split_whitespace().map(str::to_owned).collect(),
            _ => vec![piece.to_owned()],
        })
        .collect()
}

#[test]
fn the_session_of_the_readme_is_real() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let session = readme.split("```console\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut seen = String::new();
    for line in session.lines().filter_map(|line| line.strip_prefix("$ hustings ")) {
        let output = stdout(hustings(&folder.path().join("archive")).args(words(line)));
        seen.push_str(&format!("$ hustings {line}\n{output}"));
    }
    assert_eq!(seen, session);
}

/// `HUSTINGS_BLESS=1 cargo test` writes the page anew.
#[test]
fn the_command_reference_is_the_programs_help() {
    let help = |words: &[&str]| {
        let text = stdout(hustings(Path::new("unused")).args(words).env("COLUMNS", "90"));
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        lines.join("\n").trim().to_owned()
    };
    let main = help(&["--help"]);
    let mut page =
        format!("# Commands\n\nThis page is the program's own help.\n\n```text\n{main}\n```\n");
    let list = main.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    for name in list.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next()) {
        if name != "help" && !name.is_empty() {
            let text = help(&[name, "--help"]);
            assert!(text.contains("Example"), "{name} has no example");
            page.push_str(&format!("\n## {name}\n\n```text\n{text}\n```\n"));
        }
    }
    is_page("docs/cli.md", &page);
}

/// The page of parameters is made from the table that the importers read through.
#[test]
fn the_page_of_parameters_is_the_table_of_the_importers() {
    let mut page = String::from(
        "# Parameters\n\nEvery family of infobox parameters that articles and wikitext are read \
         through. `N` is a number, and `K`\nthat of an extra row. Case, spaces and underscores do not matter. What cannot be \
         read as its type is kept, with the reason.\n\n| parameter | also | rendered as | read as |\n\
         |---|---|---|---|\n",
    );
    for parameter in PARAMETERS {
        let names: Vec<String> =
            parameter.aliases.iter().map(|alias| format!("`{alias}`")).collect();
        page.push_str(&format!(
            "| `{}` | {} | {} | {} |\n",
            parameter.name,
            names.join(", "),
            parameter.label,
            parameter.kind
        ));
    }
    is_page("docs/parameters.md", &page);
}

/// The page of measures is made from what the library says of each.
#[test]
fn the_page_of_measures_is_what_the_library_says_of_them() {
    let head = "| measure | what | unit | formula | source |\n|---|---|---|---|---|\n";
    let mut table = head.to_owned();
    for measure in Measure::ALL {
        let formula = measure.formula().replace('|', "\\|");
        table.push_str(&format!(
            "| `{measure}` | {} | {} | {formula} | {} |\n",
            measure.title(),
            measure.unit(),
            measure.source()
        ));
    }
    // What stands around the table is written by hand.
    let page = std::fs::read_to_string(root().join("docs/measures.md")).unwrap();
    let (before, rest) = page.split_once(head).unwrap();
    let after = rest.split_once("\n\n").map(|(_, after)| format!("\n{after}"));
    is_page("docs/measures.md", &format!("{before}{table}{}", after.unwrap_or_default()));
}

fn is_page(name: &str, page: &str) {
    let path = root().join(name);
    if std::env::var_os("HUSTINGS_BLESS").is_some() {
        std::fs::write(&path, page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, page, "{name} is not up to date");
}
