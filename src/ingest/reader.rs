//! Reads files, folders, dumps and texts in memory, and passes their documents on to imports of
//! limited size.

use std::io::Cursor;
use std::iter;
use std::path::{Path, PathBuf};

use super::batch::ImportBatch;
use super::document::SourceText;
use super::hash_stage::{HashStage, HashedText};
use super::input::Input;
use super::options::ImportOptions;
use super::origin::Origin;
use super::redirects::Redirects;
use super::report::DumpProgress;
use super::skipped::SkippedFiles;
use super::table_file::{add_table, decode_table};
use crate::formats::container;
use crate::formats::dump::{self, DumpItem, DumpItems, DumpPosition, PageRevision};
use crate::formats::jsonl::LineReader;
use crate::formats::source::{self, SourceFile, SourcePath};
use crate::formats::table;
use crate::formats::{self, Format, Mapping, wikitext};
use crate::journal::Provenance;
use crate::model::Source;
use crate::{Error, ParseError, Result};

/// Maximum size of the texts in one import before another begins, in bytes. It limits memory use.
const IMPORT_BYTES: usize = 64 * 1024 * 1024;

/// The same limit for dumps, in bytes. It is lower because resuming an interrupted dump is slow.
const DUMP_IMPORT_BYTES: usize = 16 * 1024 * 1024;

/// The input that remains to be read.
pub(crate) struct DocumentReader<'a> {
    options: &'a ImportOptions,
    inputs: Box<dyn Iterator<Item = Input> + 'a>,
    /// The files of the path being read.
    files: Box<dyn Iterator<Item = Result<SourcePath>>>,
    dump: Option<DumpSource>,
    /// The JSON lines file being read, with its origin.
    json_lines: Option<(Origin, LineReader)>,
    hash_stage: HashStage,
    redirects: Redirects,
    /// Folder of the archive that receives the import, if any.
    target_archive: Option<PathBuf>,
    skipped: SkippedFiles,
}

/// A dump being read.
struct DumpSource {
    source: String,
    /// The wiki.
    wiki: Option<Source>,
    items: DumpItems,
    /// Number of revisions with an election.
    revisions: u64,
}

impl<'a> DocumentReader<'a> {
    pub(crate) fn new(
        inputs: impl Iterator<Item = Input> + 'a,
        options: &'a ImportOptions,
    ) -> Self {
        let (inputs, files) = (Box::new(inputs), Box::new(iter::empty()));
        let (hash_stage, redirects) = (HashStage::default(), Redirects::default());
        let (target_archive, skipped) = (None, SkippedFiles::default());
        let (dump, json_lines) = (None, None);
        Self {
            options,
            inputs,
            files,
            dump,
            json_lines,
            hash_stage,
            redirects,
            target_archive,
            skipped,
        }
    }

    /// Sets the folder of the archive that receives the import.
    pub(crate) fn with_target_archive(self, archive: &Path) -> Self {
        Self { target_archive: archive.canonicalize().ok(), ..self }
    }

    /// Adds the next documents to an import. Returns whether documents are left for another import.
    pub(crate) fn fill(&mut self, batch: &mut ImportBatch<'_>) -> Result<bool> {
        loop {
            let limit = if self.dump.is_some() { DUMP_IMPORT_BYTES } else { IMPORT_BYTES };
            if !self.options.is_atomic() && batch.text_bytes() >= limit {
                return Ok(true);
            }
            if let Some(hashed) = self.hash_stage.next()? {
                self.add_hashed(hashed, batch)?;
            } else if !self.read_next(batch)? {
                self.drain_hash_stage(batch)?;
                batch.end_files(self.options)?;
                self.redirects.resolve(batch)?;
                self.skipped.notes().for_each(|note| batch.note(note));
                return Ok(false);
            }
        }
    }

