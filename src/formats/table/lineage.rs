//! Tables of parties, parsed according to a mapping. Each country has a lineage. The source text of
//! a lineage contains the rows from which the lineage is parsed.

mod country_rows;
mod identifiers;
mod rows;
mod unknown_parties;

use std::collections::HashMap;

use super::Mapping;
use super::election_rows::read_blocks;
use super::layout::Layout;
use super::rows::Table;
use crate::formats::document::parse_error_at;
use crate::model::{Lineage, Party, PartyName, PartySuccession};
use crate::{ParseError, Warning};
use country_rows::rows_by_country;
use identifiers::JoinedTables;
use rows::{
    JOIN_PREFIX, LINEAGE_TEXT_PREFIX, LineageHeader, OpenedLineageTables, cell, parse_date,
    party_names,
};
use unknown_parties::unknown_party_warnings;

/// A lineage and its source text.
pub(crate) struct LineageDocument {
    pub(crate) lineage: Lineage,
    pub(crate) text: String,
}

/// Parses the lineage of every country, in the order of the tables. A country without renames and
/// changes has no lineage. A row that cannot be parsed is reported and left out. `load_sibling`
/// returns the text of a file beside the table. Returns warnings about parties that are missing
/// from the table of parties.
pub(crate) fn parse_lineages(
    mapping: &Mapping,
    source: &str,
    text: &str,
    load_sibling: &mut dyn FnMut(&str) -> Result<String, ParseError>,
    each: &mut dyn FnMut(Result<LineageDocument, ParseError>),
) -> Vec<Warning> {
    let Some(tables) = &mapping.lineage else { return Vec::new() };
    let mut errors = Vec::new();
    let layout = Layout { unpivot: None, ..Layout::of_mapping(mapping) };
    let opened =
        match OpenedLineageTables::open(tables, layout, source, text, load_sibling, &mut errors) {
            Ok(opened) => opened,
            Err(error) => {
                each(Err(error));
                return Vec::new();
            }
        };
    let (countries, row_errors) = rows_by_country(&opened);
    errors.into_iter().chain(row_errors).for_each(|error| each(Err(error)));
    for (country, rows) in countries {
        let has_identifiers =
            tables.parties.as_ref().is_some_and(|parties| !parties.identifiers.is_empty());
        if rows.renames.is_empty() && rows.changes.is_empty() && !has_identifiers {
            continue;
        }
        let (name, delimiters) = (mapping.name().to_owned(), opened.undetected_delimiters());
        let head = LineageHeader { source: name, country, tables: tables.clone(), delimiters };
        let text = opened.to_source_text(&head, &rows);
        each(parse_lineage(source, &text).map(|lineage| LineageDocument { lineage, text }));
    }
    unknown_party_warnings(mapping, &opened, source, text)
}

/// Parses a lineage from a source text that [`parse_lineages`] wrote.
pub(crate) fn parse_lineage(source: &str, text: &str) -> Result<Lineage, ParseError> {
    let expected = "the rows of a lineage, as an import through a mapping keeps them";
    let (head, blocks) = read_blocks(source, text, LINEAGE_TEXT_PREFIX, expected)?;
    let head: LineageHeader = serde_json::from_str(head).map_err(|error| {
        parse_error_at(source, text, LINEAGE_TEXT_PREFIX.len(), &format!("a mapping ({error})"))
    })?;
    if let Some(problem) = head.tables.find_inconsistency() {
        let expected = format!("a consistent mapping ({problem})");
        return Err(parse_error_at(source, text, LINEAGE_TEXT_PREFIX.len(), &expected));
    }
    let tables = blocks.into_iter().map(|(name, body)| {
        Ok((name, Table::read_block(source, body, head.delimiters.get(name).copied(), None)?))
    });
    let mut blocks: HashMap<&str, Table> = tables.collect::<Result<_, ParseError>>()?;
    let mut take = |name: &str| blocks.remove(name);
    let (parties, renames, changes) = (take("parties"), take("renames"), take("changes"));
    let joined =
        blocks.iter().filter_map(|(name, table)| Some((name.strip_prefix(JOIN_PREFIX)?, table)));
    let joined = JoinedTables::new(&head.tables, joined);
    let tables = &head.tables;
    let mut lineage = Lineage {
        country: head.country,
        source: head.source,
        id_parameter: tables.detail.clone(),
        ..Lineage::default()
    };
    let mut indices: HashMap<String, usize> = HashMap::new();
    let mut party_index = |parties: &mut Vec<Party>, id: &str, named: bool| {
        *indices.entry(id.to_owned()).or_insert_with(|| {
            let name = PartyName { name: id.to_owned(), since: None };
            let names = if named { vec![name] } else { Vec::new() };
            parties.push(Party { id: id.to_owned(), names, ..Party::default() });
            parties.len() - 1
        })
    };
    if let Some((table, columns)) = parties.as_ref().zip(tables.parties.as_ref()) {
        let identifiers = joined.identifiers(table, &columns.identifiers);
        for (row, identifiers) in table.rows.iter().zip(identifiers) {
            let at = party_index(&mut lineage.parties, cell(table, row, &columns.id), false);
            let names = party_names(table, row, &columns.names, None);
            lineage.parties[at].names.extend(names);
            lineage.parties[at].identifiers.extend(identifiers);
        }
    }
    if let Some((table, columns)) = renames.as_ref().zip(tables.renames.as_ref()) {
        for row in &table.rows {
            let at = party_index(&mut lineage.parties, cell(table, row, &columns.id), false);
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
            party_index(&mut lineage.parties, id, tables.parties.is_none());
        }
        let note = columns.note.as_ref().map(|column| cell(table, row, column).trim());
        lineage.successions.push(PartySuccession {
            from: from.to_owned(),
            to: to.to_owned(),
            date: parse_date(tables, table, row, columns.date.as_deref())?,
            note: note.filter(|note| !note.is_empty()).map(str::to_owned),
        });
    }
    Ok(lineage)
}
