//! Sources and identities: who states a record, under which identifier, and what happens when a
//! source renames, drops or repeats an election.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "sources/absences.rs"]
mod absences;
mod common;
#[path = "sources/links.rs"]
mod links;
#[path = "sources/pages.rs"]
mod pages;
#[path = "sources/releases.rs"]
mod releases;

use std::fs;

use common::archive_folder::ArchiveFolder;
use hustings::analysis::chain::chain;
use hustings::archive::{Filter, ImportOptions, ImportReport, Record};
use hustings::check::{Rule, check};
use hustings::formats::Mapping;
use hustings::model::{Address, Source};
use hustings::{Archive, Error, ErrorKind};

/// A mapping whose source identifies elections by the column `id`.
const MAPPING: &str = r#"
    key = "id"
    [source]
    name = "office"
    kind = "commission"
    licence = "CC0-1.0"
    id = "id"
    [election]
    title = "title"
    country = { constant = "Ruritania" }
    date = "date"
    [contender]
    party = "party"
    votes = "votes"
"#;

impl ArchiveFolder {
    /// Imports a table of the source `office`, one row for each election: id, title, date, votes.
    fn import_table(&self, rows: &[(&str, &str, &str, u64)]) -> ImportReport {
        let mut text = "id,title,date,party,votes\n".to_owned();
        for (id, title, date, votes) in rows {
            text += &format!("{id},{title},{date},Blue,{votes}\n");
        }
        let mapping: Mapping = MAPPING.parse().unwrap();
        let path = self.write("results.csv", &text);
        let report =
            self.archive.import_with([path], &ImportOptions::default().mapping(mapping)).unwrap();
        assert!(report.errors.is_empty(), "{:?}", report.errors);
        self.ensure_sound();
        report
    }

    /// Imports a line of JSON of a named source.
    fn import_line(&self, source: &str, line: &str) -> ImportReport {
        let options = ImportOptions::default().source(Source::new(source).unwrap());
        let path = self.write(&format!("{source}.jsonl"), line);
        self.archive.import_with([path], &options).unwrap()
    }

    fn get(&self, address: &str) -> Record {
        self.archive.get(address).unwrap()
    }

    /// Asserts that the store has what the journal says, and that a rebuild gives the same answers.
    fn ensure_sound(&self) {
        assert_eq!(
            check(&self.archive).unwrap().iter().find(|finding| finding.rule == Rule::Store),
            None
        );
    }
}

/// The current records as "id: title, date, votes", by id.
fn summaries(archive: &Archive) -> Vec<String> {
    let mut all: Vec<String> = archive
        .list(&Default::default())
        .unwrap()
        .iter()
        .map(|record| {
            let id = record.version.source_id.clone().unwrap_or_default();
            let date = record.election.dates.first().map(ToString::to_string).unwrap_or_default();
            let tally = &record.election.contests[0].contenders[0].tallies[0];
            format!("{id}: {}, {date}, {}", record.election.title, tally.votes.unwrap_or_default())
        })
        .collect();
    all.sort();
    all
}

#[test]
fn a_corrected_date_and_title_is_a_version_of_the_same_election() {
    let fixture = ArchiveFolder::new();
    fixture.import_table(&[("7", "Vote of 1992-04-05", "1992-04-05", 10)]);
    let before = fixture.get("ruritania/1992");
    let report = fixture.import_table(&[("7", "Vote of 1992-04-06", "1992-04-06", 10)]);
    assert_eq!((report.added, report.missing.len()), (1, 0));
    let after = fixture.get("ruritania/1992");
    assert_eq!((after.id, after.versions), (before.id, 2));
    assert_eq!(after.election.title, "Vote of 1992-04-06");
    // Both titles find it, and so does the date of the earlier version.
    for title in ["Vote of 1992-04-05", "Vote of 1992-04-06"] {
        assert_eq!(fixture.archive.id(Address::title(title)).unwrap(), before.id);
    }
    assert_eq!(fixture.archive.id("ruritania/1992-04-05").unwrap(), before.id);
    // The same table again adds nothing.
    let again = fixture.import_table(&[("7", "Vote of 1992-04-06", "1992-04-06", 10)]);
    assert_eq!((again.added, again.unchanged, again.imports.len()), (0, 1, 0));
    let info = &after.version;
    assert_eq!((info.source.as_str(), info.source_id.as_deref()), ("office", Some("7")));
    assert_eq!(info.file, "results.csv");
}

