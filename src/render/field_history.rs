//! Renders the history of a figure.

use std::io;

use super::proof::value_text;
use super::report::or_empty;
use super::{Report, Table};
use crate::evidence::{FieldHistory, FieldPeriod};
use crate::model::Revision;

/// Renders the history of a figure, one row for each value of each source.
///
/// # Errors
/// When the history cannot be serialised as JSON.
pub fn field_history(history: &FieldHistory) -> io::Result<Report> {
    let mut table = Table::new(&[
        ">version",
        ">import",
        "recorded",
        "source had it",
        "…source",
        ">before",
        ">after",
        "what",
        ">versions",
        ">revision",
        "contributor",
    ]);
    for period in &history.periods {
        let revision = period.revision.as_ref();
        table.rows.push(vec![
            period.version.to_string(),
            period.import.to_string(),
            period.recorded.clone(),
            period.source_time.clone().unwrap_or_default(),
            period.source.clone(),
            or_empty(period.before.as_ref().map(value_text)),
            or_empty(period.value.as_ref().map(value_text)),
            period.kind.as_str().to_owned(),
            version_count(period),
            or_empty(revision.map(|revision| &revision.id)),
            or_empty(revision.and_then(|revision: &Revision| revision.contributor.as_ref())),
        ]);
    }
    let mut report = Report::from_answer(history, table)?;
    if let Some(block) = report.blocks.first_mut() {
        block.heading = format!("{}: {}", history.address, history.name);
    }
    Ok(report)
}

/// Returns the number of versions that state the value, if there are several.
fn version_count(period: &FieldPeriod) -> String {
    if period.versions > 1 { period.versions.to_string() } else { String::new() }
}
