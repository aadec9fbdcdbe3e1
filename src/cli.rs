//! The command line: parses arguments, dispatches commands and maps errors to exit codes.

mod areas;
mod args;
mod candidates;
mod change;
mod changes;
mod compare;
mod completion;
mod context;
mod documents;
mod erase;
mod errors;
mod evidence;
mod find;
mod help;
mod maintain;
mod mapping;
mod matches;
mod pair;
mod platform;
mod query;
mod source_comparison;
mod sources;
mod terminal;

use std::process::ExitCode;

use hustings::{Archive, Error};

use args::{Args, Command};
use context::{Context, Outcome};
pub(crate) use errors::Failure;

/// Runs the program and returns its exit code: 0 success; 1 success with differences or findings,
/// if requested, or a search that found nothing; 2 usage error; 3 input not read; 4 archive error; 130 interrupted.
pub(crate) fn main() -> ExitCode {
    run_program().unwrap_or_else(|failure| failure.report())
}

/// Runs the command, or prints the candidates that a completion script requests.
fn run_program() -> Outcome {
    if let Some(code) = completion::respond() {
        return Ok(code);
    }
    if std::env::args_os().len() <= 1 {
        terminal::print_help(&help::overview())?;
        return Ok(ExitCode::SUCCESS);
    }
    let args = match Args::from_command_line(&help::program()) {
        Ok(args) => args,
        Err(error) => return Ok(terminal::print_parser_output(&error)?),
    };
    // sled may panic on a damaged file. The library turns the panic into an error, so the panic is
    // not printed.
    std::panic::set_hook(Box::new(|panic| {
        if !panic.location().is_some_and(|location| location.file().contains("sled-")) {
            terminal::print_panic(panic);
        }
    }));
    args.global.color.write_global();
    terminal::enable_pager(!args.global.no_pager);
    let mut context = Context::new(&args);
    let mut outcome = run(&context);
    // Damage may surface only when a page of the store is read. Opening the archive again rebuilds
    // the store, so a query that has not printed anything yet is retried once.
    if let Err(Failure::Library(error)) = &outcome
        && matches!(**error, Error::Store(_))
        && Archive::mark_store_damaged(context.store_folder()).is_ok()
        && args.command.is_query()
        && !terminal::has_answer()
    {
        drop(context.past.take());
        outcome = run(&Context::new(&args));
    }
    if let Err(Failure::Library(error)) = &mut outcome
        && let Error::UnknownAddress { .. }
        | Error::UnknownTerritory { .. }
        | Error::UnknownName { .. } = **error
        && let Ok(archive) = context.queried_archive()
    {
        // If there are no suggestions, the error is still reported.
        let _ = archive.suggest(error);
    }
    terminal::show_paged_answer()?;
    outcome
}

fn run(context: &Context<'_>) -> Outcome {
    match &context.args.command {
        Command::Import(options) => documents::import(context, options),
        Command::Export(options) => documents::export(context, options),
        Command::List(options) => query::list(context, options),
        Command::Areas(options) => areas::areas(context, options),
        Command::Show(options) => query::show(context, options),
        Command::Log(options) => query::log(context, options),
        Command::Why(options) => evidence::why(context, options),
        Command::Cite(options) => evidence::cite(context, options),
        Command::Find(options) => find::find(context, options),
        Command::Changes(options) => changes::changes(context, options),
        Command::Check(options) => query::check(context, options),
        Command::Chain(options) => compare::chain(context, options),
        Command::Diff(options) => compare::diff(context, options),
        Command::Compare(options) => source_comparison::compare(context, options),
        Command::Series(options) => compare::series(context, options),
        Command::Lineage(options) => compare::lineage(context, options),
        Command::Alias(options) => change::alias(context, options),
        Command::Source(options) => sources::source(context, options),
        Command::Match(options) => matches::find(context, options),
        Command::Mapping(options) => mapping::mapping(context, options),
        Command::Merge(options) => matches::merge(context, options),
        Command::Split(options) => matches::split(context, options),
        Command::Remove(options) => change::remove(context, options),
        Command::Revert(options) => change::revert(context, options),
        Command::Erase(options) => erase::erase(context, options),
        Command::Stats(options) => maintain::stats(context, options),
        Command::Rebuild(options) => maintain::rebuild(context, options),
        Command::Backup { target } => maintain::backup(context, target),
        Command::Restore { source } => maintain::restore(context, source),
        Command::Verify(options) => maintain::verify(context, options),
        Command::Completions { shell } => context.write_document(&completion::script(*shell)?),
        Command::Man { output } => change::man(context, output.as_deref()),
    }
}
