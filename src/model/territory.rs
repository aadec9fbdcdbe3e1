//! Country names: which spellings, codes and adjectives name the same territory.
//!
//! The table holds common English names and adjectives, as titles use them ("2017 Kyrgyz
//! presidential election"); the codes and formal names are ISO 3166's, from a crate. A word that
//! could mean two countries (Congolese, Dominican, Guinean) names neither. Which territories are
//! one under two names is not for this table to say but for an archive's aliases.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::slug;

/// A territory that the table or ISO 3166 knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Territory {
    /// The name in English, as sources mostly spell it.
    pub name: String,
    /// Every other spelling, with the ISO 3166-1 codes.
    pub aliases: Vec<String>,
}

/// The territory that a name, an ISO 3166-1 code or an adjective names.
///
/// ```
/// use hustings::model::territory;
/// assert_eq!(territory("Kyrgyz").unwrap().name, "Kyrgyzstan");
/// assert_eq!(territory("gb"), territory("United Kingdom"));
/// assert_eq!(territory("Ruritania"), None);
/// ```
#[must_use]
pub fn territory(name: &str) -> Option<Territory> {
    known(name).cloned()
}

/// The same, where it is kept.
pub(crate) fn known(name: &str) -> Option<&'static Territory> {
    let (territories, index) = &*TABLE;
    territories.get(*index.get(&slug(name))?)
}

/// Every name that the table has, with the common name of its territory.
pub(crate) fn territory_names() -> impl Iterator<Item = (&'static str, &'static str)> {
    TABLE.0.iter().flat_map(|territory| {
        let names = std::iter::once(&territory.name).chain(&territory.aliases);
        names.map(|name| (name.as_str(), territory.name.as_str()))
    })
}

/// The territories, and where each of their slugs stands among them.
static TABLE: LazyLock<(Vec<Territory>, HashMap<String, usize>)> = LazyLock::new(|| {
    let mut territories: Vec<Territory> = Vec::new();
    let mut coded = HashMap::new();
    for row in include_str!("territories.tsv").lines() {
        let mut cells = row.split('\t');
        let (name, code) = (cells.next().unwrap_or(""), cells.next().unwrap_or(""));
        let aliases = cells.next().unwrap_or("").split('|').filter(|alias| !alias.is_empty());
        if !code.is_empty() {
            coded.insert(code, territories.len());
        }
        let aliases = aliases.map(str::to_owned).collect();
        territories.push(Territory { name: name.to_owned(), aliases });
    }
    for country in rust_iso3166::ALL {
        let at = *coded.entry(country.alpha2).or_insert_with(|| {
            territories.push(Territory { name: country.name.to_owned(), aliases: Vec::new() });
            territories.len() - 1
        });
        let known = &mut territories[at];
        for alias in [country.alpha2, country.alpha3, country.name] {
            if known.name != alias && !known.aliases.iter().any(|other| other == alias) {
                known.aliases.push(alias.to_owned());
            }
        }
    }
    let mut index = HashMap::new();
    for (at, territory) in territories.iter().enumerate() {
        for name in territory.aliases.iter().chain([&territory.name]) {
            index.entry(slug(name)).or_insert(at);
        }
    }
    (territories, index)
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_codes_and_adjectives_lead_to_one_territory() {
        let cases = [
            ("Greek", "Greece"),
            ("GRC", "Greece"),
            ("UK", "United Kingdom"),
            ("british", "United Kingdom"),
            ("Artsakhian", "Artsakh"),
            ("East German", "East Germany"),
            ("cote-d-ivoire", "Ivory Coast"),
        ];
        for (given, name) in cases {
            assert_eq!(territory(given).unwrap().name, name, "{given}");
        }
        for unclear in ["Congolese", "Dominican", "Korean", "Nagorno-Karabakh"] {
            assert_eq!(territory(unclear), None, "{unclear}");
        }
    }

    #[test]
    fn every_code_is_known_and_no_name_is_two_territories() {
        for country in rust_iso3166::ALL {
            let found = territory(country.alpha2).unwrap();
            assert!(found.aliases.iter().any(|alias| alias == country.alpha3), "{}", country.name);
        }
        let mut claimed = HashMap::new();
        for known in &TABLE.0 {
            for name in known.aliases.iter().chain([&known.name]).map(|name| slug(name)) {
                let before = claimed.insert(name.clone(), &known.name);
                assert!(
                    before.is_none_or(|before| *before == known.name),
                    "{name}: {before:?}, {}",
                    known.name
                );
            }
        }
    }
}
