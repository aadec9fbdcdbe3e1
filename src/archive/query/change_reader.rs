//! Reads what changed in one election between two states of the archive: what each source stated,
//! and what users changed.

use std::collections::BTreeMap;

use super::record_change::RecordChange;
use super::source_table::SourceTable;
use crate::Result;
use crate::index::{ElectionRow, SourceState, StateView, VersionRow};
use crate::model::{ElectionChangeKind, REVERT_SOURCE};

/// Two states of the archive: the imports after which they are reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct StateRange {
    /// Number of the last import of the earlier state; 0 for an empty archive.
    pub(crate) from: u64,
    /// Number of the last import of the later state.
    pub(crate) to: u64,
    /// Number of the first journal line after the earlier state.
    pub(crate) first_line: u64,
}

/// What one source, or a user, changed in an election.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct StatementChange {
    /// Name of the source. `None` for a change by a user.
    pub(crate) source: Option<String>,
    /// The kinds of changes, each once.
    pub(crate) kinds: Vec<ElectionChangeKind>,
    /// Number of the import that made the (last) change.
    pub(crate) import: u64,
    /// Numbers of the versions that the source stated before and after.
    pub(crate) versions: [Option<u32>; 2],
    /// How the records differ, if both exist and differ.
    pub(crate) record: Option<Box<RecordChange>>,
    /// Titles of the elections that were merged into this one.
    pub(crate) merged: Vec<String>,
    /// Titles of the elections that are no longer merged into this one.
    pub(crate) split: Vec<String>,
}

/// A version with its number.
type NumberedVersion = (u32, VersionRow);

/// Reads the changes of elections between two states.
pub(crate) struct ChangeReader<'s> {
    pub(super) view: StateView<'s>,
    pub(super) sources: &'s SourceTable,
    pub(super) range: StateRange,
}

