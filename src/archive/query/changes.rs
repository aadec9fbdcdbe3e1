//! The elections that changed between two states of the archive, in time proportional to their
//! number.

use std::collections::BTreeMap;

use super::change_reader::ChangeReader;
pub(crate) use super::change_reader::{StateRange, StatementChange};
use super::source_table::SourceTable;
use crate::archive::Snapshot;
use crate::index::{ElectionRow, StateView};
use crate::model::{ChangeCounts, slug};
use crate::{Error, Result};

/// An election that an import in a range changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChangedElection {
    pub(crate) id: u64,
    /// Ids of elections that were changed in the range and are part of this one now.
    pub(crate) merged: Vec<u64>,
}

impl Snapshot {
    /// Returns the range between two imports.
    ///
    /// # Errors
    /// When an import does not exist, or when the range is reversed.
    pub(crate) fn state_range(&self, from: u64, to: u64) -> Result<StateRange> {
        let last = self.last_import();
        if let Some(import) = [from, to].into_iter().find(|import| *import > last) {
            return Err(Error::NoImport { import, last });
        }
        if from > to {
            let problem = format!("expected an import up to #{to}, found #{from}");
            return Err(Error::InvalidArgument { argument: "from", problem });
        }
        let mut first_line = self.applied().lines;
        for import in self.view().import_numbers(from, to, first_line)? {
            // Lost imports have no row of their own.
            if let Some(row) = self.view().import(import)? {
                first_line = row.line;
                break;
            }
        }
        Ok(StateRange { from, to, first_line })
    }

    /// Returns the number of the last import, or 0 if there is none.
    pub(crate) fn last_import(&self) -> u64 {
        self.applied().log_position.import
    }

    /// Returns the elections that the imports of a range changed, ordered by key.
    pub(crate) fn changed_between(&self, range: StateRange) -> Result<Vec<ChangedElection>> {
        let view = self.view();
        let imports = view.import_numbers(range.from, range.to, self.applied().lines)?;
        let changed = collect_changed(&view, imports, true)?;
        let keyed = changed.into_iter().map(|election| {
            let key = view.election_key(election.id)?;
            Ok((key.to_bytes(), election))
        });
        let mut keyed: Vec<(Vec<u8>, ChangedElection)> = keyed.collect::<Result<_>>()?;
        keyed.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(keyed.into_iter().map(|(_, election)| election).collect())
    }

    /// Returns what each source and each user changed in an election.
    pub(crate) fn statement_changes(
        &self,
        range: StateRange,
        row: &ElectionRow,
        election: &ChangedElection,
    ) -> Result<Vec<StatementChange>> {
        let sources = self.source_table()?;
        let reader = ChangeReader { view: self.view(), sources: &sources, range };
        reader.changes(row, &election.merged)
    }

    /// Returns whether an election is one of a territory, or was according to any version.
    pub(crate) fn is_in_territory(&self, row: &ElectionRow, country: &str) -> Result<bool> {
        let country_slug = slug(country);
        let names = self.territory_names(&country_slug)?;
        let is_name = |slug: &str, year: Option<i32>| {
            names.iter().any(|name| {
                name.slug() == slug && (name.slug() == country_slug || name.is_valid_in(year))
            })
        };
        let key = row.election_key();
        if is_name(&key.country, key.year) {
            return Ok(true);
        }
        if row.summary_row.version_count == 1 {
            return Ok(false);
        }
        for version in self.view().versions(row) {
            let (_, version) = version?;
            if version.election_key.is_some_and(|key| is_name(&key.country, key.year)) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Counts the elections that the imports of a range changed, as an import does: an import removes
/// nothing, so an election with a new id is new.
pub(in crate::archive) fn count_import_changes(
    view: StateView<'_>,
    range: StateRange,
) -> Result<ChangeCounts> {
    let mut counts = ChangeCounts::default();
    let has_merges = view.has_merged_elections()?;
    let changed = collect_changed(&view, range.from + 1..=range.to, has_merges)?;
    let is_new = |election: &ChangedElection| {
        election.id >= range.first_line
            && election.merged.iter().all(|merged| *merged >= range.first_line)
    };
    let (new, known): (Vec<_>, Vec<_>) = changed.into_iter().partition(is_new);
    counts.new = new.len() as u64;
    counts.elections = counts.new;
    if known.is_empty() {
        return Ok(counts);
    }
    let sources = SourceTable::read(&view)?;
    let reader = ChangeReader { view, sources: &sources, range };
    for ChangedElection { id, merged } in known {
        let changes = reader.changes(&view.election(id)?, &merged)?;
        let kinds: Vec<_> = changes.into_iter().flat_map(|change| change.kinds).collect();
        if !kinds.is_empty() {
            counts.add(kinds);
        }
    }
    Ok(counts)
}

/// Returns the elections that imports changed, ordered by id. Without `has_merges`,
/// none of them is looked up as one that was merged into another.
fn collect_changed(
    view: &StateView<'_>,
    imports: impl IntoIterator<Item = u64>,
    has_merges: bool,
) -> Result<Vec<ChangedElection>> {
    let mut changed: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for import in imports {
        for id in view.changed_ids(import)? {
            let current = if has_merges { view.merged_election(id)? } else { id };
            let merged = changed.entry(current).or_default();
            if current != id && !merged.contains(&id) {
                merged.push(id);
            }
        }
    }
    let changed = changed.into_iter();
    Ok(changed.map(|(id, merged)| ChangedElection { id, merged }).collect())
}
