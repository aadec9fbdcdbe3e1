//! The rows of a CSV or TSV text, each with its place and its exact text.

use std::ops::Range;

use crate::Unread;
use crate::import::unread;

#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) cells: Vec<String>,
    pub(super) line: u32,
    /// Where it stands in the text of its table.
    pub(super) at: Range<usize>,
}

#[derive(Debug)]
pub(super) struct Table {
    pub(super) source: String,
    text: String,
    /// The line with the names, as it stands; made up of numbers where there is none.
    pub(super) header: String,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
    /// Rows of another length than the names of the columns.
    pub(super) short: Vec<Row>,
}

impl Table {
    /// Reads a table that has rows. The first row names the columns if it holds one of the `wanted` names; else
    /// the columns are called 1, 2, 3 …. Rows of another length go to `bad`.
    pub(super) fn read(
        source: &str,
        text: &str,
        wanted: &[&str],
        bad: &mut Vec<Unread>,
    ) -> Result<Self, Unread> {
        let table = Self::read_or_empty(source, text, wanted, bad)?;
        if table.rows.is_empty() && bad.is_empty() {
            let text = &table.text;
            return Err(unread(source, text, text.len(), "rows below the names of the columns"));
        }
        Ok(table)
    }

    /// Reads a table as [`Table::read`] does, also one that has names of columns and no rows.
    pub(super) fn read_or_empty(
        source: &str,
        text: &str,
        wanted: &[&str],
        bad: &mut Vec<Unread>,
    ) -> Result<Self, Unread> {
        let text = text.trim_start_matches('\u{feff}');
        let delimiter = delimiter(text.lines().next().unwrap_or_default());
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        let mut table = Self {
            source: source.to_owned(),
            text: text.to_owned(),
            header: String::new(),
            columns: Vec::new(),
            rows: Vec::new(),
            short: Vec::new(),
        };
        let mut record = csv::StringRecord::new();
        let (mut line, mut counted) = (1, 0);
        loop {
            let from = usize::try_from(reader.position().byte()).unwrap_or(text.len());
            let more = reader.read_record(&mut record);
            let more =
                more.map_err(|error| unread(source, text, from, &format!("a row ({error})")))?;
            if !more {
                break;
            }
            let to = usize::try_from(reader.position().byte()).unwrap_or(text.len());
            let blank =
                text[from..to].len() - text[from..to].trim_start_matches(['\r', '\n']).len();
            let at = from + blank..from + text[from..to].trim_end_matches(['\r', '\n']).len();
            // Lines are counted on from the row before, so that many rows cost no more than their
            // length.
            line += text[counted..at.start].matches('\n').count();
            counted = at.start;
            let line = u32::try_from(line).unwrap_or(u32::MAX);
            let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
            if table.columns.is_empty() {
                if cells.iter().any(|cell| wanted.contains(&cell.as_str())) {
                    text[at].clone_into(&mut table.header);
                    table.columns = cells;
                    continue;
                }
                table.columns = (1..=cells.len()).map(|number| number.to_string()).collect();
                table.header = table.columns.join(&char::from(delimiter).to_string());
            }
            // The end of the text ends a quote too, and then it has swallowed all that came before.
            let quotes = text[at.clone()].matches('"').count();
            if to == text.len() && quotes % 2 == 1 && text[at.clone()].contains('\n') {
                let at = at.start + text[at].rfind('"').unwrap_or(0);
                bad.push(Unread { line, ..unread(source, &text[at..], 0, "an end of this quote") });
                break;
            }
            if cells.len() == table.columns.len() {
                table.rows.push(Row { cells, line, at });
            } else {
                let expected = format!("{} cells, not {}", table.columns.len(), cells.len());
                bad.push(Unread { line, ..unread(source, &text[at.clone()], 0, &expected) });
                table.short.push(Row { cells, line, at });
            }
        }
        Ok(table)
    }

    /// Reads a table whose first row is known to name the columns.
    pub(super) fn read_named(source: &str, text: &str) -> Result<Self, Unread> {
        let mut bad = Vec::new();
        let first = text.lines().next().unwrap_or_default();
        let delimiter = char::from(delimiter(first));
        let name = first.split(delimiter).next().unwrap_or_default().trim().trim_matches('"');
        let table = Self::read(source, text, &[name], &mut bad)?;
        bad.pop().map_or(Ok(table), Err)
    }

    /// The text of a row as it stands.
    pub(super) fn exact(&self, row: &Row) -> &str {
        &self.text[row.at.clone()]
    }

    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    pub(super) fn cell<'a>(&self, row: &'a Row, name: &str) -> Option<&'a str> {
        row.cells.get(self.column(name)?).map(String::as_str)
    }
}

/// The delimiter that stands most often outside of quotes; a comma where none does.
fn delimiter(line: &str) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    let mut quoted = false;
    for byte in line.bytes() {
        quoted ^= byte == b'"';
        let count = counts.iter_mut().find(|(delimiter, _)| *delimiter == byte && !quoted);
        count.into_iter().for_each(|(_, count)| *count += 1);
    }
    // Of two that stand as often, the one that is named first.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| *delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Table, Vec<Unread>) {
        let mut bad = Vec::new();
        (Table::read("t.csv", text, &["name"], &mut bad).unwrap(), bad)
    }

    #[test]
    fn delimiters_and_headers_are_found_out() {
        for text in [
            "name,votes\nA,1\n",
            "name;votes\r\nA;1\r\n",
            "\u{feff}name\tvotes\nA\t1",
            "name|votes\nA|1",
        ] {
            let (table, bad) = read(text);
            assert_eq!(
                (table.columns.as_slice(), bad.len()),
                (&["name".to_owned(), "votes".to_owned()][..], 0)
            );
            assert_eq!(table.cell(&table.rows[0], "votes"), Some("1"));
        }
        let (table, _) = read("A,1\nB,2\n");
        assert_eq!((table.header.as_str(), table.rows.len()), ("1,2", 2));
        assert_eq!(table.cell(&table.rows[1], "1"), Some("B"));
    }

    #[test]
    fn a_quote_without_an_end_is_told() {
        let (table, bad) = read("name,votes\nA,1\n\"B,2\nC,3\n");
        assert_eq!(table.rows.len(), 1);
        assert_eq!(bad[0].to_string(), "t.csv:3:1: expected an end of this quote, found '\"B,2'");
    }

    #[test]
    fn a_row_keeps_its_text_and_one_of_another_length_says_where() {
        let (table, bad) = read("name,votes\n\"A, B\",1\n\nonly\nC,2\n");
        assert_eq!(table.exact(&table.rows[0]), "\"A, B\",1");
        assert_eq!(table.rows[1].line, 5);
        assert_eq!(bad[0].to_string(), "t.csv:4:1: expected 2 cells, not 1, found 'only'");
    }
}
