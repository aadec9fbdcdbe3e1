//! The program as a shell sees it: output, exit codes, kills, and two processes at once.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use common::{copy_folder, hustings, run};
use hustings::Archive;
use hustings::archive::ElectionQueries;

fn new_folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    (folder, archive)
}

#[test]
fn unreadable_documents_are_reported_and_do_not_stop_the_others() {
    let (given, archive) = new_folder();
    let large = given.path().join("large");
    fs::create_dir(&large).unwrap();
    let article = |bytes: usize| {
        let prose = "prose ".repeat(bytes.div_ceil(6));
        format!("= 1931 Ruritanian general election =\n\n{}\n", &prose[..bytes - 39])
    };
    let (article, larger) = (article(8 << 20), article((8 << 20) + 1));
    assert_eq!(article.len(), 8 << 20);
    fs::write(large.join("large.txt"), &article).unwrap();
    fs::write(large.join("larger.txt"), larger).unwrap();
    let words = ["import", "fixtures/malformed", "fixtures/encodings", large.to_str().unwrap()];
    let (code, out, err) = run(&archive, &words);
    assert_eq!((code, out.as_str()), (3, "import 1: 5 added, 0 unchanged, 8 not read\n"));
    for place in [
        "larger.txt:1:1: expected at most 8 MiB for one election",
        "binary.txt:2:1:",
        "empty.txt:1:1:",
        "latin-1.txt:3:7:",
        "lines.jsonl:2:",
        "lines.jsonl:3:",
        "no-title.txt:1:1:",
        "utf-16.txt:1:1:",
    ] {
        assert!(err.contains(place), "{place} in {err}");
    }
    let (_, out, _) =
        run(&archive, &["export", "--format", "source", "1931 Ruritanian general election"]);
    assert!(out == article, "8 MiB come back as they were");
}

#[test]
fn a_missing_file_does_not_stop_the_others() {
    let (_given, archive) = new_folder();
    let (code, out, err) = run(&archive, &["import", "no-such-file", "fixtures/encodings"]);
    assert_eq!((code, out.as_str()), (3, "import 1: 2 added, 0 unchanged, 1 not read\n"));
    assert!(err.starts_with("no-such-file:1:1: expected a file that can be read ("), "{err}");
}

#[test]
fn show_lists_every_contest_and_escapes_control_characters() {
    let (given, archive) = new_folder();
    run(&archive, &["import", "fixtures/wikitext"]);
    let (_, out, _) = run(&archive, &["show", "brazil/2022"]);
    for heading in ["Presidential election", "Chamber of Deputies", "Federal Senate"] {
        assert!(out.lines().any(|line| line.starts_with(heading)), "{heading} in {out}");
    }
    let (_, out, _) = run(&archive, &["show", "2007 Nagorno-Karabakh presidential election"]);
    assert!(out.lines().any(|line| line.starts_with("Table of results")), "{out}");
    assert_eq!(run(&archive, &["show", "brazil/2022@1", "--as-of", "#1"]).0, 2);
    assert_eq!(run(&archive, &["show", "brazil/2022@#9"]).0, 2);

    let file = given.path().join("1901 Ruritanian election.wiki");
    fs::write(&file, "{{Infobox election|nominee1=A\u{1b}[31mred}}").unwrap();
    run(&archive, &["import", file.to_str().unwrap()]);
    let (_, out, _) = run(&archive, &["--color", "always", "show", "1901 Ruritanian election"]);
    assert!(out.contains("A\\u{1b}[31mred"), "{out}");
    let (code, _, err) = run(&archive, &["import", "fixtures/tables/live.csv"]);
    assert!(code == 3 && err.contains("expected a mapping"), "{err}");
}

#[test]
fn a_strict_import_with_an_error_imports_nothing() {
    let (_given, archive) = new_folder();
    let (code, out, err) =
        run(&archive, &["import", "--strict", "fixtures/malformed", "fixtures/encodings"]);
    assert_eq!((code, out.as_str()), (3, ""));
    assert!(err.starts_with("error: nothing was imported: 7 documents not read"), "{err}");
    assert_eq!(run(&archive, &["log", "--format", "jsonl"]).1, "");
}

