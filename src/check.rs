//! Findings: which numbers do not add up, what the links of the records say against each other, and what the journal says
//! against the store.

mod arithmetic;
mod results;

use std::fmt;

use serde::Serialize;

use crate::Result;
use crate::archive::{Archive, Elections, Filter, Record};
use crate::model::Link;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The archive itself is not as it should be.
    Error,
    /// Two statements cannot both be right.
    Warning,
    /// Something is not there, or only one side says it.
    Note,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        })
    }
}

/// One thing that a check noticed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// The election.
    pub address: String,
    /// The field, or the part of the archive.
    pub place: String,
    /// What stands there.
    pub said: String,
    /// What would be consistent.
    pub expected: String,
}

/// Checks the numbers of each record, the links of all records against each other, the boxes of a page against
/// its tables of results, and the store against the journal.
///
/// ```
/// use hustings::archive::Archive;
/// use hustings::check::check;
/// let folder = std::env::temp_dir().join("hustings-example-check");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// assert!(check(&archive)?.is_empty());
/// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
///
/// # Errors
/// When the archive cannot be read. What it says wrongly is a finding, never an error.
pub fn check(archive: &Archive) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for record in archive.list(&Filter::default())? {
        for side in [Side::Previous, Side::Next] {
            if let Some(link) = side.link(&record) {
                findings.extend(check_link(archive, &record, side, link)?);
            }
        }
        findings.extend(arithmetic::check(&record));
        findings.extend(results::check(&record));
    }
    findings.extend(archive.unlike_journal()?.into_iter().map(|(title, said)| Finding {
        severity: Severity::Error,
        address: title,
        place: "store".to_owned(),
        said,
        expected: "what the journal says; 'rebuild' makes it so".to_owned(),
    }));
    findings.sort_by_key(|finding| finding.severity);
    Ok(findings)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Previous,
    Next,
}

impl Side {
    fn name(self) -> &'static str {
        match self {
            Self::Previous => "previous",
            Self::Next => "next",
        }
    }

    fn back(self) -> Self {
        match self {
            Self::Previous => Self::Next,
            Self::Next => Self::Previous,
        }
    }

    fn link(self, record: &Record) -> Option<&Link> {
        match self {
            Self::Previous => record.election.previous.as_ref(),
            Self::Next => record.election.next.as_ref(),
        }
    }
}

fn check_link(archive: &Archive, record: &Record, side: Side, link: &Link) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut find = |severity, said: String, expected: String| {
        let (address, place) = (record.address.clone(), side.name().to_owned());
        findings.push(Finding { severity, address, place, said, expected });
    };
    let Some(title) = &link.title else { return Ok(findings) };
    let said = format!("'{title}'");
    let Some(other) = archive.titled(title)? else {
        let expected = if archive.was_removed(title)? {
            "an election that was not removed"
        } else {
            "an election in the archive"
        };
        find(Severity::Note, said, expected.to_owned());
        return Ok(findings);
    };
    if other.id == record.id {
        find(Severity::Warning, said, "another election than itself".to_owned());
        return Ok(findings);
    }
    match side.back().link(&other).and_then(|back| back.title.as_deref()) {
        None => {
            let expected = format!("{} to name it as its {}", other.address, side.back().name());
            find(Severity::Note, said, expected);
        }
        Some(back) if archive.titled(back)?.is_none_or(|back| back.id != record.id) => {
            let expected = format!("{}, whose {} is '{back}'", other.address, side.back().name());
            find(Severity::Warning, said, expected);
        }
        Some(_) => {}
    }
    if let (Some(stated), Some(year)) = (link.year, other.election.year)
        && stated.year() != year
    {
        find(
            Severity::Warning,
            format!("in {stated}"),
            format!("in {year}, as {} says", other.address),
        );
    }
    if let (Some(here), Some(there)) = (record.election.start(), other.election.start()) {
        let (earlier, later) = if side == Side::Previous { (there, here) } else { (here, there) };
        if later < earlier && !later.covers(earlier) {
            find(
                Severity::Warning,
                format!("on {there}"),
                format!(
                    "{} {here}",
                    match side {
                        Side::Previous => "before",
                        Side::Next => "after",
                    }
                ),
            );
        }
    }
    Ok(findings)
}
