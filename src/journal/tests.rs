//! The journal's promise: an import comes back whole, or was never there.

use super::*;

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
                Line::Entry(_) => {}
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
    let (mut journal, _) = Journal::open(folder.path(), Mark::default()).unwrap();
    let first = append(&mut journal, &[removal("a"), removal("b")]);
    let second = append(&mut journal, &[removal("c")]);
    let (journal, notice) = Journal::open(folder.path(), Mark::default()).unwrap();
    assert_eq!((journal.end(), notice), (&second, None));
    assert_eq!(titles(&journal, &Mark::default()), ["a", "b", "#1", "c", "#2"]);
    assert_eq!(titles(&journal, &first), ["c", "#2"]);
    let holds = |mark: &Mark| Journal::holds(folder.path(), mark);
    assert!(holds(&first) && holds(&second));
    assert!(!holds(&Mark { import: 2, ..first }));
}

#[test]
fn an_import_that_is_dropped_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = Journal::open(folder.path(), Mark::default()).unwrap();
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
    let (mut journal, _) = Journal::open(folder.path(), Mark::default()).unwrap();
    append(&mut journal, &[removal("a")]);
    let kept = size(folder.path());
    append(&mut journal, &[removal("b")]);
    let path = file_path(folder.path(), 1);
    let whole = fs::read(&path).unwrap();
    for length in kept + 1..whole.len() as u64 {
        fs::write(&path, &whole[..length as usize]).unwrap();
        let (journal, notice) = Journal::open(folder.path(), Mark::default()).unwrap();
        assert!(notice.is_some(), "{length}");
        assert_eq!((titles(&journal, &Mark::default()).len(), size(folder.path())), (2, kept));
    }
}

#[test]
fn a_changed_byte_is_found_and_nothing_is_cut() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = Journal::open(folder.path(), Mark::default()).unwrap();
    append(&mut journal, &[removal("a")]);
    append(&mut journal, &[removal("b")]);
    let path = file_path(folder.path(), 1);
    let whole = fs::read(&path).unwrap();
    for at in [5, 20, whole.len() / 4] {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        fs::write(&path, &bytes).unwrap();
        assert!(Journal::open(folder.path(), Mark::default()).is_err(), "{at}");
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
}
