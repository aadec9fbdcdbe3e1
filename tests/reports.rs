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
