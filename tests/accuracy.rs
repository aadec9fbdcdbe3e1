//! Counts the fields of realistic documents that are right, kept, unread, wrong or lost.
//! `docs/accuracy.md` states the counts.
//!
//! `HUSTINGS_BLESS=1 cargo test --test accuracy` rewrites that page. The expected statements of
//! each document are beside it in `fixtures/accuracy`. They were written by hand before the program
//! read the document.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "accuracy/expected.rs"]
mod expected;
#[path = "accuracy/statements.rs"]
mod statements;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use expected::Expected;
use hustings::Archive;
use hustings::archive::{Filter, ImportOptions};
use hustings::formats::Mapping;
use statements::statements;

fn fixtures(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/accuracy").join(folder)
}

/// The files and folders in a folder, sorted by name.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

/// Counts of fields by result, as `docs/accuracy.md` defines the results.
#[derive(Default)]
struct Counts {
    documents: usize,
    right: usize,
    kept: usize,
    /// Expected values that were only kept as unparsed text or reported.
    unread: usize,
    /// Unexpected values, each with the name of its document.
    wrong: Vec<String>,
    lost: Vec<String>,
}

impl Counts {
    /// Compares the statements found in an election with the expected ones.
    fn compare(
        &mut self,
        name: &str,
        expected: &Expected,
        found: &[(String, String)],
        kept: &[String],
    ) {
        let mut found: Vec<&(String, String)> = found.iter().collect();
        for (field, value) in &expected.values {
            if let Some(at) = found.iter().position(|one| one.0 == *field && one.1 == *value) {
                found.remove(at);
                self.right += 1;
            } else if expected.is_kept(field, kept) {
                self.unread += 1;
            } else {
                self.lost.push(format!("{name}: {field} = {value}"));
            }
        }
        for label in &expected.kept {
            match kept.iter().any(|one| one.eq_ignore_ascii_case(label)) {
                true => self.kept += 1,
                false => self.lost.push(format!("{name}: kept = {label}")),
            }
        }
        self.wrong.extend(found.iter().map(|(field, value)| format!("{name}: {field} = {value}")));
    }

    fn table_row(&self, what: &str) -> String {
        let all = self.right + self.kept + self.unread + self.wrong.len() + self.lost.len();
        format!(
            "| {what} | {} | {all} | {} | {} | {} | {} | {} |\n",
            self.documents,
            self.right,
            self.kept,
            self.unread,
            self.wrong.len(),
            self.lost.len()
        )
    }
}

fn compare_pages() -> Counts {
    let mut counts = Counts::default();
    for page in entries(&fixtures("pages")) {
        if page.extension().is_some_and(|ending| ending == "expect") {
            continue;
        }
        let name = page.file_stem().unwrap().to_string_lossy().into_owned();
        let expected = Expected::read(&page.with_extension("expect"));
        let temporary = tempfile::tempdir().unwrap();
        let archive = Archive::create(temporary.path().join("archive")).unwrap();
        let report = archive.import([&page]).unwrap();
        assert_eq!(report.added, 1, "{name}: {:?}", report.errors);
        let records = archive.list(&Filter::default()).unwrap();
        let (found, kept) = statements(&records[0].election);
        counts.documents += 1;
        counts.compare(&name, &expected[0], &found, &kept);
    }
    counts
}

