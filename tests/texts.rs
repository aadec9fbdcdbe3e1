//! Texts in memory are imported as the files of a folder are.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;

use common::answers;
use hustings::archive::{Filter, ImportOptions, ImportReport};
use hustings::formats::Mapping;
use hustings::{Archive, Error};

type Texts = Vec<(String, String)>;

/// The files of a folder of fixtures, with the names that an import of it gives them.
fn texts(folder: &str) -> Texts {
    let mut texts: Texts = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.display().to_string(), fs::read_to_string(&path).unwrap()))
        .collect();
    texts.sort();
    texts
}

fn archive() -> (tempfile::TempDir, Archive) {
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

/// Without the time at which they were imported.
fn timeless(answers: Vec<String>) -> Vec<String> {
    let cut = |answer: String| {
        let mut parts = answer.split("recorded: \"");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |all, part| all + part.split_once('"').unwrap().1)
    };
    // The imports, which come first, have digests that depend on the time.
    answers.into_iter().skip(1).map(cut).collect()
}

#[test]
fn texts_come_to_the_same_as_the_files_of_a_folder() {
    for folder in ["fixtures/articles", "fixtures/commission", "fixtures/wikitext"] {
        let (_first, from_files) = archive();
        let (_second, from_texts) = archive();
        let of_files = from_files.import(&[folder.into()], &ImportOptions::default()).unwrap();
        let of_texts = import(&from_texts, texts(folder));
        assert!(of_files.added > 0, "{folder}");
        assert_eq!(of_files, of_texts);
        let [files, texts] = [&from_files, &from_texts].map(|one| timeless(answers(one).unwrap()));
        assert_eq!(files, texts);
    }
}

#[test]
fn what_the_archive_has_is_unchanged_and_what_is_new_is_a_version() {
    let (_folder, archive) = archive();
    let first = import(&archive, texts("fixtures/articles"));
    let again = import(&archive, texts("fixtures/articles"));
    assert_eq!((again.added, again.unchanged), (0, first.added));
    assert!(again.imports.is_empty());
    let address = "nagorno-karabakh/2012".parse().unwrap();
    let changed = archive.source(&address).unwrap().replace("73.53%", "73.54%");
    let report = import(&archive, vec![("correction".to_owned(), changed.clone())]);
    assert_eq!((report.imports, report.added), (vec![2], 1));
    let record = archive.get(&address).unwrap();
    assert_eq!((record.version.number, record.version.source.as_str()), (2, "correction"));
    assert_eq!(archive.source(&address).unwrap(), changed);
}

#[test]
fn texts_of_one_name_are_one_source_that_says_them_in_their_order() {
    let (_folder, archive) = archive();
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
fn a_text_that_cannot_be_read_is_told_and_stops_only_a_strict_import() {
    let (_folder, archive) = archive();
    let bad = [("empty", " \n"), ("binary", "= 1\0 ="), ("prose", "Nothing of use.")];
    let bad = bad.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let given = || bad.iter().cloned().chain([text("1824 Ruritanian general election")]);
    let strict = ImportOptions { strict: true, ..ImportOptions::default() };
    match archive.import_texts(given(), &strict) {
        Err(Error::Strict(unread)) => assert_eq!(unread.len(), 3),
        other => panic!("{other:?}"),
    }
    assert!(archive.list(&Filter::default()).unwrap().is_empty());
    let report = import(&archive, given().collect());
    let named: Vec<&str> = report.unread.iter().map(|unread| unread.source.as_str()).collect();
    assert_eq!(named, ["empty", "binary", "prose"]);
    assert_eq!(report.added, 1);
}

#[test]
fn a_dry_run_keeps_nothing_and_nothing_comes_of_no_texts() {
    let (_folder, archive) = archive();
    let dry = ImportOptions { dry_run: true, ..ImportOptions::default() };
    let given = [text("1824 Ruritanian general election")];
    let report = archive.import_texts(given, &dry).unwrap();
    assert_eq!((report.added, report.imports.len()), (1, 0));
    assert_eq!(import(&archive, Vec::new()), ImportReport::default());
    assert!(archive.imports().unwrap().is_empty());
}

/// The name of a text may be that of a file, but no file is read because of it.
#[test]
fn a_table_in_memory_has_nothing_beside_it() {
    let (_folder, archive) = archive();
    let folder = "fixtures/lineage";
    let mapping = Some(Mapping::find(&format!("{folder}/mapping.toml")).unwrap());
    let options = ImportOptions { mapping, ..ImportOptions::default() };
    let name = format!("{folder}/results.csv");
    let given = [(name.clone(), fs::read_to_string(&name).unwrap())];
    let report = archive.import_texts(given, &options).unwrap();
    assert_eq!(report.lineages.countries, 0);
    let told = report.unread.first().unwrap().to_string();
    assert!(told.contains("a table of parties beside it, 'parties.csv'"), "{told}");
}
