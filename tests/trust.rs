//! Kills, many processes at once, interrupts, backups, and archives of earlier versions.
//!
//! `HUSTINGS_LONG=1 cargo test --release --test trust -- --nocapture` runs the long form and prints
//! the counts.
#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and counts"
)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio, id};
use std::thread;
use std::time::Duration;

use common::{Rng, archive_content, archive_of_fixtures, copy_folder, hustings, repetitions, run};
use hustings::Archive;

/// Writes a file of this many elections. Each `number` gives different elections.
fn write_document(folder: &Path, number: u64, elections: u64) -> PathBuf {
    let line = |election| {
        let name = "x".repeat(election as usize * 7 % 500);
        format!(
            "{{\"title\":\"19{:02} Ruritanian vote {number}-{election}\",\"name\":\"{name}\"}}\n",
            number % 100
        )
    };
    let path = folder.join(format!("given-{number}.jsonl"));
    fs::write(&path, (0..elections).map(line).collect::<String>()).unwrap();
    path
}

/// The moment of a kill depends on the machine, but no import is lost and none is partial.
#[test]
fn kills_lose_nothing_and_leave_no_partial_import() {
    let folder = tempfile::tempdir().unwrap();
    let (archive, backup) = (folder.path().join("archive"), folder.path().join("backup"));
    let elections = 400;
    run(&archive, &["import", write_document(folder.path(), 0, elections).to_str().unwrap()]);
    run(&archive, &["backup", backup.to_str().unwrap()]);
    let mut numbers = Rng(11);
    let (times, mut acknowledged, mut stopped) = (repetitions(1_000).max(200), 1, 0);
    for time in 1..=times {
        let file = write_document(folder.path(), time, elections);
        let words: Vec<&str> = match time % 4 {
            0 => vec!["rebuild"],
            1 => vec!["backup", backup.to_str().unwrap()],
            _ => vec!["import", "-q", file.to_str().unwrap()],
        };
        let mut child = hustings(&archive, &words);
        let mut child = child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_micros(numbers.below(60_000)));
        let killed = child.try_wait().unwrap().is_none();
        let _ = child.kill();
        let status = child.wait().unwrap();
        fs::remove_file(&file).unwrap();
        stopped += u64::from(killed);
        let opened = Archive::open(&archive).unwrap();
        let imports = opened.imports().unwrap();
        let done = imports.len() as u64;
        if words[0] == "import" && status.success() {
            acknowledged += 1;
        }
        assert!(done == acknowledged || (words[0] == "import" && done == acknowledged + 1));
        assert!(imports.iter().all(|import| import.versions == elections), "{imports:?}");
        acknowledged = done;
        drop(opened);
        if time.is_multiple_of(20) {
            assert_eq!(Archive::options().verify(&archive).unwrap().problems, []);
            run(&archive, &["backup", backup.to_str().unwrap()]);
            assert_eq!(Archive::options().verify(&backup).unwrap().problems, []);
            assert_eq!(Archive::open(&backup).unwrap().imports().unwrap(), imports);
        }
    }
    println!(
        "{times} runs, {stopped} of them killed: {acknowledged} imports are there, each whole"
    );
}

#[test]
fn a_backup_is_restored_unchanged() {
    let (folder, path) = archive_of_fixtures();
    let whole = archive_content(&Archive::open(&path).unwrap()).unwrap();
    for name in ["backup", "backup.jsonl.zst"] {
        let (backup, back) = (folder.path().join(name), folder.path().join(format!("back-{name}")));
        let (code, out, err) = run(&path, &["backup", backup.to_str().unwrap()]);
        assert!(
            code == 0 && out.starts_with("3 imports in the backup, 3 copied now"),
            "{out}{err}"
        );
        let (code, out, err) = run(&back, &["restore", backup.to_str().unwrap()]);
        assert_eq!((code, out.as_str()), (0, "restored: 3 imports\n"), "{err}");
        assert_eq!(archive_content(&Archive::open(&back).unwrap()).unwrap(), whole);
        let journal = |path: &Path| fs::read(path.join("journal/000001.jsonl.zst")).unwrap();
        assert_eq!(journal(&back), journal(&path));
        let (code, _, err) = run(&back, &["restore", backup.to_str().unwrap()]);
        assert!(code == 2 && err.contains("exists; restore to another place"), "{err}");
    }
    // An archive with another history is not an earlier state.
    let other = folder.path().join("other");
    run(&other, &["import", "fixtures/articles"]);
    let (code, _, err) = run(&path, &["backup", other.to_str().unwrap()]);
    assert!(code == 2 && err.contains("is not an earlier state of the archive"), "{err}");
    let (code, out, _) = run(&path, &["backup", folder.path().join("backup").to_str().unwrap()]);
    assert!(code == 0 && out.contains("0 copied now"), "{out}");
}

