//! Measures over time: one panel per measure, one below another, on a common time axis.

use std::io;

use plotters::prelude::{LineSeries, PathElement};

use super::canvas::{Canvas, FontStyle};
use super::plot::{Plot, position, stroke};
use super::scale::{self, SCIENTIFIC_FROM, Scale, with_minus_sign};
use super::text::width;
use super::{Caption, MARGIN, WIDTH, colour};
use crate::analysis::measure::{Estimate, Measure};
use crate::analysis::series::{Series, SeriesPoint};
use crate::model::format_count;
use crate::render::series::format_value;

/// Height of a panel inside its axes, in user units.
const PANEL_HEIGHT: f64 = 150.0;
/// Font size of the label of the last value, in user units.
const LAST_LABEL_SIZE: f64 = 12.0;

/// One election in one panel, with its date in years and its value.
struct PanelPoint<'a> {
    time: f64,
    point: &'a SeriesPoint,
    value: Option<Estimate>,
}

/// Draws a series as lines, with the elections placed by date. A line is interrupted where an
/// election has no value. A range has a hollow mark, and a bar from its lower to its upper bound if
/// both are finite.
///
/// ```
/// use hustings::analysis::measure::{Estimate, Measure};
/// use hustings::render::svg::{self, Caption};
/// use hustings::analysis::series::{SeriesPoint, Series};
/// let point = |year: &str, turnout: f64| {
///     let mut point = SeriesPoint::new("", "");
///     point.date = year.parse().ok();
///     point.values.insert(Measure::Turnout, Estimate::exact(turnout));
///     point
/// };
/// let points = vec![point("1901", 71.5), point("1905", 64.0)];
/// let series = Series::new(vec![Measure::Turnout], points);
/// let picture = svg::series(&series, &Caption::new("Ruritania: turnout", []))?;
/// assert!(picture.starts_with("<svg ") && picture.contains(">Turnout, %</text>"));
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// When the chart cannot be drawn.
pub fn series(series: &Series, caption: &Caption) -> io::Result<String> {
    let mut canvas = Canvas::default();
    let mut y = caption.draw_title(&mut canvas);
    let mut dated: Vec<(f64, &SeriesPoint)> = series
        .points
        .iter()
        .filter_map(|point| Some((scale::decimal_year(point.date?), point)))
        .collect();
    dated.sort_by(|one, other| one.0.total_cmp(&other.0));
    let years = Scale::of_time(dated.iter().map(|(time, _)| *time), 12);
    let panels: Vec<(Measure, Vec<PanelPoint<'_>>)> = series
        .measures
        .iter()
        .map(|measure| {
            let marks = dated.iter().map(|&(time, point)| PanelPoint {
                time,
                point,
                value: drawable_value(point, *measure),
            });
            (*measure, marks.collect())
        })
        .collect();
    let margins = side_margins(&panels);
    let drawn =
        |(_, marks): &(Measure, Vec<PanelPoint<'_>>)| marks.iter().any(|mark| mark.value.is_some());
    let last = panels.iter().rposition(drawn);
    for (at, (measure, marks)) in panels.iter().enumerate() {
        // If there are few panels, only the last one with values has labels for the years.
        let labelled = panels.len() > 4 || Some(at) == last;
        y = draw_panel(&mut canvas, y, *measure, marks, (&years, labelled), margins)?;
    }
    Ok(caption.finish(canvas, y, &notes(series, &panels)))
}

fn drawable_value(point: &SeriesPoint, measure: Measure) -> Option<Estimate> {
    point.values.get(&measure).copied().filter(|value| is_drawable(value.value))
}

/// Returns whether an axis can represent a value. Every count (`u64`) is below the limit.
fn is_drawable(value: f64) -> bool {
    value.abs() < 1e20
}

/// Returns the notes that explain hollow marks, and that count the elections without a date.
fn notes(series: &Series, panels: &[(Measure, Vec<PanelPoint<'_>>)]) -> Vec<String> {
    let mut notes = Vec::new();
    let known = panels.iter().flat_map(|(_, marks)| marks).filter_map(|mark| mark.value);
    let mut ranges = known.filter(|value| !value.is_exact()).peekable();
    if ranges.peek().is_some() {
        let mut note = "Hollow marks: not everything is listed, so the value is a range; a light bar shows it where \
                        it is wider than the mark."
            .to_owned();
        if ranges.any(|value| !is_drawable(value.high)) {
            note.push_str(" A value without an upper bound has no bar.");
        }
        notes.push(note);
    }
    let undated = series.points.iter().filter(|point| point.date.is_none()).count();
    if undated > 0 {
        notes.push(format!(
            "Not drawn, without a date: {}.",
            format_count(undated as u64, "election")
        ));
    }
    notes
}

/// Returns the space needed left and right of all panels.
fn side_margins(panels: &[(Measure, Vec<PanelPoint<'_>>)]) -> (f64, f64) {
    let (mut left, mut right) = (0.0_f64, 0.0_f64);
    for (measure, marks) in panels {
        let scale = value_scale(marks);
        let labels = scale.ticks.iter().map(|tick| width(&scale.label(*tick), 12.0, false));
        left = labels.fold(left, f64::max);
        right = last_value_label(*measure, marks)
            .map_or(right, |(_, label)| right.max(width(&label, LAST_LABEL_SIZE, true)));
    }
    (left + 12.0, right + 10.0)
}

/// Returns the vertical scale that covers all values and their finite bounds.
fn value_scale(marks: &[PanelPoint<'_>]) -> Scale {
    let known = marks.iter().filter_map(|mark| mark.value);
    let ends = known.flat_map(|value| [value.value, value.low, value.high]);
    Scale::of_values(ends.filter(|end| is_drawable(*end)), 4, false)
}

/// Returns the label of the last election's value, if it has one.
fn last_value_label(measure: Measure, marks: &[PanelPoint<'_>]) -> Option<(f64, String)> {
    let value = marks.last()?.value?;
    Some((value.value, format_with_unit(measure, value.value)))
}

fn format_with_unit(measure: Measure, value: f64) -> String {
    let unit = if measure.unit() == "%" { " %" } else { "" };
    let number = if value.abs() < SCIENTIFIC_FROM {
        format_value(value, measure)
    } else {
        format!("{value:.2e}")
    };
    with_minus_sign(&number) + unit
}

/// Draws one panel from the vertical position `top`, and returns the position at which the next may
/// begin.
fn draw_panel(
    canvas: &mut Canvas,
    top: f64,
    measure: Measure,
    marks: &[PanelPoint<'_>],
    (years, labelled): (&Scale, bool),
    (left, right): (f64, f64),
) -> io::Result<f64> {
    let font = FontStyle::new(14.0).bold();
    let heading = match measure.unit() {
        "" => measure.title().to_owned(),
        "points" => format!("{}, percentage points", measure.title()),
        unit => format!("{}, {unit}", measure.title()),
    };
    let y = canvas.wrapped_text((MARGIN, top + 26.0), font, &heading, WIDTH - 2.0 * MARGIN, 1);
    let area = [MARGIN + left, y, WIDTH - 2.0 * MARGIN - left - right, PANEL_HEIGHT];
    let bottom = y + PANEL_HEIGHT + if labelled { 26.0 } else { 8.0 };
    if marks.iter().all(|mark| mark.value.is_none()) {
        let font = FontStyle::new(12.0).fill(colour::GREY);
        let message = if marks.is_empty() {
            "There are no elections to draw."
        } else {
            "No election states the figures for this measure."
        };
        canvas.text(MARGIN, y + 8.0, font, message);
        return Ok(y + 24.0);
    }
    let scale = value_scale(marks);
    let plot = Plot { area, x: years, y: &scale, x_labels: labelled, x_grid: true, y_axis: true };
    let mut positions = Vec::new();
    plot.draw(canvas, |chart| {
        for mark in marks {
            let Some(value) = mark.value else { continue };
            let ends = vec![(mark.time, value.low), (mark.time, value.high)];
            let [low, high] =
                [value.low, value.high].map(|end| position(chart, (mark.time, end)).1);
            if is_drawable(value.low) && is_drawable(value.high) && low - high > 1.0 {
                chart.draw_series([PathElement::new(ends, stroke(colour::BAND, 4.0))])?;
            }
        }
        for run in marks.split(|mark| mark.value.is_none()) {
            if run.len() < 2 {
                continue;
            }
            let line = run.iter().filter_map(|mark| Some((mark.time, mark.value?.value)));
            chart.draw_series(LineSeries::new(line, stroke(colour::BLUE, 1.6)))?;
        }
        positions.extend(marks.iter().filter_map(|mark| {
            let value = mark.value?;
            Some((position(chart, (mark.time, value.value)), mark, value))
        }));
        Ok(())
    })?;
    let radius = if marks.len() > 120 { 2.0 } else { 3.5 };
    for (at, mark, value) in &positions {
        let fill_colour = if value.is_exact() { colour::BLUE } else { "#ffffff" };
        let style =
            format!("fill=\"{fill_colour}\" stroke=\"{}\" stroke-width=\"1.6\"", colour::BLUE);
        canvas.circle(*at, radius, &style, &tooltip(measure, mark.point, *value));
    }
    if let (Some((_, label)), Some((at, _, _))) =
        (last_value_label(measure, marks), positions.last())
    {
        let font = FontStyle::new(LAST_LABEL_SIZE).bold().fill(colour::BLUE);
        canvas.text(area[0] + area[2] + 8.0, at.1 + 0.36 * LAST_LABEL_SIZE, font, &label);
    }
    Ok(bottom)
}

fn tooltip(measure: Measure, point: &SeriesPoint, value: Estimate) -> String {
    let text = format_with_unit(measure, value.value);
    let range = match value {
        value if value.is_exact() || !is_drawable(value.low) => String::new(),
        value if is_drawable(value.high) => {
            format!(
                " ({} to {})",
                format_with_unit(measure, value.low),
                format_with_unit(measure, value.high)
            )
        }
        value => format!(" (at least {})", format_with_unit(measure, value.low)),
    };
    format!("{}: {text}{range}", point.title)
}
