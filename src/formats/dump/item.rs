//! The items of a dump, and its compression.

use memchr::memmem;

use crate::ParseError;
use crate::model::{Revision, Source};

/// An item of a dump: a page, an error, or the progress of reading.
#[derive(Debug)]
pub(crate) enum DumpItem {
    /// The wiki that the dump is of, before all of its pages.
    Wiki(Source),
    /// A revision of a page that seems to have an election infobox.
    Page(PageRevision),
    /// A page that redirects to another.
    Redirect {
        /// Title of the redirect.
        title: String,
        /// Title of its target.
        target: String,
    },
    /// The error of a revision that cannot be parsed, or the error that ends reading early.
    Error(ParseError),
    /// The progress, reported about every thousand pages.
    Progress(DumpPosition),
    /// The end of the dump.
    End(DumpPosition),
}

/// The progress of reading a dump.
#[derive(Debug, Clone, Copy)]
pub(crate) struct DumpPosition {
    /// Bytes of the file read so far, before decompression.
    pub(crate) bytes: u64,
    /// Size of the file in bytes, where known.
    pub(crate) size: Option<u64>,
    /// Number of pages read so far.
    pub(crate) pages: u64,
}

/// An iterator over the items of a dump. The last item is [`DumpItem::End`].
pub(crate) type DumpItems = std::iter::Flatten<std::sync::mpsc::IntoIter<Vec<DumpItem>>>;

/// A revision of a page.
#[derive(Debug)]
pub(crate) struct PageRevision {
    /// Title of the page.
    pub(crate) title: String,
    /// The wikitext of the revision.
    pub(crate) text: String,
    /// Time of the revision: RFC 3339, UTC.
    pub(crate) time: Option<String>,
    /// Number, contributor and comment of the revision.
    pub(crate) revision: Option<Revision>,
    /// Number of the page in its wiki.
    pub(crate) page_id: Option<u64>,
}

/// The compression of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compression {
    Plain,
    Gzip,
    Bzip2,
}

/// Detects the compression of a dump from its first bytes. Returns `None` if the file does not look
/// like a dump.
pub(crate) fn detect_compression(start: &[u8]) -> Option<Compression> {
    if start.starts_with(&[0x1f, 0x8b]) {
        return Some(Compression::Gzip);
    }
    if start.starts_with(b"BZh") {
        return Some(Compression::Bzip2);
    }
    let text = start.trim_ascii_start();
    let marked = text.starts_with(b"<") || text.starts_with(b"\xef\xbb\xbf<");
    memmem::find(start, b"<mediawiki").filter(|_| marked).map(|_| Compression::Plain)
}
