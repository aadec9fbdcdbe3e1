//! Groups the rows of the tables of parties by country. Incomplete and inconsistent rows are
//! reported and left out; exact duplicates are left out silently.

use std::collections::{HashMap, HashSet};

use super::identifiers::JoinedTables;
use super::rows::{LineageRows, OpenedLineageTables, cell, parse_date};
use crate::ParseError;
use crate::formats::table::errors::cell_error;
use crate::formats::table::rows::{Row, Table};

/// Rows by country, in the order in which the countries first occur.
#[derive(Default)]
struct CountryRows<'a> {
    countries: Vec<(String, LineageRows<'a>)>,
    indices: HashMap<String, usize>,
}

impl<'a> CountryRows<'a> {
    fn get_or_insert(&mut self, country: &str) -> &mut LineageRows<'a> {
        let at = *self.indices.entry(country.to_owned()).or_insert_with(|| {
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
    opened: &'a OpenedLineageTables<'_>,
) -> (Vec<(String, LineageRows<'a>)>, Vec<ParseError>) {
    let mut by_country = CountryRows::default();
    let mut errors = Vec::new();
    let party_countries = group_parties(opened, &mut by_country, &mut errors);
    group_renames(opened, &party_countries, &mut by_country, &mut errors);
    group_changes(opened, &party_countries, &mut by_country, &mut errors);
    (by_country.countries, errors)
}

/// Returns the rows of a table without exact duplicates.
fn distinct_rows(table: &Table) -> impl Iterator<Item = &Row> {
    let mut seen: HashSet<[&[String]; 2]> = HashSet::new();
    table.rows.iter().filter(move |row| seen.insert(row.cells()))
}

fn row_error(table: &Table, row: &Row, column: &str, expected: &str) -> ParseError {
    let text = cell(table, row, column).to_owned();
    ParseError { found: text, ..cell_error(table, Some(row), column, expected) }
}

/// Returns the text of a required cell.
fn required_cell<'b>(
    table: &Table,
    row: &'b Row,
    column: &str,
    expected: &str,
) -> Result<&'b str, ParseError> {
    let text = cell(table, row, column);
    if text.is_empty() { Err(row_error(table, row, column, expected)) } else { Ok(text) }
}

fn group_parties<'a>(
    opened: &'a OpenedLineageTables<'_>,
    by_country: &mut CountryRows<'a>,
    errors: &mut Vec<ParseError>,
) -> PartyCountries<'a> {
    let mut party_countries = PartyCountries::new();
    let Some((table, columns)) = opened.parties.as_ref().zip(opened.tables.parties.as_ref()) else {
        return party_countries;
    };
    let joins = opened.joins.iter().map(|(name, table)| (name.as_str(), table));
    let joined = JoinedTables::new(opened.tables, joins);
    for row in distinct_rows(table) {
        let id_and_country =
            required_cell(table, row, &columns.id, "the id of a party").and_then(|id| {
                Ok((id, required_cell(table, row, &columns.country, "the country of the party")?))
            });
        match id_and_country {
            Ok((id, _)) if party_countries.contains_key(id) => {
                errors.push(row_error(table, row, &columns.id, "an id that no party above has"));
            }
            Ok((id, country)) => {
                party_countries.insert(id, country);
                let rows = by_country.get_or_insert(country);
                rows.parties.push(row);
                for name in opened.tables.join.keys() {
                    let matching = joined.rows(name, table, row);
                    let rows = rows.joined.entry(name.clone()).or_default();
                    rows.extend(matching.iter().map(|row| (row.range.start, *row)));
                }
            }
            Err(error) => errors.push(error),
        }
    }
    party_countries
}

fn country_of_party<'a>(
    party_countries: &PartyCountries<'a>,
    table: &Table,
    row: &Row,
    column: &str,
) -> Result<&'a str, ParseError> {
    let country = party_countries.get(cell(table, row, column)).copied();
    country
        .ok_or_else(|| row_error(table, row, column, "the id of a party in the table of parties"))
}

fn group_renames<'a>(
    opened: &'a OpenedLineageTables<'_>,
    party_countries: &PartyCountries<'_>,
    by_country: &mut CountryRows<'a>,
    errors: &mut Vec<ParseError>,
) {
    let table_and_columns = opened.renames.as_ref().zip(opened.tables.renames.as_ref());
    let Some((table, columns)) = table_and_columns else { return };
    for row in distinct_rows(table) {
        let dated = parse_date(opened.tables, table, row, columns.date.as_deref());
        match dated.and_then(|_| country_of_party(party_countries, table, row, &columns.id)) {
            Ok(country) => by_country.get_or_insert(country).renames.push(row),
            Err(error) => errors.push(error),
        }
    }
}

fn group_changes<'a>(
    opened: &'a OpenedLineageTables<'_>,
    party_countries: &PartyCountries<'_>,
    by_country: &mut CountryRows<'a>,
    errors: &mut Vec<ParseError>,
) {
    let table_and_columns = opened.changes.as_ref().zip(opened.tables.changes.as_ref());
    let Some((table, columns)) = table_and_columns else { return };
    for row in distinct_rows(table) {
        let country = || -> Result<&str, ParseError> {
            parse_date(opened.tables, table, row, columns.date.as_deref())?;
            let from = required_cell(table, row, &columns.from, "a party")?;
            if from == required_cell(table, row, &columns.to, "a party")? {
                return Err(row_error(table, row, &columns.to, "another party"));
            }
            match &columns.country {
                Some(column) => required_cell(table, row, column, "the country of both parties"),
                None => country_of_party(party_countries, table, row, &columns.to)
                    .and(country_of_party(party_countries, table, row, &columns.from)),
            }
        };
        match country() {
            Ok(country) => by_country.get_or_insert(country).changes.push(row),
            Err(error) => errors.push(error),
        }
    }
}
