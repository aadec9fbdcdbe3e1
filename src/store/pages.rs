//! An ordered map of small values, packed into pages of neighbours.
//!
//! The pages stand in a file that only grows ([`Blocks`]); a page that changes is written anew behind all
//! others. Where each page is stands in charts, which are packed in the same way and are the items of sled.
//! So sled holds little, opens fast, and changes all at once: changes wait in memory until
//! [`Pages::commit`] writes the pages, and then, in one batch of one tree, which sled applies wholly or not at
//! all, the charts. Of every page and every chart the first key that it may hold is known; that of the first is
//! empty, so that every key has a page.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::blocks::{Blocks, Span};
use super::codec::{self, Borrowed, Items};
use super::leaf::{self, Leaf, divide, shortest_behind};
use super::recent::Recent;
use super::tree::{GROWTH, NOTES, Tree, chart_key, plain, room};
use crate::{Error, Result, disk};

/// So many changes wait in memory at most while the store takes in what the journal has.
const WAITING: usize = 131_072;

/// And so many bytes of them.
const WEIGHT: usize = 24 * 1024 * 1024;

/// So many bytes of pages are kept in memory, less the more changes wait: pages that were read before these came go as others
/// are read.
const KEPT: usize = 32 * 1024 * 1024;

/// A file of pages is written anew when it has this many bytes, and as many again as are in use, that are in
/// use no more.
const LOOSE: u64 = 4 * 1024 * 1024;

/// What is known of the pages as a whole.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Notes {
    /// The number of the file that they are in.
    file: u64,
    /// How many bytes of it are in use.
    live: u64,
    /// How long it is at least.
    length: u64,
}

/// New values of keys, or that they have none any more.
type Changes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// Where neighbouring pages are: a span under the first key that each may hold.
#[derive(Debug, Default)]
struct Chart {
    pages: Leaf,
    /// The first key that the chart behind it may hold.
    next: Option<Vec<u8>>,
}

#[derive(Debug)]
pub(crate) struct Pages {
    path: PathBuf,
    tree: Tree,
    file: Blocks,
    notes: Notes,
    /// The charts that were asked for, by the first key that each may hold.
    charts: Mutex<BTreeMap<Vec<u8>, Arc<Chart>>>,
    kept: Recent<u64, Arc<Leaf>>,
    pending: Changes,
    /// The bytes of all changes that wait, also of those that others took the place of.
    weight: usize,
}

