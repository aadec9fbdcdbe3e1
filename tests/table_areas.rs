//! Areas in mappings: records of areas, sums over them, and what excludes a sum.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hustings::Archive;
use hustings::archive::{ImportOptions, ImportReport};
use hustings::formats::{Format, Mapping, parse};
use hustings::model::{Address, Contender, Contest, Election};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tables/areas").join(name)
}

/// An archive with one imported table.
struct Imported {
    _folder: tempfile::TempDir,
    archive: Archive,
    report: ImportReport,
}

impl Imported {
    fn fixture(name: &str) -> Self {
        let mapping = std::fs::read_to_string(fixture(&format!("{name}.toml"))).unwrap();
        Self::text(&mapping, &std::fs::read_to_string(fixture(&format!("{name}.csv"))).unwrap())
    }

    fn text(mapping: &str, table: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("t.csv");
        std::fs::write(&path, table).unwrap();
        let archive = Archive::create(folder.path().join("archive")).unwrap();
        let mapping: Mapping = mapping.parse().unwrap();
        let options = ImportOptions::default().mapping(Some(mapping));
        let report = archive.import_with(&[path], &options).unwrap();
        Self { _folder: folder, archive, report }
    }

    fn election(&self, title: &str) -> Election {
        let address = Address::title(title);
        let election = self.archive.get(&address).unwrap().election;
        // The stored text is enough to parse the record again.
        let source = self.archive.source(&address).unwrap();
        assert_eq!(parse(Format::detect("", &source), &source).unwrap(), *election, "{title}");
        (*election).clone()
    }

    fn has(&self, title: &str) -> bool {
        self.archive.get(Address::title(title)).is_ok()
    }

    fn errors(&self) -> Vec<String> {
        self.report
            .errors
            .iter()
            .map(|error| format!("{}: {} '{}'", error.line, error.expected, error.found))
            .collect()
    }

    fn notes(&self) -> String {
        self.report.notes.join("\n")
    }
}

fn results(contest: &Contest) -> BTreeMap<String, (Option<u64>, Option<u64>)> {
    let result = |one: &Contender| {
        let votes = one.tallies.first().and_then(|tally| tally.votes);
        (one.name().into_owned(), (votes, one.seats_won()))
    };
    contest.contenders.iter().map(result).collect()
}

fn votes(contest: &Contest, name: &str) -> Option<u64> {
    results(contest)[name].0
}

#[test]
fn counties_are_records_and_states_are_their_sums() {
    let imported = Imported::fixture("medsl");
    assert_eq!(imported.errors(), Vec::<String>::new());
    assert_eq!(imported.report.added, 12);
    let county = imported.election("1900 Ruritanian presidential election, NORTHMARCH, WASHINGTON");
    let area = county.area.unwrap();
    assert_eq!(
        (area.path.join("/"), area.levels.join("/")),
        ("NORTHMARCH/WASHINGTON".into(), "state/county".into())
    );
    assert_eq!(area.code.as_deref(), Some("01003"));
    assert_eq!(votes(&county.contests[0], "BORIS BORA"), Some(3790));
    assert!(county.contests[0].sum.is_none());

    let country = imported.election("1900 Ruritanian presidential election");
    let contest = &country.contests[0];
    let sum = contest.sum.as_ref().unwrap();
    assert_eq!((sum.areas, sum.level.as_deref(), sum.unopposed), (3, Some("county"), 0));
    assert_eq!(votes(contest, "ANNA ALBA"), Some(5120 + 2210 + 7001));
    assert_eq!(votes(contest, "BORIS BORA"), Some(4000 + 3790 + 6000));
    assert_eq!(contest.rounds[0].valid, Some(9300 + 6000 + 13001));
    assert_eq!(contest.options[0].tallies[0].votes, Some(180));
    let bora = contest.contenders.iter().find(|one| one.name() == "BORIS BORA").unwrap();
    assert_eq!(bora.notes, ["JUSTICE AND LAND in WASHINGTON"]);
    assert_eq!((country.area, country.year), (None, Some(1900)));

    let state = imported.election("1904 Ruritanian presidential election, NORTHMARCH");
    assert_eq!(state.area.unwrap().path, ["NORTHMARCH"]);
    assert_eq!(votes(&state.contests[0], "CLARA CAVA"), Some(5100 + 3500));
}