/// Runs typical queries. Returns the exit code and the output of each.
fn run_session(archive: &Path) -> Vec<(i32, String)> {
    let mut questions: Vec<Vec<String>> = [
        "list",
        "list nagorno-karabakh --format csv",
        "list --type presidential --from 2000 --format json",
        "log",
        "log nagorno-karabakh/2012 --format jsonl",
        "alias",
        "check --format json",
        "verify --deep",
        "chain nagorno-karabakh/2012",
        "chain artsakh/2020 --infer --format json",
        "diff nagorno-karabakh/2007 nagorno-karabakh/2012",
        "diff nagorno-karabakh/2012@1 nagorno-karabakh/2012@2 --format json",
        "diff --chain nagorno-karabakh/2012 --stat",
        "show artsakh/2017@3",
        "show nagorno-karabakh/2012@#1 --prose",
        "export --all-versions",
        "export --format csv",
        "export --format source",
    ]
    .map(|line| line.split(' ').map(str::to_owned).collect())
    .to_vec();
    for record in Archive::open(archive).unwrap().list(&Default::default()).unwrap() {
        questions.push(vec!["show".to_owned(), record.address, "--format=json".to_owned()]);
    }
    let answer = |words: &Vec<String>| {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let (code, out, err) = run(archive, &words);
        (code, out + &err)
    };
    questions.iter().map(answer).collect()
}

#[test]
fn an_export_of_all_versions_is_restored_byte_for_byte() {
    let (folder, path) = archive_of_fixtures();
    run(&path, &["import", "--note", "a \"note\"", "fixtures/editions"]);
    for words in [
        &["alias", "nagorno-karabakh/2012@1", "Nagorno-Karabakh presidential election, 2012"][..],
        &["alias", "--territory", "Artsakh", "Republic of Artsakh", "--from", "2017"],
        &["remove", "artsakh/2017"],
        &["revert", "artsakh/2017@1"],
        &["remove", "abkhazia/2004"],
    ] {
        let (code, _, err) = run(&path, words);
        assert_eq!(code, 0, "{words:?}: {err}");
    }
    let archive_content = run_session(&path);
    let failed = archive_content.iter().find(|(code, answer)| *code != 0 || answer.is_empty());
    assert_eq!(failed, None);
    let (code, _, err) = run(&path, &["show", "artsakh/2017@2"]);
    assert!(code == 2 && err.contains("'hustings show \"artsakh/2017@3\"'"), "{err}");
    let export = folder.path().join("all.jsonl");
    let (_, written, _) = run(&path, &["export", "--all-versions"]);
    fs::write(&export, &written).unwrap();
    let back = folder.path().join("back");
    let (code, out, err) = run(&back, &["restore", export.to_str().unwrap()]);
    assert_eq!((code, out.as_str(), err.as_str()), (0, "restored: 9 imports\n", ""));
    assert_eq!(run(&back, &["export", "--all-versions"]).1, written);
    let journal = |path: &Path| fs::read(path.join("journal/000001.jsonl.zst")).unwrap();
    assert!(journal(&back) == journal(&path), "the journal is the same to the byte");
    assert_eq!(run_session(&back), archive_content);
    fs::remove_dir_all(back.join("store")).unwrap();
    run(&back, &["-q", "list"]);
    assert_eq!(run_session(&back), archive_content);
    // The export of one election has the same lines as the export of all.
    let (_, some, _) = run(&path, &["export", "--all-versions", "nagorno-karabakh/2012"]);
    let (_, log, _) = run(&path, &["log", "nagorno-karabakh/2012", "--format", "jsonl"]);
    assert_eq!(some.lines().count(), log.lines().count());
    assert!(some.lines().all(|line| written.lines().any(|other| other == line)), "{some}");
}

