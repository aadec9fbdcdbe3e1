//! Assigns each figure in a value to a ballot: a round, a label, or both. If an election has
//! several rounds, a single figure without a stated round is not assigned to any of them.

use crate::model::{Ballot, DateBound, PartialDate, PollOutcome, PollingDate, UnparsedReason};
use crate::values::number::RoundValue;

/// The number of rounds of an election, as far as its page states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RoundCount {
    One,
    Several(usize),
    /// The page states no date, and its figures show no second round.
    Unknown,
}

impl RoundCount {
    /// Infers the rounds from the dates and the values of an infobox.
    pub(super) fn infer<'a>(
        dates: &[PollingDate],
        values: impl Iterator<Item = &'a [RoundValue]> + Clone,
    ) -> Self {
        let stated =
            values.clone().flatten().filter_map(|part| part.round).max().map_or(0, usize::from);
        match Self::from_dates(dates) {
            Self::Several(dated) => Self::Several(dated.max(stated)),
            // Without dates, the lines of a value are rounds if they contain only figures.
            Self::Unknown => {
                let plain = |parts: &&[RoundValue]| parts.iter().all(|part| part.words.is_empty());
                let lines = values.filter(plain).map(<[RoundValue]>::len).max().unwrap_or(0);
                let several = stated.max(lines);
                if several > 1 { Self::Several(several) } else { Self::Unknown }
            }
            Self::One if stated > 1 => Self::Several(stated),
            Self::One => Self::One,
        }
    }

    fn from_dates(dates: &[PollingDate]) -> Self {
        let cancelled = |date: &&PollingDate| {
            matches!(date.outcome, Some(PollOutcome::NotHeld | PollOutcome::Postponed))
        };
        let held: Vec<&PollingDate> = dates.iter().filter(|date| !cancelled(date)).collect();
        if let Some(last) = held.iter().filter_map(|date| date.round).max() {
            let later_round_cancelled =
                dates.iter().filter(cancelled).any(|date| date.round > Some(last));
            return match (last, later_round_cancelled) {
                // The second round was cancelled, so only one was held.
                (1, true) => Self::One,
                _ => Self::Several(usize::from(last.max(2))),
            };
        }
        let mut days: Vec<&PollingDate> = Vec::new();
        for date in held.into_iter().filter(|date| date.bound != DateBound::Either) {
            if !days.last().is_some_and(|last| is_same_vote(last, date)) {
                days.push(date);
            }
        }
        match days.len() {
            0 if dates.is_empty() => Self::Unknown,
            0 | 1 => Self::One,
            several => Self::Several(several),
        }
    }

    /// Returns the round of a figure without a stated round: 1, or `None` if there are several
    /// rounds.
    fn default_round(self) -> Option<u8> {
        if let Self::Several(_) = self { None } else { Some(1) }
    }

    /// Returns the ballot of the only figure in a value.
    pub(super) fn single_ballot(self, part: &RoundValue) -> Ballot<'static> {
        Ballot { round: part.round.or(self.default_round()), label: None }
    }

    /// Returns the ballot of each part of a value. Labels borrow from `text`.
    ///
    /// # Errors
    /// When the ballot of a part is uncertain.
    pub(super) fn assign<'a>(
        self,
        parts: &[RoundValue],
        text: &'a str,
    ) -> Result<Vec<Ballot<'a>>, UnparsedReason> {
        let default_round = self.default_round();
        if let [part] = parts {
            return Ok(vec![self.single_ballot(part)]);
        }
        let labels = labels(parts, text);
        if parts.iter().any(|part| part.round.is_some()) {
            let positions = (1_u8..).zip(parts).map(|(place, part)| (place, part.round));
            let in_place =
                positions.clone().all(|(place, round)| round.is_none_or(|round| round == place));
            let all_stated = parts.iter().all(|part| part.round.is_some());
            let rounds: Vec<u8> = positions.map(|(place, round)| round.unwrap_or(place)).collect();
            let labelled = labels.iter().all(Option::is_some);
            let ballots = rounds.iter().zip(&labels);
            let ballots: Vec<Ballot<'_>> = ballots
                .map(|(round, label)| Ballot {
                    round: Some(*round),
                    label: label.filter(|_| labelled),
                })
                .collect();
            return if in_place || all_stated {
                require_distinct(ballots)
            } else {
                Err(ambiguous_reason())
            };
        }
        if labels.iter().all(Option::is_some) {
            return require_distinct(
                labels.iter().map(|label| Ballot { round: default_round, label: *label }).collect(),
            );
        }
        if self == Self::Several(parts.len()) {
            return Ok((1_u8..).zip(parts).map(|(place, _)| Ballot::from(place)).collect());
        }
        Err(ambiguous_reason())
    }
}

