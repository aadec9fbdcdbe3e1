//! Importing documents. All readable documents form one import; large inputs are split into
//! several.

use std::borrow::Borrow;
use std::io::Cursor;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::query::changes::{StateRange, count_import_changes};
use super::{Archive, WriterState};
use crate::formats::Format;
use crate::ingest::batch::{ImportBatch, ImportProgress};
use crate::ingest::reader::DocumentReader;
use crate::ingest::{ImportCallback, ImportOptions, ImportReport, Input, parse_entry};
use crate::journal::now;
use crate::model::{Election, to_json};
use crate::store::Store;
use crate::{Error, Result, index};

/// Reports what an import into a new archive would add.
///
/// # Errors
/// See [`Archive::import`].
pub fn preview<I: Into<Input>>(
    inputs: impl IntoIterator<Item = I>,
    options: &ImportOptions,
    callback: &mut ImportCallback<'_>,
) -> Result<ImportReport> {
    let options = ImportOptions { dry_run: true, ..options.clone() };
    let mut reader = DocumentReader::new(inputs.into_iter().map(Into::into), &options);
    dry_run(None, ImportProgress::new(1), &mut reader, &options, callback)
}

/// Reads everything, and reports what an import into an archive with this store would add.
fn dry_run(
    store: Option<Arc<Store>>,
    mut progress: ImportProgress,
    reader: &mut DocumentReader<'_>,
    options: &ImportOptions,
    callback: &mut ImportCallback<'_>,
) -> Result<ImportReport> {
    let mut report = ImportReport::default();
    let mut writer = index::StoreWriter::new(store, parse_entry)?;
    let (import, first_line) = writer.next_import();
    let mut batch = ImportBatch::new(&mut writer, None, &mut progress, &mut report, callback);
    reader.fill(&mut batch)?;
    batch.finish(options)?;
    writer.buffer_changes()?;
    let range = StateRange { from: import - 1, to: import, first_line };
    report.changes = count_import_changes(writer.view(), range)?;
    Ok(report)
}

impl Archive {
    /// Imports files, folders, texts and streams, and detects their formats.
    ///
    /// All documents form one atomic import. Texts of more than 64 MiB (16 MiB from a dump) are
    /// split into several imports as they are read, so that repeating an interrupted import
    /// continues where it stopped.
    ///
    /// ```
    /// use hustings::Archive;
    /// # let folder = std::env::temp_dir().join("hustings-example-import");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// let report = archive.import(["fixtures/commission"])?;
    /// assert_eq!(report.imports, [1]);
    /// assert!(report.errors.is_empty());
    /// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the archive cannot be written. If the journal cannot be written, nothing is imported,
    /// except for earlier parts of a split import. If the journal was written but not the store,
    /// the import is complete, and the store follows with the next change or when the archive is
    /// opened. An input that cannot be read is reported in [`ImportReport::errors`].
    pub fn import<I: Into<Input>>(
        &self,
        inputs: impl IntoIterator<Item = I>,
    ) -> Result<ImportReport> {
        self.import_with(inputs, &ImportOptions::default())
    }

    /// Imports like [`Archive::import`], with options. A strict import is never split.
    ///
    /// # Errors
    /// See [`Archive::import`]. When the import is strict, also when a document cannot be read or
    /// contains a doubtful statement.
    pub fn import_with<I: Into<Input>>(
        &self,
        inputs: impl IntoIterator<Item = I>,
        options: &ImportOptions,
    ) -> Result<ImportReport> {
        self.import_with_events(inputs, options, &mut |_| ControlFlow::Continue(()))
    }

    /// Imports texts from memory, each with the name of its source. The result is the same as for
    /// files with these names and contents, except that a mapping cannot load further tables
    /// (joins, lineages), because a text has no folder.
    ///
    /// ```
    /// use hustings::archive::{Archive, ImportOptions};
    /// # let folder = std::env::temp_dir().join("hustings-example-texts");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// let text = "= 1824 Ruritanian general election =\n\nInfobox\n- Country: Ruritania\n";
    /// let report = archive.import_texts([("letter.txt", text)], &ImportOptions::default())?;
    /// assert_eq!((report.added, report.errors.len()), (1, 0));
    /// assert_eq!(archive.source("ruritania/1824")?, text);
    /// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// See [`Archive::import_with`].
    pub fn import_texts<N: Into<String>, T: Into<String>>(
        &self,
        texts: impl IntoIterator<Item = (N, T)>,
        options: &ImportOptions,
    ) -> Result<ImportReport> {
        let inputs = texts.into_iter().map(|(name, text)| Input::text(name, text));
        self.import_inputs(&mut { inputs }, options, &mut |_| ControlFlow::Continue(()))
    }

