//! Adds documents to an import. A document whose title another election of its source has waits until
//! that election is read.

use std::collections::{HashMap, HashSet, VecDeque};

use super::batch::ImportBatch;
use super::document::SourceText;
use super::history::{Digest, DocumentStatus};
use super::origin::Origin;
use super::waiting::{UnparsedDocument, WaitingDocument};
use crate::Result;
use crate::formats::{Document, Format};
use crate::index::{ElectionName, TitleUse};
use crate::model::text_digest;

/// The first document of a queue, whose title an election has.
struct BlockedDocument {
    queue: u64,
    /// The election that has the title.
    owner: u64,
    /// The election of the document, if the document becomes its current version.
    election: Option<u64>,
}

impl ImportBatch<'_> {
    /// Adds a text that contains at most one document, with its digest. Returns whether it contains
    /// a document. An unchanged text with a known title is not parsed.
    pub(super) fn add_text(&mut self, source_text: SourceText, digest: Digest) -> Result<bool> {
        self.add_unparsed(UnparsedDocument::Text(source_text), digest)
    }

    /// Adds a document from a text that may contain several.
    pub(super) fn add_document(
        &mut self,
        origin: &Origin,
        format: Format,
        document: Document,
    ) -> Result<()> {
        let digest = text_digest(&document.text);
        let (origin, document) = (origin.clone(), Box::new(document));
        self.add_unparsed(UnparsedDocument::Entry { origin, format, document }, digest)?;
        Ok(())
    }

    /// Adds a document, or lets it wait. Returns whether there is a document.
    fn add_unparsed(&mut self, document: UnparsedDocument, digest: Digest) -> Result<bool> {
        let provenance = document.provenance();
        if let Some(title) = document.title() {
            let (source, id) = (provenance.source.as_deref(), provenance.id.as_deref());
            let name = ElectionName::new(title, source, id);
            if name.identity.is_some() && self.must_wait(&name)? {
                self.progress.waiting.push(WaitingDocument { document, digest, name });
                if self.progress.waiting.is_full() {
                    self.add_waiting()?;
                }
                return Ok(true);
            }
        }
        self.add_now(document, digest)
    }

    /// Returns whether the election with the title of a document is yet to be read.
    fn must_wait(&mut self, name: &ElectionName) -> Result<bool> {
        if self.progress.waiting.has_election(name) {
            return Ok(true);
        }
        let title_use = self.store.title_use(name)?;
        Ok(match title_use {
            TitleUse::Current { owner, .. } => !self.progress.waiting.is_read(owner),
            TitleUse::Free | TitleUse::Former { .. } => false,
        })
    }

    /// Adds a document. Returns whether there is one.
    fn add_now(&mut self, document: UnparsedDocument, digest: Digest) -> Result<bool> {
        let provenance = document.provenance();
        let name = match document.title().map(str::to_owned) {
            Some(title) => Some(self.election_name(&title, &provenance)?),
            None => None,
        };
        let mut reference =
            document.to_ref(name.clone().unwrap_or_else(|| ElectionName::title("")), digest);
        let mut status = match &name {
            Some(_) => Some(self.compare(&reference)?),
            None => None,
        };
        if status == Some(DocumentStatus::Unchanged) {
            self.count_unchanged(&reference)?;
            return Ok(true);
        }
        match document.parse(name.as_ref().map(|name| name.title.as_str()), digest) {
            Ok(Some(parsed)) => {
                if status.is_none() {
                    reference.name = self.election_name(&parsed.entry.title, &provenance)?;
                    status = Some(self.compare(&reference)?);
                }
                self.add_or_count(parsed, status.unwrap_or(DocumentStatus::New), &reference)?;
                return Ok(true);
            }
            Ok(None) => {}
            Err(error) => self.report_error(error),
        }
        Ok(false)
    }

    /// Adds the documents that wait. Elections that exchange their titles get them; a title that
    /// another election keeps is completed with the identifier.
    pub(super) fn add_waiting(&mut self) -> Result<()> {
        loop {
            let blocked = self.add_unblocked()?;
            if blocked.is_empty() {
                return Ok(());
            }
            let mut by_election: HashMap<u64, usize> = HashMap::new();
            for (at, document) in blocked.iter().enumerate() {
                if let Some(election) = document.election {
                    by_election.entry(election).or_insert(at);
                }
            }
            let next = |document: &BlockedDocument| by_election.get(&document.owner).copied();
            let exchanges = find_cycles(&blocked, next);
            for exchange in &exchanges {
                self.add_exchange(exchange)?;
            }
            if exchanges.is_empty() {
                let is_last = |document: &&BlockedDocument| next(document).is_none();
                for BlockedDocument { queue, .. } in blocked.iter().filter(is_last) {
                    if let Some(waiting) = self.progress.waiting.pop(*queue) {
                        self.add_now(waiting.document, waiting.digest)?;
                    }
                }
            }
        }
    }

    /// Adds the documents whose titles are free or become free. Returns the others that are the
    /// first of their queues.
    fn add_unblocked(&mut self) -> Result<Vec<BlockedDocument>> {
        let mut queues: VecDeque<u64> = self.progress.waiting.queue_numbers().into();
        let mut blocked: HashMap<u64, Vec<BlockedDocument>> = HashMap::new();
        while let Some(queue) = queues.pop_front() {
            while let Some(waiting) = self.progress.waiting.front(queue) {
                let title_use = self.store.title_use(&waiting.name)?;
                if let TitleUse::Current { owner, election } = title_use {
                    let election = self.superseded_election(queue, election)?;
                    let document = BlockedDocument { queue, owner, election };
                    blocked.entry(owner).or_default().push(document);
                    break;
                }
                let Some(waiting) = self.progress.waiting.pop(queue) else { break };
                self.add_now(waiting.document, waiting.digest)?;
                let added = match self.store.last_election() {
                    Some(row) => Some(self.store.part_id(row, &waiting.name)?),
                    None => None,
                };
                let freed = added.and_then(|added| blocked.remove(&added)).unwrap_or_default();
                queues.extend(freed.iter().map(|document| document.queue));
            }
        }
        let mut blocked: Vec<BlockedDocument> = blocked.into_values().flatten().collect();
        blocked.sort_unstable_by_key(|document| document.queue);
        Ok(blocked)
    }

    /// Returns an election if the first document of a queue becomes its current version.
    fn superseded_election(&self, queue: u64, election: Option<u64>) -> Result<Option<u64>> {
        let Some((waiting, id)) = self.progress.waiting.front(queue).zip(election) else {
            return Ok(None);
        };
        let time = waiting.document.to_ref(waiting.name.clone(), waiting.digest).time;
        let row = self.store.election_with_id(self.store.view().merged_election(id)?)?;
        Ok(row.is_superseded_by(time.as_ref()).then_some(id))
    }

    /// Adds the first documents of some queues, whose elections exchange their titles. If one
    /// cannot be parsed, none is added, and that one no longer waits.
    fn add_exchange(&mut self, queues: &[u64]) -> Result<()> {
        let mut parsed = Vec::new();
        for queue in queues {
            let Some(WaitingDocument { document, digest, name }) =
                self.progress.waiting.front(*queue).cloned()
            else {
                return Ok(());
            };
            let reference = document.to_ref(name, digest);
            // The election counts as one that its source had before.
            self.compare(&reference)?;
            let result = document.parse(Some(&reference.name.title), digest);
            match result {
                Ok(Some(document)) => parsed.push((document, reference)),
                Ok(None) => {
                    self.progress.waiting.pop(*queue);
                    return Ok(());
                }
                Err(error) => {
                    self.progress.waiting.pop(*queue);
                    self.report_error(error);
                    return Ok(());
                }
            }
        }
        for queue in queues {
            self.progress.waiting.pop(*queue);
        }
        for (document, reference) in parsed {
            self.add_or_count(document, DocumentStatus::New, &reference)?;
        }
        Ok(())
    }
}

/// Returns the cycles of documents, each as the numbers of their queues. `next` is the document whose
/// election has the title of another document.
fn find_cycles(
    blocked: &[BlockedDocument],
    next: impl Fn(&BlockedDocument) -> Option<usize>,
) -> Vec<Vec<u64>> {
    let (mut visited, mut cycles) = (HashSet::new(), Vec::new());
    for start in 0..blocked.len() {
        let (mut path, mut positions) = (Vec::new(), HashMap::new());
        let mut at = Some(start);
        while let Some(document) = at.and_then(|at| blocked.get(at)) {
            if let Some(position) = positions.get(&document.queue) {
                cycles.push(path.split_off(*position));
                break;
            }
            if !visited.insert(document.queue) {
                break;
            }
            positions.insert(document.queue, path.len());
            path.push(document.queue);
            at = next(document);
        }
    }
    cycles
}