#[test]
fn an_incomplete_backup_is_not_restored() {
    let (folder, path) = archive_of_fixtures();
    let (_, export, _) = run(&path, &["export", "--all-versions"]);
    let packed = folder.path().join("backup.zst");
    run(&path, &["backup", packed.to_str().unwrap()]);
    let packed = fs::read(packed).unwrap();
    let text = export.as_bytes();
    let changed = export.replacen("\\n", "\\t", 1).into_bytes();
    let first_line = export.lines().next().unwrap().len();
    let cases: [(&[u8], &str); 8] = [
        (b"{}", "byte 0: line 1: a line is not an entry"),
        (b"prose", "expected a complete backup or an export"),
        (&text[..first_line + 1], "line 1: the last import has no end"),
        (&text[..first_line + 100], "line 2: a line is not an entry"),
        (&text[first_line + 1..], "import 1 does not match its digest"),
        (&changed, "import 1 does not match its digest"),
        (&[text, text].concat(), "or is out of order"),
        (&packed[..packed.len() - 40], "the backup is truncated"),
    ];
    for (given, problem) in cases {
        let (file, back) = (folder.path().join("given"), folder.path().join("back"));
        fs::write(&file, given).unwrap();
        let (code, out, err) = run(&back, &["restore", file.to_str().unwrap()]);
        assert!(code == 3 && out.is_empty() && err.contains(problem), "{problem}: {err}");
        assert!(!back.exists(), "{problem}");
    }
}

#[test]
fn a_backup_overwrites_no_other_file_and_is_not_written_into_an_archive() {
    let (folder, path) = archive_of_fixtures();
    let other = folder.path().join("other");
    run(&other, &["import", "fixtures/editions"]);
    let (notes, theirs) = (folder.path().join("notes.txt"), folder.path().join("theirs.zst"));
    fs::write(&notes, "Notes.").unwrap();
    run(&other, &["backup", theirs.to_str().unwrap()]);
    let before = (run_session(&path), run_session(&other), fs::read(&theirs).unwrap());
    let inside = |name: &str| path.join(name);
    for target in [
        notes.clone(),
        theirs.clone(),
        path.clone(),
        other.clone(),
        inside("FORMAT"),
        inside("lock"),
        inside("store/db"),
        inside("journal/000001.jsonl.zst"),
        inside("inside"),
        inside("inside.zst"),
        other.join("journal/new.zst"),
        "-".into(),
    ] {
        let (code, _, err) = run(&path, &["backup", target.to_str().unwrap()]);
        assert!(code == 2 && err.starts_with("error: "), "{}: {code} {err}", target.display());
    }
    assert_eq!(fs::read_to_string(&notes).unwrap(), "Notes.");
    assert!((run_session(&path), run_session(&other), fs::read(&theirs).unwrap()) == before);
    // A backup file accepts a later state of its own archive.
    run(&other, &["import", "fixtures/commission"]);
    assert_eq!(run(&other, &["backup", theirs.to_str().unwrap()]).0, 0);
    fs::write(path.join("FORMAT"), "hustings archive, format 3\n").unwrap();
    for (archive, words) in [
        (&path, ["backup", "new"]),
        (&folder.path().join("back"), ["restore", path.to_str().unwrap()]),
    ] {
        let (code, _, err) = run(archive, &words);
        assert!(code == 4 && err.contains("format 3"), "{words:?}: {code} {err}");
    }
}

#[test]
fn damage_to_the_last_import_is_not_taken_for_an_interrupted_import() {
    let (folder, path) = archive_of_fixtures();
    let backup = folder.path().join("backup");
    run(&path, &["backup", backup.to_str().unwrap()]);
    for archive in [&path, &backup] {
        let journal = archive.join("journal/000001.jsonl.zst");
        let mut bytes = fs::read(&journal).unwrap();
        let at = bytes.len() - 100;
        bytes[at] ^= 1;
        fs::write(&journal, bytes).unwrap();
        let _ = fs::remove_dir_all(archive.join("store"));
        let (new, back) = (folder.path().join("new"), folder.path().join("back"));
        for (of, words) in [
            (archive, ["verify", "-q"]),
            (archive, ["backup", new.to_str().unwrap()]),
            (&back, ["restore", archive.to_str().unwrap()]),
            (archive, ["list", "-q"]),
        ] {
            let (code, out, err) = run(of, &words);
            let said = out + &err;
            assert!(
                code == 4 && said.contains("cannot be read")
                    || said.contains("not what was written"),
                "{words:?}: {code} {said}"
            );
        }
        assert!(!back.exists());
    }
}

