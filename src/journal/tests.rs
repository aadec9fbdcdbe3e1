//! The journal's promise: an import comes back whole, or was never there.

use super::entry::Digest;
use super::sequence::Counts;
use super::*;

fn open(folder: &Path, known: &Mark) -> Result<(Journal, Option<String>)> {
    Journal::open(folder, known, false, Arc::new(System))
}

fn removal(title: &str) -> Entry {
    Entry::Removal { title: title.to_owned() }
}

fn titles(journal: &Journal, from: &Mark) -> Vec<String> {
    let mut titles = Vec::new();
    journal
        .replay(from, &mut |_, line, _| {
            match line {
                Line::Entry(Entry::Removal { title }) => titles.push(title),
                Line::Commit(commit, _) => titles.push(format!("#{}", commit.import)),
                Line::Entry(_) | Line::Lost(_) => {}
            }
            Ok(())
        })
        .unwrap();
    titles
}

fn size(folder: &Path) -> u64 {
    fs::metadata(file_path(folder, 1)).unwrap().len()
}

fn append(journal: &mut Journal, entries: &[Entry]) -> Mark {
    let mut writer = journal.append().unwrap();
    for entry in entries {
        writer.push(entry.clone()).unwrap();
    }
    writer.commit(None).unwrap().mark
}

#[test]
fn imports_come_back_in_order_and_from_a_mark() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(folder.path(), &Mark::default()).unwrap();
    let first = append(&mut journal, &[removal("a"), removal("b")]);
    let second = append(&mut journal, &[removal("c")]);
    let (journal, notice) = open(folder.path(), &Mark::default()).unwrap();
    assert_eq!((journal.end(), notice), (&second, None));
    assert_eq!(titles(&journal, &Mark::default()), ["a", "b", "#1", "c", "#2"]);
    assert_eq!(titles(&journal, &first), ["c", "#2"]);
    assert!(journal.holds(&first).unwrap() && journal.holds(&second).unwrap());
    let other = Mark { import: 2, ..first };
    assert!(!journal.holds(&other).unwrap());
    assert!(open(folder.path(), &other).is_err());
}

#[test]
fn an_import_that_is_dropped_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(folder.path(), &Mark::default()).unwrap();
    append(&mut journal, &[removal("a")]);
    let before = size(folder.path());
    let mut writer = journal.append().unwrap();
    let long = Entry::Version(VersionEntry {
        title: "a".to_owned(),
        format: "article".to_owned(),
        source: "a.txt".to_owned(),
        source_time: None,
        revision: None,
        text: "x".repeat(2 * frame::FRAME),
    });
    writer.push(long.clone()).unwrap();
    drop(writer);
    assert_eq!(size(folder.path()), before);
}

#[test]
fn a_tail_torn_anywhere_is_cut_off_and_told() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(folder.path(), &Mark::default()).unwrap();
    append(&mut journal, &[removal("a")]);
    let kept = size(folder.path());
    append(&mut journal, &[removal("b")]);
    // A disk may have lost this, and then nothing tells a torn import from a stopped one.
    fs::remove_file(folder.path().join("END")).unwrap();
    let path = file_path(folder.path(), 1);
    let whole = fs::read(&path).unwrap();
    for length in kept + 1..whole.len() as u64 {
        fs::write(&path, &whole[..length as usize]).unwrap();
        let (journal, notice) = open(folder.path(), &Mark::default()).unwrap();
        assert!(notice.is_some(), "{length}");
        assert_eq!((titles(&journal, &Mark::default()).len(), size(folder.path())), (2, kept));
    }
}

#[test]
fn a_changed_byte_is_found_and_nothing_is_cut() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(folder.path(), &Mark::default()).unwrap();
    append(&mut journal, &[removal("a")]);
    append(&mut journal, &[removal("b")]);
    let path = file_path(folder.path(), 1);
    let whole = fs::read(&path).unwrap();
    for at in [5, 20, whole.len() / 4] {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        fs::write(&path, &bytes).unwrap();
        assert!(open(folder.path(), &Mark::default()).is_err(), "{at}");
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
}

