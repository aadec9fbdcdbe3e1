//! The context of a command: arguments, output and archive.

use std::cell::OnceCell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use hustings::archive::{AreaFilter, Filter, ImportInfo, OpenOptions, Progress, Replica};
use hustings::model::VersionSelector;
use hustings::render::{AnswerRow, OutputFormat, Report, RowStream, TextStyle};
use hustings::{Archive, Error};
use indicatif::ProgressBar;

use super::args::{Args, AsOf, Colour};
use super::errors::Failure;
use super::{platform, terminal};

/// The result of a command: its exit code or the reason for its failure.
pub(super) type Outcome = Result<ExitCode, Failure>;

/// The context that every command receives.
pub(super) struct Context<'a> {
    pub(super) args: &'a Args,
    /// Folder of the replica that is used instead of the archive's store, if any.
    pub(super) replica: OnceCell<PathBuf>,
    /// The archive as of the moment that the command selects, if any.
    pub(super) past: OnceCell<Archive>,
}

impl<'a> Context<'a> {
    pub(super) fn new(args: &'a Args) -> Self {
        Self { args, replica: OnceCell::new(), past: OnceCell::new() }
    }
}

impl Context<'_> {
    /// Opens the selected archive for reading.
    pub(super) fn open_for_reading(&self) -> Result<Archive, Failure> {
        self.open_with(OpenOptions::read_only)
    }

    /// Opens the selected archive for reading, as of an earlier moment if the options select one.
    pub(super) fn open_as_of(&self, options: &AsOf) -> Result<Archive, Failure> {
        self.open_at(options.moment())
    }

    /// Opens the selected archive for reading, as of an earlier moment if there is one.
    pub(super) fn open_at(&self, moment: Option<VersionSelector>) -> Result<Archive, Failure> {
        let archive = self.open_for_reading()?;
        let Some(moment) = moment else { return Ok(archive) };
        let bar = self.progress_bar();
        let past = archive.as_of_with_progress(moment, |progress| {
            bar.iter().for_each(|bar| bar.set_position(progress.done));
        });
        bar.inspect(ProgressBar::finish_and_clear);
        let past = past?;
        past.notices().iter().for_each(|notice| self.notice(notice));
        let _ = self.past.set(past.clone());
        Ok(past)
    }

    /// Returns the archive that the command queries.
    pub(super) fn queried_archive(&self) -> Result<Archive, Failure> {
        self.past.get().cloned().map_or_else(|| self.open_for_reading(), Ok)
    }

    /// Returns the folder of the store that the command queries.
    pub(super) fn store_folder(&self) -> PathBuf {
        let past = self.past.get().and_then(Archive::replica).map(|past| past.folder.clone());
        past.or_else(|| self.replica.get().cloned()).unwrap_or_else(|| self.archive_path())
    }

    /// Opens the selected archive for writing.
    pub(super) fn open_for_writing(&self, create: bool) -> Result<Archive, Failure> {
        self.open_with(|options| options.create(create))
    }

    /// Returns the imports, without waiting for the lock: from the store, or from the journal if
    /// another process holds the lock or the archive is read-only.
    pub(super) fn imports(&self) -> Result<Vec<ImportInfo>, Failure> {
        let opened = self
            .with_progress(|options| options.wait_for(Duration::ZERO).open(self.archive_path()));
        match opened {
            Ok(archive) => {
                archive.notices().iter().for_each(|notice| self.notice(notice));
                Ok(archive.imports()?)
            }
            Err(Error::Busy { .. }) => Ok(Archive::options().imports(self.archive_path())?),
            Err(error) if error.is_read_only() => {
                Ok(Archive::options().imports(self.archive_path())?)
            }
            Err(error) => Err(error.into()),
        }
    }

    pub(super) fn open_with(
        &self,
        configure: impl FnOnce(OpenOptions) -> OpenOptions,
    ) -> Result<Archive, Failure> {
        let archive = self.with_progress(|options| configure(options).open(self.archive_path()))?;
        let is_incomplete = |replica: &Replica| replica.damage.is_some() || replica.lag > 0;
        let is_partial = archive.replica().is_some_and(is_incomplete);
        // The notices about a replica are printed once, although suggestions open the archive
        // again.
        if self.replica.get().is_none() {
            for notice in archive.notices() {
                // An incomplete answer is always reported, even with --quiet.
                if is_partial { print_notice(notice) } else { self.notice(notice) }
            }
        }
        if let Some(replica) = archive.replica() {
            let _ = self.replica.set(replica.folder.clone());
        }
        Ok(archive)
    }

    /// Runs an archive operation and shows its progress.
    pub(super) fn with_progress<T>(&self, work: impl FnOnce(OpenOptions) -> T) -> T {
        let bar = self.progress_bar();
        let mut options = Archive::options().wait_for(self.args.global.wait);
        if let Some(folder) = platform::cache_folder() {
            options = options.cache_folder(folder);
        }
        if let Some(bar) = bar.clone() {
            options = options.progress(move |progress: Progress| bar.set_position(progress.done));
        }
        let result = work(options);
        bar.inspect(ProgressBar::finish_and_clear);
        result
    }

    pub(super) fn archive_path(&self) -> PathBuf {
        self.args.global.archive.clone()
    }

    /// Returns a progress bar if stderr is a terminal, --quiet is not set, and the output is not for
    /// a screen reader.
    pub(super) fn progress_bar(&self) -> Option<ProgressBar> {
        let is_silent = self.args.global.quiet || self.args.linear;
        (terminal::is_stderr_terminal() && !is_silent).then(terminal::progress_bar)
    }

    /// Prints a notice to stderr, unless --quiet is set.
    pub(super) fn notice(&self, sentence: &str) {
        if !self.args.global.quiet {
            print_notice(sentence);
        }
    }

    /// Reports that no election matches a filter.
    pub(super) fn notice_no_match(&self, filter: &Filter) {
        let years = match (filter.since, filter.until) {
            (None, None) => None,
            (Some(from), Some(to)) if from == to => Some(format!("in {from}")),
            (Some(from), Some(to)) => Some(format!("from {from} to {to}")),
            (Some(from), None) => Some(format!("since {from}")),
            (None, Some(to)) => Some(format!("until {to}")),
        };
        let country = filter.country.as_ref().map(|country| format!("of '{country}'"));
        let kind = filter.kind.as_ref().map(|kind| format!("of type {kind}"));
        let area = match &filter.area {
            AreaFilter::Exactly(name) | AreaFilter::Within(name) => Some(format!("in '{name}'")),
            _ => None,
        };
        let level = filter.level.as_ref().map(|level| format!("of the level '{level}'"));
        let parts: Vec<String> =
            [country, area, level, kind, years].into_iter().flatten().collect();
        let parts = if parts.is_empty() { "at all".to_owned() } else { parts.join(", ") };
        self.notice(&format!("the archive has no elections {parts}"));
    }

    pub(super) fn print_report(&self, report: &Report, format: OutputFormat) -> Outcome {
        self.print(format, |out, style| report.write(out, format, style).map_err(Error::Output))
    }

    /// Returns the style of text output: colours and width of the terminal, unless the output is for
    /// a screen reader.
    fn text_style(&self) -> TextStyle {
        let (linear, colour) = (self.args.linear, self.args.global.color);
        let colour = terminal::has_colours() && (!linear || colour == Colour::Always);
        TextStyle::default().colour(colour).width(terminal::width()).linear(linear)
    }

    /// Streams an answer to stdout. Text output has the colours and the width of the terminal.
    pub(super) fn print(
        &self,
        format: OutputFormat,
        write: impl FnOnce(&mut dyn Write, TextStyle) -> hustings::Result<()>,
    ) -> Outcome {
        match format {
            OutputFormat::Text => {
                let style = self.text_style();
                terminal::write_lines(|out| write(out, style).map_err(Failure::from))?
            }
            _ => {
                let style = TextStyle::default();
                terminal::write_document(|out| write(out, style).map_err(Failure::from))?
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Streams rows to stdout.
    pub(super) fn print_rows<F, I>(&self, rows: &RowStream<F>, format: OutputFormat) -> Outcome
    where
        F: Fn(bool) -> hustings::Result<I>,
        I: Iterator<Item = hustings::Result<AnswerRow>>,
    {
        self.print(format, |out, style| rows.write(out, format, style))
    }

    /// Writes an SVG picture to a file, or to standard output.
    pub(super) fn write_picture(&self, file: &Path, picture: &str) -> Outcome {
        if file.as_os_str() == "-" {
            return self.write_document(picture.as_bytes());
        }
        std::fs::write(file, picture).map_err(|error| Failure::File(file.to_owned(), error))?;
        print_result(self, &format!("{} written", file.display()))
    }

    /// Writes a document that is held in memory.
    pub(super) fn write_document(&self, bytes: &[u8]) -> Outcome {
        terminal::write_document(|out| out.write_all(bytes))?;
        Ok(ExitCode::SUCCESS)
    }
}

pub(super) fn print_notice(sentence: &str) {
    terminal::eprint_line(&format!("hustings: {sentence}"));
}

pub(super) fn print_result(context: &Context<'_>, sentence: &str) -> Outcome {
    if context.args.global.quiet {
        return Ok(ExitCode::SUCCESS);
    }
    terminal::print_line(sentence)?;
    Ok(ExitCode::SUCCESS)
}
