//! JSON lines: one [`Election`] a line, the archive's own lossless form.

use std::io::{self, BufRead, BufReader, Read};

use super::{Document, Format, Importer, LARGEST_TEXT, bounded, unread};
use crate::Unread;
use crate::model::{Election, is_blank};

pub(super) struct JsonLines;

impl Importer for JsonLines {
    fn read(&self, source: &str, text: &str, each: &mut dyn FnMut(Result<Document, Unread>)) {
        let text = text.trim_start_matches('\u{feff}');
        for (number, line) in (1..).zip(text.lines()) {
            if line.trim().is_empty() {
                continue;
            }
            each(at_line(number, read_line(source, line)));
        }
    }
}

/// The documents of a file of any length, line by line.
pub(crate) struct LineReader {
    source: String,
    input: Box<dyn BufRead + Send>,
    /// The number of the line that was read last, counted from 1.
    number: u32,
    is_done: bool,
}

impl LineReader {
    pub(crate) fn new(source: &str, input: impl Read + Send + 'static) -> Self {
        let input = Box::new(BufReader::with_capacity(BUFFER, input));
        Self { source: source.to_owned(), input, number: 0, is_done: false }
    }

    /// Whether a source of this name and format, or of this name alone, is JSON lines and begins with an object.
    pub(crate) fn reads(name: &str, start: &[u8], format: Option<Format>) -> bool {
        let text = String::from_utf8_lossy(start);
        let object = text.trim_start_matches('\u{feff}').trim_start().strip_prefix('{');
        object.is_some_and(|rest| rest.trim_start().starts_with('"'))
            && !text.contains('\0')
            && format.unwrap_or_else(|| Format::detect(name, &text)) == Format::Jsonl
    }

    /// The next line without its end, as far as an election may be long; none at the end of the file.
    fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let most = LARGEST_TEXT as u64 + 2;
        self.input.by_ref().take(most).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(None);
        }
        if !line.ends_with(b"\n") {
            self.input.skip_until(b'\n')?;
        }
        if self.number == 0 && line.starts_with(BYTE_ORDER_MARK) {
            line.drain(..BYTE_ORDER_MARK.len());
        }
        self.number = self.number.saturating_add(1);
        let end = line.strip_suffix(b"\n").unwrap_or(&line);
        line.truncate(end.strip_suffix(b"\r").unwrap_or(end).len());
        Ok(Some(line))
    }
}

impl Iterator for LineReader {
    type Item = Result<Document, Unread>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_done {
            let line = match self.line() {
                Ok(Some(line)) if line.trim_ascii().is_empty() => continue,
                Ok(line) => line.map(Ok),
                Err(error) => Some(Err(error)),
            };
            self.is_done = !matches!(line, Some(Ok(_)));
            let number = self.number;
            let read = line?.map_err(|error| {
                let expected = format!("a file that can be read ({error})");
                Unread { line: number.saturating_add(1), ..unread(&self.source, "", 0, &expected) }
            });
            let text = read.and_then(|line| super::decode(&self.source, line));
            return Some(at_line(number, text.and_then(|text| read_line(&self.source, &text))));
        }
        None
    }
}

/// What was read of a line, with its number.
fn at_line(number: u32, read: Result<Document, Unread>) -> Result<Document, Unread> {
    read.map(|document| Document { line: number, ..document })
        .map_err(|unread| Unread { line: unread.line.max(number), ..unread })
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Size of the buffer of a file, in bytes.
const BUFFER: usize = 128 * 1024;

/// The most parts (objects) of an election. Each takes some hundreds of bytes in memory, be it only `{}`.
const PARTS: usize = 1_000_000;

fn read_line(source: &str, line: &str) -> Result<Document, Unread> {
    bounded(source, line)?;
    if memchr::memchr_iter(b'{', line.as_bytes()).nth(PARTS).is_some() {
        return Err(unread(source, line, 0, &format!("an election of at most {PARTS} parts")));
    }
    let election: Election = serde_json::from_str(line).map_err(|error| {
        let problem = error.to_string();
        let problem = problem.split(" at line ").next().unwrap_or_default();
        // serde counts columns in bytes, and the last one read is the one that was wrong.
        let byte = line.floor_char_boundary(error.column().saturating_sub(1));
        unread(source, line, byte, &format!("an election as JSON ({problem})"))
    })?;
    if is_blank(&election.title) {
        return Err(unread(source, line, 0, "an election with a title"));
    }
    Ok(Document::new(election, line.to_owned()))
}
