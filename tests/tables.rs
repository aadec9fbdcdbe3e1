//! Tables of results: a live count, and ParlGov if `../shared/data/parlgov` exists.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use common::shared_path;
use hustings::Archive;
use hustings::analysis::chain::{ChainOptions, chain};
use hustings::archive::{Filter, ImportOptions, ImportReport};
use hustings::formats::{Format, Mapping, parse};
use hustings::model::{Address, Contender, Contest, DetailValue, ElectionType, Reference};

fn import(archive: &Archive, path: &Path, mapping: &str) -> ImportReport {
    let mapping = Some(Mapping::load(mapping).unwrap());
    let options = ImportOptions::default().mapping(mapping);
    archive.import_with(&[path.to_owned()], &options).unwrap()
}

fn new_archive() -> (tempfile::TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path().join("archive")).unwrap();
    (folder, archive)
}

#[test]
fn a_live_count_has_a_version_per_time() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tables");
    let (_folder, archive) = new_archive();
    let mapping = root.join("live.toml");
    let report = import(&archive, &root.join("live.csv"), &mapping.to_string_lossy());
    assert_eq!(report.added, 2);
    let said: Vec<String> = report
        .errors
        .iter()
        .map(|unread| {
            format!("{}:{}: {} '{}'", unread.line, unread.column, unread.expected, unread.found)
        })
        .collect();
    assert_eq!(
        said,
        [
            "7:1: 8 cells, not 4 'Ruritania;04.06.1954;1954-06-05T08:00;Flavia'",
            "6:6: a count such as 47095 in column 'votes' 'many'",
        ]
    );
    let address: Address = "ruritania/1946".parse().unwrap();
    let times: Vec<_> = archive
        .versions(&address)
        .unwrap()
        .into_iter()
        .map(|version| version.source_time)
        .collect();
    assert_eq!(times, [Some("1946-06-02T20:00".to_owned()), Some("1946-06-03T08:00".to_owned())]);
    let on = |date: &str| {
        let address = format!("ruritania/1946@source:{date}");
        archive.get(&address).map(|record| record.version.number).ok()
    };
    assert_eq!(
        [on("1946-06-01"), on("1946-06-02"), on("1946-06-03"), on("2001")],
        [None, Some(1), Some(2), Some(2)]
    );
    let election = archive.get(&address).unwrap().election;
    let contest = &election.contests[0];
    assert_eq!(election.dates[0].to_string(), "1946-06-02");
    assert_eq!(contest.contenders[0].tallies[0].votes, Some(30_001));
    assert_eq!(contest.contenders[1].people[0].name, "Michael; the elder");
    assert!(contest.contenders[1].tallies.is_empty(), "what is not known is not zero");
    // The stored text is enough to parse the record again.
    let source = archive.source(&address).unwrap();
    assert_eq!(parse(Format::detect("", &source), &source).unwrap(), *election);
    assert!(source.contains("30.001;49,9%"));
}

#[test]
fn an_invalid_mapping_is_reported_with_its_line() {
    let message = |text: &str| text.parse::<Mapping>().unwrap_err().to_string();
    assert!(message("key = 'a'\n[election]\ntitel = 'x'\n").contains("line"));
    let path = Path::new("fixtures/tables/live.csv");
    let mapping: Mapping = "key = 'nothing'\n[election]\ntitle = 'land'\n".parse().unwrap();
    let (_folder, archive) = new_archive();
    let options = ImportOptions::default().mapping(mapping);
    let report = archive.import_with(&[path.to_owned()], &options).unwrap();
    assert_eq!(report.imports, [] as [u64; 0]);
    let told = report.errors.first().unwrap().to_string();
    assert!(
        told.contains("a column 'nothing'") && told.contains("it has land, day, as_of"),
        "{told}"
    );
    let title = "key = 'k'\n[election]\ntitle = 'k'\n";
    assert!(message(&format!("{title}[contender]\nvotes = 'v'\n")).contains("person or a party"));
    assert!(
        message(&format!("{title}country = {{}}\n")).contains("one of column, template, constant")
    );
    assert!(message("key = 'k'\n[election]\ntitle = { template = 'a {k' }").contains("not closed"));
}

