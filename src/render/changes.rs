//! Renders the changes between two states of the archive: their counts, then each election.

use std::io::Write;

use serde_json::Value;

use super::answer::SCHEMA_MEMBER;
use super::diff::{change_cells, describe_change, describe_suggestion, format_change_value};
use super::json::DocumentWriter;
use super::one_line::one_line;
use super::report::{BlockWriter, or_empty};
use super::{Answer, Block, ChangeList, OutputFormat, Table, TextStyle};
use crate::Error;
use crate::analysis::changes::{Changes, Correction, ElectionChange, SourceChange};
use crate::export::CsvWriter;
use crate::model::{ChangeCounts, ElectionChangeKind, group_digits};

/// Columns of CSV output: one row for each corrected value, and one for each change without values.
const COLUMNS: [&str; 13] = [
    "address",
    "title",
    "source",
    "import",
    "what",
    "contest",
    "contender",
    "field",
    "change",
    "before",
    "after",
    "difference",
    "fell",
];

/// The changes between two states, with their counts.
pub struct ChangeReport<'a> {
    /// The changes.
    pub changes: &'a Changes<'a>,
    /// Their counts, as [`Changes::counts`] returns them.
    pub counts: ChangeCounts,
}

impl ChangeReport<'_> {
    /// Writes the counts, then one election at a time. JSON lines and CSV have the elections only.
    ///
    /// # Errors
    /// When the store cannot be read, or the writer fails.
    pub fn write(
        &self,
        out: &mut dyn Write,
        format: OutputFormat,
        style: TextStyle,
    ) -> crate::Result<()> {
        match format {
            OutputFormat::Json => self.write_document(out),
            OutputFormat::Jsonl => self.changes.iter().try_for_each(|change| {
                writeln!(out, "{}", json_value(change?)?).map_err(Error::Output)
            }),
            OutputFormat::Csv | OutputFormat::Spreadsheet => self.write_csv(out, format),
            OutputFormat::Text | OutputFormat::Markdown => self.write_blocks(out, format, style),
        }
    }

    /// Writes a [`ChangeList`].
    fn write_document(&self, out: &mut dyn Write) -> crate::Result<()> {
        let mut document = DocumentWriter::new(out, true);
        document.member(SCHEMA_MEMBER, &ChangeList::schema_identifier().into())?;
        document.member("from", &self.changes.from().into())?;
        document.member("to", &self.changes.to().into())?;
        document.member("counts", &json_value(self.counts)?)?;
        document.list("elections", self.changes.iter().map(|change| json_value(change?)))?;
        document.finish()
    }

    fn write_blocks(
        &self,
        out: &mut dyn Write,
        format: OutputFormat,
        style: TextStyle,
    ) -> crate::Result<()> {
        let mut blocks = BlockWriter::new(out, format, style);
        let range = match self.changes.from() {
            0 => format!("up to import {}", self.changes.to()),
            from if from == self.changes.to() => format!("no import after import {from}"),
            from => format!("import {from} to import {}", self.changes.to()),
        };
        let note = format!("{range}: {}", describe_counts(&self.counts));
        blocks.write(&Block { note, ..Block::default() }).map_err(Error::Output)?;
        for election in self.changes.iter() {
            let election = election?;
            for change in &election.changes {
                blocks.write(&change_block(&election, change)).map_err(Error::Output)?;
            }
        }
        Ok(())
    }

    fn write_csv(&self, out: &mut dyn Write, format: OutputFormat) -> crate::Result<()> {
        let mut csv = CsvWriter::new(out, format == OutputFormat::Spreadsheet);
        csv.write_row(&COLUMNS).map_err(Error::Output)?;
        for election in self.changes.iter() {
            let election = election?;
            for change in &election.changes {
                for row in csv_rows(&election, change) {
                    csv.write_row(&row).map_err(Error::Output)?;
                }
            }
        }
        csv.finish().map_err(Error::Output)
    }
}

fn json_value<T: serde::Serialize>(value: T) -> crate::Result<Value> {
    serde_json::to_value(value).map_err(|error| Error::Output(error.into()))
}

