//! Limits on what an archive keeps.

/// Maximum size of the text of one election, in bytes. Parsing takes up to 150 times as much
/// memory.
pub(crate) const MAX_SOURCE_TEXT_BYTES: usize = 8 * 1024 * 1024;

/// Maximum length of a title, in characters.
pub(crate) const MAX_TITLE_CHARS: usize = 1_000;

/// Maximum length of the note of an import, in characters.
pub(crate) const MAX_NOTE_CHARS: usize = 1_000;

/// Maximum length of a file path or a comment, in characters.
pub(crate) const MAX_PATH_CHARS: usize = 10_000;

/// Maximum number of sources in an order, and of folders of a source.
pub(crate) const MAX_SOURCES: usize = 10_000;

/// Maximum length of a code, a time or a similar short text, in characters.
pub(crate) const MAX_SHORT_TEXT_CHARS: usize = 100;
