//! Reads what is to be imported, file after file or text after text, and hands it on, a part at a
//! time.

use std::iter;
use std::path::{Path, PathBuf};

use super::ahead::{Ahead, Hashed};
use super::gathering::Gathering;
use super::import::{ImportOptions, Reading};
use super::ready::Given;
use super::redirects::Redirects;
use super::skipped::Skipped;
use crate::import::dump::{self, Item, Items, Page, Progress, unpack};
use crate::import::jsonl::LineReader;
use crate::import::source::{Found, SourceFile};
use crate::import::table::TableEvent;
use crate::import::{self, Format, Mapping, source, table, wikitext};
use crate::{Error, Result, Unread};

/// So much of the texts, in bytes, is one import: memory has a bound.
const PART: usize = 64 * 1024 * 1024;

/// And so much of a dump's, which takes long to read on to.
const DUMP_PART: usize = 16 * 1024 * 1024;

/// What is still to be read.
pub(super) struct Feed<'a> {
    options: &'a ImportOptions,
    paths: &'a [PathBuf],
    files: Box<dyn Iterator<Item = Result<Found>> + 'a>,
    /// What the caller has in memory, after the files.
    texts: Box<dyn Iterator<Item = (String, String)> + 'a>,
    dump: Option<Dump>,
    /// A file of JSON lines that is being read.
    lines: Option<(String, LineReader)>,
    ahead: Ahead,
    redirects: Redirects,
    /// The archive that is imported into, where there is one.
    target: Option<PathBuf>,
    skipped: Skipped,
}

/// A dump that is being read.
struct Dump {
    source: String,
    items: Items,
    /// How many of its revisions had an election.
    revisions: u64,
}

impl<'a> Feed<'a> {
    pub(super) fn new(paths: &'a [PathBuf], options: &'a ImportOptions) -> Self {
        let (files, texts) = (Box::new(source::walk(paths)), Box::new(iter::empty()));
        let (ahead, redirects) = (Ahead::default(), Redirects::default());
        let (target, skipped) = (None, Skipped::default());
        let (dump, lines) = (None, None);
        Self { options, paths, files, texts, dump, lines, ahead, redirects, target, skipped }
    }

    /// The same, to be imported into the archive in this folder.
    pub(super) fn into_archive(self, archive: &Path) -> Self {
        Self { target: archive.canonicalize().ok(), ..self }
    }

    /// Texts, each with the name of its source.
    pub(super) fn of_texts(
        texts: impl Iterator<Item = (String, String)> + 'a,
        options: &'a ImportOptions,
    ) -> Self {
        Self { texts: Box::new(texts), ..Self::new(&[], options) }
    }

    /// Hands on what comes next, and says whether more is left that should come in an import of
    /// its own.
    pub(super) fn fill(&mut self, gathering: &mut Gathering<'_>) -> Result<bool> {
        loop {
            let part = if self.dump.is_some() { DUMP_PART } else { PART };
            if !self.options.is_whole() && gathering.bytes() >= part {
                return Ok(true);
            }
            if let Some(hashed) = self.ahead.next()? {
                self.take(hashed, gathering)?;
            } else if !self.read_on(gathering)? {
                self.settle(gathering)?;
                gathering.end_files()?;
                self.redirects.resolve(gathering)?;
                self.skipped.notes().for_each(|note| gathering.note(note));
                return Ok(false);
            }
        }
    }

    /// Reads the next file, text, or item of a dump; says whether there was one.
    fn read_on(&mut self, gathering: &mut Gathering<'_>) -> Result<bool> {
        if self.dump.is_some() {
            self.item(gathering)?;
            return Ok(true);
        }
        if let Some((name, lines)) = &mut self.lines {
            match lines.next() {
                Some(Ok(document)) => gathering.document(name, Format::Jsonl, document)?,
                Some(Err(unread)) => gathering.unread(unread),
                None => {
                    gathering.end_file(name)?;
                    self.lines = None;
                }
            }
            return Ok(true);
        }
        match self.files.next() {
            Some(Ok(Found::File(name, path))) => self.file(&name, &path, gathering)?,
            // The archive that is imported into often stands among the documents.
            Some(Ok(Found::Archive(path))) => {
                if self.target.is_none() || path.canonicalize().ok() != self.target {
                    self.skipped.archives.add(&path);
                }
            }
            Some(Ok(Found::Hidden(path))) => self.skipped.hidden.add(&path),
            // One that is not there does not stop the others.
            Some(Err(error)) => self.ahead.give(Err(unread(&error)))?,
            None => match self.texts.next() {
                Some((name, text)) => match import::decode(&name, text.into_bytes()) {
                    Ok(text) => self.text(&name, None, text, gathering)?,
                    Err(unread) => self.ahead.give(Err(unread))?,
                },
                None => return Ok(false),
            },
        }
        Ok(true)
    }

