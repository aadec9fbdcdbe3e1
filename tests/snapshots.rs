//! Snapshots of the program's output: the session in README and those in `tests/snapshots/`. `[..]`
//! in an expected line stands for a time, a size or another text that varies. `just bless` rewrites
//! the expected output.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use hustings::Archive;
use trycmd::TestCases;
use trycmd::schema::Bin;

/// The session that starts with a damaged archive.
const DAMAGE: &str = "damage.md";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the commands in the `console` blocks of a file, in order, on one archive.
fn run_session(session: &Path, archive: &Path) {
    let archive = archive.to_str().unwrap().to_owned();
    let cases = TestCases::new();
    cases
        .register_bin("hustings", Bin::Path(PathBuf::from(env!("CARGO_BIN_EXE_hustings"))))
        .env("HUSTINGS_ARCHIVE", &archive)
        .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .insert_var("[ARCHIVE]", archive)
        .unwrap()
        .case(session)
        .run();
}

fn sessions() -> Vec<PathBuf> {
    let files = fs::read_dir(root().join("tests/snapshots")).unwrap();
    let mut sessions: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    sessions.sort();
    sessions
}

#[test]
fn the_readme_session_matches_the_program() {
    let folder = tempfile::tempdir().unwrap();
    run_session(&root().join("README.md"), &folder.path().join("archive"));
}

#[test]
fn every_session_matches_the_program() {
    for session in sessions().iter().filter(|session| !session.ends_with(DAMAGE)) {
        let folder = tempfile::tempdir().unwrap();
        run_session(session, &folder.path().join("archive"));
    }
}

/// The archive has three imports, and a changed byte in the second.
#[test]
fn a_session_with_a_damaged_archive_matches_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive");
    let archive = Archive::create(&path).unwrap();
    let journal = path.join("journal/000001.jsonl.zst");
    let mut ends = Vec::new();
    for given in ["commission", "editions", "dumps"] {
        archive.import(&[root().join("fixtures").join(given)]).unwrap();
        ends.push(fs::metadata(&journal).unwrap().len() as usize);
    }
    drop(archive);
    let mut bytes = fs::read(&journal).unwrap();
    bytes[ends[0].midpoint(ends[1])] ^= 1;
    fs::write(&journal, bytes).unwrap();
    run_session(&root().join("tests/snapshots").join(DAMAGE), &path);
}
