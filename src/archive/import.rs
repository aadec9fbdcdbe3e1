//! Importing documents: all that can be read, as one import; what is large in parts, an import each.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use serde::Serialize;

use super::feed::Feed;
use super::gathering::Gathering;
use super::history::OpenFiles;
use super::ready::Ready;
use super::{Archive, Writing};
use crate::import::{Format, Mapping};
use crate::index;
use crate::journal::now;
use crate::{ParseErrors, Result, Warnings};

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
    /// Import nothing at all when one document cannot be read, or a statement in one is doubtful.
    pub strict: bool,
    /// How many threads unpack a dump; 0 for as many as the machine has cores.
    pub jobs: usize,
}

impl ImportOptions {
    /// What is imported strictly or not at all comes in one piece.
    pub(super) fn is_whole(&self) -> bool {
        self.strict || self.dry_run
    }
}

/// What an import brought.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ImportReport {
    /// The numbers of the imports that were made: none when there was nothing to add or nothing
    /// was to be kept; several when it was imported in parts.
    pub imports: Vec<u64>,
    /// How many versions were added.
    pub added: u64,
    /// How many of them have another text than the version that was current before them, and the same record: rows
    /// in another order, or other white space.
    pub same_record: u64,
    /// How many documents say what their file said last, word for word; of a file that is not known for the
    /// election, what is current.
    pub unchanged: u64,
    /// How many titles were added to elections, as redirects of a wiki say.
    pub aliases: u64,
    /// How many pages of dumps were read.
    pub pages: u64,
    /// The titles of unchanged documents whose election is removed, and stays so.
    pub removed: Vec<String>,
    /// How many of the added versions are of pages with tables of results, or boxes of other kinds, that are not
    /// read.
    pub partly_read: u64,
    /// What the added versions hold together.
    pub totals: Totals,
    /// What was added of how parties descend from each other.
    pub lineages: Lineages,
    /// What else there is to tell, in sentences.
    pub notes: Vec<String>,
    /// What could not be read.
    #[serde(skip)]
    pub unread: ParseErrors,
    /// What was kept as it stands, and is doubtful: a contender who stands twice, a total among the contenders.
    #[serde(skip)]
    pub warnings: Warnings,
}

/// What the versions of an import hold together.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Totals {
    /// The countries, as the records spell them.
    pub countries: BTreeSet<String>,
    /// Contenders in all contests.
    pub contenders: u64,
    /// Of tables: elections that name the one before.
    pub links: u64,
    /// Those of them that name one which the archive does not have.
    pub broken: u64,
}

/// What an import added of how parties descend from each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Lineages {
    /// The countries of which something new is said.
    pub countries: u64,
    /// The parties of these countries.
    pub parties: u64,
    /// How often one became another.
    pub changes: u64,
}

/// A version that an import added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Added<'a> {
    /// The title in this version.
    pub title: &'a str,
    /// The number of the version.
    pub version: u32,
    /// The file, or `<stdin>`.
    pub source: &'a str,
    /// How many texts in it were not understood.
    pub kept: usize,
    /// What else its page has about results that is not read: "2 tables of results".
    pub not_read: &'a [String],
    /// Whether it has the same record as the version that was current before it.
    pub same_record: bool,
}

/// How far the reading of a dump has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The file, or `<stdin>`.
    pub source: String,
    /// How many of its bytes are read, as it is packed.
    pub bytes: u64,
    /// How many it has, where that is known.
    pub size: Option<u64>,
    /// How many pages are read.
    pub pages: u64,
    /// How many revisions had an election.
    pub revisions: u64,
}

/// What happens while an import goes on.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A version is added.
    Added(&'a Added<'a>),
    /// A dump is read on.
    Reading(&'a Reading),
}

