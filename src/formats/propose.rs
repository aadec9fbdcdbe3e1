//! Proposals of mappings: what the columns of a table seem to be, and a mapping that reads it.

mod column;
mod draft;
mod event;
mod field;
mod figures_text;
mod grid;
mod load;
mod mapping_text;
mod plan;
mod role;
mod shape;
mod value_text;
mod wide;
mod write;

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::container::settings::ContainerSettings;
use super::mapping_check::MappingCheck;
use super::table::{BuiltInMapping, Mapping};
use crate::model::{format_count, group_digits};
use crate::{Error, ParseError, Result};
use draft::Draft;
use field::Shape;
use grid::Grid;
use role::Role;
use write::Writer;

/// Maximum number of problems that a proposal lists.
const MAX_LISTED: usize = 5;

/// What a user states about a table of which a mapping is proposed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ProposalOptions {
    /// Country of the elections.
    pub country: Option<String>,
    /// Type of the elections.
    pub kind: Option<String>,
}

impl ProposalOptions {
    /// Sets the country of the elections.
    #[must_use]
    pub fn country(self, country: Option<String>) -> Self {
        Self { country, ..self }
    }

    /// Sets the type of the elections.
    #[must_use]
    pub fn kind(self, kind: Option<String>) -> Self {
        Self { kind, ..self }
    }
}

/// A proposed mapping, and what it gives.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct MappingProposal {
    /// The mapping in TOML, with comments.
    pub text: String,
    /// Whether the mapping reads the table without an error or a warning.
    pub is_clean: bool,
    /// Number of elections that the mapping gives.
    pub elections: u64,
    /// Number of contenders in all elections.
    pub contenders: u64,
    /// What could not be decided, as phrases.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undecided: Vec<String>,
    /// Built-in mappings that read the table without an error.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub built_in: Vec<String>,
}

impl Mapping {
    /// Proposes a mapping for the table in a file: its layout, what its columns seem to be, and why.
    /// The mapping is tried on the table, and comments state what it gives.
    ///
    /// ```
    /// use hustings::formats::{Mapping, ProposalOptions};
    /// let folder = tempfile::tempdir()?;
    /// let file = folder.path().join("1905.csv");
    /// std::fs::write(&file, "Party,Votes\nUnity,600\nJustice,400\n")?;
    /// let options = ProposalOptions::default().country(Some("Ruritania".to_owned()));
    /// let proposal = Mapping::propose(&file, &options)?;
    /// assert_eq!((proposal.elections, proposal.contenders), (1, 2));
    /// let mapping: Mapping = proposal.text.parse()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When the file cannot be read, or contains no table.
    pub fn propose(path: &Path, options: &ProposalOptions) -> Result<MappingProposal> {
        let name =
            path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let country = options.country.as_deref();
        let loaded = load::load(path, &name, country)?;
        let grid = Grid::read(&loaded.table.text, loaded.table.delimiter);
        if grid.rows.is_empty() {
            return Err(Error::UnreadTable(Box::new(no_rows(&name))));
        }
        let columns = column::columns(&grid);
        let shape = shape::detect(&grid, &columns);
        let plan = plan::plan(&grid, &columns, &shape);
        let event = event::read(&grid, &columns, &name, country, options.kind.as_deref());
        let mut nulls: Vec<String> = Vec::new();
        for null in
            columns.iter().filter(|column| column.is_numeric()).flat_map(|column| &column.nulls)
        {
            if !nulls.contains(null) {
                nulls.push(null.clone());
            }
        }
        let draft = Draft {
            grid: &grid,
            columns: &columns,
            shape: &shape,
            plan: &plan,
            event: &event,
            container: &loaded.settings,
            nulls: &nulls,
            totals: has_total(&grid, &shape),
        };
        let (body, undecided) = draft.write();
        let mapping = body.parse::<Mapping>();
        let (trial, invalid) = match &mapping {
            Ok(mapping) => {
                let mapping = mapping.of_decoded(&loaded.table);
                let text = &loaded.table.text;
                (MappingCheck::run(&mapping, path, &name, text, MAX_LISTED), None)
            }
            Err(error) => (MappingCheck::default(), Some(error.to_string())),
        };
        let built_in = fitting_mappings(path, &name);
        let head = head(&name, &grid, &shape, &trial, invalid.as_deref(), &undecided, &built_in);
        Ok(MappingProposal {
            text: format!("{head}\n{body}"),
            is_clean: trial.is_clean(),
            elections: trial.elections,
            contenders: trial.contenders,
            undecided,
            built_in,
        })
    }
}

