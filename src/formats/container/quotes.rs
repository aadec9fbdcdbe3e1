//! Quotes that no other quote closes. A CSV reader would take the rest of the file as one cell.

use super::failure::{Failure, Outcome};
use crate::formats::document::excerpt;

/// Maximum size of a cell in quotes, in bytes. It is the maximum size of an election's text.
const MAX_CELL_BYTES: usize = crate::model::MAX_SOURCE_TEXT_BYTES;

/// Checks that no cell in quotes is longer than [`MAX_CELL_BYTES`], whatever the delimiter.
///
/// # Errors
/// When one is, at its first quote.
pub(super) fn reject_unclosed(text: &str) -> Outcome<()> {
    let bytes = text.as_bytes();
    let is_end = |byte: Option<&u8>| byte.is_none_or(|byte| b",;\t|\r\n".contains(byte));
    let mut from = 0;
    while let Some(at) = find_quote(bytes, from) {
        from = at + 1;
        let is_opening = is_end(at.checked_sub(1).and_then(|before| bytes.get(before)));
        if !is_opening {
            continue;
        }
        let mut end = find_quote(bytes, from);
        while let Some(doubled) = end.filter(|end| bytes.get(end + 1) == Some(&b'"')) {
            end = find_quote(bytes, doubled + 2);
        }
        if end.unwrap_or(bytes.len()) - at > MAX_CELL_BYTES {
            let line = memchr::memchr_iter(b'\n', bytes.get(..at).unwrap_or_default()).count() + 1;
            let start = memchr::memrchr(b'\n', bytes.get(..at).unwrap_or_default());
            let before = text.get(start.map_or(0, |newline| newline + 1)..at).unwrap_or_default();
            let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            let column = number(before.chars().count() + 1);
            let found = excerpt(text.get(at..).unwrap_or_default());
            let expected = "an end of this quote";
            return Err(Failure::at(number(line), column, expected).with_found(found));
        }
        from = end.map_or(bytes.len(), |end| end + 1);
    }
    Ok(())
}

fn find_quote(bytes: &[u8], from: usize) -> Option<usize> {
    memchr::memchr(b'"', bytes.get(from..)?).map(|at| from + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_without_an_end_is_an_error_at_its_place() {
        let rows = "x,1\n".repeat(MAX_CELL_BYTES / 4 + 1);
        let check =
            |text: String| reject_unclosed(&text).map_err(|error| (error.line, error.column));
        assert_eq!(check(format!("a,b\n1,\"{rows}")), Err((2, 3)));
        assert_eq!(check(format!("a,b\n1,\"x \"\"y\"\"\"\n{rows}")), Ok(()));
        assert_eq!(check(format!("a,b\n1,5\" gun\n{rows}")), Ok(()));
        assert_eq!(check("a,\"b".to_owned()), Ok(()));
    }
}
