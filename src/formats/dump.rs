//! Wiki dumps: a streaming reader of MediaWiki's export XML, with the revisions of its pages.
//!
//! Only a few revisions are in memory at a time, so memory use depends neither on the size of the
//! dump nor on the number of revisions of a page. The escaped text is searched for an election
//! infobox, and unescaped only if it may have one. No other file parses XML.

mod line;
pub(crate) mod unpack;

use std::io::{self, BufRead};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use memchr::{memchr, memmem};
use quick_xml::Reader;
use quick_xml::escape::{escape, unescape};
use quick_xml::events::{BytesStart, Event};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::wikitext;
use crate::ParseError;
use crate::model::{Election, Revision};
use line::LineCounter;
use unpack::DecompressedReader;

/// Maximum size of the text of a revision, in bytes. Wikis allow two million; a larger text is not
/// a page.
const MAX_TEXT_BYTES: usize = 8 * 1024 * 1024;

/// Maximum nesting depth of elements. In real dumps it is six.
const MAX_DEPTH: usize = 64;

/// Size of text at which a batch of items is sent, in bytes.
const BATCH_BYTES: usize = 512 * 1024;

/// Size that an item without text counts for, in bytes. It bounds the number of items in a batch.
const MIN_ITEM_BYTES: usize = 512;

/// Maximum number of batches that are read ahead of the consumer.
const MAX_BATCHES_AHEAD: usize = 12;

/// An item of a dump: a page, an error, or the progress of reading.
#[derive(Debug)]
pub(crate) enum DumpItem {
    /// A revision of a page that seems to have an election infobox.
    Page(PageRevision),
    /// A page that redirects to another.
    Redirect {
        /// Title of the redirect.
        title: String,
        /// Title of its target.
        target: String,
    },
    /// A revision that cannot be parsed, or the error that ends reading early.
    Unread(ParseError),
    /// The progress, reported about every thousand pages.
    Pause(DumpPosition),
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

/// Reads a dump on a separate thread.
///
/// # Errors
/// When the thread cannot be started.
pub(crate) fn read_items(source: &str, unpacked: DecompressedReader) -> io::Result<DumpItems> {
    let dump = DumpReader::new(source, unpacked);
    let (give, take) = sync_channel(MAX_BATCHES_AHEAD);
    thread::Builder::new().spawn(move || dump.read(&give))?;
    Ok(take.into_iter().flatten())
}

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
}

