//! Python packages that a journalist might use instead, run by a script if they are available.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::child::{Job, Took};
use crate::figures::Figures;
use crate::peers::Res;
use crate::process::{done, timed};
use crate::run::PAGES;
use crate::works::Work;

pub(crate) const PARSER: &str = "mwparserfromhell with sqlite3";
const HISTORY: &str = "git-history";
const OURS: &str = "hustings, the same pages";
/// Number of pages to parse; a hundred times as many would take minutes.
pub(crate) const SIZE: u64 = PAGES as u64;
/// Number of pages for git-history, which reads the whole file for each commit.
const COMMITTED: u64 = 200;

pub(crate) const PEERS: [(&str, u64); 3] = [(PARSER, SIZE), (HISTORY, COMMITTED), (OURS, SIZE)];

#[derive(Deserialize)]
struct Said {
    versions: u64,
    seconds: f64,
}

/// A Python interpreter that has the packages.
pub(crate) struct Python(PathBuf);

impl Python {
    /// Returns the system's Python if it has the packages, or one in a separate environment, into
    /// which they are installed if `fetch` is set. Prints a message and returns `None` if neither
    /// is available.
    pub(crate) fn ready(fetch: bool) -> Option<Self> {
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/python");
        let inner = own.join("bin/python3");
        for python in [PathBuf::from("python3"), inner.clone()] {
            if has_packages(&python) {
                return Some(Self(python));
            }
        }
        if !fetch {
            eprintln!("Python is skipped: it has no mwparserfromhell and git-history");
            return None;
        }
        let done = |command: &mut Command| {
            let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            quiet.status().is_ok_and(|status| status.success())
        };
        let made = done(Command::new("python3").args(["-m", "venv"]).arg(&own))
            && done(Command::new(&inner).args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "mwparserfromhell",
                "git-history",
            ]));
        if made && has_packages(&inner) {
            return Some(Self(inner));
        }
        eprintln!("Python is skipped: mwparserfromhell and git-history cannot be installed");
        None
    }

    /// Measures each peer once, on the first texts as wiki pages.
    pub(crate) fn measure(
        &self,
        scratch: &Path,
        texts: &Path,
        least: u64,
        figures: &mut Figures,
    ) -> Res<()> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("python/peer.py");
        for (peer, work, size) in [(PARSER, "parse", SIZE), (HISTORY, "history", COMMITTED)] {
            let folder = scratch.join("python");
            std::fs::create_dir_all(&folder)?;
            eprintln!("Python: {peer}");
            let mut command = Command::new(&self.0);
            command
                .arg(&script)
                .arg(work)
                .arg(texts.join("pages"))
                .arg(&folder)
                .arg(size.to_string());
            let (said, _) = timed::<Said>(&mut command)?;
            if said.versions != size.min(least) {
                return Err(format!("{peer} kept {} versions", said.versions).into());
            }
            figures.push(size, Work::Import, peer, said.seconds * 1e6 / said.versions as f64);
            std::fs::remove_dir_all(folder)?;
        }
        let folder = scratch.join("pages");
        let took: Took = done(&Job::Pages { folder: folder.clone(), texts: texts.to_owned() })?;
        figures.push(SIZE, Work::Import, OURS, took.seconds * 1e6 / took.imported.added as f64);
        Ok(std::fs::remove_dir_all(folder)?)
    }
}

fn has_packages(python: &Path) -> bool {
    let mut command = Command::new(python);
    command.args(["-c", "import mwparserfromhell, git_history, sqlite3"]);
    command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
