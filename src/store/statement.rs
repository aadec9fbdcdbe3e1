//! Versions as statements of sources: which one is current.

use std::sync::Arc;

use super::Version;
use super::blocks::Span;

/// What decides about the order of versions.
pub(crate) trait Statement {
    /// When the source had it so, where it says.
    fn source_time(&self) -> Option<&str>;
}

impl Statement for Version {
    fn source_time(&self) -> Option<&str> {
        self.source_time.as_deref()
    }
}

/// A version that is no removal, as short as it can be.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    /// The import that brought it; none of one that goes on.
    pub(crate) import: Option<u64>,
    pub(crate) source: Arc<str>,
    pub(crate) source_time: Option<String>,
    /// BLAKE3 of the text.
    pub(crate) digest: [u8; 32],
    /// None where the record is not kept, as in a dry run.
    pub(crate) record: Option<Span>,
}

impl Statement for Said {
    fn source_time(&self) -> Option<&str> {
        self.source_time.as_deref()
    }
}

/// The place of the current statement among those that came, in their order: the last, unless its source had it so
/// before what a source said of one that came earlier.
pub(crate) fn current<'a, T: Statement + 'a>(came: impl Iterator<Item = &'a T>) -> Option<usize> {
    let (mut current, mut newest) = (None, None);
    for (at, statement) in came.enumerate() {
        let time = statement.source_time();
        if time.is_none() || time >= newest {
            current = Some(at);
            newest = time.max(newest);
        }
    }
    current
}

/// The source of a version that a revert made.
pub(crate) const REVERT: &str = "<revert>";

#[cfg(test)]
mod tests {
    use super::*;

    fn said(source: &str, time: Option<&str>) -> Said {
        let source_time = time.map(str::to_owned);
        Said { import: None, source: source.into(), source_time, digest: [0; 32], record: None }
    }

    #[test]
    fn what_a_source_had_before_what_another_says_is_not_current() {
        let came = [
            said("a.txt", None),
            said("b.txt", None),
            said("dump.xml", Some("2001")),
            said("dump.xml", Some("2003")),
            said("dump.xml", Some("2002")),
        ];
        assert_eq!(current(came.iter()), Some(3));
    }
}
