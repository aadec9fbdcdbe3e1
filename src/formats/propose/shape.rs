//! The shape of a table: one row a contender, or several contenders in columns.

use std::collections::BTreeSet;

use super::column::Column;
use super::field::{Field, Shape, is_total, new_field, own_field};
use super::grid::Grid;
use super::role::{Role, exact_role};
use super::wide::wide;
use super::write::{list, literal};

/// Roles of figures that a contender has.
const FIGURES: [Role; 3] = [Role::Votes, Role::Share, Role::Seats];

/// Roles of columns that belong to one contender.
const CONTENDER_ROLES: [Role; 7] = [
    Role::Votes,
    Role::Share,
    Role::Seats,
    Role::Party,
    Role::Person,
    Role::GivenName,
    Role::Surname,
];

/// Detects the shape of a table.
pub(super) fn detect(grid: &Grid, columns: &[Column]) -> Shape {
    let found = numbered_groups(columns)
        .or_else(|| repeated_groups(grid, columns))
        .or_else(|| figures_in_names(columns));
    if let Some(mut shape) = found {
        // The figures and the names of contenders are those of the groups.
        let is_own =
            |field: &&mut Field| field.column.is_some() && CONTENDER_ROLES.contains(&field.role);
        shape.fields.iter_mut().filter(is_own).for_each(|field| field.role = Role::Other);
        return shape;
    }
    // If each row is one of an area, the parties are in columns, and names in the row are the winners'.
    let is_area = |column: &Column| {
        column.role.area_level().is_some()
            && column.distinct > 1
            && column.distinct * 10 >= grid.rows.len() * 9
    };
    let open = columns.iter().filter(|column| column.is_open() && column.is_count()).count();
    if open > 2
        && columns.iter().any(is_area)
        && let Some(shape) = wide(grid, columns, false)
    {
        return shape;
    }
    let is = |role: Role| columns.iter().any(|column| column.role == role);
    let has_contender =
        [Role::Party, Role::Person, Role::Surname, Role::Alliance].into_iter().any(is);
    let has_figure = FIGURES.into_iter().chain([Role::ModeVotes]).any(is);
    if has_figure && (has_contender || is(Role::Name)) {
        return long(columns);
    }
    wide(grid, columns, has_contender).unwrap_or_else(|| long(columns))
}

fn long(columns: &[Column]) -> Shape {
    Shape {
        description: "one row for each contender".to_owned(),
        fields: columns.iter().filter(|column| !column.name.is_empty()).map(own_field).collect(),
        ..Shape::default()
    }
}

