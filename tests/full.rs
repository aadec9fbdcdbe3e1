//! A full disk: acknowledged imports are kept, the error states the problem, and work continues
//! once there is space. One test simulates a disk that fills up within any write, and the other
//! uses a real small disk.
//!
//! `HUSTINGS_LONG=1 cargo test --release --test full -- --nocapture` runs the long form and prints
//! the counts.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and counts"
)]

mod common;

use std::collections::BTreeMap;
use std::path::Path;
#[cfg(all(target_os = "linux", feature = "cli"))]
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::{fs, io};

use common::disks::{DiskHook, HookedDisk, Op, OpFailure};
use common::{copy_folder, incompressible_letters, repetitions};
use hustings::archive::OpenOptions;
use hustings::model::Address;
use hustings::{Archive, Error, Result};

/// A simulated disk with a limited number of free bytes.
#[derive(Debug)]
struct FreeSpace {
    free: Mutex<usize>,
    /// Length of each requested write in bytes.
    write_sizes: Mutex<Vec<usize>>,
}

impl FreeSpace {
    fn with_space(left: usize) -> HookedDisk<Self> {
        HookedDisk(Arc::new(Self { free: Mutex::new(left), write_sizes: Mutex::default() }))
    }
}

impl DiskHook for FreeSpace {
    fn before_op(&self, op: Op) -> std::result::Result<(), OpFailure> {
        // The program continues without the file `END` if there is no space for it, so these
        // operations never fail here.
        if matches!(&op, Op::Write(path, _) | Op::Create(path) if path.ends_with("END.new")) {
            return Ok(());
        }
        let mut left = self.free.lock().unwrap();
        let (needed, held) = match &op {
            Op::Write(_, bytes) => (bytes.len(), false),
            // A new file or folder needs space too.
            Op::CreateFolder(path) => (0, !path.exists()),
            Op::Create(_) => (0, true),
            _ => return Ok(()),
        };
        if needed > 0 {
            self.write_sizes.lock().unwrap().push(needed);
        }
        if needed > *left || (held && *left == 0) {
            let written = std::mem::take(&mut *left).min(needed);
            return Err(OpFailure { written, kind: io::ErrorKind::StorageFull });
        }
        *left -= needed;
        Ok(())
    }
}

/// Returns JSON lines of this many elections. Each `number` gives different elections.
fn json_lines(number: u64, elections: u64, length: u64) -> String {
    let line = |election| {
        let name = incompressible_letters(number * 10_000 + election, length);
        format!("{{\"title\":\"19{number:02} Ruritanian vote {election}\",\"name\":\"{name}\"}}\n")
    };
    (0..elections).map(line).collect()
}

/// Number of imports when the workload is complete. The second writes more frames than the others.
const IMPORTS: u64 = 4;

fn import(folder: &Path, archive: &Archive, number: u64) -> Result<()> {
    let file = folder.join("given.jsonl");
    fs::write(&file, json_lines(number, 5, if number == 2 { 100_000 } else { 3_000 })).unwrap();
    archive.import([file]).map(drop)
}

/// Name of the operation during which the disk was full.
type Operation = &'static str;

/// Imports into an archive, backs it up, and rebuilds another archive whose journal is damaged. An
/// error names the failed operation. `done` is the number of acknowledged imports.
fn run_workload(
    folder: &Path,
    open: &dyn Fn() -> OpenOptions,
    done: &mut u64,
) -> std::result::Result<(), (Operation, Error)> {
    let path = folder.join("archive");
    let failed = |part| move |error| (part, error);
    let archive = open().create(true).open(&path).map_err(failed("a new archive"))?;
    for number in *done + 1..=IMPORTS {
        import(folder, &archive, number).map_err(failed("an import"))?;
        *done = number;
        if number == 2 {
            let copied = open().backup(&path, folder.join("backup"));
            copied.map_err(failed("a backup"))?;
        }
    }
    let copied = open().backup(&path, folder.join("backup"));
    copied.map_err(failed("a backup that goes on"))?;
    let copied = open().backup(&path, folder.join("backup.zst"));
    copied.map_err(failed("a backup into a file"))?;
    let report = open().rebuild(folder.join("damaged")).map_err(failed("a rebuild"))?;
    assert_eq!(report.imports, IMPORTS);
    Ok(())
}

/// Copies an archive and damages the second import of the copy.
fn copy_with_damage(whole: &Path, damaged: &Path) {
    copy_folder(whole, damaged);
    let journal = damaged.join("journal/000001.jsonl.zst");
    let mut bytes = fs::read(&journal).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(journal, bytes).unwrap();
}

