//! Where the tables of parties are, and what their columns mean.

use serde::{Deserialize, Serialize};

/// Tables of parties. Each is the file of this name beside the table, or the table itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LineageTables {
    /// The detail of a contender that holds the id of its party.
    #[serde(default)]
    pub(crate) detail: Option<String>,
    /// A date that ends so is known by its year alone.
    #[serde(default)]
    pub(crate) unknown_day: Option<String>,
    /// The parties; without them, an id is a name.
    #[serde(default)]
    pub(crate) parties: Option<PartyColumns>,
    /// Names that they had.
    #[serde(default)]
    pub(crate) renames: Option<RenameColumns>,
    /// Which became which.
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
    /// The first is what the party is called.
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
    /// The country, where no table of parties says it.
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
    pub(super) fn mistake(&self) -> Option<&str> {
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
    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        let parties = self.parties.as_ref().and_then(|parties| parties.file.as_deref());
        let renames = self.renames.as_ref().and_then(|renames| renames.file.as_deref());
        let changes = self.changes.as_ref().and_then(|changes| changes.file.as_deref());
        [parties, renames, changes].into_iter().flatten()
    }
}
