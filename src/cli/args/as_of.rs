//! Options that select an earlier moment of the archive.

use clap::Args as ClapArgs;
use hustings::model::{PartialDate, VersionSelector};

/// Options that select an earlier moment of the archive.
#[derive(ClapArgs)]
pub(crate) struct AsOf {
    /// The archive after an import ('#5') or at the end of a day (2017-08-01), month or year, with the
    /// titles, aliases, lineages and sources of that time
    #[arg(long, value_name = "WHEN")]
    as_of: Option<VersionSelector>,
    /// The versions that the sources had on a day, whenever they were imported
    #[arg(long, value_name = "DATE", conflicts_with = "as_of")]
    as_of_source: Option<PartialDate>,
}

impl AsOf {
    /// Returns the selected moment, if any.
    pub(crate) fn moment(&self) -> Option<VersionSelector> {
        self.as_of.or(self.as_of_source.map(VersionSelector::Source))
    }

    /// Returns whether the moment is a date of the sources.
    pub(crate) fn is_of_sources(&self) -> bool {
        self.as_of_source.is_some()
    }
}

/// Option that selects an earlier state of the archive.
#[derive(ClapArgs)]
pub(crate) struct AsOfImport {
    /// The archive after an import ('#5') or at the end of a day (2017-08-01), month or year
    #[arg(long, value_name = "WHEN")]
    pub(crate) as_of: Option<VersionSelector>,
}
