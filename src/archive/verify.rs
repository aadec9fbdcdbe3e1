//! The journal against the store: is everything that was given there to be asked?

use super::Archive;
use crate::Result;
use crate::journal::{Entry, Line, Mark};

impl Archive {
    /// Each title of which the store has something else than the journal, with what it is.
    pub(crate) fn unlike_journal(&self) -> Result<Vec<(String, String)>> {
        let mut unlike = Vec::new();
        self.journal.replay(&Mark::default(), &mut |at, line, mark| {
            let (title, digest) = match line {
                Line::Entry(Entry::Version(given)) => {
                    (given.title, Some(*blake3::hash(given.text.as_bytes()).as_bytes()))
                }
                Line::Entry(Entry::Removal { title }) => (title, None),
                Line::Entry(_) | Line::Commit(..) => return Ok(()),
            };
            let import = mark.import + 1;
            let Some(id) = self.store.titled(&title)? else {
                unlike.push((title, format!("nothing of import {import}")));
                return Ok(());
            };
            let entry = self.store.entry(id)?;
            match (1..).zip(&entry.versions).find(|(_, version)| version.at == at) {
                None => unlike.push((title, format!("no version from import {import}"))),
                Some((_, version)) if digest.is_some_and(|digest| digest != version.digest) => {
                    unlike.push((title, format!("another text for import {import}")));
                }
                Some((number, _)) if digest.is_some() => {
                    if let Err(error) = self.store.record(id, &entry, number) {
                        unlike.push((title, error.to_string()));
                    }
                }
                Some(_) => {}
            }
            Ok(())
        })?;
        Ok(unlike)
    }
}