/// Three imports, each in a file of its own where that is asked for.
fn three(folder: &Path, apart: bool) -> (Vec<Mark>, Vec<u8>) {
    let (mut journal, _) = open(folder, &Mark::default()).unwrap();
    let marks = ["a", "b", "c"].map(|title| {
        let mark = append(&mut journal, &[removal(title), removal("also")]);
        if apart {
            journal.end.end = Location { file: mark.end.file + 1, offset: 0 };
        }
        mark
    });
    (marks.to_vec(), fs::read(file_path(folder, 1)).unwrap())
}

/// What is whole and what is lost, as numbers.
fn scanned(folder: &Path, known: &Mark) -> (Vec<u64>, Vec<(u64, u64)>, usize) {
    let scan = Scan::of(folder, known).unwrap();
    let whole = scan.parts.iter().filter_map(|part| match part {
        Part::Import(commit, ..) => Some(commit.import),
        Part::Lost(..) => None,
    });
    let lost = scan.new_gaps().map(|gap| (gap.first, gap.last));
    (whole.collect(), lost.collect(), scan.damage.len())
}

#[test]
fn a_changed_bit_loses_one_import_at_most_and_is_always_found() {
    let folder = tempfile::tempdir().unwrap();
    let (marks, whole) = three(folder.path(), false);
    assert_eq!(scanned(folder.path(), &marks[2]), (vec![1, 2, 3], vec![], 0));
    let path = file_path(folder.path(), 1);
    for bit in 0..whole.len() * 8 {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, &bytes).unwrap();
        let (imports, lost, damage) = scanned(folder.path(), &marks[2]);
        assert!(imports.len() >= 2 && damage > 0, "bit {bit}: {imports:?}");
        assert_eq!(lost.len(), 3 - imports.len(), "bit {bit}");
        // And it does not open, unless all that is known of stands before the damage.
        assert!(
            open(folder.path(), &marks[2]).is_err() || bit / 8 < marks[2].commit.offset as usize
        );
        assert_eq!(fs::read(&path).unwrap(), bytes, "nothing is cut");
    }
}

#[test]
fn what_is_salvaged_opens_and_says_what_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("journal"), folder.path().join("new"));
    fs::create_dir(&from).unwrap();
    let (marks, whole) = three(&from, false);
    let path = file_path(&from, 1);
    for (number, mark) in (0..).zip(&marks) {
        let mut bytes = whole.clone();
        bytes[mark.commit.offset as usize + 9] ^= 4;
        fs::write(&path, &bytes).unwrap();
        let scan = Scan::of(&from, &marks[2]).unwrap();
        let _ = fs::remove_dir_all(&to);
        copy_parts(&scan.parts, &from, &to, &System).unwrap();
        let (mut journal, _) = open(&to, &Mark::default()).unwrap();
        assert_eq!((journal.end().import, &journal.end().digest), (3, &marks[2].digest));
        let mut expected = vec!["a", "also", "#1", "b", "also", "#2", "c", "also", "#3"];
        expected.drain(3 * number..3 * number + 3);
        assert_eq!(titles(&journal, &Mark::default()), expected);
        append(&mut journal, &[removal("d")]);
        let again = Scan::of(&to, journal.end()).unwrap();
        assert_eq!((again.damage.len(), again.new_gaps().count(), again.parts.len()), (0, 0, 4));
    }
}

#[test]
fn a_missing_file_is_damage_and_nothing_is_cut() {
    let folder = tempfile::tempdir().unwrap();
    let (marks, _) = three(folder.path(), true);
    for missing in 1..=3 {
        let path = file_path(folder.path(), missing);
        let kept = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let lost = u64::from(missing);
        assert!(open(folder.path(), &marks[2]).is_err());
        let (imports, gaps, damage) = scanned(folder.path(), &marks[2]);
        assert_eq!((imports.len(), gaps, damage), (2, vec![(lost, lost)], 1));
        fs::write(&path, kept).unwrap();
    }
    assert_eq!(scanned(folder.path(), &marks[2]), (vec![1, 2, 3], vec![], 0));
}

