//! The options of an import.

use crate::formats::{Format, Mapping};
use crate::model::Source;

/// Options of an import.
///
/// ```
/// use hustings::archive::ImportOptions;
/// let options = ImportOptions::default().strict(true).note("results of 1824");
/// assert!(options.strict);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ImportOptions {
    /// Format of all documents. `None` detects the format of each document.
    pub format: Option<Format>,
    /// Mapping for tables. With a mapping, only tables are read.
    pub mapping: Option<Mapping>,
    /// The source of all documents. Its members complete or replace those that a mapping or a dump
    /// states. `None` for the source of the mapping or the dump, or for none.
    pub source: Option<Source>,
    /// Whether the documents are only a part of what the source has, so that nothing can be missing.
    pub partial: bool,
    /// Whether the documents are everything that the source has, so that every other election of it
    /// is missing. Ignored if `partial` is set.
    pub complete: bool,
    /// The user's note, which the import log shows.
    pub note: Option<String>,
    /// Title of a wiki page whose source contains none, such as standard input.
    pub title: Option<String>,
    /// Whether to read everything and report what an import would add, without adding anything.
    pub dry_run: bool,
    /// Whether to import nothing at all when a document cannot be read or a statement is doubtful.
    pub strict: bool,
    /// Whether to import texts that were erased from the archive. By default, they are refused.
    pub allow_erased: bool,
    /// Number of threads that decompress a dump; 0 for one per processor core.
    pub jobs: usize,
}

impl ImportOptions {
    /// Sets the format of all documents.
    #[must_use]
    pub fn format(mut self, format: impl Into<Option<Format>>) -> Self {
        self.format = format.into();
        self
    }

    /// Sets the mapping for tables. With a mapping, only tables are read.
    #[must_use]
    pub fn mapping(mut self, mapping: impl Into<Option<Mapping>>) -> Self {
        self.mapping = mapping.into();
        self
    }

    /// Sets the source of all documents.
    #[must_use]
    pub fn source(mut self, source: impl Into<Option<Source>>) -> Self {
        self.source = source.into();
        self
    }

    /// Imports a part of what the source has: elections of the source that the part lacks are not
    /// missing.
    #[must_use]
    pub fn partial(mut self, partial: bool) -> Self {
        self.partial = partial;
        self
    }

    /// Imports everything that the source has: all other elections of the source are missing, in
    /// whichever files they were.
    #[must_use]
    pub fn complete(mut self, complete: bool) -> Self {
        self.complete = complete;
        self
    }

    /// Returns the source of documents whose mapping or dump states `stated`.
    pub(super) fn source_of(&self, stated: Option<&Source>) -> Option<Source> {
        match (&self.source, stated) {
            (Some(own), Some(stated)) if own.name() == stated.name() => {
                Some(stated.updated_by(own))
            }
            (own, stated) => own.as_ref().or(stated).cloned(),
        }
    }

    /// Sets the user's note, which the import log shows.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Sets the title of a wiki page whose source contains none, such as standard input.
    #[must_use]
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Reads everything and reports what an import would add, without adding anything.
    #[must_use]
    pub fn dry_run(mut self, dry_run: bool) -> Self {
        self.dry_run = dry_run;
        self
    }

    /// Imports nothing at all when a document cannot be read or a statement is doubtful.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Sets whether texts that were erased from the archive are imported again.
    #[must_use]
    pub fn allow_erased(mut self, allow_erased: bool) -> Self {
        self.allow_erased = allow_erased;
        self
    }

    /// Sets the number of threads that decompress a dump; 0 for one per processor core.
    #[must_use]
    pub fn jobs(mut self, jobs: usize) -> Self {
        self.jobs = jobs;
        self
    }

    /// Returns whether the import must not be split, because it is strict or a dry run.
    pub(super) fn is_atomic(&self) -> bool {
        self.strict || self.dry_run
    }
}
