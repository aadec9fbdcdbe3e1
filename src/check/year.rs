//! Checks the year of an election against its dates, and the order of its rounds.

use std::collections::BTreeSet;

use super::finding::{FindingDraft, Rule};
use crate::model::{DateBound, Election, InferredField, PollOutcome, PollingDate};

/// Returns the years of the polling dates. A date span contributes its first and its last year.
pub(super) fn years(election: &Election) -> BTreeSet<i32> {
    let dates = polling_dates(election).flat_map(|date| [Some(date.start), date.end]);
    dates.flatten().map(|date| date.year()).collect()
}

fn polling_dates(election: &Election) -> impl Iterator<Item = &PollingDate> {
    let contests = election.contests.iter().flat_map(|contest| &contest.dates);
    election.dates.iter().chain(contests)
}

pub(super) fn check(election: &Election) -> Vec<FindingDraft> {
    [check_year(election), check_title(election), check_round_order(election)]
        .into_iter()
        .flatten()
        .collect()
}

fn has_exact_dates(election: &Election) -> bool {
    let put_off = [PollOutcome::Postponed, PollOutcome::NotHeld, PollOutcome::Scheduled];
    polling_dates(election).all(|date| {
        date.bound == DateBound::On
            && !date.outcome.is_some_and(|outcome| put_off.contains(&outcome))
    })
}

/// Returns whether a year lies between the first and the last of `years`, or `years` is empty.
fn is_in_span(years: &BTreeSet<i32>, year: i32) -> bool {
    years.first().zip(years.last()).is_none_or(|(first, last)| (*first..=*last).contains(&year))
}

fn check_year(election: &Election) -> Option<FindingDraft> {
    let (year, years) = (election.year?, years(election));
    if is_in_span(&years, year) || !has_exact_dates(election) {
        return None;
    }
    let mark = if election.is_inferred(InferredField::Year) { " (from the title)" } else { "" };
    Some(FindingDraft::new(Rule::Year, "year", format!("{year}{mark}"), expected_years(election)))
}

/// Checks the year in the title. A finding is a note: a postponed vote often keeps its title.
fn check_title(election: &Election) -> Option<FindingDraft> {
    let words = election.title.split(|c: char| !c.is_ascii_digit());
    let named: Vec<i32> = words
        .filter(|word| word.len() == 4)
        .filter_map(|word| word.parse().ok())
        .filter(|year| (1000..3000).contains(year))
        .collect();
    let years = years(election);
    if named.is_empty()
        || named.iter().any(|year| is_in_span(&years, *year))
        || !has_exact_dates(election)
    {
        return None;
    }
    let stated = format!("'{}'", election.title);
    Some(FindingDraft::new(Rule::Year, "title", stated, expected_years(election)).into_note())
}

fn expected_years(election: &Election) -> String {
    let dates: Vec<String> = polling_dates(election).map(ToString::to_string).collect();
    format!("a year of the vote: {}", dates.join(", "))
}

/// Checks that no round is held before the preceding one.
fn check_round_order(election: &Election) -> Option<FindingDraft> {
    if !has_exact_dates(election) {
        return None;
    }
    let lists = election.contests.iter().map(|contest| &contest.dates).chain([&election.dates]);
    let numbered = |dates: &Vec<PollingDate>| -> Vec<(u8, PollingDate)> {
        let held = dates.iter().filter(|date| date.outcome.is_none());
        held.filter_map(|date| Some((date.round?, date.clone()))).collect()
    };
    lists.map(numbered).find_map(|mut held| {
        held.sort_by_key(|(round, _)| *round);
        held.windows(2).find_map(|pair| {
            let [(first, one), (second, other)] = pair else { return None };
            let late = one.start > other.start && !other.start.covers(one.start);
            (first != second && late).then(|| {
                let expected = format!("not before {one}");
                FindingDraft::new(Rule::DateOrder, "date", other.to_string(), expected)
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn findings(election: Value) -> Vec<String> {
        let election: Election = serde_json::from_value(election).unwrap();
        check(&election)
            .into_iter()
            .map(|draft| format!("{} {}; {}", draft.place, draft.stated, draft.expected))
            .collect()
    }

    #[test]
    fn the_year_must_be_a_year_of_the_vote() {
        let of =
            |year: i32, dates: Value| findings(json!({"title": "t", "year": year, "dates": dates}));
        let day = json!([{"start": "2012-07-19"}]);
        assert_eq!(of(2011, day.clone()), ["year 2011; a year of the vote: 2012-07-19"]);
        assert!(of(2012, day).is_empty());
        let turn = json!([{"start": "1788-12-15", "end": "1789-01-10"}]);
        assert!(of(1788, turn.clone()).is_empty() && of(1789, turn).is_empty());
        for open in ["by", "from", "about", "either"] {
            assert!(of(2026, json!([{"start": "2027-07-25", "bound": open}])).is_empty());
        }
        let put_off = json!([{"start": "2021", "outcome": "postponed"}]);
        assert!(of(2020, put_off).is_empty());
        assert!(of(2020, json!([])).is_empty());
    }

    #[test]
    fn a_title_with_another_year_is_a_note() {
        let of =
            |title: &str, day: &str| findings(json!({"title": title, "dates": [{"start": day}]}));
        assert_eq!(
            of("2021 Ruritanian election", "2022-05-15"),
            ["title '2021 Ruritanian election'; a year of the vote: 2022-05-15"]
        );
        for title in ["2022 Ruritanian election", "2021–2022 vote", "Vote of 12345", "Vote"] {
            assert!(of(title, "2022-05-15").is_empty(), "{title}");
        }
    }

    #[test]
    fn rounds_must_be_in_order_of_date() {
        let of = |first: &str, second: &str| {
            let dates = json!([{"start": first, "round": 1}, {"start": second, "round": 2}]);
            findings(json!({"title": "t", "dates": dates}))
        };
        assert_eq!(of("2016-05-22", "2016-04-24").len(), 1);
        assert!(of("2016-04-24", "2016-05-22").is_empty());
        assert!(of("2016-04-24", "2016").is_empty());
    }
}
