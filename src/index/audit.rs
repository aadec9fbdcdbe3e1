//! Verifies every index entry against its election, and every election against its index entries,
//! one item at a time.

use std::collections::{BTreeMap, BTreeSet};

use super::cursor::VersionCursor;
use super::keys::{self, StoreKey, last_number};
use super::merged_election::MergedElection;
use super::names::{decode_block, decode_words};
use super::rows::{ChangedRow, ElectionRow};
use super::sort_key::SortKey;
use super::view::StateView;
use crate::model::{Election, ElectionKey, fold, index_words};
use crate::store::decode;
use crate::{Error, Result};

impl StateView<'_> {
    /// Passes every inconsistency of the store to `report`, as a sentence.
    ///
    /// # Errors
    /// When the store cannot be read because of an I/O error.
    pub(crate) fn audit(&self, report: &mut dyn FnMut(String)) -> Result<()> {
        let mut cursor = VersionCursor::default();
        let mut words = WordCounts::default();
        for item in self.scan(&[]) {
            let item = item?;
            let checked = words
                .add(item.key(), item.value())
                .and_then(|()| self.check_item(item.key(), item.value(), &mut cursor));
            let problem = match checked {
                Ok(problem) => problem,
                Err(Error::Store(error)) => Some(error.to_string()),
                Err(error) => return Err(error),
            };
            if let Some(problem) = problem {
                report(format!("{}: {problem}", describe_key(item.key())));
            }
        }
        words.incomplete_imports().for_each(|import| {
            report(format!("the names of import {import}: the index lacks some of their words"));
        });
        Ok(())
    }

    /// Returns the problem of an item, if it has one.
    fn check_item(
        &self,
        key: &[u8],
        value: &[u8],
        cursor: &mut VersionCursor,
    ) -> Result<Option<String>> {
        let orphaned = || Ok(Some("no election has it".to_owned()));
        let Some((letter, rest)) = key.split_first() else { return orphaned() };
        let id = || rest.first_chunk().map_or(0, |id| u64::from_be_bytes(*id));
        let trailing_id = || last_number(key).unwrap_or_default();
        let is_expected = match letter {
            b'r' => return self.check_election(&decode(value)?, key),
            b'c' => {
                let record: Election = decode(value)?;
                cursor.find(self, &record.title, trailing_id())?.is_some()
            }
            b't' => {
                let title = keys::title_from_key(key);
                let row = self.row_by_title(&title)?;
                let is_own = StoreKey::Title(&title).to_bytes() == key;
                is_own && row.is_some_and(|row| row.titles().contains(&title))
            }
            b'l' => {
                let row: ElectionRow = self.row(&decode(value)?)?;
                let is_key_of = |name: &String| StoreKey::Link(name, row.id()).to_bytes() == key;
                row.id() == trailing_id()
                    && !row.is_removed()
                    && row.link_names().iter().any(is_key_of)
            }
            b'e' => self.election(id())?.id() == id(),
            b'v' => {
                let row = self.election(id())?;
                let number = key.last_chunk().map_or(0, |number| u32::from_be_bytes(*number));
                number != row.summary_row.current_version
                    && (1..=row.summary_row.version_count).contains(&number)
            }
            b's' | b'm' => self.election(id()).is_ok(),
            b'd' => {
                let row = self.election(self.merged_election(decode(value)?)?)?;
                row.sources.iter().any(|state| state.id.is_some())
            }
            b'q' => {
                let row = self.election(trailing_id())?;
                row.sources.iter().any(|state| rest.starts_with(&state.source.to_be_bytes()))
            }
            b'j' => self.election(self.merged_election(id())?).is_ok(),
            b'x' => {
                let changed: ChangedRow = decode(value)?;
                changed.into_ids().into_iter().try_fold(true, |all, id| {
                    Ok::<_, Error>(all && self.election(self.merged_election(id)?).is_ok())
                })?
            }
            b'u' => self.is_consistent_word_item(key, value)?,
            b'h' => {
                let row = self.election(trailing_id())?;
                let is_key_of = |election_key: &ElectionKey| {
                    StoreKey::PastKey(election_key, row.id()).to_bytes() == key
                };
                let mut versions = self.versions(&row);
                !is_key_of(&row.election_key())
                    && versions.any(|version| {
                        version.is_ok_and(|(_, version)| {
                            version.election_key.as_ref().is_some_and(is_key_of)
                        })
                    })
            }
            _ => true,
        };
        if is_expected { Ok(None) } else { orphaned() }
    }

    /// Returns the first problem of an election: a missing item, or a contradiction between its row
    /// and its versions.
    fn check_election(&self, row: &ElectionRow, key: &[u8]) -> Result<Option<String>> {
        let (id, election_key) = (row.id(), row.election_key());
        let missing = |name: &str| Ok(Some(format!("it lacks {name}")));
        if StoreKey::Row(&election_key).to_bytes() != key || self.election_key(id)? != election_key
        {
            return Ok(Some("its key does not match its row".to_owned()));
        }
        if row.is_displaced {
            return Ok(Some("another election has its title".to_owned()));
        }
        for title in row.titles() {
            if self.find_by_title(&title)? != Some((id, election_key.clone())) {
                return missing(&format!("the title '{title}'"));
            }
        }
        let links = if row.is_removed() { Vec::new() } else { row.link_names() };
        for link in links {
            if !self.linking_elections(&link)?.contains(&(id, election_key.clone())) {
                return missing(&format!("a link to '{link}'"));
            }
        }
        for state in &row.sources {
            if self
                .source_election(state.source, id)?
                .is_none_or(|row| row.is_absent != state.is_absent())
            {
                return missing("an entry in the list of a source");
            }
            if let Some(source_id) = &state.id
                && self.find_by_identity(state.source, source_id)? != Some(id)
            {
                return missing(&format!("the identifier '{source_id}' of a source"));
            }
        }
        let (mut election_keys, mut last_undated) = (BTreeSet::new(), BTreeMap::new());
        let mut current_summary = None;
        for version in self.versions(row) {
            let (number, version) = version?;
            if let Some(time) = version.source_time.as_ref().filter(|_| !version.lacks_record())
                && !self.has_dated_text(id, time, version.digest)?
            {
                return missing(&format!("the time of version {number}"));
            }
            if version.is_undated() {
                last_undated.insert(version.history_name(), number);
            }
            let Some(record_key) = &version.election_key else { continue };
            if version.erased.is_some() {
                election_keys.insert(record_key.clone());
                continue;
            }
            if election_keys.insert(record_key.clone()) || number == row.summary_row.current_version
            {
                let record = self.record(&version)?;
                if ElectionKey::from_summary(&record.summary()) != *record_key {
                    return Ok(Some(format!("the record of version {number} has another key")));
                }
                current_summary = Some(record.summary())
                    .filter(|_| number == row.summary_row.current_version)
                    .or(current_summary);
            } else if !self.has_record(&version)? {
                return missing(&format!("the record of version {number}"));
            }
        }
        if row.is_removed() != row.version.lacks_record() {
            return Ok(Some("its row and its version differ on whether it is removed".to_owned()));
        }
        if !row.is_removed() {
            let summary = current_summary.unwrap_or_default();
            let sort_key = SortKey::new(id, &summary);
            if summary != row.summary_row.summary || sort_key != row.summary_row.sort_key {
                return Ok(Some("its summary differs from that of its record".to_owned()));
            }
        }
        if row.merge_starts.is_empty() {
            for (name, number) in last_undated
                .iter()
                .filter(|(_, number)| **number != row.summary_row.current_version)
            {
                if self.last_undated_version(row, std::slice::from_ref(name))? != Some(*number)
                    && *name != row.version.history_name()
                {
                    return missing(&format!("the last undated version of '{name}'"));
                }
            }
        }
        if !self.has_consistent_parts(row)? {
            return Ok(Some("the elections merged into it do not have its versions".to_owned()));
        }
        for past in election_keys.iter().filter(|past| **past != election_key) {
            if self.scan(&StoreKey::PastKey(past, id).to_bytes()).next().is_none() {
                return missing("the index entry of a former key");
            }
        }
        let folded = fold(&row.version.title);
        Ok((!row.titles().contains(&folded)).then(|| "it lacks its own title".to_owned()))
    }
}

