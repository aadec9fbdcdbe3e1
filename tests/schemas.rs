//! `docs/schema/` is generated from the types, and the JSON of the commands matches these schemas
//! and has no other members.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use common::run;
use hustings::analysis::measure::Measure;
use hustings::render::schema;
use serde_json::Value;

fn schema_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema")
}

fn read_schema(name: &str) -> Value {
    let path = schema_folder().join(format!("{name}.json"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// `HUSTINGS_BLESS=1` rewrites the files.
#[test]
fn the_schemas_are_generated_from_the_types() {
    let schemas = schema::schemas();
    for (name, schema) in &schemas {
        let text = serde_json::to_string_pretty(schema).unwrap() + "\n";
        let path = schema_folder().join(format!("{name}.json"));
        if std::env::var_os("HUSTINGS_BLESS").is_some() {
            fs::write(&path, &text).unwrap();
        }
        let file = fs::read_to_string(&path).unwrap_or_default();
        assert!(file == text, "{name}.json differs from its type; HUSTINGS_BLESS=1 writes it");
    }
    let files = fs::read_dir(schema_folder()).unwrap();
    let files: BTreeSet<String> =
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    let names: BTreeSet<String> = schemas.iter().map(|(name, _)| format!("{name}.json")).collect();
    assert_eq!(files, names);
}

/// The schemas allow no undescribed members, and no null.
#[test]
fn the_schemas_are_closed_and_described() {
    fn visit(name: &str, value: &Value) {
        match value {
            Value::Object(members) => {
                assert_ne!(members.get("type"), Some(&"null".into()), "{name}");
                if members.contains_key("properties") {
                    assert_eq!(members.get("additionalProperties"), Some(&false.into()), "{name}");
                }
                members.values().for_each(|value| visit(name, value));
            }
            Value::Array(items) => items.iter().for_each(|item| visit(name, item)),
            _ => {}
        }
    }
    for (name, schema) in schema::schemas() {
        visit(name, &schema);
        assert!(schema["title"].is_string() && schema["description"].is_string(), "{name}");
    }
}

fn query_json(archive: &Path, words: &[&str]) -> Value {
    let (_, out, err) = run(archive, &[words, &["--format", "json"]].concat());
    assert_eq!(err, "", "{words:?}");
    serde_json::from_str(&out).unwrap()
}

/// Validates an answer against a schema. Returns the paths of all its members.
fn validate(name: &str, words: &[&str], answer: &Value) -> BTreeSet<String> {
    let validator = jsonschema::draft202012::new(&read_schema(name)).unwrap();
    let errors = validator.iter_errors(answer);
    let errors: Vec<String> =
        errors.map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{words:?} is not what {name}.json says: {errors:#?}");
    if let Some((first, id)) = answer.as_object().and_then(|members| members.iter().next())
        && read_schema(name)["properties"].get("schema").is_some()
    {
        assert_eq!((first.as_str(), id), ("schema", &format!("hustings/{name}/1").into()));
    }
    let mut paths = BTreeSet::new();
    collect_paths(answer, "", &mut paths);
    paths
}

fn collect_paths(value: &Value, at: &str, paths: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => object.iter().for_each(|(name, value)| {
            let path = format!("{at}/{name}");
            collect_paths(value, &path, paths);
            paths.insert(path);
        }),
        Value::Array(items) => items.iter().for_each(|item| collect_paths(item, at, paths)),
        _ => {}
    }
}

fn import_archives() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let (articles, pairs) = (folder.path().join("articles"), folder.path().join("pairs"));
    run(&articles, &["import", "fixtures/articles", "fixtures/commission", "fixtures/wikitext"]);
    let at_odds = folder.path().join("at-odds.jsonl");
    let one = r#"{"title":"1901 Ruritanian vote","next":{"title":"1905 Ruritanian vote"}}"#;
    let other = r#"{"title":"1905 Ruritanian vote","previous":{"title":"1903 Ruritanian vote"}}"#;
    fs::write(&at_odds, format!("{one}\n{other}\n")).unwrap();
    run(&articles, &["import", "fixtures/editions", at_odds.to_str().unwrap()]);
    run(
        &articles,
        &["alias", "nagorno-karabakh/2012", "Nagorno-Karabakh presidential election, 2012"],
    );
    // Elections in which a party keeps the office, the round of a figure is not stated, and the
    // title names a part of the country.
    let kept = folder.path().join("kept.jsonl");
    let holder = r#"{"person":{"name":"Anna Alba"},"party":{"name":"Unity"}}"#;
    let line = |title: &str, round: &str| {
        format!(
            r#"{{"title":"{title}","country":"Ruritania","contests":[{{"before":{holder},"after":{holder},"contenders":[{{"people":[{{"name":"Anna Alba"}}],"tallies":[{{{round}"votes":7}}]}}]}}]}}"#
        )
    };
    let lines = [
        line("1911 Ruritanian election", ""),
        line("1915 Ruritanian election", r#""round":1,"#),
        line("1915 Northmarch election", r#""round":1,"#),
    ];
    fs::write(&kept, lines.join("\n")).unwrap();
    run(&articles, &["import", kept.to_str().unwrap()]);
    // The share of one party is not stated, so the Sainte-Laguë index has no upper bound.
    let seats = folder.path().join("seats.jsonl");
    let line = r#"{"title":"1901 Ruritanian vote","country":"Ruritania","contests":[{"seats":{"count":10,"text":"10"},"contenders":[{"tallies":[{"round":1,"share":"60","seats":6}]},{"tallies":[{"round":1,"seats":4}]}]}]}"#;
    fs::write(&seats, format!("{line}\n")).unwrap();
    run(&pairs, &["import", seats.to_str().unwrap()]);
    run(&pairs, &["import", "--mapping", "fixtures/lineage/mapping.toml", "fixtures/lineage"]);
    (folder, articles, pairs)
}

#[test]
fn every_json_answer_matches_its_schema() {
    let (_folder, articles, pairs) = import_archives();
    let asked: [(&str, &Path, &[&str]); 31] = [
        ("measures", &articles, &["series", "--list"]),
        (
            "series",
            &articles,
            &["series", "nagorno-karabakh/2012", "--measure", "margin,turnout-change"],
        ),
        ("series", &pairs, &["series", "israel", "--measure", "volatility,enp-votes"]),
        ("series", &pairs, &["series", "canada", "--measure", "swing-butler"]),
        ("series", &pairs, &["series", "ruritania", "--measure", "sainte-lague"]),
        ("chain", &articles, &["chain", "nagorno-karabakh/2012"]),
        ("chain", &articles, &["chain", "greece/2012-06", "--infer"]),
        ("chain", &articles, &["chain", "1901 Ruritanian vote"]),
        ("lineage", &pairs, &["lineage", "israel"]),
        ("diff", &articles, &["diff", "nagorno-karabakh/2007", "nagorno-karabakh/2012"]),
        ("diff", &articles, &["diff", "nagorno-karabakh/2012@1", "nagorno-karabakh/2012@2"]),
        ("diff", &articles, &["diff", "artsakh/2017", "artsakh/2020"]),
        ("diff-stat", &articles, &["diff", "artsakh/2017", "artsakh/2020", "--stat"]),
        ("diff-names", &articles, &["diff", "artsakh/2017", "artsakh/2020", "--names-only"]),
        ("diffs", &articles, &["diff", "--chain", "nagorno-karabakh/2012"]),
        ("diffs", &articles, &["diff", "--chain", "nagorno-karabakh/2012", "--stat"]),
        ("diffs", &articles, &["diff", "--chain", "nagorno-karabakh/2012", "--names-only"]),
        (
            "series",
            &articles,
            &["-q", "series", "nagorno-karabakh", "greece", "--measure", "turnout"],
        ),
        ("list", &articles, &["list"]),
        ("record", &articles, &["show", "nagorno-karabakh/2012", "--prose"]),
        ("versions", &articles, &["log", "nagorno-karabakh/2012"]),
        ("imports", &articles, &["log"]),
        ("stats", &articles, &["stats"]),
        ("verification", &articles, &["verify"]),
        ("rule-counts", &articles, &["check", "--by-rule"]),
        ("diff", &articles, &["diff", "united-kingdom/1974-02", "united-kingdom/1974-10"]),
        ("diff", &articles, &["diff", "1911 Ruritanian election", "1915 Ruritanian election"]),
        ("diff", &articles, &["diff", "1911 Ruritanian election", "1915 Northmarch election"]),
        ("diff", &pairs, &["diff", "israel/2003", "israel/2006"]),
        ("diff", &pairs, &["diff", "belgium/1965", "belgium/1968"]),
        ("diff", &pairs, &["diff", "canada/2000", "canada/2004"]),
    ];
    let mut seen = BTreeSet::new();
    for (name, archive, words) in asked {
        let answer = query_json(archive, words);
        seen.extend(validate(name, words, &answer).into_iter().map(|path| format!("{name}{path}")));
    }
    // Empty answers would match the schemas too, so these members must occur.
    for path in [
        "diff/title",
        "diff/changes/before/value/count",
        "diff/changes/after/value/decimal",
        "diff/changes/delta/points",
        "diff/changes/delta/count",
        "diff/matches/evidence",
        "diff/party_splits/from",
        "diff/movements/seats/previous_election",
        "diff/offices/outcome/hold/party",
        "diff/offices/incumbent/returned/person",
        "diff/areas",
        "diff-stat/one_sided",
        "diff-names/names",
        "diffs/diffs/changes/before/text",
        "diffs/diffs/one_sided",
        "diffs/diffs/names",
        "chain/steps/notes",
        "lineage/changes/to",
        "series/points/values/volatility/high",
        "series/points/values/sainte-lague/low",
        "series/points/swing/to",
        "measures/measures/formula",
        "list/elections/versions",
        "record/election/sections/text",
        "rule-counts/rules/count",
    ] {
        assert!(seen.contains(path), "nothing has {path}");
    }
    assert!(
        !seen.contains("series/points/values/sainte-lague/high"),
        "JSON has no number for no bound"
    );
}

/// Checks the members of the output; other tests check each kind of finding.
#[test]
fn the_json_of_a_check_matches_its_schemas() {
    let (_folder, articles, _) = import_archives();
    let findings = query_json(&articles, &["check"]);
    let told = query_json(&articles, &["check", "nagorno-karabakh/2012", "--verbose"]);
    validate("check", &["check"], &findings);
    validate("check", &["check", "--verbose"], &told);
    let mut seen = BTreeSet::new();
    for (name, list) in [
        ("finding", &findings["findings"]),
        ("finding", &told["findings"]),
        ("derived", &told["derived"]),
        ("agreement", &told["agreements"]),
    ] {
        for one in list.as_array().unwrap() {
            seen.extend(
                validate(name, &["check"], one).into_iter().map(|path| format!("{name}{path}")),
            );
        }
    }
    for path in
        ["finding/expected", "derived/low", "agreement/by_version/agrees", "agreement/conclusion"]
    {
        assert!(seen.contains(path), "nothing has {path}");
    }
}

#[test]
fn the_schemas_name_every_measure() {
    let point = read_schema("series")["$defs"]["SeriesPoint"].clone();
    let named = point["properties"]["values"]["propertyNames"]["enum"].clone();
    let named: Vec<String> = serde_json::from_value(named).unwrap();
    let known: Vec<&str> = Measure::ALL.iter().map(|measure| measure.name()).collect();
    assert_eq!(named, known);
}
