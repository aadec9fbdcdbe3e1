//! Kills at single calls to the system, and losses of power after them, of the program with all of its files, those
//! of sled as well.
//!
//! `HUSTINGS_LONG=1 cargo test --release --test crash -- --nocapture` does all of it and counts.
#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    reason = "a test fails by panicking, and counts"
)]

mod common;
mod shim;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Numbers, letters, rounds};
use hustings::archive::ImportOptions;
use hustings::{Archive, Error};
use shim::calls::Call;
use shim::crash::Disk;
use shim::failures::Failures;
use shim::{Act, CHANGES, Fault, Output, Shim};

/// Error numbers of Linux.
const EIO: i32 = 5;
const ENOSPC: i32 = 28;

/// How many imports commands have acknowledged: of the archive, of its backup in a folder, of that in a file, and
/// of what was restored from the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Acknowledged {
    archive: usize,
    folder: usize,
    file: usize,
    restored: usize,
}

/// The archive's folder, in that of a session. The folder above it is not there before.
const ARCHIVE: &str = "elections/archive";

/// A folder with an archive that commands work on, and what they have acknowledged.
struct Session {
    shim: Shim,
    folder: PathBuf,
    numbers: Numbers,
    /// Files that were imported, or tried to be.
    files: u64,
    acknowledged: Acknowledged,
    killed: u64,
}

impl Session {
    fn new(shim: &Shim, folder: &Path, seed: u64) -> Self {
        // The system names files by their real path.
        let folder = folder.canonicalize().unwrap().join("session");
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("tmp")).unwrap();
        let numbers = Numbers(seed);
        Self {
            shim: shim.clone(),
            folder,
            numbers,
            files: 0,
            acknowledged: Acknowledged::default(),
            killed: 0,
        }
    }

    fn archive(&self) -> PathBuf {
        self.folder.join(ARCHIVE)
    }

    /// A command, of those that work on any archive. The archive may not have come to be.
    fn command(&mut self) -> Vec<String> {
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
            8 | 9 => return self.import(12, 20_000),
            _ => return self.import(20, 300),
        };
        self.files += 1;
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    /// Imports a file of elections with names of this length: of more than one frame, when they are long.
    fn import(&mut self, elections: u64, length: u64) -> Vec<String> {
        self.files += 1;
        let file = self.folder.with_file_name("given.jsonl");
        fs::write(&file, lines(self.files, elections, length)).unwrap();
        vec!["import".to_owned(), file.to_str().unwrap().to_owned()]
    }

    /// Runs a command, which is killed at a call.
    fn run(&mut self, words: &[String], fault: Option<Fault>) -> (Output, Vec<Call>) {
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

    /// A failure of one of so many calls, or of a sync.
    fn failure(&mut self, calls: u64) -> Fault {
        let act = [Act::Errno(EIO), Act::Errno(ENOSPC)][self.numbers.below(2) as usize];
        Fault { act, ..self.kill(calls) }
    }

    /// A kill at one of so many calls, or in a sync.
    fn kill(&mut self, calls: u64) -> Fault {
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

fn lines(file: u64, elections: u64, length: u64) -> String {
    let line = |election| {
        let name = letters(file * 1000 + election, length);
        format!("{{\"title\":\"19{election:02} Ruritanian vote {file}\",\"name\":\"{name}\"}}\n")
    };
    (0..elections).map(line).collect()
}

/// A number at the beginning of an output, as in "import 3: …".
fn number_between(out: &str, start: &str, end: &str) -> Option<usize> {
    out.strip_prefix(start)?.split_once(end)?.0.parse().ok()
}

/// Opens an archive as the program does: of a store that cannot be read it makes another.
fn open(archive: &Path, create: bool) -> Result<Archive, String> {
    let opened = || {
        let opened = Archive::options().create(create).open(archive)?;
        opened.list(&Default::default())?;
        Ok(opened)
    };
    let opened = match opened() {
        Err(Error::Store(_)) => Archive::distrust_store(archive).and_then(|()| opened()),
        other => other,
    };
    opened.map_err(|error| format!("open: {error}"))
}

/// The digests of an archive's imports; `None` where there is no archive yet.
fn digests(archive: &Path) -> Result<Option<Vec<String>>, String> {
    if !archive.join("FORMAT").exists() {
        return Ok(None);
    }
    let imports = open(archive, false)?.imports().map_err(|error| format!("log: {error}"))?;
    Ok(Some(imports.into_iter().map(|import| import.digest).collect()))
}

/// Whether verifying finds nothing wrong. There may be no archive yet.
fn verify(archive: &Path, deep: bool) -> Result<(), String> {
    if !archive.join("FORMAT").exists() {
        return Ok(());
    }
    let verified = Archive::options().verify(archive, deep);
    match verified.map_err(|error| format!("verify: {error}"))?.flaws.first() {
        None => Ok(()),
        Some(flaw) => Err(format!("verify finds {}", flaw.problem)),
    }
}

/// What a disk has after a loss of power.
struct Image<'a> {
    folder: &'a Path,
    /// The digests of all imports that were made.
    made: &'a [String],
    acknowledged: Acknowledged,
}

impl Image<'_> {
    /// Whether every acknowledged import is there, and nothing else is wrong. Says how many imports more there are.
    fn judge(&self, another: &Path, imports_first: bool) -> Result<usize, Vec<String>> {
        // Before anything mends it.
        let verified = verify(&self.folder.join(ARCHIVE), false);
        let used = self.judge_use(another, imports_first);
        match (verified, used) {
            (Ok(()), Ok(more)) => Ok(more),
            (verified, used) => Err(verified.err().into_iter().chain(used.err()).collect()),
        }
    }

    fn judge_use(&self, another: &Path, imports_first: bool) -> Result<usize, String> {
        let archive = self.folder.join(ARCHIVE);
        let imported = if imports_first { import(&archive, another)? } else { 0 };
        let found = self.compare(digests(&archive)?, self.acknowledged.archive)?;
        let found = found - usize::from(imports_first);
        let imported = if imports_first { imported } else { import(&archive, another)? };
        if imported != found + 1 {
            return Err(format!("import {imported} after {found} imports"));
        }
        verify(&archive, true).map_err(|problem| format!("at the end, {problem}"))?;
        self.judge_backups().map_err(|problem| format!("backup: {problem}"))?;
        Ok(found - self.acknowledged.archive)
    }

    fn judge_backups(&self) -> Result<(), String> {
        let (folder, back) = (self.folder.join("backup"), self.folder.join("back"));
        if self.acknowledged.folder > 0 {
            verify(&folder, false)?;
            self.compare(digests(&folder)?, self.acknowledged.folder)?;
        }
        if self.acknowledged.file > 0 {
            let file = folder.with_extension("zst");
            Archive::options().restore(file, &back).map_err(|error| error.to_string())?;
            self.compare(digests(&back)?, self.acknowledged.file)?;
        }
        if self.acknowledged.restored > 0 {
            let restored = digests(&self.folder.join("restored"))?;
            self.compare(restored, self.acknowledged.restored)
                .map_err(|problem| format!("restored: {problem}"))?;
        }
        Ok(())
    }

    /// Says how many imports there are, of which so many must be those that were acknowledged.
    fn compare(&self, found: Option<Vec<String>>, acknowledged: usize) -> Result<usize, String> {
        let found = found.unwrap_or_default();
        match found.starts_with(&self.made[..acknowledged]) {
            true => Ok(found.len()),
            false => Err(format!("{} of {acknowledged} acknowledged imports", found.len())),
        }
    }
}

