//! Renders one record, and lists of records.

use std::io;

use super::history::source_and_file;
use super::report::or_empty;
use super::rows::RowIter;
use super::source_comparison::other_source;
use super::{AnswerRow, Block, ElectionList, ListEntry, Report, RowStream, ShownRecord, Table};
use crate::Error;
use crate::analysis::source_comparison::OtherSource;
use crate::archive::{ElectionId, Filter, ListedElection, Record, Snapshot};
use crate::export::{self, COLUMNS};
use crate::model::{
    Area, AreaSum, Contender, Contest, Election, ElectionType, InferredField, Link, ResultLine,
    Section, Tally, group_digits,
};

/// Lists the elections that match a filter, one row each, with the number of their versions.
///
/// ```
/// use hustings::Archive;
/// use hustings::archive::Filter;
/// use hustings::render::{OutputFormat, TextStyle, list};
/// # let folder = std::env::temp_dir().join("hustings-example-render-list");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// archive.import(["fixtures/commission"])?;
/// let (snapshot, mut csv) = (archive.snapshot(), Vec::new());
/// let style = TextStyle::default();
/// list(&snapshot, &Filter::default()).write(&mut csv, OutputFormat::Csv, style)?;
/// assert_eq!(String::from_utf8_lossy(&csv).lines().count(), 4);
/// # drop((archive, snapshot)); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
pub fn list<'s>(
    snapshot: &'s Snapshot,
    filter: &'s Filter,
) -> RowStream<impl Fn(bool) -> crate::Result<RowIter<'s>>> {
    RowStream::new::<ElectionList>(list_table(), move |with_json| {
        let rows = snapshot.listings(filter)?.map(move |listed| list_row(listed?, with_json));
        Ok(Box::new(rows) as RowIter<'s>)
    })
}

/// Lists these elections, as [`list`] does: those that match a filter, in the given order.
pub fn list_of<'s>(
    snapshot: &'s Snapshot,
    filter: &'s Filter,
    elections: &'s [ElectionId],
) -> RowStream<impl Fn(bool) -> crate::Result<RowIter<'s>>> {
    RowStream::new::<ElectionList>(list_table(), move |with_json| {
        let listed = snapshot.listings_of(elections.iter().copied(), filter)?;
        let rows = listed.map(move |listed| list_row(listed?, with_json));
        Ok(Box::new(rows) as RowIter<'s>)
    })
}

fn list_table() -> Table {
    Table::new(&["address", "date", "type", "country", "…title", ">versions"])
}

fn list_row(listed: ListedElection, with_json: bool) -> crate::Result<AnswerRow> {
    let entry = ListEntry::from(listed);
    let json = with_json.then(|| serde_json::to_value(&entry)).transpose();
    let json = json.map_err(|error| Error::Output(error.into()))?;
    Ok(AnswerRow {
        cells: vec![
            entry.address,
            or_empty(entry.date),
            or_empty(entry.kind),
            entry.country.unwrap_or_default(),
            entry.title,
            entry.versions.to_string(),
        ],
        json: json.unwrap_or_default(),
    })
}

/// Renders one record in full. `prose` is the text around its infobox.
///
/// # Errors
/// When the record cannot be serialised as JSON.
pub fn show(record: &Record, prose: &[Section]) -> io::Result<Report> {
    show_beside(record, prose, &[])
}

/// Renders one record in full, and what other sources state. `prose` is the text around its infobox.
///
/// # Errors
/// When the record cannot be serialised as JSON.
pub fn show_beside(
    record: &Record,
    prose: &[Section],
    others: &[OtherSource],
) -> io::Result<Report> {
    let election = &record.election;
    let mut blocks = vec![record_block(record)];
    for contest in &election.contests {
        blocks.extend(contest_blocks(election, contest));
    }
    for table in &election.results {
        let mut table_blocks = contest_blocks(&Election::default(), table);
        if let Some(first) = table_blocks.first_mut() {
            let name = std::mem::take(&mut first.heading);
            first.heading =
                ["Table of results", &name].join(if name.is_empty() { "" } else { ": " });
        }
        blocks.extend(table_blocks);
    }
    blocks.push(unparsed_block(election));
    for section in prose {
        let (heading, note) = (section.heading.clone(), section.text.clone());
        blocks.push(Block { heading, note, ..Block::default() });
    }
    if !others.is_empty() {
        let sentences = others.iter().map(|other| other_source(other, &record.address));
        let (heading, note) =
            ("Other sources".to_owned(), sentences.collect::<Vec<_>>().join("\n"));
        blocks.push(Block { heading, note, ..Block::default() });
    }
    let with_prose = Election { sections: prose.to_vec(), ..Election::clone(election) };
    let with_prose = Record { election: with_prose.into(), ..record.clone() };
    let shown = ShownRecord { record: with_prose, other_sources: others.to_vec() };
    let mut rows = Table::new(&COLUMNS);
    rows.rows = export::tally_rows(election).iter().map(|row| row.cells().to_vec()).collect();
    Ok(Report { rows: Some(rows), ..Report::from_blocks(&shown, blocks)? })
}

