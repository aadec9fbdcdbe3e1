//! XLSX workbooks (Office Open XML), cell by cell.

use std::collections::HashMap;
use std::io::{Read, Seek};

use super::cells::CellKind;
use super::decoded::DecodedTable;
use super::failure::{Failure, Outcome};
use super::number_format::{NumberFormat, parse_number};
use super::regions::Region;
use super::settings::SheetChoice;
use super::sheets::{SheetCells, SheetInfo, choose_sheet, finish_sheet};
use super::xml::{Tag, XmlEvent, XmlPart};
use super::zip::ZipFile;

/// Maximum unpacked size of the part with a sheet, in bytes. It is read as a stream.
const MAX_SHEET_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// Maximum unpacked size of any other part, in bytes.
const MAX_PART_BYTES: u64 = 256 * 1024 * 1024;

/// Maximum size of all shared strings in memory, in bytes.
const MAX_STRING_BYTES: usize = 64 * 1024 * 1024;

/// Maximum number of cell formats and of sheets.
const MAX_FORMATS: usize = 65_536;

/// Texts that cells share, in one allocation.
#[derive(Default)]
struct SharedStrings {
    text: String,
    /// End of each text.
    ends: Vec<u32>,
}

impl SharedStrings {
    fn push(&mut self, text: &str) -> Outcome<()> {
        self.text.push_str(text);
        if self.text.len() + 4 * self.ends.len() > MAX_STRING_BYTES {
            let expected = format!("at most {} MiB of shared strings", MAX_STRING_BYTES >> 20);
            return Err(Failure::new(expected));
        }
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        Ok(())
    }

    fn get(&self, index: usize) -> Option<&str> {
        let end = usize::try_from(*self.ends.get(index)?).ok()?;
        let start = index.checked_sub(1).and_then(|before| self.ends.get(before));
        self.text.get(usize::try_from(start.copied().unwrap_or(0)).ok()?..end)
    }
}

/// The parts of a workbook on which its sheets depend.
#[derive(Default)]
struct Workbook {
    sheets: Vec<SheetInfo>,
    /// Names of the parts with the sheets.
    parts: Vec<String>,
    formats: Vec<NumberFormat>,
    strings: SharedStrings,
    /// Name of the part with the shared strings.
    strings_part: String,
    dates_from_1904: bool,
}

/// Reads a sheet of a workbook.
pub(super) fn read<R: Read + Seek>(
    mut zip: ZipFile<R>,
    choice: Option<&SheetChoice>,
) -> Outcome<DecodedTable> {
    let mut workbook = open_workbook(&mut zip)?;
    let parts = workbook.parts.clone();
    let chosen = choose_sheet(&workbook.sheets, choice, &mut |index| {
        let part = parts.get(index).map_or("", String::as_str);
        has_no_cells(&mut zip, part)
    })?;
    let part = parts.get(chosen).cloned().unwrap_or_default();
    workbook.strings = read_strings(&mut zip, &workbook.strings_part)?;
    let cells = read_sheet(&mut zip, &part, &workbook)?;
    finish_sheet(&workbook.sheets, chosen, cells)
}

/// Returns the folder of a part, with a slash at its end.
fn folder(part: &str) -> &str {
    part.rfind('/').map_or("", |slash| &part[..=slash])
}

/// Resolves a target of a relationship against the folder of its part.
fn resolve(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut names: Vec<&str> = folder.split('/').filter(|name| !name.is_empty()).collect();
    for name in target.split('/') {
        match name {
            ".." => drop(names.pop()),
            "." | "" => {}
            name => names.push(name),
        }
    }
    names.join("/")
}

/// Opens a part, if it exists.
fn part<'a, R: Read + Seek>(
    zip: &'a mut ZipFile<R>,
    name: &str,
    maximum: u64,
) -> Outcome<Option<XmlPart<Box<dyn Read + 'a>>>> {
    let Some(entry) = zip.find(name) else { return Ok(None) };
    Ok(Some(XmlPart::new(name, zip.read(&entry, maximum)?)))
}

fn required_part<'a, R: Read + Seek>(
    zip: &'a mut ZipFile<R>,
    name: &str,
    maximum: u64,
) -> Outcome<XmlPart<Box<dyn Read + 'a>>> {
    let missing = || Failure::new(format!("a complete workbook; '{name}' is missing"));
    part(zip, name, maximum)?.ok_or_else(missing)
}

