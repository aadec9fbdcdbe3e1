//! Applies journal entries to the store: each becomes records and index entries.

use super::election_name::ElectionName;
use super::keys::StoreKey;
use super::links::link_names;
use super::name_writer::NamesBefore;
use super::parsed_entry::{EncodedVersion, ParsedEntry};
use super::rows::{ElectionRow, LineageRow, SourceElectionRow, SourceRow, TitleRow, VersionRow};
use super::source_state::{SourceState, StatedVersion};
use super::writer::StoreWriter;
use crate::Result;
use crate::journal::{AbsenceEntry, MergeEntry, SourceEntry};
use crate::model::{Election, ElectionKey, ElectionSummary, REVERT_SOURCE, file_name, fold, slug};
use crate::store::encode;

impl StoreWriter {
    /// Applies the next version of the journal. Returns its number, and whether its record equals
    /// that of the previous current version although its text differs.
    pub(crate) fn apply_version(&mut self, version: EncodedVersion) -> Result<(u32, bool)> {
        let added = self.add_version(version)?;
        self.advance_line();
        Ok(added)
    }

    /// Advances to the next line of the import.
    fn advance_line(&mut self) {
        self.applied.entries += 1;
        self.applied.lines += 1;
    }

    /// Applies the next entry of the journal.
    pub(crate) fn apply(&mut self, entry: ParsedEntry) -> Result<()> {
        match entry {
            ParsedEntry::Version(version) => return self.apply_version(*version).map(drop),
            ParsedEntry::Removal { title } => self.remove(&title)?,
            ParsedEntry::Source(SourceEntry { description, folders }) => {
                let row = SourceRow { description, folders };
                self.put(&StoreKey::Source(row.description.name()), encode(&row)?);
            }
            ParsedEntry::SourceOrder(names) => self.put(&StoreKey::SourceOrder, encode(&names)?),
            ParsedEntry::Absence(absence) => self.mark_absent(&absence)?,
            ParsedEntry::Erasure(erasure) => self.confirm_erasure(&erasure)?,
            ParsedEntry::Erased(erased) => self.add_erased(*erased)?,
            ParsedEntry::Alias { election, title } => self.add_title(&election, &title, false)?,
            ParsedEntry::Merge(merge) => self.merge(&merge)?,
            ParsedEntry::Split(split) => self.split(&split)?,
            ParsedEntry::Territory(alias) => {
                let key = StoreKey::Territory(self.applied.lines);
                self.put(&key, encode(&alias)?);
            }
            ParsedEntry::Lineage { name, digest, lineage } => {
                let country = slug(&lineage.country);
                let (import, line) = (self.applied.log_position.import + 1, self.applied.lines);
                let row = LineageRow { digest, import, line, lineage };
                self.put(&StoreKey::Lineage(&country, &name), encode(&row)?);
            }
        }
        self.advance_line();
        Ok(())
    }

    /// Adds a version. Returns its number, and whether its record equals that of the previous
    /// current version although its text differs.
    fn add_version(&mut self, encoded: EncodedVersion) -> Result<(u32, bool)> {
        let EncodedVersion { version, record, encoded_record: bytes } = encoded;
        let (import, line) = (self.applied.log_position.import + 1, self.applied.lines);
        let summary = record.summary();
        let election_key = ElectionKey::from_summary(&summary);
        let mut version =
            VersionRow { import, line, election_key: Some(election_key.clone()), ..version };
        self.put(&StoreKey::Record(&election_key, line), bytes);
        let name = ElectionName::new(
            &version.title,
            version.source_name.as_deref(),
            version.source_id.as_deref(),
        );
        let Some(mut row) = self.take_row(&name)? else {
            self.add_first(name, version, Some(&record), summary)?;
            return Ok((1, false));
        };
        let part = self.part_of(&row, &name)?;
        self.claim_title(&mut row, part, &version.title)?;
        let names_before = NamesBefore::new(&row);
        let (current, before) = (row.summary_row.current_version, self.current_record(&row)?);
        if row.version.digest != version.digest {
            version.same_record =
                before.as_ref().is_some_and(|before| before.is_same_record(&record));
        }
        if let Some(time) = &version.source_time {
            self.put(&StoreKey::DatedText(row.id(), time, version.digest), encode(&true)?);
        } else {
            version.previous_from_source =
                self.view().last_undated_version(&row, &[version.history_name()])?;
        }
        let (number, same_record) = (row.summary_row.version_count + 1, version.same_record);
        row.summary_row.version_count = number;
        let changed = row.add_to_part(part, number);
        self.update_source(&mut row, part, &version, number)?;
        if version.supersedes(row.latest_source_time.as_ref()) {
            self.demote(&row)?;
            version.current_after = number;
            if row.is_displaced {
                self.end_displacement(&mut row);
            }
            self.replace_summary(&mut row, summary, version.source_name.as_deref())?;
            row.latest_source_time = version.source_time.clone().max(row.latest_source_time.take());
            (row.summary_row.current_version, row.version) = (number, version);
        } else {
            version.current_after = row.summary_row.current_version;
            if election_key != row.election_key() {
                self.put(&StoreKey::PastKey(&election_key, row.id()), encode(&true)?);
            }
            self.put(&StoreKey::Version(row.id(), number), encode(&version)?);
        }
        let mut known = vec![(number, &record)];
        known.extend(before.iter().map(|before| (current, before)));
        self.update_names(&row, &names_before, &known)?;
        self.put_row_back(name, row, changed);
        Ok((number, same_record))
    }

