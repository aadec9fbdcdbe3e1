//! A streaming reader of MediaWiki's export XML.
//!
//! Only a few revisions are in memory at a time, so memory use depends neither on the size of the
//! dump nor on the number of revisions of a page. The escaped text is searched for an election
//! infobox, and is unescaped only if it may contain one. Workbooks have
//! a reader of XML of their own.

use std::io::{self, BufRead};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use memchr::{memchr, memmem};
use quick_xml::Reader;
use quick_xml::escape::{escape, unescape};
use quick_xml::events::{BytesStart, Event};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::decompress::DecompressedReader;
use super::item::{DumpItem, DumpItems, DumpPosition, PageRevision};
use super::line_counter::LineCounter;
use super::site_info::SiteInfo;
use crate::ParseError;
use crate::formats::document;
use crate::model::Revision;

/// Maximum size of the text of a revision, in bytes. Wikis allow two million bytes, so a larger
/// text is not a page.
const MAX_TEXT_BYTES: usize = 8 * 1024 * 1024;

/// Maximum nesting depth of elements. In real dumps it is six.
const MAX_DEPTH: usize = 64;

/// Size of the texts in a batch at which the batch is sent, in bytes.
const BATCH_BYTES: usize = 512 * 1024;

/// Size assumed for an item without text, in bytes. It bounds the number of items in a batch.
const MIN_ITEM_BYTES: usize = 512;

/// Maximum number of batches that are read ahead of the consumer.
const MAX_BATCHES_AHEAD: usize = 12;

/// Reads a dump on a separate thread.
///
/// # Errors
/// When the thread cannot be started.
pub(crate) fn read_items(source: &str, input: DecompressedReader) -> io::Result<DumpItems> {
    let dump = DumpReader::new(source, input);
    let (sender, receiver) = sync_channel(MAX_BATCHES_AHEAD);
    thread::Builder::new().spawn(move || dump.read(&sender))?;
    Ok(receiver.into_iter().flatten())
}

/// The parser of a dump.
struct DumpReader {
    source: String,
    reader: Reader<LineCounter<DecompressedReader>>,
    event_buffer: Vec<u8>,
    /// The open elements, outermost first.
    path: Vec<Element>,
    site: SiteInfo,
    page: PageHead,
    revision: RevisionFields,
    pages: u64,
    root_seen: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    Mediawiki,
    SiteInfo,
    DatabaseName,
    Base,
    Page,
    Title,
    Namespace,
    Id,
    Revision,
    Timestamp,
    Contributor,
    Name,
    Comment,
    Text,
    Other,
}

impl Element {
    fn from_name(name: &str) -> Self {
        match name {
            "mediawiki" => Self::Mediawiki,
            "siteinfo" => Self::SiteInfo,
            "dbname" => Self::DatabaseName,
            "base" => Self::Base,
            "page" => Self::Page,
            "title" => Self::Title,
            "ns" => Self::Namespace,
            "id" => Self::Id,
            "revision" => Self::Revision,
            "timestamp" => Self::Timestamp,
            "contributor" => Self::Contributor,
            "username" | "ip" => Self::Name,
            "comment" => Self::Comment,
            "text" => Self::Text,
            _ => Self::Other,
        }
    }
}

/// The fields of a page before its revisions.
#[derive(Default)]
struct PageHead {
    title: String,
    id: String,
    namespace: String,
    redirect: Option<String>,
}

impl PageHead {
    /// Returns whether the page may be an article. An empty namespace is accepted, because early
    /// exports do not state the namespace of a page.
    fn is_article(&self) -> bool {
        ["0", ""].contains(&self.namespace.trim())
    }
}

#[derive(Default)]
struct RevisionFields {
    id: String,
    time: String,
    contributor: String,
    comment: String,
    text: Vec<u8>,
    /// Whether the text exceeds [`MAX_TEXT_BYTES`] and was discarded.
    oversized: bool,
}

