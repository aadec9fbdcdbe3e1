//! Elections of areas: addresses, lists, chains, measures, and sums over areas.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::HashSet;
use std::fmt::Write as _;

use hustings::analysis::chain::{ChainOptions, LinkEvidence, chain};
use hustings::analysis::diff::{DiffOptions, compare_elections};
use hustings::analysis::matches::find_matches;
use hustings::analysis::measure::Measure;
use hustings::analysis::series::{SeriesOptions, measure_records, measure_territories};
use hustings::archive::{AreaFilter, Filter, ImportOptions};
use hustings::check::{Rule, check};
use hustings::model::Source;
use hustings::{Archive, Error};
use serde_json::{Value, json};

const FIXTURE: &str = "fixtures/areas/ruritania.jsonl";

fn archive() -> (tempfile::TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path().join("archive")).unwrap();
    archive.import([FIXTURE]).unwrap();
    (folder, archive)
}

/// An archive of these documents, as JSON lines.
fn archive_of(documents: &[Value]) -> (tempfile::TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path().join("archive")).unwrap();
    let lines = documents.iter().fold(String::new(), |mut lines, document| {
        writeln!(lines, "{document}").unwrap();
        lines
    });
    archive.import_texts([("areas.jsonl", lines)], &ImportOptions::default()).unwrap();
    (folder, archive)
}

fn vote(title: &str, year: i32, path: &[&str]) -> Value {
    let mut vote =
        json!({"title": title, "country": "Ruritania", "year": year, "type": "parliamentary"});
    if !path.is_empty() {
        vote["area"] = json!({"path": path});
    }
    vote
}

fn addresses(archive: &Archive, filter: &Filter) -> Vec<String> {
    archive.list(filter).unwrap().into_iter().map(|record| record.address).collect()
}

#[test]
fn an_address_has_the_shortest_end_of_the_path_that_is_unique() {
    let (_folder, archive) = archive();
    let of_1901 = Filter::default().since(1901).until(1901);
    assert_eq!(
        addresses(&archive, &of_1901),
        [
            "ruritania/1901",
            "ruritania/1901/parliamentary/northmarch",
            "ruritania/1901/parliamentary/northshire/washington",
            "ruritania/1901/parliamentary/southmarch",
            "ruritania/1901/parliamentary/southshire/washington",
        ]
    );
    let all = archive.list(&Filter::default()).unwrap();
    for record in &all {
        assert_eq!(archive.get(record.address.as_str()).unwrap().id, record.id);
    }
    let long = archive.get("ruritania/1901-05-02/parliamentary/Northshire/Northmarch").unwrap();
    assert_eq!(long.address, "ruritania/1901/parliamentary/northmarch");
    let error = archive.get("ruritania/1901/parliamentary/washington").unwrap_err();
    assert!(matches!(error, Error::Ambiguous { matches, .. } if matches.len() == 2));
    assert!(archive.get("ruritania/1901/parliamentary/atlantis").is_err());
}

#[test]
fn a_year_with_areas_only_is_ambiguous_and_says_how_many_it_has() {
    let names: Vec<String> = (0..30).map(|number| format!("Seat {number}")).collect();
    let votes = names.iter().map(|name| vote(&format!("1901 vote, {name}"), 1901, &[name]));
    let (_folder, archive) = archive_of(&votes.collect::<Vec<_>>());
    let error = archive.get("ruritania/1901").unwrap_err();
    assert!(
        matches!(&error, Error::Ambiguous { matches, omitted: 20, .. } if matches.len() == 10),
        "{error}"
    );
    assert!(archive.get("ruritania/1901/parliamentary/seat-7").is_ok());
}

#[test]
fn an_area_may_have_the_name_of_a_part_of_another() {
    let (_folder, archive) = archive_of(&[
        vote("1901 vote, A", 1901, &["Washington"]),
        vote("1901 vote, B", 1901, &["Ohio", "Washington"]),
        vote("1901 vote, C", 1901, &["Iowa", "Ohio"]),
        vote("1901 vote, D", 1901, &["—"]),
    ]);
    assert_eq!(
        addresses(&archive, &Filter::default()),
        [
            "ruritania/1901/parliamentary/washington",
            "ruritania/1901/parliamentary/ohio/washington",
            "ruritania/1901/parliamentary/ohio",
            "1901 vote, D",
        ]
    );
    for record in archive.list(&Filter::default()).unwrap() {
        assert_eq!(archive.get(record.address.as_str()).unwrap().id, record.id);
    }
}

#[test]
fn a_type_with_a_slash_keeps_its_address() {
    let mut vote = vote("1901 vote", 1901, &[]);
    vote["type"] = "regional/municipal".into();
    let (_folder, archive) = archive_of(&[vote]);
    assert!(archive.get("ruritania/1901/regional/municipal").is_ok());
    assert!(archive.get("ruritania/1901/regional-municipal").is_ok());
}

