//! What each column of a table seems to be, by its name and its cells.

use std::collections::HashSet;

use super::grid::{Grid, is_number, is_year};
use super::role::{Role, exact_role, roles};

/// Texts of cells that stand for an unknown number.
const NULL_WORDS: [&str; 18] = [
    "-", "–", "—", "--", "n/a", "N/A", "NA", "n.a.", "NULL", "null", "..", "...", ":", "x", "X",
    ".", "#N/A", "nd",
];

/// A column, and the evidence for what it is.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) index: usize,
    pub(super) name: String,
    pub(super) role: Role,
    /// Reason for the role, as a phrase.
    pub(super) reason: String,
    /// Number of different texts.
    pub(super) distinct: usize,
    /// Number of times that the text differs from that of the row above.
    runs: usize,
    filled: usize,
    /// Number of cells that are numbers.
    pub(super) numbers: usize,
    pub(super) max: f64,
    sum: f64,
    has_decimals: bool,
    has_percent: bool,
    years: usize,
    /// Texts that stand for an unknown number.
    pub(super) nulls: Vec<String>,
    /// Whether numbers have marks of footnotes.
    pub(super) has_footnotes: bool,
}

impl Column {
    fn read(grid: &Grid, index: usize) -> Self {
        let mut seen = HashSet::new();
        let (mut filled, mut numbers, mut years, mut runs) = (0, 0, 0, 0);
        let (mut max, mut sum) = (0.0_f64, 0.0);
        let (mut has_decimals, mut has_percent, mut footnotes) = (false, false, 0_usize);
        let mut nulls: Vec<String> = Vec::new();
        let mut last = "";
        for cell in grid.column(index) {
            runs += usize::from(cell != last);
            last = cell;
            if cell.is_empty() {
                continue;
            }
            if NULL_WORDS.contains(&cell) {
                if !nulls.iter().any(|null| null == cell) {
                    nulls.push(cell.to_owned());
                }
                continue;
            }
            filled += 1;
            seen.insert(cell);
            let plain = without_footnote(cell);
            footnotes += usize::from(plain.len() < cell.len());
            if is_number(plain) {
                numbers += 1;
                years += usize::from(is_year(plain));
                has_percent |= plain.ends_with('%');
                let (value, is_decimal) = number(plain);
                has_decimals |= is_decimal;
                max = max.max(value);
                sum += value;
            }
        }
        let has_footnotes = footnotes > 0 && numbers * 10 >= filled * 8;
        let name = grid.names.get(index).cloned().unwrap_or_default();
        Self {
            index,
            name,
            role: Role::Other,
            reason: String::new(),
            distinct: seen.len(),
            runs,
            filled,
            numbers,
            max,
            sum,
            has_decimals,
            has_percent,
            years,
            nulls,
            has_footnotes,
        }
    }

    /// Returns whether nearly all cells are numbers.
    pub(super) fn is_numeric(&self) -> bool {
        self.numbers > 0 && self.numbers * 10 >= self.filled * 8
    }

    /// Returns whether the column has numbers that may be votes.
    pub(super) fn is_count(&self) -> bool {
        self.is_numeric()
            && !self.has_percent
            && !self.is_years()
            && (!self.has_decimals || self.max > 100.0)
    }

    fn is_years(&self) -> bool {
        self.years > 0 && self.years == self.numbers
    }

    fn is_share(&self) -> bool {
        self.is_numeric() && self.max <= 100.0 && (self.has_decimals || self.has_percent)
    }

    /// Returns whether all shares are fractions of 1.
    pub(super) fn is_fraction(&self) -> bool {
        self.is_numeric() && self.max <= 1.0 && !self.has_percent && self.has_decimals
    }

    /// Returns whether the name does not say what the numbers of the column are.
    pub(super) fn is_open(&self) -> bool {
        let is_part = exact_role(&self.name).is_none();
        self.reason.is_empty()
            || is_part && self.role == Role::Code && !self.reason.starts_with("a part")
            || is_part && [Role::Votes, Role::Person, Role::Party].contains(&self.role)
    }

    pub(super) fn is_blank(&self) -> bool {
        self.filled == 0 && self.nulls.is_empty()
    }

    /// Returns whether the cells allow the role.
    fn allows(&self, role: Role) -> bool {
        match role {
            Role::Year => self.is_years() || self.filled == 0,
            Role::Share | Role::Turnout => self.is_numeric() && self.max <= 100.0,
            Role::Votes | Role::TotalVotes | Role::ModeVotes => self.is_count() || self.is_blank(),
            role if role.is_numeric() => self.is_numeric() || self.is_blank(),
            role if role.is_textual() => !self.is_numeric(),
            _ => true,
        }
    }

    /// Sets the role that the name states, if the cells allow it.
    fn set_by_name(&mut self) {
        let candidates = roles(&self.name);
        if let Some(role) = candidates.iter().copied().find(|role| self.allows(*role)) {
            let is_exact = exact_role(&self.name) == Some(role);
            self.reason =
                if is_exact { "its name".to_owned() } else { "a part of its name".to_owned() };
            self.role = role;
            return;
        }
        // Numbers under the name of an area or a party are its codes; a percentage is a turnout.
        if candidates.contains(&Role::Cast) && self.is_share() {
            (self.role, self.reason) =
                (Role::Turnout, "its name, and numbers up to 100".to_owned());
        } else if candidates.first().is_some_and(|role| role.is_textual()) && self.is_numeric() {
            (self.role, self.reason) = (Role::Code, "its name, and numbers below it".to_owned());
        }
    }
}

