//! Applies journal entries to the store: each becomes records and index entries.

use std::collections::BTreeMap;

use super::keys::StoreKey;
use super::parsed_entry::{EncodedVersion, ParsedEntry};
use super::rows::{ElectionRow, LineageRow, TitleRow, VersionRow};
use super::writer::StoreWriter;
use crate::Result;
use crate::model::{ElectionKey, ElectionSummary, fold, slug, source_name};
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
        let title = version.title.clone();
        let Some(mut row) = self.take_row(&title)? else {
            self.add_first(version, summary)?;
            return Ok((1, false));
        };
        let before =
            row.version.election_key.as_ref().filter(|_| row.version.digest != version.digest);
        if before.is_some() {
            version.same_record = self.view().record(&row.version)?.is_same_record(&record);
        }
        if let Some(time) = &version.source_time {
            self.put(&StoreKey::DatedText(row.id(), time, version.digest), encode(&true)?);
        } else {
            version.previous_from_source =
                self.view().last_undated_version(&row, &[source_name(&version.source)])?;
        }
        let (number, same_record) = (row.summary_row.version_count + 1, version.same_record);
        row.summary_row.version_count = number;
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
        self.put_row_back(&title, row);
        Ok((number, same_record))
    }

    /// Adds an election with its first version.
    fn add_first(&mut self, mut version: VersionRow, summary: ElectionSummary) -> Result<()> {
        let (id, title) = (version.line, version.title.clone());
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
        row.version = version;
        let folded = fold(&title);
        self.put_election_key(id, std::slice::from_ref(&folded), &election_key)?;
        self.put_links(id, &link_titles(&summary), &election_key)?;
        row.set_summary(summary, vec![folded], false);
        self.applied.elections += 1;
        self.applied.records += 1;
        self.put_row_back(&title, Box::new(row));
        Ok(())
    }

    fn remove(&mut self, title: &str) -> Result<()> {
        // Removing an unknown election has no effect.
        let Some(mut row) = self.take_row(title)? else { return Ok(()) };
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
        self.put_row_back(title, row);
        Ok(())
    }

    /// Stores the current version among the other versions, before another replaces it.
    fn demote(&mut self, row: &ElectionRow) -> Result<()> {
        if row.version.is_undated() {
            let name = source_name(&row.version.source);
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
            self.put(
                &StoreKey::Title(title),
                encode(&TitleRow::new(id, title, election_key.clone()))?,
            );
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
        let Some(mut row) = self.take_row(election)? else { return Ok(()) };
        let folded = fold(title);
        match self.view().find_by_title(&folded)? {
            Some((other, _)) if other == row.id() => {}
            Some((_, election_key)) => {
                let joined = self.view().row(&election_key)?;
                self.join(&mut row, joined)?;
            }
            None => {
                let value = encode(&TitleRow::new(row.id(), &folded, row.election_key()))?;
                self.put(&StoreKey::Title(&folded), value);
                let mut titles = row.titles();
                titles.push(folded);
                let (summary, is_removed) = (row.summary_row.summary.clone(), row.is_removed());
                row.set_summary(summary, titles, is_removed);
            }
        }
        self.put_row_back(election, row);
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
        for (number, version) in &joined {
            self.delete(&StoreKey::Version(other.id(), *number));
            self.delete(&StoreKey::LastUndated(other.id(), &source_name(&version.source)));
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
            let name = source_name(&version.source);
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
