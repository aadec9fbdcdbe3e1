//! Two elections, or two versions of one: what changed, typed.
//!
//! Between two elections the results are compared: rounds, contenders, holders. Between two
//! versions of one, everything is. Order alone is no change, and numbers that differ only in how
//! precisely they are given are told apart from numbers that differ.

mod fields;
mod matching;
pub(crate) use matching::name as contender_name;

use std::fmt;

use serde::Serialize;

use crate::measure::Group;
use crate::model::{Contender, Contest, Decimal, Election, Kind, Ref, fold};
use fields::Fields;
pub use matching::By;

/// What became of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Another value.
    Changed,
    /// The same value, given with another precision.
    Precision,
    /// The later version says it, and the earlier does not; or a contest is held anew.
    Added,
    /// The earlier version says it, and the later does not; or a contest is not held again.
    Removed,
    /// The earlier of two elections alone states it. That is a gap in a source, and no change.
    OnlyBefore,
    /// The later of two elections alone states it.
    OnlyAfter,
    /// A contender stands on the later side only.
    Entered,
    /// A contender stands on the earlier side only.
    Left,
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Changed => "changed",
            Self::Precision => "precision only",
            Self::Added => "added",
            Self::Removed => "removed",
            Self::OnlyBefore => "only before",
            Self::OnlyAfter => "only after",
            Self::Entered => "entered",
            Self::Left => "left",
        })
    }
}

/// By how much a number changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Delta {
    /// Votes, seats, people.
    Count(i64),
    /// Percentage points, exact.
    Points(Decimal),
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The contest, where the record has several.
    pub contest: Option<String>,
    /// Whose value it is: a contender; none for the election or the contest itself.
    pub contender: Option<String>,
    /// How the contender was found on both sides.
    pub matched: Option<By>,
    /// The field: `turnout`, `votes`, `share`; `round 2 votes` where there are several.
    pub field: String,
    /// What became of it.
    pub what: What,
    /// The earlier value, as text.
    pub before: Option<String>,
    /// The later value, as text.
    pub after: Option<String>,
    /// The difference of two numbers.
    pub delta: Option<Delta>,
}

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

/// All that changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Diff {
    /// The changes: first of the election, then of each contest and its contenders.
    pub changes: Vec<Change>,
    /// Hold or gain, where the later record names both parties.
    pub outcome: Option<Outcome>,
}

/// How many changes there are of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Stat {
    /// Values that changed, were added, or were removed.
    pub changed: usize,
    /// Values that differ in precision only.
    pub precision: usize,
    /// Contenders that entered.
    pub entered: usize,
    /// Contenders that left.
    pub left: usize,
    /// Values that only one of two elections states.
    pub one_sided: usize,
}

impl Diff {
    /// Whether nothing changed. What only one of two elections states is no change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.iter().all(Change::is_one_sided)
    }

    /// How much changed.
    #[must_use]
    pub fn stat(&self) -> Stat {
        let mut stat = Stat::default();
        for change in &self.changes {
            match change.what {
                What::Changed | What::Added | What::Removed => stat.changed += 1,
                What::Precision => stat.precision += 1,
                What::Entered => stat.entered += 1,
                What::Left => stat.left += 1,
                What::OnlyBefore | What::OnlyAfter => stat.one_sided += 1,
            }
        }
        stat
    }

    /// What changed, without the values: each contender and field once.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
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

/// Compares the results of two elections, in contests of one type where one is given.
///
/// ```
/// use hustings::diff::{Delta, between};
/// use hustings::model::Election;
/// let year = |votes: u32| -> Election { serde_json::from_value(serde_json::json!({
///     "title": "Ruritanian presidential election",
///     "contests": [{"contenders": [{"people": [{"name": "Rudolf"}], "tallies": [{"round": 1, "votes": votes}]}]}],
/// })).unwrap() };
/// let diff = between(&year(59_326), &year(47_095), None);
/// assert_eq!(diff.changes[0].delta, Some(Delta::Count(-12_231)));
/// ```
#[must_use]
pub fn between(before: &Election, after: &Election, kind: Option<&Kind>) -> Diff {
    let mut diff = Diff::default();
    diff.changes.extend(contests(&before.contests, &after.contests, kind, false));
    diff.outcome = after.contests.iter().filter(|contest| is_of(contest, kind)).find_map(outcome);
    diff
}

