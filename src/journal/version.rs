//! The journal entry of a version: the exact source text, and its origin.

use serde::{Deserialize, Serialize};

use super::limits::{LimitError, check_chars, check_text_size};
use crate::model::{MAX_PATH_CHARS, MAX_SHORT_TEXT_CHARS, MAX_TITLE_CHARS, Revision};

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
    /// Returns the name of the source, if the text was imported with one.
    pub(crate) fn source_name(&self) -> Option<&str> {
        self.provenance.as_ref()?.source.as_deref()
    }

    /// Returns the identifier of the election in the source.
    pub(crate) fn source_id(&self) -> Option<&str> {
        self.provenance.as_ref()?.id.as_deref()
    }

    /// Checks the entry against the size limits that readers enforce.
    pub(crate) fn check_limits(&self) -> Result<(), LimitError> {
        check_text_size(&self.text)?;
        check_chars("a title", MAX_TITLE_CHARS, &self.title)?;
        check_chars("the name of a source", MAX_PATH_CHARS, &self.source)?;
        check_chars("a format", MAX_SHORT_TEXT_CHARS, &self.format)?;
        check_chars(
            "a time",
            MAX_SHORT_TEXT_CHARS,
            self.source_time.as_deref().unwrap_or_default(),
        )?;
        if let Some(revision) = &self.revision {
            let texts =
                [Some(&revision.id), revision.contributor.as_ref(), revision.comment.as_ref()];
            for text in texts.into_iter().flatten() {
                check_chars("the metadata of a revision", MAX_PATH_CHARS, text)?;
            }
        }
        self.provenance.as_ref().map_or(Ok(()), |provenance| provenance.check_limits())?;
        self.area.as_ref().map_or(Ok(()), |area| area.check_limits())
    }
}

impl Provenance {
    pub(super) fn check_limits(&self) -> Result<(), LimitError> {
        check_chars(
            "the name of a source",
            MAX_TITLE_CHARS,
            self.source.as_deref().unwrap_or_default(),
        )?;
        check_chars("an identifier", MAX_TITLE_CHARS, self.id.as_deref().unwrap_or_default())?;
        check_chars("a licence", MAX_TITLE_CHARS, self.licence.as_deref().unwrap_or_default())
    }
}

impl Area {
    fn check_limits(&self) -> Result<(), LimitError> {
        if self.path.len() > MAX_AREA_DEPTH {
            let (name, limit) = ("the path of an area", MAX_AREA_DEPTH);
            return Err(LimitError { name, limit, unit: "names" });
        }
        self.path
            .iter()
            .try_for_each(|name| check_chars("an area's name", MAX_TITLE_CHARS, name))?;
        check_chars(
            "an area's code",
            MAX_SHORT_TEXT_CHARS,
            self.code.as_deref().unwrap_or_default(),
        )
    }
}
