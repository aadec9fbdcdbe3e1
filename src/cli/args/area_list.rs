//! Arguments of the command `areas`.

use clap::Args as ClapArgs;
use clap_complete::ArgValueCompleter;

use super::super::candidates;
use super::{AsOf, Output};

#[derive(ClapArgs)]
pub(crate) struct Areas {
    /// A country, or the address of an election
    #[arg(add = ArgValueCompleter::new(candidates::targets))]
    pub(crate) target: String,
    /// Only areas of this level, such as constituency
    #[arg(long, value_name = "LEVEL")]
    pub(crate) level: Option<String>,
    #[command(flatten)]
    pub(crate) as_of: AsOf,
    #[command(flatten)]
    pub(crate) output: Output,
}
