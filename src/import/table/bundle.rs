//! The rows of one election with all that it takes to read them: into an election, and into the
//! text that the journal keeps.

use std::collections::HashMap;
use std::fmt::Write as _;

use time::format_description::BorrowedFormatItem;

use super::join::JoinedRows;
use super::mapping::{Mapping, Value};
use super::rows::{Row, Table};
use crate::Unread;
use crate::import::value::{count, detail_text};
use crate::import::{cell, dates, title, unread};
use crate::model::{
    Contender, Contest, Decimal, Election, Kind, Link, PollingDate, Quantity, Ref, Round, Tally,
};

/// What begins the text of such an election.
pub(super) const MARK: &str = "#hustings-table ";

pub(super) struct Bundle<'a> {
    pub(super) mapping: &'a Mapping,
    pub(super) table: &'a Table,
    pub(super) rows: Vec<&'a Row>,
    /// The rows of each joined table whose keys these rows have.
    pub(super) joins: Vec<JoinedRows<'a>>,
    /// A row of each election that this one names, for its title.
    pub(super) named: Vec<&'a Row>,
}

impl Bundle<'_> {
    /// The text from which this election can be read again without its table.
    pub(super) fn text(&self) -> String {
        let mapping = serde_json::to_string(self.mapping).unwrap_or_default();
        let mut text = format!("{MARK}{mapping}\n");
        write_block(&mut text, "rows", self.table, &self.rows);
        for join in self.joins.iter().filter(|join| !join.rows.is_empty()) {
            write_block(&mut text, &format!("join {}", join.name), join.table, &join.rows);
        }
        if !self.named.is_empty() {
            write_block(&mut text, "named", self.table, &self.named);
        }
        text
    }

    /// The election.
    ///
    /// # Errors
    /// At the first cell that does not hold what the mapping says.
    pub(super) fn election(&self) -> Result<Election, Unread> {
        let Some(first) = self.rows.first().copied() else {
            return Err(Unread { line: 1, column: 1, ..self.wrong(None, "", "a row") });
        };
        let columns = &self.mapping.election;
        let text = |value: &Option<Value>| self.text_of(value.as_ref(), first);
        let title = text(&columns.title)?;
        let title = title.ok_or_else(|| self.wrong(Some(first), "title", "a title"))?;
        let kind = text(&columns.r#type)?.map(Kind::from);
        let dates = self.dates(columns.date.as_ref(), first)?;
        let year =
            match self.parsed(columns.year.as_ref(), first, "a year", |text| text.parse().ok())? {
                Some(year) => Some(year),
                None => dates.first().map(|date| date.start.year()),
            };
        let mut election = Election {
            title,
            country: text(&columns.country)?,
            year,
            kind: kind.clone(),
            dates,
            previous: self.link(columns.previous.as_ref(), first)?,
            ..Election::default()
        };
        for (name, value) in &columns.details {
            let value = self.text_of(Some(value), first)?;
            election.details.extend(value.map(|value| detail_text(name, value)));
        }
        election.contests = vec![self.contest(kind, first)?];
        title::infer(&mut election);
        Ok(election)
    }

    /// Two elections of a table would be taken for versions of one.
    pub(super) fn same_title(&self, title: &str, other: &str) -> Unread {
        let key = self.mapping.key().join(", ");
        let expected =
            format!("a title that no other election has; it is that of '{other}' in {key}");
        let unread = wrong(self.table, self.rows.first().copied(), "", &expected);
        Unread { text: title.to_owned(), ..unread }
    }

    fn contest(&self, kind: Option<Kind>, first: &Row) -> Result<Contest, Unread> {
        let columns = &self.mapping.contest;
        let number = |value: &Option<Value>| self.count(value.as_ref(), first);
        let round = Round {
            number: Some(1),
            registered: number(&columns.registered)?,
            cast: number(&columns.cast)?,
            valid: number(&columns.valid)?,
            invalid: number(&columns.invalid)?,
            turnout: self.share(columns.turnout.as_ref(), first)?,
            counted: self.share(columns.counted.as_ref(), first)?,
            ..Round::default()
        };
        let seats = number(&columns.seats)?;
        let mut contest = Contest {
            kind,
            office: self.text_of(columns.office.as_ref(), first)?.map(Ref::new),
            previous: self.link(columns.previous.as_ref(), first)?,
            seats: seats.map(|count| Quantity {
                count: Some(count),
                of: None,
                text: count.to_string(),
            }),
            ..Contest::default()
        };
        if round != (Round { number: Some(1), ..Round::default() }) {
            contest.rounds.push(round);
        }
        let mut known = HashMap::new();
        for row in &self.rows {
            self.contender(&mut contest.contenders, &mut known, row)?;
        }
        Ok(contest)
    }

    /// A row's contender, or another round of one who stands there already.
    fn contender(
        &self,
        contenders: &mut Vec<Contender>,
        known: &mut HashMap<(String, String), usize>,
        row: &Row,
    ) -> Result<(), Unread> {
        let columns = &self.mapping.contender;
        let name = |value: &Option<Value>| -> Result<Option<Ref>, Unread> {
            Ok(self.text_of(value.as_ref(), row)?.map(Ref::new))
        };
        let mut contender = Contender {
            people: name(&columns.person)?.into_iter().collect(),
            party: name(&columns.party)?,
            alliances: name(&columns.alliance)?.into_iter().collect(),
            ..Contender::default()
        };
        // What is lost with a row that has results all the same is reported by `lost`.
        if contender.people.is_empty() && contender.party.is_none() {
            return Ok(());
        }
        for (name, value) in &columns.details {
            let value = self.text_of(Some(value), row)?;
            contender.details.extend(value.map(|value| detail_text(name, value)));
        }
        let round = self.parsed(columns.round.as_ref(), row, "the number of a round", |text| {
            text.parse().ok().filter(|round: &u8| *round > 0)
        })?;
        let tally = Tally {
            round: Some(round.unwrap_or(1)),
            votes: self.count(columns.votes.as_ref(), row)?,
            share: self.share(columns.share.as_ref(), row)?,
            seats: self.count(columns.seats.as_ref(), row)?,
            electoral_votes: self.count(columns.electoral_votes.as_ref(), row)?,
            ..Tally::default()
        };
        let stated = tally != Tally { round: tally.round, ..Tally::default() };
        let name = |refs: &[Ref]| refs.first().map(|one| one.name.clone()).unwrap_or_default();
        let names = (name(&contender.people), name(contender.party.as_slice()));
        let new = |at: &&usize| {
            let other = contenders.get(**at);
            other.is_some_and(|other| other.tallies.iter().all(|other| other.round != tally.round))
        };
        let at = match known.get(&names).filter(|_| round.is_some()).filter(new) {
            Some(at) => *at,
            None => {
                known.insert(names, contenders.len());
                contenders.push(contender);
                contenders.len() - 1
            }
        };
        contenders[at].tallies.extend(stated.then_some(tally));
        Ok(())
    }

    /// Results in rows that name nobody whose results they are.
    pub(super) fn lost(&self) -> impl Iterator<Item = Unread> + '_ {
        let columns = &self.mapping.contender;
        let names = [&columns.person, &columns.party];
        let results = [&columns.votes, &columns.share, &columns.seats, &columns.electoral_votes];
        self.rows.iter().filter_map(move |row| {
            let text = |value: &Option<Value>| self.text_of(value.as_ref(), row).ok().flatten();
            if names.into_iter().any(|value| text(value).is_some()) {
                return None;
            }
            let (column, text) = results
                .into_iter()
                .find_map(|value| Some((name_of(value.as_ref()), text(value)?)))?;
            let expected = "a row with a person or a party, whose results these are,";
            Some(Unread { text, ..self.wrong(Some(row), &column, expected) })
        })
    }

    /// The election whose key a cell holds.
    fn link(&self, value: Option<&Value>, row: &Row) -> Result<Option<Link>, Unread> {
        let Some(key) = self.text_of(value, row)? else { return Ok(None) };
        let found = self.named.iter().find(|row| key_of(self.mapping, self.table, row) == key);
        // One that the table does not have is a link all the same, and leads nowhere.
        let Some(found) = found else {
            return Ok(Some(Link { label: Some(key), ..Link::default() }));
        };
        let title = self.text_of(self.mapping.election.title.as_ref(), found)?;
        Ok(Some(Link { title, ..Link::default() }))
    }

    fn dates(&self, value: Option<&Value>, row: &Row) -> Result<Vec<PollingDate>, Unread> {
        let format = match value {
            Some(Value::Given(given)) => given.format.as_deref(),
            _ => None,
        };
        let read = |text: &str| match format {
            None => dates::read(text).ok(),
            Some(format) => {
                let date = time::Date::parse(text, &description(format)?).ok()?;
                dates::read(&date.to_string()).ok()
            }
        };
        let expected = format.map_or_else(
            || "a date such as 2012-07-19".to_owned(),
            |format| format!("a date of the form {format}"),
        );
        Ok(self.parsed(value, row, &expected, read)?.unwrap_or_default())
    }

    fn count(&self, value: Option<&Value>, row: &Row) -> Result<Option<u64>, Unread> {
        self.parsed(value, row, "a count such as 47095", |text| count(text).ok())
    }

    fn share(&self, value: Option<&Value>, row: &Row) -> Result<Option<Decimal>, Unread> {
        self.parsed(value, row, "a share such as 66.65", |text| {
            match cell::parts(text).as_slice() {
                [part] if part.words.is_empty() => part.as_share(),
                _ => None,
            }
        })
    }

    fn parsed<T>(
        &self,
        value: Option<&Value>,
        row: &Row,
        expected: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Unread> {
        let Some(text) = self.text_of(value, row)? else { return Ok(None) };
        let wrong =
            || Unread { text: text.clone(), ..self.wrong(Some(row), &name_of(value), expected) };
        read(&text).map(Some).ok_or_else(wrong)
    }

    /// The text of a value in a row; none where every column of it is unknown there.
    fn text_of(&self, value: Option<&Value>, row: &Row) -> Result<Option<String>, Unread> {
        let Some(value) = value else { return Ok(None) };
        let given = match value {
            Value::Column(column) => return Ok(self.cell(column, row)?.map(str::to_owned)),
            Value::Given(given) => given,
        };
        for (column, wanted) in &given.when {
            if self.cell(column, row)? != Some(wanted.as_str()) {
                return Ok(None);
            }
        }
        let said = |text: &str| given.values.get(text).cloned().unwrap_or_else(|| text.to_owned());
        if let Some(column) = &given.column {
            let cell = self.cell(column, row)?;
            return match (&given.row, cell) {
                (Some(key), Some(cell)) => self.whose(key, cell, column, row).map(Some),
                _ => Ok(cell.map(said)),
            };
        }
        let Some(template) = &given.template else { return Ok(given.constant.clone()) };
        let (mut text, mut rest) = (String::new(), template.as_str());
        while let Some((before, after)) = rest.split_once('{') {
            let Some((column, after)) = after.split_once('}') else { break };
            text.push_str(before);
            match self.cell(column, row)? {
                Some(cell) => text.push_str(&said(cell)),
                None => return Ok(None),
            }
            rest = after;
        }
        text.push_str(rest);
        Ok(Some(text))
    }

    /// The party, or else the person, of the row of this election that has this text in a column.
    fn whose(&self, key: &str, text: &str, column: &str, row: &Row) -> Result<String, Unread> {
        let of = |other: &&&Row| self.table.cell(other, key) == Some(text);
        let columns = &self.mapping.contender;
        if let Some(other) = self.rows.iter().find(of) {
            for name in [&columns.party, &columns.person] {
                if let Some(name) = self.text_of(name.as_ref(), other)? {
                    return Ok(name);
                }
            }
        }
        let expected = format!("a value that column '{key}' has in a row of the same election,");
        Err(Unread { text: text.to_owned(), ..self.wrong(Some(row), column, &expected) })
    }

    /// The cell of a column: `votes`, or `election.electorate` of a joined table.
    fn cell<'b>(&'b self, column: &str, row: &'b Row) -> Result<Option<&'b str>, Unread> {
        let joined = column.split_once('.').and_then(|(name, column)| {
            self.mapping.join.contains_key(name).then_some((name, column))
        });
        let text = match joined {
            Some((name, inner)) => {
                // A row without a match has no value there.
                let join = self.mapping.join.get(name);
                let rows = self.joins.iter().find(|rows| rows.name == name);
                let found = join.zip(rows).and_then(|(join, rows)| {
                    Some((rows.table, rows.get(self.table.cell(row, &join.on)?)?))
                });
                let Some((table, joined)) = found else { return Ok(None) };
                table.cell(joined, inner)
            }
            None => self.table.cell(row, column),
        };
        let Some(text) = text else {
            return Err(self.wrong(Some(row), column, "a column of this name"));
        };
        Ok(Some(text).filter(|text| !self.mapping.null.iter().any(|null| null == text)))
    }

    fn wrong(&self, row: Option<&Row>, column: &str, expected: &str) -> Unread {
        wrong(self.table, row, column, &format!("{expected} in column '{column}'"))
    }
}

