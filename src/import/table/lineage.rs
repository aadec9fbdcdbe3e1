//! Tables of parties, read as a mapping says: of each country a lineage, with the rows that it is made of as
//! its text.

mod country;
mod strangers;

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use self::country::by_country;
use self::strangers::strangers;
use super::bundle::{read_blocks, write_block, wrong};
use super::layout::Layout;
use super::mapping::LineageTables;
use super::open::once;
use super::rows::{Row, Table};
use super::{Mapping, unread};
use crate::model::{Descent, Lineage, PartialDate, Party, PartyName};
use crate::{Unread, Warning};

/// What begins the text of a lineage.
const MARK: &str = "#hustings-lineage ";

/// A lineage and its text.
pub(crate) struct LineageDocument {
    pub(crate) lineage: Lineage,
    pub(crate) text: String,
}

/// The first line of the text, behind the mark: all that the rows do not say.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    source: String,
    country: String,
    tables: LineageTables,
    /// The delimiters of blocks whose names of columns do not tell them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    delimiters: BTreeMap<String, char>,
}

/// The tables that a lineage is read from.
struct Given<'a> {
    tables: &'a LineageTables,
    parties: Option<Table>,
    renames: Option<Table>,
    changes: Option<Table>,
}

/// The rows of one country.
#[derive(Default)]
struct Rows<'a> {
    parties: Vec<&'a Row>,
    renames: Vec<&'a Row>,
    changes: Vec<&'a Row>,
}

/// The lineage of every country that the tables have, in their order. A row that cannot be read is reported
/// and left out. `beside` gives the text of a file beside the table. Returns what is doubtful.
pub(crate) fn lineages(
    mapping: &Mapping,
    source: &str,
    text: &str,
    beside: &mut dyn FnMut(&str) -> Result<String, Unread>,
    each: &mut dyn FnMut(Result<LineageDocument, Unread>),
) -> Vec<Warning> {
    let Some(tables) = &mapping.lineage else { return Vec::new() };
    let mut bad = Vec::new();
    let own = Layout { delimiter: mapping.delimiter, header: mapping.header, ..Layout::default() };
    let given = match Given::read(tables, own, source, text, beside, &mut bad) {
        Ok(given) => given,
        Err(unread) => {
            each(Err(unread));
            return Vec::new();
        }
    };
    let (countries, wrong) = by_country(&given);
    bad.into_iter().chain(wrong).for_each(|unread| each(Err(unread)));
    for (country, rows) in countries {
        if rows.renames.is_empty() && rows.changes.is_empty() {
            continue;
        }
        let (name, delimiters) = (mapping.name().to_owned(), given.delimiters());
        let head = Head { source: name, country, tables: tables.clone(), delimiters };
        let text = given.text(&head, &rows);
        each(read(source, &text).map(|lineage| LineageDocument { lineage, text }));
    }
    strangers(mapping, &given, source, text)
}

/// The lineage of a text that [`lineages`] made.
pub(crate) fn read(source: &str, text: &str) -> Result<Lineage, Unread> {
    let expected = "the rows of a lineage, as an import through a mapping keeps them";
    let (head, blocks) = read_blocks(source, text, MARK, expected)?;
    let head: Head = serde_json::from_str(head)
        .map_err(|error| unread(source, text, MARK.len(), &format!("a mapping ({error})")))?;
    let tables = blocks.into_iter().map(|(name, body)| {
        Ok((name, Table::read_block(source, body, head.delimiters.get(name).copied())?))
    });
    let mut blocks: HashMap<&str, Table> = tables.collect::<Result<_, Unread>>()?;
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
            let names = names(table, row, &columns.names, None);
            lineage.parties[at].names.extend(names);
        }
    }
    if let Some((table, columns)) = renames.as_ref().zip(tables.renames.as_ref()) {
        for row in &table.rows {
            let at = place(&mut lineage.parties, cell(table, row, &columns.id), false);
            let since = date(tables, table, row, columns.date.as_deref())?;
            let names = names(table, row, &columns.names, since);
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
            date: date(tables, table, row, columns.date.as_deref())?,
            note: note.filter(|note| !note.is_empty()).map(str::to_owned),
        });
    }
    Ok(lineage)
}

