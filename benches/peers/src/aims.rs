//! What must come out, beside what did.

use crate::figures::{Figures, shown};
use crate::peers::Kind;
use crate::python;
use crate::works::Work;

pub(crate) struct Aim {
    pub(crate) work: &'static str,
    pub(crate) aim: &'static str,
    /// None where it was not measured.
    pub(crate) figure: Option<String>,
    pub(crate) reached: Option<bool>,
}

const OURS: &str = "hustings";

/// A figure with what is told of it.
struct Found {
    text: String,
    reached: bool,
}

pub(crate) fn aims(figures: &Figures) -> Vec<Aim> {
    let all = All(figures, figures.sizes());
    let aim = |work, aim, found: Option<Found>| {
        let (figure, reached) =
            found.map_or((None, None), |found| (Some(found.text), Some(found.reached)));
        Aim { work, aim, figure, reached }
    };
    vec![
        aim(
            "import, end to end, durable, against SQLite doing the same",
            "2 times as fast",
            all.import(),
        ),
        aim("the same against mwparserfromhell with sqlite3", "100 times", all.python()),
        aim("import again, unchanged", "5 times as fast as the first import", all.again()),
        aim(
            "parsing alone, typed, all labels",
            "under 10 µs, and within 5 times of one pass that only splits lines and labels",
            all.parse(),
        ),
        aim(
            "size on disk, journal and store together, per byte given",
            "0.6 of SQLite's",
            all.size(),
        ),
        aim("find by address, warm", "SQLite's or better", all.find()),
        aim(
            "chain of 40, warm",
            "3 times as fast as SQLite's recursive query, and nearer to the in-memory index than to SQLite",
            all.chain(),
        ),
        aim(
            "all diffs of a chain of 40",
            "5 times as fast as reading the JSON from SQLite and comparing it in Rust",
            all.times(Work::Diffs, 5.0),
        ),
        aim(
            "open and first answer, at 100,000 versions",
            "at most 10 times a program that opens SQLite and reads the same record",
            all.open(),
        ),
        aim(
            "the same, at 1,000,000",
            "at most 3 times what it is at 100,000",
            all.grown(Work::Open, 100_000, 3.0),
        ),
        aim(
            "peak memory of an import, at 1,000,000",
            "within 1.5 times of that at 100,000",
            all.grown(Work::Memory, 100_000, 1.5),
        ),
        aim(
            "import time per version, at 1,000,000",
            "within 1.5 times of that at 10,000",
            all.grown(Work::Import, 10_000, 1.5),
        ),
    ]
}

/// The figures, and the sizes from the smallest. What is not said to be of a size is of the largest.
struct All<'a>(&'a Figures, Vec<u64>);

impl All<'_> {
    fn of(&self, work: Work, peer: &str) -> Option<f64> {
        self.0.median(*self.1.last()?, work, peer)
    }

    fn sqlite(&self, work: Work) -> Option<f64> {
        self.of(work, Kind::Sqlite.name())
    }

    /// How many times as fast as SQLite.
    fn times(&self, work: Work, least: f64) -> Option<Found> {
        let times = self.sqlite(work)? / self.of(work, OURS)?;
        Some(Found { text: format!("{} times", shown(times)), reached: times >= least })
    }

    /// The faster of the two ways to use SQLite is the one to be measured by.
    fn import(&self) -> Option<Found> {
        let ours = self.of(Work::Import, OURS)?;
        let one = self.sqlite(Work::Import)? / ours;
        let two = self.of(Work::Import, Kind::SqliteBeside.name()).map(|other| other / ours);
        let beside = two.map_or(String::new(), |two| {
            format!("; of SQLite with 2 threads {} times", shown(two))
        });
        let least = two.map_or(one, |two| two.min(one));
        Some(Found { text: format!("{} times{beside}", shown(one)), reached: least >= 2.0 })
    }

    fn python(&self) -> Option<Found> {
        let theirs = self.0.median(python::SIZE, Work::Import, python::PARSER)?;
        let times = theirs / self.of(Work::Import, OURS)?;
        Some(Found { text: format!("{} times", shown(times)), reached: times >= 100.0 })
    }

    fn again(&self) -> Option<Found> {
        let times = self.of(Work::Import, OURS)? / self.of(Work::Again, OURS)?;
        Some(Found { text: format!("{} times", shown(times)), reached: times >= 5.0 })
    }

    fn parse(&self) -> Option<Found> {
        let micros = self.of(Work::Parse, OURS)?;
        let times = micros / self.of(Work::Parse, Kind::File.name())?;
        let text = format!("{} µs, {} times", shown(micros), shown(times));
        Some(Found { text, reached: micros < 10.0 && times <= 5.0 })
    }

    fn size(&self) -> Option<Found> {
        let part = self.of(Work::Size, OURS)? / self.sqlite(Work::Size)?;
        Some(Found { text: shown(part), reached: part <= 0.6 })
    }

    fn find(&self) -> Option<Found> {
        let mut told = Vec::new();
        let mut reached = true;
        let works = [
            (Work::Title, "title p50"),
            (Work::TitleWorst, "p99"),
            (Work::Address, "country and year p50"),
            (Work::AddressWorst, "p99"),
        ];
        for (work, name) in works {
            let part = self.of(work, OURS)? / self.sqlite(work)?;
            reached &= part <= 1.0;
            told.push(format!("{name} {}", shown(part)));
        }
        Some(Found { text: format!("{} of SQLite's", told.join(", ")), reached })
    }

    fn chain(&self) -> Option<Found> {
        let ours = self.of(Work::Chain, OURS)?;
        let (sqlite, file) =
            (self.sqlite(Work::Chain)? / ours, ours / self.of(Work::Chain, Kind::File.name())?);
        let text = format!("{} times; {} times what the index takes", shown(sqlite), shown(file));
        Some(Found { text, reached: sqlite >= 3.0 && file < sqlite })
    }

    fn open(&self) -> Option<Found> {
        let at = |peer: &str| self.0.median(100_000, Work::Open, peer);
        let times = at(OURS)? / at(Kind::Sqlite.name())?;
        Some(Found { text: format!("{} times", shown(times)), reached: times <= 10.0 })
    }

    /// From a size to 1,000,000.
    fn grown(&self, work: Work, from: u64, most: f64) -> Option<Found> {
        let times = self.0.median(1_000_000, work, OURS)? / self.0.median(from, work, OURS)?;
        Some(Found { text: format!("{} times", shown(times)), reached: times <= most })
    }
}
