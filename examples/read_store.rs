//! Lists the elections of a country and year from the `store` folder of an archive, without hustings: with sled, zstd
//! and bincode, as `docs/format.md` describes it.
//!
//! `cargo run --example read_store -- elections.hustings/store greece 2012`. No process may have the archive open.
#![allow(clippy::print_stdout, reason = "an example prints what it found")]

use std::collections::BTreeMap;
use std::error::Error;

/// The first fields of a row: what tells the election apart (id, removed, year, dates, types), its other titles, and its
/// own title.
type Date = (i32, Option<u8>, Option<u8>);
type Row = ((u64, bool, Option<i32>, Vec<Date>, Vec<String>), Vec<String>, String);

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().collect();
    let [_, store, country, year] = words.as_slice() else {
        return Err("usage: read_store STORE COUNTRY YEAR".into());
    };
    elections(store, country, year.parse()?)?.iter().for_each(|election| println!("{election}"));
    Ok(())
}

/// The elections of a country, by its slug, and a year: dates, types and title of each.
pub(crate) fn elections(
    store: &str,
    country: &str,
    year: i32,
) -> Result<Vec<String>, Box<dyn Error>> {
    let year = year as u32 ^ (1 << 31);
    let prefix = [b"r", country.as_bytes(), &[0], &year.to_be_bytes()].concat();
    let db = sled::Config::new().path(store).segment_size(512 * 1024).open()?;
    // The latest value of each key; an empty one is a deletion.
    let mut rows: BTreeMap<Vec<u8>, Vec<u8>> = BTreeMap::new();
    for item in db.range(b"g".to_vec()..b"h".to_vec()) {
        let (_, packed) = item?;
        let group = zstd::decode_all(&packed[9..])?;
        let word = |at: usize| -> Result<usize, Box<dyn Error>> {
            Ok(u32::from_le_bytes(group[4 * at..4 * at + 4].try_into()?) as usize)
        };
        let (count, mut start) = (word(0)?, 4 + 8 * word(0)?);
        for at in 0..count {
            let (key_end, value_end) = (word(2 * at + 1)?, word(2 * at + 2)?);
            let (key, value) = (&group[start..key_end - 8], &group[key_end..value_end]);
            start = value_end;
            if key.starts_with(&prefix) {
                rows.insert(key.to_vec(), value.to_vec());
            }
        }
    }
    let mut elections = Vec::new();
    for row in rows.values().filter(|row| !row.is_empty()) {
        let ((_, removed, _, dates, kinds), _, title): Row =
            bincode::serde::decode_from_slice(row, bincode::config::standard())?.0;
        if !removed {
            elections.push(format!("{dates:?} {} {title}", kinds.join(", ")));
        }
    }
    Ok(elections)
}
