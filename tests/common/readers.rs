//! A user who queries an archive that another process holds, or that cannot be written.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use hustings::Archive;

use super::hustings;

/// An archive of fixtures, and the cache folder of a user who queries it.
pub(crate) struct ReplicaFixture {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) archive: PathBuf,
    pub(crate) cache: PathBuf,
}

/// Queries of a user, as command lines.
pub(crate) const QUERIES: [&str; 10] = [
    "list",
    "list --format json",
    "show nagorno-karabakh/2012",
    "show nagorno-karabakh/2012 --prose",
    "log nagorno-karabakh/2012",
    "chain nagorno-karabakh/2012",
    "diff nagorno-karabakh/2007 nagorno-karabakh/2012",
    "check",
    "export --format jsonl",
    "export --all-versions",
];

impl ReplicaFixture {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (archive, cache) = (folder.path().join("archive"), folder.path().join("cache"));
        let stage = Self { folder, archive, cache };
        stage.import("articles");
        stage.import("commission");
        stage
    }

    pub(crate) fn import(&self, fixture: &str) {
        let archive = Archive::create(&self.archive).unwrap();
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(fixture);
        archive.import([path]).unwrap();
    }

    /// Returns a command that queries an archive without waiting for its lock.
    pub(crate) fn query_command(&self, archive: &Path, line: &str) -> Command {
        let words: Vec<&str> = line.split(' ').collect();
        let mut command = hustings(archive, &words);
        command.arg("--wait=0").env("XDG_CACHE_HOME", &self.cache);
        command
    }

    pub(crate) fn query_archive(&self, archive: &Path, line: &str) -> (i32, String, String) {
        output_text(self.query_command(archive, line).output().unwrap())
    }

    pub(crate) fn query(&self, line: &str) -> (i32, String, String) {
        self.query_archive(&self.archive, line)
    }

    /// Runs a query, which must succeed and get its answer from a replica as of this import.
    /// Returns the output.
    pub(crate) fn query_replica(&self, line: &str, import: u64) -> String {
        let (code, out, err) = self.query(line);
        assert_eq!(code, 0, "{line}: {err}");
        assert!(err.contains(&format!("; this is the archive as of import {import} (")), "{err}");
        out
    }

    /// Runs all of `QUERIES`. Returns the exit code and the output of each.
    pub(crate) fn query_all(&self) -> Vec<(i32, String)> {
        let answers = QUERIES.map(|line| self.query(line)).into_iter();
        answers.map(|(code, out, _)| (code, out)).collect()
    }

    /// The folders of all existing replicas.
    pub(crate) fn replica_folders(&self) -> Vec<PathBuf> {
        let Ok(archives) = fs::read_dir(self.cache.join("hustings/replicas")) else {
            return Vec::new();
        };
        let archives = archives.map(|entry| entry.unwrap().path());
        let slots =
            archives.flat_map(|archive| (1..=9).map(move |slot| archive.join(slot.to_string())));
        slots.filter(|slot| slot.exists()).collect()
    }
}

pub(crate) fn output_text(output: Output) -> (i32, String, String) {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
}
