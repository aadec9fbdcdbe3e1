//! Successions between the parties of a country, as one source states them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Contender, DetailValue, PartialDate, fold};

/// Parties of a country in one source: their names, and the successions between them.
///
/// ```
/// use hustings::model::{PartySuccession, Lineage, Party, PartyName};
/// let party = |id: &str, name: &str| Party {
///     id: id.to_owned(),
///     names: vec![PartyName { name: name.to_owned(), since: None }],
///     ..Party::default()
/// };
/// let lineage = Lineage {
///     country: "Ruritania".to_owned(),
///     source: "chronicle".to_owned(),
///     parties: vec![party("1", "Court Party"), party("2", "Royal Party")],
///     successions: vec![PartySuccession { from: "1".to_owned(), to: "2".to_owned(), date: None, note: None }],
///     ..Lineage::default()
/// };
/// assert_eq!(lineage.party("2").unwrap().name(), "Royal Party");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Lineage {
    /// The country.
    pub country: String,
    /// Name of the mapping that imported the lineage.
    pub source: String,
    /// Parameter of the detail that holds the party id of a contender, if there is one.
    pub id_parameter: Option<String>,
    /// The parties.
    pub parties: Vec<Party>,
    /// Successions between the parties.
    pub successions: Vec<PartySuccession>,
}

/// A party, by its id in the source.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Party {
    /// Id in the source, or the name if the source has no ids.
    pub id: String,
    /// Present and former names, in any language. The first is the usual name.
    pub names: Vec<PartyName>,
    /// Identifiers of the party elsewhere, by their scheme: `wikidata`, `partyfacts`, `wikipedia`
    /// (the address of a page).
    pub identifiers: BTreeMap<String, String>,
}

/// A name of a party.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct PartyName {
    /// The name.
    pub name: String,
    /// Date since which the party has used the name, if stated.
    pub since: Option<PartialDate>,
}

/// A succession: a party, or a part of it, became another party or joined it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct PartySuccession {
    /// Id of the predecessor.
    pub from: String,
    /// Id of the successor.
    pub to: String,
    /// Date of the change, with the precision of the source.
    pub date: Option<PartialDate>,
    /// Remark of the source.
    pub note: Option<String>,
}

impl Party {
    /// Returns the title of the party's page in the English Wikipedia, if its identifiers have one.
    #[must_use]
    pub fn page(&self) -> Option<&str> {
        let address = self.identifiers.get("wikipedia")?;
        address.strip_prefix("https://en.wikipedia.org/wiki/")
    }

    /// Returns the usual name, or the id if the party has no name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.names.first().map_or(&self.id, |name| &name.name)
    }

    /// Returns whether the party has or had this name. Names are compared folded.
    #[must_use]
    pub fn has_name(&self, name: &str) -> bool {
        let folded = fold(name);
        self.names.iter().any(|own| fold(&own.name) == folded)
    }
}

impl Lineage {
    /// Returns the party with this id.
    #[must_use]
    pub fn party(&self, id: &str) -> Option<&Party> {
        self.parties.iter().find(|party| party.id == id)
    }

    /// Returns the party id in the details of a contender, if this source provides one.
    #[must_use]
    pub fn party_id<'a>(&self, contender: &'a Contender) -> Option<&'a str> {
        let parameter = self.id_parameter.as_deref()?;
        let found = contender.details.iter().find(|detail| detail.parameter == parameter);
        match &found?.value {
            DetailValue::Text(id) => Some(id),
            _ => None,
        }
    }
}