#[test]
fn a_filter_selects_areas_by_name_code_path_and_level() {
    let (_folder, archive) = archive();
    let count = |filter: Filter| archive.list(&filter).unwrap().len();
    let within = |name: &str| Filter::default().area(AreaFilter::Within(name.to_owned()));
    let exactly = |name: &str| Filter::default().area(AreaFilter::Exactly(name.to_owned()));
    assert_eq!(count(Filter::default()), 17);
    assert_eq!(count(Filter::default().area(AreaFilter::WholeCountry)), 3);
    assert_eq!(count(Filter::default().level("country".to_owned())), 3);
    assert_eq!(count(within("northshire")), 7);
    assert_eq!(count(within("Northshire/Washington")), 3);
    assert_eq!(count(within("R22")), 3);
    assert_eq!(count(exactly("northmarch").since(1903).until(1903)), 1);
    assert_eq!(count(Filter::default().level("Constituency".to_owned())), 14);
    // The archive has records of areas within Northshire only.
    assert!(archive.list(&exactly("northshire")).is_err());
}

#[test]
fn an_unknown_area_is_an_error_with_suggestions() {
    let (_folder, archive) = archive();
    let filter = Filter::default().area(AreaFilter::Within("Nortmarch".to_owned()));
    let error = archive.list(&filter).unwrap_err();
    assert!(
        matches!(&error, Error::UnknownArea { suggestions, .. } if suggestions[0] == "Northmarch"),
        "{error:?}"
    );
    let error = archive.list(&Filter::default().level("constituencies".to_owned())).unwrap_err();
    assert!(
        matches!(&error, Error::UnknownLevel { suggestions, .. } if suggestions == &["constituency"])
    );
}

#[test]
fn the_chain_of_an_area_follows_links_to_elections_of_the_country() {
    let (_folder, archive) = archive();
    let snapshot = archive.snapshot();
    for start in ["1901", "1905", "1909"] {
        let start = format!("ruritania/{start}/parliamentary/northmarch");
        let start = archive.get(start.as_str()).unwrap();
        let found = chain(&snapshot, &start, &ChainOptions::default()).unwrap();
        let addresses: Vec<&str> =
            found.steps.iter().map(|step| step.address.as_deref().unwrap()).collect();
        assert_eq!(
            addresses,
            [
                "ruritania/1901/parliamentary/northmarch",
                "ruritania/1905/parliamentary/northmarch",
                "ruritania/1909/parliamentary/northmarch"
            ]
        );
        let changes: Vec<_> =
            found.steps.iter().filter_map(|step| step.boundary_change.clone()).collect();
        assert_eq!(changes, [["1898".to_owned(), "1907".to_owned()]]);
    }
    let start = archive.get("ruritania/1901").unwrap();
    let whole = chain(&snapshot, &start, &ChainOptions::default()).unwrap();
    let notes = whole.steps.iter().flat_map(|step| &step.notes);
    assert_eq!((whole.steps.len(), notes.count()), (3, 0));
}

#[test]
fn a_renamed_area_is_found_by_its_code() {
    let (_folder, archive) = archive();
    let start = archive.get("ruritania/1905/parliamentary/southshire/washington").unwrap();
    let found = chain(&archive.snapshot(), &start, &ChainOptions::default()).unwrap();
    let last = found.steps.last().unwrap();
    assert_eq!(last.address.as_deref(), Some("ruritania/1909/parliamentary/new-washington"));
    assert_eq!(last.notes, ["renamed: Southshire, Washington → Southshire, New Washington"]);
}

#[test]
fn inference_joins_neither_other_areas_nor_an_area_with_the_country() {
    let (_folder, archive) = archive_of(&[
        vote("1901 vote", 1901, &[]),
        vote("1902 vote", 1902, &["Northmarch"]),
        vote("1903 vote", 1903, &["Southmarch"]),
        vote("1904 vote", 1904, &["NORTHMARCH"]),
        vote("1905 vote", 1905, &[]),
    ]);
    let snapshot = archive.snapshot();
    let steps = |title: &str| {
        let start = archive.get(title).unwrap();
        let chain = chain(&snapshot, &start, &ChainOptions::default().infer(true)).unwrap();
        chain.steps.into_iter().map(|step| step.title).collect::<Vec<_>>()
    };
    assert_eq!(steps("1901 vote"), ["1901 vote", "1905 vote"]);
    assert_eq!(steps("1902 vote"), ["1902 vote", "1904 vote"]);
    assert_eq!(steps("1903 vote"), ["1903 vote"]);
}