fn record_block(record: &Record) -> Block {
    let election = &record.election;
    let mut table = Table::new(&["field", "value"]);
    let mut add_field = |name: &str, value: String, field: Option<InferredField>| {
        if !value.is_empty() {
            let inferred = field.is_some_and(|field| election.is_inferred(field));
            let mark = if inferred { " (from the title)" } else { "" };
            table.rows.push(vec![name.to_owned(), format!("{value}{mark}")]);
        }
    };
    let version = &record.version;
    add_field("address", record.address.clone(), None);
    let from = format!(
        "{} of {}, import {}, {}",
        version.number, record.versions, version.import, version.recorded
    );
    add_field("version", from, None);
    add_field("source", format!("{}, {}", source_and_file(version), version.format), None);
    add_field("source time", version.source_time.clone().unwrap_or_default(), None);
    add_field("revision", or_empty(version.revision.as_ref().map(|revision| &revision.id)), None);
    add_field(
        "country",
        election.country.clone().unwrap_or_default(),
        Some(InferredField::Country),
    );
    add_field("area", or_empty(election.area.as_ref().map(format_area)), None);
    add_field("type", or_empty(election.kind.as_ref()), Some(InferredField::Type));
    let dates: Vec<String> = election.dates.iter().map(ToString::to_string).collect();
    add_field("date", dates.join(", "), None);
    if dates.is_empty() {
        add_field("year", or_empty(election.year), Some(InferredField::Year));
    }
    add_field("previous", or_empty(election.previous.as_ref().map(format_link)), None);
    add_field("next", or_empty(election.next.as_ref().map(format_link)), None);
    Block { heading: election.title.clone(), table, ..Block::default() }
}

fn format_area(area: &Area) -> String {
    let boundaries =
        area.boundaries.as_ref().map(|boundaries| format!("boundaries of {boundaries}"));
    let notes: Vec<String> = area.code.iter().cloned().chain(boundaries).collect();
    if notes.is_empty() { area.to_string() } else { format!("{area} ({})", notes.join(", ")) }
}

/// States which areas the figures of a contest are the sums of.
fn format_sum(sum: &AreaSum) -> String {
    let areas = match &sum.level {
        Some(level) => format!("{} areas of the level '{level}'", group_digits(sum.areas.into())),
        None => format!("{} areas", group_digits(sum.areas.into())),
    };
    match sum.unopposed {
        0 => areas,
        unopposed => format!("{areas}, {unopposed} of them without a vote"),
    }
}

fn format_link(link: &Link) -> String {
    match (&link.title, link.year) {
        (Some(title), Some(year)) => format!("{title} ({year})"),
        (Some(title), None) => title.clone(),
        (None, year) => or_empty(year),
    }
}

fn contest_blocks(election: &Election, contest: &Contest) -> Vec<Block> {
    let kind = contest.kind.as_ref().or(election.kind.as_ref()).map(ElectionType::to_string);
    let office = contest.office.as_ref().map(ToString::to_string);
    let names = [contest.name.clone(), kind, office];
    let heading = names.into_iter().flatten().collect::<Vec<_>>().join(", ");
    let mut facts = Table::new(&["field", "value"]);
    let mut add_field = |name: String, value: String| {
        if !value.is_empty() {
            facts.rows.push(vec![name, value]);
        }
    };
    add_field("sum of".to_owned(), or_empty(contest.sum.as_ref().map(format_sum)));
    let dates: Vec<String> = contest.dates.iter().map(ToString::to_string).collect();
    add_field("date".to_owned(), dates.join(", "));
    add_field("previous".to_owned(), or_empty(contest.previous.as_ref().map(format_link)));
    add_field("next".to_owned(), or_empty(contest.next.as_ref().map(format_link)));
    let has_several_rounds = contest.rounds.iter().any(|round| round.number != Some(1));
    for round in &contest.rounds {
        let name = |field: &str| match round.label.as_ref().filter(|_| !has_several_rounds) {
            Some(label) => format!("{field}, {label}"),
            None if has_several_rounds => format!("{field}, {}", round.ballot()),
            None => field.to_owned(),
        };
        let change = round.turnout_change.map(|change| format!(" ({change} points)"));
        add_field(
            name("turnout"),
            or_empty(round.turnout.map(|turnout| format!("{turnout} %{}", or_empty(change)))),
        );
        add_field(name("registered"), or_empty(round.registered.map(group_digits)));
        add_field(name("cast"), or_empty(round.cast.map(group_digits)));
        add_field(name("valid"), or_empty(round.valid.map(group_digits)));
        add_field(name("invalid"), or_empty(round.invalid.map(group_digits)));
        add_field(name("blank"), or_empty(round.blank.map(group_digits)));
    }
    let quantities = [
        ("seats", &contest.seats),
        ("majority", &contest.majority_seats),
        ("votes", &contest.votes),
        ("needed", &contest.needed_votes),
    ];
    for (name, quantity) in quantities {
        add_field(name.to_owned(), or_empty(quantity.as_ref().map(|quantity| &quantity.text)));
    }
    for (name, holder) in [("before", &contest.before), ("after", &contest.after)] {
        let Some(holder) = holder else { continue };
        let party = holder.party.as_ref().map(|party| party.name.clone());
        let parts = [holder.person.as_ref().map(ToString::to_string), party];
        add_field(name.to_owned(), parts.into_iter().flatten().collect::<Vec<_>>().join(", "));
    }
    vec![
        Block { heading, table: facts, ..Block::default() },
        Block { table: contender_table(contest), show_header: true, ..Block::default() },
    ]
}