/// Calls `each` with every start tag of a part, if it exists.
fn for_each_tag<R: Read + Seek>(
    zip: &mut ZipFile<R>,
    name: &str,
    mut each: impl FnMut(&Tag) -> Outcome<()>,
) -> Outcome<()> {
    let Some(mut xml) = part(zip, name, MAX_PART_BYTES)? else { return Ok(()) };
    while let Some(event) = xml.next()? {
        if let XmlEvent::Start(tag) = event {
            each(&tag)?;
        }
    }
    Ok(())
}

/// Returns the relationships of a part: the target of each id, and the kind of each target.
fn relationships<R: Read + Seek>(
    zip: &mut ZipFile<R>,
    part: &str,
) -> Outcome<Vec<(String, String, String)>> {
    let (folder, file) = (folder(part), part.rsplit('/').next().unwrap_or(part));
    let mut found = Vec::new();
    for_each_tag(zip, &format!("{folder}_rels/{file}.rels"), |tag| {
        let fields = [tag.attribute("Id"), tag.attribute("Type"), tag.attribute("Target")];
        if let ([Some(id), Some(kind), Some(target)], true) = (fields, tag.is("Relationship")) {
            found.push((id, kind, resolve(folder, &target)));
        }
        match found.len() > MAX_FORMATS {
            true => Err(Failure::new(format!("at most {MAX_FORMATS} relationships"))),
            false => Ok(()),
        }
    })?;
    Ok(found)
}

fn open_workbook<R: Read + Seek>(zip: &mut ZipFile<R>) -> Outcome<Workbook> {
    let root = relationships(zip, "")?;
    let main = root.into_iter().find(|(_, kind, _)| kind.ends_with("/officeDocument"));
    let main = main.map_or_else(|| "xl/workbook.xml".to_owned(), |(_, _, target)| target);
    let targets = relationships(zip, &main)?;
    let by_id: HashMap<&str, &str> =
        targets.iter().map(|(id, _, target)| (id.as_str(), target.as_str())).collect();
    let mut workbook = Workbook::default();
    let mut xml = required_part(zip, &main, MAX_PART_BYTES)?;
    while let Some(event) = xml.next()? {
        let XmlEvent::Start(tag) = event else { continue };
        if tag.is("workbookPr") {
            workbook.dates_from_1904 =
                tag.attribute("date1904").is_some_and(|value| value == "1" || value == "true");
        }
        if tag.is("sheet") {
            let id = tag.attribute("id").unwrap_or_default();
            // A sheet without a part, such as a chart of an old version, has no cells.
            let part = by_id.get(id.as_str()).map_or(String::new(), |part| (*part).to_owned());
            let name = tag.attribute("name").unwrap_or_default();
            let is_hidden = tag.attribute("state").is_some_and(|state| state != "visible");
            workbook.sheets.push(SheetInfo { name, is_hidden });
            workbook.parts.push(part);
        }
        if workbook.sheets.len() > MAX_FORMATS {
            return Err(Failure::new(format!("at most {MAX_FORMATS} sheets")));
        }
    }
    drop(xml);
    for (_, kind, target) in &targets {
        match kind.rsplit('/').next() {
            Some("styles") => workbook.formats = read_formats(zip, target)?,
            Some("sharedStrings") => workbook.strings_part.clone_from(target),
            _ => {}
        }
    }
    Ok(workbook)
}

/// Reads the number format of each cell format.
fn read_formats<R: Read + Seek>(zip: &mut ZipFile<R>, styles: &str) -> Outcome<Vec<NumberFormat>> {
    let mut custom: HashMap<u32, NumberFormat> = HashMap::new();
    let (mut formats, mut numbers) = (Vec::new(), Vec::new());
    let mut in_cell_formats = false;
    let Some(mut xml) = part(zip, styles, MAX_PART_BYTES)? else { return Ok(formats) };
    while let Some(event) = xml.next()? {
        match event {
            XmlEvent::Start(tag) if tag.is("numFmt") => {
                if let (Some(id), Some(code)) =
                    (tag.number("numFmtId"), tag.attribute("formatCode"))
                {
                    custom.insert(id, NumberFormat::from_code(&code));
                }
            }
            XmlEvent::Start(tag) if tag.is("cellXfs") => in_cell_formats = true,
            XmlEvent::Start(tag) if tag.is("xf") && in_cell_formats => {
                numbers.push(tag.number("numFmtId").unwrap_or(0));
            }
            XmlEvent::End(name) if name == "cellXfs" => in_cell_formats = false,
            _ => {}
        }
        if numbers.len().max(custom.len()) > MAX_FORMATS {
            return Err(Failure::new(format!("at most {MAX_FORMATS} cell formats")));
        }
    }
    let built_in = |id: &u32| NumberFormat::built_in(*id);
    formats
        .extend(numbers.iter().map(|id| custom.get(id).copied().unwrap_or_else(|| built_in(id))));
    Ok(formats)
}