/// Describes counts in a line: "3 elections changed: 1 new, 2 corrected; also 4 same record".
#[must_use]
pub fn describe_counts(counts: &ChangeCounts) -> String {
    let list = |is_minor: bool| {
        let kinds = ElectionChangeKind::ALL.into_iter().filter(|kind| kind.is_minor() == is_minor);
        let counted = kinds.filter(|kind| counts.of(*kind) > 0);
        let counted = counted.map(|kind| format!("{} {kind}", group_digits(counts.of(kind))));
        counted.collect::<Vec<_>>().join(", ")
    };
    let (major, minor) = (list(false), list(true));
    let elections = match counts.elections {
        0 => "no election changed".to_owned(),
        1 => format!("1 election changed: {major}"),
        number => format!("{} elections changed: {major}", group_digits(number)),
    };
    if minor.is_empty() { elections } else { format!("{elections}; also {minor}") }
}

/// Returns the block of one change: who changed what, then each value.
fn change_block(election: &ElectionChange, change: &SourceChange) -> Block {
    let kinds: Vec<String> = change.kinds.iter().map(ToString::to_string).collect();
    let who = change.source.clone().unwrap_or_else(|| "by a user".to_owned());
    let heading =
        format!("{}: {}, {who}, import {}", election.address, kinds.join(", "), change.import);
    let mut table = Table::new(&["contest", "contender", "field", "before", "after", "±change"]);
    table.columns[1].max_width = Some(36);
    for column in [3, 4] {
        table.columns[column].max_width = Some(48);
    }
    let mut add = |field: &str, before: &str, after: &str| {
        let cells = ["", "", field, before, after, ""];
        table.rows.push(cells.map(str::to_owned).to_vec());
    };
    if let Some(title) = &change.title {
        add("title", &title.before, &title.after);
    }
    for link in &change.links {
        add("link", &link.before, &link.after);
    }
    change.merged.iter().for_each(|title| add("joined", title, ""));
    change.split.iter().for_each(|title| add("split from", title, ""));
    for correction in &change.corrections {
        let Correction { change, .. } = correction;
        table.rows.push(vec![
            or_empty(change.contest.as_ref()),
            or_empty(change.contender.as_ref()),
            change.field.clone(),
            format_change_value(change, change.before.as_ref()),
            format_change_value(change, change.after.as_ref()),
            describe_correction(correction),
        ]);
    }
    // A table without rows would still have the frame of one in Markdown.
    let table = if table.rows.is_empty() { Table::default() } else { table };
    let is_new = change.kinds.contains(&ElectionChangeKind::New);
    let is_title_needed = is_new && election.title != election.address;
    let is_unexplained =
        change.kinds.contains(&ElectionChangeKind::Corrected) && change.corrections.is_empty();
    let suggestions: Vec<String> = change
        .name_suggestions
        .iter()
        .map(|one| one_line(&describe_suggestion(one)).into_owned())
        .collect();
    let note = match (is_title_needed, is_unexplained) {
        (true, _) => election.title.clone(),
        _ if !suggestions.is_empty() => suggestions.join("\n"),
        (_, true) => "the records differ in the order or the structure of their values".to_owned(),
        _ => String::new(),
    };
    let show_header = !change.corrections.is_empty();
    Block { heading, table, show_header, note }
}

/// Describes the difference of a corrected value, and marks a fall of votes.
fn describe_correction(correction: &Correction) -> String {
    let fell = if correction.fell { " fell" } else { "" };
    format!("{}{fell}", describe_change(&correction.change))
}

fn csv_rows(election: &ElectionChange, change: &SourceChange) -> Vec<[String; 13]> {
    let kinds: Vec<String> = change.kinds.iter().map(ToString::to_string).collect();
    let row = |[contest, contender, field, kind, before, after, difference]: [String; 7], fell| {
        let fell = if fell { "fell".to_owned() } else { String::new() };
        [
            election.address.clone(),
            election.title.clone(),
            or_empty(change.source.as_ref()),
            change.import.to_string(),
            kinds.join(", "),
            contest,
            contender,
            field,
            kind,
            before,
            after,
            difference,
            fell,
        ]
    };
    let text_row = |field: &str, before: &str, after: &str| {
        row(["", "", field, "changed", before, after, ""].map(str::to_owned), false)
    };
    let mut rows = Vec::new();
    rows.extend(change.title.iter().map(|title| text_row("title", &title.before, &title.after)));
    rows.extend(change.links.iter().map(|link| text_row("link", &link.before, &link.after)));
    rows.extend(change.merged.iter().map(|title| text_row("joined", title, "")));
    rows.extend(change.split.iter().map(|title| text_row("split", title, "")));
    let corrections = change.corrections.iter();
    rows.extend(
        corrections.map(|correction| row(change_cells(&correction.change), correction.fell)),
    );
    if rows.is_empty() {
        rows.push(row([""; 7].map(str::to_owned), false));
    }
    rows
}