/// Returns all columns of a table with their roles.
pub(super) fn columns(grid: &Grid) -> Vec<Column> {
    let mut columns: Vec<Column> =
        (0..grid.names.len()).map(|index| Column::read(grid, index)).collect();
    if grid.header.is_empty() {
        guess_by_content(&mut columns);
        return columns;
    }
    columns.iter_mut().for_each(Column::set_by_name);
    let has = |columns: &[Column], role: Role| columns.iter().any(|column| column.role == role);
    // A number may be the name of a constituency.
    if !has(&columns, Role::Constituency) {
        let numbered = columns.iter_mut().find(|column| {
            column.role == Role::Code && exact_role(&column.name) == Some(Role::Constituency)
        });
        if let Some(column) = numbered {
            (column.role, column.reason) =
                (Role::Constituency, "its name; the cells are numbers".to_owned());
        }
    }
    // Without a column of votes, the total votes are those of the contenders.
    let has_contender = [Role::Party, Role::Person, Role::Surname, Role::PartyCode, Role::Name];
    let has_contender = columns.iter().any(|column| has_contender.contains(&column.role));
    if !has(&columns, Role::Votes) && has_contender {
        let sole = columns.iter_mut().find(|column| column.role == Role::TotalVotes);
        if let Some(column) = sole {
            column.role = Role::Votes;
        }
    }
    // An abbreviation is the party if no column names it.
    if !has(&columns, Role::Party) {
        let code = columns
            .iter_mut()
            .find(|column| column.role == Role::PartyCode && !column.is_numeric());
        if let Some(column) = code {
            column.role = Role::Party;
        }
    }
    // 'nom' beside 'prénom', 'nombre' beside 'apellidos'.
    let other = if has(&columns, Role::GivenName) && !has(&columns, Role::Surname) {
        Some(Role::Surname)
    } else if has(&columns, Role::Surname) && !has(&columns, Role::GivenName) {
        Some(Role::GivenName)
    } else {
        None
    };
    let is_person = has(&columns, Role::Person);
    for column in columns.iter_mut().filter(|column| column.role == Role::Name) {
        if let Some(role) = other.filter(|_| !is_person) {
            (column.role, column.reason) =
                (role, "the other part of a name stands beside it".to_owned());
        }
    }
    columns
}

/// Guesses roles of columns without names.
fn guess_by_content(columns: &mut [Column]) {
    let rows = columns.iter().map(|column| column.filled).max().unwrap_or(0);
    let mut texts = Vec::new();
    let mut counts = Vec::new();
    for column in columns.iter_mut() {
        let (role, reason) = if column.is_years() {
            (Role::Year, "years")
        } else if column.is_share() {
            (Role::Share, "numbers up to 100 with decimals")
        } else if column.is_numeric() {
            counts.push((column.index, column.sum));
            (Role::Other, "whole numbers")
        } else if column.filled > 0 {
            texts.push(column.index);
            (Role::Other, "texts")
        } else {
            (Role::Other, "blank")
        };
        (column.role, column.reason) = (role, reason.to_owned());
    }
    let set = |columns: &mut [Column], at: usize, role: Role, reason: &str| {
        if let Some(column) = columns.get_mut(at) {
            (column.role, column.reason) = (role, reason.to_owned());
        }
    };
    counts.sort_by(|one, other| other.1.total_cmp(&one.1));
    if let [(at, _)] = counts.as_slice() {
        set(columns, *at, Role::Votes, "the only whole numbers");
    }
    // The rows of an area stand together; those of a party do not.
    let mut rest = Vec::new();
    for at in texts {
        let Some(column) = columns.get(at) else { continue };
        if column.distinct > 1 && column.distinct < rows && column.runs == column.distinct {
            set(columns, at, Role::Constituency, "each text is in consecutive rows");
        } else {
            rest.push((at, column.distinct));
        }
    }
    match rest.as_slice() {
        [(at, _)] => set(columns, *at, Role::Party, "the only texts that differ from row to row"),
        [(one, first), (other, second)] => {
            let (person, party) = if first >= second { (*one, *other) } else { (*other, *one) };
            set(columns, person, Role::Person, "the most different texts");
            set(columns, party, Role::Party, "texts that occur again");
        }
        _ => {}
    }
}

/// Returns a number, and whether it has decimals.
pub(super) fn number(text: &str) -> (f64, bool) {
    let text = text.trim_end_matches('%').trim();
    let last = text.rfind(['.', ',']);
    let is_decimal = last.is_some_and(|at| {
        let after = text.len() - at - 1;
        let signs = text.matches(['.', ',']).count();
        after != 3
            || text.starts_with("0.")
            || text.starts_with("0,")
            || text.starts_with('.') && signs == 1
    });
    let mut plain = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        if c.is_ascii_digit() || c == '-' {
            plain.push(c);
        } else if is_decimal && Some(at) == last {
            plain.push('.');
        }
    }
    let value: f64 = plain.parse().unwrap_or(0.0);
    (value, is_decimal && value.fract() != 0.0)
}

/// Returns a number without a mark such as `*`, `(a)` or `[1]` after it.
fn without_footnote(cell: &str) -> &str {
    let starts_with_digit = cell.starts_with(|c: char| c.is_ascii_digit());
    if !starts_with_digit {
        return cell;
    }
    let end = cell.find(['*', '†', '‡', '(', '[']).unwrap_or(cell.len());
    let plain = cell.get(..end).unwrap_or(cell).trim_end();
    if is_number(plain) { plain } else { cell }
}
