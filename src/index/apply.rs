//! Applies entries of the journal: each becomes records and indices.

use std::collections::BTreeMap;

use super::keys::Key;
use super::parsed::{EncodedVersion, ParsedEntry};
use super::rows::{ElectionRow, LineageRow, TitleRow, Version, source_name};
use super::writer::Writer;
use crate::Result;
use crate::model::{Outline, Place, fold, slug};
use crate::store::encode;

impl Writer {
    /// Applies the next version of the journal, and returns its number and whether it has the same record as the one
    /// that was current before it.
    pub(crate) fn add(&mut self, version: EncodedVersion) -> Result<(u32, bool)> {
        let added = self.add_version(version)?;
        self.pass_line();
        Ok(added)
    }

    /// Goes on to the next line of the import.
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
                let key = Key::Territory(self.applied.lines);
                self.put(&key, encode(&alias)?);
            }
            ParsedEntry::Lineage { name, digest, lineage } => {
                let country = slug(&lineage.country);
                let (import, line) = (self.applied.mark.import + 1, self.applied.lines);
                let row = LineageRow { digest, import, line, lineage };
                self.put(&Key::Lineage(&country, &name), encode(&row)?);
            }
        }
        self.pass_line();
        Ok(())
    }

    /// Adds a version, and returns its number and whether it has the same record as the one that was current.
    fn add_version(&mut self, encoded: EncodedVersion) -> Result<(u32, bool)> {
        let EncodedVersion { version, record, bytes } = encoded;
        let (import, line) = (self.applied.mark.import + 1, self.applied.lines);
        let outline = record.outline();
        let place = Place::of(&outline);
        let mut version = Version { import, line, place: Some(place.clone()), ..version };
        self.put(&Key::Record(&place, line), bytes);
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
            self.put(&Key::Timed(row.id(), time, version.digest), encode(&true)?);
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
                self.put(&Key::Past(&place, row.id()), encode(&true)?);
            }
            self.put(&Key::Version(row.id(), number), encode(&version)?);
        }
        self.put_back(&title, row);
        Ok((number, same_record))
    }

    /// Adds an election with its first version.
    fn add_first(&mut self, mut version: Version, outline: Outline) -> Result<()> {
        let (id, title) = (version.line, version.title.clone());
        if let Some(time) = &version.source_time {
            self.put(&Key::Timed(id, time, version.digest), encode(&true)?);
        }
        version.current = 1;
        let place = Place::of(&outline);
        let mut row = ElectionRow::default();
        (row.summary.sort_key.id, row.summary.versions, row.summary.current) = (id, 1, 1);
        row.newest_time.clone_from(&version.source_time);
        row.version = version;
        let folded = fold(&title);
        self.put_names(id, std::slice::from_ref(&folded), &place)?;
        self.put_links(id, &linked(&outline), &place)?;
        row.set(outline, vec![folded], false);
        self.applied.elections += 1;
        self.applied.records += 1;
        self.put_back(&title, Box::new(row));
        Ok(())
    }

    fn remove(&mut self, title: &str) -> Result<()> {
        // Nothing is removed that was never there.
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
        row.version = Version {
            title: title.to_owned(),
            import,
            line,
            current: number,
            ..Version::default()
        };
        self.put_back(title, row);
        Ok(())
    }

    /// Keeps the current version as one that is not, for another takes its place.
    fn demote(&mut self, row: &ElectionRow) -> Result<()> {
        if row.version.is_undated() {
            let name = source_name(&row.version.source);
            self.put(&Key::Said(row.id(), &name), encode(&row.summary.current)?);
        }
        self.put(&Key::Version(row.id(), row.summary.current), encode(&row.version)?);
        Ok(())
    }

    /// Lists an election with the summary of another record, perhaps elsewhere.
    fn relist(&mut self, row: &mut ElectionRow, outline: Outline) -> Result<()> {
        let (id, old, new) = (row.id(), row.place(), Place::of(&outline));
        let (links, titles) = (linked(&outline), row.titles());
        if row.is_removed() {
            self.applied.records += 1;
        } else {
            self.unlink(row, &links);
        }
        self.put_links(id, &links, &new)?;
        if old != new {
            self.delete(&Key::Row(&old));
            self.delete(&Key::Past(&new, id));
            self.put(&Key::Past(&old, id), encode(&true)?);
            self.put_names(id, &titles, &new)?;
        }
        row.set(outline, titles, false);
        Ok(())
    }

    /// Says where an election stands, under its number and its titles.
    fn put_names(&mut self, id: u64, titles: &[String], place: &Place) -> Result<()> {
        self.put(&Key::Election(id), encode(place)?);
        for title in titles {
            self.put(&Key::Title(title), encode(&TitleRow::new(id, title, place.clone()))?);
        }
        Ok(())
    }

    fn put_links(&mut self, id: u64, links: &[String], place: &Place) -> Result<()> {
        let place = encode(place)?;
        links.iter().for_each(|link| self.put(&Key::Link(link, id), place.clone()));
        Ok(())
    }

    /// Deletes the links of an election, but for some that stay.
    fn unlink(&mut self, row: &ElectionRow, staying: &[String]) {
        for link in linked(&row.summary.outline).into_iter().filter(|link| !staying.contains(link))
        {
            self.delete(&Key::Link(&link, row.id()));
        }
    }

    /// Adds a title to an election; another election's title joins the two.
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
                self.put(&Key::Title(&folded), value);
                let mut titles = row.titles();
                titles.push(folded);
                let (outline, is_removed) = (row.summary.outline.clone(), row.is_removed());
                row.set(outline, titles, is_removed);
            }
        }
        self.put_back(election, row);
        Ok(())
    }

    /// Joins another election to one: its versions follow those of the first, whose numbers people may have written
    /// down. What the versions say of each other is found out again, in the order in which they came.
    fn join(&mut self, row: &mut ElectionRow, other: ElectionRow) -> Result<()> {
        let mut versions: Vec<(u32, Version)> = self.view().versions(row).collect::<Result<_>>()?;
        let joined: Vec<(u32, Version)> = self.view().versions(&other).collect::<Result<_>>()?;
        let (id, base) = (row.id(), row.summary.versions);
        for (number, version) in &joined {
            self.delete(&Key::Version(other.id(), *number));
            self.delete(&Key::Said(other.id(), &source_name(&version.source)));
            if let Some(time) = &version.source_time {
                self.delete(&Key::Timed(other.id(), time, version.digest));
                self.put(&Key::Timed(id, time, version.digest), encode(&true)?);
            }
            if let Some(place) = &version.place {
                self.delete(&Key::Past(place, other.id()));
            }
        }
        for gone in [&*row, &other].into_iter().filter(|row| !row.is_removed()) {
            self.unlink(gone, &[]);
            self.applied.records -= 1;
        }
        self.delete(&Key::Row(&row.place()));
        self.delete(&Key::Row(&other.place()));
        self.delete(&Key::Election(other.id()));
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

    /// Lists an election from all of its versions, in the order in which they came.
    fn list_versions(
        &mut self,
        row: &mut ElectionRow,
        mut versions: Vec<(u32, Version)>,
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
            self.put(&Key::Said(id, name), encode(number)?);
        }
        for place in versions.iter().filter_map(|(_, version)| version.place.as_ref()) {
            self.put(&Key::Past(place, id), encode(&true)?);
        }
        let outline = self.view().record(&versions[standing].1)?.outline();
        let place = Place::of(&outline);
        self.delete(&Key::Past(&place, id));
        self.put_names(id, &titles, &place)?;
        row.set(outline, titles, versions[current].1.is_removal());
        if !row.is_removed() {
            self.applied.records += 1;
            self.put_links(id, &linked(&row.summary.outline), &place)?;
        }
        row.version = versions.swap_remove(current).1;
        self.delete(&Key::Version(id, row.summary.current));
        for (number, version) in versions {
            self.put(&Key::Version(id, number), encode(&version)?);
        }
        Ok(())
    }
}

/// Every folded title that the links of a record name.
pub(super) fn linked(outline: &Outline) -> Vec<String> {
    let named = outline.links().filter_map(|link| link.title.as_deref());
    let mut titles: Vec<String> = named.map(fold).collect();
    titles.sort();
    titles.dedup();
    titles
}
