//! The periods in which a source states one value of a figure. Versions are read one at a time.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::analysis::diff::{
    ChangeValue, ChangedValue, Delta, FieldPath, LineageIndex, VersionDiffOptions,
    corresponding_path, stated_fields,
};
use crate::archive::{Snapshot, VersionInfo};
use crate::index::{ElectionRow, VersionRow};
use crate::model::{Election, REVERT_SOURCE, Revision, serialize_pruned};

/// What happened to a value at the beginning of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PeriodKind {
    /// The source states the value for the first time.
    Added,
    /// The source states another value than before.
    Changed,
    /// The source states the same value with another precision.
    Precision,
    /// The source no longer states a value.
    Removed,
    /// The source no longer has the election.
    Absent,
    /// The source has the election, and never states a value. Only in a proof.
    NotStated,
}

impl PeriodKind {
    /// Returns the word that lists show: "added", "changed".
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Precision => "precision only",
            Self::Removed => "removed",
            Self::Absent => "absent",
            Self::NotStated => "not stated",
        }
    }
}

/// Consecutive versions of one source that state the same value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FieldPeriod {
    /// Name of the source.
    pub source: String,
    /// Number of the first version of the period. For an absence, of the last version before it.
    pub version: u32,
    /// Number of the import that added it, or that recorded the absence.
    pub import: u64,
    /// Time of that import: RFC 3339, UTC.
    pub recorded: String,
    /// Time from which the source had the text of the first version, if known: RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_time: Option<String>,
    /// Revision of the source's page, with its contributor, if the source has revisions.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "serialize_pruned")]
    pub revision: Option<Revision>,
    /// Number of the last version of the period.
    pub last_version: u32,
    /// Number of versions of the period. 0 for an absence.
    pub versions: u64,
    /// What happened to the value.
    pub kind: PeriodKind,
    /// Value that the source stated before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<ChangedValue>,
    /// Value that the source states in the period. `None` if it states none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<ChangedValue>,
    /// Value minus the value before, if both are numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delta: Option<Delta>,
}

/// The record in which a path names a figure.
pub(super) struct Reference<'a> {
    pub(super) election: &'a Election,
    /// Name of its source.
    pub(super) source: String,
}

/// The periods of all sources.
pub(super) struct FigurePeriods {
    /// The periods of each source that states the figure. The source that has the election first is
    /// first.
    pub(super) stated: Vec<FieldPeriod>,
    /// One period for each source that never states it.
    pub(super) not_stated: Vec<FieldPeriod>,
}

/// Returns the periods of a figure. Besides the periods, only one version is in memory, and of a
/// source whose versions are not imported in the order of their dates, the value of each version.
pub(super) fn figure_periods(
    snapshot: &Snapshot,
    row: &ElectionRow,
    path: &FieldPath,
    reference: &Reference<'_>,
) -> Result<FigurePeriods> {
    let lineage = LineageIndex::load(snapshot, [reference.election])?;
    let reader = FigureReader { snapshot, row, path, reference, lineage };
    let mut absences = source_absences(snapshot, row)?;
    let mut histories: Vec<SourceHistory> = Vec::new();
    let mut indices: HashMap<String, usize> = HashMap::new();
    reader.for_each(
        |_| true,
        |stated| {
            let source = stated.info.source.clone();
            let at = *indices.entry(source).or_insert_with_key(|source| {
                let own = absences.extract_if(.., |absence| absence.source == *source).collect();
                histories.push(SourceHistory::new(own));
                histories.len() - 1
            });
            if let Some(history) = histories.get_mut(at) {
                history.add(stated);
            }
        },
    )?;
    let unordered: Vec<bool> = histories.iter().map(SourceHistory::is_unordered).collect();
    if unordered.contains(&true) {
        let is_unordered =
            |source: &str| indices.get(source).and_then(|at| unordered.get(*at)) == Some(&true);
        let mut values: HashMap<String, Vec<StatedValue>> = HashMap::new();
        reader.for_each(is_unordered, |stated| {
            values.entry(stated.info.source.clone()).or_default().push(stated);
        })?;
        for (source, values) in values {
            if let Some(history) = indices.get(&source).and_then(|at| histories.get_mut(*at)) {
                history.replace(values);
            }
        }
    }
    let mut periods = FigurePeriods { stated: Vec::new(), not_stated: Vec::new() };
    for history in histories {
        let (stated, not_stated) = history.finish();
        periods.stated.extend(stated);
        periods.not_stated.extend(not_stated);
    }
    Ok(periods)
}

