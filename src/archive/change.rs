//! Changes other than importing documents: aliases, removals and reverts. Each change is one
//! import.

use super::{Archive, TerritoryAlias};
use crate::index::REVERT;
use crate::journal::{JournalEntry, VersionEntry, now};
use crate::model::{Address, VersionSelector, fold, slug};
use crate::{Error, Result};

impl Archive {
    /// Adds a title to an election. When another election has this title, that election is merged
    /// into this one, and its versions are numbered after the existing ones. Returns the number of
    /// the import.
    ///
    /// # Errors
    /// When the address does not name exactly one election, or when the election already has the
    /// title.
    pub fn add_alias(&self, address: &Address, title: &str, note: Option<&str>) -> Result<u64> {
        let row = self.snapshot().row(address)?;
        if fold(title).is_empty() {
            return Err(Error::Request("an alias needs a title".to_owned()));
        }
        if row.titles().contains(&fold(title)) {
            return Err(Error::Request(format!("'{address}' has the title '{title}' already")));
        }
        let election = row.titles().into_iter().next().unwrap_or_default();
        self.give(JournalEntry::Alias { election, title: title.to_owned() }, note)
    }

    /// Adds an alias of a territory, optionally limited to some years. Returns the number of the
    /// import.
    ///
    /// # Errors
    /// When the alias exists, when one of its names is empty, or when its last year precedes its
    /// first.
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
        self.give(JournalEntry::Territory(alias), note)
    }

    /// Removes an election by adding a version without a record. Returns the number of the import.
    ///
    /// # Errors
    /// When the address does not name exactly one election, or when the election is already
    /// removed.
    pub fn remove(&self, address: &Address, note: Option<&str>) -> Result<u64> {
        if address.at() != VersionSelector::Latest {
            let problem =
                format!("a version cannot be removed, only an election: '{address}' names one");
            return Err(Error::Request(problem));
        }
        let title = self.get(address)?.election.title.clone();
        self.give(JournalEntry::Removal { title }, note)
    }

    /// Makes an old version current again, by adding a new version with the same text. Returns the
    /// number of the import.
    ///
    /// # Errors
    /// When the address names no version, or when that version's text is already current.
    pub fn revert(&self, address: &Address, note: Option<&str>) -> Result<u64> {
        if address.at() == VersionSelector::Latest {
            return Err(Error::Request(format!("to which version? For example '{address}@1'")));
        }
        let snapshot = self.snapshot();
        let row = snapshot.row(address)?;
        let (_, version) = snapshot.version_of(address, &row)?;
        if version.digest == row.version.digest && !row.is_removed() {
            return Err(Error::Request(format!("'{address}' is what the latest version says")));
        }
        // The source is the revert itself, so the original source is still compared with its own
        // last text.
        let given = snapshot.given(&version)?;
        let source = REVERT.to_owned();
        let given = VersionEntry { source, source_time: None, revision: None, ..given };
        self.give(JournalEntry::Version(given), note)
    }

    fn give(&self, entry: JournalEntry, note: Option<&str>) -> Result<u64> {
        now()?;
        let writing = &mut *self.changing()?;
        let mut writer = writing.journal.append()?;
        writer.push(entry)?;
        let written = writer.commit(note)?;
        self.catch_up(writing, &mut |_| ())?;
        Ok(written.mark.import)
    }
}
