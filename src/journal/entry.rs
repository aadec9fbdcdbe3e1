//! What the lines of the journal hold: entries, the commit that ends an import, and lost imports.

use std::fmt;
use std::io;

use serde::{Deserialize, Serialize};

use super::frame::{self, Frame};
use super::{Location, Mark, VersionEntry, digest};
use crate::import::{LARGEST_TEXT, LONGEST_TITLE};
use crate::model::YearRange;

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
                at_most("the name of a source", LONGEST_PATH, &given.source)
            }
        }
    }
}

/// Maximum length of the path of a file, or of a comment, in characters.
pub(super) const LONGEST_PATH: usize = 10_000;

/// Maximum length of a code, a time and the like, in characters.
pub(super) const WORD: usize = 100;

pub(super) fn at_most(what: &str, length: usize, text: &str) -> Result<(), String> {
    match text.chars().nth(length) {
        None => Ok(()),
        Some(_) => Err(format!("{what} has more than {length} characters")),
    }
}

pub(super) fn text_bounded(text: &str) -> Result<(), String> {
    match text.len() {
        0..=LARGEST_TEXT => Ok(()),
        length => Err(format!("a text has {length} bytes, more than {LARGEST_TEXT}")),
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
        year.is_none_or(|year| self.years().contains(year))
    }

    /// The years in which it holds.
    pub(crate) fn years(&self) -> YearRange {
        YearRange { from: self.from, until: self.until }
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
    /// Returns the commit that stands in the log for all of them, or none where no import is lost. It is one, so that a
    /// number that makes no sense costs nothing.
    pub(crate) fn commit(&self) -> Option<Commit> {
        let commit =
            Commit { import: self.last, note: Some(self.to_string()), ..Commit::default() };
        Some(commit).filter(|_| self.first <= self.last)
    }

    /// Returns the note's frame, whose line has a digest or, as in format 1, none.
    pub(super) fn frame(&self, has_digest: bool) -> io::Result<Vec<u8>> {
        #[derive(Serialize)]
        struct Note<'a> {
            lost: &'a Lost,
        }
        let mut line = serde_json::to_vec(&Note { lost: self })?;
        if has_digest {
            digest::append(&mut line, 0);
        }
        line.push(b'\n');
        frame::compress(&line)
    }

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