#[test]
fn a_link_to_an_election_without_the_area_ends_the_chain() {
    let mut later = vote("1905 vote, Northmarch", 1905, &["Northmarch"]);
    later["previous"] = json!({"title": "1901 vote"});
    let documents =
        [vote("1901 vote", 1901, &[]), vote("1901 vote, South", 1901, &["South"]), later];
    let (_folder, archive) = archive_of(&documents);
    let start = archive.get("1905 vote, Northmarch").unwrap();
    let found = chain(&archive.snapshot(), &start, &ChainOptions::default()).unwrap();
    assert_eq!(found.steps.len(), 2);
    assert_eq!(found.steps[0].evidence, LinkEvidence::OtherArea);
    assert_eq!(found.steps[0].version, None);
}

#[test]
fn elections_with_different_boundaries_are_compared_on_request() {
    let (_folder, archive) = archive();
    let of = |year: &str| {
        let address = format!("ruritania/{year}/parliamentary/northmarch");
        archive.get(address.as_str()).unwrap()
    };
    let (middle, last) = (of("1905"), of("1909"));
    let diff = compare_elections(&middle.election, &last.election, &DiffOptions::default());
    assert!(diff.changes.is_empty());
    assert!(diff.areas.unwrap()[1].contains("1907"));
    let across = DiffOptions::default().across_areas(true);
    assert!(!compare_elections(&middle.election, &last.election, &across).changes.is_empty());

    let records = [of("1901"), middle, last];
    let points = |options: SeriesOptions<'_>| {
        measure_records(&records, &[Measure::Volatility], &options).points
    };
    let has_value: Vec<bool> =
        points(SeriesOptions::default()).iter().map(|point| !point.values.is_empty()).collect();
    assert_eq!(has_value, [false, true, false]);
    assert!(points(SeriesOptions::default())[2].boundary_change.is_some());
    assert!(!points(SeriesOptions::default().across(true))[2].values.is_empty());
}

#[test]
fn a_series_of_territories_has_whole_countries_by_default() {
    let (_folder, archive) = archive();
    let snapshot = archive.snapshot();
    let of_level = Filter::default().level("constituency".to_owned());
    let count = |options: &SeriesOptions<'_>| {
        let points = measure_territories(&snapshot, &[], &[Measure::Margin], options, false);
        points.unwrap().count()
    };
    assert_eq!(count(&SeriesOptions::default()), 3);
    assert_eq!(count(&SeriesOptions::default().areas(&of_level)), 14);
}

#[test]
fn records_of_different_areas_are_never_matched() {
    let contest = json!([{"contenders": [
        {"party": {"name": "Unity"}, "tallies": [{"votes": 12_345}]},
        {"party": {"name": "Justice"}, "tallies": [{"votes": 23_456}]}
    ]}]);
    let record = |title: &str, path: &[&str]| {
        let mut record = vote(title, 1901, path);
        record["dates"] = json!([{"start": "1901-05-02"}]);
        record["contests"] = contest.clone();
        record.to_string()
    };
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path().join("archive")).unwrap();
    let import = |source: &str, lines: &[String]| {
        let options = ImportOptions::default().source(Source::new(source).unwrap());
        let name = format!("{source}.jsonl");
        archive.import_texts([(name, lines.join("\n"))], &options).unwrap();
    };
    import("one", &[record("Vote in the north", &["North"]), record("The vote", &[])]);
    import("other", &[record("Northern vote", &["North"]), record("Southern vote", &["South"])]);
    let snapshot = archive.snapshot();
    let found = find_matches(&snapshot, None).unwrap();
    let pairs: Vec<[String; 2]> = found
        .map(|found| found.map(|found| [found.first.title, found.second.title]).unwrap())
        .collect();
    assert_eq!(pairs, [["Vote in the north".to_owned(), "Northern vote".to_owned()]]);
}

#[test]
fn a_sum_is_compared_with_its_parts_and_with_the_stated_figure() {
    let (_folder, archive) = archive();
    let sums = |archive: &Archive| {
        let findings = check(archive).unwrap().into_iter();
        let sums = findings.filter(|finding| finding.rule == Rule::AreaSum);
        sums.map(|finding| (finding.address, finding.place, finding.stated)).collect::<Vec<_>>()
    };
    assert_eq!(sums(&archive), []);
    let mut corrected = archive.document("ruritania/1901/parliamentary/northmarch").unwrap();
    corrected.contests[0].contenders[0].tallies[0].votes = Some(421);
    let line = serde_json::to_string(&corrected).unwrap();
    archive.import_texts([("correction.jsonl", line)], &ImportOptions::default()).unwrap();
    let found = sums(&archive);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].0, "ruritania/1901");
    // With an area missing, the total is unknown.
    archive.remove("ruritania/1901/parliamentary/southmarch", None).unwrap();
    assert_eq!(sums(&archive), []);

    let contest = |votes: u64, sum: Option<u32>| {
        let sum = sum.map(|areas| json!({"areas": areas, "level": "constituency"}));
        json!({"contenders": [{"party": {"name": "Unity"}, "tallies": [{"votes": votes}]}], "sum": sum})
    };
    let mut stated = vote("1913 vote", 1913, &[]);
    stated["contests"] = json!([contest(100, None)]);
    stated["results"] = json!([contest(99, Some(7))]);
    let (_folder, archive) = archive_of(&[stated]);
    assert_eq!(sums(&archive).len(), 1);
}

