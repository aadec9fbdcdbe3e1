//! Follows the journal: each entry, in order, into records and indices.

use super::{Applied, Entry, KeptLineage, Key, Store, Version};
use crate::Result;
use crate::import::{self, Format};
use crate::journal::{self, Commit, Journal, Line, LineageEntry, Place, VersionEntry};
use crate::model::{self, Election, Field, Lineage, Link, Reason, fold, slug};

impl Store {
    /// Applies what the journal has beyond the store. `told` hears of every entry.
    pub(crate) fn follow(&mut self, journal: &Journal, told: &mut dyn FnMut()) -> Result<()> {
        let mut applied = self.applied()?;
        if applied.mark == *journal.end() {
            return Ok(());
        }
        let mut skip = applied.entries;
        let mark = applied.mark.clone();
        journal.replay(&mark, &mut |at, line, mark| {
            match line {
                Line::Entry(_) if skip > 0 => skip -= 1,
                Line::Entry(entry) => {
                    applied.entries += 1;
                    self.entry_given(entry, applied.mark.import + 1, at)?;
                    told();
                }
                Line::Commit(commit, _) => {
                    self.put(&Key::Import(commit.import), &commit)?;
                    applied = Applied { mark: mark.clone(), entries: 0 };
                }
                Line::Lost(lost) => {
                    // One row stands for all of them, so that a number that makes no sense costs
                    // nothing.
                    let note = Some(lost.to_string());
                    let row = Commit { import: lost.last, note, ..Commit::default() };
                    if lost.first <= lost.last {
                        self.put(&Key::Import(lost.last), &row)?;
                    }
                    applied = Applied { mark: mark.clone(), entries: 0 };
                }
            }
            if self.pages.is_full() { self.commit(&applied) } else { Ok(()) }
        })?;
        self.commit(&applied)?;
        self.pages.flush()
    }

    fn commit(&mut self, applied: &Applied) -> Result<()> {
        self.write_last()?;
        self.put(&Key::Applied, applied)?;
        self.pages.commit()
    }

    fn entry_given(&mut self, entry: journal::Entry, import: u64, at: Place) -> Result<()> {
        match entry {
            journal::Entry::Version(given) => self.version_given(&given, import, at),
            journal::Entry::Removal { title } => match self.titled(&title)? {
                Some(id) => {
                    let version =
                        Version { import, title, at, removed: true, ..Version::default() };
                    self.add_version(id, version, None)
                }
                None => Ok(()),
            },
            journal::Entry::Alias { election, title } => self.alias_given(&election, &title),
            journal::Entry::Territory(alias) => {
                let number = self.territories()?.len() as u64;
                self.put(&Key::Territory(number), &alias)
            }
            journal::Entry::Lineage(given) => {
                // One that cannot be read says nothing; its text stays in the journal, and a verification tells.
                let lineage = read_lineage(&given);
                let kept = KeptLineage {
                    digest: *blake3::hash(given.text.as_bytes()).as_bytes(),
                    import,
                    at,
                    lineage: lineage.unwrap_or_default(),
                };
                self.put(&Key::Lineage(&slug(&given.country), &given.name), &kept)
            }
        }
    }

    fn version_given(&mut self, given: &VersionEntry, import: u64, at: Place) -> Result<()> {
        let id = match self.titled(&given.title)? {
            Some(id) => id,
            None => self.new_entry(&given.title)?,
        };
        let version = Version {
            import,
            title: given.title.clone(),
            source: given.source.clone(),
            format: given.format.clone(),
            source_time: given.source_time.clone(),
            revision: given.revision.clone(),
            digest: *blake3::hash(given.text.as_bytes()).as_bytes(),
            at,
            removed: false,
        };
        self.add_version(id, version, Some(read(given)))
    }

    fn new_entry(&mut self, title: &str) -> Result<u64> {
        let id = self.value(&Key::NextId)?.unwrap_or(1_u64);
        self.put(&Key::NextId, &(id + 1))?;
        let title = fold(title);
        self.put(&Key::Title(&title), &id)?;
        self.put_entry(id, Entry { titles: vec![title], ..Entry::default() })?;
        Ok(id)
    }

    fn add_version(&mut self, id: u64, version: Version, record: Option<Election>) -> Result<()> {
        let mut entry = self.take_entry(id)?;
        self.demote(id, &mut entry)?;
        entry.versions.push(version);
        if let Some(record) = record {
            let number = entry.versions.len() as u32;
            self.put(&Key::Ever(&model::Place::of(&record), id), &())?;
            self.put(&Key::Version(id, number), &record)?;
        }
        self.promote(id, entry)
    }

