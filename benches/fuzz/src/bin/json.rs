//! Fuzzes the import of JSON with rows at a path, in any encoding.
#![no_main]

const MAPPING: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/tables/containers/contests.toml");

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hustings_fuzz::file(bytes, Some(MAPPING)));
