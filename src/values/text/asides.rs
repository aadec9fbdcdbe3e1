//! Asides beside a name: in brackets, or in small print.

use std::ops::Range;

use super::notes;
use crate::values::number::CellLine;

/// Returns the asides in a part of a line, as byte ranges relative to the start of the part.
pub(super) fn asides(line: &CellLine, range: &Range<usize>) -> Vec<Range<usize>> {
    let text = &line.text[range.clone()];
    let from = line.small.partition_point(|small| small.start <= range.start);
    let small = line.small[from..].iter().take_while(|small| small.end <= range.end);
    let mut all: Vec<Range<usize>> =
        small.map(|small| small.start - range.start..small.end - range.start).collect();
    for (open, close) in notes::brackets(text) {
        match all.iter_mut().find(|small| small.start < close && open < small.end) {
            Some(small) => *small = small.start.min(open)..small.end.max(close),
            None => all.push(open..close),
        }
    }
    all.sort_by_key(|aside| aside.start);
    all
}

/// Returns an aside without its brackets.
pub(super) fn without_brackets(aside: &str) -> &str {
    let inside = aside.trim().strip_prefix('(').and_then(|inside| inside.strip_suffix(')'));
    inside.unwrap_or(aside).trim()
}

/// Returns the links in a part of a line. Links in asides are left out, unless there are no others.
pub(super) fn outer_links<'a>(
    line: &'a CellLine,
    range: &Range<usize>,
) -> Vec<&'a (Range<usize>, String)> {
    let all: Vec<_> = line.links_in(range).iter().collect();
    if all.len() < 2 {
        return all;
    }
    let asides = asides(line, range);
    let is_aside = |link: &Range<usize>| {
        let aside = |aside: &Range<usize>| {
            range.start + aside.start <= link.start && link.end <= range.start + aside.end
        };
        asides.iter().any(aside)
    };
    let outer: Vec<_> = all.iter().copied().filter(|(link, _)| !is_aside(link)).collect();
    if outer.is_empty() { all } else { outer }
}