/// Imports rows of `key;time;who;votes;before`. Returns the archive and the report.
fn import_rows(rows: &str) -> (tempfile::TempDir, Archive, ImportReport) {
    let (folder, archive) = new_archive();
    let mapping: Mapping = "key = 'key'
        version_by = { column = 'time', format = '[day].[month].[year] [hour]:[minute]' }
        [election]
        title = { template = '{key} Ruritanian presidential election' }
        previous = 'before'
        [contender]
        person = 'who'
        votes = 'votes'"
        .parse()
        .unwrap();
    let path = folder.path().join("rows.csv");
    std::fs::write(&path, format!("key;time;who;votes;before\n{rows}")).unwrap();
    let options = ImportOptions::default().mapping(mapping);
    let report = archive.import_with(&[path], &options).unwrap();
    (folder, archive, report)
}

#[test]
fn times_are_ordered_as_times_and_not_as_text() {
    let (_folder, archive, report) = import_rows(
        "1954;09.05.1954 21:00;A;1;\n1954;10.05.1954 09:30;A;2;\n1954;10.05.1954 10:30;A;3;\n1954;later;A;4;\n",
    );
    assert_eq!((report.added, report.errors.len()), (3, 1));
    assert!(
        report.errors.first().unwrap().to_string().contains(":5:2: expected a time of the form")
    );
    let record = archive.get("ruritanian/1954").unwrap();
    assert_eq!(record.version.source_time.as_deref(), Some("1954-05-10T10:30:00"));
    assert_eq!((record.version.number, record.election.inferred.len()), (3, 3));
}

#[test]
fn an_election_is_imported_completely_or_not_at_all() {
    let time = "01.05.1954 21:00";
    let (_folder, archive, report) = import_rows(&format!(
        "1954;{time};A;1;1950\n1954;{time};B\n1958;{time};A;1;1954\n1958;{time};B;2;1954\nx 1958;{time};C;3;\nX  1958;{time};C;3;\n"
    ));
    let told: Vec<String> = report.errors.iter().map(|unread| unread.expected.clone()).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("5 cells, not 3") && told[1].contains("that of 'x 1958'"), "{told:?}");
    assert_eq!((report.added, report.totals.links, report.totals.broken_links), (2, 1, 1));
    let titles: Vec<_> =
        archive.list(&Filter::default()).unwrap().into_iter().map(|r| r.address).collect();
    assert_eq!(titles.len(), 2, "{titles:?}");
}

#[test]
fn parlgov_is_imported_completely_with_unbroken_chains() {
    let Some(data) = shared_path("data/parlgov") else { return };
    let (_folder, archive) = new_archive();
    let report = import(&archive, &data, "parlgov");
    let totals = &report.totals;
    assert!(report.errors.is_empty(), "{:?}", report.errors);
    assert_eq!(
        (
            report.added,
            totals.countries.len(),
            totals.contenders,
            totals.links,
            totals.broken_links
        ),
        (1_027, 37, 9_776, 990, 0)
    );
    let lineages = report.lineages.countries;
    assert_eq!((lineages, report.lineages.successions), (37, 922));
    assert_eq!(import(&archive, &data, "parlgov").unchanged, 1_027 + lineages);

    let records = archive.list(&Filter::default()).unwrap();
    let contenders = || records.iter().flat_map(|record| &record.election.contests[0].contenders);
    let has_share = |contender: &&Contender| {
        contender.tallies.first().is_some_and(|tally| tally.share.is_some())
    };
    let without = |known: &dyn Fn(&&Contender) -> bool| {
        contenders().filter(|contender| !known(contender)).count()
    };
    let has_votes = |contender: &&Contender| {
        contender.tallies.first().is_some_and(|tally| tally.votes.is_some())
    };
    // These numbers were counted in the table: rows without votes, without a share or without
    // seats, and rows in an alliance.
    let has_seats = |contender: &&Contender| contender.seats_won().is_some();
    assert_eq!(
        (without(&has_votes), without(&has_share), without(&has_seats)),
        (1_342, 1_338, 844)
    );
    let allied = contenders().filter(|contender| !contender.alliances.is_empty());
    assert_eq!(allied.count(), 1_369);

    let mut parliaments: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for record in records {
        if record.election.kind == Some(ElectionType::Parliamentary) {
            parliaments
                .entry(record.election.country.clone().unwrap())
                .or_default()
                .push(record.address);
        }
    }
    assert_eq!(parliaments.values().map(Vec::len).sum::<usize>(), 844);
    let europe = archive.get("austria/2019/european-parliament").unwrap();
    assert_eq!(
        chain(&archive.snapshot(), &europe, &ChainOptions::default())
            .unwrap()
            .records(&archive.snapshot())
            .unwrap()
            .len(),
        7
    );
    for addresses in parliaments.into_values() {
        let start = archive.get(&addresses[0]).unwrap();
        let walked = chain(&archive.snapshot(), &start, &ChainOptions::default()).unwrap();
        let walked: Vec<String> = walked
            .records(&archive.snapshot())
            .unwrap()
            .iter()
            .map(|record| record.address.clone())
            .collect();
        assert_eq!(walked, addresses);
    }
}

