//! What no named field holds: typed details, and texts that were not understood, with the reason.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Decimal, PollingDate, Ref, grouped};

/// A typed value that no named field of the model holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detail {
    /// The parameter, as the table of infobox parameters spells it: `map2_image`.
    pub parameter: String,
    /// The label that the source gives it, in an extra row of an infobox: "Constituency vote".
    #[serde(default)]
    pub label: Option<String>,
    /// Its value.
    pub value: Value,
}

/// A value with its type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Words.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// A whole number.
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
    Refs(Vec<Ref>),
    /// A picture's size in pixels; one side may be left open.
    Size {
        /// Pixels from left to right.
        width: Option<u32>,
        /// Pixels from top to bottom.
        height: Option<u32>,
    },
    /// The name of a file.
    File(String),
    /// A colour: a name, or `#` and hexadecimal digits.
    Colour(String),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |side: &Option<u32>| side.map(|pixels| pixels.to_string()).unwrap_or_default();
        match self {
            Self::Text(text) | Self::File(text) | Self::Colour(text) => f.write_str(text),
            Self::Flag(flag) => f.write_str(if *flag { "yes" } else { "no" }),
            Self::Count(count) => f.write_str(&grouped(*count)),
            Self::Number(number) => write!(f, "{number}"),
            Self::Change(change) => write!(f, "{change:+}"),
            Self::Share(share) => write!(f, "{share} %"),
            Self::Dates(dates) => listed(f, dates),
            Self::Refs(refs) => listed(f, refs),
            Self::Size { width, height: None } => write!(f, "{}px", side(width)),
            Self::Size { width, height } => write!(f, "{}x{}px", side(width), side(height)),
        }
    }
}

fn listed<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T]) -> fmt::Result {
    for (at, item) in items.iter().enumerate() {
        write!(f, "{}{item}", if at == 0 { "" } else { ", " })?;
    }
    Ok(())
}

/// Something that the source says and that was not understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The label, as it stands.
    pub label: String,
    /// The text, as it stands.
    pub text: String,
    /// Why it is here.
    pub reason: Reason,
    /// The line of the source, counted from 1.
    #[serde(default)]
    pub line: Option<u32>,
}

/// Why a text was not read into a typed value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No parameter has this label.
    UnknownLabel,
    /// A line of the box without a label.
    NoLabel,
    /// A dash, or "N/A": the source says that there is nothing to say.
    Nothing,
    /// "TBD": not known yet.
    Pending,
    /// The label stood more than once, and another text was taken.
    Repeated,
    /// Not of the form that the parameter has: what was expected.
    Expected(String),
    /// Read in part: the words that were left over.
    Leftover(String),
    /// "Vacant", "Hung parliament": words that name no one.
    NoOne,
    /// A template or a tag that is not known, and so words that a reader sees and the record does not have.
    UnknownMarkup(String),
    /// Tables of results, or boxes of other kinds, which are not read: how many, and what they are.
    NotRead(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownLabel => f.write_str("no parameter has this label"),
            Self::NoLabel => f.write_str("it has no label"),
            Self::Nothing => f.write_str("states that there is nothing"),
            Self::Pending => f.write_str("not known yet"),
            Self::Repeated => f.write_str("the label stands more than once"),
            Self::Expected(what) => write!(f, "expected {what}"),
            Self::Leftover(words) => write!(f, "read but for '{words}'"),
            Self::NoOne => f.write_str("names no one"),
            Self::UnknownMarkup(markup) => write!(f, "has markup that is not known: {markup}"),
            Self::NotRead(what) => write!(f, "not read: {what}"),
        }
    }
}
