//! hustings as a person uses it: the program, on a folder of files.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::figures::{Figures, median};
use crate::peers::Res;
use crate::process::watched;
use crate::works::Work;

pub(crate) const NAME: &str = "hustings, program";

pub(crate) struct Program(PathBuf);

impl Program {
    /// The program that is given, or a new one from this repository.
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

    /// Imports a folder of files twice, and asks for an election.
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
}
