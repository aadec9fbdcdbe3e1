//! `hustings check` as a user runs it: impossible figures, derived facts, and the agreement of
//! versions.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{run, shared_path};
use serde_json::Value;

/// Returns an archive of the files and folders at these paths, each imported separately.
fn archive_of(given: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    for path in given {
        let (code, _, err) = run(&archive, &["import", path]);
        assert_eq!(code, 0, "{err}");
    }
    (folder, archive)
}

/// Returns an archive of the elections in these JSON lines.
fn archive_of_lines(lines: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("given.jsonl");
    fs::write(&file, lines).unwrap();
    let archive = folder.path().join("archive");
    let (code, _, err) = run(&archive, &["import", file.to_str().unwrap()]);
    assert_eq!(code, 0, "{err}");
    (folder, archive)
}

/// The findings of a check, as "severity rule address place: stated; expected".
fn findings(archive: &Path, words: &[&str]) -> Vec<String> {
    let (_, out, _) = run(archive, &[&["check"], words, &["--format", "jsonl"]].concat());
    let told = |line: &str| {
        let finding: Value = serde_json::from_str(line).unwrap();
        let of = |name: &str| finding[name].as_str().unwrap().to_owned();
        let place = ["severity", "rule", "address", "place"].map(of).join(" ");
        format!("{place}: {}; {}", of("stated"), of("expected"))
    };
    out.lines().map(told).collect()
}

