//! JSON lines: one [`Election`] a line, the archive's own lossless form.

use super::{Document, Importer, bounded, unread};
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
            each(read_line(source, line).map_err(|unread| Unread { line: number, ..unread }));
        }
    }
}

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
