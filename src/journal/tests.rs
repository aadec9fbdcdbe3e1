//! Tests of the journal's guarantee: an import is read back completely, or not at all.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::files::file_path;
use super::frame::FrameReader;
use super::import_digest::ImportDigest;
use super::position::NO_PARENT;
use super::validator::EntryCounts;
use super::version::{Area, Provenance};
use super::{digest, *};
use crate::disk::SystemDisk;
use crate::{Error, Result};

mod newer_format;

impl EntryCounts {
    fn from_entries(entries: &[JournalEntry]) -> Self {
        let mut counts = Self::default();
        entries.iter().for_each(|entry| counts.add(entry));
        counts
    }
}

fn open(folder: &Path, from: &LogPosition) -> Result<(Journal, Option<String>)> {
    Journal::open(folder, from, false, Arc::new(SystemDisk))
}

fn removal(title: &str) -> JournalEntry {
    JournalEntry::Removal { title: title.to_owned() }
}

/// Returns the line of an entry in a format.
fn line_of(entry: &JournalEntry, format: JournalFormat) -> String {
    let mut line = serde_json::to_vec(entry).unwrap();
    if format == JournalFormat::V2 {
        digest::append_digest(&mut line, 0);
    }
    String::from_utf8(line).unwrap()
}

fn titles(journal: &Journal, from: &LogPosition) -> Vec<String> {
    let mut titles = Vec::new();
    journal
        .replay(from, &mut |_, line, _| {
            match line {
                JournalLine::Entry(JournalEntry::Removal { title }) => titles.push(title),
                JournalLine::Commit(commit, _) => titles.push(format!("#{}", commit.import)),
                JournalLine::Entry(_) | JournalLine::Lost(_) => {}
            }
            Ok(())
        })
        .unwrap();
    titles
}

fn size(folder: &Path) -> u64 {
    fs::metadata(file_path(folder, 1)).unwrap().len()
}

fn append(journal: &mut Journal, entries: &[JournalEntry]) -> LogPosition {
    append_in(JournalFormat::V2, journal, entries)
}

/// Appends an import with lines in the given format.
fn append_in(
    format: JournalFormat,
    journal: &mut Journal,
    entries: &[JournalEntry],
) -> LogPosition {
    let mut writer = journal.append().unwrap();
    for entry in entries {
        let pushed = match format {
            JournalFormat::V1 => writer.push_exported(entry.clone(), None),
            JournalFormat::V2 => writer.push(entry.clone()),
        };
        pushed.unwrap();
    }
    writer.commit(None).unwrap().position
}

#[test]
fn imports_are_replayed_in_order_and_from_a_position() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(folder.path(), &LogPosition::default()).unwrap();
    let first = append(&mut journal, &[removal("a"), removal("b")]);
    let second = append(&mut journal, &[removal("c")]);
    let (journal, notice) = open(folder.path(), &LogPosition::default()).unwrap();
    assert_eq!((journal.end_position(), notice), (&second, None));
    assert_eq!(titles(&journal, &LogPosition::default()), ["a", "b", "#1", "c", "#2"]);
    assert_eq!(titles(&journal, &first), ["c", "#2"]);
    assert!(journal.contains(&first).unwrap() && journal.contains(&second).unwrap());
    let mismatched = LogPosition { import: 2, ..first };
    assert!(!journal.contains(&mismatched).unwrap());
    assert!(open(folder.path(), &mismatched).is_err());
}

#[test]
fn a_dropped_import_writer_leaves_the_journal_unchanged() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(folder.path(), &LogPosition::default()).unwrap();
    append(&mut journal, &[removal("a")]);
    let before = size(folder.path());
    let mut writer = journal.append().unwrap();
    let long = JournalEntry::Version(VersionEntry {
        title: "a".to_owned(),
        format: "article".to_owned(),
        source: "a.txt".to_owned(),
        text: "x".repeat(2 * frame::FRAME_TEXT_SIZE),
        ..VersionEntry::default()
    });
    writer.push(long.clone()).unwrap();
    drop(writer);
    assert_eq!(size(folder.path()), before);
}

