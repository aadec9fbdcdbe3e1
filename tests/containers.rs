//! Tables in any encoding and container: packed files, archives, workbooks and JSON.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "containers/files.rs"]
mod files;
#[cfg(target_os = "linux")]
#[path = "containers/hostile.rs"]
mod hostile;

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use files::{bzip2, gzip, ods, xlsx, zip, zstd};
use hustings::Archive;
use hustings::archive::{ImportOptions, ImportReport, preview};
use hustings::formats::{Format, Mapping, parse};
use hustings::model::Contest;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tables/containers").join(name)
}

fn load_mapping(name: &str) -> Mapping {
    Mapping::load(fixture(name).to_str().unwrap()).unwrap()
}

/// An archive with one imported file, and the report of the import.
struct Imported {
    archive: Archive,
    report: ImportReport,
    _folder: tempfile::TempDir,
}

fn import(path: &Path, mapping: Mapping) -> Imported {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path().join("archive")).unwrap();
    let options = ImportOptions::default().mapping(Some(mapping));
    let report = archive.import_with([path], &options).unwrap();
    // Each source text is parsed again without the file.
    for record in archive.list(&Default::default()).unwrap() {
        let source = archive.source(&record.address).unwrap();
        let read = parse(Format::detect("", &source), &source).unwrap();
        assert_eq!(read, *record.election, "{source}");
    }
    Imported { archive, report, _folder: folder }
}

/// Imports bytes as a file of this name.
fn import_bytes(name: &str, bytes: &[u8], mapping: &str) -> Imported {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    import(&path, mapping.parse().unwrap())
}

/// The only error of an import, with the name of the file and without its folder.
fn error_of(imported: &Imported) -> String {
    let lines: Vec<String> = imported.report.errors.lines().collect();
    assert_eq!((lines.len(), imported.report.added), (1, 0), "{lines:?}");
    let (path, message) = lines[0].split_once(": ").unwrap();
    format!("{}: {message}", path.rsplit('/').next().unwrap())
}

fn notes(imported: &Imported) -> String {
    imported.report.notes.join("\n")
}

fn warnings(imported: &Imported) -> String {
    imported.report.warnings.lines().collect::<Vec<_>>().join("\n")
}

/// Names, votes and shares of the contenders of a contest.
fn results(contest: &Contest) -> Vec<(String, u64, String)> {
    let contenders = contest.contenders.iter().map(|contender| {
        let tally = &contender.tallies[0];
        let name = contender.people.first().map(|person| person.name.clone()).unwrap_or_default();
        let share = tally.share.map(|share| share.to_string()).unwrap_or_default();
        (name, tally.votes.unwrap(), share)
    });
    contenders.collect()
}

fn contest(imported: &Imported, address: &str) -> Contest {
    imported.archive.get(address).unwrap().election.contests[0].clone()
}

const NORTHMARCH: &str = "2019 Ruritanian election in Northmarch";
const SOUTHMARCH: &str = "2019 Ruritanian election in Southmarch";

#[test]
fn workbooks_of_three_formats_give_the_same_records() {
    for name in ["results.xlsx", "results.xls", "results.ods"] {
        let imported = import(&fixture(name), load_mapping("workbook.toml"));
        assert_eq!(imported.report.added, 2, "{name}: {:?}", imported.report);
        assert!(imported.report.errors.is_empty(), "{:?}", imported.report.errors);
        let expected = [
            ("Jörg Grün", 12_050, "45.6"),
            ("Ana Lund", 11_376, "43.05"),
            ("Ole \"Ox\" Berg", 3_000, "11.35"),
        ];
        let expected = expected.map(|(name, votes, share)| (name.into(), votes, share.into()));
        assert_eq!(results(&contest(&imported, NORTHMARCH)), expected, "{name}");
        assert_eq!(
            results(&contest(&imported, SOUTHMARCH))[1],
            ("Per Ås".into(), 6_000, "40".into())
        );
        let record = imported.archive.get(NORTHMARCH).unwrap();
        assert_eq!(record.election.dates[0].to_string(), "2019-05-26", "{name}");
        let notes = notes(&imported);
        assert!(notes.contains("the sheet 'Results' is read"), "{notes}");
        assert!(notes.contains("hidden sheets are not read: 'Working'"), "{notes}");
        assert!(notes.contains("2 cells are merged over several rows"), "{notes}");
        let source = imported.archive.source(NORTHMARCH).unwrap();
        assert!(source.contains("#N/A"), "{source}");
    }
}

