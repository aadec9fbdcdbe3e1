//! What can be typed.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueHint};
use hustings::measure::Measure;
use hustings::model::{Address, At, Kind, PartialDate};
use hustings::render::Format;

#[derive(Parser)]
#[command(name = "hustings", version, about = "An archive of elections: every version of every record, linked and compared",
    long_about = "An archive of elections. It imports election records from the documents people already have, keeps every \
version of every record, links each election to the one before and the one after, and says what changed.",
    after_help = ADDRESSES, propagate_version = true, max_term_width = 100)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const ADDRESSES: &str = "Addresses:
  nagorno-karabakh/2012          country and year; ISO codes and aliases work too
  united-kingdom/1974-02         with the month where a year has several
  artsakh/2020/presidential      with the type
  \"2017 Kyrgyz presidential election\"   a title
  …@2  …@#5  …@2017-08-01        version 2; as of import 5; as of that day

Exit codes: 0 done; 1 done, with differences or findings where asked for; 2 usage; 3 some input
was not read; 4 archive trouble.";

#[derive(ClapArgs)]
pub(crate) struct Global {
    /// The archive's folder
    #[arg(long, global = true, env = "HUSTINGS_ARCHIVE", default_value = "elections.hustings", value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) archive: PathBuf,
    /// Wait while another process has the archive, instead of failing at once
    #[arg(long, global = true)]
    pub(crate) wait: bool,
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

/// When colour is used.
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
    /// Measure elections over time: along a chain, or all of a territory
    #[command(after_help = "Examples:
  hustings series 'united kingdom' --measure turnout,enp-votes,gallagher --from 1945
  hustings series artsakh/2020 --measure margin --format csv
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
    /// Whether it only asks, and prints all of its answer at once.
    pub(crate) fn is_question(&self) -> bool {
        match self {
            Self::List(_) | Self::Show(_) | Self::Log(_) | Self::Chain(_) | Self::Diff(_) => true,
            Self::Series(_) | Self::Lineage(_) | Self::Check(_) | Self::Stats(_) => true,
            Self::Export(export) => !export.all_versions,
            _ => false,
        }
    }
}

/// The form of the answer.
#[derive(ClapArgs)]
pub(crate) struct Output {
    /// text, json, jsonl, csv or markdown
    #[arg(long, default_value = "text", value_name = "FORMAT", value_parser = clap::builder::PossibleValuesParser::new(["text", "json", "jsonl", "csv", "markdown"]))]
    format: String,
}

impl Output {
    pub(crate) fn format(&self) -> Format {
        self.format.parse().unwrap_or_default()
    }
}

/// A picture instead of an answer in text.
#[derive(ClapArgs)]
pub(crate) struct Picture {
    /// Draw it into this file (SVG), or - for standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "format")]
    pub(crate) svg: Option<PathBuf>,
}

#[derive(ClapArgs)]
pub(crate) struct Import {
    /// Files, folders, or - for standard input
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,
    /// article, jsonl, wikitext or table; without it, each document's is found out
    #[arg(long)]
    pub(crate) format: Option<hustings::import::Format>,
    /// Read tables of results (CSV, TSV) as this file says; 'parlgov' is built in
    #[arg(long, value_name = "FILE", conflicts_with = "format")]
    pub(crate) mapping: Option<String>,
    /// What to say of this import in the log
    #[arg(long)]
    pub(crate) note: Option<String>,
    /// Say what would come, and keep nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Import nothing at all when one document cannot be read
    #[arg(long)]
    pub(crate) strict: bool,
    /// How many threads unpack a dump; as many as there are cores, if not given
    #[arg(long, short, default_value_t = 0, hide_default_value = true, value_name = "N")]
    pub(crate) jobs: usize,
}

/// A year that a date may have.
fn year() -> clap::builder::RangedI64ValueParser<i32> {
    clap::value_parser!(i32).range(-9999..=9999)
}

#[derive(ClapArgs)]
pub(crate) struct Selection {
    /// The first year
    #[arg(long, value_name = "YEAR", allow_negative_numbers = true, value_parser = year())]
    pub(crate) from: Option<i32>,
    /// The last year
    #[arg(long, value_name = "YEAR", allow_negative_numbers = true, value_parser = year())]
    pub(crate) to: Option<i32>,
    /// This year alone
    #[arg(long, conflicts_with_all = ["from", "to"], allow_negative_numbers = true, value_parser = year())]
    pub(crate) year: Option<i32>,
    /// The type of an election, or of a contest in it
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) kind: Option<Kind>,
}

impl Selection {
    pub(crate) fn filter(&self, country: Option<&String>) -> hustings::archive::Filter {
        hustings::archive::Filter {
            country: country.cloned(),
            from: self.year.or(self.from),
            to: self.year.or(self.to),
            kind: self.kind.clone(),
        }
    }
}

#[derive(ClapArgs)]
pub(crate) struct List {
    /// A country by any of its names, or its ISO 3166 code
    pub(crate) country: Option<String>,
    #[command(flatten)]
    pub(crate) selection: Selection,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(ClapArgs)]
pub(crate) struct Show {
    pub(crate) address: Address,
    /// As of a day (2017-08-01) or an import (#5)
    #[arg(long, value_name = "WHEN")]
    pub(crate) as_of: Option<At>,
    /// As the sources had it on a day, whenever the archive learnt of it
    #[arg(long, value_name = "DATE", conflicts_with = "as_of")]
    pub(crate) as_of_source: Option<PartialDate>,
    /// With the prose around the box
    #[arg(long)]
    pub(crate) prose: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(ClapArgs)]
