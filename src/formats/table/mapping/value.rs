//! Sources of a value: a column, a template of columns, or a constant.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::condition::Conditions;
use super::pattern::Pattern;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum ValueSource {
    Column(String),
    Settings(Box<ValueSettings>),
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
    /// Conditions on columns under which the value applies.
    pub(crate) when: Conditions,
    /// Format of a date or a time, as a format description of the `time` crate.
    pub(crate) format: Option<String>,
    /// Column in which the cell's text identifies another row of the election. The value is the
    /// party of that row, or else its person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) row: Option<String>,
    /// Unit of a share; percent if `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) unit: Option<ShareUnit>,
    /// Columns whose counts are added.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) sum: Vec<String>,
    /// Meaning of a blank part of a sum; unknown if `None`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) blank: Option<BlankPart>,
    /// Part of the text: the first group of this expression, or else its match.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pattern: Option<Pattern>,
    /// Part of the name of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<Pattern>,
    /// Line above the header, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<u32>,
    /// Decimal mark of the numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) decimal: Option<char>,
    /// Separator of groups of digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) thousands: Option<char>,
    /// Whether marks of footnotes after numbers are removed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) footnotes: bool,
    /// Columns that identify the parts of a contest each of which states the figure. The figures of
    /// the parts are added.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) per: Vec<String>,
}

/// Meaning of a blank part of a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BlankPart {
    /// The part is zero.
    Zero,
}

impl BlankPart {
    pub(super) const ALL: [(&str, Self); 1] = [("zero", Self::Zero)];
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
        let others = settings.when.keys().chain(&settings.row);
        columns.extend(others.chain(&settings.sum).chain(&settings.per).map(String::as_str));
        // The names in the template of a text outside the rows are groups of its expression.
        let outside = [settings.file.as_ref(), settings.pattern.as_ref()].into_iter().flatten();
        let groups: Vec<&str> = match self.is_outside_rows() {
            true => outside.flat_map(Pattern::group_names).collect(),
            false => Vec::new(),
        };
        let parts = settings.template.iter().flat_map(|template| template.split('{').skip(1));
        let names = parts.filter_map(|part| Some(part.split_once('}')?.0));
        columns.extend(names.filter(|name| !groups.contains(name)));
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
                let sum = settings.sum.first().map(String::as_str);
                settings
                    .column
                    .as_deref()
                    .or(settings.template.as_deref())
                    .or(sum)
                    .unwrap_or_default()
            }
        }
    }

    /// Returns whether the value is the same in every row.
    pub(crate) fn is_constant(&self) -> bool {
        matches!(self, Self::Settings(settings) if settings.constant.is_some() && settings.when.is_empty())
    }

    /// Returns whether the value is the same in every row of a table: a constant, or a text from the
    /// name of the file or from a line above the header.
    pub(crate) fn is_same_in_table(&self) -> bool {
        let is_unconditional = matches!(self, Self::Settings(settings) if settings.when.is_empty());
        self.is_constant()
            || is_unconditional && self.is_outside_rows() && self.columns().is_empty()
    }

    fn is_outside_rows(&self) -> bool {
        self.is_from_file_name() || self.line().is_some()
    }

    /// Returns whether the value is taken from the name of the file.
    pub(crate) fn is_from_file_name(&self) -> bool {
        matches!(self, Self::Settings(settings) if settings.file.is_some())
    }

    /// Returns the line above the header that the value is taken from.
    pub(crate) fn line(&self) -> Option<u32> {
        if let Self::Settings(settings) = self { settings.line } else { None }
    }

    /// Returns the columns whose counts are added; none if the value is not a sum.
    pub(crate) fn summed_columns(&self) -> &[String] {
        if let Self::Settings(settings) = self { &settings.sum } else { &[] }
    }

    /// Returns the columns that identify the parts of a contest whose figures are added.
    pub(crate) fn per(&self) -> &[String] {
        if let Self::Settings(settings) = self { &settings.per } else { &[] }
    }

    /// Returns the settings, unless the value is a plain column name.
    pub(crate) fn settings(&self) -> Option<&ValueSettings> {
        if let Self::Settings(settings) = self { Some(settings) } else { None }
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
