//! Outcome for an office: whether a party held or gained it, and whether the incumbent returned.

use serde::{Deserialize, Serialize};

use crate::analysis::matching::MatchOptions;
use crate::analysis::matching::name_matcher::{NameMatcher, is_placeholder, is_same_name};
use crate::model::{Contender, Contest, Reference, is_independent};

/// Change of the party that holds an office, according to the parties in the later record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OfficeChange {
    /// The same party holds the office.
    Hold {
        /// Name of the party.
        party: String,
    },
    /// Another party holds the office.
    Gain {
        /// Name of the party that holds the office now.
        party: String,
        /// Name of the party that held the office before.
        from: String,
    },
}

/// Outcome for the person who held an office before the election.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum IncumbentOutcome {
    /// The incumbent holds the office again.
    Returned {
        /// Name of the incumbent.
        person: String,
    },
    /// Another person holds the office.
    Replaced {
        /// Name of the former holder.
        person: String,
        /// Name of the new holder.
        successor: String,
        /// Whether the former holder is among the contenders.
        was_contender: bool,
    },
}

/// Outcome for the office that a contest fills, according to its record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OfficeOutcome {
    /// Name of the contest, if the record has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contest: Option<String>,
    /// Hold or gain, if both parties are stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<OfficeChange>,
    /// Return of the incumbent, if both holders are stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incumbent: Option<IncumbentOutcome>,
}

impl OfficeOutcome {
    /// Determines the outcome. `None` if the record states neither parties nor holders. A party
    /// that was only renamed, according to a lineage, holds the office.
    ///
    /// ```
    /// use hustings::analysis::diff::{MatchOptions, OfficeOutcome, OfficeChange};
    /// use hustings::model::Contest;
    /// let contest: Contest = serde_json::from_str(
    ///     r#"{"before": {"party": {"name": "Court"}}, "after": {"party": {"name": "Country"}}}"#,
    /// ).unwrap();
    /// let office = OfficeOutcome::from_contest(&contest, &MatchOptions::default()).unwrap();
    /// assert_eq!(office.outcome, Some(OfficeChange::Gain { party: "Country".into(), from: "Court".into() }));
    /// assert_eq!(office.incumbent, None);
    /// ```
    #[must_use]
    pub fn from_contest(contest: &Contest, match_options: &MatchOptions<'_>) -> Option<Self> {
        let (before, after) = (contest.before.as_ref()?, contest.after.as_ref()?);
        let people = named_reference(&before.person).zip(named_reference(&after.person));
        let people = people.map(|(one, other)| (NameMatcher::new(one), other));
        let returned = people.as_ref().map(|(one, other)| one.is_same(other));
        let outcome = named_reference(&before.party).zip(named_reference(&after.party)).and_then(
            |(had, has)| {
                // An independent does not hold or gain an office for a party.
                if is_independent(has) {
                    return None;
                }
                let held = is_same_name(had, has) || is_renamed(had, has, match_options);
                let party = has.name.clone();
                Some(match held {
                    true => OfficeChange::Hold { party },
                    false => OfficeChange::Gain { party, from: had.name.clone() },
                })
            },
        );
        let incumbent = people.zip(returned).map(|((one, other), returned)| {
            if returned {
                return IncumbentOutcome::Returned { person: other.name.clone() };
            }
            let mut contenders = contest.contenders.iter().flat_map(|contender| &contender.people);
            let stood = contenders.any(|person| one.may_be_same(person));
            IncumbentOutcome::Replaced {
                person: one.name().to_owned(),
                successor: other.name.clone(),
                was_contender: stood,
            }
        });
        let has_outcome = outcome.is_some() || incumbent.is_some();
        has_outcome.then_some(Self { contest: None, outcome, incumbent })
    }
}

/// Returns the person or party, unless the name is a placeholder such as "Vacant".
fn named_reference(one: &Option<Reference>) -> Option<&Reference> {
    one.as_ref().filter(|name| !is_placeholder(name))
}

fn is_renamed(one: &Reference, other: &Reference, match_options: &MatchOptions<'_>) -> bool {
    let Some(lineage) = match_options.lineage else { return false };
    let parties = [one, other].map(|party| {
        lineage.parties(&Contender { party: Some(party.clone()), ..Contender::default() })
    });
    parties[0].iter().any(|party| parties[1].contains(party))
}