/// An older state of the source that is imported later precedes the newer state in source time.
#[test]
fn an_older_count_imported_later_is_ordered_first() {
    let (folder, archive) = new_archive();
    let mapping = "fixtures/tables/live.toml";
    for (name, time, votes) in
        [("new.csv", "1946-06-03T08:00", "30.001"), ("old.csv", "1946-06-02T20:00", "12.345")]
    {
        let path = folder.path().join(name);
        let rows = format!(
            "land;day;as_of;who;party;votes;share;counted\nRuritania;02.06.1946;{time};Rudolf;ROY;{votes};;\n"
        );
        std::fs::write(&path, rows).unwrap();
        import(&archive, &path, mapping);
    }
    let votes = |at: &str| {
        let record = archive.get(format!("ruritania/1946{at}")).unwrap();
        record.election.contests[0].contenders[0].tallies[0].votes
    };
    assert_eq!(
        (votes("@source:1946-06-02"), votes("@source:1946-06-03")),
        (Some(12_345), Some(30_001))
    );
    assert_eq!(
        votes("@source:2020"),
        Some(30_001),
        "the order of imports does not matter to the sources"
    );
}

#[test]
fn an_article_a_page_and_a_table_give_the_same_values() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let title = "2012 Nagorno-Karabakh presidential election";
    let article = "2012-nagorno-karabakh-presidential-election.txt";
    // If the seed is missing, a fixture with the same facts is used.
    let article = shared_path(&format!("seed/{article}"))
        .unwrap_or_else(|| root.join("fixtures/articles").join(article));
    let read = |path: PathBuf, mapping: Option<&str>| {
        let (_folder, archive) = new_archive();
        match mapping {
            Some(mapping) => {
                import(&archive, &path, &root.join(mapping).to_string_lossy());
            }
            None => {
                archive.import([path]).unwrap();
            }
        }
        archive.get(Address::title(title)).unwrap().election
    };
    let article = read(article, None);
    let page = read(root.join(format!("fixtures/wikitext/{title}.wiki")), None);
    let table = read(
        root.join("fixtures/tables/nagorno-karabakh.csv"),
        Some("fixtures/tables/nagorno-karabakh.toml"),
    );
    assert_eq!((table.title.as_str(), table.year), (title, Some(2012)));
    for other in [&article, &page] {
        assert_eq!(other.title, table.title);
        assert_eq!(other.country, table.country);
        assert_eq!(other.kind, table.kind);
        assert_eq!(other.year, table.year);
        assert_eq!(other.dates, table.dates);
        let (ours, theirs) = (&table.contests[0], &other.contests[0]);
        assert_eq!(theirs.kind, ours.kind);
        let office = |contest: &Contest| contest.office.as_ref().map(|office| office.name.clone());
        assert_eq!(office(theirs), office(ours));
        assert_eq!(theirs.rounds[0].turnout, ours.rounds[0].turnout);
        assert_eq!(theirs.contenders.len(), ours.contenders.len());
        for (theirs, ours) in theirs.contenders.iter().zip(&ours.contenders) {
            let name =
                |refs: &[Reference]| refs.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
            assert_eq!(name(&theirs.people), name(&ours.people));
            assert_eq!(name(theirs.party.as_slice()), name(ours.party.as_slice()));
            let tally = |contender: &Contender| {
                let tally = contender.tallies[0].clone();
                (tally.round, tally.votes, tally.share)
            };
            assert_eq!(tally(theirs), tally(ours));
            assert!(tally(ours).1.is_some());
        }
    }
}

