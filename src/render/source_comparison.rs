//! Renders comparisons of sources: of one election, and counts over many.

use std::io;

use super::report::or_empty;
use super::{Block, Column, Report, Table};
use crate::analysis::diff::{ChangeValue, Delta};
use crate::analysis::source_comparison::{
    ComparedFigure, FigureStatus, LargestDifference, OtherSource, SourceAgreementList,
    SourceComparison, SourceTotals, SourceValue,
};
use crate::archive::SourceVersion;
use crate::model::{format_count, group_digits};

/// Renders what the sources of an election state, one row per figure and one column per source. With
/// `differing_only`, rows in which the sources agree are omitted from text, CSV and Markdown.
///
/// # Errors
/// When the comparison cannot be serialised as JSON.
pub fn source_comparison(
    comparison: &SourceComparison,
    differing_only: bool,
) -> io::Result<Report> {
    let figures: Vec<&ComparedFigure> = comparison
        .figures
        .iter()
        .filter(|figure| !differing_only || figure.status == FigureStatus::Differ)
        .collect();
    let sources: Vec<&str> = comparison
        .sources
        .iter()
        .filter(|source| !source.absent)
        .map(|source| source.source.as_str())
        .collect();
    let table = figure_table(&sources, &figures, format_value);
    let heading = format!("{} ({})", comparison.title, comparison.address);
    let figures_block = Block { heading, table, show_header: true, ..Block::default() };
    let heading = "Sources".to_owned();
    let table = source_table(&comparison.sources);
    let sources_block = Block { heading, table, show_header: true, ..Block::default() };
    let rows = figure_table(&sources, &figures, |stated| stated.text.clone());
    let report = Report::from_blocks(comparison, vec![figures_block, sources_block])?;
    Ok(Report { rows: Some(rows), ..report })
}

fn figure_table(
    sources: &[&str],
    figures: &[&ComparedFigure],
    format: impl Fn(&SourceValue) -> String,
) -> Table {
    let mut table = Table::new(&["contest", "contender", "figure"]);
    table.columns.extend(sources.iter().map(|source| Column::new((*source).to_owned(), true)));
    table.columns.extend(Table::new(&[">difference", "agreement"]).columns);
    for figure in figures {
        let mut row = vec![
            figure.contest.clone().unwrap_or_default(),
            figure.contender.clone().unwrap_or_default(),
            figure.name(),
        ];
        row.extend(sources.iter().map(|source| {
            let stated = figure.values.iter().find(|stated| stated.source == *source);
            stated.map(&format).unwrap_or_default()
        }));
        row.push(or_empty(figure.difference.map(format_difference)));
        row.push(match (figure.status, figure.values.as_slice()) {
            (FigureStatus::OneSource, [only]) => format!("only {}", only.source),
            (status, _) => status.to_string(),
        });
        table.rows.push(row);
    }
    table
}

fn source_table(sources: &[SourceVersion]) -> Table {
    let mut table = Table::new(&["source", ">version", ">import", "source time", "id", "note"]);
    for source in sources {
        let note = if source.absent { "no longer has the election" } else { "" };
        table.rows.push(vec![
            source.source.clone(),
            source.version.to_string(),
            source.import.to_string(),
            source.source_time.clone().unwrap_or_default(),
            source.id.clone().unwrap_or_default(),
            note.to_owned(),
        ]);
    }
    table
}

