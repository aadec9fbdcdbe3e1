//! Renders areas, one row each.

use std::io;

use super::report::or_empty;
use super::{AreaList, Report, Table};
use crate::archive::AreaInfo;

/// Renders areas, one row each.
///
/// # Errors
/// When the areas cannot be serialised as JSON.
pub fn areas(areas: Vec<AreaInfo>) -> io::Result<Report> {
    let names = ["country", "…area", "level", "code", "boundaries", "first", "last", ">elections"];
    let mut table = Table::new(&names);
    for area in &areas {
        table.rows.push(vec![
            or_empty(area.country.clone()),
            area.path.join(", "),
            or_empty(area.level.clone()),
            or_empty(area.code.clone()),
            or_empty(area.boundaries.clone()),
            or_empty(area.first),
            or_empty(area.last),
            area.elections.to_string(),
        ]);
    }
    Report::from_answer(&AreaList { areas }, table)
}
