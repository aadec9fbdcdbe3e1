//! A table as text, decoded from whatever contained it.

/// A problem at a place of a decoded table. The table is imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DecodingWarning {
    /// Line of the text, counted from 1.
    pub(crate) line: u32,
    /// Number of the column, counted from 1.
    pub(crate) column: u32,
    pub(crate) message: String,
}

/// The text of a table, and how it was decoded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct DecodedTable {
    /// CSV or TSV.
    pub(crate) text: String,
    /// Name of the encoding, unless it is UTF-8.
    pub(crate) encoding: Option<&'static str>,
    /// The delimiter, if the text was written by a reader of a workbook or of JSON.
    pub(crate) delimiter: Option<char>,
    /// Sentences about decisions that the reader made. They report no errors.
    pub(crate) notes: Vec<String>,
    pub(crate) warnings: Vec<DecodingWarning>,
}
