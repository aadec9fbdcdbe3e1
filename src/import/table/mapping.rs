//! What the columns of a table mean: read from TOML, or built in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::{Deserialize, Serialize};

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What it is called in messages.
    #[serde(default)]
    pub(super) name: Option<String>,
    /// Of a folder, only the files of this name are read.
    #[serde(default)]
    pub(super) file: Option<String>,
    /// The columns whose values tell one election from another.
    #[serde(default)]
    pub(super) key: Keys,
    /// The column with the time at which a row was so. Each time is a version.
    #[serde(default)]
    pub(super) version_by: Option<Value>,
    /// Texts that stand for what is not known.
    #[serde(default = "nulls")]
    pub(super) null: Vec<String>,
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
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Keys {
    One(String),
    Several(Vec<String>),
}

impl Default for Keys {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Join {
    pub(super) file: String,
    /// The column of the first table, and that of the other which has the same value.
    pub(super) on: String,
    pub(super) key: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ElectionColumns {
    pub(super) title: Option<Value>,
    pub(super) country: Option<Value>,
    pub(super) r#type: Option<Value>,
    pub(super) date: Option<Value>,
    pub(super) year: Option<Value>,
    /// The key of the election before.
    pub(super) previous: Option<Value>,
    pub(super) details: BTreeMap<String, Value>,
}

/// Tables of parties. Each is the file of this name beside the table, or the table itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LineageTables {
    /// The detail of a contender that holds the id of its party.
    #[serde(default)]
    pub(super) detail: Option<String>,
    /// A date that ends so is known by its year alone.
    #[serde(default)]
    pub(super) unknown_day: Option<String>,
    /// The parties; without them, an id is a name.
    #[serde(default)]
    pub(super) parties: Option<PartyColumns>,
    /// Names that they had.
    #[serde(default)]
    pub(super) renames: Option<RenameColumns>,
    /// Which became which.
    #[serde(default)]
    pub(super) changes: Option<ChangeColumns>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartyColumns {
    #[serde(default)]
    pub(super) file: Option<String>,
    pub(super) id: String,
    pub(super) country: String,
    /// The first is what the party is called.
    pub(super) names: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RenameColumns {
    #[serde(default)]
    pub(super) file: Option<String>,
    pub(super) id: String,
    pub(super) names: Vec<String>,
    #[serde(default)]
    pub(super) date: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChangeColumns {
    #[serde(default)]
    pub(super) file: Option<String>,
    /// The country, where no table of parties says it.
    #[serde(default)]
    pub(super) country: Option<String>,
    pub(super) from: String,
    pub(super) to: String,
    #[serde(default)]
    pub(super) date: Option<String>,
    #[serde(default)]
    pub(super) note: Option<String>,
}

impl LineageTables {
    fn mistake(&self) -> Option<&str> {
        match (&self.parties, &self.renames, &self.changes) {
            (Some(_), None, None) => Some("[lineage] needs changes or renames beside its parties"),
            (None, None, Some(changes)) if changes.country.is_some() => None,
            (None, _, _) => {
                Some("[lineage] needs parties; or else changes with a country, and no renames")
            }
            (Some(_), _, _) => None,
        }
    }

    /// The files that it names.
    fn files(&self) -> impl Iterator<Item = &str> {
        let parties = self.parties.as_ref().and_then(|parties| parties.file.as_deref());
        let renames = self.renames.as_ref().and_then(|renames| renames.file.as_deref());
        let changes = self.changes.as_ref().and_then(|changes| changes.file.as_deref());
        [parties, renames, changes].into_iter().flatten()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ContestColumns {
    /// The key of the contest before, where it is not that of the election.
    pub(super) previous: Option<Value>,
    pub(super) office: Option<Value>,
    pub(super) seats: Option<Value>,
    pub(super) registered: Option<Value>,
    pub(super) cast: Option<Value>,
    pub(super) valid: Option<Value>,
    pub(super) invalid: Option<Value>,
    pub(super) turnout: Option<Value>,
    pub(super) counted: Option<Value>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct ContenderColumns {
    pub(super) person: Option<Value>,
    pub(super) party: Option<Value>,
    pub(super) alliance: Option<Value>,
    pub(super) round: Option<Value>,
    pub(super) votes: Option<Value>,
    pub(super) share: Option<Value>,
    pub(super) seats: Option<Value>,
    pub(super) electoral_votes: Option<Value>,
    pub(super) details: BTreeMap<String, Value>,
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Value {
    Column(String),
    Given(Given),
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Given {
    pub(super) column: Option<String>,
    pub(super) constant: Option<String>,
    /// Text with columns in braces.
    pub(super) template: Option<String>,
    /// What the values of columns stand for.
    pub(super) values: BTreeMap<String, String>,
    /// The cell names another row of the election, by its value in this column; the value is whose row it is.
    pub(super) row: Option<String>,
    /// The value stands only where these columns have these values.
    pub(super) when: BTreeMap<String, String>,
    /// How a date is written, after `time`'s format descriptions.
    pub(super) format: Option<String>,
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
        let mapping: Self = text.parse().map_err(|error| match error {
            Error::Request(problem) => Error::Request(format!("{name}: {problem}")),
            other => other,
        })?;
        Ok(mapping)
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

impl Value {
    /// The columns that it is made of.
    fn columns(&self) -> Vec<&str> {
        let given = match self {
            Self::Column(column) => return vec![column],
            Self::Given(given) => given,
        };
        let mut columns: Vec<&str> = given.column.iter().map(String::as_str).collect();
        columns.extend(given.when.keys().chain(&given.row).map(String::as_str));
        let parts = given.template.iter().flat_map(|template| template.split('{').skip(1));
        columns.extend(parts.filter_map(|part| Some(part.split_once('}')?.0)));
        columns
    }

    /// What is wrong with it, whatever the table.
    fn mistake(&self) -> Option<String> {
        let Self::Given(given) = self else { return None };
        let said = [&given.column, &given.template, &given.constant];
        if said.iter().filter(|one| one.is_some()).count() != 1 {
            return Some("a value is one of: a column, a template, a constant".to_owned());
        }
        let template = given.template.as_deref().unwrap_or_default();
        let closed = template.split('{').skip(1).all(|part| part.contains('}'));
        (!closed).then(|| format!("'{template}' has a brace that is not closed"))
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

    fn mistake(&self) -> Option<String> {
        let contender = &self.contender;
        let results =
            [&contender.votes, &contender.share, &contender.seats, &contender.electoral_votes];
        if results.iter().any(|value| value.is_some())
            && contender.person.is_none()
            && contender.party.is_none()
        {
            return Some(
                "[contender] needs a person or a party, whose results they are".to_owned(),
            );
        }
        let plain = |file: &str| Path::new(file).file_name().is_some_and(|name| name == file);
        let joined = self.join.values().map(|join| join.file.as_str());
        let mut files = joined.chain(self.lineage.iter().flat_map(LineageTables::files));
        if let Some(file) = files.find(|file| !plain(file)) {
            return Some(format!("'{file}' is no name of a file beside the table"));
        }
        match (&self.election.title, &self.lineage) {
            (None, None) => {
                return Some("it needs an [election] with a title, or a [lineage]".to_owned());
            }
            (Some(_), _) if self.key().is_empty() => {
                return Some("a key tells which rows are of one election".to_owned());
            }
            _ => {}
        }
        if let Some(mistake) = self.lineage.as_ref().and_then(LineageTables::mistake) {
            return Some(mistake.to_owned());
        }
        self.values().find_map(Value::mistake)
    }
}

impl std::str::FromStr for Mapping {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let mapping: Self = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let line = text[..at.min(text.len())].matches('\n').count() + 1;
            Error::Request(format!("the mapping, line {line}: {}", error.message()))
        })?;
        match mapping.mistake() {
            Some(mistake) => Err(Error::Request(format!("the mapping: {mistake}"))),
            None => Ok(mapping),
        }
    }
}
