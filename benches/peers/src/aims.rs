//! The requirements on the figures, and whether they are met.

use crate::figures::{Figures, shown};
use crate::peers::Kind;
use crate::program;
use crate::report::Order;
use crate::works::Work;

pub(crate) struct Aim {
    pub(crate) work: &'static str,
    pub(crate) aim: &'static str,
    /// `None` if the figure was not measured.
    pub(crate) figure: Option<String>,
    pub(crate) reached: Option<bool>,
}

/// A ratio, and whether it is good enough.
type Found = Option<(f64, bool)>;

const OURS: &str = "hustings";
const SIZE: u64 = 100_000;
const LARGE: u64 = 1_000_000;

pub(crate) fn aims(orders: &[Order]) -> Vec<Aim> {
    let of = |shuffled: bool| {
        let order = orders.iter().find(|order| order.shuffled == shuffled);
        All(order.map(|order| &order.figures))
    };
    let (sorted, shuffled) = (of(false), of(true));
    let lists = |work: Work, least: f64| at_least(sorted.listed(work), least);
    let memory = |work: Work| at_most(sorted.memory(work), 100.0);
    let [few, many] = sorted.revisions();
    let grown = |work: Work| at_most(sorted.between(work, OURS, few, many), 9.0);
    vec![
        aim(
            "import of 100,000, sorted · shuffled",
            "2.2 · 1.7 times as fast as SQLite",
            &[sorted.import(SIZE, 2.2), shuffled.import(SIZE, 1.7)],
        ),
        aim(
            "import of 1,000,000, sorted · shuffled",
            "2.5 · 1.5 times as fast as SQLite",
            &[sorted.import(LARGE, 2.5), shuffled.import(LARGE, 1.5)],
        ),
        aim(
            "peak memory of an import of 1,000,000, sorted · shuffled",
            "within 450 MiB",
            &[&sorted, &shuffled].map(|all| at_most(all.of(LARGE, Work::Memory, OURS), 450.0)),
        ),
        aim(
            "import · rebuild · verify · check of one page with eight times as many revisions",
            "at most 9 times as long",
            &[
                grown(Work::RevisionsImport),
                grown(Work::RevisionsRebuild),
                grown(Work::RevisionsVerify),
                grown(Work::RevisionsCheck),
            ],
        ),
        aim(
            "showing a version of it",
            "the same at both sizes (at most 1.5 times)",
            &[at_most(sorted.between(Work::RevisionsShow, OURS, few, many), 1.5)],
        ),
        aim(
            "verify of a page with 5,000 revisions",
            "20 times as fast as before",
            &[at_least(sorted.before(few, Work::RevisionsVerify), 20.0)],
        ),
        aim(
            "store on disk per byte given at 100,000, sorted · shuffled",
            "at most 0.25 · 0.35",
            &[
                at_most(sorted.of(SIZE, Work::SizeStore, OURS), 0.25),
                at_most(shuffled.of(SIZE, Work::SizeStore, OURS), 0.35),
            ],
        ),
        aim(
            "open and first answer at 100,000",
            "no slower than before (within 10 %)",
            &[at_least(sorted.before(SIZE, Work::Open), 0.9)],
        ),
        aim(
            "open and first answer at 1,000,000",
            "at most 10 times what it is at 100,000",
            &[at_most(sorted.between(Work::Open, OURS, SIZE, LARGE), 10.0)],
        ),
        aim(
            "find for the first time by title · by country and year",
            "at most 4 · 2 times what SQLite takes",
            &[sorted.most(Work::TitleFirst, 4.0), sorted.most(Work::AddressFirst, 2.0)],
        ),
        aim(
            "find by title · by country and year, warm",
            "at most 0.5 of what SQLite takes",
            &[sorted.most(Work::Title, 0.5), sorted.most(Work::Address, 0.5)],
        ),
        aim(
            "chain of 40, for the first time · warm",
            "at most 2 · 0.33 of what SQLite takes",
            &[sorted.most(Work::ChainFirst, 2.0), sorted.most(Work::Chain, 0.33)],
        ),
        aim(
            "list · as CSV · export as CSV",
            "8 · 4 · 4 times as fast as before",
            &[lists(Work::List, 8.0), lists(Work::ListCsv, 4.0), lists(Work::ExportCsv, 4.0)],
        ),
        aim(
            "peak memory of list · as CSV · export as CSV · check",
            "below 100 MiB",
            &[
                memory(Work::ListMemory),
                memory(Work::ListCsvMemory),
                memory(Work::ExportCsvMemory),
                memory(Work::CheckMemory),
            ],
        ),
        aim(
            "full scan: turnout · Gallagher index",
            "at most what SQLite takes",
            &[sorted.most(Work::Scan, 1.0), sorted.most(Work::ScanGallagher, 1.0)],
        ),
        aim(
            "four readers during an import: p99 · p99.9",
            "at most 5 · 50 times what it is without",
            &[
                at_most(sorted.of(SIZE, Work::ReadersP99, OURS), 5.0),
                at_most(sorted.of(SIZE, Work::ReadersP999, OURS), 50.0),
            ],
        ),
        aim(
            "20 processes list during an import, with a replica in place",
            "at most 3 times what 20 take one after the other",
            &[at_most(sorted.memory(Work::ListsTogether), 3.0)],
        ),
    ]
}

