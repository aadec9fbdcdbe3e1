//! Renders the state of an archive: verification results and statistics.

use std::io;

use super::{Block, Report, Table};
use crate::archive::replica::ReplicaInfo;
use crate::archive::{Stats, Verification};
use crate::error::format_timestamp;
use crate::export::to_json;
use crate::model::{count, grouped};

/// Renders the results of a verification, one row each.
///
/// # Errors
/// When the results cannot be serialised as JSON.
pub fn verification(found: &Verification) -> io::Result<Report> {
    let mut table = Table::new(&["place", "problem"]);
    for flaw in &found.flaws {
        table.rows.push(vec![flaw.place.clone(), flaw.problem.clone()]);
    }
    let (imports, versions) = (found.imports, found.versions);
    let verdict = match found.flaws.len() {
        0 => "all is as it should be".to_owned(),
        flaws => count(flaws as u64, "flaw"),
    };
    let note = format!("{}, {}: {verdict}", count(imports, "import"), count(versions, "version"));
    let flaws = Block { table: table.clone(), headed: true, ..Block::default() };
    let blocks = vec![flaws, Block { note, ..Block::default() }];
    Ok(Report { blocks, rows: Some(table), json: serde_json::to_value(found)? })
}

/// Renders the statistics of an archive, one row each.
///
/// # Errors
/// When the statistics cannot be serialised as JSON.
pub fn stats(stats: &Stats) -> io::Result<Report> {
    let mut table = Table::new(&["what", "how much"]);
    let mut row = |name: &str, said: String| table.rows.push(vec![name.to_owned(), said]);
    let day = |time: &Option<String>| {
        time.as_deref().and_then(|time| time.get(..10)).unwrap_or_default().to_owned()
    };
    let span = match (day(&stats.first), day(&stats.last)) {
        (first, _) if first.is_empty() => String::new(),
        (first, last) if first == last => format!(" of {first}"),
        (first, last) => format!(" from {first} to {last}"),
    };
    row("imports", grouped(stats.imports) + &span);
    let removed = match stats.removed {
        0 => String::new(),
        removed => format!(", and {} removed", grouped(removed)),
    };
    row("elections", grouped(stats.elections) + &removed);
    row("versions", grouped(stats.versions));
    row("aliases", grouped(stats.aliases));
    row("lineages", grouped(stats.lineages));
    let files = count(stats.journal_files, "file");
    row("journal", format!("{} in {files}", format_bytes(stats.journal_bytes)));
    let held = format_bytes(stats.held_bytes);
    let multiple = stats.multiple.map(|multiple| format!(", {multiple} times the {held} in it"));
    row("store", format_bytes(stats.store_bytes) + &multiple.unwrap_or_default());
    for replica in &stats.replicas {
        let ReplicaInfo { folder, archive, bytes: size, import, used } = replica;
        let (size, used, folder) = (format_bytes(*size), format_timestamp(used), folder.display());
        let value =
            format!("{size}, as of import {import} of {archive}, last used {used}: {folder}");
        row("replica", value);
    }
    let block = Block { table: table.clone(), ..Block::default() };
    Ok(Report { blocks: vec![block], rows: Some(table), json: to_json(stats)? })
}

/// Formats a size for people: "312 bytes", "4.9 kB", "1,207.3 MB".
fn format_bytes(number: u64) -> String {
    let unit = match number {
        0..1_000 => return count(number, "byte"),
        1_000..1_000_000 => 1_000,
        _ => 1_000_000,
    };
    let name = if unit == 1_000 { "kB" } else { "MB" };
    format!("{}.{} {name}", grouped(number / unit), number % unit * 10 / unit)
}
