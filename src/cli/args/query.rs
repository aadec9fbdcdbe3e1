//! Arguments of commands that query the archive.

use std::path::PathBuf;

use clap::builder::{PathBufValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, ValueHint};
use clap_complete::{ArgValueCandidates, ArgValueCompleter};
use hustings::analysis::changes::ArchiveState;
use hustings::analysis::measure::Measure;
use hustings::archive::Filter;
use hustings::model::{Address, ElectionType};
use hustings::render::OutputFormat;

use super::super::candidates;
use super::{AreaSelection, AsOf, AsOfImport};

/// Options for the output format.
#[derive(ClapArgs)]
pub(crate) struct Output {
    /// text, json, jsonl, csv or markdown; 'text' has no colours, sparklines or shortened titles
    #[arg(long, default_value = "text", value_name = "FORMAT", value_parser = PossibleValuesParser::new(["text", "json", "jsonl", "csv", "markdown"]))]
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
    /// With --format csv: put an apostrophe before text that a spreadsheet would read as a formula
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
    /// Draw a chart into this SVG file, or - for standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, value_parser = svg_parser(), conflicts_with = "format")]
    pub(crate) svg: Option<PathBuf>,
}

/// Returns a parser for the names of SVG files. Any other extension is an error, since it would
/// misstate the format of the file.
fn svg_parser() -> impl TypedValueParser<Value = PathBuf> {
    PathBufValueParser::new().try_map(|path: PathBuf| {
        match path.extension().is_none_or(|extension| extension.eq_ignore_ascii_case("svg")) {
            true => Ok(path),
            false => Err("expected a file name that ends in .svg, or -, since charts are SVG"),
        }
    })
}

/// Returns a parser for the names of measures. For an unknown name, the error suggests similar
/// ones.
fn measure_parser() -> impl TypedValueParser<Value = Measure> {
    PossibleValuesParser::new(Measure::ALL.map(Measure::name))
        .try_map(|name: String| name.parse::<Measure>())
}

/// Returns a parser for years from -9999 to 9999, the range of [`PartialDate`].
pub(super) fn year_parser() -> clap::builder::RangedI64ValueParser<i32> {
    clap::value_parser!(i32).range(-9999..=9999)
}

#[derive(ClapArgs)]
pub(crate) struct Selection {
    /// First year
    #[arg(long, value_name = "YEAR", allow_negative_numbers = true, value_parser = year_parser())]
    pub(crate) from: Option<i32>,
    /// Last year
    #[arg(long, value_name = "YEAR", allow_negative_numbers = true, value_parser = year_parser())]
    pub(crate) to: Option<i32>,
    /// Only this year
    #[arg(long, conflicts_with_all = ["from", "to"], allow_negative_numbers = true, value_parser = year_parser())]
    pub(crate) year: Option<i32>,
    /// Type of the election, or of a contest in it
    #[arg(long = "type", value_name = "TYPE", add = ArgValueCandidates::new(candidates::election_types))]
    pub(crate) kind: Option<ElectionType>,
}

impl Selection {
    pub(crate) fn filter(&self, country: Option<&String>) -> Filter {
        let years = Filter::default().since(self.year.or(self.from)).until(self.year.or(self.to));
        let filter = years.kind(self.kind.clone());
        match country {
            Some(country) => filter.country(country),
            None => filter,
        }
    }
}

#[derive(ClapArgs)]
pub(crate) struct List {
    /// A country by any of its names, or its ISO 3166 code
    #[arg(add = ArgValueCompleter::new(candidates::countries))]
    pub(crate) country: Option<String>,
    #[command(flatten)]
    pub(crate) selection: Selection,
    #[command(flatten)]
    pub(crate) areas: AreaSelection,
    /// All records: those of whole countries and those of their areas
    #[arg(long, conflicts_with_all = ["area", "level"])]
    pub(crate) all_areas: bool,
    /// Only elections that the last import changed
    #[arg(long)]
    pub(crate) changed: bool,
    /// With --changed: elections that changed after this import (#5) or after the end of this day
    #[arg(long, value_name = "WHEN", requires = "changed")]
    pub(crate) since: Option<ArchiveState>,
    #[command(flatten)]
    pub(crate) as_of: AsOf,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(ClapArgs)]
pub(crate) struct Show {
    /// Address of the election
    #[arg(add = ArgValueCompleter::new(candidates::addresses))]
    pub(crate) address: Address,
    /// The version that this source stated last; by default, that of the first source in the order
    /// of sources
    #[arg(long, value_name = "NAME", add = ArgValueCompleter::new(candidates::sources))]
    pub(crate) source: Option<String>,
    #[command(flatten)]
    pub(crate) as_of: AsOf,
    /// Show the prose around the infobox as well
    #[arg(long)]
    pub(crate) prose: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(ClapArgs)]
pub(crate) struct Log {
    /// Address of an election; by default, the imports of the archive are listed
    #[arg(add = ArgValueCompleter::new(candidates::addresses))]
    pub(crate) address: Option<Address>,
    /// Name of a figure, as 'diff' prints it; lists when each of its values came and went
    pub(crate) field: Option<String>,
    #[command(flatten)]
    pub(crate) as_of: AsOfImport,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(ClapArgs)]