/// Combines several figures, all of which must be good enough.
fn aim(work: &'static str, aim: &'static str, found: &[Found]) -> Aim {
    let all: Option<Vec<(f64, bool)>> = found.iter().copied().collect();
    let text = |all: &Vec<(f64, bool)>| {
        all.iter().map(|(figure, _)| shown(*figure)).collect::<Vec<_>>().join(" · ")
    };
    let reached = all.as_ref().map(|all| all.iter().all(|(_, reached)| *reached));
    Aim { work, aim, figure: all.as_ref().map(text), reached }
}

fn at_least(figure: Option<f64>, least: f64) -> Found {
    figure.map(|figure| (figure, figure >= least))
}

fn at_most(figure: Option<f64>, most: f64) -> Found {
    figure.map(|figure| (figure, figure <= most))
}

/// The figures of one order of texts, if it was measured.
struct All<'a>(Option<&'a Figures>);

impl All<'_> {
    fn of(&self, versions: u64, work: Work, peer: &str) -> Option<f64> {
        self.0?.median(versions, work, peer)
    }

    /// The import speed as a multiple of SQLite's.
    fn import(&self, versions: u64, least: f64) -> Found {
        let of = |peer| self.of(versions, Work::Import, peer);
        at_least(Some(of(Kind::Sqlite.name())? / of(OURS)?), least)
    }

    /// The figure of a work as a multiple of SQLite's.
    fn most(&self, work: Work, most: f64) -> Found {
        let of = |peer| self.of(SIZE, work, peer);
        at_most(Some(of(OURS)? / of(Kind::Sqlite.name())?), most)
    }

    /// The speed as a multiple of the earlier version's.
    fn before(&self, versions: u64, work: Work) -> Option<f64> {
        Some(self.of(versions, work, Kind::Before.name())? / self.of(versions, work, OURS)?)
    }

    /// The figure at one size as a multiple of that at another.
    fn between(&self, work: Work, peer: &str, from: u64, to: u64) -> Option<f64> {
        Some(self.of(to, work, peer)? / self.of(from, work, peer)?)
    }

    /// The smallest and the largest number of revisions of a page.
    fn revisions(&self) -> [u64; 2] {
        let sizes = self.0.map(|figures| figures.sizes_of(Work::RevisionsShow)).unwrap_or_default();
        [sizes.first(), sizes.last()].map(|size| size.copied().unwrap_or_default())
    }

    fn listing(&self, work: Work, peer: &str) -> Option<f64> {
        let sizes = self.0?.sizes_of(work);
        self.of(*sizes.last()?, work, peer)
    }

    /// The speed of the program as a multiple of the earlier version's.
    fn listed(&self, work: Work) -> Option<f64> {
        Some(self.listing(work, Kind::Before.name())? / self.listing(work, program::NAME)?)
    }

    fn memory(&self, work: Work) -> Option<f64> {
        self.listing(work, program::NAME)
    }
}