    /// Hands on a text that was hashed.
    fn take(
        &mut self,
        hashed: Result<Hashed, Unread>,
        gathering: &mut Gathering<'_>,
    ) -> Result<()> {
        let (given, digest) = match hashed {
            Ok(hashed) => hashed,
            Err(unread) => {
                gathering.unread(unread);
                return Ok(());
            }
        };
        let found = gathering.text(given, digest)?;
        if let Some(dump) = &mut self.dump {
            dump.revisions += u64::from(found);
        }
        Ok(())
    }

    /// Hands on all that was given, before what comes another way.
    fn settle(&mut self, gathering: &mut Gathering<'_>) -> Result<()> {
        while let Some(hashed) = self.ahead.last()? {
            self.take(hashed, gathering)?;
        }
        Ok(())
    }

    fn file(&mut self, name: &str, path: &Path, gathering: &mut Gathering<'_>) -> Result<()> {
        if let Some(mapping) = &self.options.mapping {
            // Of a folder, a mapping reads its own tables only; a file that is named is meant.
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
            Err(error) => return self.ahead.give(Err(unread(&error))),
        };
        let packing = unpack::packing(file.start())
            .filter(|_| self.options.mapping.is_none() && self.options.format.is_none());
        if let Some(packing) = packing {
            self.settle(gathering)?;
            let no_thread = || Error::no_thread("unpacking a dump");
            let unpacked = unpack::unpack(file, packing, self.options.jobs).map_err(no_thread())?;
            let items = dump::items(name, unpacked).map_err(no_thread())?;
            let source = name.to_owned();
            self.dump = Some(Dump { source, items, revisions: 0 });
            return Ok(());
        }
        let is_mapped = self.options.mapping.is_some();
        if !is_mapped && LineReader::reads(name, file.start(), self.options.format) {
            self.settle(gathering)?;
            self.lines = Some((name.to_owned(), LineReader::new(name, file.into_reader())));
            return Ok(());
        }
        let loaded = file.load().map_err(|error| unread(&error));
        match loaded.and_then(|bytes| import::decode(name, bytes)) {
            Ok(text) => self.text(name, Some(path), text, gathering),
            Err(unread) => self.ahead.give(Err(unread)),
        }
    }

    /// Hands on the documents of one text, which stands in a file or in memory only.
    fn text(
        &mut self,
        name: &str,
        path: Option<&Path>,
        text: String,
        gathering: &mut Gathering<'_>,
    ) -> Result<()> {
        let format = match &self.options.mapping {
            Some(_) => Format::Table,
            None => self.options.format.unwrap_or_else(|| Format::detect(name, &text)),
        };
        match format {
            Format::Article if table::is_table(name) => {
                let expected = "a mapping, which says what the columns of a table mean";
                self.ahead.give(Err(import::unread(name, &text, 0, expected)))
            }
            Format::Article => {
                let title = import::stated_title(&text).map(str::to_owned);
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
                self.settle(gathering)?;
                self.several(name, path, format, &text, gathering)?;
                // Of one name there may be several texts in memory.
                if path.is_some() { gathering.end_file(name) } else { Ok(()) }
            }
        }
    }

