//! The lines of the journal, as JSON: what was given, and the commit that ends an import.

use std::fmt;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::frame::Frame;
use super::{LONGEST_NOTE, Location, Mark};
use crate::import::{Format, LARGEST_TEXT, LONGEST_TITLE};
use crate::model::Revision;

/// One thing that was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Entry {
    /// A version of an election.
    Version(VersionEntry),
    /// The election with this title has no record from here on.
    Removal { title: String },
    /// The election with the one title has the other as well.
    Alias { election: String, title: String },
    /// Two names of one territory.
    Territory(TerritoryAlias),
    /// How the parties of a country descend from each other, in place of what this source said before.
    Lineage(LineageEntry),
}

impl Entry {
    /// Whether it is no larger than what is read back.
    pub(crate) fn bounded(&self) -> Result<(), String> {
        match self {
            Self::Version(given) => given.bounded(),
            Self::Removal { title } => at_most("a title", LONGEST_TITLE, title),
            Self::Alias { election, title } => {
                at_most("a title", LONGEST_TITLE, election)?;
                at_most("a title", LONGEST_TITLE, title)
            }
            Self::Territory(alias) => {
                at_most("a territory's name", LONGEST_TITLE, &alias.name)?;
                at_most("a territory's name", LONGEST_TITLE, &alias.alias)
            }
            Self::Lineage(given) => {
                text_bounded(&given.text)?;
                at_most("a territory's name", LONGEST_TITLE, &given.country)?;
                at_most("the name of a mapping", LONGEST_TITLE, &given.name)?;
                at_most("the name of a source", BESIDE, &given.source)
            }
        }
    }
}

/// The longest text beside an election's own, in characters: the path of a file, or a comment.
const BESIDE: usize = 10_000;

/// The longest of the short ones.
const WORD: usize = 100;

/// The highest number of an import, so that one more is always a number.
const LAST: u64 = 1 << 53;

fn at_most(what: &str, length: usize, text: &str) -> Result<(), String> {
    match text.chars().nth(length) {
        None => Ok(()),
        Some(_) => Err(format!("{what} has more than {length} characters")),
    }
}

fn text_bounded(text: &str) -> Result<(), String> {
    match text.len() {
        0..=LARGEST_TEXT => Ok(()),
        length => Err(format!("a text has {length} bytes, more than {LARGEST_TEXT}")),
    }
}

fn numbered(import: u64) -> Result<(), String> {
    if (1..=LAST).contains(&import) {
        Ok(())
    } else {
        Err(format!("{import} is no import's number"))
    }
}

/// A source text, and where it is from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VersionEntry {
    pub(crate) title: String,
    pub(crate) format: String,
    pub(crate) source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source_time: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) revision: Option<Revision>,
    pub(crate) text: String,
}

impl VersionEntry {
    /// As [`Entry::bounded`].
    pub(crate) fn bounded(&self) -> Result<(), String> {
        text_bounded(&self.text)?;
        at_most("a title", LONGEST_TITLE, &self.title)?;
        at_most("the name of a source", BESIDE, &self.source)?;
        at_most("a format", WORD, &self.format)?;
        at_most("a time", WORD, self.source_time.as_deref().unwrap_or_default())?;
        let Some(revision) = &self.revision else { return Ok(()) };
        for text in [Some(&revision.id), revision.contributor.as_ref(), revision.comment.as_ref()] {
            at_most("what a revision says of itself", BESIDE, text.map_or("", |text| text))?;
        }
        Ok(())
    }
}

/// The source text of a lineage, and where it is from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LineageEntry {
    pub(crate) country: String,
    /// The mapping that reads it, by its name.
    pub(crate) name: String,
    pub(crate) source: String,
    pub(crate) text: String,
}

/// Another name of a territory, perhaps only for some years.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TerritoryAlias {
    /// The name that it stands beside.
    pub name: String,
    /// The other name.
    pub alias: String,
    /// The first year in which it holds.
    #[serde(default)]
    pub from: Option<i32>,
    /// The last year in which it holds.
    #[serde(default)]
    pub until: Option<i32>,
}

impl TerritoryAlias {
    /// Whether the alias holds in this year; an unknown year is not ruled out.
    #[must_use]
    pub fn holds_in(&self, year: Option<i32>) -> bool {
        let Some(year) = year else { return true };
        self.from.is_none_or(|from| from <= year) && self.until.is_none_or(|until| year <= until)
    }
}

/// The end of an import: what it holds, and the import that it follows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Commit {
    /// Its number, from 1.
    pub(crate) import: u64,
    /// When, by the clock of the machine: RFC 3339, UTC.
    pub(crate) recorded: String,
    /// The program and its version.
    pub(crate) tool: String,
    pub(crate) note: Option<String>,
    pub(crate) versions: u64,
    pub(crate) removals: u64,
    pub(crate) aliases: u64,
    /// The digest of the import before; empty for the first.
    pub(crate) parent: String,
}

/// Imports that damage took, as a repair notes it in their place.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lost {
    /// The number of the first of them.
    pub(crate) first: u64,
    /// That of the last. Before the first, it says that the import that follows names another
    /// parent than the one before it.
    pub(crate) last: u64,
    /// The digest that the import after them names as its parent's.
    pub(crate) digest: String,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.last.saturating_sub(self.first) {
            0 => write!(f, "import {} is lost", self.last),
            _ => write!(f, "imports {} to {} are lost", self.first, self.last),
        }
    }
}

impl Lost {
    /// The end of the lost imports, when they are noted in this frame.
    pub(super) fn mark(&self, frame: &Frame) -> Mark {
        self.mark_at(frame.location, frame.end)
    }

