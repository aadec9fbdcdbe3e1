//! The answer of a comparison: changes, matches, party splits and suggestions.

use serde::{Deserialize, Serialize};

use super::area_changes::AreaChange;
use super::change::{Change, ChangeKind};
use super::movement::Movement;
use super::office::OfficeOutcome;
use crate::analysis::matching::{Confidence, MatchMethod};

/// All differences found by a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Diff {
    /// Number of contests compared. Only for two elections.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared_contests: Option<u64>,
    /// Parts of a country that the two elections are for, if these differ and nothing was compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub areas: Option<[String; 2]>,
    /// Changes of the election, then of each contest and its contenders.
    pub changes: Vec<Change>,
    /// Matched contenders.
    pub matches: Vec<Match>,
    /// Parts of parties that left for another party.
    pub party_splits: Vec<PartySplit>,
    /// Unmatched contenders with similar names or the same figures.
    pub name_suggestions: Vec<NameSuggestion>,
    /// Movement of each contender on every base, with the stated changes. Only for two elections.
    pub movements: Vec<Movement>,
    /// Outcome for each office, according to the later record. Only for two elections.
    pub offices: Vec<OfficeOutcome>,
    /// Areas that are new, gone or renamed, or whose boundaries changed, by the records of areas in
    /// the archive. Only for two elections of one country.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub area_changes: Vec<AreaChange>,
}

/// Number of changes by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DiffStat {
    /// Number of values changed, added or removed.
    pub changed: usize,
    /// Number of values that differ only in precision.
    pub precision: usize,
    /// Number of contenders that entered.
    pub entered: usize,
    /// Number of contenders that left.
    pub left: usize,
    /// Number of values that only one of two elections states, or that one states without a round.
    pub one_sided: usize,
}

impl Diff {
    /// Sets the contest name of all items.
    pub(super) fn set_contest(&mut self, contest: &str) {
        let named = || Some(contest.to_owned());
        self.changes.iter_mut().for_each(|change| change.contest = named());
        self.matches.iter_mut().for_each(|found| found.contest = named());
        self.party_splits.iter_mut().for_each(|part| part.contest = named());
        self.name_suggestions.iter_mut().for_each(|alike| alike.contest = named());
        self.movements.iter_mut().for_each(|movement| movement.contest = named());
        self.offices.iter_mut().for_each(|office| office.contest = named());
    }

    /// Appends all items of another diff.
    pub(super) fn append(&mut self, other: Self) {
        fn join<T>(all: &mut Vec<T>, mut more: Vec<T>) {
            if all.is_empty() {
                *all = more;
            } else {
                all.append(&mut more);
            }
        }
        join(&mut self.changes, other.changes);
        join(&mut self.matches, other.matches);
        join(&mut self.party_splits, other.party_splits);
        join(&mut self.name_suggestions, other.name_suggestions);
        join(&mut self.movements, other.movements);
        join(&mut self.offices, other.offices);
    }

    /// Returns whether nothing changed. A value that only one of two elections states is not a
    /// change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.iter().all(Change::is_one_sided)
    }

    /// Counts the changes by kind.
    #[must_use]
    pub fn stat(&self) -> DiffStat {
        let mut stat = DiffStat::default();
        for change in &self.changes {
            match change.kind {
                ChangeKind::Changed | ChangeKind::Added | ChangeKind::Removed => stat.changed += 1,
                ChangeKind::Precision => stat.precision += 1,
                ChangeKind::Entered => stat.entered += 1,
                ChangeKind::Left => stat.left += 1,
                ChangeKind::OnlyBefore | ChangeKind::OnlyAfter | ChangeKind::NotCompared => {
                    stat.one_sided += 1
                }
            }
        }
        stat
    }

    /// Returns the names of everything that changed, without values: each contender and field once.
    #[must_use]
    pub fn changed_names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for change in self.changes.iter().filter(|change| !change.is_one_sided()) {
            let parts =
                [change.contest.as_deref(), change.contender.as_deref(), Some(&change.field)];
            let name = parts.into_iter().flatten().collect::<Vec<_>>().join(": ");
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }
}

/// Contenders of both contests that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Match {
    /// Name of the contest, if the record has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contest: Option<String>,
    /// Names of the earlier contenders. Several if they merged into one contender.
    pub before: Vec<String>,
    /// Names of the later contenders. Several if one contender was divided.
    pub after: Vec<String>,
    /// Method that found the match.
    pub method: MatchMethod,
    /// Confidence in the match.
    pub confidence: Confidence,
    /// Evidence other than names: each party succession, with its date and source.
    pub evidence: Vec<String>,
}

/// Two unmatched contenders that may be one, by their names or their figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct NameSuggestion {
    /// Name of the contest, if the record has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contest: Option<String>,
    /// Name in the earlier contest.
    pub before: String,
    /// Name in the later contest.
    pub after: String,
    /// Why they may be one.
    pub reason: SuggestionReason,
}

/// Why two unmatched contenders may be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SuggestionReason {
    /// The names may be spellings of one name.
    SimilarName,
    /// Two versions of one record state the same figures for both: one may be the new name of the
    /// other. Only for two versions, and only for parties.
    EqualFigures,
}

/// Part of a party that left for another party. A split is only reported: it does not match the two
/// parties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PartySplit {
    /// Name of the contest, if the record has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contest: Option<String>,
    /// Name of the earlier party.
    pub from: String,
    /// Name of the later party.
    pub to: String,
    /// Kind of split.
    pub kind: SplitKind,
    /// Party successions that lead from one to the other, with date and source.
    pub evidence: Vec<String>,
}

/// Kind of party split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SplitKind {
    /// The part stands as a new party, which has entered.
    Breakaway,
    /// The party ended, and the part joined a party that already stood.
    Joined,
}