#[test]
fn json_and_json_lines_are_tables() {
    let imported = import(&fixture("contests.json"), load_mapping("contests.toml"));
    assert!(imported.report.errors.is_empty(), "{:?}", imported.report.errors);
    let north = contest(&imported, NORTHMARCH);
    assert_eq!(results(&north)[0], ("Jörg Grün".into(), 12_050, "45.60".into()));
    assert_eq!(north.contenders[2].party, None);
    assert_eq!(north.rounds[0].registered, Some(40_000));
    assert!(notes(&imported).contains("1 array inside of a row is not read: 'links'"));
    let imported = import(&fixture("lines.jsonl"), load_mapping("seats.toml"));
    assert_eq!((imported.report.added, imported.report.errors.len()), (2, 0));
    assert_eq!(
        results(&contest(&imported, SOUTHMARCH))[0],
        ("Zoë Černý".into(), 9_000, "60".into())
    );
}

#[test]
fn encodings_are_marked_detected_or_stated() {
    let imported = import(&fixture("utf-16.csv"), load_mapping("seats.toml"));
    assert_eq!(results(&contest(&imported, SOUTHMARCH))[1].0, "Per Ås");
    let source = imported.archive.source(NORTHMARCH).unwrap();
    assert!(source.contains("\"encoding\":\"utf-16le\""), "{source}");

    let stated = fs::read_to_string(fixture("seats.toml")).unwrap();
    let stated = format!("encoding = \"windows-1250\"\n{stated}");
    let bytes = fs::read(fixture("windows-1250.csv")).unwrap();
    let imported = import_bytes("seats.csv", &bytes, &stated);
    assert_eq!(results(&contest(&imported, SOUTHMARCH))[0].0, "Zoe Černý");
    assert_eq!(notes(&imported), "");
    // A stated encoding that the bytes contradict is refused.
    let wrong = import_bytes("seats.csv", "seat;who\nGrün;1\n".as_bytes(), &stated);
    let message = error_of(&wrong);
    assert!(message.contains("the bytes are UTF-8"), "{message}");
    let message = "encoding = \"latin-9000\"\n".parse::<Mapping>().unwrap_err().to_string();
    assert!(message.contains("expected the name of an encoding"), "{message}");
}

#[test]
fn a_detected_encoding_is_reported_with_evidence() {
    let text =
        "seat;date;who;party;votes;share\nNorthmarch;2019-05-26;J\u{f6}rg Gr\u{fc}n;Unity;600;60\n";
    let bytes: Vec<u8> = text.chars().map(|sign| sign as u8).collect();
    let seats = fs::read_to_string(fixture("seats.toml")).unwrap();
    let detected = import_bytes("seats.csv", &bytes, &seats);
    assert_eq!(results(&contest(&detected, NORTHMARCH))[0].0, "Jörg Grün");
    let note = notes(&detected);
    assert!(note.contains(r"read as windows-1252, which its bytes suggest ('J\xf6rg' is 'Jörg', 'Gr\xfcn' is 'Grün')"), "{note}");
    // The source text is the same as with the stated encoding.
    let stated = format!("encoding = \"windows-1252\"\n{seats}");
    let stated = import_bytes("seats.csv", &bytes, &stated);
    let source = |imported: &Imported| imported.archive.source(NORTHMARCH).unwrap();
    assert_eq!(source(&detected), source(&stated));
}

