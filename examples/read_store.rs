//! Lists the elections of a country and year from the `store` folder of an archive, without
//! hustings: with sled, zstd and bincode, as `docs/format.md` describes it.
//!
//! `cargo run --example read_store -- elections.hustings/store greece 2012`. No process may have
//! the archive open.
#![allow(clippy::print_stdout, reason = "an example prints what it found")]

use std::collections::BTreeMap;
use std::error::Error;

/// A date: year, month and day.
type Date = (i32, Option<u8>, Option<u8>);
/// The sort key of an election: id, whether it is removed, year, dates, types and area.
type SortKey = (u64, bool, Option<i32>, Vec<Date>, Vec<String>, Vec<String>);
/// The first fields of an election's row: the sort key, the folded titles, and the title of the
/// record.
type Row = (SortKey, Vec<String>, String);

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().collect();
    let [_, store, country, year] = words.as_slice() else {
        return Err("usage: read_store STORE COUNTRY YEAR".into());
    };
    elections(store, country, year.parse()?)?.iter().for_each(|election| println!("{election}"));
    Ok(())
}

/// Returns the elections of a country, given by its slug, in a year: one line with the dates, types
/// and title of each.
pub(crate) fn elections(
    store: &str,
    country: &str,
    year: i32,
) -> Result<Vec<String>, Box<dyn Error>> {
    let year = year as u32 ^ (1 << 31);
    let prefix = [b"r", country.as_bytes(), &[0], &year.to_be_bytes()].concat();
    let mut elections = Vec::new();
    for row in items(store, &prefix)?.values() {
        let ((_, removed, _, dates, kinds, _), _, title): Row =
            bincode::serde::decode_from_slice(row, bincode::config::standard())?.0;
        if !removed {
            elections.push(format!("{dates:?} {} {title}", kinds.join(", ")));
        }
    }
    Ok(elections)
}

/// Returns the keys that begin with `prefix`, and their values after the last complete import.
pub(crate) fn items(
    store: &str,
    prefix: &[u8],
) -> Result<BTreeMap<Vec<u8>, Vec<u8>>, Box<dyn Error>> {
    let db = sled::Config::new().path(store).segment_size(512 * 1024).open()?;
    let unpack = |packed: &[u8]| zstd::decode_all(&packed[9..]);
    // Readers ignore values after the last complete import.
    let marker = unpack(&db.get(b"a")?.ok_or("the store is empty")?)?;
    let ((_, visible), _): ((u64, u64), _) =
        bincode::serde::decode_from_slice(&marker, bincode::config::standard())?;
    // The latest value of each key. An empty value is a deletion.
    let mut items: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
    let mut groups = db.range(b"g".to_vec()..b"h".to_vec()).peekable();
    while let Some((_, packed)) = groups.next().transpose()? {
        let group = unpack(&packed)?;
        // Items that are not less than the first key of the next group are invalid.
        let end = groups.peek().and_then(|next| Some(first_key(&next.as_ref().ok()?.0)));
        let word = |at: usize| -> Result<usize, Box<dyn Error>> {
            Ok(u32::from_le_bytes(group[4 * at..4 * at + 4].try_into()?) as usize)
        };
        let (count, mut start) = (word(0)?, 4 + 8 * word(0)?);
        for at in 0..count {
            let (key_end, value_end) = (word(2 * at + 1)?, word(2 * at + 2)?);
            let (key, position) = group[start..key_end].split_at(key_end - 8 - start);
            let position = u64::from_be_bytes(position.try_into()?);
            let is_valid = end.as_ref().is_none_or(|end| key < end.as_slice());
            if key.starts_with(prefix) && is_valid && position <= visible {
                items.insert(key.to_vec(), group[key_end..value_end].to_vec());
            }
            start = value_end;
        }
    }
    items.retain(|_, value| !value.is_empty());
    Ok(items)
}

/// Returns the first key of a group, decoded from the key in sled: 254 is stored as 254 0, and 255
/// as 254 1.
fn first_key(key: &[u8]) -> Vec<u8> {
    let (mut bytes, mut first) = (key.iter().skip(1), Vec::new());
    while let Some(byte) = bytes.next() {
        let more = if *byte == 254 { bytes.next().copied().unwrap_or(0) } else { 0 };
        first.push(byte + more);
    }
    first
}