#[test]
fn a_corrected_country_moves_the_election() {
    let fixture = ArchiveFolder::new();
    let line =
        |country: &str| format!(r#"{{"title":"1901 vote","country":"{country}","year":1901}}"#);
    fixture.import_line("office", &line("Ruritania"));
    fixture.import_line("office", &line("Graustark"));
    assert_eq!(fixture.get("graustark/1901").versions, 2);
    assert_eq!(fixture.archive.id("ruritania/1901").unwrap(), fixture.get("graustark/1901").id);
}

#[test]
fn elections_may_exchange_their_titles() {
    let fixture = ArchiveFolder::new();
    let [north, south] = ["Vote in the north", "Vote in the south"];
    fixture.import_table(&[("1", north, "1901-01-01", 1), ("2", south, "1902-01-01", 2)]);
    let ids = ["ruritania/1901", "ruritania/1902"].map(|address| fixture.get(address).id);
    fixture.import_table(&[("1", south, "1901-01-01", 1), ("2", north, "1902-01-01", 2)]);
    assert_eq!(["ruritania/1901", "ruritania/1902"].map(|address| fixture.get(address).id), ids);
    assert_eq!(fixture.get("ruritania/1902").election.title, north);
    assert_eq!(fixture.get("ruritania/1901").election.title, south);
    for (title, id) in [(south, ids[0]), (north, ids[1])] {
        assert_eq!(fixture.archive.id(Address::title(title)).unwrap(), id);
    }
    assert_eq!(fixture.get("ruritania/1901").versions, 2);
}

#[test]
fn elections_pass_their_titles_on_in_a_circle_and_in_a_row() {
    let fixture = ArchiveFolder::new();
    let import = |titles: [&str; 4]| {
        let ids = ["1", "2", "3", "4"];
        let rows: Vec<(&str, &str, &str, u64)> =
            ids.iter().zip(titles).map(|(id, title)| (*id, title, "1901-01-01", 1)).collect();
        fixture.import_table(&rows);
        let titles = summaries(&fixture.archive).into_iter();
        titles.map(|line| line.split([':', ',']).nth(1).unwrap().trim().to_owned()).collect()
    };
    let expect = |titles: [&str; 4]| {
        let found: Vec<String> = import(titles);
        assert_eq!(found, titles);
    };
    expect(["A", "B", "C", "D"]);
    expect(["B", "C", "D", "A"]);
    expect(["C", "D", "A", "E"]);
    expect(["D", "A", "C", "B"]);
    // The last keeps its title, so the third has its identifier, and the first may have its title.
    assert_eq!(import(["C", "A", "B", "B"]), ["C", "A", "B (office 3)", "B"]);
    let before = summaries(&fixture.archive);
    fixture.archive.rebuild(|_| ()).unwrap();
    assert_eq!(summaries(&fixture.archive), before);
    fixture.ensure_sound();
}

#[test]
fn a_former_title_can_be_that_of_a_new_election() {
    let fixture = ArchiveFolder::new();
    fixture.import_table(&[("1", "Next vote", "1901-01-01", 1)]);
    let first = fixture.get("ruritania/1901").id;
    fixture.import_table(&[("1", "Vote of 1901", "1901-01-01", 1)]);
    fixture.import_table(&[
        ("1", "Vote of 1901", "1901-01-01", 1),
        ("2", "Next vote", "1905-01-01", 2),
    ]);
    assert_eq!(fixture.get("ruritania/1901").id, first);
    let second = fixture.get("ruritania/1905");
    assert_ne!(second.id, first);
    assert_eq!(fixture.archive.id(Address::title("Next vote")).unwrap(), second.id);
    assert_eq!(fixture.archive.source("ruritania/1901@1").unwrap().matches("Next vote").count(), 1);
}

#[test]
fn two_elections_of_one_title_are_told_apart_by_their_identifiers() {
    let fixture = ArchiveFolder::new();
    let rows = [("1", "By-election", "1901-01-01", 1), ("2", "By-election", "1901-01-01", 2)];
    assert_eq!(fixture.import_table(&rows).added, 2);
    assert_eq!(
        summaries(&fixture.archive),
        ["1: By-election, 1901-01-01, 1", "2: By-election (office 2), 1901-01-01, 2"]
    );
    assert_eq!(fixture.import_table(&rows).added, 0);
    let changed = [("1", "By-election", "1901-01-01", 1), ("2", "By-election", "1901-01-01", 5)];
    assert_eq!(fixture.import_table(&changed).added, 1);
    assert_eq!(summaries(&fixture.archive)[1], "2: By-election (office 2), 1901-01-01, 5");
}

#[test]
fn a_revert_and_a_removal_stay_with_their_election_when_a_title_has_moved() {
    let fixture = ArchiveFolder::new();
    fixture.import_table(&[("1", "Next vote", "1901-01-01", 1)]);
    let both = [("1", "Vote of 1901", "1901-01-01", 1), ("2", "Next vote", "1905-01-01", 2)];
    let report = fixture.import_table(&both);
    assert_eq!(
        report.notes,
        ["'Next vote' names another election now, and no longer 'Vote of 1901'"]
    );
    fixture.archive.revert("ruritania/1901@1", None).unwrap();
    assert_eq!(
        (fixture.get("ruritania/1901").versions, fixture.get("ruritania/1905").versions),
        (3, 1)
    );
    fixture.archive.remove("ruritania/1901", None).unwrap();
    assert!(fixture.archive.get("ruritania/1901").is_err());
    assert_eq!(fixture.get("ruritania/1905").election.title, "Next vote");
}

#[test]
fn two_elections_of_a_table_cannot_have_one_identifier() {
    let fixture = ArchiveFolder::new();
    let mapping: Mapping = MAPPING.replace("key = \"id\"", "key = \"title\"").parse().unwrap();
    let text =
        "id,title,date,party,votes\n1,Vote A,1901-01-01,Blue,1\n1,Vote B,1902-01-01,Blue,2\n";
    let path = fixture.write("results.csv", text);
    let report =
        fixture.archive.import_with([path], &ImportOptions::default().mapping(mapping)).unwrap();
    assert_eq!(report.added, 1);
    let error = report.errors.iter().next().unwrap().to_string();
    assert!(error.contains("an identifier that no other election of the table has"), "{error}");
}

#[test]
fn a_title_with_an_identifier_may_be_taken_too() {
    let fixture = ArchiveFolder::new();
    fixture.import_table(&[
        ("3", "By-election (office 2)", "1903-01-01", 3),
        ("1", "By-election", "1901-01-01", 1),
        ("2", "By-election", "1902-01-01", 2),
    ]);
    assert_eq!(
        summaries(&fixture.archive),
        [
            "1: By-election, 1901-01-01, 1",
            "2: By-election (office 2) (office 2), 1902-01-01, 2",
            "3: By-election (office 2), 1903-01-01, 3",
        ]
    );
}

#[test]
fn an_identifier_is_learned_from_the_same_text() {
    let fixture = ArchiveFolder::new();
    let without: Mapping = MAPPING.replace("    id = \"id\"\n", "").parse().unwrap();
    let path =
        fixture.write("results.csv", "id,title,date,party,votes\n1,Vote A,1901-01-01,Blue,1\n");
    fixture.archive.import_with([path], &ImportOptions::default().mapping(without)).unwrap();
    assert_eq!(fixture.import_table(&[("1", "Vote A", "1901-01-01", 1)]).added, 1);
    fixture.import_table(&[("1", "Vote B", "1901-01-01", 1)]);
    assert_eq!(summaries(&fixture.archive), ["1: Vote B, 1901-01-01, 1"]);
}

#[test]
fn merged_elections_of_one_source_do_not_grow_with_every_import() {
    let fixture = ArchiveFolder::new();
    let rows = [("1", "Vote A", "1901-01-01", 1), ("2", "Vote B", "1902-01-01", 2)];
    fixture.import_table(&rows);
    fixture.archive.add_alias("ruritania/1901", "Vote B", None).unwrap();
    assert_eq!(fixture.import_table(&rows).added, 0);
}

#[test]
fn the_rank_of_a_folder_is_that_of_the_source_to_which_it_is_assigned() {
    let fixture = ArchiveFolder::new();
    for (folder, turnout) in [("a/articles", 50), ("b/articles", 60)] {
        let text = format!(
            "= 1901 Ruritanian vote =\n\nInfobox\n- Country: Ruritania\n- Turnout: {turnout}%\n"
        );
        fixture.archive.import([fixture.write(&format!("{folder}/vote.txt"), &text)]).unwrap();
    }
    let shown = || fixture.get("ruritania/1901").version.number;
    fixture.archive.set_source_order(&["article:articles"], None).unwrap();
    assert_eq!(shown(), 1);
    fixture.archive.set_source(&Source::new("wiki").unwrap(), &["article:articles"], None).unwrap();
    assert_eq!(shown(), 1);
    assert_eq!(fixture.archive.snapshot().source_order().unwrap(), ["wiki"]);
    let names = fixture.archive.sources().unwrap().into_iter().map(|info| info.name);
    assert_eq!(names.collect::<Vec<_>>(), ["article:articles-2", "wiki"]);
}

#[test]
fn each_source_has_its_own_current_version() {
    let fixture = ArchiveFolder::new();
    let line = |turnout: &str| {
        format!(
            r#"{{"title":"1901 vote","country":"Ruritania","year":1901,"contests":[{{"rounds":[{{"number":1,"turnout":"{turnout}"}}]}}]}}"#
        )
    };
    fixture.import_line("office", &line("73.64"));
    fixture.import_line("press", &line("73.53"));
    let turnout =
        |record: &Record| record.election.contests[0].rounds[0].turnout.unwrap().to_string();
    let shown = || turnout(&fixture.get("ruritania/1901"));
    assert_eq!(shown(), "73.53", "without an order, the latest import is shown");
    let from = |source: &str| turnout(&fixture.archive.get_from("ruritania/1901", source).unwrap());
    assert_eq!((from("office").as_str(), from("press").as_str()), ("73.64", "73.53"));
    // A document is compared with what its own source said last.
    assert_eq!(fixture.import_line("office", &line("73.64")).added, 0);
    let import = fixture.archive.set_source_order(&["office", "press"], None).unwrap();
    assert_eq!((import, shown().as_str()), (3, "73.64"));
    let listed = fixture.archive.list(&Default::default()).unwrap();
    assert_eq!(turnout(&listed[0]), "73.64");
    fixture.import_line("press", &line("73.54"));
    assert_eq!(shown(), "73.64", "the order holds for later imports");
    let order = fixture.archive.source_versions("ruritania/1901").unwrap();
    assert_eq!(
        order.iter().map(|one| (one.source.as_str(), one.version)).collect::<Vec<_>>(),
        [("office", 1), ("press", 3)]
    );
    fixture.archive.set_source_order(&[], None).unwrap();
    assert_eq!(shown(), "73.54");
    let unknown = fixture.archive.set_source_order(&["offfice"], None).unwrap_err();
    assert!(
        matches!(&unknown, Error::UnknownSource { suggestions, .. } if suggestions[0] == "office")
    );
    let missing = fixture.archive.get_from("ruritania/1901", "nobody").unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::NotFound);
    fixture.ensure_sound();
}

