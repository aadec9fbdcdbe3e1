//! Two elections as bars: a pair per contender, with the earlier election light and the later dark.

use std::io;

use plotters::prelude::Rectangle;

use super::canvas::{Anchor, Canvas, TextStyle};
use super::comparison::{Comparison, ComparisonRow};
use super::names::wrapped_name;
use super::plot::{Plot, fill, position, stroke};
use super::scale::{Scale, with_minus_sign};
use super::text::{single_line, width};
use super::{Caption, MARGIN, WIDTH, colour};
use crate::model::{Decimal, grouped};

/// Height of a row, in user units.
const ROW: f64 = 40.0;
/// Thickness of a bar, in user units.
const BAR: f64 = 14.0;
/// Font size of names, in user units.
const NAME: f64 = 12.0;
/// Font size of values, in user units.
const VALUE: f64 = 11.0;
/// Maximum width of names, in user units.
const NAMES: f64 = 250.0;
/// Distance between panels, in user units.
const GAP: f64 = 28.0;

/// Draws two elections as bars, one contest below another. `sides` are the names of the earlier and
/// the later election in the legend. If a contender or a value is missing, a note replaces the bar.
///
/// ```
/// use hustings::model::Election;
/// use hustings::render::svg::{self, Caption, Comparison};
/// let year = |title: &str, share: &str| -> Election { serde_json::from_value(serde_json::json!({
///     "title": title,
///     "contests": [{"contenders": [{"people": [{"name": "Rudolf"}], "tallies": [{"round": 1, "share": share}]}]}],
/// })).unwrap() };
/// let (before, after) = (year("1901 vote", "84.6"), year("1905 vote", "66.65"));
/// let compared = Comparison::of_elections(&before, &after, &Default::default());
/// let sides = [before.title.as_str(), &after.title];
/// let picture = svg::diff(&compared, sides, &Caption::new("Ruritania", []))?;
/// assert!(picture.contains(">66.65 %</text>"));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// When the chart cannot be drawn.
pub fn diff(compared: &[Comparison], sides: [&str; 2], caption: &Caption) -> io::Result<String> {
    let mut canvas = Canvas::default();
    let mut y = caption.head(&mut canvas);
    y = legend(&mut canvas, y, sides);
    let drawn = compared.iter().filter(|one| !one.panels.is_empty() && !one.rows.is_empty());
    let mut none = true;
    for comparison in drawn {
        y = contest(&mut canvas, y, comparison)?;
        none = false;
    }
    if none {
        let said = "Neither of them states votes or seats of anybody, so there is nothing to draw.";
        canvas.text(MARGIN, y + 24.0, TextStyle::new(13.0).fill(colour::GREY), said);
        y += 30.0;
    }
    let gone = compared.iter().flat_map(|one| &one.rows).any(|row| row.listed != [true, true]);
    let note = "Not listed: that election's record does not name them.".to_owned();
    Ok(caption.foot(canvas, y, if gone && !none { std::slice::from_ref(&note) } else { &[] }))
}

/// Draws the legend, and returns the height at which the chart begins.
fn legend(canvas: &mut Canvas, top: f64, sides: [&str; 2]) -> f64 {
    let mut y = top + 18.0;
    for (at, side) in sides.into_iter().enumerate() {
        let style = match at {
            0 => format!("fill=\"{}\" stroke=\"{}\"", colour::PALE, colour::BLUE),
            _ => format!("fill=\"{0}\" stroke=\"{0}\"", colour::BLUE),
        };
        canvas.rect([MARGIN, y - 10.0, 22.0, 11.0], &style, "");
        let most = WIDTH - 2.0 * MARGIN - 30.0;
        y = canvas.wrapped((MARGIN + 30.0, y), TextStyle::new(13.0), side, most, 1) + 2.0;
    }
    y - 8.0
}

