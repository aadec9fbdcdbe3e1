//! Fuzzes the import of a workbook, with a mapping for it. The first byte states what the others
//! are: the sheet of an XLSX workbook, its shared strings, the content of an ODS workbook, or a file
//! such as an XLS workbook or an archive.
#![no_main]

const MAPPING: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/tables/containers/workbook.toml");

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    hustings_fuzz::file(&hustings_fuzz::workbook(bytes), Some(MAPPING));
});
