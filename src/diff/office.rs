//! Who holds the office: hold or gain, and whether the incumbent returned.

use serde::Serialize;

use super::matching::Matching;
use super::person::{Person, is_exactly, is_nobody};
use crate::model::{Contender, Contest, Ref, is_independent};

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
        /// Whether the one who held it is among the contenders.
        stood: bool,
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
        let people = named(&before.person).zip(named(&after.person));
        let people = people.map(|(one, other)| (Person::of(one), other));
        let returned = people.as_ref().map(|(one, other)| one.is(other));
        let outcome = named(&before.party).zip(named(&after.party)).and_then(|(had, has)| {
            // Who has no party holds or gains an office for none.
            if is_independent(has) {
                return None;
            }
            let held = is_exactly(had, has) || renamed(had, has, with);
            let party = has.name.clone();
            Some(match held {
                true => Outcome::Hold { party },
                false => Outcome::Gain { party, from: had.name.clone() },
            })
        });
        let incumbent = people.zip(returned).map(|((one, other), returned)| {
            if returned {
                return Incumbent::Returned { person: other.name.clone() };
            }
            let mut contenders = contest.contenders.iter().flat_map(|contender| &contender.people);
            let stood = contenders.any(|person| one.may_be(person));
            Incumbent::Replaced { person: one.name().to_owned(), by: other.name.clone(), stood }
        });
        let said = outcome.is_some() || incumbent.is_some();
        said.then_some(Self { contest: None, outcome, incumbent })
    }
}

/// Who or what is named, where that is somebody.
fn named(one: &Option<Ref>) -> Option<&Ref> {
    one.as_ref().filter(|name| !is_nobody(name))
}

fn renamed(one: &Ref, other: &Ref, with: &Matching<'_>) -> bool {
    let Some(genealogy) = with.lineage else { return false };
    let parties = [one, other].map(|party| {
        genealogy.parties(&Contender { party: Some(party.clone()), ..Contender::default() })
    });
    parties[0].iter().any(|party| parties[1].contains(party))
}
