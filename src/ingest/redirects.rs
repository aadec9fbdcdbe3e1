//! Redirects between pages. They are resolved after all documents have been read.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use super::batch::ImportBatch;
use crate::{Error, Result, formats};

/// The redirects found so far. A large wiki has too many to keep in memory, so they are kept in a
/// temporary file, which the system deletes.
#[derive(Default)]
pub(super) struct Redirects(Option<BufWriter<File>>);

/// Maximum number of redirects in a row that are followed.
const MAX_PASSES: usize = 5;

impl Redirects {
    /// Adds a redirect. `source` is the file of a redirect that must lead to an election. It is
    /// empty for other redirects.
    pub(super) fn add(&mut self, title: &str, target: &str, source: &str) -> Result<()> {
        let spool = match &mut self.0 {
            Some(spool) => spool,
            None => {
                let file = tempfile::tempfile().map_err(spool_error)?;
                self.0.insert(BufWriter::new(file))
            }
        };
        // Titles contain no line breaks.
        let [title, target, source] = [title, target, source].map(|text| text.replace('\n', " "));
        writeln!(spool, "{title}\n{target}\n{source}").map_err(spool_error)
    }

    /// Adds the titles of redirects to the elections that they lead to. A redirect may lead to
    /// another redirect. Passes over the list therefore repeat until one adds no title, at most
    /// [`MAX_PASSES`] times. Wikis also limit the number of redirects that they follow.
    pub(super) fn resolve(&mut self, batch: &mut ImportBatch<'_>) -> Result<()> {
        let Some(spool) = self.0.take() else { return Ok(()) };
        let mut file = spool.into_inner().map_err(|error| spool_error(error.into_error()))?;
        for _ in 0..MAX_PASSES {
            let mut found = false;
            each_redirect(&mut file, |[title, target, _]| {
                found |= batch.add_redirect(title, target)?;
                Ok(())
            })?;
            if !found {
                break;
            }
        }
        each_redirect(&mut file, |[title, target, source]| {
            if !source.is_empty() && !batch.has_title(title)? {
                let expected = "a page that leads to an election of the archive";
                let found = format!("#REDIRECT [[{target}]]");
                batch.report_error(formats::parse_error_at(source, &found, 0, expected));
            }
            Ok(())
        })
    }
}

/// Calls `each` with every redirect in a file: its title, its target and its source.
fn each_redirect(file: &mut File, mut each: impl FnMut([&str; 3]) -> Result<()>) -> Result<()> {
    file.seek(SeekFrom::Start(0)).map_err(spool_error)?;
    let mut lines = BufReader::new(file).lines();
    while let (Some(title), Some(target), Some(source)) = (lines.next(), lines.next(), lines.next())
    {
        let [title, target, source] = [title, target, source].map(|line| line.map_err(spool_error));
        each([&title?, &target?, &source?])?;
    }
    Ok(())
}

fn spool_error(error: io::Error) -> Error {
    Error::io("keep redirects in", Path::new("a temporary file"))(error)
}
