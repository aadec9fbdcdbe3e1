//! Changes other than importing documents: aliases, sources, removals and reverts. Each change is one
//! import.

use super::merge::ensure_can_merge;
use super::{Archive, TerritoryAlias, WriterState};
use crate::journal::{JournalEntry, MergeEntry, SourceEntry, VersionEntry, now};
use crate::model::{REVERT_SOURCE, Source, ToAddress, VersionSelector, fold, slug};
use crate::{Error, Result};

impl Archive {
    /// Adds a title to an election. When another election has this title, that election is merged
    /// into this one, and its versions are numbered after the existing ones. Returns the number of
    /// the import.
    ///
    /// # Errors
    /// When the address does not name exactly one election, or when the election already has the
    /// title.
    pub fn add_alias(
        &self,
        address: impl ToAddress,
        title: &str,
        note: Option<&str>,
    ) -> Result<u64> {
        let address = &*address.to_address()?;
        let mut state = self.lock_for_change()?;
        let row = self.snapshot().row(address)?;
        if fold(title).is_empty() {
            return Err(invalid_argument("title", "an alias needs a title"));
        }
        if row.titles().contains(&fold(title)) {
            let (subject, state) = (address.to_string(), format!("has the title '{title}'"));
            return Err(Error::AlreadyExists { subject, state });
        }
        let election = row.titles().into_iter().next().unwrap_or_default();
        let title = title.to_owned();
        let entry = match self.snapshot().view().find_by_title(&title)? {
            Some((other, _)) => {
                ensure_can_merge(&row, &self.snapshot().view().election(other)?)?;
                JournalEntry::Merge(MergeEntry { election, title })
            }
            None => JournalEntry::Alias { election, title },
        };
        self.commit_entry(&mut state, entry, note)
    }

    /// Adds an alias of a territory, optionally limited to some years. Returns the number of the
    /// import.
    ///
    /// # Errors
    /// When the alias already exists, when one of its names is empty, or when its last year
    /// precedes its first.
    pub fn add_territory_alias(&self, alias: TerritoryAlias, note: Option<&str>) -> Result<u64> {
        let mut state = self.lock_for_change()?;
        if slug(&alias.name).is_empty() || slug(&alias.alias).is_empty() {
            return Err(invalid_argument("alias", "a territory needs a name, and another"));
        }
        if alias.from.zip(alias.until).is_some_and(|(from, until)| from > until) {
            return Err(invalid_argument("alias", "the alias ends before it begins"));
        }
        if self.territory_aliases()?.contains(&alias) {
            let state = format!("is an alias of '{}'", alias.name);
            return Err(Error::AlreadyExists { subject: alias.alias, state });
        }
        self.commit_entry(&mut state, JournalEntry::Territory(alias), note)
    }

    /// Removes an election by adding a version without a record. Returns the number of the import.
    ///
    /// # Errors
    /// When the address does not name exactly one election, or when the election is already
    /// removed.
    pub fn remove(&self, address: impl ToAddress, note: Option<&str>) -> Result<u64> {
        let address = &*address.to_address()?;
        if address.version() != VersionSelector::Latest {
            let problem =
                format!("a version cannot be removed, only an election: '{address}' names one");
            return Err(invalid_argument("address", &problem));
        }
        let mut state = self.lock_for_change()?;
        let row = self.snapshot().row(address)?;
        // The record that is shown may have a title that another election has now.
        self.get(address)?;
        let title = row.own_title(&row.version.title);
        self.commit_entry(&mut state, JournalEntry::Removal { title }, note)
    }

    /// Makes an old version current again, by adding a new version with the same text. Returns the
    /// number of the import.
    ///
    /// # Errors
    /// When the address names no version, or when that version's text is already current.
    pub fn revert(&self, address: impl ToAddress, note: Option<&str>) -> Result<u64> {
        let address = &*address.to_address()?;
        if address.version() == VersionSelector::Latest {
            let problem = format!("to which version? For example '{address}@1'");
            return Err(invalid_argument("address", &problem));
        }
        let mut state = self.lock_for_change()?;
        let snapshot = self.snapshot();
        let row = snapshot.row(address)?;
        let (_, version) = snapshot.resolve_version(address, &row)?;
        if version.digest == row.version.digest && !row.is_removed() {
            let (subject, state) = (address.to_string(), "is current".to_owned());
            return Err(Error::AlreadyExists { subject, state });
        }
        // The source of the new version is `<revert>`, so the next document of the original source
        // is still compared with the last document of that source.
        let entry = snapshot.version_entry(&version)?;
        let source = REVERT_SOURCE.to_owned();
        // The old title may be that of another election now. The current title then stays.
        let title = row.own_title(&entry.title);
        let entry = VersionEntry { title, source, source_time: None, revision: None, ..entry };
        self.commit_entry(&mut state, JournalEntry::Version(entry), note)
    }

