//! What changed between two states of the archive, which source says so, and by how much.
//!
//! A source is compared only with itself: with what it stated in the earlier state. A change that
//! was undone in between is no change. The elections are found through the imports between the two
//! states, so the time does not depend on the size of the archive.

mod answer;
mod options;

pub use answer::{Correction, ElectionChange, SourceChange, TitleChange};
pub use options::{ArchiveState, ArchiveStateError, ChangeOptions};

use super::diff::{ChangeKind, Diff, LineageIndex, VersionDiffOptions, compare_versions_with};
use crate::Result;
use crate::archive::{ChangedElection, ElectionId, Snapshot, StateRange, StatementChange};
use crate::model::{Address, ChangeCounts, Election};

/// The changes between two states of the archive. Counting and iterating read the changed
/// elections one at a time.
#[derive(Debug)]
pub struct Changes<'s> {
    snapshot: &'s Snapshot,
    range: StateRange,
    elections: Vec<ChangedElection>,
    country: Option<String>,
    source: Option<String>,
    with_minor: bool,
}

/// Finds the changes between two states of the archive.
///
/// ```
/// use hustings::Archive;
/// use hustings::analysis::changes::{ChangeOptions, changes};
/// use hustings::archive::ImportOptions;
/// # let folder = std::env::temp_dir().join("hustings-example-changes");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// let text = |votes: u32| {
///     format!("= 1824 Ruritanian election =\n\nInfobox\n- Country: Ruritania\n- Registered: {votes}\n")
/// };
/// archive.import_texts([("letter.txt", text(700))], &ImportOptions::default())?;
/// archive.import_texts([("letter.txt", text(650))], &ImportOptions::default())?;
/// let snapshot = archive.snapshot();
/// let changes = changes(&snapshot, &ChangeOptions::default())?;
/// assert_eq!(changes.counts()?.corrected, 1);
/// let first = changes.iter().next().transpose()?.unwrap();
/// assert_eq!(first.address, "ruritania/1824");
/// # drop((snapshot, archive)); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
///
/// # Errors
/// When an import does not exist, when the later state precedes the earlier one, when the territory
/// or the source is unknown, or when the store cannot be read.
pub fn changes<'s>(snapshot: &'s Snapshot, options: &ChangeOptions) -> Result<Changes<'s>> {
    let last = snapshot.last_import();
    let number = |state: ArchiveState| match state {
        ArchiveState::Import(import) => Ok(import),
        ArchiveState::Date(date) => snapshot.import_at(date),
    };
    let to = options.to.map(number).transpose()?.unwrap_or(last);
    let from = options.from.map(number).transpose()?.unwrap_or(to.saturating_sub(1));
    if let Some(country) = &options.country {
        snapshot.ensure_territory(country)?;
    }
    if let Some(source) = &options.source {
        snapshot.ensure_source(source)?;
    }
    let range = snapshot.state_range(from, to)?;
    let elections = snapshot.changed_between(range)?;
    let ChangeOptions { country, source, with_minor, .. } = options.clone();
    Ok(Changes { snapshot, range, elections, country, source, with_minor })
}

