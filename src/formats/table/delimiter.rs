//! Detection of a table's delimiter.

use super::blank::{fit_to_columns, is_blank_row};

/// Supported delimiters, in order of preference.
pub(super) const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Maximum number of rows that are parsed to compare delimiters.
const MAX_SAMPLED_ROWS: usize = 200;

/// Columns that a mapping refers to.
#[derive(Debug, Clone, Copy)]
pub(super) struct ExpectedColumns<'a> {
    /// Possible column names.
    pub(super) names: &'a [&'a str],
    /// Minimum number of columns, for a table without a header row.
    pub(super) min_columns: usize,
}

/// Two delimiters that fit equally well.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct AmbiguousDelimiter(pub(super) char, pub(super) char);

/// The fit of a delimiter to a table. A fit with more matched names is better. Of two fits with
/// equally many names, a uniform one is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct DelimiterFit {
    /// Number of expected column names in the first row.
    matched_names: usize,
    /// Whether the first row has enough columns, and all sampled rows match it.
    is_uniform: bool,
}

/// Detects the delimiter of a text. With the best delimiter, the first row contains the most
/// expected column names, and all rows have the same number of cells. Among equal fits, the
/// delimiter that occurs most often in the first line is chosen.
///
/// # Errors
/// When two delimiters fit rows without a header equally well, or occur equally often: the choice
/// is ambiguous.
pub(super) fn detect(text: &str, expected: ExpectedColumns<'_>) -> Result<u8, AmbiguousDelimiter> {
    let counts = count_delimiters(first_line(text));
    let mut found: Vec<(u8, usize)> = counts.into_iter().filter(|(_, count)| *count > 0).collect();
    if found.len() < 2 {
        return Ok(found.first().map_or(b',', |(sign, _)| *sign));
    }
    let fits = found.iter().map(|(sign, count)| (fit(text, *sign, expected), *sign, *count));
    let fits: Vec<(DelimiterFit, u8, usize)> = fits.collect();
    let best = fits.iter().map(|(fit, ..)| *fit).max();
    found = fits
        .iter()
        .filter(|(fit, ..)| Some(*fit) == best)
        .map(|(_, sign, count)| (*sign, *count))
        .collect();
    let best = best.unwrap_or(DelimiterFit { matched_names: 0, is_uniform: false });
    // A tab never occurs within a number or a name.
    if found.len() > 1 && best.is_uniform && found.iter().any(|(sign, _)| *sign == b'\t') {
        return Ok(b'\t');
    }
    let most = found.iter().map(|(_, count)| *count).max().unwrap_or_default();
    let breaks_ties = best.matched_names > 0 || !best.is_uniform;
    if breaks_ties {
        found.retain(|(_, count)| *count == most);
    }
    match found.as_slice() {
        [(one, _), (other, _), ..] => Err(AmbiguousDelimiter(char::from(*one), char::from(*other))),
        [(sign, _)] => Ok(*sign),
        [] => Ok(b','),
    }
}

/// Returns the most frequent delimiter of a line, outside quotes; a comma if there is none.
pub(super) fn detect_in_line(line: &str) -> u8 {
    // `max_by_key` returns the last maximum, so `rev` prefers the first of equally frequent
    // delimiters.
    let counts = count_delimiters(line);
    let most = counts.iter().rev().max_by_key(|(_, count)| *count).filter(|(_, count)| *count > 0);
    most.map_or(b',', |(sign, _)| *sign)
}

fn count_delimiters(line: &str) -> [(u8, usize); 4] {
    let mut counts = DELIMITERS.map(|sign| (sign, 0));
    let mut quoted = false;
    for byte in line.bytes() {
        quoted ^= byte == b'"';
        let count = counts.iter_mut().find(|(sign, _)| *sign == byte && !quoted);
        count.into_iter().for_each(|(_, count)| *count += 1);
    }
    counts
}

/// Returns the first line with anything but delimiters and whitespace.
fn first_line(text: &str) -> &str {
    let has_content = |line: &&str| {
        line.bytes().any(|byte| !byte.is_ascii_whitespace() && !DELIMITERS.contains(&byte))
    };
    text.lines().find(has_content).unwrap_or_default()
}

fn fit(text: &str, delimiter: u8, expected: ExpectedColumns<'_>) -> DelimiterFit {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let rows = reader.records().take(MAX_SAMPLED_ROWS).map_while(Result::ok);
    let rows = rows.map(|row| row.iter().map(|cell| cell.trim().to_owned()).collect::<Vec<_>>());
    let mut rows = rows.filter(|row| !is_blank_row(row));
    let Some(first) = rows.next() else {
        return DelimiterFit { matched_names: 0, is_uniform: false };
    };
    let matched_names =
        expected.names.iter().filter(|name| first.iter().any(|cell| cell == *name)).count();
    let has_header = matched_names > 0;
    let enough = first.len() >= expected.min_columns.max(2);
    let is_uniform = enough && rows.all(|row| fit_to_columns(row, &first, has_header).is_ok());
    DelimiterFit { matched_names, is_uniform }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(text: &str, names: &[&str], columns: usize) -> Result<char, AmbiguousDelimiter> {
        detect(text, ExpectedColumns { names, min_columns: columns }).map(char::from)
    }

    #[test]
    fn the_delimiter_is_detected_from_column_names_and_rows() {
        assert_eq!(detected("party;votes, valid\nA;1\n", &["party"], 0), Ok(';'));
        assert_eq!(detected("name (last, first);votes\n\"B, C\";1\n", &["votes"], 0), Ok(';'));
        assert_eq!(detected("a, b, c;votes\nx;1\n", &["votes"], 0), Ok(';'));
        assert_eq!(detected("votes;share,x\n1;60,5\n", &["votes"], 0), Ok(';'));
        assert_eq!(detected("A;60,5\nB;39,5\n", &[], 0), Err(AmbiguousDelimiter(',', ';')));
        assert_eq!(detected("A;60,5\nB;39\n", &[], 0), Ok(';'));
        assert_eq!(detected("A;1;60,5\nB;2;39,5\n", &[], 3), Ok(';'));
        assert_eq!(detected("B, C\t60\nD, E\t40\n", &[], 0), Ok('\t'));
        assert_eq!(detected("votes\n1\n", &["votes"], 0), Ok(','));
        assert_eq!(detected("\n;;\nseat;votes\nA, B;1\n", &["votes"], 0), Ok(';'));
    }
}