    /// Takes a text that is one document.
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
        self.give(Given { source, format, title, text, time, revision, in_dump, is_alone })
    }

    /// Takes a text, unless it is too large: several of these wait together.
    fn give(&mut self, given: Given) -> Result<()> {
        let bounded = import::bounded(&given.source, &given.text);
        self.ahead.give(bounded.map(|()| given))
    }

    /// Hands on the documents of a text that may have several.
    fn several(
        &mut self,
        name: &str,
        path: Option<&Path>,
        format: Format,
        text: &str,
        gathering: &mut Gathering<'_>,
    ) -> Result<()> {
        let mut failed = None;
        let mut each = |event: TableEvent| match event {
            TableEvent::Document(document) if failed.is_none() => {
                failed = gathering.document(name, format, *document).err();
            }
            TableEvent::Document(_) => {}
            TableEvent::Unread(unread) => gathering.unread(unread),
            TableEvent::Warning(warning) => gathering.warn(warning),
            TableEvent::Note(note) => gathering.note(note),
        };
        match &self.options.mapping {
            Some(mapping) => {
                let mut beside = |other: &str| beside(name, path, other);
                table::documents(mapping, name, text, &mut beside, &mut each);
                failed.map_or(Ok(()), Err)?;
                lineages(mapping, name, path, text, gathering)
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

    /// Takes the next item of the dump.
    fn item(&mut self, gathering: &mut Gathering<'_>) -> Result<()> {
        let Some(dump) = &mut self.dump else { return Ok(()) };
        match dump.items.next() {
            Some(Item::Page(Page { title, text, time, revision })) => {
                let (source, format) = (dump.source.clone(), Format::Wikitext);
                let (title, in_dump, is_alone) = (Some(title), true, false);
                self.give(Given { source, format, title, text, time, revision, in_dump, is_alone })
            }
            // Most pages of a wiki lead to no election.
            Some(Item::Redirect { title, target }) => self.redirects.add(&title, &target, ""),
            Some(Item::Unread(unread)) => self.ahead.give(Err(unread)),
            Some(Item::Pause(progress)) => {
                gathering.reading(&dump.reading(progress));
                Ok(())
            }
            Some(Item::End(progress)) => {
                self.settle(gathering)?;
                if let Some(dump) = self.dump.take() {
                    gathering.end_file(&dump.source)?;
                    gathering.reading(&dump.reading(progress));
                    gathering.pages(progress.pages);
                }
                Ok(())
            }
            None => Err(Error::stopped("read", Path::new(&dump.source))),
        }
    }
}

/// The text of a file beside a table. A table in memory has none, whatever file there may be under
/// the name of it.
fn beside(name: &str, path: Option<&Path>, other: &str) -> Result<String, Unread> {
    let Some(path) = path else {
        let expected = format!("a table in a file, with {other} beside it");
        return Err(import::unread(name, "", 0, &expected));
    };
    source::beside(path, other)
}

/// Reads the tables of parties that a mapping names, where they stand beside the table.
fn lineages(
    mapping: &Mapping,
    name: &str,
    path: Option<&Path>,
    text: &str,
    gathering: &mut Gathering<'_>,
) -> Result<()> {
    let stands = |file: &&str| path.is_some_and(|path| path.with_file_name(file).exists());
    let mut absent = mapping.lineage_files().filter(|file| !stands(file));
    if let Some(file) = absent.next() {
        let expected = format!("a table of parties beside it, '{file}', for its lineages");
        gathering.unread(import::unread(name, "", 0, &expected));
        return Ok(());
    }
    let mut failed = None;
    let mut beside = |other: &str| beside(name, path, other);
    let warnings =
        table::lineages(mapping, name, text, &mut beside, &mut |lineage| match lineage {
            Ok(lineage) if failed.is_none() => {
                failed = gathering.lineage(name, mapping.name(), lineage).err();
            }
            Ok(_) => {}
            Err(unread) => gathering.unread(unread),
        });
    warnings.into_iter().for_each(|warning| gathering.warn(warning));
    failed.map_or(Ok(()), Err)
}

/// A file that the system refuses, as something that was not read.
fn unread(error: &Error) -> Unread {
    let (source, problem) = match error {
        Error::Io { path, source, .. } => (path.display().to_string(), source.to_string()),
        other => (String::new(), other.to_string()),
    };
    let expected = format!("a file that can be read ({problem})");
    Unread { source, line: 1, column: 1, text: String::new(), expected }
}

impl Dump {
    fn reading(&self, progress: Progress) -> Reading {
        let Progress { bytes, size, pages } = progress;
        Reading { source: self.source.clone(), bytes, size, pages, revisions: self.revisions }
    }
}
