//! Two elections as bars: a pair per contender, with the earlier election light and the later dark.

use std::io;

use plotters::prelude::Rectangle;

use super::canvas::{Anchor, Canvas, FontStyle};
use super::comparison::{Comparison, ComparisonRow};
use super::names::wrapped_name;
use super::plot::{Plot, fill, position, stroke};
use super::scale::{Scale, with_minus_sign};
use super::text::{sanitize_line, width};
use super::{Caption, MARGIN, WIDTH, colour};
use crate::model::{Decimal, group_digits};

/// Height of a row, in user units.
const ROW_HEIGHT: f64 = 40.0;
/// Thickness of a bar, in user units.
const BAR_HEIGHT: f64 = 14.0;
/// Font size of names, in user units.
const NAME_SIZE: f64 = 12.0;
/// Font size of values, in user units.
const VALUE_SIZE: f64 = 11.0;
/// Maximum width of names, in user units.
const MAX_NAME_WIDTH: f64 = 250.0;
/// Distance between panels, in user units.
const PANEL_GAP: f64 = 28.0;

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
/// let compared = Comparison::from_elections(&before, &after, &Default::default());
/// let sides = [before.title.as_str(), &after.title];
/// let picture = svg::diff(&compared, sides, &Caption::new("Ruritania", []))?;
/// assert!(picture.contains(">66.65 %</text>"));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// When the chart cannot be drawn.
pub fn diff(comparisons: &[Comparison], sides: [&str; 2], caption: &Caption) -> io::Result<String> {
    let mut canvas = Canvas::default();
    let mut y = caption.draw_title(&mut canvas);
    y = draw_legend(&mut canvas, y, sides);
    let drawn = comparisons.iter().filter(|one| !one.panels.is_empty() && !one.rows.is_empty());
    let mut is_empty = true;
    for comparison in drawn {
        y = draw_contest(&mut canvas, y, comparison)?;
        is_empty = false;
    }
    if is_empty {
        let message = "Neither election states votes or seats, so there is nothing to draw.";
        canvas.text(MARGIN, y + 24.0, FontStyle::new(13.0).fill(colour::GREY), message);
        y += 30.0;
    }
    let has_unlisted =
        comparisons.iter().flat_map(|one| &one.rows).any(|row| row.listed != [true, true]);
    let note = "Not listed: that election's record does not name them.".to_owned();
    Ok(caption.finish(
        canvas,
        y,
        if has_unlisted && !is_empty { std::slice::from_ref(&note) } else { &[] },
    ))
}

/// Draws the legend, and returns the vertical position at which the chart begins.
fn draw_legend(canvas: &mut Canvas, top: f64, sides: [&str; 2]) -> f64 {
    let mut y = top + 18.0;
    for (at, side) in sides.into_iter().enumerate() {
        let style = match at {
            0 => format!("fill=\"{}\" stroke=\"{}\"", colour::PALE, colour::BLUE),
            _ => format!("fill=\"{0}\" stroke=\"{0}\"", colour::BLUE),
        };
        canvas.rect([MARGIN, y - 10.0, 22.0, 11.0], &style, "");
        let max_width = WIDTH - 2.0 * MARGIN - 30.0;
        y = canvas.wrapped_text((MARGIN + 30.0, y), FontStyle::new(13.0), side, max_width, 1) + 2.0;
    }
    y - 8.0
}

