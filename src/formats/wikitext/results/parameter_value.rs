//! A parameter of a results template.

use crate::formats::wikitext::line_index::LineIndex;
use crate::formats::wikitext::tree::Argument;
use crate::model::{UnparsedField, UnparsedReason};

/// A parameter with the text of its value.
pub(super) struct ParameterValue<'a> {
    pub(super) argument: &'a Argument<'a>,
    pub(super) text: String,
}

impl ParameterValue<'_> {
    pub(super) fn name(&self) -> &str {
        self.argument.name.unwrap_or_default()
    }

    pub(super) fn to_unparsed_field(
        &self,
        reason: UnparsedReason,
        lines: &LineIndex,
    ) -> UnparsedField {
        UnparsedField {
            label: self.name().to_owned(),
            text: self.text.clone(),
            reason,
            line: Some(lines.line_number(self.argument.offset)),
        }
    }
}