/// What an import into a new archive would bring.
///
/// # Errors
/// As [`Archive::import`].
pub fn preview(
    paths: &[PathBuf],
    options: &ImportOptions,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<ImportReport> {
    let options = ImportOptions { dry_run: true, ..options.clone() };
    let mut report = ImportReport::default();
    let (mut store, mut files) = (index::Writer::new(None)?, OpenFiles::new(1));
    let mut gathering = Gathering::new(&mut store, None, &mut files, &mut report, watch);
    Feed::new(paths, &options).fill(&mut gathering)?;
    gathering.finish(&options)?;
    Ok(report)
}

impl Archive {
    /// Imports files, folders, and (as `-`) standard input.
    ///
    /// All documents are one import, which is there as a whole or not at all; but more than 64 MiB of texts are
    /// imported in parts as they are read, so that a stopped import goes on where it was when
    /// it is given again. A strict import is always one.
    ///
    /// ```
    /// use hustings::archive::{Archive, ImportOptions};
    /// let folder = std::env::temp_dir().join("hustings-example-import");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// let report = archive.import(&["fixtures/commission".into()], &ImportOptions::default())?;
    /// assert_eq!(report.imports, [1]);
    /// assert!(report.unread.is_empty());
    /// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// When a path cannot be read at all, when the archive cannot be written, or when the import
    /// is strict and a document was not read. Then nothing is imported, but for the parts that
    /// were imported before.
    pub fn import(&self, paths: &[PathBuf], options: &ImportOptions) -> Result<ImportReport> {
        self.import_watched(paths, options, &mut |_| ())
    }

    /// Imports texts that are in memory, each with the name of its source, as [`Archive::import`] does files
    /// of these names and contents, but for what a mapping of tables finds beside
    /// a file.
    ///
    /// ```
    /// use hustings::archive::{Archive, ImportOptions};
    /// let folder = std::env::temp_dir().join("hustings-example-texts");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// let text = "= 1824 Ruritanian general election =\n\nInfobox\n- Country: Ruritania\n";
    /// let texts = [("letter.txt".to_owned(), text.to_owned())];
    /// let report = archive.import_texts(texts, &ImportOptions::default())?;
    /// assert_eq!((report.added, report.unread.len()), (1, 0));
    /// assert_eq!(archive.source(&"ruritania/1824".parse()?)?, text);
    /// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the archive cannot be written, or when the import is strict and a text was not read.
    /// Then nothing is imported, but for the parts that were imported before.
    pub fn import_texts(
        &self,
        texts: impl IntoIterator<Item = (String, String)>,
        options: &ImportOptions,
    ) -> Result<ImportReport> {
        self.take_in(Feed::of_texts(texts.into_iter(), options), options, &mut |_| ())
    }

    /// As [`Archive::import`], and tells what happens.
    ///
    /// # Errors
    /// As [`Archive::import`].
    pub fn import_watched(
        &self,
        paths: &[PathBuf],
        options: &ImportOptions,
        watch: &mut dyn FnMut(Event<'_>),
    ) -> Result<ImportReport> {
        let feed = Feed::new(paths, options).into_archive(&self.shared.path);
        self.take_in(feed, options, watch)
    }

    fn take_in(
        &self,
        mut feed: Feed<'_>,
        options: &ImportOptions,
        watch: &mut dyn FnMut(Event<'_>),
    ) -> Result<ImportReport> {
        let writing = &mut *self.changing()?;
        // What could not be applied of an import before comes first.
        self.catch_up(writing, &mut |_| ())?;
        let mut report = ImportReport::default();
        let mut files = OpenFiles::new(writing.journal.end().import + 1);
        if options.dry_run {
            let mut store = index::Writer::new(Some(Arc::clone(&writing.store)))?;
            let mut gathering = Gathering::new(&mut store, None, &mut files, &mut report, watch);
            feed.fill(&mut gathering)?;
            gathering.finish(options)?;
            return Ok(report);
        }
        let imported = loop {
            match take_part(writing, &mut feed, options, &mut files, &mut report, watch) {
                Ok(true) => {}
                Ok(false) => break Ok(report),
                Err(error) => break Err(error),
            }
        };
        let shown = match imported {
            Ok(_) => writing.writer.flush().and_then(|()| self.show(writing)),
            // The parts before stay. What cannot be applied of them now is applied before the next import.
            Err(_) => {
                let _ = self.catch_up(writing, &mut |_| ());
                Ok(())
            }
        };
        let report = imported?;
        shown.map(|()| report)
    }
}

/// Imports what comes next, and says whether there is more.
fn take_part(
    Writing { journal, writer, .. }: &mut Writing,
    feed: &mut Feed<'_>,
    options: &ImportOptions,
    files: &mut OpenFiles<Ready>,
    report: &mut ImportReport,
    watch: &mut dyn FnMut(Event<'_>),
) -> Result<bool> {
    // What cannot be dated is not begun.
    now()?;
    let mut gathering = Gathering::new(writer, Some(journal.append()?), files, report, watch);
    let more = feed.fill(&mut gathering)?;
    gathering.finish(options)?;
    Ok(more)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;
    use std::sync::atomic::Ordering;

    /// What waited of the import that failed was once applied again on top of itself.
    #[test]
    fn an_import_after_one_that_the_store_could_not_take_is_applied_once() {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::create(folder.path()).unwrap();
        let import = |archive: &Archive, fixtures: &str| {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(fixtures);
            archive.import(&[path], &ImportOptions::default())
        };
        import(&archive, "commission").unwrap();
        let fail = |fails| archive.writing().store.is_failing.store(fails, Ordering::Relaxed);
        fail(true);
        let text = "= 1824 Ruritanian general election =\n\nInfobox\n- Country: Ruritania\n";
        let text = ("letter.txt".to_owned(), text.to_owned());
        assert!(archive.import_texts([text], &ImportOptions::default()).is_err());
        fail(false);
        import(&archive, "editions").unwrap();
        assert_eq!(archive.imports().unwrap().len(), 3);
        let items = archive.snapshot().view().items().unwrap();
        archive.rebuild(|_| ()).unwrap();
        assert_eq!(archive.snapshot().view().items().unwrap(), items);
    }
}