/// Writes rows of a table under its header. The block says how long it is, so that nothing in it can be taken
/// for its end.
pub(super) fn write_block(text: &mut String, name: &str, table: &Table, rows: &[&Row]) {
    let rows = rows.iter().map(|row| table.exact(row));
    let lines: Vec<&str> = std::iter::once(table.header.as_str()).chain(rows).collect();
    let body = lines.join("\n");
    let _ = writeln!(text, "#{} {name}\n{body}", body.len());
}

/// Tables with their names.
pub(super) type Blocks<'a> = Vec<(&'a str, Table)>;

/// What stands behind the mark of such a text: its first line, and the tables in its blocks, with their names.
pub(super) fn read_blocks<'a>(
    source: &str,
    text: &'a str,
    mark: &str,
    expected: &str,
) -> Result<(&'a str, Blocks<'a>), Unread> {
    let head = text.strip_prefix(mark).and_then(|rest| rest.split_once('\n'));
    let (head, mut rest) = head.ok_or_else(|| unread(source, text, 0, expected))?;
    let mut tables = Vec::new();
    while let Some((line, after)) = rest.strip_prefix('#').and_then(|rest| rest.split_once('\n')) {
        let block = line.split_once(' ').and_then(|(length, name)| {
            let (body, rest) = after.split_at_checked(length.parse().ok()?)?;
            Some((name, body, rest))
        });
        let at = text.len() - rest.len();
        let wrong = || unread(source, text, at, "the length and the name of a block");
        let (name, body, after) = block.ok_or_else(wrong)?;
        tables.push((name, Table::read_named(source, body)?));
        rest = after.trim_start_matches('\n');
    }
    Ok((head, tables))
}

