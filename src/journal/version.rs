//! The journal entry of a version: the exact source text, and its origin.

use serde::{Deserialize, Serialize};

use super::bounds::{check_chars, check_text_size};
use crate::model::{LONGEST_PATH, LONGEST_TITLE, Revision, WORD};

/// A source text, and its origin.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VersionEntry {
    pub(crate) title: String,
    pub(crate) format: String,
    /// Path of the file, or a name in its place.
    pub(crate) source: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source_time: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) revision: Option<Revision>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) provenance: Option<Box<Provenance>>,
    /// Number of the page in its wiki.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) page_id: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) area: Option<Box<Area>>,
    pub(crate) text: String,
}

/// The source of a version, and the election's identifier in it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Provenance {
    /// Name of the source, such as "parlgov" or "enwiki".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
    /// Identifier of the election in the source, such as "583" or "Q17050".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) licence: Option<String>,
}

/// A part of a country, such as a constituency, a state or a commune.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Area {
    /// Names of the area and the parts of the country around it, the largest first.
    pub(crate) path: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
}

/// Maximum number of names in an area's path.
const MAX_AREA_DEPTH: usize = 32;

impl VersionEntry {
    /// Checks the entry against the size limits that readers enforce.
    pub(crate) fn bounded(&self) -> Result<(), String> {
        check_text_size(&self.text)?;
        check_chars("a title", LONGEST_TITLE, &self.title)?;
        check_chars("the name of a source", LONGEST_PATH, &self.source)?;
        check_chars("a format", WORD, &self.format)?;
        check_chars("a time", WORD, self.source_time.as_deref().unwrap_or_default())?;
        if let Some(revision) = &self.revision {
            let said =
                [Some(&revision.id), revision.contributor.as_ref(), revision.comment.as_ref()];
            for text in said.into_iter().flatten() {
                check_chars("what a revision says of itself", LONGEST_PATH, text)?;
            }
        }
        self.provenance.as_ref().map_or(Ok(()), |provenance| provenance.bounded())?;
        self.area.as_ref().map_or(Ok(()), |area| area.bounded())
    }
}

impl Provenance {
    fn bounded(&self) -> Result<(), String> {
        check_chars(
            "the name of a source",
            LONGEST_TITLE,
            self.source.as_deref().unwrap_or_default(),
        )?;
        check_chars("an identifier", LONGEST_TITLE, self.id.as_deref().unwrap_or_default())?;
        check_chars("a licence", LONGEST_TITLE, self.licence.as_deref().unwrap_or_default())
    }
}

impl Area {
    fn bounded(&self) -> Result<(), String> {
        if self.path.len() > MAX_AREA_DEPTH {
            return Err(format!("an area's path has more than {MAX_AREA_DEPTH} names"));
        }
        self.path.iter().try_for_each(|name| check_chars("an area's name", LONGEST_TITLE, name))?;
        check_chars("an area's code", WORD, self.code.as_deref().unwrap_or_default())
    }
}
