//! The style of text output: what the terminal, or a screen reader, can show.

/// The style of text output. The default is plain enough for a file: no colours, no maximum width.
///
/// ```
/// use hustings::render::TextStyle;
/// let style = TextStyle::default().colour(true).width(80);
/// assert_eq!((style.colour, style.width), (true, Some(80)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct TextStyle {
    /// Whether headings are bold and changes coloured.
    pub colour: bool,
    /// Width that tables should fit, in terminal columns. Titles and notes are shortened, and
    /// sentences wrapped, but words and figures are never broken: a table may remain wider.
    pub width: Option<usize>,
    /// Whether the output is for a screen reader: one line per row, nothing shortened or wrapped,
    /// and no sparklines.
    pub linear: bool,
}

impl TextStyle {
    /// Sets whether headings are bold and changes coloured.
    #[must_use]
    pub fn colour(mut self, colour: bool) -> Self {
        self.colour = colour;
        self
    }

    /// Sets the width that tables should fit.
    #[must_use]
    pub fn width(mut self, width: impl Into<Option<usize>>) -> Self {
        self.width = width.into();
        self
    }

    /// Sets whether the output is for a screen reader.
    #[must_use]
    pub fn linear(mut self, linear: bool) -> Self {
        self.linear = linear;
        self
    }
}
