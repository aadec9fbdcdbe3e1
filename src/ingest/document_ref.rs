//! A document as it is compared with the archive.

use super::history::Digest;
use crate::index::ElectionName;

/// A document as it is compared with the archive.
pub(super) struct DocumentRef {
    pub(super) name: ElectionName,
    pub(super) source_key: String,
    /// Name under which the documents of its source are compared.
    pub(super) history: String,
    /// Whether its source has a name.
    pub(super) is_named: bool,
    pub(super) digest: Digest,
    pub(super) time: Option<String>,
    /// Whether its file contains no other document.
    pub(super) is_sole_document: bool,
}
