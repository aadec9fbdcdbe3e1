//! Data flows one way: no file of the library names a module that stands below its own in the list
//! of `docs/design.md`, no files depend on each other in a circle, and each outer crate is known in
//! its places alone.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "layers/source.rs"]
mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use source::{Module, Sources, shown};

/// The rooms, from the plainest to the outermost.
const ORDER: [&str; 16] = [
    "model", "error", "disk", "values", "formats", "journal", "store", "index", "ingest",
    "archive", "analysis", "check", "export", "render", "cli", "main",
];

fn sources() -> Sources {
    let sources = Sources::read();
    assert!(sources.files.len() > 20, "the sources are there");
    sources
}

/// The room of a module: `store` for `store/codec`; empty for the crate's root.
fn room(module: &Module) -> &str {
    module.first().map_or("", String::as_str)
}

fn layer(module: &Module) -> usize {
    let room = room(module);
    ORDER.iter().position(|own| *own == room).unwrap_or_else(|| panic!("{room} is in no layer"))
}

/// What each file depends on. The root only declares and re-exports.
fn graph(sources: &Sources) -> BTreeMap<Module, BTreeSet<Module>> {
    let modules = sources.files.keys().filter(|module| !module.is_empty());
    modules
        .map(|module| {
            let found = sources.dependencies(module);
            (module.clone(), found.into_iter().filter(|other| !other.is_empty()).collect())
        })
        .collect()
}

/// The files that depend on themselves through others, each with a circle that leads back to it.
fn circles(graph: &BTreeMap<Module, BTreeSet<Module>>) -> Vec<String> {
    let mut found = Vec::new();
    for start in graph.keys() {
        let mut ways = vec![vec![start]];
        let mut seen = BTreeSet::new();
        while let Some(way) = ways.pop() {
            for next in graph.get(way[way.len() - 1]).into_iter().flatten() {
                if next == start {
                    let names = way.iter().map(|module| shown(module)).collect::<Vec<_>>();
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
fn no_file_depends_on_a_room_below_its_own() {
    let mut wrong = Vec::new();
    for (module, others) in graph(&sources()) {
        for other in others.iter().filter(|other| layer(other) > layer(&module)) {
            wrong.push(format!("{} -> {}", shown(&module), shown(other)));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_files_depend_on_each_other_in_a_circle() {
    let found = circles(&graph(&sources()));
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn the_tests_see_what_they_look_for() {
    let file = |path: &str, text: &str| (PathBuf::from(path), text.to_owned());
    let sources = Sources::of(
        [
            file("lib.rs", "mod model; mod store;"),
            file("model.rs", "use crate::store::{Thing as Other};\npub(crate) struct Plain;"),
            file("store.rs", "mod inner;\npub(crate) use inner::Thing;"),
            file("store/inner.rs", "pub(crate) struct Thing(crate::model::Plain);"),
        ]
        .into_iter(),
    );
    let graph = graph(&sources);
    let inner = vec!["store".to_owned(), "inner".to_owned()];
    assert_eq!(graph[&vec!["model".to_owned()]], BTreeSet::from([inner.clone()]));
    assert_eq!(graph[&inner], BTreeSet::from([vec!["model".to_owned()]]));
    assert_eq!(circles(&graph), ["model -> store/inner", "store/inner -> model"]);
    assert!(layer(&inner) > layer(&vec!["model".to_owned()]));
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
    for source in sources().files.values() {
        for (outer, places) in places {
            let known = places.contains(&room(&source.module));
            assert!(known || !source.code.contains(outer), "{:?} names {outer}", source.path);
        }
    }
}

#[test]
fn the_library_prints_nothing() {
    for source in sources().files.values() {
        if ["cli", "main"].contains(&room(&source.module)) {
            continue;
        }
        for word in ["println!", "eprintln!", "std::env::", "IsTerminal"] {
            assert!(!source.code.contains(word), "{:?} uses {word}", source.path);
        }
    }
}

/// Nothing reaches a terminal past the output boundary.
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
