//! The history of a figure: when each of its values came and went, source by source.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::{Deserialize, Serialize};

use super::period::{FieldPeriod, FigurePeriods, Reference, figure_periods};
use crate::Result;
use crate::analysis::diff::{FieldIdentity, FieldPath, stated_fields};
use crate::archive::{Archive, Snapshot};
use crate::index::ElectionRow;
use crate::model::{ToAddress, VersionSelector};

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
    let names = stated_names(&snapshot, &row)?;
    let path = FieldPath::find(field, names.iter().map(|name| &name.path))?;
    let version = names.iter().find(|name| name.path == path).map(|name| name.version);
    let version = version.unwrap_or(row.summary_row.current_version);
    let version = snapshot.view().version(&row, version)?;
    let election = snapshot.view().record(&version)?;
    let reference = Reference { election: &election, source: snapshot.source_name(&version)? };
    let periods = figure_periods(&snapshot, &row, &path, &reference)?.stated;
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
    reference: &Reference<'_>,
    path: &FieldPath,
) -> Result<Vec<FieldPeriod>> {
    let FigurePeriods { mut stated, not_stated } = figure_periods(snapshot, row, path, reference)?;
    stated.extend(not_stated);
    Ok(stated)
}

/// The path of a figure, and the last version that spells it so.
struct StatedName {
    path: FieldPath,
    version: u32,
    /// Position among the figures of that version.
    position: usize,
}

/// Returns the path of every figure that any version states, each once, as the last version spells
/// it. Those of the last version are first. The versions are read one at a time.
fn stated_names(snapshot: &Snapshot, row: &ElectionRow) -> Result<Vec<StatedName>> {
    let mut names: HashMap<FieldIdentity, StatedName> = HashMap::new();
    for version in snapshot.view().versions(row) {
        let (number, version) = version?;
        if version.lacks_record() {
            continue;
        }
        let stated = stated_fields(&snapshot.view().record(&version)?);
        for (position, field) in stated.into_iter().enumerate() {
            let name = StatedName { path: field.path, version: number, position };
            match names.entry(name.path.identity()) {
                Entry::Occupied(mut known) if known.get().version < number => {
                    known.insert(name);
                }
                // The first of two figures with one name in one version counts.
                Entry::Occupied(_) => {}
                Entry::Vacant(unknown) => {
                    unknown.insert(name);
                }
            }
        }
    }
    let mut names: Vec<StatedName> = names.into_values().collect();
    names.sort_by_key(|name| (Reverse(name.version), name.position));
    Ok(names)
}
