//! Typed differences between two elections, or between two versions of one election.
//!
//! Two elections are compared by their results: rounds, contenders and holders. Two versions of one
//! election are compared in every field. Order alone is not a change. Numbers that differ only in
//! precision are reported separately from numbers that differ in value.

mod answer;
mod area_changes;
mod areas;
mod change;
mod contests;
mod field_path;
mod fields;
mod movement;
mod office;
mod stated;
mod values;

pub use super::matching::lineage::LineageIndex;
use super::matching::match_contenders;
pub use super::matching::{Confidence, MatchMethod, MatchOptions};
use super::measure::ContenderGroup;
use crate::model::{Contender, Contest, Election, ElectionType};
pub use answer::{Diff, DiffStat, Match, NameSuggestion, PartySplit, SplitKind, SuggestionReason};
pub use area_changes::{AreaChange, AreaChangeKind, area_changes};
pub use areas::differing_areas;
pub(crate) use areas::{boundary_change, can_compare_measures, do_stated_areas_agree};
pub use change::{Change, ChangeKind, ChangeValue, ChangedValue, Delta};
pub(crate) use contests::contest_name;
pub(crate) use field_path::FieldIdentity;
pub use field_path::FieldPath;
use fields::Fields;
pub use movement::{ChangeBase, ChangeByBase, Movement};
pub use office::{IncumbentOutcome, OfficeChange, OfficeOutcome};
pub use stated::{StatedField, corresponding_path, stated_fields};

/// Options for comparing two elections.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct DiffOptions<'a> {
    /// Contest type to compare. Defaults to all types.
    pub kind: Option<&'a ElectionType>,
    /// Index of party successions.
    pub lineage: Option<&'a LineageIndex>,
    /// Whether to match two names as spellings of one name, if only one candidate fits.
    pub match_spellings: bool,
    /// Whether to compare elections for different parts of a country.
    pub across_areas: bool,
}

impl<'a> DiffOptions<'a> {
    /// Sets the contest type to compare.
    #[must_use]
    pub fn kind(mut self, kind: impl Into<Option<&'a ElectionType>>) -> Self {
        self.kind = kind.into();
        self
    }

    /// Sets the index of party successions.
    #[must_use]
    pub fn lineage(mut self, lineage: impl Into<Option<&'a LineageIndex>>) -> Self {
        self.lineage = lineage.into();
        self
    }

    /// Sets whether to match two names as spellings of one name, if only one candidate fits.
    #[must_use]
    pub fn match_spellings(mut self, match_spellings: bool) -> Self {
        self.match_spellings = match_spellings;
        self
    }

    /// Sets whether to compare elections for different parts of a country.
    #[must_use]
    pub fn across_areas(mut self, across_areas: bool) -> Self {
        self.across_areas = across_areas;
        self
    }

    /// Returns the options for matching the contenders of two elections.
    fn match_options(&self, before: &Election, after: &Election) -> MatchOptions<'a> {
        let dates = before.start().zip(after.start()).map(|(first, second)| [first, second]);
        MatchOptions {
            lineage: self.lineage,
            dates,
            match_spellings: self.match_spellings,
            ..MatchOptions::default()
        }
    }
}

/// Options for comparing two versions of one election.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct VersionDiffOptions<'a> {
    /// Lineages of the parties, which identify them under several names.
    pub lineage: Option<&'a LineageIndex>,
    /// Whether both versions are of one source, so that its own identifiers match contenders.
    pub same_source: bool,
}

impl<'a> VersionDiffOptions<'a> {
    /// Sets the lineages of the parties.
    #[must_use]
    pub fn lineage(mut self, lineage: impl Into<Option<&'a LineageIndex>>) -> Self {
        self.lineage = lineage.into();
        self
    }

    /// Sets whether both versions are of one source.
    #[must_use]
    pub fn same_source(mut self, same_source: bool) -> Self {
        self.same_source = same_source;
        self
    }

    /// Returns the options for matching the contenders of two versions.
    fn match_options(&self) -> MatchOptions<'a> {
        let Self { lineage, same_source } = *self;
        MatchOptions { lineage, same_source, same_election: true, ..MatchOptions::default() }
    }
}

/// Two contests to compare, with their contenders matched.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ContestPair<'a> {
    /// Name of the contest, if there are several.
    pub name: Option<String>,
    /// Contest of the earlier election.
    pub before: &'a Contest,
    /// Contest of the later election.
    pub after: &'a Contest,
    /// Matched contenders, as returned by [`group_contenders`].
    pub groups: Vec<ContenderGroup>,
}

/// Pairs the contests of two elections and matches their contenders.
///
/// ```
/// use hustings::analysis::diff::{DiffOptions, pair_contests};
/// use hustings::model::Election;
/// let election: Election = serde_json::from_str(
///     r#"{"title": "1824 Ruritanian vote", "contests": [{"contenders": [{"people": [{"name": "Rudolf"}]}]}]}"#,
/// ).unwrap();
/// let pairs = pair_contests(&election, &election, &DiffOptions::default());
/// assert_eq!(pairs[0].groups.len(), 1);
/// ```
#[must_use]
pub fn pair_contests<'a>(
    before: &'a Election,
    after: &'a Election,
    options: &DiffOptions<'_>,
) -> Vec<ContestPair<'a>> {
    if !options.across_areas && differing_areas(before, after).is_some() {
        return Vec::new();
    }
    let match_options = options.match_options(before, after);
    let paired = contests::pair_by_type(&before.contests, &after.contests, options.kind);
    let several = paired.needs_names;
    let pairs = paired.pairs.into_iter().map(|(before, after)| ContestPair {
        name: several.then(|| contest_name(after)),
        before,
        after,
        groups: group_contenders(before, after, &match_options),
    });
    pairs.collect()
}