fn compare_tables() -> Counts {
    let mut counts = Counts::default();
    for folder in entries(&fixtures("tables")) {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let expected = Expected::read(&folder.join("expect.txt"));
        counts.documents += 1;
        let temporary = tempfile::tempdir().unwrap();
        let archive = Archive::create(temporary.path().join("archive")).unwrap();
        let files = entries(&folder);
        let is_mapping = |file: &&PathBuf| file.extension().is_some_and(|end| end == "toml");
        let mapping = files.iter().find(is_mapping).unwrap();
        let said = fs::read_to_string(mapping).unwrap();
        let joined = said.split_once("[join").map_or("", |(_, joined)| joined);
        let main = files.iter().find(|file| {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            !name.ends_with(".toml") && name != "expect.txt" && !joined.contains(&name)
        });
        let refused = expected.first().is_some_and(|first| first.is_refused);
        let mapping = Mapping::load(&mapping.to_string_lossy());
        let is_mistaken = mapping.is_err();
        let report = mapping.and_then(|mapping| {
            let options = ImportOptions::default().mapping(mapping);
            archive.import_with(&[main.unwrap().clone()], &options)
        });
        let records = archive.list(&Filter::default()).unwrap();
        if refused {
            let is_refused =
                records.is_empty() && report.is_ok_and(|report| !report.errors.is_empty());
            match is_refused || is_mistaken {
                true => counts.kept += 1,
                false => counts.wrong.push(format!("{name}: not refused")),
            }
            continue;
        }
        let report = report.unwrap_or_else(|error| panic!("{name}: {error}"));
        let warnings = report.warnings.iter().map(ToString::to_string);
        let said: Vec<String> =
            report.errors.iter().map(ToString::to_string).chain(warnings).collect();
        for line in expected.iter().flat_map(|one| &one.reported) {
            let names = |said: &String| {
                let own = said.split(':').nth(1);
                own == Some(line.to_string().as_str()) || said.contains(&format!("line {line},"))
            };
            match said.iter().any(names) {
                true => counts.kept += 1,
                false => counts.lost.push(format!("{name}: reported = {line}; found {said:?}")),
            }
        }
        for one in expected.iter().filter(|one| !one.title.is_empty()) {
            let of = format!("{name} [{}]", one.title);
            match records.iter().find(|record| record.election.title == one.title) {
                Some(record) => {
                    let (found, kept) = statements(&record.election);
                    counts.compare(&of, one, &found, &kept);
                }
                None => counts.lost.push(format!("{of}: the election")),
            }
        }
        let extra = records
            .iter()
            .filter(|record| !expected.iter().any(|one| one.title == record.election.title));
        counts.wrong.extend(
            extra.map(|record| format!("{name} [{}]: the election", record.election.title)),
        );
    }
    counts
}

#[test]
fn no_field_of_the_fixtures_is_wrong_or_lost() {
    let (pages, tables) = (compare_pages(), compare_tables());
    let mut page = String::from(
        "# Accuracy\n\nThe fixtures in `fixtures/accuracy` have the shapes of real pages and tables. Beside each document stand the \
         expected statements, which were written by hand before the program read it. Where the two differed at first, the program was \
         corrected or, in 12 lines of 7 documents, the expectation. This command writes the page:\n\n```sh\n\
         HUSTINGS_BLESS=1 cargo test --test accuracy\n```\n\n\
         - *right*: the record has the expected value.\n\
         - *kept*: no certain value is expected, and the text is kept with a reason, or the row is reported or refused.\n\
         - *unread*: a value is expected, but the text is kept with a reason, or reported.\n\
         - *wrong*: the record has a value that is not expected.\n\
         - *lost*: a value is expected, but neither the record nor the report has it.\n\n\
         | documents | number | fields | right | kept | unread | wrong | lost |\n|---|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    page += &pages.table_row("pages of wikis, wikitext and rendered");
    page += &tables.table_row("tables with a mapping");
    let mut failed = String::new();
    for (what, counts) in [("pages", &pages), ("tables", &tables)] {
        for line in &counts.wrong {
            writeln!(failed, "{what}: wrong: {line}").unwrap();
        }
        for line in &counts.lost {
            writeln!(failed, "{what}: lost: {line}").unwrap();
        }
    }
    assert!(
        failed.is_empty(),
        "{}\n{failed}",
        pages.table_row("pages") + &tables.table_row("tables")
    );
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/accuracy.md");
    if std::env::var_os("HUSTINGS_BLESS").is_some() {
        fs::write(&path, page).unwrap();
    } else {
        assert_eq!(
            fs::read_to_string(&path).unwrap_or_default(),
            page,
            "run it with HUSTINGS_BLESS=1"
        );
    }
}
