//! What is measured, in the order of the table, with its unit.

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Work {
    Reading,
    Import,
    Again,
    Changed,
    Open,
    OpenCold,
    TitleFirst,
    Title,
    TitleWorst,
    AddressFirst,
    Address,
    AddressWorst,
    Source,
    Territory,
    ChainFirst,
    Chain,
    Diff,
    DiffsFirst,
    Diffs,
    Compare,
    AsOf,
    Scan,
    Size,
    SizeJournal,
    SizeStore,
    Memory,
    Parse,
}

pub(crate) const WORKS: [Work; 27] = [
    Work::Reading,
    Work::Import,
    Work::Again,
    Work::Changed,
    Work::Open,
    Work::OpenCold,
    Work::TitleFirst,
    Work::Title,
    Work::TitleWorst,
    Work::AddressFirst,
    Work::Address,
    Work::AddressWorst,
    Work::Source,
    Work::Territory,
    Work::ChainFirst,
    Work::Chain,
    Work::Diff,
    Work::DiffsFirst,
    Work::Diffs,
    Work::Compare,
    Work::AsOf,
    Work::Scan,
    Work::Size,
    Work::SizeJournal,
    Work::SizeStore,
    Work::Memory,
    Work::Parse,
];

impl Work {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Reading => "reading the texts alone",
            Self::Import => "import: parse, store, durable",
            Self::Again => "import again, unchanged",
            Self::Changed => "import with 10 % changed",
            Self::Open => "open and first answer, warm",
            Self::OpenCold => "open and first answer, cache dropped",
            Self::TitleFirst => "find by title, asked for the first time, p50",
            Self::Title => "find by title, p50",
            Self::TitleWorst => "find by title, p99",
            Self::AddressFirst => "find by country and year, asked for the first time, p50",
            Self::Address => "find by country and year, p50",
            Self::AddressWorst => "find by country and year, p99",
            Self::Source => "source text of a version, p50",
            Self::Territory => "all elections of a territory, p50",
            Self::ChainFirst => "chain of 40, asked for the first time, p50",
            Self::Chain => "chain of 40, p50",
            Self::Diff => "diff of two elections, p50",
            Self::DiffsFirst => "all diffs of a chain of 40, asked for the first time, p50",
            Self::Diffs => "all diffs of a chain of 40, p50",
            Self::Compare => "comparing alone, of it, p50",
            Self::AsOf => "1,000 elections as of an import",
            Self::Scan => "full scan: mean turnout",
            Self::Size => "size on disk, per byte given",
            Self::SizeJournal => "of it the journal",
            Self::SizeStore => "of it the store",
            Self::Memory => "peak memory of the import",
            Self::Parse => "parsing one article (file: its lines and labels only)",
        }
    }

    pub(crate) fn unit(self) -> &'static str {
        match self {
            Self::Reading | Self::Import | Self::Again | Self::Changed => "µs a version",
            Self::Open | Self::OpenCold | Self::AsOf | Self::Scan => "ms",
            Self::Size | Self::SizeJournal | Self::SizeStore => "B/B",
            Self::Memory => "MiB",
            _ => "µs",
        }
    }
}
