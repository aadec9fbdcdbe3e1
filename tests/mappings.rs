//! Proposals of mappings, checks, built-in mappings, and the JSON Schema of mappings.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use hustings::formats::{MappedElection, Mapping, MappingCheck, ProposalOptions};

fn fixtures(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tables").join(folder);
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn is_table(file: &Path) -> bool {
    file.extension().is_some_and(|ending| ending != "expect" && ending != "toml")
}

fn describe(election: &MappedElection) -> String {
    let mut text = election.title.clone();
    let facts = [&election.country, &election.kind, &election.date.map(|date| date.to_string())];
    facts.into_iter().flatten().for_each(|fact| text.push_str(&format!(", {fact}")));
    let figures = [
        ("registered", election.registered),
        ("cast", election.cast),
        ("valid", election.valid),
        ("invalid", election.invalid),
        ("blank", election.blank),
    ];
    for (name, count) in figures {
        count.iter().for_each(|count| text.push_str(&format!(", {name} {count}")));
    }
    text.push('\n');
    for contender in &election.contenders {
        let names: Vec<&str> =
            [&contender.name, &contender.party].into_iter().flatten().map(String::as_str).collect();
        let _ = write!(text, "  {}:", names.join(", "));
        contender.votes.iter().for_each(|votes| text.push_str(&format!(" {votes}")));
        contender.share.iter().for_each(|share| text.push_str(&format!(" {share} %")));
        contender.seats.iter().for_each(|seats| text.push_str(&format!(" {seats} seats")));
        text.push('\n');
    }
    text
}

fn describe_check(check: &MappingCheck) -> String {
    let mut text = String::new();
    check.errors.iter().for_each(|error| text.push_str(&format!("error: {}\n", error.expected)));
    check.warnings.iter().for_each(|one| text.push_str(&format!("warning: {}\n", one.message)));
    let difference = |one: &hustings::formats::SumDifference| {
        format!("sum: {} has {} votes, of {} valid\n", one.title, one.votes, one.valid)
    };
    check.sum_differences.iter().for_each(|one| text.push_str(&difference(one)));
    check.first.iter().for_each(|election| text.push_str(&describe(election)));
    text
}

/// Compares a text with a file beside a table. `HUSTINGS_BLESS=1` rewrites the file.
fn compare(table: &Path, found: &str, wrong: &mut Vec<String>) {
    let mut file = table.as_os_str().to_owned();
    file.push(".expect");
    if std::env::var_os("HUSTINGS_BLESS").is_some() {
        fs::write(&file, found).unwrap();
    }
    if fs::read_to_string(&file).unwrap_or_default() != found {
        wrong.push(format!("{}:\n{found}", table.display()));
    }
}

#[test]
fn proposed_mappings_read_tables_unedited() {
    let options = ProposalOptions::default().country(Some("Ruritania".to_owned()));
    let mut wrong = Vec::new();
    let tables: Vec<PathBuf> = fixtures("init").into_iter().filter(|file| is_table(file)).collect();
    let mut clean = 0;
    for table in &tables {
        let proposal = Mapping::propose(table, &options).unwrap();
        let mapping: Mapping = proposal.text.parse().unwrap_or_else(|error| {
            panic!("{}: {error}\n{}", table.display(), proposal.text);
        });
        let check = mapping.check(table, 100).unwrap();
        assert_eq!(check.elections, proposal.elections, "{}", table.display());
        clean += usize::from(proposal.is_clean);
        let undecided = proposal.undecided.iter().map(|one| format!("not decided: {one}\n"));
        let found = undecided.collect::<String>() + &describe_check(&check);
        compare(table, &found, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tables.len() >= 15 && clean >= 15, "{clean} of {}", tables.len());
}

#[test]
fn built_in_mappings_read_samples_in_their_layouts() {
    let mut wrong = Vec::new();
    let mut used = std::collections::BTreeSet::new();
    for table in fixtures("built-in").iter().filter(|file| is_table(file)) {
        let stem = table.file_stem().unwrap().to_string_lossy().into_owned();
        let check = Mapping::load(&stem).unwrap().check(table, 100).unwrap();
        assert!(check.is_clean(), "{stem}: {check:#?}");
        compare(table, &describe_check(&check), &mut wrong);
        let proposal = Mapping::propose(table, &ProposalOptions::default()).unwrap();
        assert!(proposal.built_in.contains(&stem), "{stem}: {:?}", proposal.built_in);
        used.insert(stem);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Those with joined tables are tested with the real data, in tests/tables.rs and tests/lineage.rs.
    for mapping in Mapping::built_in() {
        assert!(
            used.contains(mapping.name) || ["parlgov", "partyfacts"].contains(&mapping.name),
            "{}",
            mapping.name
        );
        let read: Mapping = mapping.text.parse().unwrap();
        let source = read.source().unwrap();
        assert!(source.licence.is_some() && source.attribution.is_some(), "{}", mapping.name);
    }
}

#[test]
fn a_check_reports_sums_and_unread_columns() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("1905.csv");
    fs::write(&file, "Party,Votes,Valid,Rank\nUnity,600,1000,1\nJustice,300,1000,2\n").unwrap();
    let text = "[election]\ntitle = { constant = \"1905 election\" }\n[contest]\nvalid = \"Valid\"\n\
                [contender]\nparty = \"Party\"\nvotes = \"Votes\"\n";
    let check = text.parse::<Mapping>().unwrap().check(&file, 10).unwrap();
    assert_eq!((check.elections, check.contenders, check.votes), (1, 2, 900));
    assert_eq!((check.contests_with_valid_votes, check.differing_contests), (1, 1));
    assert_eq!(check.unread_columns, ["Rank"]);
}

#[test]
fn a_template_joins_parts_of_the_name_of_the_file_and_columns() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results-1905.csv");
    fs::write(&file, "Seat,Party,Votes\nNorthmarch,Unity,600\nSouthmarch,Unity,500\n").unwrap();
    let text = "key = \"Seat\"\n[election]\n\
                title = { file = '(?<year>\\d{4})', template = \"{year} election in {Seat}\" }\n\
                [contender]\nparty = \"Party\"\nvotes = \"Votes\"\n";
    let check = text.parse::<Mapping>().unwrap().check(&file, 10).unwrap();
    let titles: Vec<&str> = check.first.iter().map(|election| election.title.as_str()).collect();
    assert_eq!(titles, ["1905 election in Northmarch", "1905 election in Southmarch"]);
    let archive = hustings::Archive::create(folder.path().join("archive")).unwrap();
    let options = hustings::archive::ImportOptions::default().mapping(Some(text.parse().unwrap()));
    archive.import_with(&[file], &options).unwrap();
    for record in archive.list(&hustings::archive::Filter::default()).unwrap() {
        let source = archive.source(&record.address).unwrap();
        let read = hustings::formats::parse(hustings::formats::Format::Table, &source).unwrap();
        assert_eq!(read, *record.election);
    }
}

/// Every mapping that the parser accepts is valid by the schema, and unknown settings are not.
#[cfg(feature = "schema")]
#[test]
fn the_schema_accepts_every_mapping() {
    let schemas = hustings::render::schema::schemas();
    let (_, schema) = schemas.iter().find(|(name, _)| *name == "mapping").unwrap();
    let validator = jsonschema::draft202012::new(schema).unwrap();
    let mut texts: Vec<(String, String)> = Mapping::built_in()
        .map(|mapping| (mapping.name.to_owned(), mapping.text.to_owned()))
        .collect();
    for folder in ["", "publishers", "containers"] {
        for file in
            fixtures(folder).iter().filter(|file| file.extension().is_some_and(|end| end == "toml"))
        {
            texts.push((file.display().to_string(), fs::read_to_string(file).unwrap()));
        }
    }
    let options = ProposalOptions::default();
    for table in fixtures("init").iter().filter(|file| is_table(file)) {
        let text = Mapping::propose(table, &options).unwrap().text;
        texts.push((table.display().to_string(), text));
    }
    assert!(texts.len() > 30);
    for (name, text) in texts {
        let value: serde_json::Value = toml::from_str(&text).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
    let wrong: serde_json::Value =
        toml::from_str("[election]\ntitle = { colum = \"a\" }\n").unwrap();
    assert!(!validator.is_valid(&wrong));
}
