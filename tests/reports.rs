//! What an import does not take in is reported, and what is lost makes exit code 3.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::Path;

use common::run;

const ARTICLE: &str = "= 1824 Ruritanian general election =\n\nInfobox\n- Country: Ruritania\n";

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn only_an_archive_is_skipped_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let documents = folder.path().join("documents");
    let given = documents.to_str().unwrap();
    write(&documents.join("a/FORMAT"), ARTICLE);
    write(&documents.join("a/1.txt"), &ARTICLE.replace("1824", "1825"));
    write(&documents.join("b/FORMAT/2.txt"), &ARTICLE.replace("1824", "1826"));
    let archive = documents.join("own");
    let (code, out, err) = run(&archive, &["import", given]);
    assert_eq!((code, out.as_str()), (0, "import 1: 3 added, 0 unchanged, 0 not read\n"), "{err}");
    assert_eq!(err, "", "the archive itself needs no note");

    let other = documents.join("other");
    run(&other, &["import", "fixtures/articles"]);
    write(&documents.join(".hidden/3.txt"), ARTICLE);
    for dry in [&["--dry-run"][..], &[]] {
        let (code, out, err) = run(&archive, &[&["import", given][..], dry].concat());
        assert_eq!(code, 0, "{err}");
        assert!(out.contains("0 added, 3 unchanged, 0 not read"), "{out}");
        let said: Vec<&str> = err.lines().collect();
        assert_eq!(
            said,
            [
                format!("hustings: 1 archive was skipped: {}", other.display()),
                format!("hustings: 1 hidden file or folder was skipped: {given}/.hidden"),
            ]
        );
    }
    // Of no archive, and of one that a later version wrote.
    write(&other.join("FORMAT"), "hustings archive, format 99\n");
    let (_, _, err) = run(&archive, &["import", given]);
    assert!(err.contains("1 archive was skipped"), "{err}");
    for named in [&other, &archive] {
        let (code, out, err) = run(&archive, &["import", named.to_str().unwrap()]);
        assert!(code == 3 && out.contains("0 added, 0 unchanged, 1 not read"), "{out}");
        assert!(err.contains("it is an archive; 'hustings export' writes its records"), "{err}");
    }
}

#[test]
fn errors_of_one_kind_are_one_line_with_a_count() {
    let folder = tempfile::tempdir().unwrap();
    let (archive, file) = (folder.path().join("archive"), folder.path().join("bad.jsonl"));
    let name = file.to_str().unwrap();
    let bad = (0..1_200).map(|line| format!("{{\"title\":\"t\",\"field {line}\":1}}\n"));
    let lines: String = bad.chain(["{\"title\":\"t\"}\nnone\n".to_owned()]).collect();
    fs::write(&file, lines).unwrap();
    for strict in [&["--strict"][..], &[]] {
        let (code, out, err) = run(&archive, &[&["import", name][..], strict].concat());
        assert_eq!(code, 3, "{err}");
        let lines: Vec<&str> = err.lines().map(str::trim_start).collect();
        let lines = if strict.is_empty() {
            assert_eq!(out, "import 1: 1 added, 0 unchanged, 1,201 not read\n");
            &lines[..]
        } else {
            assert_eq!(lines[0], "error: nothing was imported: 1,201 documents not read");
            &lines[1..]
        };
        assert_eq!(lines.len(), 2, "{err}");
        let first = format!("{name}:1:");
        let ending =
            format!("; and 1,199 like it: {name}:2:22, {name}:3:22, {name}:4:22, {name}:5:22, …");
        assert!(lines[0].starts_with(&first) && lines[0].ends_with(&ending), "{err}");
        assert!(lines[1].starts_with(&format!("{name}:1202:2: expected an election as JSON")));
    }
}

#[test]
fn ten_candidates_of_an_ambiguous_address_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let (archive, file) = (folder.path().join("archive"), folder.path().join("many.jsonl"));
    let line = |number: u32| {
        format!("{{\"title\":\"District {number:04}\",\"country\":\"Ruritania\",\"year\":1901}}\n")
    };
    fs::write(&file, (0..1_500).map(line).collect::<String>()).unwrap();
    run(&archive, &["import", file.to_str().unwrap()]);
    let (code, _, err) = run(&archive, &["show", "ruritania/1901"]);
    assert_eq!(code, 2);
    let lines: Vec<&str> = err.lines().collect();
    assert_eq!(lines[0], "error: 'ruritania/1901' names 1,500 elections");
    assert_eq!((lines.len(), lines[11]), (12, "  and 1,490 others"), "{err}");
}
