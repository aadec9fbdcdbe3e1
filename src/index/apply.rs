//! Applies journal entries to the store: each becomes records and index entries.

use std::collections::BTreeMap;

use super::keys::StoreKey;
use super::parsed::{EncodedVersion, ParsedEntry};
use super::rows::{ElectionRow, LineageRow, TitleRow, VersionRow, source_name};
use super::writer::StoreWriter;
use crate::Result;
use crate::model::{ElectionKey, ElectionSummary, fold, slug};
use crate::store::encode;

impl StoreWriter {
    /// Applies the next version of the journal. Returns its number, and whether a new text has the
    /// same record as the previous current version.
    pub(crate) fn add(&mut self, version: EncodedVersion) -> Result<(u32, bool)> {
        let added = self.add_version(version)?;
        self.pass_line();
        Ok(added)
    }

    /// Advances to the next line of the import.
    fn pass_line(&mut self) {
        self.applied.entries += 1;
        self.applied.lines += 1;
    }

    /// Applies the next entry of the journal.
    pub(crate) fn apply(&mut self, entry: ParsedEntry) -> Result<()> {
        match entry {
            ParsedEntry::Version(version) => return self.add(*version).map(drop),
            ParsedEntry::Removal { title } => self.remove(&title)?,
            ParsedEntry::Alias { election, title } => self.add_title(&election, &title)?,
            ParsedEntry::Territory(alias) => {
                let key = StoreKey::Territory(self.applied.lines);
                self.put(&key, encode(&alias)?);
            }
            ParsedEntry::Lineage { name, digest, lineage } => {
                let country = slug(&lineage.country);
                let (import, line) = (self.applied.mark.import + 1, self.applied.lines);
                let row = LineageRow { digest, import, line, lineage };
                self.put(&StoreKey::Lineage(&country, &name), encode(&row)?);
            }
        }
        self.pass_line();
        Ok(())
    }

    /// Adds a version. Returns its number, and whether a new text has the same record as the
    /// current version.
    fn add_version(&mut self, encoded: EncodedVersion) -> Result<(u32, bool)> {
        let EncodedVersion { version, record, bytes } = encoded;
        let (import, line) = (self.applied.mark.import + 1, self.applied.lines);
        let outline = record.outline();
        let place = ElectionKey::of(&outline);
        let mut version = VersionRow { import, line, place: Some(place.clone()), ..version };
        self.put(&StoreKey::Record(&place, line), bytes);
        let title = version.title.clone();
        let Some(mut row) = self.take(&title)? else {
            self.add_first(version, outline)?;
            return Ok((1, false));
        };
        let before = row.version.place.as_ref().filter(|_| row.version.digest != version.digest);
        if before.is_some() {
            version.same_record = self.view().record(&row.version)?.is_same_record(&record);
        }
        if let Some(time) = &version.source_time {
            self.put(&StoreKey::Timed(row.id(), time, version.digest), encode(&true)?);
        } else {
            version.same_source = self.view().said_last(&row, &[source_name(&version.source)])?;
        }
        let (number, same_record) = (row.summary.versions + 1, version.same_record);
        row.summary.versions = number;
        if version.supersedes(row.newest_time.as_ref()) {
            self.demote(&row)?;
            version.current = number;
            self.relist(&mut row, outline)?;
            row.newest_time = version.source_time.clone().max(row.newest_time.take());
            (row.summary.current, row.version) = (number, version);
        } else {
            version.current = row.summary.current;
            if place != row.place() {
                self.put(&StoreKey::Past(&place, row.id()), encode(&true)?);
            }
            self.put(&StoreKey::Version(row.id(), number), encode(&version)?);
        }
        self.put_back(&title, row);
        Ok((number, same_record))
    }