#[test]
fn a_lost_store_is_rebuilt_with_the_same_answers() {
    let (_given, archive) = new_folder();
    run(&archive, &["import", "fixtures/articles", "fixtures/commission"]);
    let answer = |words: &[&str]| run(&archive, words).1;
    let questions: [&[&str]; 4] =
        [&["list"], &["log"], &["chain", "nagorno-karabakh/2012"], &["export"]];
    let before: Vec<String> = questions.iter().map(|words| answer(words)).collect();
    fs::remove_dir_all(archive.join("store")).unwrap();
    let (_, _, err) = run(&archive, &["list"]);
    assert_eq!(err, "hustings: the store was missing and is rebuilt\n");
    assert_eq!(questions.iter().map(|words| answer(words)).collect::<Vec<_>>(), before);
    fs::remove_dir_all(archive.join("store")).unwrap();
    fs::create_dir(archive.join("store")).unwrap();
    fs::write(archive.join("store/db"), b"damage").unwrap();
    assert_eq!(answer(&["list"]), before[0]);
}

#[test]
fn the_journal_can_be_read_by_other_programs() {
    let (_given, archive) = new_folder();
    run(&archive, &["import", "fixtures/articles/2012-nagorno-karabakh-presidential-election.txt"]);
    let file = fs::File::open(archive.join("journal/000001.jsonl.zst")).unwrap();
    let text = String::from_utf8(zstd::decode_all(file).unwrap()).unwrap();
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["version"]["title"], "2012 Nagorno-Karabakh presidential election");
    assert_eq!(lines[1]["commit"]["import"], 1);
}

#[test]
fn a_killed_import_is_complete_or_absent() {
    let (given, archive) = new_folder();
    run(&archive, &["import", "fixtures/articles"]);
    let lines: String = (0..4_000)
        .map(|number| format!("{{\"title\":\"19{:02} Ruritanian district {number} election\",\"country\":\"Ruritania\",\"name\":\"{}\"}}\n", number % 100, "x".repeat(number % 900)))
        .collect();
    let file = given.path().join("many.jsonl");
    fs::write(&file, lines).unwrap();
    let mut whole = 0;
    for delay in 0_u64..50 {
        let copy = given.path().join("copy");
        let _ = fs::remove_dir_all(&copy);
        copy_folder(&archive, &copy);
        let mut child = hustings(&copy, &["import", "-q", file.to_str().unwrap()])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // The moment of the kill depends on the machine, but the import is always complete or
        // absent.
        sleep(Duration::from_micros(delay * 9_973 % 250_000));
        child.kill().unwrap();
        child.wait().unwrap();
        let archive = Archive::open(&copy).unwrap();
        let there = |number: usize| {
            let title = format!("19{:02} Ruritanian district {number} election", number % 100);
            archive.snapshot().find_by_title(&title).unwrap().is_some()
        };
        let found = (0..4_000).step_by(97).chain([3_999]).filter(|number| there(*number)).count();
        assert!(found == 0 || found == 43, "{found} of 43 after {delay}");
        let versions: Vec<u64> =
            archive.imports().unwrap().iter().map(|import| import.versions).collect();
        assert_eq!(versions[1..], if found == 0 { vec![] } else { vec![4_000] });
        whole += usize::from(found > 0);
    }
    assert!(whole < 50, "no kill fell into an import");
}

#[test]
fn a_second_writer_reports_the_lock_holder_or_waits() {
    let (_given, archive) = new_folder();
    run(&archive, &["import", "fixtures/articles"]);
    let open = Archive::open(&archive).unwrap();
    let (code, _, err) = run(&archive, &["--wait=0", "remove", "artsakh/2017"]);
    assert_eq!(code, 4);
    let who = format!("is in use by process {} since 20", std::process::id());
    assert!(err.contains(&who) && err.contains(" UTC\n  --wait waits for it"), "{err}");
    // The lock file of an earlier version is empty.
    fs::write(archive.join("lock"), "").unwrap();
    let (code, _, err) = run(&archive, &["--wait=0.1", "remove", "artsakh/2017"]);
    assert!(code == 4 && err.contains("is in use by another process"), "{err}");
    let waiting = ["--wait", "remove", "artsakh/2017"];
    let waiting = hustings(&archive, &waiting).stdout(Stdio::piped()).spawn().unwrap();
    drop(open);
    let output = waiting.wait_with_output().unwrap();
    assert!(output.status.success() && !output.stdout.is_empty());
}

