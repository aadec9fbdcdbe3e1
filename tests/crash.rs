//! Kills the program at single system calls, and simulates a loss of power after any of them. The
//! tests cover all files of the program, including those of sled.
//!
//! `HUSTINGS_LONG=1 cargo test --release --test crash -- --nocapture` runs the long form and prints
//! the counts.
#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::panic,
    reason = "a test fails by panicking, and counts"
)]

mod common;
mod shim;

#[path = "crash/image.rs"]
mod image;
#[path = "crash/session.rs"]
mod session;

use std::fs;

use common::{Rng, repetitions};
use image::{Image, import_digests, verify};
use session::{Acknowledged, Session, describe_command, json_lines};
use shim::calls::Call;
use shim::crash::Disk;
use shim::failures::Failures;
use shim::{Act, CHANGES, Shim};

#[test]
fn every_acknowledged_import_survives_kills_and_a_loss_of_power() {
    let Some(shim) = Shim::build() else { return };
    let temporary = tempfile::tempdir().unwrap();
    let another = temporary.path().join("another.jsonl");
    let folder = temporary.path().join("image");
    fs::write(&another, json_lines(0, 3, 50)).unwrap();
    let (sessions, images) = (repetitions(100), 55);
    let (mut taken, mut ahead, mut killed, mut moments) = (0, 0, 0, 0);
    let mut failures = Failures::default();
    for seed in 0..sessions {
        let mut session = Session::new(&shim, temporary.path(), seed);
        let (history, told) = run_session(&mut session);
        killed += session.killed;
        let made = match import_digests(&session.archive()) {
            Ok(digests) => digests.unwrap_or_default(),
            Err(problem) => {
                failures.push(&problem, format!("session {seed}, with the power on:\n{told}"));
                continue;
            }
        };
        let (mut disk, mut numbers) = (Disk::new(&session.folder), Rng(seed));
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
            // Take extra images directly after an acknowledgement.
            let extra = if is_acknowledged { 2 } else { 0 };
            for _ in 0..extra + u64::from(numbers.below(changes) < images) {
                let _ = fs::remove_dir_all(&folder);
                disk.image(&folder, &mut numbers);
                taken += 1;
                let image = Image { folder: &folder, made: &made, acknowledged };
                match image.check(&another, numbers.below(2) == 0) {
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

/// Runs several commands, some of them killed or with a failing call. Returns all calls, each with
/// the imports acknowledged after it, and a description of the commands.
fn run_session(session: &mut Session) -> (Vec<(Call, Acknowledged)>, String) {
    let (mut history, mut told) = (Vec::new(), String::new());
    for step in 0..7 {
        let words =
            if step == 0 { session.import_command(20, 300) } else { session.random_command() };
        let fault = match session.numbers.below(5) {
            0 | 1 if step < 6 => Some(session.random_kill(40)),
            2 if step < 6 => Some(session.random_failure(40)),
            _ => None,
        };
        let before = session.acknowledged;
        let (output, calls) = session.run(&words, fault);
        told +=
            &describe_command(&words, &output, &calls, fault.map_or(Act::Short, |fault| fault.act));
        history.extend(calls.into_iter().map(|call| (call, before)));
        if let Some(last) = history.last_mut() {
            last.1 = session.acknowledged;
        }
    }
    (history, told)
}

/// Without a loss of power, the next process sees everything that a killed process wrote.
#[test]
fn a_kill_at_any_call_loses_nothing_and_leaves_no_partial_import() {
    let Some(shim) = Shim::build() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (times, mut time, mut killed, mut imports) = (repetitions(1_500).max(96), 0, 0, 0);
    let mut failures = Failures::default();
    while time < times {
        let mut session = Session::new(&shim, folder.path(), 1_000 + time);
        let mut told = String::new();
        for step in 0..12 {
            time += 1;
            let words =
                if step == 0 { session.import_command(20, 300) } else { session.random_command() };
            let fault = session.random_kill(45);
            let (output, calls) = session.run(&words, Some(fault));
            told += &describe_command(&words, &output, &calls, fault.act);
            match check_archive_and_backup(&session) {
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

/// Checks that the archive of a session has every acknowledged import, and that the backup equals
/// the archive or an earlier state of the archive. Returns the number of imports in the archive.
fn check_archive_and_backup(session: &Session) -> Result<usize, String> {
    let (archive, backup) = (session.archive(), session.folder.join("backup"));
    verify(&archive, false)?;
    let found = import_digests(&archive)?.unwrap_or_default();
    if found.len() < session.acknowledged.archive {
        return Err(format!("{} of {} imports", found.len(), session.acknowledged.archive));
    }
    verify(&archive, true)?;
    verify(&backup, true).map_err(|problem| format!("backup: {problem}"))?;
    let kept = import_digests(&backup).map_err(|problem| format!("backup: {problem}"))?;
    match kept.is_none_or(|kept| found.starts_with(&kept)) {
        true => Ok(found.len()),
        false => Err("the backup has other imports".to_owned()),
    }
}
