//! Dumps of wikis: MediaWiki's export XML, with the revisions of its pages, as a stream.
//!
//! A few revisions are held at a time, so that a dump of any size and a page of any number of
//! revisions take the same memory. A text is looked through for an election's box as it stands,
//! and is unescaped only when it has one. This is the only file that knows quick-xml.

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

use self::line::Lines;
use self::unpack::Unpacked;
use super::wikitext;
use crate::Unread;
use crate::model::{Election, Revision};

/// The largest text of a revision, in bytes; wikis allow two million. What is larger is no page.
const LARGEST: usize = 8 * 1024 * 1024;

/// Elements are not nested deeper; in a true dump they are six deep.
const DEEPEST: usize = 64;

/// Items are handed on together when they have so many bytes of text.
const TOGETHER: usize = 512 * 1024;

/// An item without a text counts for so many bytes, or very many would wait.
const SMALL: usize = 512;

/// So often is read ahead of whoever works on the items.
const AHEAD: usize = 12;

/// What a dump has of elections.
#[derive(Debug)]
pub(crate) enum Item {
    /// A revision of a page that seems to have an election's box.
    Page(Page),
    /// A page that only leads to another.
    Redirect {
        /// The title that leads.
        title: String,
        /// The title that it leads to.
        target: String,
    },
    /// A revision that cannot be read, or what ends the dump before its end.
    Unread(Unread),
    /// A thousand more pages were read.
    Pause(Progress),
    /// Nothing more comes.
    End(Progress),
}

/// How far a dump is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Progress {
    /// The bytes of the file that were read, as it is packed.
    pub(crate) bytes: u64,
    /// How many it has, where that is known.
    pub(crate) size: Option<u64>,
    /// How many pages were read.
    pub(crate) pages: u64,
}

/// The items of a dump, the last of which is [`Item::End`].
pub(crate) type Items = std::iter::Flatten<std::sync::mpsc::IntoIter<Vec<Item>>>;

/// Reads a dump on a thread of its own.
///
/// # Errors
/// When the system does not start it.
pub(crate) fn items(source: &str, unpacked: Unpacked) -> io::Result<Items> {
    let dump = Dump::new(source, unpacked);
    let (give, take) = sync_channel(AHEAD);
    thread::Builder::new().spawn(move || dump.read(&give))?;
    Ok(take.into_iter().flatten())
}

/// One revision of a page.
#[derive(Debug)]
pub(crate) struct Page {
    /// The page's title.
    pub(crate) title: String,
    /// The wikitext.
    pub(crate) text: String,
    /// When the revision was made: RFC 3339, UTC.
    pub(crate) time: Option<String>,
    /// Its number, its contributor and what they said of it.
    pub(crate) revision: Option<Revision>,
}

/// A dump that is being read.
struct Dump {
    source: String,
    reader: Reader<Lines<Unpacked>>,
    event: Vec<u8>,
    /// The elements that are open.
    path: Vec<Element>,
    page: Head,
    revision: Parts,
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

/// What stands at the head of a page.
#[derive(Default)]
struct Head {
    title: String,
    space: String,
    redirect: Option<String>,
}

impl Head {
    /// Exports of long ago do not say in which space a page is; then it may be an article.
    fn is_article(&self) -> bool {
        ["0", ""].contains(&self.space.trim())
    }
}

#[derive(Default)]
struct Parts {
    id: String,
    time: String,
    contributor: String,
    comment: String,
    text: Vec<u8>,
    /// The text is larger than any page, and was not kept.
    oversized: bool,
}

impl Dump {
    fn new(source: &str, unpacked: Unpacked) -> Self {
        Self {
            source: source.to_owned(),
            reader: Reader::from_reader(Lines::new(unpacked)),
            event: Vec::new(),
            path: Vec::new(),
            page: Head::default(),
            revision: Parts::default(),
            pages: 0,
            began: false,
        }
    }

    fn progress(&self) -> Progress {
        let (bytes, size) = self.reader.get_ref().inner().bytes();
        Progress { bytes, size, pages: self.pages }
    }

