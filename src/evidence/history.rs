//! The history of a figure: when each of its values came and went, source by source.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::analysis::diff::{
    ChangeValue, ChangedValue, Delta, FieldPath, StatedField, corresponding_path, stated_fields,
};
use crate::archive::{Archive, Snapshot, VersionInfo};
use crate::index::ElectionRow;
use crate::model::{
    Election, REVERT_SOURCE, Revision, ToAddress, VersionSelector, serialize_pruned,
};

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

/// When each value of a figure came and went, source by source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FieldHistory {
    /// Address of the election.
    pub address: String,
    /// Path of the figure.
    pub path: FieldPath,
    /// Full name of the figure.
    pub name: String,
    /// The periods of each source, in order. The source that stated the figure first is first.
    pub periods: Vec<FieldPeriod>,
}

/// A version with its record. A removal has none.
struct HistoryVersion {
    info: VersionInfo,
    election: Option<Arc<Election>>,
}

/// Returns the history of a figure. `field` is a name as comparisons print it; see
/// [`FieldPath::find`].
///
/// ```
/// use hustings::Archive;
/// use hustings::evidence::field_history;
/// # let folder = std::env::temp_dir().join("hustings-example-field-history");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// let text = |turnout| format!("= 1824 Ruritanian vote =\n\nInfobox\n- Country: Ruritania\n- Turnout: {turnout}%\n");
/// for turnout in ["61.5", "61.5", "62.1"] {
///     archive.import_texts([("letter.txt", text(turnout))], &Default::default())?;
/// }
/// let history = field_history(&archive, "ruritania/1824", "turnout")?;
/// let values: Vec<_> = history.periods.iter().map(|period| period.value.as_ref().unwrap().text.as_str()).collect();
/// assert_eq!(values, ["61.5", "62.1"]);
/// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
///
/// # Errors
/// When the address does not name exactly one election, or the name not exactly one field of its
/// versions.
pub fn field_history(
    archive: &Archive,
    address: impl ToAddress,
    field: &str,
) -> Result<FieldHistory> {
    let address = &*address.to_address()?;
    let snapshot = archive.snapshot().for_scan();
    let row = snapshot.row(address)?;
    let versions = read_versions(&snapshot, &row)?;
    let mut stated: Vec<(usize, StatedField)> = Vec::new();
    // The latest version comes first, so that its names are the preferred ones.
    for (at, version) in versions.iter().enumerate().rev() {
        for named in version.election.iter().flat_map(|election| stated_fields(election)) {
            if !stated.iter().any(|(_, known)| known.path.is_same(&named.path)) {
                stated.push((at, named));
            }
        }
    }
    let path = FieldPath::find(field, stated.iter().map(|(_, named)| &named.path))?;
    let reference = stated.iter().find(|(_, named)| named.path == path);
    let reference = reference.and_then(|(at, _)| versions.get(*at)?.election.clone());
    let reference = reference.unwrap_or_default();
    let periods = periods_of(&snapshot, &row, &versions, &path, &reference)?;
    let address = match snapshot.listing(row.id())? {
        Some(listing) => listing.address.clone(),
        // A removed election has no shorter address.
        None => address.clone().with_version(VersionSelector::Latest).to_string(),
    };
    Ok(FieldHistory { address, name: path.to_string(), path, periods })
}

/// Returns the history of a figure that one record of an election states, and the sources that
/// never state it.
pub(super) fn history_of_record(
    snapshot: &Snapshot,
    row: &ElectionRow,
    election: &Election,
    path: &FieldPath,
) -> Result<Vec<FieldPeriod>> {
    let versions = read_versions(snapshot, row)?;
    let mut periods = periods_of(snapshot, row, &versions, path, election)?;
    for version in versions.iter().filter(|version| version.election.is_some()) {
        let source = &version.info.source;
        match periods.iter_mut().find(|period| period.source == *source) {
            Some(period) if period.kind == PeriodKind::NotStated => {
                period.last_version = version.info.number;
                period.versions += 1;
            }
            Some(_) => {}
            None => periods.push(new_period(&version.info, PeriodKind::NotStated)),
        }
    }
    Ok(periods)
}

