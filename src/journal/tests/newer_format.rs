//! Lines of a newer version: refused if they are intact, damage otherwise.

use super::*;

/// Returns lines that are unknown to this version.
fn unknown_lines() -> Vec<String> {
    let version = |more: &str| {
        format!(
            r#"{{"version":{{"title":"t","format":"jsonl","source":"s","text":"{{}}"{more}}}}}"#
        )
    };
    let mut lines = vec![
        r#"{"area":{"path":"italy/lombardy"}}"#.to_owned(),
        r#"{"removal":{"title":"t","why":"a reason"}}"#.to_owned(),
        r#"{"alias":{"election":"t","title":"u","kind":1}}"#.to_owned(),
        r#"{"territory":{"name":"t","alias":"u","from":null,"until":null,"iso":"tt"}}"#.to_owned(),
        version(r#","identity":"583""#),
        version(r#","revision":{"id":"1","page":2}"#),
        version(r#","source_time":{"from":"2001","to":"2002"}"#),
        version(r#","provenance":{"source":"parlgov","url":"u"}"#),
        version(r#","area":{"path":["Lombardy"],"kind":"state"}"#),
        version(r#","page_id":"7""#),
        version("").replace("jsonl", "a later format"),
        r#"{"removal":{"title":"t"},"source":"s"}"#.to_owned(),
        r#"{"lost":{"first":1,"last":1,"digest":"","why":"a reason"}}"#.to_owned(),
        r#"{"lost":{"first":1,"last":1,"digest":""},"why":"a reason"}"#.to_owned(),
    ];
    lines.extend(lines.clone().iter().map(|line| with_digest(line)));
    let known = line_of(&removal("t"), JournalFormat::V2);
    lines.push(with_digest(&known));
    lines.push(with_digest(r#"{"digest":"t"}"#));
    lines.push(r#"{"commit":{"import":1,"recorded":"","tool":"","note":null,"versions":0,"removals":0,"aliases":0,"parent":"","areas":1},"digest":""}"#.to_owned());
    lines.push("[]".to_owned());
    lines
}

#[test]
fn an_intact_unknown_line_is_refused_and_nothing_changes() {
    for line in unknown_lines() {
        let folder = tempfile::tempdir().unwrap();
        let bytes =
            write_journal(folder.path(), &[&line], EntryCounts::from_entries(&[removal("t")]));
        let opened = open(folder.path(), &LogPosition::default()).map(drop);
        assert!(matches!(opened, Err(Error::NewerFormat { .. })), "{line}: {opened:?}");
        let scanned = JournalScan::read(folder.path(), &LogPosition::default()).map(drop);
        assert!(matches!(scanned, Err(Error::NewerFormat { .. })), "{line}: {scanned:?}");
        assert_eq!(fs::read(file_path(folder.path(), 1)).unwrap(), bytes, "{line}");
    }
}

#[test]
fn an_unknown_line_with_a_wrong_digest_is_damage() {
    let intact = line_of(&removal("t"), JournalFormat::V2);
    let mut cases: Vec<Vec<String>> = Vec::new();
    for line in unknown_lines() {
        let Some((covered, _)) = split_digest(&line).filter(|_| !line.contains("commit")) else {
            continue;
        };
        for wrong in ["", "00", &"0".repeat(64)] {
            cases.push(vec![format!("{covered},\"digest\":\"{wrong}\"}}")]);
        }
    }
    assert!(cases.len() >= 3 * 14, "{}", cases.len());
    // In an import whose lines have digests: a line without one, and a commit with a wrong digest.
    cases.push(vec![intact.clone(), r#"{"removal":{"title":"t","why":"a reason"}}"#.to_owned()]);
    let commit = r#"{"commit":{"import":1,"areas":1},"digest":""}"#;
    cases.push(vec![intact.clone(), commit.to_owned()]);
    for lines in cases {
        let folder = tempfile::tempdir().unwrap();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let bytes =
            write_journal(folder.path(), &lines, EntryCounts::from_entries(&[removal("t")]));
        let opened = open(folder.path(), &LogPosition::default()).map(drop);
        assert!(matches!(opened, Err(Error::Journal { .. })), "{lines:?}: {opened:?}");
        assert!(
            !JournalScan::read(folder.path(), &LogPosition::default()).unwrap().damage.is_empty(),
            "{lines:?}"
        );
        assert_eq!(fs::read(file_path(folder.path(), 1)).unwrap(), bytes, "{lines:?}");
    }
}

#[test]
fn an_unknown_commit_with_a_valid_digest_is_of_a_newer_version() {
    let folder = tempfile::tempdir().unwrap();
    let line = line_of(&removal("t"), JournalFormat::V2);
    let open_commit = r#"{"commit":{"import":1,"areas":1}"#;
    let mut digest = ImportDigest::new();
    digest.add_line(&line);
    let digest = digest.finish(open_commit);
    let text = format!("{line}\n{open_commit},\"digest\":\"{digest}\"}}\n");
    fs::write(file_path(folder.path(), 1), frame::compress(text.as_bytes()).unwrap()).unwrap();
    let opened = open(folder.path(), &LogPosition::default()).map(drop);
    assert!(matches!(opened, Err(Error::NewerFormat { .. })), "{opened:?}");
}
