//! Looks up elections by the names that documents give them, and caches the last one.

use super::election_name::{CachedRow, ElectionName};
use super::keys::StoreKey;
use super::rows::ElectionRow;
use super::writer::StoreWriter;
use crate::Result;
use crate::model::{ElectionKey, fold};
use crate::store::encode;

/// Which election has the title of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TitleUse {
    /// No election, or the election of the document.
    Free,
    /// An election that the source identifies otherwise, as its current title.
    Current {
        /// The id of this election, as it would be if it were not merged into another.
        owner: u64,
        /// The id of the document's election if the archive has it, likewise.
        election: Option<u64>,
    },
    /// An election that the source identifies otherwise, as a former title. It loses the title.
    Former { owner: u64 },
}

/// The election of a document, and the use of the document's title.
struct ResolvedName {
    election: Option<(u64, ElectionKey)>,
    title_use: TitleUse,
}

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
        let found = self.resolve_name(name)?.election;
        self.load_resolved(name, found)
    }

    /// Loads the row of an election that was found by its name.
    fn load_resolved(
        &mut self,
        name: &ElectionName,
        found: Option<(u64, ElectionKey)>,
    ) -> Result<()> {
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

    /// Looks an election up by its name, and determines which election has the title.
    fn resolve_name(&self, name: &ElectionName) -> Result<ResolvedName> {
        let view = self.view();
        let by_title = view.find_by_title(&name.title)?;
        let source = match &name.identity {
            Some((source, source_id)) => view.source_number(source)?.zip(Some(source_id)),
            None => None,
        };
        let Some((source, source_id)) = source else {
            return Ok(ResolvedName { election: by_title, title_use: TitleUse::Free });
        };
        let identified = view.find_by_identity(source, source_id)?;
        let Some((owner, election_key)) = by_title else {
            let election = match identified {
                Some(id) => Some((id, view.election_key(id)?)),
                None => None,
            };
            return Ok(ResolvedName { election, title_use: TitleUse::Free });
        };
        let is_of_another = match identified {
            Some(id) => id != owner,
            None => self.has_other_identity(owner, &election_key, source, source_id)?,
        };
        if !is_of_another {
            let election = Some((owner, election_key));
            return Ok(ResolvedName { election, title_use: TitleUse::Free });
        }
        let folded = fold(&name.title);
        let current_owner = self.current_owner(&folded, owner, &election_key)?;
        let election = match identified {
            Some(id) => Some((id, view.election_key(id)?)),
            // Only a journal that hustings did not write contains such a document.
            None if election_key.title == folded => Some((owner, election_key)),
            None => None,
        };
        let title_use = match current_owner {
            Some(owner) => {
                let election = view.identified_part(source, source_id)?;
                TitleUse::Current { owner, election }
            }
            None => TitleUse::Former { owner },
        };
        Ok(ResolvedName { election, title_use })
    }

    /// Returns the index of the part that a document or an entry with this name belongs to: the
    /// part that the source identifies, or else the part with the title, or else the first. This is
    /// the election to which it would belong if no election were merged.
    pub(crate) fn part_of(&self, row: &ElectionRow, name: &ElectionName) -> Result<usize> {
        if row.parts.is_empty() {
            return Ok(0);
        }
        if let Some((source, source_id)) = &name.identity
            && let Some(source) = self.view().source_number(source)?
            && let Some(id) = self.view().identified_part(source, source_id)?
            && let Some(part) = row.parts.iter().position(|part| part.id == id)
        {
            return Ok(part);
        }
        let folded = fold(&name.title);
        Ok(row.parts.iter().position(|part| part.titles.contains(&folded)).unwrap_or(0))
    }

    /// Returns the id of the part that a document with this name belongs to. Without parts, this is
    /// the id of the election.
    pub(crate) fn part_id(&self, row: &ElectionRow, name: &ElectionName) -> Result<u64> {
        let part = row.parts.get(self.part_of(row, name)?);
        Ok(part.map_or(row.id(), |part| part.id))
    }

    /// Returns which election has the title of a document, and keeps the election of the document
    /// at hand unless the title is the current one of another.
    pub(crate) fn title_use(&mut self, name: &ElectionName) -> Result<TitleUse> {
        let resolved = self.resolve_name(name)?;
        if !matches!(resolved.title_use, TitleUse::Current { .. }) {
            self.load_resolved(name, resolved.election)?;
        }
        Ok(resolved.title_use)
    }

    /// Buffers the row of the election that was looked up last, if it has changed.
    pub(super) fn buffer_row(&mut self) -> Result<()> {
        if let CachedRow::Row { row, is_changed: true, .. } = std::mem::take(&mut self.cached_row) {
            self.put(&StoreKey::Row(&row.election_key()), encode(&row)?);
        }
        Ok(())
    }

    /// Returns whether a folded title is the current one of an election that a source tells apart
    /// from the election `other`.
    pub(crate) fn is_current_title_of_identified(&self, title: &str, other: u64) -> Result<bool> {
        let Some((owner, election_key)) = self.view().find_by_title(title)? else {
            return Ok(false);
        };
        if owner == other || self.current_owner(title, owner, &election_key)?.is_none() {
            return Ok(false);
        }
        let [owner, other] = [self.election_with_id(owner)?, self.election_with_id(other)?];
        Ok(owner.is_told_apart_from(&other))
    }

    /// Returns the id of an election that has a folded title now, and not only formerly: as the title
    /// of its record, or as what a source states that identifies it. Of merged elections, this is the
    /// one that has the title.
    fn current_owner(
        &self,
        title: &str,
        id: u64,
        election_key: &ElectionKey,
    ) -> Result<Option<u64>> {
        let row = self.election_with_id(id)?;
        let own = [(row.id(), row.sources.as_slice())];
        let parts = row.parts.iter().map(|part| (part.id, part.sources()));
        for (part, states) in parts.chain(own) {
            for state in states.iter().filter(|state| state.id.is_some()) {
                if fold(&self.view().version(&row, state.version)?.title) == title {
                    return Ok(Some(part));
                }
            }
        }
        Ok((election_key.title == title).then_some(id))
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