fn read_versions(snapshot: &Snapshot, row: &ElectionRow) -> Result<Vec<HistoryVersion>> {
    let versions = snapshot.view().versions(row);
    // An erased version states nothing, not even that a value is gone.
    let versions = versions
        .filter(|version| version.as_ref().map_or(true, |(_, version)| version.erased.is_none()));
    let versions = versions.map(|version| {
        let (number, version) = version?;
        let election = match version.lacks_record() {
            true => None,
            false => Some(snapshot.view().record(&version)?.into()),
        };
        Ok(HistoryVersion { info: snapshot.version_info(number, version)?, election })
    });
    versions.collect()
}

/// Returns the value of a figure in another record.
fn value_in(path: &FieldPath, reference: &Election, election: &Election) -> Option<ChangedValue> {
    let paths = [corresponding_path(path, reference, election), Some(path.clone())];
    let stated = stated_fields(election);
    let mut found = paths.into_iter().flatten().filter_map(|wanted| {
        stated.iter().find(|field| field.path.is_same(&wanted)).map(|field| field.value.clone())
    });
    found.next()
}

fn periods_of(
    snapshot: &Snapshot,
    row: &ElectionRow,
    versions: &[HistoryVersion],
    path: &FieldPath,
    reference: &Election,
) -> Result<Vec<FieldPeriod>> {
    let mut sources: Vec<&str> = Vec::new();
    let stated = versions.iter().filter(|version| version.info.source != REVERT_SOURCE);
    for version in stated {
        if !sources.contains(&version.info.source.as_str()) {
            sources.push(&version.info.source);
        }
    }
    let absences = source_absences(snapshot, row)?;
    let mut all = Vec::new();
    for source in sources {
        let of_source = |version: &&HistoryVersion| version.info.source == source;
        let mut own: Vec<&HistoryVersion> = versions.iter().filter(of_source).collect();
        // Versions of a dated source are in the order of the source, which may not be that of the
        // imports.
        if own.iter().all(|version| version.info.source_time.is_some()) {
            own.sort_by_key(|version| version.info.source_time.clone());
        }
        let absences = absences.iter().filter(|absence| absence.source == source).collect();
        all.extend(source_periods(&own, absences, path, reference));
    }
    Ok(all)
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

/// Returns the periods of the versions of one source.
fn source_periods(
    versions: &[&HistoryVersion],
    absences: Vec<&SourceAbsence>,
    path: &FieldPath,
    reference: &Election,
) -> Vec<FieldPeriod> {
    let mut periods: Vec<FieldPeriod> = Vec::new();
    let mut absences = absences.into_iter().peekable();
    for HistoryVersion { info, election } in versions {
        while let Some(absence) = absences.next_if(|absence| absence.import < info.import) {
            push_absence(&mut periods, absence);
        }
        let value = election.as_ref().and_then(|election| value_in(path, reference, election));
        let before = match periods.last_mut() {
            Some(last) if last.value == value && last.kind != PeriodKind::Absent => {
                last.last_version = info.number;
                last.versions += 1;
                continue;
            }
            Some(last) => last.value.clone(),
            None if value.is_none() => continue,
            None => None,
        };
        let (kind, delta) = compare_values(before.as_ref(), value.as_ref());
        periods.push(FieldPeriod { before, value, delta, ..new_period(info, kind) });
    }
    absences.for_each(|absence| push_absence(&mut periods, absence));
    periods
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

/// Adds an absence, if the source stated the figure before.
fn push_absence(periods: &mut Vec<FieldPeriod>, absence: &SourceAbsence) {
    let Some(last) = periods.last() else { return };
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
    periods.push(absence);
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
