//! Changes other than imports of documents: aliases, removals, reverts. Each is one import.

use super::{Archive, TerritoryAlias};
use crate::journal::{Entry, Line, VersionEntry, now};
use crate::model::{Address, At, fold, slug};
use crate::store::REVERT;
use crate::{Error, Result};

impl Archive {
    /// Gives an election one more title. When another election has it, the two become one: its
    /// versions follow those of the first. Returns the number of the import.
    ///
    /// # Errors
    /// When the address names no one election, or the title is the election's already.
    pub fn add_alias(&mut self, address: &Address, title: &str, note: Option<&str>) -> Result<u64> {
        let id = self.locate(address)?;
        let entry = self.store.entry(id)?;
        if fold(title).is_empty() {
            return Err(Error::Request("an alias needs a title".to_owned()));
        }
        if entry.titles.contains(&fold(title)) {
            return Err(Error::Request(format!("'{address}' has the title '{title}' already")));
        }
        let election = entry.titles.into_iter().next().unwrap_or_default();
        self.give(Entry::Alias { election, title: title.to_owned() }, note)
    }

    /// Gives a territory one more name, perhaps for some years only. Returns the number of the
    /// import.
    ///
    /// # Errors
    /// When the alias is known, or one of the names is empty.
    pub fn add_territory(&mut self, alias: TerritoryAlias, note: Option<&str>) -> Result<u64> {
        if slug(&alias.name).is_empty() || slug(&alias.alias).is_empty() {
            return Err(Error::Request("a territory needs a name, and another".to_owned()));
        }
        if alias.from.zip(alias.until).is_some_and(|(from, until)| from > until) {
            return Err(Error::Request("the alias ends before it begins".to_owned()));
        }
        if self.store.territories()?.contains(&alias) {
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
    pub fn remove(&mut self, address: &Address, note: Option<&str>) -> Result<u64> {
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
    pub fn revert(&mut self, address: &Address, note: Option<&str>) -> Result<u64> {
        if address.at() == At::Latest {
            return Err(Error::Request(format!("to which version? For example '{address}@1'")));
        }
        let id = self.locate(address)?;
        let entry = self.store.entry(id)?;
        let number = self.version_number(address, &entry)?;
        let current = entry.current(u64::MAX).unwrap_or(number);
        let same = entry.version(current).zip(entry.version(number));
        if same.is_some_and(|(one, other)| one.digest == other.digest && !one.is_removal()) {
            return Err(Error::Request(format!("'{address}' is what the latest version says")));
        }
        // It is the archive's word, not that of its source, which is still compared with what it said last.
        let given = self.given(&entry, number)?;
        let source = REVERT.to_owned();
        let given = VersionEntry { source, source_time: None, revision: None, ..given };
        self.give(Entry::Version(given), note)
    }

    fn give(&mut self, entry: Entry, note: Option<&str>) -> Result<u64> {
        now()?;
        let mut writer = self.journal.append()?;
        writer.push(entry)?;
        let written = writer.commit(note)?;
        self.catch_up(&mut |_| ())?;
        Ok(written.mark.import)
    }

    /// The journal's line of a version.
    pub(super) fn given(&self, entry: &crate::store::Entry, number: u32) -> Result<VersionEntry> {
        let missing = || Error::Store(format!("version {number} has no line in the journal"));
        let at = entry.version(number).ok_or_else(missing)?.at;
        match self.journal.line(at)? {
            Line::Entry(Entry::Version(given)) => Ok(given),
            _ => Err(missing()),
        }
    }
}
