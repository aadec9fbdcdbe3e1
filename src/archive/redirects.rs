//! Pages that lead to others: which of them lead to elections is known when all documents are read.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use super::gathering::Gathering;
use crate::import;
use crate::{Error, Result};

/// Pages that lead to others. Which of them lead to elections is known at the end, and of a large
/// wiki they are too many to remember, so they wait in a file that the system removes.
#[derive(Default)]
pub(super) struct Redirects(Option<BufWriter<File>>);

/// So many redirects in a row lead somewhere.
const PASSES: usize = 5;

impl Redirects {
    /// Takes a page that leads to another; of a page that must lead to an election, the file.
    pub(super) fn add(&mut self, title: &str, target: &str, source: &str) -> Result<()> {
        let spool = match &mut self.0 {
            Some(spool) => spool,
            None => {
                let file = tempfile::tempfile().map_err(failed)?;
                self.0.insert(BufWriter::new(file))
            }
        };
        // Titles hold no line breaks.
        let [title, target, source] = [title, target, source].map(|text| text.replace('\n', " "));
        writeln!(spool, "{title}\n{target}\n{source}").map_err(failed)
    }

    /// Gives the elections that redirects lead to the titles that lead there. A redirect may lead
    /// to another, so they are gone through until none leads to an election any more, or a wiki
    /// would no longer follow them either.
    pub(super) fn resolve(&mut self, gathering: &mut Gathering<'_>) -> Result<()> {
        let Some(spool) = self.0.take() else { return Ok(()) };
        let mut file = spool.into_inner().map_err(|error| failed(error.into_error()))?;
        for _ in 0..PASSES {
            let mut found = false;
            each_redirect(&mut file, |[title, target, _]| {
                found |= gathering.redirect(title, target)?;
                Ok(())
            })?;
            if !found {
                break;
            }
        }
        each_redirect(&mut file, |[title, target, source]| {
            if !source.is_empty() && !gathering.has_title(title)? {
                let expected = "a page that leads to an election of the archive";
                let found = format!("#REDIRECT [[{target}]]");
                gathering.unread(import::unread(source, &found, 0, expected));
            }
            Ok(())
        })
    }
}

/// Goes through the redirects of a file: the title that leads, the one that it leads to, and the source.
fn each_redirect(file: &mut File, mut each: impl FnMut([&str; 3]) -> Result<()>) -> Result<()> {
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    let mut lines = BufReader::new(file).lines();
    while let (Some(title), Some(target), Some(source)) = (lines.next(), lines.next(), lines.next())
    {
        let [title, target, source] = [title, target, source].map(|line| line.map_err(failed));
        each([&title?, &target?, &source?])?;
    }
    Ok(())
}

fn failed(error: io::Error) -> Error {
    Error::io("keep redirects in", Path::new("a temporary file"))(error)
}
