//! Elections in a key-value store, with the same bytes and the same indices for each engine.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use bincode::config::standard;
use bincode::serde::{decode_from_slice, encode_to_vec};
use hustings::analysis::diff;
use hustings::analysis::diff::Diff;
use hustings::model::{Election, slug};

use super::entry::{Entries, Entry, Side, steps, walk};
use super::parsed::{Digest, Parsed, record};
use super::{Imported, Peer, Res, Step, Texts, parsed};
use crate::given::Address;

/// Number of versions in one transaction.
const BATCH: usize = 5_000;

/// The tables of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Table {
    /// Numbers of elections and imports.
    Counts,
    /// Number of the election with a folded title.
    Titles,
    /// Keys of country, year and election number.
    Places,
    /// Keys of the title of the previous election, and the number of the election with this link.
    Previous,
    /// Like [`Table::Previous`], for the next election.
    Next,
    /// Digests of texts.
    Digests,
    /// Entries, by number.
    Entries,
    /// JSON, by number and version.
    Records,
    /// The name of the source and the text, by number and version.
    Texts,
}

pub(super) const TABLES: [Table; 9] = [
    Table::Counts,
    Table::Titles,
    Table::Places,
    Table::Previous,
    Table::Next,
    Table::Digests,
    Table::Entries,
    Table::Records,
    Table::Texts,
];

impl Table {
    pub(super) fn name(self) -> &'static str {
        ["counts", "titles", "places", "previous", "next", "digests", "entries", "records", "texts"]
            [self as usize]
    }
}

/// A change of a key: its value, or `None` to remove it.
pub(super) type Put = (Table, Vec<u8>, Option<Vec<u8>>);

/// A key-value store.
pub(super) trait Keyed {
    /// Queries one state of the store.
    fn read(&self, ask: &mut dyn FnMut(&dyn Snapshot) -> Res<()>) -> Res<()>;
    /// Applies changes atomically. They are sorted by table and key.
    fn write(&mut self, puts: Vec<Put>) -> Res<()>;
    /// Makes all writes durable.
    fn sync(&mut self) -> Res<()>;
}

/// A callback that receives keys and their values.
pub(super) type Each<'a> = &'a mut dyn FnMut(&[u8], &[u8]) -> Res<()>;

pub(super) trait Snapshot {
    /// Passes the value of a key to `found`. Returns whether the key exists.
    fn get(&self, table: Table, key: &[u8], found: &mut dyn FnMut(&[u8]) -> Res<()>) -> Res<bool>;
    /// Passes every key with this prefix, and its value, to `found`.
    fn each(&self, table: Table, prefix: &[u8], found: Each<'_>) -> Res<()>;
}

pub(super) struct Engine<K>(K);

impl<K: Keyed> Engine<K> {
    pub(super) fn new(keyed: K) -> Self {
        Self(keyed)
    }

    fn ask<T>(&self, ask: impl Fn(&Asked<'_>) -> Res<T>) -> Res<T> {
        let mut answer = None;
        self.0.read(&mut |snapshot| {
            answer = Some(ask(&Asked(snapshot))?);
            Ok(())
        })?;
        Ok(answer.ok_or("no answer")?)
    }
}

/// One state of a store, as elections.
struct Asked<'a>(&'a dyn Snapshot);

impl Asked<'_> {
    fn value<T>(&self, table: Table, key: &[u8], read: impl Fn(&[u8]) -> Res<T>) -> Res<Option<T>> {
        let mut value = None;
        self.0.get(table, key, &mut |bytes| {
            value = Some(read(bytes)?);
            Ok(())
        })?;
        Ok(value)
    }

    /// Returns the numbers at the end of all keys with this prefix.
    fn numbers(&self, table: Table, prefix: &[u8]) -> Res<Vec<u64>> {
        let mut numbers = Vec::new();
        self.0.each(table, prefix, &mut |key, _| {
            numbers.push(number(&key[prefix.len()..])?);
            Ok(())
        })?;
        Ok(numbers)
    }

    fn counts(&self) -> Res<[u64; 2]> {
        let counts = self
            .value(Table::Counts, b"n", |bytes| Ok([number(&bytes[..8])?, number(&bytes[8..])?]))?;
        Ok(counts.unwrap_or_default())
    }

    fn record(&self, id: u64, version: u32) -> Res<Arc<Election>> {
        let found = self.value(Table::Records, &versioned(id, version), |json| {
            record(std::str::from_utf8(json)?)
        })?;
        Ok(found.ok_or("no such version")?)
    }

    fn latest(&self, title: &str) -> Res<Arc<Election>> {
        let id = self.known_id(title)?;
        self.record(id, self.entry(id)?.current())
    }
}

