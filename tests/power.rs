//! Losses of power, and failing disk operations. Some tests record every write to the archive's own
//! files, and open what a disk may hold after a crash. In others, the n-th operation fails.
//!
//! `HUSTINGS_LONG=1 cargo test --release --test power -- --nocapture` runs the long form and prints
//! the counts.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and counts"
)]

mod common;
#[path = "power/disk.rs"]
mod disk;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{fs, thread};

use common::disks::{HookedDisk, Op};
use common::{Rng, copy_folder, incompressible_letters, repetitions};
use disk::{Content, Model, Recorder};
use hustings::model::{Address, VersionSelector};
use hustings::{Archive, Error};

fn json_lines(import: u64) -> String {
    let line = |number: u64| {
        // The texts of every third import fill several frames.
        let length = if import.is_multiple_of(3) { 40_000 } else { 300 };
        let name = incompressible_letters(import * 100 + number, length);
        format!("{{\"title\":\"19{import:02} Ruritanian vote {number}\",\"name\":\"{name}\"}}\n")
    };
    (0..20).map(line).collect()
}

/// Makes typical changes: some imports, a removal, a rebuild and a revert. `seen` receives all
/// versions after each acknowledged import.
fn run_workload(
    folder: &Path,
    path: &Path,
    disk: &HookedDisk<Recorder>,
    seen: &mut Vec<Vec<String>>,
) -> hustings::Result<()> {
    let open = || Archive::options().create(true).disk(Arc::new(disk.clone())).open(path);
    let mut acknowledged = |archive: &Archive| {
        seen.push(all_versions(archive));
        let done = archive.imports().unwrap().len() as u64;
        disk.0.ops.lock().unwrap().push(Op::Acknowledged(done));
    };
    let archive = open()?;
    acknowledged(&archive);
    for import in 1..=4 {
        let file = folder.join("given.jsonl");
        fs::write(&file, json_lines(import)).unwrap();
        archive.import([file])?;
        acknowledged(&archive);
    }
    archive.remove("1901 Ruritanian vote 3", None)?;
    acknowledged(&archive);
    archive.rebuild(|_| ())?;
    drop(archive);
    let archive = open()?;
    archive.revert("1901 Ruritanian vote 3@1", None)?;
    acknowledged(&archive);
    Ok(())
}

/// Every version in an archive, without times.
fn all_versions(archive: &Archive) -> Vec<String> {
    let mut records = Vec::new();
    for election in archive.list(&Default::default()).unwrap() {
        let address = Address::title(election.election.title.clone());
        for version in archive.versions(&address).unwrap() {
            let (number, import) = (version.number, version.import);
            let at = address.clone().with_version(VersionSelector::Version(number));
            let text = if version.removed { String::new() } else { archive.source(&at).unwrap() };
            records.push(format!("{address} {number} {import} {text}"));
        }
    }
    records
}

/// Runs the workload. Returns all versions after each number of imports, and the disk operations.
fn record_workload(folder: &Path, path: &Path) -> (Vec<Vec<String>>, Vec<Op>) {
    let recorder = Arc::new(Recorder::default());
    let mut states = Vec::new();
    run_workload(folder, path, &HookedDisk(Arc::clone(&recorder)), &mut states).unwrap();
    let ops = recorder.ops.lock().unwrap().clone();
    (states, ops)
}

#[test]
fn every_acknowledged_import_survives_any_crash_image() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive");
    let (states, ops) = record_workload(folder.path(), &path);
    let mut numbers = Rng(7);
    let image = folder.path().join("image");
    let times = repetitions(5_000).max(400);
    let mut ahead = 0;
    for time in 0..times {
        // The first rounds crash after each operation in turn, and the others after a random one.
        let last = if time < ops.len() as u64 { time } else { numbers.below(ops.len() as u64) };
        let (mut model, mut acknowledged) = (Model::default(), 0);
        for op in &ops[..=last as usize] {
            model.apply(op);
            if let Op::Acknowledged(done) = op {
                acknowledged = *done;
            }
        }
        let _ = fs::remove_dir_all(&image);
        fs::create_dir_all(&image).unwrap();
        model.image(&path, &image, &mut numbers);
        // Recovery does not depend on the store: the image has none or, sometimes, the final one.
        if numbers.below(3) == 0 && acknowledged == states.len() as u64 - 1 {
            copy_folder(&path.join("store"), &image.join("store"));
        }
        let archive = match Archive::open(&image) {
            Err(Error::NoArchive(_)) if acknowledged == 0 => continue,
            opened => opened.unwrap_or_else(|error| panic!("after operation {last}: {error}")),
        };
        let done = archive.imports().unwrap().len() as u64;
        assert!(done >= acknowledged, "{done} of {acknowledged} after {:?}", ops[last as usize]);
        ahead += u64::from(done > acknowledged);
        assert_eq!(all_versions(&archive), states[done as usize]);
        drop(archive);
        assert_eq!(Archive::options().verify(&image).unwrap().problems, []);
    }
    println!(
        "{times} crashes after any of {} operations: every acknowledged import is there; {ahead} \
         times also one that was not acknowledged, whole",
        ops.len()
    );
}

