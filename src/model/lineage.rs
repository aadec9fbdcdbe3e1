//! How the parties of a country descend from each other, as one source has it.

use serde::{Deserialize, Serialize};

use super::{Contender, PartialDate, Value, fold};

/// What one source says of the parties of a country: their names, and which became which.
///
/// ```
/// use hustings::model::{Descent, Lineage, Party, PartyName};
/// let party = |id: &str, name: &str| Party {
///     id: id.to_owned(),
///     names: vec![PartyName { name: name.to_owned(), since: None }],
/// };
/// let lineage = Lineage {
///     country: "Ruritania".to_owned(),
///     source: "chronicle".to_owned(),
///     parties: vec![party("1", "Court Party"), party("2", "Royal Party")],
///     changes: vec![Descent { from: "1".to_owned(), to: "2".to_owned(), date: None, note: None }],
///     ..Lineage::default()
/// };
/// assert_eq!(lineage.party("2").unwrap().name(), "Royal Party");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Lineage {
    /// The country.
    pub country: String,
    /// Whose word it is: the name of the mapping that read it.
    pub source: String,
    /// The detail of a contender that holds the id of its party, where contenders have one.
    pub detail: Option<String>,
    /// The parties.
    pub parties: Vec<Party>,
    /// Which became which.
    pub changes: Vec<Descent>,
}

/// A party, by its id in the source.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Party {
    /// The id; where the source has none, the name.
    pub id: String,
    /// Every name that it has or had, in any language; the first is what it is called.
    pub names: Vec<PartyName>,
}

/// A name of a party.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PartyName {
    /// The name.
    pub name: String,
    /// Since when it has it, where the source says.
    pub since: Option<PartialDate>,
}

/// A party, or a part of it, became another or joined it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Descent {
    /// The id of the earlier.
    pub from: String,
    /// The id of the later.
    pub to: String,
    /// When, as precisely as the source knows.
    pub date: Option<PartialDate>,
    /// What the source says of it.
    pub note: Option<String>,
}

impl Party {
    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        self.names.first().map_or(&self.id, |name| &name.name)
    }

    /// Whether this is one of its names.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        let folded = fold(name);
        self.names.iter().any(|own| fold(&own.name) == folded)
    }
}

impl Lineage {
    /// The party with this id.
    #[must_use]
    pub fn party(&self, id: &str) -> Option<&Party> {
        self.parties.iter().find(|party| party.id == id)
    }

    /// The id of a contender's party, where its details have one of this source.
    #[must_use]
    pub fn id_of<'a>(&self, contender: &'a Contender) -> Option<&'a str> {
        let parameter = self.detail.as_deref()?;
        let found = contender.details.iter().find(|detail| detail.parameter == parameter);
        match &found?.value {
            Value::Text(id) => Some(id),
            _ => None,
        }
    }
}
