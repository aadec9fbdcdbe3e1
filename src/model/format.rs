//! The formats of documents.

use std::fmt;
use std::str::FromStr;

/// The format that a document is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// A rendered article: `= title =`, an infobox of `- Label: value` lines, and prose.
    Article,
    /// JSON lines of [`Election`](super::Election): the archive's own lossless form.
    Jsonl,
    /// The wikitext of a wiki page with an infobox.
    Wikitext,
    /// The rows of one election, bundled with the [`Mapping`](crate::formats::Mapping) that interprets them. Imports of
    /// tables store documents in this form.
    Table,
}

impl Format {
    /// Returns the name of the format.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Jsonl => "jsonl",
            Self::Table => "table",
            Self::Wikitext => "wikitext",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        match name {
            "article" => Ok(Self::Article),
            "jsonl" => Ok(Self::Jsonl),
            "table" => Ok(Self::Table),
            "wikitext" => Ok(Self::Wikitext),
            _ => Err(UnknownFormat { name: name.to_owned() }),
        }
    }
}

/// The error for a name that is not a format.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct UnknownFormat {
    /// The name as entered.
    pub name: String,
}

impl fmt::Display for UnknownFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is not a format: article, jsonl, table, wikitext", self.name)
    }
}

impl std::error::Error for UnknownFormat {}
