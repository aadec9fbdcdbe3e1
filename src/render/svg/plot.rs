//! Charts of plotters on a canvas: its coordinates are whole numbers, so they are tenths of the picture's.

use std::convert::Infallible;
use std::io;
use std::ops::Range;

use plotters::coord::Shift;
use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, ValueFormatter};
use plotters::prelude::*;
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingErrorKind,
};

use super::canvas::{Anchor, Canvas, Font, Short};
use super::colour;
use super::scale::Scale;
use super::text;

/// How much finer the coordinates of plotters are.
const FINE: f64 = 10.0;
/// The size of what is written at an axis.
const LABEL: f64 = 12.0;

/// A chart with its axes.
pub(super) type Chart<'a> = ChartContext<'a, Pen<'a>, Cartesian2d<Scale, Scale>>;

impl Ranged for Scale {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        let part = (value - self.low) / (self.high - self.low);
        (f64::from(from) + part * f64::from(to - from)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        if hint.weight().allow_light_points() { Vec::new() } else { self.ticks.clone() }
    }

    fn range(&self) -> Range<f64> {
        self.low..self.high
    }
}

impl ValueFormatter<f64> for Scale {
    fn format(tick: &f64) -> String {
        tick.to_string()
    }

    fn format_ext(&self, tick: &f64) -> String {
        self.label(*tick)
    }
}

/// The axes of a chart, and where its inner part is: left, top, width, height.
pub(super) struct Plot<'a> {
    pub(super) inner: [f64; 4],
    pub(super) x: &'a Scale,
    pub(super) y: &'a Scale,
    /// Whether the horizontal axis is written out, and whether lines stand on its ticks.
    pub(super) x_labels: bool,
    pub(super) x_lines: bool,
    /// The same of the vertical one.
    pub(super) y_axis: bool,
}

impl Plot<'_> {
    /// Draws the axes, and then what is to be drawn in them.
    pub(super) fn draw(
        &self,
        canvas: &mut Canvas,
        within: impl FnOnce(&mut Chart<'_>) -> Result<(), Failed>,
    ) -> io::Result<()> {
        self.drawn(canvas, within).map_err(|error| io::Error::other(error.to_string()))
    }

    fn drawn(
        &self,
        canvas: &mut Canvas,
        within: impl FnOnce(&mut Chart<'_>) -> Result<(), Failed>,
    ) -> Result<(), Failed> {
        let [left, top, width, height] = self.inner;
        let wide = self.y.ticks.iter().map(|tick| text::width(&self.y.label(*tick), LABEL, false));
        let wide = if self.y_axis { wide.fold(0.0, f64::max) + 10.0 } else { 0.0 };
        let below = if self.x_labels { 24.0 } else { 0.0 };
        let size = (tenths(left + width + 1.0) as u32, tenths(top + height + below + 1.0) as u32);
        let root: DrawingArea<Pen<'_>, Shift> = Pen { canvas, size }.into_drawing_area();
        let root = root.shrink(
            (tenths(left - wide), tenths(top)),
            (tenths(width + wide), tenths(height + below)),
        );
        let mut chart = ChartBuilder::on(&root)
            .x_label_area_size(tenths(below))
            .y_label_area_size(tenths(wide))
            .build_cartesian_2d(self.x.clone(), self.y.clone())?;
        let mut mesh = chart.configure_mesh();
        mesh.label_style(("sans-serif", LABEL * FINE).into_font().color(&rgb(colour::GREY)))
            .bold_line_style(stroke(colour::RULE, 1.0))
            .axis_style(stroke(colour::GREY, 1.0))
            .set_all_tick_mark_size(tenths(3.0));
        if !self.x_lines {
            mesh.disable_x_mesh();
        }
        if !self.y_axis {
            mesh.disable_y_mesh().disable_y_axis();
        }
        mesh.draw()?;
        within(&mut chart)?;
        root.present()
    }
}

/// Where a value stands in the picture.
pub(super) fn place(chart: &Chart<'_>, at: (f64, f64)) -> (f64, f64) {
    let (x, y) = chart.backend_coord(&at);
    (f64::from(x) / FINE, f64::from(y) / FINE)
}

/// A line of this colour and width.
pub(super) fn stroke(colour: &str, width: f64) -> ShapeStyle {
    let width = (width * FINE).round() as u32;
    ShapeStyle { stroke_width: width, ..ShapeStyle::from(rgb(colour)) }
}

/// A surface of this colour.
pub(super) fn fill(colour: &str) -> ShapeStyle {
    rgb(colour).filled()
}

fn rgb(colour: &str) -> RGBColor {
    let part = |at: usize| {
        let digits = colour.get(at..at + 2);
        digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).unwrap_or_default()
    };
    RGBColor(part(1), part(3), part(5))
}

fn tenths(length: f64) -> i32 {
    (length * FINE).round() as i32
}

/// Why plotters could not draw.
pub(super) type Failed = DrawingAreaErrorKind<Infallible>;
type Drawn = Result<(), DrawingErrorKind<Infallible>>;

/// Draws on a canvas what plotters says.
pub(super) struct Pen<'a> {
    canvas: &'a mut Canvas,
    size: (u32, u32),
}

fn point((x, y): BackendCoord) -> (f64, f64) {
    (f64::from(x) / FINE, f64::from(y) / FINE)
}

fn hex(colour: BackendColor) -> String {
    let (red, green, blue) = colour.rgb;
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn line_style<S: BackendStyle>(style: &S) -> String {
    let width = Short(f64::from(style.stroke_width()) / FINE);
    format!("stroke=\"{}\" stroke-width=\"{width}\" stroke-linejoin=\"round\"", hex(style.color()))
}

impl DrawingBackend for Pen<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, at: BackendCoord, colour: BackendColor) -> Drawn {
        let (x, y) = point(at);
        let side = 1.0 / FINE;
        self.canvas.rect([x, y, side, side], &format!("fill=\"{}\"", hex(colour)), "");
        Ok(())
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        filled: bool,
    ) -> Drawn {
        let ((left, top), (right, bottom)) = (point(upper_left), point(bottom_right));
        let style = if filled {
            format!("fill=\"{}\"", hex(style.color()))
        } else {
            "fill=\"none\" ".to_owned() + &line_style(style)
        };
        self.canvas.rect([left, top, right - left, bottom - top], &style, "");
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        self.canvas.path(path.into_iter().map(point), &line_style(style));
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        filled: bool,
    ) -> Drawn {
        let style = if filled {
            format!("fill=\"{}\"", hex(style.color()))
        } else {
            "fill=\"none\" ".to_owned() + &line_style(style)
        };
        self.canvas.circle(point(center), f64::from(radius) / FINE, &style, "");
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, at: BackendCoord) -> Drawn {
        let (x, y) = point(at);
        let size = style.size() / FINE;
        let anchor = style.anchor();
        let down = match anchor.v_pos {
            VPos::Top => 0.78,
            VPos::Center => 0.36,
            VPos::Bottom => -0.22,
        };
        let anchor = match anchor.h_pos {
            HPos::Left => Anchor::Start,
            HPos::Center => Anchor::Middle,
            HPos::Right => Anchor::End,
        };
        let font = Font::new(size).fill(colour::GREY).anchor(anchor);
        self.canvas.text(x, y + down * size, font, text);
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        style: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        Ok((text::width(text, style.size(), false).ceil() as u32, style.size().ceil() as u32))
    }
}
