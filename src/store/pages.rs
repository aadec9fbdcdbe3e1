//! An ordered map of small values, packed into pages of neighbours, one sled item a page.
//!
//! sled's cost is by the item, so many small values in one item load and open faster than each in
//! one of its own. Changes wait in memory until [`Pages::commit`] writes all of them at once, in
//! one batch of one tree, which sled applies wholly or not at all. Every page is kept under the
//! first key that it may hold, escaped; the first page's is empty, so that every key has a page.

use std::collections::BTreeMap;
use std::io;
use std::ops::Bound;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::codec::{self, Items};
use crate::{Error, Result, disk};

/// A page that has grown beyond this many bytes is divided.
const FULL: usize = 16 * 1024;

/// So many changes wait in memory at most while the store follows the journal.
const WAITING: usize = 8_192;

/// And so many bytes of them.
const WEIGHT: usize = 64 * 1024 * 1024;

/// So many bytes of pages at a time are copied.
const COPIED: usize = 1024 * 1024;

/// sled waits for ever for a write that a full disk refused, so nothing is written without this
/// many bytes to spare: a few of its segments.
const SPARE: u64 = 2 * 1024 * 1024;

/// sled writes a page into nodes of its own, and some of these again: in trials, up to 3.4 bytes for
/// each of a page.
const GROWTH: u64 = 4;

/// What sled says when its file is locked. The archive's own lock is held by then, so whoever had
/// the file has let go of the archive, and is about to let go of this too.
const LOCKED: &str = "could not acquire lock";

/// So often that is waited for, and so long each time.
const RELEASES: u32 = 500;
const RELEASE: Duration = Duration::from_millis(10);

#[derive(Debug)]
pub(crate) struct Pages {
    path: PathBuf,
    tree: sled::Db,
    pending: BTreeMap<Vec<u8>, Option<Vec<u8>>>,
    /// The bytes of all changes that wait, also of those that others took the place of.
    weight: usize,
}

/// Whether the disk has room for so many bytes and some to spare.
fn room(store: &Path, bytes: u64) -> Result<()> {
    let folder = if store.exists() { store } else { store.parent().unwrap_or(store) };
    let needed = bytes + SPARE;
    match fs4::available_space(folder) {
        Ok(free) if free < needed => {
            let problem = format!(
                "the disk is full: it needs {} kB, and has {} kB",
                needed / 1000,
                free / 1000
            );
            let source = io::Error::new(io::ErrorKind::StorageFull, problem);
            Err(Error::Io { doing: "write to", path: store.to_owned(), source })
        }
        _ => Ok(()),
    }
}

/// What the system refuses is no damage: a full disk does not make a store unreadable.
fn error(error: sled::Error) -> Error {
    use io::ErrorKind as Kind;
    match error {
        sled::Error::Io(source)
            if matches!(
                source.kind(),
                Kind::StorageFull
                    | Kind::QuotaExceeded
                    | Kind::FileTooLarge
                    | Kind::ReadOnlyFilesystem
                    | Kind::PermissionDenied
                    | Kind::OutOfMemory
            ) =>
        {
            Error::Io { doing: "use", path: "store".into(), source }
        }
        other => Error::Store(other.to_string()),
    }
}

/// What sled says, or that it panicked, as it may on a damaged file.
fn asked<T>(ask: impl FnOnce() -> sled::Result<T>) -> Result<T> {
    match catch_unwind(AssertUnwindSafe(ask)) {
        Ok(answer) => answer.map_err(error),
        Err(_) => Err(Error::Store("sled stopped".to_owned())),
    }
}

