//! Changes other than imports of documents: aliases, removals, reverts. Each is one import.

use super::{Archive, TerritoryAlias};
use crate::index::REVERT;
use crate::journal::{Entry, VersionEntry, now};
use crate::model::{Address, At, fold, slug};
use crate::{Error, Result};

impl Archive {
    /// Gives an election one more title. When another election has it, the two become one: its
    /// versions follow those of the first. Returns the number of the import.
    ///
    /// # Errors
    /// When the address names no one election, or the title is the election's already.
    pub fn add_alias(&self, address: &Address, title: &str, note: Option<&str>) -> Result<u64> {
        let row = self.snapshot().row(address)?;
        if fold(title).is_empty() {
            return Err(Error::Request("an alias needs a title".to_owned()));
        }
        if row.titles().contains(&fold(title)) {
            return Err(Error::Request(format!("'{address}' has the title '{title}' already")));
        }
        let election = row.titles().into_iter().next().unwrap_or_default();
        self.give(Entry::Alias { election, title: title.to_owned() }, note)
    }

    /// Gives a territory one more name, perhaps for some years only. Returns the number of the
    /// import.
    ///
    /// # Errors
    /// When the alias is known, or one of the names is empty.
    pub fn add_territory(&self, alias: TerritoryAlias, note: Option<&str>) -> Result<u64> {
        if slug(&alias.name).is_empty() || slug(&alias.alias).is_empty() {
            return Err(Error::Request("a territory needs a name, and another".to_owned()));
        }
        if alias.from.zip(alias.until).is_some_and(|(from, until)| from > until) {
            return Err(Error::Request("the alias ends before it begins".to_owned()));
        }
        if self.territories()?.contains(&alias) {
            return Err(Error::Request(format!(
                "'{}' is an alias of '{}' already",
                alias.alias, alias.name
            )));
        }
        self.give(Entry::Territory(alias), note)
    }

    /// Removes an election: its next version has no record. Returns the number of the import.
    ///
    /// # Errors
    /// When the address names no one election, or it is removed already.
    pub fn remove(&self, address: &Address, note: Option<&str>) -> Result<u64> {
        if address.at() != At::Latest {
            let problem =
                format!("a version cannot be removed, only an election: '{address}' names one");
            return Err(Error::Request(problem));
        }
        let title = self.get(address)?.election.title.clone();
        self.give(Entry::Removal { title }, note)
    }

    /// Makes an old version the latest again, as a new version that equals it. Returns the number
    /// of the import.
    ///
    /// # Errors
    /// When the address has no version, or that version is the latest.
    pub fn revert(&self, address: &Address, note: Option<&str>) -> Result<u64> {
        if address.at() == At::Latest {
            return Err(Error::Request(format!("to which version? For example '{address}@1'")));
        }
        let snapshot = self.snapshot();
        let row = snapshot.row(address)?;
        let (_, version) = snapshot.version_of(address, &row)?;
        if version.digest == row.version.digest && !row.is_removed() {
            return Err(Error::Request(format!("'{address}' is what the latest version says")));
        }
        // It is the archive's word, not that of its source, which is still compared with what it said last.
        let given = snapshot.given(&version)?;
        let source = REVERT.to_owned();
        let given = VersionEntry { source, source_time: None, revision: None, ..given };
        self.give(Entry::Version(given), note)
    }

    fn give(&self, entry: Entry, note: Option<&str>) -> Result<u64> {
        now()?;
        let writing = &mut *self.changing()?;
        let mut writer = writing.journal.append()?;
        writer.push(entry)?;
        let written = writer.commit(note)?;
        self.catch_up(writing, &mut |_| ())?;
        Ok(written.mark.import)
    }
}