#[test]
fn addresses_links_and_territories_follow_the_version_that_is_shown() {
    let fixture = ArchiveFolder::new();
    let line = |country: &str, year: u32, previous: &str| {
        format!(
            r#"{{"title":"The vote","country":"{country}","year":{year},"previous":{{"title":"{previous}"}}}}"#
        )
    };
    let before = |year: u32| {
        format!("{{\"title\":\"Vote of {year}\",\"country\":\"Ruritania\",\"year\":{year}}}\n")
    };
    fixture.import_line("older", &(before(1897) + &before(1898)));
    fixture.import_line("office", &line("Ruritania", 1901, "Vote of 1897"));
    fixture.import_line("press", &line("Graustark", 1902, "Vote of 1898"));
    let titles = |country: &str| {
        let filter = Filter::default().country(country);
        let records = fixture.archive.list(&filter).unwrap();
        records.into_iter().map(|record| record.address).collect::<Vec<_>>()
    };
    let linked = |address: &str| {
        let chain = chain(&fixture.archive.snapshot(), &fixture.get(address), &Default::default());
        chain.unwrap().steps.len()
    };
    assert_eq!(titles("graustark"), ["graustark/1902"]);
    assert_eq!((linked("ruritania/1897"), linked("ruritania/1898")), (1, 2));
    fixture.archive.set_source_order(&["office"], None).unwrap();
    assert_eq!(titles("graustark"), [""; 0]);
    assert_eq!(titles("ruritania"), ["ruritania/1897", "ruritania/1898", "ruritania/1901"]);
    assert_eq!(fixture.get("ruritania/1901").address, "ruritania/1901");
    assert_eq!(linked("ruritania/1897"), 2);
    // The version that is not shown still finds the election.
    assert_eq!(fixture.get("graustark/1902").version.number, 1);
    fixture.ensure_sound();
}

