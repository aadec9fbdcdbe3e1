//! Compares what several sources state about one election, and counts over many elections where
//! sources differ.
//!
//! Only the latest version of each source is compared. A source that corrects itself is a matter of
//! its versions ([`compare_versions`](super::diff::compare_versions)), not of this comparison.

mod agreement;
mod answer;
mod figures;
mod merged;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::diff::LineageIndex;
use crate::archive::{ElectionQueries, Filter, Record, Snapshot, SourceVersion, VersionId};
use crate::model::{Election, ToAddress, VersionSelector};
use crate::{Error, Result};
pub use agreement::SourceAgreementCounter;
pub use answer::{
    ComparedFigure, FigureStatus, LargestDifference, OtherSource, SourceAgreement,
    SourceAgreementList, SourceComparison, SourceTotals, SourceValue,
};
pub use figures::{SourceComparisonOptions, compare_figures};

/// Compares what the sources of an election state. Sources that no longer have the election are
/// listed, but not compared.
///
/// ```
/// use hustings::Archive;
/// use hustings::analysis::source_comparison::{FigureStatus, compare_sources};
/// use hustings::archive::ImportOptions;
/// use hustings::model::Source;
/// # let folder = std::env::temp_dir().join("hustings-example-compare-sources");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// let page = |turnout: &str| format!(
///     "= 1824 Ruritanian vote =\n\nInfobox\n- Country: Ruritania\n- Turnout: {turnout}%\n");
/// for (source, turnout) in [("commission", "73.53"), ("enwiki", "73.64")] {
///     let options = ImportOptions::default().source(Source::new(source).expect("a valid name"));
///     archive.import_texts([("page.txt", page(turnout))], &options)?;
/// }
/// let compared = compare_sources(&archive.snapshot(), "ruritania/1824", &Default::default())?;
/// assert_eq!(compared.figures[0].field, "turnout");
/// assert_eq!(compared.figures[0].status, FigureStatus::Differ);
/// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
///
/// # Errors
/// When the address names a version, or does not name exactly one election, when that election is
/// removed, or when the archive cannot be read.
pub fn compare_sources(
    snapshot: &Snapshot,
    address: impl ToAddress,
    options: &SourceComparisonOptions<'_>,
) -> Result<SourceComparison> {
    let address = &*address.to_address()?;
    if address.version() != VersionSelector::Latest {
        let problem = format!("expected an election, found '{address}', which names a version");
        return Err(Error::InvalidArgument { argument: "address", problem });
    }
    let record = snapshot.get(address)?;
    let sources = snapshot.source_versions_of(record.id)?;
    let elections = present_elections(snapshot, &record.version_id(), &sources)?;
    let lineage = LineageIndex::load(snapshot, elections.iter().map(|(_, election)| &**election))?;
    Ok(comparison(record.address, &record.election.title, sources, &elections, &lineage, options))
}

/// Returns a comparison of the sources of each election that passes a filter and that at least two
/// sources have. Elections are read one at a time.
///
/// # Errors
/// When the filter names an unknown territory or type, or the archive cannot be read.
pub fn compare_territory<'s>(
    snapshot: &'s Snapshot,
    filter: &Filter,
    options: SourceComparisonOptions<'s>,
) -> Result<impl Iterator<Item = Result<SourceComparison>> + use<'s>> {
    let mut lineages: Option<(BTreeSet<String>, Arc<LineageIndex>)> = None;
    let mut compare = move |listed: crate::archive::ListedElection| {
        if listed.versions < 2 {
            return Ok(None);
        }
        let sources = snapshot.source_versions_of(listed.version.election)?;
        if sources.iter().filter(|source| !source.absent).count() < 2 {
            return Ok(None);
        }
        let elections = present_elections(snapshot, &listed.version, &sources)?;
        let records = || elections.iter().map(|(_, election)| &**election);
        // Most elections of a territory have the same country, so its lineages are read once.
        let countries: BTreeSet<String> =
            records().filter_map(|election| election.country.clone()).collect();
        let lineage = match &lineages {
            Some((known, lineage)) if *known == countries => Arc::clone(lineage),
            _ => {
                let lineage = Arc::new(LineageIndex::load(snapshot, records())?);
                lineages = Some((countries, Arc::clone(&lineage)));
                lineage
            }
        };
        let title = &listed.summary.title;
        Ok(Some(comparison(listed.address, title, sources, &elections, &lineage, &options)))
    };
    let listings = snapshot.listings(filter)?;
    Ok(listings.filter_map(move |listed| listed.and_then(&mut compare).transpose()))
}

/// Compares a record with what each other source of its election states. Sources that state the same
/// version are omitted. The first value of each figure is that of the record.
///
/// # Errors
/// When the archive cannot be read.
pub fn other_sources(snapshot: &Snapshot, record: &Record) -> Result<Vec<OtherSource>> {
    let own = &record.version;
    let mut others = Vec::new();
    for source in snapshot.source_versions_of(record.id)? {
        if source.source == own.source {
            continue;
        }
        let SourceVersion { version, absent, .. } = source;
        let id = VersionId { election: record.id, number: version };
        let election = snapshot.record(id)?.election;
        let sides = [(own.source.as_str(), &*record.election), (&*source.source, &*election)];
        let lineage = LineageIndex::load(snapshot, sides.map(|(_, election)| election))?;
        let options = SourceComparisonOptions::default();
        let figures = compare_figures(&sides, Some(&lineage), &options);
        let shared = figures.iter().filter(|figure| figure.values.len() > 1);
        let compared = shared.count() as u64;
        let is_different = |figure: &ComparedFigure| figure.status == FigureStatus::Differ;
        let differing = figures.into_iter().filter(is_different).collect();
        others.push(OtherSource { source: source.source, version, absent, compared, differing });
    }
    Ok(others)
}

/// A source's name and its record of an election.
type StatedElection = (String, Arc<Election>);

/// Reads the record of each source that has the election.
fn present_elections(
    snapshot: &Snapshot,
    version: &VersionId,
    sources: &[SourceVersion],
) -> Result<Vec<StatedElection>> {
    let present = sources.iter().filter(|source| !source.absent);
    let elections = present.map(|source| {
        let id = VersionId { number: source.version, ..*version };
        Ok::<_, Error>((source.source.clone(), snapshot.record(id)?.election))
    });
    elections.collect()
}

fn comparison(
    address: String,
    title: &str,
    sources: Vec<SourceVersion>,
    elections: &[StatedElection],
    lineage: &LineageIndex,
    options: &SourceComparisonOptions<'_>,
) -> SourceComparison {
    let sides: Vec<(&str, &Election)> =
        elections.iter().map(|(source, election)| (source.as_str(), &**election)).collect();
    let figures = compare_figures(&sides, Some(lineage), options);
    SourceComparison { address, title: title.to_owned(), sources, figures }
}
