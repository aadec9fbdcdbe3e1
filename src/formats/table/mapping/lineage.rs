//! The tables of parties and their columns.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Tables of parties. Each one is a file beside the main table, or the main table itself if `file`
/// is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LineageTables {
    /// Detail of a contender that holds the id of its party.
    #[serde(default)]
    pub(crate) detail: Option<String>,
    /// Suffix of a date of which only the year is known.
    #[serde(default)]
    pub(crate) unknown_day: Option<String>,
    /// Table of parties. Without it, ids are names.
    #[serde(default)]
    pub(crate) parties: Option<PartyColumns>,
    /// Table of renames: the names of parties over time.
    #[serde(default)]
    pub(crate) renames: Option<RenameColumns>,
    /// Table of successions: which party became which.
    #[serde(default)]
    pub(crate) changes: Option<ChangeColumns>,
    /// Tables joined to the table of parties, by the prefix of their columns.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) join: BTreeMap<String, LineageJoin>,
}

/// A table joined to the table of parties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LineageJoin {
    pub(crate) file: String,
    /// Column of the table of parties, or of another joined table.
    pub(crate) on: String,
    pub(crate) key: String,
    /// Whether the cells are addresses of pages, which may be written in several forms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) form: Option<JoinForm>,
}

/// How the cells of a join are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum JoinForm {
    /// As addresses: http is https, and percent-encoded characters are decoded.
    Url,
}

impl JoinForm {
    /// Names in mappings.
    pub(super) const ALL: [(&str, Self); 1] = [("url", Self::Url)];
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartyColumns {
    #[serde(default)]
    pub(crate) file: Option<String>,
    pub(crate) id: String,
    pub(crate) country: String,
    /// Columns with names. The first holds the party's main name.
    pub(crate) names: Vec<String>,
    /// Columns with identifiers of the party elsewhere, by their scheme. A column of a joined table
    /// has its name as a prefix.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) identifiers: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RenameColumns {
    #[serde(default)]
    pub(crate) file: Option<String>,
    pub(crate) id: String,
    pub(crate) names: Vec<String>,
    #[serde(default)]
    pub(crate) date: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeColumns {
    #[serde(default)]
    pub(crate) file: Option<String>,
    /// Column with the country, if there is no table of parties.
    #[serde(default)]
    pub(crate) country: Option<String>,
    pub(crate) from: String,
    pub(crate) to: String,
    #[serde(default)]
    pub(crate) date: Option<String>,
    #[serde(default)]
    pub(crate) note: Option<String>,
}

/// Maximum number of tables joined to the table of parties. Each column is looked up through a chain
/// of at most as many joins.
const MAX_JOINS: usize = 16;

impl LineageTables {
    pub(in crate::formats::table) fn find_inconsistency(&self) -> Option<&str> {
        if self.join.len() > MAX_JOINS {
            return Some("[lineage] has more joins than are supported");
        }
        if self.join.keys().any(|name| self.is_joined_cyclically(name)) {
            return Some("a [lineage.join] is joined by a column of its own");
        }
        match (&self.parties, &self.renames, &self.changes) {
            (Some(parties), None, None) if !parties.identifiers.is_empty() => None,
            (Some(_), None, None) => {
                Some("[lineage] needs identifiers, changes or renames beside its parties")
            }
            (None, None, Some(changes)) if changes.country.is_some() => None,
            (None, _, _) => {
                Some("[lineage] needs parties; or else changes with a country, and no renames")
            }
            (Some(_), _, _) => None,
        }
    }

    /// Returns the columns of a joined table, or of the table of parties, that identifiers and joins
    /// use.
    pub(in crate::formats::table) fn columns_of<'a>(
        &'a self,
        table: Option<&'a str>,
    ) -> impl Iterator<Item = &'a str> {
        let identifiers = self.parties.iter().flat_map(|parties| parties.identifiers.values());
        let columns = identifiers.chain(self.join.values().map(|join| &join.on));
        columns.filter_map(move |column| match (self.split_column(column), table) {
            ((None, column), None) => Some(column),
            ((Some(joined), column), Some(table)) if joined == table => Some(column),
            _ => None,
        })
    }

    /// Splits the name of a column into that of its joined table, if it has one, and the rest.
    pub(in crate::formats::table) fn split_column<'a>(
        &self,
        column: &'a str,
    ) -> (Option<&'a str>, &'a str) {
        match column.split_once('.') {
            Some((table, rest)) if self.join.contains_key(table) => (Some(table), rest),
            _ => (None, column),
        }
    }

    /// Returns whether the chain of joins that begins with a table is cyclic.
    fn is_joined_cyclically(&self, name: &str) -> bool {
        let mut at = name;
        for _ in 0..=self.join.len() {
            let on = self.join.get(at).map(|join| self.split_column(&join.on));
            let Some((Some(next), _)) = on else { return false };
            at = next;
        }
        true
    }

    /// Returns the names of the files.
    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        let parties = self.parties.as_ref().and_then(|parties| parties.file.as_deref());
        let renames = self.renames.as_ref().and_then(|renames| renames.file.as_deref());
        let changes = self.changes.as_ref().and_then(|changes| changes.file.as_deref());
        let joined = self.join.values().map(|join| join.file.as_str());
        [parties, renames, changes].into_iter().flatten().chain(joined)
    }
}
