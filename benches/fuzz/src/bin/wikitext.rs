//! Fuzzes the importer of `Format::Wikitext`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hustings_fuzz::text(
    hustings::formats::Format::Wikitext,
    bytes
));
