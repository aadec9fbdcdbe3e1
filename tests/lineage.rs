//! Lineages of parties: how they are imported and stored, and how they affect the comparison of two
//! elections.
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, and reports what it found"
)]

mod common;
#[path = "lineage/volatility.rs"]
mod volatility;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use common::shared_path;
use hustings::Archive;
use hustings::analysis::diff::{self, Confidence, Diff, LineageIndex, MatchMethod};
use hustings::analysis::measure::{Estimate, Measure};
use hustings::analysis::series;
use hustings::archive::{ElectionQueries, Filter, ImportOptions, ImportReport, Record};
use hustings::formats::Mapping;
use hustings::model::{Lineage, Party, PartyName, PartySuccession};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/lineage")
}

fn new_archive() -> (tempfile::TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path().join("archive")).unwrap();
    (folder, archive)
}

fn import(archive: &Archive, path: &Path, mapping: &str) -> ImportReport {
    let mapping = Some(Mapping::load(mapping).unwrap());
    let options = ImportOptions::default().mapping(mapping);
    archive.import_with(&[path.to_owned()], &options).unwrap()
}

fn archive_of_pairs() -> (tempfile::TempDir, Archive) {
    let (folder, archive) = new_archive();
    let report = import(&archive, &fixtures(), fixtures().join("mapping.toml").to_str().unwrap());
    assert!(report.errors.is_empty(), "{report:?}");
    (folder, archive)
}

fn diff_years(archive: &Archive, country: &str, years: [i32; 2]) -> Diff {
    let [before, after] =
        years.map(|year| archive.get(format!("{country}/{year}/parliamentary")).unwrap().election);
    let lineage = LineageIndex::load(&archive.snapshot(), [&*before, &*after]).unwrap();
    diff::compare_elections(&before, &after, &diff::DiffOptions::default().lineage(&lineage))
}

/// The matches by methods other than `Identical`, `Person` and `Party`: the matched names, the
/// method and the confidence.
fn match_summary(diff: &Diff) -> Vec<(String, MatchMethod, Confidence)> {
    let plain = |by: MatchMethod| {
        matches!(by, MatchMethod::Identical | MatchMethod::Person | MatchMethod::Party)
    };
    let found = diff.matches.iter().filter(|found| !plain(found.method));
    found
        .map(|found| {
            (
                format!("{} → {}", found.before.join(" + "), found.after.join(" + ")),
                found.method,
                found.confidence,
            )
        })
        .collect()
}

#[test]
fn parties_are_matched_across_mergers_splits_and_renames() {
    let (_folder, archive) = archive_of_pairs();
    let one = |diff: &Diff, names: &str, by, sure| {
        assert_eq!(match_summary(diff), [(names.to_owned(), by, sure)]);
    };
    let canada = diff_years(&archive, "canada", [2000, 2004]);
    let names = "Reform Party of Canada + Progressive Conservative Party of Canada → Conservative Party of Canada";
    one(&canada, names, MatchMethod::Merger, Confidence::Likely);
    let share = canada
        .changes
        .iter()
        .find(|change| change.match_method == Some(MatchMethod::Merger) && change.field == "share");
    let share = share.unwrap();
    assert_eq!(share.before.as_ref().map(|before| before.text.as_str()), Some("25.49 + 12.19"));
    assert_eq!(share.delta, Some(diff::Delta::Points("-8.05".parse().unwrap())));
    let why =
        &canada.matches.iter().find(|found| found.method == MatchMethod::Merger).unwrap().evidence;
    let said = "Reform Party of Canada → Conservative Party of Canada (2003-12-07, pairs)";
    assert!(why.contains(&said.to_owned()), "{why:?}");

    // The three parties stood together three years before they merged.
    let netherlands = diff_years(&archive, "netherlands", [1972, 1977]);
    let names = "Catholic Peoples Party + Anti-Revolutionary Party + Christian Historical Union → Christian Democratic Appeal";
    one(&netherlands, names, MatchMethod::Merger, Confidence::Possible);
    let moved =
        netherlands.movements.iter().find(|moved| moved.contender == "Christian Democratic Appeal");
    assert_eq!(moved.unwrap().seats.as_ref().unwrap().previous_election, Some(1));

    let australia = diff_years(&archive, "australia", [1943, 1946]);
    one(
        &australia,
        "United Australia Party → Liberal Party of Australia",
        MatchMethod::Succession,
        Confidence::Likely,
    );
    assert_eq!(australia.party_splits[0].to, "Lang Labour Party");

    let belgium = diff_years(&archive, "belgium", [1965, 1968]);
    let split: Vec<_> =
        belgium.matches.iter().filter(|found| found.method == MatchMethod::Split).collect();
    assert_eq!((split[0].before.len(), split[0].after.len()), (1, 2), "{split:?}");

    let kingdom = diff_years(&archive, "united-kingdom", [1987, 1992]);
    let merged = match_summary(&kingdom);
    assert_eq!(
        (merged.len(), merged[0].1),
        (1, MatchMethod::Merger),
        "one of them goes on: {merged:?}"
    );

    // A breakaway from a party that still stands counts as entered, and is not grouped with that
    // party.
    let israel = diff_years(&archive, "israel", [2003, 2006]);
    let left = israel.party_splits.iter().find(|part| part.to == "Forward").unwrap();
    assert_eq!(left.from, "The Consolidation");
    assert_eq!(left.evidence, ["The Consolidation → Forward (2005-11-24, pairs)"]);
    let entered =
        israel.changes.iter().find(|change| change.contender.as_deref() == Some("Forward"));
    assert_eq!(entered.unwrap().kind, diff::ChangeKind::Entered);
}