#[test]
fn folders_of_one_name_are_two_sources_until_they_are_assigned() {
    let fixture = ArchiveFolder::new();
    for (folder, year) in [("a/articles", 1901), ("b/articles", 1905)] {
        let text = format!("= {year} Ruritanian vote =\n\nInfobox\n- Country: Ruritania\n");
        fixture.archive.import([fixture.write(&format!("{folder}/vote.txt"), &text)]).unwrap();
    }
    let names =
        || fixture.archive.sources().unwrap().into_iter().map(|info| info.name).collect::<Vec<_>>();
    assert_eq!(names(), ["article:articles", "article:articles-2"]);
    let wiki = Source::new("wiki").unwrap().licence("CC-BY-SA-4.0");
    fixture.archive.set_source(&wiki, &["article:articles", "article:articles-2"], None).unwrap();
    assert_eq!(names(), ["wiki"]);
    let record = fixture.get("ruritania/1901");
    assert_eq!(
        (record.version.source.as_str(), record.version.file.as_str()),
        ("wiki", "vote.txt")
    );
    let again = fixture.archive.set_source(&wiki, &[], None).unwrap_err();
    assert_eq!(again.kind(), ErrorKind::AlreadyExists);
    let unknown = fixture.archive.set_source(&wiki, &["article:nowhere"], None).unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::NotFound);
    fixture.ensure_sound();
}

