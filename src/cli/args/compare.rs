//! Arguments of the command `compare`.

use clap::Args as ClapArgs;
use clap_complete::ArgValueCompleter;

use super::super::candidates;
use super::{AreaSelection, AsOf, Output, Selection};

#[derive(ClapArgs)]
pub(crate) struct Compare {
    /// The address of an election, or a territory; by default, the whole archive
    #[arg(add = ArgValueCompleter::new(candidates::targets))]
    pub(crate) target: Option<String>,
    /// Of one election, list only the figures that differ; JSON lists all
    #[arg(long)]
    pub(crate) differing: bool,
    /// Match similar names, if there is only one candidate
    #[arg(long)]
    pub(crate) spelling: bool,
    /// Exit with code 1 if sources differ
    #[arg(long)]
    pub(crate) exit_code: bool,
    #[command(flatten)]
    pub(crate) selection: Selection,
    #[command(flatten)]
    pub(crate) areas: AreaSelection,
    #[command(flatten)]
    pub(crate) as_of: AsOf,
    #[command(flatten)]
    pub(crate) output: Output,
}
