//! The messages of errors.

use std::fmt;

use super::Error;
use crate::model::{format_count, group_digits};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { operation, path, source } => {
                write!(f, "cannot {operation} {}: {source}", path.display())
            }
            Self::Thread { work, source } => {
                write!(f, "cannot start a thread for {work}: {source}")
            }
            Self::Output(source) => write!(f, "cannot write the output: {source}"),
            Self::NoArchive(path) => write!(f, "there is no archive at {}", path.display()),
            Self::NotAnArchive(path) => {
                write!(f, "{} holds other files and no archive", path.display())
            }
            Self::UnexpectedFileType(path) => {
                write!(
                    f,
                    "{} is a link or a device; an archive has only files and folders",
                    path.display()
                )
            }
            Self::Busy { path, holder } => {
                write!(f, "the archive {} is in use by ", path.display())?;
                match holder {
                    Some(holder) => holder.fmt(f),
                    None => f.write_str("another process"),
                }
            }
            Self::ReadOnly(path) => {
                write!(f, "the archive {} was opened to be read, not changed", path.display())
            }
            Self::LockLost(path) => write!(
                f,
                "the lock of the archive {} was removed or replaced while it was held, and another process may \
                 have changed the archive; nothing was changed here",
                path.display()
            ),
            Self::DamagedFormat { path, found } if found.is_empty() => {
                write!(f, "{} is an archive whose FORMAT is missing or empty", path.display())
            }
            Self::DamagedFormat { path, found } => {
                write!(f, "{} is an archive whose FORMAT is damaged: '{found}'", path.display())
            }
            Self::NewerFormat { path, found } => write!(
                f,
                "{}: expected a format that this version of hustings knows, found {found}",
                path.display()
            ),
            Self::Journal { path, offset, problem } | Self::Backup { path, offset, problem } => {
                write!(f, "{}, byte {offset}: {problem}", path.display())
            }
            Self::Store(error) => write!(f, "the store cannot be read: {error}"),
            Self::Address(error) => error.fmt(f),
            Self::UnknownAddress { address, .. } => {
                write!(f, "no election has the address '{address}'")
            }
            Self::UnknownTerritory { name, .. } => write!(f, "no territory is called '{name}'"),
            Self::UnknownSource { name, .. } => write!(f, "no source is called '{name}'"),
            Self::UnknownType { name, .. } => write!(f, "no election is of the type '{name}'"),
            Self::UnknownArea { name, .. } => write!(f, "no election is of the area '{name}'"),
            Self::UnknownLevel { name, .. } => {
                write!(f, "no election is of an area of the level '{name}'")
            }
            Self::UnknownName { name, .. } => {
                write!(f, "'{name}' is neither a territory nor the address of an election")
            }
            Self::UnknownField { field, .. } => {
                write!(f, "the election states no field '{field}'")
            }
            Self::AmbiguousField { field, matches } => {
                write!(f, "'{field}' names {} fields", group_digits(matches.len() as u64))
            }
            Self::EmptyRange { from, to } => {
                write!(f, "no year is from {from} to {to}: the first is after the last")
            }
            Self::Ambiguous { address, matches, omitted } => {
                let all = group_digits((matches.len() + omitted) as u64);
                write!(f, "'{address}' names {all} elections")
            }
            Self::NoVersion { address, available_versions } => {
                write!(f, "'{address}' names no version; {available_versions}")
            }
            Self::Removed { address, import, last_version } => write!(
                f,
                "'{address}' was removed by import {import}; its last record is version \
                 {last_version}"
            ),
            Self::Erased { address, import, time, reason, digest } => write!(
                f,
                "'{address}' was erased by import {import} on {}: {reason} (BLAKE3 of the text: {digest})",
                time.get(..10).unwrap_or(time)
            ),
            Self::StrictParseErrors(errors) => {
                write!(
                    f,
                    "nothing was imported: {} not read",
                    format_count(errors.len() as u64, "document")
                )
            }
            Self::StrictWarnings(warnings) => {
                write!(
                    f,
                    "nothing was imported: {}",
                    format_count(warnings.len() as u64, "warning")
                )
            }
            Self::InvalidArgument { problem, .. } => f.write_str(problem),
            Self::TooLong { what, limit, unit } => {
                write!(f, "{what} has more than {} {unit}", group_digits(*limit))
            }
            Self::AlreadyExists { subject, state } => write!(f, "'{subject}' {state} already"),
            Self::NoImport { import, last } => {
                write!(f, "there is no import {import}; the last is {last}")
            }
            Self::Cancelled { imports } => match imports.len() {
                0 => f.write_str("the import was stopped; nothing was imported"),
                complete => {
                    write!(
                        f,
                        "the import was stopped; {} complete",
                        format_count(complete as u64, "part")
                    )
                }
            },
            Self::InvalidTarget { path, problem } => write!(f, "{} {problem}", path.display()),
            Self::UnreadTable(error) => error.fmt(f),
            Self::Mapping { name: Some(name), line, problem } => {
                write!(f, "{name}:{line}: {problem}")
            }
            Self::Mapping { name: None, line, problem } => {
                write!(f, "the mapping, line {line}: {problem}")
            }
            Self::UnreadableInput { what, path, source } => {
                write!(f, "cannot read {what} {}: {source}", path.display())
            }
        }
    }
}
