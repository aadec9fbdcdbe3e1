//! A dump of a wiki, packed or not; and whatever else a file may be taken for.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hustings_fuzz::file(bytes, None));
