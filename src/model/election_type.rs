//! Types of elections and contests, as sources name them.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The type of an election or a contest, as sources name it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ElectionType {
    /// Election of a president.
    Presidential,
    /// Election of a parliament.
    Parliamentary,
    /// Election of a legislature.
    Legislative,
    /// Election to several offices at once, or of the parliament in countries that use this name.
    General,
    /// Election within a party, or to choose a nominee.
    Primary,
    /// Election to a vacant seat.
    ByElection,
    /// Any other type, in lower case: "gubernatorial", "constitutional assembly".
    Other(String),
}

impl ElectionType {
    /// Types with a variant of their own.
    pub const NAMED: [Self; 6] = [
        Self::Presidential,
        Self::Parliamentary,
        Self::Legislative,
        Self::General,
        Self::Primary,
        Self::ByElection,
    ];

    /// Returns the name as used in addresses: `presidential`, `by-election`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Presidential => "presidential",
            Self::Parliamentary => "parliamentary",
            Self::Legislative => "legislative",
            Self::General => "general",
            Self::Primary => "primary",
            Self::ByElection => "by-election",
            Self::Other(name) => name,
        }
    }

    /// Returns whether results of the two types are comparable: the types are the same, or both
    /// are names for the election of a parliament (parliamentary, legislative, general).
    #[must_use]
    pub fn is_comparable_to(&self, other: &Self) -> bool {
        let is_parliament =
            |kind: &Self| matches!(kind, Self::Parliamentary | Self::Legislative | Self::General);
        self == other || (is_parliament(self) && is_parliament(other))
    }
}

impl fmt::Display for ElectionType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl ElectionType {
    /// Returns the type with this name. ASCII comparison suffices, because no non-ASCII character
    /// is an upper-case form of a letter in these names.
    pub(crate) fn from_name(name: &str) -> Self {
        let name = name.trim();
        let is = |word: &str| name.eq_ignore_ascii_case(word);
        match name {
            _ if is("presidential") => Self::Presidential,
            _ if is("parliamentary") => Self::Parliamentary,
            _ if is("legislative") => Self::Legislative,
            _ if is("general") => Self::General,
            _ if is("primary") => Self::Primary,
            _ if is("by-election") || is("byelection") || is("by election") => Self::ByElection,
            _ => Self::Other(name.to_lowercase()),
        }
    }
}

impl From<String> for ElectionType {
    fn from(name: String) -> Self {
        Self::from_name(&name)
    }
}

impl Serialize for ElectionType {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ElectionType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(ElectionTypeVisitor)
    }
}

struct ElectionTypeVisitor;

impl Visitor<'_> for ElectionTypeVisitor {
    type Value = ElectionType;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a type")
    }

    fn visit_str<E>(self, name: &str) -> Result<ElectionType, E> {
        Ok(ElectionType::from_name(name))
    }
}

impl FromStr for ElectionType {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(Self::from_name(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn election_types_are_parsed_serialised_and_compared() {
        assert_eq!(ElectionType::from("Presidential ".to_owned()), ElectionType::Presidential);
        assert_eq!(
            serde_json::to_string(&ElectionType::Other("gubernatorial".into())).unwrap(),
            "\"gubernatorial\""
        );
        assert!(ElectionType::General.is_comparable_to(&ElectionType::Parliamentary));
        assert!(!ElectionType::General.is_comparable_to(&ElectionType::Presidential));
    }
}
