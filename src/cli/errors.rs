//! Error messages, hints and exit codes.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use hustings::Error;
use hustings::archive::BackupReport;
use hustings::formats::Mapping;
use hustings::model::grouped;

use super::terminal;

/// The reason why a command failed.
pub(crate) enum Failure {
    /// An error of the library.
    Library(Box<Error>),
    /// The output could not be written.
    Output(io::Error),
    /// A file outside the archive could not be written.
    File(PathBuf, io::Error),
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
            Self::Library(error) => (error.to_string(), hints(error), exit_code(error)),
        };
        terminal::error(&message, &hints);
        ExitCode::from(code)
    }
}

fn exit_code(error: &Error) -> u8 {
    match error {
        Error::Address(_)
        | Error::Unknown { .. }
        | Error::UnknownTerritory { .. }
        | Error::UnknownType { .. }
        | Error::UnknownName { .. }
        | Error::EmptyRange { .. }
        | Error::Ambiguous { .. }
        | Error::NoVersion { .. }
        | Error::Removed { .. }
        | Error::Request(_) => 2,
        Error::Strict(_) | Error::Doubtful(_) | Error::Backup { .. } => 3,
        Error::Io { doing: Mapping::READ | BackupReport::READ, .. } => 3,
        _ => 4,
    }
}

fn hints(error: &Error) -> Vec<String> {
    match error {
        Error::NoArchive(_) => {
            vec!["'hustings import FILE' makes one; --archive names another".to_owned()]
        }
        Error::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
            let kept =
                "imports that the journal has are kept; the store takes them in when there is room";
            vec![kept.to_owned()]
        }
        Error::Busy { .. } => vec!["--wait waits for it".to_owned()],
        Error::LockLost(_) => vec!["run the command again".to_owned()],
        Error::NewerFormat { .. } => vec!["a newer version of hustings reads it".to_owned()],
        Error::Format { .. } => vec!["'hustings rebuild' writes it again".to_owned()],
        Error::Unknown { near, .. }
        | Error::UnknownTerritory { near, .. }
        | Error::UnknownType { near, .. }
        | Error::UnknownName { near, .. }
            if !near.is_empty() =>
        {
            let offered = near.iter().map(|address| format!("  {address}"));
            std::iter::once("did you mean".to_owned()).chain(offered).collect()
        }
        Error::Unknown { .. } | Error::UnknownTerritory { .. } | Error::UnknownName { .. } => {
            vec!["'hustings list' shows every address".to_owned()]
        }
        Error::Ambiguous { candidates, others, .. } => {
            let width =
                candidates.iter().map(|(address, _)| address.chars().count()).max().unwrap_or(0);
            let listed =
                candidates.iter().map(|(address, title)| format!("{address:width$}  {title}"));
            let others = (*others > 0).then(|| format!("and {} others", grouped(*others as u64)));
            listed.chain(others).collect()
        }
        Error::Removed { address, last, .. } => {
            vec![format!(
                "'hustings show \"{address}@{last}\"' shows that; 'hustings revert' brings it back"
            )]
        }
        Error::NoVersion { .. } => vec!["'hustings log ADDRESS' lists the versions".to_owned()],
        Error::Strict(unread) => unread.lines().collect(),
        Error::Doubtful(warnings) => warnings.lines().collect(),
        Error::Journal { .. } => vec![
            "'hustings verify' lists what is damaged; 'hustings rebuild' keeps all that can be read".to_owned(),
        ],
        Error::Store(_) => vec![
            "the next command makes it anew from the journal, which has every import that was made"
                .to_owned(),
        ],
        _ => Vec::new(),
    }
}
