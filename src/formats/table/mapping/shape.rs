//! The shape of a table: its header, its columns that become rows, and the use of its rows.

use serde::{Deserialize, Serialize};

use super::condition::Conditions;
use super::pattern::Pattern;

/// The lines with the names of the columns, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Header {
    Line(u32),
    /// Several lines, in ascending order. The names on them are joined.
    Lines(Vec<u32>),
    Word(HeaderWord),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum HeaderWord {
    /// The table has no header.
    None,
}

impl Header {
    /// Returns the lines of the header; none if the table has no header.
    pub(crate) fn lines(&self) -> &[u32] {
        match self {
            Self::Line(line) => std::slice::from_ref(line),
            Self::Lines(lines) => lines,
            Self::Word(HeaderWord::None) => &[],
        }
    }
}

/// Columns that become rows, like SQL's UNPIVOT. Exactly one of `columns`, `pattern` and `repeat`
/// is stated.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Unpivot {
    /// Columns each of which becomes a row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) columns: Option<ColumnSelection>,
    /// Expression that matches the names of the columns. Its named groups become columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pattern: Option<Pattern>,
    /// Names of the columns in groups of consecutive columns, each of which becomes a row.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) repeat: Vec<String>,
    /// First column of the groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) from: Option<ColumnName>,
    /// New column with the name of the column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// New column with the cell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<String>,
}

/// Name of the group whose texts are the names of the columns with values.
pub(crate) const VALUE_GROUP: &str = "value";

impl Unpivot {
    /// Returns whether a row may have more cells than the header has names.
    pub(crate) fn is_ragged(&self) -> bool {
        !self.repeat.is_empty()
    }

    /// Returns the names of new columns that do not depend on the header.
    pub(crate) fn new_columns(&self) -> Vec<&str> {
        let groups = self.pattern.iter().flat_map(Pattern::group_names);
        let groups = groups.filter(|name| *name != VALUE_GROUP);
        let own = [&self.name, &self.value].into_iter().flatten().map(String::as_str);
        groups.chain(own).chain(self.repeat.iter().map(String::as_str)).collect()
    }

    /// Returns the names of columns of the table that the settings state.
    pub(crate) fn stated_columns(&self) -> Vec<&str> {
        let names = match &self.columns {
            Some(ColumnSelection::Names(names)) => names.iter().map(String::as_str).collect(),
            Some(ColumnSelection::Except { except }) => except.iter().map(String::as_str).collect(),
            Some(ColumnSelection::Range { from, to }) => [Some(from), to.as_ref()]
                .into_iter()
                .flatten()
                .filter_map(ColumnName::name)
                .collect(),
            None => Vec::new(),
        };
        names.into_iter().chain(self.from.as_ref().and_then(ColumnName::name)).collect()
    }
}

/// A selection of columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum ColumnSelection {
    Names(Vec<String>),
    Except {
        except: Vec<String>,
    },
    /// Consecutive columns, including both ends; to the last column if there is no `to`.
    Range {
        from: ColumnName,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<ColumnName>,
    },
}

/// A column by its name, or by its number, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum ColumnName {
    Number(u32),
    Name(String),
}

impl ColumnName {
    fn name(&self) -> Option<&str> {
        if let Self::Name(name) = self { Some(name) } else { None }
    }
}

impl std::fmt::Display for ColumnName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => write!(f, "column {number}"),
            Self::Name(name) => write!(f, "column '{name}'"),
        }
    }
}

/// A rule for rows. The first rule whose conditions hold applies to a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RowRule {
    pub(crate) when: Conditions,
    pub(crate) r#use: RowUse,
}

/// The use of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RowUse {
    /// The row is left out.
    Drop,
    /// The row is one of a contender, whatever its name.
    Contender,
    /// The row is one of an option that is not a contender.
    Option,
    /// The votes of the row are this figure of the contest.
    Registered,
    Cast,
    Valid,
    Invalid,
    Blank,
}

impl RowUse {
    pub(super) const ALL: [(&str, Self); 8] = [
        ("drop", Self::Drop),
        ("contender", Self::Contender),
        ("option", Self::Option),
        ("registered", Self::Registered),
        ("cast", Self::Cast),
        ("valid", Self::Valid),
        ("invalid", Self::Invalid),
        ("blank", Self::Blank),
    ];
}