    /// The same, of a frame from one place to another.
    pub(super) fn mark_at(&self, frame: Location, end: u64) -> Mark {
        Mark {
            import: self.last,
            digest: self.digest.clone(),
            commit: frame,
            end: Location { offset: end, ..frame },
        }
    }
}

/// A line, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Line {
    Entry(Entry),
    /// A commit, and the digest that it states.
    Commit(Commit, String),
    /// A gap.
    Lost(Lost),
}

/// A line as an export has it: with what was derived from it, which is not read back.
#[derive(Deserialize)]
struct WrittenLine {
    #[serde(flatten)]
    entry: Entry,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LostLine {
    lost: Lost,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CommitLine {
    commit: Commit,
    digest: String,
}

/// A line that is a commit begins with this, and no other does.
const COMMIT: &str = r#"{"commit":"#;
/// And one that notes lost imports, with this.
const LOST: &str = r#"{"lost":"#;
/// What stands between the commit and its digest, which covers all before this.
const DIGEST: &str = r#","digest":""#;

/// Why a line of the journal cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LineError {
    /// It is JSON, but of a kind or with a member that this version does not know: a newer one wrote it.
    Unknown(String),
    /// It is no line that any version writes.
    Damaged(String),
}

impl LineError {
    fn of(line: &str, error: &serde_json::Error) -> Self {
        let problem = format!("a line is not an entry of the journal: {error}");
        match serde_json::from_str::<IgnoredAny>(line) {
            Ok(_) => Self::Unknown(problem),
            Err(_) => Self::Damaged(problem),
        }
    }

    pub(super) fn into_problem(self) -> String {
        match self {
            Self::Unknown(problem) | Self::Damaged(problem) => problem,
        }
    }
}

impl Line {
    /// # Errors
    /// When the line is damaged, exceeds a limit, or has something that this version does not know.
    pub(super) fn parse(line: &str) -> Result<Self, LineError> {
        let parsed = if line.starts_with(COMMIT) {
            serde_json::from_str(line)
                .map(|CommitLine { commit, digest }| Self::Commit(commit, digest))
        } else if line.starts_with(LOST) {
            serde_json::from_str(line).map(|LostLine { lost }| Self::Lost(lost))
        } else {
            serde_json::from_str(line).map(Self::Entry)
        };
        let parsed = parsed.map_err(|error| LineError::of(line, &error))?;
        if let Self::Entry(Entry::Version(given)) = &parsed {
            given.format.parse::<Format>().map_err(LineError::Unknown)?;
        }
        parsed.bounded().map_err(LineError::Damaged)
    }

    /// A line that was written out, and may have more members than the journal's own.
    pub(super) fn parse_written(line: &str) -> Result<Self, String> {
        if line.starts_with(COMMIT) || line.starts_with(LOST) {
            return Self::parse(line).map_err(LineError::into_problem);
        }
        let parsed = serde_json::from_str(line).map_err(|error| LineError::of(line, &error));
        let written: WrittenLine = parsed.map_err(LineError::into_problem)?;
        Self::Entry(written.entry).bounded()
    }

    fn bounded(self) -> Result<Self, String> {
        match &self {
            Self::Entry(entry) => entry.bounded()?,
            Self::Commit(commit, digest) => {
                for word in [&commit.recorded, &commit.tool, &commit.parent, digest] {
                    at_most("a word of a commit", WORD, word)?;
                }
                at_most("a note", LONGEST_NOTE, commit.note.as_deref().unwrap_or_default())?;
                numbered(commit.import)?;
            }
            Self::Lost(lost) => {
                at_most("a digest", WORD, &lost.digest)?;
                numbered(lost.first)?;
                if lost.last > LAST || lost.last + 1 < lost.first {
                    return Err(format!("imports {} to {} are none", lost.first, lost.last));
                }
            }
        }
        Ok(self)
    }

    /// The line as the journal has it, without its line end.
    pub(crate) fn to_json(&self) -> serde_json::Result<String> {
        match self {
            Self::Entry(entry) => serde_json::to_string(entry),
            Self::Commit(commit, digest) => Ok(sealed(&open(commit)?, digest)),
            Self::Lost(lost) => Ok(format!("{LOST}{}}}", serde_json::to_string(lost)?)),
        }
    }
}

/// BLAKE3 of an import: of each of its lines with their line ends, and of the commit line up to
/// where the digest itself begins.
pub(crate) struct Digest(blake3::Hasher);

impl Digest {
    pub(crate) fn new() -> Self {
        Self(blake3::Hasher::new())
    }

    /// Takes in lines, each with its line end.
    pub(crate) fn add(&mut self, lines: &[u8]) {
        self.0.update(lines);
    }

    /// The digest in hexadecimal, from the commit line; ready for the next import.
    pub(crate) fn finish(&mut self, commit_line: &str) -> String {
        let covered = commit_line.rfind(DIGEST).unwrap_or(commit_line.len());
        self.0.update(&commit_line.as_bytes()[..covered]);
        let digest = self.0.finalize().to_hex().to_string();
        self.0.reset();
        digest
    }

    /// The commit line, and the digest that stands in it.
    pub(crate) fn commit(&mut self, commit: &Commit) -> serde_json::Result<(String, String)> {
        let open = open(commit)?;
        let digest = self.finish(&open);
        Ok((sealed(&open, &digest), digest))
    }
}

/// A commit line up to where its digest begins.
fn open(commit: &Commit) -> serde_json::Result<String> {
    Ok(format!("{COMMIT}{}", serde_json::to_string(commit)?))
}

fn sealed(open: &str, digest: &str) -> String {
    format!("{open}{DIGEST}{digest}\"}}")
}
