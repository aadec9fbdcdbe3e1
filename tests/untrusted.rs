//! Hostile archives and sources: they lead to an error, and no file outside the archive is changed.
#![cfg(all(unix, feature = "cli"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{archive_of_fixtures, copy_folder, run};

/// A frame of an archive's journal, as `docs/format.md` describes it.
fn journal_frame(text: &[u8]) -> Vec<u8> {
    with_checksum(zstd::encode_all(text, 3).unwrap())
}

fn with_checksum(mut frame: Vec<u8>) -> Vec<u8> {
    let sum = crc32fast::hash(&frame);
    for number in [0x184d_2a5e, 4, sum] {
        frame.extend(number.to_le_bytes());
    }
    frame
}

/// The lines of the first import of an archive: this line, and a valid commit.
fn import_lines(line: &str, note: &str) -> String {
    let commit = format!(
        r#"{{"commit":{{"import":1,"recorded":"2026-01-01T00:00:00Z","tool":"t","note":"{note}","versions":1,"removals":0,"aliases":0,"parent":""}}"#
    );
    let digest = blake3::hash(format!("{line}\n{commit}").as_bytes()).to_hex();
    format!("{line}\n{commit},\"digest\":\"{digest}\"}}\n")
}

fn version_line(format: &str, text: &str) -> String {
    let text = serde_json::to_string(text).unwrap();
    format!(r#"{{"version":{{"title":"t","format":"{format}","source":"s","text":{text}}}}}"#)
}

/// Creates an archive with these bytes as its journal.
fn archive_of(folder: &Path, journal: &[u8]) -> PathBuf {
    let archive = folder.join("archive");
    let _ = fs::remove_dir_all(&archive);
    fs::create_dir_all(archive.join("journal")).unwrap();
    fs::write(archive.join("FORMAT"), "hustings archive, format 1\n").unwrap();
    fs::write(archive.join("journal/000001.jsonl.zst"), journal).unwrap();
    archive
}

#[test]
fn a_symbolic_link_in_an_archive_is_refused_and_its_target_kept() {
    let (folder, path) = archive_of_fixtures();
    let (file, inside) = (folder.path().join("thesis.txt"), folder.path().join("papers"));
    fs::create_dir(&inside).unwrap();
    let names = [
        "FORMAT",
        "FORMAT.new",
        "lock",
        "journal",
        "journal.new",
        "store",
        "store.new",
        "store.damaged",
        "journal/000001.jsonl.zst",
        "journal/000002.jsonl.zst",
        "store/records",
        "store/pages-0",
        "store/db",
        "store/conf",
    ];
    for name in names {
        let given = folder.path().join("given");
        let _ = fs::remove_dir_all(&given);
        copy_folder(&path, &given);
        let at = given.join(name);
        let _ = fs::remove_dir_all(&at);
        let _ = fs::remove_file(&at);
        fs::write(&file, "A thesis.").unwrap();
        fs::write(inside.join("paper.txt"), "A paper.").unwrap();
        let folder_like =
            ["journal", "store"].iter().any(|start| name.split('.').next() == Some(start));
        symlink(if folder_like { &inside } else { &file }, &at).unwrap();
        let (back, target) = (folder.path().join("back"), folder.path().join("backup"));
        let (given_name, target) = (given.to_str().unwrap(), target.to_str().unwrap());
        for (archive, words) in [
            (&given, &["list"][..]),
            (&given, &["import", "fixtures/editions"]),
            (&given, &["verify"]),
            (&given, &["rebuild"]),
            (&given, &["backup", target]),
            (&back, &["restore", given_name]),
            (&path, &["backup", given_name]),
        ] {
            let (code, _, err) = run(archive, words);
            assert!(
                code == 4 && err.contains("is a link or a device"),
                "{name} {words:?} {code}: {err}"
            );
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), "A thesis.");
        assert_eq!(fs::read_to_string(inside.join("paper.txt")).unwrap(), "A paper.");
        assert!(!back.join("FORMAT").exists());
    }
}

#[test]
fn a_named_pipe_in_an_archive_is_refused_without_blocking() {
    let (_folder, path) = archive_of_fixtures();
    fs::remove_file(path.join("FORMAT")).unwrap();
    let made = Command::new("mkfifo").arg(path.join("FORMAT")).status().unwrap();
    assert!(made.success());
    let (code, _, err) = run(&path, &["list"]);
    assert!(code == 4 && err.contains("is a link or a device"), "{err}");
    let (code, _, err) = run(&path.join("new"), &["import", path.to_str().unwrap()]);
    assert!(
        code == 3
            && err
                .contains("FORMAT:1:1: expected a file that can be read (it is a link or a device"),
        "{err}"
    );
}

/// Bytes in which a frame begins every few bytes, and none is complete.
fn nested_frames(length: usize) -> Vec<u8> {
    const BLOCK: usize = 128 * 1024;
    let mut text = Vec::with_capacity(length);
    while text.len() < length {
        // The magic number of a frame, a window of 1 MiB, and the header of a raw block that is not
        // the last.
        text.extend(0xfd2f_b528_u32.to_le_bytes());
        text.extend([0, 0x50]);
        text.extend(&((BLOCK as u32) << 3).to_le_bytes()[..3]);
        text.resize(text.len() + 11, b' ');
    }
    text
}

