//! Links between elections, by the identifiers of their sources and by titles.

use std::cmp::Ordering;

use hustings::Archive;
use hustings::analysis::chain::{ChainOptions, LinkEvidence, chain};
use hustings::archive::ImportOptions;
use hustings::check::{Rule, check};
use hustings::formats::Mapping;
use hustings::model::Source;

use super::MAPPING;
use crate::common::archive_folder::ArchiveFolder;

/// Returns the titles of a chain, and the evidence of each step.
fn chain_of(archive: &Archive, address: &str) -> Vec<(String, LinkEvidence)> {
    let snapshot = archive.snapshot();
    let start = snapshot.get(address).unwrap();
    let chain = chain(&snapshot, &start, &ChainOptions::default()).unwrap();
    chain.steps.into_iter().map(|step| (step.title, step.evidence)).collect()
}

#[test]
fn the_key_of_a_previous_election_leads_to_the_one_that_the_source_identifies() {
    let fixture = ArchiveFolder::new();
    let import = |rows: &str| {
        let mapping = MAPPING.replace("date = \"date\"", "date = \"date\"\nprevious = \"before\"");
        let path = fixture.write("chain.csv", &format!("id,title,date,before,party,votes\n{rows}"));
        let mapping: Mapping = mapping.parse().unwrap();
        let options = ImportOptions::default().mapping(mapping).partial(true);
        let report = fixture.archive.import_with([path], &options).unwrap();
        assert!(report.errors.is_empty(), "{:?}", report.errors);
        fixture.ensure_sound();
        report
    };
    // Two elections have the same title; the third one follows the second.
    let first = "1,The vote,1901-01-01,,Blue,1\n";
    let third = "3,The third vote,1909-01-01,2,Blue,3\n";
    let report = import(&format!("{first}2,The vote,1905-01-01,1,Blue,2\n{third}"));
    assert_eq!((report.totals.links, report.totals.broken_links), (2, 0));
    let archive = &fixture.archive;
    let previous = fixture.get("ruritania/1909").election.previous.clone().unwrap();
    assert_eq!((previous.title.as_deref(), previous.id.as_deref()), (Some("The vote"), Some("2")));
    let expected = |start: usize| {
        let titles = ["The vote", "The vote (office 2)", "The third vote"];
        let evidence = |at: usize| match at.cmp(&start) {
            Ordering::Less => LinkEvidence::LaterSide,
            Ordering::Equal => LinkEvidence::Start,
            Ordering::Greater => LinkEvidence::LaterSide,
        };
        let steps = titles.iter().enumerate();
        steps.map(|(at, title)| ((*title).to_owned(), evidence(at))).collect::<Vec<_>>()
    };
    let addresses = ["ruritania/1901", "ruritania/1905", "ruritania/1909"];
    for (at, address) in addresses.iter().enumerate() {
        assert_eq!(chain_of(archive, address), expected(at), "{address}");
    }
    let is_about_links = |rule: Rule| {
        matches!(
            rule,
            Rule::LinkConflicting | Rule::LinkCycle | Rule::LinkMissing | Rule::DateOrder
        )
    };
    let findings = check(archive).unwrap();
    assert!(!findings.iter().any(|finding| is_about_links(finding.rule)), "{findings:#?}");
    // With an order of sources, links are those of the versions that are shown.
    archive.set_source_order(&["office"], None).unwrap();
    assert_eq!(chain_of(archive, "ruritania/1905"), expected(1));
    archive.set_source_order(&[], None).unwrap();
    // Another source has an election of the title. The source that states the key means its own.
    fixture.import_line("press", r#"{"title":"The fifth vote","country":"Ruritania","year":1913}"#);
    import("5,The fourth vote,1911-01-01,,Blue,2\n4,The fifth vote,1917-01-01,5,Blue,2\n");
    // A new title changes nothing, though the third election is not imported again.
    import("2,The second vote,1905-01-01,1,Blue,2\n1,The vote,1901-01-01,,Blue,1\n");
    let titles = |address: &str| {
        chain_of(archive, address).into_iter().map(|(title, _)| title).collect::<Vec<_>>()
    };
    for address in addresses {
        assert_eq!(titles(address), ["The vote", "The second vote", "The third vote"], "{address}");
    }
    // A removed election is reported as removed, not replaced by the other one of its title.
    archive.remove("ruritania/1905", None).unwrap();
    assert_eq!(
        chain_of(archive, "ruritania/1909")[0],
        ("The vote".to_owned(), LinkEvidence::Removed)
    );
    assert_eq!(titles("ruritania/1901"), ["The vote"]);
    fixture.ensure_sound();
}

#[test]
fn the_identifier_in_a_link_of_an_area_leads_to_the_same_area_of_that_election() {
    let fixture = ArchiveFolder::new();
    let archive = &fixture.archive;
    // Two elections of the country have the same title. The source identifies one area's record.
    let rows = "id,title,date,party,votes\n1,The vote,1901-01-01,Blue,1\n\
        2,The vote,1905-01-01,Blue,2\n3,The third vote,1909-01-01,Blue,3\n\
        4,\"The third vote, South\",1909-01-01,Blue,3\n";
    let office = || ImportOptions::default().source(Source::new("office").unwrap()).partial(true);
    let options =
        ImportOptions::default().mapping(MAPPING.parse::<Mapping>().unwrap()).partial(true);
    let report = archive.import_with([fixture.write("votes.csv", rows)], &options).unwrap();
    assert!(report.errors.is_empty(), "{:?}", report.errors);
    let record = |title: &str, year: i32, area: &str, links: &str| {
        format!(
            r#"{{"title":"{title}","country":"Ruritania","year":{year},"area":{{"path":["{area}"]}}{links}}}"#
        )
    };
    let lines = [
        record("The vote, North", 1901, "North", ""),
        record(
            "The second vote, North",
            1905,
            "North",
            r#","previous":{"title":"The vote","id":"1"},"next":{"title":"The third vote","id":"3"}"#,
        ),
        record(
            "The third vote, North",
            1909,
            "North",
            r#","previous":{"title":"The vote","id":"2"}"#,
        ),
        record("The third vote, South", 1909, "South", ""),
        // It identifies the third vote by the record of another area.
        record(
            "The fourth vote, North",
            1913,
            "North",
            r#","previous":{"title":"The third vote, South","id":"4"}"#,
        ),
        record("The fourth vote, East", 1913, "East", r#","previous":{"title":"x","id":"3"}"#),
    ];
    let path = fixture.write("areas.jsonl", &lines.join("\n"));
    let report = archive.import_with([path], &office()).unwrap();
    assert!(report.errors.is_empty(), "{:?}", report.errors);
    fixture.ensure_sound();
    let expected = |start: usize| {
        let evidence = match start {
            0 => [
                LinkEvidence::Start,
                LinkEvidence::LaterSide,
                LinkEvidence::BothSides,
                LinkEvidence::LaterSide,
            ],
            _ => [
                LinkEvidence::LaterSide,
                LinkEvidence::BothSides,
                LinkEvidence::BothSides,
                LinkEvidence::Start,
            ],
        };
        let titles = ["The vote", "The second vote", "The third vote", "The fourth vote"];
        let titles = titles.map(|title| format!("{title}, North"));
        titles.into_iter().zip(evidence).collect::<Vec<_>>()
    };
    assert_eq!(chain_of(archive, "The vote, North"), expected(0));
    // The record of another area is named.
    let snapshot = archive.snapshot();
    let start = snapshot.get("The fourth vote, North").unwrap();
    let found = chain(&snapshot, &start, &ChainOptions::default()).unwrap();
    assert_eq!(found.steps[2].notes, [format!("{} names The third vote, South", start.address)]);
    // The chain of an area without a record of that election ends there.
    let steps = chain_of(archive, "The fourth vote, East");
    assert_eq!(steps[0], ("The third vote".to_owned(), LinkEvidence::OtherArea));
    let findings = check(archive).unwrap();
    let about_links: Vec<_> = findings
        .iter()
        .filter(|finding| {
            matches!(
                finding.rule,
                Rule::LinkConflicting | Rule::LinkCycle | Rule::LinkMissing | Rule::DateOrder
            )
        })
        .collect();
    assert!(about_links.is_empty(), "{about_links:#?}");
}

#[test]
fn a_record_that_was_exported_before_links_had_identifiers_is_read() {
    let fixture = ArchiveFolder::new();
    let line = r#"{"title":"Vote B","previous":{"title":"Vote A","label":null,"year":null}}"#;
    assert_eq!(fixture.import_line("press", line).added, 1);
    let previous = fixture.get("Vote B").election.previous.clone().unwrap();
    assert_eq!((previous.title.as_deref(), previous.id), (Some("Vote A"), None));
}
