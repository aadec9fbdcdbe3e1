//! The folders of replicas: their location, deleted, damaged and evicted replicas, killed builds,
//! and archives on read-only media.
#![cfg(all(unix, feature = "cli"))]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it skips"
)]

mod common;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use common::readers::{QUERIES, ReplicaFixture, output_text};
use common::{Rng, copy_folder, read_files, repetitions, run};
use hustings::Archive;

#[test]
fn a_moved_archive_keeps_its_replica_and_a_deleted_one_is_rebuilt() {
    let stage = ReplicaFixture::new();
    let held = Archive::open(&stage.archive).unwrap();
    let before = stage.query_replica("list", 2);
    let [replica] = &stage.replica_folders()[..] else { unreachable!("one replica") };
    for folder in replica.ancestors().take(4) {
        let mode = fs::metadata(folder).unwrap().mode();
        assert_eq!(mode & 0o777, 0o700, "{}", folder.display());
    }
    // A rebuilt replica lacks this file.
    fs::write(replica.join("store/kept"), "").unwrap();
    drop(held);
    let moved = stage.folder.path().join("moved");
    fs::rename(&stage.archive, &moved).unwrap();
    let stage = ReplicaFixture { archive: moved, ..stage };
    let held = Archive::open(&stage.archive).unwrap();
    assert_eq!(stage.query_replica("list", 2), before);
    assert!(replica.join("store/kept").exists());

    let (_, out, _) = stage.query("stats --format json");
    let stats: serde_json::Value = serde_json::from_str(&out).unwrap();
    let listed = &stats["replicas"][0];
    assert_eq!(
        (&listed["folder"], &listed["import"]),
        (&replica.to_str().unwrap().into(), &2.into())
    );
    assert!(
        listed["bytes"].as_u64().unwrap() > 1000
            && listed["last_used"].as_str().unwrap().ends_with('Z')
    );
    // The list of replicas states the new path of the archive.
    let archive = stage.archive.canonicalize().unwrap();
    let told = format!("as of import 2 of {}, last used 20", archive.display());
    assert!(stage.query("stats").1.contains(&told));
    for gone in [replica.as_path(), &replica.join("store"), &stage.cache] {
        fs::remove_dir_all(gone).unwrap();
        assert_eq!(stage.query_replica("list", 2), before);
        assert_eq!(stage.query_all().len(), QUERIES.len());
    }
    drop(held);
    assert_eq!(stage.query("list"), (0, before, String::new()));
}

#[test]
fn a_damaged_replica_is_rebuilt() {
    let stage = ReplicaFixture::new();
    let before = stage.query_all();
    let _held = Archive::open(&stage.archive).unwrap();
    assert_eq!(stage.query_all(), before);
    let [replica] = &stage.replica_folders()[..] else { unreachable!("one replica") };
    let sound = stage.folder.path().join("sound");
    copy_folder(replica, &sound);
    let mut numbers = Rng(5);
    for round in 0..repetitions(400) {
        let read_files: Vec<PathBuf> =
            read_files(replica).into_keys().filter(|file| !file.ends_with("lock")).collect();
        let file = &read_files[numbers.below(read_files.len() as u64) as usize];
        let mut bytes = fs::read(file).unwrap();
        let at = numbers.below(bytes.len() as u64) as usize;
        match round % 3 {
            0 => bytes.truncate(at),
            1 => bytes.clear(),
            _ => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << numbers.below(8)),
        }
        fs::write(file, bytes).unwrap();
        let line = QUERIES[round as usize % QUERIES.len()];
        let (code, out, err) = stage.query(line);
        // An export of all versions is streamed, so it may print lines before it fails.
        if code == 0 || !line.contains("--all-versions") {
            let expected = &before[round as usize % QUERIES.len()].1;
            assert_eq!((code, &out), (0, expected), "{}: {err}", file.display());
        }
        fs::remove_dir_all(replica).unwrap();
        copy_folder(&sound, replica);
    }
    assert!(!stage.archive.join("store.damaged").exists());
}

#[test]
fn a_killed_replica_build_is_completed_by_the_next_process() {
    let stage = ReplicaFixture::new();
    let (_, before, _) = stage.query("list");
    let _held = Archive::open(&stage.archive).unwrap();
    let mut numbers = Rng(3);
    for _ in 0..repetitions(200) {
        let _ = fs::remove_dir_all(&stage.cache);
        let spawn = |_| {
            let mut query_command = stage.query_command(&stage.archive, "list");
            query_command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
        };
        let mut children: Vec<Child> = (0..3).map(spawn).collect();
        thread::sleep(Duration::from_micros(numbers.below(60_000)));
        children[0].kill().unwrap();
        children.remove(0).wait().unwrap();
        for child in children {
            let (code, out, err) = output_text(child.wait_with_output().unwrap());
            assert_eq!((code, &out), (0, &before), "{err}");
        }
    }
}