impl StateView<'_> {
    /// Returns whether each version of an election belongs to exactly one of its parts, and each
    /// part is merged into it.
    fn has_consistent_parts(&self, row: &ElectionRow) -> Result<bool> {
        if row.parts.is_empty() {
            return Ok(row.merges.is_empty());
        }
        for part in &row.parts {
            if self.merged_election(part.id)? != row.id() {
                return Ok(false);
            }
        }
        let mut numbers: Vec<u32> = row.parts.iter().flat_map(MergedElection::numbers).collect();
        numbers.sort_unstable();
        Ok(numbers.into_iter().eq(1..=row.summary_row.version_count))
    }
}

/// For each import, the number of words of its names, and the number of these that the index has.
#[derive(Default)]
struct WordCounts(BTreeMap<u64, (usize, usize)>);

impl WordCounts {
    /// Counts the words of an item with names, and the names of an item with words.
    fn add(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        match key.split_first() {
            Some((b'b', rest)) => {
                let import = rest.first_chunk().map_or(0, |import| u64::from_be_bytes(*import));
                let names = decode_block(value)?;
                self.0.entry(import).or_default().0 +=
                    names.iter().map(|row| index_words(row.name).len()).sum::<usize>();
            }
            Some((b'u', _)) => {
                let count = &mut self.0.entry(last_number(key).unwrap_or_default()).or_default().1;
                for row in decode_words(value)? {
                    *count += row.numbers()?.len();
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn incomplete_imports(self) -> impl Iterator<Item = u64> {
        self.0
            .into_iter()
            .filter(|(_, (expected, found))| expected != found)
            .map(|(import, _)| import)
    }
}

/// Describes a key for users: its kind, and the text in it.
fn describe_key(key: &[u8]) -> String {
    let words = match key.first() {
        Some(b't' | b'l') => keys::title_from_key(key),
        _ => String::from_utf8_lossy(key.get(1..).unwrap_or_default()).into_owned(),
    };
    let words: String = words.chars().filter(|c| !c.is_control()).take(80).collect();
    let kind = match key.first() {
        Some(b'r') => "an election at",
        Some(b'c') => "a record at",
        Some(b't') => "the title",
        Some(b'l') => "a link to",
        Some(b'h') => "a past place at",
        _ => "an index entry",
    };
    format!("{kind} '{words}'")
}
