//! JSON and JSON lines, as a table: arrays of objects or of arrays.
//!
//! The members of the objects on the path to the rows are repeated in each row. A text is scanned
//! once more for each level of the path, so that members after the rows are known too.

mod scanner;

use std::collections::HashMap;

use super::cells::{CellKind, CellSpool};
use super::decoded::DecodedTable;
use super::failure::{Failure, Outcome};
use crate::formats::document::parse_error_at;
use scanner::{Scan, ScanError, Scanner, ValueKind};

/// Maximum number of columns.
const MAX_COLUMNS: usize = 4_096;

/// Maximum depth of objects in a row, whose members become columns such as `party.name`.
const MAX_ROW_DEPTH: usize = 8;

/// Maximum number of arrays that an error lists.
const MAX_LISTED: usize = 10;

/// Members of an object above the rows: their columns and texts.
type Inherited = Vec<(u32, String)>;

/// Returns whether a file is JSON, from its name and its text.
pub(super) fn is_json(name: &str, text: &str) -> bool {
    let name = name.to_ascii_lowercase();
    if [".json", ".jsonl", ".ndjson", ".geojson"].iter().any(|ending| name.ends_with(ending)) {
        return true;
    }
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let after = |sign: char| text.strip_prefix(sign).map(str::trim_start);
    let starts =
        |rest: Option<&str>, signs: &[char]| rest.is_some_and(|rest| rest.starts_with(signs));
    starts(after('{'), &['"']) || starts(after('['), &['{', '['])
}

/// Reads the rows at a path, such as `contests.*.candidates`. Without a path, the rows are the text
/// itself: an array, or JSON lines.
pub(super) fn read(text: &str, path: Option<&str>) -> Outcome<DecodedTable> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = RowReader::new(path);
    reader.read(text).map_err(|problem| match problem {
        Problem::Scan(ScanError { offset, expected }) => {
            let error = parse_error_at("", text, offset, &expected);
            Failure::at(error.line, error.column, expected).with_found(error.found)
        }
        Problem::Cells(failure) => failure,
    })?;
    reader.finish()
}

/// A problem with the text, or with the table.
enum Problem {
    Scan(ScanError),
    Cells(Failure),
}

impl From<ScanError> for Problem {
    fn from(error: ScanError) -> Self {
        Self::Scan(error)
    }
}

impl From<Failure> for Problem {
    fn from(error: Failure) -> Self {
        Self::Cells(error)
    }
}

struct RowReader<'p> {
    path: Vec<&'p str>,
    cells: CellSpool,
    row: u32,
    /// Columns by level of the path and name. The rows have the last level.
    columns: HashMap<(usize, String), u32>,
    /// Level and name of each column, in order.
    names: Vec<(usize, String)>,
    /// Number of arrays inside rows, with the name of the first.
    left_out: (u64, String),
    /// Whether rows are arrays, if known.
    rows_are_arrays: Option<bool>,
}

impl<'p> RowReader<'p> {
    fn new(path: Option<&'p str>) -> Self {
        let path = path.unwrap_or_default().split('.').filter(|name| !name.is_empty());
        Self {
            path: path.collect(),
            cells: CellSpool::new(),
            row: 0,
            columns: HashMap::new(),
            names: Vec::new(),
            left_out: (0, String::new()),
            rows_are_arrays: None,
        }
    }

    fn read(&mut self, text: &str) -> Result<(), Problem> {
        let mut scanner = Scanner::new(text);
        let first = scanner.kind()?;
        let mut ahead = scanner.clone();
        ahead.skip_value()?;
        if ahead.is_at_end() {
            return match (first, self.path.is_empty()) {
                (ValueKind::Object, true) => Err(Problem::Scan(missing_path(&scanner)?)),
                _ => self.walk(&mut scanner, 0, &Vec::new()),
            };
        }
        // JSON lines: each is a row, or contains rows at the path.
        while !scanner.is_at_end() {
            match self.path.is_empty() {
                true => self.row(&mut scanner, &Vec::new())?,
                false => self.walk(&mut scanner, 0, &Vec::new())?,
            }
        }
        Ok(())
    }