#[test]
fn candidates_of_a_party_are_added_and_independents_are_an_option() {
    let imported = Imported::fixture("aec");
    assert_eq!(imported.errors(), Vec::<String>::new());
    let country = imported.election("1905 Ruritanian parliamentary election");
    let contest = &country.contests[0];
    let expected =
        [("Justice", (Some(4200 + 3120), Some(1))), ("Unity", (Some(4500 + 3350 + 2700), Some(1)))];
    assert_eq!(results(contest), expected.map(|(name, all)| (name.to_owned(), all)).into());
    let independents = &contest.options[0];
    assert_eq!(independents.name, "Independents");
    assert_eq!(independents.tallies[0].votes, Some(3600 + 430));
    assert_eq!(independents.tallies[0].seats, Some(1));
    assert_eq!(contest.details[0].parameter, "independents");
    assert_eq!(contest.rounds[0].invalid, Some(220 + 160 + 95));
    let division = imported.election("1905 Ruritanian parliamentary election, NM, Birch");
    assert_eq!(division.area.unwrap().boundaries.as_deref(), Some("1903 redistribution"));
    let state = imported.election("1905 Ruritanian parliamentary election, NM");
    assert_eq!(state.area.unwrap().boundaries.as_deref(), Some("1903 redistribution"));
}

#[test]
fn stated_totals_stand_beside_the_sums() {
    let imported = Imported::fixture("totals");
    assert_eq!(imported.errors(), Vec::<String>::new());
    let country = imported.election("1906 Ruritanian parliamentary election");
    let (stated, sum) = (&country.contests[0], &country.results[0]);
    assert_eq!((stated.sum.is_some(), votes(stated, "Justice")), (false, Some(9300)));
    assert_eq!(sum.sum.as_ref().unwrap().areas, 4);
    let expected = [
        ("Greens", (Some(300), Some(0))),
        ("Justice", (Some(2300 + 2500 + 2600 + 1800), Some(1))),
        ("Unity", (Some(2500 + 2000 + 2700 + 2500), Some(3))),
    ];
    assert_eq!(results(sum), expected.map(|(name, all)| (name.to_owned(), all)).into());
    // Yew does not state its electors.
    assert_eq!((stated.rounds[0].registered, sum.rounds.len()), (Some(30000), 0));
    assert!(imported.notes().contains("does not state 'registered'"), "{}", imported.notes());
    assert!(imported.notes().contains("'Yew' does not state it"), "{}", imported.notes());
    // The South has no rows of its own.
    let south = imported.election("1906 Ruritanian parliamentary election, South");
    assert_eq!((south.contests.len(), south.results.len()), (1, 0));
    assert_eq!(votes(&south.contests[0], "Unity"), Some(5200));
    let north = imported.election("1906 Ruritanian parliamentary election, North");
    assert_eq!((north.contests.len(), north.results.len()), (1, 1));
}

const MAPPING: &str = r#"
[election]
title = { constant = "1905 Ruritanian parliamentary election" }
country = { constant = "Ruritania" }
[area]
path = ["state", "seat"]
levels = ["state", "seat"]
sum = ["country"]
seats = "winners"
[contender]
party = "party"
votes = "votes"
"#;

const COUNTRY: &str = "1905 Ruritanian parliamentary election";

fn with(mapping: &str, change: &str) -> String {
    mapping.replace("seats = \"winners\"", change)
}

