//! Arguments of the commands `match`, `merge` and `split`.

use clap::Args as ClapArgs;
use clap_complete::ArgValueCompleter;
use hustings::model::Address;

use super::super::candidates;
use super::Output;

#[derive(ClapArgs)]
pub(crate) struct Match {
    /// A country by any of its names, or its ISO 3166 code; by default, all
    #[arg(add = ArgValueCompleter::new(candidates::countries))]
    pub(crate) country: Option<String>,
    /// Merge the certain pairs, in one import
    #[arg(long)]
    pub(crate) apply: bool,
    /// Note for the import log
    #[arg(long, requires = "apply")]
    pub(crate) note: Option<String>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(ClapArgs)]
pub(crate) struct Merge {
    /// Address of the election whose versions keep their numbers
    #[arg(add = ArgValueCompleter::new(candidates::addresses))]
    pub(crate) first: Address,
    /// Address of the other record of the same election
    #[arg(add = ArgValueCompleter::new(candidates::addresses))]
    pub(crate) second: Address,
    /// Note for the import log
    #[arg(long)]
    pub(crate) note: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct Split {
    /// A version or a title of the merged election, or '#N' for all merges of import N
    #[arg(value_name = "ADDRESS|#N", add = ArgValueCompleter::new(candidates::addresses))]
    pub(crate) merged: String,
    /// Note for the import log
    #[arg(long)]
    pub(crate) note: Option<String>,
}