fn no_rows(name: &str) -> ParseError {
    super::document::parse_error_at(name, "", 0, "a table with rows")
}

/// Returns whether a row has the name of a total, among the contenders.
fn has_total(grid: &Grid, shape: &Shape) -> bool {
    let names = [Role::Person, Role::Party, Role::Name];
    let columns = names.into_iter().filter_map(|role| shape.field(role)?.column);
    let mut cells = columns.flat_map(|at| grid.column(at).collect::<Vec<_>>());
    cells.any(|cell| !cell.is_empty() && field::is_total(cell))
}

/// Returns the built-in mappings that read a file without an error.
fn fitting_mappings(path: &Path, name: &str) -> Vec<String> {
    let fits = |built_in: &BuiltInMapping| {
        let Ok(mapping) = built_in.text.parse::<Mapping>() else { return false };
        let Ok(file) = super::source::SourceFile::open(path) else { return false };
        let settings: ContainerSettings = mapping.container_settings(None);
        let Ok(table) = super::container::read_table(name, file, &settings) else { return false };
        let mapping = mapping.of_decoded(&table);
        let trial = MappingCheck::run(&mapping, path, name, &table.text, 0);
        trial.elections > 0 && trial.errors.is_empty()
    };
    Mapping::built_in().filter(fits).map(|built_in| built_in.name.to_owned()).collect()
}

/// Returns the comments above a mapping.
fn head(
    name: &str,
    grid: &Grid,
    shape: &Shape,
    trial: &MappingCheck,
    invalid: Option<&str>,
    undecided: &[String],
    built_in: &[String],
) -> String {
    let mut out = Writer::default();
    out.comment(&format!(
        "Mapping of {name}, proposed from its {} rows: {}.",
        group_digits(grid.rows.len() as u64),
        shape.description
    ));
    out.comment(&format!(
        "It gives {} with {} and {}.",
        format_count(trial.elections, "election"),
        format_count(trial.contenders, "contender"),
        format_count(trial.votes, "vote")
    ));
    let total = group_digits(trial.contests_with_valid_votes);
    let differing = group_digits(trial.differing_contests);
    match trial.sum_differences.first() {
        _ if trial.contests_with_valid_votes == 0 => {
            out.comment("No contest states its valid votes, so the sum of the votes cannot be checked.");
        }
        None => {
            let contests = format_count(trial.contests_with_valid_votes, "contest");
            out.comment(&format!("The votes add up to the valid votes in each of {contests}."));
        }
        Some(first) => out.comment(&format!(
            "In {differing} of {total} contests that state valid votes, the votes do not add up: '{}' has {}, of {} valid.",
            first.title, group_digits(first.votes), group_digits(first.valid)
        )),
    }
    let texts = |texts: &mut dyn Iterator<Item = String>| texts.collect::<Vec<_>>();
    let problems = [
        (
            "error",
            texts(
                &mut invalid
                    .map(str::to_owned)
                    .into_iter()
                    .chain(trial.errors.iter().map(ToString::to_string)),
            ),
        ),
        ("warning", texts(&mut trial.warnings.iter().map(ToString::to_string))),
        ("note", texts(&mut trial.notes.iter().cloned())),
    ];
    for (kind, lines) in &problems {
        lines.iter().take(MAX_LISTED).for_each(|line| out.comment(&format!("{kind}: {line}")));
        if lines.len() > MAX_LISTED {
            let others = group_digits((lines.len() - MAX_LISTED) as u64);
            out.comment(&format!("and {others} more lines of this kind"));
        }
    }
    if !undecided.is_empty() {
        out.blank();
        out.comment("To decide:");
        undecided.iter().for_each(|one| out.comment(&format!("- {one}")));
    }
    for name in built_in {
        out.comment(&format!("The built-in mapping '{name}' reads this table too: hustings import --mapping {name} FILE"));
    }
    out.finish()
}

/// Returns the columns of a table with what they seem to be, for tests.
#[cfg(test)]
fn column_roles(text: &str) -> Vec<Role> {
    column::columns(&Grid::read(text, None)).iter().map(|column| column.role).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_roles_by_name_and_content() {
        let text = "Wahlkreis;Partei;Stimmen;Anteil\n1;Einheit;1.200;60,0\n1;Recht;800;40,0\n";
        let expected = [Role::Constituency, Role::Party, Role::Votes, Role::Share];
        assert_eq!(column_roles(text), expected);
    }
}
