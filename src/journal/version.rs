//! The journal's entry of a version: the exact source text, and where it is from.

use serde::{Deserialize, Serialize};

use super::entry::{LONGEST_PATH, WORD, at_most, text_bounded};
use crate::import::LONGEST_TITLE;
use crate::model::Revision;

/// A source text, and where it is from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VersionEntry {
    pub(crate) title: String,
    pub(crate) format: String,
    /// The file, or what stands for one.
    pub(crate) source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source_time: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) revision: Option<Revision>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) provenance: Option<Box<Provenance>>,
    /// The number of the page in its wiki.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) page_id: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) area: Option<Box<Area>>,
    pub(crate) text: String,
}

/// The source of a version, and how that source identifies the election.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provenance {
    /// The name of the source: "parlgov", "enwiki".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
    /// The election's identifier in the source: "583", "Q17050".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) licence: Option<String>,
}

/// A part of a country: a constituency, a state, a commune.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Area {
    /// Names from the largest part of the country down to the area itself.
    pub(crate) path: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
}

/// Maximum number of names in an area's path.
const DEEPEST: usize = 32;

impl VersionEntry {
    /// Checks the entry against the limits of what is read back.
    pub(crate) fn bounded(&self) -> Result<(), String> {
        text_bounded(&self.text)?;
        at_most("a title", LONGEST_TITLE, &self.title)?;
        at_most("the name of a source", LONGEST_PATH, &self.source)?;
        at_most("a format", WORD, &self.format)?;
        at_most("a time", WORD, self.source_time.as_deref().unwrap_or_default())?;
        if let Some(revision) = &self.revision {
            let said =
                [Some(&revision.id), revision.contributor.as_ref(), revision.comment.as_ref()];
            for text in said.into_iter().flatten() {
                at_most("what a revision says of itself", LONGEST_PATH, text)?;
            }
        }
        self.provenance.as_ref().map_or(Ok(()), |provenance| provenance.bounded())?;
        self.area.as_ref().map_or(Ok(()), |area| area.bounded())
    }
}

impl Provenance {
    fn bounded(&self) -> Result<(), String> {
        at_most("the name of a source", LONGEST_TITLE, self.source.as_deref().unwrap_or_default())?;
        at_most("an identifier", LONGEST_TITLE, self.id.as_deref().unwrap_or_default())?;
        at_most("a licence", LONGEST_TITLE, self.licence.as_deref().unwrap_or_default())
    }
}

impl Area {
    fn bounded(&self) -> Result<(), String> {
        if self.path.len() > DEEPEST {
            return Err(format!("an area's path has more than {DEEPEST} names"));
        }
        self.path.iter().try_for_each(|name| at_most("an area's name", LONGEST_TITLE, name))?;
        at_most("an area's code", WORD, self.code.as_deref().unwrap_or_default())
    }
}
