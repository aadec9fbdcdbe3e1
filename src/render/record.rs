//! Renders one record, and lists of records.

use std::io;

use serde_json::json;

use super::report::or_empty;
use super::rows::RowIter;
use super::{AnswerRow, Block, Report, RowStream, Table};
use crate::Error;
use crate::archive::{Filter, ListedElection, Record, Snapshot};
use crate::export::{self, COLUMNS, to_json};
use crate::model::{
    Contender, Contest, Election, ElectionType, InferredField, Link, ResultLine, Section, Tally,
    grouped,
};

/// Lists the elections that match a filter, one row each, with the number of their versions.
///
/// ```
/// use hustings::Archive;
/// use hustings::archive::{Filter, ImportOptions};
/// use hustings::render::{OutputFormat, list};
/// # let folder = std::env::temp_dir().join("hustings-example-render-list");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// archive.import(&["fixtures/commission".into()], &ImportOptions::default())?;
/// let (snapshot, mut csv) = (archive.snapshot(), Vec::new());
/// list(&snapshot, &Filter::default()).write(&mut csv, OutputFormat::Csv, false)?;
/// assert_eq!(String::from_utf8_lossy(&csv).lines().count(), 4);
/// # drop((archive, snapshot)); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
pub fn list<'s>(
    snapshot: &'s Snapshot,
    filter: &'s Filter,
) -> RowStream<impl Fn(bool) -> crate::Result<RowIter<'s>>> {
    let table = Table::new(&["address", "date", "type", "country", "title", ">versions"]);
    RowStream::new(table, move |with_json| {
        let rows = snapshot.listings(filter)?.map(move |listed| row_of(listed?, with_json));
        Ok(Box::new(rows) as RowIter<'s>)
    })
}

fn row_of(listed: ListedElection, with_json: bool) -> crate::Result<AnswerRow> {
    let ListedElection { address, outline, versions, .. } = listed;
    let json = || {
        to_json(&json!({
            "address": address, "date": outline.start(), "type": outline.kind,
            "country": outline.country, "title": outline.title, "versions": versions,
        }))
    };
    let json = with_json.then(json).transpose().map_err(|error| Error::Output(error.into()))?;
    Ok(AnswerRow {
        cells: vec![
            address,
            or_empty(outline.start()),
            or_empty(outline.kind.as_ref()),
            outline.country.unwrap_or_default(),
            outline.title,
            versions.to_string(),
        ],
        json: json.unwrap_or_default(),
    })
}

/// Renders one record in full. `prose` is the text around its infobox.
///
/// # Errors
/// When the record cannot be serialised as JSON.
pub fn show(record: &Record, prose: &[Section]) -> io::Result<Report> {
    let election = &record.election;
    let mut blocks = vec![facts(record)];
    for contest in &election.contests {
        blocks.extend(contest_blocks(election, contest));
    }
    for table in &election.results {
        let mut of_table = contest_blocks(&Election::default(), table);
        if let Some(first) = of_table.first_mut() {
            let name = std::mem::take(&mut first.heading);
            first.heading =
                ["Table of results", &name].join(if name.is_empty() { "" } else { ": " });
        }
        blocks.extend(of_table);
    }
    blocks.push(kept(election));
    for section in prose {
        let (heading, note) = (section.heading.clone(), section.text.clone());
        blocks.push(Block { heading, note, ..Block::default() });
    }
    let shown = Election { sections: prose.to_vec(), ..Election::clone(election) };
    let json = to_json(&json!({
        "address": record.address,
        "version": to_json(&record.version)?,
        "versions": record.versions,
        "election": to_json(&shown)?,
    }))?;
    let mut rows = Table::new(&COLUMNS);
    rows.rows = export::rows(election).iter().map(|row| row.cells().to_vec()).collect();
    Ok(Report { blocks, rows: Some(rows), json })
}

fn facts(record: &Record) -> Block {
    let election = &record.election;
    let mut table = Table::new(&["field", "value"]);
    let mut fact = |name: &str, value: String, field: Option<InferredField>| {
        if !value.is_empty() {
            let inferred = field.is_some_and(|field| election.infers(field));
            let mark = if inferred { " (from the title)" } else { "" };
            table.rows.push(vec![name.to_owned(), format!("{value}{mark}")]);
        }
    };
    let version = &record.version;
    fact("address", record.address.clone(), None);
    let from = format!(
        "{} of {}, import {}, {}",
        version.number, record.versions, version.import, version.recorded
    );
    fact("version", from, None);
    fact("source", format!("{} ({})", version.source, version.format), None);
    fact("source time", version.source_time.clone().unwrap_or_default(), None);
    fact("revision", or_empty(version.revision.as_ref().map(|revision| &revision.id)), None);
    fact("country", election.country.clone().unwrap_or_default(), Some(InferredField::Country));
    fact("type", or_empty(election.kind.as_ref()), Some(InferredField::Type));
    let dates: Vec<String> = election.dates.iter().map(ToString::to_string).collect();
    fact("date", dates.join(", "), None);
    if dates.is_empty() {
        fact("year", or_empty(election.year), Some(InferredField::Year));
    }
    fact("previous", or_empty(election.previous.as_ref().map(link)), None);
    fact("next", or_empty(election.next.as_ref().map(link)), None);
    Block { heading: election.title.clone(), table, ..Block::default() }
}

