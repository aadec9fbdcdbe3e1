//! Flips single bits and truncates files. Damage to the journal is always detected and never gives
//! a wrong record. A damaged store is rebuilt, and the answers do not change.
//!
//! `HUSTINGS_LONG=1 cargo test --release --test damage -- --nocapture` runs the long form and
//! prints the counts.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and counts"
)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Rng, archive_content, archive_of_fixtures, copy_folder, repetitions};
use hustings::{Archive, Error};

/// Returns the content of an archive. If the store is damaged, marks it as damaged and opens the
/// archive again, which rebuilds the store.
fn content_after_reopening(path: &Path) -> Result<Vec<String>, Error> {
    match Archive::open(path).and_then(|archive| archive_content(&archive)) {
        Err(Error::Store(_)) => {
            Archive::mark_store_damaged(path)?;
            archive_content(&Archive::open(path)?)
        }
        answered => answered,
    }
}

fn flip_bit(file: &Path, numbers: &mut Rng) {
    let mut bytes = fs::read(file).unwrap();
    let bit = numbers.below(bytes.len() as u64 * 8);
    bytes[(bit / 8) as usize] ^= 1 << (bit % 8);
    fs::write(file, bytes).unwrap();
}

fn truncate_file(file: &Path, numbers: &mut Rng) {
    let length = fs::metadata(file).unwrap().len();
    fs::OpenOptions::new().write(true).open(file).unwrap().set_len(numbers.below(length)).unwrap();
}

/// Every non-empty file in a folder and its subfolders.
fn non_empty_files(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter();
    let files = entries.filter_map(|entry| {
        let entry = entry.unwrap();
        let holds = entry.file_type().is_file() && entry.metadata().unwrap().len() > 0;
        holds.then(|| entry.into_path())
    });
    files.collect()
}

/// A way to damage a file.
type Damage = fn(&Path, &mut Rng);

#[test]
fn a_damaged_journal_is_detected_and_gives_no_wrong_record() {
    let (folder, path) = archive_of_fixtures();
    let whole = archive_content(&Archive::open(&path).unwrap()).unwrap();
    let copy = folder.path().join("copy");
    let mut numbers = Rng(1);
    for (harm, times) in
        [(flip_bit as Damage, repetitions(1_000)), (truncate_file, repetitions(500))]
    {
        let (mut opened, mut kept) = (0, 0);
        for _ in 0..times {
            let _ = fs::remove_dir_all(&copy);
            copy_folder(&path, &copy);
            harm(&copy.join("journal/000001.jsonl.zst"), &mut numbers);
            let verified = Archive::options().verify(&copy).unwrap();
            assert!(!verified.problems.is_empty(), "damage was not found");
            if let Ok(archive) = Archive::open(&copy) {
                opened += 1;
                match archive_content(&archive) {
                    Ok(given) => assert_eq!(given, whole),
                    Err(Error::Journal { .. }) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            // A rebuild keeps the readable imports and lists the lost ones.
            let report = Archive::options().rebuild(&copy).unwrap();
            assert_eq!(report.imports, 3, "{report:?}");
            let lost: u64 = report.lost.iter().map(|lost| lost.last - lost.first + 1).sum();
            kept += 3 - lost;
            for answer in archive_content(&Archive::open(&copy).unwrap()).unwrap() {
                assert!(lost > 0 || whole.contains(&answer));
            }
            let again = Archive::options().verify_records(&copy).unwrap();
            assert_eq!((again.problems, again.imports), (vec![], 3 - lost));
        }
        println!(
            "journal: {times} times damaged, all found; {opened} opened, and answered rightly or not at all; {kept} of {} imports kept",
            times * 3
        );
    }
}

#[test]
fn a_damaged_store_is_rebuilt() {
    let (folder, path) = archive_of_fixtures();
    let whole = archive_content(&Archive::open(&path).unwrap()).unwrap();
    let copy = folder.path().join("copy");
    let mut numbers = Rng(2);
    for (harm, times) in
        [(flip_bit as Damage, repetitions(1_000)), (truncate_file, repetitions(500))]
    {
        for name in non_empty_files(&path.join("store")) {
            let name = name.strip_prefix(&path).unwrap().to_owned();
            for _ in 0..times {
                let _ = fs::remove_dir_all(&copy);
                copy_folder(&path, &copy);
                harm(&copy.join(&name), &mut numbers);
                assert_eq!(content_after_reopening(&copy).unwrap(), whole);
                assert_eq!(Archive::options().verify(&copy).unwrap().problems, []);
            }
            println!("{}: {times} times damaged, all archive_content right", name.display());
        }
    }
}

#[test]
fn a_damaged_format_file_is_reported_and_rewritten() {
    let (folder, path) = archive_of_fixtures();
    let copy = folder.path().join("copy");
    let mut numbers = Rng(3);
    for harm in [flip_bit as Damage, truncate_file] {
        for _ in 0..repetitions(200) {
            let _ = fs::remove_dir_all(&copy);
            copy_folder(&path, &copy);
            harm(&copy.join("FORMAT"), &mut numbers);
            check_damaged_format(&copy);
        }
    }
}

/// Checks an archive whose `FORMAT` was damaged. If the file still names a known format, perhaps
/// with other white space, the archive opens. If the file names an unknown format, the archive is
/// refused, because it may really have that format. Otherwise the file is reported as damaged, and
/// a rebuild rewrites it.
fn check_damaged_format(archive: &Path) {
    let found = fs::read(archive.join("FORMAT")).unwrap();
    let words = found.trim_ascii();
    let number = words.strip_prefix(b"hustings archive, format ").unwrap_or_default();
    let numbered =
        number.first().is_some_and(|first| *first != b'0') && number.iter().all(u8::is_ascii_digit);
    let (opened, rebuilt) = (Archive::open(archive).map(drop), Archive::options().rebuild(archive));
    if numbered && [b"1", b"2"].iter().any(|known| number == *known) {
        assert!(opened.is_ok() && rebuilt.is_ok());
    } else if numbered {
        assert!(matches!(opened, Err(Error::NewerFormat { .. })), "{found:?} {opened:?}");
        assert!(matches!(rebuilt, Err(Error::NewerFormat { .. })), "{found:?} {rebuilt:?}");
        assert_eq!(fs::read(archive.join("FORMAT")).unwrap(), found);
    } else {
        assert!(matches!(opened, Err(Error::DamagedFormat { .. })), "{found:?} {opened:?}");
        assert!(rebuilt.is_ok(), "{found:?} {rebuilt:?}");
        assert!(Archive::open(archive).is_ok());
    }
}

#[test]
fn a_format_file_with_one_more_byte_is_accepted_or_rewritten() {
    let (folder, path) = archive_of_fixtures();
    let copy = folder.path().join("copy");
    let line = fs::read(path.join("FORMAT")).unwrap();
    for at in 0..=line.len() {
        for byte in [b' ', b'\n', b'\r', 0, b'x', b'7', 0xff] {
            let _ = fs::remove_dir_all(&copy);
            copy_folder(&path, &copy);
            let mut longer = line.clone();
            longer.insert(at, byte);
            fs::write(copy.join("FORMAT"), longer).unwrap();
            check_damaged_format(&copy);
        }
    }
}
