//! The settings of a mapping that state how the bytes of a file become a table.

use serde::{Deserialize, Serialize};

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum SheetChoice {
    /// Position of the sheet, counted from 1.
    Number(u32),
    Name(String),
}

/// How the bytes of a file become a table, as far as a mapping states it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ContainerSettings {
    /// Label of the character encoding, which [`is_encoding`] accepts.
    pub(crate) encoding: Option<String>,
    pub(crate) sheet: Option<SheetChoice>,
    /// Path of the array with the rows of a JSON file.
    pub(crate) records_path: Option<String>,
    /// Name of a file in a zip archive.
    pub(crate) entry: Option<String>,
    /// Code of the country that the table is about: two lower-case letters, as in host names. It
    /// helps to detect the encoding.
    pub(crate) country_code: Option<String>,
}

/// Returns whether a text is the label of a character encoding.
pub(crate) fn is_encoding(label: &str) -> bool {
    encoding_rs::Encoding::for_label(label.as_bytes()).is_some()
}