    /// Another title for an election; another election's title joins the two.
    fn alias_given(&mut self, election: &str, title: &str) -> Result<()> {
        let Some(id) = self.titled(election)? else { return Ok(()) };
        match self.titled(title)? {
            Some(other) if other == id => Ok(()),
            Some(other) => self.join(id, other),
            None => {
                let mut entry = self.take_entry(id)?;
                entry.titles.push(fold(title));
                self.put(&Key::Title(&fold(title)), &id)?;
                self.put_entry(id, entry)
            }
        }
    }

    /// The versions of `other` come after those of `id`, whose numbers people may have written
    /// down.
    fn join(&mut self, id: u64, other: u64) -> Result<()> {
        let (mut entry, mut joined) = (self.take_entry(id)?, self.take_entry(other)?);
        self.demote(id, &mut entry)?;
        self.demote(other, &mut joined)?;
        for (number, version) in (1..).zip(std::mem::take(&mut joined.versions)) {
            entry.versions.push(version);
            let old = Key::Version(other, number);
            if let Some(record) = self.value::<Election>(&old)? {
                self.delete(&old);
                let place = model::Place::of(&record);
                self.delete(&Key::Ever(&place, other));
                self.put(&Key::Ever(&place, id), &())?;
                self.put(&Key::Version(id, entry.versions.len() as u32), &record)?;
            }
        }
        for title in std::mem::take(&mut joined.titles) {
            self.put(&Key::Title(&title), &id)?;
            entry.titles.push(title);
        }
        self.delete(&Key::Entry(other));
        self.promote(id, entry)
    }

    /// Takes the current record from its place, to stand among the versions.
    fn demote(&mut self, id: u64, entry: &mut Entry) -> Result<()> {
        let (Some(place), Some(number)) = (entry.place.take(), entry.current(u64::MAX)) else {
            return Ok(());
        };
        let Some((_, record)) = self.value::<(u64, Election)>(&Key::Record(&place))? else {
            return Ok(());
        };
        for title in linked(&record) {
            self.delete(&Key::Link(&title, id));
        }
        self.delete(&Key::Record(&place));
        self.put(&Key::Version(id, number), &record)
    }

    /// Puts the current record in its place, and the entry back.
    fn promote(&mut self, id: u64, mut entry: Entry) -> Result<()> {
        if let Some(number) = entry.current(u64::MAX)
            && let Some(record) = self.value::<Election>(&Key::Version(id, number))?
        {
            self.delete(&Key::Version(id, number));
            for title in linked(&record) {
                self.put(&Key::Link(&title, id), &())?;
            }
            let place = model::Place::of(&record);
            self.put(&Key::Record(&place), &(id, record))?;
            entry.place = Some(place);
        }
        self.put_entry(id, entry)
    }
}

/// What the text of a lineage says, or why it cannot be read.
pub(crate) fn read_lineage(given: &LineageEntry) -> std::result::Result<Lineage, String> {
    let lineage = import::table::read_lineage(&given.source, &given.text);
    let lineage = lineage.map_err(|unread| unread.to_string())?;
    if lineage.country != given.country || lineage.source != given.name {
        let (country, name) = (lineage.country, lineage.source);
        return Err(format!("its text is of '{country}', by '{name}'"));
    }
    Ok(lineage)
}

/// The record of a source text. One that a later parser refuses keeps its place and says why.
pub(crate) fn read(given: &VersionEntry) -> Election {
    let format: Result<Format, _> = given.format.parse();
    let read = format.map_err(|error| error.to_string()).and_then(|format| {
        import::parse_titled(format, &given.title, &given.text).map_err(|unread| unread.to_string())
    });
    let mut election = read.unwrap_or_else(|problem| Election {
        kept: vec![Field {
            label: "document".to_owned(),
            text: String::new(),
            reason: Reason::Expected(problem),
            line: None,
        }],
        ..Election::default()
    });
    // Identity is what it was when the text was given.
    election.title.clone_from(&given.title);
    election.without_prose()
}

/// Every folded title that the links of a record name.
pub(super) fn linked(record: &Election) -> Vec<String> {
    let of = |link: &Option<Link>| link.as_ref().and_then(|link| link.title.as_deref()).map(fold);
    let mut titles: Vec<String> = [&record.previous, &record.next]
        .into_iter()
        .chain(record.contests.iter().flat_map(|contest| [&contest.previous, &contest.next]))
        .filter_map(of)
        .collect();
    titles.sort();
    titles.dedup();
    titles
}
