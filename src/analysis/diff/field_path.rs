//! The path of a figure in a record: contest, contender, round and field.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::fold;
use crate::{Error, Result};

/// The path of one value of a record. The names are those that comparisons use.
///
/// ```
/// use hustings::analysis::diff::{FieldPath, stated_fields};
/// use hustings::model::Election;
/// let election: Election = serde_json::from_str(
///     r#"{"title": "1824 Ruritanian vote", "contests": [{"contenders": [
///         {"people": [{"name": "Rudolf Elphberg"}], "tallies": [{"round": 1, "votes": 59326}]}]}]}"#,
/// ).unwrap();
/// let stated = stated_fields(&election);
/// let path = FieldPath::find("votes of elphberg", stated.iter().map(|field| &field.path))?;
/// assert_eq!(path.to_string(), "Rudolf Elphberg: votes");
/// # Ok::<(), hustings::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FieldPath {
    /// Name of the contest, if the record has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contest: Option<String>,
    /// Name of the contender or the option. `None` for the election or the contest itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contender: Option<String>,
    /// Round, counted from 1, if the contest has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub round: Option<u8>,
    /// Name of the field, without the round: `turnout`, `votes`.
    pub field: String,
}

/// What identifies a field: the folded names of contest and contender, the round and the field.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct FieldIdentity {
    names: [Option<String>; 2],
    round: u8,
    field: String,
}

/// Ending of the name of a figure of which the source states no round.
const ROUND_NOT_STATED: &str = ", round not stated";

/// Maximum number of suggestions for a name that matches nothing.
const MAX_SUGGESTIONS: usize = 5;

impl FieldPath {
    /// Creates the path of a field as comparisons name it: `round 2 votes`.
    pub(super) fn new(contest: Option<&str>, contender: Option<&str>, name: &str) -> Self {
        let numbered = name.strip_prefix("round ").and_then(|rest| rest.split_once(' '));
        let numbered = numbered.and_then(|(number, field)| Some((number.parse().ok()?, field)));
        let (round, field) = match numbered {
            Some((round, field)) => (Some(round), field),
            None => (None, name),
        };
        let owned = |name: Option<&str>| name.map(str::to_owned);
        Self {
            contest: owned(contest),
            contender: owned(contender),
            round,
            field: field.to_owned(),
        }
    }

    /// Returns the name of the field with its round: `round 2 votes`.
    #[must_use]
    pub fn field_name(&self) -> String {
        match self.round {
            Some(round) => format!("round {round} {}", self.field),
            None => self.field.clone(),
        }
    }

    /// Returns whether the values of the field are percentages.
    ///
    /// ```
    /// use hustings::analysis::diff::stated_fields;
    /// use hustings::model::Election;
    /// let election: Election = serde_json::from_str(
    ///     r#"{"title": "t", "contests": [{"rounds": [{"number": 1, "turnout": "61.5"}]}]}"#,
    /// ).unwrap();
    /// let percentages: Vec<bool> =
    ///     stated_fields(&election).iter().map(|field| field.path.is_percentage()).collect();
    /// assert_eq!(percentages, [false, true]);
    /// ```
    #[must_use]
    pub fn is_percentage(&self) -> bool {
        // A label or an unknown round follows the name: "share (Senators)".
        let rest =
            ["turnout", "share", "counted"].iter().find_map(|name| self.field.strip_prefix(name));
        rest.is_some_and(|rest| {
            rest.is_empty() || rest.starts_with([',']) || rest.starts_with(" (")
        })
    }