impl ChangeReader<'_> {
    /// Returns what changed in an election: one item for each source that changed its statement,
    /// and for each change by a user. `merged` are the ids of elections that were merged into it in
    /// this range.
    pub(super) fn changes(
        &self,
        row: &ElectionRow,
        merged: &[u64],
    ) -> Result<Vec<StatementChange>> {
        let mut changes = self.erasures(row)?;
        changes.extend(self.statement_changes(row, merged)?);
        Ok(changes)
    }

    /// Returns the erasures of versions in this range. What these versions stated counts neither
    /// before nor after.
    fn erasures(&self, row: &ElectionRow) -> Result<Vec<StatementChange>> {
        let mut changes = Vec::new();
        if !row.has_erased {
            return Ok(changes);
        }
        for version in self.view.versions(row) {
            let (number, version) = version?;
            let import = version.erased.map_or(0, |erased| erased.erasure.import);
            if import > self.range.from && import <= self.range.to {
                changes.push(StatementChange {
                    kinds: vec![ElectionChangeKind::Erased],
                    import,
                    versions: [Some(number), None],
                    ..StatementChange::default()
                });
            }
        }
        Ok(changes)
    }

    /// Returns what the sources stated, and what users changed, in an election.
    fn statement_changes(&self, row: &ElectionRow, merged: &[u64]) -> Result<Vec<StatementChange>> {
        let before = self.current_as_of(row, self.range.from)?;
        let Some(after) = self.current_as_of(row, self.range.to)? else { return Ok(Vec::new()) };
        let mut changes = Vec::new();
        match before {
            None if after.1.lacks_record() => return Ok(Vec::new()),
            None => return self.new_statements(row),
            Some(before) => match (before.1.lacks_record(), after.1.lacks_record()) {
                (true, true) => return Ok(Vec::new()),
                (false, true) => {
                    let kinds = vec![ElectionChangeKind::Removed];
                    changes.push(StatementChange {
                        kinds,
                        import: after.1.import,
                        versions: [Some(before.0), None],
                        ..StatementChange::default()
                    });
                    return Ok(changes);
                }
                (true, false) => {
                    let is_revert = after.1.source == REVERT_SOURCE;
                    let source = (!is_revert).then(|| self.sources.version_source(&after.1));
                    changes.push(StatementChange {
                        source,
                        kinds: vec![ElectionChangeKind::Restored],
                        import: after.1.import,
                        versions: [None, Some(after.0)],
                        ..StatementChange::default()
                    });
                }
                (false, false) => changes.extend(self.revert(&before, &after)?),
            },
        }
        changes.extend(self.merge(row, merged)?);
        changes.extend(self.split(row)?);
        for (name, states) in self.states_by_source(row) {
            changes.extend(self.source_change(row, name, &states)?);
        }
        Ok(changes)
    }

    /// Returns what each source states about an election that the archive did not have. A source
    /// that no longer has the election states nothing.
    fn new_statements(&self, row: &ElectionRow) -> Result<Vec<StatementChange>> {
        let mut changes = Vec::new();
        for (name, states) in self.states_by_source(row) {
            let stated = self.stated_as_of(row, name, &states, self.range.to)?;
            let latest = SourceState::latest(states.iter().copied());
            let is_absent = latest.is_some_and(|state| state.is_absent_as_of(self.range.to));
            let Some((number, version)) = stated.filter(|_| !is_absent) else { continue };
            changes.push(StatementChange {
                source: Some(name.to_owned()),
                kinds: vec![ElectionChangeKind::New],
                import: version.import,
                versions: [None, Some(number)],
                ..StatementChange::default()
            });
        }
        Ok(changes)
    }

    fn current_as_of(&self, row: &ElectionRow, import: u64) -> Result<Option<NumberedVersion>> {
        let number = self.view.current_as_of(row, import)?;
        number.map(|number| Ok((number, self.view.version(row, number)?))).transpose()
    }

    /// Returns the change that a revert made, if the later version is one.
    fn revert(
        &self,
        before: &NumberedVersion,
        after: &NumberedVersion,
    ) -> Result<Option<StatementChange>> {
        if after.1.source != REVERT_SOURCE || before.0 == after.0 {
            return Ok(None);
        }
        let Some(mut record) = self.compare(before, after)? else { return Ok(None) };
        if record.kinds.iter().all(|kind| kind.is_minor()) {
            return Ok(None);
        }
        let kinds = vec![ElectionChangeKind::Reverted];
        record.kinds.clone_from(&kinds);
        Ok(Some(StatementChange {
            kinds,
            import: after.1.import,
            versions: [Some(before.0), Some(after.0)],
            record: Some(record),
            ..StatementChange::default()
        }))
    }

    /// Returns the merging of other elections that existed in the earlier state.
    fn merge(&self, row: &ElectionRow, merged: &[u64]) -> Result<Option<StatementChange>> {
        let (mut titles, mut last_import) = (Vec::new(), 0);
        for id in merged.iter().filter(|id| **id < self.range.first_line) {
            let Some((_, import)) = self.view.merged_into(*id)? else { continue };
            if self.contains(import) && !self.were_merged_before(row, *id) {
                titles.extend(self.first_title(row, *id)?);
                last_import = last_import.max(import);
            }
        }
        Ok((!titles.is_empty()).then(|| StatementChange {
            kinds: vec![ElectionChangeKind::Merged],
            import: last_import,
            merged: titles,
            ..StatementChange::default()
        }))
    }

    /// Returns the undoing of merges that were in effect in the earlier state.
    fn split(&self, row: &ElectionRow) -> Result<Option<StatementChange>> {
        let (mut titles, mut last_import) = (Vec::new(), 0);
        for split in &row.splits {
            let was_merged = split.merged_by <= self.range.from;
            if !was_merged || !self.contains(split.import) {
                continue;
            }
            let [first, second] = split.elections;
            let merged_again = self.view.merged_into(second)?;
            if merged_again.is_some_and(|(_, import)| self.contains(import)) {
                continue;
            }
            // The side that is not part of this election now, or else the one that was merged.
            let is_first_here = self.view.merged_election(first)? == row.id();
            let other = if is_first_here { second } else { first };
            let other_row = self.view.election(self.view.merged_election(other)?)?;
            titles.extend(self.first_title(&other_row, other)?);
            last_import = last_import.max(split.import);
        }
        Ok((!titles.is_empty()).then(|| StatementChange {
            kinds: vec![ElectionChangeKind::Split],
            import: last_import,
            split: titles,
            ..StatementChange::default()
        }))
    }

    /// Returns whether an import is one of the range.
    fn contains(&self, import: u64) -> bool {
        import > self.range.from && import <= self.range.to
    }

    /// Returns whether an election that is merged into this one was merged into it in the earlier state
    /// too, and split in between.
    fn were_merged_before(&self, row: &ElectionRow, id: u64) -> bool {
        row.splits.iter().any(|split| {
            split.elections.contains(&id)
                && split.merged_by <= self.range.from
                && self.contains(split.import)
        })
    }

    /// Returns the title of the first version of an election that is `row` or is merged into it. The
    /// id of an election is the line of that version.
    fn first_title(&self, row: &ElectionRow, id: u64) -> Result<Option<String>> {
        let number = self.view.number_at(row, id)?;
        let version = number.map(|number| self.view.version(row, number)).transpose()?;
        Ok(version.map(|version| version.title))
    }

    /// Returns the states of the sources by name. Folders that were assigned to one source have
    /// several.
    fn states_by_source<'r>(&self, row: &'r ElectionRow) -> BTreeMap<&str, Vec<&'r SourceState>> {
        let mut states: BTreeMap<&str, Vec<&SourceState>> = BTreeMap::new();
        for state in &row.sources {
            if let Some(name) = self.sources.name(state.source) {
                states.entry(name).or_default().push(state);
            }
        }
        states
    }

    /// Returns how a source changed its statement, if it did.
    fn source_change(
        &self,
        row: &ElectionRow,
        name: &str,
        states: &[&SourceState],
    ) -> Result<Option<StatementChange>> {
        let Some(after) = self.stated_as_of(row, name, states, self.range.to)? else {
            return Ok(None);
        };
        let before = self.stated_as_of(row, name, states, self.range.from)?;
        let latest = SourceState::latest(states.iter().copied());
        let is_absent = |import| latest.is_some_and(|state| state.is_absent_as_of(import));
        let was_absent = before.is_some() && is_absent(self.range.from);
        let mut change = StatementChange {
            source: Some(name.to_owned()),
            import: after.1.import,
            versions: [before.as_ref().map(|(number, _)| *number), Some(after.0)],
            ..StatementChange::default()
        };
        match (&before, is_absent(self.range.to)) {
            (None, true) => return Ok(None),
            (Some(_), true) if was_absent => return Ok(None),
            (Some(_), true) => {
                change.kinds.push(ElectionChangeKind::Missing);
                let absences = states.iter().flat_map(|state| &state.absences);
                let begins = absences.map(|absence| absence.from);
                let last = begins.filter(|from| *from <= self.range.to).max();
                change.import = last.unwrap_or(change.import);
                change.versions = [change.versions[0], None];
                return Ok(Some(change));
            }
            (None, false) => {
                change.kinds.push(ElectionChangeKind::NewSource);
                return Ok(Some(change));
            }
            (Some(before), false) => {
                if was_absent {
                    change.kinds.push(ElectionChangeKind::Returned);
                }
                change.record = self.compare(before, &after)?;
            }
        }
        if let Some(record) = &change.record {
            let is_returned = !change.kinds.is_empty();
            let kinds = record.kinds.iter().filter(|kind| !is_returned || !kind.is_minor());
            change.kinds.extend(kinds);
        }
        Ok((!change.kinds.is_empty()).then_some(change))
    }

    /// Returns the version that a source stated after an import: the one with the latest source
    /// time, or else the last one.
    fn stated_as_of(
        &self,
        row: &ElectionRow,
        name: &str,
        states: &[&SourceState],
        import: u64,
    ) -> Result<Option<NumberedVersion>> {
        let mut latest: Option<NumberedVersion> = None;
        for state in states {
            let version = self.view.version(row, state.version)?;
            if version.lacks_record() {
                continue;
            }
            latest = later(latest, (state.version, version));
        }
        if latest.as_ref().is_none_or(|(_, version)| version.import <= import) {
            return Ok(latest);
        }
        // The versions of a source with a name and without source times refer to the one before.
        if let ([state], Some((_, version))) = (states, &latest)
            && state.source_time.is_none()
            && version.source_name.is_some()
        {
            let mut previous = version.previous_from_source;
            while let Some(number) = previous {
                let version = self.view.version(row, number)?;
                if version.import <= import {
                    return Ok(Some((number, version)));
                }
                previous = version.previous_from_source;
            }
            return Ok(None);
        }
        latest = None;
        for version in self.view.versions(row) {
            let (number, version) = version?;
            let is_stated = !version.lacks_record() && version.source != REVERT_SOURCE;
            if is_stated
                && version.import <= import
                && self.sources.version_source(&version) == name
            {
                latest = later(latest, (number, version));
            }
        }
        Ok(latest)
    }

    /// Compares the records of two versions. Returns `None` if they are equal.
    fn compare(
        &self,
        before: &NumberedVersion,
        after: &NumberedVersion,
    ) -> Result<Option<Box<RecordChange>>> {
        if before.0 == after.0 {
            return Ok(None);
        }
        let (record, new_record) = (self.view.record(&before.1)?, self.view.record(&after.1)?);
        // Two texts may have one record; they count as a change of the text.
        if before.1.digest != after.1.digest && record == new_record {
            let kinds = vec![ElectionChangeKind::SameRecord];
            let records = [record, new_record];
            return Ok(Some(Box::new(RecordChange { kinds, records, ..RecordChange::default() })));
        }
        Ok(RecordChange::between(&self.view, record, new_record)?.map(Box::new))
    }
}

/// Returns the version with the later source time, or else the later line of the journal.
fn later(one: Option<NumberedVersion>, other: NumberedVersion) -> Option<NumberedVersion> {
    let order = |version: &VersionRow| (version.source_time.clone(), version.line);
    match one {
        Some(one) if order(&one.1) > order(&other.1) => Some(one),
        _ => Some(other),
    }
}
