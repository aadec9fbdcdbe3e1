//! Every value that a record states, with its path.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::VersionDiffOptions;
use super::change::ChangedValue;
use super::contests::{contest_name, has_multiple_rounds, pair_by_type, results_name};
use super::field_path::FieldPath;
use super::fields::Fields;
use crate::analysis::matching::match_contenders;
use crate::model::{Contender, Contest, Election, fold};

/// A value that a record states, with its path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct StatedField {
    /// Path of the value.
    pub path: FieldPath,
    /// The value.
    pub value: ChangedValue,
}

/// Returns every value that a record states: of the election, of each contest and its contenders,
/// and of its tables of results.
///
/// ```
/// use hustings::analysis::diff::stated_fields;
/// use hustings::model::Election;
/// let election: Election = serde_json::from_str(
///     r#"{"title": "1824 Ruritanian vote", "contests": [{"rounds": [{"number": 1, "turnout": "61.5"}]}]}"#,
/// ).unwrap();
/// let fields = stated_fields(&election);
/// let names: Vec<String> = fields.iter().map(|field| field.path.to_string()).collect();
/// assert_eq!(names, ["title", "turnout"]);
/// ```
#[must_use]
pub fn stated_fields(election: &Election) -> Vec<StatedField> {
    let mut stated = Vec::new();
    let mut add = |contest: Option<&str>, contender: Option<&str>, name: &str, value| {
        stated.push(StatedField { path: FieldPath::new(contest, contender, name), value });
    };
    for (name, value) in Fields::from_election(election).into_values() {
        add(None, None, &name, value);
    }
    for (label, contest) in labelled_contests(election) {
        let multiple_rounds = has_multiple_rounds(contest);
        let fields = Fields::from_contest(contest, multiple_rounds);
        for (name, value) in fields.into_values() {
            // The figures of an option follow its name, as those of a contender do.
            let option = name.rsplit_once(": ").filter(|(option, _)| has_option(contest, option));
            let (option, name) =
                option.map_or((None, &*name), |(option, field)| (Some(option), field));
            add(label.as_deref(), option, name, value);
        }
        for (name, contender) in named_contenders(contest) {
            let fields = Fields::from_contender(contender, multiple_rounds, true);
            for (field, value) in fields.into_values() {
                add(label.as_deref(), Some(&name), &field, value);
            }
        }
    }
    stated
}

/// Returns the path in `other` of a value that `election` states: its contest and its contender may
/// have other names there. `None` if `other` has no such contest or contender.
#[must_use]
pub fn corresponding_path(
    path: &FieldPath,
    election: &Election,
    other: &Election,
    options: &VersionDiffOptions<'_>,
) -> Option<FieldPath> {
    let contests = labelled_contests(election);
    // A field of the election itself has no contest, and neither has one of a sole contest.
    let (_, contest) = contests.iter().find(|(label, _)| *label == path.contest)?;
    let is_result =
        |contest: &Contest| election.results.iter().any(|own| std::ptr::eq(own, contest));
    let (ours, theirs) = match is_result(contest) {
        true => (&election.results, &other.results),
        false => (&election.contests, &other.contests),
    };
    let pairs = pair_by_type(ours, theirs, None).pairs;
    let (_, paired) = pairs.into_iter().find(|(own, _)| std::ptr::eq(*own, *contest))?;
    let labels = labelled_contests(other);
    let (label, _) = labels.into_iter().find(|(_, known)| std::ptr::eq(*known, paired))?;
    let contender = match &path.contender {
        None => None,
        Some(name) => Some(corresponding_contender(name, contest, paired, options)?),
    };
    Some(FieldPath { contest: label, contender, ..path.clone() })
}

/// Returns the name in `other` of a contender of `contest`.
fn corresponding_contender(
    name: &str,
    contest: &Contest,
    other: &Contest,
    options: &VersionDiffOptions<'_>,
) -> Option<String> {
    let (ours, theirs) = (named_contenders(contest), named_contenders(other));
    if let Some((same, _)) = theirs.iter().find(|(their, _)| fold(their) == fold(name)) {
        return Some(same.clone());
    }
    let place = ours.iter().position(|(own, _)| own == name)?;
    let kind = other.kind.as_ref().or(contest.kind.as_ref());
    let options = options.match_options();
    let matched = match_contenders(&contest.contenders, &other.contenders, kind, &options);
    let pairing = matched.pairings.into_iter().find(|pairing| pairing.before == [place])?;
    let [their] = pairing.after.as_slice() else { return None };
    theirs.get(*their).map(|(name, _)| name.clone())
}

/// Returns whether a contest has an option with the name that its fields have.
fn has_option(contest: &Contest, name: &str) -> bool {
    let mut names = contest.options.iter().map(|option| option.name.as_str());
    names.any(|own| own == name || (own.is_empty() && name == "others"))
}

/// Returns the contests with the names that comparisons give them, then the tables of results.
fn labelled_contests(election: &Election) -> Vec<(Option<String>, &Contest)> {
    let (contests, results) = (&election.contests, &election.results);
    let names = |all: &[Contest]| -> Vec<Option<String>> {
        let named = numbered(all.iter().map(contest_name).collect());
        named.into_iter().map(|name| (all.len() > 1).then_some(name)).collect()
    };
    let of_results = names(results).into_iter().map(|name| Some(results_name(name.as_deref())));
    let labels = names(contests).into_iter().chain(of_results);
    labels.zip(contests.iter().chain(results)).collect()
}

/// Returns the contenders with their names.
fn named_contenders(contest: &Contest) -> Vec<(String, &Contender)> {
    let names = contest.contenders.iter().map(|contender| contender.name().into_owned());
    numbered(names.collect()).into_iter().zip(&contest.contenders).collect()
}

/// Adds a number to each repeated name: "Independent #2".
fn numbered(mut names: Vec<String>) -> Vec<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    for name in &mut names {
        let count = counts.entry(name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            name.push_str(&format!(" #{count}"));
        }
    }
    names
}
