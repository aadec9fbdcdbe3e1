//! Documents whose titles other elections have. They wait until these elections have been read, since
//! a source may exchange the titles of its elections.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use super::document::{ParsedDocument, SourceText};
use super::document_ref::DocumentRef;
use super::history::Digest;
use super::origin::Origin;
use crate::ParseError;
use crate::formats::{Document, Format};
use crate::index::ElectionName;
use crate::journal::Provenance;
use crate::model::{history_name, source_key};

/// Maximum size of the texts that wait, in bytes. Beyond it, titles are decided by what was read.
const MAX_WAITING_BYTES: usize = 16 * 1024 * 1024;

/// A document that is not parsed with its final title yet.
#[derive(Clone)]
pub(super) enum UnparsedDocument {
    /// A text that contains at most one document.
    Text(SourceText),
    /// A document from a text that may contain several.
    Entry { origin: Origin, format: Format, document: Box<Document> },
}

impl UnparsedDocument {
    /// Returns the title that the document states, if it is known without parsing.
    pub(super) fn title(&self) -> Option<&str> {
        match self {
            Self::Text(text) => text.title.as_deref(),
            Self::Entry { document, .. } => Some(&document.election.title),
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Text(text) => &text.text,
            Self::Entry { document, .. } => &document.text,
        }
    }

    /// Returns the name of the source, and its identifier of the election.
    pub(super) fn provenance(&self) -> Provenance {
        match self {
            Self::Text(text) => text.provenance.clone(),
            Self::Entry { origin, document, .. } => Provenance {
                source: origin.source.as_ref().map(|source| source.name().to_owned()),
                id: document.source_id.clone(),
                ..Provenance::default()
            },
        }
    }

    /// Returns the document as it is compared with the archive.
    pub(super) fn to_ref(&self, name: ElectionName, digest: Digest) -> DocumentRef {
        let source_name = self.provenance().source;
        let (format, file, time) = match self {
            Self::Text(text) => (text.format, &text.source, &text.source_time),
            Self::Entry { origin, format, document } => {
                (*format, &origin.name, &document.source_time)
            }
        };
        DocumentRef {
            name,
            source_key: source_key(source_name.as_deref(), format.as_str(), file),
            history: history_name(source_name.as_deref(), file),
            is_named: source_name.is_some(),
            digest,
            time: time.clone(),
            // A source with a name may have several texts about an election.
            is_sole_document: match self {
                Self::Text(text) => text.is_sole_document && source_name.is_none(),
                Self::Entry { .. } => false,
            },
        }
    }

    /// Parses the document, with a title if it is known. Returns `None` when the text contains no
    /// document.
    ///
    /// # Errors
    /// When the document cannot be parsed, or when it exceeds the archive's limits.
    pub(super) fn parse(
        self,
        title: Option<&str>,
        digest: Digest,
    ) -> Result<Option<ParsedDocument>, ParseError> {
        match self {
            Self::Text(mut text) => {
                text.title = title.map(str::to_owned).or(text.title);
                text.parse(digest)
            }
            Self::Entry { origin, format, mut document } => {
                if let Some(title) = title {
                    document.election.title = title.to_owned();
                }
                let source_name = origin.source.map(|source| source.name().to_owned());
                ParsedDocument::new(origin.name, source_name, None, format, *document, digest)
                    .map(Some)
            }
        }
    }
}

/// A document whose title another election has.
#[derive(Clone)]
pub(super) struct WaitingDocument {
    pub(super) document: UnparsedDocument,
    pub(super) digest: Digest,
    /// The title that the document states, and how its source identifies the election.
    pub(super) name: ElectionName,
}

/// The documents that wait, by the identifiers of their elections, in the order of the files.
#[derive(Default)]
pub(crate) struct WaitingDocuments {
    queues: BTreeMap<u64, VecDeque<WaitingDocument>>,
    /// Number of the queue of each source and identifier.
    numbers: HashMap<(String, String), u64>,
    next_number: u64,
    bytes: usize,
    /// Ids of the identified elections of which a document was read.
    read: HashSet<u64>,
}

impl WaitingDocuments {
    /// Returns whether a document about the same election waits.
    pub(super) fn has_election(&self, name: &ElectionName) -> bool {
        name.identity.as_ref().is_some_and(|identity| self.numbers.contains_key(identity))
    }

    /// Returns whether a document about an identified election was read.
    pub(super) fn is_read(&self, election: u64) -> bool {
        self.read.contains(&election)
    }

    /// Records that a document about an identified election was read.
    pub(super) fn mark_read(&mut self, election: u64) {
        self.read.insert(election);
    }

    /// Returns whether the documents that wait have reached their maximum size.
    pub(super) fn is_full(&self) -> bool {
        self.bytes >= MAX_WAITING_BYTES
    }

    /// Adds a document whose source identifies the election.
    pub(super) fn push(&mut self, waiting: WaitingDocument) {
        let Some(identity) = waiting.name.identity.clone() else { return };
        let number = *self.numbers.entry(identity).or_insert(self.next_number);
        self.next_number = self.next_number.max(number + 1);
        self.bytes += waiting.document.text().len();
        self.queues.entry(number).or_default().push_back(waiting);
    }

    /// Returns the numbers of all queues, in order.
    pub(super) fn queue_numbers(&self) -> Vec<u64> {
        self.queues.keys().copied().collect()
    }

    /// Returns the first document of a queue.
    pub(super) fn front(&self, number: u64) -> Option<&WaitingDocument> {
        self.queues.get(&number)?.front()
    }

    /// Removes and returns the first document of a queue.
    pub(super) fn pop(&mut self, number: u64) -> Option<WaitingDocument> {
        let queue = self.queues.get_mut(&number)?;
        let waiting = queue.pop_front()?;
        if queue.is_empty() {
            self.queues.remove(&number);
            if let Some(identity) = &waiting.name.identity {
                self.numbers.remove(identity);
            }
        }
        self.bytes = self.bytes.saturating_sub(waiting.document.text().len());
        Some(waiting)
    }
}
