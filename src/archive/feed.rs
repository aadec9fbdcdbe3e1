//! Reads what is to be imported, file after file, and hands it on, a part at a time.

use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::gathering::Gathering;
use super::import::{ImportOptions, Reading};
use crate::import::dump::{self, Dump, Item};
use crate::import::{self, Document, Format, source, table, wikitext};
use crate::{Error, Result, Unread};

/// What is still to be read.
pub(super) struct Feed<'a> {
    options: &'a ImportOptions,
    paths: &'a [PathBuf],
    files: Box<dyn Iterator<Item = Result<(String, PathBuf)>> + 'a>,
    /// The dump that is being read, and how many of its revisions had an election.
    dump: Option<(Dump, u64)>,
    redirects: Redirects,
}

impl<'a> Feed<'a> {
    pub(super) fn new(paths: &'a [PathBuf], options: &'a ImportOptions) -> Self {
        let files = Box::new(source::walk(paths));
        Self { options, paths, files, dump: None, redirects: Redirects::default() }
    }

    /// Hands on what comes next, and says whether more is left that should come in an import of
    /// its own.
    pub(super) fn fill(&mut self, gathering: &mut Gathering<'_>) -> Result<bool> {
        loop {
            if self.dump.is_some() && self.dump(gathering)? {
                return Ok(true);
            }
            match self.files.next() {
                Some(file) => {
                    let (name, path) = file?;
                    self.file(&name, &path, gathering)?;
                }
                None => {
                    self.redirects.resolve(gathering)?;
                    return Ok(false);
                }
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
            if let Some(unpacked) = opened.map_err(Error::io("read", path))? {
                self.dump = Some((Dump::new(name, unpacked), 0));
                return Ok(());
            }
        }
        let text = match import::decode(name, source::load(path)?) {
            Ok(text) => text,
            Err(unread) => {
                gathering.unread(unread);
                return Ok(());
            }
        };
        let format = match &self.options.mapping {
            Some(_) => Format::Table,
            None => self.options.format.unwrap_or_else(|| Format::detect(name, &text)),
        };
        if format == Format::Wikitext
            && let Some(target) = wikitext::redirect(&text)
        {
            return self.redirects.add(&wikitext::page_title(name), &target);
        }
        let mut failed = None;
        let mut each = |document: Result<Document, Unread>| match document {
            Ok(document) if failed.is_none() => {
                failed = gathering.document(name, format, document).err();
            }
            Ok(_) => {}
            Err(unread) => gathering.unread(unread),
        };
        match &self.options.mapping {
            Some(mapping) => {
                let mut beside = |other: &str| source::beside(path, other);
                table::documents(mapping, name, &text, &mut beside, &mut each);
            }
            None => format.importer().read(name, &text, &mut each),
        }
        failed.map_or(Ok(()), Err)
    }

    /// Reads a dump on: to its end, or until what was gathered should be imported.
    fn dump(&mut self, gathering: &mut Gathering<'_>) -> Result<bool> {
        // What is imported strictly or not at all comes in one piece.
        let whole = self.options.strict || self.options.dry_run;
        while let Some((dump, revisions)) = &mut self.dump {
            match dump.next() {
                Ok(Some(Item::Page(page))) => {
                    *revisions += u64::from(gathering.page(dump.source(), page)?);
                    if !whole && gathering.is_full() {
                        return Ok(true);
                    }
                }
                Ok(Some(Item::Redirect { title, target })) => {
                    self.redirects.add(&title, &target)?
                }
                Ok(Some(Item::Pause)) => gathering.reading(&reading(dump, *revisions)),
                Ok(None) => self.end_dump(gathering),
                Err(unread) => {
                    gathering.unread(unread);
                    self.end_dump(gathering);
                }
            }
        }
        Ok(false)
    }

    fn end_dump(&mut self, gathering: &mut Gathering<'_>) {
        if let Some((dump, revisions)) = self.dump.take() {
            gathering.reading(&reading(&dump, revisions));
            gathering.pages(dump.pages());
        }
    }
}

fn reading(dump: &Dump, revisions: u64) -> Reading {
    let (bytes, size) = dump.bytes();
    Reading { source: dump.source().to_owned(), bytes, size, pages: dump.pages(), revisions }
}

/// Pages that lead to others. Which of them lead to elections is known at the end, and of a large
/// wiki they are too many to remember, so they wait in a file that the system removes.
#[derive(Default)]
struct Redirects(Option<io::BufWriter<std::fs::File>>);

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

    /// Gives the elections that redirects lead to the titles that lead there.
    fn resolve(&mut self, gathering: &mut Gathering<'_>) -> Result<()> {
        let Some(spool) = self.0.take() else { return Ok(()) };
        let mut file = spool.into_inner().map_err(|error| failed(error.into_error()))?;
        file.seek(SeekFrom::Start(0)).map_err(failed)?;
        let mut lines = BufReader::new(file).lines();
        while let (Some(title), Some(target)) = (lines.next(), lines.next()) {
            gathering.redirect(&title.map_err(failed)?, &target.map_err(failed)?)?;
        }
        Ok(())
    }
}

fn failed(error: io::Error) -> Error {
    Error::io("keep redirects in", Path::new("a temporary file"))(error)
}
