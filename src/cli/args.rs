//! Command-line arguments.

mod ask;
mod keep;

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use clap::error::ErrorKind;
use clap::{Args as ClapArgs, CommandFactory, FromArgMatches, Parser, Subcommand, ValueHint};
use hustings::model::escape::printable;

use ask::year;
pub(crate) use ask::{
    Chain, Check, Diff, Lineage, List, Log, Output, Selection, Series, Show, Spreadsheet,
};
pub(crate) use keep::{Alias, Change, Export, Import, Rebuild, Stats, Verify};

#[derive(Parser)]
#[command(name = "hustings", bin_name = "hustings", version, about = "An archive of elections: every version of every record, linked and compared",
    long_about = "An archive of elections. It imports election records from the documents people already have, keeps every \
version of every record, links each election to the one before and the one after, and says what changed.",
    after_help = ADDRESSES, propagate_version = true, max_term_width = 100)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

impl Args {
    /// Parses the command line. Errors quote the arguments with unprintable characters escaped.
    pub(crate) fn from_command_line() -> Result<Self, clap::Error> {
        let words: Vec<OsString> = std::env::args_os().collect();
        Self::parse_words(&words).map_err(|error| {
            let quoted = words.iter().map(|word| printable(&word.to_string_lossy()).into());
            let again = Self::parse_words(&quoted.collect::<Vec<_>>()).err();
            again.filter(|again| again.kind() == error.kind()).unwrap_or(error)
        })
    }

    fn parse_words(words: &[OsString]) -> Result<Self, clap::Error> {
        let mut command = Self::command();
        let matches = command.try_get_matches_from_mut(words)?;
        if let Some((_, of_command)) = matches.subcommand()
            && let Ok(Some(true)) = of_command.try_get_one::<bool>("spreadsheet")
            && of_command.get_one::<String>("format").is_none_or(|format| format != "csv")
        {
            let problem = "--spreadsheet is for --format csv";
            return Err(command.error(ErrorKind::ArgumentConflict, problem));
        }
        Self::from_arg_matches(&matches).map_err(|error| error.format(&mut command))
    }
}

const ADDRESSES: &str = "Addresses:
  nagorno-karabakh/2012          country and year; ISO codes and aliases work too
  united-kingdom/1974-02         with the month where a year has several
  artsakh/2020/presidential      with the type
  \"2017 Kyrgyz presidential election\"   a title
  \"title:Referendum 3/1998\"      a title that looks like another address
  …@2  …@#5  …@2017-08-01        version 2; as of import 5; as of that day

Exit codes: 0 done; 1 done, with differences or findings where asked for; 2 usage; 3 some input
was not read; 4 archive trouble.";

#[derive(ClapArgs)]
pub(crate) struct Global {
    /// The archive's folder
    #[arg(long, global = true, env = "HUSTINGS_ARCHIVE", hide_env_values = true, default_value = "elections.hustings", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) archive: PathBuf,
    /// Seconds to wait while another process has the archive, before a change fails and a question is
    /// answered from a replica; --wait alone waits without limit
    #[arg(long, global = true, value_name = "SECONDS", num_args = 0..=1, require_equals = true,
        default_value = "2", default_missing_value = FOREVER, value_parser = seconds)]
    pub(crate) wait: Duration,
    /// Say nothing but the answer
    #[arg(short, long, global = true)]
    pub(crate) quiet: bool,
    /// Say more
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub(crate) verbose: bool,
    /// Colour: auto, always, never
    #[arg(long, global = true, default_value = "auto", value_name = "WHEN")]
    pub(crate) color: Colour,
}

/// Value of `--wait` that means no limit.
const FOREVER: &str = "forever";

/// Parses a number of seconds, or the value that means no limit.
fn seconds(text: &str) -> Result<Duration, String> {
    if text == FOREVER {
        return Ok(Duration::MAX);
    }
    let seconds = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    seconds.ok_or_else(|| "expected a number of seconds".to_owned())
}

/// Whether to use colour.
#[derive(Clone, Copy, clap::ValueEnum)]
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

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Import documents: files, folders, or - for standard input
    #[command(after_help = "Examples:
  hustings import articles/
  hustings import --note 'commission, final' results.jsonl
  hustings import --mapping parlgov parlgov/
  hustings import enwiki-pages-articles-multistream.xml.bz2
  curl -s … | hustings import --dry-run -")]
    Import(Import),
    /// List elections, in order of country, year and date
    #[command(after_help = "Examples:
  hustings list
  hustings list greece --from 1990 --format csv
  hustings list --type presidential")]
    List(List),
    /// Show one record
    #[command(after_help = "Examples:
  hustings show nagorno-karabakh/2012
  hustings show nagorno-karabakh/2012@1 --format json
  hustings show nagorno-karabakh/2012 --as-of 2017-08-01")]
    Show(Show),
    /// List the versions of an election, or the imports of the archive
    #[command(after_help = "Examples:
  hustings log
  hustings log nagorno-karabakh/2012")]
    Log(Log),
    /// Follow an election back and on, and say how each step is known
    #[command(after_help = "Examples:
  hustings chain nagorno-karabakh/2012
  hustings chain artsakh/2020 --type presidential --infer
  hustings chain nagorno-karabakh/2012 --svg chain.svg")]
    Chain(Chain),
    /// Compare two elections, two versions of one, or every step of a chain
    #[command(after_help = "Examples:
  hustings diff nagorno-karabakh/2007 nagorno-karabakh/2012
  hustings diff nagorno-karabakh/2012@1 nagorno-karabakh/2012@2
  hustings diff --chain nagorno-karabakh/2012 --stat
  hustings diff nagorno-karabakh/2007 nagorno-karabakh/2012 --svg diff.svg")]
    Diff(Diff),
    /// Measure elections over time: a chain, territories, or the whole archive
    #[command(after_help = "Examples:
  hustings series 'united kingdom' --measure turnout,enp-votes,gallagher --from 1945
  hustings series artsakh/2020 --measure margin --format csv
  hustings series france italy --measure volatility
  hustings series --measure gallagher --format csv > gallagher.csv
  hustings series 'united kingdom' --from 1900 --svg uk.svg