    /// Returns the record of the current version, unless it has none.
    fn current_record(&self, row: &ElectionRow) -> Result<Option<Election>> {
        let has_record = !row.version.lacks_record();
        has_record.then(|| self.view().record(&row.version)).transpose()
    }

    /// Adds an election with its first version, which has no record if it is erased.
    pub(super) fn add_first(
        &mut self,
        name: ElectionName,
        mut version: VersionRow,
        record: Option<&Election>,
        summary: ElectionSummary,
    ) -> Result<()> {
        let (id, is_erased) = (version.line, version.lacks_record());
        record.into_iter().for_each(|record| self.add_names(id, record));
        if let Some(time) = version.source_time.as_ref().filter(|_| !is_erased) {
            self.put(&StoreKey::DatedText(id, time, version.digest), encode(&true)?);
        }
        version.current_after = 1;
        let election_key = ElectionKey::from_summary(&summary);
        let mut row = ElectionRow::default();
        (
            row.summary_row.sort_key.id,
            row.summary_row.version_count,
            row.summary_row.current_version,
        ) = (id, 1, 1);
        if !is_erased {
            row.latest_source_time.clone_from(&version.source_time);
        }
        self.update_source(&mut row, 0, &version, 1)?;
        row.has_erased = is_erased;
        row.version = version;
        let folded = fold(&name.title);
        self.put(&StoreKey::Election(id), encode(&election_key)?);
        let previous_ids = self.release_title(&folded)?;
        let title_row = TitleRow::new(id, &folded, election_key.clone(), previous_ids);
        self.put(&StoreKey::Title(&folded), encode(&title_row)?);
        let links = link_names(&summary, row.version.source_name.as_deref());
        self.put_links(id, &links, &election_key)?;
        row.set_summary(summary, vec![folded], is_erased);
        self.applied.elections += 1;
        self.applied.records += u64::from(!is_erased);
        self.put_row_back(name, Box::new(row), id);
        Ok(())
    }

    fn remove(&mut self, title: &str) -> Result<()> {
        // Removing an unknown election has no effect.
        let name = ElectionName::title(title);
        let Some(mut row) = self.take_row(&name)? else { return Ok(()) };
        self.remove_all_names(&row)?;
        self.demote(&row)?;
        let (import, line, number) = (
            self.applied.log_position.import + 1,
            self.applied.lines,
            row.summary_row.version_count + 1,
        );
        (row.summary_row.version_count, row.summary_row.current_version) = (number, number);
        let part = self.part_of(&row, &name)?;
        let changed = row.add_to_part(part, number);
        if !row.is_removed() {
            self.delete_links(&row, &[]);
            self.applied.records -= 1;
            row.summary_row.sort_key.is_removed = true;
        }
        row.version = VersionRow {
            title: title.to_owned(),
            import,
            line,
            current_after: number,
            ..VersionRow::default()
        };
        self.put_row_back(name, row, changed);
        Ok(())
    }

    /// Records that the source of a new version states it.
    pub(super) fn update_source(
        &mut self,
        row: &mut ElectionRow,
        part: usize,
        version: &VersionRow,
        number: u32,
    ) -> Result<()> {
        if version.source == REVERT_SOURCE {
            return Ok(());
        }
        let is_erased = version.lacks_record();
        let (source, id) = (self.source_number(&version.source_key())?, row.id());
        let file = file_name(&version.source);
        let position = row.sources.iter().position(|state| state.source == source);
        let is_listed = position.is_some_and(|position| {
            // An erased version changes nothing of what its source states.
            if is_erased {
                return true;
            }
            // The current version is at hand; for another one, the entry is written again.
            let is_current = row.sources[position].version == row.summary_row.current_version;
            is_current
                && !row.sources[position].is_absent()
                && file_name(&row.version.source) == file
        });
        if !is_listed {
            let value = encode(&SourceElectionRow { file, is_absent: false })?;
            self.put(&StoreKey::SourceElection(source, id), value);
        }
        let stated = StatedVersion {
            source,
            number,
            import: version.import,
            // A version with a record precedes an erased one.
            line: if is_erased { 0 } else { version.line },
            source_time: version.source_time.as_ref().filter(|_| !is_erased),
            is_erased,
            id: version.source_id.as_ref(),
        };
        let (has_new_id, owner) = match row.parts.get_mut(part) {
            None => (SourceState::add_version(&mut row.sources, stated), id),
            Some(part) => (SourceState::add_version(&mut part.sources, stated), part.id),
        };
        row.combine_sources();
        if let Some(source_id) = version.source_id.as_ref().filter(|_| has_new_id) {
            self.put(&StoreKey::Identity(source, source_id), encode(&owner)?);
        }
        Ok(())
    }