#[test]
fn a_lineage_survives_reimport_rebuild_and_export() {
    let (folder, archive) = archive_of_pairs();
    let path = folder.path().join("archive");
    let mapping = fixtures().join("mapping.toml");
    let again = import(&archive, &fixtures(), mapping.to_str().unwrap());
    assert_eq!((again.imports.len(), again.added, again.unchanged), (0, 0, 12 + 6));
    let known = archive.snapshot().lineages("NLD").unwrap();
    assert_eq!((known.len(), known[0].source.as_str()), (1, "pairs"), "by its code too");
    archive.rebuild(|_| ()).unwrap();
    assert_eq!(archive.snapshot().lineages("Netherlands").unwrap(), known);

    let mut lines = Vec::new();
    hustings::export::write_versions(&mut lines, &archive, None).unwrap();
    let copy = folder.path().join("copy");
    Archive::options().restore_from(&mut lines.as_slice(), Path::new("lines"), &copy).unwrap();
    assert_eq!(Archive::open(&copy).unwrap().snapshot().lineages("Netherlands").unwrap(), known);

    // A later import from the same source replaces the lineage. The journal keeps both.
    let newer = folder.path().join("newer");
    fs::create_dir(&newer).unwrap();
    for file in ["results.csv", "parties.csv", "changes.csv"] {
        let text = fs::read_to_string(fixtures().join(file)).unwrap();
        fs::write(newer.join(file), text.replace("405,235,1980-10-11\n", "")).unwrap();
    }
    let report = import(&archive, &newer, mapping.to_str().unwrap());
    assert_eq!((report.added, report.lineages.countries), (0, 1));
    let fewer = archive.snapshot().lineages("Netherlands").unwrap();
    assert_eq!(fewer[0].successions.len() + 1, known[0].successions.len());
    drop(archive);
    let found = Archive::options().verify_records(&path).unwrap();
    assert!(found.problems.is_empty(), "{:?}", found.problems);
    let archive = Archive::open(&path).unwrap();
    archive.rebuild(|_| ()).unwrap();
    assert_eq!(archive.snapshot().lineages("Netherlands").unwrap(), fewer);
}

#[test]
fn missing_or_unreadable_lineage_tables_are_reported() {
    let (folder, archive) = new_archive();
    fs::copy(fixtures().join("results.csv"), folder.path().join("results.csv")).unwrap();
    let report = import(
        &archive,
        &folder.path().join("results.csv"),
        fixtures().join("mapping.toml").to_str().unwrap(),
    );
    assert_eq!(report.added, 12);
    let said = report.errors.first().unwrap().to_string();
    assert!(said.contains("results.csv:1:1: expected a table of parties beside it"), "{said}");

    let names = fixtures().join("names.csv");
    let report = import(&archive, &names, fixtures().join("names.toml").to_str().unwrap());
    assert_eq!((report.added, report.lineages.successions), (0, 3));
    let said = report.errors.first().unwrap().to_string();
    assert!(
        said.contains("names.csv:5:4: expected a date such as 1991, 1991-02 or 1991-02-03"),
        "{said}"
    );

    fs::write(folder.path().join("parties.csv"), "id,country,name\n").unwrap();
    fs::write(folder.path().join("changes.csv"), "from,to,date\n1,2,1900\n").unwrap();
    let report = import(
        &archive,
        &folder.path().join("results.csv"),
        fixtures().join("mapping.toml").to_str().unwrap(),
    );
    assert!(
        report.errors.first().unwrap().to_string().contains("parties.csv"),
        "{:?}",
        report.errors
    );
    for (mapping, problem) in [
        (
            "[lineage.changes]\nfrom = \"a\"\nto = \"b\"",
            "needs parties; or else changes with a country",
        ),
        (
            "[lineage.parties]\nid = \"a\"\ncountry = \"b\"\nnames = []",
            "needs changes or renames beside its parties",
        ),
        ("key = \"a\"", "needs an [election] with a title, or a [lineage]"),
        ("[election]\ntitle = \"a\"", "a key tells which rows"),
        (
            "[lineage.changes]\nfile = \"../a\"\ncountry = \"c\"\nfrom = \"a\"\nto = \"b\"",
            "no name of a file beside",
        ),
    ] {
        let error = mapping.parse::<Mapping>().unwrap_err().to_string();
        assert!(error.contains(problem), "{error}");
    }
}

