//! The archive compared with a model: after user actions in any order, with disks that refuse
//! operations and processes that are killed, the archive has the same versions as a list in memory.
//!
//! `HUSTINGS_LONG=1 cargo test --release --test model -- --nocapture` runs the long form and prints
//! the counts.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and counts"
)]

mod common;
#[path = "model/list.rs"]
mod list;
#[path = "model/steps.rs"]
mod steps;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::{fs, thread};

use common::disks::{FailingRange, HookedDisk};
use common::is_long_run;
use hustings::archive::{OpenOptions, Snapshot};
use hustings::model::{Address, VersionSelector};
use hustings::{Archive, Error};
use list::{Model, Version};
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use steps::{Backup, Document, Fault, Step, files, source_time, steps, title};

fn check(archive: &Archive, model: &Model) {
    assert_eq!(hustings::check::check(archive).unwrap(), []);
    check_state(&archive.snapshot(), model);
}

/// Asserts that a snapshot matches the model, in its current state and as of every earlier import.
fn check_state(archive: &Snapshot, model: &Model) {
    assert_eq!(archive.imports().unwrap().len() as u64, model.imports);
    for election in 0..5 {
        let address = Address::title(title(election));
        let Some(list) = model.list(election) else {
            assert!(archive.get(&address).is_err());
            continue;
        };
        let expected = &model.versions[&list];
        let found = archive.versions(&address).unwrap();
        assert_eq!(found.len(), expected.len());
        for (expected, found) in expected.iter().zip(found) {
            let Version { import, text, time, .. } = expected;
            assert_eq!((found.import, found.removed), (*import, text.is_none()));
            assert_eq!(found.source_time, time.map(source_time));
            let version = address.clone().with_version(VersionSelector::Version(found.number));
            match text {
                Some(text) => assert!(&archive.source(&version).unwrap() == text),
                None => assert!(archive.get(&version).is_err()),
            }
        }
        let current = model.current(election).unwrap();
        assert!(archive.source(&address).ok() == current.text);
        for imports in 1..=model.imports {
            let then =
                archive.source(address.clone().with_version(VersionSelector::Import(imports)));
            match model.as_of(election, imports) {
                Some(Version { text: Some(text), .. }) => assert!(&then.unwrap() == text),
                Some(_) => assert!(matches!(then, Err(Error::Removed { .. })), "{then:?}"),
                None => assert!(matches!(then, Err(Error::NoVersion { .. })), "{then:?}"),
            }
        }
    }
    let listed = archive.list(&Default::default()).unwrap().len();
    let lists: BTreeSet<u8> = model.lists.values().copied().collect();
    let there = |list: &u8| model.current(*list).is_some_and(|current| current.text.is_some());
    assert_eq!(listed, lists.iter().filter(|list| there(list)).count());
}

/// Asserts that a snapshot matches one of two models, which differ in their number of imports.
fn check_one_of(archive: &Snapshot, [one, other]: [&Model; 2]) {
    let imports = archive.imports().unwrap().len() as u64;
    check_state(archive, if imports == one.imports { one } else { other });
}

/// Tells the other threads to end when it is dropped, even if this thread panics.
struct StopGuard<'a>(&'a AtomicBool);

impl Drop for StopGuard<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Number of threads that read during an import.
const READERS: usize = 2;

/// An archive, and the model that it must match.
struct ModelTest<'a> {
    folder: &'a Path,
    path: PathBuf,
    disk: HookedDisk<FailingRange>,
    archive: Option<Archive>,
    model: Model,
    /// The model with an import that failed, but whose lines may be in the journal. Opening the
    /// archive may find the import complete.
    left: Option<Model>,
    /// Whether nothing has failed since the archive was opened. Opening it again must then give no
    /// notices.
    quiet: bool,
    backups: u64,
    restored: u64,
    counts: &'a mut Counts,
}

impl<'a> ModelTest<'a> {
    fn new(folder: &'a Path, counts: &'a mut Counts) -> Self {
        let mut trial = Self {
            folder,
            path: folder.join("archive"),
            disk: HookedDisk(Arc::new(FailingRange::default())),
            archive: None,
            model: Model::default(),
            left: None,
            quiet: true,
            backups: 0,
            restored: 0,
            counts,
        };
        trial.open();
        trial
    }

    fn options(&self) -> OpenOptions {
        Archive::options().create(true).disk(Arc::new(self.disk.clone()))
    }

    fn open(&mut self) {
        self.disk.0.fail(0..0);
        let archive = self.options().open(&self.path).unwrap();
        if let Some(left) = self.left.take()
            && archive.imports().unwrap().len() as u64 == left.imports
        {
            self.counts.whole += 1;
            self.model = left;
        }
        self.quiet = true;
        self.archive = Some(archive);
    }

    fn close(&mut self) {
        self.archive = None;
    }

    fn archive(&mut self) -> &mut Archive {
        self.archive.as_mut().unwrap()
    }

    /// Ends the disk's failures. After a kill, also opens the archive again.
    fn recover(&mut self, fault: Fault) {
        if matches!(fault, Fault::Killed(_)) {
            self.close();
            self.open();
        }
        self.disk.0.fail(0..0);
    }

