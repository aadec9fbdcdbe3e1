//! The place in a source text that states a value: its line, its words, and the parameter or the
//! column that they belong to.

use serde::{Deserialize, Serialize};

/// A place in a source text that states a value. The value was proven to come from it: with other
/// words there, the record has another value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SourcePlace {
    /// Line of the source text, counted from 1.
    pub line: u32,
    /// Position of the words in the line, in characters, counted from 1.
    pub column: u32,
    /// The line, without its line end.
    pub text: String,
    /// The words that state the value.
    pub words: String,
    /// Label or parameter of an infobox, as written, or the name of a member of a JSON line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Name of the infobox parameter that the label stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// Rule that read the words: the type of the parameter, see `docs/parameters.md`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The cell of a table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cell: Option<TableCell>,
}

/// A cell of a table, and the settings of the mapping that read it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct TableCell {
    /// Part of the source text: `rows`, or `join` and the name of a joined table.
    pub block: String,
    /// Name of the column.
    pub column: String,
    /// Number of the row in the part, counted from 1 after the row of names.
    pub row: u64,
    /// Text of the cell.
    pub text: String,
    /// Settings of the mapping that name the column: `contender.votes`.
    pub settings: Vec<String>,
    /// Value that the mapping assigns to the text of the cell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mapped_value: Option<String>,
}
