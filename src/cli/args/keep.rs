//! Arguments of commands that import, export, change or maintain the archive.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueHint};
use hustings::model::Address;

use super::{Output, Selection, Spreadsheet, year};

#[derive(ClapArgs)]
pub(crate) struct Import {
    /// Files, folders, or - for standard input
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,
    /// article, jsonl, wikitext or table; without it, each document's is found out
    #[arg(long)]
    pub(crate) format: Option<hustings::formats::Format>,
    /// Read tables of results (CSV, TSV) as this file says; 'parlgov' is built in
    #[arg(long, value_name = "FILE", conflicts_with = "format")]
    pub(crate) mapping: Option<String>,
    /// What to say of this import in the log
    #[arg(long)]
    pub(crate) note: Option<String>,
    /// Say what would come, and keep nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Import nothing at all when one document cannot be read, or there is a warning
    #[arg(long)]
    pub(crate) strict: bool,
    /// How many threads unpack a dump; as many as there are cores, if not given
    #[arg(long, short, default_value_t = 0, hide_default_value = true, value_name = "N")]
    pub(crate) jobs: usize,
}

#[derive(ClapArgs)]
pub(crate) struct Export {
    /// Elections; without any, all that the other options leave
    pub(crate) addresses: Vec<Address>,
    /// source, jsonl or csv
    #[arg(long, default_value = "jsonl", value_parser = ["source", "jsonl", "csv"])]
    pub(crate) format: String,
    #[command(flatten)]
    pub(crate) spreadsheet: Spreadsheet,
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
