//! Queries to an archive that another process holds. System calls fail, are cut short, or kill the
//! program: the result is the right answer or an error, and the next query gives the right answer.
//!
//! `HUSTINGS_LONG=1 cargo test --release --test replica_faults -- --nocapture` runs the long form
//! and prints the counts.
#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and counts"
)]

mod common;
mod shim;

#[path = "faults/kinds.rs"]
mod kinds;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Rng, archive_of_fixtures, copy_folder, repetitions};
use hustings::Archive;
use kinds::FAULT_KINDS;
use shim::calls::Call;
use shim::failures::Failures;
use shim::{Act, CHANGES, Fault, Output, Shim};

const QUERIES: [&str; 5] = [
    "list",
    "show nagorno-karabakh/2012 --prose",
    "chain nagorno-karabakh/2012",
    "log",
    "export --format jsonl",
];

/// An archive that this process holds, and three cache folders: without a replica, with one that
/// lags, and with an up-to-date one.
struct Sandbox {
    shim: Shim,
    _folder: tempfile::TempDir,
    folder: PathBuf,
    archive: PathBuf,
    caches: [PathBuf; 3],
    _held: Archive,
}

impl Sandbox {
    fn new(shim: Shim) -> Self {
        let (owner, archive) = archive_of_fixtures();
        // The recorded calls contain real paths.
        let folder = owner.path().canonicalize().unwrap();
        let archive = folder.join(archive.file_name().unwrap());
        fs::create_dir(folder.join("tmp")).unwrap();
        let caches = ["none", "behind", "current"].map(|name| folder.join(name));
        let held = Archive::open(&archive).unwrap();
        let sandbox = Self { shim, _folder: owner, folder, archive, caches, _held: held };
        fs::create_dir(&sandbox.caches[0]).unwrap();
        for cache in [1, 2] {
            assert_eq!(sandbox.query("list", None).0.code, Some(0));
            copy_folder(&sandbox.folder.join("cache"), &sandbox.caches[cache]);
            if cache == 1 {
                let editions = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/editions");
                sandbox._held.import(&[editions]).unwrap();
            }
        }
        sandbox
    }

    fn reset(&self, cache: &Path) {
        for name in ["cache", "tmp"] {
            let _ = fs::remove_dir_all(self.folder.join(name));
        }
        fs::create_dir(self.folder.join("tmp")).unwrap();
        copy_folder(cache, &self.folder.join("cache"));
    }

    fn query(&self, line: &str, fault: Option<Fault>) -> (Output, Vec<Call>) {
        let words: Vec<String> = line.split(' ').chain(["--wait=0"]).map(str::to_owned).collect();
        self.shim.record(&self.folder, &self.archive, &words, fault)
    }

    /// Chooses a random call. Returns its number among the calls of these kinds.
    fn choose_call(&self, calls: &[Call], kinds: &[&str], numbers: &mut Rng) -> Option<u64> {
        let kind = kinds[numbers.below(kinds.len() as u64) as usize];
        let counted = calls.iter().filter(|call| kinds.contains(&call.kind.as_str()));
        let such: Vec<u64> =
            (1..).zip(counted).filter(|(_, call)| call.kind == kind).map(|(nth, _)| nth).collect();
        such.get(numbers.below(such.len() as u64) as usize).copied()
    }
}

/// Checks that the answer is right or, if `may_fail` is set, an error with a message.
fn check_answer(output: &Output, expected: &str, may_fail: bool) -> Result<(), String> {
    let said = output.err.lines().next().unwrap_or_default();
    match output.code {
        _ if output.hung => Err("it hangs".to_owned()),
        Some(0) if output.out == expected => Ok(()),
        Some(0) => Err(format!("exit 0 with another answer: {said}")),
        Some(3 | 4) if may_fail && !said.is_empty() => Ok(()),
        code => Err(format!("exit {code:?}: {said}")),
    }
}

#[test]
fn any_fault_in_a_replica_gives_the_right_answer_or_an_error() {
    let Some(shim) = Shim::build() else { return };
    let sandbox = Sandbox::new(shim);
    let (mut numbers, mut failures, mut refused) = (Rng(7), Failures::default(), 0);
    let times = repetitions(2_000);
    for time in 0..times {
        let line = QUERIES[time as usize % QUERIES.len()];
        let cache = &sandbox.caches[numbers.below(3) as usize];
        sandbox.reset(cache);
        let (unharmed, calls) = sandbox.query(line, None);
        assert_eq!(unharmed.code, Some(0), "{line}: {}", unharmed.err);
        let is_kill = numbers.below(3) == 0;
        let fault_kind = &FAULT_KINDS[numbers.below(FAULT_KINDS.len() as u64) as usize];
        let kinds = if is_kill { CHANGES } else { fault_kind.kinds };
        let Some(nth) = sandbox.choose_call(&calls, kinds, &mut numbers) else { continue };
        let act = if is_kill { Act::KillHalf } else { fault_kind.act };
        let lasting = !is_kill && fault_kind.may_last && numbers.below(2) == 0;
        let fault = Fault { kinds, path: "", nth, lasting, act };
        sandbox.reset(cache);
        let archive = common::read_files(&sandbox.archive);
        let (output, calls) = sandbox.query(line, Some(fault));
        let hit = calls.iter().find(|call| call.is_faulted);
        let hit = hit.map(|call| format!("{} {}", call.kind, call.path.display()));
        let what = if is_kill { "a kill" } else { fault_kind.name };
        let told = format!("{line}: {what}, lasting {lasting}, at {}", hit.unwrap_or_default());
        refused += u64::from(output.code != Some(0));
        if !is_kill
            && let Err(problem) = check_answer(&output, &unharmed.out, !fault_kind.is_harmless)
        {
            failures.push(&problem, told.clone());
        }
        if let Err(problem) = check_answer(&sandbox.query(line, None).0, &unharmed.out, false) {
            failures.push(&format!("the next: {problem}"), told.clone());
        }
        if common::read_files(&sandbox.archive) != archive {
            failures.push("the archive is changed", told);
        }
    }
    println!("{times} faults: {refused} errors and kills, all other answers right");
    failures.assert_none();
}