/// Draws one contest from the height `top`, and returns the height at which the next begins.
fn contest(canvas: &mut Canvas, top: f64, of: &Comparison) -> io::Result<f64> {
    let mut y = top + 22.0;
    if let Some(heading) = &of.heading {
        let font = TextStyle::new(16.0).bold();
        y = canvas.wrapped((MARGIN, y + 6.0), font, heading, WIDTH - 2.0 * MARGIN, 2) + 4.0;
    }
    let longest = of.rows.iter().map(|row| width(&single_line(&row.name()), NAME, false));
    let names = longest.fold(60.0, f64::max).min(NAMES);
    let left = MARGIN + names + 12.0;
    let many = of.panels.len() as f64;
    // The first panel shows shares, which matter most, so it is wider than the others.
    let room = WIDTH - MARGIN - left - GAP * (many - 1.0);
    let unit = room / (many + 0.5);
    let mut at = left;
    let under = y + 12.0;
    let height = of.rows.len() as f64 * ROW;
    for (number, panel) in of.panels.iter().enumerate() {
        let wide = unit * if number == 0 { 1.5 } else { 1.0 };
        let font = TextStyle::new(13.0).bold();
        canvas.wrapped((at, y), font, &panel.title, wide, 1);
        let values: Vec<[Option<Decimal>; 2]> =
            of.rows.iter().map(|row| row.values.get(number).copied().unwrap_or_default()).collect();
        let written = values.iter().flatten().flatten().map(|value| said(*value, panel.unit));
        let label = written.map(|value| width(&value, VALUE, true)).fold(60.0, f64::max) + 8.0;
        let inner = [at, under, (wide - label).max(40.0), height];
        bars(canvas, inner, &of.rows, &values, (panel.unit, number == 0))?;
        at += wide + GAP;
    }
    for (number, row) in of.rows.iter().enumerate() {
        let (lines, whole) = wrapped_name(&row.names, NAME, names);
        let font = TextStyle::new(NAME).anchor(Anchor::End);
        let middle = under + (number as f64 + 0.5) * ROW;
        let first = middle + 0.36 * NAME - (lines.len() as f64 - 1.0) * font.line() / 2.0;
        let all = if whole { String::new() } else { row.name() };
        canvas.titled(&all, |canvas| {
            canvas.lines(MARGIN + names, first, font, &lines);
        });
    }
    Ok(under + height + 30.0)
}

/// Draws one panel.
fn bars(
    canvas: &mut Canvas,
    inner: [f64; 4],
    rows: &[ComparisonRow],
    values: &[[Option<Decimal>; 2]],
    (unit, first): (&str, bool),
) -> io::Result<()> {
    let known = values.iter().flatten().flatten().map(|value| value.to_f64());
    let widest = known.clone().fold(0.0, f64::max);
    let about = (inner[2] / (width(&grouped(widest as u64), 12.0, false) + 30.0)).clamp(2.0, 6.0);
    let x = Scale::over(known, about as usize, true);
    let y = Scale::of_rows(rows.len());
    let plot = Plot { inner, x: &x, y: &y, x_labels: true, x_lines: true, y_axis: false };
    let mut labels = Vec::new();
    let base = x.low.max(0.0);
    plot.draw(canvas, |chart| {
        for (number, pair) in values.iter().enumerate() {
            for (side, value) in pair.iter().enumerate() {
                // Rows are counted from the top, which is the highest value of the axis.
                let middle = rows.len() as f64 - number as f64 - 0.5;
                let middle = middle + (0.5 - side as f64) * (BAR + 2.0) / ROW;
                let half = BAR / ROW / 2.0;
                let end = value.map_or(base, Decimal::to_f64);
                let corners = [(base.min(end), middle + half), (base.max(end), middle - half)];
                if end != base {
                    let inside = if side == 0 { colour::PALE } else { colour::BLUE };
                    chart.draw_series([Rectangle::new(corners, fill(inside))])?;
                    chart.draw_series([Rectangle::new(corners, stroke(colour::BLUE, 1.0))])?;
                }
                labels.push((number, side, position(chart, (base.max(end), middle))));
            }
        }
        Ok(())
    })?;
    for (number, side, (x, y)) in labels {
        let value = values.get(number).and_then(|pair| pair[side]);
        let listed = rows.get(number).is_some_and(|row| row.listed[side]);
        // Values of a round that an election did not hold are not reported as missing.
        let held = first || values.iter().any(|pair| pair[side].is_some());
        let font = TextStyle::new(VALUE).halo();
        let (font, said) = match value {
            Some(value) => (if side == 1 { font.bold() } else { font }, said(value, unit)),
            None if listed && held => (font.fill(colour::GREY), "not stated".to_owned()),
            None if first => (font.fill(colour::GREY), "not listed".to_owned()),
            // The first panel already states the reason.
            None => (font.fill(colour::GREY), "–".to_owned()),
        };
        canvas.text(x + 5.0, y + 0.36 * VALUE, font, &said);
    }
    Ok(())
}

/// Formats a value with its unit. Counts have thousands separators.
fn said(value: Decimal, unit: &str) -> String {
    let count = u64::try_from(value.mantissa()).ok().filter(|_| value.scale() == 0);
    count.map_or_else(|| with_minus_sign(&value.to_string()), grouped) + unit
}
