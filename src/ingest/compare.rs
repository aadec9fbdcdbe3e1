//! Compares documents with the archive, and adds those that are new.

use super::batch::{ImportBatch, ImportProgress};
use super::document::ParsedDocument;
use super::document_ref::DocumentRef;
use super::history::{Digest, DocumentStatus, last_from_source};
use crate::index::{ElectionName, ElectionRow, MergedElection, SourceState, StateView, TitleUse};
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
        loop {
            match self.store.title_use(&name)? {
                TitleUse::Free => return Ok(name),
                // A title with the identifier may itself be that of another election.
                TitleUse::Current { owner, election } => {
                    let title = format!("{} ({source} {id})", name.title);
                    if election.is_none() && !self.progress.waiting.is_read(owner) {
                        self.report.notes.push(format!(
                            "'{}' is the title of another election of {source}, which this import \
                             lacks: '{title}' is an election of its own ('hustings merge' merges \
                             the two)",
                            name.title
                        ));
                    }
                    name.title = title;
                }
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
        // Of merged elections, the document is compared with its own, as if they were not merged.
        let part = row.parts.get(self.store.part_of(row, &document.name)?);
        let states = part.map_or(row.sources.as_slice(), MergedElection::sources);
        let group = self.progress.source_groups.group(&view, &document.source_key)?;
        if document.is_named || group.len() > 1 {
            let numbers = source_numbers(&view, &group)?;
            let own = view.source_number(&document.source_key)?;
            let id = document.name.identity.as_ref().map(|(_, id)| id);
            let states = states.iter().filter(|state| {
                numbers.contains(&state.source) && id.is_none_or(|id| state.id.as_ref() == Some(id))
            });
            let state = SourceState::latest(states);
            if let Some(state) = state.filter(|state| !state.is_absent()) {
                self.progress.coverage.add_known_election(&document.source_key, row.id());
                let last = view.version(row, state.version)?;
                // An identifier shows that the title of an election has changed.
                if id.is_some()
                    && document.time >= state.source_time
                    && fold(&last.title) != fold(&document.name.title)
                {
                    return Ok(DocumentStatus::New);
                }
                // The documents of the folders of a source and its own continue each other.
                if document.time.is_none() && Some(state.source) != own {
                    let is_same = last.digest == document.digest;
                    let status =
                        if is_same { DocumentStatus::Unchanged } else { DocumentStatus::New };
                    return Ok(status);
                }
            } else if document.is_named {
                // The source has not stated this election so far, or not under this identifier.
                let earlier = match id {
                    Some(_) => None,
                    None => earlier_election(&view, &document.name.title, &numbers)?,
                };
                let Some((earlier, digest)) = earlier else { return Ok(DocumentStatus::New) };
                let ImportProgress { coverage, .. } = &mut *self.progress;
                coverage.add_known_election(&document.source_key, earlier.id());
                coverage.add_election(&document.source_key, earlier.id());
                if digest == document.digest {
                    return Ok(DocumentStatus::Unchanged);
                }
                let (title, source) = (&document.name.title, &document.source_key);
                self.report.notes.push(format!(
                    "'{title}' names another election now: the document of {source} is a version \
                     of it, although {source} had '{}' under this title",
                    earlier.version.title
                ));
                return Ok(DocumentStatus::New);
            }
        }
        let digest = document.digest;
        let is_unchanged = match &document.time {
            Some(time) => view.has_dated_text(row.id(), time, digest)?,
            None if document.is_sole_document => {
                let (last, _) = last_from_source(&view, row, part, &document.history)?;
                last.digest == digest && last.erased.is_none()
            }
            None => {
                return self.progress.files.compare(&view, row, part, &document.history, digest);
            }
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
        let part = match self.store.last_election() {
            Some(row) => Some(self.store.part_id(row, &document.name)?),
            None => None,
        };
        if status == DocumentStatus::New {
            if self.refuse_erased(&parsed, document)? {
                if let Some(election) = election {
                    self.progress.coverage.add_election(&document.source_key, election);
                }
                return Ok(());
            }
            if let Some(part) = part.filter(|_| is_among_others) {
                self.progress.files.discard_deferred(&document.history, part);
            }
            self.add_version(parsed)?;
            if let Some(added) = self.store.last_election() {
                self.progress.coverage.add_election(&document.source_key, added.id());
                if document.name.identity.is_some() {
                    let part = self.store.part_id(added, &document.name)?;
                    self.progress.waiting.mark_read(part);
                }
            }
            return Ok(());
        }
        self.count_unchanged(document)?;
        if let (DocumentStatus::UnchangedUnlessLast, Some(part)) = (status, part) {
            self.progress.files.defer(&document.history, part, parsed);
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
        let part = match self.store.last_election() {
            Some(row) => self.store.part_id(row, &document.name)?,
            None => id,
        };
        if is_removed && self.report.still_removed.last().is_none_or(|last| last != title) {
            self.report.still_removed.push(title.clone());
        }
        self.progress.coverage.add_election(&document.source_key, id);
        if document.name.identity.is_some() {
            self.progress.waiting.mark_read(part);
        }
        Ok(())
    }
}

/// Returns the numbers of the sources with these keys.
fn source_numbers(view: &StateView<'_>, keys: &[String]) -> Result<Vec<u32>> {
    let mut numbers = Vec::new();
    for key in keys {
        numbers.extend(view.source_number(key)?);
    }
    Ok(numbers)
}

/// Returns the election that a source, by its numbers, stated under a title which another election
/// has now, and the digest of its latest text.
fn earlier_election(
    view: &StateView<'_>,
    title: &str,
    numbers: &[u32],
) -> Result<Option<(ElectionRow, Digest)>> {
    for id in view.previous_owners(title)? {
        let row = view.election(id)?;
        let states = row.source_states().filter(|state| numbers.contains(&state.source));
        let Some(state) = SourceState::latest(states).filter(|state| !state.is_absent()) else {
            continue;
        };
        let last = view.version(&row, state.version)?;
        if state.id.is_none() && fold(&last.title) == fold(title) {
            return Ok(Some((row, last.digest)));
        }
    }
    Ok(None)
}
