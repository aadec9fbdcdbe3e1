//! An SVG document that is being written: shapes, and texts that are nothing but text.

use std::fmt::{self, Write as _};

use quick_xml::escape::escape;

use super::text::{plain, wrap};
use super::{WIDTH, colour};

/// Which part of a text stands at its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Font {
    pub(super) size: f64,
    pub(super) bold: bool,
    pub(super) fill: &'static str,
    pub(super) anchor: Anchor,
    /// With white around it, where it stands on lines.
    pub(super) halo: bool,
}

impl Font {
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

    /// From one line to the next.
    pub(super) fn line(self) -> f64 {
        self.size * 1.3
    }
}

/// A number with no more digits than a picture needs.
pub(super) struct Short(pub(super) f64);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is no number must not stop a reader of the rest.
        let tenths = if self.0.is_finite() { (self.0 * 10.0).round() } else { 0.0 };
        write!(f, "{}", tenths / 10.0 + 0.0)
    }
}

/// What has been drawn so far. Writing to a text does not fail, so the answers of `write!` are not looked at.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    body: String,
}

impl Canvas {
    /// A text with its baseline at this place.
    pub(super) fn text(&mut self, x: f64, y: f64, font: Font, text: &str) {
        let text = plain(text);
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
            Short(x),
            Short(y),
            Short(font.size),
            font.fill,
            escape(text.as_str())
        );
    }

    /// A text in lines, the first with its baseline at this place. Says how far down the next may begin.
    pub(super) fn lines(&mut self, x: f64, y: f64, font: Font, lines: &[String]) -> f64 {
        for (at, line) in lines.iter().enumerate() {
            self.text(x, y + at as f64 * font.line(), font, line);
        }
        y + lines.len() as f64 * font.line()
    }

    /// As [`Canvas::lines`], of a text that is wrapped to a width.
    pub(super) fn wrapped(
        &mut self,
        (x, y): (f64, f64),
        font: Font,
        text: &str,
        most: f64,
        lines: usize,
    ) -> f64 {
        self.lines(x, y, font, &wrap(text, font.size, font.bold, most, lines))
    }

    /// A path through points; `style` is attributes.
    pub(super) fn path(&mut self, points: impl IntoIterator<Item = (f64, f64)>, style: &str) {
        let mut data = String::new();
        for (at, (x, y)) in points.into_iter().enumerate() {
            let _ = write!(data, "{}{} {}", if at == 0 { "M" } else { " L" }, Short(x), Short(y));
        }
        let _ = writeln!(self.body, "<path d=\"{data}\" fill=\"none\" {style}/>");
    }

    /// What it shows is said to whoever points at it.
    pub(super) fn rect(&mut self, [x, y, width, height]: [f64; 4], style: &str, said: &str) {
        let (x, y, width, height) =
            (Short(x), Short(y), Short(width.max(0.0)), Short(height.max(0.0)));
        let _ = write!(
            self.body,
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" {style}"
        );
        self.close("rect", said);
    }

    /// As [`Canvas::rect`].
    pub(super) fn circle(&mut self, (x, y): (f64, f64), radius: f64, style: &str, said: &str) {
        let (x, y, radius) = (Short(x), Short(y), Short(radius));
        let _ = write!(self.body, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\" {style}");
        self.close("circle", said);
    }

    /// What is drawn meanwhile is one thing, which says this to whoever points at it.
    pub(super) fn titled(&mut self, said: &str, draw: impl FnOnce(&mut Self)) {
        let said = plain(said);
        if said.is_empty() {
            return draw(self);
        }
        let _ = writeln!(self.body, "<g><title>{}</title>", escape(said.as_str()));
        draw(self);
        self.body.push_str("</g>\n");
    }

    fn close(&mut self, name: &str, said: &str) {
        let said = plain(said);
        let _ = if said.is_empty() {
            writeln!(self.body, "/>")
        } else {
            writeln!(self.body, "><title>{}</title></{name}>", escape(said.as_str()))
        };
    }

    /// The head of an arrow that comes from `from` and ends at `to`.
    pub(super) fn arrowhead(&mut self, from: (f64, f64), to: (f64, f64)) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let length = dx.hypot(dy).max(1.0);
        let (dx, dy) = (dx / length, dy / length);
        let back = (to.0 - 9.0 * dx, to.1 - 9.0 * dy);
        let corners =
            [to, (back.0 - 4.5 * dy, back.1 + 4.5 * dx), (back.0 + 4.5 * dy, back.1 - 4.5 * dx)];
        let points: Vec<String> =
            corners.iter().map(|(x, y)| format!("{},{}", Short(*x), Short(*y))).collect();
        let ink = colour::INK;
        let _ = writeln!(self.body, "<polygon points=\"{}\" fill=\"{ink}\"/>", points.join(" "));
    }

    /// The document, so high, under a title for those who do not see it.
    pub(super) fn finish(self, height: f64, title: &str) -> String {
        let (width, height) = (Short(WIDTH), Short(height.ceil()));
        let title = plain(title);
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
