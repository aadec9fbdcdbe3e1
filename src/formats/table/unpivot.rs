//! Columns that become rows: each row of the table becomes one row for each selected column, or for
//! each group of columns. These rows share the line and the text of the row that they come from.

use std::ops::Range;

use super::blank::is_blank_row;
use super::mapping::{ColumnName, ColumnSelection, Unpivot, VALUE_GROUP};

/// The columns of a table after `[unpivot]`, and where their cells come from.
#[derive(Debug, Clone)]
pub(super) struct Shape {
    /// Names of the columns: those that stay as they are, and the new ones.
    pub(super) columns: Vec<String>,
    /// Indices of the columns that stay as they are.
    kept: Vec<usize>,
    groups: Groups,
}

/// The groups of columns each of which becomes a row.
#[derive(Debug, Clone)]
enum Groups {
    Named(Vec<NamedGroup>),
    /// Groups of `size` consecutive columns, up to the last cell of the row.
    Repeated {
        from: usize,
        size: usize,
    },
}

/// A group of columns. Its row has the texts from the names of the columns, and the cells.
#[derive(Debug, Clone)]
struct NamedGroup {
    labels: Vec<String>,
    /// Indices of the columns; `None` if the table has no column of the group with this name.
    values: Vec<Option<usize>>,
}

/// A row made of a group of columns: its cells in the new columns, and the number of the group.
pub(super) type Part = (Vec<String>, u32);

impl Shape {
    /// Determines the columns after `[unpivot]` from the names of the columns.
    ///
    /// # Errors
    /// Returns what was expected if a stated column is missing or occurs twice, if no column
    /// matches, or if a new column has the name of one that stays.
    pub(super) fn new(unpivot: &Unpivot, columns: &[String]) -> Result<Self, String> {
        let (taken, new, groups) = if let Some(selection) = &unpivot.columns {
            let taken = selected(selection, columns)?;
            let groups = taken.iter().map(|at| NamedGroup {
                labels: columns.get(*at).cloned().into_iter().collect(),
                values: vec![Some(*at)],
            });
            let groups = Groups::Named(groups.collect());
            (
                taken,
                [&unpivot.name, &unpivot.value].into_iter().flatten().cloned().collect(),
                groups,
            )
        } else if let Some(pattern) = &unpivot.pattern {
            let groups = matched_groups(unpivot, columns);
            if groups.taken.is_empty() {
                return Err(format!(
                    "names of columns that match '{}' ('pattern' of [unpivot])",
                    pattern.as_str()
                ));
            }
            let mut new: Vec<String> = groups.label_names;
            new.extend(groups.value_names);
            (groups.taken, new, Groups::Named(groups.named))
        } else {
            let from = unpivot.from.as_ref().map_or(Ok(0), |from| index(from, columns))?;
            let size = unpivot.repeat.len().max(1);
            let taken = (from..columns.len()).collect();
            (taken, unpivot.repeat.clone(), Groups::Repeated { from, size })
        };
        let kept: Vec<usize> = (0..columns.len()).filter(|at| !taken.contains(at)).collect();
        let mut names: Vec<String> =
            kept.iter().filter_map(|at| columns.get(*at)).cloned().collect();
        if let Some(name) = new.iter().find(|name: &&String| names.contains(name)) {
            return Err(format!(
                "another name for the new column '{name}' of [unpivot]; the table has a column of this name"
            ));
        }
        names.extend(new);
        Ok(Self { columns: names, kept, groups })
    }