impl Changes<'_> {
    /// Returns the number of the last import of the earlier state; 0 for an empty archive.
    #[must_use]
    pub fn from(&self) -> u64 {
        self.range.from
    }

    /// Returns the number of the last import of the later state.
    #[must_use]
    pub fn to(&self) -> u64 {
        self.range.to
    }

    /// Counts the elections with each kind of change. Minor changes are counted too.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn counts(&self) -> Result<ChangeCounts> {
        let mut counts = ChangeCounts::default();
        for election in &self.elections {
            let (_, changes) = self.statement_changes(election)?;
            if !changes.is_empty() {
                counts.add(changes.into_iter().flat_map(|change| change.kinds));
            }
        }
        Ok(counts)
    }

    /// Returns an iterator over the elections that changed, ordered by country, year and date.
    /// Elections with minor changes only are omitted, unless requested
    /// ([`ChangeOptions::with_minor`]).
    pub fn iter(&self) -> impl Iterator<Item = Result<ElectionChange>> {
        let mut lineages = CountryLineages::default();
        self.elections
            .iter()
            .filter_map(move |election| self.election_change(election, &mut lineages).transpose())
    }

    /// Returns an iterator over the elections that changed, like [`Changes::iter`], but without
    /// comparing their values.
    pub fn elections(&self) -> impl Iterator<Item = Result<ElectionId>> {
        self.elections.iter().filter_map(|election| match self.statement_changes(election) {
            Ok((_, changes)) if self.is_listed(&changes) => Some(Ok(ElectionId(election.id))),
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        })
    }

    /// Returns whether the changes of an election are listed: they are not only minor.
    fn is_listed(&self, changes: &[StatementChange]) -> bool {
        let mut kinds = changes.iter().flat_map(|change| &change.kinds);
        kinds.any(|kind| self.with_minor || !kind.is_minor())
    }

    /// Returns the title of an election, and its changes that pass the options.
    fn statement_changes(
        &self,
        election: &ChangedElection,
    ) -> Result<(String, Vec<StatementChange>)> {
        let row = self.snapshot.view().election(election.id)?;
        if let Some(country) = &self.country
            && !self.snapshot.is_in_territory(&row, country)?
        {
            return Ok((String::new(), Vec::new()));
        }
        let mut changes = self.snapshot.statement_changes(self.range, &row, election)?;
        if self.source.is_some() {
            changes.retain(|change| change.source == self.source);
        }
        Ok((row.summary_row.summary.title, changes))
    }

    fn election_change(
        &self,
        election: &ChangedElection,
        lineages: &mut CountryLineages,
    ) -> Result<Option<ElectionChange>> {
        let (title, changes) = self.statement_changes(election)?;
        if !self.is_listed(&changes) {
            return Ok(None);
        }
        let listing = self.snapshot.listing(election.id)?;
        let (address, title, country, date) = match listing {
            Some(listing) => {
                let summary = &listing.summary;
                let (title, country) = (summary.title.clone(), summary.country.clone());
                (listing.address.clone(), title, country, summary.start())
            }
            // A removed election has no listing.
            None => (Address::title(title.as_str()).to_string(), title, None, None),
        };
        let changes = changes
            .into_iter()
            .filter(|change| self.with_minor || change.kinds.iter().any(|kind| !kind.is_minor()));
        let changes = changes.map(|change| self.source_change(change, lineages));
        let changes = changes.collect::<Result<_>>()?;
        Ok(Some(ElectionChange { address, title, country, date, changes }))
    }
    /// Compares the values of the two records of a change.
    fn source_change(
        &self,
        change: StatementChange,
        lineages: &mut CountryLineages,
    ) -> Result<SourceChange> {
        let StatementChange { source, kinds, import, versions, record, merged, split } = change;
        let [before_version, after_version] = versions;
        let mut answer = SourceChange {
            source,
            kinds,
            import,
            before_version,
            after_version,
            title: None,
            corrections: Vec::new(),
            name_suggestions: Vec::new(),
            links: Vec::new(),
            merged,
            split,
        };
        if let Some(record) = record {
            let diff = self.compare(&record.records, lineages)?;
            answer.title = record.title.map(TitleChange::from);
            answer.links = record.links.into_iter().map(TitleChange::from).collect();
            answer.corrections = diff.changes.into_iter().map(Correction::from).collect();
            answer.name_suggestions = diff.name_suggestions;
        }
        Ok(answer)
    }

    /// Compares two records of one source. The lineages are read only if contenders both left and
    /// entered, because one of them may have been renamed.
    fn compare(&self, records: &[Election; 2], lineages: &mut CountryLineages) -> Result<Diff> {
        let [before, after] = records;
        let options = VersionDiffOptions::default().same_source(true);
        let diff = compare_versions_with(before, after, &options);
        let has = |kind| diff.changes.iter().any(|change| change.kind == kind);
        if !has(ChangeKind::Left) || !has(ChangeKind::Entered) {
            return Ok(diff);
        }
        let lineage = lineages.read(self.snapshot, records)?;
        if lineage.is_empty() {
            return Ok(diff);
        }
        Ok(compare_versions_with(before, after, &options.lineage(lineage)))
    }
}

/// The lineages that were read last. The elections of a country follow each other.
#[derive(Default)]
struct CountryLineages {
    countries: [Option<String>; 2],
    index: Option<LineageIndex>,
}

impl CountryLineages {
    /// Returns the lineages of the countries of two records.
    fn read(&mut self, snapshot: &Snapshot, records: &[Election; 2]) -> Result<&LineageIndex> {
        let countries = records.each_ref().map(|record| record.country.clone());
        let index = match self.index.take().filter(|_| self.countries == countries) {
            Some(index) => index,
            None => LineageIndex::load(snapshot, records)?,
        };
        self.countries = countries;
        Ok(self.index.insert(index))
    }
}