impl Pages {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        room(path, 0)?;
        // sled's own files have every mode that the umask leaves.
        disk::make_folder(path, 0o770).map_err(Error::io("create", path))?;
        let tree = Tree::open(path)?;
        let notes = match tree.ask(|db| db.get(NOTES))? {
            Some(notes) => codec::decode(codec::open(&notes, 0)?)?,
            None if tree.ask(|db| Ok(db.is_empty()))? => Notes::default(),
            None => return Err(Error::Store("it has another format".to_owned())),
        };
        let file = Blocks::open(&file_path(path, notes.file))?;
        if file.length() < notes.length {
            return Err(Error::Store("pages are missing".to_owned()));
        }
        // What a compaction that was stopped has left, before its end or behind it.
        for other in [notes.file.wrapping_sub(1), notes.file + 1] {
            let _ = fs::remove_file(file_path(path, other));
        }
        Ok(Self {
            path: path.to_owned(),
            tree,
            file,
            notes,
            charts: Mutex::default(),
            kept: Recent::new(KEPT),
            pending: Changes::new(),
            weight: 0,
        })
    }

    /// What is made of the value of a key.
    pub(crate) fn get<T>(
        &self,
        key: &[u8],
        make: impl FnOnce(&[u8]) -> Result<T>,
    ) -> Result<Option<T>> {
        if let Some(change) = self.pending.get(key) {
            return change.as_deref().map(make).transpose();
        }
        let chart = self.chart_of(key)?;
        let Some(page) = self.page_at(&chart, place(&chart.pages, key))? else { return Ok(None) };
        page.get(key).map(make).transpose()
    }

    pub(crate) fn put(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.changed(key, Some(value));
    }

    pub(crate) fn delete(&mut self, key: Vec<u8>) {
        self.changed(key, None);
    }

    fn changed(&mut self, key: Vec<u8>, change: Option<Vec<u8>>) {
        self.weight += key.len() + change.as_ref().map_or(0, Vec::len);
        self.kept.keep_at_most(KEPT.saturating_sub(self.weight));
        self.pending.insert(key, change);
    }

    /// All items whose keys begin with `prefix`, in order.
    pub(crate) fn scan(&self, prefix: &[u8]) -> Result<Items> {
        let mut found = Items::new();
        self.each_page(prefix, &mut |page| {
            let from = page.search(prefix).unwrap_or_else(|at| at);
            let wanted = page.from(from).take_while(|(key, _)| key.starts_with(prefix));
            found.extend(wanted.map(|(key, value)| (key.to_vec(), value.to_vec())));
            Ok(())
        })?;
        let changes = self.pending.range::<[u8], _>((Bound::Included(prefix), Bound::Unbounded));
        let mut changes = changes.take_while(|(key, _)| key.starts_with(prefix)).peekable();
        if changes.peek().is_some() {
            let mut all: BTreeMap<_, _> = found.into_iter().collect();
            for (key, change) in changes {
                match change {
                    Some(value) => all.insert(key.clone(), value.clone()),
                    None => all.remove(key),
                };
            }
            found = all.into_iter().collect();
        }
        Ok(found)
    }

    /// Hands on every page that may have keys that begin with `prefix`, in order, without the changes that wait.
    pub(super) fn each_page(
        &self,
        prefix: &[u8],
        each: &mut dyn FnMut(&Leaf) -> Result<()>,
    ) -> Result<()> {
        let mut chart = self.chart_of(prefix)?;
        let mut at = place(&chart.pages, prefix);
        let beyond = |start: &[u8]| start > prefix && !start.starts_with(prefix);
        loop {
            while let Some(page) = self.page_at(&chart, at)? {
                if beyond(chart.pages.key(at)) {
                    return Ok(());
                }
                each(&page)?;
                at += 1;
            }
            match &chart.next {
                Some(next) if !beyond(next) => (chart, at) = (self.chart_of(next)?, 0),
                _ => return Ok(()),
            }
        }
    }

    /// Forgets the changes that wait.
    pub(crate) fn forget(&mut self) {
        self.pending.clear();
        self.weight = 0;
        self.kept.keep_at_most(KEPT);
    }

    /// Whether so many changes wait, or so large ones, that they should be written.
    pub(crate) fn is_full(&self) -> bool {
        self.pending.len() >= WAITING || self.weight >= WEIGHT
    }

    /// Writes all changes that wait. They are forgotten where that fails: what the journal has is applied again.
    pub(crate) fn commit(&mut self) -> Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let (mut spans, mut notes) = (Changes::new(), self.notes);
        let pending = std::mem::take(&mut self.pending);
        let written = self.write_pages(&pending, &mut notes, &mut spans);
        drop(pending);
        self.forget();
        written?;
        // The charts speak of these pages, and may be on the disk before them.
        self.file.sync()?;
        self.write_charts(&spans, Notes { length: self.file.length(), ..notes })?;
        if self.loose() > self.notes.live + LOOSE {
            // What cannot be done now can be done after another commit.
            let _ = self.compact();
        }
        self.flush()
    }

    /// Closes the database.
    ///
    /// # Errors
    /// When what it still has to write cannot be written.
    pub(crate) fn close(&mut self) -> Result<()> {
        self.tree.close()
    }

    /// Has the system write what sled was told.
    fn flush(&self) -> Result<()> {
        self.tree.ask(|db| db.flush()).map(drop)
    }

    /// How many bytes of the file are in use no more.
    pub(crate) fn loose(&self) -> u64 {
        self.file.length().saturating_sub(self.notes.live)
    }

    /// Writes every page to a new file, in order, and leaves behind what is in use no more.
    pub(crate) fn compact(&mut self) -> Result<()> {
        let number = self.notes.file + 1;
        let (old, new) = (file_path(&self.path, self.notes.file), file_path(&self.path, number));
        let done = self.compact_to(number, &new);
        // Which of the two files is in use is not sure where sled failed; opening the store again removes the other.
        if done.is_ok() {
            let _ = fs::remove_file(old);
        } else if self.notes.file != number {
            let _ = fs::remove_file(new);
        }
        done
    }

    fn compact_to(&mut self, number: u64, new: &Path) -> Result<()> {
        room(&self.path, self.notes.live)?;
        let mut file = Blocks::open(new)?;
        let mut charts = Charts::default();
        let mut chart = Some(self.chart_of(&[])?);
        let mut start = Vec::new();
        while let Some(known) = chart {
            let Chart { pages, next } = &*known;
            let mut spans = Vec::with_capacity(pages.len());
            for (_, span) in pages.from(0) {
                let body = self.file.read(codec::decode(span)?)?;
                spans.push(codec::encode(&file.append(&body)?)?);
            }
            let keys = pages.from(0).map(|(key, _)| key);
            let items = keys.zip(&spans).map(|(key, span)| (key, span.as_slice())).collect();
            charts.put(&start, &items)?;
            chart = next.as_ref().map(|next| self.chart_of(next)).transpose()?;
            start = next.clone().unwrap_or_default();
        }
        file.sync()?;
        let notes = Notes { file: number, live: file.length(), length: file.length() };
        self.apply(charts, notes)?;
        self.file = file;
        self.kept.clear();
        self.flush()
    }

    /// Writes the pages that change, and says where they are from now on.
    fn write_pages(
        &mut self,
        changes: &Changes,
        notes: &mut Notes,
        spans: &mut Changes,
    ) -> Result<()> {
        let mut changes = borrowed(changes).peekable();
        while let Some((key, _)) = changes.peek() {
            let chart = self.chart_of(key)?;
            let at = place(&chart.pages, key);
            let page = self.page_at(&chart, at)?.unwrap_or_default();
            if at < chart.pages.len() {
                let old: Span = codec::decode(chart.pages.value(at))?;
                notes.live = notes.live.saturating_sub(u64::from(old.length));
            }
            let start = chart.pages.key(at).to_vec();
            let behind = at + 1 < chart.pages.len();
            let next = if behind { Some(chart.pages.key(at + 1)) } else { chart.next.as_deref() };
            let items = page.changed(&mut changes, next);
            // The first page of a chart stays, so that every key that the chart may hold has a page.
            if items.is_empty() && at > 0 {
                spans.insert(start, None);
                continue;
            }
            divide(&start, items, shortest_behind, &mut |start, run| {
                let span = self.file.append(&leaf::pack(run)?)?;
                notes.live += u64::from(span.length);
                spans.insert(start.to_vec(), Some(codec::encode(&span)?));
                Ok(())
            })?;
        }
        Ok(())
    }

    /// Writes the charts that change, all at once.
    fn write_charts(&mut self, changes: &Changes, notes: Notes) -> Result<()> {
        let mut charts = Charts::default();
        let mut changes = borrowed(changes).peekable();
        while let Some((key, _)) = changes.peek() {
            let start = self.chart_start(key)?;
            let chart = self.chart_of(key)?;
            let items = chart.pages.changed(&mut changes, chart.next.as_deref());
            // The last page before a chart may have keys up to the very first of the chart.
            divide(&start, items, |_, first| first, &mut |start, run| charts.put(start, run))?;
        }
        self.apply(charts, notes)
    }

    /// Changes charts and notes, all at once.
    fn apply(&mut self, charts: Charts, notes: Notes) -> Result<()> {
        let Charts { mut batch, bytes } = charts;
        batch.insert(NOTES, sealed(&codec::encode(&notes)?));
        room(&self.path, GROWTH * bytes)?;
        self.tree.ask(|db| db.apply_batch(batch.clone()))?;
        self.notes = notes;
        self.charts.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
        Ok(())
    }

    /// The page at a place of a chart.
    fn page_at(&self, chart: &Chart, at: usize) -> Result<Option<Arc<Leaf>>> {
        if at >= chart.pages.len() {
            return Ok(None);
        }
        let span: Span = codec::decode(chart.pages.value(at))?;
        let read = || {
            let page = Leaf::new(self.file.read(span)?)?;
            let weight = page.weight();
            Ok((Arc::new(page), weight))
        };
        self.kept.get_or(&span.offset, read).map(Some)
    }

    /// The chart of the page that may hold a key. Without any page, it is empty.
    fn chart_of(&self, key: &[u8]) -> Result<Arc<Chart>> {
        let known = self.charts.lock().unwrap_or_else(PoisonError::into_inner);
        let near = known.range::<[u8], _>((Bound::Unbounded, Bound::Included(key))).next_back();
        if let Some((_, chart)) = near
            && chart.next.as_ref().is_none_or(|next| key < next.as_slice())
        {
            return Ok(Arc::clone(chart));
        }
        drop(known);
        let start = self.chart_start(key)?;
        let Some(sealed) = self.tree.ask(|db| db.get(chart_key(&start)))? else {
            return Ok(Arc::default());
        };
        let pages = Leaf::new(codec::open(&sealed, 0)?.to_vec())?;
        let next = self.tree.ask(|db| db.get_gt(chart_key(&start)))?;
        let next = next.map(|(key, _)| plain(&key));
        // Whoever goes from one to the next would go for ever.
        let holds = *start <= *key && next.as_ref().is_none_or(|next| *key < **next);
        if !holds || !pages.is_ordered() {
            return Err(Error::Store("charts are out of order".to_owned()));
        }
        let chart = Arc::new(Chart { pages, next });
        let mut known = self.charts.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(start, Arc::clone(&chart));
        Ok(chart)
    }

    /// The first key of the chart of the page that may hold a key.
    fn chart_start(&self, key: &[u8]) -> Result<Vec<u8>> {
        let key = chart_key(key);
        let range = (Bound::Unbounded, Bound::Included(key.as_slice()));
        let found = self.tree.ask(|db| db.range::<&[u8], _>(range).next_back().transpose())?;
        Ok(found.map_or(Vec::new(), |(start, _)| plain(&start)))
    }
}

