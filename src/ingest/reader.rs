//! Reads files, folders, dumps and texts in memory, and passes their documents on to imports of
//! limited size.

use std::iter;
use std::path::{Path, PathBuf};

use super::batch::ImportBatch;
use super::hash_stage::{HashStage, HashedText};
use super::options::ImportOptions;
use super::parsed::SourceText;
use super::redirects::Redirects;
use super::report::DumpProgress;
use super::skipped::SkippedFiles;
use crate::formats::dump::{self, DumpItem, DumpItems, DumpPosition, PageRevision, unpack};
use crate::formats::jsonl::LineReader;
use crate::formats::source::{self, SourceFile, SourcePath};
use crate::formats::table::{self, TableEvent};
use crate::formats::{self, Format, Mapping, wikitext};
use crate::{Error, ParseError, Result};

/// Maximum size of the texts in one import before another begins, in bytes. It limits memory use.
const IMPORT_BYTES: usize = 64 * 1024 * 1024;

/// The same limit for dumps, in bytes. It is lower because resuming an interrupted dump is slow.
const DUMP_IMPORT_BYTES: usize = 16 * 1024 * 1024;

/// The input that remains to be read.
pub(crate) struct DocumentReader<'a> {
    options: &'a ImportOptions,
    paths: &'a [PathBuf],
    files: Box<dyn Iterator<Item = Result<SourcePath>> + 'a>,
    /// Texts from memory, read after the files.
    texts: Box<dyn Iterator<Item = (String, String)> + 'a>,
    dump: Option<DumpSource>,
    /// The JSON lines file being read, with its name.
    lines: Option<(String, LineReader)>,
    ahead: HashStage,
    redirects: Redirects,
    /// Folder of the archive that receives the import, if any.
    target: Option<PathBuf>,
    skipped: SkippedFiles,
}

/// A dump being read.
struct DumpSource {
    source: String,
    items: DumpItems,
    /// Number of revisions with an election.
    revisions: u64,
}

impl<'a> DocumentReader<'a> {
    pub(crate) fn new(paths: &'a [PathBuf], options: &'a ImportOptions) -> Self {
        let (files, texts) = (Box::new(source::walk(paths)), Box::new(iter::empty()));
        let (ahead, redirects) = (HashStage::default(), Redirects::default());
        let (target, skipped) = (None, SkippedFiles::default());
        let (dump, lines) = (None, None);
        Self { options, paths, files, texts, dump, lines, ahead, redirects, target, skipped }
    }

    /// Sets the folder of the archive that receives the import.
    pub(crate) fn into_archive(self, archive: &Path) -> Self {
        Self { target: archive.canonicalize().ok(), ..self }
    }

    /// Creates a reader of texts, each with the name of its source.
    pub(crate) fn of_texts(
        texts: impl Iterator<Item = (String, String)> + 'a,
        options: &'a ImportOptions,
    ) -> Self {
        Self { texts: Box::new(texts), ..Self::new(&[], options) }
    }

    /// Adds the next documents to an import. Returns whether documents are left for another import.
    pub(crate) fn fill(&mut self, batch: &mut ImportBatch<'_>) -> Result<bool> {
        loop {
            let part = if self.dump.is_some() { DUMP_IMPORT_BYTES } else { IMPORT_BYTES };
            if !self.options.is_whole() && batch.bytes() >= part {
                return Ok(true);
            }
            if let Some(hashed) = self.ahead.next()? {
                self.take(hashed, batch)?;
            } else if !self.read_on(batch)? {
                self.settle(batch)?;
                batch.end_files()?;
                self.redirects.resolve(batch)?;
                self.skipped.notes().for_each(|note| batch.note(note));
                return Ok(false);
            }
        }
    }

    /// Reads the next file, text, line or dump item. Returns whether there was one.
    fn read_on(&mut self, batch: &mut ImportBatch<'_>) -> Result<bool> {
        if self.dump.is_some() {
            self.item(batch)?;
            return Ok(true);
        }
        if let Some((name, lines)) = &mut self.lines {
            match lines.next() {
                Some(Ok(document)) => batch.document(name, Format::Jsonl, document)?,
                Some(Err(unread)) => batch.report_error(unread),
                None => {
                    batch.end_file(name)?;
                    self.lines = None;
                }
            }
            return Ok(true);
        }
        match self.files.next() {
            Some(Ok(SourcePath::File(name, path))) => self.file(&name, &path, batch)?,
            // The receiving archive is often in the same folder as the documents; do not report it.
            Some(Ok(SourcePath::Archive(path))) => {
                if self.target.is_none() || path.canonicalize().ok() != self.target {
                    self.skipped.archives.add(&path);
                }
            }
            Some(Ok(SourcePath::Hidden(path))) => self.skipped.hidden.add(&path),
            // A path that cannot be read does not stop the import.
            Some(Err(error)) => self.ahead.give(Err(io_parse_error(&error)))?,
            None => match self.texts.next() {
                Some((name, text)) => match formats::decode(&name, text.into_bytes()) {
                    Ok(text) => self.text(&name, None, text, batch)?,
                    Err(unread) => self.ahead.give(Err(unread))?,
                },
                None => return Ok(false),
            },
        }
        Ok(true)
    }

