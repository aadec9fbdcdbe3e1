//! Erasing source texts: what remains of a version, in every copy that hustings can reach, and after
//! every interruption.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use common::disks::{FailingRange, HookedDisk};
use common::{copy_folder, read_files};
use hustings::analysis::changes::{ArchiveState, ChangeOptions, changes};
use hustings::archive::{EraseOptions, Filter, ImportOptions};
use hustings::evidence::{ProofOptions, prove};
use hustings::model::{Address, VersionSelector};
use hustings::{Archive, Error, ErrorKind};

const ARTICLE: &str = "nagorno-karabakh/2007@1";
const COMMISSION: &str = "nagorno-karabakh/2007@2";

/// A name that only one version has.
const SECRET: &str = "Quirinus Zeisig";

fn options() -> EraseOptions {
    EraseOptions::new("takedown request 17")
}

/// A text of JSON lines about an election, in which a person stands.
fn text_of(year: u32, name: &str, votes: u64) -> (String, String) {
    let line = format!(
        r#"{{"title":"{year} Ruritanian presidential election","country":"Ruritania","year":{year},"contests":[{{"contenders":[{{"people":[{{"name":"{name}"}}],"tallies":[{{"votes":{votes}}}]}}]}}]}}"#
    );
    ("returns.jsonl".to_owned(), line + "\n")
}

fn import(archive: &Archive, year: u32, name: &str, votes: u64) {
    let report = archive.import_texts([text_of(year, name, votes)], &ImportOptions::default());
    assert_eq!(report.unwrap().added, 1);
}

/// An archive in which version 2 of one election has the secret.
fn archive_with_secret(path: &Path) -> Archive {
    let archive = Archive::create(path).unwrap();
    archive.import(["fixtures/articles"]).unwrap();
    import(&archive, 1824, "Anna Alba", 5);
    import(&archive, 1824, SECRET, 6);
    import(&archive, 1828, "Bruno Berg", 7);
    archive
}

/// Every line of a journal, decompressed.
fn journal_text(archive: &Path) -> String {
    let mut text = String::new();
    for (path, bytes) in read_files(&archive.join("journal")) {
        if path.extension().is_some_and(|ending| ending == "zst") {
            text += &String::from_utf8(zstd_frames(&bytes)).unwrap();
        }
    }
    text
}

fn zstd_frames(bytes: &[u8]) -> Vec<u8> {
    zstd::decode_all(bytes).unwrap()
}

fn problems(path: &Path) -> Vec<String> {
    let problems = Archive::options().verify_records(path).unwrap().problems;
    problems.into_iter().map(|problem| format!("{}: {}", problem.place, problem.problem)).collect()
}

/// Checks that the secret is gone, and that everything else is as it was.
fn assert_erased(path: &Path, expected_imports: &[hustings::archive::ImportInfo]) {
    assert!(!journal_text(path).contains(SECRET), "{}", path.display());
    assert_eq!(problems(path), [""; 0]);
    let archive = Archive::open(path).unwrap();
    let imports = archive.imports().unwrap();
    assert_eq!(imports[..expected_imports.len()], *expected_imports);
    let erased = archive.get("ruritania/1824@2").unwrap_err();
    assert!(matches!(&erased, Error::Erased { reason, .. } if reason == "takedown request 17"));
    assert_eq!(erased.kind(), ErrorKind::NotFound);
    assert_eq!(archive.get("ruritania/1824").unwrap().version.number, 1);
    assert!(archive.source("ruritania/1824@1").unwrap().contains("Anna Alba"));
    assert!(archive.source("ruritania/1828").unwrap().contains("Bruno Berg"));
    let mut exported = Vec::new();
    hustings::export::write_versions(&mut exported, &archive, None).unwrap();
    assert!(!String::from_utf8(exported).unwrap().contains(SECRET));
}

