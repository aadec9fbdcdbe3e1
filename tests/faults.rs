//! Commands whose system calls fail or are cut short: the result is the right answer or an error,
//! nothing is lost, and no intact file is set aside.
//!
//! `HUSTINGS_LONG=1 cargo test --release --test faults -- --nocapture` runs the long form and
//! prints the counts.
#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    reason = "a test fails by panicking, and counts"
)]

mod common;
mod shim;

#[path = "faults/cases.rs"]
mod cases;
#[path = "faults/kinds.rs"]
mod kinds;
#[path = "faults/state.rs"]
mod state;

use std::collections::BTreeMap;

use cases::{Case, Sandbox, Variant};
use common::{Rng, is_long_run, repetitions};
use kinds::{FAULT_KINDS, FaultKind};
use shim::calls::Call;
use shim::failures::Failures;
use shim::{Fault, Output, Shim};
use state::State;

#[test]
fn any_fault_gives_the_right_answer_or_an_error() {
    run_faults(Variant::Whole, 1);
}

#[test]
fn any_fault_without_a_store_gives_the_right_answer_or_an_error() {
    run_faults(Variant::NoStore, 2);
}

#[test]
fn any_fault_without_the_end_file_gives_the_right_answer_or_an_error() {
    run_faults(Variant::NoEnd, 3);
}

#[test]
fn any_fault_without_store_and_end_file_gives_the_right_answer_or_an_error() {
    run_faults(Variant::NoStoreNoEnd, 4);
}

/// With a system time that no record can state or that sled does not support, a command works or
/// reports an error.
#[test]
fn a_wrong_clock_loses_nothing() {
    let Some(shim) = Shim::build() else { return };
    let folder = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::new(shim.clone(), folder.path(), Variant::Whole);
    let mut failures = Failures::default();
    sandbox.reset();
    let before = state::read(&sandbox.folder).unwrap();
    // The years -1, 1969, 1970, the last second of 9999, the first of 10000, and 300000.
    let clocks = [-62_198_755_200, -1, 0, 253_402_300_799, 253_402_300_800, 9_404_618_400_000];
    for clock in clocks {
        for case in sandbox.cases().into_iter().step_by(if is_long_run() { 1 } else { 4 }) {
            sandbox.reset();
            let mut late = shim.clone();
            late.clock = clock;
            let archive = sandbox.folder.join(case.archive);
            let output = late.run(&sandbox.folder, &archive, &case.words, None, None);
            let told = || format!("{} at {clock}", case.command_line());
            match output.code {
                Some(0 | 1) => {}
                Some(4) if !output.err.trim().is_empty() => {}
                code => failures.push(&format!("exit {code:?}: {}", first_line(&output)), told()),
            }
            // A restored archive exists before it is opened, so a failed `restore` may leave it.
            let is_undone = output.code != Some(0) && case.words[0] != "restore";
            match state::read(&sandbox.folder) {
                Ok(state) if is_undone && state != before => {
                    failures.push("something is done, and an error", told());
                }
                Ok(_) => {}
                Err(problem) => failures.push(&problem, told()),
            }
        }
    }
    failures.assert_none();
}

/// The result of a command without a fault.
struct FaultFreeRun {
    output: Output,
    calls: Vec<Call>,
    after: State,
}

fn run_faults(variant: Variant, seed: u64) {
    let Some(shim) = Shim::build() else { return };
    let folder = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::new(shim, folder.path(), variant);
    sandbox.reset();
    let before = state::read(&sandbox.folder).unwrap();
    let cases = sandbox.cases();
    let mut unharmed: BTreeMap<usize, FaultFreeRun> = BTreeMap::new();
    let mut numbers = Rng(seed);
    let (times, mut refused, mut failures) = (repetitions(500), 0, Failures::default());
    for time in 0..times {
        let number = time as usize % cases.len();
        let case = &cases[number];
        let unharmed = unharmed.entry(number).or_insert_with(|| run_without_fault(&sandbox, case));
        let (fault_kind, fault) = choose_fault(&unharmed.calls, &mut numbers);
        sandbox.reset();
        let archive = sandbox.folder.join(case.archive);
        let (output, calls) =
            sandbox.shim.record(&sandbox.folder, &archive, &case.words, Some(fault));
        refused += u64::from(output.code != unharmed.output.code);
        if calls.iter().any(|call| call.is_faulted && is_store_read(call)) {
            state::remove_damaged_aside_store(&sandbox.folder.join("archive"));
        }
        let is_unlisted = calls.iter().any(|call| call.is_faulted && is_store_listing(call));
        let checked = check_answer(&output, unharmed, fault_kind, is_unlisted)
            .and_then(|()| check_state(&sandbox, case, &output, &before, unharmed));
        if let Err(problem) = checked {
            failures.push(&problem, describe_fault(&sandbox, case, fault_kind, &fault, &calls));
        }
    }
    println!(
        "{variant:?}: {times} faults in {} commands: {refused} errors, all other answers right; nothing lost, \
         nothing set aside",
        cases.len()
    );
    failures.assert_none();
}

/// Describes a fault: the command, the call that the fault hit, and the counted kinds of calls.
fn describe_fault(
    sandbox: &Sandbox,
    case: &Case,
    fault_kind: &FaultKind,
    fault: &Fault,
    calls: &[Call],
) -> String {
    let call = calls.iter().find(|call| call.is_faulted);
    let hit = call.map(|call| format!("{} {}", call.kind, call.path.display())).unwrap_or_default();
    let span = if fault.lasting { "from" } else { "at" };
    let (nth, kinds) = (fault.nth, fault.kinds.join(","));
    let told = format!(
        "{}: {} {span} {hit} (call {nth} of {kinds})",
        case.command_line(),
        fault_kind.name
    );
    told.replace(sandbox.folder.to_str().unwrap(), "")
}