/// Imports a folder that contains only this table. Returns the archive and the report.
fn import_table(
    name: &str,
    text: &str,
    mapping: &str,
) -> (tempfile::TempDir, Archive, ImportReport) {
    let (folder, archive) = new_archive();
    let tables = folder.path().join("tables");
    std::fs::create_dir(&tables).unwrap();
    std::fs::write(tables.join(name), text).unwrap();
    let options = ImportOptions::default().mapping(mapping.parse::<Mapping>().unwrap());
    let report = archive.import_with(&[tables], &options).unwrap();
    (folder, archive, report)
}

#[test]
fn a_key_in_a_joined_table_is_refused() {
    let mapping = "key = 'election.year'
        [join.election]
        file = 'elections.csv'
        on = 'id'
        key = 'id'
        [election]
        title = { template = '{election.year} Ruritanian election' }
        [contender]
        person = 'who'
        votes = 'votes'";
    let message = mapping.parse::<Mapping>().unwrap_err().to_string();
    assert!(
        message.contains("line 1") && message.contains("a column of the table itself"),
        "{message}"
    );
}

#[test]
fn a_version_is_identified_by_several_columns() {
    let (_folder, archive, report) = import_table(
        "rows.csv",
        "key,day,hour,who,votes\n1954,1954-05-09,late,A,1\n1954,1954-05-10,late,A,2\n",
        "key = 'key'
        version_by = { template = '{day}T{hour}', values = { late = '21:00' } }
        [election]
        title = { template = '{key} Ruritanian presidential election' }
        [contender]
        person = 'who'
        votes = 'votes'",
    );
    assert_eq!((report.added, report.errors.len()), (2, 0));
    let record = archive.get("ruritanian/1954").unwrap();
    assert_eq!(record.version.source_time.as_deref(), Some("1954-05-10T21:00"));
}

#[test]
fn rows_may_be_referenced_through_several_columns() {
    let (_folder, archive, report) = import_table(
        "rows.csv",
        "key,id,code,party,alliance,mate,votes\n1954,1,b,Royal,,,1\n1954,2,a,Green,1,b,2\n",
        "key = 'key'
        [election]
        title = { template = '{key} Ruritanian parliamentary election' }
        [contender]
        party = 'party'
        alliance = { column = 'alliance', row = 'id' }
        details = { support = { column = 'mate', row = 'code' } }
        votes = 'votes'",
    );
    assert_eq!((report.added, report.errors.len()), (1, 0), "{:?}", report.errors);
    let election = archive.get("ruritanian/1954").unwrap().election;
    let green = &election.contests[0].contenders[1];
    assert_eq!(green.alliances[0].name, "Royal");
    assert_eq!(green.details[0].value, DetailValue::Text("Royal".to_owned()));
}

#[test]
fn the_extension_of_a_table_may_be_uppercase() {
    let mapping = "key = 'key'
        [election]
        title = { template = '{key} Ruritanian presidential election' }
        [contender]
        person = 'who'
        votes = 'votes'";
    let report = import_table("RESULTS.CSV", "key,who,votes\n1954,A,1\n", mapping).2;
    assert_eq!(report.added, 1);
}
