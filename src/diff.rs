//! Two elections, or two versions of one: what changed, typed.
//!
//! Between two elections the results are compared: rounds, contenders, holders. Between two
//! versions of one, everything is. Order alone is no change, and numbers that differ only in how
//! precisely they are given are told apart from numbers that differ.

mod contests;
mod fields;
mod genealogy;
mod matching;
mod movement;
mod name;
mod office;
pub(crate) mod person;
mod places;
mod regroup;
mod values;

use std::fmt;

use serde::Serialize;

use crate::measure::Group;
use crate::model::{Contender, Contest, Decimal, Election, Kind};
pub(crate) use contests::contest_name;
use fields::Fields;
pub use genealogy::Genealogy;
pub(crate) use matching::name as contender_name;
pub use matching::{By, Matching, Sure};
pub use movement::{Base, Moved, Movement};
pub use office::{Incumbent, Office, Outcome};
pub(crate) use places::comparable;
pub use places::places;

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
    /// Both elections state it, and one of them not for which of its rounds.
    NotCompared,
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
            Self::NotCompared => "not compared: round not stated",
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

/// Contenders of both sides that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Match {
    /// The contest, where the record has several.
    pub contest: Option<String>,
    /// The earlier: one, or several that became one.
    pub before: Vec<String>,
    /// The later: one, or several into which others were divided.
    pub after: Vec<String>,
    /// How they were found.
    pub by: By,
    /// How sure that is.
    pub sure: Sure,
    /// What it rests on, where that is not their names: each change of a party, with its date and source.
    pub why: Vec<String>,
}

/// Two contenders that were not matched, and whose names may be spellings of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Alike {
    /// The contest, where the record has several.
    pub contest: Option<String>,
    /// The earlier.
    pub before: String,
    /// The later.
    pub after: String,
}

/// A part of a party that left it for another. It is told, and counted with neither.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Parting {
    /// The contest, where the record has several.
    pub contest: Option<String>,
    /// The earlier party.
    pub from: String,
    /// The later one.
    pub to: String,
    /// What it did.
    pub what: Parted,
    /// Each change of a party on the way, with its date and source.
    pub why: Vec<String>,
}

/// How a part of a party left it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Parted {
    /// It stands as a new party, which has entered.
    BrokeAway,
    /// Its party ended, and it went to one that stood before.
    WentOver,
}

/// All that changed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Diff {
    /// Between two elections: how many contests were compared.
    pub contests: Option<u64>,
    /// The parts of one country that two elections are of, where these differ, so that nothing was compared.
    pub places: Option<[String; 2]>,
    /// The changes: first of the election, then of each contest and its contenders.
    pub changes: Vec<Change>,
    /// Who was matched with whom.
    pub matches: Vec<Match>,
    /// Which parts left which parties.
    pub partings: Vec<Parting>,
    /// Who may be the same under another spelling.
    pub alike: Vec<Alike>,
    /// Between two elections: how each contender moved, on every base, beside what is stated.
    pub movements: Vec<Movement>,
    /// Between two elections: what became of each office, as the later record has it.
    pub offices: Vec<Office>,
}

/// How two elections are compared.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// Compare contests of this type only.
    pub kind: Option<&'a Kind>,
    /// Which party became which.
    pub lineage: Option<&'a Genealogy>,
    /// Take two spellings of a name for one, where only one fits.
    pub spelling: bool,
    /// Compare elections of different parts of a country, too.
    pub across: bool,
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
    /// Values that only one of two elections states, or one of them without its round.
    pub one_sided: usize,
}

impl Diff {
    /// Says of which contest everything is.
    fn name(&mut self, contest: &str) {
        let named = || Some(contest.to_owned());
        self.changes.iter_mut().for_each(|change| change.contest = named());
        self.matches.iter_mut().for_each(|found| found.contest = named());
        self.partings.iter_mut().for_each(|part| part.contest = named());
        self.alike.iter_mut().for_each(|alike| alike.contest = named());
        self.movements.iter_mut().for_each(|movement| movement.contest = named());
        self.offices.iter_mut().for_each(|office| office.contest = named());
    }

    /// Adds all of another.
    fn add(&mut self, other: Self) {
        fn join<T>(all: &mut Vec<T>, mut more: Vec<T>) {
            if all.is_empty() {
                *all = more;
            } else {
                all.append(&mut more);
            }
        }
        join(&mut self.changes, other.changes);
        join(&mut self.matches, other.matches);
        join(&mut self.partings, other.partings);
        join(&mut self.alike, other.alike);
        join(&mut self.movements, other.movements);
        join(&mut self.offices, other.offices);
    }

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
                What::OnlyBefore | What::OnlyAfter | What::NotCompared => stat.one_sided += 1,
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

impl<'a> Options<'a> {
    /// What the contenders of two elections are matched with.
    fn matching(&self, before: &Election, after: &Election) -> Matching<'a> {
        let dates = before.start().zip(after.start()).map(|(first, second)| [first, second]);
        Matching { lineage: self.lineage, dates, spelling: self.spelling }
    }
}

