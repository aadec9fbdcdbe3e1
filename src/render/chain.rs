//! Renders a chain, from the earliest election to the latest.

use std::io;

use super::report::or_empty;
use super::{Report, Table};
use crate::analysis::chain::Chain;

/// Renders the steps of a chain, one row each.
///
/// # Errors
/// When a step cannot be serialised as JSON.
pub fn chain(chain: &Chain) -> io::Result<Report> {
    let mut table = Table::new(&["date", "country", "title", "known", "note"]);
    for step in &chain.steps {
        table.rows.push(vec![
            or_empty(step.date),
            step.country.clone().unwrap_or_default(),
            step.title.clone(),
            step.known.as_str().to_owned(),
            step.notes.join("; "),
        ]);
    }
    Report::of(&chain.steps, table)
}
