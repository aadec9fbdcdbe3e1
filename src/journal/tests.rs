//! The journal's promise: an import comes back whole, or was never there.

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
        writer.push(entry).unwrap();
    }
    writer.commit(None).unwrap()
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
    assert!(journal.holds(&first) && journal.holds(&second));
    let other = Mark { import: 2, ..first };
    assert!(!journal.holds(&other));
    assert!(open(folder.path(), &other).is_err());
}

#[test]
fn an_import_that_is_dropped_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(folder.path(), &Mark::default()).unwrap();
    append(&mut journal, &[removal("a")]);
    let before = size(folder.path());
    let mut writer = journal.append().unwrap();
    let long = Entry::Removal { title: "x".repeat(2 * frame::FRAME) };
    writer.push(&long).unwrap();
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
    let scan = Scan::of(folder, known, &mut || ()).unwrap();
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
        let scan = Scan::of(&from, &marks[2], &mut || ()).unwrap();
        let _ = fs::remove_dir_all(&to);
        copy_parts(&scan.parts, &from, &to, &System).unwrap();
        let (mut journal, _) = open(&to, &Mark::default()).unwrap();
        assert_eq!((journal.end().import, &journal.end().digest), (3, &marks[2].digest));
        let mut expected = vec!["a", "also", "#1", "b", "also", "#2", "c", "also", "#3"];
        expected.drain(3 * number..3 * number + 3);
        assert_eq!(titles(&journal, &Mark::default()), expected);
        append(&mut journal, &[removal("d")]);
        let again = Scan::of(&to, journal.end(), &mut || ()).unwrap();
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
