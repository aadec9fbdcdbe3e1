//! Texts in memory are imported like the files of a folder.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;

use common::archive_content;
use hustings::archive::{Filter, ImportOptions, ImportReport};
use hustings::formats::Mapping;
use hustings::{Archive, Error};

type Texts = Vec<(String, String)>;

/// The texts of a folder of fixtures, each with the name that an import of the folder gives it.
fn texts(folder: &str) -> Texts {
    let mut texts: Texts = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.display().to_string(), fs::read_to_string(&path).unwrap()))
        .collect();
    texts.sort();
    texts
}

fn new_archive() -> (tempfile::TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path().join("archive")).unwrap();
    (folder, archive)
}

fn import(archive: &Archive, texts: Texts) -> ImportReport {
    archive.import_texts(texts, &ImportOptions::default()).unwrap()
}

fn text(title: &str) -> (String, String) {
    ("memory".to_owned(), format!("= {title} =\n\nInfobox\n- Turnout: 71.5%\n"))
}

/// Removes the times of the imports from the content of an archive.
fn without_times(archive_content: Vec<String>) -> Vec<String> {
    let cut = |answer: String| {
        let mut parts = answer.split("recorded: \"");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |all, part| all + part.split_once('"').unwrap().1)
    };
    // The first answer is the list of imports. Their digests depend on the time, so it is left out.
    archive_content.into_iter().skip(1).map(cut).collect()
}

#[test]
fn imported_texts_give_the_same_archive_as_files() {
    for folder in ["fixtures/articles", "fixtures/commission", "fixtures/wikitext"] {
        let (_first, from_files) = new_archive();
        let (_second, from_texts) = new_archive();
        let of_files = from_files.import([folder]).unwrap();
        let of_texts = import(&from_texts, texts(folder));
        assert!(of_files.added > 0, "{folder}");
        assert_eq!(of_files, of_texts);
        let [files, texts] =
            [&from_files, &from_texts].map(|one| without_times(archive_content(one).unwrap()));
        assert_eq!(files, texts);
    }
}

#[test]
fn known_texts_are_unchanged_and_new_texts_are_versions() {
    let (_folder, archive) = new_archive();
    let first = import(&archive, texts("fixtures/articles"));
    let again = import(&archive, texts("fixtures/articles"));
    assert_eq!((again.added, again.unchanged), (0, first.added));
    assert!(again.imports.is_empty());
    let address = "nagorno-karabakh/2012";
    let changed = archive.source(address).unwrap().replace("73.53%", "73.54%");
    let report = import(&archive, vec![("correction".to_owned(), changed.clone())]);
    assert_eq!((report.imports, report.added), (vec![2], 1));
    let record = archive.get(address).unwrap();
    assert_eq!((record.version.number, record.version.source.as_str()), (2, "correction"));
    assert_eq!(archive.source(address).unwrap(), changed);
}

#[test]
fn texts_of_the_same_name_are_one_source_in_order() {
    let (_folder, archive) = new_archive();
    let edition = |turnout: &str| {
        let (name, text) = text("1824 Ruritanian general election");
        (name, text.replace("71.5", turnout))
    };
    let editions = || vec![edition("71.5"), edition("70.1"), edition("71.5")];
    let first = import(&archive, editions());
    let again = import(&archive, editions());
    assert_eq!((first.added, again.added, again.unchanged), (3, 0, 3));
    let shorter = import(&archive, vec![edition("71.5"), edition("70.1")]);
    assert_eq!((shorter.added, shorter.unchanged), (1, 1));
}

#[test]
fn an_unreadable_text_is_reported_and_stops_only_a_strict_import() {
    let (_folder, archive) = new_archive();
    let bad = [("empty", " \n"), ("binary", "= 1\0 ="), ("prose", "Nothing of use.")];
    let bad = bad.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let given = || bad.iter().cloned().chain([text("1824 Ruritanian general election")]);
    let strict = ImportOptions::default().strict(true);
    match archive.import_texts(given(), &strict) {
        Err(Error::StrictParseErrors(unread)) => assert_eq!(unread.len(), 3),
        other => panic!("{other:?}"),
    }
    assert!(archive.list(&Filter::default()).unwrap().is_empty());
    let report = import(&archive, given().collect());
    let named: Vec<&str> = report.errors.iter().map(|unread| unread.source.as_str()).collect();
    assert_eq!(named, ["empty", "binary", "prose"]);
    assert_eq!(report.added, 1);
}

#[test]
fn a_dry_run_and_an_empty_import_add_nothing() {
    let (_folder, archive) = new_archive();
    let dry = ImportOptions::default().dry_run(true);
    let given = [text("1824 Ruritanian general election")];
    let report = archive.import_texts(given, &dry).unwrap();
    assert_eq!((report.added, report.imports.len()), (1, 0));
    assert_eq!(import(&archive, Vec::new()), ImportReport::default());
    assert!(archive.imports().unwrap().is_empty());
}

/// A text in memory may have the name of a file, but other files in the folder of that file are not
/// read.
#[test]
fn a_table_in_memory_cannot_be_joined_to_files() {
    let (_folder, archive) = new_archive();
    let folder = "fixtures/lineage";
    let mapping = Some(Mapping::load(&format!("{folder}/mapping.toml")).unwrap());
    let options = ImportOptions::default().mapping(mapping);
    let name = format!("{folder}/results.csv");
    let given = [(name.clone(), fs::read_to_string(&name).unwrap())];
    let report = archive.import_texts(given, &options).unwrap();
    assert_eq!(report.lineages.countries, 0);
    let told = report.errors.first().unwrap().to_string();
    assert!(told.contains("a table of parties beside it, 'parties.csv'"), "{told}");
}
