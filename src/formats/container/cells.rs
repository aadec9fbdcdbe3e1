//! Cells of a workbook or of JSON, which become tab-separated text.
//!
//! Cells are written to a temporary file as they are read. The widest row is known only at the end,
//! and so are merged cells and the columns of JSON objects; rows are then completed to one width.
//! Line `n` of the text is row `n` of the sheet.

use std::collections::BTreeMap;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};

use tempfile::SpooledTempFile;

use super::decoded::DecodingWarning;
use super::failure::{Failure, Outcome};
use super::regions::{Region, RegionFiller};
use super::row_writer::{TextWriter, cell_name, single_line};

/// Size up to which cells are kept in memory, in bytes.
const SPOOL_BYTES: usize = 8 * 1024 * 1024;

/// Maximum number of rows and columns of a sheet, as in spreadsheets.
const MAX_ROWS: u32 = 1_048_576;
pub(super) const MAX_COLUMNS: u32 = 16_384;

/// Maximum size of a row, in bytes.
const MAX_ROW_BYTES: usize = 8 * 1024 * 1024;

/// Maximum size of the text, in bytes.
const MAX_TEXT_BYTES: u64 = 256 * 1024 * 1024;

/// Maximum number of merged regions. Spreadsheets repeat none beyond this.
const MAX_REGIONS: usize = 65_536;

/// Blank cells that complete rows may be this number, or [`BLANK_RATIO`] times the other cells.
const FREE_BLANK_CELLS: u64 = 1_000_000;
const BLANK_RATIO: u64 = 64;

/// Type of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CellKind {
    Text,
    Number,
    /// A number with a percent format, written with a percent sign.
    Percent,
}

/// Numbers with and without a percent format in one column.
#[derive(Debug, Clone, Default)]
struct PercentCounts {
    percents: u64,
    /// Numbers from 0 to 1 without a percent format, with the first of them.
    fractions: u64,
    first: Option<(u32, String)>,
}

/// Cells, in order of rows.
pub(super) struct CellSpool {
    file: BufWriter<SpooledTempFile>,
    row: u32,
    cells: BTreeMap<u32, (CellKind, String)>,
    row_bytes: usize,
    written_bytes: u64,
    filled: u64,
    rows: u64,
    /// Width of the table in cells, with the cell that determines it.
    width: u32,
    widest: (u32, u32),
    /// First row with a number that is not a year: rows below it are data.
    first_data_row: Option<u32>,
    regions: Vec<Region>,
    percents: BTreeMap<u32, PercentCounts>,
}

/// The finished text of a sheet.
#[derive(Debug, Default)]
pub(super) struct SheetText {
    pub(super) text: String,
    pub(super) notes: Vec<String>,
    pub(super) warnings: Vec<DecodingWarning>,
}

impl CellSpool {
    pub(super) fn new() -> Self {
        Self {
            file: BufWriter::new(SpooledTempFile::new(SPOOL_BYTES)),
            row: 0,
            cells: BTreeMap::new(),
            row_bytes: 0,
            written_bytes: 0,
            filled: 0,
            rows: 0,
            width: 0,
            widest: (0, 0),
            first_data_row: None,
            regions: Vec::new(),
            percents: BTreeMap::new(),
        }
    }

    /// Returns whether no cell has a text.
    pub(super) fn is_empty(&self) -> bool {
        self.filled == 0
    }

    /// Adds a cell. Rows and columns are counted from 0. A blank text adds nothing.
    ///
    /// # Errors
    /// When the cell is outside of a spreadsheet, its row is above that of the last cell, or there
    /// are two cells at one place.
    pub(super) fn add(&mut self, row: u32, column: u32, kind: CellKind, text: &str) -> Outcome<()> {
        let place = || cell_name(row, column);
        if row >= MAX_ROWS || column >= MAX_COLUMNS {
            let expected = format!("at most {MAX_ROWS} rows and {MAX_COLUMNS} columns");
            return Err(Failure::new(expected).with_found(place()));
        }
        let text = single_line(text);
        if text.is_empty() {
            return Ok(());
        }
        if row < self.row {
            return Err(Failure::new("rows in ascending order").with_found(place()));
        }
        if row > self.row {
            self.flush_row()?;
            self.row = row;
        }
        self.row_bytes += text.len();
        if self.row_bytes > MAX_ROW_BYTES {
            let expected = format!("rows of at most {} MiB", MAX_ROW_BYTES >> 20);
            return Err(Failure::at(row + 1, 1, expected));
        }
        self.count(row, column, kind, &text);
        if self.cells.insert(column, (kind, text)).is_some() {
            return Err(Failure::new("one cell at each place").with_found(place()));
        }
        Ok(())
    }

