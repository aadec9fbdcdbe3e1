//! Imports the files of a case into an archive of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hustings::Archive;
use hustings::archive::{ImportOptions, ImportReport};
use hustings::formats::{Format, Mapping, parse};
use hustings::model::{Election, UnparsedField};
use tempfile::TempDir;

/// An archive with the imported files, and the report of each import.
pub(crate) struct Case {
    pub(crate) archive: Archive,
    pub(crate) reports: Vec<ImportReport>,
    _folder: TempDir,
}

/// Returns the folder of a case in `fixtures/cases`, or in `../shared/cases` for a path that begins
/// with `shared/`. Returns `None` if the latter is missing.
pub(crate) fn case_folder(path: &str) -> Option<PathBuf> {
    match path.strip_prefix("shared/") {
        Some(path) => super::common::shared_path(&format!("cases/{path}")),
        None => Some(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cases").join(path)),
    }
}

impl Case {
    /// Imports every page or table in a folder, in the order of their names, each table through the
    /// folder's `.toml`. Files that a mapping joins are not imported by themselves.
    pub(crate) fn import(folder: &Path) -> Self {
        let mut files: Vec<PathBuf> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let is = |file: &Path, ending: &str| file.extension().is_some_and(|other| other == ending);
        let mapping = files.iter().find(|file| is(file, "toml")).cloned();
        let joined = mapping.as_ref().map(|file| fs::read_to_string(file).unwrap());
        files.retain(|file| {
            let name = file.file_name().unwrap().to_string_lossy().into_owned();
            let joined = joined.as_ref().is_some_and(|text| text.contains(&name));
            !is(file, "toml") && !is(file, "md") && !joined
        });
        let temporary = tempfile::tempdir().unwrap();
        let archive = Archive::create(temporary.path().join("archive")).unwrap();
        let mut reports = Vec::new();
        let sources: Vec<&[PathBuf]> =
            if mapping.is_some() { files.chunks(1).collect() } else { vec![&files] };
        for sources in sources {
            let mapping =
                mapping.as_ref().map(|file| Mapping::load(&file.to_string_lossy()).unwrap());
            let options = ImportOptions::default().mapping(mapping);
            reports.push(archive.import_with(sources, &options).unwrap());
        }
        Self { archive, reports, _folder: temporary }
    }

    /// The current record at an address.
    pub(crate) fn get(&self, address: &str) -> Arc<Election> {
        self.archive.get(address).unwrap().election
    }

    /// The errors of the imports, one per line.
    pub(crate) fn unread_lines(&self) -> Vec<String> {
        let reports = self.reports.iter();
        reports.flat_map(|report| report.errors.iter().map(ToString::to_string)).collect()
    }
}

/// Imports a case of a page from `../shared/cases/wiki`, if it is present.
pub(crate) fn shared_page(case: &str) -> Option<Case> {
    case_folder(&format!("shared/wiki/{case}")).map(|folder| Case::import(&folder))
}

/// Parses an infobox of wikitext with these lines.
pub(crate) fn page(lines: &str) -> Election {
    parse(Format::Wikitext, &format!("{{{{Infobox election\n{lines}\n}}}}")).unwrap()
}

/// The unparsed fields of an election and its contests.
pub(crate) fn kept_fields(election: &Election) -> impl Iterator<Item = &UnparsedField> {
    let contests = election.contests.iter().chain(&election.results);
    election.unparsed.iter().chain(contests.flat_map(|contest| &contest.unparsed))
}