    /// Describes a source, and assigns to it documents that were imported without a source. Members
    /// that `source` does not state stay as they are. `folders` are names of sources without a
    /// description, as [`Archive::sources`] returns them: `article:articles`. Returns the number of
    /// the import.
    ///
    /// ```
    /// use hustings::{Archive, model::Source};
    /// # let folder = std::env::temp_dir().join("hustings-example-set-source");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// archive.import(["fixtures/articles"])?;
    /// let source = Source::new("wiki").expect("a valid name").licence("CC-BY-SA-4.0");
    /// archive.set_source(&source, &["article:articles"], None)?;
    /// assert_eq!(archive.get("nagorno-karabakh/2012")?.version.source, "wiki");
    /// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// When a folder is unknown or has a description, or when nothing changes.
    pub fn set_source(&self, source: &Source, folders: &[&str], note: Option<&str>) -> Result<u64> {
        let mut state = self.lock_for_change()?;
        let snapshot = self.snapshot();
        let known = snapshot.view().source(source.name())?;
        let mut entry = SourceEntry { description: source.clone(), folders: Vec::new() };
        if let Some(row) = &known {
            entry.description = row.description.updated_by(source);
            entry.folders.clone_from(&row.folders);
        }
        for name in folders {
            entry.folders.extend(snapshot.unassigned_keys(name)?);
        }
        if known.is_some_and(|row| {
            (row.description, row.folders) == (entry.description.clone(), entry.folders.clone())
        }) {
            let state = "is described so".to_owned();
            return Err(Error::AlreadyExists { subject: source.name().to_owned(), state });
        }
        self.commit_entry(&mut state, JournalEntry::Source(entry), note)
    }

    /// Sets the order of preference of the sources. An election is shown as stated by the first
    /// source in the order that has it. Without an order, or if no source in the order has it, it is
    /// shown as stated by the latest import. Returns the number of the import.
    ///
    /// # Errors
    /// When a source is unknown or named twice, or when the order is the current one.
    pub fn set_source_order(&self, names: &[&str], note: Option<&str>) -> Result<u64> {
        let mut state = self.lock_for_change()?;
        let snapshot = self.snapshot();
        let mut order: Vec<String> = Vec::new();
        for name in names {
            let key = snapshot.source_order_key(name)?;
            if order.contains(&key) {
                return Err(invalid_argument("order", &format!("'{name}' is named twice")));
            }
            order.push(key);
        }
        if snapshot.view().source_order()? == order {
            let subject = if names.is_empty() { "none".to_owned() } else { names.join(" ") };
            let state = "is the order".to_owned();
            return Err(Error::AlreadyExists { subject, state });
        }
        self.commit_entry(&mut state, JournalEntry::SourceOrder { names: order }, note)
    }

    /// Commits an import of one entry. The caller locks `writer_state` before it checks the entry,
    /// so that no other change comes between the check and the commit.
    fn commit_entry(
        &self,
        writer_state: &mut WriterState,
        entry: JournalEntry,
        note: Option<&str>,
    ) -> Result<u64> {
        self.commit_entries(writer_state, vec![entry], note)
    }

    /// Commits an import of several entries, as [`Archive::commit_entry`].
    pub(super) fn commit_entries(
        &self,
        writer_state: &mut WriterState,
        entries: Vec<JournalEntry>,
        note: Option<&str>,
    ) -> Result<u64> {
        now()?;
        let mut writer = writer_state.journal.append()?;
        for entry in entries {
            writer.push(entry)?;
        }
        let written = writer.commit(note)?;
        self.catch_up(writer_state, &mut |_| ())?;
        Ok(written.position.import)
    }
}

fn invalid_argument(argument: &'static str, problem: &str) -> Error {
    Error::InvalidArgument { argument, problem: problem.to_owned() }
}
