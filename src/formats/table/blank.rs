//! Blank rows, and rows padded or truncated to the columns of their table.

/// Returns whether every cell of a row is blank.
pub(super) fn blank(cells: &[String]) -> bool {
    cells.iter().all(String::is_empty)
}

/// Returns the cells of a row, one for each column. Delimiters at the ends of lines are tolerated:
/// blank cells after the last column are removed, and missing cells of trailing columns without a
/// name are added.
///
/// # Errors
/// Returns the cells unchanged when their number does not match.
pub(super) fn fit_to_columns(
    mut cells: Vec<String>,
    columns: &[String],
    is_named: bool,
) -> Result<Vec<String>, Vec<String>> {
    let (length, wanted) = (cells.len(), columns.len());
    if length > wanted && blank(&cells[wanted..]) {
        cells.truncate(wanted);
    } else if length < wanted && is_named && blank(&columns[length..]) {
        cells.resize(wanted, String::new());
    }
    if cells.len() == wanted { Ok(cells) } else { Err(cells) }
}
