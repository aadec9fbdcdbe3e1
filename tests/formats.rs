//! Archives of format 1 and format 2: reading, upgrading and copying them, and refusing newer ones.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{archive_of_fixtures, copy_folder, run};
use hustings::Archive;

const FORMAT_1: &str = "hustings archive, format 1\n";
const FORMAT_2: &str = "hustings archive, format 2\n";

/// Returns a copy of an archive that an earlier version wrote in format 1.
fn archive_of_format_1() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive");
    copy_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/archives/v1"), &path);
    (folder, path)
}

/// Returns an archive in which an import of format 2 follows those of format 1.
fn archive_of_both_formats() -> (tempfile::TempDir, PathBuf) {
    let (folder, path) = archive_of_format_1();
    let file = folder.path().join("more.jsonl");
    fs::write(&file, "{\"title\":\"1824 Ruritanian election\",\"country\":\"Ruritania\"}\n")
        .unwrap();
    run_ok(&path, &["import", file.to_str().unwrap()]);
    (folder, path)
}

/// Runs a command, which must succeed, and returns its output.
fn run_ok(archive: &Path, words: &[&str]) -> String {
    let (code, out, err) = run(archive, words);
    assert_eq!(code, 0, "{words:?}: {out}{err}");
    out
}

fn read_format(archive: &Path) -> String {
    fs::read_to_string(archive.join("FORMAT")).unwrap()
}

