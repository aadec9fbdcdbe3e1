//! The documents match the program: its lists of commands, parameters and measures.
//! `tests/snapshots.rs` runs the session in README.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::{Path, PathBuf};
use std::process::Command;

use hustings::analysis::measure::Measure;
use hustings::formats::infobox::parameters::PARAMETERS;

fn project_root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn hustings(archive: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hustings"));
    command
        .env("HUSTINGS_ARCHIVE", archive)
        .env_remove("CLICOLOR_FORCE")
        .env_remove("COLUMNS")
        .env_remove("NO_COLOR")
        .current_dir(project_root());
    command
}

fn stdout(command: &mut Command) -> String {
    String::from_utf8(command.output().unwrap().stdout).unwrap()
}

/// `HUSTINGS_BLESS=1 cargo test` rewrites `docs/cli.md`.
#[test]
fn the_command_reference_matches_the_help() {
    let help = |words: &[&str]| {
        let text = stdout(hustings(Path::new("unused")).args(words).env("COLUMNS", "90"));
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        lines.join("\n").trim().to_owned()
    };
    let main = help(&["--help"]);
    let mut page =
        format!("# Commands\n\nThis page is the program's own help.\n\n```text\n{main}\n```\n");
    let (groups, _) = main.split_once("\nOptions:\n").unwrap();
    let names = groups.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    for name in names {
        if name != "help" {
            let text = help(&[name, "--help"]);
            assert!(text.contains("Example"), "{name} has no example");
            page.push_str(&format!("\n## {name}\n\n```text\n{text}\n```\n"));
        }
    }
    assert_page("docs/cli.md", &page);
}

/// `docs/parameters.md` is generated from the table of parameters that the importers use.
#[test]
fn the_parameter_page_matches_the_importers() {
    let mut page = String::from(
        "# Parameters\n\nEvery family of infobox parameters that articles and wikitext are read \
         through. `N` is a number, and `K` is\nthe number of an extra row. Case, spaces and \
         underscores do not matter. A value that cannot be parsed as its type is kept\nunparsed, with the reason.\n\n| parameter | also | rendered as | read as |\n\
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
    assert_page("docs/parameters.md", &page);
}

/// The table in `docs/measures.md` is generated from the library's descriptions of the measures.
#[test]
fn the_measure_page_matches_the_library() {
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
    // The text around the table is written by hand.
    let page = std::fs::read_to_string(project_root().join("docs/measures.md")).unwrap();
    let (before, rest) = page.split_once(head).unwrap();
    let after = rest.split_once("\n\n").map(|(_, after)| format!("\n{after}"));
    assert_page("docs/measures.md", &format!("{before}{table}{}", after.unwrap_or_default()));
}

/// Returns the text of every Rust file in a folder and its subfolders.
fn rust_sources(folder: &Path) -> String {
    let mut sources = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources.push_str(&rust_sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push_str(&std::fs::read_to_string(&path).unwrap());
        }
    }
    sources
}

#[test]
fn the_page_of_cases_names_existing_tests() {
    let sources = ["tests", "src"].map(|folder| rust_sources(&project_root().join(folder)));
    let page = std::fs::read_to_string(project_root().join("docs/cases.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with('|'));
    let mut count = 0;
    for row in rows.filter(|row| !row.starts_with("|---") && !row.ends_with("| test |")) {
        let (_, tests) = row.trim_end_matches([' ', '|']).rsplit_once(" | ").unwrap();
        let names: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
        assert!(!names.is_empty(), "docs/cases.md names no test in {row}");
        for path in names {
            let name = path.rsplit("::").next().unwrap();
            let function = format!("fn {name}(");
            let exists = sources.iter().any(|source| source.contains(&function));
            assert!(exists, "docs/cases.md names the test {path}, which does not exist");
            count += 1;
        }
    }
    assert!(count > 0, "docs/cases.md names no test");
}

fn assert_page(name: &str, page: &str) {
    let path = project_root().join(name);
    if std::env::var_os("HUSTINGS_BLESS").is_some() {
        std::fs::write(&path, page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(written, page, "{name} is not up to date");
}