impl DumpReader {
    fn new(source: &str, input: DecompressedReader) -> Self {
        Self {
            source: source.to_owned(),
            reader: Reader::from_reader(LineCounter::new(input)),
            event_buffer: Vec::new(),
            path: Vec::new(),
            site: SiteInfo::default(),
            page: PageHead::default(),
            revision: RevisionFields::default(),
            pages: 0,
            root_seen: false,
        }
    }

    fn progress(&self) -> DumpPosition {
        let (bytes, size) = self.reader.get_ref().inner().progress();
        DumpPosition { bytes, size, pages: self.pages }
    }

    /// Reads to the end of the dump, or until the receiver is dropped.
    fn read(mut self, sender: &SyncSender<Vec<DumpItem>>) {
        let (mut items, mut bytes) = (Vec::new(), 0);
        loop {
            let item = match self.next() {
                Ok(Some(item)) => item,
                ended => {
                    items.extend(ended.err().map(DumpItem::Error));
                    items.push(DumpItem::End(self.progress()));
                    let _ = sender.send(items);
                    return;
                }
            };
            let pause = matches!(item, DumpItem::Progress(_));
            bytes += match &item {
                DumpItem::Page(page) => page.text.len(),
                _ => MIN_ITEM_BYTES,
            };
            items.push(item);
            if pause || bytes >= BATCH_BYTES {
                if sender.send(std::mem::take(&mut items)).is_err() {
                    return;
                }
                bytes = 0;
            }
        }
    }

    /// Returns the next item, or `None` at the end.
    ///
    /// # Errors
    /// When the dump is damaged or truncated. Reading cannot continue after that.
    fn next(&mut self) -> Result<Option<DumpItem>, ParseError> {
        loop {
            let mut buffer = std::mem::take(&mut self.event_buffer);
            buffer.clear();
            self.reader.get_mut().start_event();
            let event = self.reader.read_event_into(&mut buffer);
            let event = event.map_err(|error| DumpError::Xml(error.to_string()));
            let step = match event {
                Ok(Event::Start(start)) => self.start_element(&start, false).map(|()| None),
                Ok(Event::Empty(empty)) => {
                    let started = self.start_element(&empty, true).map(|()| None);
                    self.path.pop();
                    started
                }
                Ok(Event::End(_)) => self.end_element(),
                Ok(Event::Text(text)) => self.append_text(text.as_ref()).map(|()| None),
                Ok(Event::CData(text)) => self.append_text(&escape(text.as_ref())).map(|()| None),
                Ok(Event::GeneralRef(name)) => {
                    self.append_text(&["&", name.as_ref(), ";"].concat()).map(|()| None)
                }
                Ok(Event::Eof) if self.path.is_empty() && self.root_seen => return Ok(None),
                Ok(Event::Eof) => Err(DumpError::Truncated),
                Ok(_) => Ok(None),
                Err(error) => Err(error),
            };
            self.event_buffer = buffer;
            match step {
                Ok(Some(item)) => return Ok(Some(item)),
                Ok(None) => {}
                Err(error) => return Err(self.to_parse_error(error)),
            }
        }
    }

    /// Handles the start of an element. An empty element has no text to read.
    fn start_element(&mut self, start: &BytesStart<'_>, empty: bool) -> Result<(), DumpError> {
        let element = Element::from_name(start.local_name().as_ref());
        match (self.path.len(), element) {
            (0, Element::Mediawiki) => self.root_seen = true,
            (0, _) => return Err(DumpError::NotADump),
            (MAX_DEPTH.., _) => {
                return Err(DumpError::Xml(format!("nested more than {MAX_DEPTH} deep")));
            }
            (1, Element::Page) => self.page = PageHead::default(),
            (2, Element::Revision) => self.revision = RevisionFields::default(),
            _ => {}
        }
        if start.local_name().as_ref() == "redirect" {
            self.page.redirect = attribute(start, "title");
        }
        self.path.push(element);
        if element == Element::Text && !empty {
            let is_article = self.page.is_article();
            let is_complete = read_text(&mut self.reader, is_article, &mut self.revision.text)?;
            self.revision.oversized = is_article && !is_complete;
        }
        Ok(())
    }