#[test]
fn nested_frames_are_scanned_in_linear_time() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal =
        journal_frame(import_lines(&version_line("jsonl", r#"{"title":"t"}"#), "").as_bytes());
    journal.extend(nested_frames(4 << 20));
    let archive = archive_of(folder.path(), &journal);
    let (code, out, err) = run(&archive, &["verify"]);
    assert_eq!((code, out.as_str()), (0, "1 import, 1 version: no problems\n"), "{err}");
    assert!(err.contains("hustings: 4194"), "{err}");
    assert!(err.contains(" bytes after the last import belong to an interrupted import"), "{err}");
}

/// Runs the program with a limit on its virtual memory, in kB. Returns its exit code and output.
fn run_with_memory_limit(kilobytes: u64, archive: &Path, words: &str) -> (i32, String) {
    let program = env!("CARGO_BIN_EXE_hustings");
    let line =
        format!("ulimit -v {kilobytes}; exec {program} --archive {} {words}", archive.display());
    let output = Command::new("sh").args(["-c", &line]).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap_or(-1), text(output.stdout) + &text(output.stderr))
}

/// Memory limit that `docs/security.md` states, in kB.
const BOUND: u64 = 2_000_000;

#[cfg(target_os = "linux")]
#[test]
fn decompression_bombs_stay_within_the_memory_limit() {
    let folder = tempfile::tempdir().unwrap();
    let full = 8 << 20;
    let spaces = " ".repeat(300 << 20);
    let json = |parts: &str| {
        let long = parts.repeat((full - 100) / parts.len());
        version_line("jsonl", &format!(r#"{{"title":"t","contests":[{long}{{}}]}}"#))
    };
    let page = |start: &str, part: &str| {
        version_line("wikitext", &(start.to_owned() + &part.repeat((full - 100) / part.len())))
    };
    let commits = import_lines(&version_line("jsonl", "{}"), "").repeat(100_000);
    let cases: [(&str, String, i32); 9] = [
        ("the frame holds more than 50 MiB", spaces.clone(), 4),
        (
            "the frame holds more than 50 MiB",
            import_lines(&version_line("article", &spaces), ""),
            4,
        ),
        ("a text has", import_lines(&version_line("article", &spaces[..full + 1]), ""), 4),
        ("expected the end of the frame after the import, found another line", commits, 4),
        ("a note has more than", import_lines(&version_line("jsonl", "{}"), &"n".repeat(full)), 4),
        ("1 import", import_lines(&json("{},"), ""), 0),
        ("1 import", import_lines(&page("{{Infobox election|", "|a=b"), ""), 0),
        ("1 import", import_lines(&page("", "{{a|"), ""), 0),
        ("1 import", import_lines(&page("{{Infobox election|", "- A: b\n"), ""), 0),
    ];
    for (said, journal, expected) in cases {
        let mut journal = journal_frame(journal.as_bytes());
        // Unreadable data counts as damage if a complete import follows it.
        if expected != 0 {
            journal.extend(journal_frame(
                import_lines(&version_line("jsonl", r#"{"title":"t"}"#), "").as_bytes(),
            ));
        }
        let archive = archive_of(folder.path(), &journal);
        for words in ["list", "verify --deep", "rebuild"] {
            let (code, out) = run_with_memory_limit(BOUND, &archive, words);
            assert!(
                !out.contains("panicked") && !out.contains("memory allocation"),
                "{said}: {out}"
            );
            assert!([0, expected].contains(&code), "{said}, {words}: {code} {out}");
            if words.starts_with("verify") {
                assert!(code == expected && out.contains(said), "{said}, {words}: {code} {out}");
            }
        }
    }
}

#[test]
fn a_source_cannot_reference_files_outside_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    let (inside, archive) = (folder.path().join("inside"), folder.path().join("archive"));
    fs::create_dir(&inside).unwrap();
    let secret = folder.path().join("secret.csv");
    fs::write(&secret, "id,name\n1,secret\n").unwrap();
    symlink(&secret, inside.join("link.jsonl")).unwrap();
    let (code, _, err) = run(&archive, &["import", inside.to_str().unwrap()]);
    assert!(
        code == 3
            && err.contains("link.jsonl:1:1: expected a file")
            && err.contains("name it itself"),
        "{err}"
    );
    // A mapping that names a table outside the folder of the imported table.
    let mapping = |file: &str| {
        format!(
            "key = \"id\"\n[join.other]\nfile = \"{file}\"\non = \"id\"\nkey = \"id\"\n[election]\ntitle = \"other.name\"\n"
        )
    };
    fs::write(inside.join("table.csv"), "id\n1\n").unwrap();
    let given = folder.path().join("mapping.toml");
    let words = ["import", "--mapping", given.to_str().unwrap(), inside.to_str().unwrap()];
    for file in ["../secret.csv", "..", secret.to_str().unwrap(), "./other.csv"] {
        fs::write(&given, mapping(file)).unwrap();
        let (code, _, err) = run(&archive, &words);
        assert!(
            code == 2 && err.contains("is no name of a file beside the table"),
            "{file}: {code} {err}"
        );
    }
    symlink(&secret, inside.join("other.csv")).unwrap();
    fs::write(&given, mapping("other.csv")).unwrap();
    let (code, out, err) = run(&archive, &words);
    assert!(code == 3 && !out.contains("1 added") && err.contains("a table beside"), "{out}{err}");
    fs::remove_file(inside.join("other.csv")).unwrap();
    fs::copy(&secret, inside.join("other.csv")).unwrap();
    let (_, out, err) = run(&archive, &words);
    assert!(out.contains("2 added"), "{out}{err}");
}

#[test]
fn an_archive_is_not_writable_by_others_whatever_the_umask() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    let program = env!("CARGO_BIN_EXE_hustings");
    let given = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/articles");
    let line = format!(
        "umask 000; export HUSTINGS_ARCHIVE={}; {program} import {} && {program} rebuild && {program} backup {}",
        archive.display(),
        given.display(),
        folder.path().join("backup").display()
    );
    assert!(Command::new("sh").args(["-c", &line]).status().unwrap().success());
    for top in [&archive, &folder.path().join("backup")] {
        let mut folders = vec![top.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let (path, metadata) =
                    (entry.as_ref().unwrap().path(), entry.unwrap().metadata().unwrap());
                let mode = metadata.permissions().mode();
                assert_eq!(mode & 0o002, 0, "{} {mode:o}", path.display());
                // Others cannot write to a folder that they cannot enter, regardless of the modes
                // of the files in it.
                if metadata.is_dir() && mode & 0o001 != 0 {
                    folders.push(path);
                }
            }
        }
    }
}

#[test]
fn values_that_are_too_long_are_reported() {
    let folder = tempfile::tempdir().unwrap();
    let (archive, file) = (folder.path().join("archive"), folder.path().join("given.jsonl"));
    let long = "é".repeat(1_001);
    let years = "{\"title\":\"u\",\"year\":-9999}\n{\"title\":\"v\",\"year\":10000}\n";
    fs::write(&file, format!("{{\"title\":\"t\"}}\n{{\"title\":\"{long}\"}}\n{years}")).unwrap();
    let (code, out, err) = run(&archive, &["import", file.to_str().unwrap()]);
    assert_eq!((code, out.as_str()), (3, "import 1: 2 added, 0 unchanged, 2 not read\n"));
    let refused: Vec<&str> =
        err.lines().map(|line| line.split_once("given.jsonl").unwrap().1).collect();
    assert_eq!(
        refused,
        [
            &format!(
                ":2:1: expected an election that fits (a title has more than 1,000 characters), found '{}…'",
                "é".repeat(60)
            ),
            ":4:1: expected an election that fits (its year is not from -9999 to 9999, but 10000), found 'v'",
        ]
    );
    let (code, _, err) = run(&archive, &["remove", "t", "--note", &long]);
    assert!(code == 2 && err.contains("a note has more than 1,000 characters"), "{err}");
    assert!(run(&archive, &["remove", "t", "--note", &long[..2_000]]).0 == 0);
    assert!(run(&archive, &["verify"]).0 == 0);
}

#[test]
fn a_lineage_that_contradicts_its_text_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let head = |country: &str| {
        let head = serde_json::json!({"source": "n", "country": country,
            "tables": {"changes": {"country": "c", "from": "f", "to": "t"}}});
        format!("#hustings-lineage {head}\n#11 changes\nc,f,t\nX,A,B\n")
    };
    let flaws = |text: &str| {
        let text = serde_json::to_string(text).unwrap();
        let line = format!(
            r#"{{"lineage":{{"country":"Ruritania","name":"n","source":"s","text":{text}}}}}"#
        );
        let lines = import_lines(&line, "").replace("\"versions\":1", "\"versions\":0");
        let lines = lines.replace("\"aliases\":0", "\"aliases\":1");
        let (given, _) = lines.split_once(",\"digest\"").unwrap();
        let digest = blake3::hash(given.as_bytes()).to_hex();
        let lines = format!("{given},\"digest\":\"{digest}\"}}\n");
        let archive = archive_of(folder.path(), &journal_frame(lines.as_bytes()));
        drop(hustings::Archive::open(&archive).unwrap());
        let found = hustings::Archive::options().verify_records(&archive).unwrap();
        found.problems.into_iter().map(|flaw| flaw.problem).collect::<Vec<_>>()
    };
    assert_eq!(flaws(&head("Atlantis")), ["its text is of 'Atlantis', by 'n'"]);
    assert!(flaws("#hustings-lineage not json\n")[0].contains("expected a mapping"));
    assert!(flaws("")[0].contains("expected the rows of a lineage"));
}