    /// Adds a hashed text to the import.
    fn take(
        &mut self,
        hashed: Result<HashedText, ParseError>,
        batch: &mut ImportBatch<'_>,
    ) -> Result<()> {
        let (given, digest) = match hashed {
            Ok(hashed) => hashed,
            Err(unread) => {
                batch.report_error(unread);
                return Ok(());
            }
        };
        let found = batch.text(given, digest)?;
        if let Some(dump) = &mut self.dump {
            dump.revisions += u64::from(found);
        }
        Ok(())
    }

    /// Adds all texts left in the hash stage. Must precede documents that bypass the hash stage.
    fn settle(&mut self, batch: &mut ImportBatch<'_>) -> Result<()> {
        while let Some(hashed) = self.ahead.last()? {
            self.take(hashed, batch)?;
        }
        Ok(())
    }

    fn file(&mut self, name: &str, path: &Path, batch: &mut ImportBatch<'_>) -> Result<()> {
        if let Some(mapping) = &self.options.mapping {
            // In a folder, a mapping selects its own tables. A file that was named explicitly is
            // always read.
            let named = self.paths.iter().any(|given| given == path);
            if !named && !mapping.reads(name) {
                if !mapping.names(path) {
                    self.skipped.unmapped.add(path);
                }
                return Ok(());
            }
        }
        let file = match SourceFile::open(path) {
            Ok(file) => file,
            Err(error) => return self.ahead.give(Err(io_parse_error(&error))),
        };
        let packing = unpack::detect_compression(file.start())
            .filter(|_| self.options.mapping.is_none() && self.options.format.is_none());
        if let Some(packing) = packing {
            self.settle(batch)?;
            let no_thread = || Error::no_thread("unpacking a dump");
            let unpacked = unpack::unpack(file, packing, self.options.jobs).map_err(no_thread())?;
            let items = dump::read_items(name, unpacked).map_err(no_thread())?;
            let source = name.to_owned();
            self.dump = Some(DumpSource { source, items, revisions: 0 });
            return Ok(());
        }
        let is_mapped = self.options.mapping.is_some();
        if !is_mapped && formats::is_json_lines(name, file.start(), self.options.format) {
            self.settle(batch)?;
            self.lines = Some((name.to_owned(), LineReader::new(name, file.into_reader())));
            return Ok(());
        }
        let loaded = file.load().map_err(|error| io_parse_error(&error));
        match loaded.and_then(|bytes| formats::decode(name, bytes)) {
            Ok(text) => self.text(name, Some(path), text, batch),
            Err(unread) => self.ahead.give(Err(unread)),
        }
    }

    /// Passes on the documents of a text. `path` is `None` for a text in memory.
    fn text(
        &mut self,
        name: &str,
        path: Option<&Path>,
        text: String,
        batch: &mut ImportBatch<'_>,
    ) -> Result<()> {
        let format = match &self.options.mapping {
            Some(_) => Format::Table,
            None => self.options.format.unwrap_or_else(|| Format::detect(name, &text)),
        };
        match format {
            Format::Article if table::mapping::is_table(name) => {
                let expected = "a mapping, which says what the columns of a table mean";
                self.ahead.give(Err(formats::parse_error_at(name, &text, 0, expected)))
            }
            Format::Article => {
                let title = formats::stated_title(&text).map(str::to_owned);
                self.whole(name, path, format, title, text)
            }
            Format::Wikitext => match wikitext::page_title(name, &text) {
                Ok(title) => match wikitext::redirect(&text) {
                    Some(target) => self.redirects.add(&title, &target, name),
                    None => self.whole(name, path, format, Some(title), text),
                },
                Err(unread) => self.ahead.give(Err(unread)),
            },
            Format::Jsonl | Format::Table => {
                self.settle(batch)?;
                self.several(name, path, format, &text, batch)?;
                // Several texts in memory may have the same name, so none of them ends it.
                if path.is_some() { batch.end_file(name) } else { Ok(()) }
            }
        }
    }

    /// Passes on a text that is one document.
    fn whole(
        &mut self,
        name: &str,
        path: Option<&Path>,
        format: Format,
        title: Option<String>,
        text: String,
    ) -> Result<()> {
        let (source, time, revision, in_dump) = (name.to_owned(), None, None, false);
        let is_alone = path.is_some();
        self.give(SourceText { source, format, title, text, time, revision, in_dump, is_alone })
    }

    /// Passes a text to the hash stage, or an error if the text is too large: the stage buffers
    /// several.
    fn give(&mut self, given: SourceText) -> Result<()> {
        let bounded = formats::document::check_size(&given.source, &given.text);
        self.ahead.give(bounded.map(|()| given))
    }

