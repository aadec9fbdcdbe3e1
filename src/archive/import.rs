//! Importing documents: all that can be read, as one import.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;

use serde::Serialize;

use super::Archive;
use crate::import::{self, Document, Format, Mapping, source, table};
use crate::journal::{Entry, VersionEntry, Writer};
use crate::model::{Election, fold};
use crate::store::Store;
use crate::{Error, Result, Unread};

/// How to import.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportOptions {
    /// The format of all documents; without one, each document's is found out.
    pub format: Option<Format>,
    /// How to read tables. With a mapping, only tables are read.
    pub mapping: Option<Mapping>,
    /// What to say of the import in the log.
    pub note: Option<String>,
    /// Read everything and say what would come, but keep nothing.
    pub dry_run: bool,
    /// Import nothing at all when one document cannot be read.
    pub strict: bool,
}

/// What an import brought.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ImportReport {
    /// Its number; none when there was nothing to add, or nothing was to be kept.
    pub import: Option<u64>,
    /// The versions that it added, in order.
    pub added: Vec<Added>,
    /// How many documents the archive had already, word for word.
    pub unchanged: u64,
    /// The titles of those of them whose election is removed, and stays so.
    pub removed: Vec<String>,
    /// What the added versions hold together.
    pub totals: Totals,
    /// What could not be read.
    #[serde(skip)]
    pub unread: Vec<Unread>,
}

/// What the versions of an import hold together.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Totals {
    /// The countries, as the records spell them.
    pub countries: BTreeSet<String>,
    /// Contenders in all contests.
    pub contenders: u64,
    /// Elections that name the one before.
    pub links: u64,
    /// Those of them that name one which the archive does not have.
    pub broken: u64,
}

/// A version that an import added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Added {
    /// The title in this version.
    pub title: String,
    /// The number of the version.
    pub version: u32,
    /// The file, or `<stdin>`.
    pub source: String,
    /// How many texts in it were not understood.
    pub kept: usize,
}

/// What an import into a new archive would bring.
///
/// # Errors
/// As [`Archive::import`].
pub fn preview(paths: &[PathBuf], options: &ImportOptions) -> Result<ImportReport> {
    let mut gathering = Gathering::new(None, None);
    gathering.read(paths, options)?;
    gathering.finish(options).map(|(report, _)| report)
}

impl Archive {
    /// Imports files, folders, and (as `-`) standard input.
    ///
    /// ```
    /// use hustings::archive::{Archive, ImportOptions};
    /// let folder = std::env::temp_dir().join("hustings-example-import");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let mut archive = Archive::create(&folder)?;
    /// let report = archive.import(&["fixtures/commission".into()], &ImportOptions::default())?;
    /// assert_eq!(report.import, Some(1));
    /// assert!(report.unread.is_empty());
    /// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// When a path cannot be read at all, when the archive cannot be written, or when the import
    /// is strict and a document was not read. Then nothing is imported.
    pub fn import(&mut self, paths: &[PathBuf], options: &ImportOptions) -> Result<ImportReport> {
        let writer = if options.dry_run { None } else { Some(self.journal.append()?) };
        let mut gathering = Gathering::new(Some(&self.store), writer);
        gathering.read(paths, options)?;
        let (mut report, writer) = gathering.finish(options)?;
        let writer = writer.filter(|writer| !writer.is_empty());
        let mark = writer.map(|writer| writer.commit(options.note.as_deref())).transpose()?;
        if let Some(mark) = mark {
            self.catch_up(&mut None)?;
            report.import = Some(mark.import);
        }
        Ok(report)
    }
}

/// An import on its way.
struct Gathering<'a> {
    store: Option<&'a Store>,
    writer: Option<Writer<'a>>,
    report: ImportReport,
    /// The texts of this import, and how many versions it adds to each election so far.
    seen: HashSet<(String, [u8; 32])>,
    counts: HashMap<String, u32>,
    /// The folded titles of elections before, as the added versions name them.
    named: Vec<String>,
}

impl<'a> Gathering<'a> {
    fn new(store: Option<&'a Store>, writer: Option<Writer<'a>>) -> Self {
        let report = ImportReport::default();
        Self {
            store,
            writer,
            report,
            seen: HashSet::new(),
            counts: HashMap::new(),
            named: Vec::new(),
        }
    }