/// A version, and the value of the figure in it.
struct StatedValue {
    info: VersionInfo,
    is_removal: bool,
    value: Option<ChangedValue>,
}

/// Reads the values of a figure.
struct FigureReader<'a> {
    snapshot: &'a Snapshot,
    row: &'a ElectionRow,
    path: &'a FieldPath,
    reference: &'a Reference<'a>,
    lineage: LineageIndex,
}

impl FigureReader<'_> {
    /// Calls a function with each version of the selected sources, in the order of the journal.
    fn for_each(
        &self,
        is_selected: impl Fn(&str) -> bool,
        mut add: impl FnMut(StatedValue),
    ) -> Result<()> {
        let view = self.snapshot.view();
        let mut read = |number: u32, version: VersionRow| -> Result<()> {
            // An erased version states nothing, not even that a value is gone.
            if version.source == REVERT_SOURCE
                || version.erased.is_some()
                || !is_selected(&self.snapshot.source_name(&version)?)
            {
                return Ok(());
            }
            let is_removal = version.lacks_record();
            let election = if is_removal { None } else { Some(view.record(&version)?) };
            let info = self.snapshot.version_info(number, version)?;
            let value = election.and_then(|election| self.value_in(&election, &info.source));
            add(StatedValue { info, is_removal, value });
            Ok(())
        };
        if !self.row.is_merged() {
            return view.versions(self.row).try_for_each(|version| {
                let (number, version) = version?;
                read(number, version)
            });
        }
        // The versions of an election that was merged have higher numbers, whatever their lines.
        let mut order: Vec<(u64, u32)> = Vec::new();
        for version in view.versions(self.row) {
            let (number, version) = version?;
            order.push((version.line, number));
        }
        order.sort_unstable();
        order.into_iter().try_for_each(|(_, number)| read(number, view.version(self.row, number)?))
    }

    /// Returns the value of the figure in a record.
    fn value_in(&self, election: &Election, source: &str) -> Option<ChangedValue> {
        let options = VersionDiffOptions::default()
            .lineage(&self.lineage)
            .same_source(source == self.reference.source);
        let path = corresponding_path(self.path, self.reference.election, election, &options);
        let stated = stated_fields(election);
        let mut found = [path.as_ref(), Some(self.path)]
            .into_iter()
            .flatten()
            .filter_map(|path| stated.iter().find(|field| field.path.is_same(path)));
        found.next().map(|field| field.value.clone())
    }
}

/// A source that no longer has the election.
struct SourceAbsence {
    source: String,
    /// Number of the import that recorded the absence.
    import: u64,
    recorded: String,
}

/// Returns the absences of all sources, in ascending order of import.
fn source_absences(snapshot: &Snapshot, row: &ElectionRow) -> Result<Vec<SourceAbsence>> {
    let mut all = Vec::new();
    for state in &row.sources {
        let source = snapshot.source_name(&snapshot.view().version(row, state.version)?)?;
        for absence in &state.absences {
            let recorded = snapshot.import_commit(absence.from)?.recorded.clone();
            all.push(SourceAbsence { source: source.clone(), import: absence.from, recorded });
        }
    }
    all.sort_by_key(|absence| absence.import);
    Ok(all)
}

/// The periods of one source, as its versions are added.
struct SourceHistory {
    periods: Vec<FieldPeriod>,
    /// Absences, in ascending order of import.
    absences: Vec<SourceAbsence>,
    /// Number of absences that are in the periods.
    added_absences: usize,
    /// The versions as one period without a value.
    versions: Option<FieldPeriod>,
    /// Source time of the last version added.
    last_time: Option<String>,
    /// Whether every version has a source time.
    is_dated: bool,
    /// Whether a version has an earlier source time than the one before it.
    is_reversed: bool,
}

impl SourceHistory {
    fn new(absences: Vec<SourceAbsence>) -> Self {
        Self {
            periods: Vec::new(),
            absences,
            added_absences: 0,
            versions: None,
            last_time: None,
            is_dated: true,
            is_reversed: false,
        }
    }

    /// Returns whether the versions are in the order of the source, which is not that of the journal.
    fn is_unordered(&self) -> bool {
        self.is_dated && self.is_reversed
    }