    fn end_element(&mut self) -> Result<Option<DumpItem>, DumpError> {
        match (self.path.pop(), self.path.len()) {
            (Some(Element::Revision), 2) => {
                // A revision that cannot be parsed is reported and does not stop the others.
                Ok(self
                    .finish_revision()
                    .unwrap_or_else(|error| Some(DumpItem::Error(self.to_parse_error(error)))))
            }
            (Some(Element::SiteInfo), 1) => Ok(self.site.to_source().map(DumpItem::Wiki)),
            (Some(Element::Page), 1) => {
                self.pages += 1;
                let page = std::mem::take(&mut self.page);
                if page.is_article()
                    && let Some(target) = page.redirect
                {
                    return Ok(Some(DumpItem::Redirect { title: page.title, target }));
                }
                let pause = self.pages.is_multiple_of(1_000);
                Ok(pause.then(|| DumpItem::Progress(self.progress())))
            }
            _ => Ok(None),
        }
    }

    /// Appends text to the field of the current element.
    fn append_text(&mut self, text: &str) -> Result<(), DumpError> {
        use Element as E;
        let field = match *self.path.as_slice() {
            [E::Mediawiki, E::SiteInfo, E::DatabaseName] => &mut self.site.database_name,
            [E::Mediawiki, E::SiteInfo, E::Base] => &mut self.site.base,
            [E::Mediawiki, E::Page, E::Title] => &mut self.page.title,
            [E::Mediawiki, E::Page, E::Id] => &mut self.page.id,
            [E::Mediawiki, E::Page, E::Namespace] => &mut self.page.namespace,
            [E::Mediawiki, E::Page, E::Revision, E::Id] => &mut self.revision.id,
            [E::Mediawiki, E::Page, E::Revision, E::Timestamp] => &mut self.revision.time,
            [E::Mediawiki, E::Page, E::Revision, E::Comment] => &mut self.revision.comment,
            [E::Mediawiki, E::Page, E::Revision, E::Contributor, E::Name] => {
                &mut self.revision.contributor
            }
            [E::Mediawiki, E::Page, E::Revision, E::Text] if self.page.is_article() => {
                let revision_text = &mut self.revision.text;
                revision_text.extend_from_slice(text.as_bytes());
                return if revision_text.len() > MAX_TEXT_BYTES {
                    Err(DumpError::Oversized)
                } else {
                    Ok(())
                };
            }
            _ => return Ok(()),
        };
        // Text with an unknown entity is used as written.
        field.push_str(&unescape(text).unwrap_or(text.into()));
        if field.len() > MAX_TEXT_BYTES { Err(DumpError::Oversized) } else { Ok(()) }
    }

    fn finish_revision(&mut self) -> Result<Option<DumpItem>, DumpError> {
        let fields = std::mem::take(&mut self.revision);
        if fields.oversized {
            return Err(DumpError::Oversized);
        }
        if !may_have_infobox(&fields.text) {
            return Ok(None);
        }
        if self.page.title.trim().is_empty() {
            return Err(DumpError::NoTitle);
        }
        let time = fields.time.trim();
        if !(time.is_empty() || OffsetDateTime::parse(time, &Rfc3339).is_ok()) {
            return Err(DumpError::InvalidTime(time.to_owned()));
        }
        let escaped = std::str::from_utf8(&fields.text).map_err(|_| DumpError::NotUtf8)?;
        let text =
            unescape(escaped).map_err(|error| DumpError::Xml(error.to_string()))?.into_owned();
        let non_blank = |text: String| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let revision = non_blank(fields.id).map(|id| Revision {
            id,
            contributor: non_blank(fields.contributor),
            comment: non_blank(fields.comment),
        });
        let title = self.page.title.clone();
        Ok(Some(DumpItem::Page(PageRevision {
            title,
            text,
            time: non_blank(fields.time),
            revision,
            page_id: self.page.id.trim().parse().ok(),
        })))
    }

