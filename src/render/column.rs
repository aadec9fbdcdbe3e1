//! Columns of tables.

use std::borrow::Cow;

/// A column and its layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The name: heading in text, header cell in CSV.
    pub name: Cow<'static, str>,
    /// Whether the values are right-aligned, as numbers are.
    pub right_aligned: bool,
    /// Whether the values are changes, which are coloured by direction.
    pub is_change: bool,
    /// Maximum width of the column in text, in terminal columns; longer cells are wrapped.
    pub max_width: Option<usize>,
    /// Whether long cells, such as titles and notes, are shortened so that the table fits the
    /// terminal.
    pub is_shortened: bool,
    /// Whether the cells are drawings (sparklines), which are omitted for screen readers.
    pub is_drawing: bool,
}

impl Column {
    pub(super) fn new(name: impl Into<Cow<'static, str>>, right_aligned: bool) -> Self {
        Self {
            name: name.into(),
            right_aligned,
            is_change: false,
            max_width: None,
            is_shortened: false,
            is_drawing: false,
        }
    }

    /// Creates a column from a name with a prefix: `>` for right-aligned, `±` for changes, `…` for
    /// texts that are shortened.
    pub(super) fn from_prefixed(name: &'static str) -> Self {
        let is_change = name.starts_with('±');
        let right_aligned = is_change || name.starts_with('>');
        let is_shortened = name.starts_with('…');
        let column = Self::new(name.trim_start_matches(['>', '±', '…']), right_aligned);
        Self { is_change, is_shortened, ..column }
    }
}
