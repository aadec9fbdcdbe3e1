//! Arguments of commands that import, export, change or maintain the archive.

use std::path::PathBuf;

use clap::builder::{NonEmptyStringValueParser, TypedValueParser};
use clap::{Args as ClapArgs, ValueHint};
use clap_complete::ArgValueCompleter;
use hustings::model::{Address, Source};

use super::super::candidates;
use super::{AreaSelection, AsOf, Output, Selection, Spreadsheet, year_parser};

#[derive(ClapArgs)]
pub(crate) struct Import {
    /// Files, folders, or - for standard input
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,
    /// article, jsonl, wikitext or table; by default, the format of each document is detected
    #[arg(long)]
    pub(crate) format: Option<hustings::formats::Format>,
    /// Mapping of the columns of tables of results (CSV, TSV); parlgov and partyfacts are built in
    #[arg(long, value_name = "FILE", conflicts_with = "format")]
    pub(crate) mapping: Option<String>,
    /// Name of the source of the documents, such as parlgov; a mapping or a dump may state it
    #[arg(long, value_name = "NAME", value_parser = source_parser(), add = ArgValueCompleter::new(candidates::sources))]
    pub(crate) source: Option<Source>,
    /// The documents are a part of what the source has; do not record the others as missing
    #[arg(long)]
    pub(crate) partial: bool,
    /// Import documents whose texts were erased from the archive; by default, they are refused
    #[arg(long)]
    pub(crate) allow_erased: bool,
    /// The documents are all that the source has; record all others as missing, in whichever files
    #[arg(long, conflicts_with = "partial")]
    pub(crate) complete: bool,
    /// Title of the wiki page, instead of its file name; standard input has no name
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    pub(crate) title: Option<String>,
    /// Note for the import log
    #[arg(long)]
    pub(crate) note: Option<String>,
    /// Report what an import would add, and add nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Import nothing if a document cannot be read, or if there is a warning
    #[arg(long)]
    pub(crate) strict: bool,
    /// Number of threads that decompress a dump; by default, one per core
    #[arg(long, short, default_value_t = 0, hide_default_value = true, value_name = "N")]
    pub(crate) jobs: usize,
}

/// Returns a parser for the names of sources.
fn source_parser() -> impl TypedValueParser<Value = Source> {
    NonEmptyStringValueParser::new().try_map(Source::new)
}

#[derive(ClapArgs)]
pub(crate) struct Export {
    /// Addresses of elections; by default, all elections that pass the other options
    #[arg(add = ArgValueCompleter::new(candidates::addresses))]
    pub(crate) addresses: Vec<Address>,
    /// source, jsonl or csv
    #[arg(long, default_value = "jsonl", value_parser = ["source", "jsonl", "csv"])]
    pub(crate) format: String,
    #[command(flatten)]
    pub(crate) spreadsheet: Spreadsheet,
    /// All versions, with source texts and origins; 'restore' reads an export of all elections
    #[arg(long)]
    pub(crate) all_versions: bool,
    /// A country by any of its names, or its ISO 3166 code
    #[arg(long, conflicts_with = "addresses", add = ArgValueCompleter::new(candidates::countries))]
    pub(crate) country: Option<String>,
    #[command(flatten)]
    pub(crate) selection: Selection,
    #[command(flatten)]
    pub(crate) areas: AreaSelection,
    #[command(flatten)]
    pub(crate) as_of: AsOf,
}

#[derive(ClapArgs)]
pub(crate) struct Alias {
    /// An election; with --territory, a name of the territory
    #[arg(requires = "name", add = ArgValueCompleter::new(candidates::addresses))]
    pub(crate) address: Option<String>,
    /// The title, or the name, to add
    pub(crate) name: Option<String>,
    /// Add a name of a territory instead of a title of an election
    #[arg(long, requires = "address")]
    pub(crate) territory: bool,
    /// First year in which the name applies
    #[arg(long, value_name = "YEAR", requires = "territory", allow_negative_numbers = true, value_parser = year_parser())]
    pub(crate) from: Option<i32>,
    /// Last year in which the name applies
    #[arg(long, value_name = "YEAR", requires = "territory", allow_negative_numbers = true, value_parser = year_parser())]
    pub(crate) until: Option<i32>,
    /// Note for the import log
    #[arg(long)]
    pub(crate) note: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct Change {
    /// Address of the election
    #[arg(add = ArgValueCompleter::new(candidates::addresses))]
    pub(crate) address: Address,
    /// Note for the import log
    #[arg(long)]
    pub(crate) note: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct Verify {
    /// Parse every source text again, and compare the result with its record
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
    /// List the versions whose records differ from before; every rebuild parses all texts again
    #[arg(long)]
    pub(crate) reparse: bool,
}
