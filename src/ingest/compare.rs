//! Compares documents with the archive, and adds those that are new.

use super::batch::ImportBatch;
use super::document::ParsedDocument;
use super::document_ref::DocumentRef;
use super::history::{DocumentStatus, last_from_source};
use crate::index::{ElectionName, ElectionRow};
use crate::journal::Provenance;
use crate::model::{Erasure, fold};
use crate::{ParseError, Result};

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
        // A title with the identifier may itself be that of another election.
        while self.store.is_title_of_another(&name)? {
            name.title = format!("{} ({source} {id})", name.title);
        }
        if let Some(owner) = self.store.loses_title(&name)? {
            self.report.notes.push(format!(
                "'{}' names another election now, and no longer '{owner}'",
                name.title
            ));
        }
        Ok(name)
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
                let (last, _) = last_from_source(&view, row, &document.history)?;
                last.digest == digest && last.erased.is_none()
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
            if self.refuse_erased(&parsed, document)? {
                if let Some(election) = election {
                    self.progress.coverage.add_election(&document.source_key, election);
                }
                return Ok(());
            }
            if let Some(election) = election.filter(|_| is_among_others) {
                self.progress.files.discard_held(&document.history, election);
            }
            self.add_version(parsed)?;
            if let Some(added) = self.store.last_election().map(ElectionRow::id) {
                self.progress.coverage.add_election(&document.source_key, added);
            }
            return Ok(());
        }
        self.count_unchanged(document)?;
        if let (DocumentStatus::UnchangedUnlessLast, Some(election)) = (status, election) {
            self.progress.files.hold(&document.history, election, parsed);
        }
        Ok(())
    }

    /// Reports a document whose text was erased, unless such texts are allowed. Returns whether it
    /// was refused. The report does not quote the text.
    fn refuse_erased(&mut self, parsed: &ParsedDocument, document: &DocumentRef) -> Result<bool> {
        if self.progress.allow_erased {
            return Ok(false);
        }
        let Some(erasure) = self.store.view().erased_text(document.digest)? else {
            return Ok(false);
        };
        let (title, Erasure { import, reason, .. }) = (&parsed.entry.title, erasure);
        self.report.errors.push(ParseError {
            source: parsed.entry.source.clone(),
            line: 1,
            column: 1,
            expected: "a text that was not erased (--allow-erased imports it)".to_owned(),
            found: format!("{title}: erased by import {import}: {reason}"),
        });
        Ok(true)
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
        Ok(())
    }
}
