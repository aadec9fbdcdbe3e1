//! The cells of a table: its delimiter, header, rows and footer.

/// Delimiters, in order of preference.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Maximum number of rows from which a mapping is proposed.
const MAX_ROWS: usize = 20_000;

/// Maximum number of lines above the header.
const MAX_LINES_ABOVE: usize = 50;

/// A row with its line, counted from 1.
#[derive(Debug, Clone)]
pub(super) struct GridRow {
    pub(super) line: u32,
    pub(super) cells: Vec<String>,
}

impl GridRow {
    pub(super) fn cell(&self, at: usize) -> &str {
        self.cells.get(at).map_or("", String::as_str)
    }

    fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.is_empty()).count()
    }

    /// Returns the number of filled cells, or 1 if all have the same text, as merged cells have.
    fn filled_apart(&self) -> usize {
        let mut filled = self.cells.iter().filter(|cell| !cell.is_empty());
        let first = filled.next();
        if filled.all(|cell| Some(cell) == first) {
            usize::from(first.is_some())
        } else {
            self.filled()
        }
    }
}

/// A table that was divided into cells.
#[derive(Debug, Default)]
pub(super) struct Grid {
    pub(super) delimiter: char,
    /// Lines of the header, counted from 1; none if the table has no header.
    pub(super) header: Vec<u32>,
    /// Names of the columns; numbers if the table has no header.
    pub(super) names: Vec<String>,
    /// Lines above the header.
    pub(super) above: Vec<GridRow>,
    pub(super) rows: Vec<GridRow>,
    /// Rows after the table.
    pub(super) footer: Vec<GridRow>,
    /// Column that is blank in the footer and filled in the rows.
    pub(super) end_column: Option<usize>,
}

impl Grid {
    /// Divides a table into cells. Without a `delimiter`, it is detected.
    pub(super) fn read(text: &str, delimiter: Option<char>) -> Self {
        let stated = delimiter.and_then(|sign| u8::try_from(sign).ok());
        let sign = stated.unwrap_or_else(|| detect_delimiter(text));
        let rows = parse(text, sign, MAX_ROWS);
        let mut grid = Self { delimiter: char::from(sign), ..Self::default() };
        grid.find_header(rows);
        grid.find_footer();
        grid
    }

    fn find_header(&mut self, rows: Vec<GridRow>) {
        let mut filled: Vec<usize> = rows.iter().map(GridRow::filled).collect();
        filled.sort_unstable();
        let typical = filled.get(filled.len() / 2).copied().unwrap_or(0);
        let is_full = |row: &GridRow| row.filled_apart() >= 2 && row.filled() * 10 >= typical * 6;
        let start = rows.iter().take(MAX_LINES_ABOVE).position(is_full).unwrap_or(0);
        let row = |at: usize| rows.get(at);
        if !row(start).is_some_and(|first| is_header(first, row(start + 1))) {
            let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
            self.names = (1..=width).map(|number| number.to_string()).collect();
            self.above = rows.iter().take(start).cloned().collect();
            self.rows = rows.into_iter().skip(start).collect();
            return;
        }
        let (mut first, mut last) = (start, start);
        let has_gaps = |row: &GridRow| {
            let mut names: Vec<&String> =
                row.cells.iter().filter(|cell| !cell.is_empty()).collect();
            let count = names.len();
            names.sort_unstable();
            names.dedup();
            names.len() < count || row.cells.iter().any(String::is_empty)
        };
        let is_names = |row: &GridRow| {
            row.filled_apart() >= 2
                && row.cells.iter().all(|cell| !is_number(cell) || is_year(cell))
        };
        let next = |at: usize, from: usize| {
            row(at + 1).filter(|one| row(from).is_some_and(|top| one.line == top.line + 1))
        };
        if row(start).is_some_and(has_gaps) && next(start, start).is_some_and(is_names) {
            last += 1;
        } else if let Some(above) = start.checked_sub(1)
            && row(above).is_some_and(|one| {
                is_names(one) && row(start).is_some_and(|own| own.line == one.line + 1)
            })
            && row(start).is_some_and(has_gaps)
        {
            first = above;
        }
        let lines: Vec<&GridRow> = (first..=last).filter_map(row).collect();
        self.header = lines.iter().map(|row| row.line).collect();
        self.names = join_names(&lines);
        self.above = rows.iter().take(first).cloned().collect();
        self.rows = rows.into_iter().skip(last + 1).collect();
    }