/// Numbered groups: 'Candidate 1', 'Votes 1', 'Candidate 2', …
fn numbered_groups(columns: &[Column]) -> Option<Shape> {
    // The text before the number, the number, and the text after it.
    let split = |name: &str| -> Option<(String, u32, String)> {
        let start = name.find(|c: char| c.is_ascii_digit())?;
        let rest = name.get(start..)?;
        let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let number = rest.get(..length).filter(|digits| digits.len() < 3)?.parse().ok()?;
        Some((name.get(..start)?.to_owned(), number, rest.get(length..)?.to_owned()))
    };
    let parts: Vec<(usize, (String, u32, String))> = columns
        .iter()
        .enumerate()
        .filter_map(|(at, column)| Some((at, split(&column.name)?)))
        .collect();
    let numbers: BTreeSet<u32> = parts.iter().map(|(_, (_, number, _))| *number).collect();
    let befores: BTreeSet<&str> = parts.iter().map(|(_, (before, ..))| before.as_str()).collect();
    let afters: BTreeSet<&str> = parts.iter().map(|(_, (.., after))| after.as_str()).collect();
    if numbers.len() < 2 {
        return None;
    }
    let is_after = befores.len() == 1 && afters.len() > 1;
    let values: Vec<&str> =
        if is_after { afters.iter().copied().collect() } else { befores.iter().copied().collect() };
    if !is_after && afters.len() != 1 {
        return None;
    }
    // The separators belong to no name.
    let trim = |text: &str| text.trim_matches([' ', '_', '-', '.', '/', ':']).to_owned();
    let role_of = |value: &str| super::role::roles(&trim(value)).first().copied();
    let mut fields: Vec<Field> = Vec::new();
    for value in &values {
        let role = role_of(value)?;
        let role = if role == Role::Name { Role::Person } else { role };
        fields.push(new_field(&trim(value), role));
    }
    let has = |role: Role| fields.iter().any(|field| field.role == role);
    let is_named = has(Role::Party) || has(Role::Person) || has(Role::Surname);
    if !is_named || !FIGURES.into_iter().any(has) {
        return None;
    }
    let choice: Vec<String> = values.iter().map(|value| regex::escape(&trim(value))).collect();
    let value = format!("(?<value>{})", choice.join("|"));
    let place = r"(?<place>\d+)";
    let separator = r"[ _./:-]*";
    let pattern = if is_after {
        format!("{}{place}{separator}{value}", regex::escape(befores.first()?))
    } else {
        format!("{value}{separator}{place}{}", regex::escape(afters.first()?))
    };
    let used: BTreeSet<usize> = parts.iter().map(|(at, _)| *at).collect();
    let own = columns
        .iter()
        .enumerate()
        .filter(|(at, column)| !used.contains(at) && !column.name.is_empty());
    fields.extend(own.map(|(_, column)| own_field(column)));
    Some(Shape {
        description: format!(
            "{} numbered groups of columns, one for each contender",
            numbers.len()
        ),
        unpivot: vec![format!("pattern = {}", literal(&pattern))],
        fields,
        ..Shape::default()
    })
}

/// Groups of consecutive columns with the same names, or of which the header names only the first.
fn repeated_groups(grid: &Grid, columns: &[Column]) -> Option<Shape> {
    if grid.header.len() != 1 {
        return None;
    }
    let width = columns.len();
    let longest = grid.rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let named = columns.iter().rposition(|column| !column.name.is_empty()).map_or(0, |at| at + 1);
    let same = |from: usize, length: usize| {
        let name = |at: usize| columns.get(at).map_or("", |column| column.name.as_str());
        (from..named).all(|at| at < from + length || name(at) == name(at - length))
    };
    let is_group = |from: usize, length: usize| {
        let group: Vec<Role> =
            columns.iter().skip(from).take(length).map(|column| column.role).collect();
        let is_named =
            [Role::Party, Role::Person, Role::Surname].iter().any(|role| group.contains(role));
        is_named && group.contains(&Role::Votes)
    };
    let is_ragged = longest > named && named > 0;
    let mut found = None;
    'search: for length in 2..named {
        for from in 0..=named.saturating_sub(length) {
            let repeats =
                (named - from) / length >= 2 && (named - from) % length == 0 && same(from, length);
            let unnamed =
                is_ragged && from + length == named && cells_repeat(grid, columns, from, length);
            if is_group(from, length) && (repeats || unnamed) {
                found = Some((from, length));
                break 'search;
            }
        }
    }
    let (from, length) = found?;
    let group: Vec<&Column> = columns.iter().skip(from).take(length).collect();
    let taken: BTreeSet<&str> =
        columns.iter().take(from).map(|column| column.name.as_str()).collect();
    let new_name =
        |column: &Column| match taken.contains(column.name.as_str()) || column.name.is_empty() {
            true => format!("{} of contender", column.name),
            false => column.name.clone(),
        };
    let names: Vec<String> = group.iter().map(|column| new_name(column)).collect();
    let mut fields: Vec<Field> =
        columns.iter().take(from).filter(|column| !column.name.is_empty()).map(own_field).collect();
    fields.extend(group.iter().zip(&names).map(|(column, name)| new_field(name, column.role)));
    let count = (longest.max(width) - from).div_ceil(length);
    Some(Shape {
        description: format!("{count} groups of {length} columns, one for each contender"),
        unpivot: vec![format!("repeat = {}", list(&names)), format!("from = {}", from + 1)],
        fields,
        ..Shape::default()
    })
}

