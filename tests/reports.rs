//! An import reports everything that it leaves out, and exits with code 3 if anything is lost.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::Path;

use common::run;

const ARTICLE: &str = "= 1824 Ruritanian general election =\n\nInfobox\n- Country: Ruritania\n";

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

#[test]
fn only_archives_and_hidden_files_are_skipped_and_reported() {
    let folder = tempfile::tempdir().unwrap();
    let documents = folder.path().join("documents");
    let given = documents.to_str().unwrap();
    write(&documents.join("a/FORMAT"), ARTICLE);
    write(&documents.join("a/1.txt"), &ARTICLE.replace("1824", "1825"));
    write(&documents.join("b/FORMAT/2.txt"), &ARTICLE.replace("1824", "1826"));
    let archive = documents.join("own");
    let (code, out, err) = run(&archive, &["import", given]);
    assert_eq!((code, out.as_str()), (0, "import 1: 3 added, 0 unchanged, 0 not read\n"), "{err}");
    assert_eq!(err, "", "the archive itself needs no note");

    let other = documents.join("other");
    run(&other, &["import", "fixtures/articles"]);
    write(&documents.join(".hidden/3.txt"), ARTICLE);
    for dry in [&["--dry-run"][..], &[]] {
        let (code, out, err) = run(&archive, &[&["import", given][..], dry].concat());
        assert_eq!(code, 0, "{err}");
        assert!(out.contains("0 added, 3 unchanged, 0 not read"), "{out}");
        let said: Vec<&str> = err.lines().collect();
        assert_eq!(
            said,
            [
                format!("hustings: 1 archive was skipped: {}", other.display()),
                format!("hustings: 1 hidden file or folder was skipped: {given}/.hidden"),
            ]
        );
    }
    // An archive of a later version is skipped too.
    write(&other.join("FORMAT"), "hustings archive, format 99\n");
    let (_, _, err) = run(&archive, &["import", given]);
    assert!(err.contains("1 archive was skipped"), "{err}");
    for named in [&other, &archive] {
        let (code, out, err) = run(&archive, &["import", named.to_str().unwrap()]);
        assert!(code == 3 && out.contains("0 added, 0 unchanged, 1 not read"), "{out}");
        assert!(err.contains("it is an archive; 'hustings export' writes its records"), "{err}");
    }
}

#[test]
fn equal_errors_are_grouped_with_a_count() {
    let folder = tempfile::tempdir().unwrap();
    let (archive, file) = (folder.path().join("archive"), folder.path().join("bad.jsonl"));
    let name = file.to_str().unwrap();
    let bad = (0..1_200).map(|line| format!("{{\"title\":\"t\",\"field {line}\":1}}\n"));
    let lines: String = bad.chain(["{\"title\":\"t\"}\nnone\n".to_owned()]).collect();
    fs::write(&file, lines).unwrap();
    for strict in [&["--strict"][..], &[]] {
        let (code, out, err) = run(&archive, &[&["import", name][..], strict].concat());
        assert_eq!(code, 3, "{err}");
        let lines: Vec<&str> = err.lines().map(str::trim_start).collect();
        let lines = if strict.is_empty() {
            assert_eq!(out, "import 1: 1 added, 0 unchanged, 1,201 not read\n");
            &lines[..]
        } else {
            assert_eq!(lines[0], "error: nothing was imported: 1,201 documents not read");
            &lines[1..]
        };
        assert_eq!(lines.len(), 2, "{err}");
        let first = format!("{name}:1:");
        let ending =
            format!("; and 1,199 like it: {name}:2:22, {name}:3:22, {name}:4:22, {name}:5:22, …");
        assert!(lines[0].starts_with(&first) && lines[0].ends_with(&ending), "{err}");
        assert!(lines[1].starts_with(&format!("{name}:1202:2: expected an election as JSON")));
    }
}

#[test]
fn ten_candidates_of_an_ambiguous_address_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let (archive, file) = (folder.path().join("archive"), folder.path().join("many.jsonl"));
    let line = |number: u32| {
        format!("{{\"title\":\"District {number:04}\",\"country\":\"Ruritania\",\"year\":1901}}\n")
    };
    fs::write(&file, (0..1_500).map(line).collect::<String>()).unwrap();
    run(&archive, &["import", file.to_str().unwrap()]);
    let (code, _, err) = run(&archive, &["show", "ruritania/1901"]);
    assert_eq!(code, 2);
    let lines: Vec<&str> = err.lines().collect();
    assert_eq!(lines[0], "error: 'ruritania/1901' names 1,500 elections");
    assert_eq!((lines.len(), lines[11]), (12, "  and 1,490 others"), "{err}");
}

