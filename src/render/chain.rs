//! Renders a chain, from the earliest election to the latest.

use std::io;

use super::report::or_empty;
use super::{Report, Table};
use crate::analysis::chain::Chain;

/// Renders the steps of a chain, one row each.
///
/// # Errors
/// When the chain cannot be serialised as JSON.
pub fn chain(chain: &Chain) -> io::Result<Report> {
    let mut table = Table::new(&["date", "country", "…title", "evidence", "…note"]);
    for step in &chain.steps {
        table.rows.push(vec![
            or_empty(step.date),
            step.country.clone().unwrap_or_default(),
            step.title.clone(),
            step.evidence.as_str().to_owned(),
            step.notes.join("; "),
        ]);
    }
    Report::from_answer(chain, table)
}