/// New charts.
#[derive(Default)]
struct Charts {
    batch: sled::Batch,
    bytes: u64,
}

impl Charts {
    /// Puts a chart under the first key that it may hold.
    fn put(&mut self, start: &[u8], pages: &Borrowed<'_>) -> Result<()> {
        let sealed = sealed(&leaf::pack(pages)?);
        self.bytes += sealed.len() as u64;
        self.batch.insert(chart_key(start), sealed);
        Ok(())
    }
}

/// The place in a chart of the page that may hold a key.
fn place(pages: &Leaf, key: &[u8]) -> usize {
    pages.search(key).unwrap_or_else(|at| at.saturating_sub(1))
}

fn borrowed(changes: &Changes) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
    changes.iter().map(|(key, change)| (key.as_slice(), change.as_deref()))
}

fn sealed(body: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(codec::HEADER + body.len());
    codec::seal(body, 0, &mut sealed);
    sealed
}

fn file_path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("pages-{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn get(pages: &Pages, key: &[u8]) -> Option<Vec<u8>> {
        pages.get(key, |value| Ok(value.to_vec())).unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn pages_answer_as_a_map_does(
            steps in prop::collection::vec((0_u16..400, prop::option::of(0_usize..3000), prop::bool::weighted(0.1)), 1..300),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut pages = Pages::open(folder.path()).unwrap();
            let mut model = BTreeMap::new();
            // So long that a chart has not room for all pages.
            let long = |key: u16| [&[7; 900][..], &key.to_be_bytes()].concat();
            for (key, value, commit) in steps {
                let key = long(key);
                match value {
                    Some(length) => {
                        let value = vec![key[901]; length];
                        model.insert(key.clone(), value.clone());
                        pages.put(key, value);
                    }
                    None => {
                        model.remove(&key);
                        pages.delete(key);
                    }
                }
                if commit {
                    pages.commit().unwrap();
                }
            }
            for prefix in [vec![], vec![0], long(1)[..901].to_vec(), long(263)] {
                let expected: Items = model.clone().into_iter().filter(|(key, _)| key.starts_with(&prefix)).collect();
                prop_assert_eq!(pages.scan(&prefix).unwrap(), expected);
            }
            for key in 0_u16..400 {
                prop_assert_eq!(get(&pages, &long(key)), model.get(&long(key)).cloned());
            }
        }
    }

    /// sled looks in vain for what comes before a key where that has four bytes in a row that are 255 and
    /// begins a node, and it stops.
    #[test]
    fn every_key_is_found_whatever_its_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let mut pages = Pages::open(folder.path()).unwrap();
        let key =
            |number: u8, tail: u8| [&[number, 255, 255, 255, 255, 255][..], &[0, tail]].concat();
        for tail in 0..30 {
            for number in 0..100 {
                pages.put(key(number, tail), vec![7; 9_000]);
            }
            pages.commit().unwrap();
        }
        for number in 0..100 {
            for tail in 0..30 {
                assert!(get(&pages, &key(number, tail)).is_some(), "{number} {tail}");
            }
            for between in [&[number][..], &[number, 0], &[number, 255, 255, 255]] {
                assert_eq!(get(&pages, between), None, "{between:?}");
            }
        }
    }
}
