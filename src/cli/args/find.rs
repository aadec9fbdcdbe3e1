//! Arguments of the command `find`.

use clap::Args as ClapArgs;
use clap_complete::ArgValueCompleter;
use hustings::model::NameKind;

use super::super::candidates;
use super::Output;

#[derive(ClapArgs)]
pub(crate) struct Find {
    /// Words of a name; a word that ends with * finds all words that begin with it
    #[arg(required = true)]
    pub(crate) words: Vec<String>,
    /// Only names of this kind: person, party, option, territory or title; may be repeated
    #[arg(long, value_name = "KIND", value_delimiter = ',')]
    pub(crate) kind: Vec<NameKind>,
    /// Only elections of a country, by any of its names, or its ISO 3166 code
    #[arg(long, add = ArgValueCompleter::new(candidates::countries))]
    pub(crate) country: Option<String>,
    /// Maximum number of names; 0 for all
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    pub(crate) limit: usize,
    #[command(flatten)]
    pub(crate) output: Output,
}