impl Entries for Asked<'_> {
    fn id(&self, folded: &str) -> Res<Option<u64>> {
        self.value(Table::Titles, folded.as_bytes(), number)
    }

    fn entry(&self, id: u64) -> Res<Cow<'_, Entry>> {
        let read = |bytes: &[u8]| Ok(decode_from_slice(bytes, standard())?.0);
        let entry = self.value(Table::Entries, &id.to_be_bytes(), read)?;
        Ok(Cow::Owned(entry.ok_or("no such entry")?))
    }

    fn naming(&self, side: Side, folded: &str) -> Res<Vec<u64>> {
        let table = if side == Side::Next { Table::Next } else { Table::Previous };
        self.numbers(table, &linked(folded, None))
    }
}

impl<K: Keyed> Peer for Engine<K> {
    fn import(&mut self, texts: Texts<'_>) -> Res<Imported> {
        let [mut elections, import] = self.ask(|asked| asked.counts())?;
        let import = import + 1;
        let mut imported = Imported { import, ..Imported::default() };
        let mut batch = Batch::default();
        for (source, text) in texts {
            let digest = parsed::digest(&text);
            if batch.digests.contains(&digest)
                || self
                    .ask(|asked| Ok(asked.value(Table::Digests, &digest, |_| Ok(()))?.is_some()))?
            {
                imported.unchanged += 1;
                continue;
            }
            let given = Parsed::of(source, text, digest)?;
            let (id, before) = match batch.entries.remove(&given.entry.folded) {
                Some((id, entry)) => (id, Some(entry)),
                None => match self.ask(|asked| asked.id(&given.entry.folded))? {
                    Some(id) => (id, Some(self.ask(|asked| Ok(asked.entry(id)?.into_owned()))?)),
                    None => {
                        elections += 1;
                        (elections, None)
                    }
                },
            };
            batch.add(id, before, given, import);
            imported.added += 1;
            if batch.digests.len() >= BATCH {
                self.0.write(std::mem::take(&mut batch).done([elections, import])?)?;
            }
        }
        if imported.added > 0 {
            self.0.write(batch.done([elections, import])?)?;
            self.0.sync()?;
        }
        Ok(imported)
    }

    fn titled(&self, title: &str) -> Res<Arc<Election>> {
        self.ask(|asked| asked.latest(title))
    }

    fn at(&self, address: &Address) -> Res<Arc<Election>> {
        let kind = address.kind.map(slug);
        self.ask(|asked| {
            let prefix = place(&slug(&address.country), Some(Some(address.year)), None);
            let mut found = None;
            for id in asked.numbers(Table::Places, &prefix)? {
                let entry = asked.entry(id)?;
                if entry.is_of(&address.date, kind.as_deref())
                    && found.replace((id, entry.current())).is_some()
                {
                    return Err("several elections".into());
                }
            }
            let (id, version) = found.ok_or("no such election")?;
            asked.record(id, version)
        })
    }

    fn source(&self, title: &str) -> Res<String> {
        self.ask(|asked| {
            let id = asked.known_id(title)?;
            let key = versioned(id, asked.entry(id)?.current());
            let read = |bytes: &[u8]| {
                let (name, bytes) = bytes.split_first_chunk::<4>().ok_or("a text is cut")?;
                let text =
                    bytes.get(u32::from_be_bytes(*name) as usize..).ok_or("a text is cut")?;
                Ok(std::str::from_utf8(text)?.to_owned())
            };
            Ok(asked.value(Table::Texts, &key, read)?.ok_or("no such text")?)
        })
    }

    fn territory(&self, country: &str) -> Res<Vec<Arc<Election>>> {
        self.ask(|asked| {
            let ids = asked.numbers_after_year(&slug(country))?;
            let mut found = Vec::with_capacity(ids.len());
            for id in ids {
                let entry = asked.entry(id)?;
                found.push((entry.year, entry.date.clone(), asked.record(id, entry.current())?));
            }
            found.sort_by(|one, other| (&one.0, &one.1).cmp(&(&other.0, &other.1)));
            Ok(found.into_iter().map(|(.., record)| record).collect())
        })
    }

    fn chain(&self, title: &str) -> Res<Vec<Step>> {
        self.ask(|asked| Ok(steps(walk(asked, title)?)))
    }

    fn diff(&self, [earlier, later]: &[String; 2]) -> Res<Diff> {
        self.ask(|asked| {
            Ok(diff::compare_elections(
                &*asked.latest(earlier)?,
                &*asked.latest(later)?,
                &diff::DiffOptions::default(),
            ))
        })
    }

    fn diffs(&self, title: &str) -> Res<Vec<Diff>> {
        self.ask(|asked| {
            let walked = walk(asked, title)?;
            let records = walked.iter().map(|(id, entry, _)| asked.record(*id, entry.current()));
            Ok(super::differences(&records.collect::<Res<Vec<_>>>()?))
        })
    }

    fn as_of(&self, title: &str, import: u64) -> Res<Arc<Election>> {
        self.ask(|asked| {
            let id = asked.known_id(title)?;
            asked.record(id, asked.entry(id)?.as_of(import))
        })
    }

