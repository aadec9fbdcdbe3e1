//! Renders the names that a search found.

use super::{FoundNameList, Report, Table};
use crate::Error;
use crate::archive::{FoundName, FoundNames};
use crate::model::group_digits;

/// Renders the names that the search for `words` found, one row each.
///
/// # Errors
/// When the store cannot be read, or a name cannot be serialised as JSON.
pub fn find(words: &str, found: &FoundNames<'_>) -> crate::Result<Report> {
    let names: Vec<FoundName> = found.iter().collect::<crate::Result<_>>()?;
    let mut table = Table::new(&["kind", "…name", ">elections", "years", "addresses"]);
    let mut rows =
        Table::new(&["kind", "name", "elections", "first year", "last year", "addresses"]);
    for name in &names {
        let year = |year: Option<i32>| year.map(|year| year.to_string()).unwrap_or_default();
        let (first, last) = (year(name.first_year), year(name.last_year));
        let years = if first == last { first.clone() } else { format!("{first}–{last}") };
        let mut addresses = name.addresses.join(", ");
        rows.rows.push(vec![
            name.kind.to_string(),
            name.name.clone(),
            name.elections.to_string(),
            first,
            last,
            addresses.clone(),
        ]);
        if name.elections > name.addresses.len() as u64 {
            addresses.push_str(", …");
        }
        table.rows.push(vec![
            name.kind.to_string(),
            name.name.clone(),
            group_digits(name.elections),
            years,
            addresses,
        ]);
    }
    let (total, shown) = (found.total() as u64, names.len() as u64);
    let list = FoundNameList { words: words.to_owned(), total, names };
    let mut report = Report::from_answer(&list, table).map_err(Error::Output)?;
    if let Some(block) = report.blocks.first_mut().filter(|_| shown < total) {
        block.note = format!(
            "{} of {} names; --limit 0 shows all",
            group_digits(shown),
            group_digits(total)
        );
    }
    report.rows = Some(rows);
    Ok(report)
}