#[test]
fn packed_tables_are_unpacked() {
    let bytes = fs::read(fixture("lines.jsonl")).unwrap();
    let seats = fs::read_to_string(fixture("seats.toml")).unwrap();
    let archive = zip(&[("readme.txt", b"About"), ("data/lines.jsonl", &bytes)]);
    let stated = format!("entry = \"lines.jsonl\"\n{seats}");
    let workbook = fs::read(fixture("results.xlsx")).unwrap();
    for (name, packed, mapping) in [
        ("lines.jsonl.gz", gzip(&bytes), &seats),
        ("lines.jsonl.zst", zstd(&bytes), &seats),
        ("lines.jsonl.bz2", bzip2(&bytes), &seats),
        ("lines.zip", zip(&[("lines.jsonl", &bytes), ("__MACOSX/lines.jsonl", b"x")]), &seats),
        ("lines.zip", archive.clone(), &stated),
        (
            "book.zip",
            zip(&[("results.xlsx", &workbook)]),
            &fs::read_to_string(fixture("workbook.toml")).unwrap(),
        ),
    ] {
        let imported = import_bytes(name, &packed, mapping);
        assert_eq!((imported.report.added, imported.report.errors.len()), (2, 0), "{name}");
        assert_eq!(results(&contest(&imported, NORTHMARCH))[1].1, 11_376);
    }
    let message = error_of(&import_bytes("lines.zip", &archive, &seats));
    assert_eq!(
        message,
        "lines.zip:1:1: expected 'entry' in the mapping, which names one of 'readme.txt', 'data/lines.jsonl'"
    );
}

#[test]
fn damaged_encrypted_and_nested_containers_are_errors() {
    let seats = fs::read_to_string(fixture("seats.toml")).unwrap();
    let table = b"seat;who;votes\nA;B;1\n".repeat(1_000);
    let packed = gzip(&table);
    let archive = zip(&[("a.csv", &table)]);
    let mut wrong = archive.clone();
    wrong[60] ^= 0x55;
    let mut encrypted = archive.clone();
    let central = encrypted.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap();
    encrypted[central + 8] |= 1;
    let mut tar = vec![0; 257];
    tar.extend(b"ustar\x0000");
    tar.resize(1_024, 0);
    for (name, bytes, expected) in [
        ("a.csv.gz", packed[..packed.len() / 2].to_vec(), "not damaged"),
        ("a.csv.gz", gzip(&packed), "packed once; this one is packed again"),
        ("a.tar.gz", gzip(&tar), "this is a tar archive"),
        ("a.zip", archive[..archive.len() - 30].to_vec(), "its end is missing or damaged"),
        ("a.zip", wrong, "damaged"),
        ("a.zip", encrypted, "'a.csv' without a password"),
        ("a.zip", zip(&[("b.zip", &archive)]), "a table in the archive"),
        ("a.csv.xz", b"\xfd7zXZ\x00\x00".to_vec(), "this is xz: unpack it first"),
        ("a.zip", zip(&[]), "there are no files"),
    ] {
        let message = error_of(&import_bytes(name, &bytes, &seats));
        assert!(message.contains(expected), "{name}: {message}");
    }
}

const SMALL: &str = "key = [\"seat\"]\n[election]\ntitle = { template = \"1901 Ruritanian election in {seat}\" }\n\
                     [contender]\nperson = \"who\"\nvotes = \"votes\"\nshare = \"share\"\n";

fn cell(place: &str, attributes: &str, value: &str) -> String {
    format!("<c r=\"{place}\"{attributes}><v>{value}</v></c>")
}

/// A sheet with the columns seat, who, votes and share, and these cells in row 2.
fn sheet(cells: &str) -> String {
    let names = ["seat", "who", "votes", "share"].iter().zip("ABCD".chars());
    let header: String =
        names.map(|(name, letter)| cell(&format!("{letter}1"), " t=\"str\"", name)).collect();
    let seat = cell("A2", " t=\"str\"", "North") + &cell("B2", " t=\"str\"", "A");
    format!(
        "<worksheet><sheetData><row r=\"1\">{header}</row><row r=\"2\">{seat}{cells}</row></sheetData></worksheet>"
    )
}

