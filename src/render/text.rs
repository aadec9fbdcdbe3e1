//! Conversion of text to a single line.

use std::borrow::Cow;

/// Replaces line breaks by spaces.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    const ENDS: [char; 2] = ['\n', '\r'];
    if text.contains(ENDS) { text.replace(ENDS, " ").into() } else { text.into() }
}