/// Reads the part with the shared strings, if there is one.
fn read_strings<R: Read + Seek>(zip: &mut ZipFile<R>, name: &str) -> Outcome<SharedStrings> {
    let mut strings = SharedStrings::default();
    let Some(mut xml) = part(zip, name, MAX_PART_BYTES)? else { return Ok(strings) };
    // Phonetic readings (`rPh`) are no part of the text.
    let (mut text, mut in_text, mut phonetic) = (String::new(), false, false);
    while let Some(event) = xml.next()? {
        match event {
            XmlEvent::Start(tag) if tag.is("si") => text.clear(),
            XmlEvent::Start(tag) if tag.is("rPh") => phonetic = true,
            XmlEvent::Start(tag) if tag.is("t") => in_text = !phonetic,
            XmlEvent::Text(part) if in_text => text.push_str(&part),
            XmlEvent::End(name) if name == "t" => in_text = false,
            XmlEvent::End(name) if name == "rPh" => phonetic = false,
            XmlEvent::End(name) if name == "si" => strings.push(&unescape_controls(&text))?,
            _ => {}
        }
        if text.len() > MAX_STRING_BYTES {
            return Err(Failure::new("shared strings of ordinary length"));
        }
    }
    Ok(strings)
}

/// Returns whether a sheet has no cell with a value.
fn has_no_cells<R: Read + Seek>(zip: &mut ZipFile<R>, name: &str) -> Outcome<bool> {
    let Some(mut xml) = part(zip, name, MAX_SHEET_BYTES)? else { return Ok(true) };
    while let Some(event) = xml.next()? {
        match event {
            XmlEvent::Start(tag) if tag.is("v") || tag.is("is") || tag.is("f") => return Ok(false),
            XmlEvent::End(name) if name == "sheetData" => return Ok(true),
            _ => {}
        }
    }
    Ok(true)
}

/// A cell while it is read.
#[derive(Default)]
struct Cell {
    row: u32,
    column: u32,
    format: usize,
    kind: String,
    value: String,
    has_formula: bool,
    has_value: bool,
}

fn read_sheet<R: Read + Seek>(
    zip: &mut ZipFile<R>,
    name: &str,
    workbook: &Workbook,
) -> Outcome<SheetCells> {
    let mut sheet = SheetCells::new();
    let mut xml = required_part(zip, name, MAX_SHEET_BYTES)?;
    // The next row and column, for elements that do not state theirs.
    let (mut row, mut column) = (0_u32, 0_u32);
    let mut cell = Cell::default();
    let (mut in_value, mut phonetic) = (false, false);
    while let Some(event) = xml.next()? {
        match event {
            XmlEvent::Start(tag) if tag.is("row") => {
                if let Some(number) = tag.number::<u32>("r") {
                    row = number.saturating_sub(1);
                }
                column = 0;
            }
            XmlEvent::Start(tag) if tag.is("c") => {
                let place = tag.attribute("r").and_then(|place| parse_place(&place));
                (cell.row, cell.column) = place.unwrap_or((row, column));
                (row, column) = (cell.row, cell.column.saturating_add(1));
                cell.format = tag.number("s").unwrap_or(0);
                cell.kind = tag.attribute("t").unwrap_or_default();
                cell.value.clear();
                (cell.has_formula, cell.has_value) = (false, false);
            }
            XmlEvent::Start(tag) if tag.is("f") => cell.has_formula = true,
            XmlEvent::Start(tag) if tag.is("rPh") => phonetic = true,
            XmlEvent::Start(tag) if tag.is("v") => (in_value, cell.has_value) = (true, true),
            XmlEvent::Start(tag) if tag.is("t") && !phonetic => {
                (in_value, cell.has_value) = (true, true);
            }
            XmlEvent::Start(tag) if tag.is("mergeCell") => {
                let region = tag.attribute("ref").and_then(|place| parse_region(&place));
                region.into_iter().for_each(|region| sheet.cells.merge(region));
            }
            XmlEvent::Text(text) if in_value => cell.value.push_str(&text),
            XmlEvent::End(name) => match name.as_str() {
                "v" | "t" => in_value = false,
                "rPh" => phonetic = false,
                "row" => row = row.saturating_add(1),
                "c" => add_cell(&mut sheet, &cell, workbook)?,
                _ => {}
            },
            _ => {}
        }
    }
    Ok(sheet)
}