    /// Adds an election with its first version.
    fn add_first(&mut self, mut version: VersionRow, outline: ElectionSummary) -> Result<()> {
        let (id, title) = (version.line, version.title.clone());
        if let Some(time) = &version.source_time {
            self.put(&StoreKey::Timed(id, time, version.digest), encode(&true)?);
        }
        version.current = 1;
        let place = ElectionKey::of(&outline);
        let mut row = ElectionRow::default();
        (row.summary.sort_key.id, row.summary.versions, row.summary.current) = (id, 1, 1);
        row.newest_time.clone_from(&version.source_time);
        row.version = version;
        let folded = fold(&title);
        self.put_names(id, std::slice::from_ref(&folded), &place)?;
        self.put_links(id, &link_titles(&outline), &place)?;
        row.set(outline, vec![folded], false);
        self.applied.elections += 1;
        self.applied.records += 1;
        self.put_back(&title, Box::new(row));
        Ok(())
    }

    fn remove(&mut self, title: &str) -> Result<()> {
        // Removing an unknown election has no effect.
        let Some(mut row) = self.take(title)? else { return Ok(()) };
        self.demote(&row)?;
        let (import, line, number) =
            (self.applied.mark.import + 1, self.applied.lines, row.summary.versions + 1);
        (row.summary.versions, row.summary.current) = (number, number);
        if !row.is_removed() {
            self.unlink(&row, &[]);
            self.applied.records -= 1;
            row.summary.sort_key.is_removed = true;
        }
        row.version = VersionRow {
            title: title.to_owned(),
            import,
            line,
            current: number,
            ..VersionRow::default()
        };
        self.put_back(title, row);
        Ok(())
    }

    /// Stores the current version among the other versions, before another replaces it.
    fn demote(&mut self, row: &ElectionRow) -> Result<()> {
        if row.version.is_undated() {
            let name = source_name(&row.version.source);
            self.put(&StoreKey::Said(row.id(), &name), encode(&row.summary.current)?);
        }
        self.put(&StoreKey::Version(row.id(), row.summary.current), encode(&row.version)?);
        Ok(())
    }

    /// Replaces the summary of an election with that of another record, and moves its row if the
    /// key changes.
    fn relist(&mut self, row: &mut ElectionRow, outline: ElectionSummary) -> Result<()> {
        let (id, old, new) = (row.id(), row.place(), ElectionKey::of(&outline));
        let (links, titles) = (link_titles(&outline), row.titles());
        if row.is_removed() {
            self.applied.records += 1;
        } else {
            self.unlink(row, &links);
        }
        self.put_links(id, &links, &new)?;
        if old != new {
            self.delete(&StoreKey::Row(&old));
            self.delete(&StoreKey::Past(&new, id));
            self.put(&StoreKey::Past(&old, id), encode(&true)?);
            self.put_names(id, &titles, &new)?;
        }
        row.set(outline, titles, false);
        Ok(())
    }

    /// Stores the key of an election under its id and its titles.
    fn put_names(&mut self, id: u64, titles: &[String], place: &ElectionKey) -> Result<()> {
        self.put(&StoreKey::Election(id), encode(place)?);
        for title in titles {
            self.put(&StoreKey::Title(title), encode(&TitleRow::new(id, title, place.clone()))?);
        }
        Ok(())
    }

    fn put_links(&mut self, id: u64, links: &[String], place: &ElectionKey) -> Result<()> {
        let place = encode(place)?;
        links.iter().for_each(|link| self.put(&StoreKey::Link(link, id), place.clone()));
        Ok(())
    }

    /// Deletes the links of an election, except those in `staying`.
    fn unlink(&mut self, row: &ElectionRow, staying: &[String]) {
        for link in
            link_titles(&row.summary.outline).into_iter().filter(|link| !staying.contains(link))
        {
            self.delete(&StoreKey::Link(&link, row.id()));
        }
    }

    /// Adds a title to an election. If another election has the title, the two are joined.
    fn add_title(&mut self, election: &str, title: &str) -> Result<()> {
        let Some(mut row) = self.take(election)? else { return Ok(()) };
        let folded = fold(title);
        match self.view().titled(&folded)? {
            Some((other, _)) if other == row.id() => {}
            Some((_, place)) => {
                let joined = self.view().row(&place)?;
                self.join(&mut row, joined)?;
            }
            None => {
                let value = encode(&TitleRow::new(row.id(), &folded, row.place()))?;
                self.put(&StoreKey::Title(&folded), value);
                let mut titles = row.titles();
                titles.push(folded);
                let (outline, is_removed) = (row.summary.outline.clone(), row.is_removed());
                row.set(outline, titles, is_removed);
            }
        }
        self.put_back(election, row);
        Ok(())
    }

