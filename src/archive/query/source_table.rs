//! The names of all sources of an archive.

use std::collections::{HashMap, HashSet};

use crate::Result;
use crate::index::{StateView, VersionRow};
use crate::model::{Source, source_key_name};

/// The names of all sources.
#[derive(Debug, Default)]
pub(super) struct SourceTable {
    /// Name of each source, by its number. Several numbers have one name if folders were assigned
    /// to a source.
    pub(super) names: Vec<String>,
    /// Numbers of the sources, by key.
    pub(super) numbers: HashMap<String, u32>,
    /// Names of the sources in the order of preference.
    pub(super) order: Vec<String>,
}

impl SourceTable {
    pub(super) fn name(&self, number: u32) -> Option<&str> {
        self.names.get(number as usize).map(String::as_str)
    }

    /// Returns whether a source has this name.
    pub(super) fn contains(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    /// Returns the name of the source of a version.
    pub(super) fn version_source(&self, version: &VersionRow) -> String {
        let key = version.source_key();
        let name = self.numbers.get(&key).and_then(|number| self.name(*number));
        name.map_or_else(|| source_key_name(&key), str::to_owned)
    }

    /// Reads the names of all sources.
    pub(super) fn read(view: &StateView<'_>) -> Result<Self> {
        let mut assigned: HashMap<String, String> = HashMap::new();
        for row in view.sources()? {
            let name = row.description.name().to_owned();
            assigned.extend(row.folders.into_iter().map(|key| (key, name.clone())));
        }
        let mut table = Self::default();
        // The names of folders stay the same when one of them is assigned to a source.
        let mut own_names = UniqueNames::default();
        for (number, key) in (0..).zip(view.source_keys()?) {
            let own_name = match Source::new(key.as_str()) {
                Ok(_) => key.clone(),
                Err(_) => own_names.add(source_key_name(&key)),
            };
            table.names.push(assigned.get(&key).unwrap_or(&own_name).clone());
            table.numbers.insert(key, number);
        }
        for key in view.source_order()? {
            let number = table.numbers.get(&key);
            let name = number.and_then(|number| table.name(*number)).map(str::to_owned);
            let name = name.unwrap_or(key);
            if !table.order.contains(&name) {
                table.order.push(name);
            }
        }
        Ok(table)
    }
}

/// Names that differ: folders of one name are different sources.
#[derive(Debug, Default)]
struct UniqueNames {
    used: HashSet<String>,
    /// The last number that was added to each name.
    numbers: HashMap<String, u32>,
}

impl UniqueNames {
    /// Returns a name, with a number if it is in use.
    fn add(&mut self, base: String) -> String {
        let mut name = base.clone();
        while !self.used.insert(name.clone()) {
            let number = self.numbers.entry(base.clone()).or_insert(1);
            *number += 1;
            name = format!("{base}-{number}");
        }
        name
    }
}