pub(crate) struct Log {
    /// An election; without one, the imports of the archive
    pub(crate) address: Option<Address>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(ClapArgs)]
pub(crate) struct Chain {
    pub(crate) address: Address,
    /// The contest type to follow; without it, that of the election
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) kind: Option<Kind>,
    /// Where no record names a neighbour, take the nearest in time
    #[arg(long)]
    pub(crate) infer: bool,
    /// text, json, jsonl, csv or markdown; or a graph: dot, mermaid
    #[arg(long, default_value = "text", value_name = "FORMAT", value_parser = ["text", "json", "jsonl", "csv", "markdown", "dot", "mermaid"])]
    pub(crate) format: String,
    #[command(flatten)]
    pub(crate) picture: Picture,
}

#[derive(ClapArgs)]
pub(crate) struct Diff {
    /// The earlier
    pub(crate) before: Address,
    /// The later
    #[arg(required_unless_present = "chain", conflicts_with = "chain")]
    pub(crate) after: Option<Address>,
    /// Every step of the chain that the election is in
    #[arg(long)]
    pub(crate) chain: bool,
    /// Follow and compare contests of this type only
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) kind: Option<Kind>,
    /// Match parties by their names alone, and not by what is known of mergers, splits and renames
    #[arg(long)]
    pub(crate) no_lineage: bool,
    /// Take two spellings of a name for one, where only one fits; without it they are offered
    #[arg(long)]
    pub(crate) spelling: bool,
    /// Exit with 1 when there is a difference
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// Only how much changed
    #[arg(long)]
    pub(crate) stat: bool,
    /// Only what changed
    #[arg(long, conflicts_with = "stat")]
    pub(crate) names_only: bool,
    /// Draw the results of both side by side into this file (SVG), or - for standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["format", "chain", "stat", "names_only"])]
    pub(crate) svg: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(ClapArgs)]
pub(crate) struct Series {
    /// A territory, or the address of an election whose chain is followed
    #[arg(required_unless_present = "list")]
    pub(crate) of: Option<String>,
    /// What to measure; several with commas between them
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "turnout,enp-votes,gallagher",
        value_name = "MEASURE"
    )]
    pub(crate) measure: Vec<Measure>,
    /// Explain every measure
    #[arg(long, conflicts_with_all = ["of", "measure", "from", "to", "year", "kind", "round", "renormalise", "no_lineage", "svg"])]
    pub(crate) list: bool,
    /// The round whose votes are meant; without it the first, but for margins the last
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..))]
    pub(crate) round: Option<u8>,
    /// Match parties by their names alone, and not by what is known of mergers, splits and renames
    #[arg(long)]
    pub(crate) no_lineage: bool,
    /// Let the shares that are listed add up to 100, as if nothing were missing
    #[arg(long)]
    pub(crate) renormalise: bool,
    #[command(flatten)]
    pub(crate) selection: Selection,
    #[command(flatten)]
    pub(crate) picture: Picture,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(ClapArgs)]
pub(crate) struct Lineage {
    /// A country by any of its names, or its ISO 3166 code
    pub(crate) country: String,
    /// Only what this party came from or became, by any of its names
    #[arg(long, value_name = "NAME")]
    pub(crate) party: Option<String>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(ClapArgs)]
pub(crate) struct Export {
    /// Elections; without any, all that the other options leave
    pub(crate) addresses: Vec<Address>,
    /// source, jsonl or csv
    #[arg(long, default_value = "jsonl", value_parser = ["source", "jsonl", "csv"])]
    pub(crate) format: String,
    /// Every version, with its text and where it is from; of all elections, what 'restore' reads
    #[arg(long)]
    pub(crate) all_versions: bool,
    /// A country by any of its names, or its ISO 3166 code
    #[arg(long, conflicts_with = "addresses")]
    pub(crate) country: Option<String>,
    #[command(flatten)]
    pub(crate) selection: Selection,
}

#[derive(ClapArgs)]
pub(crate) struct Alias {
    /// An election; with --territory, a name of the territory
    #[arg(requires = "name")]
    pub(crate) address: Option<String>,
    /// The other title, or the other name
    pub(crate) name: Option<String>,
    /// Name a territory, not an election
    #[arg(long, requires = "address")]
    pub(crate) territory: bool,
    /// The first year in which the name holds
    #[arg(long, value_name = "YEAR", requires = "territory", value_parser = year())]
    pub(crate) from: Option<i32>,
    /// The last year in which the name holds
    #[arg(long, value_name = "YEAR", requires = "territory", value_parser = year())]
    pub(crate) until: Option<i32>,
    /// What to say of it in the log
    #[arg(long)]
    pub(crate) note: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct Change {
    pub(crate) address: Address,
    /// What to say of it in the log
    #[arg(long)]
    pub(crate) note: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct Verify {
    /// Read every source text again, and compare it with its record
    #[arg(long)]
    pub(crate) deep: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(ClapArgs)]
pub(crate) struct Stats {
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(ClapArgs)]
pub(crate) struct Rebuild {
    /// Say which versions are read otherwise than before (every rebuild reads all texts anew)
    #[arg(long)]
    pub(crate) reparse: bool,
}

#[derive(ClapArgs)]
pub(crate) struct Check {
    /// A territory, or the address of an election; without it, everything
    pub(crate) of: Option<String>,
    /// Only how many findings of each kind there are
    #[arg(long)]
    pub(crate) by_kind: bool,
    /// Exit with 1 when there is a finding
    #[arg(long)]
    pub(crate) exit_code: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}