fn ambiguous_reason() -> UnparsedReason {
    UnparsedReason::expected("one figure, or several with a round or a label for each")
}

fn require_distinct(ballots: Vec<Ballot<'_>>) -> Result<Vec<Ballot<'_>>, UnparsedReason> {
    let has_duplicate = (1..ballots.len()).any(|at| ballots[..at].contains(&ballots[at]));
    if has_duplicate { Err(ambiguous_reason()) } else { Ok(ballots) }
}

/// Returns the label next to each figure, as written: "Const. votes" in "55.93% (Const. votes)".
fn labels<'a>(parts: &[RoundValue], text: &'a str) -> Vec<Option<&'a str>> {
    let mut rest = text;
    let mut label = |part: &RoundValue| {
        let first = part.words.split(' ').next().filter(|word| !word.is_empty())?;
        let label = &rest[rest.find(first)?..];
        let end = label.find(['\n', '(', ')', '[', ']', ';', '|']).unwrap_or(label.len());
        let figure = label[..end].find(|c: char| c.is_ascii_digit());
        rest = &label[end..];
        let label = label[..figure.unwrap_or(end)].trim_matches([' ', ':', ',', '-', '–', '=']);
        Some(label).filter(|label| !label.is_empty())
    };
    parts.iter().map(&mut label).collect()
}

/// Returns whether two dates belong to the same vote: they are at most two days apart, or one
/// contains the other.
fn is_same_vote(one: &PollingDate, other: &PollingDate) -> bool {
    const MAX_DAYS_APART: i64 = 2;
    let day = |date: PartialDate| {
        let month = time::Month::try_from(date.month()?).ok()?;
        time::Date::from_calendar_date(date.year(), month, date.day()?).ok()
    };
    let last = one.end.unwrap_or(one.start);
    match (day(last), day(other.start)) {
        (Some(one), Some(other)) => (other - one).whole_days().abs() <= MAX_DAYS_APART,
        _ => last.covers(other.start) || other.start.covers(last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{date, number};

    fn rounds(dates: &str) -> RoundCount {
        RoundCount::infer(&date::parse(dates).unwrap(), std::iter::empty())
    }

    fn assigned(rounds: RoundCount, value: &str) -> Option<Vec<String>> {
        let (parts, text) = (number::parse_rounds(value), number::strip_markup(value));
        let ballots = rounds.assign(&parts, &text).ok()?;
        Some(ballots.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_number_of_rounds_is_inferred_from_dates_and_figures() {
        for (dates, expected) in [
            ("26 June 1994 (first round)<br>10 July 1994 (second round)", RoundCount::Several(2)),
            ("17 January and 7 February 2010", RoundCount::Several(2)),
            ("5 October 1906", RoundCount::One),
            ("2–3 June 1946", RoundCount::One),
            ("2 and 3 June 1946", RoundCount::One),
        ] {
            assert_eq!(rounds(dates), expected, "{dates}");
        }
        let undated =
            |value| RoundCount::infer(&[], std::iter::once(&*number::parse_rounds(value)));
        assert_eq!(undated("1,200"), RoundCount::Unknown);
        assert_eq!(undated("1,200<br>1,300"), RoundCount::Several(2));
        assert_eq!(undated("102 deputies<br>30 senators"), RoundCount::Unknown);
        assert_eq!(undated("1,300 (second round)"), RoundCount::Several(2));
    }

    #[test]
    fn figures_are_assigned_to_rounds_only_if_unambiguous() {
        let several = RoundCount::Several(2);
        for (rounds, value, expected) in [
            (RoundCount::One, "14,016,850", Some(["round 1"].as_slice())),
            (several, "14,016,850", Some(&["round not stated"])),
            (several, "52.3% (second round)", Some(&["round 2"])),
            (several, "31.2%<br>52.3%", Some(&["round 1", "round 2"])),
            (several, "1<br>2<br>3", None),
            (RoundCount::One, "1,200<br>1,300", None),
            (RoundCount::Unknown, "1,200<br>1,300", None),
            (
                RoundCount::One,
                "55.93% (Const. votes)<br />55.92% (PR votes)",
                Some(&["Const. votes, round 1", "PR votes, round 1"]),
            ),
            (
                RoundCount::One,
                "102 deputies<br>30 senators",
                Some(&["deputies, round 1", "senators, round 1"]),
            ),
            (RoundCount::One, "102 deputies<br>30 deputies", None),
            (RoundCount::One, "102 deputies<br>30", None),
        ] {
            let expected = expected.map(|all| all.iter().map(ToString::to_string).collect());
            assert_eq!(assigned(rounds, value), expected, "{value}");
        }
    }
}