fn link(link: &Link) -> String {
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
    let mut fact = |name: String, value: String| {
        if !value.is_empty() {
            facts.rows.push(vec![name, value]);
        }
    };
    let dates: Vec<String> = contest.dates.iter().map(ToString::to_string).collect();
    fact("date".to_owned(), dates.join(", "));
    fact("previous".to_owned(), or_empty(contest.previous.as_ref().map(link)));
    fact("next".to_owned(), or_empty(contest.next.as_ref().map(link)));
    let several = contest.rounds.iter().any(|round| round.number != Some(1));
    for round in &contest.rounds {
        let name = |field: &str| match round.label.as_ref().filter(|_| !several) {
            Some(label) => format!("{field}, {label}"),
            None if several => format!("{field}, {}", round.ballot()),
            None => field.to_owned(),
        };
        let change = round.turnout_change.map(|change| format!(" ({change} points)"));
        fact(
            name("turnout"),
            or_empty(round.turnout.map(|turnout| format!("{turnout} %{}", or_empty(change)))),
        );
        fact(name("registered"), or_empty(round.registered.map(grouped)));
        fact(name("cast"), or_empty(round.cast.map(grouped)));
        fact(name("valid"), or_empty(round.valid.map(grouped)));
        fact(name("invalid"), or_empty(round.invalid.map(grouped)));
        fact(name("blank"), or_empty(round.blank.map(grouped)));
    }
    let quantities = [
        ("seats", &contest.seats),
        ("majority", &contest.majority_seats),
        ("votes", &contest.votes),
        ("needed", &contest.needed_votes),
    ];
    for (name, quantity) in quantities {
        fact(name.to_owned(), or_empty(quantity.as_ref().map(|quantity| &quantity.text)));
    }
    for (name, holder) in [("before", &contest.before), ("after", &contest.after)] {
        let Some(holder) = holder else { continue };
        let party = holder.party.as_ref().map(|party| party.name.clone());
        let parts = [holder.person.as_ref().map(ToString::to_string), party];
        fact(name.to_owned(), parts.into_iter().flatten().collect::<Vec<_>>().join(", "));
    }
    vec![
        Block { heading, table: facts, ..Block::default() },
        Block { table: contenders(contest), headed: true, ..Block::default() },
    ]
}

fn contenders(contest: &Contest) -> Table {
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
        "note",
    ]);
    let tallies = contest.contenders.iter().flat_map(|contender| &contender.tallies);
    let options = contest.options.iter().flat_map(|option| &option.tallies);
    let several = tallies.chain(options).any(|tally| tally.round != Some(1));
    for contender in &contest.contenders {
        let alliances: Vec<String> = contender.alliances.iter().map(ToString::to_string).collect();
        let names = [names(contender), or_empty(contender.party.as_ref()), alliances.join(", ")];
        for (at, line) in contender.lines().into_iter().enumerate() {
            let note = if at == 0 { contender_note(contender) } else { String::new() };
            table.rows.push(result_row(&names, line, several, note));
        }
    }
    for option in &contest.options {
        let names = [option.to_string(), String::new(), String::new()];
        let rows = option.lines().map(|line| result_row(&names, line, several, String::new()));
        table.rows.extend(rows);
    }
    table
}

fn result_row(
    names: &[String; 3],
    line: ResultLine<'_>,
    several: bool,
    note: String,
) -> Vec<String> {
    let none = Tally::default();
    let tally = line.tally.unwrap_or(&none);
    let round = match (line.tally, tally.round) {
        (Some(_), Some(round)) if several => round.to_string(),
        (Some(_), None) => "not stated".to_owned(),
        _ => String::new(),
    };
    let figures = [
        or_empty(tally.label.as_ref()),
        round,
        or_empty(tally.votes.map(grouped)),
        or_empty(tally.share),
        or_empty(tally.swing),
        or_empty(line.seats.map(grouped)),
        or_empty(line.seat_change),
        or_empty(tally.electoral_votes.map(grouped)),
        note,
    ];
    names.iter().cloned().chain(figures).collect()
}

/// Returns the notes on a contender, other than results.
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

fn names(contender: &Contender) -> String {
    contender.people.iter().map(ToString::to_string).collect::<Vec<_>>().join(" / ")
}

fn kept(election: &Election) -> Block {
    let mut table = Table::new(&[">line", "label", "text", "reason"]);
    let contests =
        election.contests.iter().chain(&election.results).flat_map(|contest| &contest.kept);
    for field in election.kept.iter().chain(contests) {
        table.rows.push(vec![
            or_empty(field.line),
            field.label.clone(),
            field.text.clone(),
            field.reason.to_string(),
        ]);
    }
    Block { heading: "Not understood".to_owned(), table, headed: true, ..Block::default() }
}