/// Imports files with a mapping. Returns the exit code, the output, the messages and an export.
fn import_table(files: &[(&str, &str)], mapping: &str) -> (i32, String, Vec<String>, String) {
    let folder = tempfile::tempdir().unwrap();
    let (archive, data) = (folder.path().join("archive"), folder.path().join("data"));
    files.iter().for_each(|(name, text)| write(&data.join(name), text));
    let given = folder.path().join("mapping.toml");
    write(&given, mapping);
    let words = ["import", "--mapping", given.to_str().unwrap(), data.to_str().unwrap()];
    let (code, out, err) = run(&archive, &words);
    let folder_name = format!("{}/", data.display());
    let said = err.lines().map(|line| line.replace(&folder_name, "")).collect();
    // The stored texts parse to the same records again.
    let (verified, problems, _) = run(&archive, &["verify", "--deep"]);
    assert_eq!(verified, 0, "{problems}");
    (code, out, said, run(&archive, &["export"]).1)
}

const MAPPING: &str = "key = \"year\"\nfile = \"results.csv\"\n[election]\n\
    title = { template = \"{year} Ruritanian election\" }\n[contender]\n\
    person = \"who\"\nvotes = \"votes\"\n";

#[test]
fn votes_without_a_contender_are_reported() {
    let rows = "year,who,votes\n1901,A,5\n1901,,7\n1901,,\n1905,B,1\n";
    let (code, out, said, export) =
        import_table(&[("results.csv", rows), ("notes.md", "-"), ("other.csv", "a\n1\n")], MAPPING);
    assert_eq!(code, 3);
    assert!(out.starts_with("import 1: 2 added, 0 unchanged, 0 not read, 1 warning\n"), "{out}");
    assert_eq!(
        said,
        [
            "results.csv:3:3: a row with 7 votes and neither a person nor a party, kept as those of others",
            "hustings: 2 files that the mapping does not read were skipped: notes.md, other.csv",
        ]
    );
    let others = "\"options\":[{\"kind\":\"others\",\"name\":\"\"";
    assert!(export.contains("\"votes\":5") && export.contains(others), "{export}");
}

#[test]
fn a_row_without_a_join_match_is_kept_and_reported() {
    let mapping = format!(
        "{MAPPING}party = \"parties.name\"\n[join.parties]\nfile = \"parties.csv\"\n\
         on = \"party\"\nkey = \"id\"\n"
    );
    let results = "year,who,party,votes\n1901,A,1,5\n1901,B,2,6\n1901,C,9,7\n1901,D,,8\n";
    let parties = "id,name\n1,Reds\n2,Blues\n";
    let (code, out, said, export) =
        import_table(&[("results.csv", results), ("parties.csv", parties)], &mapping);
    assert_eq!(code, 3);
    assert!(out.starts_with("import 1: 1 added, 0 unchanged, 0 not read, 1 warning\n"), "{out}");
    assert_eq!(
        said,
        ["results.csv:4:3: '9' is not in 'id' of 'parties.csv', so nothing is taken from there"]
    );
    let election: serde_json::Value = serde_json::from_str(&export).unwrap();
    let contenders = election["contests"][0]["contenders"].as_array().unwrap();
    let of = |contender: &serde_json::Value| {
        (
            contender["people"][0]["name"].as_str().map(str::to_owned),
            contender["party"]["name"].as_str().map(str::to_owned),
            contender["tallies"][0]["votes"].as_u64(),
        )
    };
    let said: Vec<_> = contenders.iter().map(of).collect();
    let expected =
        [("A", Some("Reds"), 5), ("B", Some("Blues"), 6), ("C", None, 7), ("D", None, 8)];
    let owned = expected
        .map(|(who, party, votes)| (Some(who.to_owned()), party.map(str::to_owned), Some(votes)));
    assert_eq!(said, owned);
}

#[test]
fn a_redirect_to_no_election_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let (archive, pages) = (folder.path().join("archive"), folder.path().join("pages"));
    write(
        &pages.join("1901 Ruritanian election.wiki"),
        "{{Infobox election|country=Ruritania|type=general}}",
    );
    write(&pages.join("First.wiki"), "#REDIRECT [[Second]]");
    write(&pages.join("Second.wiki"), "#REDIRECT [[1901 Ruritanian election]]");
    write(&pages.join("Third.wiki"), "#REDIRECT [[Weather of 1901]]");
    for (added, unchanged) in [(1, 0), (0, 1)] {
        let (code, out, err) = run(&archive, &["import", pages.to_str().unwrap()]);
        assert_eq!(code, 3, "{err}");
        assert!(
            out.contains(&format!("{added} added, {unchanged} unchanged, 1 not read")),
            "{out}"
        );
        assert_eq!(
            err,
            format!(
                "{}/Third.wiki:1:1: expected a page that leads to an election of the archive, \
                 found '#REDIRECT [[Weather of 1901]]'\n",
                pages.display()
            )
        );
    }
}
