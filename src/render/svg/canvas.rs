//! An SVG document under construction: shapes and escaped text.

use std::fmt::{self, Write as _};

use quick_xml::escape::escape;

use super::text::{sanitize_line, wrap};
use super::{WIDTH, colour};

/// The part of a text that is aligned with its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// Style of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct FontStyle {
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) fill: &'static str,
    pub(super) anchor: Anchor,
    /// Whether the text has a white outline, to be legible on top of lines.
    pub(super) halo: bool,
}

impl FontStyle {
    pub(super) fn new(size: f64) -> Self {
        Self { size, bold: false, fill: colour::INK, anchor: Anchor::Start, halo: false }
    }

    pub(super) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) fn fill(self, fill: &'static str) -> Self {
        Self { fill, ..self }
    }

    pub(super) fn anchor(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    pub(super) fn halo(self) -> Self {
        Self { halo: true, ..self }
    }

    /// Returns the distance between baselines.
    pub(super) fn line_height(self) -> f64 {
        self.size * 1.3
    }
}

/// A number rounded to one decimal place.
pub(super) struct Rounded(pub(super) f64);

impl fmt::Display for Rounded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // NaN and infinity would make the document invalid.
        let tenths = if self.0.is_finite() { (self.0 * 10.0).round() } else { 0.0 };
        write!(f, "{}", tenths / 10.0 + 0.0)
    }
}

/// The content of a picture. Writing to a string does not fail, so the results of `write!` are
/// ignored.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    body: String,
}

impl Canvas {
    /// Draws a text with its baseline at a position.
    pub(super) fn text(&mut self, x: f64, y: f64, font: FontStyle, text: &str) {
        let text = sanitize_line(text);
        if text.is_empty() {
            return;
        }
        let anchor = match font.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let weight = if font.bold { " font-weight=\"bold\"" } else { "" };
        let halo = if font.halo {
            " stroke=\"#ffffff\" stroke-width=\"3\" paint-order=\"stroke\""
        } else {
            ""
        };
        let _ = writeln!(
            self.body,
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\"{weight}{anchor}{halo}>{}</text>",
            Rounded(x),
            Rounded(y),
            Rounded(font.size),
            font.fill,
            escape(text.as_str())
        );
    }

    /// Draws lines of text, the first with its baseline at `y`. Returns the baseline of the next
    /// line.
    pub(super) fn lines(&mut self, x: f64, y: f64, font: FontStyle, lines: &[String]) -> f64 {
        for (at, line) in lines.iter().enumerate() {
            self.text(x, y + at as f64 * font.line_height(), font, line);
        }
        y + lines.len() as f64 * font.line_height()
    }

    /// Wraps a text to a width, and draws it as [`Canvas::lines`] does.
    pub(super) fn wrapped_text(
        &mut self,
        (x, y): (f64, f64),
        font: FontStyle,
        text: &str,
        max_width: f64,
        max_lines: usize,
    ) -> f64 {
        self.lines(x, y, font, &wrap(text, font.size, font.bold, max_width, max_lines))
    }

    /// Draws a path through points. `style` holds XML attributes.
    pub(super) fn path(&mut self, points: impl IntoIterator<Item = (f64, f64)>, style: &str) {
        let mut data = String::new();
        for (at, (x, y)) in points.into_iter().enumerate() {
            let _ =
                write!(data, "{}{} {}", if at == 0 { "M" } else { " L" }, Rounded(x), Rounded(y));
        }
        let _ = writeln!(self.body, "<path d=\"{data}\" fill=\"none\" {style}/>");
    }

    /// Draws a rectangle with a tooltip. `style` holds XML attributes.
    pub(super) fn rect(&mut self, [x, y, width, height]: [f64; 4], style: &str, tooltip: &str) {
        let (x, y, width, height) =
            (Rounded(x), Rounded(y), Rounded(width.max(0.0)), Rounded(height.max(0.0)));
        let _ = write!(
            self.body,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {style}"
        );
        self.close_element("rect", tooltip);
    }

    /// Draws a circle with a tooltip. `style` holds XML attributes.
    pub(super) fn circle(&mut self, (x, y): (f64, f64), radius: f64, style: &str, tooltip: &str) {
        let (x, y, radius) = (Rounded(x), Rounded(y), Rounded(radius));
        let _ = write!(self.body, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" {style}");
        self.close_element("circle", tooltip);
    }

    /// Groups everything that `draw` draws under one tooltip.
    pub(super) fn with_tooltip(&mut self, tooltip: &str, draw: impl FnOnce(&mut Self)) {
        let tooltip = sanitize_line(tooltip);
        if tooltip.is_empty() {
            return draw(self);
        }
        let _ = writeln!(self.body, "<g><title>{}</title>", escape(tooltip.as_str()));
        draw(self);
        self.body.push_str("</g>\n");
    }

    fn close_element(&mut self, name: &str, tooltip: &str) {
        let tooltip = sanitize_line(tooltip);
        let _ = if tooltip.is_empty() {
            writeln!(self.body, "/>")
        } else {
            writeln!(self.body, "><title>{}</title></{name}>", escape(tooltip.as_str()))
        };
    }

    /// Draws an arrowhead that points from `from` to `to`, with its tip at `to`.
    pub(super) fn arrowhead(&mut self, from: (f64, f64), to: (f64, f64)) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy).max(1.0);
        let (dx, dy) = (dx / length, dy / length);
        let back = (to.0 - 9.0 * dx, to.1 - 9.0 * dy);
        let corners =
            [to, (back.0 - 4.5 * dy, back.1 + 4.5 * dx), (back.0 + 4.5 * dy, back.1 - 4.5 * dx)];
        let points: Vec<String> =
            corners.iter().map(|(x, y)| format!("{},{}", Rounded(*x), Rounded(*y))).collect();
        let ink = colour::INK;
        let _ = writeln!(self.body, "<polygon points=\"{}\" fill=\"{ink}\"/>", points.join(" "));
    }

    /// Returns the SVG document with the given height, and a title for screen readers.
    pub(super) fn finish(self, height: f64, title: &str) -> String {
        let (width, height) = (Rounded(WIDTH), Rounded(height.ceil()));
        let title = sanitize_line(title);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" \
             font-family=\"Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif\">\n\
             <title>{}</title>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n{}</svg>\n",
            escape(title.as_str()),
            self.body
        )
    }
}
