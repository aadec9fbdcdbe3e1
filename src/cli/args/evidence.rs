//! Arguments of the commands `why` and `cite`.

use clap::Args as ClapArgs;
use clap::builder::PossibleValuesParser;
use clap_complete::ArgValueCompleter;
use hustings::model::Address;

use super::super::candidates;
use super::Output;

#[derive(ClapArgs)]
pub(crate) struct Why {
    /// Address of the election
    #[arg(add = ArgValueCompleter::new(candidates::addresses))]
    pub(crate) address: Address,
    /// Name of the figure, as 'diff' prints it: turnout, 'votes of NAME', 'NAME: round 2 share'
    pub(crate) field: String,
    /// Leave the digests of later imports out of the JSON; the proof then ends at the import's digest
    #[arg(long)]
    pub(crate) no_chain: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(ClapArgs)]
pub(crate) struct Cite {
    /// Address of the election
    #[arg(add = ArgValueCompleter::new(candidates::addresses))]
    pub(crate) address: Address,
    /// Name of a figure, as 'diff' prints it; by default, the record is cited
    pub(crate) field: Option<String>,
    /// text, bibtex, csl (CSL JSON), or json
    #[arg(long, default_value = "text", value_name = "FORMAT", value_parser = PossibleValuesParser::new(["text", "bibtex", "csl", "json"]))]
    pub(crate) format: String,
}