impl Pages {
    pub(crate) fn open(path: &Path) -> Result<Self> {
        room(path, 0)?;
        // sled's own files have every mode that the umask leaves.
        disk::make_folder(path, 0o770).map_err(Error::io("create", path))?;
        let config = sled::Config::new().path(path).cache_capacity(64 * 1024 * 1024);
        // The journal is what is durable: a store that lags behind it catches up on open.
        let config = config.flush_every_ms(None);
        let mut waits = 0..RELEASES;
        let tree = loop {
            match asked(|| config.open()) {
                Err(Error::Store(problem))
                    if problem.contains(LOCKED) && waits.next().is_some() =>
                {
                    thread::sleep(RELEASE);
                }
                opened => break opened?,
            }
        };
        Ok(Self { path: path.to_owned(), tree, pending: BTreeMap::new(), weight: 0 })
    }

    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>> {
        if let Some(change) = self.pending.get(key) {
            return Ok(change.clone());
        }
        let Some((_, page)) = self.page_of(key)? else { return Ok(None) };
        let items = codec::open(&page)?;
        let found = items.binary_search_by(|(other, _)| (*other).cmp(key));
        Ok(found.ok().map(|index| items[index].1.to_vec()))
    }

    pub(crate) fn put(&mut self, key: Vec<u8>, value: Vec<u8>) {
        self.weight += key.len() + value.len();
        self.pending.insert(key, Some(value));
    }

    pub(crate) fn delete(&mut self, key: Vec<u8>) {
        self.pending.insert(key, None);
    }

    /// All items whose keys begin with `prefix`, in order.
    pub(crate) fn scan(&self, prefix: &[u8]) -> Result<Items> {
        let mut found = BTreeMap::new();
        let mut page = self.page_of(prefix)?;
        let sought = escaped(prefix);
        while let Some((start, sealed)) = page {
            if *start > *sought && !start.starts_with(&sought) {
                break;
            }
            let items = codec::open(&sealed)?.into_iter();
            let wanted = items.filter(|(key, _)| key.starts_with(prefix));
            found.extend(wanted.map(|(key, value)| (key.to_vec(), value.to_vec())));
            page = asked(|| self.tree.get_gt(&start))?;
        }
        let changes = self.pending.range(prefix.to_vec()..);
        for (key, change) in changes.take_while(|(key, _)| key.starts_with(prefix)) {
            match change {
                Some(value) => found.insert(key.clone(), value.clone()),
                None => found.remove(key),
            };
        }
        Ok(found.into_iter().collect())
    }

    /// Hands on every page, sealed.
    pub(crate) fn each_page(&self, each: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let mut pages = self.tree.iter();
        while let Some((_, page)) = asked(|| pages.next().transpose())? {
            each(&page)?;
        }
        Ok(())
    }

    /// Writes every page to a new database, in order, and looks whether all is found there.
    pub(crate) fn copy_to(&self, path: &Path) -> Result<()> {
        let to = Self::open(path)?;
        let (mut batch, mut size) = (sled::Batch::default(), 0);
        let mut pages = self.tree.iter();
        while let Some((start, page)) = asked(|| pages.next().transpose())? {
            size += start.len() + page.len();
            batch.insert(start, page);
            if size >= COPIED {
                room(path, GROWTH * size as u64)?;
                asked(|| to.tree.apply_batch(std::mem::take(&mut batch)))?;
                size = 0;
            }
        }
        room(path, GROWTH * size as u64)?;
        asked(|| to.tree.apply_batch(batch))?;
        to.flush()?;
        to.find_all()
    }

    /// Looks for every page as a question does.
    fn find_all(&self) -> Result<()> {
        let mut pages = self.tree.iter();
        while let Some((start, page)) = asked(|| pages.next().transpose())? {
            for (key, _) in codec::open(&page)? {
                if self.page_of(key)?.is_none_or(|(found, _)| found != start) {
                    return Err(Error::Store("what it holds is not found again".to_owned()));
                }
            }
        }
        Ok(())
    }

    /// Whether so many changes wait, or so large ones, that they should be written.
    pub(crate) fn is_full(&self) -> bool {
        self.pending.len() >= WAITING || self.weight >= WEIGHT
    }