#[test]
fn a_tail_torn_anywhere_is_truncated_and_reported() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(folder.path(), &LogPosition::default()).unwrap();
    append(&mut journal, &[removal("a")]);
    let kept = size(folder.path());
    append(&mut journal, &[removal("b")]);
    // A disk may lose `END`. A torn import then looks like an interrupted one.
    fs::remove_file(folder.path().join("END")).unwrap();
    let path = file_path(folder.path(), 1);
    let original = fs::read(&path).unwrap();
    for length in kept + 1..original.len() as u64 {
        fs::write(&path, &original[..length as usize]).unwrap();
        let (journal, notice) = open(folder.path(), &LogPosition::default()).unwrap();
        assert!(notice.is_some(), "{length}");
        assert_eq!(
            (titles(&journal, &LogPosition::default()).len(), size(folder.path())),
            (2, kept)
        );
    }
}

#[test]
fn a_changed_byte_is_an_error_and_truncates_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(folder.path(), &LogPosition::default()).unwrap();
    append(&mut journal, &[removal("a")]);
    append(&mut journal, &[removal("b")]);
    let path = file_path(folder.path(), 1);
    let original = fs::read(&path).unwrap();
    for at in [5, 20, original.len() / 4] {
        let mut bytes = original.clone();
        bytes[at] ^= 0x10;
        fs::write(&path, &bytes).unwrap();
        assert!(open(folder.path(), &LogPosition::default()).is_err(), "{at}");
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
}

/// Writes three imports, each in a file of its own if `separate_files` is set.
fn write_three_imports(folder: &Path, separate_files: bool) -> (Vec<LogPosition>, Vec<u8>) {
    write_three_imports_in([JournalFormat::V2; 3], folder, separate_files)
}

fn write_three_imports_in(
    formats: [JournalFormat; 3],
    folder: &Path,
    separate_files: bool,
) -> (Vec<LogPosition>, Vec<u8>) {
    let (mut journal, _) = open(folder, &LogPosition::default()).unwrap();
    let positions = [0, 1, 2].map(|number| {
        let entries = [removal(["a", "b", "c"][number]), removal("also")];
        let position = append_in(formats[number], &mut journal, &entries);
        if separate_files {
            journal.end_position.end = Location { file: position.end.file + 1, offset: 0 };
        }
        position
    });
    (positions.to_vec(), fs::read(file_path(folder, 1)).unwrap())
}

/// Returns the complete imports, the lost ranges, and the number of damaged places.
fn scan_summary(folder: &Path, required: &LogPosition) -> (Vec<u64>, Vec<(u64, u64)>, usize) {
    let scan = JournalScan::read(folder, required).unwrap();
    let imports = scan.segments.iter().filter_map(|segment| match segment {
        JournalSegment::Import(commit, ..) => Some(commit.import),
        JournalSegment::Lost(..) => None,
    });
    let lost = scan.unrecorded_lost_ranges().map(|gap| (gap.first, gap.last));
    (imports.collect(), lost.collect(), scan.damage.len())
}

#[test]
fn a_changed_bit_is_always_detected_and_loses_at_most_one_import() {
    use JournalFormat::{V1, V2};
    for formats in [[V2, V2, V2], [V1, V1, V2]] {
        let folder = tempfile::tempdir().unwrap();
        let (positions, original) = write_three_imports_in(formats, folder.path(), false);
        assert_eq!(scan_summary(folder.path(), &positions[2]), (vec![1, 2, 3], vec![], 0));
        let path = file_path(folder.path(), 1);
        for bit in 0..original.len() * 8 {
            let mut bytes = original.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            fs::write(&path, &bytes).unwrap();
            let (imports, lost, damage) = scan_summary(folder.path(), &positions[2]);
            assert!(imports.len() >= 2 && damage > 0, "{formats:?} bit {bit}: {imports:?}");
            assert_eq!(lost.len(), 3 - imports.len(), "{formats:?} bit {bit}");
            // The journal does not open either, unless the damage precedes the commit from which it
            // is read.
            assert!(
                open(folder.path(), &positions[2]).is_err()
                    || bit / 8 < positions[2].commit_frame.offset as usize
            );
            assert_eq!(fs::read(&path).unwrap(), bytes, "nothing is cut");
        }
    }
}