    /// Reads the next file, text, line or dump item. Returns whether there was one.
    fn read_next(&mut self, batch: &mut ImportBatch<'_>) -> Result<bool> {
        if self.dump.is_some() {
            self.read_dump_item(batch)?;
            return Ok(true);
        }
        if let Some((origin, lines)) = &mut self.json_lines {
            match lines.next() {
                Some(Ok(document)) => batch.add_document(origin, Format::Jsonl, document)?,
                Some(Err(error)) => batch.report_error(error),
                None => {
                    batch.end_file(origin)?;
                    self.json_lines = None;
                }
            }
            return Ok(true);
        }
        match self.files.next() {
            Some(Ok(SourcePath::File { path, is_named })) => {
                self.read_file(path, is_named, batch)?
            }
            // The receiving archive is often in the same folder as the documents; do not report it.
            Some(Ok(SourcePath::Archive(path))) => {
                if self.target_archive.is_none() || path.canonicalize().ok() != self.target_archive
                {
                    self.skipped.archives.add(&path);
                }
            }
            Some(Ok(SourcePath::Hidden(path))) => self.skipped.hidden.add(&path),
            // A path that cannot be read does not stop the import.
            Some(Err(error)) => self.hash_stage.push(Err(io_parse_error(&error)))?,
            None => match self.inputs.next() {
                Some(Input::Path(path)) => self.files = Box::new(source::walk(path)),
                Some(Input::Text { name, text }) if self.options.mapping.is_some() => {
                    let text = Box::new(Cursor::new(text.into_bytes()));
                    let file = SourceFile::from_reader(Path::new(&name), text, None);
                    let origin = self.origin_without_path(name, false);
                    self.open_file(origin, file, batch)?;
                }
                Some(Input::Text { name, text }) => {
                    let origin = self.origin_without_path(name, false);
                    match formats::decode(&origin.name, text.into_bytes()) {
                        Ok(text) => {
                            if let Some(source) = &origin.source {
                                batch.add_source(source)?;
                            }
                            self.read_text(&origin, text, batch)?;
                        }
                        Err(error) => self.hash_stage.push(Err(error))?,
                    }
                }
                Some(Input::Reader { name, reader }) => {
                    let file = SourceFile::from_reader(Path::new(&name), reader, None);
                    let origin = self.origin_without_path(name, true);
                    self.open_file(origin, file, batch)?;
                }
                None => return Ok(false),
            },
        }
        Ok(true)
    }

    /// Adds a hashed text to the import.
    fn add_hashed(
        &mut self,
        hashed: Result<HashedText, ParseError>,
        batch: &mut ImportBatch<'_>,
    ) -> Result<()> {
        let (source_text, digest) = match hashed {
            Ok(hashed) => hashed,
            Err(error) => {
                batch.report_error(error);
                return Ok(());
            }
        };
        let is_document = batch.add_text(source_text, digest)?;
        if let Some(dump) = &mut self.dump {
            dump.revisions += u64::from(is_document);
        }
        Ok(())
    }

    /// Adds all texts left in the hash stage. Callers do this before they add documents that bypass
    /// the hash stage, to preserve the order.
    fn drain_hash_stage(&mut self, batch: &mut ImportBatch<'_>) -> Result<()> {
        while let Some(hashed) = self.hash_stage.next_remaining()? {
            self.add_hashed(hashed, batch)?;
        }
        Ok(())
    }

    fn read_file(
        &mut self,
        path: PathBuf,
        is_named: bool,
        batch: &mut ImportBatch<'_>,
    ) -> Result<()> {
        let name = path.display().to_string();
        // In a folder, a mapping selects its own tables. A file that was named explicitly is always
        // read.
        if let Some(mapping) = self.options.mapping.as_ref().filter(|_| !is_named)
            && !mapping.matches_file_name(&name)
        {
            if !mapping.references_file(&path) {
                self.skipped.unmapped.add(&path);
            }
            return Ok(());
        }
        let file = SourceFile::open(&path);
        let origin = Origin { path: Some(path), ..self.origin_without_path(name, true) };
        self.open_file(origin, file, batch)
    }

    /// Returns the origin of a text that has no file.
    fn origin_without_path(&self, name: String, is_complete: bool) -> Origin {
        let stated = self.options.mapping.as_ref().and_then(Mapping::source);
        let source = self.options.source_of(stated);
        Origin { name, path: None, source, is_complete }
    }

