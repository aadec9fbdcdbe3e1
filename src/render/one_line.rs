//! Conversion of text to a single line.

use std::borrow::Cow;

/// Replaces line breaks by spaces.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    const LINE_BREAKS: [char; 2] = ['\n', '\r'];
    if text.contains(LINE_BREAKS) { text.replace(LINE_BREAKS, " ").into() } else { text.into() }
}