#[test]
fn a_tie_or_an_unknown_winner_excludes_the_sum() {
    let table =
        "state,seat,party,votes\nN,Ash,Unity,10\nN,Ash,Justice,9\nN,Elm,Unity,7\nN,Elm,Justice,";
    for (last, expected) in [
        (
            "7",
            "4: one contender with the most votes in 'Elm', for its seat (seats = \"winners\"); \
               'Unity' and 'Justice' both have 7 (the sum of 'the country') ''",
        ),
        (
            "",
            "4: the votes of 'Justice' in 'Elm', for its seat (seats = \"winners\") (the sum of 'the country') ''",
        ),
        ("many", "5: a count such as 47095 in column 'votes' 'many'"),
    ] {
        let imported = Imported::text(MAPPING, &format!("{table}{last}\n"));
        assert_eq!(imported.errors()[0], expected);
        assert!(!imported.has(COUNTRY));
        assert!(imported.has(&format!("{COUNTRY}, N, Ash")));
    }
    // Without seats, unknown votes are left out of the sum of the party, and nothing else.
    let imported = Imported::text(&with(MAPPING, ""), &format!("{table}\n"));
    let contest = imported.election(COUNTRY).contests.remove(0);
    assert_eq!((votes(&contest, "Unity"), votes(&contest, "Justice")), (Some(17), None));
    assert!(imported.notes().contains("those of 'Justice', which 'Elm' does not state"));
}

#[test]
fn an_uncontested_seat_adds_no_votes() {
    let table = "state,seat,party,votes\nN,Ash,Unity,10\nN,Ash,Justice,9\nN,Elm,Unity,unopposed\n";
    let imported = Imported::text(MAPPING, table);
    assert_eq!(imported.errors(), Vec::<String>::new());
    let contest = imported.election(COUNTRY).contests.remove(0);
    let sum = contest.sum.as_ref().unwrap();
    assert_eq!((sum.areas, sum.unopposed), (2, 1));
    assert_eq!(results(&contest)["Unity"], (Some(10), Some(2)));
}

#[test]
fn a_row_that_cannot_be_placed_excludes_the_sum() {
    let table = "state,seat,party,votes\nN,Ash,Unity,10\nN,Elm,Unity,9\n";
    let imported = Imported::text(MAPPING, &format!("{table},Oak,Unity,5\n"));
    assert!(
        imported.errors()[0].starts_with("4: the larger area in 'state'"),
        "{:?}",
        imported.errors()
    );
    assert!(!imported.has(COUNTRY));
    let imported = Imported::text(MAPPING, &format!("{table}N,Oak,Unity\n"));
    assert_eq!(imported.errors().len(), 2, "{:?}", imported.errors());
    assert!(!imported.has(COUNTRY) && imported.has(&format!("{COUNTRY}, N, Ash")));
}

#[test]
fn areas_of_one_name_are_told_apart_and_codes_are_of_one_area() {
    let table = "state,seat,code,party,votes\nN,Washington,1,Unity,10\nS,Washington,2,Unity,9\n";
    let imported = Imported::text(MAPPING, table);
    assert!(
        imported.notes().contains("'N, Washington' and 'S, Washington'"),
        "{}",
        imported.notes()
    );
    assert_eq!(votes(&imported.election(COUNTRY).contests[0], "Unity"), Some(19));
    let mapping = with(MAPPING, "code = \"code\"");
    let imported = Imported::text(&mapping, table);
    assert_eq!(imported.notes(), "");
    let table = "state,seat,code,party,votes\nN,Washington,1,Unity,10\nS,Elm,1,Unity,9\n";
    let imported = Imported::text(&mapping, table);
    assert!(
        imported.errors()[0].contains("a code that no other area has"),
        "{:?}",
        imported.errors()
    );
    assert!(imported.errors()[1].contains("'N, Washington' has it too"), "{:?}", imported.errors());
    assert!(!imported.has(COUNTRY));
}

#[test]
fn larger_areas_without_smaller_ones_are_added_with_a_warning_and_totals_are_not() {
    let table = "state,seat,party,votes\nN,Ash,Unity,10\nIsles,,Unity,9\n";
    let imported = Imported::text(MAPPING, table);
    assert!(
        imported
            .report
            .warnings
            .first()
            .unwrap()
            .message
            .contains("'Isles' has no area of the level 'seat'")
    );
    let contest = imported.election(COUNTRY).contests.remove(0);
    assert_eq!((votes(&contest, "Unity"), contest.sum.unwrap().level), (Some(19), None));
    let imported = Imported::text(MAPPING, &table.replace("Isles", "Total"));
    assert!(imported.errors()[0].contains("'Total' is called a total"), "{:?}", imported.errors());
    assert!(!imported.has(COUNTRY));
}

