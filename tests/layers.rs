//! Data flows in one direction: no file of the library names a module below its own in the list of
//! `docs/design.md`, dependencies between files have no cycles, and each external crate is used
//! only in its modules.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "layers/source.rs"]
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use source::{Module, Sources, format_path};

/// The top-level modules, in the order of that list. Code may use only its own module and those
/// before it.
const LAYERS: [&str; 17] = [
    "model", "error", "disk", "values", "journal", "store", "index", "formats", "ingest",
    "archive", "analysis", "check", "evidence", "export", "render", "cli", "main",
];

fn sources() -> Sources {
    let sources = Sources::read();
    assert!(sources.files.len() > 20, "the sources are there");
    sources
}

/// Returns the top-level module of a module: `store` for `store/codec`, and an empty name for the
/// crate root.
fn top_module(module: &Module) -> &str {
    module.first().map_or("", String::as_str)
}

fn layer(module: &Module) -> usize {
    let room = top_module(module);
    LAYERS.iter().position(|own| *own == room).unwrap_or_else(|| panic!("{room} is in no layer"))
}

/// Returns the dependencies of each file. The crate root is left out, because it only declares
/// modules and re-exports items.
fn dependency_graph(sources: &Sources) -> BTreeMap<Module, BTreeSet<Module>> {
    let modules = sources.files.keys().filter(|module| !module.is_empty());
    modules
        .map(|module| {
            let found = sources.dependencies(module);
            (module.clone(), found.into_iter().filter(|other| !other.is_empty()).collect())
        })
        .collect()
}

/// Returns a dependency cycle for each file that depends on itself through other files.
fn cycles(graph: &BTreeMap<Module, BTreeSet<Module>>) -> Vec<String> {
    let mut found = Vec::new();
    for start in graph.keys() {
        let mut ways = vec![vec![start]];
        let mut seen = BTreeSet::new();
        while let Some(way) = ways.pop() {
            for next in graph.get(way[way.len() - 1]).into_iter().flatten() {
                if next == start {
                    let names = way.iter().map(|module| format_path(module)).collect::<Vec<_>>();
                    found.push(names.join(" -> "));
                    ways.clear();
                    break;
                }
                if seen.insert(next) {
                    ways.push([way.clone(), vec![next]].concat());
                }
            }
        }
    }
    found
}

#[test]
fn no_file_depends_on_a_higher_layer() {
    let mut wrong = Vec::new();
    for (module, others) in dependency_graph(&sources()) {
        for other in others.iter().filter(|other| layer(other) > layer(&module)) {
            wrong.push(format!("{} -> {}", format_path(&module), format_path(other)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn dependencies_between_files_have_no_cycles() {
    let found = cycles(&dependency_graph(&sources()));
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_dependency_graph_detects_violations() {
    let file = |path: &str, text: &str| (PathBuf::from(path), text.to_owned());
    let sources = Sources::from_texts(
        [
            file("lib.rs", "mod model; mod store;"),
            file("model.rs", "use crate::store::{Thing as Other};\npub(crate) struct Plain;"),
            file("store.rs", "mod inner;\npub(crate) use inner::Thing;"),
            file("store/inner.rs", "pub(crate) struct Thing(crate::model::Plain);"),
        ]
        .into_iter(),
    );
    let graph = dependency_graph(&sources);
    let inner = vec!["store".to_owned(), "inner".to_owned()];
    assert_eq!(graph[&vec!["model".to_owned()]], BTreeSet::from([inner.clone()]));
    assert_eq!(graph[&inner], BTreeSet::from([vec!["model".to_owned()]]));
    assert_eq!(cycles(&graph), ["model -> store/inner", "store/inner -> model"]);
    assert!(layer(&inner) > layer(&vec!["model".to_owned()]));
}

#[test]
fn each_external_crate_is_used_only_in_its_modules() {
    let places: [(&str, &[&str]); 9] = [
        ("sled::", &["store"]),
        ("bincode::", &["store"]),
        ("zstd::", &["journal", "store", "formats"]),
        ("plotters::", &["render"]),
        ("plotters_backend::", &["render"]),
        ("clap::", &["cli", "main"]),
        ("console::", &["cli", "main"]),
        ("anstream::", &["cli", "main"]),
        ("indicatif::", &["cli", "main"]),
    ];
    for source in sources().files.values() {
        for (outer, places) in places {
            let known = places.contains(&top_module(&source.module));
            assert!(known || !source.code.contains(outer), "{:?} names {outer}", source.path);
        }
    }
}

#[test]
fn the_library_prints_nothing() {
    for source in sources().files.values() {
        if ["cli", "main"].contains(&top_module(&source.module)) {
            continue;
        }
        for word in ["println!", "eprintln!", "std::env::", "IsTerminal"] {
            assert!(!source.code.contains(word), "{:?} uses {word}", source.path);
        }
    }
}

/// Only `cli/terminal.rs` writes to the terminal.
#[test]
fn only_the_output_boundary_prints() {
    for source in sources().files.values() {
        if source.module.starts_with(&["cli".to_owned(), "terminal".to_owned()]) {
            continue;
        }
        for word in ["stdout()", "stderr()", "println!", "print!(", "Term::", "take_hook"] {
            assert!(!source.code.contains(word), "{:?} uses {word}", source.path);
        }
    }
}

/// Differences between operating systems are in one file of the library and one of the program.
#[test]
fn only_the_platform_modules_depend_on_the_operating_system() {
    for source in sources().files.values() {
        if source.module.last().is_some_and(|name| name == "platform") {
            continue;
        }
        let attributes = source.code.match_indices("cfg").map(|(at, _)| &source.code[at..]);
        for attribute in attributes.filter_map(|code| code.lines().next()) {
            for system in ["unix", "windows", "target_os", "target_family"] {
                assert!(!attribute.contains(system), "{:?} has {attribute}", source.path);
            }
        }
        assert!(!source.code.contains("std::os::"), "{:?} uses std::os", source.path);
    }
}
