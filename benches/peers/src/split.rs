//! The minimum work to read an article: one pass that finds its lines, labels and values, and
//! interprets nothing.

use memchr::{memchr, memchr_iter};

/// Returns the numbers of lines, labels and bytes of values, so that the compiler keeps the pass.
pub(crate) fn split(text: &str) -> [usize; 3] {
    let bytes = text.as_bytes();
    let mut found = [0; 3];
    let mut start = 0;
    for end in memchr_iter(b'\n', bytes).chain([bytes.len()]) {
        let line = &bytes[start..end];
        start = end + 1;
        found[0] += 1;
        if let Some(entry) = line.strip_prefix(b"- ")
            && let Some(colon) = memchr(b':', entry)
        {
            found[1] += 1;
            found[2] += entry[colon + 1..].trim_ascii().len();
        }
    }
    found
}
