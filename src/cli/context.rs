//! The context of a command: arguments, output and archive.

use std::cell::OnceCell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use hustings::archive::{Filter, ImportInfo, OpenOptions, Progress, Replica};
use hustings::render::{AnswerRow, OutputFormat, Report, RowStream};
use hustings::{Archive, Error};
use indicatif::ProgressBar;

use super::args::Args;
use super::errors::Failure;
use super::{cache, terminal};

/// The result of a command: its exit code or the reason for its failure.
pub(super) type Outcome = Result<ExitCode, Failure>;

/// The context that every command receives.
pub(super) struct Context<'a> {
    pub(super) args: &'a Args,
    /// Folder of the replica that is used instead of the archive's store, if any.
    pub(super) replica: OnceCell<PathBuf>,
}

impl Context<'_> {
    /// Opens the selected archive for reading.
    pub(super) fn archive(&self) -> Result<Archive, Failure> {
        self.opened(OpenOptions::read_only)
    }

    /// Opens the selected archive for writing.
    pub(super) fn open(&self, create: bool) -> Result<Archive, Failure> {
        self.opened(|options| options.create(create))
    }

    /// Returns the imports, without waiting for the lock: from the store, or from the journal if
    /// another process holds the lock or the archive is read-only.
    pub(super) fn imports(&self) -> Result<Vec<ImportInfo>, Failure> {
        let opened = self.with_progress(|options| options.wait(Duration::ZERO).open(self.path()));
        match opened {
            Ok(archive) => {
                archive.notices().iter().for_each(|notice| self.tell(notice));
                Ok(archive.imports()?)
            }
            Err(Error::Busy { .. }) => Ok(Archive::options().imports(self.path())?),
            Err(error) if error.is_read_only() => Ok(Archive::options().imports(self.path())?),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn opened(
        &self,
        how: impl FnOnce(OpenOptions) -> OpenOptions,
    ) -> Result<Archive, Failure> {
        let archive = self.with_progress(|options| how(options).open(self.path()))?;
        let leaves_out = |replica: &Replica| replica.damage.is_some() || replica.left_out > 0;
        let is_partial = archive.replica().is_some_and(leaves_out);
        for notice in archive.notices() {
            // An incomplete answer is always reported, even with --quiet.
            if is_partial { print_notice(notice) } else { self.tell(notice) }
        }
        if let Some(replica) = archive.replica() {
            let _ = self.replica.set(replica.folder.clone());
        }
        Ok(archive)
    }

    /// Runs an archive operation and shows its progress.
    pub(super) fn with_progress<T>(&self, work: impl FnOnce(OpenOptions) -> T) -> T {
        let bar = self.progress();
        let mut options = Archive::options().wait(self.args.global.wait);
        if let Some(folder) = cache::folder() {
            options = options.cache(folder);
        }
        if let Some(bar) = bar.clone() {
            options = options.progress(move |progress: Progress| bar.set_position(progress.done));
        }
        let done = work(options);
        bar.inspect(ProgressBar::finish_and_clear);
        done
    }

    pub(super) fn path(&self) -> PathBuf {
        self.args.global.archive.clone()
    }

    /// Returns a progress bar if stderr is a terminal and --quiet is not set.
    pub(super) fn progress(&self) -> Option<ProgressBar> {
        (terminal::is_stderr_terminal() && !self.args.global.quiet).then(terminal::progress_bar)
    }

    /// Prints a notice to stderr, unless --quiet is set.
    pub(super) fn tell(&self, sentence: &str) {
        if !self.args.global.quiet {
            print_notice(sentence);
        }
    }

    /// Reports that no election matches a filter.
    pub(super) fn tell_none(&self, filter: &Filter) {
        let years = match (filter.from, filter.to) {
            (None, None) => None,
            (Some(from), Some(to)) if from == to => Some(format!("in {from}")),
            (Some(from), Some(to)) => Some(format!("from {from} to {to}")),
            (Some(from), None) => Some(format!("since {from}")),
            (None, Some(to)) => Some(format!("until {to}")),
        };
        let country = filter.country.as_ref().map(|country| format!("of '{country}'"));
        let kind = filter.kind.as_ref().map(|kind| format!("of type {kind}"));
        let parts: Vec<String> = [country, kind, years].into_iter().flatten().collect();
        let parts = if parts.is_empty() { "at all".to_owned() } else { parts.join(", ") };
        self.tell(&format!("the archive has no elections {parts}"));
    }

    pub(super) fn report(&self, report: &Report, format: OutputFormat) -> Outcome {
        self.print(format, |out, colour| report.write(out, format, colour).map_err(Error::Output))
    }

    /// Streams an answer to stdout. Text output is coloured if the terminal supports it.
    pub(super) fn print(
        &self,
        format: OutputFormat,
        write: impl FnOnce(&mut dyn Write, bool) -> hustings::Result<()>,
    ) -> Outcome {
        match format {
            OutputFormat::Text => terminal::lines(|out| write(out, true).map_err(Failure::from))?,
            _ => terminal::document(|out| write(out, false).map_err(Failure::from))?,
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Streams rows to stdout.
    pub(super) fn rows<F, I>(&self, rows: &RowStream<F>, format: OutputFormat) -> Outcome
    where
        F: Fn(bool) -> hustings::Result<I>,
        I: Iterator<Item = hustings::Result<AnswerRow>>,
    {
        self.print(format, |out, colour| rows.write(out, format, colour))
    }

    /// Writes an SVG picture to a file, or to standard output.
    pub(super) fn picture(&self, file: &Path, picture: &str) -> Outcome {
        if file.as_os_str() == "-" {
            return self.document(picture.as_bytes());
        }
        std::fs::write(file, picture).map_err(|error| Failure::File(file.to_owned(), error))?;
        print_result(self, &format!("{} written", file.display()))
    }

    /// Writes a document that is held in memory.
    pub(super) fn document(&self, bytes: &[u8]) -> Outcome {
        terminal::document(|out| out.write_all(bytes))?;
        Ok(ExitCode::SUCCESS)
    }
}

pub(super) fn print_notice(sentence: &str) {
    terminal::note(&format!("hustings: {sentence}"));
}

pub(super) fn print_result(context: &Context<'_>, sentence: &str) -> Outcome {
    if context.args.global.quiet {
        return Ok(ExitCode::SUCCESS);
    }
    terminal::line(sentence)?;
    Ok(ExitCode::SUCCESS)
}