/// Replaces each run of white space, including line ends, with one space.
fn collapse_whitespace(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_seed_has_no_false_findings_and_several_derived_facts() {
    let Some(seed) = shared_path("seed") else { return };
    let (_folder, archive) = archive_of(&[seed.to_str().unwrap()]);
    assert_eq!(
        findings(&archive, &[]),
        [
            "note link_missing nagorno-karabakh/2012 previous: '2007 Nagorno-Karabakh presidential election'; an election in the archive",
            "note link_missing nagorno-karabakh/2012 next: '2017 Artsakhian presidential election'; an election in the archive",
        ]
    );
    let (_, out, _) = run(&archive, &["check", "--verbose"]);
    let text = collapse_whitespace(&out);
    for said in [
        "2 notes",
        "valid votes 70,655 or 70,656 votes 66.65 % is 66.645 to 66.655 %;",
        "voted 72,723 to 72,732 73.53 % is 73.525 to 73.535 %",
        "of 98,909 registered, as the prose",
        "went to others about 0.84 points",
        "margin 24,128 votes",
        "margin 34.14 points",
        "incumbent Bako Sahakyan returned",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
    // A holder without a party does not hold the office for a party.
    assert!(!text.contains("office hold"), "{text}");
}

#[test]
fn derived_facts_are_in_the_json_output() {
    let (_folder, archive) = archive_of(&["fixtures/articles"]);
    let words = ["check", "nagorno-karabakh/2012", "--verbose", "--format", "json"];
    let (_, out, _) = run(&archive, &words);
    let told: Value = serde_json::from_str(&out).unwrap();
    let voted = told["derived"]
        .as_array()
        .unwrap()
        .iter()
        .find(|derived| derived["kind"] == "voted")
        .unwrap();
    assert_eq!((&voted["low"], &voted["high"]), (&"72723".into(), &"72732".into()));
    assert_eq!((&voted["unit"], &voted["place"]), (&"people".into(), &"cast, round 1".into()));
    assert_eq!(voted["prose"], "The voters' list had 98,909 names.");
    assert!(told["findings"].is_array() && told["agreements"].is_array());
}

/// CSV and Markdown list the derived facts and the agreements too.
#[test]
fn derived_facts_are_in_csv_and_markdown_output() {
    let (_folder, archive) = archive_of(&["fixtures/articles", "fixtures/editions"]);
    let alias = ["alias", "nagorno-karabakh/2012", "Nagorno-Karabakh presidential election, 2012"];
    assert_eq!(run(&archive, &alias).0, 0);
    let of = |format: &str| {
        run(&archive, &["check", "nagorno-karabakh/2012", "-v", "--format", format]).1
    };
    let csv = of("csv");
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("what,severity,rule,address,place,stated,expected,arithmetic"));
    let starts = |start: &str| csv.lines().filter(|line| line.starts_with(start)).count();
    assert_eq!(starts("finding,note,"), 1, "{csv}");
    assert!(starts("derived,,margin_votes,republic-of-artsakh/2012,") == 1, "{csv}");
    assert!(starts("agreement,,,republic-of-artsakh/2012,\"turnout, round 1\",") == 2, "{csv}");
    let markdown = of("markdown");
    assert!(
        markdown.contains("| margin |") && markdown.contains(": agreement of versions"),
        "{markdown}"
    );
    assert!(!markdown.contains("\n|\n"), "{markdown}");
}

#[test]
fn figures_of_two_versions_are_compared() {
    let (_folder, archive) = archive_of(&["fixtures/articles", "fixtures/editions"]);
    let alias = ["alias", "nagorno-karabakh/2012", "Nagorno-Karabakh presidential election, 2012"];
    assert_eq!(run(&archive, &alias).0, 0);
    let (_, out, _) = run(&archive, &["check", "nagorno-karabakh/2012", "--verbose"]);
    let text = collapse_whitespace(&out);
    for said in [
        "73.64 % (version 2): no other figure of versions 1 and 2 bears on it; 73.635 to 73.645 % of 98,909 registered would be 72,832 to 72,841 who voted",
        "47,095 (version 1) agrees with the other figures of version 1 (70,655 or 70,656 valid votes fit), and contradicts those of version 2 (Bako Sahakyan:",
        "47,085 (version 2) agrees with the other figures of versions 1 and 2",
        "22,967 (version 1) agrees with the other figures of versions 1 and 2",
        "22,966 (version 2) agrees with the other figures of version 2 (70,640 to 70,650 valid votes fit), and contradicts those of version 1",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
    let words = ["check", "nagorno-karabakh/2012", "-v", "--format", "json"];
    let told: Value = serde_json::from_str(&run(&archive, &words).1).unwrap();
    let votes = &told["agreements"][2];
    assert_eq!((&votes["value"], &votes["stated_by"]), (&"47,095".into(), &Value::from(vec![1])));
    let agrees: Vec<&Value> =
        votes["by_version"].as_array().unwrap().iter().map(|beside| &beside["agrees"]).collect();
    assert_eq!(agrees, [&Value::Bool(true), &Value::Bool(false)]);
}

#[test]
fn real_elections_have_no_warnings() {
    let given = ["articles", "commission", "wikitext", "dumps"];
    let given = given.map(|name| format!("fixtures/{name}"));
    let (_folder, archive) = archive_of(&given.each_ref().map(String::as_str));
    let mapping = "fixtures/tables/nagorno-karabakh.toml";
    let table = ["import", "--mapping", mapping, "fixtures/tables/nagorno-karabakh.csv"];
    assert_eq!(run(&archive, &table).0, 0);
    let notes = findings(&archive, &[]);
    assert!(notes.iter().all(|finding| finding.starts_with("note link_")), "{notes:#?}");
}

const CHAIN: &str = r#"{"title":"1901 vote","country":"Ruritania","year":1901,"dates":[{"start":"1901-05-01"}],"next":{"title":"1905 vote","year":"1904"},"contests":[{"type":"presidential","rounds":[{"number":1,"turnout":"60.0"}],"contenders":[{"role":"nominee","people":[{"name":"Anna Alba"}],"party":{"name":"Unity"},"tallies":[{"round":1,"votes":600,"share":"60.0"}]},{"role":"nominee","people":[{"name":"Boris Black"}],"party":{"name":"Justice"},"tallies":[{"round":1,"votes":400,"share":"40.0"}]}],"after":{"person":{"name":"Boris Black"},"party":{"name":"Justice"}}}]}
{"title":"1905 vote","country":"Ruritania","year":1906,"dates":[{"start":"1905-05-01"}],"previous":{"title":"1901 vote"},"contests":[{"type":"presidential","rounds":[{"number":1,"turnout":"62.0","turnout_change":{"by":"5.0"}}],"contenders":[{"people":[{"name":"Anna Alba"}],"party":{"name":"Unity"},"tallies":[{"round":1,"share":"50.0","swing":{"by":"-10.0"}}]}],"before":{"person":{"name":"Anna Alba"},"party":{"name":"Unity"}}}]}
"#;

#[test]
fn an_election_is_checked_against_its_previous_and_next() {
    let (_folder, archive) = archive_of_lines(CHAIN);
    assert_eq!(
        findings(&archive, &[]),
        [
            "warning holder ruritania/1901 holder after: Boris Black; Anna Alba",
            "warning year ruritania/1906 year: 1906; a year of the vote: 1905-05-01",
            "warning stated_change ruritania/1906 turnout change, round 1: +5.0 points; 2 points",
            "warning link_year ruritania/1901 next: in 1904; in 1906, as ruritania/1906 says",
            "note party_succession ruritania/1906 party before: Unity (Anna Alba); Justice (Boris Black), as after ruritania/1901",
        ]
    );
    // A check of one election also compares it with the elections that it links to.
    let one = findings(&archive, &["ruritania/1906"]);
    assert_eq!(one.len(), 3, "{one:?}");
    assert!(one.iter().all(|finding| finding.contains(" ruritania/1906 ")), "{one:?}");
    assert_eq!(findings(&archive, &["ruritania"]).len(), 5);
    assert_eq!(run(&archive, &["check", "ruritania/1999"]).0, 2);
}

#[test]
fn findings_are_counted_by_rule_and_summarised() {
    let (_folder, archive) = archive_of_lines(CHAIN);
    let (code, out, _) = run(&archive, &["check", "--by-rule", "--exit-code"]);
    assert_eq!(code, 1);
    assert!(
        out.starts_with("severity  rule              count\nwarning   stated_change         1\n"),
        "{out}"
    );
    // `--by-kind` is the former name of `--by-rule`.
    assert_eq!(run(&archive, &["check", "--by-kind"]).1, out);
    let (_, out, _) = run(&archive, &["check", "--by-rule", "--format", "json"]);
    let counts: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        counts["rules"][0],
        serde_json::json!({"rule": "stated_change", "severity": "warning", "count": 1})
    );
    let (_, out, _) = run(&archive, &["check", "ruritania/1901"]);
    assert!(out.ends_with("\n2 warnings\n"), "{out}");
    let (_, out, _) = run(&archive, &["-q", "check", "ruritania/1901"]);
    assert!(!out.contains("2 warnings"), "{out}");
    let (_, out, _) = run(&archive, &["check", "--format", "csv"]);
    assert!(out.starts_with("severity,rule,address,place,stated,expected,arithmetic\n"), "{out}");
    let widest = run(&archive, &["check", "-v"]).1.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(130), "{widest:?}");
}

