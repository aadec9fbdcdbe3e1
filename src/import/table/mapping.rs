//! What the columns of a table mean: read from TOML, or built in.

mod columns;
mod format;
mod lineage;
mod read;
mod read_value;
mod settings;
mod value;
mod whole;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

pub(super) use self::columns::Join;
use self::columns::{ContenderColumns, ContestColumns, ElectionColumns, Keys};
pub(super) use self::format::description;
pub(super) use self::lineage::LineageTables;
pub(super) use self::settings::{DateOrder, Decided, Duplicates, Merge, OnError, Totals};
pub(super) use self::value::{Unit, Value};
use self::words::Mistake;
use crate::{Error, Result};

const PARLGOV: &str = include_str!("parlgov.toml");

/// Which columns of a table hold what. `docs/tables.md` describes every setting.
///
/// ```
/// use hustings::import::Mapping;
/// let mapping: Mapping = r#"
///     key = "year"
///     [election]
///     title = { template = "{year} Ruritanian election" }
///     country = { constant = "Ruritania" }
///     [contender]
///     party = "party"
///     votes = "votes"
/// "#.parse()?;
/// assert_eq!(mapping.key(), ["year"]);
/// # Ok::<(), hustings::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What it is called in messages.
    #[serde(default)]
    pub(super) name: Option<String>,
    /// Of a folder, only the files of this name are read.
    #[serde(default)]
    pub(super) file: Option<String>,
    /// The columns whose values tell one election from another. Without any, all rows are one election.
    #[serde(default)]
    pub(super) key: Keys,
    /// The column with the time at which a row was so. Each time is a version.
    #[serde(default)]
    pub(super) version_by: Option<Value>,
    /// Texts that stand for what is not known.
    #[serde(default = "nulls")]
    pub(super) null: Vec<String>,
    /// The sign between cells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) delimiter: Option<char>,
    /// The line with the names of the columns, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) header: Option<u32>,
    /// What becomes of several rows of one contender in one round.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) merge: Option<Merge>,
    /// What becomes of a row that says the same as one above it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) duplicates: Option<Duplicates>,
    /// What becomes of a row with the total of the others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) totals: Option<Totals>,
    /// What becomes of an election with a cell that cannot be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) on_error: Option<OnError>,
    /// Tables beside this one, by the name that goes before their columns.
    #[serde(default)]
    pub(super) join: BTreeMap<String, Join>,
    #[serde(default)]
    pub(super) election: ElectionColumns,
    #[serde(default)]
    pub(super) contest: ContestColumns,
    #[serde(default)]
    pub(super) contender: ContenderColumns,
    /// Tables of parties, and of which became which. The text of an election does not need them.
    #[serde(default, skip_serializing)]
    pub(super) lineage: Option<LineageTables>,
    /// What was decided from the whole of a table; no mapping says it.
    #[serde(default, skip_serializing_if = "Decided::is_empty")]
    pub(super) decided: Decided,
}

fn nulls() -> Vec<String> {
    vec![String::new()]
}

impl Mapping {
    /// What an [`Error::Io`] was doing when the file of a mapping could not be read.
    pub const READ: &str = "read the mapping";

    /// The mapping of this name, or of the file at this path.
    ///
    /// # Errors
    /// When there is no such file, or it is no mapping.
    pub fn find(name: &str) -> Result<Self> {
        if name == "parlgov" {
            return PARLGOV.parse();
        }
        let path = Path::new(name);
        let text = std::fs::read_to_string(path).map_err(Error::io(Self::READ, path))?;
        read::mapping(&text).map_err(|mistake| {
            let line = line_of(&text, &mistake);
            Error::Request(format!("{name}:{line}: {}", mistake.problem))
        })
    }

    /// The columns that tell one election from another.
    #[must_use]
    pub fn key(&self) -> Vec<&str> {
        match &self.key {
            Keys::One(column) => vec![column],
            Keys::Several(columns) => columns.iter().map(String::as_str).collect(),
        }
    }