/// The text of every election in an archive, with the number of the import that added it.
fn source_texts(path: &Path) -> Vec<(u64, String)> {
    let archive = Archive::open(path).unwrap();
    let listed = archive.list(&Default::default()).unwrap();
    let texts = listed.into_iter().map(|record| {
        let text = archive.source(Address::title(record.election.title.clone())).unwrap();
        (record.version.import, text)
    });
    texts.collect()
}

fn file_names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        names.map(|name| name.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_full_disk_at_any_write_loses_nothing_and_work_continues() {
    let whole = tempfile::tempdir().unwrap();
    let archive = Archive::create(whole.path().join("archive")).unwrap();
    for number in 1..=IMPORTS {
        import(whole.path(), &archive, number).unwrap();
    }
    drop(archive);
    let expected = source_texts(&whole.path().join("archive"));
    let trial = || {
        let folder = tempfile::tempdir().unwrap();
        copy_with_damage(&whole.path().join("archive"), &folder.path().join("damaged"));
        folder
    };
    let measured = trial();
    let room = FreeSpace::with_space(usize::MAX);
    let disk = room.clone();
    let open = move || Archive::options().disk(Arc::new(disk.clone()));
    run_workload(measured.path(), &open, &mut 0).unwrap();
    let in_the_end = file_names(measured.path());

    let mut fell: BTreeMap<Operation, u64> = BTreeMap::new();
    let (asked, parts) = (room.0.write_sizes.lock().unwrap().clone(), repetitions(20) as usize);
    let mut begins = 0;
    for length in asked {
        for part in 0..parts {
            // If there is only one part, the disk fills up in the middle of the write; otherwise,
            // it fills up at the beginning of each part.
            let at = if parts == 1 { length / 2 } else { length * part / parts };
            let folder = trial();
            let disk = FreeSpace::with_space(begins + at);
            let open = move || Archive::options().disk(Arc::new(disk.clone()));
            let mut done = 0;
            let (part, error) = run_workload(folder.path(), &open, &mut done).unwrap_err();
            assert!(
                matches!(&error, Error::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull),
                "{part}: {error}"
            );
            assert!(error.to_string().contains("no storage space"), "{error}");
            *fell.entry(part).or_default() += 1;
            let path = folder.path().join("archive");
            if path.join("FORMAT").exists() {
                let verified = Archive::options().verify_records(&path).unwrap();
                assert_eq!((verified.problems, verified.imports), (vec![], done), "{part}");
            }
            // Repeat the workload with enough space.
            run_workload(folder.path(), &Archive::options, &mut done).unwrap();
            assert!(source_texts(&path) == expected, "{part}");
            for (name, imports) in
                [("archive", IMPORTS), ("backup", IMPORTS), ("damaged", IMPORTS - 1)]
            {
                let verified = Archive::options().verify_records(folder.path().join(name)).unwrap();
                assert_eq!(
                    (verified.problems, verified.imports),
                    (vec![], imports),
                    "{name}, {part}"
                );
            }
            let back = folder.path().join("back");
            Archive::options().restore(folder.path().join("backup.zst"), &back).unwrap();
            assert!(source_texts(&back) == expected, "{part}");
            fs::remove_dir_all(back).unwrap();
            assert_eq!(file_names(folder.path()), in_the_end, "{part}");
        }
        begins += length;
    }
    assert_eq!(fell.len(), 6, "{fell:?}");
    let fell: Vec<String> = fell.iter().map(|(part, times)| format!("{times} in {part}")).collect();
    println!(
        "a full disk, {}: all acknowledged imports are there, and it went on",
        fell.join(", ")
    );
}

/// A script that runs the program on a small disk, which is mounted for this script only. Each run
/// leaves its exit code and its output in files. A run that hangs is stopped, with the exit code
/// 124.
#[cfg(all(target_os = "linux", feature = "cli"))]
const SCRIPT: &str = r#"
hustings=$1 disk=$2 given=$3 said=$4 filler=$5
mount -t tmpfs -o size=24m tmpfs "$disk" || exit 1
touch "$said/mounted"
run() {
    runs=$((runs + 1))
    timeout 60 "$hustings" --archive "$disk/archive" "$@" >"$said/$runs.out" 2>"$said/$runs.err"
    code=$?
    echo "$code $1" >"$said/$runs.code"
}
head -c "$filler" /dev/zero >"$disk/filler"
for file in "$given"/*; do
    run import "$file"
    [ $code = 0 ] || break
done
run verify --deep --format json
run list
rm "$disk/filler"
run import "$given"
run verify --deep --format json
run list
"#;

/// A run of the program: its command, its exit code and its output.
#[cfg(all(target_os = "linux", feature = "cli"))]
struct Run {
    command: String,
    code: i32,
    out: String,
    err: String,
}

#[cfg(all(target_os = "linux", feature = "cli"))]
impl Run {
    fn import_count(&self) -> u64 {
        assert_eq!(self.code, 0, "{}{}", self.out, self.err);
        let found: serde_json::Value = serde_json::from_str(&self.out).unwrap();
        found["imports"].as_u64().unwrap()
    }

    /// Returns whether the run failed with an error that names the full disk, and without a panic.
    fn reports_full_disk(&self) -> bool {
        let said = self.err.contains("No space left") || self.err.contains("the disk is full");
        self.code == 4 && said && !self.err.contains("panicked")
    }
}

/// Runs the script on a disk on which `filler` bytes are already used. Returns `None` if the system
/// permits no mount.
#[cfg(all(target_os = "linux", feature = "cli"))]
fn run_on_small_disk(given: &Path, filler: u64) -> Option<Vec<Run>> {
    let folder = tempfile::tempdir().unwrap();
    let (disk, said) = (folder.path().join("disk"), folder.path().join("said"));
    fs::create_dir(&disk).unwrap();
    fs::create_dir(&said).unwrap();
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-c", SCRIPT, "sh", env!("CARGO_BIN_EXE_hustings")]);
    command.args([&disk, given, &said]).arg(filler.to_string());
    let ran = command.output();
    if !said.join("mounted").exists() {
        return None;
    }
    assert!(ran.unwrap().status.success());
    let text = |number: u64, kind: &str| fs::read_to_string(said.join(format!("{number}.{kind}")));
    let runs = (1..).map_while(|number| {
        let ended = text(number, "code").ok()?;
        let (code, command) = ended.trim().split_once(' ').unwrap();
        let (out, err) = (text(number, "out").unwrap(), text(number, "err").unwrap());
        Some(Run { command: command.to_owned(), code: code.parse().unwrap(), out, err })
    });
    Some(runs.collect())
}

/// Number of lines in each import of JSON lines.
#[cfg(all(target_os = "linux", feature = "cli"))]
const LINES: u64 = 2_500;

/// Writes one file for each import: articles, which need more space in the journal than in the
/// store, or JSON lines, which need more in the store.
#[cfg(all(target_os = "linux", feature = "cli"))]
fn write_documents(folder: &Path, imports: u64, articles: bool) {
    fs::create_dir_all(folder).unwrap();
    for number in 10..10 + imports {
        let (ending, text) = if articles {
            let prose = incompressible_letters(number, 6_000_000);
            ("txt", format!("= 19{number} Ruritanian general election =\n\n{prose}\n"))
        } else {
            ("jsonl", json_lines(number, LINES, 400))
        };
        fs::write(folder.join(format!("{number}.{ending}")), text).unwrap();
    }
}

#[cfg(all(target_os = "linux", feature = "cli"))]
#[test]
fn a_real_full_disk_loses_nothing_and_no_command_hangs() {
    const DISK: u64 = 24 << 20;
    let folder = tempfile::tempdir().unwrap();
    let (mut acknowledged, mut in_journal, mut in_store) = (0, 0, 0);
    let times = repetitions(60).max(4);
    for articles in [true, false] {
        let files = folder.path().join(if articles { "articles" } else { "lines" });
        let imports = if articles { 3 } else { 4 };
        write_documents(&files, imports, articles);
        for time in 0..times {
            // From hardly any space to almost enough.
            let room = (2 << 20) + (6 << 20) * time / times + 40_000;
            let Some(runs) = run_on_small_disk(&files, DISK - room) else {
                println!("skipped: no file system can be mounted here");
                return;
            };
            let done = runs.iter().take_while(|run| run.command == "import" && run.code == 0);
            let done = done.count();
            let [full, verified, list, again, verified_again, list_again] = &runs[done..] else {
                panic!("the disk was never full, with {room} bytes");
            };
            assert!(full.reports_full_disk(), "{} {}", full.code, full.err);
            // If only the store had no space, the failed import is in the journal.
            let found = verified.import_count();
            assert!(found == done as u64 || found == done as u64 + 1, "{found} of {done}");
            assert!(list.code == 0 || list.reports_full_disk(), "{} {}", list.code, list.err);
            assert_eq!(again.code, 0, "{}{}", again.out, again.err);
            assert_eq!(verified_again.import_count(), found + u64::from(found < imports));
            assert_eq!(list_again.code, 0, "{}", list_again.err);
            let elections = if articles { imports } else { LINES * imports } as usize;
            assert_eq!(list_again.out.lines().count(), elections + 1);
            acknowledged += done;
            if full.err.contains("No space left") && full.err.contains("journal") {
                in_journal += 1;
            } else {
                in_store += 1;
            }
        }
    }
    assert!(in_journal > 0 && in_store > 0, "{in_journal}, {in_store}");
    println!(
        "a small disk, full {in_journal} times in the journal and {in_store} times in the store: \
         {acknowledged} imports acknowledged and there, and it went on"
    );
}
