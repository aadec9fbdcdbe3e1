//! Finds the current version among the versions of an election.

use super::rows::VersionRow;

/// The current version among versions that were added in journal order.
#[derive(Debug, Clone, Default)]
pub(super) struct CurrentVersion {
    /// Latest source time of any version.
    pub(super) latest_source_time: Option<String>,
    /// Index of the current version.
    pub(super) current: Option<usize>,
    /// Index of the last current version that has a record.
    pub(super) last_record: Option<usize>,
}

impl CurrentVersion {
    /// Adds the next version, by its index.
    pub(super) fn add(&mut self, index: usize, version: &VersionRow) {
        if !version.supersedes(self.latest_source_time.as_ref()) {
            // An erased version is current only if no version with a record precedes it.
            self.current.get_or_insert(index);
            return;
        }
        self.latest_source_time = version.source_time.clone().max(self.latest_source_time.take());
        self.current = Some(index);
        if !version.lacks_record() {
            self.last_record = Some(index);
        }
    }
}
