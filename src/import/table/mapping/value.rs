//! Where a value comes from: a column, a template of columns, or a constant.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Value {
    Column(String),
    Given(Given),
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Given {
    pub(crate) column: Option<String>,
    pub(crate) constant: Option<String>,
    /// Text with columns in braces.
    pub(crate) template: Option<String>,
    /// What the values of columns stand for.
    pub(crate) values: BTreeMap<String, String>,
    /// The value stands only where these columns have these values.
    pub(crate) when: BTreeMap<String, String>,
    /// How a date is written, after `time`'s format descriptions.
    pub(crate) format: Option<String>,
    /// The cell names another row of the election, by its value in this column; the value is whose row it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) row: Option<String>,
    /// Of what a share is a number; percent where it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unit: Option<Unit>,
}

/// Of what a share is a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Unit {
    /// 60 is 60 %.
    Percent,
    /// 0.6 is 60 %.
    Fraction,
}

impl Unit {
    pub(super) const ALL: [(&str, Self); 2] =
        [("percent", Self::Percent), ("fraction", Self::Fraction)];
}

impl Value {
    /// The columns that it is made of.
    pub(crate) fn columns(&self) -> Vec<&str> {
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

    /// The one column that it is, with what its cells stand for.
    pub(crate) fn column(&self) -> Option<(&str, Option<&Given>)> {
        match self {
            Self::Column(column) => Some((column, None)),
            Self::Given(given) => Some((given.column.as_deref()?, Some(given))),
        }
    }

    /// The name of the column that it is; empty where it is no single column.
    pub(crate) fn column_name(&self) -> &str {
        self.column().map_or("", |(column, _)| column)
    }

    /// What it is called in messages: its column, or its template.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Column(column) => column,
            Self::Given(given) => {
                given.column.as_deref().or(given.template.as_deref()).unwrap_or_default()
            }
        }
    }

    /// Whether it is the same in every row.
    pub(crate) fn is_constant(&self) -> bool {
        matches!(self, Self::Given(given) if given.constant.is_some() && given.when.is_empty())
    }

    /// How a date is written in it.
    pub(crate) fn format(&self) -> Option<&str> {
        if let Self::Given(given) = self { given.format.as_deref() } else { None }
    }

    /// Of what a share in it is a number.
    pub(crate) fn unit(&self) -> Unit {
        let given = if let Self::Given(given) = self { given.unit } else { None };
        given.unwrap_or(Unit::Percent)
    }
}
