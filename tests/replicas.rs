//! Queries to an archive that another process holds: a replica answers them, and nothing is written
//! into the archive.
#![cfg(all(unix, feature = "cli"))]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use common::readers::{QUERIES, ReplicaFixture, output_text};
use common::{copy_folder, hustings, incompressible_letters, read_files, run};
use hustings::archive::{ImportOptions, TerritoryAlias};
use hustings::{Archive, Error};

/// Waits until a condition holds.
fn wait_until(mut is_so: impl FnMut() -> bool) {
    while !is_so() {
        thread::sleep(Duration::from_millis(5));
    }
}

/// Starts an import that has written frames of the journal and waits for more input.
fn spawn_long_import(stage: &ReplicaFixture) -> Child {
    let large = stage.folder.path().join("large.jsonl");
    let line = |election| {
        let name = incompressible_letters(election, 20_000);
        format!("{{\"title\":\"19{election:02} Ruritanian vote\",\"name\":\"{name}\"}}\n")
    };
    fs::write(&large, (10..60).map(line).collect::<String>()).unwrap();
    let journal = stage.archive.join("journal/000001.jsonl.zst");
    let before = fs::metadata(&journal).unwrap().len();
    let words = ["import", large.to_str().unwrap(), "-"];
    let mut import = hustings(&stage.archive, &words);
    let import = import.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    wait_until(|| fs::metadata(&journal).unwrap().len() > before);
    import
}

#[test]
fn every_query_is_answered_during_a_long_import() {
    let stage = ReplicaFixture::new();
    let before = stage.query_all();
    let failed = before.iter().find(|(code, out)| *code != 0 || out.is_empty());
    assert_eq!((failed, stage.replica_folders()), (None, vec![]));
    let mut import = spawn_long_import(&stage);
    let who = format!("is in use by process {} since 20", import.id());
    for (line, (_, before)) in QUERIES.iter().zip(&before) {
        let (code, out, err) = stage.query(line);
        assert_eq!((code, &out), (0, before), "{line}: {err}");
        assert!(err.contains(&who) && err.contains("as of import 2 (20"), "{line}: {err}");
        let (code, out, err) = stage.query(&format!("-q {line}"));
        assert!(code == 0 && before.starts_with(&out) && err.is_empty(), "{line}: {err}");
    }
    // Commands that need only the journal take no lock and build no replica.
    let (code, out, err) = stage.query("log");
    assert_eq!((code, out.lines().count(), err.as_str()), (0, 3, ""), "{out}");
    let (code, out, err) = stage.query("verify");
    assert!(code == 0 && out.contains("2 imports"), "{out}{err}");
    assert!(err.contains("the store, in use by process ") && err.contains("was not verified"));
    // A command that writes reports which process holds the archive.
    let (code, _, err) = stage.query("remove artsakh/2017");
    assert!(code == 4 && err.contains(&who) && err.contains("--wait waits for it"), "{err}");

    let mut stdin = import.stdin.take().unwrap();
    stdin.write_all(b"{\"title\":\"1999 Ruritanian vote\"}\n").unwrap();
    drop(stdin);
    assert!(import.wait().unwrap().success());
    let (_, out, err) = stage.query("list --format csv");
    assert!(out.contains("1999 Ruritanian vote") && err.is_empty(), "{err}");
    // The replica catches up when it is needed again.
    let _held = Archive::open(&stage.archive).unwrap();
    assert_eq!(stage.query_replica("list --format csv", 3), out);
    assert_eq!(stage.replica_folders().len(), 1);
}