/// Compares two versions of one election, in everything that they say.
#[must_use]
pub fn versions(before: &Election, after: &Election) -> Diff {
    let mut diff = Diff::default();
    let compared = fields::compare(&Fields::of_election(before), &Fields::of_election(after));
    diff.changes.extend(compared);
    diff.changes.extend(contests(&before.contests, &after.contests, None, true));
    let results = contests(&before.results, &after.results, None, true);
    diff.changes.extend(results.into_iter().map(|change| Change {
        contest: Some(match &change.contest {
            Some(name) => format!("table of results: {name}"),
            None => "table of results".to_owned(),
        }),
        ..change
    }));
    diff
}

fn is_of(contest: &Contest, kind: Option<&Kind>) -> bool {
    kind.zip(contest.kind.as_ref()).is_none_or(|(kind, other)| kind.comparable(other))
}

fn outcome(contest: &Contest) -> Option<Outcome> {
    let party = |holder: &Option<crate::model::Holder>| holder.as_ref()?.party.clone();
    let (before, after) = (party(&contest.before)?, party(&contest.after)?);
    Some(if fold(&before.name) == fold(&after.name) {
        Outcome::Hold { party: after.name }
    } else {
        Outcome::Gain { party: after.name, from: before.name }
    })
}

/// Compares contest with contest: the same type and name, then the same type, each once.
fn contests(before: &[Contest], after: &[Contest], kind: Option<&Kind>, all: bool) -> Vec<Change> {
    let of = |contests: &[Contest]| -> Vec<usize> {
        (0..contests.len()).filter(|at| is_of(&contests[*at], kind)).collect()
    };
    let (mut left, mut right) = (of(before), of(after));
    let several = left.len().max(right.len()) > 1;
    let mut pairs = Vec::new();
    for named in [true, false] {
        left.retain(|at| {
            let contest = &before[*at];
            let same = |other: &Contest| {
                let kinds = contest.kind.as_ref().zip(other.kind.as_ref());
                let name = |contest: &Contest| contest.name.as_deref().map(fold);
                kinds.is_none_or(|(one, other)| one.comparable(other))
                    && (!named || name(contest) == name(other))
            };
            let found = right.iter().position(|other| same(&after[*other]));
            if let Some(found) = found {
                pairs.push((*at, right.remove(found)));
            }
            found.is_none()
        });
    }
    pairs.sort_unstable();
    let mut changes = Vec::new();
    for (one, other) in pairs {
        let (one, other) = (&before[one], &after[other]);
        let label = several.then(|| contest_name(other));
        let changed = contest(one, other, all).into_iter();
        changes.extend(changed.map(|change| Change { contest: label.clone(), ..change }));
    }
    let lone = |contest: &Contest, what| Change {
        contest: Some(contest_name(contest)),
        what,
        ..Change::of("contest")
    };
    changes.extend(left.iter().map(|at| lone(&before[*at], What::Removed)));
    changes.extend(right.iter().map(|at| lone(&after[*at], What::Added)));
    changes
}

fn contest_name(contest: &Contest) -> String {
    let name = contest.name.clone().or_else(|| Some(contest.kind.as_ref()?.to_string()));
    name.unwrap_or_else(|| "contest".to_owned())
}

fn contest(before: &Contest, after: &Contest, all: bool) -> Vec<Change> {
    let fields = |contest: &Contest| {
        if all { Fields::of_contest(contest) } else { Fields::of_result(contest) }
    };
    let compare = |before: &Fields, after: &Fields| {
        let changes = fields::compare(before, after);
        if all { changes } else { changes.into_iter().map(Change::one_sided).collect() }
    };
    let mut changes = compare(&fields(before), &fields(after));
    let matched = matching::contenders(&before.contenders, &after.contenders, after.kind.as_ref());
    for (one, other, by) in matched.pairs {
        let compared = compare(&Fields::of_contender(one, all), &Fields::of_contender(other, all));
        let name = matching::name(other);
        changes.extend(compared.into_iter().map(|change| Change {
            contender: Some(name.clone()),
            matched: Some(by),
            ..change
        }));
    }
    let alone = |contender, what| {
        let result = Some(fields::result(contender)).filter(|result| !result.is_empty());
        let (before, after) = if what == What::Left { (result, None) } else { (None, result) };
        Change {
            contender: Some(matching::name(contender)),
            what,
            before,
            after,
            ..Change::of("contender")
        }
    };
    changes.extend(matched.left.into_iter().map(|contender| alone(contender, What::Left)));
    changes.extend(matched.entered.into_iter().map(|contender| alone(contender, What::Entered)));
    changes
}

impl Change {
    /// Whether only one of two elections states the value.
    #[must_use]
    pub fn is_one_sided(&self) -> bool {
        matches!(self.what, What::OnlyBefore | What::OnlyAfter)
    }

    fn one_sided(self) -> Self {
        let what = match self.what {
            What::Added => What::OnlyAfter,
            What::Removed => What::OnlyBefore,
            other => other,
        };
        Self { what, ..self }
    }

