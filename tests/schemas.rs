//! The JSON of the commands is what `docs/schema/` says, and has no other fields.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use common::run;
use hustings::analysis::measure::Measure;
use serde_json::Value;

fn schema(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/schema/{name}.json"));
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn answer(archive: &Path, words: &[&str]) -> Value {
    let (_, out, err) = run(archive, &[words, &["--format", "json"]].concat());
    assert_eq!(err, "", "{words:?}");
    serde_json::from_str(&out).unwrap()
}

/// Holds an answer against a schema, and gives back the paths of all members that it has.
fn holds(name: &str, words: &[&str], answer: &Value) -> BTreeSet<String> {
    let validator = jsonschema::draft202012::new(&schema(name)).unwrap();
    let errors = validator.iter_errors(answer);
    let errors: Vec<String> =
        errors.map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{words:?} is not what {name}.json says: {errors:#?}");
    let mut paths = BTreeSet::new();
    members(answer, "", &mut paths);
    paths
}

fn members(value: &Value, at: &str, paths: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => object.iter().for_each(|(name, value)| {
            let path = format!("{at}/{name}");
            members(value, &path, paths);
            paths.insert(path);
        }),
        Value::Array(items) => items.iter().for_each(|item| members(item, at, paths)),
        _ => {}
    }
}

fn archives() -> (tempfile::TempDir, PathBuf, PathBuf) {
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
    // A party that keeps the office, a figure whose round is not stated, and a part of the country.
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
    // Seats without votes are worth any amount.
    let seats = folder.path().join("seats.jsonl");
    let line = r#"{"title":"1901 Ruritanian vote","country":"Ruritania","contests":[{"seats":{"count":10,"text":"10"},"contenders":[{"tallies":[{"round":1,"share":"60","seats":6}]},{"tallies":[{"round":1,"seats":4}]}]}]}"#;
    fs::write(&seats, format!("{line}\n")).unwrap();
    run(&pairs, &["import", seats.to_str().unwrap()]);
    run(&pairs, &["import", "--mapping", "fixtures/lineage/mapping.toml", "fixtures/lineage"]);
    (folder, articles, pairs)
}

#[test]
fn every_answer_is_what_its_schema_says() {
    let (_folder, articles, pairs) = archives();
    let asked: [(&str, &Path, &[&str]); 21] = [
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
        ("diff", &articles, &["diff", "--chain", "nagorno-karabakh/2012"]),
        ("diff", &articles, &["diff", "--chain", "nagorno-karabakh/2012", "--stat"]),
        ("diff", &articles, &["diff", "--chain", "nagorno-karabakh/2012", "--names-only"]),
        ("diff", &articles, &["diff", "united-kingdom/1974-02", "united-kingdom/1974-10"]),
        ("diff", &articles, &["diff", "1911 Ruritanian election", "1915 Ruritanian election"]),
        ("diff", &articles, &["diff", "1911 Ruritanian election", "1915 Northmarch election"]),
        ("diff", &pairs, &["diff", "israel/2003", "israel/2006"]),
        ("diff", &pairs, &["diff", "belgium/1965", "belgium/1968"]),
        ("diff", &pairs, &["diff", "canada/2000", "canada/2004"]),
    ];
    let mut seen = BTreeSet::new();
    for (name, archive, words) in asked {
        let answer = answer(archive, words);
        seen.extend(holds(name, words, &answer).into_iter().map(|path| format!("{name}{path}")));
    }
    // Such a test could pass on empty answers.
    for path in [
        "diff/diff/changes/delta/points",
        "diff/diff/changes/delta/count",
        "diff/diff/matches/why",
        "diff/diff/partings/from",
        "diff/diff/movements/seats/previous_election",
        "diff/diff/offices/outcome/hold/party",
        "diff/diff/offices/incumbent/returned/person",
        "diff/diff/places",
        "diff/stat/one_sided",
        "diff/names",
        "chain/notes",
        "lineage/other",
        "series/values/volatility/high",
        "series/values/sainte-lague/low",
        "series/swing/to",
        "measures/formula",
    ] {
        assert!(seen.contains(path), "nothing has {path}");
    }
    assert!(!seen.contains("series/values/sainte-lague/high"), "JSON has no number for no bound");
}

/// Each kind of finding is asked for by its own tests; here, the fields.
#[test]
fn what_a_check_says_is_what_its_schemas_say() {
    let (_folder, articles, _) = archives();
    let findings = answer(&articles, &["check"]);
    let told = answer(&articles, &["check", "nagorno-karabakh/2012", "--verbose"]);
    let mut seen = BTreeSet::new();
    for (name, list) in [
        ("finding", &findings),
        ("finding", &told["findings"]),
        ("derived", &told["derived"]),
        ("agreement", &told["agreements"]),
    ] {
        for one in list.as_array().unwrap() {
            seen.extend(
                holds(name, &["check"], one).into_iter().map(|path| format!("{name}{path}")),
            );
        }
    }
    for path in
        ["finding/expected", "derived/least", "agreement/beside/agrees", "agreement/follows"]
    {
        assert!(seen.contains(path), "nothing has {path}");
    }
}

#[test]
fn the_schemas_name_every_measure() {
    let named = schema("series")["items"]["properties"]["values"]["propertyNames"]["enum"].clone();
    let named: Vec<String> = serde_json::from_value(named).unwrap();
    let known: Vec<&str> = Measure::ALL.iter().map(|measure| measure.name()).collect();
    assert_eq!(named, known);
}