/// Returns whether the cells after the named columns have numbers where those of the group have.
fn cells_repeat(grid: &Grid, columns: &[Column], from: usize, length: usize) -> bool {
    let (mut equal, mut all) = (0_usize, 0_usize);
    for row in &grid.rows {
        for (at, cell) in
            row.cells.iter().enumerate().skip(from + length).filter(|(_, cell)| !cell.is_empty())
        {
            let is_numeric =
                columns.get(from + (at - from) % length).is_some_and(Column::is_numeric);
            equal += usize::from(is_numeric == super::grid::is_number(cell));
            all += 1;
        }
    }
    all > 0 && equal * 10 >= all * 9
}

/// Names of columns that hold a contender and a figure: 'Unity / Votes', 'votes_unity'.
fn figures_in_names(columns: &[Column]) -> Option<Shape> {
    for separator in [" / ", " - ", ": ", "_", " "] {
        for is_last in [true, false] {
            let split = |name: &str| -> Option<(String, String)> {
                let (one, other) = if is_last {
                    name.rsplit_once(separator)?
                } else {
                    name.split_once(separator)?
                };
                let (party, figure) = if is_last { (one, other) } else { (other, one) };
                Some((party.trim().to_owned(), figure.trim().to_owned()))
            };
            let mut figures: Vec<(String, Role)> = Vec::new();
            let mut parties: Vec<String> = Vec::new();
            let mut used = BTreeSet::new();
            for (at, column) in columns.iter().enumerate() {
                let Some((party, figure)) = split(&column.name) else { continue };
                let bare = figure.trim_matches(['(', ')']);
                let Some(role) = exact_role(bare).filter(|role| FIGURES.contains(role)) else {
                    continue;
                };
                let party_role = super::role::roles(&party).first().copied();
                let is_figure = party_role
                    .is_some_and(|role| role != Role::Name && role != Role::Party)
                    || is_total(&party);
                if is_figure || party.is_empty() || !(column.is_numeric() || column.is_blank()) {
                    continue;
                }
                if !parties.contains(&party) {
                    parties.push(party);
                }
                if !figures.iter().any(|(one, _)| *one == figure) {
                    figures.push((figure, role));
                }
                used.insert(at);
            }
            // One column without a figure's name is no contender of this form.
            if parties.len() < 2 || used.len() < parties.len() * figures.len() {
                continue;
            }
            return Some(pattern_shape(columns, separator, is_last, &parties, &figures, &used));
        }
    }
    None
}

fn pattern_shape(
    columns: &[Column],
    separator: &str,
    is_last: bool,
    parties: &[String],
    figures: &[(String, Role)],
    used: &BTreeSet<usize>,
) -> Shape {
    let escaped = |texts: &mut dyn Iterator<Item = &String>| {
        texts.map(|text| regex::escape(text)).collect::<Vec<_>>().join("|")
    };
    // Names are listed, since a column of figures may have the same form as those of the parties.
    let party = format!("(?<party>{})", escaped(&mut parties.iter()));
    let figure = format!("(?<value>{})", escaped(&mut figures.iter().map(|(name, _)| name)));
    let between = regex::escape(separator);
    let pattern = if is_last {
        format!("{party}{between}{figure}")
    } else {
        format!("{figure}{between}{party}")
    };
    let own = columns
        .iter()
        .enumerate()
        .filter(|(at, column)| !used.contains(at) && !column.name.is_empty());
    let mut fields: Vec<Field> = own.map(|(_, column)| own_field(column)).collect();
    fields.push(new_field("party", Role::Party));
    fields.extend(figures.iter().map(|(name, role)| new_field(name, *role)));
    Shape {
        description: format!(
            "{} parties in the names of columns, with {} each",
            parties.len(),
            figures.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
        ),
        unpivot: vec![format!("pattern = {}", literal(&pattern))],
        fields,
        contenders: parties.to_vec(),
        name_role: Some(Role::Party),
    }
}
