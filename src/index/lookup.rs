//! Looks up elections by the names that documents give them, and caches the last one.

use super::election_name::{CachedRow, ElectionName};
use super::keys::StoreKey;
use super::rows::ElectionRow;
use super::writer::StoreWriter;
use crate::Result;
use crate::model::{ElectionKey, fold};
use crate::store::encode;

impl StoreWriter {
    /// Returns the election with this name: the one that the source identifies, or else the one
    /// with the title.
    pub(crate) fn election(&mut self, name: &ElectionName) -> Result<Option<&ElectionRow>> {
        self.load_row(name)?;
        Ok(self.last_election())
    }

    /// Returns the election that [`StoreWriter::election`] returned last.
    pub(crate) fn last_election(&self) -> Option<&ElectionRow> {
        match &self.cached_row {
            CachedRow::Row { row, .. } => Some(row),
            _ => None,
        }
    }

    /// Returns the election with an id.
    pub(crate) fn election_with_id(&self, id: u64) -> Result<ElectionRow> {
        match self.last_election().filter(|row| row.id() == id) {
            Some(row) => Ok(row.clone()),
            None => self.view().election(id),
        }
    }

    pub(super) fn load_row(&mut self, name: &ElectionName) -> Result<()> {
        match &mut self.cached_row {
            CachedRow::Absent(absent) if absent == name => return Ok(()),
            CachedRow::Row { name: cached_name, .. } if cached_name == name => return Ok(()),
            _ => {}
        }
        let found = self.find_election(name)?;
        if let (Some((id, _)), CachedRow::Row { name: cached_name, row, .. }) =
            (&found, &mut self.cached_row)
            && *id == row.id()
        {
            cached_name.clone_from(name);
            return Ok(());
        }
        self.buffer_row()?;
        let name = name.clone();
        self.cached_row = match found {
            None => CachedRow::Absent(name),
            Some((_, election_key)) => {
                let row = Box::new(self.view().row(&election_key)?);
                CachedRow::Row { name, row, is_changed: false }
            }
        };
        Ok(())
    }

    /// Returns the id and the key of the election with this name. If the source identifies an
    /// election, but the title is the current one of another election, that other election is
    /// returned: two elections never have the same current title.
    fn find_election(&self, name: &ElectionName) -> Result<Option<(u64, ElectionKey)>> {
        let view = self.view();
        let by_title = view.find_by_title(&name.title)?;
        let Some((source, source_id)) = &name.identity else { return Ok(by_title) };
        let Some(source) = view.source_number(source)? else { return Ok(by_title) };
        let Some(id) = view.find_by_identity(source, source_id)? else {
            // A former title of an election that the source identifies otherwise is not a match.
            return match by_title {
                Some((other, election_key))
                    if election_key.title != fold(&name.title)
                        && self.has_other_identity(other, &election_key, source, source_id)? =>
                {
                    Ok(None)
                }
                by_title => Ok(by_title),
            };
        };
        if let Some((other, election_key)) = by_title
            && (other == id || election_key.title == fold(&name.title))
        {
            return Ok(Some((other, election_key)));
        }
        Ok(Some((id, view.election_key(id)?)))
    }

    /// Buffers the row of the election that was looked up last, if it has changed.
    pub(super) fn buffer_row(&mut self) -> Result<()> {
        if let CachedRow::Row { row, is_changed: true, .. } = std::mem::take(&mut self.cached_row) {
            self.put(&StoreKey::Row(&row.election_key()), encode(&row)?);
        }
        Ok(())
    }

    /// Returns whether a title is the current one of another election than the one that a source
    /// identifies.
    pub(crate) fn is_title_of_another(&self, name: &ElectionName) -> Result<bool> {
        let view = self.view();
        let Some((source, source_id)) = &name.identity else { return Ok(false) };
        let Some((owner, election_key)) = view.find_by_title(&name.title)? else {
            return Ok(false);
        };
        if election_key.title != fold(&name.title) {
            return Ok(false);
        }
        let Some(source) = view.source_number(source)? else { return Ok(false) };
        match view.find_by_identity(source, source_id)? {
            Some(id) => Ok(id != owner),
            None => self.has_other_identity(owner, &election_key, source, source_id),
        }
    }

    /// Returns the current title of another election that loses this title to the election of a
    /// document, because its source tells the two apart.
    pub(crate) fn loses_title(&self, name: &ElectionName) -> Result<Option<String>> {
        if name.identity.is_none() {
            return Ok(None);
        }
        let view = self.view();
        let Some((owner, election_key)) = view.find_by_title(&name.title)? else {
            return Ok(None);
        };
        if election_key.title == fold(&name.title) {
            return Ok(None);
        }
        let found = self.find_election(name)?;
        if found.is_some_and(|(id, _)| id == owner) {
            return Ok(None);
        }
        Ok(Some(self.election_with_id(owner)?.version.title))
    }

    /// Returns whether a folded title is the current one of an election that a source tells apart
    /// from the election `other`.
    pub(crate) fn is_current_title_of_identified(&self, title: &str, other: u64) -> Result<bool> {
        let Some((owner, election_key)) = self.view().find_by_title(title)? else {
            return Ok(false);
        };
        if owner == other || election_key.title != title {
            return Ok(false);
        }
        let [owner, other] = [self.election_with_id(owner)?, self.election_with_id(other)?];
        Ok(owner.is_told_apart_from(&other))
    }

    /// Returns whether a source identifies an election by another text.
    fn has_other_identity(
        &self,
        id: u64,
        election_key: &ElectionKey,
        source: u32,
        source_id: &str,
    ) -> Result<bool> {
        let is_other = |row: &ElectionRow| {
            let mut states = row.sources.iter().filter(|state| state.source == source);
            states.any(|state| state.id.as_deref().is_some_and(|id| id != source_id))
        };
        match self.last_election().filter(|row| row.id() == id) {
            Some(row) => Ok(is_other(row)),
            None => Ok(is_other(&self.view().row(election_key)?)),
        }
    }
}
