//! Compares documents with the archive, and adds those that are new.

use super::batch::ImportBatch;
use super::document::ParsedDocument;
use super::document_ref::DocumentRef;
use super::history::{DocumentStatus, last_from_source};
use crate::Result;
use crate::index::{ElectionName, ElectionRow, TitleUse};
use crate::journal::Provenance;
use crate::model::fold;

impl ImportBatch<'_> {
    /// Returns the name of a document's election. If the title is the current one of another
    /// election, and the source tells the two apart, the identifier is added to the title.
    pub(super) fn election_name(
        &mut self,
        title: &str,
        provenance: &Provenance,
    ) -> Result<ElectionName> {
        let mut name =
            ElectionName::new(title, provenance.source.as_deref(), provenance.id.as_deref());
        let Some((source, id)) = name.identity.clone() else { return Ok(name) };
        loop {
            match self.store.title_use(&name)? {
                TitleUse::Free => return Ok(name),
                // A title with the identifier may itself be that of another election.
                TitleUse::Current { .. } => name.title = format!("{} ({source} {id})", name.title),
                TitleUse::Former { owner } => {
                    let owner = self.store.election_with_id(owner)?.version.title;
                    self.report.notes.push(format!(
                        "'{}' names another election now, and no longer '{owner}'",
                        name.title
                    ));
                    return Ok(name);
                }
            }
        }
    }

    /// Compares a document with the archive.
    pub(super) fn compare(&mut self, document: &DocumentRef) -> Result<DocumentStatus> {
        if self.store.election(&document.name)?.is_none() {
            return Ok(DocumentStatus::New);
        }
        let (view, row) = (self.store.view(), self.store.last_election());
        let Some(row) = row else { return Ok(DocumentStatus::New) };
        if document.is_named {
            let number = view.source_number(&document.source_key)?;
            let id = document.name.identity.as_ref().map(|(_, id)| id);
            let mut states = row.source_states();
            let state = states.find(|state| {
                Some(state.source) == number && id.is_none_or(|id| state.id.as_ref() == Some(id))
            });
            // The source has not stated this election so far, or not under this identifier.
            let Some(state) = state.filter(|state| !state.is_absent()) else {
                return Ok(DocumentStatus::New);
            };
            self.progress.coverage.add_known_election(&document.source_key, row.id());
            // An identifier shows that the title of an election has changed.
            if id.is_some()
                && document.time >= state.source_time
                && fold(&view.version(row, state.version)?.title) != fold(&document.name.title)
            {
                return Ok(DocumentStatus::New);
            }
        }
        let digest = document.digest;
        let is_unchanged = match &document.time {
            Some(time) => view.has_dated_text(row.id(), time, digest)?,
            None if document.is_sole_document => {
                last_from_source(&view, row, &document.history)?.0.digest == digest
            }
            None => return self.progress.files.compare(&view, row, &document.history, digest),
        };
        Ok(if is_unchanged { DocumentStatus::Unchanged } else { DocumentStatus::New })
    }

    /// Adds a parsed document, or counts it as unchanged.
    pub(super) fn add_or_count(
        &mut self,
        parsed: ParsedDocument,
        status: DocumentStatus,
        document: &DocumentRef,
    ) -> Result<()> {
        let is_among_others = !document.is_sole_document && document.time.is_none();
        let election = self.store.election(&document.name)?.map(ElectionRow::id);
        if status == DocumentStatus::New {
            if let Some(election) = election.filter(|_| is_among_others) {
                self.progress.files.discard_held(&document.history, election);
            }
            self.add_version(parsed)?;
            if let Some(added) = self.store.last_election().map(ElectionRow::id) {
                self.progress.coverage.add_election(&document.source_key, added);
                if document.name.identity.is_some() {
                    self.progress.waiting.mark_read(added);
                }
            }
            return Ok(());
        }
        self.count_unchanged(document)?;
        if let (DocumentStatus::UnchangedUnlessLast, Some(election)) = (status, election) {
            self.progress.files.hold(&document.history, election, parsed);
        }
        Ok(())
    }

    /// Counts an unchanged document. Reports its title if the election was removed.
    pub(super) fn count_unchanged(&mut self, document: &DocumentRef) -> Result<()> {
        self.report.unchanged += 1;
        let Some(row) = self.store.election(&document.name)? else { return Ok(()) };
        let (id, is_removed, title) = (row.id(), row.is_removed(), &document.name.title);
        if is_removed && self.report.still_removed.last().is_none_or(|last| last != title) {
            self.report.still_removed.push(title.clone());
        }
        self.progress.coverage.add_election(&document.source_key, id);
        if document.name.identity.is_some() {
            self.progress.waiting.mark_read(id);
        }
        Ok(())
    }
}