    /// Adds a version, after the absences that were recorded before it.
    fn add(&mut self, stated: StatedValue) {
        let time = &stated.info.source_time;
        self.is_dated &= time.is_some();
        self.is_reversed |= *time < self.last_time;
        self.last_time.clone_from(time);
        if !stated.is_removal {
            match &mut self.versions {
                Some(all) => {
                    all.last_version = stated.info.number;
                    all.versions += 1;
                }
                None => self.versions = Some(new_period(&stated.info, PeriodKind::NotStated)),
            }
        }
        self.add_absences(|absence| absence.import < stated.info.import);
        self.add_value(&stated.info, stated.value);
    }

    /// Replaces the periods by those of the same versions in the order of their source times. An
    /// absence follows the last version that was imported before it.
    fn replace(&mut self, mut values: Vec<StatedValue>) {
        values.sort_by(|one, other| one.info.source_time.cmp(&other.info.source_time));
        self.periods.clear();
        self.added_absences = 0;
        // The first import of the versions from each one on.
        let mut next_imports = vec![u64::MAX; values.len() + 1];
        for at in (0..values.len()).rev() {
            let next = next_imports.get(at + 1).copied().unwrap_or(u64::MAX);
            let own = values.get(at).map_or(u64::MAX, |stated| stated.info.import);
            if let Some(first) = next_imports.get_mut(at) {
                *first = next.min(own);
            }
        }
        for (stated, first_import) in values.into_iter().zip(next_imports) {
            self.add_absences(|absence| absence.import < first_import);
            self.add_value(&stated.info, stated.value);
        }
    }

    /// Adds a version to the last period, or as a period of its own.
    fn add_value(&mut self, info: &VersionInfo, value: Option<ChangedValue>) {
        let before = match self.periods.last_mut() {
            Some(last) if last.value == value && last.kind != PeriodKind::Absent => {
                last.last_version = info.number;
                last.versions += 1;
                return;
            }
            Some(last) => last.value.clone(),
            None if value.is_none() => return,
            None => None,
        };
        let (kind, delta) = compare_values(before.as_ref(), value.as_ref());
        self.periods.push(FieldPeriod { before, value, delta, ..new_period(info, kind) });
    }

    /// Adds the next absences that satisfy a condition, if the source stated the figure before.
    fn add_absences(&mut self, is_next: impl Fn(&SourceAbsence) -> bool) {
        while let Some(absence) =
            self.absences.get(self.added_absences).filter(|next| is_next(next))
        {
            self.added_absences += 1;
            let Some(last) = self.periods.last() else { continue };
            let absence = FieldPeriod {
                import: absence.import,
                recorded: absence.recorded.clone(),
                source_time: None,
                revision: None,
                version: last.last_version,
                versions: 0,
                kind: PeriodKind::Absent,
                before: last.value.clone(),
                value: None,
                delta: None,
                ..last.clone()
            };
            self.periods.push(absence);
        }
    }

    /// Returns the periods; or, if there are none, one without a value.
    fn finish(mut self) -> (Vec<FieldPeriod>, Option<FieldPeriod>) {
        self.add_absences(|_| true);
        let not_stated = self.versions.filter(|_| self.periods.is_empty());
        (self.periods, not_stated)
    }
}

/// Returns the period of one version, without a value.
fn new_period(info: &VersionInfo, kind: PeriodKind) -> FieldPeriod {
    FieldPeriod {
        source: info.source.clone(),
        version: info.number,
        import: info.import,
        recorded: info.recorded.clone(),
        source_time: info.source_time.clone(),
        revision: info.revision.clone(),
        last_version: info.number,
        versions: 1,
        kind,
        before: None,
        value: None,
        delta: None,
    }
}

/// Compares two values of one figure.
fn compare_values(
    before: Option<&ChangedValue>,
    after: Option<&ChangedValue>,
) -> (PeriodKind, Option<Delta>) {
    let (before, after) = match (before, after) {
        (Some(before), Some(after)) => (&before.value, &after.value),
        (_, None) => return (PeriodKind::Removed, None),
        (None, _) => return (PeriodKind::Added, None),
    };
    match (before, after) {
        (ChangeValue::Decimal(one), ChangeValue::Decimal(other)) if one.agrees_with(*other) => {
            (PeriodKind::Precision, None)
        }
        (ChangeValue::Decimal(one), ChangeValue::Decimal(other)) => {
            (PeriodKind::Changed, other.checked_sub(*one).map(Delta::Points))
        }
        (ChangeValue::Count(one), ChangeValue::Count(other)) => {
            let delta = i128::from(*other) - i128::from(*one);
            (PeriodKind::Changed, i64::try_from(delta).ok().map(Delta::Count))
        }
        _ => (PeriodKind::Changed, None),
    }
}
