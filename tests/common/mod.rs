//! Code that the tests share: an archive of fixtures, its content, pseudo-random numbers, and runs
//! of the program.
#![allow(dead_code, reason = "not every test needs all of it")]

pub(crate) mod archive_folder;
pub(crate) mod disks;
#[cfg(all(unix, feature = "cli"))]
pub(crate) mod hostile;
#[cfg(feature = "svg")]
pub(crate) mod pictures;
#[cfg(all(unix, feature = "cli"))]
pub(crate) mod pty;
#[cfg(all(unix, feature = "cli"))]
pub(crate) mod readers;
#[cfg(all(unix, feature = "cli"))]
pub(crate) mod sources;
#[cfg(all(unix, feature = "cli"))]
pub(crate) mod stage;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
#[cfg(feature = "cli")]
use std::process::{Command, Output};

use hustings::model::VersionSelector;
use hustings::{Archive, Result};

/// Returns whether `HUSTINGS_LONG` requests the long form of the tests.
pub(crate) fn is_long_run() -> bool {
    std::env::var_os("HUSTINGS_LONG").is_some()
}

/// Returns a number of repetitions: all of them with `HUSTINGS_LONG`, and a twentieth otherwise.
pub(crate) fn repetitions(all: u64) -> u64 {
    if is_long_run() { all } else { all.div_ceil(20) }
}

/// Returns a path in `../shared`. If it is missing, prints that the test skips this part and
/// returns `None`, or panics if `HUSTINGS_SHARED=1` is set.
#[allow(clippy::print_stdout, reason = "a test reports what it skips")]
pub(crate) fn shared_path(path: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared").join(path);
    if path.exists() {
        return Some(path);
    }
    let is_demanded = std::env::var_os("HUSTINGS_SHARED").is_some_and(|value| value == "1");
    assert!(!is_demanded, "HUSTINGS_SHARED=1 demands {}, which is missing", path.display());
    println!("skipped: {} is missing", path.display());
    None
}

/// A pseudo-random number generator (splitmix64).
pub(crate) struct Rng(pub(crate) u64);

impl Rng {
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }
}

/// Returns pseudo-random letters, which compress poorly.
pub(crate) fn incompressible_letters(seed: u64, length: u64) -> String {
    let mut numbers = Rng(seed);
    (0..length).map(|_| char::from(b'a' + numbers.below(26) as u8)).collect()
}

/// An archive of the fixtures, in three imports.
pub(crate) fn archive_of_fixtures() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive");
    let archive = Archive::create(&path).unwrap();
    for given in ["articles", "commission", "dumps"] {
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(given);
        archive.import(&[fixture]).unwrap();
    }
    (folder, path)
}

/// The content of an archive: its imports, and every version of every election with its record and
/// its source text.
pub(crate) fn archive_content(archive: &Archive) -> Result<Vec<String>> {
    let mut answers = vec![format!("{:?}", archive.imports()?)];
    for record in archive.list(&Default::default())? {
        let address = hustings::model::Address::title(record.election.title.clone());
        for version in archive.versions(&address)? {
            if version.removed {
                answers.push(format!("{version:?}"));
                continue;
            }
            let address = address.clone().with_version(VersionSelector::Version(version.number));
            let (record, source) = (archive.get(&address)?, archive.source(&address)?);
            answers.push(format!("{record:?} {source}"));
        }
    }
    Ok(answers)
}

/// Every file below a folder, with its content.
pub(crate) fn read_files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.unwrap());
    let files = entries.filter(|entry| entry.file_type().is_file());
    files.map(|entry| (entry.path().to_owned(), fs::read(entry.path()).unwrap())).collect()
}

pub(crate) fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Returns a command that runs the program on an archive.
#[cfg(feature = "cli")]
pub(crate) fn hustings(archive: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hustings"));
    command.arg("--archive").arg(archive).args(words).current_dir(env!("CARGO_MANIFEST_DIR"));
    command.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"));
    command.env_remove("COLUMNS").env_remove("NO_COLOR").env_remove("PAGER");
    command
}

/// Runs the program on an archive. Returns its exit code, stdout and stderr.
#[cfg(feature = "cli")]
pub(crate) fn run(archive: &Path, words: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = hustings(archive, words).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code().unwrap_or(-1), text(stdout), text(stderr))
}