/// Two contests beside each other, with who is who in them.
#[derive(Debug, Clone, PartialEq)]
pub struct Beside<'a> {
    /// The contest, where there are several.
    pub name: Option<String>,
    /// The earlier.
    pub before: &'a Contest,
    /// The later.
    pub after: &'a Contest,
    /// Their contenders, as [`groups`] has them.
    pub groups: Vec<Group>,
}

/// The contests of two elections that are compared, each with its other.
///
/// ```
/// use hustings::diff::{Options, beside};
/// use hustings::model::Election;
/// let election: Election = serde_json::from_str(
///     r#"{"title": "1824 Ruritanian vote", "contests": [{"contenders": [{"people": [{"name": "Rudolf"}]}]}]}"#,
/// ).unwrap();
/// let beside = beside(&election, &election, &Options::default());
/// assert_eq!(beside[0].groups.len(), 1);
/// ```
#[must_use]
pub fn beside<'a>(
    before: &'a Election,
    after: &'a Election,
    options: &Options<'_>,
) -> Vec<Beside<'a>> {
    if !options.across && places(before, after).is_some() {
        return Vec::new();
    }
    let with = options.matching(before, after);
    let paired = contests::paired(&before.contests, &after.contests, options.kind);
    let several = paired.several;
    let pairs = paired.pairs.into_iter().map(|(before, after)| Beside {
        name: several.then(|| contest_name(after)),
        before,
        after,
        groups: groups(before, after, &with),
    });
    pairs.collect()
}

/// Compares the results of two elections. Those of different parts of a country are compared only
/// [`across`](Options::across) them.
///
/// ```
/// use hustings::diff::{Delta, Options, between};
/// use hustings::model::Election;
/// let year = |votes: u32| -> Election { serde_json::from_value(serde_json::json!({
///     "title": "Ruritanian presidential election",
///     "contests": [{"contenders": [{"people": [{"name": "Rudolf"}], "tallies": [{"round": 1, "votes": votes}]}]}],
/// })).unwrap() };
/// let diff = between(&year(59_326), &year(47_095), &Options::default());
/// assert_eq!(diff.changes[0].delta, Some(Delta::Count(-12_231)));
/// ```
#[must_use]
pub fn between(before: &Election, after: &Election, options: &Options<'_>) -> Diff {
    if let Some(places) = places(before, after).filter(|_| !options.across) {
        return Diff { contests: Some(0), places: Some(places), ..Diff::default() };
    }
    let with = options.matching(before, after);
    let mut diff = Diff::default();
    contests::contests(&mut diff, &before.contests, &after.contests, options.kind, Some(&with));
    diff
}

/// Compares two versions of one election, in everything that they say.
#[must_use]
pub fn versions(before: &Election, after: &Election) -> Diff {
    let mut diff = Diff::default();
    diff.changes.extend(Fields::of_election(before).changes(&Fields::of_election(after)));
    contests::contests(&mut diff, &before.contests, &after.contests, None, None);
    let mut results = Diff::default();
    contests::contests(&mut results, &before.results, &after.results, None, None);
    diff.changes.extend(results.changes.into_iter().map(|change| Change {
        contest: Some(match &change.contest {
            Some(name) => format!("table of results: {name}"),
            None => "table of results".to_owned(),
        }),
        ..change
    }));
    diff
}

impl Change {
    /// Whether only one of two elections states the value, or one of them not for which of its rounds: that is no change.
    #[must_use]
    pub fn is_one_sided(&self) -> bool {
        matches!(self.what, What::OnlyBefore | What::OnlyAfter | What::NotCompared)
    }

    /// Between two elections, what one alone has is not added or removed, but stated by that one alone.
    fn stated_by_one(&mut self) {
        self.what = match self.what {
            What::Added => What::OnlyAfter,
            What::Removed => What::OnlyBefore,
            other => other,
        };
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

/// The contenders of two contests, each with its other: those that belong together on both sides, or one on
/// one side only.
#[must_use]
pub fn groups(before: &Contest, after: &Contest, with: &Matching<'_>) -> Vec<Group> {
    let kind = after.kind.as_ref().or(before.kind.as_ref());
    let matched = matching::contenders(&before.contenders, &after.contenders, kind, with);
    let both = matched
        .pairings
        .into_iter()
        .map(|pairing| Group { before: pairing.before, after: pairing.after });
    let gone = matched.left.into_iter().map(|at| Group { before: vec![at], after: Vec::new() });
    let come = matched.entered.into_iter().map(|at| Group { before: Vec::new(), after: vec![at] });
    both.chain(gone).chain(come).collect()
}

/// The contenders that stand in both contests, each with its other.
pub(crate) fn in_both<'a>(
    before: &'a Contest,
    after: &'a Contest,
) -> Vec<(&'a Contender, &'a Contender)> {
    let groups = groups(before, after, &Matching::default());
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