'hustings series --list' explains every measure.")]
    Series(Series),
    /// Say which parties of a country became which, and when, as data have it
    #[command(after_help = "Examples:
  hustings lineage italy
  hustings lineage germany --party 'Die Linke' --format csv

A mapping with a [lineage] brings them: 'hustings import --mapping parlgov …'.")]
    Lineage(Lineage),
    /// Write records out: source texts, JSON lines, CSV
    #[command(after_help = "Examples:
  hustings export --format source nagorno-karabakh/2012 > 2012.txt
  hustings export --format jsonl > all.jsonl
  hustings export --all-versions > everything.jsonl
  hustings export --format csv --country greece")]
    Export(Export),
    /// Give an election another title, or a territory another name; list both
    #[command(after_help = "Examples:
  hustings alias nagorno-karabakh/2012 'Nagorno-Karabakh presidential election, 2012'
  hustings alias --territory Artsakh 'Republic of Artsakh' --from 2017
  hustings alias")]
    Alias(Alias),
    /// Remove an election; its versions stay and can be shown
    #[command(after_help = "Example:
  hustings remove artsakh/2017 --note 'imported by mistake'")]
    Remove(Change),
    /// Make an old version the latest again, as a new version
    #[command(after_help = "Example:
  hustings revert nagorno-karabakh/2012@1")]
    Revert(Change),
    /// Copy the archive, also while it is in use: to a folder, or to one file
    #[command(after_help = "Examples:
  hustings backup /mnt/disk/elections.hustings
  hustings backup elections.jsonl.zst")]
    Backup {
        /// A folder, or a file that ends in .zst; a folder with an earlier state gets what came since
        #[arg(value_hint = ValueHint::AnyPath)]
        target: PathBuf,
    },
    /// Make the archive anew from a backup, or from an export of all versions
    #[command(after_help = "Examples:
  hustings restore elections.jsonl.zst --archive restored.hustings
  hustings export --all-versions | hustings restore - --archive copy.hustings")]
    Restore {
        /// What 'backup' or 'export --all-versions' made, or - for standard input
        #[arg(value_hint = ValueHint::AnyPath)]
        source: PathBuf,
    },
    /// Read everything that the archive holds, and compare it; change nothing
    #[command(after_help = "Examples:
  hustings verify
  hustings verify --deep --format json")]
    Verify(Verify),
    /// Say how large the archive is, and what a rebuild would save
    #[command(after_help = "Example:
  hustings stats --format json")]
    Stats(Stats),
    /// Make the store anew; of a damaged journal, keep what can be read
    #[command(after_help = "Examples:
  hustings rebuild
  hustings rebuild --reparse")]
    Rebuild(Rebuild),
    /// Check whether the figures add up, and what the records say of each other
    #[command(
        long_about = "Check whether the figures of each record add up, what the records say of each other, and, \
where nothing is named, the store against the journal. What rounding explains is no finding. With --verbose, also what follows \
from the figures though the record does not say it, and which figures of the versions of one election agree with which.",
        after_help = "Examples:
  hustings check
  hustings check nagorno-karabakh/2012 --verbose
  hustings check greece --by-kind
  hustings check --exit-code --format jsonl"
    )]
    Check(Check),
    /// Print a completion script for a shell
    #[command(after_help = "Example:
  hustings completions bash > ~/.local/share/bash-completion/completions/hustings")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write one for each command
    #[command(after_help = "Examples:
  hustings man | man -l -
  hustings man --output ~/.local/share/man/man1")]
    Man {
        /// The folder to write a page for each command to
        #[arg(long, value_name = "DIR")]
        output: Option<PathBuf>,
    },
}

impl Command {
    /// Returns whether the command is a query. A query does not change the archive, so it can be
    /// retried.
    pub(crate) fn is_question(&self) -> bool {
        match self {
            Self::List(_) | Self::Show(_) | Self::Log(_) | Self::Chain(_) | Self::Diff(_) => true,
            Self::Series(_) | Self::Lineage(_) | Self::Check(_) | Self::Stats(_) => true,
            Self::Export(export) => !export.all_versions,
            _ => false,
        }
    }
}
