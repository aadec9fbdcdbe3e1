//! The rows of each country, and what is wrong with those that cannot be read: a row that says nothing, or what
//! cannot be, is told and left out; one that says again what another says is left out without a word.

use std::collections::{HashMap, HashSet};

use super::{Given, Row, Rows, cell, date};
use crate::Unread;
use crate::import::table::bundle::wrong;
use crate::import::table::rows::Table;

/// Rows by their countries, in the order in which these come.
#[derive(Default)]
struct Sorted<'a> {
    countries: Vec<(String, Rows<'a>)>,
    places: HashMap<String, usize>,
}

impl<'a> Sorted<'a> {
    fn of(&mut self, country: &str) -> &mut Rows<'a> {
        let at = *self.places.entry(country.to_owned()).or_insert_with(|| {
            self.countries.push((country.to_owned(), Rows::default()));
            self.countries.len() - 1
        });
        &mut self.countries[at].1
    }
}

/// The country of every party, by its id.
type Homes<'a> = HashMap<&'a str, &'a str>;

/// The rows that can be read, country by country, and what is wrong with the others.
pub(super) fn by_country<'a>(given: &'a Given<'_>) -> (Vec<(String, Rows<'a>)>, Vec<Unread>) {
    let mut sorted = Sorted::default();
    let mut bad = Vec::new();
    let homes = parties(given, &mut sorted, &mut bad);
    renames(given, &homes, &mut sorted, &mut bad);
    changes(given, &homes, &mut sorted, &mut bad);
    (sorted.countries, bad)
}

/// The rows of a table, each text of cells once.
fn once(table: &Table) -> impl Iterator<Item = &Row> {
    let mut known: HashSet<&[String]> = HashSet::new();
    table.rows.iter().filter(move |row| known.insert(&row.cells))
}

fn unread(table: &Table, row: &Row, column: &str, expected: &str) -> Unread {
    let text = cell(table, row, column).to_owned();
    Unread { text, ..wrong(table, Some(row), column, expected) }
}

/// What stands in a cell that must say something.
fn said<'b>(table: &Table, row: &'b Row, column: &str, what: &str) -> Result<&'b str, Unread> {
    let text = cell(table, row, column);
    if text.is_empty() { Err(unread(table, row, column, what)) } else { Ok(text) }
}

fn parties<'a>(given: &'a Given<'_>, sorted: &mut Sorted<'a>, bad: &mut Vec<Unread>) -> Homes<'a> {
    let mut homes = Homes::new();
    let Some((table, columns)) = given.parties.as_ref().zip(given.tables.parties.as_ref()) else {
        return homes;
    };
    for row in once(table) {
        let both = said(table, row, &columns.id, "the id of a party").and_then(|id| {
            Ok((id, said(table, row, &columns.country, "the country of the party")?))
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

fn home<'a>(homes: &Homes<'a>, table: &Table, row: &Row, column: &str) -> Result<&'a str, Unread> {
    let known = homes.get(cell(table, row, column)).copied();
    known.ok_or_else(|| unread(table, row, column, "the id of a party in the table of parties"))
}

fn renames<'a>(
    given: &'a Given<'_>,
    homes: &Homes<'_>,
    sorted: &mut Sorted<'a>,
    bad: &mut Vec<Unread>,
) {
    let given_renames = given.renames.as_ref().zip(given.tables.renames.as_ref());
    let Some((table, columns)) = given_renames else { return };
    for row in once(table) {
        let dated = date(given.tables, table, row, columns.date.as_deref());
        match dated.and_then(|_| home(homes, table, row, &columns.id)) {
            Ok(country) => sorted.of(country).renames.push(row),
            Err(unread) => bad.push(unread),
        }
    }
}

fn changes<'a>(
    given: &'a Given<'_>,
    homes: &Homes<'_>,
    sorted: &mut Sorted<'a>,
    bad: &mut Vec<Unread>,
) {
    let given_changes = given.changes.as_ref().zip(given.tables.changes.as_ref());
    let Some((table, columns)) = given_changes else { return };
    for row in once(table) {
        let country = || -> Result<&str, Unread> {
            date(given.tables, table, row, columns.date.as_deref())?;
            let from = said(table, row, &columns.from, "a party")?;
            if from == said(table, row, &columns.to, "a party")? {
                return Err(unread(table, row, &columns.to, "another party"));
            }
            match &columns.country {
                Some(column) => said(table, row, column, "the country of both parties"),
                None => {
                    home(homes, table, row, &columns.to).and(home(homes, table, row, &columns.from))
                }
            }
        };
        match country() {
            Ok(country) => sorted.of(country).changes.push(row),
            Err(unread) => bad.push(unread),
        }
    }
}
