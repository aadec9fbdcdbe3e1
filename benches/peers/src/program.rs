//! The hustings program, as a user runs it on a folder of files.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::child::Job;
use crate::figures::{Figures, median};
use crate::peers::Res;
use crate::process::{Ended, command, watched};
use crate::works::Work;

pub(crate) const NAME: &str = "hustings, program";

pub(crate) struct Program(PathBuf);

impl Program {
    /// Returns the given program, or builds the one in this repository.
    pub(crate) fn ready(given: Option<&PathBuf>) -> Res<Self> {
        if let Some(given) = given {
            let found = given.canonicalize();
            return Ok(Self(found.map_err(|error| format!("{}: {error}", given.display()))?));
        }
        eprintln!("building the program");
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let target = here.join("target/program");
        let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["build", "--quiet", "--release", "--locked", "--manifest-path"])
            .arg(here.join("../../Cargo.toml"))
            .arg("--target-dir")
            .arg(&target)
            .stdout(Stdio::null())
            .status()?;
        if !status.success() {
            return Err("the program cannot be built".into());
        }
        Ok(Self(target.join("release/hustings")))
    }

    fn on(&self, archive: &Path) -> Command {
        let mut command = Command::new(&self.0);
        command.arg("--archive").arg(archive).arg("--quiet").stderr(Stdio::null());
        command
    }

    /// Measures two imports of a folder of files, and a query for one election.
    pub(crate) fn measure(
        &self,
        scratch: &Path,
        files: &Path,
        versions: u64,
        title: &str,
        figures: &mut Figures,
    ) -> Res<()> {
        let archive = scratch.join("program");
        for work in [Work::Import, Work::Again] {
            let (seconds, peak) = watched(self.on(&archive).arg("import").arg(files))?;
            figures.push(versions, work, NAME, seconds * 1e6 / versions as f64);
            if let (Work::Import, Some(peak)) = (work, peak) {
                figures.push(versions, Work::Memory, NAME, peak);
            }
        }
        let open = || -> Res<f64> {
            let start = std::time::Instant::now();
            let output = self.on(&archive).args(["show", "--format", "json", title]).output()?;
            let seconds = start.elapsed().as_secs_f64();
            let shown = String::from_utf8_lossy(&output.stdout);
            if !output.status.success() || !shown.contains(title) {
                return Err(format!("the program does not show '{title}'").into());
            }
            Ok(seconds * 1e3)
        };
        open()?;
        let warm: Vec<f64> = (0..5).map(|_| open()).collect::<Res<_>>()?;
        figures.push(versions, Work::Open, NAME, median(&warm).unwrap_or_default());
        Ok(std::fs::remove_dir_all(&archive)?)
    }

    /// Measures lists, exports and checks of a whole archive.
    pub(crate) fn lists(
        &self,
        archive: &Path,
        versions: u64,
        column: &str,
        with_check: bool,
        figures: &mut Figures,
    ) -> Res<()> {
        let works: [(&[&str], Work, Work); 4] = [
            (&["list"], Work::List, Work::ListMemory),
            (&["list", "--format", "csv"], Work::ListCsv, Work::ListCsvMemory),
            (&["export", "--format", "csv"], Work::ExportCsv, Work::ExportCsvMemory),
            (&["check"], Work::Check, Work::CheckMemory),
        ];
        for (words, work, memory) in
            works.into_iter().filter(|(_, work, _)| with_check || *work != Work::Check)
        {
            let (seconds, peak) = watched(self.on(archive).args(words))?;
            figures.push(versions, work, column, seconds * 1e3);
            if let Some(peak) = peak {
                figures.push(versions, memory, column, peak);
            }
        }
        Ok(())
    }

    /// Measures many processes that list an archive: one after the other, and all at once while
    /// another process imports continuously.
    pub(crate) fn together(
        &self,
        archive: &Path,
        busy: &Job,
        versions: u64,
        figures: &mut Figures,
    ) -> Res<()> {
        let cache = archive.with_file_name("cache");
        let list = |wait: &str| {
            let mut list = self.on(archive);
            list.env("XDG_CACHE_HOME", &cache).args(["list", wait]).stdout(Stdio::null());
            list
        };
        let all = |wait: &str, at_once: usize| -> Res<f64> {
            let start = Instant::now();
            let mut left = LISTS;
            while left > 0 {
                let now = left.min(at_once);
                let started: Vec<Ended> =
                    (0..now).map(|_| list(wait).spawn().map(Ended)).collect::<Result<_, _>>()?;
                for mut process in started {
                    if !process.0.wait()?.success() {
                        return Err("one of many lists failed".into());
                    }
                }
                left -= now;
            }
            Ok(start.elapsed().as_secs_f64())
        };
        let alone = all("--wait=2", 1)?;
        let importing = Ended(command(busy)?.stdout(Stdio::null()).spawn()?);
        std::thread::sleep(Duration::from_secs(2));
        // The first process builds a replica.
        list("--wait=0").status()?;
        let beside = all("--wait=0", LISTS)?;
        drop(importing);
        figures.push(versions, Work::ListsTogether, NAME, beside / alone);
        Ok(())
    }
}

/// Number of processes that list at once.
const LISTS: usize = 20;
