//! Output for programs and files, such as JSON, CSV or source texts.

use std::io::{self, BufWriter, IsTerminal, Write};

use hustings::model::escape::escape;

use super::answer::Answer;

/// Writes a document to stdout: exact bytes to a file or a pipe. On a terminal, unprintable
/// characters other than line breaks are escaped. The output is streamed, so a document may exceed
/// memory.
pub(crate) fn write_document<E: From<io::Error>>(
    write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    let stdout = io::stdout();
    let mut out = BufWriter::with_capacity(BUFFER_SIZE, Answer::new(stdout.lock()));
    if stdout.is_terminal() {
        let mut escaped = EscapingWriter::new(&mut out);
        write(&mut escaped)?;
        escaped.finish()?;
    } else {
        write(&mut out)?;
    }
    Ok(out.flush()?)
}

/// Size of the output buffer, in bytes.
const BUFFER_SIZE: usize = 64 * 1024;

/// A writer that escapes unprintable characters. A character may be split across writes.
struct EscapingWriter<W> {
    out: W,
    /// The leading bytes of an incomplete character.
    partial: Vec<u8>,
}

impl<W: Write> EscapingWriter<W> {
    fn new(out: W) -> Self {
        Self { out, partial: Vec::new() }
    }

    /// Writes the bytes of an incomplete character, escaped.
    fn finish(mut self) -> io::Result<()> {
        let partial = std::mem::take(&mut self.partial);
        self.out.write_all(escaped_bytes(&partial).as_bytes())
    }
}

impl<W: Write> Write for EscapingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut all = std::mem::take(&mut self.partial);
        all.extend_from_slice(bytes);
        let mut rest = all.as_slice();
        let mut escaped = String::with_capacity(rest.len());
        while !rest.is_empty() {
            let (valid, invalid) = match std::str::from_utf8(rest) {
                Ok(text) => (text.len(), Some(0)),
                Err(error) => (error.valid_up_to(), error.error_len()),
            };
            let (text, after) = rest.split_at(valid);
            let is_line_end = |rest: &str| usize::from(rest.starts_with('\n'));
            escaped.push_str(&escape(&String::from_utf8_lossy(text), is_line_end));
            let Some(invalid) = invalid else {
                self.partial = after.to_vec();
                break;
            };
            let (broken, after) = after.split_at(invalid);
            escaped.push_str(&escaped_bytes(broken));
            rest = after;
        }
        self.out.write_all(escaped.as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Escapes bytes that are not valid UTF-8, such as `\xff`.
fn escaped_bytes(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_character_split_across_writes_is_escaped() {
        let bytes = "é\u{202e}中\n\x1b[31m\u{9b}\r🗳".as_bytes();
        let bytes = [bytes, b"\xff\x9b\xe4\xb8"].concat();
        for size in 1..=bytes.len() {
            let mut out = Vec::new();
            let mut escaped = EscapingWriter::new(&mut out);
            bytes.chunks(size).for_each(|chunk| escaped.write_all(chunk).unwrap());
            escaped.finish().unwrap();
            let expected = "é\\u{202e}中\n\\u{1b}[31m\\u{9b}\\r🗳\\xff\\x9b\\xe4\\xb8";
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{size} bytes at a time");
        }
    }
}