/// Simulates a process that makes three imports unless it is killed. Sets `acknowledged` to the
/// number of imports that the process has seen.
fn run_process(folder: &Path, path: &Path, disk: &HookedDisk<Recorder>, acknowledged: &mut u64) {
    let open = Archive::options().create(true).disk(Arc::new(disk.clone())).open(path);
    let Ok(archive) = open else { return };
    for _ in 0..3 {
        *acknowledged = archive.imports().unwrap().len() as u64;
        let file = folder.join("given.jsonl");
        fs::write(&file, json_lines(*acknowledged + 1)).unwrap();
        if archive.import([file]).is_err() {
            return;
        }
    }
    *acknowledged = archive.imports().unwrap().len() as u64;
}

#[test]
fn no_import_seen_by_a_process_is_lost_after_kills_and_a_loss_of_power() {
    const PROCESSES: u64 = 3;
    let folder = tempfile::tempdir().unwrap();
    let (path, image) = (folder.path().join("archive"), folder.path().join("image"));
    // All versions after each number of imports.
    let mut states = Vec::new();
    let whole = Archive::create(folder.path().join("whole")).unwrap();
    for import in 1..=3 * PROCESSES + 2 {
        states.push(all_versions(&whole));
        let file = folder.path().join("given.jsonl");
        fs::write(&file, json_lines(import)).unwrap();
        whole.import([file]).unwrap();
    }
    let mut numbers = Rng(23);
    let times = repetitions(5_000).max(150);
    let (mut kills, mut ahead) = (0, 0);
    for time in 0..times {
        let _ = fs::remove_dir_all(&path);
        let recorder = Arc::new(Recorder::default());
        let disk = HookedDisk(Arc::clone(&recorder));
        let mut acknowledged = 0;
        for number in 0..PROCESSES {
            // The last process may be killed only by the loss of power.
            let killed = number + 1 < PROCESSES || numbers.below(2) == 0;
            recorder.stop_after(killed.then(|| numbers.below(24) as usize));
            kills += u64::from(killed);
            run_process(folder.path(), &path, &disk, &mut acknowledged);
        }
        let mut model = Model::default();
        recorder.ops.lock().unwrap().iter().for_each(|op| model.apply(op));
        let _ = fs::remove_dir_all(&image);
        fs::create_dir_all(&image).unwrap();
        model.image(&path, &image, &mut numbers);
        // The disk may have all writes to the store, and lack earlier writes to the journal.
        if path.join("store").exists() && numbers.below(4) > 0 {
            copy_folder(&path.join("store"), &image.join("store"));
        }
        let opened = match Archive::options().verify(&image) {
            Err(Error::NoArchive(_)) if acknowledged == 0 => continue,
            verified => {
                if image.join("FORMAT").exists() {
                    assert_eq!(verified.unwrap().problems, [], "{time}");
                }
                Archive::options().create(acknowledged == 0).open(&image)
            }
        };
        let archive = opened.unwrap_or_else(|error| panic!("{time}: {error}"));
        let done = archive.imports().unwrap().len() as u64;
        assert!(done >= acknowledged, "{time}: {done} of {acknowledged}");
        ahead += u64::from(done > acknowledged);
        assert_eq!(all_versions(&archive), states[done as usize], "{time}");
        let file = folder.path().join("given.jsonl");
        fs::write(&file, json_lines(done + 1)).unwrap();
        archive.import([file]).unwrap();
        assert_eq!(all_versions(&archive), states[done as usize + 1], "{time}");
    }
    println!(
        "{times} losses of power after {kills} kills: every import that a process has seen is there; {ahead} \
         times also one that none had, whole"
    );
}

