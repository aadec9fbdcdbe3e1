//! The lock of an archive is removed while a process holds it. The process that loses the lock
//! changes nothing, and the process that acquires it next loses nothing.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::Path;

use common::incompressible_letters;
use hustings::archive::ImportOptions;
use hustings::{Archive, Error};

/// Ten JSON lines of about 30 kB each, so that an import writes several frames of the journal.
fn json_lines(import: u64) -> String {
    let line = |number: u64| {
        let name = incompressible_letters(import * 100 + number, 30_000);
        format!("{{\"title\":\"19{import:02} Ruritanian vote {number}\",\"name\":\"{name}\"}}\n")
    };
    (0..10).map(line).collect()
}

fn import(archive: &Archive, number: u64) -> hustings::Result<()> {
    let text = ("lines.jsonl".to_owned(), json_lines(number));
    archive.import_texts([text], &ImportOptions::default()).map(drop)
}

/// Imports three texts, and calls `happens` before the third is read.
fn import_with_event(archive: &Archive, happens: impl FnOnce()) -> hustings::Result<()> {
    let mut happens = Some(happens);
    let texts = [7, 8, 9].map(|number| ("lines.jsonl".to_owned(), json_lines(number))).into_iter();
    let texts = texts.enumerate().map(|(at, text)| {
        if at == 2
            && let Some(happens) = happens.take()
        {
            happens();
        }
        text
    });
    archive.import_texts(texts, &ImportOptions::default()).map(drop)
}

/// The numbers of the imports in an archive, which must verify without problems.
fn verified_imports(path: &Path) -> Vec<u64> {
    assert_eq!(Archive::options().verify_records(path).unwrap().problems, []);
    let archive = Archive::open(path).unwrap();
    archive.imports().unwrap().iter().map(|import| import.number).collect()
}

#[test]
fn an_import_fails_if_its_lock_is_removed_or_replaced() {
    for replaced in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("archive");
        let archive = Archive::create(&path).unwrap();
        import(&archive, 1).unwrap();
        let lock = path.join("lock");
        let imported = import_with_event(&archive, || {
            fs::remove_file(&lock).unwrap();
            if replaced {
                fs::write(&lock, "").unwrap();
            }
        });
        assert!(matches!(&imported, Err(Error::LockLost(lost)) if *lost == path), "{imported:?}");
        // No other change that the process attempts succeeds.
        for _ in 0..2 {
            assert!(matches!(import(&archive, 2), Err(Error::LockLost(_))));
        }
        let removed = archive.remove("1901 Ruritanian vote 1", None);
        assert!(matches!(removed, Err(Error::LockLost(_))));
        assert!(matches!(archive.rebuild(|_| ()), Err(Error::LockLost(_))));
        drop(archive);
        assert_eq!(verified_imports(&path), [1]);
    }
}

#[test]
fn a_process_that_lost_the_lock_truncates_nothing_of_the_new_holder() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive");
    let archive = Archive::create(&path).unwrap();
    import(&archive, 1).unwrap();
    let imported = import_with_event(&archive, || {
        fs::remove_file(path.join("lock")).unwrap();
        // The store has its own lock, so it is moved away to let a second process open the archive.
        fs::rename(path.join("store"), path.join("store-of-the-first")).unwrap();
        let second = Archive::open(&path).unwrap();
        import(&second, 2).unwrap();
        import(&second, 3).unwrap();
    });
    assert!(matches!(imported, Err(Error::LockLost(_))), "{imported:?}");
    drop(archive);
    assert_eq!(verified_imports(&path), [1, 2, 3]);
}

#[test]
fn a_store_in_use_by_another_process_is_not_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive");
    let archive = Archive::create(&path).unwrap();
    import(&archive, 1).unwrap();
    fs::remove_file(path.join("lock")).unwrap();
    let second = Archive::open(&path).map(drop);
    assert!(matches!(&second, Err(Error::Busy { path: busy, .. }) if *busy == path), "{second:?}");
    drop(archive);
    let names = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().file_name());
    let names: Vec<String> = names.map(|name| name.into_string().unwrap()).collect();
    assert!(!names.iter().any(|name| name.contains("aside")), "{names:?}");
    assert_eq!(verified_imports(&path), [1]);
}

#[test]
fn the_lock_file_names_the_holder_or_is_empty() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive");
    let archive = Archive::create(&path).unwrap();
    let line = fs::read_to_string(path.join("lock")).unwrap();
    let Err(Error::Busy { holder: Some(holder), .. }) = Archive::open(&path) else {
        unreachable!("it is in use, and says by whom")
    };
    assert_eq!(holder.process_id, std::process::id());
    assert_eq!(line, format!("{} {}\n", holder.process_id, holder.since));
    // A lock file with any other content names no holder.
    for other in ["", "4711", "4711 2026-11-29T18:00:12Z", "process 2026-11-29T18:00:12Z\n"] {
        fs::write(path.join("lock"), other).unwrap();
        let busy = Archive::open(&path).map(drop);
        assert!(matches!(busy, Err(Error::Busy { holder: None, .. })), "{other}: {busy:?}");
    }
    drop(archive);
    assert_eq!(fs::read_to_string(path.join("lock")).unwrap(), "");
}
