//! Territories with several names, and addresses of elections whose versions or dates state other
//! years or countries.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use hustings::Archive;
use hustings::analysis::measure::Measure;
use hustings::analysis::series;
use hustings::archive::{Filter, ImportOptions, TerritoryAlias};
use hustings::model::{Address, VersionSelector};
use serde_json::{Value, json};

fn archive_of(elections: &[Value]) -> (tempfile::TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path()).unwrap();
    import(&archive, elections);
    (folder, archive)
}

fn import(archive: &Archive, elections: &[Value]) {
    let lines: Vec<String> = elections.iter().map(Value::to_string).collect();
    let texts = [("elections.jsonl".to_owned(), lines.join("\n"))];
    let report = archive.import_texts(texts, &ImportOptions::default()).unwrap();
    assert!(report.errors.is_empty(), "{:?}", report.errors);
}

fn election(title: &str, country: &str, year: i32) -> Value {
    let round = json!({ "number": 1, "turnout": "50.0" });
    json!({
        "title": title, "country": country, "year": year, "type": "general",
        "contests": [{ "type": "general", "rounds": [round] }],
    })
}

fn alias(archive: &Archive, name: &str, alias: &str, years: [Option<i32>; 2]) {
    let (name, alias, [from, until]) = (name.to_owned(), alias.to_owned(), years);
    archive.add_territory_alias(TerritoryAlias { name, alias, from, until }, None).unwrap();
}

fn titles(archive: &Archive, country: &str) -> Vec<String> {
    let filter = Filter::default().country(country.to_owned());
    archive.list(&filter).unwrap().into_iter().map(|record| record.election.title.clone()).collect()
}

#[test]
fn an_alias_limited_to_some_years_hides_no_election() {
    let (_folder, archive) = archive_of(&[
        election("Old", "Hellenic State", 1829),
        election("Later", "Hellenic State", 1926),
        election("New", "Greece", 2012),
    ]);
    alias(&archive, "Greece", "Hellenic State", [None, Some(1924)]);
    for name in ["greece", "GR", "GRC", "Greece"] {
        assert_eq!(titles(&archive, name), ["Old", "New"], "{name}");
    }
    assert_eq!(titles(&archive, "hellenic state"), ["Old", "Later"]);
    let found = archive.get("gr/2012").unwrap();
    assert_eq!(found.election.title, "New");
}

#[test]
fn an_alias_of_an_alias_holds_while_both_hold() {
    let (_folder, archive) = archive_of(&[
        election("Before", "Preussen", 1860),
        election("After", "Preussen", 1875),
        election("Own", "Ruritania", 1890),
    ]);
    alias(&archive, "Ruritania", "Prussia", [Some(1871), None]);
    alias(&archive, "Prussia", "Preussen", [None, None]);
    assert_eq!(titles(&archive, "ruritania"), ["After", "Own"]);
    assert_eq!(titles(&archive, "prussia"), ["Before", "After", "Own"]);
}

#[test]
fn a_polling_date_in_another_year_gives_no_address() {
    let dated = |title: &str, year: i32, date: &str| {
        let mut dated = election(title, "Ruritania", year);
        dated["dates"] = json!([{ "start": date, "bound": "on" }]);
        dated
    };
    let (_folder, archive) = archive_of(&[
        dated("First", 2001, "2000-12-31"),
        dated("Second", 2001, "2001-06-01"),
        dated("Other", 2000, "2000-12-01"),
    ]);
    for record in archive.list(&Filter::default()).unwrap() {
        let found = archive.get(&record.address).unwrap();
        assert_eq!(found.election.title, record.election.title, "{}", record.address);
    }
}

#[test]
fn an_old_version_has_the_address_of_its_election() {
    let (_folder, archive) =
        archive_of(&[election("One", "Ruritania", 2011), election("Two", "Ruritania", 2011)]);
    import(&archive, &[election("One", "Ruritania", 2012), election("Two", "Ruritania", 2013)]);
    let first =
        archive.get(Address::title("One").with_version(VersionSelector::Version(1))).unwrap();
    assert_eq!((first.election.year, first.address.as_str()), (Some(2011), "ruritania/2012"));
    let ambiguous = archive.get("ruritania/2011").unwrap_err().to_string();
    assert!(ambiguous.contains("names 2 elections"), "{ambiguous}");
}

#[test]
fn an_address_matches_the_country_and_year_of_one_version() {
    let (_folder, archive) = archive_of(&[election("One", "Ruritania", 2011)]);
    import(&archive, &[election("One", "Graustark", 2011)]);
    import(&archive, &[election("One", "Graustark", 2012)]);
    for address in ["ruritania/2011", "graustark/2011", "graustark/2012"] {
        assert_eq!(archive.get(address).unwrap().election.title, "One");
    }
    assert!(archive.get("ruritania/2012").is_err());
}

#[test]
fn a_territory_given_twice_is_measured_once() {
    let (_folder, archive) =
        archive_of(&[election("One", "Greece", 2011), election("Two", "Greece", 2012)]);
    let snapshot = archive.snapshot();
    let names = ["greece", "GR", "Greece"].map(str::to_owned);
    let options = series::SeriesOptions::default();
    let points =
        series::measure_territories(&snapshot, &names, &[Measure::Turnout], &options, true)
            .unwrap();
    assert_eq!(points.map(Result::unwrap).count(), 2);
}