fn journal_lines(archive: &Path) -> Vec<String> {
    let packed = fs::File::open(archive.join("journal/000001.jsonl.zst")).unwrap();
    let text = String::from_utf8(zstd::decode_all(packed).unwrap()).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn has_digest(line: &str) -> bool {
    let digest = line.strip_suffix("\"}").and_then(|line| line.rsplit_once(",\"digest\":\""));
    digest.is_some_and(|(covered, digest)| {
        line.starts_with("{\"commit\"") || *digest == *blake3::hash(covered.as_bytes()).to_hex()
    })
}

fn is_sound(archive: &Path) -> bool {
    Archive::options().verify_records(archive).unwrap().problems.is_empty()
}

#[test]
fn every_line_of_a_new_archive_has_its_digest() {
    let (_folder, path) = archive_of_fixtures();
    run_ok(&path, &["alias", "--territory", "Artsakh", "Republic of Artsakh"]);
    run_ok(&path, &["remove", "artsakh/2017"]);
    assert_eq!(read_format(&path), FORMAT_2);
    let lines = journal_lines(&path);
    assert!(lines.len() > 30 && lines.iter().all(|line| has_digest(line)), "{lines:#?}");
    assert!(is_sound(&path));
}

#[test]
fn reading_keeps_format_1_and_the_first_change_upgrades_it() {
    let (folder, path) = archive_of_format_1();
    let before = journal_lines(&path);
    let (copy, file) = (folder.path().join("copy"), folder.path().join("copy.zst"));
    for words in [
        &["list"][..],
        &["log"],
        &["verify", "--deep"],
        &["export", "--all-versions"],
        &["rebuild"],
        &["backup", copy.to_str().unwrap()],
        &["backup", file.to_str().unwrap()],
        &["import", "--dry-run", "fixtures/wikitext"],
        &["import", "fixtures/commission"],
    ] {
        run_ok(&path, words);
        assert_eq!(
            (read_format(&path).as_str(), journal_lines(&path) == before),
            (FORMAT_1, true),
            "{words:?}"
        );
    }
    let (_folder, path) = archive_of_both_formats();
    let after = journal_lines(&path);
    assert_eq!((read_format(&path).as_str(), &after[..before.len()]), (FORMAT_2, &before[..]));
    assert!(before.iter().all(|line| !has_digest(line) || line.starts_with("{\"commit\"")));
    assert_eq!(after.len(), before.len() + 2);
    assert!(after[before.len()..].iter().all(|line| has_digest(line)));
    assert!(is_sound(&path));
    fs::remove_dir_all(path.join("store")).unwrap();
    assert!(run_ok(&path, &["list"]).contains("1824 Ruritanian election"));
    assert!(is_sound(&path));
}

#[test]
fn alias_remove_and_revert_upgrade_the_format_too() {
    for words in [
        &["alias", "--territory", "Artsakh", "Arcadia"][..],
        &["remove", "artsakh/2020"],
        &["revert", "nagorno-karabakh/2012@1"],
    ] {
        let (_folder, path) = archive_of_format_1();
        run_ok(&path, words);
        assert_eq!(read_format(&path), FORMAT_2, "{words:?}");
        assert!(is_sound(&path), "{words:?}");
    }
}

#[test]
fn a_backup_states_the_format_that_its_lines_need() {
    let (folder, path) = archive_of_format_1();
    let at = |name: &str| folder.path().join(name);
    let (copy, packed) = (at("copy"), at("copy.zst"));
    let archive_and_backups = |expected: &str, round: &str| {
        let (one, other) = (at(&format!("back-{round}")), at(&format!("unpacked-{round}")));
        run_ok(&path, &["backup", copy.to_str().unwrap()]);
        run_ok(&path, &["backup", packed.to_str().unwrap()]);
        run_ok(&one, &["restore", copy.to_str().unwrap()]);
        run_ok(&other, &["restore", packed.to_str().unwrap()]);
        for archive in [&path, &copy, &one, &other] {
            assert_eq!(read_format(archive), expected, "{round} {}", archive.display());
            assert_eq!(
                journal_lines(archive),
                journal_lines(&path),
                "{round} {}",
                archive.display()
            );
            assert!(is_sound(archive), "{round} {}", archive.display());
        }
    };
    archive_and_backups(FORMAT_1, "before");
    run_ok(&path, &["remove", "artsakh/2020"]);
    archive_and_backups(FORMAT_2, "after");
}

#[test]
fn an_export_of_both_formats_is_restored_byte_for_byte() {
    let (folder, mixed) = archive_of_both_formats();
    let (_other, old) = archive_of_format_1();
    for (path, expected) in [(&mixed, FORMAT_2), (&old, FORMAT_1)] {
        let (export, back) = (folder.path().join("all.jsonl"), folder.path().join("back"));
        let _ = fs::remove_dir_all(&back);
        let written = run_ok(path, &["export", "--all-versions"]);
        fs::write(&export, &written).unwrap();
        run_ok(&back, &["restore", export.to_str().unwrap()]);
        assert_eq!(run_ok(&back, &["export", "--all-versions"]), written);
        assert_eq!(
            (journal_lines(&back), read_format(&back).as_str()),
            (journal_lines(path), expected)
        );
        assert!(is_sound(&back));
        // Each line of the export begins with the journal line, followed by the derived members.
        for (line, exported) in journal_lines(path).iter().zip(written.lines()) {
            assert!(exported.starts_with(line.strip_suffix('}').unwrap()), "{exported}");
        }
    }
}

#[test]
fn an_export_line_with_a_wrong_digest_is_not_restored() {
    let (folder, path) = archive_of_both_formats();
    let written = run_ok(&path, &["export", "--all-versions"]);
    let last = journal_lines(&path).into_iter().rev().nth(1).unwrap();
    let digest = &last[last.len() - 66..last.len() - 2];
    let (export, back) = (folder.path().join("all.jsonl"), folder.path().join("back"));
    let without = format!(",\"digest\":\"{digest}\"");
    for (from, to) in [(digest, &"0".repeat(64)[..]), (digest, ""), (&without, "")] {
        fs::write(&export, written.replacen(from, to, 1)).unwrap();
        let (code, _, err) = run(&back, &["restore", export.to_str().unwrap()]);
        assert!(code == 3 && err.contains("does not match its digest"), "{code} {err}");
        assert!(!back.exists());
    }
}

#[test]
fn a_rebuild_that_records_a_loss_upgrades_the_format_first() {
    let (folder, path) = archive_of_format_1();
    let journal = path.join("journal/000001.jsonl.zst");
    let mut bytes = fs::read(&journal).unwrap();
    // This byte is in the fourth of seven imports, on which no other import depends.
    bytes[5_000] ^= 1;
    fs::write(&journal, bytes).unwrap();
    assert_eq!(run(&path, &["rebuild"]).0, 4);
    assert_eq!(read_format(&path), FORMAT_2);
    let noted = journal_lines(&path);
    let lost = noted.iter().find(|line| line.starts_with("{\"lost\":")).unwrap();
    assert!(has_digest(lost) && is_sound(&path), "{lost}");
    // The line about the loss survives an export and a restore, with its digest.
    let (export, back) = (folder.path().join("all.jsonl"), folder.path().join("back"));
    fs::write(&export, run_ok(&path, &["export", "--all-versions"])).unwrap();
    run_ok(&back, &["restore", export.to_str().unwrap()]);
    assert_eq!((journal_lines(&back), read_format(&back).as_str()), (noted, FORMAT_2));
}

#[test]
fn a_stated_format_that_is_too_low_is_reported_and_repaired() {
    let (_folder, path) = archive_of_both_formats();
    fs::write(path.join("FORMAT"), FORMAT_1).unwrap();
    let flaws = Archive::options().verify(&path).unwrap().problems;
    assert!(flaws.len() == 1 && flaws[0].problem.contains("format 2"), "{flaws:?}");
    run_ok(&path, &["rebuild"]);
    assert!(read_format(&path) == FORMAT_2 && is_sound(&path));
}

#[test]
fn a_newer_format_is_refused_before_any_change() {
    let (folder, path) = archive_of_both_formats();
    fs::remove_file(path.join("lock")).unwrap();
    fs::write(path.join("FORMAT"), "hustings archive, format 3\n").unwrap();
    let files = || {
        let entries = walkdir::WalkDir::new(&path).sort_by_file_name().into_iter();
        let read = |entry: walkdir::DirEntry| {
            let bytes = entry.file_type().is_file().then(|| fs::read(entry.path()).unwrap());
            (entry.into_path(), bytes)
        };
        entries.map(|entry| read(entry.unwrap())).collect::<Vec<_>>()
    };
    let before = files();
    let (_other, old) = archive_of_format_1();
    let new = folder.path().join("new");
    for (archive, words) in [
        (&path, &["list"][..]),
        (&path, &["import", "fixtures/wikitext"]),
        (&path, &["remove", "artsakh/2020"]),
        (&path, &["export", "--all-versions"]),
        (&path, &["verify"]),
        (&path, &["rebuild"]),
        (&path, &["backup", new.to_str().unwrap()]),
        (&old, &["backup", path.to_str().unwrap()]),
        (&new, &["restore", path.to_str().unwrap()]),
    ] {
        let (code, _, err) = run(archive, words);
        assert!(code == 4 && err.contains("'hustings archive, format 3'"), "{words:?}: {err}");
        assert!(files() == before, "{words:?}");
    }
    assert!(!new.exists());
}
