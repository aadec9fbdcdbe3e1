//! Absences: when it is certain that a source no longer has an election.

use hustings::archive::{ImportOptions, ImportReport};
use hustings::formats::Mapping;
use hustings::model::Source;

use super::MAPPING;
use crate::common::archive_folder::ArchiveFolder;

#[test]
fn an_election_that_a_source_drops_is_missing_and_may_return() {
    let fixture = ArchiveFolder::new();
    let both = [("1", "Vote A", "1901-01-01", 1), ("2", "Vote B", "1902-01-01", 2)];
    fixture.import_table(&both);
    let report = fixture.import_table(&both[..1]);
    assert_eq!(
        (report.added, report.missing, report.imports),
        (0, vec!["Vote B".to_owned()], vec![2])
    );
    // It is still there, and its source is known to lack it.
    let states = fixture.archive.source_versions("ruritania/1902").unwrap();
    assert!(states[0].absent && states[0].version == 1);
    let info = &fixture.archive.sources().unwrap()[0];
    assert_eq!((info.name.as_str(), info.elections, info.absent), ("office", 1, 1));
    // The absence is recorded once.
    assert!(fixture.import_table(&both[..1]).imports.is_empty());
    // The first release again: what the source said last was nothing.
    let report = fixture.import_table(&both);
    assert_eq!((report.added, report.unchanged), (1, 1));
    assert!(!fixture.archive.source_versions("ruritania/1902").unwrap()[0].absent);
    fixture.ensure_sound();
}

#[test]
fn a_part_a_broken_file_and_another_file_prove_no_absence() {
    let fixture = ArchiveFolder::new();
    let line = |year: u32| format!("{{\"title\":\"{year} vote\",\"year\":{year}}}\n");
    let import = |name: &str, text: &str, partial: bool| {
        let source = Source::new("office").unwrap();
        let options = ImportOptions::default().source(source).partial(partial);
        fixture.archive.import_with([fixture.write(name, text)], &options).unwrap().missing
    };
    import("all.jsonl", &(line(1901) + &line(1902)), false);
    assert!(import("all.jsonl", &line(1901), true).is_empty());
    assert!(import("all.jsonl", &(line(1901) + "{\n"), false).is_empty());
    assert!(import("more.jsonl", &line(1903), false).is_empty());
    // The other file may have it, since an unchanged text leaves no trace.
    assert!(import("all.jsonl", &line(1901), false).is_empty());
    // Standard input and texts from memory may be anything.
    let texts = [("all.jsonl", line(1902))];
    assert!(
        fixture.archive.import_texts(texts, &ImportOptions::default()).unwrap().missing.is_empty()
    );
}

#[test]
fn another_file_of_the_same_name_proves_no_absence() {
    let fixture = ArchiveFolder::new();
    let line = |year: u32| format!("{{\"title\":\"{year} vote\",\"year\":{year}}}\n");
    let import = |name: &str, year: u32| {
        let options = ImportOptions::default().source(Source::new("office").unwrap());
        fixture.archive.import_with([fixture.write(name, &line(year))], &options).unwrap()
    };
    import("1901/results.jsonl", 1901);
    let report = import("1905/results.jsonl", 1905);
    assert!(report.missing.is_empty());
    assert!(
        report.notes[0].contains("'results.jsonl' lacks 1 election that office had"),
        "{:?}",
        report.notes
    );
}

#[test]
fn documents_without_a_source_prove_no_absence() {
    let fixture = ArchiveFolder::new();
    let line = |year: u32| format!("{{\"title\":\"{year} vote\",\"year\":{year}}}\n");
    let import = |text: &str| fixture.archive.import([fixture.write("a.jsonl", text)]).unwrap();
    import(&(line(1901) + &line(1902)));
    assert!(import(&line(1901)).missing.is_empty());
}