#[test]
fn documents_of_an_assigned_folder_and_of_its_source_continue_each_other() {
    let fixture = ArchiveFolder::new();
    let article = |turnout: u8| {
        let text = format!(
            "= 1901 Ruritanian vote =\n\nInfobox\n- Country: Ruritania\n- Turnout: {turnout}%\n"
        );
        fixture.write("articles/vote.txt", &text)
    };
    let wiki = Source::new("wiki").unwrap();
    let as_wiki = ImportOptions::default().source(wiki.clone());
    fixture.archive.import([article(50)]).unwrap();
    fixture.archive.set_source(&wiki, &["article:articles"], None).unwrap();
    // The source said this last, so nothing is new, whichever way the document comes.
    let report = fixture.archive.import_with([article(50)], &as_wiki).unwrap();
    assert_eq!((report.added, report.unchanged), (0, 1));
    assert_eq!(fixture.archive.import_with([article(60)], &as_wiki).unwrap().added, 1);
    assert_eq!(fixture.archive.import([article(60)]).unwrap().added, 0);
    // A correction that is taken back is a new version.
    assert_eq!(fixture.archive.import([article(50)]).unwrap().added, 1);
    assert_eq!(fixture.archive.import_with([article(50)], &as_wiki).unwrap().added, 0);
    let infos = fixture.archive.sources().unwrap();
    assert_eq!((infos.len(), infos[0].name.as_str(), infos[0].elections), (1, "wiki", 1));
    assert_eq!(fixture.archive.source_versions("ruritania/1901").unwrap().len(), 1);
    fixture.ensure_sound();
}