#[test]
fn an_interrupted_creation_is_completed_after_a_loss_of_power() {
    let folder = tempfile::tempdir().unwrap();
    let (path, image) = (folder.path().join("archive"), folder.path().join("image"));
    let mut numbers = Rng(37);
    for stop in 0.. {
        let _ = fs::remove_dir_all(&path);
        let recorder = Arc::new(Recorder::default());
        let disk = Arc::new(HookedDisk(Arc::clone(&recorder)));
        let open = || Archive::options().create(true).disk(disk.clone()).open(&path);
        recorder.stop_after(Some(stop));
        let made = open().is_ok();
        // Another process opens the archive and imports nothing.
        recorder.stop_after(None);
        let opened = open().unwrap();
        assert_eq!(opened.imports().unwrap().len(), 0);
        drop(opened);
        let mut model = Model::default();
        recorder.ops.lock().unwrap().iter().for_each(|op| model.apply(op));
        for _ in 0..repetitions(200).max(10) {
            let _ = fs::remove_dir_all(&image);
            fs::create_dir_all(&image).unwrap();
            model.image(&path, &image, &mut numbers);
            copy_folder(&path.join("store"), &image.join("store"));
            let opened = Archive::options().create(true).open(&image);
            opened.unwrap_or_else(|error| panic!("stopped after {stop}: {error}"));
        }
        if made {
            break;
        }
    }
}

/// Returns a model of a disk on which these files of a folder are durable.
fn durable_model(folder: &Path, names: &[&str]) -> Model {
    let mut model = Model::default();
    for name in names {
        let safe = fs::read(folder.join(name)).unwrap();
        let file = Content { synced: safe, unsynced: Vec::new(), is_name_synced: true };
        model.files.insert(folder.join(name), file);
    }
    model
}

#[test]
fn no_crash_image_of_format_1_has_a_line_of_format_2() {
    let folder = tempfile::tempdir().unwrap();
    let (path, image) = (folder.path().join("archive"), folder.path().join("image"));
    copy_folder(Path::new("fixtures/archives/v1"), &path);
    let journal = "journal/000001.jsonl.zst";
    let before = durable_model(&path, &["FORMAT", journal]);
    let old = fs::read(path.join(journal)).unwrap();
    let recorder = Arc::new(Recorder::default());
    let disk = Arc::new(HookedDisk(Arc::clone(&recorder)));
    let archive = Archive::options().disk(disk).open(&path).unwrap();
    let opened = recorder.ops.lock().unwrap().len();
    archive.remove("artsakh/2020", None).unwrap();
    let imports = archive.imports().unwrap().len();
    drop(archive);
    let ops = recorder.ops.lock().unwrap().clone();
    let mut numbers = Rng(29);
    let (mut raised, mut complete) = (0, 0);
    for time in 0..repetitions(2_000).max(20 * ops.len() as u64) {
        let last = opened + time as usize % (ops.len() + 1 - opened);
        let mut model = before.clone();
        ops[..last].iter().for_each(|op| model.apply(op));
        let _ = fs::remove_dir_all(&image);
        fs::create_dir_all(&image).unwrap();
        model.image(&path, &image, &mut numbers);
        let written = fs::read(image.join(journal)).unwrap().len() > old.len();
        match fs::read_to_string(image.join("FORMAT")).unwrap().as_str() {
            "hustings archive, format 1\n" => assert!(!written, "{time}: after operation {last}"),
            said => {
                assert_eq!(said, "hustings archive, format 2\n");
                raised += 1;
            }
        }
        let done = Archive::open(&image).unwrap().imports().unwrap().len();
        assert!(done == imports || (done == imports - 1 && last < ops.len()), "{time}: {done}");
        complete += u64::from(done == imports);
        assert_eq!(Archive::options().verify(&image).unwrap().problems, []);
    }
    assert!(complete > 0 && raised > complete, "{raised} raised, {complete} with the change");
}

