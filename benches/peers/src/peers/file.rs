//! The limit: the same bytes appended to a plain file, and all indices in memory. An import writes
//! the index beside the file, and opening reads it completely.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bincode::config::standard;
use bincode::serde::{decode_from_std_read, encode_into_std_write};
use hustings::analysis::diff;
use hustings::analysis::diff::Diff;
use hustings::model::{Election, slug};
use serde::{Deserialize, Serialize};

use super::entry::{Entries, Entry, Side, steps, walk};
use super::parsed::{Digest, Parsed, record};
use super::{Imported, Peer, Res, Step, Texts, parsed};
use crate::given::Address;

pub(super) struct Appended {
    file: File,
    beside: PathBuf,
    index: Index,
    titles: HashMap<String, u64>,
    places: BTreeMap<(String, Option<i32>), Vec<u64>>,
    previous: HashMap<String, Vec<u64>>,
    next: HashMap<String, Vec<u64>>,
    known: HashSet<Digest>,
}

/// The data written beside the file. The indices in memory are derived from it.
#[derive(Default, Serialize, Deserialize)]
struct Index {
    end: u64,
    imports: u64,
    /// The entries, and the location of each version.
    entries: Vec<(Entry, Vec<Place>)>,
    digests: Vec<Digest>,
}

/// Location of a version: its record, followed by its text.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Place {
    at: u64,
    record: u32,
    text: u32,
}

impl Appended {
    pub(super) fn open(folder: &Path) -> Res<Self> {
        let beside = folder.join("index");
        let file = folder.join("elections");
        let file = File::options().read(true).append(true).create(true).open(file)?;
        let index = match beside.exists() {
            true => decode_from_std_read(
                &mut BufReader::with_capacity(1 << 20, File::open(&beside)?),
                standard(),
            )?,
            false => Index::default(),
        };
        let mut appended = Self {
            file,
            beside,
            titles: HashMap::new(),
            places: BTreeMap::new(),
            previous: HashMap::new(),
            next: HashMap::new(),
            known: index.digests.iter().copied().collect(),
            index: Index::default(),
        };
        for (id, (entry, _)) in (0..).zip(&index.entries) {
            appended.titles.insert(entry.folded.clone(), id);
            appended.find_by(id, entry);
        }
        appended.index = index;
        Ok(appended)
    }

    fn find_by(&mut self, id: u64, entry: &Entry) {
        self.places.entry((entry.country.clone(), entry.year)).or_default().push(id);
        let links = [(&mut self.previous, &entry.previous), (&mut self.next, &entry.next)];
        for (links, link) in links {
            if let Some(title) = link {
                links.entry(title.clone()).or_default().push(id);
            }
        }
    }

    fn forget(&mut self, id: u64, entry: &Entry) {
        let without = |ids: Option<&mut Vec<u64>>| {
            ids.into_iter().for_each(|ids| ids.retain(|other| *other != id))
        };
        without(self.places.get_mut(&(entry.country.clone(), entry.year)));
        without(entry.previous.as_ref().and_then(|title| self.previous.get_mut(title)));
        without(entry.next.as_ref().and_then(|title| self.next.get_mut(title)));
    }

    fn entries(&self, id: u64) -> Res<&(Entry, Vec<Place>)> {
        Ok(self.index.entries.get(id as usize).ok_or("no such election")?)
    }

    fn bytes(&self, at: u64, length: u32) -> Res<Vec<u8>> {
        let mut bytes = vec![0; length as usize];
        self.file.read_exact_at(&mut bytes, at)?;
        Ok(bytes)
    }

    fn record(&self, id: u64, version: u32) -> Res<Arc<Election>> {
        let place = *self.place(id, version)?;
        record(std::str::from_utf8(&self.bytes(place.at, place.record)?)?)
    }

    fn place(&self, id: u64, version: u32) -> Res<&Place> {
        let (_, places) = self.entries(id)?;
        Ok(places.get((version as usize).wrapping_sub(1)).ok_or("no such version")?)
    }

    fn latest(&self, id: u64) -> Res<Arc<Election>> {
        self.record(id, self.entries(id)?.0.current())
    }
}

impl Entries for Appended {
    fn id(&self, folded: &str) -> Res<Option<u64>> {
        Ok(self.titles.get(folded).copied())
    }

    fn entry(&self, id: u64) -> Res<Cow<'_, Entry>> {
        Ok(Cow::Borrowed(&self.entries(id)?.0))
    }

    fn naming(&self, side: Side, folded: &str) -> Res<Vec<u64>> {
        let links = if side == Side::Next { &self.next } else { &self.previous };
        Ok(links.get(folded).cloned().unwrap_or_default())
    }
}

