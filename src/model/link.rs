//! What one source calls another thing: an election before or after, a person, a party, a place.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::PartialDate;

/// A source's claim about the election before or after. Never a pointer: a title may name
/// nothing that is known, and the other side may say otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Link {
    /// The title that the claim names (of a wiki link, its target).
    pub title: Option<String>,
    /// The words that the source shows for it, where they differ from the title.
    pub label: Option<String>,
    /// When that election was or will be, where the source says so.
    pub year: Option<PartialDate>,
}

/// The revision of a page that a version was taken from, where its source keeps revisions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Revision {
    /// Its number in the source.
    pub id: String,
    /// Who made it: a name or an address.
    pub contributor: Option<String>,
    /// What they said of it.
    pub comment: Option<String>,
}

/// A person, party, alliance, territory or office, as the source names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ref {
    /// The words that the source shows.
    pub name: String,
    /// The page that the source links them to. Its disambiguation is part of the identity.
    pub target: Option<String>,
    /// What the source says beside the name: "acting".
    pub note: Option<String>,
}

impl Ref {
    /// A name alone.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), target: None, note: None }
    }
}

impl fmt::Display for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.note {
            Some(note) => f.pad(&format!("{} ({note})", self.name)),
            None => f.pad(&self.name),
        }
    }
}
