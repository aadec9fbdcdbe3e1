//! XLS workbooks of Excel 97 and later (BIFF8), record by record.

pub(super) mod cfb;
mod fields;
mod strings;

use std::collections::HashMap;

use super::cells::CellKind;
use super::decoded::DecodedTable;
use super::failure::{Failure, Outcome};
use super::number_format::NumberFormat;
use super::regions::Region;
use super::settings::SheetChoice;
use super::sheets::{SheetCells, SheetInfo, choose_sheet, finish_sheet};
use cfb::CompoundFile;
use fields::{f64_at, rk_number, u16_at, u32_at};
use strings::{Segments, shared_strings, short_text};

/// Maximum size of an XLS workbook, in bytes. Its format has at most 65,536 rows.
pub(super) const MAX_FILE_BYTES: u64 = 48 * 1024 * 1024;

/// Maximum size of the shared strings, in bytes.
const MAX_STRING_BYTES: usize = 48 * 1024 * 1024;

/// The records that are read, by their numbers in [MS-XLS].
mod record {
    pub(super) const FORMULA: u16 = 0x0006;
    pub(super) const EOF: u16 = 0x000a;
    pub(super) const DATE_MODE: u16 = 0x0022;
    pub(super) const FILE_PASS: u16 = 0x002f;
    pub(super) const CONTINUE: u16 = 0x003c;
    pub(super) const BOUND_SHEET: u16 = 0x0085;
    pub(super) const MULTIPLE_RK: u16 = 0x00bd;
    pub(super) const RICH_STRING: u16 = 0x00d6;
    pub(super) const CELL_FORMAT: u16 = 0x00e0;
    pub(super) const MERGED_CELLS: u16 = 0x00e5;
    pub(super) const SHARED_STRINGS: u16 = 0x00fc;
    pub(super) const LABEL_SHARED: u16 = 0x00fd;
    pub(super) const NUMBER: u16 = 0x0203;
    pub(super) const LABEL: u16 = 0x0204;
    pub(super) const BOOLEAN_OR_ERROR: u16 = 0x0205;
    pub(super) const STRING: u16 = 0x0207;
    pub(super) const RK: u16 = 0x027e;
    pub(super) const FORMAT: u16 = 0x041e;
    pub(super) const BEGIN: u16 = 0x0809;
}

/// Records of a stream. A record that is cut off ends the stream.
struct Records<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Records<'a> {
    /// Returns the content of the records that continue the last one.
    fn continued(&mut self, first: &'a [u8]) -> Segments<'a> {
        let mut segments = vec![first];
        while u16_at(self.stream, self.at) == Some(record::CONTINUE) {
            let Some((_, content)) = self.next() else { break };
            segments.push(content);
        }
        Segments::new(segments)
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let kind = u16_at(self.stream, self.at)?;
        let length = usize::from(u16_at(self.stream, self.at + 2)?);
        let content = self.stream.get(self.at + 4..self.at + 4 + length)?;
        self.at += 4 + length;
        Some((kind, content))
    }
}

/// What the first records of a workbook state.
#[derive(Default)]
struct Workbook {
    sheets: Vec<SheetInfo>,
    /// Offsets of the sheets in the stream.
    offsets: Vec<usize>,
    formats: Vec<NumberFormat>,
    strings: Vec<Box<str>>,
    dates_from_1904: bool,
}

/// Reads a sheet of a workbook.
pub(super) fn read(bytes: &[u8], choice: Option<&SheetChoice>) -> Outcome<DecodedTable> {
    let file = CompoundFile::open(bytes)?;
    if file.contains("EncryptedPackage") {
        return Err(Failure::new("a workbook without a password"));
    }
    let Some(stream) = file.stream("Workbook") else {
        return Err(Failure::new(match file.contains("Book") {
            true => "a workbook of Excel 97 or later; this one is older: save it again",
            false => "a workbook (this is another document of Microsoft Office)",
        }));
    };
    drop(file);
    let workbook = open_workbook(&stream)?;
    let chosen = choose_sheet(&workbook.sheets, choice, &mut |index| {
        Ok(has_no_cells(&stream, workbook.offsets.get(index).copied()))
    })?;
    let offset = workbook.offsets.get(chosen).copied().unwrap_or_default();
    let cells = read_sheet(&stream, offset, &workbook)?;
    finish_sheet(&workbook.sheets, chosen, cells)
}

