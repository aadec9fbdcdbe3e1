//! Several commands on one archive, some of them killed at a call or with a failing call.

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::{Rng, incompressible_letters};
use crate::shim::calls::Call;
use crate::shim::{Act, CHANGES, Fault, Output, Shim};

/// Error numbers of Linux.
const EIO: i32 = 5;
const ENOSPC: i32 = 28;

/// Numbers of imports that commands have acknowledged: in the archive, in its backup in a folder,
/// in its backup in a file, and in the archive restored from that file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Acknowledged {
    pub(crate) archive: usize,
    pub(crate) folder: usize,
    pub(crate) file: usize,
    pub(crate) restored: usize,
}

/// Path of the archive in the folder of a session. Its parent folder does not exist at first.
pub(crate) const ARCHIVE: &str = "elections/archive";

/// A folder with an archive for several commands, and the imports that they have acknowledged.
pub(crate) struct Session {
    shim: Shim,
    pub(crate) folder: PathBuf,
    pub(crate) numbers: Rng,
    /// Number of commands so far. It makes each imported file different.
    files: u64,
    pub(crate) acknowledged: Acknowledged,
    pub(crate) killed: u64,
}

impl Session {
    pub(crate) fn new(shim: &Shim, folder: &Path, seed: u64) -> Self {
        // The recorded calls contain real paths.
        let folder = folder.canonicalize().unwrap().join("session");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("tmp")).unwrap();
        let numbers = Rng(seed);
        Self {
            shim: shim.clone(),
            folder,
            numbers,
            files: 0,
            acknowledged: Acknowledged::default(),
            killed: 0,
        }
    }

    pub(crate) fn archive(&self) -> PathBuf {
        self.folder.join(ARCHIVE)
    }

    /// Returns a random command that is valid for any archive. The archive may not exist yet.
    pub(crate) fn random_command(&mut self) -> Vec<String> {
        let backup = self.folder.join("backup");
        let file = format!("{}.zst", backup.display());
        let words: &[&str] = match self.numbers.below(14) {
            0 => &["list"],
            1 => &["rebuild"],
            2 => &["log"],
            3 => &["alias", "--territory", "Ruritania", &format!("Ruritania {}", self.files)],
            4 => &["remove", &format!("19{:02} Ruritanian vote 1", self.files % 20)],
            5 => &["backup", backup.to_str().unwrap()],
            6 => &["backup", &file],
            7 if self.acknowledged.file > 0 => &["restore", &file],
            8 | 9 => return self.import_command(12, 20_000),
            _ => return self.import_command(20, 300),
        };
        self.files += 1;
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    /// Writes a file of elections with names of this length, and returns the command that imports
    /// it. With long names, the import writes several frames.
    pub(crate) fn import_command(&mut self, elections: u64, length: u64) -> Vec<String> {
        self.files += 1;
        let file = self.folder.with_file_name("given.jsonl");
        fs::write(&file, json_lines(self.files, elections, length)).unwrap();
        vec!["import".to_owned(), file.to_str().unwrap().to_owned()]
    }

    /// Runs a command, perhaps with a fault, and records what it acknowledges.
    pub(crate) fn run(&mut self, words: &[String], fault: Option<Fault>) -> (Output, Vec<Call>) {
        let is_restored = words[0] == "restore";
        let archive = if is_restored { self.folder.join("restored") } else { self.archive() };
        let (output, calls) = self.shim.record(&self.folder, &archive, words, fault);
        assert!(!output.hung, "{words:?} {fault:?} hangs");
        self.killed += u64::from(output.code.is_none());
        if output.code == Some(0) {
            let number = |start, end| number_between(&output.out, start, end);
            if let Some(import) = number("import ", ":") {
                self.acknowledged.archive = import;
            }
            if let Some(imports) = number("restored: ", " import") {
                self.acknowledged.restored = imports;
            }
            if let Some(imports) = number("", " import") {
                let is_file = words.iter().any(|word| word.ends_with(".zst"));
                let Acknowledged { folder, file, .. } = &mut self.acknowledged;
                *(if is_file { file } else { folder }) = imports;
            }
        }
        (output, calls)
    }

    /// Returns a failure at one of this many calls that change the disk, or at a sync or a write of
    /// the journal.
    pub(crate) fn random_failure(&mut self, calls: u64) -> Fault {
        let act = [Act::Errno(EIO), Act::Errno(ENOSPC)][self.numbers.below(2) as usize];
        Fault { act, ..self.random_kill(calls) }
    }

    /// Returns a kill at one of this many calls that change the disk, or at a sync or a write of
    /// the journal.
    pub(crate) fn random_kill(&mut self, calls: u64) -> Fault {
        let acts = [Act::KillBefore, Act::KillHalf, Act::KillAfter];
        let act = acts[self.numbers.below(3) as usize];
        let (kinds, path, calls): (&[_], _, _) = match self.numbers.below(4) {
            0 => (&["sync"], "", calls.div_ceil(8)),
            1 => (&["sync", "write"], "/journal/0", 4),
            _ => (CHANGES, "", calls),
        };
        Fault { kinds, path, nth: 1 + self.numbers.below(calls), lasting: false, act }
    }
}

pub(crate) fn json_lines(file: u64, elections: u64, length: u64) -> String {
    let line = |election| {
        let name = incompressible_letters(file * 1000 + election, length);
        format!("{{\"title\":\"19{election:02} Ruritanian vote {file}\",\"name\":\"{name}\"}}\n")
    };
    (0..elections).map(line).collect()
}

/// Returns the number between `start` and `end` at the beginning of an output such as "import 3:
/// …".
fn number_between(out: &str, start: &str, end: &str) -> Option<usize> {
    out.strip_prefix(start)?.split_once(end)?.0.parse().ok()
}

/// Describes a command and its result in one line.
pub(crate) fn describe_command(
    words: &[String],
    output: &Output,
    calls: &[Call],
    act: Act,
) -> String {
    let short = |text: &str| text.rsplit('/').take(2).collect::<Vec<_>>().join(" of ");
    let done = match (output.code, calls.iter().find(|call| call.is_faulted)) {
        (None, Some(call)) => {
            format!("{act:?} {} {}", call.kind, short(&call.path.to_string_lossy()))
        }
        (Some(code), Some(call)) => {
            let at = short(&call.path.to_string_lossy());
            format!("{act:?} {} {at}, exit {code} {}", call.kind, output.err.trim())
        }
        (code, None) => format!("exit {code:?} {}", output.err.trim()),
    };
    format!(
        "      {}: {done}\n",
        words.iter().map(|word| short(word)).collect::<Vec<_>>().join(" ")
    )
}