#[test]
fn a_round_that_some_areas_lack_is_noted() {
    let mapping = with(MAPPING, "seats = \"winners\"")
        .replace("[contender]", "[contender]\nround = \"round\"");
    let table = "state,seat,round,party,votes\nN,Ash,1,Unity,60\nN,Ash,1,Justice,40\nN,Elm,1,Unity,40\n\
                 N,Elm,1,Justice,39\nN,Elm,2,Unity,44\nN,Elm,2,Justice,56\n";
    let imported = Imported::text(&mapping, table);
    assert!(
        imported.notes().contains("round 2 has figures of 1 areas, of 2"),
        "{}",
        imported.notes()
    );
    let contest = imported.election(COUNTRY).contests.remove(0);
    let unity = &contest.contenders[0];
    assert_eq!(
        unity.tallies.iter().map(|tally| tally.votes).collect::<Vec<_>>(),
        [Some(100), Some(44)]
    );
    assert_eq!(
        contest.contenders.iter().map(Contender::seats_won).collect::<Vec<_>>(),
        [Some(1), Some(1)]
    );
}

#[test]
fn previous_leads_to_the_same_area() {
    let mapping = MAPPING
        .replace(
            "title = { constant = \"1905 Ruritanian parliamentary election\" }",
            "title = { template = \"{year} Ruritanian election\" }\nprevious = \"before\"",
        )
        .replace("[election]", "key = \"year\"\n[election]");
    let table = "year,before,state,seat,party,votes\n1901,,N,Ash,Unity,10\n1901,,N,Elm,Unity,9\n\
                 1905,1901,N,Ash,Unity,11\n1905,1901,N,Oak,Unity,8\n";
    let imported = Imported::text(&mapping, table);
    let previous = |title: &str| imported.election(title).previous.and_then(|link| link.title);
    assert_eq!(
        previous("1905 Ruritanian election, N, Ash").unwrap(),
        "1901 Ruritanian election, N, Ash"
    );
    assert_eq!(previous("1905 Ruritanian election").unwrap(), "1901 Ruritanian election");
    assert_eq!(previous("1905 Ruritanian election, N, Oak"), None);
    let warnings: Vec<&str> =
        imported.report.warnings.iter().map(|one| one.message.as_str()).collect();
    assert!(
        warnings[0].starts_with("no election in 'N, Oak' has '1901' in 'year'"),
        "{warnings:?}"
    );
}

#[test]
fn columns_that_became_rows_are_summed() {
    let unpivot = |name: &str| {
        format!(
            "[unpivot]\ncolumns = {{ from = 3 }}\nname = \"{name}\"\nvalue = \"votes\"\n[election]"
        )
    };
    // A column a party.
    let mapping = MAPPING.replace("[election]", &unpivot("party"));
    let table = "state,seat,Unity,Justice\nN,Ash,10,9\nN,Elm,7,8\nS,Oak,5,\n";
    let imported = Imported::text(&mapping, table);
    assert_eq!(imported.errors(), Vec::<String>::new());
    let contest = imported.election(COUNTRY).contests.remove(0);
    let expected = [("Justice", (Some(17), Some(1))), ("Unity", (Some(22), Some(2)))];
    assert_eq!(results(&contest), expected.map(|(name, all)| (name.to_owned(), all)).into());
    imported.election(&format!("{COUNTRY}, S, Oak"));
    // A column a constituency: a row of the table belongs to all of them.
    let mapping = MAPPING.replace("[election]", &unpivot("seat"));
    let table = "state,party,Ash,Elm\nN,Unity,10,7\nN,Justice,9,8\n";
    let imported = Imported::text(&mapping, table);
    assert_eq!(imported.errors(), Vec::<String>::new());
    let contest = imported.election(COUNTRY).contests.remove(0);
    assert_eq!((votes(&contest, "Unity"), votes(&contest, "Justice")), (Some(17), Some(17)));
    let elm = imported.election(&format!("{COUNTRY}, N, Elm")).contests.remove(0);
    assert_eq!((votes(&elm, "Unity"), votes(&elm, "Justice")), (Some(7), Some(8)));
}

