//! The command line: arguments, one file a command, and what an error means to the shell.

mod args;
mod cache;
mod change;
mod compare;
mod documents;
mod errors;
mod read;
mod terminal;
mod trust;

use std::cell::OnceCell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::CommandFactory;
use hustings::archive::{Filter, ImportInfo, Open, Progress, Replica};
use hustings::render::{Format, Report, Row, Rows};
use hustings::{Archive, Error};
use indicatif::ProgressBar;

use args::{Args, Command};
pub(crate) use errors::Failure;

/// What a command leaves for the shell.
type Outcome = Result<ExitCode, Failure>;

/// Runs the program, and says how it went: 0 done; 1 done, with differences or findings where
/// that was asked for; 2 usage; 3 some input was not read; 4 archive trouble.
pub(crate) fn main() -> ExitCode {
    let args = match Args::from_command_line() {
        Ok(args) => args,
        Err(answer) => return terminal::usage(&answer),
    };
    // sled may panic on a damaged file. The library catches that and says what came of it.
    std::panic::set_hook(Box::new(|panic| {
        if !panic.location().is_some_and(|location| location.file().contains("sled-")) {
            terminal::panicked(panic);
        }
    }));
    args.global.color.write_global();
    let context = Context { args: &args, replica: OnceCell::new() };
    let mut outcome = run(&context);
    // Damage may show only when a page of the store is read. It is made anew when the archive is opened
    // again; a question of whose answer nothing is printed yet can be asked again at once.
    if let Err(Failure::Library(error)) = &outcome
        && matches!(**error, Error::Store(_))
        && Archive::distrust_store(context.replica.get().unwrap_or(&args.global.archive)).is_ok()
        && args.command.is_question()
        && !terminal::has_output()
    {
        outcome = run(&Context { args: &args, replica: OnceCell::new() });
    }
    if let Err(Failure::Library(error)) = &mut outcome
        && let Error::Unknown { .. } | Error::UnknownTerritory { .. } | Error::UnknownName { .. } =
            **error
        && let Ok(archive) = context.archive()
    {
        // Without suggestions the error is still told.
        let _ = archive.suggest(error);
    }
    outcome.unwrap_or_else(|failure| failure.report())
}

fn run(context: &Context<'_>) -> Outcome {
    match &context.args.command {
        Command::Import(options) => documents::import(context, options),
        Command::Export(options) => documents::export(context, options),
        Command::List(options) => read::list(context, options),
        Command::Show(options) => read::show(context, options),
        Command::Log(options) => read::log(context, options),
        Command::Check(options) => read::check(context, options),
        Command::Chain(options) => compare::chain(context, options),
        Command::Diff(options) => compare::diff(context, options),
        Command::Series(options) => compare::series(context, options),
        Command::Lineage(options) => compare::lineage(context, options),
        Command::Alias(options) => change::alias(context, options),
        Command::Remove(options) => change::remove(context, options),
        Command::Revert(options) => change::revert(context, options),
        Command::Stats(options) => trust::stats(context, options),
        Command::Rebuild(options) => trust::rebuild(context, options),
        Command::Backup { target } => trust::backup(context, target),
        Command::Restore { source } => trust::restore(context, source),
        Command::Verify(options) => trust::verify(context, options),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Args::command(), "hustings", &mut script);
            context.document(&script)
        }
        Command::Man { output } => change::man(context, output.as_deref()),
    }
}

fn say(sentence: &str) {
    terminal::note(&format!("hustings: {sentence}"));
}

/// What every command needs: the global options, and where output goes.
struct Context<'a> {
    args: &'a Args,
    /// The folder of the replica that answers, where one does.
    replica: OnceCell<PathBuf>,
}

impl Context<'_> {
    /// The archive that the options name, to be read.
    fn archive(&self) -> Result<Archive, Failure> {
        self.opened(Open::read_only)
    }

    /// The archive that the options name, to be changed.
    fn open(&self, create: bool) -> Result<Archive, Failure> {
        self.opened(|options| options.create(create))
    }

    /// The imports: from the store, or where another process has it, from the journal, without waiting.
    fn imports(&self) -> Result<Vec<ImportInfo>, Failure> {
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

    fn opened(&self, how: impl FnOnce(Open) -> Open) -> Result<Archive, Failure> {
        let archive = self.with_progress(|options| how(options).open(self.path()))?;
        let leaves_out = |replica: &Replica| replica.damage.is_some() || replica.left_out > 0;
        let is_partial = archive.replica().is_some_and(leaves_out);
        for notice in archive.notices() {
            // An answer that leaves out what is there is never given in silence.
            if is_partial { say(notice) } else { self.tell(notice) }
        }
        if let Some(replica) = archive.replica() {
            let _ = self.replica.set(replica.folder.clone());
        }
        Ok(archive)
    }

    /// Does something with an archive that may take a while.
    fn with_progress<T>(&self, work: impl FnOnce(Open) -> T) -> T {
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

    fn path(&self) -> PathBuf {
        self.args.global.archive.clone()
    }

    /// A count on stderr, where a person sees it.
    fn progress(&self) -> Option<ProgressBar> {
        (terminal::is_watched() && !self.args.global.quiet).then(terminal::progress_bar)
    }

    /// A sentence beside the answer.
    fn tell(&self, sentence: &str) {
        if !self.args.global.quiet {
            say(sentence);
        }
    }

    /// Says that no election passes a filter, all of which is known.
    fn tell_none(&self, filter: &Filter) {
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

    fn report(&self, report: &Report, format: Format) -> Outcome {
        self.print(format, |out, colour| report.write(out, format, colour).map_err(Error::Output))
    }

    /// Prints an answer while it is written: for people in colour, where there is any.
    fn print(
        &self,
        format: Format,
        write: impl FnOnce(&mut dyn Write, bool) -> hustings::Result<()>,
    ) -> Outcome {
        match format {
            Format::Text => terminal::lines(|out| write(out, true).map_err(Failure::from))?,
            _ => terminal::document(|out| write(out, false).map_err(Failure::from))?,
        }
        Ok(ExitCode::SUCCESS)
    }

    /// Prints rows while they are read.
    fn rows<F, I>(&self, rows: &Rows<F>, format: Format) -> Outcome
    where
        F: Fn(bool) -> hustings::Result<I>,
        I: Iterator<Item = hustings::Result<Row>>,
    {
        self.print(format, |out, colour| rows.write(out, format, colour))
    }

    /// Writes a picture to a file, or to standard output.
    fn picture(&self, file: &Path, picture: &str) -> Outcome {
        if file.as_os_str() == "-" {
            return self.document(picture.as_bytes());
        }
        std::fs::write(file, picture).map_err(|error| Failure::File(file.to_owned(), error))?;
        change::said(self, &format!("{} written", file.display()))
    }

    /// Writes a document that is in memory.
    fn document(&self, bytes: &[u8]) -> Outcome {
        terminal::document(|out| out.write_all(bytes))?;
        Ok(ExitCode::SUCCESS)
    }
}