fn run_without_fault(sandbox: &Sandbox, case: &Case) -> FaultFreeRun {
    sandbox.reset();
    let archive = sandbox.folder.join(case.archive);
    let (output, calls) = sandbox.shim.record(&sandbox.folder, &archive, &case.words, None);
    assert!(matches!(output.code, Some(0 | 1)), "{}: {output:?}", case.command_line());
    FaultFreeRun { output, calls, after: state::read(&sandbox.folder).unwrap() }
}

/// Chooses a random fault that applies to at least one of the calls.
fn choose_fault(calls: &[Call], numbers: &mut Rng) -> (&'static FaultKind, Fault) {
    loop {
        let fault_kind = &FAULT_KINDS[numbers.below(FAULT_KINDS.len() as u64) as usize];
        // Every kind of call is equally likely, regardless of the number of calls of that kind.
        let kind = fault_kind.kinds[numbers.below(fault_kind.kinds.len() as u64) as usize];
        let counted = calls.iter().filter(|call| fault_kind.kinds.contains(&call.kind.as_str()));
        let such: Vec<u64> =
            (1..).zip(counted).filter(|(_, call)| call.kind == kind).map(|(nth, _)| nth).collect();
        if such.is_empty() {
            continue;
        }
        let nth = such[numbers.below(such.len() as u64) as usize];
        let lasting = fault_kind.may_last && numbers.below(2) == 0;
        return (
            fault_kind,
            Fault { kinds: fault_kind.kinds, path: "", nth, lasting, act: fault_kind.act },
        );
    }
}

fn is_store_read(call: &Call) -> bool {
    call.kind == "read" && call.path.ends_with("archive/store/db")
}

fn is_store_listing(call: &Call) -> bool {
    call.kind == "list" && call.path.ends_with("archive/store")
}

/// Checks that a command with a fault gave the right answer or reported an error. `is_unlisted` is
/// whether the store's folder could not be listed: sled then keeps an old file, and the reported
/// size of the store differs.
fn check_answer(
    output: &Output,
    unharmed: &FaultFreeRun,
    fault_kind: &FaultKind,
    is_unlisted: bool,
) -> Result<(), String> {
    let (code, is_silent) = (output.code, output.err.trim().is_empty());
    let is_right = output.out == unharmed.output.out
        || (is_unlisted && without_store_size(output) == without_store_size(&unharmed.output));
    match code {
        _ if output.hung => Err("it hangs".to_owned()),
        _ if code == unharmed.output.code && is_right => Ok(()),
        Some(0) => Err("exit 0 with another answer".to_owned()),
        Some(4) if is_silent => Err(format!("exit 4 without a message: {}", first_line(output))),
        Some(3 | 4) if !fault_kind.is_harmless => Ok(()),
        _ => Err(format!("exit {code:?}: {}", first_line(output))),
    }
}

/// The lines of an answer, except those that depend on the size of the store's files.
fn without_store_size(output: &Output) -> Vec<&str> {
    let is_size =
        |line: &str| ["\"store_bytes\"", "\"multiple\""].iter().any(|key| line.contains(key));
    output.out.lines().filter(|line| !is_size(line)).collect()
}

/// The first line of a command's messages, or of its output if it printed no message.
fn first_line(output: &Output) -> &str {
    let said = if output.err.trim().is_empty() { &output.out } else { &output.err };
    said.trim().lines().find(|line| !line.starts_with("place ")).unwrap_or_default()
}

/// Checks that the archives are intact and in their state before or after the command, and that the
/// command can be repeated.
fn check_state(
    sandbox: &Sandbox,
    case: &Case,
    output: &Output,
    before: &State,
    unharmed: &FaultFreeRun,
) -> Result<(), String> {
    let folder = &sandbox.folder;
    let done = output.code == unharmed.output.code;
    let state = state::read(folder)?;
    for ((found, before), after) in state.iter().zip(before).zip(&unharmed.after) {
        // An interrupted backup may contain further complete imports, and the next backup continues
        // it.
        if !done && case.words[0] == "backup" && Some(found.0) == case.target {
            continue;
        }
        if found != after && (done || found != before) {
            let count = |(_, answers): &(_, Option<Vec<String>>)| answers.as_ref().map(Vec::len);
            let (found, before, after) = (count(found), count(before), count(after));
            return Err(format!(
                "{}: {found:?} answers, before {before:?}, after {after:?}",
                after_name(case)
            ));
        }
    }
    if done || !case.is_repeatable {
        return Ok(());
    }
    let archive = folder.join(case.archive);
    let again = sandbox.shim.run(folder, &archive, &case.words, None, None);
    if again.code != unharmed.output.code {
        // If the failed `restore` completed the new archive, repeating the command is an error.
        let restored = case.words[0] == "restore" && state == unharmed.after;
        if !restored {
            return Err(format!("given again: exit {:?}: {}", again.code, again.err.trim()));
        }
    }
    match state::read(folder)? == unharmed.after {
        true => Ok(()),
        false => Err("given again, it comes to something else".to_owned()),
    }
}

fn after_name(case: &Case) -> &str {
    case.target.unwrap_or(case.archive)
}
