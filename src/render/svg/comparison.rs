//! What two contests are compared by in a picture: contenders with a value on each side.

use crate::diff::{self, contender_name};
use crate::measure::Group;
use crate::model::{Contender, Contest, Decimal, Election, Role, Tally, fold};

/// Two contests beside each other.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Comparison {
    /// The contest, where there are several.
    pub heading: Option<String>,
    /// What is compared: a value each in every row.
    pub panels: Vec<Panel>,
    /// Who is compared, in the order in which they are drawn.
    pub rows: Vec<Row>,
}

/// One thing that is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panel {
    /// What it is: "Share of votes, %".
    pub title: String,
    /// What stands after a value: " %".
    pub unit: &'static str,
}

/// One contender, or several that are one because they joined or parted.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Row {
    /// What they are called.
    pub name: String,
    /// Whether they stand in the earlier contest, and in the later.
    pub listed: [bool; 2],
    /// A value for each panel: the earlier, and the later. None where it is not stated.
    pub values: Vec<[Option<Decimal>; 2]>,
}

/// What may be compared, of a contender in a round.
#[derive(Clone, Copy, PartialEq)]
enum Of {
    Share,
    Votes,
    Electors,
    Seats,
}

impl Of {
    fn value(self, contender: &Contender, round: u8) -> Option<Decimal> {
        let tally = |count: fn(&Tally) -> Option<u64>| contender.tally(round).and_then(count);
        let count = match self {
            Self::Share => return contender.tally(round)?.share,
            Self::Votes => tally(|tally| tally.votes),
            Self::Electors => tally(|tally| tally.electoral_votes),
            Self::Seats => contender.seats(),
        };
        Decimal::new(i64::try_from(count?).ok()?, 0)
    }

    fn stated(self, contest: &Contest, round: u8) -> bool {
        contest.contenders.iter().any(|contender| self.value(contender, round).is_some())
    }
}

impl Comparison {
    /// The contenders of two contests, grouped as [`diff::groups`] does. Shares of the votes in each round that
    /// both state; where they state none, votes; then electoral votes and seats.
    ///
    /// ```
    /// use hustings::diff;
    /// use hustings::model::Contest;
    /// use hustings::render::svg::Comparison;
    /// let contest = |share: &str| -> Contest { serde_json::from_value(serde_json::json!({"contenders": [
    ///     {"people": [{"name": "Rudolf"}], "tallies": [{"round": 1, "share": share}]},
    /// ]})).unwrap() };
    /// let (before, after) = (contest("84.6"), contest("66.65"));
    /// let compared = Comparison::of(&before, &after, &diff::groups(&before, &after, &Default::default()));
    /// assert_eq!(compared.rows[0].name, "Rudolf");
    /// assert_eq!(compared.rows[0].values[0][1].unwrap().to_string(), "66.65");
    /// ```
    #[must_use]
    pub fn of(before: &Contest, after: &Contest, groups: &[Group]) -> Self {
        let mut shown: Vec<(Of, u8)> = Vec::new();
        let rounds = rounds([before, after]);
        let both = |of: Of, round: u8| of.stated(before, round) && of.stated(after, round);
        let either = |of: Of, round: u8| of.stated(before, round) || of.stated(after, round);
        let by_votes = [Of::Share, Of::Votes];
        for pick in [&both as &dyn Fn(Of, u8) -> bool, &either] {
            for of in by_votes {
                if shown.is_empty() {
                    shown.extend(
                        rounds.iter().filter(|round| pick(of, **round)).map(|round| (of, *round)),
                    );
                }
            }
        }
        // The first and the last are what readers know.
        shown =
            shown.first().into_iter().chain(shown.iter().skip(1).next_back()).copied().collect();
        let first = rounds.first().copied().unwrap_or(1);
        for of in [Of::Electors, Of::Seats] {
            if both(of, first) || (shown.is_empty() && either(of, first)) {
                shown.push((of, first));
            }
        }
        let several = rounds.len() > 1;
        let panels =
            shown.iter().map(|(of, round)| panel(*of, several.then_some(*round))).collect();
        let mut rows: Vec<Row> =
            groups.iter().filter_map(|group| row(before, after, group, &shown)).collect();
        let order = |row: &Row| -> Vec<(Option<Decimal>, Option<Decimal>)> {
            row.values.iter().map(|[before, after]| (*after, *before)).collect()
        };
        rows.sort_by(|one, other| {
            let [one_listed, other_listed] = [one, other].map(|row| row.listed[1]);
            other_listed.cmp(&one_listed).then_with(|| order(other).cmp(&order(one)))
        });
        Self { heading: None, panels, rows }
    }

