//! The texts in a file: the name of the source and the text, after the lengths of both. A separate
//! process writes them before anything is measured.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::article::{article, page};
use super::numbers::Numbers;
use super::plan::{Event, Plan};
use super::words::Words;

/// One text in this many is different in an import with changes.
const CHANGED: u64 = 10;
/// Index of that text among these.
const WHICH: u64 = 7;
/// Offset of the version numbers of changed texts. No election has as many versions.
const LATER: u64 = 1_000_000;

/// The texts to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Given {
    /// All texts, unchanged.
    First,
    /// All texts, one in ten of them changed.
    Changed,
    /// The first texts, as wiki pages.
    Pages,
}

/// A folder with the files of texts.
#[derive(Debug, Clone)]
pub(crate) struct Texts(pub(crate) PathBuf);

impl Texts {
    fn first(&self) -> PathBuf {
        self.0.join("first")
    }

    fn changed(&self) -> PathBuf {
        self.0.join("changed")
    }

    /// Returns the path of the file of wiki pages.
    pub(crate) fn pages(&self) -> PathBuf {
        self.0.join("pages")
    }

    /// Returns the texts in order. A text that cannot be read causes a panic, because the
    /// measurements would be worthless.
    pub(crate) fn read(
        &self,
        given: Given,
    ) -> io::Result<impl Iterator<Item = (String, String)> + use<>> {
        let mut first = open(&if given == Given::Pages { self.pages() } else { self.first() })?;
        let mut changed = if given == Given::Changed { Some(open(&self.changed())?) } else { None };
        let mut number = 0;
        Ok(std::iter::from_fn(move || {
            let another = number % CHANGED == WHICH;
            number += 1;
            match &mut changed {
                Some(changed) if another => {
                    skip(&mut first);
                    next(changed)
                }
                _ => next(&mut first),
            }
        }))
    }
}

fn open(path: &Path) -> io::Result<BufReader<File>> {
    Ok(BufReader::with_capacity(1 << 20, File::open(path)?))
}

fn next(file: &mut BufReader<File>) -> Option<(String, String)> {
    let [name, text] = lengths(file)?;
    Some((string(file, name), string(file, text)))
}

fn skip(file: &mut BufReader<File>) {
    if let Some([name, text]) = lengths(file) {
        read(file.seek_relative((name + text) as i64));
    }
}

/// Reads the lengths of a name and a text. Returns `None` at the end of the file.
fn lengths(file: &mut BufReader<File>) -> Option<[usize; 2]> {
    let mut lengths = [0; 8];
    match file.read_exact(&mut lengths) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return None,
        other => read(other),
    }
    let [a, b, c, d, e, f, g, h] = lengths;
    Some([[a, b, c, d], [e, f, g, h]].map(|length| u32::from_le_bytes(length) as usize))
}

fn string(file: &mut BufReader<File>, length: usize) -> String {
    let mut bytes = vec![0; length];
    read(file.read_exact(&mut bytes));
    read(String::from_utf8(bytes).map_err(io::Error::other))
}

fn read<T>(result: io::Result<T>) -> T {
    result.unwrap_or_else(|error| panic!("the texts cannot be read: {error}"))
}

/// Writes all texts of a plan: those of the first import, the changed ones, and the wiki pages.
pub(crate) fn write(plan: &Plan, shuffled: bool, pages: usize, texts: &Texts) -> io::Result<()> {
    let words = Words::new();
    let out =
        |path: PathBuf| File::create(path).map(|file| BufWriter::with_capacity(1 << 20, file));
    let mut first = out(texts.first())?;
    let mut places: Vec<u64> = Vec::new();
    let mut at = 0;
    let mut each = |_: u64, event: &Event, version: u64| {
        let length = push(&mut first, event, version, &article(event, version, &words))?;
        places.push(at);
        at += length;
        Ok(())
    };
    versions(plan, &mut each)?;
    first.flush()?;
    drop(first);
    let mut order: Vec<u32> = Vec::new();
    if shuffled {
        order = Numbers::of(&[plan.versions]).shuffled(places.len());
        shuffle(texts, &places, &order)?;
    }
    // Position of each text in the order of the first import.
    let mut given_at: Vec<u32> = (0..places.len() as u32).collect();
    for (place, number) in order.iter().enumerate() {
        given_at[*number as usize] = place as u32;
    }
    let mut changed: Vec<(u32, Event, u64)> = Vec::new();
    let mut few = out(texts.pages())?;
    let mut others = out(texts.changed())?;
    versions(plan, &mut |number, event, version| {
        if (number as usize) < pages {
            push(&mut few, event, version, &page(event, version, &words))?;
        }
        let place = given_at[number as usize];
        if u64::from(place) % CHANGED == WHICH {
            if shuffled {
                changed.push((place, event.clone(), version));
            } else {
                push(&mut others, event, version, &article(event, LATER + version, &words))?;
            }
        }
        Ok(())
    })?;
    changed.sort_by_key(|(place, ..)| *place);
    for (_, event, version) in &changed {
        push(&mut others, event, *version, &article(event, LATER + version, &words))?;
    }
    few.flush()?;
    others.flush()
}

/// Passes every version to `each`, in the order of territories, chains and time.
fn versions(
    plan: &Plan,
    each: &mut dyn FnMut(u64, &Event, u64) -> io::Result<()>,
) -> io::Result<()> {
    let mut number = 0;
    for territory in 0..plan.territories {
        for event in plan.events(territory) {
            for version in 0..event.versions {
                each(number, &event, version)?;
                number += 1;
            }
        }
    }
    Ok(())
}

/// Appends the text of a version, with a source name of its own, so that importing it again changes
/// nothing. Returns the number of bytes written.
fn push(file: &mut BufWriter<File>, event: &Event, version: u64, text: &str) -> io::Result<u64> {
    let name = format!("{version}/{}.txt", event.title);
    file.write_all(&(name.len() as u32).to_le_bytes())?;
    file.write_all(&(text.len() as u32).to_le_bytes())?;
    file.write_all(name.as_bytes())?;
    file.write_all(text.as_bytes())?;
    Ok(8 + (name.len() + text.len()) as u64)
}

/// Rewrites the file of texts in another order.
fn shuffle(texts: &Texts, places: &[u64], order: &[u32]) -> io::Result<()> {
    let ordered = texts.0.join("ordered");
    std::fs::rename(texts.first(), &ordered)?;
    let mut from = File::open(&ordered)?;
    let length = from.metadata()?.len();
    let mut to = BufWriter::with_capacity(1 << 20, File::create(texts.first())?);
    let mut bytes = Vec::new();
    for number in order {
        let number = *number as usize;
        let end = places.get(number + 1).copied().unwrap_or(length);
        bytes.resize((end - places[number]) as usize, 0);
        from.seek(SeekFrom::Start(places[number]))?;
        from.read_exact(&mut bytes)?;
        to.write_all(&bytes)?;
    }
    to.flush()?;
    std::fs::remove_file(ordered)
}