#[test]
fn a_crash_during_a_journal_repair_loses_nothing_more() {
    let folder = tempfile::tempdir().unwrap();
    let (path, damaged) = (folder.path().join("archive"), folder.path().join("damaged"));
    record_workload(folder.path(), &path);
    copy_folder(&path, &damaged);
    let file = damaged.join("journal/000001.jsonl.zst");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, &bytes).unwrap();
    fs::remove_dir_all(damaged.join("store")).unwrap();
    let names = ["FORMAT", "lock", "journal/000001.jsonl.zst", "journal/END"];
    let before = durable_model(&damaged, &names);
    let recorder = Arc::new(Recorder::default());
    let disk = Arc::new(HookedDisk(Arc::clone(&recorder)));
    let report = Archive::options().disk(disk).rebuild(&damaged).unwrap();
    assert_eq!(report.lost.len(), 1);
    let kept = all_versions(&Archive::open(&damaged).unwrap());
    let ops = recorder.ops.lock().unwrap().clone();
    let mut numbers = Rng(19);
    let image = folder.path().join("image");
    let times = repetitions(1_000).max(4 * ops.len() as u64);
    for time in 0..times {
        let mut model = before.clone();
        ops[..time as usize % (ops.len() + 1)].iter().for_each(|op| model.apply(op));
        let _ = fs::remove_dir_all(&image);
        fs::create_dir_all(&image).unwrap();
        model.image(&damaged, &image, &mut numbers);
        Archive::options().rebuild(&image).unwrap_or_else(|error| panic!("{time}: {error}"));
        assert_eq!(all_versions(&Archive::open(&image).unwrap()), kept, "{time}");
        assert_eq!(Archive::options().verify(&image).unwrap().problems, []);
        let held = (1..4).any(|number| {
            let aside = image.join(format!("journal.damaged-{number}/000001.jsonl.zst"));
            fs::read(aside).is_ok_and(|held| held == bytes)
        });
        assert!(held, "{time}: the damaged journal is kept");
    }
    println!("{times} crashes after any of {} operations of a repair: all repaired", ops.len());
}

#[test]
fn a_failing_disk_operation_is_an_error_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("whole");
    let (states, ops) = record_workload(folder.path(), &path);
    let all = ops.len();
    for ever in [false, true] {
        let mut failed = 0;
        for nth in 0..all {
            let path = folder.path().join("archive");
            let _ = fs::remove_dir_all(&path);
            let recorder = Arc::new(Recorder::failing(nth, ever));
            let disk = HookedDisk(Arc::clone(&recorder));
            let worked = run_workload(folder.path(), &path, &disk, &mut Vec::new());
            let acknowledged = recorder.ops.lock().unwrap().iter().rev().find_map(|op| match op {
                Op::Acknowledged(done) => Some(*done),
                _ => None,
            });
            if let Err(error) = worked {
                failed += 1;
                assert!(matches!(error, Error::Io { .. }), "{error}");
                assert!(!error.to_string().is_empty());
            }
            let archive = match Archive::open(&path) {
                Err(Error::NoArchive(_)) if acknowledged.is_none() => continue,
                opened => opened.unwrap_or_else(|error| panic!("operation {nth}: {error}")),
            };
            let done = archive.imports().unwrap().len() as u64;
            assert!(done >= acknowledged.unwrap_or(0), "operation {nth}");
            assert_eq!(all_versions(&archive), states[done as usize], "operation {nth}");
            drop(archive);
            assert_eq!(Archive::options().verify(&path).unwrap().problems, []);
        }
        println!(
            "each of {all} operations refused, {}: {failed} errors, nothing lost",
            if ever { "for ever" } else { "once" }
        );
    }
}

/// Stops the importing thread when it is dropped, even if the test fails.
struct StopGuard<'a>(&'a AtomicBool);

impl Drop for StopGuard<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_backup_of_an_archive_in_use_is_complete() {
    const EACH: u64 = 10;
    let times = repetitions(100).max(EACH);
    let mut copied = 0;
    for _ in 0..times.div_ceil(EACH) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("archive");
        let archive = Archive::create(&path).unwrap();
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            let _stopped = StopGuard(&stop);
            scope.spawn(|| {
                let file = folder.path().join("given.jsonl");
                for import in 1.. {
                    fs::write(&file, json_lines(import)).unwrap();
                    archive.import([&file]).unwrap();
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                }
            });
            let mut last = 0;
            for time in 0..EACH {
                // Every second backup continues the one before it.
                let backup = folder.path().join(format!("backup-{}", time / 2));
                let report = Archive::options().backup(&path, &backup).unwrap();
                assert!(report.imports >= last);
                last = report.imports;
                let verified = Archive::options().verify(&backup).unwrap();
                assert_eq!((verified.problems, verified.imports), (vec![], last));
            }
            copied += last;
        });
    }
    println!("{times} backups while imports went on without pause, of {copied} imports: all whole");
}
