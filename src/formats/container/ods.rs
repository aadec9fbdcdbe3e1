//! ODS workbooks (OpenDocument), cell by cell.

use std::collections::HashSet;
use std::io::{Read, Seek};

use super::cells::{CellKind, MAX_COLUMNS};
use super::decoded::DecodedTable;
use super::failure::{Failure, Outcome};
use super::number_format::{parse_number, percent};
use super::regions::Region;
use super::settings::SheetChoice;
use super::sheets::{SheetCells, SheetInfo, choose_sheet, finish_sheet};
use super::xml::{Tag, XmlEvent, XmlPart};
use super::zip::ZipFile;

/// Maximum unpacked size of the content, in bytes. It is read as a stream.
const MAX_CONTENT_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// Maximum unpacked size of the manifest, in bytes.
const MAX_MANIFEST_BYTES: u64 = 16 * 1024 * 1024;

/// Maximum number of sheets and of styles that hide them.
const MAX_SHEETS: usize = 65_536;

/// Maximum number of cells that are stated once and repeated.
const MAX_REPEATED_CELLS: u64 = 4_000_000;

/// Reads a sheet of a workbook.
pub(super) fn read<R: Read + Seek>(
    mut zip: ZipFile<R>,
    choice: Option<&SheetChoice>,
) -> Outcome<DecodedTable> {
    reject_encrypted(&mut zip)?;
    let (sheets, empty) = list_sheets(&mut zip)?;
    let chosen =
        choose_sheet(&sheets, choice, &mut |index| Ok(empty.get(index).copied().unwrap_or(true)))?;
    let cells = read_sheet(&mut zip, chosen)?;
    finish_sheet(&sheets, chosen, cells)
}

fn content<'a, R: Read + Seek>(zip: &'a mut ZipFile<R>) -> Outcome<XmlPart<Box<dyn Read + 'a>>> {
    let missing = || Failure::new("a complete workbook; 'content.xml' is missing");
    let entry = zip.find("content.xml").ok_or_else(missing)?;
    Ok(XmlPart::new("content.xml", zip.read(&entry, MAX_CONTENT_BYTES)?))
}

fn reject_encrypted<R: Read + Seek>(zip: &mut ZipFile<R>) -> Outcome<()> {
    let Some(entry) = zip.find("META-INF/manifest.xml") else { return Ok(()) };
    let mut xml = XmlPart::new("META-INF/manifest.xml", zip.read(&entry, MAX_MANIFEST_BYTES)?);
    loop {
        match xml.next() {
            Ok(Some(XmlEvent::Start(tag))) if tag.is("encryption-data") => {
                return Err(Failure::new("a workbook without a password"));
            }
            Ok(Some(_)) => {}
            // Old writers declare a document type here.
            Ok(None) | Err(_) => return Ok(()),
        }
    }
}