/// Frame checksums cannot detect such a bit, because the lines are changed before they are
/// compressed.
#[test]
fn a_changed_bit_of_a_line_is_damage_and_not_a_newer_format() {
    let folder = tempfile::tempdir().unwrap();
    let lines = ["a", "b"].map(|title| line_of(&removal(title), JournalFormat::V2));
    let counts = EntryCounts::from_entries(&[removal("a"), removal("b")]);
    write_journal(folder.path(), &[&lines[0], &lines[1]], counts);
    let frame = FrameReader::new(folder.path(), Location::default()).next_frame().unwrap().unwrap();
    let text = frame.lines().map(|line| format!("{line}\n")).collect::<String>();
    // If a bit in the name of its digest changes, the first line may be of any format.
    let name = text.find("digest").unwrap();
    // Flipping the eighth bit of an ASCII character would make the text invalid UTF-8.
    for bit in (0..text.len() * 8).filter(|bit| bit % 8 < 7) {
        let mut bytes = text.clone().into_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let framed = frame::compress(&bytes).unwrap();
        fs::write(file_path(folder.path(), 1), framed).unwrap();
        match JournalScan::read(folder.path(), &LogPosition::default()) {
            Ok(scan) => assert!(!scan.damage.is_empty(), "bit {bit}"),
            Err(Error::NewerFormat { .. }) if (name..name + 6).contains(&(bit / 8)) => {}
            Err(error) => panic!("bit {bit}: {error}"),
        }
        assert!(open(folder.path(), &LogPosition::default()).is_err(), "bit {bit}");
    }
}

#[test]
fn a_salvaged_journal_opens_and_reports_lost_imports() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("journal"), folder.path().join("new"));
    fs::create_dir(&from).unwrap();
    let (positions, original) = write_three_imports(&from, false);
    let path = file_path(&from, 1);
    for (number, position) in (0..).zip(&positions) {
        let mut bytes = original.clone();
        bytes[position.commit_frame.offset as usize + 9] ^= 4;
        fs::write(&path, &bytes).unwrap();
        let scan = JournalScan::read(&from, &positions[2]).unwrap();
        let _ = fs::remove_dir_all(&to);
        copy_segments(&scan.segments, &from, &to, &SystemDisk).unwrap();
        let (mut journal, _) = open(&to, &LogPosition::default()).unwrap();
        assert_eq!(
            (journal.end_position().import, &journal.end_position().digest),
            (3, &positions[2].digest)
        );
        let mut expected = vec!["a", "also", "#1", "b", "also", "#2", "c", "also", "#3"];
        expected.drain(3 * number..3 * number + 3);
        assert_eq!(titles(&journal, &LogPosition::default()), expected);
        append(&mut journal, &[removal("d")]);
        let copy_scan = JournalScan::read(&to, journal.end_position()).unwrap();
        assert_eq!(
            (
                copy_scan.damage.len(),
                copy_scan.unrecorded_lost_ranges().count(),
                copy_scan.segments.len()
            ),
            (0, 0, 4)
        );
    }
}

#[test]
fn a_missing_file_is_damage_and_truncates_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (positions, _) = write_three_imports(folder.path(), true);
    for missing in 1..=3 {
        let path = file_path(folder.path(), missing);
        let kept = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let lost = u64::from(missing);
        assert!(open(folder.path(), &positions[2]).is_err());
        let (imports, gaps, damage) = scan_summary(folder.path(), &positions[2]);
        assert_eq!((imports.len(), gaps, damage), (2, vec![(lost, lost)], 1));
        fs::write(&path, kept).unwrap();
    }
    assert_eq!(scan_summary(folder.path(), &positions[2]), (vec![1, 2, 3], vec![], 0));
}

/// Journals that no import produces: opening an archive and verifying it must reject the same ones.
#[test]
fn invalid_journals_are_refused_by_both_readers() {
    for format in [JournalFormat::V1, JournalFormat::V2] {
        refused_by_both_readers(format);
    }
}

