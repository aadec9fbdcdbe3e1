//! The peers: one trait, and one file for each peer.

mod compact;
mod engine;
mod entry;
mod file;
mod fjall;
mod heed;
mod hustings;
mod parsed;
mod redb;
mod sqlite;

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use ::hustings::analysis::diff::{self, Diff};
use ::hustings::analysis::measure::{Measure, MeasureOptions};
use ::hustings::model::Election;

use crate::given::Address;

pub(crate) type Res<T> = Result<T, Box<dyn Error>>;

/// The texts of an import, each with the name of its source.
pub(crate) type Texts<'a> = &'a mut dyn Iterator<Item = (String, String)>;

/// The result of an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Imported {
    pub(crate) added: u64,
    pub(crate) unchanged: u64,
    /// Number of the last import.
    pub(crate) import: u64,
}

/// One election of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) title: String,
    pub(crate) country: Option<String>,
    pub(crate) date: Option<String>,
    /// Which of two neighbours links to the other.
    pub(crate) known: &'static str,
}

/// An open store of elections. Answers are typed records, not bytes.
pub(crate) trait Peer {
    /// Parses and stores texts, each as a version of its election, unless the same text is stored
    /// already. The import is durable when this returns.
    fn import(&mut self, texts: Texts<'_>) -> Res<Imported>;

    /// The latest record of the election with this title.
    fn titled(&self, title: &str) -> Res<Arc<Election>>;

    /// The latest record of the only election at this address.
    fn at(&self, address: &Address) -> Res<Arc<Election>>;

    /// The exact text of the latest version.
    fn source(&self, title: &str) -> Res<String>;

    /// The latest records of a territory, in the order of time.
    fn territory(&self, country: &str) -> Res<Vec<Arc<Election>>>;

    /// The elections that links connect with this one, in both directions. Either side may have the
    /// link.
    fn chain(&self, title: &str) -> Res<Vec<Step>>;

    /// The changes from one election to another.
    fn diff(&self, titles: &[String; 2]) -> Res<Diff>;

    /// The changes from each election of a chain to the next.
    fn diffs(&self, title: &str) -> Res<Vec<Diff>>;

    /// The latest record as of an import.
    fn as_of(&self, title: &str, import: u64) -> Res<Arc<Election>>;

    /// The number of latest records that state a turnout, and the sum of these turnouts. The peer
    /// may scan by territory.
    fn turnout(&self, countries: &[String]) -> Res<(u64, f64)>;

    /// The number of latest records with a Gallagher index, and the sum of these indices. The peer
    /// may scan by territory.
    fn gallagher(&self, countries: &[String]) -> Res<(u64, f64)> {
        let mut sum = (0, 0.0);
        for country in countries {
            self.territory(country)?
                .iter()
                .for_each(|election| add(&mut sum, Measure::Gallagher, election));
        }
        Ok(sum)
    }
}

/// Adds a measure of an election's first contest to a count and a sum.
fn add((count, sum): &mut (u64, f64), measure: Measure, election: &Election) {
    let contest = election.contests.first();
    let of = contest.and_then(|contest| measure.compute(contest, &MeasureOptions::default()));
    *count += u64::from(of.is_some());
    *sum += of.map_or(0.0, |value| value.value);
}

/// The stores that are compared, hustings first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Hustings,
    Sqlite,
    /// SQLite, with another thread that parses.
    SqliteBeside,
    Redb,
    Fjall,
    Lmdb,
    File,
    /// An earlier version of hustings, in a separate program.
    Before,
}

pub(crate) const KINDS: [Kind; 7] = [
    Kind::Hustings,
    Kind::Sqlite,
    Kind::SqliteBeside,
    Kind::Redb,
    Kind::Fjall,
    Kind::Lmdb,
    Kind::File,
];

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hustings => "hustings",
            Self::Sqlite => "SQLite",
            Self::SqliteBeside => "SQLite, 2 threads",
            Self::Redb => "redb",
            Self::Fjall => "fjall",
            Self::Lmdb => "LMDB",
            Self::File => "file",
            Self::Before => "hustings, before",
        }
    }

    /// Returns whether this is hustings, in its current or an earlier version.
    pub(crate) fn is_ours(self) -> bool {
        matches!(self, Self::Hustings | Self::Before)
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        KINDS.into_iter().chain([Self::Before]).find(|kind| kind.name() == name)
    }

    /// Opens the store in a folder, or creates it if there is none.
    pub(crate) fn open(self, folder: &Path) -> Res<Box<dyn Peer>> {
        std::fs::create_dir_all(folder)?;
        Ok(match self {
            Self::Hustings => Box::new(hustings::Hustings::open(folder)?),
            Self::Sqlite => Box::new(sqlite::Sqlite::open(folder, false)?),
            Self::SqliteBeside => Box::new(sqlite::Sqlite::open(folder, true)?),
            Self::Redb => Box::new(engine::Engine::new(redb::Redb::open(folder)?)),
            Self::Fjall => Box::new(engine::Engine::new(fjall::Fjall::open(folder)?)),
            Self::Lmdb => Box::new(engine::Engine::new(heed::Lmdb::open(folder)?)),
            Self::File => Box::new(file::Appended::open(folder)?),
            Self::Before => return Err("that is another program's work".into()),
        })
    }
}

/// Returns the evidence for a step, from which side links to the other.
pub(crate) fn known(earlier_names_later: bool, later_names_earlier: bool) -> &'static str {
    match (earlier_names_later, later_names_earlier) {
        (true, true) => "both sides",
        (true, false) => "one side (the earlier)",
        _ => "one side (the later)",
    }
}

/// Compares each election with the next.
pub(crate) fn differences(records: &[Arc<Election>]) -> Vec<Diff> {
    let pairs = records.windows(2).filter_map(|pair| match pair {
        [earlier, later] => {
            Some(diff::compare_elections(earlier, later, &diff::DiffOptions::default()))
        }
        _ => None,
    });
    pairs.collect()
}