/// What was expected in a column of a row.
pub(super) fn wrong(table: &Table, row: Option<&Row>, column: &str, expected: &str) -> Unread {
    let place = table.column(column).and_then(|at| u32::try_from(at + 1).ok());
    Unread {
        source: table.source.clone(),
        line: row.map_or(1, |row| row.line),
        column: place.unwrap_or(1),
        text: String::new(),
        expected: expected.to_owned(),
    }
}

/// How a date is written. Brackets in brackets, which a date does not need, are refused here: the
/// crate panics over some of them.
pub(super) fn description(format: &str) -> Option<Vec<BorrowedFormatItem<'_>>> {
    let mut open = false;
    for bracket in format.chars().filter(|c| "[]".contains(*c)) {
        if open == (bracket == '[') {
            return None;
        }
        open = !open;
    }
    time::format_description::parse_borrowed::<2>(format).ok()
}

/// What tells the election of a row from others.
pub(super) fn key_of(mapping: &Mapping, table: &Table, row: &Row) -> String {
    let cells = mapping.key().into_iter().map(|column| table.cell(row, column).unwrap_or_default());
    cells.collect::<Vec<_>>().join("/")
}

pub(super) fn name_of(value: Option<&Value>) -> String {
    match value {
        Some(Value::Column(column)) => column.clone(),
        Some(Value::Given(given)) => {
            given.column.clone().or_else(|| given.template.clone()).unwrap_or_default()
        }
        None => String::new(),
    }
}

/// The keys that a row names: of the elections before it.
pub(super) fn named_keys(bundle: &Bundle<'_>) -> Vec<String> {
    let values = [&bundle.mapping.election.previous, &bundle.mapping.contest.previous];
    let Some(first) = bundle.rows.first() else { return Vec::new() };
    let keys =
        values.into_iter().filter_map(|value| bundle.text_of(value.as_ref(), first).ok().flatten());
    keys.collect()
}
