//! Fuzzes the import of a table of results, with the mapping of a live count.
#![no_main]

const MAPPING: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/tables/live.toml");

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hustings_fuzz::file(bytes, Some(MAPPING)));
