//! The commands that are run with injected faults, and the folder that they run in.

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::{copy_folder, incompressible_letters};
use crate::shim::Shim;

/// The parts of the archive that are missing when the command begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Variant {
    Whole,
    NoStore,
    NoEnd,
    NoStoreNoEnd,
}

/// A command to run with a fault.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    /// Name of the archive's folder, in the folder of the sandbox.
    pub(crate) archive: &'static str,
    pub(crate) words: Vec<String>,
    /// The folder or file that the command writes beside the archive.
    pub(crate) target: Option<&'static str>,
    /// Whether repeating the command gives the same result.
    pub(crate) is_repeatable: bool,
}

/// The folder that the shim watches: archives, files to import, backups, and the temporary folder.
#[derive(Debug)]
pub(crate) struct Sandbox {
    pub(crate) shim: Shim,
    pub(crate) folder: PathBuf,
    template: PathBuf,
}

impl Sandbox {
    /// Creates an archive of four imports, and backups of its first two.
    pub(crate) fn new(shim: Shim, folder: &Path, variant: Variant) -> Self {
        // The recorded calls contain real paths.
        let folder = folder.canonicalize().unwrap();
        let sandbox = Self { shim, template: folder.join("template"), folder: folder.join("case") };
        let given = sandbox.folder.join("given");
        fs::create_dir_all(&given).unwrap();
        fs::create_dir_all(sandbox.folder.join("tmp")).unwrap();
        fs::write(given.join("first.jsonl"), elections(1, 30, 200)).unwrap();
        fs::write(given.join("second.jsonl"), elections(2, 30, 200)).unwrap();
        // This import writes several frames of the journal.
        fs::write(given.join("large.jsonl"), elections(3, 12, 20_000)).unwrap();
        sandbox.run_without_fault("import fixtures/articles");
        sandbox.run_without_fault("import {given}/first.jsonl");
        sandbox.run_without_fault("backup {folder}/backup");
        sandbox.run_without_fault("backup {folder}/backup.zst");
        let export = sandbox.run_without_fault("export --all-versions");
        fs::write(given.join("export.jsonl"), export).unwrap();
        sandbox.run_without_fault("alias --territory Artsakh Mountainous-Karabakh");
        sandbox.run_without_fault("remove artsakh/2017");
        let archive = sandbox.folder.join("archive");
        if matches!(variant, Variant::NoStore | Variant::NoStoreNoEnd) {
            fs::remove_dir_all(archive.join("store")).unwrap();
        }
        if matches!(variant, Variant::NoEnd | Variant::NoStoreNoEnd) {
            fs::remove_file(archive.join("journal/END")).unwrap();
        }
        fs::rename(&sandbox.folder, &sandbox.template).unwrap();
        sandbox
    }

    /// Restores the initial content of the folder.
    pub(crate) fn reset(&self) {
        let _ = fs::remove_dir_all(&self.folder);
        copy_folder(&self.template, &self.folder);
    }

    fn run_without_fault(&self, line: &str) -> String {
        let archive = self.folder.join("archive");
        let output = self.shim.run(&self.folder, &archive, &self.words(line), None, None);
        assert_eq!((output.code, output.err.as_str()), (Some(0), ""), "{line}: {}", output.out);
        output.out
    }

    fn words(&self, line: &str) -> Vec<String> {
        let folder = self.folder.to_str().unwrap();
        let line = line.replace("{given}", "{folder}/given");
        line.split(' ').map(|word| word.replace("{folder}", folder)).collect()
    }

    /// Returns the commands.
    pub(crate) fn cases(&self) -> Vec<Case> {
        let case = |archive, target, is_repeatable, line: &str| Case {
            archive,
            words: self.words(line),
            target,
            is_repeatable,
        };
        let question = |line| case("archive", None, true, line);
        let change = |line| case("archive", None, false, line);
        vec![
            case("new", None, true, "import {given}/second.jsonl"),
            question("import {given}/second.jsonl"),
            question("import {given}/large.jsonl"),
            question("import {given}/first.jsonl"),
            question("list"),
            question("show nagorno-karabakh/2012"),
            question("log"),
            question("log nagorno-karabakh/2012"),
            question("verify"),
            question("verify --deep"),
            question("rebuild"),
            case("archive", Some("backup"), true, "backup {folder}/backup"),
            case("archive", Some("another"), true, "backup {folder}/another"),
            case("archive", Some("backup.zst"), true, "backup {folder}/backup.zst"),
            case("archive", Some("another.zst"), true, "backup {folder}/another.zst"),
            case("new", None, true, "restore {folder}/backup"),
            case("new", None, true, "restore {folder}/backup.zst"),
            case("new", None, true, "restore {given}/export.jsonl"),
            change("alias nagorno-karabakh/2012 Another-title"),
            change("remove nagorno-karabakh/2012"),
            change("revert artsakh/2017@1"),
            question("export --all-versions"),
            question("export --format jsonl"),
            question("stats --format json"),
            question("check"),
        ]
    }
}

impl Case {
    pub(crate) fn command_line(&self) -> String {
        format!("--archive {} {}", self.archive, self.words.join(" "))
    }
}

/// Returns JSON lines of elections, with incompressible names of this length.
fn elections(file: u64, number: u64, length: u64) -> String {
    let line = |election| {
        let name = incompressible_letters(file * 1000 + election, length);
        format!("{{\"title\":\"19{election:02} Ruritanian vote {file}\",\"name\":\"{name}\"}}\n")
    };
    (0..number).map(line).collect()
}