#[test]
fn an_erased_version_keeps_its_number_and_its_digest() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive");
    let archive = archive_with_secret(&path);
    let imports = archive.imports().unwrap();
    let digest = blake3::hash(archive.source("ruritania/1824@2").unwrap().as_bytes()).to_hex();
    let dry = archive.erase(["ruritania/1824@2"], &options().dry_run(true)).unwrap();
    assert_eq!((dry.import, archive.get("ruritania/1824").unwrap().version.number), (None, 2));
    let report = archive.erase(["ruritania/1824@2"], &options().note("by hand")).unwrap();
    assert_eq!(report.erased, dry.erased);
    assert_eq!((report.import, report.erased.len()), (Some(5), 1));
    let erased = &report.erased[0];
    assert_eq!((erased.digest.as_str(), erased.current), (digest.as_str(), Some(1)));
    assert!(erased.was_current);
    // The same process answers, and so does the next.
    let versions = archive.versions("ruritania/1824").unwrap();
    let erasure = versions[1].erased.clone().unwrap();
    assert_eq!((erasure.import, erasure.digest.as_str()), (5, digest.as_str()));
    assert!(!versions[1].removed && versions[0].erased.is_none());
    import(&archive, 1832, "Clara Clemm", 8);
    drop(archive);
    assert_erased(&path, &imports);
    Archive::options().rebuild(&path).unwrap();
    assert_erased(&path, &imports);
    let archive = Archive::open(&path).unwrap();
    for refused in [
        archive.erase(["ruritania/1824@2"], &options()),
        archive.erase(["ruritania/1824"], &options()),
        archive.erase(["ruritania/1824@1"], &EraseOptions::new(" ")),
        archive.erase([""; 0], &options()),
    ] {
        let kind = refused.unwrap_err().kind();
        assert!(matches!(kind, ErrorKind::NotFound | ErrorKind::InvalidRequest), "{kind:?}");
    }
    assert!(archive.revert("ruritania/1824@2", None).is_err());
    assert_eq!(archive.imports().unwrap().len(), 6);
}

#[test]
fn an_election_without_another_version_has_no_record() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive");
    let archive = archive_with_secret(&path);
    let report = archive.erase(["ruritania/1828@1"], &options()).unwrap();
    assert_eq!(report.erased[0].current, None);
    for address in ["ruritania/1828", "ruritania/1828@1", "1828 Ruritanian presidential election@1"]
    {
        let error = archive.get(address).unwrap_err();
        assert!(matches!(error, Error::Erased { .. }), "{address}: {error}");
    }
    let list = archive.list(&Filter::default().country("Ruritania")).unwrap();
    assert_eq!(list.len(), 1);
    assert_eq!(archive.versions("ruritania/1828").unwrap().len(), 1);
    assert!(archive.source_versions("ruritania/1828").unwrap().is_empty());
    // The election can be removed, merged and split, and can have a record again.
    archive.merge("ruritania/1824", "1828 Ruritanian presidential election", None).unwrap();
    assert_eq!(archive.get("ruritania/1824").unwrap().version.number, 2);
    assert!(matches!(archive.get("ruritania/1824@3"), Err(Error::Erased { .. })));
    archive.split("ruritania/1824@3", None).unwrap();
    assert!(matches!(archive.get("ruritania/1828"), Err(Error::Erased { .. })));
    assert_eq!(problems_of(&archive), [""; 0]);
    import(&archive, 1828, "Bruno Berg", 9);
    assert_eq!(archive.get("ruritania/1828").unwrap().version.number, 2);
    archive.erase(["ruritania/1828@2"], &options()).unwrap();
    assert!(matches!(archive.get("ruritania/1828"), Err(Error::Erased { .. })));
    drop(archive);
    assert_eq!(problems(&path), [""; 0]);
}

/// The findings about the store itself.
fn problems_of(archive: &Archive) -> Vec<String> {
    let results = hustings::check::check(archive).unwrap();
    let store = results.into_iter().filter(|finding| finding.rule.to_string().contains("store"));
    store.map(|finding| format!("{finding:?}")).collect()
}

#[test]
fn the_same_text_elsewhere_is_reported_or_erased_too() {
    let folder = tempfile::tempdir().unwrap();
    let archive = archive_with_secret(folder.path());
    import(&archive, 1824, "Anna Alba", 7);
    archive.revert("ruritania/1824@2", None).unwrap();
    let report = archive.erase(["ruritania/1824@2"], &options().dry_run(true)).unwrap();
    let [same] = &report.same_text[..] else { panic!("{report:?}") };
    assert_eq!((same.address.as_str(), same.import), ("ruritania/1824@4", 6));
    let report = archive.erase(["ruritania/1824@2"], &options().same_text(true)).unwrap();
    assert_eq!((report.erased.len(), report.same_text.len()), (2, 0));
    assert_eq!(report.erased[1].current, Some(3));
    assert_eq!(archive.get("ruritania/1824").unwrap().version.number, 3);
    assert!(!journal_text(folder.path()).contains(SECRET));
}

#[test]
fn an_erased_text_is_refused_until_it_is_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let archive = archive_with_secret(folder.path());
    archive.erase(["ruritania/1824@2"], &options()).unwrap();
    let text = text_of(1824, SECRET, 6);
    let report = archive.import_texts([text.clone()], &ImportOptions::default()).unwrap();
    assert_eq!((report.added, report.unchanged, report.errors.len()), (0, 0, 1));
    let error = report.errors.lines().collect::<Vec<_>>().join("\n");
    assert!(error.contains("takedown request 17") && !error.contains(SECRET), "{error}");
    let strict = ImportOptions::default().strict(true);
    assert!(archive.import_texts([text.clone()], &strict).is_err());
    let allowed = ImportOptions::default().allow_erased(true);
    assert_eq!(archive.import_texts([text], &allowed).unwrap().added, 1);
    assert_eq!(archive.get("ruritania/1824").unwrap().version.number, 3);
}

