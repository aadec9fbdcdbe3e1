//! A label of an infobox with its value, and the parameter that it names.

use super::parameters::{self, ParameterMatch};
use crate::model::{UnparsedField, UnparsedReason};

/// A label of an infobox with its value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InfoboxEntry<'a> {
    pub(super) label: &'a str,
    pub(super) value: &'a str,
    pub(super) line: u32,
    /// The parameter of the label, with its index in the table of parameters, if the label is
    /// known.
    pub(super) parameter_match: Option<(u8, ParameterMatch)>,
}

impl<'a> InfoboxEntry<'a> {
    pub(crate) fn new(label: &'a str, value: &'a str, line: u32) -> Self {
        Self { label, value, line, parameter_match: parameters::find_with_index(label) }
    }
}

pub(super) fn unparsed_field(
    label: &str,
    text: &str,
    line: u32,
    reason: UnparsedReason,
) -> UnparsedField {
    UnparsedField { label: label.to_owned(), text: text.to_owned(), reason, line: Some(line) }
}