    /// What it is called in messages and lineages.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or("table")
    }

    /// The files with its tables of parties, which stand beside the table.
    pub(crate) fn lineage_files(&self) -> impl Iterator<Item = &str> {
        self.lineage.iter().flat_map(LineageTables::files)
    }

    /// Whether a file is one of those that its tables need beside them.
    pub(crate) fn names(&self, path: &Path) -> bool {
        let mut joined = self.join.values().map(|join| join.file.as_str());
        let name = path.file_name();
        joined.any(|file| name == Some(file.as_ref()))
            || self.lineage_files().any(|file| name == Some(file.as_ref()))
    }

    /// Whether a file of this name, found in a folder, is one of its tables.
    #[must_use]
    pub fn reads(&self, name: &str) -> bool {
        match &self.file {
            Some(file) => Path::new(name).file_name().is_some_and(|name| name == file.as_str()),
            None => [".csv", ".tsv", ".tab", ".txt"].iter().any(|ending| name.ends_with(ending)),
        }
    }
}

impl Mapping {
    fn values(&self) -> impl Iterator<Item = &Value> {
        let election = &self.election;
        let contest = &self.contest;
        let contender = &self.contender;
        let optional = [
            &self.version_by,
            &election.country,
            &election.r#type,
            &election.date,
            &election.year,
            &election.previous,
            &contest.previous,
            &contest.office,
            &contest.seats,
            &contest.registered,
            &contest.cast,
            &contest.valid,
            &contest.invalid,
            &contest.blank,
            &contest.turnout,
            &contest.counted,
            &contender.person,
            &contender.party,
            &contender.alliance,
            &contender.round,
            &contender.votes,
            &contender.share,
            &contender.seats,
            &contender.electoral_votes,
        ];
        let details = election.details.values().chain(contender.details.values());
        optional.into_iter().chain([&election.title]).flatten().chain(details)
    }

    /// Every column that it names, each once. One of a joined table has that one's name before it.
    pub(super) fn columns(&self) -> BTreeSet<&str> {
        let joins = self.join.values().map(|join| join.on.as_str());
        self.values().flat_map(Value::columns).chain(self.key()).chain(joins).collect()
    }

    /// The values that name whose results a row has.
    pub(super) fn names_of_contender(&self) -> impl Iterator<Item = &Value> {
        [&self.contender.person, &self.contender.party].into_iter().flatten()
    }

    /// The values with the results of a row, with their words.
    pub(super) fn results(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        let columns = &self.contender;
        let results = [
            ("votes", &columns.votes),
            ("share", &columns.share),
            ("seats", &columns.seats),
            ("electoral_votes", &columns.electoral_votes),
        ];
        results.into_iter().filter_map(|(word, value)| Some((word, value.as_ref()?)))
    }

    /// The values that hold counts.
    pub(super) fn counts(&self) -> impl Iterator<Item = &Value> {
        let (contest, contender) = (&self.contest, &self.contender);
        let counts = [
            &contest.seats,
            &contest.registered,
            &contest.cast,
            &contest.valid,
            &contest.invalid,
            &contest.blank,
            &contender.votes,
            &contender.seats,
            &contender.electoral_votes,
        ];
        counts.into_iter().flatten()
    }

    /// Whether a text stands for what is not known.
    pub(super) fn is_null(&self, text: &str) -> bool {
        self.null.iter().any(|null| null == text)
    }

    /// Whether a cell that cannot be read is kept as not understood.
    pub(super) fn keeps_cells(&self) -> bool {
        self.on_error == Some(OnError::Keep)
    }

    /// The name of a joined table, and the column in it, that a column is.
    pub(super) fn joined<'b>(&self, column: &'b str) -> Option<(&'b str, &'b str)> {
        column.split_once('.').filter(|(name, _)| self.join.contains_key(*name))
    }

    /// Whether a column of this name may be meant for one of a table that is not joined.
    pub(super) fn column_names_join(&self, column: &str) -> bool {
        self.columns().contains(column) && column.contains('.') && self.joined(column).is_none()
    }

    /// Whether a column is of this joined table, or of one that is joined by a column of it.
    pub(super) fn needs_join(&self, column: &str, name: &str) -> bool {
        let mut at = column;
        for _ in 0..=self.join.len() {
            let Some((join, _)) = self.joined(at) else { return false };
            if join == name {
                return true;
            }
            at = self.join.get(join).map_or("", |join| &join.on);
        }
        false
    }
}

/// The line of a mistake, counted from 1.
fn line_of(text: &str, mistake: &Mistake) -> usize {
    text[..text.floor_char_boundary(mistake.at)].matches('\n').count() + 1
}

impl std::str::FromStr for Mapping {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        read::mapping(text).map_err(|mistake| {
            let line = line_of(text, &mistake);
            Error::Request(format!("the mapping, line {line}: {}", mistake.problem))
        })
    }
}
