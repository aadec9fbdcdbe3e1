//! Typed values without a field of their own, and texts that could not be parsed, with the reason.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Decimal, PollingDate, Reference, group_digits};

/// A typed value without a field of its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Detail {
    /// Name of the infobox parameter, as in the parameter table: `map2_image`.
    pub parameter: String,
    /// Label in the source, if it is in an extra row of an infobox: "Constituency vote".
    #[serde(default)]
    pub label: Option<String>,
    /// Value of the detail.
    pub value: DetailValue,
}

/// The value of a detail, by type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DetailValue {
    /// Text.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// A non-negative integer.
    Count(u64),
    /// Any other number.
    Number(Decimal),
    /// A share in percent.
    Share(Decimal),
    /// A change, with its sign.
    Change(Decimal),
    /// Dates.
    Dates(Vec<PollingDate>),
    /// People, parties, places or pages.
    Refs(Vec<Reference>),
    /// Size of a picture in pixels. At least one side is stated.
    Size {
        /// Width in pixels.
        width: Option<u32>,
        /// Height in pixels.
        height: Option<u32>,
    },
    /// Name of a file.
    File(String),
    /// A colour: a name, or `#` and hexadecimal digits.
    Colour(String),
}

impl fmt::Display for DetailValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |side: &Option<u32>| side.map(|pixels| pixels.to_string()).unwrap_or_default();
        match self {
            Self::Text(text) | Self::File(text) | Self::Colour(text) => f.write_str(text),
            Self::Flag(flag) => f.write_str(if *flag { "yes" } else { "no" }),
            Self::Count(count) => f.write_str(&group_digits(*count)),
            Self::Number(number) => write!(f, "{number}"),
            Self::Change(change) => write!(f, "{change:+}"),
            Self::Share(share) => write!(f, "{share} %"),
            Self::Dates(dates) => write_joined(f, dates),
            Self::Refs(refs) => write_joined(f, refs),
            Self::Size { width, height: None } => write!(f, "{}px", side(width)),
            Self::Size { width, height } => write!(f, "{}x{}px", side(width), side(height)),
        }
    }
}

fn write_joined<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T]) -> fmt::Result {
    for (at, item) in items.iter().enumerate() {
        write!(f, "{}{item}", if at == 0 { "" } else { ", " })?;
    }
    Ok(())
}

/// A text of the source that could not be parsed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UnparsedField {
    /// Label in the source.
    pub label: String,
    /// Text in the source.
    pub text: String,
    /// Reason why the text could not be parsed.
    pub reason: UnparsedReason,
    /// Line of the source, counted from 1.
    #[serde(default)]
    pub line: Option<u32>,
}

/// The reason why a text was not parsed into a typed value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum UnparsedReason {
    /// No parameter has this label.
    UnknownLabel,
    /// The line of the infobox has no label.
    NoLabel,
    /// A placeholder for no value: a dash, or "N/A".
    Nothing,
    /// A placeholder for a value not known yet: "TBD".
    Pending,
    /// The label is repeated, and the record holds the value of another occurrence.
    Repeated,
    /// The text does not have the form of the parameter. Holds the expected form.
    Expected(String),
    /// The text was parsed in part. Holds the remaining words.
    Leftover(String),
    /// Words that name no one: "Vacant", "Hung parliament".
    NoOne,
    /// The text contains an unknown template or tag, in place of which a reader of the source sees
    /// other words.
    UnknownMarkup(String),
    /// Tables of results or infoboxes that were not parsed. Holds their number and kind.
    NotRead(String),
}

impl UnparsedReason {
    pub(crate) fn expected(form: &str) -> Self {
        Self::Expected(form.to_owned())
    }
}

impl fmt::Display for UnparsedReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownLabel => f.write_str("no parameter has this label"),
            Self::NoLabel => f.write_str("it has no label"),
            Self::Nothing => f.write_str("states that there is nothing"),
            Self::Pending => f.write_str("not known yet"),
            Self::Repeated => f.write_str("duplicate label"),
            Self::Expected(form) => write!(f, "expected {form}"),
            Self::Leftover(words) => write!(f, "unparsed remainder '{words}'"),
            Self::NoOne => f.write_str("names no one"),
            Self::UnknownMarkup(markup) => write!(f, "has markup that is not known: {markup}"),
            Self::NotRead(tables) => write!(f, "not read: {tables}"),
        }
    }
}
