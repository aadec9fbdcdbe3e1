//! Applies journal entries to the store: each becomes records and index entries.

use std::collections::BTreeMap;

use super::keys::StoreKey;
use super::parsed_entry::{EncodedVersion, ParsedEntry};
use super::rows::{
    Absence, ElectionRow, LineageRow, SourceElectionRow, SourceRow, SourceState, TitleRow,
    VersionRow,
};
use super::writer::{ElectionName, StoreWriter};
use crate::Result;
use crate::journal::{AbsenceEntry, SourceEntry};
use crate::model::{ElectionKey, ElectionSummary, REVERT_SOURCE, file_name, fold, slug};
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
            ParsedEntry::Alias { election, title } => self.add_title(&election, &title)?,
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
            self.add_first(name, version, summary)?;
            return Ok((1, false));
        };
        self.claim_title(&mut row, &version.title)?;
        let before =
            row.version.election_key.as_ref().filter(|_| row.version.digest != version.digest);
        if before.is_some() {
            version.same_record = self.view().record(&row.version)?.is_same_record(&record);
        }
        if let Some(time) = &version.source_time {
            self.put(&StoreKey::DatedText(row.id(), time, version.digest), encode(&true)?);
        } else {
            version.previous_from_source =
                self.view().last_undated_version(&row, &[version.history_name()])?;
        }
        let (number, same_record) = (row.summary_row.version_count + 1, version.same_record);
        row.summary_row.version_count = number;
        self.update_source(&mut row, &version, number)?;
        if version.supersedes(row.latest_source_time.as_ref()) {
            self.demote(&row)?;
            version.current_after = number;
            self.replace_summary(&mut row, summary)?;
            row.latest_source_time = version.source_time.clone().max(row.latest_source_time.take());
            (row.summary_row.current_version, row.version) = (number, version);
        } else {
            version.current_after = row.summary_row.current_version;
            if election_key != row.election_key() {
                self.put(&StoreKey::PastKey(&election_key, row.id()), encode(&true)?);
            }
            self.put(&StoreKey::Version(row.id(), number), encode(&version)?);
        }
        self.put_row_back(name, row);
        Ok((number, same_record))
    }

    /// Adds an election with its first version.
    fn add_first(
        &mut self,
        name: ElectionName,
        mut version: VersionRow,
        summary: ElectionSummary,
    ) -> Result<()> {
        let id = version.line;
        if let Some(time) = &version.source_time {
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
        row.latest_source_time.clone_from(&version.source_time);
        self.update_source(&mut row, &version, 1)?;
        row.version = version;
        let folded = fold(&name.title);
        self.put(&StoreKey::Election(id), encode(&election_key)?);
        let previous_ids = self.release_title(&folded)?;
        let title_row = TitleRow::new(id, &folded, election_key.clone(), previous_ids);
        self.put(&StoreKey::Title(&folded), encode(&title_row)?);
        self.put_links(id, &link_titles(&summary), &election_key)?;
        row.set_summary(summary, vec![folded], false);
        self.applied.elections += 1;
        self.applied.records += 1;
        self.put_row_back(name, Box::new(row));
        Ok(())
    }

    fn remove(&mut self, title: &str) -> Result<()> {
        // Removing an unknown election has no effect.
        let name = ElectionName::title(title);
        let Some(mut row) = self.take_row(&name)? else { return Ok(()) };
        self.demote(&row)?;
        let (import, line, number) = (
            self.applied.log_position.import + 1,
            self.applied.lines,
            row.summary_row.version_count + 1,
        );
        (row.summary_row.version_count, row.summary_row.current_version) = (number, number);
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
        self.put_row_back(name, row);
        Ok(())
    }

    /// Gives an election a title that a new version of it has. If another election had the title
    /// before, it loses the title.
    fn claim_title(&mut self, row: &mut ElectionRow, title: &str) -> Result<()> {
        let folded = fold(title);
        let mut titles = row.titles();
        if titles.contains(&folded) {
            return Ok(());
        }
        let previous_ids = self.release_title(&folded)?;
        let value = TitleRow::new(row.id(), &folded, row.election_key(), previous_ids);
        self.put(&StoreKey::Title(&folded), encode(&value)?);
        titles.push(folded);
        let (summary, is_removed) = (row.summary_row.summary.clone(), row.is_removed());
        row.set_summary(summary, titles, is_removed);
        Ok(())
    }

    /// Takes a title from the election that has it, if any. Returns the ids of all elections that
    /// had the title before.
    fn release_title(&mut self, folded: &str) -> Result<Vec<u64>> {
        let Some((owner, election_key)) = self.view().find_by_title(folded)? else {
            return Ok(Vec::new());
        };
        let mut previous_ids = self.view().previous_ids(folded)?;
        previous_ids.push(owner);
        let mut owner: ElectionRow = self.view().row(&election_key)?;
        let titles = owner.titles().into_iter().filter(|title| title != folded).collect();
        let (summary, is_removed) = (owner.summary_row.summary.clone(), owner.is_removed());
        owner.set_summary(summary, titles, is_removed);
        self.put(&StoreKey::Row(&election_key), encode(&owner)?);
        self.mark_changed(owner.id());
        Ok(previous_ids)
    }

    /// Records that the source of a new version states it.
    fn update_source(
        &mut self,
        row: &mut ElectionRow,
        version: &VersionRow,
        number: u32,
    ) -> Result<()> {
        if version.source == REVERT_SOURCE {
            return Ok(());
        }
        let (source, id) = (self.source_number(&version.source_key())?, row.id());
        let file = file_name(&version.source);
        let position = row.sources.iter().position(|state| state.source == source);
        let is_listed = position.is_some_and(|position| {
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
        let position = position.unwrap_or_else(|| {
            row.sources.push(SourceState { source, ..SourceState::default() });
            row.sources.len() - 1
        });
        let Some(state) = row.sources.get_mut(position) else { return Ok(()) };
        if let Some(absence) = state.absences.last_mut() {
            absence.until.get_or_insert(version.import);
        }
        if version.source_time >= state.source_time {
            (state.version, state.source_time) = (number, version.source_time.clone());
        }
        if let Some(source_id) = &version.source_id
            && state.id.as_ref() != Some(source_id)
        {
            state.id = Some(source_id.clone());
            self.put(&StoreKey::Identity(source, source_id), encode(&id)?);
        }
        Ok(())
    }

    /// Records that a source no longer has an election.
    fn mark_absent(&mut self, absence: &AbsenceEntry) -> Result<()> {
        let name = ElectionName::new(&absence.title, Some(&absence.source), absence.id.as_deref());
        let source = self.source_number(&absence.source)?;
        let import = self.applied.log_position.import + 1;
        let Some(mut row) = self.take_row(&name)? else { return Ok(()) };
        if let Some(state) = row.sources.iter_mut().find(|state| state.source == source) {
            if !state.is_absent() {
                state.absences.push(Absence { from: import, until: None });
            }
            let number = state.version;
            let file = file_name(&self.view().version(&row, number)?.source);
            let value = encode(&SourceElectionRow { file, is_absent: true })?;
            self.put(&StoreKey::SourceElection(source, row.id()), value);
        }
        self.put_row_back(name, row);
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

    /// Replaces the summary of an election with that of another record, and moves its row if the
    /// key changes.
    fn replace_summary(&mut self, row: &mut ElectionRow, summary: ElectionSummary) -> Result<()> {
        let (id, old, new) = (row.id(), row.election_key(), ElectionKey::from_summary(&summary));
        let (links, titles) = (link_titles(&summary), row.titles());
        if row.is_removed() {
            self.applied.records += 1;
        } else {
            self.delete_links(row, &links);
        }
        self.put_links(id, &links, &new)?;
        if old != new {
            self.delete(&StoreKey::Row(&old));
            self.delete(&StoreKey::PastKey(&new, id));
            self.put(&StoreKey::PastKey(&old, id), encode(&true)?);
            self.put_election_key(id, &titles, &new)?;
        }
        row.set_summary(summary, titles, false);
        Ok(())
    }

    /// Stores the key of an election under its id and its titles.
    fn put_election_key(
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

    fn put_links(&mut self, id: u64, links: &[String], election_key: &ElectionKey) -> Result<()> {
        let encoded_key = encode(election_key)?;
        links.iter().for_each(|link| self.put(&StoreKey::Link(link, id), encoded_key.clone()));
        Ok(())
    }

    /// Deletes the links of an election, except those in `retained`.
    fn delete_links(&mut self, row: &ElectionRow, retained: &[String]) {
        for link in link_titles(&row.summary_row.summary)
            .into_iter()
            .filter(|link| !retained.contains(link))
        {
            self.delete(&StoreKey::Link(&link, row.id()));
        }
    }

    /// Adds a title to an election. If another election has the title, the two are joined.
    fn add_title(&mut self, election: &str, title: &str) -> Result<()> {
        let name = ElectionName::title(election);
        let Some(mut row) = self.take_row(&name)? else { return Ok(()) };
        let folded = fold(title);
        match self.view().find_by_title(&folded)? {
            Some((other, _)) if other == row.id() => {}
            Some((_, election_key)) => {
                let joined = self.view().row(&election_key)?;
                self.join(&mut row, joined)?;
            }
            None => self.claim_title(&mut row, &folded)?,
        }
        self.put_row_back(name, row);
        Ok(())
    }

    /// Joins `other` to the election in `row`. The versions of `row` keep their numbers, which
    /// users may have noted, and the versions of `other` are numbered after them. The relations
    /// between the versions are recomputed in journal order.
    fn join(&mut self, row: &mut ElectionRow, other: ElectionRow) -> Result<()> {
        let mut versions: Vec<(u32, VersionRow)> =
            self.view().versions(row).collect::<Result<_>>()?;
        let joined: Vec<(u32, VersionRow)> = self.view().versions(&other).collect::<Result<_>>()?;
        let (id, base) = (row.id(), row.summary_row.version_count);
        self.join_sources(row, &other)?;
        for (number, version) in &joined {
            self.delete(&StoreKey::Version(other.id(), *number));
            self.delete(&StoreKey::LastUndated(other.id(), &version.history_name()));
            if let Some(time) = &version.source_time {
                self.delete(&StoreKey::DatedText(other.id(), time, version.digest));
                self.put(&StoreKey::DatedText(id, time, version.digest), encode(&true)?);
            }
            if let Some(election_key) = &version.election_key {
                self.delete(&StoreKey::PastKey(election_key, other.id()));
            }
        }
        for gone in [&*row, &other].into_iter().filter(|row| !row.is_removed()) {
            self.delete_links(gone, &[]);
            self.applied.records -= 1;
        }
        self.delete(&StoreKey::Row(&row.election_key()));
        self.delete(&StoreKey::Row(&other.election_key()));
        self.delete(&StoreKey::Election(other.id()));
        let import = self.applied.log_position.import + 1;
        self.put(&StoreKey::JoinedElection(other.id()), encode(&(id, import))?);
        self.mark_changed(other.id());
        self.applied.elections -= 1;
        let mut titles = row.titles();
        titles.extend(other.titles());
        row.join_starts.push(base + 1);
        row.join_starts.extend(other.join_starts.iter().map(|number| number + base));
        row.summary_row.version_count += other.summary_row.version_count;
        versions.extend(joined.into_iter().map(|(number, version)| (number + base, version)));
        versions.sort_by_key(|(_, version)| version.line);
        self.rebuild_row(row, versions, titles)
    }

    /// Adds the sources of an election that is joined to another. The sources of the first are
    /// numbered as its versions now are.
    fn join_sources(&mut self, row: &mut ElectionRow, other: &ElectionRow) -> Result<()> {
        let (id, base) = (row.id(), row.summary_row.version_count);
        for state in &other.sources {
            self.delete(&StoreKey::SourceElection(state.source, other.id()));
            if let Some(source_id) = &state.id {
                self.put(&StoreKey::Identity(state.source, source_id), encode(&id)?);
            }
            let joined = SourceState { version: state.version + base, ..state.clone() };
            let version = self.view().version(other, state.version)?;
            let own = row.sources.iter().position(|own| own.source == state.source);
            match own.and_then(|at| Some((at, row.sources.get(at)?.clone()))) {
                None => row.sources.push(joined.clone()),
                Some((at, own)) => {
                    let is_later = (&state.source_time, version.line)
                        > (&own.source_time, self.view().version(row, own.version)?.line);
                    if !is_later {
                        continue;
                    }
                    let id = joined.id.clone().or(own.id);
                    row.sources[at] = SourceState { id, ..joined.clone() };
                }
            }
            let (file, is_absent) = (file_name(&version.source), joined.is_absent());
            let value = encode(&SourceElectionRow { file, is_absent })?;
            self.put(&StoreKey::SourceElection(state.source, id), value);
        }
        Ok(())
    }

    /// Rebuilds the row and the indices of an election from all of its versions, in journal order.
    fn rebuild_row(
        &mut self,
        row: &mut ElectionRow,
        mut versions: Vec<(u32, VersionRow)>,
        titles: Vec<String>,
    ) -> Result<()> {
        let id = row.id();
        let mut last_undated: BTreeMap<String, u32> = BTreeMap::new();
        let (mut current, mut last_record) = (0, 0);
        row.latest_source_time = None;
        for (at, (number, version)) in versions.iter_mut().enumerate() {
            let name = version.history_name();
            version.previous_from_source =
                if version.is_undated() { last_undated.insert(name, *number) } else { None };
            if version.supersedes(row.latest_source_time.as_ref()) {
                row.latest_source_time =
                    version.source_time.clone().max(row.latest_source_time.take());
                (current, row.summary_row.current_version) = (at, *number);
                last_record = if version.is_removal() { last_record } else { at };
            }
            version.current_after = row.summary_row.current_version;
        }
        for (name, number) in
            last_undated.iter().filter(|(_, number)| **number != row.summary_row.current_version)
        {
            self.put(&StoreKey::LastUndated(id, name), encode(number)?);
        }
        for election_key in versions.iter().filter_map(|(_, version)| version.election_key.as_ref())
        {
            self.put(&StoreKey::PastKey(election_key, id), encode(&true)?);
        }
        let summary = self.view().record(&versions[last_record].1)?.summary();
        let election_key = ElectionKey::from_summary(&summary);
        self.delete(&StoreKey::PastKey(&election_key, id));
        self.put_election_key(id, &titles, &election_key)?;
        row.set_summary(summary, titles, versions[current].1.is_removal());
        if !row.is_removed() {
            self.applied.records += 1;
            self.put_links(id, &link_titles(&row.summary_row.summary), &election_key)?;
        }
        row.version = versions.swap_remove(current).1;
        self.delete(&StoreKey::Version(id, row.summary_row.current_version));
        for (number, version) in versions {
            self.put(&StoreKey::Version(id, number), encode(&version)?);
        }
        Ok(())
    }
}

/// Returns the folded titles that the links of a record name, sorted and without duplicates.
pub(super) fn link_titles(summary: &ElectionSummary) -> Vec<String> {
    let named = summary.links().filter_map(|link| link.title.as_deref());
    let mut titles: Vec<String> = named.map(fold).collect();
    titles.sort();
    titles.dedup();
    titles
}
