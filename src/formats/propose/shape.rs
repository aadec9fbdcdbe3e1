//! The shape of a table: one row a contender, or several contenders in columns.

use std::collections::BTreeSet;

use super::column::Column;
use super::grid::Grid;
use super::role::{Role, exact_role};
use super::write::{list, literal, quote};

/// A column as a mapping can use it, after `[unpivot]`.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) role: Role,
    /// Index of the column of the table; `None` for a column that `[unpivot]` makes.
    pub(super) column: Option<usize>,
}

/// The shape of a table.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// Name of the shape, for comments.
    pub(super) description: String,
    /// The lines of `[unpivot]`; none if each row is one of a contender.
    pub(super) unpivot: Vec<String>,
    pub(super) fields: Vec<Field>,
    /// Names of the columns that became rows, if each is one contender.
    pub(super) contenders: Vec<String>,
    /// Role of the new column with the names of the columns.
    pub(super) name_role: Option<Role>,
}

impl Shape {
    pub(super) fn field(&self, role: Role) -> Option<&Field> {
        self.fields.iter().find(|field| field.role == role)
    }

    pub(super) fn has(&self, role: Role) -> bool {
        self.field(role).is_some()
    }
}

/// Roles of figures that a contender has.
const FIGURES: [Role; 3] = [Role::Votes, Role::Share, Role::Seats];

/// Detects the shape of a table.
pub(super) fn detect(grid: &Grid, columns: &[Column]) -> Shape {
    let found = numbered_groups(columns)
        .or_else(|| repeated_groups(grid, columns))
        .or_else(|| figures_in_names(columns));
    if let Some(shape) = found {
        return shape;
    }
    let is = |role: Role| columns.iter().any(|column| column.role == role);
    let has_contender =
        [Role::Party, Role::Person, Role::Surname, Role::Alliance].into_iter().any(is);
    let has_figure = FIGURES.into_iter().chain([Role::ModeVotes]).any(is);
    if has_figure && (has_contender || is(Role::Name)) {
        return long(columns);
    }
    wide(columns, has_contender).unwrap_or_else(|| long(columns))
}

fn own_field(column: &Column) -> Field {
    Field { name: column.name.clone(), role: column.role, column: Some(column.index) }
}

fn new_field(name: &str, role: Role) -> Field {
    Field { name: name.to_owned(), role, column: None }
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
            let unnamed = is_ragged && from + length == named && (longest - from) % length <= 1;
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
                    || crate::model::TotalCertainty::from_name(&party)
                        == crate::model::TotalCertainty::Yes;
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

/// Columns each of which is a contender, or an area or a year if the rows are the contenders.
fn wide(columns: &[Column], has_contender: bool) -> Option<Shape> {
    let total = |column: &Column| {
        crate::model::TotalCertainty::from_name(&column.name) == crate::model::TotalCertainty::Yes
    };
    let is_value = |column: &&Column| {
        let is_open = column.reason.is_empty()
            || column.reason == "a part of its name" && column.role == Role::Votes;
        is_open
            && !column.name.is_empty()
            && (column.is_count() || column.is_blank())
            && !total(column)
    };
    let values: Vec<&Column> = columns.iter().filter(is_value).collect();
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
    // A total of all columns is the number of valid votes; of rows that are parties, it is nothing.
    let mut fields: Vec<Field> = own
        .map(|column| {
            let mut field = own_field(column);
            if (column.role == Role::TotalVotes || total(column)) && column.is_numeric() {
                field.role = if has_contender { Role::Other } else { Role::TotalVotes };
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