/// Imports a file, and says the number of the import.
fn import(archive: &Path, file: &Path) -> Result<usize, String> {
    let mut archive = Archive::create(archive).map_err(|error| format!("create: {error}"))?;
    let imported = archive.import(&[file.to_owned()], &ImportOptions::default());
    imported.map_err(|error| format!("import: {error}"))?;
    Ok(archive.imports().map_err(|error| format!("log: {error}"))?.len())
}

#[test]
fn after_kills_and_a_loss_of_power_every_acknowledged_import_is_there() {
    let Some(shim) = Shim::build() else { return };
    let temporary = tempfile::tempdir().unwrap();
    let another = temporary.path().join("another.jsonl");
    let folder = temporary.path().join("image");
    fs::write(&another, lines(0, 3, 50)).unwrap();
    let (sessions, images) = (rounds(100), 50);
    let (mut taken, mut ahead, mut killed, mut moments) = (0, 0, 0, 0);
    let mut failures = Failures::default();
    for seed in 0..sessions {
        let mut session = Session::new(&shim, temporary.path(), seed);
        let (history, told) = record(&mut session);
        killed += session.killed;
        let made = match digests(&session.archive()) {
            Ok(digests) => digests.unwrap_or_default(),
            Err(problem) => {
                failures.push(&problem, format!("session {seed}, with the power on:\n{told}"));
                continue;
            }
        };
        let (mut disk, mut numbers) = (Disk::new(&session.folder), Numbers(seed));
        let changes = history.iter().filter(|(call, _)| CHANGES.contains(&call.kind.as_str()));
        let changes = changes.count() as u64;
        let mut acknowledged = Acknowledged::default();
        for (number, (call, then)) in history.iter().enumerate() {
            let is_acknowledged = *then != acknowledged;
            acknowledged = *then;
            if !disk.apply(call) && !is_acknowledged {
                continue;
            }
            moments += 1;
            // What is just acknowledged is the most interesting.
            let extra = if is_acknowledged { 2 } else { 0 };
            for _ in 0..extra + u64::from(numbers.below(changes) < images) {
                let _ = fs::remove_dir_all(&folder);
                disk.image(&folder, &mut numbers);
                taken += 1;
                let image = Image { folder: &folder, made: &made, acknowledged };
                match image.judge(&another, numbers.below(2) == 0) {
                    Ok(more) => ahead += u64::from(more > 0),
                    Err(problems) => {
                        let path = call.path.strip_prefix(&session.folder).unwrap().display();
                        let at = format!("session {seed}, call {number} ({} {path})", call.kind);
                        for problem in problems {
                            failures.push(&problem, format!("{at}:\n{told}"));
                        }
                    }
                }
            }
        }
    }
    println!(
        "{taken} losses of power after any of {moments} calls of {sessions} sessions with {killed} kills: every \
         acknowledged import is there; {ahead} times also one that was not acknowledged, whole"
    );
    failures.assert_none();
}

