//! Which sheet of a workbook is read, and what is reported about it.

use super::cells::{CellSpool, SheetText};
use super::decoded::DecodedTable;
use super::failure::{Failure, Outcome};
use super::row_writer::cell_name;
use super::settings::SheetChoice;

/// Maximum number of sheets that an error lists.
const MAX_LISTED: usize = 20;

/// A sheet of a workbook.
#[derive(Debug, Clone)]
pub(super) struct SheetInfo {
    pub(super) name: String,
    pub(super) is_hidden: bool,
}

/// The cells of a sheet, and what was found among them.
pub(super) struct SheetCells {
    pub(super) cells: CellSpool,
    /// Formulas without a value, with the place of the first.
    pub(super) unknown_formulas: u64,
    pub(super) first_unknown: Option<(u32, u32)>,
}

impl SheetCells {
    pub(super) fn new() -> Self {
        Self { cells: CellSpool::new(), unknown_formulas: 0, first_unknown: None }
    }

    /// Counts a formula whose value the workbook does not contain.
    pub(super) fn add_unknown_formula(&mut self, row: u32, column: u32) {
        self.unknown_formulas += 1;
        self.first_unknown.get_or_insert((row, column));
    }
}

/// Chooses a sheet. `is_empty` returns whether the sheet with this index has no cell.
///
/// # Errors
/// When there is no such sheet. Without a choice, when not exactly one visible sheet has cells.
pub(super) fn choose_sheet(
    sheets: &[SheetInfo],
    choice: Option<&SheetChoice>,
    is_empty: &mut dyn FnMut(usize) -> Outcome<bool>,
) -> Outcome<usize> {
    let listed = |indices: &[usize]| {
        let names = indices.iter().filter_map(|index| sheets.get(*index));
        let names = names.take(MAX_LISTED).map(|sheet| format!("'{}'", sheet.name));
        names.collect::<Vec<_>>().join(", ")
    };
    let all: Vec<usize> = (0..sheets.len()).collect();
    match choice {
        Some(SheetChoice::Name(name)) => {
            let found = sheets.iter().position(|sheet| sheet.name == *name);
            let trimmed = || sheets.iter().position(|sheet| sheet.name.trim() == name.trim());
            return found.or_else(trimmed).ok_or_else(|| {
                let all = listed(&all);
                Failure::new(format!("a sheet '{name}', as the mapping says; there are {all}"))
            });
        }
        Some(SheetChoice::Number(number)) => {
            let index = usize::try_from(*number).ok().and_then(|number| number.checked_sub(1));
            return index.filter(|index| *index < sheets.len()).ok_or_else(|| {
                let all = listed(&all);
                Failure::new(format!("a sheet {number}, as the mapping says; there are {all}"))
            });
        }
        None => {}
    }
    let mut filled = Vec::new();
    for index in all.iter().copied() {
        let is_visible = sheets.get(index).is_some_and(|sheet| !sheet.is_hidden);
        if is_visible && !is_empty(index)? {
            filled.push(index);
        }
    }
    match filled.as_slice() {
        [one] => Ok(*one),
        [] => Err(Failure::new(format!(
            "a visible sheet with cells ('sheet' in the mapping names one); there are {}",
            listed(&all)
        ))),
        several => Err(Failure::new(format!(
            "'sheet' in the mapping, which names one of {}",
            listed(several)
        ))),
    }
}

/// Returns the table of a sheet.
pub(super) fn finish_sheet(
    sheets: &[SheetInfo],
    chosen: usize,
    found: SheetCells,
) -> Outcome<DecodedTable> {
    let name = sheets.get(chosen).map_or("", |sheet| sheet.name.as_str());
    if found.cells.is_empty() {
        return Err(Failure::new(format!("cells in the sheet '{name}'")));
    }
    let SheetText { text, notes, mut warnings } = found.cells.finish(None)?;
    let mut all_notes = Vec::new();
    if sheets.len() > 1 {
        all_notes.push(format!("the sheet '{name}' is read"));
    }
    all_notes.extend(notes);
    let hidden =
        sheets.iter().enumerate().filter(|(index, sheet)| sheet.is_hidden && *index != chosen);
    let hidden: Vec<String> =
        hidden.map(|(_, sheet)| format!("'{}'", sheet.name)).take(MAX_LISTED).collect();
    if !hidden.is_empty() {
        all_notes.push(format!("hidden sheets are not read: {}", hidden.join(", ")));
    }
    if let Some((row, column)) = found.first_unknown {
        let formulas = match found.unknown_formulas {
            1 => "1 formula has no value in the workbook and is read as a blank cell; it is"
                .to_owned(),
            count => format!(
                "{count} formulas have no value in the workbook and are read as blank cells; the first is"
            ),
        };
        let place = cell_name(row, column);
        let message = format!("{formulas} {place}: open the file in a spreadsheet and save it");
        warnings.push(super::decoded::DecodingWarning {
            line: row + 1,
            column: column + 1,
            message,
        });
    }
    Ok(DecodedTable { text, encoding: None, delimiter: Some('\t'), notes: all_notes, warnings })
}