    fn open_file(
        &mut self,
        origin: Origin,
        file: Result<SourceFile>,
        batch: &mut ImportBatch<'_>,
    ) -> Result<()> {
        let name = &origin.name;
        let file = match file {
            Ok(file) => file,
            Err(error) => return self.hash_stage.push(Err(io_parse_error(&error))),
        };
        if let Some(source) = &origin.source {
            batch.add_source(source)?;
        }
        if let Some(mapping) =
            self.options.mapping.as_ref().filter(|_| self.options.title.is_none())
        {
            return match decode_table(&origin, file, mapping) {
                Ok(decoded) => {
                    batch.start_file(&origin);
                    self.drain_hash_stage(batch)?;
                    add_table(&origin, decoded, mapping, batch)?;
                    if origin.is_complete { batch.end_file(&origin) } else { Ok(()) }
                }
                Err(error) => self.hash_stage.push(Err(error)),
            };
        }
        if table::mapping::is_table_file(name) && container::is_binary(file.start()) {
            let expected = "a mapping, which says what the columns of a table mean; '--mapping FILE' names it, and \
                            docs/tables.md describes workbooks and packed tables";
            return self.hash_stage.push(Err(formats::parse_error_at(name, "", 0, expected)));
        }
        // A title applies to a text that is read as a whole, not as a stream.
        let is_whole = self.options.title.is_some();
        let compression = dump::detect_compression(file.start())
            .filter(|_| !is_whole && self.options.format.is_none());
        if let Some(compression) = compression {
            self.drain_hash_stage(batch)?;
            if !cfg!(feature = "dump") {
                let expected = "a build with the feature 'dump', which reads dumps";
                return self.hash_stage.push(Err(formats::parse_error_at(name, "", 0, expected)));
            }
            let items = dump::read_items(name, file, compression, self.options.jobs)
                .map_err(Error::spawn_failed("decompressing a dump"))?;
            let source = name.to_owned();
            let wiki = origin.source;
            self.dump = Some(DumpSource { source, wiki, items, revisions: 0 });
            return Ok(());
        }
        if !is_whole && formats::is_json_lines(name, file.start(), self.options.format) {
            self.drain_hash_stage(batch)?;
            batch.start_file(&origin);
            let lines = LineReader::new(name, file.into_reader());
            self.json_lines = Some((origin, lines));
            return Ok(());
        }
        let loaded = file.load().map_err(|error| io_parse_error(&error));
        match loaded.and_then(|bytes| formats::decode(name, bytes)) {
            Ok(text) => self.read_text(&origin, text, batch),
            Err(error) => self.hash_stage.push(Err(error)),
        }
    }

    /// Passes the documents of a text to the hash stage or to the import.
    fn read_text(
        &mut self,
        origin: &Origin,
        text: String,
        batch: &mut ImportBatch<'_>,
    ) -> Result<()> {
        let name = origin.name.as_str();
        let format = match &self.options.mapping {
            Some(_) => Format::Table,
            None => self.options.format.unwrap_or_else(|| Format::detect(name, &text)),
        };
        if self.options.title.is_some() && format != Format::Wikitext {
            let expected = "the wikitext of a page, which the title of the options names";
            let error = formats::parse_error_at(name, &text, 0, expected);
            return self.hash_stage.push(Err(error));
        }
        batch.start_file(origin);
        match format {
            Format::Article if table::mapping::is_table_file(name) => {
                let expected = "a mapping, which says what the columns of a table mean";
                self.hash_stage.push(Err(formats::parse_error_at(name, &text, 0, expected)))
            }
            Format::Article => {
                let title = formats::stated_title(&text).map(str::to_owned);
                self.push_single(origin, format, title, text)
            }
            Format::Wikitext => match self.page_title(name, &text) {
                Ok(title) => match wikitext::redirect_target(&text) {
                    Some(target) => self.redirects.add(&title, &target, name),
                    None => self.push_single(origin, format, Some(title), text),
                },
                Err(error) => self.hash_stage.push(Err(error)),
            },
            Format::Jsonl | Format::Table => {
                self.drain_hash_stage(batch)?;
                self.read_several(origin, format, &text, batch)?;
                if origin.is_complete { batch.end_file(origin) } else { Ok(()) }
            }
        }
    }

