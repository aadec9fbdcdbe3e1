//! Options: which states are compared, and which elections and sources.

use std::fmt;
use std::str::FromStr;

use crate::model::PartialDate;

/// A state of the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ArchiveState {
    /// The state after this import: `#5`. `#0` is the empty archive.
    Import(u64),
    /// The state at the end of this day, month or year (UTC): `2017-08-01`.
    Date(PartialDate),
}

impl fmt::Display for ArchiveState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Import(import) => write!(f, "#{import}"),
            Self::Date(date) => write!(f, "{date}"),
        }
    }
}

/// The error for a text that names no state of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchiveStateError(String);

impl fmt::Display for ArchiveStateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected an import (#5) or a date (2017-08-01), found '{}'", self.0)
    }
}

impl std::error::Error for ArchiveStateError {}

impl FromStr for ArchiveState {
    type Err = ArchiveStateError;

    /// Parses `#5` or `2017-08-01`.
    ///
    /// ```
    /// use hustings::analysis::changes::ArchiveState;
    /// assert_eq!("#5".parse(), Ok(ArchiveState::Import(5)));
    /// assert!("5".parse::<ArchiveState>().is_err());
    /// ```
    fn from_str(text: &str) -> Result<Self, ArchiveStateError> {
        let error = || ArchiveStateError(text.to_owned());
        match text.strip_prefix('#') {
            Some(number) => number.parse().map(Self::Import).map_err(|_| error()),
            None => text.parse().map(Self::Date).map_err(|_| error()),
        }
    }
}

/// Options for finding changes.
///
/// ```
/// use hustings::analysis::changes::{ArchiveState, ChangeOptions};
/// let options = ChangeOptions::default().from(ArchiveState::Import(3)).source("parlgov".to_owned());
/// assert_eq!(options.source.as_deref(), Some("parlgov"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct ChangeOptions {
    /// The earlier state. By default, the one before the last import of the later state.
    pub from: Option<ArchiveState>,
    /// The later state. By default, the current one.
    pub to: Option<ArchiveState>,
    /// Territory of the elections, under any of its names or codes. Elections that a source
    /// assigned to another territory before count too.
    pub country: Option<String>,
    /// Name of a source. Changes by other sources and by users are then omitted.
    pub source: Option<String>,
    /// Whether to list changes of links and of texts that leave every stated value as it was.
    pub with_minor: bool,
}

impl ChangeOptions {
    /// Sets the earlier state.
    #[must_use]
    pub fn from(mut self, state: impl Into<Option<ArchiveState>>) -> Self {
        self.from = state.into();
        self
    }

    /// Sets the later state.
    #[must_use]
    pub fn to(mut self, state: impl Into<Option<ArchiveState>>) -> Self {
        self.to = state.into();
        self
    }

    /// Sets the territory, under any of its names or codes.
    #[must_use]
    pub fn country(mut self, country: impl Into<Option<String>>) -> Self {
        self.country = country.into();
        self
    }

    /// Sets the source.
    #[must_use]
    pub fn source(mut self, source: impl Into<Option<String>>) -> Self {
        self.source = source.into();
        self
    }

    /// Sets whether to list changes that leave every stated value as it was.
    #[must_use]
    pub fn with_minor(mut self, with_minor: bool) -> Self {
        self.with_minor = with_minor;
        self
    }
}
