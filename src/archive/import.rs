//! Importing documents. All readable documents form one import; large inputs are split into
//! several.

use std::path::PathBuf;
use std::sync::Arc;

use super::{Archive, WriterState};
use crate::ingest::batch::ImportBatch;
use crate::ingest::history::OpenFiles;
use crate::ingest::parsed::ParsedDocument;
use crate::ingest::reader::DocumentReader;
use crate::ingest::{ImportEvent, ImportOptions, ImportReport};
use crate::journal::now;
use crate::{Result, index};

/// Reports what an import into a new archive would add.
///
/// # Errors
/// See [`Archive::import`].
pub fn preview(
    paths: &[PathBuf],
    options: &ImportOptions,
    watch: &mut dyn FnMut(ImportEvent<'_>),
) -> Result<ImportReport> {
    let options = ImportOptions { dry_run: true, ..options.clone() };
    let mut report = ImportReport::default();
    let (mut store, mut files) = (index::StoreWriter::new(None)?, OpenFiles::new(1));
    let mut batch = ImportBatch::new(&mut store, None, &mut files, &mut report, watch);
    DocumentReader::new(paths, &options).fill(&mut batch)?;
    batch.finish(&options)?;
    Ok(report)
}

impl Archive {
    /// Imports files, folders, and standard input (as `-`).
    ///
    /// All documents form one atomic import. Texts of more than 64 MiB (16 MiB from a dump) are
    /// split into several imports as they are read, so that repeating an interrupted import
    /// continues where it stopped. A strict import is never split.
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
    /// When the archive cannot be written, or when the import is strict and a document cannot be
    /// read or holds a doubtful statement. Then nothing is imported, except for earlier parts of a
    /// split import. A path that cannot be read is reported in [`ImportReport::unread`].
    pub fn import(&self, paths: &[PathBuf], options: &ImportOptions) -> Result<ImportReport> {
        self.import_watched(paths, options, &mut |_| ())
    }

    /// Imports texts from memory, each with the name of its source. The result is that of importing
    /// files with these names and contents, except that a mapping finds no other files beside a
    /// table.
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
    /// When the archive cannot be written, or when the import is strict and a text cannot be read
    /// or holds a doubtful statement. Then nothing is imported, except for earlier parts of a split
    /// import.
    pub fn import_texts(
        &self,
        texts: impl IntoIterator<Item = (String, String)>,
        options: &ImportOptions,
    ) -> Result<ImportReport> {
        self.take_in(DocumentReader::of_texts(texts.into_iter(), options), options, &mut |_| ())
    }

    /// Like [`Archive::import`], and reports events to `watch` as they occur.
    ///
    /// # Errors
    /// See [`Archive::import`].
    pub fn import_watched(
        &self,
        paths: &[PathBuf],
        options: &ImportOptions,
        watch: &mut dyn FnMut(ImportEvent<'_>),
    ) -> Result<ImportReport> {
        let feed = DocumentReader::new(paths, options).into_archive(&self.shared.path);
        self.take_in(feed, options, watch)
    }

    fn take_in(
        &self,
        mut feed: DocumentReader<'_>,
        options: &ImportOptions,
        watch: &mut dyn FnMut(ImportEvent<'_>),
    ) -> Result<ImportReport> {
        let writing = &mut *self.changing()?;
        // Apply any earlier import that the store lacks.
        self.catch_up(writing, &mut |_| ())?;
        let mut report = ImportReport::default();
        let mut files = OpenFiles::new(writing.journal.end().import + 1);
        if options.dry_run {
            let mut store = index::StoreWriter::new(Some(Arc::clone(&writing.store)))?;
            let mut batch = ImportBatch::new(&mut store, None, &mut files, &mut report, watch);
            feed.fill(&mut batch)?;
            batch.finish(options)?;
            return Ok(report);
        }
        let imported = loop {
            match import_part(writing, &mut feed, options, &mut files, &mut report, watch) {
                Ok(true) => {}
                Ok(false) => break Ok(report),
                Err(error) => break Err(error),
            }
        };
        let shown = match imported {
            Ok(_) => writing.writer.flush().and_then(|()| self.show(writing)),
            // Earlier parts stay imported. Entries that cannot be applied now are applied before
            // the next import.
            Err(_) => {
                let _ = self.catch_up(writing, &mut |_| ());
                Ok(())
            }
        };
        let report = imported?;
        shown.map(|()| report)
    }
}

/// Imports the next part, and returns whether more is left.
fn import_part(
    WriterState { journal, writer, .. }: &mut WriterState,
    feed: &mut DocumentReader<'_>,
    options: &ImportOptions,
    files: &mut OpenFiles<ParsedDocument>,
    report: &mut ImportReport,
    watch: &mut dyn FnMut(ImportEvent<'_>),
) -> Result<bool> {
    // Fail before reading anything when the clock gives no valid time for the import.
    now()?;
    let mut batch = ImportBatch::new(writer, Some(journal.append()?), files, report, watch);
    let more = feed.fill(&mut batch)?;
    batch.finish(options)?;
    Ok(more)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;
    use std::sync::atomic::Ordering;

    /// Buffered changes of a failed import must be discarded. Otherwise they are applied twice.
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
