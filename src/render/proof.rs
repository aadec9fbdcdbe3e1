//! Renders the proof of a figure, as one would print it.

use std::io;

use super::report::or_empty;
use super::{Block, Report, Table};
use crate::analysis::diff::{ChangeValue, ChangedValue};
use crate::evidence::{Proof, SourcePlace};
use crate::model::group_digits;

/// Renders a proof: the value, its place in the source, other statements, arithmetic and digests.
///
/// # Errors
/// When the proof cannot be serialised as JSON.
pub fn proof(proof: &Proof) -> io::Result<Report> {
    let statements = statement_table(proof);
    let arithmetic = arithmetic_table(proof);
    let support = match arithmetic.rows.is_empty() {
        true => "no other figure of the record supports or contradicts the value",
        false => "",
    };
    let unit = if proof.path.is_percentage() { " %" } else { "" };
    let value = value_text(&proof.value);
    let heading = format!("{}: {} is {value}{unit}", proof.address, proof.name);
    let blocks = vec![
        block(heading, value_table(proof), ""),
        place_block(&proof.places),
        Block {
            show_header: true,
            ..block("Statements of all sources".to_owned(), statements.clone(), "")
        },
        block("Arithmetic".to_owned(), arithmetic, support),
        block(
            "Digests (BLAKE3)".to_owned(),
            digest_table(proof),
            "--format json writes this proof with all digests; docs/evidence.md states how to check it.",
        ),
    ];
    let mut report = Report::from_blocks(proof, blocks)?;
    report.rows = Some(statements);
    Ok(report)
}

fn block(heading: String, table: Table, note: &str) -> Block {
    Block { heading, table, show_header: false, note: note.to_owned() }
}

/// Creates a table of names and values, without the names that have no value.
fn pairs(rows: Vec<(&str, String)>) -> Table {
    let mut table = Table::new(&["name", "value"]);
    if let Some(column) = table.columns.get_mut(1) {
        column.max_width = Some(84);
    }
    let rows: Vec<_> = rows.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    if rows.is_empty() {
        return Table::default();
    }
    table.rows = rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect();
    table
}

/// Returns a value as people read it: counts with separators.
pub(super) fn value_text(value: &ChangedValue) -> String {
    match &value.value {
        ChangeValue::Count(count) => group_digits(*count),
        _ => value.text.clone(),
    }
}

fn value_table(proof: &Proof) -> Table {
    let version = &proof.version;
    let revision = version.revision.as_ref();
    let source = proof.source.clone().unwrap_or_default();
    pairs(vec![
        ("election", proof.title.clone()),
        ("stated by", version.source.clone()),
        ("file", version.file.clone()),
        ("format", version.format.clone()),
        ("address", source.address.unwrap_or_default()),
        ("licence", source.licence.unwrap_or_else(|| "not stated".to_owned())),
        ("attribution", source.attribution.unwrap_or_default()),
        ("identifier", or_empty(version.source_id.as_ref())),
        ("revision", or_empty(revision.map(|revision| &revision.id))),
        ("editor", or_empty(revision.and_then(|revision| revision.contributor.as_ref()))),
        ("source had it", or_empty(version.source_time.as_ref())),
        (
            "version",
            format!(
                "{}, added by import {} at {}",
                version.number, version.import, version.recorded
            ),
        ),
    ])
}

fn place_block(places: &[SourcePlace]) -> Block {
    let heading = "Words in the source".to_owned();
    if places.is_empty() {
        let note = "not located: no words of the text were proven to give the value";
        return block(heading, Table::default(), note);
    }
    let mut rows = Vec::new();
    for place in places {
        rows.push(("line", place.line.to_string()));
        rows.push(("text", excerpt(place)));
        rows.push(("words", place.words.clone()));
        if let Some(cell) = &place.cell {
            rows.push(("column", format!("{}, row {} of {}", cell.column, cell.row, cell.block)));
            rows.push(("read by", cell.settings.join(", ")));
            rows.push(("mapped to", or_empty(cell.mapped_value.as_ref())));
        }
        let label = or_empty(place.label.as_ref());
        rows.push(match &place.parameter {
            Some(parameter) => ("parameter", format!("{parameter}, written as {label}")),
            None => ("label", label),
        });
        rows.push(("read as", or_empty(place.rule.as_ref())));
    }
    block(heading, pairs(rows), "")
}

/// Maximum length of a line that is shown in full, in characters.
const MAX_LINE_CHARS: usize = 200;

/// Returns a line, or the part of a long one around the words.
fn excerpt(place: &SourcePlace) -> String {
    if place.text.chars().count() <= MAX_LINE_CHARS {
        return place.text.clone();
    }
    let start = (place.column as usize).saturating_sub(1 + MAX_LINE_CHARS / 4);
    let part: String = place.text.chars().skip(start).take(MAX_LINE_CHARS).collect();
    let before = if start > 0 { "…" } else { "" };
    format!("{before}{part}…")
}

fn statement_table(proof: &Proof) -> Table {
    let mut table = Table::new(&[
        "…source",
        ">version",
        ">import",
        "recorded",
        "source had it",
        ">revision",
        "editor",
        ">value",
        "",
        "now",
    ]);
    for statement in &proof.statements {
        let period = &statement.period;
        let revision = period.revision.as_ref();
        let versions = match period.last_version == period.version {
            true => period.version.to_string(),
            false => format!("{} to {}", period.version, period.last_version),
        };
        let value = period.value.as_ref().map(value_text);
        table.rows.push(vec![
            period.source.clone(),
            versions,
            period.import.to_string(),
            period.recorded.clone(),
            or_empty(period.source_time.as_ref()),
            or_empty(revision.map(|revision| &revision.id)),
            or_empty(revision.and_then(|revision| revision.contributor.as_ref())),
            value.unwrap_or_else(|| "–".to_owned()),
            statement.agreement.as_str().to_owned(),
            if statement.is_current { "current" } else { "" }.to_owned(),
        ]);
    }
    if let Some(column) = table.columns.iter_mut().find(|column| column.name.is_empty()) {
        column.name = "agreement".into();
    }
    table
}

fn arithmetic_table(proof: &Proof) -> Table {
    let facts = proof.facts.iter().map(|fact| {
        let unit = if fact.unit.is_empty() { String::new() } else { format!(" {}", fact.unit) };
        (fact.kind.as_str(), format!("{}{unit}: {}", fact.value, fact.arithmetic))
    });
    let findings = proof.findings.iter().map(|finding| {
        let arithmetic = finding.arithmetic.as_ref().map(|text| format!(" ({text})"));
        let (stated, expected) = (&finding.stated, &finding.expected);
        let text = format!("{}: stated {stated}, expected {expected}", finding.place);
        ("contradiction", text + &arithmetic.unwrap_or_default())
    });
    let support = proof.supporting_arithmetic.iter().map(|text| ("supported", text.clone()));
    let agreements = proof.agreements.iter().map(|one| ("other versions", one.to_string()));
    pairs(support.chain(facts).chain(findings).chain(agreements).collect())
}

fn digest_table(proof: &Proof) -> Table {
    let digests = &proof.digests;
    let later = digests.latest_import.saturating_sub(proof.version.import);
    let latest = match later {
        0 => String::new(),
        _ => format!("{} ({})", digests.latest_digest, import_count(later)),
    };
    pairs(vec![
        ("source text", digests.text.clone()),
        (
            "import of the version",
            format!("{} (import {})", digests.import_digest, proof.version.import),
        ),
        ("latest import", latest),
    ])
}

fn import_count(later: u64) -> String {
    format!("{} later", crate::model::format_count(later, "import"))
}