/// Journals that no import makes: the reader that opens an archive and the one that verifies it say no
/// to the same.
#[test]
fn what_no_import_makes_is_refused_by_both_readers() {
    let entry = |title: &str| Line::Entry(removal(title)).to_json().unwrap();
    let lost = |first, last| {
        let digest = "0".repeat(64);
        format!("{}\n", Line::Lost(Lost { first, last, digest }).to_json().unwrap())
    };
    let commit = |lines: &[String], import: u64, parent: &str, removals: u64| {
        let mut digest = Digest::new();
        lines.iter().for_each(|line| digest.add(format!("{line}\n").as_bytes()));
        let commit = Commit { import, removals, parent: parent.to_owned(), ..Commit::default() };
        let (line, digest) = digest.commit(&commit).unwrap();
        (lines.iter().chain([&line]).map(|line| format!("{line}\n")).collect::<String>(), digest)
    };
    let (one, parent) = commit(&[entry("a")], 1, NO_PARENT, 1);
    let next = |import, count| commit(&[entry("b")], import, &parent, count).0;
    let most = u64::MAX;
    let long = commit(&[entry(&"t".repeat(1_001))], 1, NO_PARENT, 1).0;
    for (frames, problem) in [
        (vec![one.clone(), entry("b") + "\n", lost(2, 3)], "lost before the last one ended"),
        (vec![one.clone(), next(2, 0)], "does not have what it counts"),
        (vec![one.clone(), next(2, most)], "does not have what it counts"),
        (vec![one.clone() + &next(2, 1)], "its frame does not"),
        (vec![one.clone(), lost(2, most)], "are none"),
        (vec![commit(&[entry("a")], most, NO_PARENT, 1).0], "is no import's number"),
        (vec![one.clone(), lost(1, 1)], "is lost after import 1"),
        (vec![one.clone(), one.clone()], "import 1"),
        (vec![long], "a title has more than"),
        (vec![one.clone(), "{\"removal\":{\"title\":\"a\"\n".to_owned()], "not an entry"),
    ] {
        // A whole import follows, so it is no tail.
        let last = commit(&[entry("z")], 90, &"1".repeat(64), 1).0;
        let folder = tempfile::tempdir().unwrap();
        let bytes =
            frames.iter().chain([&last]).map(|text| frame::compress(text.as_bytes()).unwrap());
        fs::write(file_path(folder.path(), 1), bytes.collect::<Vec<_>>().concat()).unwrap();
        let error = open(folder.path(), &Mark::default()).unwrap_err().to_string();
        assert!(error.contains(problem), "{problem}: {error}");
        let scan = Scan::of(folder.path(), &Mark::default()).unwrap();
        assert!(scan.damage.iter().any(|damage| damage.problem.contains(problem)), "{problem}");
        let Some(Part::Import(commit, ..)) = scan.parts.last() else { panic!("{:?}", scan.parts) };
        assert_eq!(commit.import, 90, "{problem}");
    }
}

#[test]
fn only_names_of_six_digits_are_files_of_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(folder.path(), &Mark::default()).unwrap();
    append(&mut journal, &[removal("a")]);
    for name in ["000000.jsonl.zst", "+00002.jsonl.zst", "2.jsonl.zst", "000002.jsonl.zst.new"] {
        fs::write(folder.path().join(name), "").unwrap();
    }
    assert_eq!(open(folder.path(), &Mark::default()).unwrap().0.end().import, 1);
    fs::write(file_path(folder.path(), 999_999), "").unwrap();
    let scan = Scan::of(folder.path(), &Mark::default()).unwrap();
    assert_eq!(scan.damage.len(), 1, "{:?}", scan.damage);
    assert!(scan.damage[0].problem.contains("the file and the 999996 after it are missing"));
}

#[test]
fn an_acknowledged_import_that_is_cut_is_damage() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(folder.path(), &Mark::default()).unwrap();
    append(&mut journal, &[removal("a")]);
    append(&mut journal, &[removal("b")]);
    let path = file_path(folder.path(), 1);
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        assert!(open(folder.path(), &Mark::default()).is_err(), "{length}");
        let scan = Scan::of(folder.path(), &Mark::default()).unwrap();
        assert!(!scan.damage.is_empty(), "{length}");
        assert_eq!(scan.new_gaps().last().unwrap().last, 2, "{length}");
    }
    // What it says that makes no sense says nothing.
    for text in ["", "2", "x y", "3 00", "2 00 00", "\u{0}\u{0}"] {
        fs::write(folder.path().join("END"), text).unwrap();
        fs::write(&path, &whole).unwrap();
        assert!(open(folder.path(), &Mark::default()).is_ok(), "{text}");
    }
}