    /// Imports records from memory, which all have the source `source`. Each record becomes a line
    /// of JSON, as in a file of JSON lines.
    ///
    /// ```
    /// use hustings::archive::{Archive, ImportOptions};
    /// use hustings::model::Election;
    /// # let folder = std::env::temp_dir().join("hustings-example-records");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// let title = "1824 Ruritanian general election".to_owned();
    /// let country = Some("Ruritania".to_owned());
    /// let election = Election { title, country, year: Some(1824), ..Election::default() };
    /// archive.import_elections("my program", [&election], &ImportOptions::default())?;
    /// assert_eq!(*archive.get("ruritania/1824")?.election, election);
    /// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// See [`Archive::import_with`].
    pub fn import_elections<E: Borrow<Election>>(
        &self,
        source: &str,
        elections: impl IntoIterator<Item = E>,
        options: &ImportOptions,
    ) -> Result<ImportReport> {
        let mut lines = Vec::new();
        for election in elections {
            let line = to_json(election.borrow()).map_err(|error| Error::InvalidArgument {
                argument: "elections",
                problem: error.to_string(),
            })?;
            lines.extend(line.to_string().into_bytes());
            lines.push(b'\n');
        }
        let options = ImportOptions { format: Some(Format::Jsonl), ..options.clone() };
        self.import_with([Input::reader(source, Cursor::new(lines))], &options)
    }

    /// Imports like [`Archive::import_with`], and passes events to `callback` as they occur. The
    /// callback can stop the import: the unfinished import is discarded, and earlier parts of a
    /// split import stay.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use hustings::archive::{Archive, ImportEvent, ImportOptions};
    /// use hustings::ErrorKind;
    /// # let folder = std::env::temp_dir().join("hustings-example-stop");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// let stopped = archive.import_with_events(
    ///     ["fixtures/articles"],
    ///     &ImportOptions::default(),
    ///     &mut |event| match event {
    ///         ImportEvent::Added(_) => ControlFlow::Break(()),
    ///         _ => ControlFlow::Continue(()),
    ///     },
    /// );
    /// assert_eq!(stopped.unwrap_err().kind(), ErrorKind::Cancelled);
    /// assert!(archive.imports()?.is_empty());
    /// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// See [`Archive::import_with`]. [`Error::Cancelled`] when the callback stopped the import.
    pub fn import_with_events<I: Into<Input>>(
        &self,
        inputs: impl IntoIterator<Item = I>,
        options: &ImportOptions,
        callback: &mut ImportCallback<'_>,
    ) -> Result<ImportReport> {
        self.import_inputs(&mut inputs.into_iter().map(Into::into), options, callback)
    }

    fn import_inputs(
        &self,
        inputs: &mut dyn Iterator<Item = Input>,
        options: &ImportOptions,
        callback: &mut ImportCallback<'_>,
    ) -> Result<ImportReport> {
        let mut reader = DocumentReader::new(inputs, options).with_target_archive(&self.inner.path);
        let writer_state = &mut *self.lock_for_change()?;
        // Apply any earlier import that the store lacks.
        self.catch_up(writer_state, &mut |_| ())?;
        let before = writer_state.journal.end_position().import;
        let mut progress = ImportProgress::new(before + 1).allow_erased(options.allow_erased);
        if options.dry_run {
            let store = Arc::clone(&writer_state.store);
            return dry_run(Some(store), progress, &mut reader, options, callback);
        }
        let mut report = ImportReport::default();
        let imported = loop {
            match import_part(
                writer_state,
                &mut reader,
                options,
                &mut progress,
                &mut report,
                callback,
            ) {
                Ok(true) => {}
                Ok(false) => break Ok(report),
                Err(error) => break Err(error),
            }
        };
        let published = match imported {
            Ok(_) => writer_state.writer.flush().and_then(|()| self.publish(writer_state)),
            // Earlier parts stay imported. Entries that cannot be applied now are applied before
            // the next import.
            Err(_) => {
                let _ = self.catch_up(writer_state, &mut |_| ());
                Ok(())
            }
        };
        let mut report = imported?;
        published?;
        let snapshot = self.snapshot();
        let range = snapshot.state_range(before, snapshot.last_import());
        match range.and_then(|range| count_import_changes(snapshot.view(), range)) {
            Ok(changes) => report.changes = changes,
            // The import is complete, whatever is wrong with an earlier record.
            Err(error) => report.notes.push(format!("the changes cannot be counted: {error}")),
        }
        Ok(report)
    }
}

/// Imports the next part, and returns whether more is left.
fn import_part(
    WriterState { journal, writer, .. }: &mut WriterState,
    reader: &mut DocumentReader<'_>,
    options: &ImportOptions,
    progress: &mut ImportProgress,
    report: &mut ImportReport,
    callback: &mut ImportCallback<'_>,
) -> Result<bool> {
    // Fail before reading anything when the clock gives no valid time for the import.
    now()?;
    let mut batch = ImportBatch::new(writer, Some(journal.append()?), progress, report, callback);
    let has_more = reader.fill(&mut batch)?;
    batch.finish(options)?;
    Ok(has_more)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;
    use std::sync::atomic::Ordering;

    /// Buffered changes of a failed import must be discarded. Otherwise they are applied twice.
    #[test]
    fn an_import_after_a_failed_apply_is_applied_once() {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::create(folder.path()).unwrap();
        let import = |archive: &Archive, fixtures: &str| {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(fixtures);
            archive.import([path])
        };
        import(&archive, "commission").unwrap();
        let fail = |fails| archive.lock_writer().store.is_failing.store(fails, Ordering::Relaxed);
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