fn refused_by_both_readers(format: JournalFormat) {
    let entry = |title: &str| line_of(&removal(title), format);
    let lost = |first, last| {
        let digest = "0".repeat(64);
        let lost = serde_json::to_string(&LostRange { first, last, digest }).unwrap();
        let mut line = format!("{{\"lost\":{lost}}}").into_bytes();
        if format == JournalFormat::V2 {
            digest::append_digest(&mut line, 0);
        }
        String::from_utf8(line).unwrap() + "\n"
    };
    let commit = |lines: &[String], import: u64, parent: &str, removals: u64| {
        let mut digest = ImportDigest::new();
        lines.iter().for_each(|line| digest.add_line(line));
        let commit = Commit { import, removals, parent: parent.to_owned(), ..Commit::default() };
        let (line, digest) = digest.commit_line(&commit).unwrap();
        (lines.iter().chain([&line]).map(|line| format!("{line}\n")).collect::<String>(), digest)
    };
    let (one, parent) = commit(&[entry("a")], 1, NO_PARENT, 1);
    let next = |import, count| commit(&[entry("b")], import, &parent, count).0;
    let max = u64::MAX;
    let long = commit(&[entry(&"t".repeat(1_001))], 1, NO_PARENT, 1).0;
    for (frames, problem) in [
        (vec![one.clone(), entry("b") + "\n", lost(2, 3)], "lost before the last one ended"),
        (vec![one.clone(), next(2, 0)], "does not contain the counted entries"),
        (vec![one.clone(), next(2, max)], "does not contain the counted entries"),
        (vec![one.clone() + &next(2, 1)], "expected the end of the frame"),
        (vec![one.clone(), lost(2, max)], "are not a valid range"),
        (vec![commit(&[entry("a")], max, NO_PARENT, 1).0], "is no import's number"),
        (vec![one.clone(), lost(1, 1)], "is lost after import 1"),
        (vec![one.clone(), one.clone()], "import 1"),
        (vec![long], "a title has more than"),
        (vec![one.clone(), "{\"removal\":{\"title\":\"a\"\n".to_owned()], "not an entry"),
    ] {
        // A complete import follows, so this is not the rest of an interrupted import.
        let last = commit(&[entry("z")], 90, &"1".repeat(64), 1).0;
        let folder = tempfile::tempdir().unwrap();
        let bytes =
            frames.iter().chain([&last]).map(|text| frame::compress(text.as_bytes()).unwrap());
        fs::write(file_path(folder.path(), 1), bytes.collect::<Vec<_>>().concat()).unwrap();
        let error = open(folder.path(), &LogPosition::default()).unwrap_err().to_string();
        assert!(error.contains(problem), "{problem}: {error}");
        let scan = JournalScan::read(folder.path(), &LogPosition::default()).unwrap();
        assert!(scan.damage.iter().any(|damage| damage.problem.contains(problem)), "{problem}");
        let Some(JournalSegment::Import(commit, ..)) = scan.segments.last() else {
            panic!("{:?}", scan.segments)
        };
        assert_eq!(commit.import, 90, "{problem}");
    }
}

#[test]
fn only_files_with_six_digit_names_belong_to_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(folder.path(), &LogPosition::default()).unwrap();
    append(&mut journal, &[removal("a")]);
    for name in ["000000.jsonl.zst", "+00002.jsonl.zst", "2.jsonl.zst", "000002.jsonl.zst.new"] {
        fs::write(folder.path().join(name), "").unwrap();
    }
    assert_eq!(open(folder.path(), &LogPosition::default()).unwrap().0.end_position().import, 1);
    fs::write(file_path(folder.path(), 999_999), "").unwrap();
    let scan = JournalScan::read(folder.path(), &LogPosition::default()).unwrap();
    assert_eq!(scan.damage.len(), 1, "{:?}", scan.damage);
    assert!(scan.damage[0].problem.contains("the file and the 999996 after it are missing"));
}

#[test]
fn a_truncated_acknowledged_import_is_damage() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(folder.path(), &LogPosition::default()).unwrap();
    append(&mut journal, &[removal("a")]);
    append(&mut journal, &[removal("b")]);
    let path = file_path(folder.path(), 1);
    let original = fs::read(&path).unwrap();
    for length in 0..original.len() {
        fs::write(&path, &original[..length]).unwrap();
        assert!(open(folder.path(), &LogPosition::default()).is_err(), "{length}");
        let scan = JournalScan::read(folder.path(), &LogPosition::default()).unwrap();
        assert!(!scan.damage.is_empty(), "{length}");
        assert_eq!(scan.unrecorded_lost_ranges().last().unwrap().last, 2, "{length}");
    }
    // Invalid content of `END` is ignored.
    for text in ["", "2", "x y", "3 00", "2 00 00", "\u{0}\u{0}"] {
        fs::write(folder.path().join("END"), text).unwrap();
        fs::write(&path, &original).unwrap();
        assert!(open(folder.path(), &LogPosition::default()).is_ok(), "{text}");
    }
}