    /// Writes all changes that wait. They go on waiting where that fails.
    pub(crate) fn commit(&mut self) -> Result<()> {
        let mut batch = sled::Batch::default();
        let mut size = 0;
        let mut changes = self.pending.iter().peekable();
        while let Some((key, _)) = changes.peek() {
            let page = self.page_of(key)?;
            let start = page.as_ref().map_or(Vec::new(), |(start, _)| start.to_vec());
            let next = asked(|| self.tree.get_gt(&start))?.map(|(key, _)| key);
            let items = page.as_ref().map_or(Ok(Vec::new()), |(_, sealed)| codec::open(sealed))?;
            let items = items.into_iter().map(|(key, value)| (key.to_vec(), value.to_vec()));
            let mut items: BTreeMap<_, _> = items.collect();
            let here = |key: &Vec<u8>| next.as_ref().is_none_or(|next| escaped(key)[..] < next[..]);
            while let Some((key, change)) = changes.next_if(|(key, _)| here(key)) {
                match change {
                    Some(value) => items.insert(key.clone(), value.clone()),
                    None => items.remove(key),
                };
            }
            size += items.iter().map(|(key, value)| key.len() + value.len()).sum::<usize>();
            divide(start, items, &mut batch)?;
        }
        room(&self.path, GROWTH * size as u64)?;
        asked(|| self.tree.apply_batch(batch))?;
        self.pending.clear();
        self.weight = 0;
        Ok(())
    }

    /// Hands what was committed to the operating system.
    pub(crate) fn flush(&self) -> Result<()> {
        asked(|| self.tree.flush()).map(drop)
    }

    /// The page that may hold a key, sealed, and the first key that it may hold.
    fn page_of(&self, key: &[u8]) -> Result<Option<(sled::IVec, sled::IVec)>> {
        let key = escaped(key);
        let range = (Bound::Unbounded, Bound::Included(key.as_slice()));
        asked(|| self.tree.range::<&[u8], _>(range).next_back().transpose())
    }
}

/// A key without the byte 255, in the same order. Where four of these stand in a row, sled may look in vain
/// for the key before, and stop: it takes them for what is next before every key.
fn escaped(key: &[u8]) -> Vec<u8> {
    const ESCAPE: u8 = 254;
    let mut escaped = Vec::with_capacity(key.len() + 8);
    for byte in key {
        escaped.push((*byte).min(ESCAPE));
        if *byte >= ESCAPE {
            escaped.push(byte - ESCAPE);
        }
    }
    escaped
}

/// Puts the items of the page that begins at `start`, escaped, into as many pages as they fill.
fn divide(
    start: Vec<u8>,
    items: BTreeMap<Vec<u8>, Vec<u8>>,
    batch: &mut sled::Batch,
) -> Result<()> {
    if items.is_empty() && !start.is_empty() {
        batch.remove(start);
        return Ok(());
    }
    let (mut page_start, mut page, mut size) = (start, Items::new(), 0);
    for (key, value) in items {
        let added = key.len() + value.len();
        if size + added > FULL && !page.is_empty() {
            batch.insert(page_start, codec::seal(&page)?);
            (page_start, page, size) = (escaped(&key), Items::new(), 0);
        }
        size += added;
        page.push((key, value));
    }
    batch.insert(page_start, codec::seal(&page)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn escaped_keys_are_in_the_same_order(
            one in prop::collection::vec(prop_oneof![any::<u8>(), 253_u8..], 0..8),
            other in prop::collection::vec(prop_oneof![any::<u8>(), 253_u8..], 0..8),
        ) {
            let (first, second) = (escaped(&one), escaped(&other));
            prop_assert_eq!(one.cmp(&other), first.cmp(&second));
            prop_assert_eq!(one.starts_with(&other), first.starts_with(&second));
            prop_assert!(!first.contains(&255));
        }
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
            for (key, value, commit) in steps {
                let key = key.to_be_bytes().to_vec();
                match value {
                    Some(length) => {
                        let value = vec![key[1]; length];
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
            for prefix in [vec![], vec![0], vec![1], vec![1, 7]] {
                let expected: Items = model.clone().into_iter().filter(|(key, _)| key.starts_with(&prefix)).collect();
                prop_assert_eq!(pages.scan(&prefix).unwrap(), expected);
            }
            for key in 0_u16..400 {
                let key = key.to_be_bytes();
                prop_assert_eq!(pages.get(&key).unwrap(), model.get(&key[..]).cloned());
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
                assert!(pages.get(&key(number, tail)).unwrap().is_some(), "{number} {tail}");
            }
            for between in [&[number][..], &[number, 0], &[number, 255, 255, 255]] {
                assert_eq!(pages.get(between).unwrap(), None, "{between:?}");
            }
        }
    }
}