    /// Moves the rows after the table to the footer: they have few cells, and the column of numbers
    /// is blank.
    fn find_footer(&mut self) {
        let width = self.names.len();
        let is_short = |row: &GridRow| row.filled() <= 1 && width > 2;
        let mut end = self.rows.len();
        while end.checked_sub(1).and_then(|at| self.rows.get(at)).is_some_and(is_short) {
            end -= 1;
        }
        if end == self.rows.len() || end == 0 {
            return;
        }
        let (rows, footer) = self.rows.split_at(end);
        let is_end = |column: &usize| {
            let is_filled = |row: &GridRow| !row.cell(*column).is_empty();
            rows.iter().all(is_filled) && !footer.iter().take(1).any(is_filled)
        };
        self.end_column = (0..width).find(is_end);
        self.footer = self.rows.split_off(end);
    }

    /// Returns the cells of a column in all rows.
    pub(super) fn column(&self, at: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().map(move |row| row.cell(at))
    }
}

/// Returns whether a row has names of columns, and no numbers. Years are names if the next row has
/// other numbers below them.
fn is_header(row: &GridRow, next: Option<&GridRow>) -> bool {
    let mut numbers = row.cells.iter().enumerate().filter(|(_, cell)| is_number(cell));
    numbers.all(|(at, cell)| {
        let below = next.map_or("", |next| next.cell(at));
        is_year(cell) && is_number(below) && !is_year(below)
    }) && row.filled() > 0
}

/// Joins the names on several lines, as the reader of tables does.
fn join_names(lines: &[&GridRow]) -> Vec<String> {
    let width = lines.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let mut spans = vec![String::new(); lines.len()];
    let last = lines.len().saturating_sub(1);
    let name = |at: usize| {
        let mut parts: Vec<&str> = Vec::new();
        for (level, (row, span)) in lines.iter().zip(&mut spans).enumerate() {
            let cell = row.cell(at);
            if !cell.is_empty() || level == last {
                cell.clone_into(span);
            }
        }
        parts.extend(spans.iter().map(String::as_str).filter(|part| !part.is_empty()));
        parts.join(" / ")
    };
    let mut name = name;
    (0..width).map(&mut name).collect()
}

fn parse(text: &str, delimiter: u8, limit: usize) -> Vec<GridRow> {
    let body = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(body.as_bytes());
    let records = reader.records().filter_map(Result::ok).take(limit);
    let rows = records.map(|record| {
        let line = record.position().map_or(1, csv::Position::line);
        let mut cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        while cells.len() > 1 && cells.last().is_some_and(String::is_empty) {
            cells.pop();
        }
        GridRow { line: u32::try_from(line).unwrap_or(u32::MAX), cells }
    });
    rows.filter(|row| row.filled() > 0).filter(|row| !row.cell(0).starts_with("sep=")).collect()
}

/// Returns the delimiter that divides most rows into the same number of cells.
fn detect_delimiter(text: &str) -> u8 {
    let fit = |sign: u8| {
        let mut widths: Vec<usize> =
            parse(text, sign, 200).iter().map(|row| row.cells.len()).collect();
        widths.sort_unstable();
        let rows = widths.len().max(1);
        let median = widths.get(widths.len() / 2).copied().unwrap_or(0);
        let divided = widths.iter().filter(|width| **width > 1).count();
        let uniform = widths.iter().filter(|width| **width == median).count();
        // Rows of one width count more than many cells: a decimal comma divides rows unevenly.
        if median < 2 { 0 } else { median.min(60) * divided * 100 / rows + uniform * 200 / rows }
    };
    let best = DELIMITERS.into_iter().rev().max_by_key(|sign| fit(*sign));
    best.unwrap_or(b',')
}

/// Returns whether a cell is a number: a count or a decimal, with any separators.
pub(super) fn is_number(cell: &str) -> bool {
    let plain = cell.trim_end_matches(['%', '*', '†']).trim_end();
    let plain = plain.strip_prefix(['-', '+']).unwrap_or(plain);
    !plain.is_empty()
        && plain.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        && plain.ends_with(|c: char| c.is_ascii_digit())
        && plain.chars().all(|c| c.is_ascii_digit() || ".,' \u{a0}\u{202f}\u{2009}’".contains(c))
}

/// Returns whether a cell is a year.
pub(super) fn is_year(cell: &str) -> bool {
    cell.len() == 4 && cell.parse::<u32>().is_ok_and(|year| (1700..2200).contains(&year))
}
