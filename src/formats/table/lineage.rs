//! Tables of parties, parsed as a mapping states. Each country has a lineage, whose source text
//! holds the rows that it is parsed from.

mod country;
mod rows;
mod strangers;

use std::collections::HashMap;

use super::Mapping;
use super::bundle::read_blocks;
use super::layout::Layout;
use super::rows::Table;
use crate::formats::document::parse_error_at;
use crate::model::{Descent, Lineage, Party, PartyName};
use crate::{ParseError, Warning};
use country::rows_by_country;
use rows::{LineageHeader, LineageTexts, MARK, cell, parse_date, party_names};
use strangers::strangers;

/// A lineage and its source text.
pub(crate) struct LineageDocument {
    pub(crate) lineage: Lineage,
    pub(crate) text: String,
}

/// Parses the lineage of every country, in the order of the tables. Countries without renames and
/// changes have none. A row that cannot be parsed is reported and left out. `beside` returns the
/// text of a file beside the table. Returns warnings about parties that the table of parties lacks.
pub(crate) fn parse_lineages(
    mapping: &Mapping,
    source: &str,
    text: &str,
    beside: &mut dyn FnMut(&str) -> Result<String, ParseError>,
    each: &mut dyn FnMut(Result<LineageDocument, ParseError>),
) -> Vec<Warning> {
    let Some(tables) = &mapping.lineage else { return Vec::new() };
    let mut bad = Vec::new();
    let own = Layout { delimiter: mapping.delimiter, header: mapping.header, ..Layout::default() };
    let given = match LineageTexts::read(tables, own, source, text, beside, &mut bad) {
        Ok(given) => given,
        Err(unread) => {
            each(Err(unread));
            return Vec::new();
        }
    };
    let (countries, wrong) = rows_by_country(&given);
    bad.into_iter().chain(wrong).for_each(|unread| each(Err(unread)));
    for (country, rows) in countries {
        if rows.renames.is_empty() && rows.changes.is_empty() {
            continue;
        }
        let (name, delimiters) = (mapping.name().to_owned(), given.delimiters());
        let head = LineageHeader { source: name, country, tables: tables.clone(), delimiters };
        let text = given.text(&head, &rows);
        each(parse_lineage(source, &text).map(|lineage| LineageDocument { lineage, text }));
    }
    strangers(mapping, &given, source, text)
}

/// Parses a lineage from a source text that [`parse_lineages`] wrote.
pub(crate) fn parse_lineage(source: &str, text: &str) -> Result<Lineage, ParseError> {
    let expected = "the rows of a lineage, as an import through a mapping keeps them";
    let (head, blocks) = read_blocks(source, text, MARK, expected)?;
    let head: LineageHeader = serde_json::from_str(head).map_err(|error| {
        parse_error_at(source, text, MARK.len(), &format!("a mapping ({error})"))
    })?;
    let tables = blocks.into_iter().map(|(name, body)| {
        Ok((name, Table::read_block(source, body, head.delimiters.get(name).copied())?))
    });
    let mut blocks: HashMap<&str, Table> = tables.collect::<Result<_, ParseError>>()?;
    let mut take = |name: &str| blocks.remove(name);
    let (parties, renames, changes) = (take("parties"), take("renames"), take("changes"));
    let tables = &head.tables;
    let mut lineage = Lineage {
        country: head.country,
        source: head.source,
        detail: tables.detail.clone(),
        ..Lineage::default()
    };
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut place = |parties: &mut Vec<Party>, id: &str, named: bool| {
        *places.entry(id.to_owned()).or_insert_with(|| {
            let name = PartyName { name: id.to_owned(), since: None };
            let names = if named { vec![name] } else { Vec::new() };
            parties.push(Party { id: id.to_owned(), names });
            parties.len() - 1
        })
    };
    if let Some((table, columns)) = parties.as_ref().zip(tables.parties.as_ref()) {
        for row in &table.rows {
            let at = place(&mut lineage.parties, cell(table, row, &columns.id), false);
            let names = party_names(table, row, &columns.names, None);
            lineage.parties[at].names.extend(names);
        }
    }
    if let Some((table, columns)) = renames.as_ref().zip(tables.renames.as_ref()) {
        for row in &table.rows {
            let at = place(&mut lineage.parties, cell(table, row, &columns.id), false);
            let since = parse_date(tables, table, row, columns.date.as_deref())?;
            let names = party_names(table, row, &columns.names, since);
            lineage.parties[at].names.extend(names);
        }
    }
    let changes = changes.as_ref().zip(tables.changes.as_ref());
    for (table, columns, row) in changes
        .into_iter()
        .flat_map(|(table, columns)| table.rows.iter().map(move |row| (table, columns, row)))
    {
        let [from, to] = [&columns.from, &columns.to].map(|column| cell(table, row, column));
        for id in [from, to] {
            place(&mut lineage.parties, id, tables.parties.is_none());
        }
        let note = columns.note.as_ref().map(|column| cell(table, row, column).trim());
        lineage.changes.push(Descent {
            from: from.to_owned(),
            to: to.to_owned(),
            date: parse_date(tables, table, row, columns.date.as_deref())?,
            note: note.filter(|note| !note.is_empty()).map(str::to_owned),
        });
    }
    Ok(lineage)
}