/// Compares the results of two elections. Elections for different parts of a country are compared
/// only with [`across_areas`](DiffOptions::across_areas).
///
/// ```
/// use hustings::analysis::diff::{ChangeValue, Delta, DiffOptions, compare_elections};
/// use hustings::model::Election;
/// let year = |votes: u32| -> Election { serde_json::from_value(serde_json::json!({
///     "title": "Ruritanian presidential election",
///     "contests": [{"contenders": [{"people": [{"name": "Rudolf"}], "tallies": [{"round": 1, "votes": votes}]}]}],
/// })).unwrap() };
/// let diff = compare_elections(&year(59_326), &year(47_095), &DiffOptions::default());
/// let votes = &diff.changes[0];
/// assert_eq!(votes.after.as_ref().map(|after| &after.value), Some(&ChangeValue::Count(47_095)));
/// assert_eq!(votes.delta, Some(Delta::Count(-12_231)));
/// ```
#[must_use]
pub fn compare_elections(before: &Election, after: &Election, options: &DiffOptions<'_>) -> Diff {
    if let Some(places) = differing_areas(before, after).filter(|_| !options.across_areas) {
        return Diff { compared_contests: Some(0), areas: Some(places), ..Diff::default() };
    }
    let match_options = options.match_options(before, after);
    let mut diff = Diff::default();
    contests::compare_contests(
        &mut diff,
        &before.contests,
        &after.contests,
        options.kind,
        &match_options,
    );
    diff
}

/// Compares two versions of one election in every field. Contenders match by identifiers of the
/// whole world (Wikidata, Party Facts, ParlGov), by the pages of their links, and by name.
#[must_use]
pub fn compare_versions(before: &Election, after: &Election) -> Diff {
    compare_versions_with(before, after, &VersionDiffOptions::default())
}

/// Compares two versions of one election in every field. Contenders also match by the identifiers
/// of their source, and by the identities and the names of their parties in the lineages.
///
/// ```
/// use hustings::analysis::diff::{
///     LineageIndex, MatchMethod, VersionDiffOptions, compare_versions_with,
/// };
/// use hustings::model::{Election, Lineage, Party, PartyName};
/// let version = |party: &str| -> Election { serde_json::from_value(serde_json::json!({
///     "title": "1824 Ruritanian vote",
///     "contests": [{"contenders": [{"party": {"name": party}, "tallies": [{"votes": 59_326}]}]}],
/// })).unwrap() };
/// let names = ["Court Party", "Royal Party"].map(|name| {
///     let mut party_name = PartyName::default();
///     party_name.name = name.to_owned();
///     party_name
/// });
/// let party = Party { id: "1".to_owned(), names: names.to_vec(), ..Party::default() };
/// let lineage = Lineage { parties: vec![party], ..Lineage::default() };
/// let lineage = LineageIndex::new(&[lineage]);
/// let options = VersionDiffOptions::default().lineage(&lineage);
/// let diff = compare_versions_with(&version("Court Party"), &version("Royal Party"), &options);
/// assert_eq!(diff.matches[0].method, MatchMethod::Renamed);
/// ```
#[must_use]
pub fn compare_versions_with(
    before: &Election,
    after: &Election,
    options: &VersionDiffOptions<'_>,
) -> Diff {
    let options = options.match_options();
    let mut diff = Diff::default();
    diff.changes.extend(Fields::from_election(before).changes(&Fields::from_election(after)));
    contests::compare_contests(&mut diff, &before.contests, &after.contests, None, &options);
    let mut results = Diff::default();
    contests::compare_contests(&mut results, &before.results, &after.results, None, &options);
    diff.changes.extend(results.changes.into_iter().map(|change| Change {
        contest: Some(contests::results_name(change.contest.as_deref())),
        ..change
    }));
    diff
}

/// Groups the contenders of two contests: those that belong together, and those that stand in only
/// one contest.
#[must_use]
pub fn group_contenders(
    before: &Contest,
    after: &Contest,
    with: &MatchOptions<'_>,
) -> Vec<ContenderGroup> {
    let kind = after.kind.as_ref().or(before.kind.as_ref());
    let matched = match_contenders(&before.contenders, &after.contenders, kind, with);
    let both = matched
        .pairings
        .into_iter()
        .map(|pairing| ContenderGroup { before: pairing.before, after: pairing.after });
    let left =
        matched.left.into_iter().map(|at| ContenderGroup { before: vec![at], after: Vec::new() });
    let entered = matched
        .entered
        .into_iter()
        .map(|at| ContenderGroup { before: Vec::new(), after: vec![at] });
    both.chain(left).chain(entered).collect()
}

/// Returns pairs of contenders that stand in both contests.
pub(crate) fn contenders_in_both<'a>(
    before: &'a Contest,
    after: &'a Contest,
) -> Vec<(&'a Contender, &'a Contender)> {
    let groups = group_contenders(before, after, &MatchOptions::default());
    let both = groups.into_iter().filter_map(|group| {
        Some((
            before.contenders.get(*group.before.first()?)?,
            after.contenders.get(*group.after.first()?)?,
        ))
    });
    both.collect()
}

#[cfg(test)]
mod tests;
