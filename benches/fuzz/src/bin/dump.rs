//! Fuzzes the import of a file: a wiki dump, compressed or not, or any other format that is
//! detected.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hustings_fuzz::file(bytes, None));
