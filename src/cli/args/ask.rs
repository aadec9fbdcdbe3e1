//! Arguments of commands that query the archive.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueHint};
use hustings::analysis::measure::Measure;
use hustings::model::{Address, ElectionType, PartialDate, VersionSelector};
use hustings::render::OutputFormat;

/// Options for the output format.
#[derive(ClapArgs)]
pub(crate) struct Output {
    /// text, json, jsonl, csv or markdown
    #[arg(long, default_value = "text", value_name = "FORMAT", value_parser = clap::builder::PossibleValuesParser::new(["text", "json", "jsonl", "csv", "markdown"]))]
    format: String,
    #[command(flatten)]
    spreadsheet: Spreadsheet,
}

impl Output {
    pub(crate) fn format(&self) -> OutputFormat {
        self.spreadsheet.format(&self.format)
    }
}

/// Option for CSV output that is safe in spreadsheets.
#[derive(ClapArgs)]
pub(crate) struct Spreadsheet {
    /// With --format csv: put an apostrophe before text that a spreadsheet would take for a formula
    #[arg(long)]
    pub(crate) spreadsheet: bool,
}

impl Spreadsheet {
    pub(crate) fn format(&self, name: &str) -> OutputFormat {
        if self.spreadsheet { OutputFormat::Spreadsheet } else { name.parse().unwrap_or_default() }
    }
}

/// Option to draw a picture instead of printing text.
#[derive(ClapArgs)]
pub(crate) struct Picture {
    /// Draw it into this file (SVG), or - for standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "format")]
    pub(crate) svg: Option<PathBuf>,
}

/// Returns a parser for years from -9999 to 9999, the range of [`PartialDate`].
pub(super) fn year() -> clap::builder::RangedI64ValueParser<i32> {
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
    pub(crate) kind: Option<ElectionType>,
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
    pub(crate) as_of: Option<VersionSelector>,
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
    pub(crate) kind: Option<ElectionType>,
    /// Where no record names a neighbour, take the nearest in time that is of the same place, by its title
    #[arg(long)]
    pub(crate) infer: bool,
    /// text, json, jsonl, csv or markdown; or a graph: dot, mermaid
    #[arg(long, default_value = "text", value_name = "FORMAT", value_parser = ["text", "json", "jsonl", "csv", "markdown", "dot", "mermaid"])]
    pub(crate) format: String,
    #[command(flatten)]
    pub(crate) spreadsheet: Spreadsheet,
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
    pub(crate) kind: Option<ElectionType>,
    /// Match parties by their names alone, and not by what is known of mergers, splits and renames
    #[arg(long)]
    pub(crate) no_lineage: bool,
    /// Take two spellings of a name for one, where only one fits; without it they are offered
    #[arg(long)]
    pub(crate) spelling: bool,
    /// Compare elections of different parts of a country, too
    #[arg(long)]
    pub(crate) across: bool,
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
    /// A territory, or the address of an election whose chain is followed; several territories; without any, the whole
    /// archive. Of several, the first contest of each election is measured, of whatever type
    pub(crate) of: Vec<String>,
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
