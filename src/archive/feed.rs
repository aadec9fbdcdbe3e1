//! Reads what is to be imported, file after file or text after text, and hands it on, a part at a
//! time.

use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::iter;
use std::path::{Path, PathBuf};

use super::gathering::{self, Gathering};
use super::import::{ImportOptions, Reading};
use crate::import::dump::{self, Item, Items, Progress};
use crate::import::{self, Document, Format, Mapping, source, table, wikitext};
use crate::{Error, Result, Unread};

/// So much of the texts, in bytes, is one import: memory has a bound.
const PART: usize = 64 * 1024 * 1024;

/// And so much of a dump's, which takes long to read on to.
const DUMP_PART: usize = 16 * 1024 * 1024;

/// What is still to be read.
pub(super) struct Feed<'a> {
    options: &'a ImportOptions,
    paths: &'a [PathBuf],
    files: Box<dyn Iterator<Item = Result<(String, PathBuf)>> + 'a>,
    /// What the caller has in memory, after the files.
    texts: Box<dyn Iterator<Item = (String, String)> + 'a>,
    dump: Option<Dump>,
    redirects: Redirects,
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
        Self { options, paths, files, texts, dump: None, redirects: Redirects::default() }
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
        let whole = self.options.is_whole();
        loop {
            if self.dump.is_some() {
                self.dump(gathering)?;
            }
            let part = if self.dump.is_some() { DUMP_PART } else { PART };
            if !whole && gathering.bytes() >= part {
                return Ok(true);
            }
            match self.files.next() {
                Some(Ok((name, path))) => self.file(&name, &path, gathering)?,
                // One that is not there does not stop the others.
                Some(Err(error)) => gathering.unread(unread(&error)),
                None => match self.texts.next() {
                    Some((name, text)) => match import::decode(&name, text.into_bytes()) {
                        Ok(text) => self.text(&name, None, text, gathering)?,
                        Err(unread) => gathering.unread(unread),
                    },
                    None => {
                        self.redirects.resolve(gathering)?;
                        return Ok(false);
                    }
                },
            }
        }
    }

    fn file(&mut self, name: &str, path: &Path, gathering: &mut Gathering<'_>) -> Result<()> {
        if let Some(mapping) = &self.options.mapping {
            // Of a folder, a mapping reads its own tables only; a file that is named is meant.
            let named = self.paths.iter().any(|given| given == path);
            if !named && !mapping.reads(name) {
                return Ok(());
            }
        } else if self.options.format.is_none() {
            let opened = dump::unpack::open(path, self.options.jobs);
            let opened = match opened.map_err(Error::io("read", path)) {
                Ok(opened) => opened,
                Err(error) => {
                    gathering.unread(unread(&error));
                    return Ok(());
                }
            };
            if let Some(unpacked) = opened {
                let (source, items) = (name.to_owned(), dump::items(name, unpacked));
                self.dump = Some(Dump { source, items, revisions: 0 });
                return Ok(());
            }
        }
        let loaded = source::load(path).map_err(|error| unread(&error));
        match loaded.and_then(|bytes| import::decode(name, bytes)) {
            Ok(text) => self.text(name, Some(path), text, gathering),
            Err(unread) => {
                gathering.unread(unread);
                Ok(())
            }
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
        if format == Format::Article && table::is_table(name) {
            let expected = "a mapping, which says what the columns of a table mean";
            gathering.unread(import::unread(name, &text, 0, expected));
            return Ok(());
        }
        if matches!(format, Format::Article | Format::Wikitext)
            && let Err(unread) = import::bounded(name, &text)
        {
            gathering.unread(unread);
            return Ok(());
        }
        if format == Format::Wikitext
            && let Some(target) = wikitext::redirect(&text)
        {
            return self.redirects.add(&wikitext::page_title(name), &target);
        }
        // A text that is one document is not read again when it is known.
        let title = match format {
            Format::Article => import::stated_title(&text).map(str::to_owned),
            Format::Wikitext => Some(wikitext::page_title(name)),
            Format::Jsonl | Format::Table => None,
        };
        let known = title.as_ref().map(|_| gathering::digest(&text));
        if let (Some(title), Some(digest)) = (&title, known)
            && gathering.is_again(title, &(digest, None))?
        {
            return Ok(());
        }
        let mut failed = None;
        let mut each = |document: Result<Document, Unread>| match document {
            Ok(document) if failed.is_none() => {
                failed = gathering.document(name, format, document, known).err();
            }
            Ok(_) => {}
            Err(unread) => gathering.unread(unread),
        };
        match &self.options.mapping {
            Some(mapping) => {
                let mut beside = |other: &str| beside(name, path, other);
                table::documents(mapping, name, &text, &mut beside, &mut each);
                failed.map_or(Ok(()), Err)?;
                lineages(mapping, name, path, &text, gathering)
            }
            None => {
                format.importer().read(name, &text, &mut each);
                failed.map_or(Ok(()), Err)
            }
        }
    }

    /// Reads a dump on: to its end, or until what was gathered should be imported.
    fn dump(&mut self, gathering: &mut Gathering<'_>) -> Result<()> {
        let whole = self.options.is_whole();
        while let Some(dump) = &mut self.dump {
            match dump.items.next() {
                Some(Item::Page(page)) => {
                    dump.revisions += u64::from(gathering.page(&dump.source, page)?);
                    if !whole && gathering.bytes() >= DUMP_PART {
                        return Ok(());
                    }
                }
                Some(Item::Redirect { title, target }) => self.redirects.add(&title, &target)?,
                Some(Item::Unread(unread)) => gathering.unread(unread),
                Some(Item::Pause(progress)) => gathering.reading(&dump.reading(progress)),
                Some(Item::End(progress)) => {
                    gathering.reading(&dump.reading(progress));
                    gathering.pages(progress.pages);
                    self.dump = None;
                }
                None => {
                    let problem = io::Error::other("the thread that reads it stopped");
                    return Err(Error::io("read", Path::new(&dump.source))(problem));
                }
            }
        }
        Ok(())
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
        gathering.note(format!("no lineage of parties: {file} is not beside {name}"));
        return Ok(());
    }
    let mut failed = None;
    let mut beside = |other: &str| beside(name, path, other);
    table::lineages(mapping, name, text, &mut beside, &mut |lineage| match lineage {
        Ok(lineage) if failed.is_none() => {
            failed = gathering.lineage(name, mapping.name(), lineage).err();
        }
        Ok(_) => {}
        Err(unread) => gathering.unread(unread),
    });
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

/// Pages that lead to others. Which of them lead to elections is known at the end, and of a large
/// wiki they are too many to remember, so they wait in a file that the system removes.
#[derive(Default)]
struct Redirects(Option<io::BufWriter<std::fs::File>>);

/// So many redirects in a row lead somewhere.
const PASSES: usize = 5;

impl Redirects {
    fn add(&mut self, title: &str, target: &str) -> Result<()> {
        let spool = match &mut self.0 {
            Some(spool) => spool,
            None => {
                let file = tempfile::tempfile().map_err(failed)?;
                self.0.insert(io::BufWriter::new(file))
            }
        };
        // Titles hold no line breaks.
        let line = [title, target].map(|title| title.replace('\n', " "));
        writeln!(spool, "{}\n{}", line[0], line[1]).map_err(failed)
    }

    /// Gives the elections that redirects lead to the titles that lead there. A redirect may lead
    /// to another, so they are gone through until none leads to an election any more, or a wiki
    /// would no longer follow them either.
    fn resolve(&mut self, gathering: &mut Gathering<'_>) -> Result<()> {
        let Some(spool) = self.0.take() else { return Ok(()) };
        let mut file = spool.into_inner().map_err(|error| failed(error.into_error()))?;
        for _ in 0..PASSES {
            file.seek(SeekFrom::Start(0)).map_err(failed)?;
            let mut lines = BufReader::new(&file).lines();
            let mut found = false;
            while let (Some(title), Some(target)) = (lines.next(), lines.next()) {
                let (title, target) = (title.map_err(failed)?, target.map_err(failed)?);
                found |= gathering.redirect(&title, &target)?;
            }
            if !found {
                break;
            }
        }
        Ok(())
    }
}

fn failed(error: io::Error) -> Error {
    Error::io("keep redirects in", Path::new("a temporary file"))(error)
}