/// Returns the sheets, and whether each is empty.
fn list_sheets<R: Read + Seek>(zip: &mut ZipFile<R>) -> Outcome<(Vec<SheetInfo>, Vec<bool>)> {
    let (mut sheets, mut empty) = (Vec::new(), Vec::new());
    let mut hidden = HashSet::new();
    let mut style = String::new();
    let mut depth = 0_u32;
    let mut in_cell = false;
    let mut xml = content(zip)?;
    while let Some(event) = xml.next()? {
        match event {
            XmlEvent::Start(tag) if tag.is("style") => {
                style = tag.attribute("name").unwrap_or_default();
            }
            XmlEvent::Start(tag)
                if tag.is("table-properties")
                    && tag.attribute("display").is_some_and(|display| display == "false") =>
            {
                hidden.insert(style.clone());
            }
            XmlEvent::Start(tag) if tag.is("table") => {
                depth += 1;
                if depth == 1 {
                    let style = tag.attribute("style-name").unwrap_or_default();
                    let name = tag.attribute("name").unwrap_or_default();
                    sheets.push(SheetInfo { name, is_hidden: hidden.contains(&style) });
                    empty.push(true);
                }
            }
            XmlEvent::Start(tag) if is_cell(&tag) => {
                in_cell = true;
                if tag.attribute("value-type").is_some() {
                    empty.last_mut().into_iter().for_each(|empty| *empty = false);
                }
            }
            XmlEvent::Text(text) if in_cell && depth > 0 && !text.trim().is_empty() => {
                empty.last_mut().into_iter().for_each(|empty| *empty = false);
            }
            XmlEvent::End(name) if name == "table-cell" => in_cell = false,
            XmlEvent::End(name) if name == "table" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if sheets.len().max(hidden.len()) > MAX_SHEETS {
            return Err(Failure::new(format!("at most {MAX_SHEETS} sheets")));
        }
    }
    Ok((sheets, empty))
}

fn is_cell(tag: &Tag) -> bool {
    tag.is("table-cell") || tag.is("covered-table-cell")
}

/// A cell of a row, with the number of columns that it fills.
#[derive(Default)]
struct Cell {
    column: u32,
    repeated: u32,
    kind: String,
    /// The value, in place of the text, for numbers and dates.
    value: Option<String>,
    text: String,
    has_formula: bool,
    /// Rows and columns over which the cell is merged.
    span: (u32, u32),
}

impl Cell {
    fn new(tag: &Tag, column: u32) -> Self {
        let number = |name: &str| tag.number::<u32>(name).unwrap_or(1).max(1);
        let value = ["value", "date-value", "time-value", "boolean-value", "string-value"];
        Self {
            column,
            repeated: number("number-columns-repeated"),
            // `calcext:value-type` states errors, `office:value-type` comes first.
            kind: tag.attribute("value-type").unwrap_or_default(),
            value: value.into_iter().find_map(|name| tag.attribute(name)),
            text: String::new(),
            has_formula: tag.attribute("formula").is_some(),
            span: (number("number-rows-spanned"), number("number-columns-spanned")),
        }
    }

    fn kind_and_text(&self) -> (CellKind, String) {
        let value = self.value.as_deref().unwrap_or(&self.text).trim();
        match self.kind.as_str() {
            "float" | "currency" | "percentage" => {
                let is_whole = value.bytes().all(|byte| byte.is_ascii_digit());
                let plain = match parse_number(value) {
                    Some(_) if is_whole => value.to_owned(),
                    Some(number) => number.to_string(),
                    None => return (CellKind::Text, value.to_owned()),
                };
                match self.kind == "percentage" {
                    true => (CellKind::Percent, percent(&plain)),
                    false => (CellKind::Number, plain),
                }
            }
            "date" => {
                let day = value.strip_suffix("T00:00:00").unwrap_or(value);
                (CellKind::Text, day.to_owned())
            }
            "boolean" => (CellKind::Text, value.to_ascii_uppercase()),
            // A time is stored as a duration, such as PT20H00M00S; the text is what is shown.
            _ => {
                let text = if self.text.trim().is_empty() { value } else { self.text.as_str() };
                (CellKind::Text, text.to_owned())
            }
        }
    }
}

/// The state of reading a sheet.
struct SheetReader {
    sheet: SheetCells,
    row: u64,
    row_repeated: u32,
    column: u32,
    cells: Vec<Cell>,
    repeated_cells: u64,
}

fn read_sheet<R: Read + Seek>(zip: &mut ZipFile<R>, chosen: usize) -> Outcome<SheetCells> {
    let mut xml = content(zip)?;
    let mut tables = 0_usize;
    let mut depth = 0_u32;
    let mut reader = SheetReader {
        sheet: SheetCells::new(),
        row: 0,
        row_repeated: 1,
        column: 0,
        cells: Vec::new(),
        repeated_cells: 0,
    };
    // Comments have paragraphs too, and `in_text` is the depth of paragraphs.
    let (mut comment, mut in_text) = (0_u32, 0_u32);
    while let Some(event) = xml.next()? {
        if let XmlEvent::Start(tag) = &event
            && tag.is("table")
        {
            depth += 1;
            tables += usize::from(depth == 1);
        }
        if let XmlEvent::End(name) = &event
            && name == "table"
        {
            depth = depth.saturating_sub(1);
            if depth == 0 && tables == chosen + 1 {
                break;
            }
        }
        if tables != chosen + 1 || depth != 1 {
            continue;
        }
        match event {
            XmlEvent::Start(tag) if tag.is("table-row") => {
                reader.column = 0;
                reader.cells.clear();
                reader.row_repeated = tag.number::<u32>("number-rows-repeated").unwrap_or(1).max(1);
            }
            XmlEvent::Start(tag) if is_cell(&tag) => {
                let cell = Cell::new(&tag, reader.column);
                reader.column = reader.column.saturating_add(cell.repeated);
                reader.cells.push(cell);
            }
            XmlEvent::Start(tag) if tag.is("annotation") => comment += 1,
            XmlEvent::End(name) if name == "annotation" => comment = comment.saturating_sub(1),
            _ if comment > 0 => {}
            XmlEvent::Start(tag) => match reader.cells.last_mut() {
                Some(cell) if tag.is("p") => {
                    in_text += 1;
                    if !cell.text.is_empty() {
                        cell.text.push(' ');
                    }
                }
                Some(cell)
                    if in_text > 0 && (tag.is("s") || tag.is("tab") || tag.is("line-break")) =>
                {
                    cell.text.push(' ');
                }
                _ => {}
            },
            XmlEvent::Text(text) if in_text > 0 => {
                reader.cells.last_mut().into_iter().for_each(|cell| cell.text.push_str(&text));
            }
            XmlEvent::End(name) if name == "p" => in_text = in_text.saturating_sub(1),
            XmlEvent::End(name) if name == "table-cell" || name == "covered-table-cell" => {
                reader.drop_blank_cell();
            }
            XmlEvent::End(name) if name == "table-row" => reader.end_row()?,
            XmlEvent::Text(_) | XmlEvent::End(_) => {}
        }
    }
    Ok(reader.sheet)
}

impl SheetReader {
    /// Removes the last cell if it is blank.
    fn drop_blank_cell(&mut self) {
        let is_blank = |cell: &mut Cell| {
            cell.text.is_empty()
                && cell.value.is_none()
                && !cell.has_formula
                && cell.kind.is_empty()
        };
        self.cells.pop_if(is_blank);
    }

    fn end_row(&mut self) -> Outcome<()> {
        let cells = std::mem::take(&mut self.cells);
        let repeated = if cells.is_empty() { 0 } else { self.row_repeated };
        for index in 0..repeated {
            let row = u32::try_from(self.row + u64::from(index)).unwrap_or(u32::MAX);
            for cell in &cells {
                self.add(row, cell)?;
            }
        }
        self.row += u64::from(self.row_repeated);
        Ok(())
    }

    fn add(&mut self, row: u32, cell: &Cell) -> Outcome<()> {
        let (kind, text) = cell.kind_and_text();
        if text.trim().is_empty() && cell.has_formula && cell.kind.is_empty() {
            self.sheet.add_unknown_formula(row, cell.column);
            return Ok(());
        }
        if cell.repeated > MAX_COLUMNS && text.trim().is_empty() {
            return Ok(());
        }
        for column in
            (cell.column..cell.column.saturating_add(cell.repeated)).take(MAX_COLUMNS as usize + 1)
        {
            self.sheet.cells.add(row, column, kind, &text)?;
        }
        self.repeated_cells +=
            u64::from(cell.repeated.min(MAX_COLUMNS)) - 1 + u64::from(self.row_repeated > 1);
        if self.repeated_cells > MAX_REPEATED_CELLS {
            return Err(Failure::at(
                row.saturating_add(1),
                1,
                "a table that is not mostly repeated cells",
            ));
        }
        if cell.span != (1, 1) {
            let last = |first: u32, count: u32| first.saturating_add(count - 1);
            self.sheet.cells.merge(Region {
                rows: (row, last(row, cell.span.0)),
                columns: (cell.column, last(cell.column, cell.span.1)),
            });
        }
        Ok(())
    }
}