/// Renders how often the sources of many elections agree.
///
/// # Errors
/// When the counts cannot be serialised as JSON.
pub fn source_agreement(list: &SourceAgreementList) -> io::Result<Report> {
    let elections = format_count(list.elections, "election");
    let heading = format!("{elections} that several sources have");
    let mut table = Table::new(&[
        "source",
        ">elections",
        ">compared",
        ">agree",
        ">rounded",
        ">differ",
        ">differ %",
    ]);
    for totals in &list.sources {
        let SourceTotals { elections, compared, agree, rounded, differ, .. } = totals.clone();
        let mut row = vec![totals.source.clone()];
        row.extend([elections, compared, agree, rounded, differ].map(group_digits));
        row.push(format_part(differ, compared));
        table.rows.push(row);
    }
    let sources = Block { heading, table, show_header: true, ..Block::default() };
    let pairs = Block {
        heading: "Figures, the most differences first".to_owned(),
        table: pair_table(list, group_digits),
        show_header: true,
        ..Block::default()
    };
    let rows = pair_table(list, |count| count.to_string());
    let report = Report::from_blocks(list, vec![sources, pairs])?;
    Ok(Report { rows: Some(rows), ..report })
}

fn pair_table(list: &SourceAgreementList, format: impl Fn(u64) -> String) -> Table {
    let mut table = Table::new(&[
        "source",
        "other",
        "figure",
        ">compared",
        ">agree",
        ">rounded",
        ">differ",
        ">largest",
        "address",
        "…where",
    ]);
    for pair in &list.pairs {
        let [one, other] = pair.sources.clone();
        let mut row = vec![one, other, pair.field.clone()];
        row.extend([pair.compared, pair.agree, pair.rounded, pair.differ].map(&format));
        let largest = pair.largest.as_ref();
        row.push(or_empty(largest.map(|largest| format_difference(largest.difference))));
        row.push(largest.map(|largest| largest.address.clone()).unwrap_or_default());
        row.push(largest.map(place).unwrap_or_default());
        table.rows.push(row);
    }
    table
}

/// Describes where the largest difference is: "Bako Sahakyan: votes (47095, 47085)".
fn place(largest: &LargestDifference) -> String {
    let parts = [largest.contest.as_deref(), largest.contender.as_deref(), Some(&largest.figure)];
    let name = parts.into_iter().flatten().collect::<Vec<_>>().join(": ");
    format!("{name} ({})", largest.values.join(", "))
}

/// Returns the sentence about a source beside the one that an election is shown from: "parlgov
/// (version 2): turnout 73.64, not 73.53".
pub(super) fn other_source(other: &OtherSource, address: &str) -> String {
    let absent = if other.absent { ", which no longer has it" } else { "" };
    let name = format!("{} (version {}{absent})", other.source, other.version);
    let Some(first) = other.differing.first() else {
        return match other.compared {
            0 => format!("{name}: states none of these figures"),
            count => format!("{name}: agrees in {}", format_count(count, "figure")),
        };
    };
    let [own, stated] = [first.values.first(), first.values.last()]
        .map(|value| value.map(format_value).unwrap_or_default());
    let parts = [first.contest.as_deref(), first.contender.as_deref(), Some(&first.name())];
    let place = parts.into_iter().flatten().collect::<Vec<_>>().join(": ");
    let more = match other.differing.len() - 1 {
        0 => String::new(),
        1 => "; 1 other differs".to_owned(),
        count => format!("; {} others differ", group_digits(count as u64)),
    };
    let quoted = if address.contains(' ') { format!("\"{address}\"") } else { address.to_owned() };
    let hint = if other.absent {
        String::new()
    } else {
        format!("; 'hustings compare {quoted}' lists all")
    };
    format!("{name}: {place} {stated}, not {own}{more}{hint}")
}

fn format_value(stated: &SourceValue) -> String {
    match &stated.value {
        ChangeValue::Count(count) => group_digits(*count),
        _ => stated.text.clone(),
    }
}

fn format_difference(difference: Delta) -> String {
    match difference {
        Delta::Count(count) => count.to_string(),
        Delta::Points(points) => points.to_string(),
    }
}

/// Formats a part of a whole in percent, with one decimal.
fn format_part(part: u64, whole: u64) -> String {
    if whole == 0 {
        return String::new();
    }
    let tenths = (u128::from(part) * 1000 + u128::from(whole) / 2) / u128::from(whole);
    format!("{}.{}", tenths / 10, tenths % 10)
}
