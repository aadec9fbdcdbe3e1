//! Data flows one way: no file of the library names a module that stands below its own in the
//! list of `docs/design.md`, and the crates that only one place may know stay there.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

/// From the plainest to the outermost. `error` stands beside `model`: each may name the other.
const ORDER: [&[&str]; 13] = [
    &["error", "escape", "model"],
    &["disk", "measure"],
    &["import"],
    &["journal"],
    &["store"],
    &["index"],
    &["archive"],
    &["chain", "diff"],
    &["series"],
    &["check"],
    &["export"],
    &["render"],
    &["cli", "main"],
];

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 20, "the sources are there");
    found
}

/// The top-level module that a file belongs to: `store` for `src/store/codec.rs`.
fn module(path: &Path) -> String {
    let inner = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    let first = inner.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

fn layer(module: &str) -> Option<usize> {
    ORDER.iter().position(|layer| layer.contains(&module))
}

/// The lines of code, without comments and their examples.
fn code(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim_start).filter(|line| !line.starts_with("//"))
}

/// The modules of this crate that a line names: `crate::store::Store`, `hustings::diff`.
fn named(line: &str) -> Vec<String> {
    let mut names = Vec::new();
    for root in ["crate::", "hustings::"] {
        for (at, _) in line.match_indices(root) {
            let rest = &line[at + root.len()..];
            let group = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
            let list = group.map_or_else(
                || rest.split([';', ',', ')', ' ']).next().unwrap_or(""),
                |(list, _)| list,
            );
            for part in list.split(',') {
                let name = part.trim().split("::").next().unwrap_or("");
                names
                    .push(name.trim_matches(|c: char| !c.is_alphanumeric() && c != '_').to_owned());
            }
        }
    }
    names
}

#[test]
fn no_module_names_one_below_it() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let own = module(&path);
        if own == "lib" {
            continue;
        }
        let own_layer = layer(&own).unwrap_or_else(|| panic!("{own} stands in no layer"));
        for line in code(&text) {
            for name in named(line) {
                if layer(&name).is_some_and(|layer| layer > own_layer) {
                    wrong.push(format!("{}: {line}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_test_sees_what_it_looks_for() {
    assert_eq!(named("use crate::store::Store;"), ["store"]);
    assert_eq!(named("use crate::{Error, store::Store};"), ["Error", "store"]);
    assert!(layer("store") > layer("model"));
}

#[test]
fn each_outer_crate_is_known_in_its_places() {
    let places: [(&str, &[&str]); 9] = [
        ("sled::", &["store"]),
        ("bincode::", &["store"]),
        ("zstd::", &["journal", "store"]),
        ("plotters::", &["render"]),
        ("plotters_backend::", &["render"]),
        ("clap::", &["cli", "main"]),
        ("console::", &["cli", "main"]),
        ("anstream::", &["cli", "main"]),
        ("indicatif::", &["cli", "main"]),
    ];
    for (path, text) in sources() {
        for (outer, places) in places {
            let known = places.contains(&module(&path).as_str());
            let uses = code(&text).any(|line| line.contains(outer));
            assert!(known || !uses, "{} names {outer}", path.display());
        }
    }
}

#[test]
fn the_library_prints_nothing() {
    for (path, text) in sources() {
        if ["cli", "main"].contains(&module(&path).as_str()) {
            continue;
        }
        for word in ["println!", "eprintln!", "std::env::", "IsTerminal"] {
            let uses = code(&text).any(|line| line.contains(word) && !line.contains("CARGO_"));
            assert!(!uses, "{} uses {word}", path.display());
        }
    }
}

/// Nothing reaches a terminal past the output boundary.
#[test]
fn only_the_output_boundary_prints() {
    for (path, text) in sources() {
        if path.to_string_lossy().contains("cli/terminal") {
            continue;
        }
        for word in ["stdout()", "stderr()", "println!", "print!(", "Term::", "take_hook"] {
            let uses = code(&text).any(|line| line.contains(word));
            assert!(!uses, "{} uses {word}", path.display());
        }
    }
}