    /// Follows the path from a level of it to the rows.
    fn walk(
        &mut self,
        scanner: &mut Scanner<'_>,
        level: usize,
        inherited: &Inherited,
    ) -> Result<(), Problem> {
        let kind = scanner.kind()?;
        let Some(name) = self.path.get(level).copied() else {
            if kind != ValueKind::Array {
                return Err(scanner.error(format!("an array of rows{}", self.place(level))).into());
            }
            return self
                .for_each_member(scanner, &mut |reader, scanner| reader.row(scanner, inherited));
        };
        if name == "*" {
            if kind != ValueKind::Array {
                return Err(scanner.error(format!("an array{}", self.place(level))).into());
            }
            return self.for_each_member(scanner, &mut |reader, scanner| {
                reader.walk(scanner, level + 1, inherited)
            });
        }
        if kind != ValueKind::Object {
            return Err(scanner.error(format!("an object{}", self.place(level))).into());
        }
        let start = scanner.offset();
        let mut inherited = inherited.clone();
        let mut found = None;
        let mut keys = Vec::new();
        let mut more = scanner.enter();
        while more {
            let key = scanner.key()?;
            let kind = scanner.kind()?;
            if key == name {
                found = Some(scanner.offset());
            }
            if kind == ValueKind::Scalar {
                let text = scanner.scalar()?;
                let column = self.column(level, &key)?;
                text.into_iter().for_each(|text| inherited.push((column, text.into_owned())));
            } else {
                scanner.skip_value()?;
            }
            if keys.len() < MAX_LISTED {
                keys.push(format!("'{key}'"));
            }
            more = scanner.has_next(b'}')?;
        }
        match found {
            Some(offset) => self.walk(&mut scanner.at(offset), level + 1, &inherited),
            None => {
                let keys = keys.join(", ");
                let expected = format!(
                    "a member '{name}', as 'records' in the mapping says; there are {keys}"
                );
                Err(scanner.at(start).error(expected).into())
            }
        }
    }

    /// Describes the place of a level in messages.
    fn place(&self, level: usize) -> String {
        let path = self.path.get(..level).unwrap_or_default();
        match path.is_empty() {
            true => String::new(),
            false => format!(" at '{}', where 'records' in the mapping leads", path.join(".")),
        }
    }