    fn record_failure(&mut self, fault: Fault, error: &Error) {
        assert!(!matches!(fault, Fault::None), "{error}");
        self.counts.failed += 1;
    }

    /// Opens the archive again if a failed import may be in the journal.
    fn reopen_if_uncertain(&mut self) {
        if self.left.is_some() {
            self.close();
            self.open();
        }
    }

    /// Forgets the failed import if a change was made, because a change truncates its lines.
    fn record_change(&mut self, changed: bool) {
        if changed {
            self.left = None;
        }
    }

    fn import(&mut self, given: &[Document], fault: Fault, readers: usize) {
        self.reopen_if_uncertain();
        let (files, given) = files(self.folder, given);
        let mut after = self.model.clone();
        let added = after.import(&given);
        self.disk.0.fail(fault.failing_operations());
        let (archive, is_done) = (self.archive().clone(), AtomicBool::new(false));
        let before = archive.snapshot();
        let said = thread::scope(|scope| {
            for _ in 0..readers {
                scope.spawn(|| {
                    loop {
                        let is_last = is_done.load(Ordering::Relaxed);
                        check_one_of(&archive.snapshot(), [&self.model, &after]);
                        if is_last {
                            break;
                        }
                    }
                });
            }
            let _done = StopGuard(&is_done);
            archive.import(&files)
        });
        // Imports after the snapshot do not change it.
        check_state(&before, &self.model);
        drop((archive, before));
        match said {
            Ok(report) => {
                assert_eq!((report.added as usize, report.errors.len()), (added, 0));
                self.model = after;
                self.recover(fault);
            }
            Err(error) => {
                // The import was not acknowledged, but may be in the journal.
                self.left = Some(after);
                self.quiet = false;
                self.recover(fault);
                self.record_failure(fault, &error);
            }
        }
    }

    /// Queries the archive through a replica, as another process does.
    fn query_replica(&self) {
        let cache = self.folder.join("cache");
        let reader = Archive::options().read_only().cache_folder(cache).open(&self.path).unwrap();
        assert!(reader.replica().is_some());
        // The replica may contain an import that is complete but was not acknowledged.
        let left = self.left.as_ref().unwrap_or(&self.model);
        check_one_of(&reader.snapshot(), [&self.model, left]);
    }

    fn rebuild(&mut self, closed: bool, fault: Fault) {
        if closed {
            self.reopen_if_uncertain();
        }
        let imports = self.model.imports;
        let rebuilt = if closed {
            self.close();
            self.disk.0.fail(fault.failing_operations());
            let rebuilt = self.options().rebuild(&self.path);
            self.open();
            rebuilt
        } else {
            self.disk.0.fail(fault.failing_operations());
            let rebuilt = self.archive().rebuild(|_| ());
            self.quiet &= rebuilt.is_ok();
            self.recover(fault);
            rebuilt
        };
        match rebuilt {
            Ok(report) => assert_eq!(report.imports, imports),
            Err(error) => self.record_failure(fault, &error),
        }
    }

    fn back_up(&mut self, backup: Backup, fault: Fault) {
        self.reopen_if_uncertain();
        self.backups += u64::from(!backup.again || self.backups == 0);
        let ending = if backup.to_file { ".zst" } else { "" };
        let to = self.folder.join(format!("backup-{}{ending}", self.backups));
        self.disk.0.fail(fault.failing_operations());
        let stopped = self.options().backup(&self.path, &to);
        self.disk.0.fail(0..0);
        if let Err(error) = stopped {
            self.record_failure(fault, &error);
        }
        let report = Archive::options().backup(&self.path, &to).unwrap();
        assert_eq!(report.imports, self.model.imports);
        if !backup.to_file {
            check(&Archive::open(&to).unwrap(), &self.model);
        }
        if backup.to_file || backup.restore {
            self.restored += 1;
            let back = self.folder.join(format!("restored-{}", self.restored));
            Archive::options().restore(&to, &back).unwrap();
            check(&Archive::open(&back).unwrap(), &self.model);
            if backup.restore {
                self.close();
                self.path = back;
                self.open();
            }
        }
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Import(given, fault) => self.import(&given, fault, 0),
            Step::ImportWithReaders(given, fault) => self.import(&given, fault, READERS),
            Step::Remove(election) => {
                let removed = self.archive().remove(Address::title(title(election)), None);
                assert_eq!(removed.is_ok(), self.model.remove(election));
                self.record_change(removed.is_ok());
            }
            Step::Revert(election, version) => {
                let address =
                    Address::title(title(election)).with_version(VersionSelector::Version(version));
                let reverted = self.archive().revert(&address, None);
                assert_eq!(reverted.is_ok(), self.model.revert(election, version));
                self.record_change(reverted.is_ok());
            }
            Step::Alias(one, other) => {
                let address = Address::title(title(one));
                let added = self.archive().add_alias(&address, &title(other), None);
                assert_eq!(added.is_ok(), self.model.alias(one, other), "{added:?}");
                self.record_change(added.is_ok());
            }
            Step::Reopen => {
                let quiet = self.quiet;
                self.close();
                self.open();
                let notices = self.archive().notices();
                assert!(!quiet || notices.is_empty(), "{notices:?}");
            }
            Step::LoseStore => {
                self.close();
                fs::remove_dir_all(self.path.join("store")).unwrap();
                self.open();
            }
            Step::Rebuild(closed, fault) => self.rebuild(closed, fault),
            Step::Backup(backup, fault) => self.back_up(backup, fault),
            Step::Verify(deep) => {
                self.reopen_if_uncertain();
                self.close();
                let options = Archive::options();
                let found = match deep {
                    true => options.verify_records(&self.path),
                    false => options.verify(&self.path),
                }
                .unwrap();
                assert_eq!((found.problems, found.imports), (vec![], self.model.imports));
                self.open();
            }
            Step::QueryReplica => self.query_replica(),
            Step::QueryNewReplica => {
                let _ = fs::remove_dir_all(self.folder.join("cache"));
                self.query_replica();
            }
        }
        check(self.archive.as_ref().unwrap(), &self.model);
    }
}

