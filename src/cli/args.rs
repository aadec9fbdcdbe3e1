//! Command-line arguments.

mod area_list;
mod areas;
mod as_of;
mod changes;
mod command;
mod compare;
mod erase;
mod evidence;
mod find;
mod manage;
mod mapping;
mod matches;
mod query;
mod sources;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args as ClapArgs, FromArgMatches, Parser, ValueHint};
use hustings::model::escape::printable;

use super::candidates::{ARCHIVE_VARIABLE, DEFAULT_ARCHIVE};
pub(crate) use area_list::Areas;
pub(crate) use areas::AreaSelection;
pub(crate) use as_of::{AsOf, AsOfImport};
pub(crate) use changes::Changes;
pub(crate) use command::Command;
pub(crate) use compare::Compare;
pub(crate) use erase::Erase;
pub(crate) use evidence::{Cite, Why};
pub(crate) use find::Find;
pub(crate) use manage::{Alias, Change, Export, Import, Rebuild, Stats, Verify};
pub(crate) use mapping::{MappingAction, MappingArgs, MappingCheckArgs, MappingInit};
pub(crate) use matches::{Match, Merge, Split};
use query::year_parser;
pub(crate) use query::{
    Chain, Check, Diff, Lineage, List, Log, Output, Selection, Series, Show, Spreadsheet,
};

pub(crate) use sources::{SourceAction, SourceArgs, SourceOrder, SourceSet};

#[derive(Parser)]
#[command(name = "hustings", bin_name = "hustings", version, about = "An archive of elections: every version of every record, linked and compared",
    long_about = "An archive of elections. It imports election records from existing documents, keeps every version of \
every record, links each election to the one before and the one after, and reports changes.",
    after_help = AFTER_HELP, propagate_version = true, max_term_width = 100)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Whether `NO_COLOR` or `--format` requests output for a screen reader or a file: without
    /// colours, sparklines, shortened titles and progress bars.
    #[arg(skip)]
    pub(crate) linear: bool,
}

impl Args {
    /// Parses the command line. Errors quote the arguments with unprintable characters escaped.
    pub(crate) fn from_command_line(program: &clap::Command) -> Result<Self, clap::Error> {
        let arguments: Vec<OsString> = std::env::args_os().collect();
        let parse = |arguments: &[OsString]| Self::parse_arguments(program.clone(), arguments);
        parse(&arguments).map_err(|error| {
            let quoted =
                arguments.iter().map(|argument| printable(&argument.to_string_lossy()).into());
            let escaped_error = parse(&quoted.collect::<Vec<_>>()).err();
            escaped_error.filter(|again| again.kind() == error.kind()).unwrap_or(error)
        })
    }

    fn parse_arguments(
        mut command: clap::Command,
        arguments: &[OsString],
    ) -> Result<Self, clap::Error> {
        let matches = command.try_get_matches_from_mut(arguments)?;
        if let Some((_, subcommand)) = matches.subcommand()
            && let Ok(Some(true)) = subcommand.try_get_one::<bool>("spreadsheet")
            && subcommand.get_one::<String>("format").is_none_or(|format| format != "csv")
        {
            let problem = "--spreadsheet is for --format csv";
            return Err(command.error(ErrorKind::ArgumentConflict, problem));
        }
        let mut args =
            Self::from_arg_matches(&matches).map_err(|error| error.format(&mut command))?;
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        args.linear = no_color || states_format(&matches);
        Ok(args)
    }
}

/// Returns whether the command line states an output format. The `--format` of `import` is an input
/// format.
fn states_format(matches: &ArgMatches) -> bool {
    let Some((name, subcommand)) = matches.subcommand() else { return false };
    let has_format = subcommand.try_contains_id("format").is_ok() && name != "import";
    has_format && subcommand.value_source("format") == Some(ValueSource::CommandLine)
}

const AFTER_HELP: &str = "Addresses:
  nagorno-karabakh/2012          country and year; ISO codes and aliases work too
  united-kingdom/1974-02         with the month, if the year has several
  artsakh/2020/presidential      with the type
  \"2017 Kyrgyz presidential election\"   a title
  \"title:Referendum 3/1998\"      a title that looks like another address
  …@2  …@#5  …@2017-08-01        version 2; as of import 5; as of that day

Environment: PAGER, COLUMNS and NO_COLOR are respected. With NO_COLOR, and with
--format, output has no colours, sparklines or shortened titles.

Exit codes: 0 success; 1 differences or findings, with --exit-code, or nothing
found by find; 2 usage error; 3 some input was not read; 4 archive error; 130
interrupted.";

#[derive(ClapArgs)]
pub(crate) struct Global {
    /// Folder of the archive
    #[arg(long, global = true, env = ARCHIVE_VARIABLE, hide_env_values = true, default_value = DEFAULT_ARCHIVE, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) archive: PathBuf,
    /// Seconds to wait while another process has the archive, before a change fails or a query reads a
    /// replica; --wait alone waits without limit
    #[arg(long, global = true, value_name = "SECONDS", num_args = 0..=1, require_equals = true,
        default_value = "2", default_missing_value = FOREVER, value_parser = parse_seconds)]
    pub(crate) wait: Duration,
    /// Print only the answer, without notices, summaries and progress
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Print more details
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Colours: auto, always, never
    #[arg(long, global = true, default_value = "auto", value_name = "WHEN")]
    pub(crate) color: Colour,
    /// Print long answers on a terminal directly, and not through the pager that PAGER names
    #[arg(long, global = true)]
    pub(crate) no_pager: bool,
}

/// Value of `--wait` that means no limit.
const FOREVER: &str = "forever";

/// Parses a number of seconds, or the value that means no limit.
fn parse_seconds(text: &str) -> Result<Duration, String> {
    if text == FOREVER {
        return Ok(Duration::MAX);
    }
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or_else(|| "expected a number of seconds".to_owned())
}

/// Whether to use colour.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Colour {
    Auto,
    Always,
    Never,
}

impl Colour {
    pub(crate) fn write_global(self) {
        match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}