/// The journal of an import whose lines are these, with a commit that is right.
fn journal_of(folder: &Path, lines: &[&str], counts: Counts) -> Vec<u8> {
    let mut digest = Digest::new();
    let body: String = lines.iter().map(|line| format!("{line}\n")).collect();
    digest.add(body.as_bytes());
    let commit = Commit {
        import: 1,
        recorded: "2026-01-01T00:00:00Z".to_owned(),
        tool: "a later version".to_owned(),
        ..counts.put_into(Commit::default())
    };
    let (commit, _) = digest.commit(&commit).unwrap();
    let bytes = frame::compress(format!("{body}{commit}\n").as_bytes()).unwrap();
    fs::create_dir_all(folder).unwrap();
    fs::write(file_path(folder, 1), &bytes).unwrap();
    bytes
}

#[test]
fn an_intact_line_that_is_not_known_is_refused_and_nothing_is_touched() {
    let version = |more: &str| {
        format!(
            r#"{{"version":{{"title":"t","format":"jsonl","source":"s","text":"{{}}"{more}}}}}"#
        )
    };
    let lines = [
        r#"{"area":{"path":"italy/lombardy"}}"#.to_owned(),
        r#"{"removal":{"title":"t","why":"a reason"}}"#.to_owned(),
        r#"{"alias":{"election":"t","title":"u","kind":1}}"#.to_owned(),
        r#"{"territory":{"name":"t","alias":"u","from":null,"until":null,"iso":"tt"}}"#.to_owned(),
        version(r#","identity":"583""#),
        version(r#","revision":{"id":"1","page":2}"#),
        version(r#","source_time":{"from":"2001","to":"2002"}"#),
        r#"{"removal":{"title":"t"},"source":"s"}"#.to_owned(),
        r#"{"commit":{"import":1,"recorded":"","tool":"","note":null,"versions":0,"removals":0,"aliases":0,"parent":"","areas":1},"digest":""}"#.to_owned(),
        r#"{"lost":{"first":1,"last":1,"digest":"","why":"a reason"}}"#.to_owned(),
        "[]".to_owned(),
    ];
    for line in &lines {
        let folder = tempfile::tempdir().unwrap();
        let mut counts = Counts::default();
        counts.add(&removal("t"));
        let bytes = journal_of(folder.path(), &[line], counts);
        let opened = open(folder.path(), &Mark::default()).map(drop);
        assert!(matches!(opened, Err(Error::NewerFormat { .. })), "{line}: {opened:?}");
        let scanned = Scan::of(folder.path(), &Mark::default()).map(drop);
        assert!(matches!(scanned, Err(Error::NewerFormat { .. })), "{line}: {scanned:?}");
        assert_eq!(fs::read(file_path(folder.path(), 1)).unwrap(), bytes, "{line}");
    }
}

#[test]
fn what_is_intact_and_wrong_is_never_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |bytes: &[u8], case: &str| {
        let opened = open(folder.path(), &Mark::default()).map(drop);
        assert!(matches!(opened, Err(Error::Journal { .. })), "{case}: {opened:?}");
        assert!(!Scan::of(folder.path(), &Mark::default()).unwrap().damage.is_empty(), "{case}");
        assert_eq!(fs::read(file_path(folder.path(), 1)).unwrap(), bytes, "{case}");
    };
    let entry = Line::Entry(removal("t")).to_json().unwrap();
    for lines in [["", entry.as_str()], [entry.as_str(), "no entry"]] {
        let mut counts = Counts::default();
        counts.add(&removal("t"));
        refused(&journal_of(folder.path(), &lines, counts), lines[0]);
    }
    // The second of three imports is missing, and nothing else tells that there was one.
    let three_imports = tempfile::tempdir().unwrap();
    let (marks, mut whole) = three(three_imports.path(), false);
    whole.drain(marks[0].end.offset as usize..marks[1].end.offset as usize);
    fs::write(file_path(folder.path(), 1), &whole).unwrap();
    refused(&whole, "a gap");
}
