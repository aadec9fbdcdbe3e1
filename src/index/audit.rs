//! Verifies every index entry against its election, and every election against its index entries,
//! one election at a time.

use std::collections::{BTreeMap, BTreeSet};

use super::apply::link_titles;
use super::cursor::VersionCursor;
use super::keys::{self, StoreKey, last_number};
use super::rows::{ElectionRow, SortKey, SummaryRow, source_name};
use super::view::StateView;
use crate::model::{Election, ElectionKey, fold};
use crate::store::decode;
use crate::{Error, Result};

impl StateView<'_> {
    /// Passes every inconsistency of the store to `wrong`, as a sentence.
    ///
    /// # Errors
    /// When the store cannot be read because of an I/O error.
    pub(crate) fn audit(&self, wrong: &mut dyn FnMut(String)) -> Result<()> {
        let mut cursor = VersionCursor::default();
        for item in self.scan(&[]) {
            let item = item?;
            let problem = match self.check(item.key(), item.value(), &mut cursor) {
                Ok(problem) => problem,
                Err(Error::Store(problem)) => Some(problem),
                Err(error) => return Err(error),
            };
            if let Some(problem) = problem {
                wrong(format!("{}: {problem}", describe_key(item.key())));
            }
        }
        Ok(())
    }

    /// Returns what is wrong with an item, if anything.
    fn check(
        &self,
        key: &[u8],
        value: &[u8],
        cursor: &mut VersionCursor,
    ) -> Result<Option<String>> {
        let none = || Ok(Some("no election has it".to_owned()));
        let Some((letter, rest)) = key.split_first() else { return none() };
        let id = || rest.first_chunk().map_or(0, |id| u64::from_be_bytes(*id));
        let at_end = || last_number(key).unwrap_or_default();
        let is_due = match letter {
            b'r' => return self.check_election(&decode(value)?, key),
            b'c' => {
                let record: Election = decode(value)?;
                cursor.seek(self, &record.title)?;
                cursor.version(self, at_end())?.is_some()
            }
            b't' => {
                let title = keys::title_of(key);
                let row = self.row_titled(&title)?;
                let is_own = StoreKey::Title(&title).to_bytes() == key;
                is_own && row.is_some_and(|row| row.titles().contains(&title))
            }
            b'l' => {
                let row: SummaryRow = self.row(&decode(value)?)?;
                let due = |title: &String| StoreKey::Link(title, row.id()).to_bytes() == key;
                row.id() == at_end()
                    && !row.is_removed()
                    && link_titles(&row.outline).iter().any(due)
            }
            b'e' => self.election(id())?.id() == id(),
            b'v' => {
                let row = self.election(id())?;
                let number = key.last_chunk().map_or(0, |number| u32::from_be_bytes(*number));
                number != row.summary.current && (1..=row.summary.versions).contains(&number)
            }
            b's' | b'm' => self.election(id()).is_ok(),
            b'h' => {
                let row = self.election(at_end())?;
                let due = |place: &ElectionKey| StoreKey::Past(place, row.id()).to_bytes() == key;
                let mut versions = self.versions(&row);
                !due(&row.place())
                    && versions.any(|version| {
                        version.is_ok_and(|(_, version)| version.place.as_ref().is_some_and(due))
                    })
            }
            _ => true,
        };
        if is_due { Ok(None) } else { none() }
    }

    /// Returns what an election lacks, or where it contradicts its versions.
    fn check_election(&self, row: &ElectionRow, key: &[u8]) -> Result<Option<String>> {
        let (id, place) = (row.id(), row.place());
        let lacks = |what: &str| Ok(Some(format!("it lacks {what}")));
        if StoreKey::Row(&place).to_bytes() != key || self.place(id)? != place {
            return Ok(Some("it is not where it says".to_owned()));
        }
        for title in row.titles() {
            if self.titled(&title)? != Some((id, place.clone())) {
                return lacks(&format!("the title '{title}'"));
            }
        }
        let links = if row.is_removed() { Vec::new() } else { link_titles(&row.summary.outline) };
        for link in links {
            if !self.linking(&link)?.contains(&(id, place.clone())) {
                return lacks(&format!("a link to '{link}'"));
            }
        }
        let (mut places, mut said) = (BTreeSet::new(), BTreeMap::new());
        let mut standing = None;
        for version in self.versions(row) {
            let (number, version) = version?;
            if let Some(time) = &version.source_time
                && !self.is_timed(id, time, version.digest)?
            {
                return lacks(&format!("the time of version {number}"));
            }
            if version.is_undated() {
                said.insert(source_name(&version.source), number);
            }
            let Some(place) = &version.place else { continue };
            if places.insert(place.clone()) || number == row.summary.current {
                let record = self.record(&version)?;
                if ElectionKey::of(&record.outline()) != *place {
                    return Ok(Some(format!("version {number} has the record of another")));
                }
                standing =
                    Some(record.outline()).filter(|_| number == row.summary.current).or(standing);
            } else if !self.has_record(&version)? {
                return lacks(&format!("the record of version {number}"));
            }
        }
        if row.is_removed() != row.version.is_removal() {
            return Ok(Some(
                "its row does not say whether it is removed as its version does".to_owned(),
            ));
        }
        if !row.is_removed() {
            let outline = standing.unwrap_or_default();
            let sort_key = SortKey::new(id, &outline);
            if outline != row.summary.outline || sort_key != row.summary.sort_key {
                return Ok(Some("its summary is not that of its record".to_owned()));
            }
        }
        if row.joins.is_empty() {
            for (name, number) in said.iter().filter(|(_, number)| **number != row.summary.current)
            {
                if self.said_last(row, std::slice::from_ref(name))? != Some(*number)
                    && *name != source_name(&row.version.source)
                {
                    return lacks(&format!("what '{name}' said last"));
                }
            }
        }
        for past in places.iter().filter(|past| **past != place) {
            if self.scan(&StoreKey::Past(past, id).to_bytes()).next().is_none() {
                return lacks("a place where it stood");
            }
        }
        let folded = fold(&row.version.title);
        Ok((!row.titles().contains(&folded)).then(|| "it lacks its own title".to_owned()))
    }
}

/// Describes a key for users: its kind, and the text in it.
fn describe_key(key: &[u8]) -> String {
    let words = match key.first() {
        Some(b't' | b'l') => keys::title_of(key),
        _ => String::from_utf8_lossy(key.get(1..).unwrap_or_default()).into_owned(),
    };
    let words: String = words.chars().filter(|c| !c.is_control()).take(80).collect();
    let of = match key.first() {
        Some(b'r') => "an election at",
        Some(b'c') => "a record at",
        Some(b't') => "the title",
        Some(b'l') => "a link to",
        Some(b'h') => "a past place at",
        _ => "an index entry",
    };
    format!("{of} '{words}'")
}
