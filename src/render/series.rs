//! Renders measures over time: one row per election, and a sparkline per measure.

use std::io;

use super::report::or_empty;
use super::rows::RowIter;
use super::{
    AnswerRow, Block, Column, MeasureDescription, MeasureList, OutputFormat, Report, RowStream,
    Table,
};
use crate::Error;
use crate::analysis::measure::{Estimate, Measure};
use crate::analysis::series::{Series, SeriesPoint};
use crate::model::group_digits;

/// Renders a series. In text, values that are ranges are marked, and sparklines follow the table.
///
/// # Errors
/// When a value cannot be serialised as JSON.
pub fn series(series: &Series) -> io::Result<Report> {
    let table = series_table(series, TEXT_LAYOUT);
    let estimates = series.points.iter().flat_map(|point| point.values.values());
    let note = if estimates.into_iter().any(|value| !value.is_exact()) {
        "~ the record does not list everything, so the value lies between the bounds in parentheses"
    } else {
        ""
    };
    let points = Block { table, show_header: true, note: note.to_owned(), ..Block::default() };
    let mut sparklines = Table::new(&["measure", ">from", ">to", "over time"]);
    sparklines.columns[3].is_drawing = true;
    for measure in &series.measures {
        let values: Vec<Option<f64>> =
            series.values(*measure).map(|value| value.map(|value| value.value)).collect();
        if let Some((low, high)) = value_range(&values) {
            let [from_label, to_label] = [low, high].map(|value| format_value(value, *measure));
            let line = sparkline(&values, low, high);
            sparklines.rows.push(vec![measure_with_unit(*measure), from_label, to_label, line]);
        }
    }
    let sparklines = Block { table: sparklines, show_header: true, ..Block::default() };
    Ok(Report {
        rows: Some(series_table(series, SPREADSHEET_LAYOUT)),
        ..Report::from_blocks(series, vec![points, sparklines])?
    })
}

/// Streams a long series, or several series in sequence. `read` is called each time the points are
/// needed.
/// Text output has rounded values; CSV and JSON are exact.
pub fn series_rows<'s, I: Iterator<Item = crate::Result<SeriesPoint>> + 's>(
    measures: &'s [Measure],
    format: OutputFormat,
    read: impl Fn() -> crate::Result<I>,
) -> RowStream<impl Fn(bool) -> crate::Result<RowIter<'s>>> {
    let is_exact = matches!(format, OutputFormat::Csv | OutputFormat::Spreadsheet);
    let (columns, cells_of) = if is_exact { SPREADSHEET_LAYOUT } else { TEXT_LAYOUT };
    let with_swing = measures.iter().any(|measure| measure.is_swing());
    let table = Table { columns: columns(measures, with_swing), rows: Vec::new() };
    let names = measures.iter().map(|measure| measure.name()).collect();
    let rows = RowStream::new::<Series>(table, move |with_json| {
        let rows = read()?.map(move |point| {
            let point = point?;
            let json = with_json.then(|| serde_json::to_value(&point)).transpose();
            let json = json.map_err(|error| Error::Output(error.into()))?.unwrap_or_default();
            Ok(AnswerRow { cells: cells_of(&point, measures, with_swing), json })
        });
        Ok(Box::new(rows) as RowIter<'s>)
    });
    rows.with_member("measures", names)
}

/// Renders every measure with its formula, unit and source.
///
/// # Errors
/// When a measure cannot be serialised as JSON.
pub fn measures() -> io::Result<Report> {
    let mut table = Table::new(&["measure", "…what", "unit", "formula", "…source"]);
    for measure in Measure::ALL {
        let cells =
            [measure.name(), measure.title(), measure.unit(), measure.formula(), measure.source()];
        table.rows.push(cells.map(str::to_owned).to_vec());
    }
    let measures = Measure::ALL.into_iter().map(MeasureDescription::from).collect();
    Report::from_answer(&MeasureList { measures }, table)
}

/// Functions that return the columns of a table and the cells of a point. The flag adds columns for
/// the two parties of a swing.
type PointLayout =
    (fn(&[Measure], bool) -> Vec<Column>, fn(&SeriesPoint, &[Measure], bool) -> Vec<String>);

/// Layout for people: rounded values, with bounds only where they differ from the value.
const TEXT_LAYOUT: PointLayout = (text_columns, text_cells);

/// Layout for spreadsheets: each value with its bounds. An infinite bound is an empty cell.
const SPREADSHEET_LAYOUT: PointLayout = (exact_columns, exact_cells);

