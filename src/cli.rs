//! The command line: parses arguments, dispatches commands and maps errors to exit codes.

mod args;
mod cache;
mod change;
mod compare;
mod context;
mod documents;
mod errors;
mod read;
mod terminal;
mod trust;

use std::cell::OnceCell;
use std::process::ExitCode;

use clap::CommandFactory;
use hustings::{Archive, Error};

use args::{Args, Command};
use context::{Context, Outcome};
pub(crate) use errors::Failure;

/// Runs the program and returns its exit code: 0 success; 1 success with differences or findings,
/// if requested; 2 usage error; 3 input not read; 4 archive error.
pub(crate) fn main() -> ExitCode {
    let args = match Args::from_command_line() {
        Ok(args) => args,
        Err(answer) => return terminal::usage(&answer),
    };
    // sled may panic on a damaged file. The library turns the panic into an error, so it is not
    // printed.
    std::panic::set_hook(Box::new(|panic| {
        if !panic.location().is_some_and(|location| location.file().contains("sled-")) {
            terminal::panicked(panic);
        }
    }));
    args.global.color.write_global();
    let context = Context { args: &args, replica: OnceCell::new() };
    let mut outcome = run(&context);
    // Damage may surface only when a page of the store is read. Opening the archive again rebuilds
    // the store, so a query that has not printed anything yet is retried once.
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
        // If there are no suggestions, the error is still reported.
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
