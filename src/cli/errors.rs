//! Error messages, hints and exit codes.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use hustings::model::group_digits;
use hustings::{Error, ErrorKind};

use super::terminal;

/// The reason why a command failed.
pub(crate) enum Failure {
    /// An error of the library.
    Library(Box<Error>),
    /// The output could not be written.
    Output(io::Error),
    /// A file outside the archive could not be written.
    File(PathBuf, io::Error),
    /// The arguments contradict each other.
    Usage(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Output(error) => Self::Output(error),
            error => Self::Library(Box::new(error)),
        }
    }
}

impl From<hustings::model::AddressError> for Failure {
    fn from(error: hustings::model::AddressError) -> Self {
        Error::from(error).into()
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl Failure {
    /// Prints the error to stderr, and returns the exit code.
    pub(crate) fn report(&self) -> ExitCode {
        let (message, hints, code) = match self {
            // A reader may close the pipe early, which is not an error.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                return ExitCode::SUCCESS;
            }
            Self::Output(error) => (format!("cannot write the output: {error}"), Vec::new(), 4),
            Self::File(file, error) => {
                (format!("cannot write {}: {error}", file.display()), Vec::new(), 4)
            }
            Self::Usage(problem) => (problem.clone(), Vec::new(), 2),
            Self::Library(error) => (error.to_string(), hints(error), exit_code(error.kind())),
        };
        terminal::print_error(&message, &hints);
        ExitCode::from(code)
    }
}

fn exit_code(kind: ErrorKind) -> u8 {
    match kind {
        ErrorKind::InvalidRequest
        | ErrorKind::NotFound
        | ErrorKind::Ambiguous
        | ErrorKind::AlreadyExists => 2,
        ErrorKind::InvalidInput => 3,
        ErrorKind::Cancelled => 130,
        _ => 4,
    }
}

fn hints(error: &Error) -> Vec<String> {
    match error {
        Error::NoArchive(_) => {
            vec!["'hustings import FILE' creates one; --archive selects another".to_owned()]
        }
        Error::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
            let hint =
                "imports in the journal are kept; the store is brought up to date when there is space";
            vec![hint.to_owned()]
        }
        Error::Busy { .. } => vec!["--wait waits for it".to_owned()],
        Error::LockLost(_) => vec!["run the command again".to_owned()],
        Error::NewerFormat { .. } => vec!["a newer version of hustings reads it".to_owned()],
        Error::DamagedFormat { .. } => vec!["'hustings rebuild' writes a new one".to_owned()],
        Error::UnknownAddress { suggestions, .. }
        | Error::UnknownTerritory { suggestions, .. }
        | Error::UnknownType { suggestions, .. }
        | Error::UnknownArea { suggestions, .. }
        | Error::UnknownLevel { suggestions, .. }
        | Error::UnknownSource { suggestions, .. }
        | Error::UnknownName { suggestions, .. }
        | Error::UnknownField { suggestions, .. }
            if !suggestions.is_empty() =>
        {
            if let [suggestion] = suggestions.as_slice() {
                return vec![format!("did you mean '{suggestion}'?")];
            }
            let suggestions = suggestions.iter().map(|address| format!("  {address}"));
            std::iter::once("did you mean one of these?".to_owned()).chain(suggestions).collect()
        }
        Error::UnknownAddress { .. } | Error::UnknownTerritory { .. } | Error::UnknownName { .. } => {
            vec!["'hustings list' lists every address".to_owned()]
        }
        Error::AmbiguousField { matches, .. } => matches.clone(),
        Error::Ambiguous { matches, omitted, .. } => {
            let width =
                matches.iter().map(|(address, _)| address.chars().count()).max().unwrap_or(0);
            let listed =
                matches.iter().map(|(address, title)| format!("{address:width$}  {title}"));
            let others =
                (*omitted > 0).then(|| format!("and {} others", group_digits(*omitted as u64)));
            listed.chain(others).collect()
        }
        Error::Removed { address, last_version, .. } => {
            vec![format!(
                "'hustings show \"{address}@{last_version}\"' shows it; \
                 'hustings revert' restores it"
            )]
        }
        Error::NoVersion { .. } => vec!["'hustings log ADDRESS' lists the versions".to_owned()],
        Error::StrictParseErrors(errors) => errors.lines().collect(),
        Error::StrictWarnings(warnings) => warnings.lines().collect(),
        Error::Journal { .. } => vec![
            "'hustings verify' lists the damage; 'hustings rebuild' keeps everything that can be read".to_owned(),
        ],
        Error::Store(_) => vec![
            "the next command rebuilds it from the journal, which contains every import"
                .to_owned(),
        ],
        _ => Vec::new(),
    }
}
