//! The built-in mappings: those of data sets whose layout is stable.

use super::Mapping;

/// A mapping that is a part of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct BuiltInMapping {
    /// Name by which it is chosen.
    pub name: &'static str,
    /// The data set and its licence, in a line.
    pub description: &'static str,
    /// The mapping in TOML.
    pub text: &'static str,
}

macro_rules! built_in {
    ($($name:literal: $description:literal;)*) => {
        /// The built-in mappings, in the order in which they are listed.
        const BUILT_IN_MAPPINGS: &[BuiltInMapping] = &[$(BuiltInMapping {
            name: $name,
            description: $description,
            text: include_str!(concat!("../built_in/", $name, ".toml")),
        }),*];
    };
}

built_in! {
    "parlgov": "ParlGov: election_result.csv, with the tables beside it (MIT)";
    "partyfacts": "Party Facts: parlgov.csv, with the tables beside it (MIT)";
    "parlgov-view": "ParlGov: view_election.csv alone (MIT)";
    "medsl-president": "MIT Election Lab: presidential elections by state, 1976 and later (CC0)";
    "medsl-senate": "MIT Election Lab: Senate elections by state, 1976 and later (CC0)";
    "medsl-house": "MIT Election Lab: House elections by district, 1976 and later (CC0)";
    "medsl-county": "MIT Election Lab: presidential elections by county, 2000 and later (CC0)";
    "aec-first-preferences": "Australian Electoral Commission: House first preferences by candidate by vote type (CC BY 4.0)";
    "bundeswahlleiter-kerg2": "Bundeswahlleiterin: kerg2.csv, second votes by constituency (dl-de/by-2-0)";
    "v-party": "V-Dem's V-Party: parties in elections, version 2 (CC BY-SA 4.0)";
}

impl Mapping {
    /// Returns the built-in mappings.
    ///
    /// ```
    /// use hustings::formats::Mapping;
    /// assert!(Mapping::built_in().any(|mapping| mapping.name == "parlgov"));
    /// ```
    pub fn built_in() -> impl Iterator<Item = BuiltInMapping> {
        BUILT_IN_MAPPINGS.iter().copied()
    }
}