    /// Returns the rows that a row becomes, without the cells that stay as they are. A group with only null cells is no row; if no group has
    /// cells, the row becomes one without them, since it may have figures of its contest.
    ///
    /// # Errors
    /// Returns what was expected if the last group of a row is incomplete.
    pub(super) fn parts(
        &self,
        cells: &[String],
        is_null: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<Part>, String> {
        let mut parts = Vec::new();
        let mut add = |labels: &[String], values: &[String], number: usize| {
            if !values.iter().all(|value| value.is_empty() || is_null(value)) {
                let cells = labels.iter().chain(values).cloned();
                parts.push((cells.collect(), u32::try_from(number).unwrap_or(u32::MAX)));
            }
        };
        match &self.groups {
            Groups::Named(groups) => {
                for (number, group) in groups.iter().enumerate() {
                    let value = |at: &Option<usize>| {
                        at.and_then(|at| cells.get(at)).cloned().unwrap_or_default()
                    };
                    let values: Vec<String> = group.values.iter().map(value).collect();
                    add(&group.labels, &values, number);
                }
            }
            Groups::Repeated { from, size } => {
                let cells = cells.get(*from..).unwrap_or_default();
                for (number, group) in cells.chunks(*size).enumerate() {
                    if group.len() < *size && !is_blank_row(group) {
                        return Err(format!(
                            "groups of {size} cells from column {} on, not {} in the last",
                            from + 1,
                            group.len()
                        ));
                    }
                    add(&[], group, number);
                }
            }
        }
        if parts.is_empty() {
            let blanks = self.columns.len() - self.kept.len();
            parts.push((vec![String::new(); blanks], 0));
        }
        Ok(parts)
    }

    /// Returns the cells of the columns that stay as they are.
    pub(super) fn kept_cells<'c>(
        &'c self,
        cells: &'c [String],
    ) -> impl Iterator<Item = String> + 'c {
        self.kept.iter().map(|at| cells.get(*at).cloned().unwrap_or_default())
    }

    /// Returns the index of the column from which a cell comes: of a column at index `at` after
    /// `[unpivot]`, in the row of group `part`. For the text from a name, the first column of the
    /// group.
    pub(super) fn original_index(&self, at: usize, part: u32) -> Option<usize> {
        let Some(new) = at.checked_sub(self.kept.len()) else { return self.kept.get(at).copied() };
        let part = usize::try_from(part).ok()?;
        match &self.groups {
            Groups::Named(groups) => {
                let group = groups.get(part)?;
                let value = new.checked_sub(group.labels.len());
                let values = &group.values;
                value
                    .map_or_else(
                        || values.iter().flatten().next(),
                        |value| values.get(value)?.as_ref(),
                    )
                    .copied()
            }
            Groups::Repeated { from, size } => Some(from + part * size + new),
        }
    }

    /// Returns whether a column at an index after `[unpivot]` is a new one.
    pub(super) fn is_new(&self, at: usize) -> bool {
        at >= self.kept.len()
    }
}

/// Returns the indices of the selected columns.
fn selected(selection: &ColumnSelection, columns: &[String]) -> Result<Vec<usize>, String> {
    let range = |range: Range<usize>| {
        range.filter(|at| columns.get(*at).is_some_and(|name| !name.is_empty()))
    };
    match selection {
        ColumnSelection::Names(names) => {
            names.iter().map(|name| named_index(name, columns)).collect()
        }
        ColumnSelection::Except { except } => {
            let kept: Vec<usize> =
                except.iter().map(|name| named_index(name, columns)).collect::<Result<_, _>>()?;
            Ok(range(0..columns.len()).filter(|at| !kept.contains(at)).collect())
        }
        ColumnSelection::Range { from, to } => {
            let first = index(from, columns)?;
            let last =
                to.as_ref().map_or(Ok(columns.len().saturating_sub(1)), |to| index(to, columns))?;
            if last < first {
                let to = to.as_ref().map(ToString::to_string).unwrap_or_default();
                return Err(format!("{to} after {from}, as 'columns' of [unpivot] says"));
            }
            Ok(range(first..last + 1).collect())
        }
    }
}

fn index(column: &ColumnName, columns: &[String]) -> Result<usize, String> {
    match column {
        ColumnName::Name(name) => named_index(name, columns),
        ColumnName::Number(number) => {
            let at = usize::try_from(*number).unwrap_or(usize::MAX).saturating_sub(1);
            let missing = || {
                format!("a column {number}, as [unpivot] says; it has {} columns", columns.len())
            };
            (at < columns.len()).then_some(at).ok_or_else(missing)
        }
    }
}

fn named_index(name: &str, columns: &[String]) -> Result<usize, String> {
    let mut found =
        columns.iter().enumerate().filter(|(_, column)| *column == name).map(|(at, _)| at);
    let first = found.next().ok_or_else(|| {
        format!("a column '{name}', as [unpivot] says; it has {}", columns.join(", "))
    })?;
    match found.next() {
        None => Ok(first),
        Some(second) => Err(format!(
            "one column '{name}', as [unpivot] says; columns {} and {} are called so",
            first + 1,
            second + 1
        )),
    }
}

/// The groups of columns whose names match a pattern.
struct MatchedGroups {
    /// Indices of the matching columns.
    taken: Vec<usize>,
    label_names: Vec<String>,
    value_names: Vec<String>,
    named: Vec<NamedGroup>,
}