fn open_workbook(stream: &[u8]) -> Outcome<Workbook> {
    const BIFF8: u16 = 0x0600;
    let damaged = || Failure::new("an undamaged XLS workbook");
    let mut workbook = Workbook::default();
    let mut custom: HashMap<u16, NumberFormat> = HashMap::new();
    let mut numbers: Vec<u16> = Vec::new();
    let mut records = Records { stream, at: 0 };
    let mut is_first = true;
    while let Some((kind, content)) = records.next() {
        match kind {
            record::BEGIN if is_first && u16_at(content, 0) != Some(BIFF8) => {
                let expected = "a workbook of Excel 97 or later; this one is older: save it again";
                return Err(Failure::new(expected));
            }
            record::EOF => break,
            record::FILE_PASS => return Err(Failure::new("a workbook without a password")),
            record::DATE_MODE => workbook.dates_from_1904 = u16_at(content, 0) == Some(1),
            record::BOUND_SHEET => {
                let (offset, name) = u32_at(content, 0)
                    .zip(content.get(6..).and_then(short_text))
                    .ok_or_else(damaged)?;
                // Other types than 0 are charts and macros.
                if content.get(5) == Some(&0) {
                    let is_hidden = content.get(4).is_some_and(|state| state & 3 != 0);
                    workbook.sheets.push(SheetInfo { name, is_hidden });
                    workbook.offsets.push(usize::try_from(offset).unwrap_or(usize::MAX));
                }
            }
            record::FORMAT => {
                let code = content.get(2..).and_then(|text| Segments::new(vec![text]).text());
                if let Some((number, code)) = u16_at(content, 0).zip(code) {
                    custom.insert(number, NumberFormat::from_code(&code));
                }
            }
            record::CELL_FORMAT => numbers.push(u16_at(content, 2).unwrap_or(0)),
            record::SHARED_STRINGS => {
                let segments = records.continued(content);
                let strings = shared_strings(segments, MAX_STRING_BYTES);
                workbook.strings = strings.ok_or_else(|| {
                    let mebibytes = MAX_STRING_BYTES >> 20;
                    Failure::new(format!("undamaged shared strings, of at most {mebibytes} MiB"))
                })?;
            }
            _ => {}
        }
        is_first = false;
    }
    let built_in = |number: &u16| NumberFormat::built_in(u32::from(*number));
    workbook.formats = numbers
        .iter()
        .map(|number| custom.get(number).copied().unwrap_or_else(|| built_in(number)))
        .collect();
    Ok(workbook)
}

/// Returns the records of a sheet, without those of charts inside of it.
fn sheet_records(stream: &[u8], offset: Option<usize>) -> Records<'_> {
    let at = offset.filter(|at| *at < stream.len()).unwrap_or(stream.len());
    Records { stream, at }
}

fn has_no_cells(stream: &[u8], offset: Option<usize>) -> bool {
    let mut records = sheet_records(stream, offset);
    let kinds = records.by_ref().skip(1).map(|(kind, _)| kind);
    let mut kinds = kinds.take_while(|kind| *kind != record::EOF);
    !kinds.any(|kind| {
        matches!(
            kind,
            record::FORMULA
                | record::MULTIPLE_RK
                | record::RICH_STRING
                | record::LABEL_SHARED
                | record::NUMBER
                | record::LABEL
                | record::BOOLEAN_OR_ERROR
                | record::RK
        )
    })
}

fn read_sheet(stream: &[u8], offset: usize, workbook: &Workbook) -> Outcome<SheetCells> {
    let mut sheet = SheetCells::new();
    let mut records = sheet_records(stream, Some(offset));
    let mut depth = 0_u32;
    // The place of a formula whose text is in the next record.
    let mut text_at = None;
    while let Some((kind, content)) = records.next() {
        match kind {
            record::BEGIN => depth += 1,
            record::EOF if depth <= 1 => return Ok(sheet),
            record::EOF => depth -= 1,
            _ if depth > 1 => {}
            record::MERGED_CELLS => {
                let count = usize::from(u16_at(content, 0).unwrap_or(0));
                for bytes in content.get(2..).unwrap_or_default().chunks_exact(8).take(count) {
                    let [top, bottom, left, right] =
                        [0, 2, 4, 6].map(|at| u16_at(bytes, at).map_or(0, u32::from));
                    sheet.cells.merge(Region { rows: (top, bottom), columns: (left, right) });
                }
            }
            record::STRING => {
                if let Some((row, column)) = text_at.take() {
                    let text = records.continued(content).text().unwrap_or_default();
                    sheet.cells.add(row, column, CellKind::Text, &text)?;
                }
            }
            _ => {
                if let Some(place) = read_cell(kind, content, workbook, &mut sheet)? {
                    text_at = Some(place);
                }
            }
        }
    }
    Err(Failure::new("an undamaged XLS workbook (a sheet is cut off)"))
}

