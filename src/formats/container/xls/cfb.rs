//! The container of XLS workbooks: a compound file with streams, in memory.

use super::fields::{u16_at, u32_at};
use crate::formats::container::failure::{Failure, Outcome};

/// First bytes of a compound file.
pub(in crate::formats::container) const CFB_MAGIC: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Marks from which on a sector number is none.
const FIRST_MARK: u32 = 0xffff_fffa;

/// A stream of a compound file.
struct Entry {
    name: String,
    start: u32,
    size: u64,
}

/// A compound file.
pub(super) struct CompoundFile<'a> {
    bytes: &'a [u8],
    sector_shift: u32,
    mini_shift: u32,
    /// Size from which on a stream has sectors of its own.
    mini_cutoff: u64,
    table: Vec<u32>,
    mini_table: Vec<u32>,
    mini_stream: Vec<u8>,
    entries: Vec<Entry>,
}

impl<'a> CompoundFile<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Outcome<Self> {
        let damaged = || Failure::new("an undamaged XLS workbook");
        let sector_shift =
            u16_at(bytes, 30).map(u32::from).filter(|shift| (7..=16).contains(shift));
        let mini_shift = u16_at(bytes, 32).map(u32::from).filter(|shift| (4..=12).contains(shift));
        let mut file = Self {
            bytes,
            sector_shift: sector_shift.ok_or_else(damaged)?,
            mini_shift: mini_shift.ok_or_else(damaged)?,
            mini_cutoff: u32_at(bytes, 56).map(u64::from).ok_or_else(damaged)?,
            table: Vec::new(),
            mini_table: Vec::new(),
            mini_stream: Vec::new(),
            entries: Vec::new(),
        };
        for sector in file.table_sectors().ok_or_else(damaged)? {
            let numbers = file.sector(sector).ok_or_else(damaged)?;
            file.table.extend(numbers.chunks_exact(4).filter_map(|number| u32_at(number, 0)));
        }
        let field = |at| u32_at(bytes, at).ok_or_else(damaged);
        let directory = file.chain(field(48)?, u64::MAX).ok_or_else(damaged)?;
        file.entries = directory.chunks_exact(128).filter_map(parse_entry).collect();
        let mini_table = file.chain(field(60)?, u64::MAX).unwrap_or_default();
        file.mini_table =
            mini_table.chunks_exact(4).filter_map(|number| u32_at(number, 0)).collect();
        let root = file.entries.first().map(|root| (root.start, root.size));
        if let Some((start, size)) = root {
            file.mini_stream = file.chain(start, size).unwrap_or_default();
        }
        Ok(file)
    }

    /// Returns whether there is a stream or folder with this name.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name)
    }

    /// Returns the content of a stream.
    pub(super) fn stream(&self, name: &str) -> Option<Vec<u8>> {
        let entry = self.entries.iter().skip(1).find(|entry| entry.name == name)?;
        if entry.size >= self.mini_cutoff {
            return self.chain(entry.start, entry.size);
        }
        let (mut content, mut at) = (Vec::new(), entry.start);
        let length = 1_usize << self.mini_shift;
        for _ in 0..=self.mini_table.len() {
            if (content.len() as u64) >= entry.size || at >= FIRST_MARK {
                break;
            }
            let index = usize::try_from(at).ok()?;
            let start = index.checked_mul(length)?;
            let end = (start + length).min(self.mini_stream.len());
            content.extend_from_slice(self.mini_stream.get(start..end)?);
            at = *self.mini_table.get(index)?;
        }
        content.truncate(usize::try_from(entry.size).ok()?);
        Some(content)
    }

    fn sector(&self, number: u32) -> Option<&'a [u8]> {
        let length = 1_usize << self.sector_shift;
        let start = usize::try_from(number).ok()?.checked_add(1)?.checked_mul(length)?;
        // The last sector of a file may be incomplete.
        let end = start.checked_add(length)?.min(self.bytes.len());
        self.bytes.get(start..end)
    }

    fn sector_count(&self) -> usize {
        (self.bytes.len() >> self.sector_shift) + 1
    }

    /// Returns the sectors of the allocation table.
    fn table_sectors(&self) -> Option<Vec<u32>> {
        let count = usize::try_from(u32_at(self.bytes, 44)?).ok()?.min(self.sector_count());
        let header = self.bytes.get(76..512)?.chunks_exact(4);
        let mut sectors: Vec<u32> = header.filter_map(|number| u32_at(number, 0)).collect();
        let mut next = u32_at(self.bytes, 68)?;
        for _ in 0..self.sector_count() {
            if next >= FIRST_MARK || sectors.len() >= count {
                break;
            }
            let numbers = self.sector(next)?.chunks_exact(4);
            sectors.extend(numbers.filter_map(|number| u32_at(number, 0)));
            next = sectors.pop()?;
        }
        sectors.truncate(count);
        sectors.retain(|sector| *sector < FIRST_MARK);
        Some(sectors)
    }

    /// Returns the bytes of a chain of sectors, at most `size`.
    fn chain(&self, start: u32, size: u64) -> Option<Vec<u8>> {
        let (mut content, mut at) = (Vec::new(), start);
        // A cyclic chain ends after as many sectors as the file has.
        for _ in 0..self.sector_count() {
            if at >= FIRST_MARK || content.len() as u64 >= size {
                break;
            }
            content.extend_from_slice(self.sector(at)?);
            at = *self.table.get(usize::try_from(at).ok()?)?;
        }
        content.truncate(usize::try_from(size).unwrap_or(usize::MAX));
        Some(content)
    }
}

fn parse_entry(bytes: &[u8]) -> Option<Entry> {
    let length = usize::from(u16_at(bytes, 64)?).min(64);
    let name = bytes.get(..length)?.chunks_exact(2).filter_map(|unit| u16_at(unit, 0));
    let name: Vec<u16> = name.take_while(|unit| *unit != 0).collect();
    let name = String::from_utf16_lossy(&name);
    Some(Entry { name, start: u32_at(bytes, 116)?, size: u64::from(u32_at(bytes, 120)?) })
}
