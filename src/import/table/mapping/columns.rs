//! The sections of a mapping, and which columns stand in them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::value::Value;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Keys {
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
pub(crate) struct Join {
    pub(crate) file: String,
    /// The column of the first table, and that of the other which has the same value.
    pub(crate) on: String,
    pub(crate) key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) delimiter: Option<char>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) header: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ElectionColumns {
    pub(crate) title: Option<Value>,
    pub(crate) country: Option<Value>,
    pub(crate) r#type: Option<Value>,
    pub(crate) date: Option<Value>,
    pub(crate) year: Option<Value>,
    /// The key of the election before.
    pub(crate) previous: Option<Value>,
    pub(crate) details: BTreeMap<String, Value>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ContestColumns {
    /// The key of the contest before, where it is not that of the election.
    pub(crate) previous: Option<Value>,
    pub(crate) office: Option<Value>,
    pub(crate) seats: Option<Value>,
    pub(crate) registered: Option<Value>,
    pub(crate) cast: Option<Value>,
    pub(crate) valid: Option<Value>,
    pub(crate) invalid: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) blank: Option<Value>,
    pub(crate) turnout: Option<Value>,
    pub(crate) counted: Option<Value>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ContenderColumns {
    pub(crate) person: Option<Value>,
    pub(crate) party: Option<Value>,
    pub(crate) alliance: Option<Value>,
    pub(crate) round: Option<Value>,
    pub(crate) votes: Option<Value>,
    pub(crate) share: Option<Value>,
    pub(crate) seats: Option<Value>,
    pub(crate) electoral_votes: Option<Value>,
    pub(crate) details: BTreeMap<String, Value>,
}
