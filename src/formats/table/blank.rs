//! Blank rows, and rows padded or truncated to the columns of their table.

/// Returns whether every cell of a row is blank.
pub(super) fn is_blank_row(cells: &[String]) -> bool {
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
    has_header: bool,
) -> Result<Vec<String>, Vec<String>> {
    let (length, width) = (cells.len(), columns.len());
    if length > width && is_blank_row(&cells[width..]) {
        cells.truncate(width);
    } else if length < width && has_header && is_blank_row(&columns[length..]) {
        cells.resize(width, String::new());
    }
    if cells.len() == width { Ok(cells) } else { Err(cells) }
}
