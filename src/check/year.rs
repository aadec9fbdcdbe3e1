//! The year of an election against the dates of its vote, and its rounds against each other.

use std::collections::BTreeSet;

use super::finding::{Topic, Wrong};
use crate::model::{Bound, Election, Inferred, Outcome, PollingDate};

/// The years in which people voted, as far as the dates say so. Of a span, its first and its last.
pub(super) fn years(election: &Election) -> BTreeSet<i32> {
    let dates = all(election).flat_map(|date| [Some(date.start), date.end]);
    dates.flatten().map(|date| date.year()).collect()
}

fn all(election: &Election) -> impl Iterator<Item = &PollingDate> {
    let contests = election.contests.iter().flat_map(|contest| &contest.dates);
    election.dates.iter().chain(contests)
}

pub(super) fn check(election: &Election) -> Vec<Wrong> {
    [year(election), title(election), rounds(election)].into_iter().flatten().collect()
}

fn is_plain(election: &Election) -> bool {
    let put_off = [Outcome::Postponed, Outcome::NotHeld, Outcome::Scheduled];
    all(election).all(|date| {
        date.bound == Bound::On && !date.outcome.is_some_and(|outcome| put_off.contains(&outcome))
    })
}

/// Whether a year is one of these, or between them.
fn within(years: &BTreeSet<i32>, year: i32) -> bool {
    years.first().zip(years.last()).is_none_or(|(first, last)| (*first..=*last).contains(&year))
}

fn year(election: &Election) -> Option<Wrong> {
    let (year, years) = (election.year?, years(election));
    if within(&years, year) || !is_plain(election) {
        return None;
    }
    let mark = if election.infers(Inferred::Year) { " (from the title)" } else { "" };
    Some(Wrong::new(Topic::Year, "year", format!("{year}{mark}"), dates(election)))
}

/// A vote that was put off often keeps the year of its title.
fn title(election: &Election) -> Option<Wrong> {
    let words = election.title.split(|c: char| !c.is_ascii_digit());
    let named: Vec<i32> = words
        .filter(|word| word.len() == 4)
        .filter_map(|word| word.parse().ok())
        .filter(|year| (1000..3000).contains(year))
        .collect();
    let years = years(election);
    if named.is_empty() || named.iter().any(|year| within(&years, *year)) || !is_plain(election) {
        return None;
    }
    let said = format!("'{}'", election.title);
    Some(Wrong::new(Topic::Year, "title", said, dates(election)).note())
}

fn dates(election: &Election) -> String {
    let dates: Vec<String> = all(election).map(ToString::to_string).collect();
    format!("a year of the vote: {}", dates.join(", "))
}

/// The second round is not before the first.
fn rounds(election: &Election) -> Option<Wrong> {
    if !is_plain(election) {
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
                Wrong::new(Topic::OrderOfTime, "date", other.to_string(), expected)
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn told(election: Value) -> Vec<String> {
        let election: Election = serde_json::from_value(election).unwrap();
        check(&election)
            .into_iter()
            .map(|wrong| format!("{} {}; {}", wrong.place, wrong.said, wrong.expected))
            .collect()
    }

    #[test]
    fn a_year_is_one_of_the_vote() {
        let of =
            |year: i32, dates: Value| told(json!({"title": "t", "year": year, "dates": dates}));
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
    fn the_year_of_a_title_that_is_another_is_noted() {
        let of = |title: &str, day: &str| told(json!({"title": title, "dates": [{"start": day}]}));
        assert_eq!(
            of("2021 Ruritanian election", "2022-05-15"),
            ["title '2021 Ruritanian election'; a year of the vote: 2022-05-15"]
        );
        for title in ["2022 Ruritanian election", "2021–2022 vote", "Vote of 12345", "Vote"] {
            assert!(of(title, "2022-05-15").is_empty(), "{title}");
        }
    }

    #[test]
    fn rounds_follow_each_other() {
        let of = |first: &str, second: &str| {
            let dates = json!([{"start": first, "round": 1}, {"start": second, "round": 2}]);
            told(json!({"title": "t", "dates": dates}))
        };
        assert_eq!(of("2016-05-22", "2016-04-24").len(), 1);
        assert!(of("2016-04-24", "2016-05-22").is_empty());
        assert!(of("2016-04-24", "2016").is_empty());
    }
}