    fn read(&mut self, paths: &[PathBuf], options: &ImportOptions) -> Result<()> {
        for file in source::walk(paths) {
            let (name, path) = file?;
            // Of a folder, a mapping reads its own tables only; a file that is named is meant.
            let mapping = options.mapping.as_ref().filter(|_| !paths.contains(&path));
            if mapping.is_some_and(|mapping| !mapping.reads(&name)) {
                continue;
            }
            let text = match import::decode(&name, source::load(&path)?) {
                Ok(text) => text,
                Err(unread) => {
                    self.report.unread.push(unread);
                    continue;
                }
            };
            let format = match &options.mapping {
                Some(_) => Format::Table,
                None => options.format.unwrap_or_else(|| Format::detect(&name, &text)),
            };
            let mut failed = None;
            let mut each = |document: Result<Document, Unread>| match document {
                Ok(document) if failed.is_none() => {
                    failed = self.document(&name, format, document).err();
                }
                Ok(_) => {}
                Err(unread) => self.report.unread.push(unread),
            };
            match &options.mapping {
                Some(mapping) => {
                    let mut beside = |other: &str| source::beside(&path, other);
                    table::documents(mapping, &name, &text, &mut beside, &mut each);
                }
                None => format.importer().read(&name, &text, &mut each),
            }
            failed.map_or(Ok(()), Err)?;
        }
        Ok(())
    }

    fn document(&mut self, source: &str, format: Format, document: Document) -> Result<()> {
        let title = document.election.title.clone();
        let folded = fold(&title);
        let digest = *blake3::hash(document.text.as_bytes()).as_bytes();
        let id = self.store.map(|store| store.titled(&folded)).transpose()?.flatten();
        let entry = match (self.store, id) {
            (Some(store), Some(id)) => Some(store.entry(id)?),
            _ => None,
        };
        let known = entry.as_ref().map_or(&[][..], |entry| &entry.versions);
        // Aliases name one election under several titles: count by its first.
        let election =
            entry.as_ref().and_then(|entry| entry.titles.first()).unwrap_or(&folded).clone();
        let before = known.iter().any(|version| version.digest == digest && !version.removed);
        if before || !self.seen.insert((election.clone(), digest)) {
            self.report.unchanged += 1;
            if entry.as_ref().is_some_and(|entry| entry.place.is_none()) {
                self.report.removed.push(title);
            }
            return Ok(());
        }
        self.total(&document.election);
        let count = self.counts.entry(election).or_insert(known.len() as u32);
        *count += 1;
        let kept = document.election.kept.len()
            + document.election.contests.iter().map(|contest| contest.kept.len()).sum::<usize>();
        let source = source.to_owned();
        self.report.added.push(Added {
            title: title.clone(),
            version: *count,
            source: source.clone(),
            kept,
        });
        let Some(writer) = &mut self.writer else { return Ok(()) };
        writer.push(&Entry::Version(VersionEntry {
            title,
            format: format.to_string(),
            source,
            source_time: document.source_time,
            text: document.text,
        }))
    }

    fn total(&mut self, election: &Election) {
        let totals = &mut self.report.totals;
        totals.countries.extend(election.country.clone());
        totals.contenders +=
            election.contests.iter().map(|contest| contest.contenders.len() as u64).sum::<u64>();
        let before = election.previous.as_ref().and_then(|link| link.title.as_deref());
        self.named.extend(before.map(fold));
    }

    /// Counts the links, now that every title is known.
    fn count_links(&mut self) -> Result<()> {
        self.report.totals.links = self.named.len() as u64;
        for title in std::mem::take(&mut self.named) {
            let stored = self.store.map(|store| store.titled(&title)).transpose()?.flatten();
            let known = stored.is_some() || self.counts.contains_key(&title);
            self.report.totals.broken += u64::from(!known);
        }
        Ok(())
    }

    fn finish(mut self, options: &ImportOptions) -> Result<(ImportReport, Option<Writer<'a>>)> {
        if options.strict && !self.report.unread.is_empty() {
            return Err(Error::Strict(self.report.unread));
        }
        self.count_links()?;
        Ok((self.report, self.writer))
    }
}