fn series_table(series: &Series, (columns, cells): PointLayout) -> Table {
    let with_swing = series.points.iter().any(|point| point.swing.is_some());
    let rows = series.points.iter().map(|point| cells(point, &series.measures, with_swing));
    Table { columns: columns(&series.measures, with_swing), rows: rows.collect() }
}

fn text_columns(measures: &[Measure], with_swing: bool) -> Vec<Column> {
    let names = ["date", "address"].map(|name| Column::new(name, false));
    let measures = measures.iter().map(|measure| Column::new(measure.name(), true));
    names.into_iter().chain(measures).chain(swing_columns(with_swing)).collect()
}

fn text_cells(point: &SeriesPoint, measures: &[Measure], with_swing: bool) -> Vec<String> {
    let values = measures.iter().map(|measure| {
        or_empty(point.values.get(measure).map(|value| format_estimate(*value, *measure)))
    });
    let names = [or_empty(point.date), point.address.clone()];
    names.into_iter().chain(values).chain(swing_cells(point, with_swing)).collect()
}

fn exact_columns(measures: &[Measure], with_swing: bool) -> Vec<Column> {
    let names = ["date", "address", "title", "type"].map(|name| Column::new(name, false));
    let measures = measures.iter().flat_map(|measure| {
        ["", "-low", "-high"].map(|end| Column::new(format!("{measure}{end}"), true))
    });
    names.into_iter().chain(measures).chain(swing_columns(with_swing)).collect()
}

fn exact_cells(point: &SeriesPoint, measures: &[Measure], with_swing: bool) -> Vec<String> {
    let (title, kind) = (point.title.clone(), or_empty(point.kind.as_ref()));
    let names = [or_empty(point.date), point.address.clone(), title, kind];
    let finite = |number: f64| if number.is_finite() { number.to_string() } else { String::new() };
    let cells = measures.iter().flat_map(|measure| {
        let ends =
            point.values.get(measure).map(|value| [value.value, value.low, value.high].map(finite));
        ends.unwrap_or_default()
    });
    names.into_iter().chain(cells).chain(swing_cells(point, with_swing)).collect()
}

fn swing_columns(with_swing: bool) -> impl Iterator<Item = Column> {
    let columns = ["swing to", "from"].map(|name| Column::new(name, false));
    columns.into_iter().filter(move |_| with_swing)
}

fn swing_cells(point: &SeriesPoint, with_swing: bool) -> impl Iterator<Item = String> {
    let swing = point.swing.as_ref();
    let cells = [swing.map(|swing| &swing.to), swing.map(|swing| &swing.from)].map(or_empty);
    cells.into_iter().filter(move |_| with_swing)
}

/// Formats a value with the decimal places of its measure. A range is marked with `~`, and its
/// bounds follow in parentheses.
fn format_estimate(value: Estimate, measure: Measure) -> String {
    let text = format_value(value.value, measure);
    if value.is_exact() {
        return text;
    }
    let end =
        |end: f64| if end.is_finite() { format_value(end, measure) } else { "∞".to_owned() };
    format!("{text}~ ({} to {})", end(value.low), end(value.high))
}

pub(super) fn format_value(value: f64, measure: Measure) -> String {
    match measure {
        Measure::MarginVotes => group_digits(value.round() as u64),
        _ => format!("{value:.2}"),
    }
}

fn measure_with_unit(measure: Measure) -> String {
    match measure.unit() {
        "" => measure.to_string(),
        unit => format!("{measure}, {unit}"),
    }
}

/// Returns the minimum and the maximum of the known values.
fn value_range(values: &[Option<f64>]) -> Option<(f64, f64)> {
    let known = values.iter().flatten().copied();
    known.fold(None, |ends, value| match ends {
        None => Some((value, value)),
        Some((low, high)) => Some((low.min(value), high.max(value))),
    })
}

/// Draws one bar of eight possible heights per election, and a gap for an unknown value.
fn sparkline(values: &[Option<f64>], low: f64, high: f64) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let bar = |value: &Option<f64>| {
        let Some(value) = value else { return ' ' };
        let height = if high > low { (value - low) / (high - low) * 7.0 } else { 3.0 };
        BARS[(height.round() as usize).min(BARS.len() - 1)]
    };
    values.iter().map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sparkline_has_a_bar_for_each_value_and_a_gap_for_an_unknown_one() {
        assert_eq!(sparkline(&[Some(1.0), None, Some(8.0), Some(4.5)], 1.0, 8.0), "▁ █▅");
        assert_eq!(sparkline(&[Some(2.0), Some(2.0)], 2.0, 2.0), "▄▄");
        assert_eq!(value_range(&[None, Some(3.0), Some(-1.0)]), Some((-1.0, 3.0)));
        assert_eq!(value_range(&[None]), None);
    }
}
