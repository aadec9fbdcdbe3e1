//! Texts that may break parsers. Each is parsed or refused without a panic.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "../benches/hostile/patterns.rs"]
mod patterns;

use std::ops::ControlFlow;

use hustings::archive::{ImportOptions, preview};
use hustings::formats::{Format, parse};
use patterns::{PATTERNS, articles, pages};
use proptest::prelude::*;

const MEGABYTE: usize = 1 << 20;

/// Each pattern is repeated to a megabyte, and parsed alone and inside an infobox.
#[test]
fn a_megabyte_of_any_pattern_is_parsed_without_a_panic() {
    for pattern in PATTERNS {
        let long = pattern.repeat(MEGABYTE / pattern.len());
        for text in articles(&long) {
            let _ = parse(Format::Article, &text);
            let _ = parse(Format::Jsonl, &text);
        }
        for text in pages(&long) {
            let _ = parse(Format::Wikitext, &text);
        }
    }
}

/// Inputs kept from fuzzing. The importer that the folder is named after parses or refuses each.
#[test]
fn the_fuzz_corpus_is_parsed_or_refused() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fuzz");
    let mut read = 0;
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry.unwrap();
        if !entry.file_type().is_file() {
            continue;
        }
        let parent = entry.path().parent().and_then(|parent| parent.file_name()).unwrap();
        let bytes = std::fs::read(entry.path()).unwrap();
        read += 1;
        match (parent.to_str().unwrap().parse::<Format>(), String::from_utf8(bytes)) {
            (Ok(format), Ok(text)) => {
                let _ = parse(format, &text);
            }
            _ => {
                let paths = [entry.path().to_owned()];
                let mapping = match parent.to_str().unwrap() {
                    "rows" => Some("fixtures/tables/live.toml"),
                    "json" => Some("fixtures/tables/containers/contests.toml"),
                    "workbook" => Some("fixtures/tables/containers/workbook.toml"),
                    _ => None,
                };
                let mapping = mapping.map(|path| hustings::formats::Mapping::load(path).unwrap());
                let options = ImportOptions::default().mapping(mapping);
                preview(&paths, &options, &mut |_| ControlFlow::Continue(())).unwrap();
            }
        }
    }
    assert!(read > 50, "{read} files");
}

#[test]
fn ten_thousand_parameters_are_parsed() {
    let lines: String =
        (1..=10_000).map(|number| format!("- Nominee{number}: Person {number}\n")).collect();
    let election = parse(Format::Article, &format!("= t =\n\nInfobox\n{lines}")).unwrap();
    assert_eq!(election.contests[0].contenders.len(), 10_000);
}

proptest! {
    #[test]
    fn parsing_any_text_is_deterministic_and_does_not_panic(text in "(= t =\n\nInfobox\n)?(- (Election Date|Turnout|Popular Vote1|Seat Change2|Nominee1|Last Election3): )?\\PC{0,80}\n\\PC{0,40}") {
        prop_assert_eq!(parse(Format::Article, &text), parse(Format::Article, &text));
        let _ = parse(Format::Jsonl, &text);
    }

    #[test]
    fn any_bytes_are_decoded_or_the_error_has_a_position(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        if let Err(unread) = hustings::formats::decode("f", bytes) {
            prop_assert!(unread.line >= 1 && unread.column >= 1);
        }
    }
}