#[test]
fn a_seat_change_alone_is_checked_against_the_previous_election() {
    let line = |year: u32, seats: u32, rest: &str| {
        format!(
            r#"{{"title":"{year} vote","country":"Ruritania","year":{year},"type":"parliamentary","contests":[{{"type":"parliamentary","contenders":[{{"party":{{"name":"Blue"}},"seats":{seats}{rest}}}]}}]"#
        )
    };
    let lines = [
        line(1901, 20, "") + ",\"next\":{\"title\":\"1905 vote\"}}\n",
        line(1905, 25, r#","seat_change":{"by":9}"#) + ",\"previous\":{\"title\":\"1901 vote\"}}\n",
    ];
    let (_folder, archive) = archive_of_lines(&lines.concat());
    assert_eq!(
        findings(&archive, &["ruritania/1905"]),
        ["note stated_change ruritania/1905 Blue: seat change: +9; +5"]
    );
}

#[test]
fn a_cycle_of_links_is_reported_once() {
    let line = |number: u32, previous: u32, next: u32| {
        format!(
            "{{\"title\":\"{number} vote\",\"country\":\"Ruritania\",\"year\":{number},\"previous\":{{\"title\":\"{previous} vote\"}},\"next\":{{\"title\":\"{next} vote\"}}}}\n"
        )
    };
    let lines = [line(1901, 1909, 1905), line(1905, 1901, 1909), line(1909, 1905, 1901)].concat();
    let (_folder, archive) = archive_of_lines(&lines);
    let cycles = |words: &[&str]| -> Vec<String> {
        findings(&archive, words)
            .into_iter()
            .filter(|finding| finding.contains("link_cycle"))
            .collect()
    };
    let cycle = "ruritania/1901 → ruritania/1905 → ruritania/1909 → ruritania/1901";
    assert_eq!(cycles(&[]).len(), 1, "{:?}", findings(&archive, &[]));
    assert!(cycles(&[])[0].contains(cycle), "{:?}", cycles(&[]));
    assert_eq!(cycles(&["ruritania/1905"]).len(), 1, "also of one election");
    let lines = [line(1901, 1901, 1905), line(1905, 1900, 1909), line(1909, 1905, 1913)].concat();
    let (_folder, archive) = archive_of_lines(&lines);
    assert_eq!(
        findings(&archive, &[]),
        [
            "warning link_cycle ruritania/1901 previous: '1901 vote'; another election than itself",
            "warning link_conflicting ruritania/1901 next: '1905 vote'; ruritania/1905, whose previous is '1900 vote'",
            "note link_missing ruritania/1905 previous: '1900 vote'; an election in the archive",
            "note link_missing ruritania/1909 next: '1913 vote'; an election in the archive",
        ]
    );
}

#[test]
fn a_source_with_links_to_one_side_only_is_one_finding() {
    let line = |number: u32, previous: u32| {
        format!(
            "{{\"title\":\"{number} vote\",\"country\":\"Ruritania\",\"year\":{number},\"previous\":{{\"title\":\"{previous} vote\"}}}}\n"
        )
    };
    let lines: String = (1901..1950).map(|year| line(year, year - 1)).collect();
    let (_folder, archive) = archive_of_lines(&lines);
    let told = findings(&archive, &[]);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told[1].contains("given.jsonl (jsonl) names its next; 48 links to these"),
        "{}",
        told[1]
    );
    // If one election of the file links to its next, the missing links of the others are reported
    // one by one.
    let more =
        r#"{"title":"1950 vote","country":"Ruritania","year":1950,"next":{"title":"1951 vote"}}"#;
    let (_folder, archive) = archive_of_lines(&format!("{lines}{more}\n"));
    assert_eq!(findings(&archive, &[]).len(), 50);
    // Two elections cannot both directly follow the same election.
    let (_folder, archive) = archive_of_lines(
        r#"{"title":"1901 vote","country":"Ruritania","year":1901,"type":"general"}
{"title":"1905 vote","country":"Ruritania","year":1905,"type":"general","previous":{"title":"1901 vote"}}
{"title":"1909 vote","country":"Ruritania","year":1909,"type":"general","previous":{"title":"1901 vote"}}
"#,
    );
    let told = findings(&archive, &[]);
    assert!(told[0].starts_with("note link_conflicting ruritania/1909 previous: '1901 vote'; one election; ruritania/1905 names it as its previous too"), "{told:?}");
}

