//! Every index against the records: does the store hold what its elections and records say that it
//! should, and nothing else?

use std::collections::BTreeMap;

use super::apply::linked;
use super::{Entry, Key, Listed, Store, codec};
use crate::model::Place;
use crate::{Error, Result};

impl Store {
    /// What is wrong with the indices, in sentences.
    pub(crate) fn audit(&self) -> Result<Vec<String>> {
        let found: BTreeMap<Vec<u8>, Vec<u8>> = self.items()?.into_iter().collect();
        let mut expected: BTreeMap<Vec<u8>, Option<Vec<u8>>> = BTreeMap::new();
        let mut wrong = Vec::new();
        let entries = Key::entries();
        for (key, value) in found.range(entries.clone()..) {
            if !key.starts_with(&entries) {
                break;
            }
            let (Some(id), Ok(entry)) = (super::keys::last_number(key), codec::decode(value))
            else {
                wrong.push(format!("an election cannot be read: {key:02x?}"));
                continue;
            };
            expected.insert(key.clone(), None);
            self.expect(id, &entry, &mut expected, &mut wrong)?;
        }
        let derived = |key: &[u8]| key.first().is_some_and(|kind| b"etrlh".contains(kind));
        for (key, value) in found.iter().filter(|(key, _)| derived(key)) {
            match expected.remove(key) {
                None => wrong.push(format!("nothing has given it {}", named(key))),
                Some(Some(other)) if other != *value => {
                    wrong.push(format!("it has another value for {}", named(key)));
                }
                Some(_) => {}
            }
        }
        wrong.extend(expected.keys().map(|key| format!("it lacks {}", named(key))));
        let next = self.value(&Key::NextId)?.unwrap_or(1_u64);
        let highest = found.keys().filter(|key| key.starts_with(&entries));
        let highest = highest.filter_map(|key| super::keys::last_number(key)).max();
        if highest.is_some_and(|highest| highest >= next) {
            wrong
                .push(format!("the next election would take the number {next}, which another has"));
        }
        Ok(wrong)
    }

    /// What there should be because of an election.
    fn expect(
        &self,
        id: u64,
        entry: &Entry,
        expected: &mut BTreeMap<Vec<u8>, Option<Vec<u8>>>,
        wrong: &mut Vec<String>,
    ) -> Result<()> {
        let mut expect = |key: Key<'_>, value| expected.insert(key.to_bytes(), value);
        for title in &entry.titles {
            expect(Key::Title(title), Some(codec::encode(&id)?));
        }
        let current = entry.current(u64::MAX);
        for (number, version) in
            (1..).zip(&entry.versions).filter(|(_, version)| !version.is_removal())
        {
            let outline = match self.record(version) {
                Ok(record) => record.outline(),
                Err(Error::Store(problem)) => {
                    wrong.push(format!("'{}': {problem}", version.title));
                    continue;
                }
                Err(error) => return Err(error),
            };
            let place = Place::of(&outline);
            if current != Some(number) {
                if entry.place.as_ref() != Some(&place) {
                    expect(Key::Ever(&place, id), Some(codec::encode(&())?));
                }
                continue;
            }
            for title in linked(&outline) {
                expect(Key::Link(&title, id), Some(codec::encode(&())?));
            }
            let listed = Listed::new(id, &entry.titles, outline);
            expect(Key::Listed(&place), Some(codec::encode(&listed)?));
            if entry.place.as_ref() != Some(&place) {
                wrong.push(format!("'{}' is not where it says", version.title));
            }
        }
        Ok(())
    }
}

/// A key for people: what it is of, and its words.
fn named(key: &[u8]) -> String {
    let words = String::from_utf8_lossy(key.get(1..).unwrap_or_default());
    let words: String = words.chars().filter(|c| !c.is_control()).take(80).collect();
    let of = match key.first() {
        Some(b'e') => "an election",
        Some(b't') => "the title",
        Some(b'r') => "the current record at",
        Some(b'l') => "a link to",
        _ => "an election at",
    };
    format!("{of} '{words}'")
}
