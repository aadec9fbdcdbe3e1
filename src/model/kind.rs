//! The types of elections and contests, as sources name them.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The type of an election or a contest, as sources name it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// For a president.
    Presidential,
    /// For a parliament.
    Parliamentary,
    /// For a legislature.
    Legislative,
    /// For several offices at once, or for the parliament where that is the custom.
    General,
    /// Within a party, or to choose who stands.
    Primary,
    /// For a vacant seat.
    ByElection,
    /// Any other, in lower case: "gubernatorial", "constitutional assembly".
    Other(String),
}

impl Kind {
    /// The types that have names here.
    pub const NAMED: [Self; 6] = [
        Self::Presidential,
        Self::Parliamentary,
        Self::Legislative,
        Self::General,
        Self::Primary,
        Self::ByElection,
    ];

    /// The name as an address has it: `presidential`, `by-election`.
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

    /// Whether results of the two types can be compared: the same type, or two words for the
    /// election of a parliament (parliamentary, legislative, general).
    #[must_use]
    pub fn comparable(&self, other: &Self) -> bool {
        let parliament =
            |kind: &Self| matches!(kind, Self::Parliamentary | Self::Legislative | Self::General);
        self == other || (parliament(self) && parliament(other))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Kind {
    /// The type that a name means. None of the words that are known has a letter that anything but
    /// ASCII's is the capital of.
    pub(crate) fn named(name: &str) -> Self {
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

impl From<String> for Kind {
    fn from(name: String) -> Self {
        Self::named(&name)
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Named)
    }
}

struct Named;

impl Visitor<'_> for Named {
    type Value = Kind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a type")
    }

    fn visit_str<E>(self, name: &str) -> Result<Kind, E> {
        Ok(Kind::named(name))
    }
}

impl FromStr for Kind {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(Self::named(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_words() {
        assert_eq!(Kind::from("Presidential ".to_owned()), Kind::Presidential);
        assert_eq!(
            serde_json::to_string(&Kind::Other("gubernatorial".into())).unwrap(),
            "\"gubernatorial\""
        );
        assert!(Kind::General.comparable(&Kind::Parliamentary));
        assert!(!Kind::General.comparable(&Kind::Presidential));
    }
}