/// Commands in a row, some of them killed, or with a call that fails: their calls, each with what is acknowledged
/// after it. Also says what was done.
fn record(session: &mut Session) -> (Vec<(Call, Acknowledged)>, String) {
    let (mut history, mut told) = (Vec::new(), String::new());
    for step in 0..7 {
        let words = if step == 0 { session.import(20, 300) } else { session.command() };
        let fault = match session.numbers.below(5) {
            0 | 1 if step < 6 => Some(session.kill(40)),
            2 if step < 6 => Some(session.failure(40)),
            _ => None,
        };
        let before = session.acknowledged;
        let (output, calls) = session.run(&words, fault);
        told += &tell(&words, &output, &calls, fault.map_or(Act::Short, |fault| fault.act));
        history.extend(calls.into_iter().map(|call| (call, before)));
        if let Some(last) = history.last_mut() {
            last.1 = session.acknowledged;
        }
    }
    (history, told)
}

/// The same kills without a loss of power: what processes see is what was done.
#[test]
fn kills_at_any_call_lose_nothing_and_leave_nothing_half() {
    let Some(shim) = Shim::build() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (times, mut time, mut killed, mut imports) = (rounds(1_500).max(96), 0, 0, 0);
    let mut failures = Failures::default();
    while time < times {
        let mut session = Session::new(&shim, folder.path(), 1_000 + time);
        let mut told = String::new();
        for step in 0..12 {
            time += 1;
            let words = if step == 0 { session.import(20, 300) } else { session.command() };
            let fault = session.kill(45);
            let (output, calls) = session.run(&words, Some(fault));
            told += &tell(&words, &output, &calls, fault.act);
            match judge_live(&session) {
                Ok(found) => session.acknowledged.archive = found,
                Err(problem) => {
                    failures.push(&problem, told);
                    break;
                }
            }
        }
        killed += session.killed;
        imports += session.acknowledged.archive;
    }
    println!(
        "{time} runs, {killed} of them killed at a call: {imports} imports are there, each whole"
    );
    failures.assert_none();
}

/// Whether the archive of a session has every acknowledged import, and its backup is one of it. Says how many
/// imports there are.
fn judge_live(session: &Session) -> Result<usize, String> {
    let (archive, backup) = (session.archive(), session.folder.join("backup"));
    verify(&archive, false)?;
    let found = digests(&archive)?.unwrap_or_default();
    if found.len() < session.acknowledged.archive {
        return Err(format!("{} of {} imports", found.len(), session.acknowledged.archive));
    }
    verify(&archive, true)?;
    verify(&backup, true).map_err(|problem| format!("backup: {problem}"))?;
    let kept = digests(&backup).map_err(|problem| format!("backup: {problem}"))?;
    match kept.is_none_or(|kept| found.starts_with(&kept)) {
        true => Ok(found.len()),
        false => Err("the backup has other imports".to_owned()),
    }
}

/// What a command did, in a line.
fn tell(words: &[String], output: &Output, calls: &[Call], act: Act) -> String {
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