    /// Contest beside contest, as [`diff::beside`] has them.
    #[must_use]
    pub fn of_elections(
        before: &Election,
        after: &Election,
        options: &diff::Options<'_>,
    ) -> Vec<Self> {
        let pairs = diff::beside(before, after, options).into_iter();
        pairs
            .map(|pair| Self {
                heading: pair.name,
                ..Self::of(pair.before, pair.after, &pair.groups)
            })
            .collect()
    }
}

/// The rounds in which anybody has a tally, in order.
fn rounds(contests: [&Contest; 2]) -> Vec<u8> {
    let contenders = contests.into_iter().flat_map(|contest| &contest.contenders);
    let mut rounds: Vec<u8> =
        contenders.flat_map(|contender| &contender.tallies).map(|tally| tally.round).collect();
    rounds.sort_unstable();
    rounds.dedup();
    rounds
}

fn panel(of: Of, round: Option<u8>) -> Panel {
    let round = round.map(|round| format!(", round {round}")).unwrap_or_default();
    let (title, unit) = match of {
        Of::Share => (format!("Share of votes{round}, %"), " %"),
        Of::Votes => (format!("Votes{round}"), ""),
        Of::Electors => ("Electoral votes".to_owned(), ""),
        Of::Seats => ("Seats".to_owned(), ""),
    };
    Panel { title, unit }
}

fn row(before: &Contest, after: &Contest, group: &Group, shown: &[(Of, u8)]) -> Option<Row> {
    let pick = |contest: &'_ Contest, places: &[usize]| -> Vec<Contender> {
        places.iter().filter_map(|at| contest.contenders.get(*at)).cloned().collect()
    };
    let sides = [pick(before, &group.before), pick(after, &group.after)];
    let names =
        sides.each_ref().map(|side| side.iter().map(called).collect::<Vec<_>>().join(" + "));
    let name = match &names {
        [one, other] if other.is_empty() => one.clone(),
        [one, other] if one.is_empty() || fold(one) == fold(other) => other.clone(),
        // Where a name is cut, what they are now is what readers look for.
        [one, other] => format!("{other} ← {one}"),
    };
    if name.is_empty() {
        return None;
    }
    let listed = sides.each_ref().map(|side| !side.is_empty());
    let values =
        shown.iter().map(|(of, round)| sides.each_ref().map(|side| sum(side, *of, *round)));
    Some(Row { name, listed, values: values.collect() })
}

/// A list goes by its party, whoever leads it.
fn called(contender: &Contender) -> String {
    let party = contender.party.as_ref().filter(|_| contender.role == Some(Role::Leader));
    party.map_or_else(|| contender_name(contender), |party| party.name.clone())
}

/// Of all, when all of it is stated.
fn sum(contenders: &[Contender], of: Of, round: u8) -> Option<Decimal> {
    let mut values = contenders.iter().map(|contender| of.value(contender, round));
    let first = values.next()??;
    values.try_fold(first, |sum, value| sum.plus(value?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn contest(parties: &[(&str, Option<&str>, Option<u64>)]) -> Contest {
        let contenders: Vec<_> = parties
            .iter()
            .map(|(name, share, seats)| json!({"party": {"name": name}, "tallies": [{"round": 1, "share": share, "seats": seats}]}))
            .collect();
        serde_json::from_value(json!({ "contenders": contenders })).unwrap()
    }

    fn texts(row: &Row) -> Vec<[Option<String>; 2]> {
        row.values
            .iter()
            .map(|pair| pair.map(|value| value.map(|value| value.to_string())))
            .collect()
    }

    #[test]
    fn who_merged_is_one_row_with_a_sum_where_all_is_stated() {
        let before = contest(&[
            ("A", Some("40.5"), Some(4)),
            ("B", Some("20"), None),
            ("C", Some("39.50"), Some(3)),
        ]);
        let after = contest(&[("AB", Some("55"), Some(6)), ("C", Some("45"), Some(4))]);
        let groups = [
            Group { before: vec![2], after: vec![1] },
            Group { before: vec![0, 1], after: vec![0] },
        ];
        let compared = Comparison::of(&before, &after, &groups);
        assert_eq!(compared.rows[0].name, "AB ← A + B");
        let value = |text: &str| Some(text.to_owned());
        assert_eq!(texts(&compared.rows[0]), [[value("60.5"), value("55")], [None, value("6")]]);
        assert_eq!(compared.rows[1].name, "C");
    }

    #[test]
    fn who_does_not_stand_any_more_comes_last() {
        let before = contest(&[("Gone", Some("60"), None), ("Stays", Some("40"), None)]);
        let after = contest(&[("Stays", None, None), ("New", Some("3"), None)]);
        let compared =
            Comparison::of(&before, &after, &diff::groups(&before, &after, &Default::default()));
        let names: Vec<&str> = compared.rows.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(names, ["New", "Stays", "Gone"]);
        assert_eq!(compared.rows[2].listed, [true, false]);
        assert_eq!(compared.panels.len(), 1, "seats are not stated");
    }
}
