//! Comparison of two contests in a picture: contenders with a value on each side.

use super::names::full_name;
use super::panel_metrics::{PanelMetric, panel_metrics, rounds, sides};
use crate::analysis::diff;
use crate::analysis::measure::ContenderGroup;
use crate::model::{Contender, Contest, Decimal, Election, Role, fold};

/// Two contests side by side.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Comparison {
    /// Name of the contest, if there are several.
    pub heading: Option<String>,
    /// The compared metrics. Each row has a value for every panel.
    pub panels: Vec<Panel>,
    /// The compared contenders, in drawing order.
    pub rows: Vec<ComparisonRow>,
}

/// One compared metric.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Panel {
    /// Title of the panel, such as "Share of votes, %".
    pub title: String,
    /// Suffix of a value, such as " %".
    pub unit: &'static str,
}

/// One contender, or several that merged or split.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ComparisonRow {
    /// Names on each side. If both sides have the same names, the earlier side is empty.
    pub names: [Vec<String>; 2],
    /// Whether the contenders stand in the earlier contest, and whether in the later one.
    pub listed: [bool; 2],
    /// The earlier and the later value for each panel; `None` if not stated.
    pub values: Vec<[Option<Decimal>; 2]>,
}

impl Comparison {
    /// Compares the contenders of two contests in the given groups (see
    /// [`diff::group_contenders`]). The first panels show shares of votes in the first and the last
    /// round of the later contest. They show votes instead if no shares are stated, or if all
    /// shares are unchanged and votes are not. Panels for electoral votes and seats follow.
    ///
    /// ```
    /// use hustings::analysis::diff;
    /// use hustings::model::Contest;
    /// use hustings::render::svg::Comparison;
    /// let contest = |share: &str| -> Contest { serde_json::from_value(serde_json::json!({"contenders": [
    ///     {"people": [{"name": "Rudolf"}], "tallies": [{"round": 1, "share": share}]},
    /// ]})).unwrap() };
    /// let (before, after) = (contest("84.6"), contest("66.65"));
    /// let compared = Comparison::from_contests(&before, &after, &diff::group_contenders(&before, &after, &Default::default()));
    /// assert_eq!(compared.rows[0].name(), "Rudolf");
    /// assert_eq!(compared.rows[0].values[0][1].unwrap().to_string(), "66.65");
    /// ```
    #[must_use]
    pub fn from_contests(before: &Contest, after: &Contest, groups: &[ContenderGroup]) -> Self {
        let metrics = panel_metrics(before, after, groups);
        let several = rounds([before, after]).len() > 1;
        let panels = metrics
            .iter()
            .map(|(metric, round)| panel(*metric, several.then_some(*round)))
            .collect();
        let mut rows: Vec<ComparisonRow> =
            groups.iter().filter_map(|group| row(before, after, group, &metrics)).collect();
        // The last round decides, so rows are sorted by its results.
        let deciding = metrics.iter().rposition(|(metric, _)| metric.is_by_round()).unwrap_or(0);
        let order = |row: &ComparisonRow| -> [Vec<Option<Decimal>>; 2] {
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

    /// Compares elections contest by contest, paired by `diff::pair_contests`.
    #[must_use]
    pub fn from_elections(
        before: &Election,
        after: &Election,
        options: &diff::DiffOptions<'_>,
    ) -> Vec<Self> {
        let pairs = diff::pair_contests(before, after, options).into_iter();
        pairs
            .map(|pair| Self {
                heading: pair.name,
                ..Self::from_contests(pair.before, pair.after, &pair.groups)
            })
            .collect()
    }
}

impl ComparisonRow {
    /// Returns all names, such as "AB ← A + B" for a merger.
    #[must_use]
    pub fn name(&self) -> String {
        full_name(&self.names)
    }
}

fn panel(metric: PanelMetric, round: Option<u8>) -> Panel {
    let round = round.map(|round| format!(", round {round}")).unwrap_or_default();
    let (title, unit) = match metric {
        PanelMetric::Share => (format!("Share of votes{round}, %"), " %"),
        PanelMetric::Votes => (format!("Votes{round}"), ""),
        PanelMetric::ElectoralVotes => ("Electoral votes".to_owned(), ""),
        PanelMetric::Seats => ("Seats".to_owned(), ""),
    };
    Panel { title, unit }
}

fn row(
    before: &Contest,
    after: &Contest,
    group: &ContenderGroup,
    metrics: &[(PanelMetric, u8)],
) -> Option<ComparisonRow> {
    let sides = sides(before, after, group);
    let names_of = |side: &Vec<&Contender>| -> Vec<String> {
        side.iter().map(|one| row_name(one)).filter(|name| !name.is_empty()).collect()
    };
    let mut names = sides.each_ref().map(names_of);
    let [one, other] = names.each_ref().map(|names| fold(&names.join(" + ")));
    if one == other {
        names[0].clear();
    }
    if names.iter().all(Vec::is_empty) {
        return None;
    }
    let listed = sides.each_ref().map(|side| !side.is_empty());
    let values = metrics
        .iter()
        .map(|(metric, round)| sides.each_ref().map(|side| metric.sum(side, *round)))
        .collect();
    Some(ComparisonRow { names, listed, values })
}

/// Returns the name of a contender. A contender that is the leader of a list has the name of the
/// party.
fn row_name(contender: &Contender) -> String {
    let party = contender.party.as_ref().filter(|_| contender.role == Some(Role::Leader));
    party.map_or_else(|| contender.name().into_owned(), |party| party.name.clone())
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

    fn value_texts(row: &ComparisonRow) -> Vec<[Option<String>; 2]> {
        row.values
            .iter()
            .map(|pair| pair.map(|value| value.map(|value| value.to_string())))
            .collect()
    }

    fn row_names(compared: &Comparison) -> Vec<String> {
        compared.rows.iter().map(ComparisonRow::name).collect()
    }

    fn compared(before: &serde_json::Value, after: &serde_json::Value) -> Comparison {
        let [before, after] = [before, after].map(|contenders| -> Contest {
            serde_json::from_value(json!({ "contenders": contenders })).unwrap()
        });
        Comparison::from_contests(
            &before,
            &after,
            &diff::group_contenders(&before, &after, &Default::default()),
        )
    }

    #[test]
    fn rows_are_sorted_by_the_deciding_round() {
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
        assert_eq!(row_names(&found), ["Boris", "Anna", "Clara"]);
        // A runoff that only the earlier election held has no panel.
        assert_eq!(compared(&after, &before).panels.len(), 1);
    }

    #[test]
    fn votes_are_drawn_if_all_shares_are_unchanged_but_votes_are_not() {
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
    fn merged_contenders_are_one_row_with_the_sum_of_their_values() {
        let before = contest(&[
            ("A", Some("40.5"), Some(4)),
            ("B", Some("20"), None),
            ("C", Some("39.50"), Some(3)),
        ]);
        let after = contest(&[("AB", Some("55"), Some(6)), ("C", Some("45"), Some(4))]);
        let groups = [
            ContenderGroup { before: vec![2], after: vec![1] },
            ContenderGroup { before: vec![0, 1], after: vec![0] },
        ];
        let compared = Comparison::from_contests(&before, &after, &groups);
        assert_eq!(compared.rows[0].name(), "AB ← A + B");
        let value = |text: &str| Some(text.to_owned());
        assert_eq!(
            value_texts(&compared.rows[0]),
            [[value("60.5"), value("55")], [None, value("6")]]
        );
        assert_eq!(compared.rows[1].name(), "C");
    }

    #[test]
    fn contenders_missing_from_the_later_election_come_last() {
        let before = contest(&[("Gone", Some("60"), None), ("Stays", Some("40"), None)]);
        let after = contest(&[("Stays", None, None), ("New", Some("3"), None)]);
        let compared = Comparison::from_contests(
            &before,
            &after,
            &diff::group_contenders(&before, &after, &Default::default()),
        );
        let names = row_names(&compared);
        assert_eq!(names, ["New", "Stays", "Gone"]);
        assert_eq!(compared.rows[2].listed, [true, false]);
        assert_eq!(compared.panels.len(), 1, "seats are not stated");
    }
}