    /// Returns whether both paths are of one value. A sole round counts as the first.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.field == other.field && self.identity() == other.identity()
    }

    /// Returns what all paths of one value have in common.
    pub(crate) fn identity(&self) -> FieldIdentity {
        FieldIdentity {
            names: [&self.contest, &self.contender].map(|name| name.as_deref().map(fold)),
            round: self.round.unwrap_or(1),
            field: self.field.clone(),
        }
    }

    /// Finds a field by a name that a user enters: the full name (`Bako Sahakyan: votes`),
    /// `votes of Bako Sahakyan`, or a part of it that only one field has. Upper and lower case are
    /// the same, and a word of a contender's name suffices.
    ///
    /// # Errors
    /// [`Error::UnknownField`] and [`Error::AmbiguousField`], with the fields that exist.
    pub fn find<'a>(text: &str, fields: impl IntoIterator<Item = &'a Self>) -> Result<Self> {
        let mut paths: Vec<&Self> = Vec::new();
        for path in fields {
            if !paths.contains(&path) {
                paths.push(path);
            }
        }
        // Labels that were kept unparsed may differ from a field in case alone.
        if let Some(exact) = paths.iter().find(|path| path.to_string() == text) {
            return Ok((*exact).clone());
        }
        let query = normalized(text);
        let named = |form: fn(&Self) -> Vec<String>| -> Vec<&Self> {
            let has_form = |path: &&&Self| form(path).iter().any(|name| normalized(name) == query);
            paths.iter().filter(has_form).copied().collect()
        };
        let by_word = || -> Vec<&Self> {
            paths.iter().filter(|path| path.matches_words(&query)).copied().collect()
        };
        // A figure without a round may also be named without saying so.
        let without_round = || -> Vec<&Self> {
            let has_name = |path: &&&Self| {
                path.without_round().is_some_and(|path| {
                    path.short_names().iter().any(|name| normalized(name) == query)
                        || path.matches_words(&query)
                })
            };
            paths.iter().filter(has_name).copied().collect()
        };
        let searches: [&dyn Fn() -> Vec<&'a Self>; 5] = [
            &|| named(Self::full_names),
            &|| named(Self::short_names),
            &by_word,
            &|| named(|path| vec![path.field_name(), path.field.clone()]),
            &without_round,
        ];
        for search in searches {
            match search().as_slice() {
                [] => {}
                [path] => return Ok((*path).clone()),
                several => {
                    let matches = several.iter().map(ToString::to_string).collect();
                    return Err(Error::AmbiguousField { field: text.to_owned(), matches });
                }
            }
        }
        let similarity =
            |path: &&Self| strsim::jaro_winkler(&normalized(&path.to_string()), &query);
        paths.sort_by(|one, other| similarity(other).total_cmp(&similarity(one)));
        let suggestions = paths.iter().take(MAX_SUGGESTIONS).map(ToString::to_string).collect();
        Err(Error::UnknownField { field: text.to_owned(), suggestions })
    }

    /// Returns the names that no other field of the record has.
    fn full_names(&self) -> Vec<String> {
        let of = self.contender.as_ref().map(|name| format!("{} of {name}", self.field_name()));
        let prefix = self.contest.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
        [Some(self.to_string()), of.map(|name| prefix + &name)].into_iter().flatten().collect()
    }

    /// Returns the names without the contest and without the round.
    fn short_names(&self) -> Vec<String> {
        let Some(contender) = &self.contender else { return Vec::new() };
        let fields = [self.field_name(), self.field.clone()].into_iter();
        fields
            .flat_map(|field| [format!("{contender}: {field}"), format!("{field} of {contender}")])
            .collect()
    }

    /// Returns the path without the remark that the source states no round, if it has the remark.
    fn without_round(&self) -> Option<Self> {
        let field = self.field.strip_suffix(ROUND_NOT_STATED)?;
        Some(Self { field: field.to_owned(), ..self.clone() })
    }

    /// Returns whether a folded query names the field, and words of the contender's name.
    fn matches_words(&self, query: &str) -> bool {
        let Some(contender) = &self.contender else { return false };
        let split = query.split_once(" of ").or_else(|| {
            let (words, field) = query.rsplit_once(": ")?;
            Some((field, words))
        });
        let Some((field, words)) = split else { return false };
        let has_field =
            [self.field_name(), self.field.clone()].iter().any(|own| normalized(own) == field);
        let name = normalized(contender);
        has_field
            && !words.is_empty()
            && words.split(' ').all(|word| name.split(' ').any(|own| own == word))
    }
}

impl fmt::Display for FieldPath {
    /// Writes the contest, the contender and the field, as comparisons list them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for name in [&self.contest, &self.contender].into_iter().flatten() {
            write!(f, "{name}: ")?;
        }
        f.write_str(&self.field_name())
    }
}

/// Folds a name, and puts one space after each colon.
fn normalized(name: &str) -> String {
    fold(&fold(name).replace(':', ": ")).replace(" :", ":")
}