    fn to_parse_error(&self, error: DumpError) -> ParseError {
        let (line, column) = self.reader.get_ref().position();
        let title = &self.page.title;
        let at = if title.is_empty() {
            String::new()
        } else {
            format!(", at page '{}'", document::excerpt(title))
        };
        let expected = match error {
            DumpError::NotADump => "a MediaWiki export, which begins with <mediawiki>".to_owned(),
            DumpError::NoTitle => "a page with a title".to_owned(),
            DumpError::InvalidTime(time) => {
                format!(
                    "a time such as 2012-07-19T20:00:00Z, not '{}'{at}",
                    document::excerpt(&time)
                )
            }
            DumpError::NotUtf8 => format!("UTF-8 text{at}"),
            DumpError::Oversized => format!("a text of up to {} MiB{at}", MAX_TEXT_BYTES >> 20),
            DumpError::Truncated => format!("the rest of the dump, which breaks off here{at}"),
            DumpError::Xml(problem) => format!("a MediaWiki export ({problem}){at}"),
        };
        let expected = match self.root_seen {
            true => expected,
            false => {
                format!("{expected}; of packed files only dumps are read, so unpack any other")
            }
        };
        ParseError { source: self.source.clone(), line, column, found: String::new(), expected }
    }
}

/// An error in a dump.
enum DumpError {
    NotADump,
    NoTitle,
    InvalidTime(String),
    NotUtf8,
    Oversized,
    Truncated,
    Xml(String),
}

impl From<io::Error> for DumpError {
    fn from(error: io::Error) -> Self {
        Self::Xml(error.to_string())
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).ok().flatten()?;
    let value = attribute.value.as_ref();
    Some(unescape(value).unwrap_or(value.into()).into_owned())
}

/// Reads the text of a revision up to the next `<`, and leaves it escaped. Returns whether `text`
/// contains the complete text. The text is discarded if `keep_text` is false, or if it exceeds
/// [`MAX_TEXT_BYTES`].
fn read_text(
    reader: &mut Reader<LineCounter<DecompressedReader>>,
    keep_text: bool,
    text: &mut Vec<u8>,
) -> io::Result<bool> {
    text.clear();
    let mut is_complete = keep_text;
    let mut stream = reader.stream();
    loop {
        // Only one block is in memory at a time, so the limit on the size of an event does not
        // apply.
        stream.get_mut().start_event();
        let block = stream.fill_buf()?;
        let end = memchr(b'<', block);
        let length = end.unwrap_or(block.len());
        is_complete = is_complete && text.len() + length <= MAX_TEXT_BYTES;
        if is_complete {
            text.extend_from_slice(&block[..length]);
        } else {
            text.clear();
            text.shrink_to(MAX_TEXT_BYTES / 16);
        }
        stream.consume(length);
        if end.is_some() || length == 0 {
            return Ok(is_complete);
        }
    }
}

/// Returns whether an escaped text may have an election infobox. This is a cheap check with false
/// positives.
fn may_have_infobox(text: &[u8]) -> bool {
    const CONTEXT_BYTES: usize = 48;
    let near = |at: usize| {
        let around = &text[at.saturating_sub(CONTEXT_BYTES)..text.len().min(at + CONTEXT_BYTES)];
        let around = around.to_ascii_lowercase();
        memmem::find(&around, b"election").is_some()
    };
    // The word "infobox" is usually in lower case, and sometimes in capitals. Its first letter may
    // be of either case.
    [&b"nfobox"[..], b"NFOBOX"].iter().any(|mark| memmem::find_iter(text, mark).any(near))
}