#[test]
fn without_a_usable_cache_folder_the_replica_is_temporary() {
    let stage = ReplicaFixture::new();
    let (_, before, _) = stage.query("list");
    let _held = Archive::open(&stage.archive).unwrap();
    let (elsewhere, tmp) = (stage.folder.path().join("elsewhere"), stage.folder.path().join("tmp"));
    fs::create_dir(&elsewhere).unwrap();
    fs::create_dir(&tmp).unwrap();
    let cases: [&dyn Fn(); 3] = [
        &|| fs::write(&stage.cache, "a file").unwrap(),
        &|| {
            fs::create_dir(&stage.cache).unwrap();
            symlink(&elsewhere, stage.cache.join("hustings")).unwrap();
        },
        &|| {
            fs::create_dir_all(stage.cache.join("hustings")).unwrap();
            symlink(&elsewhere, stage.cache.join("hustings/replicas")).unwrap();
        },
    ];
    for make in cases {
        let _ = fs::remove_file(&stage.cache);
        let _ = fs::remove_dir_all(&stage.cache);
        make();
        let (code, out, err) = output_text(
            stage.query_command(&stage.archive, "list").env("TMPDIR", &tmp).output().unwrap(),
        );
        assert_eq!((code, &out), (0, &before), "{err}");
        assert!(err.contains("as of import 2"), "{err}");
        for folder in [&elsewhere, &tmp] {
            assert_eq!(fs::read_dir(folder).unwrap().count(), 0, "{}", folder.display());
        }
    }
    // The replica is also temporary if the environment names no cache folder.
    let mut query_command = stage.query_command(&stage.archive, "list");
    query_command.env_remove("XDG_CACHE_HOME").env_remove("HOME").env("TMPDIR", &tmp);
    assert_eq!(output_text(query_command.output().unwrap()).1, before);
    assert_eq!(fs::read_dir(&tmp).unwrap().count(), 0);
    // If others may write to the cache folder, their access is removed.
    fs::remove_dir_all(&stage.cache).unwrap();
    fs::create_dir_all(stage.cache.join("hustings")).unwrap();
    let open = fs::Permissions::from_mode(0o777);
    fs::set_permissions(stage.cache.join("hustings"), open).unwrap();
    stage.query_replica("list", 2);
    assert_eq!(fs::metadata(stage.cache.join("hustings")).unwrap().mode() & 0o777, 0o700);
}

#[test]
fn the_least_recently_used_replica_is_evicted() {
    let stage = ReplicaFixture::new();
    let ask = |number: u32| {
        let archive = stage.folder.path().join(format!("archive-{number}"));
        run(&archive, &["import", "fixtures/commission", "--note", &number.to_string()]);
        let _held = Archive::open(&archive).unwrap();
        assert_eq!(stage.query_archive(&archive, "list").0, 0);
        stage.replica_folders()
    };
    let first = ask(1);
    (2..=8).for_each(|number| drop(ask(number)));
    assert_eq!(ask(1).len(), 8);
    let replicas = ask(9);
    assert!(replicas.len() == 8 && replicas.contains(&first[0]), "{replicas:?}");
}

/// Returns whether the user is root, who may write regardless of modes.
fn is_root() -> bool {
    let file = tempfile::NamedTempFile::new().unwrap();
    file.path().metadata().unwrap().uid() == 0
}

/// Makes a folder read-only. If that is not possible, prints that the test is skipped and returns
/// `None`.
fn make_read_only(folder: &Path) -> Option<ReadOnly> {
    if !is_root() {
        let run =
            |mode: &str| Command::new("chmod").args(["-R", mode]).arg(folder).status().unwrap();
        run("a-w");
        return Some(ReadOnly { folder: folder.to_owned(), is_mounted: false });
    }
    let mount = |words: &[&str]| {
        let mut command = Command::new("mount");
        command.args(words).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let path = folder.to_str().unwrap();
    if !mount(&["--bind", path, path]) {
        println!("skipped: root writes everywhere, and cannot mount");
        return None;
    }
    let read_only = ReadOnly { folder: folder.to_owned(), is_mounted: true };
    assert!(mount(&["-o", "remount,ro,bind", path]));
    Some(read_only)
}

struct ReadOnly {
    folder: PathBuf,
    is_mounted: bool,
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        let mut undo = match self.is_mounted {
            true => Command::new("umount"),
            false => Command::new("chmod"),
        };
        let words: &[&str] = if self.is_mounted { &[] } else { &["-R", "u+w"] };
        undo.args(words).arg(&self.folder).status().unwrap();
    }
}

#[test]
fn an_archive_on_a_read_only_medium_can_be_queried() {
    let stage = ReplicaFixture::new();
    let before = stage.query_all();
    let Some(medium) = make_read_only(&stage.archive) else { return };
    let files_before = read_files(&stage.archive);
    for (line, (_, before)) in QUERIES.iter().zip(&before) {
        assert_eq!(&stage.query_replica(line, 2), before);
    }
    assert!(
        stage.query("list").2.contains("cannot be written; this is the archive as of import 2")
    );
    assert_eq!(stage.query("log").0, 0);
    assert_eq!(stage.query("verify").0, 0);
    assert_eq!(stage.query("remove artsakh/2017").0, 4);
    assert_eq!(read_files(&stage.archive), files_before);
    drop(medium);
    // If the store is damaged or missing, the replica is built from the journal.
    for name in ["damaged", "gone"] {
        match name {
            "damaged" => {
                let database = stage.archive.join("store/db");
                let mut bytes = fs::read(&database).unwrap();
                bytes.iter_mut().skip(1000).for_each(|byte| *byte = !*byte);
                fs::write(&database, bytes).unwrap();
            }
            _ => fs::remove_dir_all(stage.archive.join("store")).unwrap(),
        }
        fs::remove_dir_all(&stage.cache).unwrap();
        let _medium = make_read_only(&stage.archive).unwrap();
        assert_eq!(stage.query_all(), before, "{name}");
    }
}