    /// Reads to the end, or until nobody wants more.
    fn read(mut self, give: &SyncSender<Vec<Item>>) {
        let (mut items, mut bytes) = (Vec::new(), 0);
        loop {
            let item = match self.next() {
                Ok(Some(item)) => item,
                ended => {
                    items.extend(ended.err().map(Item::Unread));
                    items.push(Item::End(self.progress()));
                    let _ = give.send(items);
                    return;
                }
            };
            let pause = matches!(item, Item::Pause(_));
            bytes += match &item {
                Item::Page(page) => page.text.len(),
                _ => SMALL,
            };
            items.push(item);
            if pause || bytes >= TOGETHER {
                if give.send(std::mem::take(&mut items)).is_err() {
                    return;
                }
                bytes = 0;
            }
        }
    }

    /// The next item; `None` at the end.
    ///
    /// # Errors
    /// When the dump is damaged or breaks off. Nothing more comes of it then.
    fn next(&mut self) -> Result<Option<Item>, Unread> {
        loop {
            let mut buffer = std::mem::take(&mut self.event);
            buffer.clear();
            self.reader.get_mut().begin();
            let event = self.reader.read_event_into(&mut buffer);
            let event = event.map_err(|error| Wrong::Xml(error.to_string()));
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
                Ok(Event::Eof) => Err(Wrong::BreaksOff),
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

    /// An element begins; an empty one ends at once, and has nothing to read.
    fn open(&mut self, start: &BytesStart<'_>, empty: bool) -> Result<(), Wrong> {
        let element = Element::of(start.local_name().as_ref());
        match (self.path.len(), element) {
            (0, Element::Mediawiki) => self.began = true,
            (0, _) => return Err(Wrong::NoDump),
            (DEEPEST.., _) => return Err(Wrong::Xml(format!("nested more than {DEEPEST} deep"))),
            (1, Element::Page) => self.page = Head::default(),
            (2, Element::Revision) => self.revision = Parts::default(),
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

    fn close(&mut self) -> Result<Option<Item>, Wrong> {
        match (self.path.pop(), self.path.len()) {
            (Some(Element::Revision), 2) => {
                // One that cannot be read is told, and does not stop the others.
                Ok(self.revised().unwrap_or_else(|wrong| Some(Item::Unread(self.unread(wrong)))))
            }
            (Some(Element::Page), 1) => {
                self.pages += 1;
                let page = std::mem::take(&mut self.page);
                if page.is_article()
                    && let Some(target) = page.redirect
                {
                    return Ok(Some(Item::Redirect { title: page.title, target }));
                }
                let pause = self.pages.is_multiple_of(1_000);
                Ok(pause.then(|| Item::Pause(self.progress())))
            }
            _ => Ok(None),
        }
    }

    /// Words of a small element.
    fn words(&mut self, words: &str) -> Result<(), Wrong> {
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
                return if text.len() > LARGEST { Err(Wrong::Oversized) } else { Ok(()) };
            }
            _ => return Ok(()),
        };
        // What is no entity is words.
        field.push_str(&unescape(words).unwrap_or(words.into()));
        if field.len() > LARGEST { Err(Wrong::Oversized) } else { Ok(()) }
    }

    fn revised(&mut self) -> Result<Option<Item>, Wrong> {
        let parts = std::mem::take(&mut self.revision);
        if parts.oversized {
            return Err(Wrong::Oversized);
        }
        if !has_box(&parts.text) {
            return Ok(None);
        }
        if self.page.title.trim().is_empty() {
            return Err(Wrong::NoTitle);
        }
        let time = parts.time.trim();
        if !(time.is_empty() || OffsetDateTime::parse(time, &Rfc3339).is_ok()) {
            return Err(Wrong::NoTime(time.to_owned()));
        }
        let escaped = std::str::from_utf8(&parts.text).map_err(|_| Wrong::NotUtf8)?;
        let text = unescape(escaped).map_err(|error| Wrong::Xml(error.to_string()))?.into_owned();
        let filled = |text: String| (!text.trim().is_empty()).then(|| text.trim().to_owned());
        let revision = filled(parts.id).map(|id| Revision {
            id,
            contributor: filled(parts.contributor),
            comment: filled(parts.comment),
        });
        let title = self.page.title.clone();
        Ok(Some(Item::Page(Page { title, text, time: filled(parts.time), revision })))
    }

    fn unread(&self, wrong: Wrong) -> Unread {
        let (line, column) = self.reader.get_ref().place();
        let title = &self.page.title;
        let at = if title.is_empty() {
            String::new()
        } else {
            format!(", at page '{}'", super::excerpt(title))
        };
        let expected = match wrong {
            Wrong::NoDump => "a MediaWiki export, which begins with <mediawiki>".to_owned(),
            Wrong::NoTitle => "a page with a title".to_owned(),
            Wrong::NoTime(time) => {
                format!("a time such as 2012-07-19T20:00:00Z, not '{}'{at}", super::excerpt(&time))
            }
            Wrong::NotUtf8 => format!("UTF-8 text{at}"),
            Wrong::Oversized => format!("a text of up to {} MiB{at}", LARGEST >> 20),
            Wrong::BreaksOff => format!("the rest of the dump, which breaks off here{at}"),
            Wrong::Xml(problem) => format!("a MediaWiki export ({problem}){at}"),
        };
        let expected = match self.began {
            true => expected,
            false => {
                format!("{expected}; of packed files only dumps are read, so unpack any other")
            }
        };
        Unread { source: self.source.clone(), line, column, text: String::new(), expected }
    }
}

/// What is wrong with a dump.
enum Wrong {
    NoDump,
    NoTitle,
    NoTime(String),
    NotUtf8,
    Oversized,
    BreaksOff,
    Xml(String),
}

impl From<io::Error> for Wrong {
    fn from(error: io::Error) -> Self {
        Self::Xml(error.to_string())
    }
}

fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = element.try_get_attribute(name).ok().flatten()?;
    let value = attribute.value.as_ref();
    Some(unescape(value).unwrap_or(value.into()).into_owned())
}

/// The text of a revision up to the next mark, still escaped; and whether all of it is there, for
/// of one that is too large nothing is left.
fn read_text(
    reader: &mut Reader<Lines<Unpacked>>,
    wanted: bool,
    text: &mut Vec<u8>,
) -> io::Result<bool> {
    text.clear();
    let mut whole = wanted;
    let mut stream = reader.stream();
    loop {
        // No more than a block of it is held, however long it is.
        stream.get_mut().begin();
        let block = stream.fill_buf()?;
        let end = memchr(b'<', block);
        let length = end.unwrap_or(block.len());
        whole = whole && text.len() + length <= LARGEST;
        if whole {
            text.extend_from_slice(&block[..length]);
        } else {
            text.clear();
            text.shrink_to(LARGEST / 16);
        }
        stream.consume(length);
        if end.is_some() || length == 0 {
            return Ok(whole);
        }
    }
}

/// Whether an escaped text may have an election's box: a cheap look, which errs towards yes.
fn has_box(text: &[u8]) -> bool {
    const AROUND: usize = 48;
    let near = |at: usize| {
        let around = &text[at.saturating_sub(AROUND)..text.len().min(at + AROUND)];
        let around = around.to_ascii_lowercase();
        memmem::find(&around, b"election").is_some()
    };
    // Templates are written in small letters, and now and then in capitals.
    [&b"nfobox"[..], b"NFOBOX"].iter().any(|mark| memmem::find_iter(text, mark).any(near))
}

/// The election of a page; nothing when it has no box after all.
///
/// # Errors
/// When it has a box that cannot be read.
pub(crate) fn election(source: &str, title: &str, text: &str) -> Result<Option<Election>, Unread> {
    match wikitext::read(source, title, text) {
        Ok(election) => Ok(Some(election)),
        Err(unread) if wikitext::begins_box(text) => {
            let expected = format!("{}, at page '{}'", unread.expected, super::excerpt(title));
            Err(Unread { expected, ..unread })
        }
        Err(_) => Ok(None),
    }
}