const TABLES: &str = r#"
file = "results.csv"
[lineage.parties]
file = "parties.csv"
id = "id"
country = "country"
names = ["name"]
[lineage.renames]
file = "renames.csv"
id = "id"
names = ["name"]
"#;
const CHANGES: &str = "[lineage.changes]\nfile = \"changes.csv\"\nfrom = \"from\"\nto = \"to\"\n";

/// Imports tables of parties, renames and changes. If `changes` is `None`, the mapping names no
/// table of changes.
fn import_tables(parties: &str, renames: &str, changes: Option<&str>) -> ImportReport {
    let (folder, archive) = new_archive();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("results.csv", "id\n1\n");
    write("parties.csv", &format!("id,country,name\n{parties}"));
    write("renames.csv", &format!("id,name\n{renames}"));
    changes.into_iter().for_each(|rows| write("changes.csv", &format!("from,to\n{rows}")));
    write("mapping.toml", &format!("{TABLES}{}", if changes.is_some() { CHANGES } else { "" }));
    let mapping = folder.path().join("mapping.toml");
    import(&archive, &folder.path().join("results.csv"), mapping.to_str().unwrap())
}

#[test]
fn an_invalid_row_is_reported_and_a_duplicate_row_is_read_once() {
    let report = import_tables(
        "1,R,One\n2,R,Two\n3,,Three\n2,R,Another\n1,R,One\n",
        "1,Uno\n1,Uno\n",
        Some("1,2\n1,1\n1,2\n,2\n1,3\n"),
    );
    let told: Vec<String> = report.errors.iter().map(ToString::to_string).collect();
    let place = |told: &String| told.rsplit('/').next().unwrap_or_default().to_owned();
    assert_eq!(
        told.iter().map(place).collect::<Vec<_>>(),
        [
            "parties.csv:4:2: expected the country of the party",
            "parties.csv:5:1: expected an id that no party above has, found '2'",
            "changes.csv:3:2: expected another party, found '1'",
            "changes.csv:5:1: expected a party",
            "changes.csv:6:2: expected the id of a party in the table of parties, found '3'",
        ]
    );
    assert_eq!((report.lineages.countries, report.lineages.successions), (1, 1));
}

#[test]
fn renames_alone_form_a_lineage() {
    for changes in [None, Some("")] {
        let report = import_tables("1,R,One\n", "1,Uno\n", changes);
        assert!(report.errors.is_empty() && report.notes.is_empty(), "{report:?}");
        assert_eq!((report.lineages.countries, report.lineages.successions), (1, 0));
    }
}

#[test]
fn parties_without_ids_are_matched_by_name() {
    let (folder, archive) = new_archive();
    import(
        &archive,
        &fixtures().join("names.csv"),
        fixtures().join("names.toml").to_str().unwrap(),
    );
    let party = |name: &str, seats: u32| serde_json::json!({"party": {"name": name}, "tallies": [{"round": 1, "seats": seats}]});
    let election = |year: i32, parties: Vec<serde_json::Value>| {
        serde_json::json!({
            "title": format!("{year} Ruritanian parliamentary election"), "country": "Ruritania", "year": year,
            "type": "parliamentary", "contests": [{"type": "parliamentary", "contenders": parties}],
        })
    };
    let before =
        vec![party("court party", 40), party("Peasants' League", 30), party("Foresters", 30)];
    let after = vec![party("Royal Party", 45), party("Green Union", 55)];
    let lines = format!("{}\n{}\n", election(1902, before), election(1906, after));
    let file = folder.path().join("elections.jsonl");
    fs::write(&file, lines).unwrap();
    archive.import([file]).unwrap();
    let diff = diff_years(&archive, "ruritania", [1902, 1906]);
    assert_eq!(
        match_summary(&diff),
        [
            ("court party → Royal Party".to_owned(), MatchMethod::Succession, Confidence::Likely),
            (
                "Peasants' League + Foresters → Green Union".to_owned(),
                MatchMethod::Merger,
                Confidence::Likely
            ),
        ]
    );
    let seats: Vec<_> = diff.changes.iter().filter_map(|change| change.delta).collect();
    assert_eq!(seats, [diff::Delta::Count(5), diff::Delta::Count(-5)]);
}

