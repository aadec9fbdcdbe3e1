//! Versions as statements of files: which one is current, and which one a file has made before.

use std::borrow::Cow;
use std::path::{Component, Path};
use std::sync::Arc;

use super::Version;
use super::blocks::Span;

/// What decides about the order of versions.
pub(crate) trait Statement {
    /// The file.
    fn source(&self) -> &str;

    /// When the source had it so, where it says.
    fn source_time(&self) -> Option<&str>;
}

impl Statement for Version {
    fn source(&self) -> &str {
        &self.source
    }

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
    fn source(&self) -> &str {
        &self.source
    }

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

/// The statement that a new one of a file follows: the last of the same file, else the current one; of a revert, the
/// current one.
pub(crate) fn predecessor<'a, T: Statement + 'a>(
    came: impl DoubleEndedIterator<Item = &'a T> + Clone,
    source: &str,
) -> Option<&'a T> {
    let file = file_key(source);
    if source == REVERT {
        return current(came.clone()).and_then(|at| came.clone().nth(at));
    }
    let same = came.clone().rev().find(|one| file_key(one.source()) == file);
    same.or_else(|| current(came.clone()).and_then(|at| came.clone().nth(at)))
}

/// A file's path without what does not change its meaning: two spellings of one path are one file.
pub(crate) fn file_key(source: &str) -> Cow<'_, str> {
    let is_plain = !source.starts_with("./") && !source.contains("/./") && !source.contains("//");
    if is_plain {
        return Cow::Borrowed(source);
    }
    let parts = Path::new(source).components().filter(|part| *part != Component::CurDir);
    Cow::Owned(parts.collect::<std::path::PathBuf>().to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(source: &str, time: Option<&str>) -> Said {
        let source_time = time.map(str::to_owned);
        Said { import: None, source: source.into(), source_time, digest: [0; 32], record: None }
    }

    #[test]
    fn a_file_follows_itself_and_a_new_one_what_is_current() {
        let came = [
            said("a.txt", None),
            said("b.txt", None),
            said("dump.xml", Some("2001")),
            said("dump.xml", Some("2003")),
            said("dump.xml", Some("2002")),
        ];
        assert_eq!(current(came.iter()), Some(3));
        let followed = |source: &str| {
            let followed = predecessor(came.iter(), source).unwrap();
            (&*followed.source, followed.source_time.as_deref())
        };
        assert_eq!(followed("./a.txt"), ("a.txt", None));
        assert_eq!(followed("dump.xml"), ("dump.xml", Some("2002")));
        assert_eq!(followed("c.txt"), ("dump.xml", Some("2003")));
        assert!(predecessor(came[..0].iter(), "c.txt").is_none());
    }

    #[test]
    fn two_spellings_of_a_path_are_one_file() {
        for (one, other) in [("a/b.txt", "./a//b.txt"), ("a/b.txt", "a/./b.txt"), ("/a", "//a")] {
            assert_eq!(file_key(one), file_key(other));
        }
        assert_ne!(file_key("a.txt"), file_key("../a.txt"));
        assert_eq!(file_key("<stdin>"), "<stdin>");
    }
}