#[test]
fn a_joined_table_that_cannot_be_read_proves_no_absence() {
    let fixture = ArchiveFolder::new();
    let join = "[join.more]\nfile = \"more.csv\"\non = \"id\"\nkey = \"id\"\n    [election]";
    let mapping = MAPPING.replace("[election]", join);
    let mapping = mapping.replace("{ constant = \"Ruritania\" }", "\"more.country\"");
    let mapping: Mapping = mapping.parse().unwrap();
    let options = ImportOptions::default().mapping(mapping);
    let table = fixture.write(
        "results.csv",
        "id,title,date,party,votes\n1,Vote A,1901-01-01,Blue,1\n2,Vote B,1902-01-01,Blue,1\n",
    );
    fixture.write("more.csv", "id,country\n1,Ruritania\n2,Ruritania\n");
    assert_eq!(fixture.archive.import_with([&table], &options).unwrap().added, 2);
    fixture.write("more.csv", "id,country\n1,Ruritania\n1,Ruritania\n");
    let report = fixture.archive.import_with([&table], &options).unwrap();
    assert_eq!((report.missing.len(), report.errors.is_empty()), (0, false));
}

/// Imports files of the source `office`: their names, and the years of their elections.
fn import_files(fixture: &ArchiveFolder, files: &[(&str, &[u32])], complete: bool) -> ImportReport {
    let line = |year: &u32| format!("{{\"title\":\"{year} vote\",\"year\":{year}}}\n");
    let paths = files
        .iter()
        .map(|(name, years)| fixture.write(name, &years.iter().map(line).collect::<String>()));
    let options = ImportOptions::default().source(Source::new("office").unwrap());
    fixture.archive.import_with(paths, &options.complete(complete)).unwrap()
}

#[test]
fn an_election_that_another_file_may_have_is_reported_and_not_recorded() {
    let fixture = ArchiveFolder::new();
    let both: [(&str, &[u32]); 2] = [("a.jsonl", &[1901, 1902]), ("b.jsonl", &[1902, 1903])];
    import_files(&fixture, &both, false);
    let report = import_files(&fixture, &[("a.jsonl", &[1901])], false);
    assert!(report.missing.is_empty() && report.imports.is_empty());
    // The last text of 1902 came from the first file.
    let note = "'a.jsonl' lacks 1 election that office had in it ('1902 vote'); whether the files \
                of office that were not read have it is not known, and it is not recorded as missing";
    assert_eq!(report.notes, [note]);
    // With all files, it is known.
    let moved: [(&str, &[u32]); 2] = [("a.jsonl", &[1901]), ("b.jsonl", &[1902, 1903])];
    assert!(import_files(&fixture, &moved, false).missing.is_empty());
    let dropped: [(&str, &[u32]); 2] = [("a.jsonl", &[1901]), ("b.jsonl", &[1903])];
    assert_eq!(import_files(&fixture, &dropped, false).missing, ["1902 vote"]);
}

#[test]
fn a_renamed_file_neither_hides_nor_invents_an_absence() {
    let fixture = ArchiveFolder::new();
    import_files(&fixture, &[("old.jsonl", &[1901, 1902, 1903])], false);
    let report = import_files(&fixture, &[("new.jsonl", &[1901, 1902, 1903])], false);
    assert!(report.missing.is_empty() && report.notes.is_empty());
    let report = import_files(&fixture, &[("new.jsonl", &[1901, 1902])], false);
    let note = "the files that were read have 2 of the 3 elections that office had in 'old.jsonl'; \
                whether the others are missing ('1903 vote') is not known";
    assert_eq!((report.missing.len(), report.notes), (0, vec![note.to_owned()]));
    // A person knows that the file is all that the source has.
    let report = import_files(&fixture, &[("new.jsonl", &[1901, 1902])], true);
    assert_eq!(report.missing, ["1903 vote"]);
    assert!(import_files(&fixture, &[("new.jsonl", &[1901, 1902])], false).notes.is_empty());
    fixture.ensure_sound();
}

#[test]
fn a_broken_file_proves_no_absence_in_the_other_files_of_its_source() {
    let fixture = ArchiveFolder::new();
    let both: [(&str, &[u32]); 2] = [("a.jsonl", &[1901, 1902]), ("b.jsonl", &[1903])];
    import_files(&fixture, &both, false);
    let line = |year: u32| format!("{{\"title\":\"{year} vote\",\"year\":{year}}}\n");
    let a = fixture.write("a.jsonl", &line(1901));
    let b = fixture.write("b.jsonl", &(line(1903) + "{\n"));
    let options = ImportOptions::default().source(Source::new("office").unwrap());
    for complete in [false, true] {
        let options = options.clone().complete(complete);
        assert!(fixture.archive.import_with([&a, &b], &options).unwrap().missing.is_empty());
    }
}
