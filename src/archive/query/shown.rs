//! The versions that elections are shown with, where an order of sources or a source date selects
//! other versions than the latest. The indices of the store have the latest versions.

use std::collections::{BTreeMap, BTreeSet};

use super::territory_name::TerritoryName;
use crate::Result;
use crate::archive::Snapshot;
use crate::index::{ElectionRow, RowValue, SortKey};
use crate::model::{ElectionKey, ElectionSummary, slug};

impl Snapshot {
    /// Returns the number and the summary of the version that an election is shown with, if any.
    pub(super) fn shown_summary(
        &self,
        row: &ElectionRow,
    ) -> Result<Option<(u32, ElectionSummary)>> {
        let Some(number) = self.preferred_version(row)? else { return Ok(None) };
        if number == row.summary_row.current_version {
            return Ok(Some((number, row.summary_row.summary.clone())));
        }
        let version = self.view().version(row, number)?;
        Ok(Some((number, self.view().record(&version)?.summary())))
    }

    /// Returns the sort keys of the elections that are shown in a year under one name of a
    /// territory. A removed election counts with its last record.
    pub(super) fn shown_sort_keys(
        &self,
        name: &TerritoryName,
        year: Option<i32>,
    ) -> Result<Vec<SortKey>> {
        let view = self.view();
        let latest = view.sort_keys(name.slug(), year)?;
        let mut ids: BTreeSet<u64> = latest.iter().map(|key| key.id).collect();
        ids.extend(view.ids_with_past_key(name.slug(), year)?);
        let mut shown: Vec<SortKey> = latest.into_iter().filter(|key| key.is_removed).collect();
        for id in ids {
            let row = view.election(id)?;
            if row.is_removed() {
                continue;
            }
            let Some((_, summary)) = self.shown_summary(&row)? else { continue };
            if summary.year == year && has_country(&summary, name) {
                shown.push(SortKey::new(id, &summary));
            }
        }
        Ok(shown)
    }

    /// Returns the elections that are shown under one of the names of a territory, ordered by year
    /// and date.
    pub(super) fn shown_in_territory<R: RowValue>(
        &self,
        names: &[TerritoryName],
        country: &str,
    ) -> Result<Vec<R>> {
        let view = self.view();
        let mut shown: BTreeMap<(Vec<u8>, u64), R> = BTreeMap::new();
        for name in names {
            let mut ids = BTreeSet::new();
            for row in view.rows::<ElectionRow>(Some(name.slug())) {
                ids.insert(row?.id());
            }
            ids.extend(view.ids_with_past_key_in_country(name.slug())?);
            for id in ids {
                let row = view.election(id)?;
                if row.is_removed() {
                    continue;
                }
                let Some((_, summary)) = self.shown_summary(&row)? else { continue };
                let is_valid = name.slug() == country || name.is_valid_in(summary.year);
                if is_valid && has_country(&summary, name) {
                    let key = ElectionKey::from_summary(&summary);
                    let key = ElectionKey { country: String::new(), ..key }.to_bytes();
                    shown.insert((key, id), view.row(&row.election_key())?);
                }
            }
        }
        Ok(shown.into_values().collect())
    }
}

fn has_country(summary: &ElectionSummary, name: &TerritoryName) -> bool {
    slug(summary.country.as_deref().unwrap_or_default()) == name.slug()
}