    fn turnout(&self, _: &[String]) -> Res<(u64, f64)> {
        self.ask(|asked| {
            let (mut count, mut sum) = (0, 0.0);
            asked.0.each(Table::Entries, b"", &mut |key, entry| {
                let entry: Entry = decode_from_slice(entry, standard())?.0;
                let key = versioned(number(key)?, entry.current());
                let turnout = asked.value(Table::Records, &key, parsed::turnout)?.flatten();
                count += u64::from(turnout.is_some());
                sum += turnout.unwrap_or(0.0);
                Ok(())
            })?;
            Ok((count, sum))
        })
    }
}

impl Asked<'_> {
    /// Returns the numbers of all elections of a country. In their keys, the year is between the
    /// country and the number.
    fn numbers_after_year(&self, country: &str) -> Res<Vec<u64>> {
        let prefix = place(country, None, None);
        let mut numbers = Vec::new();
        self.0.each(Table::Places, &prefix, &mut |key, _| {
            numbers.push(number(key.last_chunk::<8>().ok_or("a place is cut")?)?);
            Ok(())
        })?;
        Ok(numbers)
    }
}

/// Changes to be written. Entries and digests that may be among them are looked up here first.
#[derive(Default)]
struct Batch {
    puts: Vec<Put>,
    entries: HashMap<String, (u64, Entry)>,
    digests: HashSet<Digest>,
}

impl Batch {
    fn add(&mut self, id: u64, before: Option<Entry>, given: Parsed, import: u64) {
        let fresh = before.is_none();
        let before = before.unwrap_or_default();
        let mut index = |table: Table, old: Option<Vec<u8>>, new: Option<Vec<u8>>| {
            if old != new {
                self.puts.extend(old.map(|key| (table, key, None)));
                self.puts.extend(new.map(|key| (table, key, Some(Vec::new()))));
            }
        };
        let links = |link: &Option<String>| link.as_ref().map(|link| linked(link, Some(id)));
        let stood = (!fresh).then(|| place(&before.country, Some(before.year), Some(id)));
        index(
            Table::Places,
            stood,
            Some(place(&given.entry.country, Some(given.entry.year), Some(id))),
        );
        index(Table::Previous, links(&before.previous), links(&given.entry.previous));
        index(Table::Next, links(&before.next), links(&given.entry.next));
        index(Table::Digests, None, Some(given.digest.to_vec()));
        let entry = before.with(&given, import);
        let key = versioned(id, entry.current());
        let mut text = Vec::with_capacity(4 + given.source.len() + given.text.len());
        text.extend_from_slice(&(given.source.len() as u32).to_be_bytes());
        text.extend_from_slice(given.source.as_bytes());
        text.extend_from_slice(given.text.as_bytes());
        self.puts.push((Table::Records, key.to_vec(), Some(given.record.into_bytes())));
        self.puts.push((Table::Texts, key.to_vec(), Some(text)));
        if fresh {
            self.puts.push((
                Table::Titles,
                given.entry.folded.clone().into_bytes(),
                Some(id.to_be_bytes().to_vec()),
            ));
        }
        self.digests.insert(given.digest);
        self.entries.insert(given.entry.folded, (id, entry));
    }

    /// Returns the changes, sorted by table and key.
    fn done(mut self, counts: [u64; 2]) -> Res<Vec<Put>> {
        for (id, entry) in self.entries.into_values() {
            let bytes = encode_to_vec(&entry, standard())?;
            self.puts.push((Table::Entries, id.to_be_bytes().to_vec(), Some(bytes)));
        }
        self.puts.push((Table::Counts, b"n".to_vec(), Some(counts.map(u64::to_be_bytes).concat())));
        self.puts.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
        Ok(self.puts)
    }
}

fn number(bytes: &[u8]) -> Res<u64> {
    Ok(u64::from_be_bytes(bytes.try_into()?))
}

fn versioned(id: u64, version: u32) -> [u8; 12] {
    let mut key = [0; 12];
    key[..8].copy_from_slice(&id.to_be_bytes());
    key[8..].copy_from_slice(&version.to_be_bytes());
    key
}

/// Returns the key of a country, year and number, or the prefix of all keys of a country or a year.
fn place(country: &str, year: Option<Option<i32>>, id: Option<u64>) -> Vec<u8> {
    let mut key = country.as_bytes().to_vec();
    key.push(0);
    if let Some(year) = year {
        // The flipped sign bit sorts negative years before positive ones.
        key.extend_from_slice(&(year.unwrap_or(i32::MIN) as u32 ^ (1 << 31)).to_be_bytes());
    }
    key.extend(id.into_iter().flat_map(u64::to_be_bytes));
    key
}

/// Returns the key of a link, or the prefix of all links to a title.
fn linked(title: &str, id: Option<u64>) -> Vec<u8> {
    let mut key = title.as_bytes().to_vec();
    key.push(0);
    key.extend(id.into_iter().flat_map(u64::to_be_bytes));
    key
}
