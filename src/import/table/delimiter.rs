//! Which sign stands between the cells of a table.

use super::rows::{blank, fitted};

/// The signs that may stand between cells.
const SIGNS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Number of rows by which delimiters are told apart.
const SAMPLE: usize = 200;

/// What is known of the names of the columns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// Names that the columns may have.
    pub(super) names: &'a [&'a str],
    /// The number of columns that are needed, where they have no names.
    pub(super) columns: usize,
}

/// Two delimiters that fit as well as each other.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Tie(pub(super) char, pub(super) char);

/// What a table is with a delimiter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    /// How many of the wanted names the first row has.
    names: usize,
    /// Whether it has columns enough, and all rows have as many.
    is_even: bool,
}

/// The delimiter of a text: the one with which its first row has the names that are wanted, and all rows as
/// many cells. Of those that fit as well as each other, the one that stands most often in the first line.
///
/// # Errors
/// When rows without names fit two delimiters, or two stand as often: nothing says which is meant.
pub(super) fn of_text(text: &str, wanted: Wanted<'_>) -> Result<u8, Tie> {
    let counts = counts(first_line(text));
    let mut found: Vec<(u8, usize)> = counts.into_iter().filter(|(_, count)| *count > 0).collect();
    if found.len() < 2 {
        return Ok(found.first().map_or(b',', |(sign, _)| *sign));
    }
    let fits = found.iter().map(|(sign, count)| (fit(text, *sign, wanted), *sign, *count));
    let fits: Vec<(Fit, u8, usize)> = fits.collect();
    let best = fits.iter().map(|(fit, ..)| *fit).max();
    found = fits
        .iter()
        .filter(|(fit, ..)| Some(*fit) == best)
        .map(|(_, sign, count)| (*sign, *count))
        .collect();
    let best = best.unwrap_or(Fit { names: 0, is_even: false });
    // A tab is never a part of a number or a name.
    if found.len() > 1 && best.is_even && found.iter().any(|(sign, _)| *sign == b'\t') {
        return Ok(b'\t');
    }
    let most = found.iter().map(|(_, count)| *count).max().unwrap_or_default();
    let guess = best.names > 0 || !best.is_even;
    if guess {
        found.retain(|(_, count)| *count == most);
    }
    match found.as_slice() {
        [(one, _), (other, _), ..] => Err(Tie(char::from(*one), char::from(*other))),
        [(sign, _)] => Ok(*sign),
        [] => Ok(b','),
    }
}

/// The sign that stands most often in a line, outside of quotes; a comma where none does.
pub(super) fn of_line(line: &str) -> u8 {
    // Of two that stand as often, the one that is named first.
    let counts = counts(line);
    let most = counts.iter().rev().max_by_key(|(_, count)| *count).filter(|(_, count)| *count > 0);
    most.map_or(b',', |(sign, _)| *sign)
}

fn counts(line: &str) -> [(u8, usize); 4] {
    let mut counts = SIGNS.map(|sign| (sign, 0));
    let mut quoted = false;
    for byte in line.bytes() {
        quoted ^= byte == b'"';
        let count = counts.iter_mut().find(|(sign, _)| *sign == byte && !quoted);
        count.into_iter().for_each(|(_, count)| *count += 1);
    }
    counts
}

/// The first line that says anything.
fn first_line(text: &str) -> &str {
    let says = |line: &&str| {
        line.bytes().any(|byte| !byte.is_ascii_whitespace() && !SIGNS.contains(&byte))
    };
    text.lines().find(says).unwrap_or_default()
}

fn fit(text: &str, sign: u8, wanted: Wanted<'_>) -> Fit {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(sign)
        .from_reader(text.as_bytes());
    let rows = reader.records().take(SAMPLE).map_while(Result::ok);
    let rows = rows.map(|row| row.iter().map(|cell| cell.trim().to_owned()).collect::<Vec<_>>());
    let mut rows = rows.filter(|row| !blank(row));
    let Some(first) = rows.next() else { return Fit { names: 0, is_even: false } };
    let names = wanted.names.iter().filter(|name| first.iter().any(|cell| cell == *name)).count();
    let is_named = names > 0;
    let enough = first.len() >= wanted.columns.max(2);
    let is_even = enough && rows.all(|row| fitted(row, &first, is_named).is_ok());
    Fit { names, is_even }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign(text: &str, names: &[&str], columns: usize) -> Result<char, Tie> {
        of_text(text, Wanted { names, columns }).map(char::from)
    }

    #[test]
    fn names_and_rows_decide() {
        assert_eq!(sign("party;votes, valid\nA;1\n", &["party"], 0), Ok(';'));
        assert_eq!(sign("name (last, first);votes\n\"B, C\";1\n", &["votes"], 0), Ok(';'));
        assert_eq!(sign("a, b, c;votes\nx;1\n", &["votes"], 0), Ok(';'));
        assert_eq!(sign("votes;share,x\n1;60,5\n", &["votes"], 0), Ok(';'));
        assert_eq!(sign("A;60,5\nB;39,5\n", &[], 0), Err(Tie(',', ';')));
        assert_eq!(sign("A;60,5\nB;39\n", &[], 0), Ok(';'));
        assert_eq!(sign("A;1;60,5\nB;2;39,5\n", &[], 3), Ok(';'));
        assert_eq!(sign("B, C\t60\nD, E\t40\n", &[], 0), Ok('\t'));
        assert_eq!(sign("votes\n1\n", &["votes"], 0), Ok(','));
        assert_eq!(sign("\n;;\nseat;votes\nA, B;1\n", &["votes"], 0), Ok(';'));
    }
}