/// The parser of a dump.
struct DumpReader {
    source: String,
    reader: Reader<LineCounter<DecompressedReader>>,
    event: Vec<u8>,
    /// The open elements, outermost first.
    path: Vec<Element>,
    page: PageHead,
    revision: RevisionFields,
    pages: u64,
    began: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    Mediawiki,
    Page,
    Title,
    Space,
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
    fn of(name: &str) -> Self {
        match name {
            "mediawiki" => Self::Mediawiki,
            "page" => Self::Page,
            "title" => Self::Title,
            "ns" => Self::Space,
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
    space: String,
    redirect: Option<String>,
}

impl PageHead {
    /// Returns whether the page may be an article. Early exports do not state the namespace of a
    /// page.
    fn is_article(&self) -> bool {
        ["0", ""].contains(&self.space.trim())
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
    fn new(source: &str, unpacked: DecompressedReader) -> Self {
        Self {
            source: source.to_owned(),
            reader: Reader::from_reader(LineCounter::new(unpacked)),
            event: Vec::new(),
            path: Vec::new(),
            page: PageHead::default(),
            revision: RevisionFields::default(),
            pages: 0,
            began: false,
        }
    }

    fn progress(&self) -> DumpPosition {
        let (bytes, size) = self.reader.get_ref().inner().bytes();
        DumpPosition { bytes, size, pages: self.pages }
    }

    /// Reads to the end of the dump, or until the receiver is dropped.
    fn read(mut self, give: &SyncSender<Vec<DumpItem>>) {
        let (mut items, mut bytes) = (Vec::new(), 0);
        loop {
            let item = match self.next() {
                Ok(Some(item)) => item,
                ended => {
                    items.extend(ended.err().map(DumpItem::Unread));
                    items.push(DumpItem::End(self.progress()));
                    let _ = give.send(items);
                    return;
                }
            };
            let pause = matches!(item, DumpItem::Pause(_));
            bytes += match &item {
                DumpItem::Page(page) => page.text.len(),
                _ => MIN_ITEM_BYTES,
            };
            items.push(item);
            if pause || bytes >= BATCH_BYTES {
                if give.send(std::mem::take(&mut items)).is_err() {
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
            let mut buffer = std::mem::take(&mut self.event);
            buffer.clear();
            self.reader.get_mut().begin();
            let event = self.reader.read_event_into(&mut buffer);
            let event = event.map_err(|error| DumpError::Xml(error.to_string()));
            let step = match event {
                Ok(Event::Start(start)) => self.open(&start, false).map(|()| None),
                Ok(Event::Empty(empty)) => {
                    let began = self.open(&empty, true).map(|()| None);
                    self.path.pop();
                    began
                }
                Ok(Event::End(_)) => self.close(),
                Ok(Event::Text(text)) => self.words(text.as_ref()).map(|()| None),
                Ok(Event::CData(text)) => self.words(&escape(text.as_ref())).map(|()| None),
                Ok(Event::GeneralRef(name)) => {
                    self.words(&["&", name.as_ref(), ";"].concat()).map(|()| None)
                }
                Ok(Event::Eof) if self.path.is_empty() && self.began => return Ok(None),
                Ok(Event::Eof) => Err(DumpError::BreaksOff),
                Ok(_) => Ok(None),
                Err(wrong) => Err(wrong),
            };
            self.event = buffer;
            match step {
                Ok(Some(item)) => return Ok(Some(item)),
                Ok(None) => {}
                Err(wrong) => return Err(self.unread(wrong)),
            }
        }
    }

    /// Handles the start of an element. An empty element has no text to read.
    fn open(&mut self, start: &BytesStart<'_>, empty: bool) -> Result<(), DumpError> {
        let element = Element::of(start.local_name().as_ref());
        match (self.path.len(), element) {
            (0, Element::Mediawiki) => self.began = true,
            (0, _) => return Err(DumpError::NoDump),
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
            let wanted = self.page.is_article();
            let whole = read_text(&mut self.reader, wanted, &mut self.revision.text)?;
            self.revision.oversized = wanted && !whole;
        }
        Ok(())
    }

    fn close(&mut self) -> Result<Option<DumpItem>, DumpError> {
        match (self.path.pop(), self.path.len()) {
            (Some(Element::Revision), 2) => {
                // A revision that cannot be parsed is reported and does not stop the others.
                Ok(self
                    .revised()
                    .unwrap_or_else(|wrong| Some(DumpItem::Unread(self.unread(wrong)))))
            }
            (Some(Element::Page), 1) => {
                self.pages += 1;
                let page = std::mem::take(&mut self.page);
                if page.is_article()
                    && let Some(target) = page.redirect
                {
                    return Ok(Some(DumpItem::Redirect { title: page.title, target }));
                }
                let pause = self.pages.is_multiple_of(1_000);
                Ok(pause.then(|| DumpItem::Pause(self.progress())))
            }
            _ => Ok(None),
        }
    }

    /// Appends text to the field of the current element.
    fn words(&mut self, words: &str) -> Result<(), DumpError> {
        use Element as E;
        let field = match *self.path.as_slice() {
            [E::Mediawiki, E::Page, E::Title] => &mut self.page.title,
            [E::Mediawiki, E::Page, E::Space] => &mut self.page.space,
            [E::Mediawiki, E::Page, E::Revision, E::Id] => &mut self.revision.id,
            [E::Mediawiki, E::Page, E::Revision, E::Timestamp] => &mut self.revision.time,
            [E::Mediawiki, E::Page, E::Revision, E::Comment] => &mut self.revision.comment,
            [E::Mediawiki, E::Page, E::Revision, E::Contributor, E::Name] => {
                &mut self.revision.contributor
            }
            [E::Mediawiki, E::Page, E::Revision, E::Text] if self.page.is_article() => {
                let text = &mut self.revision.text;
                text.extend_from_slice(words.as_bytes());
                return if text.len() > MAX_TEXT_BYTES {
                    Err(DumpError::Oversized)
                } else {
                    Ok(())
                };
            }
            _ => return Ok(()),
        };
        // Text with an unknown entity is used as written.
        field.push_str(&unescape(words).unwrap_or(words.into()));
        if field.len() > MAX_TEXT_BYTES { Err(DumpError::Oversized) } else { Ok(()) }
    }

    fn revised(&mut self) -> Result<Option<DumpItem>, DumpError> {
        let parts = std::mem::take(&mut self.revision);
        if parts.oversized {
            return Err(DumpError::Oversized);
        }
        if !may_have_infobox(&parts.text) {
            return Ok(None);
        }
        if self.page.title.trim().is_empty() {
            return Err(DumpError::NoTitle);
        }
        let time = parts.time.trim();
        if !(time.is_empty() || OffsetDateTime::parse(time, &Rfc3339).is_ok()) {
            return Err(DumpError::NoTime(time.to_owned()));
        }
        let escaped = std::str::from_utf8(&parts.text).map_err(|_| DumpError::NotUtf8)?;
        let text =
            unescape(escaped).map_err(|error| DumpError::Xml(error.to_string()))?.into_owned();
        let filled = |text: String| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let revision = filled(parts.id).map(|id| Revision {
            id,
            contributor: filled(parts.contributor),
            comment: filled(parts.comment),
        });
        let title = self.page.title.clone();
        Ok(Some(DumpItem::Page(PageRevision { title, text, time: filled(parts.time), revision })))
    }

    fn unread(&self, wrong: DumpError) -> ParseError {
        let (line, column) = self.reader.get_ref().place();
        let title = &self.page.title;
        let at = if title.is_empty() {
            String::new()
        } else {
            format!(", at page '{}'", super::document::excerpt(title))
        };
        let expected = match wrong {
            DumpError::NoDump => "a MediaWiki export, which begins with <mediawiki>".to_owned(),
            DumpError::NoTitle => "a page with a title".to_owned(),
            DumpError::NoTime(time) => {
                format!(
                    "a time such as 2012-07-19T20:00:00Z, not '{}'{at}",
                    super::document::excerpt(&time)
                )
            }
            DumpError::NotUtf8 => format!("UTF-8 text{at}"),
            DumpError::Oversized => format!("a text of up to {} MiB{at}", MAX_TEXT_BYTES >> 20),
            DumpError::BreaksOff => format!("the rest of the dump, which breaks off here{at}"),
            DumpError::Xml(problem) => format!("a MediaWiki export ({problem}){at}"),
        };
        let expected = match self.began {
            true => expected,
            false => {
                format!("{expected}; of packed files only dumps are read, so unpack any other")
            }
        };
        ParseError { source: self.source.clone(), line, column, text: String::new(), expected }
    }
}

/// An error in a dump.
enum DumpError {
    NoDump,
    NoTitle,
    NoTime(String),
    NotUtf8,
    Oversized,
    BreaksOff,
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

/// Reads the text of a revision up to the next `<`, still escaped. Returns whether the text is
/// complete. One that is not `wanted` or exceeds [`MAX_TEXT_BYTES`] is discarded.
fn read_text(
    reader: &mut Reader<LineCounter<DecompressedReader>>,
    wanted: bool,
    text: &mut Vec<u8>,
) -> io::Result<bool> {
    text.clear();
    let mut whole = wanted;
    let mut stream = reader.stream();
    loop {
        // Only one block is in memory at a time, so the limit on the size of a piece does not
        // apply.
        stream.get_mut().begin();
        let block = stream.fill_buf()?;
        let end = memchr(b'<', block);
        let length = end.unwrap_or(block.len());
        whole = whole && text.len() + length <= MAX_TEXT_BYTES;
        if whole {
            text.extend_from_slice(&block[..length]);
        } else {
            text.clear();
            text.shrink_to(MAX_TEXT_BYTES / 16);
        }
        stream.consume(length);
        if end.is_some() || length == 0 {
            return Ok(whole);
        }
    }
}

/// Returns whether an escaped text may have an election infobox. This is a cheap check with false
/// positives.
fn may_have_infobox(text: &[u8]) -> bool {
    const AROUND: usize = 48;
    let near = |at: usize| {
        let around = &text[at.saturating_sub(AROUND)..text.len().min(at + AROUND)];
        let around = around.to_ascii_lowercase();
        memmem::find(&around, b"election").is_some()
    };
    // Template names are usually in lower case, and sometimes in capitals.
    [&b"nfobox"[..], b"NFOBOX"].iter().any(|mark| memmem::find_iter(text, mark).any(near))
}

/// Parses the election of a page. Returns `None` if the page has no election infobox after all.
///
/// # Errors
/// When the page has an election infobox that cannot be parsed.
pub(crate) fn parse_page(
    source: &str,
    title: &str,
    text: &str,
) -> Result<Option<Election>, ParseError> {
    match wikitext::read(source, title, text) {
        Ok(election) => Ok(Some(election)),
        Err(unread) if wikitext::has_infobox_start(text) => {
            let expected =
                format!("{}, at page '{}'", unread.expected, super::document::excerpt(title));
            Err(ParseError { expected, ..unread })
        }
        Err(_) => Ok(None),
    }
}
