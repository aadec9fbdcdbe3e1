//! Measures over time, a row an election, and a line that shows how each went.

use std::io;

use serde_json::json;

use super::report::or_empty;
use super::table::Column;
use super::{Block, Report, Table};
use crate::export::to_json;
use crate::measure::{Measure, Value};
use crate::model::grouped;
use crate::series::Series;

/// A series: for people with a mark where not all is listed, and a line of bars below.
///
/// # Errors
/// When a value has no JSON form.
pub fn series(series: &Series) -> io::Result<Report> {
    let table = shown_table(series);
    let ranged = series.points.iter().flat_map(|point| &point.values).flatten();
    let note = if ranged.clone().any(|value| !value.is_exact()) {
        "~ not all is listed, so the value is a range: it may be anything between the bounds behind it"
    } else {
        ""
    };
    let points = Block { table, headed: true, note: note.to_owned(), ..Block::default() };
    let mut lines = Table::new(&["measure", ">from", ">to", "over time"]);
    for measure in &series.measures {
        let values: Vec<Option<f64>> =
            series.of(*measure).map(|value| value.map(|value| value.value)).collect();
        if let Some((low, high)) = ends(&values) {
            let [least, most] = [low, high].map(|value| number(value, *measure));
            let line = sparkline(&values, low, high);
            lines.rows.push(vec![with_unit(*measure), least, most, line]);
        }
    }
    let lines = Block { table: lines, headed: true, ..Block::default() };
    let points_json = series.points.iter().map(|point| {
        let values = series.measures.iter().zip(&point.values);
        let values = values.filter_map(|(measure, value)| Some((measure.name(), (*value)?)));
        // JSON has no number for what has no bound; then there is none.
        let json_of = |value: Value| match value.high.is_finite() {
            true => json!(value),
            false => json!({ "value": value.value, "low": value.low }),
        };
        let values: serde_json::Map<_, _> =
            values.map(|(name, value)| (name.to_owned(), json_of(value))).collect();
        let mut json = to_json(&json!({
            "address": point.address, "title": point.title, "date": point.date, "type": point.kind,
            "swing": point.swing,
        }))?;
        if let Some(members) = json.as_object_mut() {
            members.insert("values".to_owned(), values.into());
        }
        Ok::<_, serde_json::Error>(json)
    });
    let json = serde_json::Value::Array(points_json.collect::<Result<_, _>>()?);
    Ok(Report { blocks: vec![points, lines], rows: Some(exact_table(series)), json })
}

/// Every measure, with its formula, its unit and its source.
///
/// # Errors
/// When a measure has no JSON form.
pub fn measures() -> io::Result<Report> {
    let mut table = Table::new(&["measure", "what", "unit", "formula", "source"]);
    let mut values = Vec::new();
    for measure in Measure::ALL {
        let cells =
            [measure.name(), measure.title(), measure.unit(), measure.formula(), measure.source()];
        values.push(json!({
            "measure": cells[0], "title": cells[1], "unit": cells[2], "formula": cells[3], "source": cells[4],
        }));
        table.rows.push(cells.map(str::to_owned).to_vec());
    }
    Report::of(&values, table)
}

/// A row a point: the first of what is known of it, and its values.
fn table(series: &Series, names: &[&'static str]) -> Table {
    let mut table = Table::new(names);
    for point in &series.points {
        let kind = point.kind.as_ref().map(ToString::to_string).unwrap_or_default();
        let all = [or_empty(point.date), point.address.clone(), point.title.clone(), kind];
        table.rows.push(all[..names.len()].to_vec());
    }
    table
}

/// For people.
fn shown_table(series: &Series) -> Table {
    let mut table = table(series, &["date", "address"]);
    for measure in &series.measures {
        table.columns.push(Column::new(measure.name(), true));
        for (row, value) in table.rows.iter_mut().zip(series.of(*measure)) {
            row.push(value.map_or_else(String::new, |value| shown(value, *measure)));
        }
    }
    swings(&mut table, series);
    table
}

/// Between whom the swings are.
fn swings(table: &mut Table, series: &Series) {
    if series.points.iter().all(|point| point.swing.is_none()) {
        return;
    }
    for (name, side) in [("swing to", 0), ("from", 1)] {
        table.columns.push(Column::new(name, false));
        for (row, point) in table.rows.iter_mut().zip(&series.points) {
            let swing = point.swing.as_ref();
            row.push(or_empty(swing.map(|swing| if side == 0 { &swing.to } else { &swing.from })));
        }
    }
}

/// For spreadsheets: each value with its bounds, and none above where there is none.
fn exact_table(series: &Series) -> Table {
    let mut table = table(series, &["date", "address", "title", "type"]);
    for measure in &series.measures {
        let names = ["", "-low", "-high"].map(|end| format!("{measure}{end}"));
        table.columns.extend(names.map(|name| Column::new(name, true)));
        for (row, value) in table.rows.iter_mut().zip(series.of(*measure)) {
            let cells = value.map(|value| [value.value, value.low, value.high]);
            let finite =
                |number: f64| if number.is_finite() { number.to_string() } else { String::new() };
            row.extend(cells.map_or_else(Default::default, |cells| cells.map(finite)));
        }
    }
    swings(&mut table, series);
    table
}

/// With the digits that such a measure has; where it is a range, with a mark and the bounds.
fn shown(value: Value, measure: Measure) -> String {
    let own = number(value.value, measure);
    if value.is_exact() {
        return own;
    }
    let end = |end: f64| if end.is_finite() { number(end, measure) } else { "∞".to_owned() };
    format!("{own}~ ({} to {})", end(value.low), end(value.high))
}

pub(super) fn number(value: f64, measure: Measure) -> String {
    match measure {
        Measure::MarginVotes => grouped(value.round() as u64),
        _ => format!("{value:.2}"),
    }
}

fn with_unit(measure: Measure) -> String {
    match measure.unit() {
        "" => measure.to_string(),
        unit => format!("{measure}, {unit}"),
    }
}

/// The least and the greatest that are known.
fn ends(values: &[Option<f64>]) -> Option<(f64, f64)> {
    let known = values.iter().flatten().copied();
    known.fold(None, |ends, value| match ends {
        None => Some((value, value)),
        Some((low, high)) => Some((low.min(value), high.max(value))),
    })
}

/// A bar an election, of eight heights; a gap where nothing is known.
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
    fn a_line_has_a_bar_for_each_value_and_a_gap_for_none() {
        assert_eq!(sparkline(&[Some(1.0), None, Some(8.0), Some(4.5)], 1.0, 8.0), "▁ █▅");
        assert_eq!(sparkline(&[Some(2.0), Some(2.0)], 2.0, 2.0), "▄▄");
        assert_eq!(ends(&[None, Some(3.0), Some(-1.0)]), Some((-1.0, 3.0)));
        assert_eq!(ends(&[None]), None);
    }
}