#[test]
fn a_joined_table_may_state_the_larger_area() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.csv");
    std::fs::write(&path, "seat,party,votes\n1,Unity,10\n1,Justice,9\n2,Unity,7\n2,Justice,8\n")
        .unwrap();
    std::fs::write(folder.path().join("seats.csv"), "id,name,state\n1,Ash,N\n2,Elm,S\n").unwrap();
    let mapping = MAPPING
        .replace(
            "path = [\"state\", \"seat\"]",
            "path = [\"s.state\", \"s.name\"]\ncode = \"seat\"",
        )
        .replace(
            "[election]",
            "[join.s]\nfile = \"seats.csv\"\non = \"seat\"\nkey = \"id\"\n[election]",
        );
    let archive = Archive::create(folder.path().join("archive")).unwrap();
    let options = ImportOptions::default().mapping(Some(mapping.parse().unwrap()));
    let report = archive.import_with(&[path], &options).unwrap();
    let imported = Imported { _folder: folder, archive, report };
    assert_eq!(imported.errors(), Vec::<String>::new());
    assert_eq!(votes(&imported.election(COUNTRY).contests[0], "Unity"), Some(17));
    assert_eq!(
        imported.election(&format!("{COUNTRY}, S, Elm")).area.unwrap().code.as_deref(),
        Some("2")
    );
}

#[test]
fn mistakes_in_the_section_are_explained() {
    let message = |change: &str| {
        let error = with(MAPPING, change).parse::<Mapping>().unwrap_err();
        error.to_string()
    };
    for (change, expected) in [
        ("by = \"person\"", "by = \"person\" needs a person in [contender]"),
        ("by = \"colour\"", "'colour' is no word of 'by'"),
        ("seats = \"column\"", "seats = \"column\" needs 'seats' in [contender]"),
        ("seats = \"winner\"", "'winner' is no word of 'seats'"),
        ("codes = \"code\"", "'codes' is no word of [area]"),
    ] {
        assert!(message(change).contains(expected), "{}", message(change));
    }
    let message = |from: &str, to: &str| {
        MAPPING.replace(from, to).parse::<Mapping>().unwrap_err().to_string()
    };
    for (from, to, expected) in [
        (
            "sum = [\"country\"]",
            "sum = [\"seat\"]",
            "'seat' in 'sum' is the level of the areas that are added; expected one of country, state",
        ),
        ("sum = [\"country\"]", "sum = [\"county\"]", "'county' in 'sum' is no level"),
        ("sum = [\"country\"]", "", "'seats' is of sums"),
        (
            "levels = [\"state\", \"seat\"]",
            "levels = [\"state\"]",
            "'levels' has 1 names, and 'path' has 2 values",
        ),
        (
            "path = [\"state\", \"seat\"]",
            "path = []",
            "'path' is a list; expected columns or values",
        ),
        ("path = [\"state\", \"seat\"]", "", "[area] needs 'path'"),
        ("[election]", "version_by = \"time\"\n[election]", "version_by makes several"),
        (
            "{ constant = \"1905",
            "{ template = \"{seat} 1905",
            "the title states the area by itself",
        ),
    ] {
        assert!(message(from, to).contains(expected), "{}", message(from, to));
    }
}

#[test]
fn the_mappings_of_the_documentation_are_those_of_the_fixtures() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let documentation = std::fs::read_to_string(root.join("docs/tables.md")).unwrap();
    for name in ["medsl.toml", "aec.toml", "totals.toml"] {
        let mapping = std::fs::read_to_string(fixture(name)).unwrap();
        assert!(documentation.contains(&mapping), "docs/tables.md lacks {name}");
    }
}