/// Writes a journal with one import of these lines and a correct commit.
fn write_journal(folder: &Path, lines: &[&str], counts: EntryCounts) -> Vec<u8> {
    let commit = Commit {
        import: 1,
        recorded: "2026-01-01T00:00:00Z".to_owned(),
        tool: "a later version".to_owned(),
        ..counts.apply_to(Commit::default())
    };
    let mut digest = ImportDigest::new();
    lines.iter().for_each(|line| digest.add_line(line));
    let (commit, _) = digest.commit_line(&commit).unwrap();
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let bytes = frame::compress(format!("{text}{commit}\n").as_bytes()).unwrap();
    fs::create_dir_all(folder).unwrap();
    fs::write(file_path(folder, 1), &bytes).unwrap();
    bytes
}

/// Returns a line with its digest.
fn with_digest(line: &str) -> String {
    let mut line = line.as_bytes().to_owned();
    digest::append_digest(&mut line, 0);
    String::from_utf8(line).unwrap()
}

#[test]
fn the_origin_of_a_version_is_read_back_and_limited() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(folder.path(), &LogPosition::default()).unwrap();
    let version = VersionEntry {
        title: "t".to_owned(),
        format: "jsonl".to_owned(),
        source: "s".to_owned(),
        text: "{}".to_owned(),
        provenance: Some(Box::new(Provenance {
            source: Some("parlgov".to_owned()),
            id: Some("583".to_owned()),
            licence: Some("MIT".to_owned()),
        })),
        page_id: Some(u64::MAX),
        area: Some(Box::new(Area {
            path: vec!["Lombardy".to_owned(), "Milan".to_owned()],
            code: Some("IT-25".to_owned()),
        })),
        ..VersionEntry::default()
    };
    let line = line_of(&JournalEntry::Version(version.clone()), JournalFormat::V1);
    assert_eq!(
        line,
        r#"{"version":{"title":"t","format":"jsonl","source":"s","provenance":{"source":"parlgov","id":"583","licence":"MIT"},"page_id":18446744073709551615,"area":{"path":["Lombardy","Milan"],"code":"IT-25"},"text":"{}"}}"#
    );
    append(&mut journal, &[JournalEntry::Version(version.clone())]);
    let (journal, _) = open(folder.path(), &LogPosition::default()).unwrap();
    let mut read = Vec::new();
    let mut each = |_, line, _: &LogPosition| {
        read.push(line);
        Ok(())
    };
    journal.replay(&LogPosition::default(), &mut each).unwrap();
    assert_eq!(read[0], JournalLine::Entry(JournalEntry::Version(version.clone())));
    let long = || Some("é".repeat(1_001));
    let provenance =
        |provenance| VersionEntry { provenance: Some(Box::new(provenance)), ..version.clone() };
    let area =
        |path, code| VersionEntry { area: Some(Box::new(Area { path, code })), ..version.clone() };
    for too_long in [
        provenance(Provenance { source: long(), ..Provenance::default() }),
        provenance(Provenance { id: long(), ..Provenance::default() }),
        provenance(Provenance { licence: long(), ..Provenance::default() }),
        area(vec!["a".to_owned(); 33], None),
        area(vec!["é".repeat(1_001)], None),
        area(vec![], Some("1".repeat(101))),
    ] {
        let error = too_long.check_limits().unwrap_err().to_string();
        assert!(error.contains("has more than"), "{error}");
    }
}

#[test]
fn intact_but_invalid_data_is_never_truncated() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |bytes: &[u8], case: &str| {
        let opened = open(folder.path(), &LogPosition::default()).map(drop);
        assert!(matches!(opened, Err(Error::Journal { .. })), "{case}: {opened:?}");
        assert!(
            !JournalScan::read(folder.path(), &LogPosition::default()).unwrap().damage.is_empty(),
            "{case}"
        );
        assert_eq!(fs::read(file_path(folder.path(), 1)).unwrap(), bytes, "{case}");
    };
    let entry = line_of(&removal("t"), JournalFormat::V1);
    for lines in [["", entry.as_str()], [entry.as_str(), "no entry"]] {
        let counts = EntryCounts::from_entries(&[removal("t")]);
        refused(&write_journal(folder.path(), &lines, counts), lines[0]);
    }
    // The second of three imports is missing, and nothing else indicates that it existed.
    let three_imports = tempfile::tempdir().unwrap();
    let (positions, mut original) = write_three_imports(three_imports.path(), false);
    original.drain(positions[0].end.offset as usize..positions[1].end.offset as usize);
    fs::write(file_path(folder.path(), 1), &original).unwrap();
    refused(&original, "a gap");
}
