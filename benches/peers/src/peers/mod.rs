//! The peers: one trait, a file each.

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

/// What an import brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub(crate) struct Imported {
    pub(crate) added: u64,
    pub(crate) unchanged: u64,
    /// The number of the last import that it was.
    pub(crate) import: u64,
}

/// One election of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) title: String,
    pub(crate) country: Option<String>,
    pub(crate) date: Option<String>,
    /// Which of two neighbours names the other.
    pub(crate) known: &'static str,
}

/// An open store of elections. Every answer is what a program would go on with: typed records, not bytes.
pub(crate) trait Peer {
    /// Parses and stores texts, each as a version of its election, unless it is known word for word. What
    /// it did is durable when it returns.
    fn import(&mut self, texts: Texts<'_>) -> Res<Imported>;

    /// The latest record of the election with this title.
    fn titled(&self, title: &str) -> Res<Arc<Election>>;

    /// That of the one election at this address.
    fn at(&self, address: &Address) -> Res<Arc<Election>>;

    /// The text of the latest version, to the byte.
    fn source(&self, title: &str) -> Res<String>;

    /// The latest records of a territory, in the order of time.
    fn territory(&self, country: &str) -> Res<Vec<Arc<Election>>>;

    /// The elections that links lead to from this one, in both directions, and whichever side has the link.
    fn chain(&self, title: &str) -> Res<Vec<Step>>;

    /// What changed from one election to another.
    fn diff(&self, titles: &[String; 2]) -> Res<Diff>;

    /// What changed from each election of a chain to the next.
    fn diffs(&self, title: &str) -> Res<Vec<Diff>>;

    /// The record that was the latest when an import was done.
    fn as_of(&self, title: &str, import: u64) -> Res<Arc<Election>>;

    /// How many latest records state a turnout, and the sum of it. The peer may go by territories.
    fn turnout(&self, countries: &[String]) -> Res<(u64, f64)>;

    /// How many latest records have what the Gallagher index takes, and the sum of it. The peer may go by territories.
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

/// The stores that are compared. The first is ours.
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
    /// hustings as it was, in a program of its own.
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

    /// Whether it is hustings.
    pub(crate) fn is_ours(self) -> bool {
        matches!(self, Self::Hustings | Self::Before)
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        KINDS.into_iter().chain([Self::Before]).find(|kind| kind.name() == name)
    }

    /// Opens a store in a folder, and makes it where there is none.
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

/// How a step is known, when each side may or may not name the other.
pub(crate) fn known(earlier_names_later: bool, later_names_earlier: bool) -> &'static str {
    match (earlier_names_later, later_names_earlier) {
        (true, true) => "both sides",
        (true, false) => "one side (the earlier)",
        _ => "one side (the later)",
    }
}

/// What changed from each election to the next.
pub(crate) fn differences(records: &[Arc<Election>]) -> Vec<Diff> {
    let pairs = records.windows(2).filter_map(|pair| match pair {
        [earlier, later] => {
            Some(diff::compare_elections(earlier, later, &diff::DiffOptions::default()))
        }
        _ => None,
    });
    pairs.collect()
}
