//! Areas that are new, gone or renamed, or whose boundaries changed, between two elections.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::archive::{AreaInfo, Record, Snapshot};
use crate::model::slug;

/// A change of an area between two elections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AreaChange {
    /// Kind of the change.
    pub kind: AreaChangeKind,
    /// Names of the nested areas in the later election, or in the earlier one if the area is gone.
    pub path: Vec<String>,
    /// Names in the earlier election, if the area was renamed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_path: Vec<String>,
    /// Level of the area, if it is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Boundaries in the earlier and the later election, if both state them and they differ.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundaries: Option<[String; 2]>,
}

/// A kind of change of an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AreaChangeKind {
    /// The earlier election has no record of the area.
    New,
    /// The later election has no record of the area.
    Gone,
    /// An area of the earlier election has the same code and another name.
    Renamed,
    /// The elections state different boundaries of the area.
    BoundariesChanged,
}

impl fmt::Display for AreaChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::New => "new",
            Self::Gone => "gone",
            Self::Renamed => "renamed",
            Self::BoundariesChanged => "boundaries changed",
        })
    }
}

/// Compares the areas of two elections: those of the records in the archive. Empty if the archive
/// has records of areas for at most one of the elections.
///
/// # Errors
/// When the archive cannot be read.
pub fn area_changes(
    snapshot: &Snapshot,
    before: &Record,
    after: &Record,
) -> Result<Vec<AreaChange>> {
    let (earlier, later) = (snapshot.areas_of(before, None)?, snapshot.areas_of(after, None)?);
    if earlier.is_empty() || later.is_empty() {
        return Ok(Vec::new());
    }
    Ok(compare_areas(&earlier, &later))
}

fn compare_areas(earlier: &[AreaInfo], later: &[AreaInfo]) -> Vec<AreaChange> {
    let mut gone: BTreeMap<Vec<String>, &AreaInfo> =
        earlier.iter().map(|area| (slugs(area), area)).collect();
    let (mut changes, mut unmatched) = (Vec::new(), Vec::new());
    for area in later {
        match gone.remove(&slugs(area)) {
            Some(before) => {
                let boundaries = boundary_change(before, area);
                let kind = AreaChangeKind::BoundariesChanged;
                changes.extend(
                    boundaries.map(|boundaries| change(kind, area, None, Some(boundaries))),
                );
            }
            None => unmatched.push(area),
        }
    }
    let by_code: HashMap<(String, Option<String>), Vec<String>> =
        gone.iter().filter_map(|(path, area)| Some((code_key(area)?, path.clone()))).collect();
    for area in unmatched {
        let former = code_key(area).and_then(|key| gone.remove(by_code.get(&key)?));
        changes.push(match former {
            Some(before) => {
                let boundaries = boundary_change(before, area);
                change(AreaChangeKind::Renamed, area, Some(before), boundaries)
            }
            None => change(AreaChangeKind::New, area, None, None),
        });
    }
    changes.extend(gone.into_values().map(|area| change(AreaChangeKind::Gone, area, None, None)));
    changes.sort_by(|one, other| (one.kind, &one.path).cmp(&(other.kind, &other.path)));
    changes
}

fn change(
    kind: AreaChangeKind,
    area: &AreaInfo,
    former: Option<&AreaInfo>,
    boundaries: Option<[String; 2]>,
) -> AreaChange {
    AreaChange {
        kind,
        path: area.path.clone(),
        former_path: former.map(|former| former.path.clone()).unwrap_or_default(),
        level: area.level.clone(),
        boundaries,
    }
}

fn slugs(area: &AreaInfo) -> Vec<String> {
    area.path.iter().map(|name| slug(name)).collect()
}

/// Returns the code and the level of an area, as slugs.
fn code_key(area: &AreaInfo) -> Option<(String, Option<String>)> {
    Some((area.code.as_deref().map(str::to_ascii_lowercase)?, area.level.as_deref().map(slug)))
}

fn boundary_change(before: &AreaInfo, after: &AreaInfo) -> Option<[String; 2]> {
    let (before, after) = before.boundaries.as_ref().zip(after.boundaries.as_ref())?;
    (slug(before) != slug(after)).then(|| [before.clone(), after.clone()])
}