#[test]
fn a_document_without_an_identifier_does_not_follow_a_title_in_silence() {
    let fixture = ArchiveFolder::new();
    let line = |turnout: u8| {
        format!(
            r#"{{"title":"Next vote","country":"Ruritania","year":1901,"contests":[{{"rounds":[{{"number":1,"turnout":"{turnout}"}}]}}]}}"#
        )
    };
    fixture.import_table(&[("1", "Next vote", "1901-01-01", 1)]);
    fixture.import_line("press", &line(50));
    fixture.import_table(&[
        ("1", "Vote of 1901", "1901-01-01", 1),
        ("2", "Next vote", "1905-01-01", 2),
    ]);
    // The press has not changed: its document is still about the first election.
    let report = fixture.import_line("press", &line(50));
    assert_eq!((report.added, report.unchanged, report.missing.len()), (0, 1, 0));
    assert_eq!(fixture.archive.source_versions("ruritania/1905").unwrap().len(), 1);
    // A new text may be about either; it follows the title, and the report says so.
    let report = fixture.import_line("press", &line(60));
    assert_eq!((report.added, report.missing.len()), (1, 0));
    let note = "'Next vote' names another election now: the document of press is a version of it, \
                although press had 'Vote of 1901' under this title";
    assert_eq!(report.notes, [note]);
    fixture.ensure_sound();
}

#[test]
fn a_title_of_an_election_that_was_not_read_is_reported() {
    let fixture = ArchiveFolder::new();
    fixture.import_table(&[("5", "Next vote", "1901-01-01", 1), ("6", "B", "1902-01-01", 1)]);
    let report =
        fixture.import_table(&[("9", "Next vote", "1905-01-01", 1), ("6", "B", "1902-01-01", 1)]);
    assert_eq!(report.missing, ["Next vote"]);
    let note = "'Next vote' is the title of another election of office, which this import lacks: \
                'Next vote (office 9)' is an election of its own ('hustings merge' merges the two)";
    assert_eq!(report.notes, [note]);
}

#[test]
fn no_path_is_kept_of_a_file_of_a_named_source() {
    let fixture = ArchiveFolder::new();
    fixture.import_line("office", r#"{"title":"1901 vote","country":"Ruritania","year":1901}"#);
    let journal = fixture.folder.path().join("archive/journal/000001.jsonl.zst");
    let lines = zstd::decode_all(fs::File::open(journal).unwrap()).unwrap();
    let lines = String::from_utf8(lines).unwrap();
    assert!(lines.contains(r#""source":"office.jsonl""#), "{lines}");
    assert!(!lines.contains(&*fixture.folder.path().to_string_lossy()), "{lines}");
}

#[test]
fn only_names_that_are_similar_to_the_unknown_one_are_suggested() {
    let fixture = ArchiveFolder::new();
    for source in ["office", "officers", "press"] {
        let line = format!("{{\"title\":\"Vote of {source}\",\"country\":\"Ruritania\"}}");
        fixture.import_line(source, &line);
    }
    let suggestions = |name: &str| match fixture.archive.snapshot().ensure_source(name) {
        Err(Error::UnknownSource { suggestions, .. }) => suggestions,
        other => panic!("expected an unknown source, found {other:?}"),
    };
    // The most similar one is first.
    assert_eq!(suggestions("offices"), ["officers", "office"]);
    assert_eq!(suggestions("pres"), ["press"]);
    assert_eq!(suggestions("parlgov"), [""; 0]);
    assert!(fixture.archive.snapshot().ensure_source("press").is_ok());
}