#[test]
fn revisions_lose_their_editors_and_comments() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path()).unwrap();
    archive.import(["fixtures/dumps"]).unwrap();
    let records = archive.list(&Filter::default()).unwrap();
    let has_editor = |version: &hustings::archive::VersionInfo| {
        version.revision.as_ref().is_some_and(|revision| revision.contributor.is_some())
    };
    let record = records.into_iter().find(|record| has_editor(&record.version)).unwrap();
    let revision = record.version.revision.unwrap();
    let address = Address::title(&record.election.title)
        .with_version(VersionSelector::Version(record.version.number));
    archive.erase([&address], &options()).unwrap();
    let versions = archive.versions(Address::title(&record.election.title)).unwrap();
    let left = versions[record.version.number as usize - 1].revision.clone().unwrap();
    assert_eq!((left.id, left.contributor, left.comment), (revision.id, None, None));
    assert_eq!(versions.len(), record.versions as usize);
    drop(archive);
    assert_eq!(problems(folder.path()), [""; 0]);
}

#[test]
fn proofs_made_before_an_erasure_still_hold() {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path()).unwrap();
    archive.import(["fixtures/articles", "fixtures/commission"]).unwrap();
    let proof = || {
        let options = ProofOptions::default();
        prove(&archive, "nagorno-karabakh/2012", "turnout", &options).unwrap()
    };
    let before = proof();
    archive.erase([ARTICLE], &options()).unwrap();
    let after = proof();
    // The digests of the lines of the import are the same, whatever was erased.
    assert_eq!(before.digests.import, after.digests.import);
    assert_eq!(before.digests.line, after.digests.line);
    assert_eq!(after.digests.later_imports.len(), 1);
    assert_eq!(archive.get("nagorno-karabakh/2007").unwrap().version.number, 2);
    assert!(matches!(archive.get(ARTICLE), Err(Error::Erased { .. })));
    assert!(archive.get(COMMISSION).is_ok());
}

#[test]
fn changes_list_an_erasure() {
    let folder = tempfile::tempdir().unwrap();
    let archive = archive_with_secret(folder.path());
    archive.erase(["ruritania/1824@2", "ruritania/1828@1"], &options()).unwrap();
    let (from, to) = (ArchiveState::Import(4), ArchiveState::Import(5));
    let snapshot = archive.snapshot();
    let found = changes(&snapshot, &ChangeOptions::default().from(from).to(to)).unwrap();
    let counts = found.counts().unwrap();
    assert_eq!((counts.elections, counts.erased), (2, 2));
    assert_eq!(found.iter().collect::<hustings::Result<Vec<_>>>().unwrap().len(), 2);
}

#[test]
fn earlier_moments_and_their_stores_lose_the_text() {
    let folder = tempfile::tempdir().unwrap();
    let (path, cache) = (folder.path().join("archive"), folder.path().join("cache"));
    fs::create_dir(&cache).unwrap();
    drop(archive_with_secret(&path));
    let open = || Archive::options().cache_folder(&cache).open(&path).unwrap();
    let archive = open();
    let past = |import| archive.as_of(VersionSelector::Import(import)).unwrap();
    let store_of = |archive: &Archive| archive.replica().unwrap().folder.join("store");
    // One store is in use during the erasure, and one is not.
    let held = past(3);
    assert_eq!(held.get("ruritania/1824").unwrap().version.number, 2);
    assert!(past(2).get("ruritania/1824@2").is_err());
    let (held_store, free_store) = (store_of(&held), store_of(&past(2)));
    let report = archive.erase(["ruritania/1824@2"], &options()).unwrap();
    assert_eq!(report.replicas_in_use, 1);
    assert!(held_store.exists() && !free_store.exists());
    drop(held);
    let later = past(3);
    assert!(matches!(later.get("ruritania/1824@2"), Err(Error::Erased { .. })));
    assert_eq!(later.get("ruritania/1824").unwrap().version.number, 1);
    assert!(later.source("ruritania/1824").unwrap().contains("Anna Alba"));
}