fn contender_table(contest: &Contest) -> Table {
    let mut table = Table::new(&[
        "contender",
        "party",
        "alliance",
        "counted",
        ">round",
        ">votes",
        ">share",
        ">swing",
        ">seats",
        ">change",
        ">electors",
        "…note",
    ]);
    let tallies = contest.contenders.iter().flat_map(|contender| &contender.tallies);
    let options = contest.options.iter().flat_map(|option| &option.tallies);
    let has_several_rounds = tallies.chain(options).any(|tally| tally.round != Some(1));
    for contender in &contest.contenders {
        let alliances: Vec<String> = contender.alliances.iter().map(ToString::to_string).collect();
        let names =
            [format_people(contender), or_empty(contender.party.as_ref()), alliances.join(", ")];
        for (at, line) in contender.result_lines().into_iter().enumerate() {
            let note = if at == 0 { contender_note(contender) } else { String::new() };
            table.rows.push(result_row(&names, line, has_several_rounds, note));
        }
    }
    for option in &contest.options {
        let names = [option.to_string(), String::new(), String::new()];
        let rows = option
            .result_lines()
            .map(|line| result_row(&names, line, has_several_rounds, String::new()));
        table.rows.extend(rows);
    }
    table
}

fn result_row(
    names: &[String; 3],
    line: ResultLine<'_>,
    has_several_rounds: bool,
    note: String,
) -> Vec<String> {
    let none = Tally::default();
    let tally = line.tally.unwrap_or(&none);
    let round = match (line.tally, tally.round) {
        (Some(_), Some(round)) if has_several_rounds => round.to_string(),
        (Some(_), None) => "not stated".to_owned(),
        _ => String::new(),
    };
    let figures = [
        or_empty(tally.label.as_ref()),
        round,
        or_empty(tally.votes.map(group_digits)),
        or_empty(tally.share),
        or_empty(tally.swing),
        or_empty(line.seats.map(group_digits)),
        or_empty(line.seat_change),
        or_empty(tally.electoral_votes.map(group_digits)),
        note,
    ];
    names.iter().cloned().chain(figures).collect()
}

/// Returns the note cell of a contender: unopposed, notes and labelled details.
fn contender_note(contender: &Contender) -> String {
    let unopposed = contender.unopposed.as_ref().map(|words| match words.as_str() {
        "unopposed" => words.clone(),
        _ => format!("unopposed ({words})"),
    });
    let extra = contender.details.iter().filter_map(|detail| {
        let label = detail.label.as_ref()?;
        Some(format!("{label}: {}", detail.value))
    });
    unopposed
        .into_iter()
        .chain(contender.notes.iter().cloned())
        .chain(extra)
        .collect::<Vec<_>>()
        .join("; ")
}

fn format_people(contender: &Contender) -> String {
    contender.people.iter().map(ToString::to_string).collect::<Vec<_>>().join(" / ")
}

fn unparsed_block(election: &Election) -> Block {
    let mut table = Table::new(&[">line", "label", "text", "reason"]);
    let contests =
        election.contests.iter().chain(&election.results).flat_map(|contest| &contest.unparsed);
    for field in election.unparsed.iter().chain(contests) {
        table.rows.push(vec![
            or_empty(field.line),
            field.label.clone(),
            field.text.clone(),
            field.reason.to_string(),
        ]);
    }
    Block { heading: "Not parsed".to_owned(), table, show_header: true, ..Block::default() }
}