    fn for_each_member(
        &mut self,
        scanner: &mut Scanner<'_>,
        each: &mut dyn FnMut(&mut Self, &mut Scanner<'_>) -> Result<(), Problem>,
    ) -> Result<(), Problem> {
        let mut more = scanner.enter();
        while more {
            scanner.kind()?;
            each(self, scanner)?;
            more = scanner.has_next(b']')?;
        }
        Ok(())
    }

    /// Returns the column of a name at a level of the path.
    fn column(&mut self, level: usize, name: &str) -> Outcome<u32> {
        if let Some(column) = self.columns.get(&(level, name.to_owned())) {
            return Ok(*column);
        }
        if self.names.len() >= MAX_COLUMNS {
            let expected = format!("at most {MAX_COLUMNS} different names of columns");
            return Err(Failure::new(expected).with_found(name));
        }
        let column = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.push((level, name.to_owned()));
        self.columns.insert((level, name.to_owned()), column);
        Ok(column)
    }

    fn row(&mut self, scanner: &mut Scanner<'_>, inherited: &Inherited) -> Result<(), Problem> {
        let kind = scanner.kind()?;
        let is_array = kind == ValueKind::Array;
        if kind == ValueKind::Scalar
            || self.rows_are_arrays.is_some_and(|arrays| arrays != is_array)
        {
            let expected = match self.rows_are_arrays {
                Some(true) => "a row that is an array, as the others",
                Some(false) => "a row that is an object, as the others",
                None => "a row that is an object or an array",
            };
            return Err(scanner.error(expected).into());
        }
        self.rows_are_arrays = Some(is_array);
        let row = self.row;
        self.row = self.row.saturating_add(1);
        let shift = if is_array { inherited.len() } else { 0 };
        for (index, (column, text)) in inherited.iter().enumerate() {
            let column = if is_array { u32::try_from(index).unwrap_or(u32::MAX) } else { *column };
            self.cells.add(row, column, CellKind::Text, text)?;
        }
        match is_array {
            true => self.array_row(scanner, row, shift),
            false => self.object_row(scanner, row, "", 0),
        }
    }

    /// Reads an array as a row: its members are cells by position.
    fn array_row(
        &mut self,
        scanner: &mut Scanner<'_>,
        row: u32,
        shift: usize,
    ) -> Result<(), Problem> {
        let mut column = u32::try_from(shift).unwrap_or(u32::MAX);
        let mut more = scanner.enter();
        while more {
            if scanner.kind()? != ValueKind::Scalar {
                return Err(scanner.error("a text, a number or null in a row").into());
            }
            if let Some(text) = scanner.scalar()? {
                self.cells.add(row, column, CellKind::Text, &text)?;
            }
            column = column.saturating_add(1);
            more = scanner.has_next(b']')?;
        }
        Ok(())
    }

    /// Reads an object as a row, or as a part of a row whose columns begin with `prefix`.
    fn object_row(
        &mut self,
        scanner: &mut Scanner<'_>,
        row: u32,
        prefix: &str,
        depth: usize,
    ) -> Result<(), Problem> {
        let level = self.path.len();
        let mut more = scanner.enter();
        while more {
            let key = scanner.key()?;
            let name = format!("{prefix}{key}");
            match scanner.kind()? {
                ValueKind::Scalar => {
                    let column = self.column(level, &name)?;
                    if let Some(text) = scanner.scalar()? {
                        self.cells.add(row, column, CellKind::Text, &text)?;
                    }
                }
                ValueKind::Object if depth < MAX_ROW_DEPTH => {
                    self.object_row(scanner, row, &format!("{name}."), depth + 1)?;
                }
                ValueKind::Object | ValueKind::Array => {
                    scanner.skip_value()?;
                    self.left_out.0 += 1;
                    if self.left_out.0 == 1 {
                        self.left_out.1 = name;
                    }
                }
            }
            more = scanner.has_next(b'}')?;
        }
        Ok(())
    }

    fn finish(self) -> Outcome<DecodedTable> {
        if self.cells.is_empty() {
            return Err(Failure::new("rows with values"));
        }
        let names = column_names(&self.names, &self.path);
        let header = (self.rows_are_arrays == Some(false)).then_some(names);
        let sheet = self.cells.finish(header.as_deref())?;
        let mut notes = sheet.notes;
        if self.left_out.0 > 0 {
            let (count, name) = self.left_out;
            notes.push(match count {
                1 => format!("1 array inside of a row is not read: '{name}'"),
                _ => format!("{count} arrays inside of rows are not read; the first is '{name}'"),
            });
        }
        let (text, warnings) = (sheet.text, sheet.warnings);
        Ok(DecodedTable { text, encoding: None, delimiter: Some('\t'), notes, warnings })
    }
}

/// Returns the names of the columns. If a deeper level has the same name, the path to the level is
/// a prefix.
fn column_names(names: &[(usize, String)], path: &[&str]) -> Vec<String> {
    let qualified = names.iter().map(|(level, name)| {
        let is_hidden = names.iter().any(|(other, same)| other > level && same == name);
        match is_hidden {
            true => {
                let above =
                    path.get(..*level).unwrap_or_default().iter().filter(|name| **name != "*");
                let above: Vec<&str> = above.copied().collect();
                if above.is_empty() {
                    format!("top.{name}")
                } else {
                    format!("{}.{name}", above.join("."))
                }
            }
            false => name.clone(),
        }
    });
    qualified.collect()
}

/// Returns the error for an object without a path to its rows. It lists the arrays in the object.
fn missing_path(scanner: &Scanner<'_>) -> Scan<ScanError> {
    let mut found = Vec::new();
    list_arrays(&mut scanner.clone(), "", 0, &mut found)?;
    let listed = match found.is_empty() {
        true => "this object has no array of objects or arrays".to_owned(),
        false => format!("it can be one of {}", found.join(", ")),
    };
    Ok(scanner
        .error(format!("'records' in the mapping, the path of the array with the rows; {listed}")))
}

/// Adds the paths of arrays that may contain rows.
fn list_arrays(
    scanner: &mut Scanner<'_>,
    path: &str,
    depth: usize,
    found: &mut Vec<String>,
) -> Scan<()> {
    const MAX_LISTED_DEPTH: usize = 6;
    let join = |name: &str| match path.is_empty() {
        true => name.to_owned(),
        false => format!("{path}.{name}"),
    };
    match scanner.kind()? {
        ValueKind::Object if depth < MAX_LISTED_DEPTH => {
            let mut more = scanner.enter();
            while more {
                let key = scanner.key()?;
                list_arrays(scanner, &join(&key), depth + 1, found)?;
                more = scanner.has_next(b'}')?;
            }
            Ok(())
        }
        ValueKind::Array if depth < MAX_LISTED_DEPTH => {
            let mut first = scanner.clone();
            if first.enter() && first.kind()? != ValueKind::Scalar {
                if found.len() < MAX_LISTED {
                    found.push(format!("\"{path}\""));
                }
                // Arrays in the first member are likely in all of them.
                list_arrays(&mut first, &join("*"), depth + 1, found)?;
            }
            scanner.skip_value()
        }
        _ => scanner.skip_value(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str, path: Option<&str>) -> Result<String, String> {
        let read = read(text, path).map(|found| found.text);
        read.map_err(|failure| failure.into_error("f").to_string())
    }

    #[test]
    fn arrays_of_objects_and_of_arrays_are_tables() {
        let objects = r#"[{"who":"A","votes":1.50},{"votes":null,"who":"B","party":{"name":"U"}}]"#;
        let expected = "who\tvotes\tparty.name\nA\t1.50\t\nB\t\tU\n";
        assert_eq!(table(objects, None).unwrap(), expected);
        let lines = objects[1..objects.len() - 1].replace("},{\"v", "}\n{\"v");
        assert_eq!(table(&lines, None).unwrap(), expected);
        assert_eq!(table(r#"{"a":{"b":[["x","y"],[1,2]]}}"#, Some("a.b")).unwrap(), "x\ty\n1\t2\n");
    }

    #[test]
    fn members_of_the_objects_above_are_repeated() {
        let text = r#"{"year":2019,"contests":[
            {"name":"North","candidates":[{"name":"A","votes":1},{"name":"B","votes":2}],"seats":1},
            {"name":"South","candidates":[{"name":"C","votes":3}]}]}"#;
        let expected = "year\tcontests.name\tseats\tname\tvotes\n2019\tNorth\t1\tA\t1\n2019\tNorth\t1\tB\t2\n\
                        2019\tSouth\t\tC\t3\n";
        assert_eq!(table(text, Some("contests.*.candidates")).unwrap(), expected);
        let message = table(text, None).unwrap_err();
        assert!(message.contains(r#""contests", "contests.*.candidates""#), "{message}");
        let message = table(text, Some("contest")).unwrap_err();
        assert!(message.contains("there are 'year', 'contests'"), "{message}");
        let message = table(text, Some("year")).unwrap_err();
        assert!(message.starts_with("f:1:9: expected an array of rows at 'year'"), "{message}");
    }

    #[test]
    fn malformed_json_is_an_error_with_its_place() {
        for (text, expected) in [
            ("[{\"a\":1},\n{\"a\" 2}]", "f:2:6: expected a colon"),
            ("[{\"a\":1}", "f:1:9: expected a comma, or the end ']'"),
            ("[{\"a\":\"1}]", "f:1:7: expected an end of this string"),
            ("[{\"a\":1},[1]]", "f:1:10: expected a row that is an object, as the others"),
            ("[1]", "f:1:2: expected a row that is an object or an array"),
            ("[{\"a\":1,\"a\":2}]", "f:1:1: expected one cell at each place"),
            ("[]", "f:1:1: expected rows with values"),
        ] {
            let message = table(text, None).unwrap_err();
            assert!(message.starts_with(expected), "{message}");
        }
    }
}
