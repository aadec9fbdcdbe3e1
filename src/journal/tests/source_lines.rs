//! Journal lines about sources: their form, and their limits.

use super::*;
use crate::journal::{AbsenceEntry, SourceEntry};
use crate::model::Source;

#[test]
fn lines_about_sources_are_read_back_and_limited() {
    let source = Source::new("parlgov").unwrap().licence("MIT");
    let entries = [
        JournalEntry::Source(SourceEntry {
            description: source.clone(),
            folders: vec!["table:/data".to_owned()],
        }),
        JournalEntry::SourceOrder { names: vec!["parlgov".to_owned(), "article:a".to_owned()] },
        JournalEntry::Absence(AbsenceEntry {
            title: "t".to_owned(),
            source: "parlgov".to_owned(),
            id: Some("583".to_owned()),
        }),
    ];
    let lines = [
        r#"{"source":{"description":{"name":"parlgov","licence":"MIT"},"folders":["table:/data"]}}"#,
        r#"{"source_order":{"names":["parlgov","article:a"]}}"#,
        r#"{"absence":{"title":"t","source":"parlgov","id":"583"}}"#,
    ];
    assert_eq!(entries.each_ref().map(|entry| line_of(entry, JournalFormat::V1)), lines);
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, _) = open(folder.path(), &LogPosition::default()).unwrap();
    append(&mut journal, &entries);
    let (journal, _) = open(folder.path(), &LogPosition::default()).unwrap();
    let mut read = Vec::new();
    journal
        .replay(&LogPosition::default(), &mut |_, line, _| {
            read.push(line);
            Ok(())
        })
        .unwrap();
    assert_eq!(read[..3], entries.map(JournalLine::Entry));
    let JournalLine::Commit(commit, _) = &read[3] else { panic!("{read:?}") };
    assert_eq!((commit.versions, commit.aliases), (0, 3));
    let long = "x".repeat(10_001);
    for too_long in [
        JournalEntry::Source(SourceEntry {
            description: source.licence(long.clone()),
            folders: vec![],
        }),
        JournalEntry::SourceOrder { names: vec![String::new(); 10_001] },
        JournalEntry::SourceOrder { names: vec![long.clone()] },
        JournalEntry::Absence(AbsenceEntry { title: String::new(), source: long, id: None }),
    ] {
        let error = too_long.check_limits().unwrap_err().to_string();
        assert!(error.contains("has more than"), "{error}");
    }
}

#[test]
fn a_source_with_a_name_that_no_source_can_have_is_refused() {
    let line =
        |name: &str| format!(r#"{{"source":{{"description":{{"name":"{name}"}},"folders":[]}}}}"#);
    assert!(serde_json::from_str::<JournalEntry>(&line("parlgov")).is_ok());
    let long = "x".repeat(101);
    // A name such as "table:/data" would be that of documents without a source.
    for name in ["", "table:/data", "<revert>", "ParlGov", "parl gov", "-a", "\\u0001a", &long] {
        let error = serde_json::from_str::<JournalEntry>(&line(name)).unwrap_err().to_string();
        assert!(error.contains("expected the name of a source"), "{name}: {error}");
    }
}
