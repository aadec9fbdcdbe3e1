//! Sources: who publishes records, where, and under which terms.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

use super::MAX_SHORT_TEXT_CHARS;

/// A source of records: a data set, a wiki, an election commission.
///
/// ```
/// use hustings::model::Source;
/// let source = Source::new("parlgov")?.licence("MIT").address("https://www.parlgov.org");
/// assert_eq!(source.name(), "parlgov");
/// assert!(Source::new("Parl Gov").is_err());
/// # Ok::<(), hustings::model::SourceNameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Source {
    #[serde(deserialize_with = "source_name")]
    name: String,
    /// What the source is, in a word: "wiki", "data set", "commission", "newspaper".
    pub kind: Option<String>,
    /// Address at which the source publishes, usually a URL.
    pub address: Option<String>,
    /// Licence of its records, preferably as an SPDX identifier: "CC-BY-SA-4.0".
    pub licence: Option<String>,
    /// Attribution that the licence requires, as a line of text.
    pub attribution: Option<String>,
}

/// Reads the name of a source, which must be valid.
fn source_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let source = Source::new(String::deserialize(deserializer)?).map_err(de::Error::custom)?;
    Ok(source.name)
}

impl Source {
    /// Creates a source with a name only.
    ///
    /// # Errors
    /// When the name is not 1 to 100 lower-case letters (a–z), digits, hyphens, dots and
    /// underscores, beginning with a letter or digit.
    pub fn new(name: impl Into<String>) -> Result<Self, SourceNameError> {
        let name = name.into();
        if is_source_name(&name) {
            Ok(Self { name, ..Self::default() })
        } else {
            Err(SourceNameError(name))
        }
    }

    /// Returns the name, which identifies the source in an archive.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Sets what the source is.
    #[must_use]
    pub fn kind(mut self, kind: impl Into<String>) -> Self {
        self.kind = Some(kind.into());
        self
    }

    /// Sets the address.
    #[must_use]
    pub fn address(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// Sets the licence.
    #[must_use]
    pub fn licence(mut self, licence: impl Into<String>) -> Self {
        self.licence = Some(licence.into());
        self
    }

    /// Sets the attribution.
    #[must_use]
    pub fn attribution(mut self, attribution: impl Into<String>) -> Self {
        self.attribution = Some(attribution.into());
        self
    }

    /// Returns the source with the members that `other` states, and its own members otherwise. The
    /// name stays.
    #[must_use]
    pub fn updated_by(&self, other: &Self) -> Self {
        let newer = |new: &Option<String>, old: &Option<String>| new.clone().or(old.clone());
        Self {
            name: self.name.clone(),
            kind: newer(&other.kind, &self.kind),
            address: newer(&other.address, &self.address),
            licence: newer(&other.licence, &self.licence),
            attribution: newer(&other.attribution, &self.attribution),
        }
    }
}

/// Returns whether a text can be the name of a source.
fn is_source_name(name: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._".contains(c);
    name.len() <= MAX_SHORT_TEXT_CHARS
        && name.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        && name.chars().all(is_inner)
}

/// The error of an invalid source name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceNameError(String);

impl fmt::Display for SourceNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "expected the name of a source (lower-case letters, digits, '-', '.', '_'), found '{}'",
            super::escape::printable(&self.0)
        )
    }
}

impl std::error::Error for SourceNameError {}