#[test]
fn errors_have_hints_and_suggestions() {
    let (_given, archive) = new_folder();
    let (code, _, err) = run(&archive, &["list"]);
    assert_eq!(code, 4);
    assert!(
        err.contains("there is no archive at") && err.contains("hustings import FILE"),
        "{err}"
    );
    assert!(!archive.exists(), "asking makes no archive");
    run(&archive, &["import", "--dry-run", "fixtures/articles"]);
    assert!(!archive.exists(), "a dry run makes no archive");
    run(&archive, &["import", "fixtures/articles"]);
    let (code, _, err) = run(&archive, &["show", "united-kingdom/1974"]);
    assert_eq!(code, 2);
    assert!(err.contains("united-kingdom/1974-02  February 1974"), "{err}");
    let (code, _, err) = run(&archive, &["show", "nagorno-karabak/2012"]);
    assert_eq!(code, 2);
    assert!(err.contains("nagorno-karabakh/2012"), "{err}");
    assert_eq!(run(&archive, &["import", "no-such-file"]).0, 3);
}

#[test]
fn numbers_out_of_range_are_refused() {
    let (_folder, archive) = new_folder();
    for (words, problem) in [
        (["series", "r", "--round", "0"], "0 is not in 1..=255"),
        (["series", "r", "--round", "256"], "256 is not in 1..=255"),
        (["series", "r", "--from", "10000"], "10000 is not in -9999..=9999"),
        (["list", "r", "--year", "-10000"], "-10000 is not in -9999..=9999"),
    ] {
        let (code, _, err) = run(&archive, &words);
        assert!(code == 2 && err.contains(problem), "{code} {err}");
    }
}

#[test]
fn exit_code_1_reports_differences_and_findings_on_request() {
    let (_given, archive) = new_folder();
    run(&archive, &["import", "fixtures/articles", "fixtures/commission"]);
    let pair = ["diff", "nagorno-karabakh/2007", "nagorno-karabakh/2012"];
    assert_eq!(run(&archive, &pair).0, 0);
    assert_eq!(run(&archive, &[&pair[..], &["--exit-code"]].concat()).0, 1);
    assert_eq!(run(&archive, &["diff", pair[1], pair[1], "--exit-code"]).0, 0);
    assert_eq!(run(&archive, &["check", "--exit-code"]).0, 1);
    for format in ["text", "json", "jsonl", "csv", "markdown"] {
        for words in
            [&["list"][..], &["show", pair[1]], &["log"], &["chain", pair[1]], &pair, &["check"]]
        {
            let (code, out, err) = run(&archive, &[words, &["--format", format]].concat());
            assert!(code == 0 && !out.is_empty() && err.is_empty(), "{words:?} {format}: {err}");
        }
    }
}

#[test]
fn stats_report_the_size_of_an_archive() {
    let (_given, archive) = new_folder();
    run(&archive, &["import", "fixtures/articles"]);
    run(&archive, &["import", "fixtures/commission"]);
    run(&archive, &["remove", "artsakh/2017"]);
    let (_, out, _) = run(&archive, &["stats", "--format", "json"]);
    let stats: serde_json::Value = serde_json::from_str(&out).unwrap();
    let journal = fs::metadata(archive.join("journal/000001.jsonl.zst")).unwrap().len();
    assert_eq!(stats["imports"], 3);
    assert_eq!((&stats["removals"], &stats["removed_elections"]), (&1.into(), &1.into()));
    assert_eq!(stats["journal_bytes"], journal);
    let (_, out, _) = run(&archive, &["stats"]);
    assert!(out.starts_with("imports    3 of 20"), "{out}");
    assert!(out.contains(" times the "), "{out}");
}