#[test]
fn twenty_processes_query_at_once() {
    let stage = ReplicaFixture::new();
    let (_, before, _) = stage.query("list");
    let _held = Archive::open(&stage.archive).unwrap();
    assert_eq!(stage.query_replica("list", 2), before);
    let [replica] = &stage.replica_folders()[..] else { panic!("{:?}", stage.replica_folders()) };
    fs::write(replica.join("store/mark"), "").unwrap();
    let ask = |_| {
        let mut query_command = stage.query_command(&stage.archive, "list");
        query_command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<Child> = (0..20).map(ask).collect();
    for child in children {
        let (code, out, err) = output_text(child.wait_with_output().unwrap());
        assert_eq!((code, &out), (0, &before), "{err}");
    }
    // Additional replicas are copies.
    let replica_folders = stage.replica_folders().into_iter();
    let mut built = replica_folders.filter(|replica| replica.join("replica.json").exists());
    assert!(built.all(|replica| replica.join("store/mark").exists()));
}

#[test]
fn concurrent_readers_have_separate_replicas() {
    let stage = ReplicaFixture::new();
    let (_, before, _) = stage.query("list");
    let _held = Archive::open(&stage.archive).unwrap();
    let read =
        || Archive::options().read_only().cache_folder(&stage.cache).open(&stage.archive).unwrap();
    let readers: Vec<Archive> = (0..2).map(|_| read()).collect();
    let folder = |reader: &Archive| reader.replica().unwrap().folder.clone();
    assert_ne!(folder(&readers[0]), folder(&readers[1]));
    assert!(readers.iter().all(|reader| folder(reader).starts_with(&stage.cache)));
    assert_eq!(stage.query_replica("list", 2), before);
}

/// Sets the time at which a replica last had the complete journal.
fn set_caught_up(state: &Path, seconds: u64) {
    let mut told: serde_json::Value = serde_json::from_slice(&fs::read(state).unwrap()).unwrap();
    told["last_complete"] = seconds.into();
    fs::write(state, told.to_string()).unwrap();
}

#[test]
fn a_replica_may_lag_by_seconds_and_reports_it() {
    let stage = ReplicaFixture::new();
    let held = Archive::open(&stage.archive).unwrap();
    let import = |text: &str, title: &str| {
        let line = format!("{{\"title\":\"{title}\",\"name\":\"{text}\"}}\n");
        held.import_texts([(format!("{title}.jsonl"), line)], &ImportOptions::default()).unwrap();
    };
    // Returns whether the replica has a title, how many imports it lags, and its folder.
    let ask = |title: &str| {
        let read = Archive::options().read_only().cache_folder(&stage.cache);
        let reader = read.open(&stage.archive).unwrap();
        let replica = reader.replica().unwrap();
        let (folder, left_out) = (replica.folder.clone(), replica.lag);
        assert_eq!(reader.notices()[0].contains("not included yet"), left_out > 0);
        (reader.get(title).is_ok(), left_out, folder)
    };
    import("small", "1901 Ruritanian vote");
    let (found, left_out, folder) = ask("1901 Ruritanian vote");
    assert_eq!((found, left_out), (true, 0));
    let (state, store) = (folder.join("replica.json"), folder.join("store"));
    let now = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    import("small too", "1902 Ruritanian vote");
    set_caught_up(&state, now());
    assert_eq!(ask("1902 Ruritanian vote").1, 0, "what is small is followed at once");
    let before = stage.folder.path().join("before");
    copy_folder(&store, &before);
    import(&incompressible_letters(7, 4_000_000), "1903 Ruritanian vote");
    // On a slow machine, the ten seconds for which a replica may lag can be over.
    let asked = Instant::now();
    set_caught_up(&state, now());
    let (found, left_out, _) = ask("1903 Ruritanian vote");
    let is_late = asked.elapsed() > Duration::from_secs(9);
    assert!((found, left_out) == (false, 1) || is_late && found);
    let (_, _, err) = stage.query("--quiet list");
    assert!(err.contains("1 later import is not included yet") || is_late, "{err}");
    // From here on, as if the ten seconds were over.
    set_caught_up(&state, 0);
    assert_eq!(ask("1903 Ruritanian vote").1, 0);
    assert!(ask("1903 Ruritanian vote").0);
    // After a kill, the store may lack imports that `replica.json` states.
    fs::remove_dir_all(&store).unwrap();
    copy_folder(&before, &store);
    set_caught_up(&state, now());
    assert_eq!(ask("1903 Ruritanian vote").1, 0);
    assert!(ask("1903 Ruritanian vote").0);
}

#[test]
fn a_query_writes_nothing_into_an_archive_with_trailing_bytes() {
    let stage = ReplicaFixture::new();
    let (_, before, _) = stage.query("list");
    let _held = Archive::open(&stage.archive).unwrap();
    let journal = stage.archive.join("journal/000001.jsonl.zst");
    let whole = fs::read(&journal).unwrap();
    let tails = [
        b"half a frame".to_vec(),
        vec![0; 5000],
        // Frames of an import without its end.
        whole[..whole.len() / 4].to_vec(),
        whole.clone(),
        whole[1..].to_vec(),
    ];
    for tail in tails {
        fs::write(&journal, [whole.as_slice(), &tail].concat()).unwrap();
        let files_before = read_files(&stage.archive);
        assert_eq!(stage.query_replica("list", 2), before);
        let (code, _, err) = stage.query("list");
        assert!(code == 0 && !err.contains("damage"), "{err}");
        assert_eq!(read_files(&stage.archive), files_before);
    }
}

#[test]
fn damage_after_the_position_of_a_replica_is_reported() {
    let stage = ReplicaFixture::new();
    let journal = stage.archive.join("journal/000001.jsonl.zst");
    let (_, before, _) = stage.query("list");
    let end = fs::metadata(&journal).unwrap().len() as usize;
    stage.import("editions");
    stage.import("wikitext");
    let _held = Archive::open(&stage.archive).unwrap();
    let mut bytes = fs::read(&journal).unwrap();
    bytes[end + 50] ^= 1;
    fs::write(&journal, &bytes).unwrap();
    for line in ["list", "-q list"] {
        let (code, out, err) = stage.query(line);
        assert_eq!((code, &out), (0, &before), "{err}");
        assert!(err.contains("as of import 2 (") && err.contains("later imports are damaged: "));
    }
    let (code, out, err) = stage.query("verify");
    assert!(code == 4 && out.contains(", byte "), "{out}{err}");
    assert_eq!(stage.query("log").0, 4);
    // If the first import is damaged too and there is no replica, the query fails.
    bytes[50] ^= 1;
    fs::write(&journal, &bytes).unwrap();
    fs::remove_dir_all(&stage.cache).unwrap();
    let (code, out, err) = stage.query("list");
    assert!(code == 4 && out.is_empty() && err.contains("'hustings verify' lists"), "{err}");
}

#[test]
fn queries_after_a_repair_match_the_repaired_archive() {
    let stage = ReplicaFixture::new();
    let journal = stage.archive.join("journal/000001.jsonl.zst");
    let end = fs::metadata(&journal).unwrap().len() as usize;
    stage.import("editions");
    stage.import("wikitext");
    let held = Archive::open(&stage.archive).unwrap();
    stage.query_replica("list", 4);
    drop(held);
    let mut bytes = fs::read(&journal).unwrap();
    bytes[end + 50] ^= 1;
    fs::write(&journal, bytes).unwrap();
    assert_eq!(run(&stage.archive, &["rebuild"]).0, 4);
    let repaired = stage.query_all();
    let _held = Archive::open(&stage.archive).unwrap();
    for (line, (code, before)) in QUERIES.iter().zip(&repaired) {
        let (found, out, err) = stage.query(line);
        assert_eq!((found, &out), (*code, before), "{line}: {err}");
    }
}

#[test]
fn archives_with_a_common_beginning_do_not_share_a_replica() {
    let stage = ReplicaFixture::new();
    let other = stage.folder.path().join("other");
    stage.query(&format!("backup {}", other.display()));
    stage.import("editions");
    run(&other, &["remove", "artsakh/2017"]);
    let expected = [&stage.archive, &other].map(|archive| stage.query_archive(archive, "list").1);
    assert_ne!(expected[0], expected[1]);
    let _held = [&stage.archive, &other].map(|archive| Archive::open(archive).unwrap());
    for _ in 0..3 {
        for (archive, expected) in [&stage.archive, &other].into_iter().zip(&expected) {
            let (code, out, err) = stage.query_archive(archive, "list");
            assert_eq!((code, &out), (0, expected), "{err}");
        }
    }
    // Each archive has its own replica.
    assert_eq!(stage.replica_folders().len(), 2);
}

#[test]
fn an_archive_without_imports_is_empty_and_a_missing_archive_is_an_error() {
    let stage = ReplicaFixture::new();
    let empty = stage.folder.path().join("empty");
    let _held = Archive::create(&empty).unwrap();
    let (code, out, err) = stage.query_archive(&empty, "list");
    assert!(
        code == 0 && !out.contains("vote") && err.contains("as of import 0;")
            || err.contains("as of import 0\n"),
        "{err}"
    );
    let (code, _, err) = stage.query_archive(&stage.folder.path().join("none"), "list");
    assert!(code == 4 && err.contains("there is no archive at"), "{err}");
    assert_eq!(stage.replica_folders(), Vec::<PathBuf>::new());
}

#[test]
fn an_archive_opened_read_only_refuses_changes() {
    let stage = ReplicaFixture::new();
    let open =
        || Archive::options().read_only().cache_folder(&stage.cache).open(&stage.archive).unwrap();
    let own = open();
    assert!(own.replica().is_none() && own.notices().is_empty());
    let replica = open();
    assert_eq!(replica.replica().unwrap().import, 2);
    for archive in [own, replica] {
        let refused = |done: hustings::Result<()>| {
            assert!(matches!(done, Err(Error::ReadOnly(path)) if path == stage.archive));
        };
        let address = "artsakh/2017";
        let name = TerritoryAlias {
            name: "Artsakh".to_owned(),
            alias: "Republic of Artsakh".to_owned(),
            from: None,
            until: None,
        };
        refused(archive.import(["fixtures/dumps"]).map(drop));
        refused(archive.add_alias(address, "Another title", None).map(drop));
        refused(archive.add_territory_alias(name, None).map(drop));
        refused(archive.remove(address, None).map(drop));
        refused(archive.revert("artsakh/2020@1", None).map(drop));
        refused(archive.rebuild(|_| ()).map(drop));
        assert_eq!(archive.imports().unwrap().len(), 2);
        archive.close().unwrap();
    }
    let rebuilt = Archive::options().read_only().rebuild(&stage.archive);
    assert!(matches!(rebuilt, Err(Error::ReadOnly(_))));
}
