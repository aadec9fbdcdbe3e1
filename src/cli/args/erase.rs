//! Arguments of the command `erase`.

use clap::Args as ClapArgs;
use clap::builder::NonEmptyStringValueParser;
use clap_complete::ArgValueCompleter;
use hustings::model::Address;

use super::super::candidates;
use super::Output;

#[derive(ClapArgs)]
pub(crate) struct Erase {
    /// Versions of elections: nagorno-karabakh/2012@1
    #[arg(required = true, value_name = "ADDRESS@N", add = ArgValueCompleter::new(candidates::addresses))]
    pub(crate) addresses: Vec<Address>,
    /// Why the texts must not be kept; the archive keeps the reason
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    pub(crate) reason: String,
    /// Also erase every other version that has the same text
    #[arg(long)]
    pub(crate) all: bool,
    /// Report what would be erased, and erase nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Note for the import log
    #[arg(long)]
    pub(crate) note: Option<String>,
    #[command(flatten)]
    pub(crate) output: Output,
}