#[test]
fn links_to_elections_of_the_country_are_no_findings() {
    let (_folder, archive) = archive();
    let links: Vec<_> = check(&archive)
        .unwrap()
        .into_iter()
        .filter(|finding| {
            matches!(finding.rule, Rule::LinkConflicting | Rule::LinkCycle | Rule::LinkMissing)
        })
        .collect();
    assert_eq!(links, []);
}

#[test]
fn areas_are_listed_with_their_elections() {
    let (_folder, archive) = archive();
    let areas = archive.areas(&Filter::default().country("ruritania")).unwrap();
    let lines: Vec<(String, Option<&str>, u32)> = areas
        .iter()
        .map(|area| (area.path.join("/"), area.boundaries.as_deref(), area.elections))
        .collect();
    assert_eq!(
        lines,
        [
            ("Northshire/Northmarch".to_owned(), None, 1),
            ("Northshire/Northmarch".to_owned(), Some("1898"), 2),
            ("Northshire/Northmarch".to_owned(), Some("1907"), 1),
            ("Northshire/Washington".to_owned(), Some("1898"), 3),
            ("Southshire/New Washington".to_owned(), Some("1898"), 1),
            ("Southshire/Southmarch".to_owned(), None, 1),
            ("Southshire/Southmarch".to_owned(), Some("1898"), 3),
            ("Southshire/Washington".to_owned(), Some("1898"), 2),
        ]
    );
    let snapshot = archive.snapshot();
    let whole = archive.get("ruritania/1909").unwrap();
    assert_eq!(snapshot.areas_of(&whole, Some("constituency")).unwrap().len(), 4);
    assert_eq!(snapshot.areas_of(&whole, Some("state")).unwrap().len(), 0);
}

/// A nation of 650 constituencies in five elections. Every fourth constituency has new boundaries in
/// the last two.
#[test]
fn a_nation_of_constituencies() {
    let years = [1901, 1905, 1909, 1913, 1917];
    let mut documents = Vec::new();
    for (at, year) in years.iter().enumerate() {
        for seat in 0..650_u64 {
            let path = [format!("Shire {}", seat / 13), format!("Seat {}", seat % 100)];
            let boundaries = if at >= 3 && seat % 4 == 0 { "1912" } else { "1898" };
            let tallies = |votes: u64| json!([{"round": 1, "votes": votes, "share": format!("{}.00", votes / 25)}]);
            let mut record = vote(&format!("{year} vote, {}", path.join(", ")), *year, &[]);
            record["area"] = json!({
                "path": path, "levels": ["shire", "seat"], "code": format!("S{seat}"),
                "boundaries": boundaries,
            });
            record["contests"] = json!([{"contenders": [
                {"party": {"name": "Unity"}, "tallies": tallies(1000)},
                {"party": {"name": "Justice"}, "tallies": tallies(1500)},
            ]}]);
            if at > 0 {
                record["previous"] = json!({"title": format!("{} vote", years[at - 1])});
            }
            documents.push(record);
        }
    }
    let (_folder, archive) = archive_of(&documents);
    let snapshot = archive.snapshot();
    let records = snapshot.list(&Filter::default()).unwrap();
    assert_eq!(records.len(), 3250);
    let unique: HashSet<&str> = records.iter().map(|record| record.address.as_str()).collect();
    assert_eq!(unique.len(), 3250);
    for record in &records {
        assert!(record.address.starts_with("ruritania/"), "{}", record.address);
        assert_eq!(snapshot.id(record.address.as_str()).unwrap(), record.id);
    }
    let start = snapshot.get("ruritania/1909/parliamentary/shire-2/seat-28").unwrap();
    let found = chain(&snapshot, &start, &ChainOptions::default()).unwrap();
    assert_eq!(found.steps.len(), 5);
    let changed = found.steps.iter().filter(|step| step.boundary_change.is_some());
    assert_eq!(changed.count(), 1);
    let series = measure_records(
        &found.records(&snapshot).unwrap(),
        &[Measure::Volatility],
        &SeriesOptions::default(),
    );
    let values = series.points.iter().filter(|point| !point.values.is_empty());
    assert_eq!(values.count(), 3, "not of the first, nor across the change of boundaries");
    let hidden = snapshot.hidden_areas(&Filter::default().area(AreaFilter::WholeCountry)).unwrap();
    assert_eq!((hidden.records, hidden.without_country), (3250, 3250));
}
