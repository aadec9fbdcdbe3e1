//! The header of a table: one row, several rows whose names are joined, stated names, or none.

use super::layout::Layout;

/// Text between the names of one column on several lines.
const SEPARATOR: &str = " / ";

/// The names of the columns, and the text of the header in source texts.
#[derive(Debug)]
pub(super) struct ColumnNames {
    pub(super) names: Vec<String>,
    /// Whether the names were read or stated, and are not numbers.
    pub(super) has_header: bool,
    /// Text of the header; `None` if it is the text of the row.
    pub(super) text: Option<String>,
    /// Whether the row belongs to the header.
    pub(super) takes_row: bool,
}

/// Builds the names of the columns from the first rows of a table.
pub(super) struct HeaderReader<'a> {
    layout: Layout<'a>,
    delimiter: u8,
    /// Rows of a header of several lines that were read so far.
    rows: Vec<Vec<String>>,
}

impl<'a> HeaderReader<'a> {
    pub(super) fn new(layout: Layout<'a>, delimiter: u8) -> Self {
        Self { layout, delimiter, rows: Vec::new() }
    }

    /// Reads a row that is not blank; returns `None` if the header continues on a later line.
    pub(super) fn read(&mut self, line: u32, cells: &[String]) -> Option<ColumnNames> {
        let Layout { header, columns, is_block, .. } = self.layout;
        let lines = header.map_or(&[][..], |header| header.lines());
        let last = lines.last().copied().unwrap_or(0);
        if !columns.is_empty() {
            if line <= last {
                return None;
            }
            return Some(self.named(with_numbers(columns, cells.len()), false));
        }
        if is_block || lines.len() == 1 {
            let names = cells.to_vec();
            return Some(ColumnNames { names, has_header: true, text: None, takes_row: true });
        }
        if lines.is_empty() {
            if header.is_none() && self.layout.has_names(cells) {
                let names = cells.to_vec();
                return Some(ColumnNames { names, has_header: true, text: None, takes_row: true });
            }
            let names = with_numbers(&[], cells.len());
            let text = Some(names.join(&char::from(self.delimiter).to_string()));
            return Some(ColumnNames { names, has_header: false, text, takes_row: false });
        }
        if line <= last {
            if lines.contains(&line) {
                self.rows.push(cells.to_vec());
            }
            if line < last {
                return None;
            }
        }
        Some(self.named(join_names(&self.rows), line == last))
    }

    fn named(&self, names: Vec<String>, takes_row: bool) -> ColumnNames {
        let text = Some(csv_line(&names, self.delimiter));
        ColumnNames { names, has_header: true, text, takes_row }
    }
}

/// Returns the stated names, and numbers for columns beyond them.
fn with_numbers(names: &[String], width: usize) -> Vec<String> {
    let numbers = (names.len() + 1..=width).map(|number| number.to_string());
    names.iter().cloned().chain(numbers).collect()
}

/// Joins the names of each column on several lines. A blank cell on any line but the last takes the
/// name to its left, unless a new name begins above it.
fn join_names(rows: &[Vec<String>]) -> Vec<String> {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut names: Vec<Vec<&str>> = vec![Vec::new(); width];
    let mut begins = vec![false; width];
    for (at, row) in rows.iter().enumerate() {
        let is_last = at + 1 == rows.len();
        let mut left = "";
        for (column, (parts, begins)) in names.iter_mut().zip(&mut begins).enumerate() {
            let own = row.get(column).map_or("", String::as_str);
            if !own.is_empty() || *begins {
                left = own;
            }
            *begins |= !own.is_empty();
            let name = if is_last { own } else { left };
            if !name.is_empty() {
                parts.push(name);
            }
        }
    }
    names.into_iter().map(|parts| parts.join(SEPARATOR)).collect()
}

/// Returns a line of CSV.
fn csv_line(cells: &[String], delimiter: u8) -> String {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    // Writing to memory cannot fail.
    let _ = writer.write_record(cells);
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::join_names;

    #[test]
    fn names_on_several_lines_are_joined() {
        let rows = [
            "Nr;Area;Electors;;Unity;;;",
            ";;First;;First;;Second;",
            ";;Final;Before;Final;Before;Final;Before",
        ];
        let rows: Vec<Vec<String>> =
            rows.iter().map(|row| row.split(';').map(str::to_owned).collect()).collect();
        assert_eq!(
            join_names(&rows),
            [
                "Nr",
                "Area",
                "Electors / First / Final",
                "Electors / First / Before",
                "Unity / First / Final",
                "Unity / First / Before",
                "Unity / Second / Final",
                "Unity / Second / Before",
            ]
        );
    }
}
