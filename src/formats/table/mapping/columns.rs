//! The sections of a mapping, and the values in each.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::shape::Header;
use super::value::ValueSource;
use crate::formats::container::settings::SheetChoice;
use crate::model::Source;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum KeyColumns {
    One(String),
    Several(Vec<String>),
}

impl Default for KeyColumns {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

/// The source of the tables.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TableSource {
    pub(crate) description: Source,
    /// Identifier of an election in the source.
    pub(crate) id: Option<ValueSource>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Join {
    pub(crate) file: String,
    /// Column of the main table, or of another joined table. Its text equals the text of `key` in
    /// the row that is joined.
    pub(crate) on: String,
    pub(crate) key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) delimiter: Option<char>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) header: Option<Header>,
    /// How the bytes of the file become a table. Not serialised: source texts contain the rows.
    #[serde(default, skip_serializing)]
    pub(crate) encoding: Option<String>,
    #[serde(default, skip_serializing)]
    pub(crate) sheet: Option<SheetChoice>,
    #[serde(default, skip_serializing)]
    pub(crate) records_path: Option<String>,
    #[serde(default, skip_serializing)]
    pub(crate) entry: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ElectionColumns {
    pub(crate) title: Option<ValueSource>,
    pub(crate) country: Option<ValueSource>,
    pub(crate) r#type: Option<ValueSource>,
    pub(crate) date: Option<ValueSource>,
    pub(crate) year: Option<ValueSource>,
    /// Key of the previous election.
    pub(crate) previous: Option<ValueSource>,
    pub(crate) details: BTreeMap<String, ValueSource>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ContestColumns {
    /// Key of the election with the previous contest, if that is not the previous election.
    pub(crate) previous: Option<ValueSource>,
    pub(crate) office: Option<ValueSource>,
    pub(crate) seats: Option<ValueSource>,
    pub(crate) registered: Option<ValueSource>,
    pub(crate) cast: Option<ValueSource>,
    pub(crate) valid: Option<ValueSource>,
    pub(crate) invalid: Option<ValueSource>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) blank: Option<ValueSource>,
    pub(crate) turnout: Option<ValueSource>,
    pub(crate) counted: Option<ValueSource>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ContenderColumns {
    pub(crate) person: Option<ValueSource>,
    pub(crate) party: Option<ValueSource>,
    pub(crate) alliance: Option<ValueSource>,
    pub(crate) round: Option<ValueSource>,
    pub(crate) votes: Option<ValueSource>,
    pub(crate) share: Option<ValueSource>,
    pub(crate) seats: Option<ValueSource>,
    pub(crate) electoral_votes: Option<ValueSource>,
    pub(crate) details: BTreeMap<String, ValueSource>,
}
