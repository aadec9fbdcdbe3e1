//! Renders the state of an archive: verification results and statistics.

use std::io;

use super::{Block, Report, Table};
use crate::archive::replica::ReplicaInfo;
use crate::archive::{Stats, Verification};
use crate::error::format_timestamp;
use crate::model::{format_count, group_digits};

/// Renders the results of a verification, one row each.
///
/// # Errors
/// When the results cannot be serialised as JSON.
pub fn verification(verification: &Verification) -> io::Result<Report> {
    let mut table = Table::new(&["place", "problem"]);
    for problem in &verification.problems {
        table.rows.push(vec![problem.place.clone(), problem.problem.clone()]);
    }
    let (imports, versions) = (verification.imports, verification.versions);
    let verdict = match verification.problems.len() {
        0 => "no problems".to_owned(),
        problems => format_count(problems as u64, "problem"),
    };
    let note = format!(
        "{}, {}: {verdict}",
        format_count(imports, "import"),
        format_count(versions, "version")
    );
    let problems = Block { table: table.clone(), show_header: true, ..Block::default() };
    let blocks = vec![problems, Block { note, ..Block::default() }];
    Ok(Report { rows: Some(table), ..Report::from_blocks(verification, blocks)? })
}

/// Renders the statistics of an archive, one row each.
///
/// # Errors
/// When the statistics cannot be serialised as JSON.
pub fn stats(stats: &Stats) -> io::Result<Report> {
    let mut table = Table::new(&["what", "amount"]);
    let mut row = |name: &str, value: String| table.rows.push(vec![name.to_owned(), value]);
    let day = |time: &Option<String>| {
        time.as_deref().and_then(|time| time.get(..10)).unwrap_or_default().to_owned()
    };
    let span = match (day(&stats.first_import_time), day(&stats.last_import_time)) {
        (first, _) if first.is_empty() => String::new(),
        (first, last) if first == last => format!(" of {first}"),
        (first, last) => format!(" from {first} to {last}"),
    };
    row("imports", group_digits(stats.imports) + &span);
    let removed = match stats.removed_elections {
        0 => String::new(),
        removed => format!(", and {} removed", group_digits(removed)),
    };
    row("elections", group_digits(stats.elections) + &removed);
    row("versions", group_digits(stats.versions));
    row("aliases", group_digits(stats.aliases));
    row("lineages", group_digits(stats.lineages));
    let files = format_count(stats.journal_files, "file");
    row("journal", format!("{} in {files}", format_bytes(stats.journal_bytes)));
    let live = format_bytes(stats.live_bytes);
    let multiple =
        stats.space_amplification.map(|multiple| format!(", {multiple} times the {live} in it"));
    row("store", format_bytes(stats.store_bytes) + &multiple.unwrap_or_default());
    for replica in &stats.replicas {
        let ReplicaInfo { folder, archive, bytes, import, last_used } = replica;
        let (size, last_used, folder) =
            (format_bytes(*bytes), format_timestamp(last_used), folder.display());
        let value =
            format!("{size}, as of import {import} of {archive}, last used {last_used}: {folder}");
        row("replica", value);
    }
    let block = Block { table: table.clone(), ..Block::default() };
    Ok(Report { rows: Some(table), ..Report::from_blocks(stats, vec![block])? })
}

/// Formats a size for people: "312 bytes", "4.9 kB", "1,207.3 MB".
fn format_bytes(number: u64) -> String {
    let unit = match number {
        0..1_000 => return format_count(number, "byte"),
        1_000..1_000_000 => 1_000,
        _ => 1_000_000,
    };
    let name = if unit == 1_000 { "kB" } else { "MB" };
    format!("{}.{} {name}", group_digits(number / unit), number % unit * 10 / unit)
}