#[test]
fn a_replica_from_before_is_rebuilt() {
    let folder = tempfile::tempdir().unwrap();
    let (path, cache) = (folder.path().join("archive"), folder.path().join("cache"));
    fs::create_dir(&cache).unwrap();
    let archive = archive_with_secret(&path);
    let read = || Archive::options().read_only().cache_folder(&cache).open(&path).unwrap();
    let reader = read();
    assert!(reader.replica().is_some());
    assert!(reader.source("ruritania/1824@2").unwrap().contains(SECRET));
    archive.erase(["ruritania/1824@2"], &options()).unwrap();
    drop(reader);
    let reader = read();
    assert!(reader.replica().is_some());
    assert!(matches!(reader.get("ruritania/1824"), Ok(record) if record.version.number == 1));
    assert!(matches!(reader.get("ruritania/1824@2"), Err(Error::Erased { .. })));
}

#[test]
fn backups_and_exports_are_erased_when_they_are_renewed() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let archive = archive_with_secret(&path("archive"));
    let backup = |to: &PathBuf| Archive::options().backup(path("archive"), to).unwrap();
    let (copy, file) = (path("copy"), path("copy.jsonl.zst"));
    backup(&copy);
    backup(&file);
    // The folder has a store, because it was opened.
    assert!(Archive::open(&copy).unwrap().get("ruritania/1824@2").is_ok());
    archive.erase(["ruritania/1824@2"], &options()).unwrap();
    let imports = archive.imports().unwrap();
    assert!(journal_text(&copy).contains(SECRET));
    backup(&copy);
    assert_erased(&copy, &imports);
    backup(&file);
    let restored = path("restored");
    Archive::options().restore(&file, &restored).unwrap();
    assert_erased(&restored, &imports);
    let mut lines = Vec::new();
    hustings::export::write_versions(&mut lines, &archive, None).unwrap();
    let from_export = path("from-export");
    let restore = |mut lines: &[u8], to: &Path| {
        Archive::options().restore_from(&mut lines, Path::new("export"), to)
    };
    restore(&lines, &from_export).unwrap();
    assert_erased(&from_export, &imports);
    let again = Archive::open(&from_export).unwrap();
    let mut exported_again = Vec::new();
    hustings::export::write_versions(&mut exported_again, &again, None).unwrap();
    assert_eq!(lines, exported_again);
    // Without the import that ordered the erasure, a text is dropped unseen.
    let text = String::from_utf8(lines).unwrap();
    let truncated = &text[..text.find("{\"erasure\":").unwrap()];
    restore(truncated.as_bytes(), &path("dropped")).unwrap();
    let found = problems(&path("dropped"));
    assert!(found.len() == 1 && found[0].contains("no import records its erasure"), "{found:?}");
}

#[test]
fn an_interrupted_erasure_is_not_begun_or_is_completed() {
    let folder = tempfile::tempdir().unwrap();
    let original = folder.path().join("original");
    let imports = archive_with_secret(&original).imports().unwrap();
    let (mut before, mut after) = (0, 0);
    for number in 0.. {
        let path = folder.path().join(format!("archive-{number}"));
        copy_folder(&original, &path);
        let hook = Arc::new(FailingRange::default());
        let disk = Arc::new(HookedDisk(Arc::clone(&hook)));
        let archive = Archive::options().disk(disk).open(&path).unwrap();
        // Like a process that is killed: no operation succeeds from here on.
        hook.fail(number..usize::MAX);
        let erased = archive.erase(["ruritania/1824@2"], &options());
        drop(archive);
        let archive = Archive::open(&path).unwrap();
        let is_recorded = archive.imports().unwrap().len() > imports.len();
        assert!(is_recorded || erased.is_err());
        if is_recorded {
            drop(archive);
            assert_erased(&path, &imports);
            assert!(!path.join("store.erased").exists());
            after += 1;
        } else {
            assert!(archive.source("ruritania/1824@2").unwrap().contains(SECRET));
            drop(archive);
            assert_eq!(problems(&path), [""; 0]);
            before += 1;
        }
        if erased.is_ok() {
            break;
        }
    }
    assert!(before > 3 && after > 10, "{before} {after}");
}

#[test]
fn an_import_of_format_1_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive");
    let Some(old) = format_1_archive() else { return };
    copy_folder(&old, &path);
    let archive = Archive::open(&path).unwrap();
    let record = archive.list(&Filter::default()).unwrap().remove(0);
    let address = format!("{}@1", record.address);
    let error = archive.erase([&*address], &options()).unwrap_err();
    assert!(error.to_string().contains("has format 1"), "{error}");
    assert!(archive.get(&*address).is_ok());
}

fn format_1_archive() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/archives");
    let mut found = walkdir::WalkDir::new(folder).into_iter().flatten().filter(|entry| {
        entry.file_name() == "FORMAT"
            && fs::read_to_string(entry.path()).is_ok_and(|text| text.trim().ends_with("format 1"))
    });
    found.next().and_then(|entry| entry.path().parent().map(Path::to_owned))
}
