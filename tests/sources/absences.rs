//! Absences: when it is certain that a source no longer has an election.

use hustings::archive::ImportOptions;
use hustings::formats::Mapping;
use hustings::model::Source;

use super::{Fixture, MAPPING};

#[test]
fn an_election_that_a_source_drops_is_missing_and_may_return() {
    let fixture = Fixture::new();
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
    let fixture = Fixture::new();
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
    assert_eq!(import("all.jsonl", &line(1901), false), ["1902 vote"]);
    // Standard input and texts from memory may be anything.
    let texts = [("all.jsonl", line(1902))];
    assert!(
        fixture.archive.import_texts(texts, &ImportOptions::default()).unwrap().missing.is_empty()
    );
}

#[test]
fn another_file_of_the_same_name_proves_no_absence() {
    let fixture = Fixture::new();
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
    let fixture = Fixture::new();
    let line = |year: u32| format!("{{\"title\":\"{year} vote\",\"year\":{year}}}\n");
    let import = |text: &str| fixture.archive.import([fixture.write("a.jsonl", text)]).unwrap();
    import(&(line(1901) + &line(1902)));
    assert!(import(&line(1901)).missing.is_empty());
}

#[test]
fn a_joined_table_that_cannot_be_read_proves_no_absence() {
    let fixture = Fixture::new();
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