impl<'a> Given<'a> {
    fn read(
        tables: &'a LineageTables,
        own: Layout<'_>,
        source: &str,
        text: &str,
        beside: &mut dyn FnMut(&str) -> Result<String, Unread>,
        bad: &mut Vec<Unread>,
    ) -> Result<Self, Unread> {
        let mut table = |file: Option<&String>, columns: &[&str]| -> Result<Table, Unread> {
            let table = match file {
                Some(file) => {
                    let layout = Layout { wanted: columns, ..Layout::default() };
                    Table::read_or_empty(file, &beside(file)?, layout, bad)?
                }
                None => {
                    let layout = Layout { wanted: columns, ..own };
                    Table::read_or_empty(source, text, layout, bad)?
                }
            };
            once(&table, columns)?;
            match columns.iter().find(|column| table.column(column).is_none()) {
                None => Ok(table),
                Some(column) => {
                    let there = table.columns.join(", ");
                    let expected =
                        format!("a column '{column}', as the mapping says; it has {there}");
                    Err(unread(&table.source, "", 0, &expected))
                }
            }
        };
        let parties = tables.parties.as_ref().map(|parties| {
            let mut columns = vec![parties.id.as_str(), &parties.country];
            columns.extend(parties.names.iter().map(String::as_str));
            table(parties.file.as_ref(), &columns)
        });
        let renames = tables.renames.as_ref().map(|renames| {
            let mut columns = vec![renames.id.as_str()];
            columns.extend(renames.names.iter().chain(&renames.date).map(String::as_str));
            table(renames.file.as_ref(), &columns)
        });
        let changes = tables.changes.as_ref().map(|changes| {
            let mut columns = vec![changes.from.as_str(), &changes.to];
            let more = [&changes.country, &changes.date, &changes.note];
            columns.extend(more.into_iter().flatten().map(String::as_str));
            table(changes.file.as_ref(), &columns)
        });
        // Nobody may have been renamed, or have become another; but without parties there is nobody.
        let parties = parties.transpose()?;
        if let Some(empty) = parties.as_ref().filter(|parties| parties.rows.is_empty()) {
            bad.push(wrong(empty, None, &empty.columns[0], "rows below the names of the columns"));
        }
        Ok(Self { tables, parties, renames: renames.transpose()?, changes: changes.transpose()? })
    }

    fn delimiters(&self) -> BTreeMap<String, char> {
        let tables =
            [("parties", &self.parties), ("renames", &self.renames), ("changes", &self.changes)];
        let hidden = tables.into_iter().filter_map(|(name, table)| {
            Some((name.to_owned(), table.as_ref()?.hidden_delimiter()?))
        });
        hidden.collect()
    }

    fn text(&self, head: &Head, rows: &Rows<'_>) -> String {
        let json = serde_json::to_string(head).unwrap_or_default();
        let mut text = format!("{MARK}{json}\n");
        let tables = [
            ("parties", self.parties.as_ref(), &rows.parties),
            ("renames", self.renames.as_ref(), &rows.renames),
            ("changes", self.changes.as_ref(), &rows.changes),
        ];
        for (name, table, rows) in tables {
            if let Some(table) = table.filter(|_| !rows.is_empty()) {
                write_block(&mut text, name, table, rows);
            }
        }
        text
    }
}

fn cell<'b>(table: &Table, row: &'b Row, column: &str) -> &'b str {
    table.cell(row, column).unwrap_or_default()
}

fn names(
    table: &Table,
    row: &Row,
    columns: &[String],
    since: Option<PartialDate>,
) -> Vec<PartyName> {
    let mut names: Vec<PartyName> = Vec::new();
    for column in columns {
        let name = cell(table, row, column);
        if !name.is_empty() && names.iter().all(|known| known.name != name) {
            names.push(PartyName { name: name.to_owned(), since });
        }
    }
    names
}

/// The date in a column; of one whose day is not known, the year.
fn date(
    tables: &LineageTables,
    table: &Table,
    row: &Row,
    column: Option<&str>,
) -> Result<Option<PartialDate>, Unread> {
    let Some(column) = column else { return Ok(None) };
    let text = cell(table, row, column);
    if text.is_empty() {
        return Ok(None);
    }
    let unknown = tables.unknown_day.as_deref().and_then(|end| text.strip_suffix(end));
    let read = unknown.unwrap_or(text).parse();
    read.map(Some).map_err(|_| Unread {
        text: text.to_owned(),
        ..wrong(table, Some(row), column, "a date such as 1991, 1991-02 or 1991-02-03")
    })
}