    /// Joins another election to one. The versions of the first keep their numbers, which users may
    /// have noted, and the joined versions are numbered after them. The relations between the
    /// versions are recomputed in journal order.
    fn join(&mut self, row: &mut ElectionRow, other: ElectionRow) -> Result<()> {
        let mut versions: Vec<(u32, VersionRow)> =
            self.view().versions(row).collect::<Result<_>>()?;
        let joined: Vec<(u32, VersionRow)> = self.view().versions(&other).collect::<Result<_>>()?;
        let (id, base) = (row.id(), row.summary.versions);
        for (number, version) in &joined {
            self.delete(&StoreKey::Version(other.id(), *number));
            self.delete(&StoreKey::Said(other.id(), &source_name(&version.source)));
            if let Some(time) = &version.source_time {
                self.delete(&StoreKey::Timed(other.id(), time, version.digest));
                self.put(&StoreKey::Timed(id, time, version.digest), encode(&true)?);
            }
            if let Some(place) = &version.place {
                self.delete(&StoreKey::Past(place, other.id()));
            }
        }
        for gone in [&*row, &other].into_iter().filter(|row| !row.is_removed()) {
            self.unlink(gone, &[]);
            self.applied.records -= 1;
        }
        self.delete(&StoreKey::Row(&row.place()));
        self.delete(&StoreKey::Row(&other.place()));
        self.delete(&StoreKey::Election(other.id()));
        self.applied.elections -= 1;
        let mut titles = row.titles();
        titles.extend(other.titles());
        row.joins.push(base + 1);
        row.joins.extend(other.joins.iter().map(|number| number + base));
        row.summary.versions += other.summary.versions;
        versions.extend(joined.into_iter().map(|(number, version)| (number + base, version)));
        versions.sort_by_key(|(_, version)| version.line);
        self.list_versions(row, versions, titles)
    }

    /// Rebuilds the row and the indices of an election from all of its versions, in journal order.
    fn list_versions(
        &mut self,
        row: &mut ElectionRow,
        mut versions: Vec<(u32, VersionRow)>,
        titles: Vec<String>,
    ) -> Result<()> {
        let id = row.id();
        let mut said: BTreeMap<String, u32> = BTreeMap::new();
        let (mut current, mut standing) = (0, 0);
        row.newest_time = None;
        for (at, (number, version)) in versions.iter_mut().enumerate() {
            let name = source_name(&version.source);
            version.same_source =
                if version.is_undated() { said.insert(name, *number) } else { None };
            if version.supersedes(row.newest_time.as_ref()) {
                row.newest_time = version.source_time.clone().max(row.newest_time.take());
                (current, row.summary.current) = (at, *number);
                standing = if version.is_removal() { standing } else { at };
            }
            version.current = row.summary.current;
        }
        for (name, number) in said.iter().filter(|(_, number)| **number != row.summary.current) {
            self.put(&StoreKey::Said(id, name), encode(number)?);
        }
        for place in versions.iter().filter_map(|(_, version)| version.place.as_ref()) {
            self.put(&StoreKey::Past(place, id), encode(&true)?);
        }
        let outline = self.view().record(&versions[standing].1)?.outline();
        let place = ElectionKey::of(&outline);
        self.delete(&StoreKey::Past(&place, id));
        self.put_names(id, &titles, &place)?;
        row.set(outline, titles, versions[current].1.is_removal());
        if !row.is_removed() {
            self.applied.records += 1;
            self.put_links(id, &link_titles(&row.summary.outline), &place)?;
        }
        row.version = versions.swap_remove(current).1;
        self.delete(&StoreKey::Version(id, row.summary.current));
        for (number, version) in versions {
            self.put(&StoreKey::Version(id, number), encode(&version)?);
        }
        Ok(())
    }
}

/// Returns the folded titles that the links of a record name, sorted and without duplicates.
pub(super) fn link_titles(outline: &ElectionSummary) -> Vec<String> {
    let named = outline.links().filter_map(|link| link.title.as_deref());
    let mut titles: Vec<String> = named.map(fold).collect();
    titles.sort();
    titles.dedup();
    titles
}
