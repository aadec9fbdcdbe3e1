//! The names of sources.

use std::path::{Component, Path, PathBuf};

/// Name of standard input. Unlike the name of a file, it does not contain the title of a page.
pub(crate) const STDIN_NAME: &str = "<stdin>";

/// Source of a version that a revert created.
pub(crate) const REVERT_SOURCE: &str = "<revert>";

/// Returns the name under which a source is indexed. Paths that differ only in `.` components or
/// repeated slashes have the same name.
pub(crate) fn source_name(source: &str) -> String {
    match source {
        "/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0" => STDIN_NAME.to_owned(),
        source => {
            let parts = Path::new(source).components().filter(|part| *part != Component::CurDir);
            parts.collect::<PathBuf>().to_string_lossy().into_owned()
        }
    }
}
