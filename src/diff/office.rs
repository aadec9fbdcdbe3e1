//! Who holds the office: hold or gain, and whether the incumbent returned.

use serde::Serialize;

use super::matching::Matching;
use crate::model::{Contender, Contest, Ref, fold};

/// Whether an office stayed with a party. By the later record's parties before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The same party has it.
    Hold {
        /// The party.
        party: String,
    },
    /// Another party has it.
    Gain {
        /// The party that has it now.
        party: String,
        /// The party that had it.
        from: String,
    },
}

/// Whether the one who held an office holds it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Incumbent {
    /// Again.
    Returned {
        /// Who.
        person: String,
    },
    /// Somebody else holds it.
    Replaced {
        /// Who held it.
        person: String,
        /// Who holds it now.
        by: String,
    },
}

/// What became of the office that a contest fills, as its record has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Office {
    /// The contest, where the record has several.
    pub contest: Option<String>,
    /// Hold or gain, where both parties are stated.
    pub outcome: Option<Outcome>,
    /// Whether the incumbent returned, where both holders are stated.
    pub incumbent: Option<Incumbent>,
}

impl Office {
    /// What became of the office. None where the record does not say enough. A party that only has another name
    /// now, as a lineage knows it, holds the office.
    ///
    /// ```
    /// use hustings::diff::{Matching, Office, Outcome};
    /// use hustings::model::Contest;
    /// let contest: Contest = serde_json::from_str(
    ///     r#"{"before": {"party": {"name": "Court"}}, "after": {"party": {"name": "Country"}}}"#,
    /// ).unwrap();
    /// let office = Office::of(&contest, &Matching::default()).unwrap();
    /// assert_eq!(office.outcome, Some(Outcome::Gain { party: "Country".into(), from: "Court".into() }));
    /// assert_eq!(office.incumbent, None);
    /// ```
    #[must_use]
    pub fn of(contest: &Contest, with: &Matching<'_>) -> Option<Self> {
        let (before, after) = (contest.before.as_ref()?, contest.after.as_ref()?);
        let parties = before.party.as_ref().zip(after.party.as_ref());
        let outcome =
            parties.map(|(one, other)| match same(one, other) || renamed(one, other, with) {
                true => Outcome::Hold { party: other.name.clone() },
                false => Outcome::Gain { party: other.name.clone(), from: one.name.clone() },
            });
        let holders = before.person.as_ref().zip(after.person.as_ref());
        let incumbent = holders.filter(|(one, other)| is_somebody(one) && is_somebody(other));
        let incumbent = incumbent.map(|(one, other)| match same(one, other) {
            true => Incumbent::Returned { person: other.name.clone() },
            false => Incumbent::Replaced { person: one.name.clone(), by: other.name.clone() },
        });
        (outcome.is_some() || incumbent.is_some()).then_some(Self {
            contest: None,
            outcome,
            incumbent,
        })
    }
}

/// Whether two names are of the same: by their pages where both have one, else by their words.
pub(crate) fn same(one: &Ref, other: &Ref) -> bool {
    match (&one.target, &other.target) {
        (Some(one), Some(other)) => fold(one) == fold(other),
        _ => fold(&one.name) == fold(&other.name),
    }
}

fn renamed(one: &Ref, other: &Ref, with: &Matching<'_>) -> bool {
    let Some(genealogy) = with.lineage else { return false };
    let parties = [one, other].map(|party| {
        genealogy.parties(&Contender { party: Some(party.clone()), ..Contender::default() })
    });
    parties[0].iter().any(|party| parties[1].contains(party))
}

/// What sources put where there is nobody.
fn is_somebody(person: &Ref) -> bool {
    !["none", "vacant", "office established", "position established", "tbd"]
        .contains(&fold(&person.name).as_str())
}