/// Counts of the steps, and of their failures.
#[derive(Debug, Default)]
struct Counts {
    sequences: u64,
    steps: BTreeMap<&'static str, u64>,
    /// Number of imports, rebuilds and backups that failed.
    failed: u64,
    /// Number of failed imports that were found to be complete.
    whole: u64,
}

impl Counts {
    fn add(&mut self, step: &Step) {
        let (name, fault) = match step {
            Step::Import(_, fault) => ("imports", *fault),
            Step::ImportWithReaders(_, fault) => ("imports beside threads that read", *fault),
            Step::Remove(_) => ("removals", Fault::None),
            Step::Revert(..) => ("reverts", Fault::None),
            Step::Alias(..) => ("aliases", Fault::None),
            Step::Reopen => ("reopenings", Fault::None),
            Step::LoseStore => ("lost stores", Fault::None),
            Step::Rebuild(_, fault) => ("rebuilds", *fault),
            Step::Backup(_, fault) => ("backups", *fault),
            Step::Verify(_) => ("verifications", Fault::None),
            Step::QueryReplica => ("questions to a replica", Fault::None),
            Step::QueryNewReplica => ("questions to a new replica", Fault::None),
        };
        *self.steps.entry(name).or_default() += 1;
        match fault {
            Fault::None => {}
            Fault::Refused(..) => *self.steps.entry("disks that refuse").or_default() += 1,
            Fault::Killed(_) => *self.steps.entry("kills").or_default() += 1,
        }
    }
}

fn run(folder: &Path, steps: Vec<Step>, counts: &mut Counts) {
    let mut trial = ModelTest::new(folder, counts);
    for step in steps {
        trial.counts.add(&step);
        trial.step(step);
    }
}

#[test]
fn past_failures_do_not_recur() {
    let import = |election, variant, fault| {
        Step::Import(vec![Document { election, variant, time: None }], fault)
    };
    // Long enough that sled stores the text in a separate file, which it finds by the path of its
    // folder.
    let is_long_run = || import(4, 3, Fault::None);
    let folder = Backup { to_file: false, again: false, restore: false };
    let sequences = [
        // A failed import left bytes in the journal, and the next import was written after them.
        vec![import(4, 3, Fault::Refused(1, 2)), import(0, 0, Fault::None), Step::Reopen],
        // A backup was stopped before it was an archive, and the next backup did not accept it as
        // one.
        vec![Step::Backup(folder, Fault::Refused(1, 1))],
        // After a failed rebuild, the archive continued with a store that had been set aside.
        vec![import(0, 0, Fault::None), Step::Rebuild(false, Fault::Refused(1, 2)), is_long_run()],
        vec![import(0, 0, Fault::None), Step::Rebuild(false, Fault::Refused(2, 1)), is_long_run()],
        vec![import(0, 0, Fault::None), Step::Rebuild(false, Fault::Refused(3, 1)), is_long_run()],
    ];
    for steps in sequences {
        run(tempfile::tempdir().unwrap().path(), steps, &mut Counts::default());
    }
}

#[test]
fn the_archive_matches_a_list_in_memory() {
    let config = ProptestConfig {
        // Each case opens its archive many times.
        cases: if is_long_run() { 10_000 } else { 150 },
        // A run writes no file of failures, and every run tests the same sequences.
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(5),
        ..ProptestConfig::default()
    };
    let counts = RefCell::new(Counts::default());
    let tried = TestRunner::new(config).run(&steps(), |steps| {
        let folder = tempfile::tempdir().unwrap();
        let mut counts = counts.borrow_mut();
        counts.sequences += 1;
        run(folder.path(), steps, &mut counts);
        Ok(())
    });
    tried.unwrap_or_else(|failure| panic!("{failure}"));
    let Counts { sequences, steps, failed, whole } = counts.into_inner();
    let steps: Vec<String> = steps.iter().map(|(name, count)| format!("{count} {name}")).collect();
    println!(
        "{sequences} sequences of steps agree with the list: {}; {failed} of them failed, as \
         they should; {whole} of the imports that failed are there whole",
        steps.join(", ")
    );
}
