//! Lines of the journal as JSON: entries, commits and lost ranges.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::digest::{self, COMMIT_PREFIX};
use super::limits::check_chars;
use super::{Commit, JournalEntry, LostRange};
use crate::model::{Format, MAX_NOTE_CHARS, MAX_SHORT_TEXT_CHARS};

/// A parsed line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum JournalLine {
    Entry(JournalEntry),
    /// A commit, and the digest that it states.
    Commit(Commit, String),
    /// A lost range.
    Lost(LostRange),
}

/// A line of an export, with its own digest.
pub(super) struct ExportedLine {
    pub(super) line: JournalLine,
    /// `None` for a commit, which has only the import's digest, and for a line of format 1.
    pub(super) digest: Option<String>,
}

/// The members of an entry's line.
struct EntryLine {
    entry: JournalEntry,
    digest: Option<String>,
    /// Name of the first unknown member.
    unknown_member: Option<String>,
}

impl<'de> Deserialize<'de> for EntryLine {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntryLineVisitor;
        impl<'de> Visitor<'de> for EntryLineVisitor {
            type Value = EntryLine;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an entry")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<EntryLine, A::Error> {
                let entry = JournalEntry::deserialize(MapAccessDeserializer::new(&mut map))?;
                let (mut digest, mut unknown_member) = (None, None);
                while let Some(name) = map.next_key::<String>()? {
                    if name != "digest" {
                        map.next_value::<IgnoredAny>()?;
                        unknown_member.get_or_insert(name);
                    } else if digest.replace(map.next_value()?).is_some() {
                        return Err(A::Error::duplicate_field("digest"));
                    }
                }
                Ok(EntryLine { entry, digest, unknown_member })
            }
        }
        deserializer.deserialize_map(EntryLineVisitor)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LostLine {
    lost: LostRange,
    #[serde(default)]
    digest: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CommitLine {
    commit: Commit,
    digest: String,
}

/// The reason why a line of the journal cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LineError {
    /// The line is intact, but has a kind or a member unknown to this version. A newer version
    /// wrote it.
    Unknown(String),
    /// The line is damaged: no version writes such a line.
    Damaged(String),
}

impl LineError {
    /// Returns the error of a line that cannot be parsed. A line without a digest counts as intact
    /// if it is JSON.
    fn new(line: &str, error: &dyn fmt::Display, digest_holds: bool) -> Self {
        let problem = format!("a line is not an entry of the journal: {error}");
        if digest_holds || serde_json::from_str::<IgnoredAny>(line).is_ok() {
            Self::Unknown(problem)
        } else {
            Self::Damaged(problem)
        }
    }

    pub(super) fn into_problem(self) -> String {
        match self {
            Self::Unknown(problem) | Self::Damaged(problem) => problem,
        }
    }
}

impl JournalLine {
    /// Beginning of a line that records a lost range. No other line begins with it.
    pub(super) const LOST_PREFIX: &str = r#"{"lost":"#;

    /// Parses a line of the journal and checks its digest. A commit's digest covers the whole
    /// import and is not checked here.
    ///
    /// # Errors
    /// When the line is damaged, exceeds a limit, or contains something unknown to this version.
    pub(super) fn parse(line: &str) -> Result<Self, LineError> {
        if line.starts_with(COMMIT_PREFIX) {
            let parsed: CommitLine =
                serde_json::from_str(line).map_err(|error| LineError::new(line, &error, false))?;
            return Self::Commit(parsed.commit, parsed.digest)
                .check_limits()
                .map_err(LineError::Damaged);
        }
        let digest = digest::split_digest(line);
        if digest.is_some_and(|(covered, stated)| !digest::matches(covered, stated)) {
            return Err(LineError::Damaged("a line does not match its digest".to_owned()));
        }
        let parse_error = |error: &dyn fmt::Display| LineError::new(line, error, digest.is_some());
        let (parsed, stated) = if line.starts_with(Self::LOST_PREFIX) {
            let LostLine { lost, digest } =
                serde_json::from_str(line).map_err(|error| parse_error(&error))?;
            (Self::Lost(lost), digest)
        } else {
            let EntryLine { entry, digest, unknown_member } =
                serde_json::from_str(line).map_err(|error| parse_error(&error))?;
            if let Some(name) = unknown_member {
                return Err(parse_error(&format!("unknown member `{name}`")));
            }
            (Self::Entry(entry), digest)
        };
        if stated.as_deref() != digest.map(|(_, stated)| stated) {
            return Err(LineError::Damaged("a line does not end with its digest".to_owned()));
        }
        if let Self::Entry(JournalEntry::Version(version)) = &parsed {
            version
                .format
                .parse::<Format>()
                .map_err(|error| LineError::Unknown(error.to_string()))?;
        }
        parsed.check_limits().map_err(LineError::Damaged)
    }

    /// Parses a line of an export, which may have derived members after those of the journal's
    /// line. The digest of an entry is checked when the entry is written.
    pub(super) fn parse_exported(line: &str) -> Result<ExportedLine, String> {
        if line.starts_with(COMMIT_PREFIX) || line.starts_with(Self::LOST_PREFIX) {
            let digest = digest::split_digest(line).filter(|_| line.starts_with(Self::LOST_PREFIX));
            let digest = digest.map(|(_, digest)| digest.to_owned());
            return Self::parse(line)
                .map(|line| ExportedLine { line, digest })
                .map_err(LineError::into_problem);
        }
        let parsed = serde_json::from_str(line);
        let EntryLine { entry, digest, .. } =
            parsed.map_err(|error| LineError::new(line, &error, false).into_problem())?;
        Ok(ExportedLine { line: Self::Entry(entry).check_limits()?, digest })
    }

    fn check_limits(self) -> Result<Self, String> {
        match &self {
            Self::Entry(entry) => entry.check_limits()?,
            Self::Commit(commit, digest) => {
                for word in [&commit.recorded, &commit.tool, &commit.parent, digest] {
                    check_chars("a word of a commit", MAX_SHORT_TEXT_CHARS, word)?;
                }
                check_chars("a note", MAX_NOTE_CHARS, commit.note.as_deref().unwrap_or_default())?;
                check_import_number(commit.import)?;
            }
            Self::Lost(lost) => {
                check_chars("a digest", MAX_SHORT_TEXT_CHARS, &lost.digest)?;
                check_import_number(lost.first)?;
                if lost.last > MAX_IMPORT_NUMBER || lost.last + 1 < lost.first {
                    return Err(format!(
                        "imports {} to {} are not a valid range",
                        lost.first, lost.last
                    ));
                }
            }
        }
        Ok(self)
    }
}

/// Maximum number of an import. Adding one to it cannot overflow.
const MAX_IMPORT_NUMBER: u64 = 1 << 53;

fn check_import_number(import: u64) -> Result<(), String> {
    if (1..=MAX_IMPORT_NUMBER).contains(&import) {
        Ok(())
    } else {
        Err(format!("{import} is no import's number"))
    }
}
