//! Rows of one width as tab-separated text.

use std::collections::BTreeMap;

use super::failure::{Failure, Outcome};

/// The text of a table. Line `n` is row `n` of the sheet.
pub(super) struct TextWriter {
    text: String,
    /// Number of lines that are written.
    lines: u32,
    /// Number of cells of each row.
    width: u32,
    /// Maximum size of the text, in bytes.
    maximum: u64,
}

impl TextWriter {
    pub(super) fn new(width: u32, maximum: u64) -> Self {
        Self { text: String::new(), lines: 0, width, maximum }
    }

    /// Writes a row, counted from 0. Missing rows above it become blank lines.
    pub(super) fn row(&mut self, row: u32, cells: &BTreeMap<u32, String>) -> Outcome<()> {
        let missing = usize::try_from(row.saturating_sub(self.lines)).unwrap_or(0);
        self.text.extend(std::iter::repeat_n('\n', missing));
        self.lines = row + 1;
        for column in 0..self.width {
            if column > 0 {
                self.text.push('\t');
            }
            match cells.get(&column) {
                Some(cell) if cell.contains('"') => {
                    self.text.push('"');
                    self.text.push_str(&cell.replace('"', "\"\""));
                    self.text.push('"');
                }
                Some(cell) => self.text.push_str(cell),
                None => {}
            }
        }
        self.text.push('\n');
        match self.text.len() as u64 > self.maximum {
            true => Err(Failure::new("a table that is not mostly blank or merged cells")),
            false => Ok(()),
        }
    }

    pub(super) fn into_text(self) -> String {
        self.text
    }
}

/// Returns a text as one line: white space at its ends is removed, and line breaks and tabs inside
/// become spaces.
pub(super) fn single_line(text: &str) -> String {
    let text = text.trim().replace("\r\n", " ");
    text.replace(|sign: char| sign.is_control(), " ")
}

/// Returns the name of a cell, such as `B7`. Rows and columns are counted from 0.
pub(super) fn cell_name(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut left = column + 1;
    while left > 0 {
        let letter = u8::try_from((left - 1) % 26).unwrap_or(0);
        letters.push(char::from(b'A' + letter));
        left = (left - 1) / 26;
    }
    letters.iter().rev().collect::<String>() + &(u64::from(row) + 1).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_named_as_in_spreadsheets() {
        let names: Vec<String> = [(0, 0), (6, 25), (0, 26), (1_048_575, 16_383)]
            .map(|(row, column)| cell_name(row, column))
            .into();
        assert_eq!(names, ["A1", "Z7", "AA1", "XFD1048576"]);
    }
}
