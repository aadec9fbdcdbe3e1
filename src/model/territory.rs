//! Names of territories: spellings, codes and adjectives that denote the same territory.
//!
//! The table contains common English names and adjectives, as used in titles ("2017 Kyrgyz
//! presidential election"). The crate `rust_iso3166` provides the ISO 3166-1 codes and English
//! short names. A word that could mean two countries (Congolese, Dominican, Guinean) is not in the
//! table. Names that a territory had at different times are aliases in an archive, not part of this
//! table.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::slug;

/// A territory in the table or in ISO 3166.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Territory {
    /// Common English name.
    pub name: String,
    /// Other spellings, adjectives, and ISO 3166-1 codes.
    pub aliases: Vec<String>,
}

/// Returns the territory with this name, ISO 3166-1 code or adjective.
///
/// ```
/// use hustings::model::territory;
/// assert_eq!(territory("Kyrgyz").unwrap().name, "Kyrgyzstan");
/// assert_eq!(territory("gb"), territory("United Kingdom"));
/// assert_eq!(territory("Ruritania"), None);
/// ```
#[must_use]
pub fn territory(name: &str) -> Option<Territory> {
    find_territory(name).cloned()
}

/// Returns the territory with this name, as a reference into the table.
pub(crate) fn find_territory(name: &str) -> Option<&'static Territory> {
    let (territories, index) = &*TERRITORIES;
    territories.get(*index.get(&slug(name))?)
}

/// Returns every name in the table, with the common name of its territory.
pub(crate) fn territory_names() -> impl Iterator<Item = (&'static str, &'static str)> {
    TERRITORIES.0.iter().flat_map(|territory| {
        let names = std::iter::once(&territory.name).chain(&territory.aliases);
        names.map(|name| (name.as_str(), territory.name.as_str()))
    })
}

/// The territories, and an index from the slug of each name to a position in the list.
static TERRITORIES: LazyLock<(Vec<Territory>, HashMap<String, usize>)> = LazyLock::new(|| {
    let mut territories: Vec<Territory> = Vec::new();
    let mut by_code = HashMap::new();
    for row in include_str!("territories.tsv").lines() {
        let mut cells = row.split('\t');
        let (name, code) = (cells.next().unwrap_or(""), cells.next().unwrap_or(""));
        let aliases = cells.next().unwrap_or("").split('|').filter(|alias| !alias.is_empty());
        if !code.is_empty() {
            by_code.insert(code, territories.len());
        }
        let aliases = aliases.map(str::to_owned).collect();
        territories.push(Territory { name: name.to_owned(), aliases });
    }
    for country in rust_iso3166::ALL {
        let at = *by_code.entry(country.alpha2).or_insert_with(|| {
            territories.push(Territory { name: country.name.to_owned(), aliases: Vec::new() });
            territories.len() - 1
        });
        let territory = &mut territories[at];
        for alias in [country.alpha2, country.alpha3, country.name] {
            if territory.name != alias && !territory.aliases.iter().any(|other| other == alias) {
                territory.aliases.push(alias.to_owned());
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
    fn a_territory_is_found_by_name_code_or_adjective() {
        let cases = [
            ("Greek", "Greece"),
            ("GRC", "Greece"),
            ("UK", "United Kingdom"),
            ("british", "United Kingdom"),
            ("Artsakhian", "Artsakh"),
            ("East German", "East Germany"),
            ("cote-d-ivoire", "Ivory Coast"),
        ];
        for (alias, name) in cases {
            assert_eq!(territory(alias).unwrap().name, name, "{alias}");
        }
        for unclear in ["Congolese", "Dominican", "Korean", "Nagorno-Karabakh"] {
            assert_eq!(territory(unclear), None, "{unclear}");
        }
    }

    #[test]
    fn every_iso_code_is_known_and_every_name_is_unique() {
        for country in rust_iso3166::ALL {
            let found = territory(country.alpha2).unwrap();
            assert!(found.aliases.iter().any(|alias| alias == country.alpha3), "{}", country.name);
        }
        let mut claimed = HashMap::new();
        for territory in &TERRITORIES.0 {
            for name in territory.aliases.iter().chain([&territory.name]).map(|name| slug(name)) {
                let before = claimed.insert(name.clone(), &territory.name);
                assert!(
                    before.is_none_or(|before| *before == territory.name),
                    "{name}: {before:?}, {}",
                    territory.name
                );
            }
        }
    }
}
