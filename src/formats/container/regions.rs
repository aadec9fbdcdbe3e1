//! Merged cells: a spreadsheet stores their text in the first one only.

use std::collections::BTreeMap;

/// Rows and columns whose cells are merged, counted from 0. The last ones are included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) rows: (u32, u32),
    pub(super) columns: (u32, u32),
}

/// Repeats the text of merged cells: in each column, and below the header in each row too. A header
/// that spans rows keeps its text in the first row only.
pub(super) struct RegionFiller {
    /// Regions in order of their first rows.
    regions: std::iter::Peekable<std::vec::IntoIter<Region>>,
    /// Regions that reach the current row, with their text.
    active: Vec<(Region, String)>,
    first_data_row: Option<u32>,
    width: u32,
    /// Number of regions that are repeated in several rows.
    pub(super) repeated_rows: u64,
}

impl RegionFiller {
    pub(super) fn new(mut regions: Vec<Region>, first_data_row: Option<u32>, width: u32) -> Self {
        regions.sort_by_key(|region| region.rows.0);
        let regions = regions.into_iter().peekable();
        Self { regions, active: Vec::new(), first_data_row, width, repeated_rows: 0 }
    }

    /// Fills the blank cells of a row. Rows must be in ascending order.
    pub(super) fn fill(&mut self, row: u32, cells: &mut BTreeMap<u32, String>) {
        self.active.retain(|(region, _)| region.rows.1 >= row);
        while let Some(region) = self.regions.next_if(|region| region.rows.0 <= row) {
            let text = cells.get(&region.columns.0).filter(|_| region.rows.0 == row).cloned();
            let Some(text) = text else { continue };
            self.repeat(region, &text, cells);
            let is_data = self.first_data_row.is_some_and(|first| first <= row);
            if is_data && region.rows.1 > row {
                self.repeated_rows += 1;
                self.active.push((region, text));
            }
        }
        for (region, text) in &self.active {
            self.repeat(*region, text, cells);
        }
    }

    fn repeat(&self, region: Region, text: &str, cells: &mut BTreeMap<u32, String>) {
        for column in region.columns.0..=region.columns.1.min(self.width.saturating_sub(1)) {
            cells.entry(column).or_insert_with(|| text.to_owned());
        }
    }
}