    /// Adds the documents of a text that may contain several.
    fn several(
        &mut self,
        name: &str,
        path: Option<&Path>,
        format: Format,
        text: &str,
        batch: &mut ImportBatch<'_>,
    ) -> Result<()> {
        let mut failed = None;
        let mut each = |event: TableEvent| match event {
            TableEvent::Document(document) if failed.is_none() => {
                failed = batch.document(name, format, *document).err();
            }
            TableEvent::Document(_) => {}
            TableEvent::Unread(unread) => batch.report_error(unread),
            TableEvent::Warning(warning) => batch.warn(warning),
            TableEvent::Note(note) => batch.note(note),
        };
        match &self.options.mapping {
            Some(mapping) => {
                let mut beside = |other: &str| sibling_text(name, path, other);
                table::parse_table(mapping, name, text, &mut beside, &mut each);
                failed.map_or(Ok(()), Err)?;
                read_lineages(mapping, name, path, text, batch)
            }
            None => {
                format.importer().read(name, text, &mut |document| {
                    let document = document.map(Box::new);
                    each(document.map_or_else(TableEvent::Unread, TableEvent::Document));
                });
                failed.map_or(Ok(()), Err)
            }
        }
    }

    /// Reads the next item of the dump.
    fn item(&mut self, batch: &mut ImportBatch<'_>) -> Result<()> {
        let Some(dump) = &mut self.dump else { return Ok(()) };
        match dump.items.next() {
            Some(DumpItem::Page(PageRevision { title, text, time, revision })) => {
                let (source, format) = (dump.source.clone(), Format::Wikitext);
                let (title, in_dump, is_alone) = (Some(title), true, false);
                self.give(SourceText {
                    source,
                    format,
                    title,
                    text,
                    time,
                    revision,
                    in_dump,
                    is_alone,
                })
            }
            // Without a source, an unresolved redirect is not reported: most of a wiki's redirects
            // lead to no election.
            Some(DumpItem::Redirect { title, target }) => self.redirects.add(&title, &target, ""),
            Some(DumpItem::Unread(unread)) => self.ahead.give(Err(unread)),
            Some(DumpItem::Pause(progress)) => {
                batch.reading(&dump.reading(progress));
                Ok(())
            }
            Some(DumpItem::End(progress)) => {
                self.settle(batch)?;
                if let Some(dump) = self.dump.take() {
                    batch.end_file(&dump.source)?;
                    batch.reading(&dump.reading(progress));
                    batch.pages(progress.pages);
                }
                Ok(())
            }
            None => Err(Error::stopped("read", Path::new(&dump.source))),
        }
    }
}

/// Returns the text of a file in the same folder as a table. Fails for a table in memory, even if a
/// file with that name exists.
fn sibling_text(name: &str, path: Option<&Path>, other: &str) -> Result<String, ParseError> {
    let Some(path) = path else {
        let expected = format!("a table in a file, with {other} beside it");
        return Err(formats::parse_error_at(name, "", 0, &expected));
    };
    source::load_sibling(path, other)
}

/// Adds the lineages from the tables of parties that a mapping names. These must be in the same
/// folder as the table.
fn read_lineages(
    mapping: &Mapping,
    name: &str,
    path: Option<&Path>,
    text: &str,
    batch: &mut ImportBatch<'_>,
) -> Result<()> {
    let stands = |file: &&str| path.is_some_and(|path| path.with_file_name(file).exists());
    let mut absent = mapping.lineage_files().filter(|file| !stands(file));
    if let Some(file) = absent.next() {
        let expected = format!("a table of parties beside it, '{file}', for its lineages");
        batch.report_error(formats::parse_error_at(name, "", 0, &expected));
        return Ok(());
    }
    let mut failed = None;
    let mut beside = |other: &str| sibling_text(name, path, other);
    let warnings =
        table::parse_lineages(mapping, name, text, &mut beside, &mut |lineage| match lineage {
            Ok(lineage) if failed.is_none() => {
                failed = batch.lineage(name, mapping.name(), lineage).err();
            }
            Ok(_) => {}
            Err(unread) => batch.report_error(unread),
        });
    warnings.into_iter().for_each(|warning| batch.warn(warning));
    failed.map_or(Ok(()), Err)
}

/// Converts an error of the file system to a parse error for the report.
fn io_parse_error(error: &Error) -> ParseError {
    let (source, problem) = match error {
        Error::Io { path, source, .. } => (path.display().to_string(), source.to_string()),
        other => (String::new(), other.to_string()),
    };
    let expected = format!("a file that can be read ({problem})");
    ParseError { source, line: 1, column: 1, text: String::new(), expected }
}

impl DumpSource {
    fn reading(&self, progress: DumpPosition) -> DumpProgress {
        let DumpPosition { bytes, size, pages } = progress;
        DumpProgress { source: self.source.clone(), bytes, size, pages, revisions: self.revisions }
    }
}
