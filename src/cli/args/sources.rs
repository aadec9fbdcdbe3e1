//! Arguments of the command `source`.

use clap::{Args as ClapArgs, Subcommand};
use clap_complete::ArgValueCompleter;

use super::super::candidates;
use super::Output;

#[derive(ClapArgs)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct SourceArgs {
    #[command(subcommand)]
    pub(crate) action: Option<SourceAction>,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Subcommand)]
pub(crate) enum SourceAction {
    /// List the sources; documents imported without one form a source for each format and folder
    List(SourceList),
    /// Describe a source, and assign documents to it that were imported without a source
    #[command(after_help = "Examples:
  hustings source set commission --licence CC0-1.0 --address https://results.example
  hustings source set enwiki --kind wiki --of article:articles")]
    Set(SourceSet),
    /// Set which source is shown first; without names, print the order
    #[command(after_help = "Examples:
  hustings source order commission parlgov
  hustings source order --none")]
    Order(SourceOrder),
}

#[derive(ClapArgs)]
pub(crate) struct SourceList {
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(ClapArgs)]
pub(crate) struct SourceSet {
    /// Name of the source: lower-case letters, digits, hyphens, dots and underscores
    #[arg(add = ArgValueCompleter::new(candidates::sources))]
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) description: SourceDescription,
    /// Documents imported without a source, as 'source' lists them; can be repeated
    #[arg(long = "of", value_name = "FORMAT:FOLDER", add = ArgValueCompleter::new(candidates::sources))]
    pub(crate) folders: Vec<String>,
    /// Note for the import log
    #[arg(long)]
    pub(crate) note: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct SourceDescription {
    /// What the source is, in a word: wiki, 'data set', commission, newspaper
    #[arg(long)]
    pub(crate) kind: Option<String>,
    /// Where it publishes, usually a URL
    #[arg(long)]
    pub(crate) address: Option<String>,
    /// Licence of its records, preferably an SPDX identifier
    #[arg(long)]
    pub(crate) licence: Option<String>,
    /// Attribution that the licence requires
    #[arg(long)]
    pub(crate) attribution: Option<String>,
}

#[derive(ClapArgs)]
pub(crate) struct SourceOrder {
    /// Names of sources, the preferred one first
    #[arg(add = ArgValueCompleter::new(candidates::sources))]
    pub(crate) names: Vec<String>,
    /// Remove the order; elections are shown as the latest import states them
    #[arg(long, conflicts_with = "names")]
    pub(crate) none: bool,
    /// Note for the import log
    #[arg(long)]
    pub(crate) note: Option<String>,
}

impl SourceArgs {
    /// Returns whether the command changes nothing.
    pub(super) fn is_query(&self) -> bool {
        match &self.action {
            None | Some(SourceAction::List(_)) => true,
            Some(SourceAction::Set(_)) => false,
            Some(SourceAction::Order(order)) => order.names.is_empty() && !order.none,
        }
    }
}