/// Draws one contest from the vertical position `top`, and returns the position at which the next
/// begins.
fn draw_contest(canvas: &mut Canvas, top: f64, comparison: &Comparison) -> io::Result<f64> {
    let mut y = top + 22.0;
    if let Some(heading) = &comparison.heading {
        let font = FontStyle::new(16.0).bold();
        y = canvas.wrapped_text((MARGIN, y + 6.0), font, heading, WIDTH - 2.0 * MARGIN, 2) + 4.0;
    }
    let widths =
        comparison.rows.iter().map(|row| width(&sanitize_line(&row.name()), NAME_SIZE, false));
    let name_width = widths.fold(60.0, f64::max).min(MAX_NAME_WIDTH);
    let left = MARGIN + name_width + 12.0;
    let panel_count = comparison.panels.len() as f64;
    // The first panel shows shares, which matter most, so it is wider than the others.
    let available = WIDTH - MARGIN - left - PANEL_GAP * (panel_count - 1.0);
    let unit = available / (panel_count + 0.5);
    let mut at = left;
    let chart_top = y + 12.0;
    let height = comparison.rows.len() as f64 * ROW_HEIGHT;
    for (number, panel) in comparison.panels.iter().enumerate() {
        let panel_width = unit * if number == 0 { 1.5 } else { 1.0 };
        let font = FontStyle::new(13.0).bold();
        canvas.wrapped_text((at, y), font, &panel.title, panel_width, 1);
        let values: Vec<[Option<Decimal>; 2]> = comparison
            .rows
            .iter()
            .map(|row| row.values.get(number).copied().unwrap_or_default())
            .collect();
        let labels =
            values.iter().flatten().flatten().map(|value| format_value(*value, panel.unit));
        let label_width =
            labels.map(|value| width(&value, VALUE_SIZE, true)).fold(60.0, f64::max) + 8.0;
        let area = [at, chart_top, (panel_width - label_width).max(40.0), height];
        draw_panel(canvas, area, &comparison.rows, &values, (panel.unit, number == 0))?;
        at += panel_width + PANEL_GAP;
    }
    for (number, row) in comparison.rows.iter().enumerate() {
        let (lines, is_complete) = wrapped_name(&row.names, NAME_SIZE, name_width);
        let font = FontStyle::new(NAME_SIZE).anchor(Anchor::End);
        let middle = chart_top + (number as f64 + 0.5) * ROW_HEIGHT;
        let first =
            middle + 0.36 * NAME_SIZE - (lines.len() as f64 - 1.0) * font.line_height() / 2.0;
        let tooltip = if is_complete { String::new() } else { row.name() };
        canvas.with_tooltip(&tooltip, |canvas| {
            canvas.lines(MARGIN + name_width, first, font, &lines);
        });
    }
    Ok(chart_top + height + 30.0)
}

/// Draws the bars of one panel. A label at each bar states the value, or why there is none.
fn draw_panel(
    canvas: &mut Canvas,
    area: [f64; 4],
    rows: &[ComparisonRow],
    values: &[[Option<Decimal>; 2]],
    (unit, is_first_panel): (&str, bool),
) -> io::Result<()> {
    let known = values.iter().flatten().flatten().map(|value| value.to_f64());
    let widest = known.clone().fold(0.0, f64::max);
    let tick_count =
        (area[2] / (width(&group_digits(widest as u64), 12.0, false) + 30.0)).clamp(2.0, 6.0);
    let x = Scale::of_values(known, tick_count as usize, true);
    let y = Scale::of_rows(rows.len());
    let plot = Plot { area, x: &x, y: &y, x_labels: true, x_grid: true, y_axis: false };
    let mut labels = Vec::new();
    let base = x.low.max(0.0);
    plot.draw(canvas, |chart| {
        for (number, pair) in values.iter().enumerate() {
            for (side, value) in pair.iter().enumerate() {
                // Rows are counted from the top, which is the highest value of the axis.
                let middle = rows.len() as f64 - number as f64 - 0.5;
                let middle = middle + (0.5 - side as f64) * (BAR_HEIGHT + 2.0) / ROW_HEIGHT;
                let half = BAR_HEIGHT / ROW_HEIGHT / 2.0;
                let end = value.map_or(base, Decimal::to_f64);
                let corners = [(base.min(end), middle + half), (base.max(end), middle - half)];
                if end != base {
                    let fill_colour = if side == 0 { colour::PALE } else { colour::BLUE };
                    chart.draw_series([Rectangle::new(corners, fill(fill_colour))])?;
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
        let has_values = is_first_panel || values.iter().any(|pair| pair[side].is_some());
        let font = FontStyle::new(VALUE_SIZE).halo();
        let (font, label) = match value {
            Some(value) => (if side == 1 { font.bold() } else { font }, format_value(value, unit)),
            None if listed && has_values => (font.fill(colour::GREY), "not stated".to_owned()),
            None if is_first_panel => (font.fill(colour::GREY), "not listed".to_owned()),
            // The first panel already states the reason.
            None => (font.fill(colour::GREY), "–".to_owned()),
        };
        canvas.text(x + 5.0, y + 0.36 * VALUE_SIZE, font, &label);
    }
    Ok(())
}

/// Formats a value with its unit. Counts have thousands separators.
fn format_value(value: Decimal, unit: &str) -> String {
    let count = u64::try_from(value.mantissa()).ok().filter(|_| value.scale() == 0);
    count.map_or_else(|| with_minus_sign(&value.to_string()), group_digits) + unit
}
