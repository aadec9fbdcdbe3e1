//! Arguments of the command `changes`.

use clap::Args as ClapArgs;
use clap_complete::ArgValueCompleter;
use hustings::analysis::changes::ArchiveState;

use super::super::candidates;
use super::Output;

#[derive(ClapArgs)]
pub(crate) struct Changes {
    /// A country by any of its names, or its ISO 3166 code
    #[arg(add = ArgValueCompleter::new(candidates::countries))]
    pub(crate) country: Option<String>,
    /// Changes after this import (#5) or after the end of this day, month or year (UTC); by default,
    /// those of the last import
    #[arg(long, value_name = "WHEN", conflicts_with_all = ["from", "to"])]
    pub(crate) since: Option<ArchiveState>,
    /// The earlier state: after this import (#5), or at the end of this day, month or year
    #[arg(long, value_name = "WHEN")]
    pub(crate) from: Option<ArchiveState>,
    /// The later state; by default, the current one
    #[arg(long, value_name = "WHEN", requires = "from")]
    pub(crate) to: Option<ArchiveState>,
    /// Only what this source changed
    #[arg(long, value_name = "NAME", add = ArgValueCompleter::new(candidates::sources))]
    pub(crate) source: Option<String>,
    /// Exit with code 1 if an election changed
    #[arg(long)]
    pub(crate) exit_code: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}
