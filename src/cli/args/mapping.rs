//! Arguments of the command `mapping`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueHint};

use super::Output;

#[derive(ClapArgs)]
pub(crate) struct MappingArgs {
    #[command(subcommand)]
    pub(crate) action: MappingAction,
}

#[derive(Subcommand)]
pub(crate) enum MappingAction {
    /// Propose a mapping for a table: what each column seems to be, and why
    #[command(after_help = "Examples:
  hustings mapping init results.csv > results.toml
  hustings mapping init --country Sweden --type parliamentary results.xlsx

The mapping is tried on the table. Its comments state what it gives, and what could not be decided; then the exit
code is 1. Further files are read with the mapping of the first.")]
    Init(MappingInit),
    /// Show what a mapping gives for a table: the first elections, unread columns, wrong sums
    #[command(after_help = "Examples:
  hustings mapping check results.csv --mapping results.toml
  hustings mapping check results.csv

Without --mapping, the mapping that 'mapping init' proposes is checked.")]
    Check(MappingCheckArgs),
    /// List the built-in mappings
    List,
    /// Print a built-in mapping
    #[command(after_help = "Example:
  hustings mapping show parlgov > own.toml")]
    Show {
        /// Name of the mapping
        name: String,
    },
}

#[derive(ClapArgs)]
pub(crate) struct MappingInit {
    /// Tables with the same columns: text, workbooks or JSON
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,
    /// Country of the elections, if the table does not state it
    #[arg(long)]
    pub(crate) country: Option<String>,
    /// Type of the elections, such as parliamentary, if the table does not state it
    #[arg(long = "type", value_name = "TYPE")]
    pub(crate) kind: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct MappingCheckArgs {
    /// Tables to read
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,
    /// Mapping file, or name of a built-in mapping
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<String>,
    /// Maximum number of elections that are shown
    #[arg(long, value_name = "N", default_value_t = 3)]
    pub(crate) limit: usize,
    #[command(flatten)]
    pub(crate) output: Output,
}