    fn of(field: impl Into<String>) -> Self {
        Self {
            contest: None,
            contender: None,
            matched: None,
            field: field.into(),
            what: What::Changed,
            before: None,
            after: None,
            delta: None,
        }
    }
}

/// The contenders of two contests, each with its other: one on each side, or on one side only.
#[must_use]
pub fn groups(before: &Contest, after: &Contest) -> Vec<Group> {
    let kind = after.kind.as_ref().or(before.kind.as_ref());
    let matched = matching::contenders(&before.contenders, &after.contenders, kind);
    let at = |all: &[Contender], one: &Contender| -> Vec<usize> {
        all.iter().position(|other| std::ptr::eq(one, other)).into_iter().collect()
    };
    let left = |one| at(&before.contenders, one);
    let entered = |one| at(&after.contenders, one);
    let both = matched.pairs.iter().map(|(one, other, _)| (left(one), entered(other)));
    let gone = matched.left.iter().map(|one| (left(one), Vec::new()));
    let come = matched.entered.iter().map(|one| (Vec::new(), entered(one)));
    both.chain(gone).chain(come).map(|(before, after)| Group { before, after }).collect()
}

/// The contenders that stand in both contests, each with its other.
pub(crate) fn in_both<'a>(
    before: &'a Contest,
    after: &'a Contest,
) -> Vec<(&'a Contender, &'a Contender)> {
    let kind = after.kind.as_ref().or(before.kind.as_ref());
    let matched = matching::contenders(&before.contenders, &after.contenders, kind);
    matched.pairs.into_iter().map(|(one, other, _)| (one, other)).collect()
}

/// Whether two names are of the same: by their pages where both have one, else by their words.
fn same(one: &Ref, other: &Ref) -> bool {
    match (&one.target, &other.target) {
        (Some(one), Some(other)) => fold(one) == fold(other),
        _ => fold(&one.name) == fold(&other.name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::strategy;
    use proptest::prelude::*;
    use serde_json::json;

    fn election(kind: &str, contenders: &serde_json::Value) -> Election {
        let json = json!({"title": "t", "contests": [{"type": kind, "contenders": contenders}]});
        serde_json::from_value(json).unwrap()
    }

    fn contender(person: &str, party: &str, share: &str) -> serde_json::Value {
        let tally = json!({"round": 1, "share": share});
        json!({"people": [{"name": person}], "party": {"name": party}, "tallies": [tally]})
    }

    fn kinds(diff: &Diff) -> Vec<What> {
        diff.changes.iter().map(|change| change.what).collect()
    }

    #[test]
    fn precision_is_told_apart_from_change() {
        let year = |share| election("presidential", &json!([contender("A", "P", share)]));
        assert_eq!(kinds(&between(&year("32.51"), &year("32.5"), None)), [What::Precision]);
        assert!(between(&year("66.65"), &year("66.65"), None).is_empty());
        let diff = between(&year("85.12"), &year("66.65"), None);
        assert_eq!(diff.changes[0].delta, Some(Delta::Points("-18.47".parse().unwrap())));
    }

    #[test]
    fn a_party_keeps_its_place_in_a_parliament_under_another_leader() {
        let year = |kind, leader, party| election(kind, &json!([contender(leader, party, "40.0")]));
        let parliament = |leader, party| year("parliamentary", leader, party);
        assert!(between(&parliament("A", "P"), &parliament("B", "P"), None).is_empty());
        let apart = [What::Left, What::Entered];
        let presidents = [year("presidential", "A", "P"), year("presidential", "B", "P")];
        assert_eq!(kinds(&between(&presidents[0], &presidents[1], None)), apart);
        let independents =
            [parliament("A", "Independent politician"), parliament("B", "Independent politician")];
        assert_eq!(kinds(&between(&independents[0], &independents[1], None)), apart);
    }

    #[test]
    fn only_contests_of_one_type_are_compared() {
        let years = ["presidential", "parliamentary"].map(|kind| election(kind, &json!([])));
        let diff = between(&years[0], &years[1], None);
        assert_eq!(kinds(&diff), [What::Removed, What::Added]);
    }

    #[test]
    fn order_alone_is_no_change() {
        let (one, other) = (contender("A", "P", "60.1"), contender("B", "Q", "39.9"));
        let forward = election("presidential", &json!([one, other]));
        let backward = election("presidential", &json!([other, one]));
        assert!(versions(&forward, &backward).is_empty());
    }

    proptest! {
        #[test]
        fn an_election_differs_from_itself_in_nothing(election in strategy::election()) {
            prop_assert!(versions(&election, &election).is_empty());
        }
    }
}
