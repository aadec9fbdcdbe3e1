//! Tables with a column for each party, area or year.

use std::collections::BTreeSet;

use super::column::Column;
use super::field::{Field, Shape, is_total, new_field, own_field};
use super::grid::Grid;
use super::role::Role;
use super::write::{list, quote};

/// Columns each of which is a contender, or an area or a year if the rows are the contenders.
pub(super) fn wide(grid: &Grid, columns: &[Column], has_contender: bool) -> Option<Shape> {
    let is_value = |column: &&Column| {
        column.is_open()
            && !column.name.is_empty()
            && (column.is_count() || column.is_blank())
            && !is_total(&column.name)
    };
    let mut values: Vec<&Column> = columns.iter().filter(is_value).collect();
    if !has_contender && let Some(range) = columns_of_sum(grid, columns, &values) {
        values = range;
    }
    if values.len() < 2 {
        return None;
    }
    let is_year = values.iter().all(|column| super::grid::is_year(&column.name));
    let (name, role, of) = match (has_contender, is_year) {
        (true, true) => ("year", Role::Year, "year"),
        (true, false) => ("area", Role::Constituency, "area"),
        (false, _) => ("party", Role::Party, "party"),
    };
    let names: Vec<String> = values.iter().map(|column| column.name.clone()).collect();
    let used: BTreeSet<usize> = values.iter().map(|column| column.index).collect();
    let own =
        columns.iter().filter(|column| !used.contains(&column.index) && !column.name.is_empty());
    let contenders = [
        Role::Party,
        Role::PartyCode,
        Role::Person,
        Role::GivenName,
        Role::Surname,
        Role::Alliance,
        Role::Votes,
    ];
    let mut fields: Vec<Field> = own
        .map(|column| {
            let mut field = own_field(column);
            let is_sum =
                (column.role == Role::TotalVotes || is_total(&column.name)) && column.is_numeric();
            if is_sum {
                // The total of rows that are parties is no figure of a contest.
                field.role = if has_contender { Role::Other } else { Role::TotalVotes };
            } else if !has_contender
                && (contenders.contains(&column.role) || column.is_open() && column.is_numeric())
            {
                field.role = Role::Other;
            }
            field
        })
        .collect();
    fields.extend([new_field(name, role), new_field("votes", Role::Votes)]);
    Some(Shape {
        description: format!("a column for each {of}"),
        unpivot: vec![
            format!("columns = {}", list(&names)),
            format!("name = {}", quote(name)),
            "value = \"votes\"".to_owned(),
        ],
        fields,
        contenders: if role == Role::Party { names } else { Vec::new() },
        name_role: Some(role),
    })
}

/// Maximum number of rows from which sums are compared.
const MAX_SUMMED_ROWS: usize = 200;

/// Returns the consecutive columns that add up to the valid votes in nearly all rows.
fn columns_of_sum<'a>(
    grid: &Grid,
    columns: &[Column],
    values: &[&'a Column],
) -> Option<Vec<&'a Column>> {
    let total = columns.iter().find(|column| column.role == Role::Valid && column.is_numeric());
    let total = total.or_else(|| {
        columns.iter().find(|column| {
            (column.role == Role::TotalVotes || is_total(&column.name)) && column.is_numeric()
        })
    })?;
    let rows: Vec<(f64, Vec<f64>)> = grid
        .rows
        .iter()
        .take(MAX_SUMMED_ROWS)
        .map(|row| {
            let number = |column: &Column| super::column::number(row.cell(column.index)).0;
            (number(total), values.iter().map(|column| number(column)).collect())
        })
        .collect();
    let agrees = |from: usize, to: usize| {
        let is_sum = |(total, cells): &&(f64, Vec<f64>)| {
            let sum: f64 = cells.iter().skip(from).take(to - from).sum();
            (sum - total).abs() < 0.5
        };
        rows.iter().filter(is_sum).count() * 10 >= rows.len() * 9
    };
    // The longest range is tried first.
    let all = values.len();
    (2..=all).rev().find_map(|length| {
        let from = (0..=all - length).find(|from| agrees(*from, from + length))?;
        Some(values.iter().skip(from).take(length).copied().collect())
    })
}