fn parliament(year: i32, parties: &[(&str, Option<&str>, &str)]) -> hustings::model::Election {
    let party = |(name, page, share): &(&str, Option<&str>, &str)| serde_json::json!({"party": {"name": name, "target": page}, "tallies": [{"round": 1, "share": share}]});
    let contenders: Vec<_> = parties.iter().map(party).collect();
    serde_json::from_value(serde_json::json!({
        "title": format!("{year} Ruritanian parliamentary election"), "country": "Ruritania", "year": year,
        "type": "parliamentary", "contests": [{"type": "parliamentary", "contenders": contenders}],
    }))
    .unwrap()
}

fn lineage(changes: &[(&str, &str, &str)]) -> LineageIndex {
    let ids: std::collections::BTreeSet<&str> =
        changes.iter().flat_map(|(from, to, _)| [*from, *to]).collect();
    let party = |id: &&str| Party {
        id: (*id).to_owned(),
        names: vec![PartyName { name: (*id).to_owned(), since: None }],
    };
    let change = |(from, to, date): &(&str, &str, &str)| PartySuccession {
        from: (*from).to_owned(),
        to: (*to).to_owned(),
        date: date.parse().ok(),
        note: None,
    };
    LineageIndex::new(&[Lineage {
        country: "Ruritania".to_owned(),
        source: "chronicle".to_owned(),
        id_parameter: None,
        parties: ids.iter().map(party).collect(),
        successions: changes.iter().map(change).collect(),
    }])
}

#[test]
fn a_party_named_independent_is_a_party() {
    let names = [("Independent Labour Party", None), ("Unity", Some("Unity (Ruritania)"))];
    let year = |year, shares: [&str; 2]| {
        let parties: Vec<_> =
            names.iter().zip(shares).map(|((name, page), share)| (*name, *page, share)).collect();
        parliament(year, &parties)
    };
    let (before, after) = (year(1901, ["40", "60"]), year(1905, ["41", "59"]));
    let diff = diff::compare_elections(&before, &after, &diff::DiffOptions::default());
    assert_eq!((diff.matches.len(), diff.stat().left, diff.name_suggestions.len()), (2, 0, 0));
    // Independents have no party in common, so they are not matched by party.
    let nobody = parliament(1901, &[("Independents", None, "4"), ("Unity", None, "96")]);
    let diff = diff::compare_elections(&nobody, &nobody.clone(), &diff::DiffOptions::default());
    assert!(diff.is_empty(), "they are alike in everything");
    let later = parliament(1905, &[("Independents", None, "5"), ("Unity", None, "95")]);
    let diff = diff::compare_elections(&nobody, &later, &diff::DiffOptions::default());
    assert_eq!(diff.stat().left, 1);
}

#[test]
fn two_parties_are_not_merged_because_a_third_split_between_them() {
    let before =
        parliament(1901, &[("Centre", None, "34"), ("Alliance", None, "8"), ("Left", None, "1")]);
    let after = parliament(1905, &[("Centre", None, "35"), ("Alliance", None, "6")]);
    let of = |changes: &[(&str, &str, &str)]| {
        let lineage = lineage(changes);
        diff::compare_elections(&before, &after, &diff::DiffOptions::default().lineage(&lineage))
    };
    let diff = of(&[("Left", "Centre", "1903"), ("Left", "Alliance", "1903")]);
    assert!(match_summary(&diff).is_empty(), "{:?}", match_summary(&diff));
    assert_eq!((diff.stat().left, diff.party_splits.len()), (1, 2));
    assert!(diff.party_splits.iter().all(|part| part.kind == diff::SplitKind::Joined));
    let diff = of(&[("Left", "Centre", "1903")]);
    assert_eq!(
        match_summary(&diff),
        [("Centre + Left → Centre".to_owned(), MatchMethod::Merger, Confidence::Likely)]
    );
}

#[test]
fn a_small_successor_is_only_a_possible_match() {
    let before = parliament(1901, &[("Values", None, "30"), ("Unity", None, "70")]);
    let of = |share: &str| {
        let after = parliament(1905, &[("Centre", None, share), ("Unity", None, "70")]);
        let lineage = lineage(&[("Values", "Centre", "1903")]);
        let options = diff::DiffOptions::default().lineage(&lineage);
        match_summary(&diff::compare_elections(&before, &after, &options))[0].2
    };
    assert_eq!((of("29"), of("3")), (Confidence::Likely, Confidence::Possible));
}
