//! Small files that would fill the memory, or run for ever. Each is refused with a clear error, and
//! within 200 MB. Every file is read in a process of its own, which reports its peak.
#![allow(clippy::print_stdout, reason = "the process of one file reports its memory")]

use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::Command;

use hustings::archive::{ImportOptions, preview};
use hustings::formats::Mapping;

use super::files::{gzip, ods, write, xlsx, zip, zstd};

/// Maximum resident memory, in kB.
const MAX_MEMORY: u64 = 200_000;

const MAPPING: &str = "key = [\"seat\"]\n[election]\ntitle = { template = \"1901 election in {seat}\" }\n\
                       [contender]\nperson = \"who\"\nvotes = \"votes\"\n";

/// Name of the test that reads one file, and of the variable with its path.
const READER: &str = "hostile::read_one_file";
const VARIABLE: &str = "HUSTINGS_HOSTILE_FILE";

/// Reads the file that the environment names, as a process of its own.
#[test]
fn read_one_file() {
    let Some(path) = std::env::var_os(VARIABLE) else { return };
    let json = path.to_string_lossy().contains("rows-");
    let rows = if json { "records = \"rows\"\n" } else { "" };
    let mapping: Mapping = format!("{rows}{MAPPING}").parse().unwrap();
    let options = ImportOptions::default().mapping(Some(mapping));
    let report = preview([Path::new(&path)], &options, &mut |_| ControlFlow::Continue(())).unwrap();
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    println!("peak={}", peak.trim().trim_end_matches(" kB"));
    report.errors.lines().for_each(|line| println!("error={line}"));
}

/// Returns the errors of a file and the peak of the memory, in kB.
fn read(path: &Path) -> (String, u64) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([READER, "--exact", "--nocapture"])
        .env(VARIABLE, path)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}: {said}", path.display());
    let peak = said.lines().find_map(|line| line.split_once("peak=")).unwrap().1;
    let errors: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("error=")).collect();
    (errors.join("\n"), peak.parse().unwrap())
}

/// A sheet whose cells are these.
fn sheet(cells: &str) -> String {
    format!("<worksheet><sheetData>{cells}</sheetData></worksheet>")
}

#[test]
fn small_hostile_files_are_refused_within_200_mb() {
    let folder = tempfile::tempdir().unwrap();
    let zeros = vec![b'0'; 10 << 20];
    let cell = |place: &str| format!("<c r=\"{place}\"><v>1</v></c>");
    let column: String = (1..=200).map(|row| cell(&format!("A{row}"))).collect();
    let far_rows: String = (1..=100_000).map(|row| cell(&format!("XFD{row}"))).collect();
    // Texts that differ, so that they unpack to less than 250 times their size.
    let text_of =
        |number: u64| format!("{:016x}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15)).repeat(60);
    let strings: String =
        (0..80_000).map(|number| format!("<si><t>{}</t></si>", text_of(number))).collect();
    let strings = format!("<sst>{strings}</sst>");
    let entities =
        "<!DOCTYPE lol [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">]>";
    let string_cell = "<c r=\"A1\" t=\"s\"><v>0</v></c>";
    let shared = |strings: &str| xlsx(&sheet(string_cell), strings);
    let ods_cell = |attributes: &str| {
        format!(
            "<table:table-cell office:value-type=\"string\" {attributes}><text:p>x</text:p></table:table-cell>"
        )
    };
    let ods_row = |attributes: &str, cell: &str| {
        format!("<table:table-row {attributes}>{cell}</table:table-row>")
    };
    let merged = format!(
        "{}<mergeCells><mergeCell ref=\"A1:XFD1048576\"/></mergeCells>",
        sheet(&format!("{}{}", cell("A1"), cell("XFD300"))).replace("</worksheet>", "")
    ) + "</worksheet>";
    let many_keys: String = (0..5_000).map(|key| format!("{{\"k{key}\":1}},")).collect();
    let mut far_xls = fs::read(super::fixture("results.xls")).unwrap();
    let number =
        far_xls.windows(8).position(|bytes| bytes == b"\x7e\x02\x0a\x00\x03\x00\x04\x00").unwrap();
    far_xls[number + 4..number + 8].fill(0xff);

    // Names and contents of the files, and a part of the expected error. Contents are repeated.
    let files: Vec<(&str, Vec<u8>, usize, &str)> = vec![
        ("bomb.csv.gz", gzip(&zeros), 60, "as in a decompression bomb"),
        ("bomb.csv.zst", zstd(&zeros), 60, "as in a decompression bomb"),
        ("bomb.zip", zip(&[("bomb.csv", &zeros.repeat(8))]), 1, "as in a decompression bomb"),
        ("far.xlsx", xlsx(&sheet(&(column + &cell("XFD1048576"))), ""), 1, "found 'XFD1048576'"),
        ("far-rows.xlsx", xlsx(&sheet(&far_rows), ""), 1, "cells that form a table"),
        ("outside.xlsx", xlsx(&sheet(&cell("XFE1048577")), ""), 1, "at most 1048576 rows"),
        ("merged.xlsx", xlsx(&merged, ""), 1, "expected a column 'seat'"),
        ("strings.xlsx", shared(&strings), 1, "at most 64 MiB of shared strings"),
        (
            "string.xlsx",
            shared(&format!("<sst><si><t>{}</t></si></sst>", "x".repeat(30 << 20))),
            1,
            "texts of at most 2 MiB",
        ),
        (
            "entities.xlsx",
            shared(&format!("{entities}<sst><si><t>&b;</t></si></sst>")),
            1,
            "a document type",
        ),
        ("entity.xlsx", shared("<sst><si><t>&b;</t></si></sst>"), 1, "the entity &b;"),
        ("deep.xlsx", xlsx(&"<a>".repeat(100_000), ""), 1, "nested 256 deep"),
        (
            "columns.ods",
            ods(&ods_row("", &ods_cell("table:number-columns-repeated=\"4000000000\""))),
            1,
            "16384 columns",
        ),
        (
            "rows.ods",
            ods(&ods_row(
                "table:number-rows-repeated=\"1048576\"",
                &ods_cell("table:number-columns-repeated=\"16000\""),
            )
            .repeat(2)),
            1,
            "mostly repeated cells",
        ),
        ("far.xls", far_xls, 1, "at most 1048576 rows and 16384 columns"),
        ("deep.json", b"[".to_vec(), 1 << 20, "nested at most 64 deep"),
        (
            "rows-keys.json",
            format!("{{\"rows\":[{many_keys}{{}}]}}").into_bytes(),
            1,
            "different names of columns",
        ),
        (
            "open.json",
            b"[{\"a\":\"".iter().chain(&zeros).copied().collect(),
            1,
            "an end of this string",
        ),
        (
            "quote.csv",
            b"seat,who,votes\n\"A,B,1\n"
                .iter()
                .chain(&b"A,B,1\n".repeat(4 << 20))
                .copied()
                .collect(),
            1,
            "quote.csv:2:1: expected an end of this quote",
        ),
    ];
    for (name, bytes, repeated, expected) in files {
        let path = folder.path().join(name);
        write(&path, &vec![bytes.as_slice(); repeated]);
        drop(bytes);
        let (errors, peak) = read(&path);
        assert!(errors.contains(expected), "{name}: {errors}");
        assert!(errors.len() < 2_000, "{name}: {} bytes of errors", errors.len());
        assert!(peak < MAX_MEMORY, "{name}: {peak} kB");
        println!("{name}: {peak} kB: {errors}");
    }
}