#[test]
fn parlgov_has_the_known_number_of_findings_per_rule() {
    let Some(parlgov) = shared_path("data/parlgov") else { return };
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    run(&archive, &["import", "--mapping", "parlgov", parlgov.to_str().unwrap()]);
    let (_, out, _) = run(&archive, &["check", "--by-rule"]);
    assert_eq!(
        out.lines().map(collapse_whitespace).collect::<Vec<_>>(),
        [
            "severity rule count",
            "warning shares_sum 3",
            "warning share_votes 987",
            "warning part_of_whole 1",
            "note votes_sum 43",
            "note part_of_whole 3",
            "note link_one_sided 1",
        ]
    );
}

#[test]
fn impossible_numbers_are_reported() {
    let contender = |name: &str, tally: &str| {
        format!(r#"{{"people":[{{"name":"{name}"}}],"tallies":[{{"round":1,{tally}}}]}}"#)
    };
    let contenders = [
        contender("A", r#""share":"-3""#),
        contender("B", r#""votes":0,"share":"30""#),
        contender("C", r#""share":"20","swing":{"by":"200"}"#),
        contender("D", r#""votes":7,"share":"999999999999.9""#),
        contender("E", r#""votes":1,"share":"66.65""#),
    ];
    let line = format!(
        r#"{{"title":"1901 vote","country":"Ruritania","year":1901,"contests":[{{"rounds":[{{"number":1,"turnout":"150.5","valid":70}}],"contenders":[{}]}}]}}"#,
        contenders.join(",")
    );
    let (_folder, archive) = archive_of_lines(&line);
    assert_eq!(
        findings(&archive, &[]),
        [
            "warning out_of_range ruritania/1901 turnout, round 1: 150.5 %; 0 to 100 %",
            "warning out_of_range ruritania/1901 A: share, round 1: -3 %; 0 to 100 %",
            "warning out_of_range ruritania/1901 C: swing, round 1: +200 points; -100 to +100 points",
            "warning out_of_range ruritania/1901 D: share, round 1: 999999999999.9 %; 0 to 100 %",
            "warning share_votes ruritania/1901 B: share, round 1: 30 % with 0 votes; 0 %",
            "warning share_votes ruritania/1901 E: share, round 1: 66.65 % with 1 vote; a share that is possible with this number of votes",
        ]
    );
    let (_, out, _) = run(&archive, &["check", "--verbose"]);
    assert!(!out.contains("2 to 1") && !out.contains("derived facts"), "{out}");
}

/// A record may state any numbers.
#[test]
fn extreme_numbers_are_checked_without_a_panic() {
    let huge = u64::MAX;
    let long = "9".repeat(18);
    let tally = format!(
        r#"{{"round":1,"votes":{huge},"share":"{long}","seats":{huge},"seat_change":{{"by":-9223372036854775808}},"swing":{{"by":"-{long}"}},"electoral_votes":{huge}}}"#
    );
    let contender = format!(
        r#"{{"role":"nominee","people":[{{"name":"A"}}],"seats_before":{huge},"last_election":{{"seats":{huge},"share":"0.000000000000001"}},"tallies":[{tally}]}}"#
    );
    let round = format!(
        r#"{{"number":255,"registered":{huge},"turnout":"{long}","cast":{huge},"valid":{huge},"invalid":{huge},"turnout_change":{{"by":"-{long}"}}}}"#
    );
    let line = |title: &str, other: &str| {
        format!(
            r#"{{"title":"{title}","country":"R","year":-9999,"type":"presidential","previous":{{"title":"{other}"}},"next":{{"title":"{other}"}},"contests":[{{"type":"presidential","seats":{{"count":{huge},"text":""}},"majority_seats":{{"count":1,"text":""}},"rounds":[{round}],"contenders":[{contender},{contender}],"after":{{"person":{{"name":"B"}}}}}}]}}"#
        )
    };
    let (_folder, archive) = archive_of_lines(&[line("a", "b"), line("b", "a")].join("\n"));
    let (code, out, err) = run(&archive, &["check", "--verbose"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("warning"), "{out}");
}

/// `docs/checks.md` and the schemas name every rule and every derived fact.
#[test]
fn every_rule_and_fact_is_documented() {
    let page = fs::read_to_string("docs/checks.md").unwrap();
    let schema: Value =
        serde_json::from_str(&fs::read_to_string("docs/schema/finding.json").unwrap()).unwrap();
    let kinds: Vec<&str> = hustings::check::Rule::ALL.map(|kind| kind.as_str()).to_vec();
    let names = |kind: &Value| -> Vec<String> {
        let kinds = kind["oneOf"].as_array().unwrap().iter();
        kinds.map(|kind| kind["const"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&schema["$defs"]["Rule"]), kinds);
    for kind in kinds {
        assert!(page.contains(&format!("| `{kind}` |")), "{kind}");
    }
    let schema: Value =
        serde_json::from_str(&fs::read_to_string("docs/schema/derived.json").unwrap()).unwrap();
    for fact in names(&schema["$defs"]["FactKind"]) {
        assert!(page.contains(&format!("`{fact}`")), "{fact}");
    }
}