#[test]
fn doubtful_cells_of_workbooks_are_reported() {
    let import = |cells: &str| import_bytes("a.xlsx", &xlsx(&sheet(cells), "<sst/>"), SMALL);
    let formula = "<c r=\"C2\"><f>SUM(C3:C9)</f></c>";
    let imported = import(&(formula.to_owned() + &cell("D2", " s=\"1\"", "0.456")));
    let message = warnings(&imported);
    assert!(message.contains("1 formula has no value in the workbook"), "{message}");
    assert!(message.contains("it is C2"), "{message}");
    // Percents beside a number without the format.
    let more = cell("C2", "", "600") + &cell("D2", " s=\"1\"", "0.6");
    let more = format!("{more}</row><row r=\"3\">{}", cell("A3", " t=\"str\"", "North"));
    let more =
        more + &cell("B3", " t=\"str\"", "B") + &cell("C3", "", "400") + &cell("D3", "", "0.4");
    let message = warnings(&import(&more));
    assert!(
        message.contains("1 of 2 numbers in this column have no percent format, as D3 (0.4)"),
        "{message}"
    );
    // Errors of formulas are texts, which no count accepts.
    let message = error_of(&import(&cell("C2", " t=\"e\"", "#N/A")));
    assert!(message.contains("#N/A"), "{message}");
}

#[test]
fn a_sheet_is_chosen_by_name_or_number_or_is_the_only_one() {
    let row = "<table:table-row><table:table-cell office:value-type=\"string\"><text:p>x</text:p></table:table-cell></table:table-row>";
    let two = format!("{row}</table:table><table:table table:name=\"Other\">{row}");
    let message = error_of(&import_bytes("a.ods", &ods(&two), SMALL));
    assert_eq!(
        message,
        "a.ods:1:1: expected 'sheet' in the mapping, which names one of 'S', 'Other'"
    );
    let message =
        error_of(&import_bytes("a.ods", &ods(&two), &format!("sheet = \"Third\"\n{SMALL}")));
    assert!(
        message.contains("a sheet 'Third', as the mapping says; there are 'S', 'Other'"),
        "{message}"
    );
    let message = error_of(&import_bytes("a.ods", &ods(&two), &format!("sheet = 2\n{SMALL}")));
    assert!(!message.contains("sheet"), "{message}");
    let message = format!("sheet = 0\n{SMALL}").parse::<Mapping>().unwrap_err().to_string();
    assert!(message.contains("expected the name of a sheet"), "{message}");
}

#[test]
fn a_workbook_without_a_mapping_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path().join("archive")).unwrap();
    for name in ["results.xlsx", "results.xls", "results.ods"] {
        let report = archive.import([fixture(name)]).unwrap();
        let message = report.errors.lines().next().unwrap();
        assert!(
            message.contains("expected a mapping") && message.contains("--mapping FILE"),
            "{message}"
        );
    }
}

/// Every byte of the workbooks is changed in turn: nothing panics.
#[test]
fn changed_bytes_are_read_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let json = fs::read(fixture("contests.json")).unwrap();
    for (name, mapping) in [
        ("results.xls", "workbook.toml"),
        ("results.xlsx", "workbook.toml"),
        ("results.ods", "workbook.toml"),
        ("contests.json.gz", "contests.toml"),
        ("contests.json", "contests.toml"),
    ] {
        let bytes = match name {
            "contests.json.gz" => gzip(&json),
            other => fs::read(fixture(other)).unwrap(),
        };
        let path = folder.path().join(name);
        let options = ImportOptions::default().mapping(Some(load_mapping(mapping)));
        let step = if name == "results.xls" { 3 } else { 11 };
        for at in (0..bytes.len()).step_by(step) {
            let mut changed = bytes.clone();
            changed[at] = changed[at].wrapping_add(1 + (at % 255) as u8);
            fs::write(&path, &changed).unwrap();
            preview([path.clone()], &options, &mut |_| ControlFlow::Continue(())).unwrap();
        }
    }
}
