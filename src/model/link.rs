//! References to other entities by name: previous and next elections, people, parties, places.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::PartialDate;

/// A source's claim about the previous or the next election. It is not a pointer: the archive may
/// lack an election with this title, and the other election may state a different link.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Link {
    /// Title of the other election; the target, if the claim is a wiki link.
    pub title: Option<String>,
    /// Text displayed for the link, if it differs from the title.
    pub label: Option<String>,
    /// Date of the other election, if stated.
    pub year: Option<PartialDate>,
    /// Identifier of the other election in the source, if the source states it. It prevails over
    /// the title, which another election may have too.
    pub id: Option<String>,
}

/// The page revision that a version was imported from, if the source has revisions.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Revision {
    /// Id of the revision in the source.
    pub id: String,
    /// Author of the revision: a name or an IP address.
    pub contributor: Option<String>,
    /// Edit summary of the author.
    pub comment: Option<String>,
}

/// A person, party, alliance, territory or office, as the source names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Reference {
    /// Name as displayed in the source.
    pub name: String,
    /// Linked page. Its disambiguating suffix is part of the identity.
    pub target: Option<String>,
    /// Remark of the source beside the name: "acting".
    pub note: Option<String>,
}

impl Reference {
    /// Creates a reference with a name only.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), target: None, note: None }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.note {
            Some(note) => f.pad(&format!("{} ({note})", self.name)),
            None => f.pad(&self.name),
        }
    }
}