    /// Returns the title of a wiki page, from the options or from the name of its file.
    fn page_title(&self, name: &str, text: &str) -> Result<String, ParseError> {
        match &self.options.title {
            Some(title) => Ok(title.clone()),
            None => wikitext::page_title(name, text),
        }
    }

    /// Passes a text that is a single document to the hash stage.
    fn push_single(
        &mut self,
        origin: &Origin,
        format: Format,
        title: Option<String>,
        text: String,
    ) -> Result<()> {
        self.push_text(SourceText {
            source: origin.name.clone(),
            format,
            title,
            text,
            source_time: None,
            revision: None,
            provenance: provenance(origin.source.as_ref(), None),
            page_id: None,
            is_dump_page: false,
            is_sole_document: origin.is_complete,
        })
    }

    /// Passes a text to the hash stage, or an error if the text is too large. The size is limited
    /// because the stage buffers several texts.
    fn push_text(&mut self, source_text: SourceText) -> Result<()> {
        let checked = formats::document::check_size(&source_text.source, &source_text.text);
        self.hash_stage.push(checked.map(|()| source_text))
    }

    /// Adds the documents of a text that may contain several.
    fn read_several(
        &self,
        origin: &Origin,
        format: Format,
        text: &str,
        batch: &mut ImportBatch<'_>,
    ) -> Result<()> {
        let mut first_error = None;
        format.importer().read(&origin.name, text, &mut |document| match document {
            Ok(document) if first_error.is_none() => {
                first_error = batch.add_document(origin, format, document).err();
            }
            Ok(_) => {}
            Err(error) => batch.report_error(error),
        });
        first_error.map_or(Ok(()), Err)
    }

    /// Reads the next item of the dump.
    fn read_dump_item(&mut self, batch: &mut ImportBatch<'_>) -> Result<()> {
        let Some(dump) = &mut self.dump else { return Ok(()) };
        match dump.items.next() {
            Some(DumpItem::Wiki(wiki)) => {
                dump.wiki = self.options.source_of(Some(&wiki));
                dump.wiki.as_ref().map_or(Ok(()), |wiki| batch.add_source(wiki))
            }
            Some(DumpItem::Page(PageRevision { title, text, time, revision, page_id })) => {
                let source = dump.source.clone();
                let provenance = provenance(dump.wiki.as_ref(), page_id.map(|id| id.to_string()));
                self.push_text(SourceText {
                    source,
                    format: Format::Wikitext,
                    title: Some(title),
                    text,
                    source_time: time,
                    revision,
                    provenance,
                    page_id,
                    is_dump_page: true,
                    is_sole_document: false,
                })
            }
            // Without a source, an unresolved redirect is not reported: most of a wiki's redirects
            // lead to no election.
            Some(DumpItem::Redirect { title, target }) => self.redirects.add(&title, &target, ""),
            Some(DumpItem::Error(error)) => self.hash_stage.push(Err(error)),
            Some(DumpItem::Progress(position)) => batch.report_progress(&dump.progress(position)),
            Some(DumpItem::End(progress)) => {
                self.drain_hash_stage(batch)?;
                if let Some(dump) = self.dump.take() {
                    batch.report_progress(&dump.progress(progress))?;
                    batch.add_pages(progress.pages);
                }
                Ok(())
            }
            None => Err(Error::worker_exited("read", Path::new(&dump.source))),
        }
    }
}

/// Returns the provenance of a document.
fn provenance(source: Option<&Source>, id: Option<String>) -> Provenance {
    let source = source.map(|source| source.name().to_owned());
    Provenance { id: id.filter(|_| source.is_some()), source, ..Provenance::default() }
}

/// Converts an error of the file system to a parse error for the report.
fn io_parse_error(error: &Error) -> ParseError {
    let (source, problem) = match error {
        Error::Io { path, source, .. } => (path.display().to_string(), source.to_string()),
        other => (String::new(), other.to_string()),
    };
    let expected = format!("a file that can be read ({problem})");
    ParseError { source, line: 1, column: 1, found: String::new(), expected }
}

impl DumpSource {
    fn progress(&self, progress: DumpPosition) -> DumpProgress {
        let DumpPosition { bytes, size, pages } = progress;
        DumpProgress { source: self.source.clone(), bytes, size, pages, revisions: self.revisions }
    }
}
