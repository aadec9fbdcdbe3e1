//! XML parts of workbooks, as a stream of elements. Entities other than the five of XML are errors,
//! so no entity expands.

use std::cell::Cell;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use super::failure::{Failure, Outcome, limit_error};

/// Maximum size of one tag or one text, in bytes.
const MAX_EVENT_BYTES: u64 = 2 * 1024 * 1024;

/// An event of an XML part.
pub(super) enum XmlEvent {
    /// A start tag, or a tag without content, which an end follows.
    Start(Tag),
    /// The local name of an element that ends.
    End(String),
    Text(String),
}

/// A start tag.
pub(super) struct Tag(BytesStart<'static>);

impl Tag {
    /// Returns whether the element has this name, whatever its namespace.
    pub(super) fn is(&self, name: &str) -> bool {
        self.0.local_name().as_ref() == name
    }

    /// Returns an attribute by its local name.
    pub(super) fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        let attributes = attributes.with_checks(false).filter_map(Result::ok);
        let found = attributes.into_iter().find(|other| other.key.local_name().as_ref() == name)?;
        Some(
            unescape(&found.value)
                .map_or_else(|_| found.value.to_string(), |text| text.to_string()),
        )
    }

    /// Returns an attribute that is a number.
    pub(super) fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.attribute(name)?.trim().parse().ok()
    }
}

/// A reader of an XML part.
pub(super) struct XmlPart<R: Read> {
    /// Name in messages.
    name: String,
    reader: Reader<BufReader<EventGuard<R>>>,
    buffer: Vec<u8>,
    left: Rc<Cell<u64>>,
    depth: u32,
}

impl<R: Read> XmlPart<R> {
    pub(super) fn new(name: &str, input: R) -> Self {
        let left = Rc::new(Cell::new(MAX_EVENT_BYTES));
        let guard = EventGuard { inner: input, left: Rc::clone(&left) };
        let mut reader = Reader::from_reader(BufReader::new(guard));
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.check_end_names = false;
        Self { name: name.to_owned(), reader, buffer: Vec::new(), left, depth: 0 }
    }

    /// Returns the next event; `None` at the end of the part.
    ///
    /// # Errors
    /// When the part is not well-formed, has an entity of its own, or ends inside of an element.
    pub(super) fn next(&mut self) -> Outcome<Option<XmlEvent>> {
        /// Maximum nesting depth of elements.
        const MAX_DEPTH: u32 = 256;
        loop {
            self.buffer.clear();
            self.buffer.shrink_to(64 * 1024);
            self.left.set(MAX_EVENT_BYTES);
            let event = self.reader.read_event_into(&mut self.buffer);
            let error = |problem: String| {
                Failure::new(format!("well-formed XML in '{}' ({problem})", self.name))
            };
            match event {
                Ok(Event::Start(start)) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err(error(format!("elements nested {MAX_DEPTH} deep")));
                    }
                    return Ok(Some(XmlEvent::Start(Tag(start.into_owned()))));
                }
                Ok(Event::End(end)) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Some(XmlEvent::End(end.local_name().as_ref().to_owned())));
                }
                Ok(Event::Text(text)) => {
                    return Ok(Some(XmlEvent::Text(text.as_ref().to_owned())));
                }
                Ok(Event::CData(text)) => {
                    return Ok(Some(XmlEvent::Text(text.as_ref().to_owned())));
                }
                Ok(Event::GeneralRef(name)) => {
                    let reference = format!("&{};", name.as_ref());
                    return match unescape(&reference) {
                        Ok(text) => Ok(Some(XmlEvent::Text(text.into_owned()))),
                        Err(_) => Err(error(format!("the entity {reference}"))),
                    };
                }
                Ok(Event::DocType(_)) => {
                    return Err(error("a document type, which workbooks do not have".to_owned()));
                }
                Ok(Event::Eof) if self.depth == 0 => return Ok(None),
                Ok(Event::Eof) => return Err(error("it ends inside of an element".to_owned())),
                Ok(_) => {}
                Err(quick_xml::Error::Io(problem)) => {
                    return Err(Failure::from_io(&problem));
                }
                Err(problem) => return Err(error(problem.to_string())),
            }
        }
    }
}

/// A reader that fails if one tag or text is longer than [`MAX_EVENT_BYTES`].
struct EventGuard<R> {
    inner: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for EventGuard<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(into)?;
        match self.left.get().checked_sub(length as u64) {
            Some(left) => self.left.set(left),
            None => {
                let mebibytes = MAX_EVENT_BYTES >> 20;
                return Err(limit_error(format!("texts of at most {mebibytes} MiB in XML")));
            }
        }
        Ok(length)
    }
}
