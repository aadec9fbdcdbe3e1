//! Renders the versions of an election and the imports of an archive.

use std::io;

use super::report::or_empty;
use super::{ImportList, Report, Table, VersionList};
use crate::archive::{ImportInfo, VersionInfo};
use crate::model::Source;

/// Renders the versions of an election, one row each.
///
/// # Errors
/// When a version cannot be serialised as JSON.
pub fn versions(versions: &[VersionInfo]) -> io::Result<Report> {
    let mut table = Table::new(&[
        ">version",
        ">import",
        "recorded",
        "source had it",
        "…what",
        "…source",
        "…note",
        ">revision",
        "contributor",
        "…comment",
    ]);
    for version in versions {
        let revision = version.revision.as_ref();
        table.rows.push(vec![
            version.number.to_string(),
            version.import.to_string(),
            version.recorded.clone(),
            version.source_time.clone().unwrap_or_default(),
            describe_version(version),
            source_and_file(version),
            version.note.clone().unwrap_or_default(),
            or_empty(revision.map(|revision| &revision.id)),
            or_empty(revision.and_then(|revision| revision.contributor.as_ref())),
            or_empty(revision.and_then(|revision| revision.comment.as_ref())),
        ]);
    }
    Report::from_answer(&VersionList { versions: versions.to_vec() }, table)
}

/// Returns the source of a version with its file. A source without a name is a folder, so the file
/// suffices.
pub(super) fn source_and_file(version: &VersionInfo) -> String {
    match Source::new(version.source.as_str()) {
        Ok(_) => format!("{} ({})", version.source, version.file),
        Err(_) => version.file.clone(),
    }
}

/// Describes a version: its title, or that it is a removal.
fn describe_version(version: &VersionInfo) -> String {
    match version {
        VersionInfo { erased: Some(erased), title, .. } => {
            format!("{title}: erased by import {}: {}", erased.import, erased.reason)
        }
        VersionInfo { removed: true, .. } => "removed".to_owned(),
        VersionInfo { same_record: true, title, .. } => format!("{title} (same record)"),
        VersionInfo { title, .. } => title.clone(),
    }
}

/// Renders the imports of an archive, one row each.
///
/// # Errors
/// When an import cannot be serialised as JSON.
pub fn imports(imports: &[ImportInfo]) -> io::Result<Report> {
    let mut columns =
        vec![">import", "recorded", ">versions", ">removals", ">aliases", ">lineages"];
    // Most archives have no merges.
    let has_merges = imports.iter().any(|import| import.merges + import.splits > 0);
    if has_merges {
        columns.extend([">merges", ">splits"]);
    }
    let has_erasures = imports.iter().any(|import| import.erasures > 0);
    if has_erasures {
        columns.push(">erasures");
    }
    columns.extend(["digest", "…note"]);
    let mut table = Table::new(&columns);
    for import in imports {
        let mut row = vec![
            import.number.to_string(),
            import.recorded.clone(),
            import.versions.to_string(),
            import.removals.to_string(),
            import.aliases.to_string(),
            import.lineages.to_string(),
        ];
        if has_merges {
            row.extend([import.merges.to_string(), import.splits.to_string()]);
        }
        if has_erasures {
            row.push(import.erasures.to_string());
        }
        row.extend([or_empty(import.digest.get(..12)), import.note.clone().unwrap_or_default()]);
        table.rows.push(row);
    }
    Report::from_answer(&ImportList { imports: imports.to_vec() }, table)
}
