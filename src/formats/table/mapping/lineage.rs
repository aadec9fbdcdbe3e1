//! The tables of parties and their columns.

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

impl LineageTables {
    pub(super) fn find_inconsistency(&self) -> Option<&str> {
        match (&self.parties, &self.renames, &self.changes) {
            (Some(_), None, None) => Some("[lineage] needs changes or renames beside its parties"),
            (None, None, Some(changes)) if changes.country.is_some() => None,
            (None, _, _) => {
                Some("[lineage] needs parties; or else changes with a country, and no renames")
            }
            (Some(_), _, _) => None,
        }
    }

    /// Returns the names of the files.
    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        let parties = self.parties.as_ref().and_then(|parties| parties.file.as_deref());
        let renames = self.renames.as_ref().and_then(|renames| renames.file.as_deref());
        let changes = self.changes.as_ref().and_then(|changes| changes.file.as_deref());
        [parties, renames, changes].into_iter().flatten()
    }
}