/// Reads a record with cells. Returns the place of a formula whose text is in a later record.
fn read_cell(
    kind: u16,
    content: &[u8],
    workbook: &Workbook,
    sheet: &mut SheetCells,
) -> Outcome<Option<(u32, u32)>> {
    let [row, column, format] = [0, 2, 4].map(|at| u16_at(content, at));
    let Some(((row, column), format)) = row.zip(column).zip(format) else { return Ok(None) };
    let (row, column) = (u32::from(row), u32::from(column));
    let number = |sheet: &mut SheetCells, column: u32, format: u16, number: f64| {
        let format = workbook.formats.get(usize::from(format)).copied();
        let format = format.unwrap_or(NumberFormat::General);
        let (kind, text) = format.text(number, workbook.dates_from_1904);
        sheet.cells.add(row, column, kind, &text)
    };
    let damaged = || Failure::at(row + 1, column + 1, "an undamaged cell");
    match kind {
        record::NUMBER => {
            number(sheet, column, format, f64_at(content, 6).ok_or_else(damaged)?)?;
        }
        record::RK => {
            number(sheet, column, format, rk_number(u32_at(content, 6).ok_or_else(damaged)?))?;
        }
        record::MULTIPLE_RK => {
            // The last two bytes repeat the last column.
            let cells = content.get(4..content.len().saturating_sub(2)).unwrap_or_default();
            for (cell, column) in cells.chunks_exact(6).zip(column..) {
                let rk = u16_at(cell, 0).zip(u32_at(cell, 2));
                let (format, rk) = rk.ok_or_else(damaged)?;
                number(sheet, column, format, rk_number(rk))?;
            }
        }
        record::LABEL_SHARED => {
            let index = u32_at(content, 6).and_then(|index| usize::try_from(index).ok());
            let text = index.and_then(|index| workbook.strings.get(index)).ok_or_else(damaged)?;
            sheet.cells.add(row, column, CellKind::Text, text)?;
        }
        record::LABEL | record::RICH_STRING => {
            let text = content.get(6..).and_then(|text| Segments::new(vec![text]).text());
            sheet.cells.add(row, column, CellKind::Text, &text.ok_or_else(damaged)?)?;
        }
        record::BOOLEAN_OR_ERROR => {
            let (value, is_error) = content.get(6).zip(content.get(7)).ok_or_else(damaged)?;
            let text = boolean_or_error(*value, *is_error != 0);
            sheet.cells.add(row, column, CellKind::Text, text)?;
        }
        record::FORMULA => {
            let value = content.get(6..14).ok_or_else(damaged)?;
            if !value.ends_with(&[0xff, 0xff]) {
                number(sheet, column, format, f64_at(value, 0).ok_or_else(damaged)?)?;
                return Ok(None);
            }
            let detail = value.get(2).copied().unwrap_or(0);
            match value.first() {
                Some(0) => return Ok(Some((row, column))),
                Some(kind @ (1 | 2)) => {
                    let text = boolean_or_error(detail, *kind == 2);
                    sheet.cells.add(row, column, CellKind::Text, text)?;
                }
                _ => {}
            }
        }
        _ => {}
    }
    Ok(None)
}

fn boolean_or_error(value: u8, is_error: bool) -> &'static str {
    match (is_error, value) {
        (false, 0) => "FALSE",
        (false, _) => "TRUE",
        (true, 0x00) => "#NULL!",
        (true, 0x07) => "#DIV/0!",
        (true, 0x0f) => "#VALUE!",
        (true, 0x17) => "#REF!",
        (true, 0x1d) => "#NAME?",
        (true, 0x24) => "#NUM!",
        (true, _) => "#N/A",
    }
}