#[test]
fn a_series_covers_a_chain_or_a_territory() {
    let (_given, archive) = new_folder();
    run(&archive, &["import", "fixtures/articles", "fixtures/commission"]);
    let words = ["series", "nagorno-karabakh/2012", "--measure", "margin-votes,margin,turnout"];
    let (code, out, err) = run(&archive, &words);
    assert_eq!(code, 0, "{err}");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "date        address                margin-votes  margin  turnout");
    assert_eq!(lines[2], "2012-07-19  nagorno-karabakh/2012        24,128   34.14    73.53");
    assert!(out.contains("margin-votes, votes"), "{out}");
    let (_, csv, _) = run(&archive, &["series", "nkr", "--measure", "margin", "--format", "csv"]);
    assert_eq!(csv, "", "no such territory");
    let words = ["series", "Nagorno-Karabakh", "--measure", "margin", "--from", "2012", "--format"];
    let (_, csv, _) = run(&archive, &[&words[..], &["csv"]].concat());
    assert!(csv.starts_with("date,address,title,type,margin,margin-low,margin-high\n"), "{csv}");
    let words = ["series", "Nagorno-Karabakh", "--measure", "turnout-change", "--from", "2012"];
    let (_, json, _) = run(&archive, &[&words[..], &["--format", "json"]].concat());
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    // The change is relative to 2007, which the series does not show.
    let change = json["points"][0]["values"]["turnout-change"]["value"].as_f64().unwrap();
    assert!((change + 3.86).abs() < 0.001, "{json}");
    let (_, list, _) = run(&archive, &["series", "--list"]);
    assert!(list.contains("√(½ Σ(v − s)²)"), "{list}");
    assert_eq!(run(&archive, &["series", "Nagorno-Karabakh", "--measure", "luck"]).0, 2);
}

#[test]
fn a_chain_is_rendered_as_dot_and_mermaid() {
    let (given, archive) = new_folder();
    let quoted = given.path().join("quoted.jsonl");
    let line = r#"{"title":"1905 \"Ruritanian\" <vote>\\","previous":{"title":"1901 vote"}}"#;
    fs::write(&quoted, line).unwrap();
    run(&archive, &["import", "fixtures/articles", quoted.to_str().unwrap()]);
    let (_, dot, _) = run(&archive, &["chain", "nagorno-karabakh/2012", "--format", "dot"]);
    let lines: Vec<&str> = dot.lines().collect();
    assert_eq!((lines[0], *lines.last().unwrap()), ("digraph chain {", "}"));
    assert!(lines.contains(&"    e1 -> e2 [label=\"both sides\"]"), "{dot}");
    assert!(
        lines
            .contains(&"    e2 [label=\"2017 Artsakhian presidential election\\nArtsakh\\n2017\"]")
    );
    let title = "1905 \"Ruritanian\" <vote>\\";
    let (_, dot, _) = run(&archive, &["chain", title, "--format", "dot"]);
    assert!(dot.contains(r#"e1 [label="1905 \"Ruritanian\" <vote>\\"#), "{dot}");
    assert!(dot.contains("e0 [label=\"1901 vote\", style=dashed]"), "{dot}");
    let (_, mermaid, _) = run(&archive, &["chain", title, "--format", "mermaid"]);
    assert!(mermaid.contains("e1[\"1905 &quot;Ruritanian&quot; &lt;vote>\\"), "{mermaid}");
    assert!(mermaid.contains("e0[\"1901 vote\"]:::absent"), "{mermaid}");
    assert!(mermaid.contains("e0 -.->|\"missing: not in the archive\"| e1"), "{mermaid}");
}

#[test]
fn a_check_reports_figures_that_do_not_add_up() {
    let (given, archive) = new_folder();
    let file = given.path().join("given.jsonl");
    let line = r#"{"title":"1901 Ruritanian vote","contests":[{"rounds":[{"number":1,"registered":1000,"turnout":"50.0","cast":600}],"contenders":[{"people":[{"name":"A"}],"tallies":[{"round":1,"votes":300,"share":"50.0"}]}]}]}"#;
    fs::write(&file, line).unwrap();
    run(&archive, &["import", "fixtures/articles", "fixtures/commission", file.to_str().unwrap()]);
    let (code, out, _) = run(&archive, &["check", "--exit-code", "--format", "jsonl"]);
    let warnings: Vec<&str> =
        out.lines().filter(|line| line.contains("\"severity\":\"warning\"")).collect();
    assert_eq!(code, 1);
    assert_eq!(warnings.len(), 1, "no false one on the real elections: {warnings:?}");
    assert!(warnings[0].contains("50.0 % of 1,000 registered"), "{}", warnings[0]);
    assert!(warnings[0].contains("600 cast; these would be 500"), "{}", warnings[0]);
}
