//! The names of all sources, as queries need them.

use std::collections::HashMap;

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
}
