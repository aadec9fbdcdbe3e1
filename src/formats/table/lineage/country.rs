//! Groups the rows of the tables of parties by country. Incomplete and inconsistent rows are
//! reported and left out; exact duplicates are left out silently.

use std::collections::{HashMap, HashSet};

use super::rows::{LineageRows, LineageTexts, cell, parse_date};
use crate::ParseError;
use crate::formats::table::problem::cell_error;
use crate::formats::table::rows::{Row, Table};

/// Rows by country, in the order in which the countries first occur.
#[derive(Default)]
struct CountryRows<'a> {
    countries: Vec<(String, LineageRows<'a>)>,
    places: HashMap<String, usize>,
}

impl<'a> CountryRows<'a> {
    fn of(&mut self, country: &str) -> &mut LineageRows<'a> {
        let at = *self.places.entry(country.to_owned()).or_insert_with(|| {
            self.countries.push((country.to_owned(), LineageRows::default()));
            self.countries.len() - 1
        });
        &mut self.countries[at].1
    }
}

/// Country of each party, by the party's id.
type PartyCountries<'a> = HashMap<&'a str, &'a str>;

/// Returns the valid rows of each country, and an error for every other row.
pub(super) fn rows_by_country<'a>(
    given: &'a LineageTexts<'_>,
) -> (Vec<(String, LineageRows<'a>)>, Vec<ParseError>) {
    let mut sorted = CountryRows::default();
    let mut bad = Vec::new();
    let homes = parties(given, &mut sorted, &mut bad);
    renames(given, &homes, &mut sorted, &mut bad);
    changes(given, &homes, &mut sorted, &mut bad);
    (sorted.countries, bad)
}

/// Returns the rows of a table without exact duplicates.
fn distinct_rows(table: &Table) -> impl Iterator<Item = &Row> {
    let mut known: HashSet<&[String]> = HashSet::new();
    table.rows.iter().filter(move |row| known.insert(&row.cells))
}

fn unread(table: &Table, row: &Row, column: &str, expected: &str) -> ParseError {
    let text = cell(table, row, column).to_owned();
    ParseError { text, ..cell_error(table, Some(row), column, expected) }
}

/// Returns the text of a required cell.
fn required_cell<'b>(
    table: &Table,
    row: &'b Row,
    column: &str,
    what: &str,
) -> Result<&'b str, ParseError> {
    let text = cell(table, row, column);
    if text.is_empty() { Err(unread(table, row, column, what)) } else { Ok(text) }
}

fn parties<'a>(
    given: &'a LineageTexts<'_>,
    sorted: &mut CountryRows<'a>,
    bad: &mut Vec<ParseError>,
) -> PartyCountries<'a> {
    let mut homes = PartyCountries::new();
    let Some((table, columns)) = given.parties.as_ref().zip(given.tables.parties.as_ref()) else {
        return homes;
    };
    for row in distinct_rows(table) {
        let both = required_cell(table, row, &columns.id, "the id of a party").and_then(|id| {
            Ok((id, required_cell(table, row, &columns.country, "the country of the party")?))
        });
        match both {
            Ok((id, _)) if homes.contains_key(id) => {
                bad.push(unread(table, row, &columns.id, "an id that no party above has"));
            }
            Ok((id, country)) => {
                homes.insert(id, country);
                sorted.of(country).parties.push(row);
            }
            Err(unread) => bad.push(unread),
        }
    }
    homes
}

fn country_of_party<'a>(
    homes: &PartyCountries<'a>,
    table: &Table,
    row: &Row,
    column: &str,
) -> Result<&'a str, ParseError> {
    let known = homes.get(cell(table, row, column)).copied();
    known.ok_or_else(|| unread(table, row, column, "the id of a party in the table of parties"))
}

fn renames<'a>(
    given: &'a LineageTexts<'_>,
    homes: &PartyCountries<'_>,
    sorted: &mut CountryRows<'a>,
    bad: &mut Vec<ParseError>,
) {
    let given_renames = given.renames.as_ref().zip(given.tables.renames.as_ref());
    let Some((table, columns)) = given_renames else { return };
    for row in distinct_rows(table) {
        let dated = parse_date(given.tables, table, row, columns.date.as_deref());
        match dated.and_then(|_| country_of_party(homes, table, row, &columns.id)) {
            Ok(country) => sorted.of(country).renames.push(row),
            Err(unread) => bad.push(unread),
        }
    }
}

fn changes<'a>(
    given: &'a LineageTexts<'_>,
    homes: &PartyCountries<'_>,
    sorted: &mut CountryRows<'a>,
    bad: &mut Vec<ParseError>,
) {
    let given_changes = given.changes.as_ref().zip(given.tables.changes.as_ref());
    let Some((table, columns)) = given_changes else { return };
    for row in distinct_rows(table) {
        let country = || -> Result<&str, ParseError> {
            parse_date(given.tables, table, row, columns.date.as_deref())?;
            let from = required_cell(table, row, &columns.from, "a party")?;
            if from == required_cell(table, row, &columns.to, "a party")? {
                return Err(unread(table, row, &columns.to, "another party"));
            }
            match &columns.country {
                Some(column) => required_cell(table, row, column, "the country of both parties"),
                None => country_of_party(homes, table, row, &columns.to).and(country_of_party(
                    homes,
                    table,
                    row,
                    &columns.from,
                )),
            }
        };
        match country() {
            Ok(country) => sorted.of(country).changes.push(row),
            Err(unread) => bad.push(unread),
        }
    }
}
