//! A plotters backend that draws on a canvas. Plotters uses integer coordinates, which are tenths
//! of a user unit here.

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

use super::canvas::{Anchor, Canvas, FontStyle, Rounded};
use super::scale::Scale;
use super::{colour, text};

/// Number of plotters coordinates per user unit.
const SUBUNITS: f64 = 10.0;
/// Font size of axis labels, in user units.
const LABEL_SIZE: f64 = 12.0;

/// A chart with its axes.
pub(super) type Chart<'a> = ChartContext<'a, CanvasBackend<'a>, Cartesian2d<Scale, Scale>>;

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

/// The axes of a chart, and its inner area: left, top, width and height in user units.
pub(super) struct Plot<'a> {
    pub(super) area: [f64; 4],
    pub(super) x: &'a Scale,
    pub(super) y: &'a Scale,
    /// Whether the horizontal axis has tick labels.
    pub(super) x_labels: bool,
    /// Whether grid lines mark the ticks of the horizontal axis.
    pub(super) x_grid: bool,
    /// Whether the vertical axis has tick labels and grid lines.
    pub(super) y_axis: bool,
}

impl Plot<'_> {
    /// Draws the axes, then the content of the chart.
    pub(super) fn draw(
        &self,
        canvas: &mut Canvas,
        draw_content: impl FnOnce(&mut Chart<'_>) -> Result<(), PlotError>,
    ) -> io::Result<()> {
        self.try_draw(canvas, draw_content).map_err(|error| io::Error::other(error.to_string()))
    }

    fn try_draw(
        &self,
        canvas: &mut Canvas,
        draw_content: impl FnOnce(&mut Chart<'_>) -> Result<(), PlotError>,
    ) -> Result<(), PlotError> {
        let [left, top, width, height] = self.area;
        let label_width =
            self.y.ticks.iter().map(|tick| text::width(&self.y.label(*tick), LABEL_SIZE, false));
        let label_width = if self.y_axis { label_width.fold(0.0, f64::max) + 10.0 } else { 0.0 };
        let label_height = if self.x_labels { 24.0 } else { 0.0 };
        let size = (
            subunits(left + width + 1.0) as u32,
            subunits(top + height + label_height + 1.0) as u32,
        );
        let root: DrawingArea<CanvasBackend<'_>, Shift> =
            CanvasBackend { canvas, size }.into_drawing_area();
        let root = root.shrink(
            (subunits(left - label_width), subunits(top)),
            (subunits(width + label_width), subunits(height + label_height)),
        );
        let mut chart = ChartBuilder::on(&root)
            .x_label_area_size(subunits(label_height))
            .y_label_area_size(subunits(label_width))
            .build_cartesian_2d(self.x.clone(), self.y.clone())?;
        let mut mesh = chart.configure_mesh();
        mesh.label_style(
            ("sans-serif", LABEL_SIZE * SUBUNITS).into_font().color(&rgb(colour::GREY)),
        )
        .bold_line_style(stroke(colour::RULE, 1.0))
        .axis_style(stroke(colour::GREY, 1.0))
        .set_all_tick_mark_size(subunits(3.0));
        if !self.x_grid {
            mesh.disable_x_mesh();
        }
        if !self.y_axis {
            mesh.disable_y_mesh().disable_y_axis();
        }
        mesh.draw()?;
        draw_content(&mut chart)?;
        root.present()
    }
}

/// Returns the position of a value in the picture, in user units.
pub(super) fn position(chart: &Chart<'_>, at: (f64, f64)) -> (f64, f64) {
    let (x, y) = chart.backend_coord(&at);
    (f64::from(x) / SUBUNITS, f64::from(y) / SUBUNITS)
}

/// Returns a line style of this colour, and of this width in user units.
pub(super) fn stroke(colour: &str, width: f64) -> ShapeStyle {
    let width = (width * SUBUNITS).round() as u32;
    ShapeStyle { stroke_width: width, ..ShapeStyle::from(rgb(colour)) }
}

/// Returns a fill style of this colour.
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

fn subunits(length: f64) -> i32 {
    (length * SUBUNITS).round() as i32
}

/// A drawing error of plotters.
pub(super) type PlotError = DrawingAreaErrorKind<Infallible>;
type DrawResult = Result<(), DrawingErrorKind<Infallible>>;

/// The drawing backend, which passes shapes to a canvas.
pub(super) struct CanvasBackend<'a> {
    canvas: &'a mut Canvas,
    size: (u32, u32),
}

fn to_user_units((x, y): BackendCoord) -> (f64, f64) {
    (f64::from(x) / SUBUNITS, f64::from(y) / SUBUNITS)
}

fn hex(colour: BackendColor) -> String {
    let (red, green, blue) = colour.rgb;
    format!("#{red:02x}{green:02x}{blue:02x}")
}

fn line_style<S: BackendStyle>(style: &S) -> String {
    let width = Rounded(f64::from(style.stroke_width()) / SUBUNITS);
    format!("stroke=\"{}\" stroke-width=\"{width}\" stroke-linejoin=\"round\"", hex(style.color()))
}

impl DrawingBackend for CanvasBackend<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> DrawResult {
        Ok(())
    }

    fn present(&mut self) -> DrawResult {
        Ok(())
    }

    fn draw_pixel(&mut self, at: BackendCoord, colour: BackendColor) -> DrawResult {
        let (x, y) = to_user_units(at);
        let side = 1.0 / SUBUNITS;
        self.canvas.rect([x, y, side, side], &format!("fill=\"{}\"", hex(colour)), "");
        Ok(())
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> DrawResult {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        filled: bool,
    ) -> DrawResult {
        let ((left, top), (right, bottom)) =
            (to_user_units(upper_left), to_user_units(bottom_right));
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
    ) -> DrawResult {
        self.canvas.path(path.into_iter().map(to_user_units), &line_style(style));
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        filled: bool,
    ) -> DrawResult {
        let style = if filled {
            format!("fill=\"{}\"", hex(style.color()))
        } else {
            "fill=\"none\" ".to_owned() + &line_style(style)
        };
        self.canvas.circle(to_user_units(center), f64::from(radius) / SUBUNITS, &style, "");
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        at: BackendCoord,
    ) -> DrawResult {
        let (x, y) = to_user_units(at);
        let size = style.size() / SUBUNITS;
        let anchor = style.anchor();
        let baseline_shift = match anchor.v_pos {
            VPos::Top => 0.78,
            VPos::Center => 0.36,
            VPos::Bottom => -0.22,
        };
        let anchor = match anchor.h_pos {
            HPos::Left => Anchor::Start,
            HPos::Center => Anchor::Middle,
            HPos::Right => Anchor::End,
        };
        let font = FontStyle::new(size).fill(colour::GREY).anchor(anchor);
        self.canvas.text(x, y + baseline_shift * size, font, text);
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
