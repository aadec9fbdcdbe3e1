//! Sources of a value: a column, a template of columns, or a constant.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum ValueSource {
    Column(String),
    Settings(ValueSettings),
}

/// The settings of a value that is not a plain column name.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ValueSettings {
    pub(crate) column: Option<String>,
    pub(crate) constant: Option<String>,
    /// Text with column names in braces.
    pub(crate) template: Option<String>,
    /// Replacements for cell texts.
    pub(crate) values: BTreeMap<String, String>,
    /// Columns and the texts that they must have for the value to apply.
    pub(crate) when: BTreeMap<String, String>,
    /// Format of a date or a time, as a format description of the `time` crate.
    pub(crate) format: Option<String>,
    /// Column in which the cell's text identifies another row of the election. The value is the
    /// party of that row, or else its person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) row: Option<String>,
    /// Unit of a share; percent if `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unit: Option<ShareUnit>,
}

/// Unit of a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ShareUnit {
    /// 60 is 60 %.
    Percent,
    /// 0.6 is 60 %.
    Fraction,
}

impl ShareUnit {
    pub(super) const ALL: [(&str, Self); 2] =
        [("percent", Self::Percent), ("fraction", Self::Fraction)];
}

impl ValueSource {
    /// Returns the columns that the value depends on.
    pub(crate) fn columns(&self) -> Vec<&str> {
        let settings = match self {
            Self::Column(column) => return vec![column],
            Self::Settings(settings) => settings,
        };
        let mut columns: Vec<&str> = settings.column.iter().map(String::as_str).collect();
        columns.extend(settings.when.keys().chain(&settings.row).map(String::as_str));
        let parts = settings.template.iter().flat_map(|template| template.split('{').skip(1));
        columns.extend(parts.filter_map(|part| Some(part.split_once('}')?.0)));
        columns
    }

    /// Returns the value's only column and, if there are any, its other settings; `None` for a
    /// template or a constant.
    pub(crate) fn column(&self) -> Option<(&str, Option<&ValueSettings>)> {
        match self {
            Self::Column(column) => Some((column, None)),
            Self::Settings(settings) => Some((settings.column.as_deref()?, Some(settings))),
        }
    }

    /// Returns the name of the value's only column; empty for a template or a constant.
    pub(crate) fn column_name(&self) -> &str {
        self.column().map_or("", |(column, _)| column)
    }

    /// Returns the name for messages: the column, or the template; empty for a constant.
    pub(crate) fn name(&self) -> &str {
        match self {
            Self::Column(column) => column,
            Self::Settings(settings) => {
                settings.column.as_deref().or(settings.template.as_deref()).unwrap_or_default()
            }
        }
    }

    /// Returns whether the value is the same in every row.
    pub(crate) fn is_constant(&self) -> bool {
        matches!(self, Self::Settings(settings) if settings.constant.is_some() && settings.when.is_empty())
    }

    /// Returns the format description of a date or a time.
    pub(crate) fn format(&self) -> Option<&str> {
        if let Self::Settings(settings) = self { settings.format.as_deref() } else { None }
    }

    /// Returns the unit of a share.
    pub(crate) fn unit(&self) -> ShareUnit {
        let unit = if let Self::Settings(settings) = self { settings.unit } else { None };
        unit.unwrap_or(ShareUnit::Percent)
    }
}
