//! JSON lines: one [`Election`] per line; the archive's own lossless format.

use std::io::{self, BufRead, BufReader, Read};

use super::document::{Document, Importer, check_size, parse_error_at};
use crate::ParseError;
use crate::model::{Election, MAX_SOURCE_TEXT_BYTES, is_blank};

pub(super) struct JsonLines;

impl Importer for JsonLines {
    fn read(&self, source: &str, text: &str, each: &mut dyn FnMut(Result<Document, ParseError>)) {
        let text = text.trim_start_matches('\u{feff}');
        for (number, line) in (1..).zip(text.lines()) {
            if line.trim().is_empty() {
                continue;
            }
            each(with_line(number, parse_line(source, line)));
        }
    }
}

/// An iterator over the documents of a file of any length, line by line.
pub(crate) struct LineReader {
    source: String,
    input: Box<dyn BufRead + Send>,
    /// Number of the last line read, counted from 1; 0 before the first.
    number: u32,
    is_done: bool,
}

impl LineReader {
    pub(crate) fn new(source: &str, input: impl Read + Send + 'static) -> Self {
        let input = Box::new(BufReader::with_capacity(BUFFER_BYTES, input));
        Self { source: source.to_owned(), input, number: 0, is_done: false }
    }

    /// Returns the next line without its line ending, or `None` at the end of the file. A line that
    /// exceeds [`MAX_SOURCE_TEXT_BYTES`] is truncated just above that limit, so that [`check_size`]
    /// rejects it.
    fn read_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let max_bytes = MAX_SOURCE_TEXT_BYTES as u64 + 2;
        self.input.by_ref().take(max_bytes).read_until(b'\n', &mut line)?;
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
    type Item = Result<Document, ParseError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.is_done {
            let line = match self.read_line() {
                Ok(Some(line)) if line.trim_ascii().is_empty() => continue,
                Ok(line) => line.map(Ok),
                Err(error) => Some(Err(error)),
            };
            self.is_done = !matches!(line, Some(Ok(_)));
            let number = self.number;
            let read = line?.map_err(|error| {
                let expected = format!("a file that can be read ({error})");
                ParseError {
                    line: number.saturating_add(1),
                    ..parse_error_at(&self.source, "", 0, &expected)
                }
            });
            let text = read.and_then(|line| super::document::decode(&self.source, line));
            return Some(with_line(number, text.and_then(|text| parse_line(&self.source, &text))));
        }
        None
    }
}

/// Sets the line number of a document or of an error.
fn with_line(number: u32, read: Result<Document, ParseError>) -> Result<Document, ParseError> {
    read.map(|document| Document { line: number, ..document })
        .map_err(|error| ParseError { line: error.line.max(number), ..error })
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Size of the read buffer, in bytes.
const BUFFER_BYTES: usize = 128 * 1024;

/// Maximum number of JSON objects in an election. Each takes some hundreds of bytes in memory, even
/// `{}`.
const MAX_OBJECTS: usize = 1_000_000;

fn parse_line(source: &str, line: &str) -> Result<Document, ParseError> {
    check_size(source, line)?;
    if memchr::memchr_iter(b'{', line.as_bytes()).nth(MAX_OBJECTS).is_some() {
        return Err(parse_error_at(
            source,
            line,
            0,
            &format!("an election of at most {MAX_OBJECTS} parts"),
        ));
    }
    let election: Election = serde_json::from_str(line).map_err(|error| {
        let problem = error.to_string();
        let problem = problem.split(" at line ").next().unwrap_or_default();
        // serde_json counts columns in bytes, from 1. Its column is that of the last byte read,
        // where parsing failed.
        let byte = line.floor_char_boundary(error.column().saturating_sub(1));
        parse_error_at(source, line, byte, &format!("an election as JSON ({problem})"))
    })?;
    if is_blank(&election.title) {
        return Err(parse_error_at(source, line, 0, "an election with a title"));
    }
    Ok(Document::new(election, line.to_owned()))
}