#[test]
fn a_rebuild_keeps_the_damaged_files_aside() {
    let (_folder, path) = archive_of_fixtures();
    let (_, before, _) = run(&path, &["list"]);
    let journal = path.join("journal/000001.jsonl.zst");
    let mut bytes = fs::read(&journal).unwrap();
    bytes[50] ^= 1;
    fs::write(&journal, &bytes).unwrap();
    let (code, out, err) = run(&path, &["rebuild"]);
    assert!(code == 4 && out.starts_with("rebuilt: 2 of 3 imports, "), "{code} {out}");
    for said in ["import 1 is lost (digest ", "journal.damaged-1", "store.aside-1"] {
        assert!(err.contains(said), "{said}: {err}");
    }
    assert_eq!(fs::read(path.join("journal.damaged-1/000001.jsonl.zst")).unwrap(), bytes);
    assert_eq!(run(&path, &["verify"]).0, 0);
    // The records of the lost import can still be read from the files that were set aside.
    fs::rename(path.join("journal.damaged-1"), path.join("journal-damaged")).unwrap();
    fs::remove_dir_all(path.join("journal")).unwrap();
    fs::remove_dir_all(path.join("store")).unwrap();
    fs::rename(path.join("journal-damaged"), path.join("journal")).unwrap();
    fs::rename(path.join("store.aside-1"), path.join("store")).unwrap();
    assert_eq!(run(&path, &["list"]).1, before);
}

#[test]
fn concurrent_imports_take_the_lock_in_turn() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive");
    Archive::create(&path).unwrap();
    let times = 50;
    let files: Vec<PathBuf> =
        (0..times).map(|number| write_document(folder.path(), number, 3)).collect();
    let start = |wait: &[&str]| -> Vec<(bool, String)> {
        let spawn = |file: &PathBuf| {
            let words = [&["import", file.to_str().unwrap()], wait].concat();
            hustings(&path, &words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let children: Vec<_> = files.iter().map(spawn).collect();
        let ended = children.into_iter().map(|child| {
            let output = child.wait_with_output().unwrap();
            (output.status.success(), String::from_utf8(output.stderr).unwrap())
        });
        ended.collect()
    };
    let held = Archive::open(&path).unwrap();
    for (done, err) in start(&["--wait=0"]) {
        assert!(!done && err.contains(&format!("is in use by process {} since 2", id())), "{err}");
    }
    drop(held);
    let waited = start(&["--wait"]);
    assert!(waited.iter().all(|(done, err)| *done && err.is_empty()), "{waited:?}");
    let archive = Archive::open(&path).unwrap();
    let imports = archive.imports().unwrap();
    assert_eq!((imports.len(), archive.list(&Default::default()).unwrap().len()), (50, 150));
}

#[cfg(unix)]
#[test]
fn an_interrupt_keeps_complete_imports_and_reports_how_to_continue() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive");
    run(&path, &["import", "fixtures/articles"]);
    let mut child = hustings(&path, &["import", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // The import waits for input, which does not come.
    thread::sleep(Duration::from_millis(700));
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let stdin = child.stdin.take();
    let output = child.wait_with_output().unwrap();
    drop(stdin);
    assert_eq!(output.status.code(), Some(130));
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.contains("interrupted") && err.contains("the same command continues"), "{err}");
    assert_eq!(Archive::open(&path).unwrap().imports().unwrap().len(), 1);
}

/// Archives of earlier versions open in every later version.
#[test]
fn an_archive_of_an_earlier_version_opens_with_the_same_content() {
    for name in ["v1", "before-sled-records"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("archive");
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/archives");
        copy_folder(&fixtures.join(name), &path);
        assert_eq!(Archive::options().verify_records(&path).unwrap().problems, [], "{name}");
        let archive = Archive::open(&path).unwrap();
        let digests = archive.imports().unwrap().into_iter().map(|import| import.digest + "\n");
        let (digests, said) =
            (digests.collect::<String>(), archive_content(&archive).unwrap().len());
        let expected = fs::read_to_string(path.join("expected.txt")).unwrap();
        assert_eq!(format!("{digests}{said} answers\n"), expected, "{name}");
        drop(archive);
        assert_eq!(Archive::options().verify_records(&path).unwrap().problems, [], "{name}");
    }
}

#[test]
fn leftovers_of_an_interrupted_rebuild_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive");
    drop(Archive::create(&path).unwrap());
    for begun in ["store.new", "journal.new"] {
        fs::create_dir(path.join(begun)).unwrap();
        fs::write(path.join(begun).join("db"), "").unwrap();
    }
    drop(Archive::open(&path).unwrap());
    assert!(!path.join("store.new").exists() && !path.join("journal.new").exists());
    assert_eq!(Archive::options().verify(&path).unwrap().problems, []);
}
