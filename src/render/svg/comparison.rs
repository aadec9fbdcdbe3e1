//! What two contests are compared by in a picture: contenders with a value on each side.

use super::names::in_full;
use super::shown::{Of, rounds, shown, sides};
use crate::diff::{self, contender_name};
use crate::measure::Group;
use crate::model::{Contender, Contest, Decimal, Election, Role, fold};

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
    /// What they are called on each side. Where that is the same, the earlier is left out.
    pub names: [Vec<String>; 2],
    /// Whether they stand in the earlier contest, and in the later.
    pub listed: [bool; 2],
    /// A value for each panel: the earlier, and the later. None where it is not stated.
    pub values: Vec<[Option<Decimal>; 2]>,
}

impl Comparison {
    /// The contenders of two contests, grouped as [`diff::groups`] does. Shares of the votes in the first round and in
    /// the last of the later contest; where they state none, or all of them stayed, votes; then electoral votes and seats.
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
    /// assert_eq!(compared.rows[0].name(), "Rudolf");
    /// assert_eq!(compared.rows[0].values[0][1].unwrap().to_string(), "66.65");
    /// ```
    #[must_use]
    pub fn of(before: &Contest, after: &Contest, groups: &[Group]) -> Self {
        let shown = shown(before, after, groups);
        let several = rounds([before, after]).len() > 1;
        let panels =
            shown.iter().map(|(of, round)| panel(*of, several.then_some(*round))).collect();
        let mut rows: Vec<Row> =
            groups.iter().filter_map(|group| row(before, after, group, &shown)).collect();
        // The last round decides, so who came into it stands first.
        let deciding = shown.iter().rposition(|(of, _)| of.is_by_round()).unwrap_or(0);
        let order = |row: &Row| -> [Vec<Option<Decimal>>; 2] {
            [1, 0].map(|side| {
                let last = row.values.get(deciding).into_iter();
                last.chain(&row.values).map(|pair| pair[side]).collect()
            })
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

impl Row {
    /// What they are called, in full: "AB ← A + B", of two that became one.
    #[must_use]
    pub fn name(&self) -> String {
        in_full(&self.names)
    }
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
    let sides = sides(before, after, group);
    let named = |side: &Vec<&Contender>| -> Vec<String> {
        side.iter().map(|one| called(one)).filter(|name| !name.is_empty()).collect()
    };
    let mut names = sides.each_ref().map(named);
    let [one, other] = names.each_ref().map(|names| fold(&names.join(" + ")));
    if one == other {
        names[0].clear();
    }
    if names.iter().all(Vec::is_empty) {
        return None;
    }
    let listed = sides.each_ref().map(|side| !side.is_empty());
    let values =
        shown.iter().map(|(of, round)| sides.each_ref().map(|side| of.sum(side, *round))).collect();
    Some(Row { names, listed, values })
}

/// A list goes by its party, whoever leads it.
fn called(contender: &Contender) -> String {
    let party = contender.party.as_ref().filter(|_| contender.role == Some(Role::Leader));
    party.map_or_else(|| contender_name(contender), |party| party.name.clone())
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

    fn names_of(compared: &Comparison) -> Vec<String> {
        compared.rows.iter().map(Row::name).collect()
    }

    fn compared(before: &serde_json::Value, after: &serde_json::Value) -> Comparison {
        let [before, after] = [before, after].map(|contenders| -> Contest {
            serde_json::from_value(json!({ "contenders": contenders })).unwrap()
        });
        Comparison::of(&before, &after, &diff::groups(&before, &after, &Default::default()))
    }

    #[test]
    fn the_round_that_decides_is_drawn_and_its_winner_stands_first() {
        let one = |name: &str, shares: &[&str]| {
            let rounds = shares.iter().zip(1..);
            let tallies: Vec<_> =
                rounds.map(|(share, round)| json!({"round": round, "share": share})).collect();
            json!({"people": [{"name": name}], "tallies": tallies})
        };
        let before = json!([one("Anna", &["60"]), one("Boris", &["40"])]);
        let after =
            json!([one("Anna", &["45", "48"]), one("Clara", &["20"]), one("Boris", &["35", "52"])]);
        let found = compared(&before, &after);
        let titles: Vec<&str> = found.panels.iter().map(|panel| panel.title.as_str()).collect();
        assert_eq!(titles, ["Share of votes, round 1, %", "Share of votes, round 2, %"]);
        assert_eq!(names_of(&found), ["Boris", "Anna", "Clara"]);
        // A runoff that was not needed again is no part of the later election.
        assert_eq!(compared(&after, &before).panels.len(), 1);
    }

    #[test]
    fn votes_are_drawn_where_shares_all_stay_and_votes_do_not() {
        let year = |votes: [u64; 2], share: &str| {
            json!([
                {"people": [{"name": "A"}], "tallies": [{"round": 1, "votes": votes[0], "share": share}]},
                {"people": [{"name": "B"}], "tallies": [{"round": 1, "votes": votes[1], "share": "32.51"}]},
            ])
        };
        let title = |before: &serde_json::Value, after: &serde_json::Value| {
            compared(before, after).panels[0].title.clone()
        };
        let known = year([47_095, 22_967], "66.65");
        assert_eq!(title(&known, &year([47_085, 22_966], "66.650")), "Votes");
        assert_eq!(title(&known, &year([47_085, 22_966], "66.64")), "Share of votes, %");
        assert_eq!(title(&known, &known), "Share of votes, %");
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
        assert_eq!(compared.rows[0].name(), "AB ← A + B");
        let value = |text: &str| Some(text.to_owned());
        assert_eq!(texts(&compared.rows[0]), [[value("60.5"), value("55")], [None, value("6")]]);
        assert_eq!(compared.rows[1].name(), "C");
    }

    #[test]
    fn who_does_not_stand_any_more_comes_last() {
        let before = contest(&[("Gone", Some("60"), None), ("Stays", Some("40"), None)]);
        let after = contest(&[("Stays", None, None), ("New", Some("3"), None)]);
        let compared =
            Comparison::of(&before, &after, &diff::groups(&before, &after, &Default::default()));
        let names = names_of(&compared);
        assert_eq!(names, ["New", "Stays", "Gone"]);
        assert_eq!(compared.rows[2].listed, [true, false]);
        assert_eq!(compared.panels.len(), 1, "seats are not stated");
    }
}