    fn count(&mut self, row: u32, column: u32, kind: CellKind, text: &str) {
        self.filled += 1;
        if column >= self.width {
            (self.width, self.widest) = (column + 1, (row, column));
        }
        let is_year = text.len() == 4
            && (text.starts_with("18") || text.starts_with("19") || text.starts_with("20"));
        if kind != CellKind::Text && !is_year {
            self.first_data_row.get_or_insert(row);
        }
        match kind {
            CellKind::Text => {}
            CellKind::Percent => self.percents.entry(column).or_default().percents += 1,
            CellKind::Number if text.starts_with("0.") || text == "1" => {
                let counts = self.percents.entry(column).or_default();
                counts.fractions += 1;
                counts.first.get_or_insert_with(|| (row, text.to_owned()));
            }
            CellKind::Number => {}
        }
    }

    pub(super) fn merge(&mut self, region: Region) {
        if self.regions.len() < MAX_REGIONS {
            self.regions.push(region);
        }
    }

    fn flush_row(&mut self) -> Outcome<()> {
        if self.cells.is_empty() {
            return Ok(());
        }
        let mut bytes = Vec::with_capacity(self.row_bytes + 16 * self.cells.len());
        put(&mut bytes, self.row);
        put(&mut bytes, u32::try_from(self.cells.len()).unwrap_or(u32::MAX));
        for (column, (_, text)) in std::mem::take(&mut self.cells) {
            put(&mut bytes, column);
            put(&mut bytes, u32::try_from(text.len()).unwrap_or(u32::MAX));
            bytes.extend_from_slice(text.as_bytes());
        }
        (self.row_bytes, self.rows) = (0, self.rows + 1);
        self.written_bytes += bytes.len() as u64;
        if self.written_bytes > MAX_TEXT_BYTES {
            let expected = format!("at most {} MiB of cells", MAX_TEXT_BYTES >> 20);
            return Err(Failure::new(expected));
        }
        Ok(self.file.write_all(&bytes)?)
    }

    /// Returns the text of the table. `header`, if there is one, comes before the rows.
    ///
    /// # Errors
    /// When few cells are so far apart that the table is nearly blank.
    pub(super) fn finish(mut self, header: Option<&[String]>) -> Outcome<SheetText> {
        self.flush_row()?;
        let header_width = header.map_or(0, |names| u32::try_from(names.len()).unwrap_or(u32::MAX));
        let width = self.width.max(header_width);
        let blank = (self.rows * u64::from(width)).saturating_sub(self.filled);
        if blank > FREE_BLANK_CELLS.max(self.filled * BLANK_RATIO) {
            let expected = "cells that form a table; this one is far from the others: delete it";
            let place = cell_name(self.widest.0, self.widest.1);
            return Err(
                Failure::at(self.widest.0 + 1, self.widest.1 + 1, expected).with_found(place)
            );
        }
        let maximum =
            (self.written_bytes * BLANK_RATIO).clamp(FREE_BLANK_CELLS * 32, MAX_TEXT_BYTES);
        let mut writer = TextWriter::new(width, maximum);
        if let Some(names) = header {
            let cells = names.iter().zip(0..).map(|(name, column)| (column, name.clone()));
            writer.row(0, &cells.collect())?;
        }
        let above = u32::from(header.is_some());
        let mut regions = RegionFiller::new(self.regions, self.first_data_row, width);
        let mut file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        let mut input = BufReader::new(file);
        for _ in 0..self.rows {
            let (row, count) = (take(&mut input)?, take(&mut input)?);
            let mut cells = BTreeMap::new();
            for _ in 0..count {
                let (column, length) = (take(&mut input)?, take(&mut input)?);
                let mut text = vec![0; usize::try_from(length).unwrap_or(usize::MAX)];
                input.read_exact(&mut text)?;
                cells.insert(column, String::from_utf8_lossy(&text).into_owned());
            }
            regions.fill(row, &mut cells);
            writer.row(row + above, &cells)?;
        }
        let mut notes = Vec::new();
        match regions.repeated_rows {
            0 => {}
            1 => notes.push(
                "1 cell is merged over several rows, and has its text in each of them".to_owned(),
            ),
            count => notes.push(format!(
                "{count} cells are merged over several rows, and have their text in each of these rows"
            )),
        }
        let warnings = self.percents.iter().filter_map(|(column, counts)| {
            let (row, text) = counts.first.as_ref().filter(|_| counts.percents > 0)?;
            let message = format!(
                "{} of {} numbers in this column have no percent format, as {} ({text}), which is read as it is",
                counts.fractions,
                counts.fractions + counts.percents,
                cell_name(*row, *column),
            );
            Some(DecodingWarning { line: row + 1, column: column + 1, message })
        });
        Ok(SheetText { text: writer.into_text(), notes, warnings: warnings.collect() })
    }
}

