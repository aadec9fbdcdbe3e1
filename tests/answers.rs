//! Every answer of the library survives a round trip through JSON and matches its schema, both with
//! plain `serde_json` and as a JSON document.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::path::Path;
use std::sync::LazyLock;

use hustings::Archive;
use hustings::analysis::chain::{self, ChainOptions};
use hustings::analysis::diff::{self, ChangeValue, DiffOptions, LineageIndex};
use hustings::analysis::measure::Measure;
use hustings::analysis::party_changes::party_changes;
use hustings::analysis::series;
use hustings::archive::{ElectionQueries, Filter, ImportOptions};
use hustings::check;
use hustings::formats::Mapping;
use hustings::render::{
    Answer, ChangedNames, CheckResults, ElectionList, ImportList, ListEntry, MeasureDescription,
    MeasureList, PartyChangeList, RuleCountList, Titled, VersionList, schema,
};
use jsonschema::{Validator, draft202012};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// Ensures that JSON matches a schema and has no null.
fn ensure_valid(name: &str, json: &Value) {
    static VALIDATORS: LazyLock<BTreeMap<&str, Validator>> = LazyLock::new(|| {
        let schemas = schema::schemas().into_iter();
        schemas.map(|(name, schema)| (name, draft202012::new(&schema).unwrap())).collect()
    });
    let errors: Vec<String> = VALIDATORS[name]
        .iter_errors(json)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
    assert!(!json.to_string().contains(":null"), "{name}: {json}");
}

/// Ensures that a part of an answer survives a round trip through JSON, and matches a schema.
fn ensure_part<T: Serialize + DeserializeOwned + PartialEq + Debug>(name: &str, part: &T) {
    ensure_valid(name, &serde_json::to_value(part).unwrap());
    let back: T = serde_json::from_str(&serde_json::to_string(part).unwrap()).unwrap();
    assert_eq!(&back, part, "{name}");
}

/// Ensures that an answer and its JSON document survive a round trip, and match the schema.
fn ensure_answer<T: Answer + DeserializeOwned + PartialEq + Debug>(answer: &T) {
    ensure_part(T::NAME, answer);
    let document = answer.to_document().unwrap();
    ensure_valid(T::NAME, &document);
    assert_eq!(&serde_json::from_value::<T>(document).unwrap(), answer, "{}", T::NAME);
}

fn import(folder: &Path) -> Archive {
    let archive = Archive::create(folder.join("archive")).unwrap();
    let inputs = ["articles", "commission", "wikitext", "editions", "malformed", "dumps"];
    let inputs = inputs.map(|name| format!("fixtures/{name}"));
    let report = archive.import(inputs).unwrap();
    assert!(!report.errors.is_empty());
    ensure_answer(&report);
    archive
        .add_alias("nagorno-karabakh/2012", "Nagorno-Karabakh presidential election, 2012", None)
        .unwrap();
    let mapping = Mapping::load("fixtures/lineage/mapping.toml").unwrap();
    let options = ImportOptions::default().mapping(mapping);
    let report = archive.import_with(["fixtures/lineage"], &options).unwrap();
    ensure_answer(&report);
    archive
}

#[test]
fn answers_about_elections_survive_json() {
    let folder = tempfile::tempdir().unwrap();
    let archive = import(folder.path());
    let records = archive.list(&Filter::default()).unwrap();
    assert!(records.len() > 20);
    let mut kinds = BTreeSet::new();
    for record in &records {
        ensure_answer(record);
        let chain = chain::chain(&archive.snapshot(), record, &ChainOptions::default().infer(true))
            .unwrap();
        ensure_answer(&chain);
        for pair in chain.pairs(&archive.snapshot()) {
            let [before, after] = pair.unwrap().map(|record| record.election);
            let lineage = LineageIndex::load(&archive.snapshot(), [&*before, &*after]).unwrap();
            let options = DiffOptions::default().lineage(&lineage);
            let elections = diff::compare_elections(&before, &after, &options);
            let versions = diff::compare_versions(&before, &after);
            for diff in [elections, versions] {
                ensure_answer(&diff);
                ensure_answer(&diff.stat());
                ensure_answer(&ChangedNames { names: diff.changed_names() });
                for change in &diff.changes {
                    let sides = [&change.before, &change.after].into_iter().flatten();
                    kinds.extend(sides.map(|side| kind_name(&side.value)));
                }
                ensure_answer(&Titled { title: "before → after".to_owned(), comparison: diff });
            }
        }
    }
    assert_eq!(
        kinds.into_iter().collect::<Vec<_>>().join(" "),
        "count date decimal list number text"
    );
    let series = series::measure_records(&records, &Measure::ALL, &Default::default());
    assert!(series.points.iter().any(|point| point.values.values().any(|value| !value.is_exact())));
    ensure_answer(&series);
}

fn kind_name(value: &ChangeValue) -> &'static str {
    match value {
        ChangeValue::Count(_) => "count",
        ChangeValue::Number(_) => "number",
        ChangeValue::Decimal(_) => "decimal",
        ChangeValue::Date(_) => "date",
        ChangeValue::Text(_) => "text",
        ChangeValue::List(_) => "list",
        _ => panic!("a kind without a name"),
    }
}

#[test]
fn answers_about_an_archive_survive_json() {
    let folder = tempfile::tempdir().unwrap();
    let archive = import(folder.path());
    let title = hustings::model::Address::title("2012 Nagorno-Karabakh presidential election");
    archive.remove("artsakh/2017", Some("a test")).unwrap();
    ensure_answer(&VersionList { versions: archive.versions("nagorno-karabakh/2012").unwrap() });
    ensure_answer(&VersionList { versions: archive.versions("artsakh/2017").unwrap_or_default() });
    ensure_answer(&ImportList { imports: archive.imports().unwrap() });
    let snapshot = archive.snapshot();
    let listings = snapshot.listings(&Filter::default()).unwrap();
    let elections = listings.map(|listed| ListEntry::from(listed.unwrap())).collect();
    ensure_answer(&ElectionList { elections });
    let measures = Measure::ALL.into_iter().map(MeasureDescription::from).collect();
    ensure_answer(&MeasureList { measures });
    let changes = party_changes(&archive.snapshot().lineages("israel").unwrap(), None);
    assert!(!changes.is_empty());
    ensure_answer(&PartyChangeList { changes });
    let findings = check::check(&archive).unwrap();
    ensure_answer(&RuleCountList { rules: check::count_by_rule(&findings) });
    let records = archive.list(&Filter::default()).unwrap();
    let derived: Vec<_> =
        records.iter().flat_map(|record| check::derived_facts(record, &[])).collect();
    let agreements = check::value_agreements(&archive, &title).unwrap();
    assert!(!findings.is_empty() && !derived.is_empty() && !agreements.is_empty());
    findings.iter().for_each(|finding| ensure_part("finding", finding));
    derived.iter().for_each(|fact| ensure_part("derived", fact));
    agreements.iter().for_each(|agreement| ensure_part("agreement", agreement));
    ensure_answer(&CheckResults { findings: findings.clone(), derived: None, agreements: None });
    let (derived, agreements) = (Some(derived), Some(agreements));
    ensure_answer(&CheckResults { findings, derived, agreements });
    ensure_answer(&archive.stats().unwrap());
    drop(snapshot);
    archive.close().unwrap();
    let path = folder.path().join("archive");
    ensure_answer(&Archive::options().verify_records(&path).unwrap());
    ensure_answer(&Archive::options().backup(&path, folder.path().join("backup")).unwrap());
    ensure_answer(&Archive::options().reparse(&path).unwrap());
}