impl Peer for Appended {
    fn import(&mut self, texts: Texts<'_>) -> Res<Imported> {
        let import = self.index.imports + 1;
        let mut imported = Imported { import, ..Imported::default() };
        let mut out = BufWriter::with_capacity(1 << 20, self.file.try_clone()?);
        for (source, text) in texts {
            let digest = parsed::digest(&text);
            if !self.known.insert(digest) {
                imported.unchanged += 1;
                continue;
            }
            self.index.digests.push(digest);
            let given = Parsed::of(source, text, digest)?;
            let place = Place {
                at: self.index.end,
                record: given.record.len() as u32,
                text: given.text.len() as u32,
            };
            for bytes in [&given.record, &given.text, &given.source] {
                out.write_all(bytes.as_bytes())?;
                self.index.end += bytes.len() as u64;
            }
            match self.titles.get(&given.entry.folded).copied() {
                Some(id) => {
                    let (entry, mut places) = std::mem::take(&mut self.index.entries[id as usize]);
                    self.forget(id, &entry);
                    let entry = entry.with(&given, import);
                    self.find_by(id, &entry);
                    places.push(place);
                    self.index.entries[id as usize] = (entry, places);
                }
                None => {
                    let id = self.index.entries.len() as u64;
                    let entry = Entry::default().with(&given, import);
                    self.find_by(id, &entry);
                    self.index.entries.push((entry, vec![place]));
                    self.titles.insert(given.entry.folded, id);
                }
            }
            imported.added += 1;
        }
        if imported.added > 0 {
            self.index.imports = import;
            out.flush()?;
            self.file.sync_all()?;
            let whole = self.beside.with_extension("whole");
            let mut out = BufWriter::with_capacity(1 << 20, File::create(&whole)?);
            encode_into_std_write(&self.index, &mut out, standard())?;
            out.into_inner()?.sync_all()?;
            std::fs::rename(whole, &self.beside)?;
        }
        Ok(imported)
    }

    fn titled(&self, title: &str) -> Res<Arc<Election>> {
        self.latest(self.known_id(title)?)
    }

    fn at(&self, address: &Address) -> Res<Arc<Election>> {
        let kind = address.kind.map(slug);
        let mut found = None;
        for id in
            self.places.get(&(slug(&address.country), Some(address.year))).into_iter().flatten()
        {
            let of = self.entries(*id)?.0.is_of(&address.date, kind.as_deref());
            if of && found.replace(*id).is_some() {
                return Err("several elections".into());
            }
        }
        self.latest(found.ok_or("no such election")?)
    }

    fn source(&self, title: &str) -> Res<String> {
        let id = self.known_id(title)?;
        let place = self.place(id, self.entries(id)?.0.current())?;
        Ok(String::from_utf8(self.bytes(place.at + u64::from(place.record), place.text)?)?)
    }

    fn territory(&self, country: &str) -> Res<Vec<Arc<Election>>> {
        let country = slug(country);
        let years = self
            .places
            .range((country.clone(), None)..)
            .take_while(|((own, _), _)| *own == country);
        let mut found = Vec::new();
        for (_, ids) in years {
            let mut ids = ids.clone();
            ids.sort_by_key(|id| {
                self.index.entries.get(*id as usize).map(|(entry, _)| &entry.date)
            });
            for id in ids {
                found.push(self.latest(id)?);
            }
        }
        Ok(found)
    }

    fn chain(&self, title: &str) -> Res<Vec<Step>> {
        Ok(steps(walk(self, title)?))
    }

    fn diff(&self, [earlier, later]: &[String; 2]) -> Res<Diff> {
        Ok(diff::compare_elections(
            &*self.titled(earlier)?,
            &*self.titled(later)?,
            &diff::DiffOptions::default(),
        ))
    }

    fn diffs(&self, title: &str) -> Res<Vec<Diff>> {
        let walked = walk(self, title)?;
        let records = walked.iter().map(|(id, ..)| self.latest(*id));
        Ok(super::differences(&records.collect::<Res<Vec<_>>>()?))
    }

    fn as_of(&self, title: &str, import: u64) -> Res<Arc<Election>> {
        let id = self.known_id(title)?;
        self.record(id, self.entries(id)?.0.as_of(import))
    }

    fn turnout(&self, _: &[String]) -> Res<(u64, f64)> {
        let (mut count, mut sum) = (0, 0.0);
        for (_, places) in &self.index.entries {
            let Some(place) = places.last() else { continue };
            let turnout = parsed::turnout(&self.bytes(place.at, place.record)?)?;
            count += u64::from(turnout.is_some());
            sum += turnout.unwrap_or(0.0);
        }
        Ok((count, sum))
    }
}