/// Appends a number to a record of the temporary file.
fn put(bytes: &mut Vec<u8>, number: u32) {
    bytes.extend_from_slice(&number.to_le_bytes());
}

/// Reads a number that [`put`] wrote.
fn take(input: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    input.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spool(cells: &[(u32, u32, CellKind, &str)]) -> CellSpool {
        let mut spool = CellSpool::new();
        for (row, column, kind, text) in cells {
            spool.add(*row, *column, *kind, text).unwrap();
        }
        spool
    }

    #[test]
    fn lines_of_the_text_are_rows_of_the_sheet() {
        use CellKind::{Number, Text};
        let found = spool(&[(1, 1, Text, "a\nb"), (3, 0, Text, "the \"c\""), (3, 2, Number, "1")]);
        assert_eq!(found.finish(None).unwrap().text, "\n\ta b\t\n\n\"the \"\"c\"\"\"\t\t1\n");
        let header = ["x".to_owned(), "y".to_owned()];
        let found = spool(&[(0, 1, Text, "a")]).finish(Some(&header)).unwrap();
        assert_eq!(found.text, "x\ty\n\ta\n");
    }

    #[test]
    fn merged_cells_have_their_text_in_each_column_and_in_each_row_of_data() {
        use CellKind::{Number, Text};
        let mut found = spool(&[
            (0, 0, Text, "Seat"),
            (0, 1, Text, "Votes"),
            (1, 1, Text, "Unity"),
            (1, 2, Text, "Justice"),
            (2, 0, Text, "North"),
            (2, 1, Number, "1"),
            (3, 0, Text, "South"),
            (3, 1, Number, "2"),
            (4, 1, Number, "3"),
        ]);
        for (rows, columns) in [((0, 1), (0, 0)), ((0, 0), (1, 2)), ((3, 4), (0, 0))] {
            found.merge(Region { rows, columns });
        }
        let found = found.finish(None).unwrap();
        let expected = "Seat\tVotes\tVotes\n\tUnity\tJustice\nNorth\t1\t\nSouth\t2\t\nSouth\t3\t\n";
        assert_eq!(found.text, expected);
        assert_eq!(found.notes.len(), 1);
    }

    #[test]
    fn numbers_without_the_percent_format_of_their_column_are_reported() {
        use CellKind::{Number, Percent};
        let found = spool(&[(0, 0, Percent, "45.6%"), (1, 0, Number, "0.5"), (2, 0, Number, "12")]);
        let warnings = found.finish(None).unwrap().warnings;
        assert_eq!((warnings.len(), warnings[0].line), (1, 2));
        assert!(warnings[0].message.contains("A2 (0.5)"), "{warnings:?}");
    }

    #[test]
    fn a_table_that_is_nearly_blank_is_refused() {
        let corner = (MAX_ROWS - 1, MAX_COLUMNS - 1);
        let mut found = CellSpool::new();
        for row in 0..200 {
            found.add(row, 0, CellKind::Text, "a").unwrap();
        }
        found.add(corner.0, corner.1, CellKind::Text, "b").unwrap();
        let error = found.finish(None).unwrap_err().into_error("f").to_string();
        assert!(error.starts_with("f:1048576:16384: expected cells that form a table"), "{error}");
        assert!(error.ends_with("found 'XFD1048576'"), "{error}");
        let mut found = CellSpool::new();
        assert!(found.add(MAX_ROWS, 0, CellKind::Text, "a").is_err());
        found.add(1, 0, CellKind::Text, "a").unwrap();
        assert!(found.add(0, 0, CellKind::Text, "a").is_err());
        assert!(found.add(1, 0, CellKind::Text, "b").is_err());
    }
}
