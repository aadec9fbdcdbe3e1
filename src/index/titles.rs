//! The titles of elections: which election has a title, and what happens to the one that had it.

use super::keys::StoreKey;
use super::links::link_names;
use super::rows::{ElectionRow, TitleRow};
use super::writer::StoreWriter;
use crate::Result;
use crate::model::{ElectionKey, ElectionSummary, fold};
use crate::store::encode;

impl StoreWriter {
    /// Gives an election a title that a new version of one of its parts has. If another election
    /// had the title before, it loses the title.
    pub(super) fn claim_title(
        &mut self,
        row: &mut ElectionRow,
        part: usize,
        title: &str,
    ) -> Result<()> {
        let folded = fold(title);
        if let Some(part) = row.parts.get_mut(part) {
            part.add_title(&folded);
        }
        let mut titles = row.titles();
        if titles.contains(&folded) {
            return Ok(());
        }
        let previous_ids = self.release_title(&folded)?;
        let value = TitleRow::new(row.id(), &folded, row.election_key(), previous_ids);
        self.put(&StoreKey::Title(&folded), encode(&value)?);
        titles.push(folded);
        let (summary, is_removed) = (row.summary_row.summary.clone(), row.is_removed());
        row.set_summary(summary, titles, is_removed);
        Ok(())
    }

    /// Takes a title from the election that has it, if any. Returns the ids of all elections that
    /// had the title before.
    pub(super) fn release_title(&mut self, folded: &str) -> Result<Vec<u64>> {
        let Some((_, election_key)) = self.view().find_by_title(folded)? else {
            return Ok(Vec::new());
        };
        let mut previous_ids = self.view().previous_ids(folded)?;
        let mut owner: ElectionRow = self.view().row(&election_key)?;
        // Of merged elections, the one with the title had it: they may be split.
        let with_title =
            owner.parts.iter().filter(|part| part.titles.iter().any(|own| own == folded));
        for id in with_title.map(|part| part.id).chain([owner.id()]) {
            if !previous_ids.contains(&id) {
                previous_ids.push(id);
            }
        }
        if election_key.title == folded {
            return self.displace(owner, folded).map(|()| previous_ids);
        }
        let titles = owner.titles().into_iter().filter(|title| title != folded).collect();
        let (summary, is_removed) = (owner.summary_row.summary.clone(), owner.is_removed());
        owner.set_summary(summary, titles, is_removed);
        for part in &mut owner.parts {
            part.titles.retain(|title| title != folded);
        }
        self.put(&StoreKey::Row(&election_key), encode(&owner)?);
        self.mark_changed(owner.id());
        Ok(previous_ids)
    }

    /// Gives an election a title with its id, because another election takes its current title. Two
    /// elections that exchange their titles have one title until the second is applied.
    fn displace(&mut self, mut row: ElectionRow, folded: &str) -> Result<()> {
        let (id, old) = (row.id(), row.election_key());
        let title = format!("{folded} (election {id})");
        let mut titles = row.titles();
        titles.retain(|own| own != folded);
        titles.push(title.clone());
        for part in &mut row.parts {
            part.titles.retain(|own| own != folded);
        }
        let summary = ElectionSummary { title, ..row.summary_row.summary.clone() };
        let new = ElectionKey::from_summary(&summary);
        self.delete(&StoreKey::Row(&old));
        self.put(&StoreKey::PastKey(&old, id), encode(&true)?);
        self.put_election_key(id, &titles, &new)?;
        let is_removed = row.is_removed();
        if !is_removed {
            let links = link_names(&summary, row.version.source_name.as_deref());
            self.put_links(id, &links, &new)?;
        }
        row.set_summary(summary, titles, is_removed);
        row.is_displaced = true;
        self.put(&StoreKey::Row(&new), encode(&row)?);
        self.mark_changed(id);
        Ok(())
    }

    /// Removes the title that an election got when another took its own.
    pub(super) fn end_displacement(&mut self, row: &mut ElectionRow) {
        let (summary, is_removed) = (row.summary_row.summary.clone(), row.is_removed());
        let replacement = fold(&summary.title);
        let mut titles = row.titles();
        titles.retain(|title| *title != replacement);
        self.delete(&StoreKey::Title(&replacement));
        row.set_summary(summary, titles, is_removed);
    }
}