    /// Records that a source no longer has an election.
    fn mark_absent(&mut self, absence: &AbsenceEntry) -> Result<()> {
        let name = ElectionName::new(&absence.title, Some(&absence.source), absence.id.as_deref());
        let source = self.source_number(&absence.source)?;
        let import = self.applied.log_position.import + 1;
        let Some(mut row) = self.take_row(&name)? else { return Ok(()) };
        SourceState::mark_absent(&mut row.sources, source, import);
        for part in &mut row.parts {
            SourceState::mark_absent(&mut part.sources, source, import);
        }
        row.combine_sources();
        let mut states = row.sources.iter();
        if let Some(number) = states.find(|state| state.source == source).map(|state| state.version)
        {
            let file = file_name(&self.view().version(&row, number)?.source);
            let value = encode(&SourceElectionRow { file, is_absent: true })?;
            self.put(&StoreKey::SourceElection(source, row.id()), value);
        }
        let parts: Vec<u64> = row.parts.iter().map(|part| part.id).collect();
        parts.into_iter().for_each(|part| self.mark_changed(part));
        let changed = row.id();
        self.put_row_back(name, row, changed);
        Ok(())
    }

    /// Stores the current version among the other versions, before another replaces it.
    fn demote(&mut self, row: &ElectionRow) -> Result<()> {
        if row.version.is_undated() {
            let name = row.version.history_name();
            self.put(
                &StoreKey::LastUndated(row.id(), &name),
                encode(&row.summary_row.current_version)?,
            );
        }
        self.put(
            &StoreKey::Version(row.id(), row.summary_row.current_version),
            encode(&row.version)?,
        );
        Ok(())
    }

    /// Replaces the summary of an election with that of another record, which `source` states, and
    /// moves its row if the key changes.
    fn replace_summary(
        &mut self,
        row: &mut ElectionRow,
        summary: ElectionSummary,
        source: Option<&str>,
    ) -> Result<()> {
        let (id, old, new) = (row.id(), row.election_key(), ElectionKey::from_summary(&summary));
        let (links, titles) = (link_names(&summary, source), row.titles());
        if row.is_removed() {
            self.applied.records += 1;
        } else {
            self.delete_links(row, &links);
        }
        self.put_links(id, &links, &new)?;
        if old != new {
            self.delete(&StoreKey::Row(&old));
            self.delete(&StoreKey::PastKey(&new, id));
            if !row.is_displaced {
                self.put(&StoreKey::PastKey(&old, id), encode(&true)?);
            }
            self.put_election_key(id, &titles, &new)?;
        }
        row.is_displaced = false;
        row.set_summary(summary, titles, false);
        Ok(())
    }

    /// Stores the key of an election under its id and its titles.
    pub(super) fn put_election_key(
        &mut self,
        id: u64,
        titles: &[String],
        election_key: &ElectionKey,
    ) -> Result<()> {
        self.put(&StoreKey::Election(id), encode(election_key)?);
        for title in titles {
            let previous_ids = self.view().previous_ids(title)?;
            let value = TitleRow::new(id, title, election_key.clone(), previous_ids);
            self.put(&StoreKey::Title(title), encode(&value)?);
        }
        Ok(())
    }

    /// Adds a title to an election. If another election has the title, the two are merged. Without
    /// `is_merge`, two elections that a source tells apart are not merged: a former title moves from
    /// one to the other.
    fn add_title(&mut self, election: &str, title: &str, is_merge: bool) -> Result<()> {
        let name = ElectionName::title(election);
        let Some(mut row) = self.take_row(&name)? else { return Ok(()) };
        let folded = fold(title);
        match self.view().find_by_title(&folded)? {
            Some((other, _)) if other == row.id() => {}
            Some((_, election_key)) => {
                let other: ElectionRow = self.view().row(&election_key)?;
                if is_merge || !other.is_told_apart_from(&row) {
                    self.merge_into(&mut row, other)?;
                } else if election_key.title != folded {
                    let part = self.part_of(&row, &name)?;
                    self.claim_title(&mut row, part, &folded)?;
                }
            }
            None => {
                let part = self.part_of(&row, &name)?;
                self.claim_title(&mut row, part, &folded)?;
            }
        }
        let changed = row.id();
        self.put_row_back(name, row, changed);
        Ok(())
    }

    /// Merges two elections. Has no effect if one of them is unknown, or if they are one.
    fn merge(&mut self, merge: &MergeEntry) -> Result<()> {
        match self.view().find_by_title(&merge.title)? {
            Some(_) => self.add_title(&merge.election, &merge.title, true),
            None => Ok(()),
        }
    }
}