fn add_cell(sheet: &mut SheetCells, cell: &Cell, workbook: &Workbook) -> Outcome<()> {
    let Cell { row, column, .. } = *cell;
    if cell.has_formula && !cell.has_value {
        sheet.add_unknown_formula(row, column);
        return Ok(());
    }
    let text = cell.value.as_str();
    match cell.kind.as_str() {
        "s" => {
            let index = text.trim().parse().ok();
            let text = index.and_then(|index| workbook.strings.get(index)).ok_or_else(|| {
                Failure::at(row + 1, column + 1, "the number of a shared string").with_found(text)
            })?;
            sheet.cells.add(row, column, CellKind::Text, text)
        }
        "b" => {
            let text = if text.trim() == "1" { "TRUE" } else { "FALSE" };
            sheet.cells.add(row, column, CellKind::Text, text)
        }
        "str" | "inlineStr" => {
            sheet.cells.add(row, column, CellKind::Text, &unescape_controls(text))
        }
        "e" => sheet.cells.add(row, column, CellKind::Text, text),
        "d" => {
            let day = text.trim().strip_suffix("T00:00:00").unwrap_or(text);
            sheet.cells.add(row, column, CellKind::Text, day)
        }
        _ => {
            let text = text.trim();
            let format = workbook.formats.get(cell.format).copied();
            let format = format.unwrap_or(NumberFormat::General);
            let is_whole = text.bytes().all(|byte| byte.is_ascii_digit());
            match parse_number(text) {
                // A whole number may have more digits than a float.
                Some(_) if is_whole && format == NumberFormat::General => {
                    sheet.cells.add(row, column, CellKind::Number, text)
                }
                Some(number) => {
                    let (kind, text) = format.text(number, workbook.dates_from_1904);
                    sheet.cells.add(row, column, kind, &text)
                }
                None => sheet.cells.add(row, column, CellKind::Text, text),
            }
        }
    }
}

/// Replaces escapes such as `_x000D_`, which stand for characters that XML does not allow.
fn unescape_controls(text: &str) -> String {
    let (mut result, mut rest) = (String::new(), text);
    while let Some(at) = rest.find("_x") {
        let (before, after) = rest.split_at(at);
        result.push_str(before);
        let code = after.get(2..6).filter(|_| after.get(6..7) == Some("_"));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32) {
            Some(sign) => {
                result.push(sign);
                rest = &after[7..];
            }
            None => {
                result.push_str("_x");
                rest = &after[2..];
            }
        }
    }
    result + rest
}

/// Parses the name of a cell, such as `B7`, as row and column, counted from 0.
fn parse_place(name: &str) -> Option<(u32, u32)> {
    let name = name.trim();
    let digits = name.find(|sign: char| sign.is_ascii_digit())?;
    let (letters, row) = name.split_at(digits);
    let mut column = 0_u32;
    for letter in letters.bytes().filter(|byte| *byte != b'$') {
        let letter = letter.to_ascii_uppercase();
        let value = letter.is_ascii_uppercase().then(|| u32::from(letter - b'A') + 1)?;
        column = column.checked_mul(26)?.checked_add(value)?;
    }
    Some((row.trim_start_matches('$').parse::<u32>().ok()?.checked_sub(1)?, column.checked_sub(1)?))
}

/// Parses the name of a region, such as `A1:C2`.
fn parse_region(name: &str) -> Option<Region> {
    let (first, last) = name.split_once(':')?;
    let ((top, left), (bottom, right)) = (parse_place(first)?, parse_place(last)?);
    Some(Region { rows: (top, bottom), columns: (left, right) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_targets_are_parsed() {
        assert_eq!(parse_place("XFD1048576"), Some((1_048_575, 16_383)));
        assert_eq!(parse_place("$B$7"), Some((6, 1)));
        assert_eq!(["", "7", "B", "B0", "ZZZZZZZZZ1"].map(parse_place), [None; 5]);
        assert_eq!(resolve("xl/", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolve("xl/", "/xl/a.xml"), "xl/a.xml");
        assert_eq!(resolve("xl/", "../b.xml"), "b.xml");
    }

    #[test]
    fn escapes_of_control_characters_are_replaced() {
        assert_eq!(unescape_controls("a_x000D_b_x_y_xZZZZ_"), "a\rb_x_y_xZZZZ_");
    }
}
