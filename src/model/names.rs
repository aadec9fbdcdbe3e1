//! The names in a record: of the election, of contenders, and of what else a search finds.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Contest, Election, OfficeHolder, Reference};

/// What a name in a record is the name of.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NameKind {
    /// A person: a contender, a running mate, or the holder of an office.
    #[default]
    Person,
    /// A party or an alliance.
    Party,
    /// An option, other than a contender, that votes are counted for.
    Option,
    /// A territory that votes.
    Territory,
    /// A title or a name of an election or a contest.
    Title,
}

impl NameKind {
    /// Every kind.
    pub const ALL: [Self; 5] =
        [Self::Person, Self::Party, Self::Option, Self::Territory, Self::Title];
}

impl fmt::Display for NameKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Person => "person",
            Self::Party => "party",
            Self::Option => "option",
            Self::Territory => "territory",
            Self::Title => "title",
        })
    }
}

impl FromStr for NameKind {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|kind| kind.to_string() == name);
        found.ok_or_else(|| format!("expected a kind of name, found '{name}'"))
    }
}

impl Election {
    /// Passes every name in the record to `add`, in the order of the record. Names may be repeated.
    pub(crate) fn for_each_name<'a>(&'a self, add: &mut dyn FnMut(NameKind, &'a str)) {
        add(NameKind::Title, &self.title);
        self.name.iter().for_each(|name| add(NameKind::Title, name));
        self.country.iter().for_each(|country| add(NameKind::Territory, country));
        self.contests.iter().chain(&self.results).for_each(|contest| contest.for_each_name(add));
    }
}

impl Contest {
    fn for_each_name<'a>(&'a self, add: &mut dyn FnMut(NameKind, &'a str)) {
        self.name.iter().for_each(|name| add(NameKind::Title, name));
        for contender in &self.contenders {
            let people = contender.people.iter().chain(&contender.running_mates);
            add_all(NameKind::Person, people, add);
            add_all(NameKind::Party, contender.party.iter().chain(&contender.alliances), add);
        }
        self.options.iter().for_each(|option| add(NameKind::Option, &option.name));
        for OfficeHolder { person, party } in self.before.iter().chain(&self.after) {
            add_all(NameKind::Person, person.iter(), add);
            add_all(NameKind::Party, party.iter(), add);
        }
    }
}

fn add_all<'a>(
    kind: NameKind,
    references: impl Iterator<Item = &'a Reference>,
    add: &mut dyn FnMut(NameKind, &'a str),
) {
    references.for_each(|reference| add(kind, &reference.name));
}
