//! The keys of the store: one letter for what it is, then what orders it.

use crate::model::{Place, push_ended};

/// What a value of the store is found by.
pub(super) enum Key<'a> {
    /// How far the journal is applied.
    Applied,
    /// The number that the next new election takes.
    NextId,
    /// An import, by number.
    Import(u64),
    /// A territory's alias, by the order in which it came.
    Territory(u64),
    /// The lineage of a country (a slug), from one source.
    Lineage(&'a str, &'a str),
    /// The election with a folded title.
    Title(&'a str),
    /// That the current record of an election has a link to a folded title.
    Link(&'a str, u64),
    /// An election.
    Entry(u64),
    /// An election that has a current record.
    Listed(&'a Place),
    /// That some version of an election stood at a place where the current record does not stand.
    Ever(&'a Place, u64),
}

impl Key<'_> {
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Applied => b"a".to_vec(),
            Self::NextId => b"n".to_vec(),
            Self::Import(number) => join(b"i", &number.to_be_bytes()),
            Self::Territory(number) => join(b"y", &number.to_be_bytes()),
            Self::Lineage(country, source) => join(&Self::lineages(country), source.as_bytes()),
            Self::Title(title) => join(b"t", title.as_bytes()),
            Self::Link(title, id) => join(&Self::links(title), &id.to_be_bytes()),
            Self::Entry(id) => join(b"e", &id.to_be_bytes()),
            Self::Listed(place) => join(b"r", &place.to_bytes()),
            Self::Ever(place, id) => {
                [b"h", place.to_bytes().as_slice(), &id.to_be_bytes()].concat()
            }
        }
    }

    pub(super) fn imports() -> Vec<u8> {
        b"i".to_vec()
    }

    pub(super) fn territories() -> Vec<u8> {
        b"y".to_vec()
    }

    /// Of every source's lineage of one country.
    pub(super) fn lineages(country: &str) -> Vec<u8> {
        join(b"p", &Place::country_prefix(country))
    }

    pub(super) fn entries() -> Vec<u8> {
        b"e".to_vec()
    }

    pub(super) fn titles() -> Vec<u8> {
        b"t".to_vec()
    }

    /// Of every link to one title.
    pub(super) fn links(title: &str) -> Vec<u8> {
        let mut key = b"l".to_vec();
        push_ended(&mut key, title);
        key
    }

    pub(super) fn lists(country: Option<&str>) -> Vec<u8> {
        join(b"r", &country.map(Place::country_prefix).unwrap_or_default())
    }

    pub(super) fn lists_of_year(country: &str, year: Option<i32>) -> Vec<u8> {
        join(b"r", &Place::year_prefix(country, year))
    }

    /// Of every place in a country where a version stood.
    pub(super) fn ever_of(country: &str) -> Vec<u8> {
        join(b"h", &Place::country_prefix(country))
    }

    pub(super) fn ever(country: &str, year: Option<i32>) -> Vec<u8> {
        join(b"h", &Place::year_prefix(country, year))
    }
}

/// The number of an election at the end of a key.
pub(super) fn last_number(key: &[u8]) -> Option<u64> {
    key.last_chunk().map(|bytes| u64::from_be_bytes(*bytes))
}

fn join(left: &[u8], right: &[u8]) -> Vec<u8> {
    [left, right].concat()
}