/// Groups the columns whose names match the pattern by the texts of its groups other than the name
/// of the value.
fn matched_groups(unpivot: &Unpivot, columns: &[String]) -> MatchedGroups {
    let names = unpivot.pattern.iter().flat_map(|pattern| pattern.group_names());
    let label_names = names.filter(|name| *name != VALUE_GROUP).map(str::to_owned).collect();
    let mut found = MatchedGroups {
        taken: Vec::new(),
        label_names,
        value_names: Vec::new(),
        named: Vec::new(),
    };
    for (at, name) in columns.iter().enumerate() {
        let groups = unpivot.pattern.as_ref().and_then(|pattern| pattern.match_whole(name));
        let Some(groups) = groups else { continue };
        let (values, labels): (Vec<_>, Vec<_>) =
            groups.into_iter().partition(|(name, _)| name == VALUE_GROUP);
        let value = values.first().map(|(_, text)| (*text).to_owned());
        let Some(value) = value.or_else(|| unpivot.value.clone()) else { continue };
        let labels: Vec<String> = labels.into_iter().map(|(_, text)| text.to_owned()).collect();
        let column =
            found.value_names.iter().position(|name| *name == value).unwrap_or_else(|| {
                found.value_names.push(value);
                found.value_names.len() - 1
            });
        // A second column of one group and one value begins a group of its own.
        let is_free = |group: &NamedGroup| group.values.get(column).is_none_or(Option::is_none);
        let group = found.named.iter().position(|group| group.labels == labels && is_free(group));
        let group = group.unwrap_or_else(|| {
            found.named.push(NamedGroup { labels, values: Vec::new() });
            found.named.len() - 1
        });
        if let Some(group) = found.named.get_mut(group) {
            group.values.resize(group.values.len().max(column + 1), None);
            if let Some(value) = group.values.get_mut(column) {
                *value = Some(at);
            }
        }
        found.taken.push(at);
    }
    let width = found.value_names.len();
    found.named.iter_mut().for_each(|group| group.values.resize(width, None));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::Mapping;

    /// The columns after `[unpivot]`, and the cells of the rows that one row becomes.
    fn shaped(unpivot: &str, columns: &str, row: &str) -> Result<(String, Vec<String>), String> {
        let mapping: Mapping =
            format!("[election]\ntitle = {{ constant = \"t\" }}\n[unpivot]\n{unpivot}")
                .parse()
                .unwrap();
        let cells = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
        let shape = Shape::new(mapping.unpivot.as_ref().unwrap(), &cells(columns))?;
        let kept: Vec<String> = shape.kept_cells(&cells(row)).collect();
        let parts = shape.parts(&cells(row), &|text| text == "-")?;
        let parts = parts.into_iter().map(|(own, part)| ([kept.clone(), own].concat(), part));
        Ok((shape.columns.join(","), parts.map(|(cells, _)| cells.join(",")).collect()))
    }

    #[test]
    fn columns_become_rows_with_their_names() {
        let named =
            |columns: &str| format!("columns = {columns}\nname = \"party\"\nvalue = \"votes\"");
        for columns in [
            "[\"A\", \"B\", \"C\"]",
            "{ from = \"A\", to = \"C\" }",
            "{ from = 3 }",
            "{ except = [\"seat\", \"valid\"] }",
        ] {
            let (names, rows) = shaped(&named(columns), "seat,valid,A,B,C", "N,100,60,-,").unwrap();
            assert_eq!(
                (names.as_str(), rows),
                ("seat,valid,party,votes", vec!["N,100,A,60".to_owned()])
            );
        }
        let error = shaped(&named("[\"D\"]"), "seat,A", "N,1").unwrap_err();
        assert_eq!(error, "a column 'D', as [unpivot] says; it has seat, A");
        let error = shaped(&named("[\"A\"]"), "votes,A", "N,1").unwrap_err();
        assert!(error.starts_with("another name for the new column 'votes'"), "{error}");
    }

    #[test]
    fn groups_of_a_pattern_become_columns() {
        let pattern = "pattern = '(?<party>.+) / (?<value>Votes|Seats)'";
        let (names, rows) =
            shaped(pattern, "seat,A / Votes,A / Seats,B / Seats,total / Share", "N,60,1,0,100")
                .unwrap();
        assert_eq!(names, "seat,total / Share,party,Votes,Seats");
        assert_eq!(rows, ["N,100,A,60,1", "N,100,B,,0"]);
        let (names, rows) =
            shaped("pattern = 'Votes (?<party>.+)'\nvalue = \"votes\"", "Votes A,Votes B", "1,2")
                .unwrap();
        assert_eq!(
            (names.as_str(), rows),
            ("party,votes", vec!["A,1".to_owned(), "B,2".to_owned()])
        );
        assert!(shaped(pattern, "seat,A", "N,1").unwrap_err().contains("'pattern' of [unpivot]"));
    }

    #[test]
    fn repeated_groups_reach_to_the_last_cell() {
        let repeat = "repeat = [\"who\", \"votes\"]\nfrom = \"Name\"";
        let (names, rows) = shaped(repeat, "seat,Name,Votes", "N,Anna,60,Boris,40,,").unwrap();
        assert_eq!(
            (names.as_str(), rows),
            ("seat,who,votes", vec!["N,Anna,60".to_owned(), "N,Boris,40".to_owned()])
        );
        let (_, rows) = shaped(repeat, "seat,Name,Votes", "N").unwrap();
        assert_eq!(rows, ["N,,"]);
        let error = shaped(repeat, "seat,Name,Votes", "N,Anna,60,Boris").unwrap_err();
        assert_eq!(error, "groups of 2 cells from column 2 on, not 1 in the last");
    }
}