pub(crate) struct Chain {
    /// Address of the election
    #[arg(add = ArgValueCompleter::new(candidates::addresses))]
    pub(crate) address: Address,
    /// Type of the contests to follow; by default, that of the election
    #[arg(long = "type", value_name = "TYPE", add = ArgValueCandidates::new(candidates::election_types))]
    pub(crate) kind: Option<ElectionType>,
    /// Where no record names a neighbour, infer the nearest by date whose title names the same place
    #[arg(long)]
    pub(crate) infer: bool,
    #[command(flatten)]
    pub(crate) as_of: AsOf,
    /// text (without colours and shortened titles), json, jsonl, csv or markdown; or a graph: dot,
    /// mermaid
    #[arg(long, default_value = "text", value_name = "FORMAT", value_parser = ["text", "json", "jsonl", "csv", "markdown", "dot", "mermaid"])]
    pub(crate) format: String,
    #[command(flatten)]
    pub(crate) spreadsheet: Spreadsheet,
    #[command(flatten)]
    pub(crate) picture: Picture,
}

#[derive(ClapArgs)]
pub(crate) struct Diff {
    /// Address of the earlier election, or of the earlier version
    #[arg(add = ArgValueCompleter::new(candidates::addresses))]
    pub(crate) before: Address,
    /// Address of the later election or version; if it matches several elections, the one of the
    /// same type is compared
    #[arg(required_unless_present = "chain", conflicts_with = "chain", add = ArgValueCompleter::new(candidates::addresses))]
    pub(crate) after: Option<Address>,
    /// Compare every step of the election's chain
    #[arg(long)]
    pub(crate) chain: bool,
    /// Follow and compare only contests of this type
    #[arg(long = "type", value_name = "TYPE", add = ArgValueCandidates::new(candidates::election_types))]
    pub(crate) kind: Option<ElectionType>,
    /// Match parties by name only, without the lineages: mergers, splits and renames
    #[arg(long)]
    pub(crate) no_lineage: bool,
    /// Match similar names, if there is only one candidate; by default they are suggested
    #[arg(long)]
    pub(crate) spelling: bool,
    /// Compare elections even if they are of different areas, or the boundaries changed
    #[arg(long)]
    pub(crate) across: bool,
    /// Exit with code 1 if there is a difference
    #[arg(long)]
    pub(crate) exit_code: bool,
    /// Show only the number of changes
    #[arg(long)]
    pub(crate) stat: bool,
    /// Show only the names of what changed
    #[arg(long, conflicts_with = "stat")]
    pub(crate) names_only: bool,
    /// Draw both results side by side into this SVG file, or - for standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, value_parser = svg_parser(), conflicts_with_all = ["format", "chain", "stat", "names_only"])]
    pub(crate) svg: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) as_of: AsOf,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(ClapArgs)]
pub(crate) struct Series {
    /// A territory, or the address of an election whose chain is followed; or several territories. By
    /// default, the whole archive. Of several territories, the first contest of each election is
    /// measured, whatever its type
    #[arg(add = ArgValueCompleter::new(candidates::targets))]
    pub(crate) targets: Vec<String>,
    /// Measures, separated by commas; --list explains them
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "turnout,enp-votes,gallagher",
        value_name = "MEASURE",
        value_parser = measure_parser(),
        hide_possible_values = true
    )]
    pub(crate) measure: Vec<Measure>,
    /// Explain every measure
    #[arg(long, conflicts_with_all = ["targets", "measure", "from", "to", "year", "kind", "area", "level", "across", "round", "renormalise", "no_lineage", "svg", "as_of", "as_of_source"])]
    pub(crate) list: bool,
    /// Round to measure; by default the last for margins, and the first for other measures
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..))]
    pub(crate) round: Option<u8>,
    /// Match parties by name only, without the lineages: mergers, splits and renames
    #[arg(long)]
    pub(crate) no_lineage: bool,
    /// Scale the listed shares to add up to 100, as if none were missing
    #[arg(long)]
    pub(crate) renormalise: bool,
    /// Compare elections of one area even if its boundaries changed
    #[arg(long)]
    pub(crate) across: bool,
    #[command(flatten)]
    pub(crate) selection: Selection,
    #[command(flatten)]
    pub(crate) areas: AreaSelection,
    #[command(flatten)]
    pub(crate) as_of: AsOf,
    #[command(flatten)]
    pub(crate) picture: Picture,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(ClapArgs)]
pub(crate) struct Lineage {
    /// A country by any of its names, or its ISO 3166 code
    #[arg(add = ArgValueCompleter::new(candidates::countries))]
    pub(crate) country: String,
    /// Show only the predecessors and successors of this party, by any of its names
    #[arg(long, value_name = "NAME")]
    pub(crate) party: Option<String>,
    /// List the parties with their ids and identifiers (Wikidata, Party Facts) instead
    #[arg(long)]
    pub(crate) parties: bool,
    #[command(flatten)]
    pub(crate) as_of: AsOfImport,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(ClapArgs)]
pub(crate) struct Check {
    /// A territory, or the address of an election; by default, the whole archive
    #[arg(add = ArgValueCompleter::new(candidates::targets))]
    pub(crate) target: Option<String>,
    #[command(flatten)]
    pub(crate) areas: AreaSelection,
    /// Show only the number of findings of each rule
    #[arg(long, alias = "by-kind")]
    pub(crate) by_rule: bool,
    /// Exit with code 1 if there is a finding
    #[arg(long)]
    pub(crate) exit_code: bool,
    #[command(flatten)]
    pub(crate) as_of: AsOf,
    #[command(flatten)]
    pub(crate) output: Output,
}
