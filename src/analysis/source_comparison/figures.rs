//! The figures of an election, compared across sources.

use super::answer::{ComparedFigure, FigureStatus, SourceValue};
use super::merged::{MergedContest, merge_contests};
use crate::analysis::diff::{ChangeValue, Delta, DiffOptions, LineageIndex};
use crate::model::{
    Ballot, DateBound, Decimal, Election, ElectionType, InferredField, PartialDate, PollingDate,
    RoundFigures, Tally, fold,
};

/// Options for comparing sources.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct SourceComparisonOptions<'a> {
    /// Type of the contests to compare. Defaults to all types.
    pub kind: Option<&'a ElectionType>,
    /// Whether to match two names as spellings of one name, if only one candidate fits.
    pub match_spellings: bool,
}

impl<'a> SourceComparisonOptions<'a> {
    /// Sets the type of the contests to compare.
    #[must_use]
    pub fn kind(mut self, kind: impl Into<Option<&'a ElectionType>>) -> Self {
        self.kind = kind.into();
        self
    }

    /// Sets whether to match two names as spellings of one name, if only one candidate fits.
    #[must_use]
    pub fn match_spellings(mut self, match_spellings: bool) -> Self {
        self.match_spellings = match_spellings;
        self
    }
}

/// Compares the figures that sources state about one election. Each side is the name of a source and
/// its record.
///
/// ```
/// use hustings::analysis::source_comparison::{FigureStatus, compare_figures};
/// use hustings::model::Election;
/// let election = |share: &str| -> Election { serde_json::from_value(serde_json::json!({
///     "title": "1824 Ruritanian vote",
///     "contests": [{"contenders": [{"people": [{"name": "Rudolf"}], "tallies": [{"round": 1, "share": share}]}]}],
/// })).unwrap() };
/// let (one, other) = (election("64.7"), election("64.71"));
/// let figures = compare_figures(&[("a", &one), ("b", &other)], None, &Default::default());
/// assert_eq!(figures[0].status, FigureStatus::Rounded);
/// ```
#[must_use]
pub fn compare_figures(
    sides: &[(&str, &Election)],
    lineage: Option<&LineageIndex>,
    options: &SourceComparisonOptions<'_>,
) -> Vec<ComparedFigure> {
    let names: Vec<&str> = sides.iter().map(|(name, _)| *name).collect();
    let elections: Vec<&Election> = sides.iter().map(|(_, election)| *election).collect();
    let mut rows = FigureRows { names: &names, contest: None, figures: Vec::new() };
    let dates = elections.iter().enumerate().map(|(at, one)| (at, stated_dates(one)));
    rows.push(None, "date", None, dates);
    let diff_options = DiffOptions::default()
        .kind(options.kind)
        .lineage(lineage)
        .match_spellings(options.match_spellings)
        .across_areas(true);
    let merged = merge_contests(&elections, &diff_options);
    let is_selected = |contest: &&MergedContest<'_>| {
        let kinds = contest.stated.iter().filter_map(|(_, stated)| stated.kind.as_ref());
        options.kind.is_none_or(|kind| kinds.into_iter().all(|other| kind.is_comparable_to(other)))
    };
    let several = merged.len() > 1;
    for contest in merged.iter().filter(is_selected) {
        rows.contest = several.then(|| contest.name());
        rows.push_contest(contest);
    }
    rows.figures
}

/// The figures compared so far.
struct FigureRows<'n> {
    names: &'n [&'n str],
    /// Name of the contest that figures are added for, if there are several.
    contest: Option<String>,
    figures: Vec<ComparedFigure>,
}

impl FigureRows<'_> {
    fn push_contest(&mut self, contest: &MergedContest<'_>) {
        let seats = contest.stated.iter().map(|(source, stated)| {
            (*source, stated.seats.as_ref().and_then(|seats| seats.count).map(ChangeValue::Count))
        });
        self.push(None, "seats to fill", None, seats);
        let rounds = contest.stated.iter().flat_map(|(_, stated)| &stated.rounds);
        for ballot in distinct(rounds.map(RoundFigures::ballot)) {
            self.push_round(contest, ballot);
        }
        for contenders in &contest.contenders {
            let Some((_, first)) = contenders.first() else { continue };
            let name = first.name();
            let seats = contenders
                .iter()
                .map(|(source, one)| (*source, one.seats_won().map(ChangeValue::Count)));
            self.push(Some(&name), "seats", None, seats);
            let sides = contenders.iter().map(|(source, one)| (*source, one.tallies.as_slice()));
            // The seats of the only tally with seats are those of the contender.
            let with_seats = contenders.iter().all(|(_, one)| one.seats_won().is_none());
            self.push_tallies(&name, &sides.collect::<Vec<_>>(), with_seats);
        }
        for (name, sides) in options_by_name(contest) {
            self.push_tallies(&name, &sides, true);
        }
    }

    fn push_round(&mut self, contest: &MergedContest<'_>, ballot: Ballot<'_>) {
        let rounds = || {
            contest
                .stated
                .iter()
                .filter_map(|(source, stated)| Some((*source, stated.round(ballot)?)))
        };
        let ballot = Some(ballot);
        let turnout = rounds().map(|(at, round)| (at, round.turnout.map(ChangeValue::Decimal)));
        self.push(None, "turnout", ballot, turnout);
        let mut push_count = |field: &str, count: fn(&RoundFigures) -> Option<u64>| {
            let values = rounds().map(|(at, round)| (at, count(round).map(ChangeValue::Count)));
            self.push(None, field, ballot, values);
        };
        push_count("registered", |round| round.registered);
        push_count("cast", |round| round.cast);
        push_count("valid", |round| round.valid);
        push_count("invalid", |round| round.invalid);
        push_count("blank", |round| round.blank);
    }

    fn push_tallies(&mut self, name: &str, sides: &[(usize, &[Tally])], with_seats: bool) {
        let all = sides.iter().flat_map(|(_, tallies)| *tallies);
        for ballot in distinct(all.map(Tally::ballot)) {
            let tallies = || {
                sides.iter().filter_map(move |(source, tallies)| {
                    Some((*source, tallies.iter().find(|tally| tally.ballot() == ballot)?))
                })
            };
            let (name, ballot) = (Some(name), Some(ballot));
            let count = |count: Option<u64>| count.map(ChangeValue::Count);
            self.push(name, "votes", ballot, tallies().map(|(at, one)| (at, count(one.votes))));
            let shares = tallies().map(|(at, one)| (at, one.share.map(ChangeValue::Decimal)));
            self.push(name, "share", ballot, shares);
            let electors = tallies().map(|(at, one)| (at, count(one.electoral_votes)));
            self.push(name, "electoral votes", ballot, electors);
            if with_seats {
                let seats = tallies().map(|(at, one)| (at, count(one.seats)));
                self.push(name, "seats", ballot, seats);
            }
        }
    }

    /// Adds a figure with the value of each source, unless no source states it.
    fn push(
        &mut self,
        contender: Option<&str>,
        field: &str,
        ballot: Option<Ballot<'_>>,
        values: impl IntoIterator<Item = (usize, Option<ChangeValue>)>,
    ) {
        let values = values.into_iter().filter_map(|(source, value)| {
            let (source, value) = ((*self.names.get(source)?).to_owned(), value?);
            Some(SourceValue { source, text: value_text(&value), value })
        });
        let values: Vec<SourceValue> = values.collect();
        if values.is_empty() {
            return;
        }
        let status = status(&values);
        let difference = (status == FigureStatus::Differ).then(|| spread(&values)).flatten();
        let label = ballot.and_then(|ballot| ballot.label).map(str::to_owned);
        self.figures.push(ComparedFigure {
            contest: self.contest.clone(),
            contender: contender.map(str::to_owned),
            // The field says so if a figure is of a ballot whose round is not stated.
            field: match ballot {
                Some(Ballot { round: None, label: None }) => format!("{field}, round not stated"),
                _ => field.to_owned(),
            },
            round: ballot.and_then(|ballot| ballot.round),
            label,
            status,
            difference,
            values,
        });
    }
}

/// Tallies of each source, by the index of the source.
type TalliesBySource<'a> = Vec<(usize, &'a [Tally])>;

/// Returns the options of all sources, matched by name.
fn options_by_name<'a>(contest: &MergedContest<'a>) -> Vec<(String, TalliesBySource<'a>)> {
    let mut options: Vec<(String, TalliesBySource<'a>)> = Vec::new();
    for (source, stated) in &contest.stated {
        for option in &stated.options {
            let (name, tallies) = (option.to_string(), option.tallies.as_slice());
            let known = options.iter_mut().find(|(known, sides)| {
                fold(known) == fold(&name) && sides.iter().all(|(other, _)| other != source)
            });
            match known {
                Some((_, sides)) => sides.push((*source, tallies)),
                None => options.push((name, vec![(*source, tallies)])),
            }
        }
    }
    options
}

/// Returns the distinct ballots, in the order in which they first appear.
fn distinct<'b>(ballots: impl Iterator<Item = Ballot<'b>>) -> Vec<Ballot<'b>> {
    let mut found: Vec<Ballot<'b>> = Vec::new();
    for ballot in ballots {
        if !found.contains(&ballot) {
            found.push(ballot);
        }
    }
    found
}

/// Returns the dates that a record states, or its year. An inferred year is not stated.
fn stated_dates(election: &Election) -> Option<ChangeValue> {
    let date = |date: &PollingDate| match (date.bound, date.end) {
        (DateBound::On, None) => ChangeValue::Date(date.start),
        _ => ChangeValue::Text(date.to_string()),
    };
    match election.dates.as_slice() {
        [] if election.is_inferred(InferredField::Year) => None,
        [] => {
            election.year.and_then(|year| PartialDate::from_year(year).ok()).map(ChangeValue::Date)
        }
        [one] => Some(date(one)),
        several => Some(ChangeValue::List(several.iter().map(date).collect())),
    }
}

fn value_text(value: &ChangeValue) -> String {
    match value {
        ChangeValue::Count(count) => count.to_string(),
        ChangeValue::Number(number) => number.to_string(),
        ChangeValue::Decimal(decimal) => decimal.to_string(),
        ChangeValue::Date(date) => date.to_string(),
        ChangeValue::Text(text) => text.clone(),
        ChangeValue::List(all) => all.iter().map(value_text).collect::<Vec<_>>().join(", "),
    }
}

/// Returns the agreement of two values.
pub(super) fn pair_status(one: &ChangeValue, other: &ChangeValue) -> FigureStatus {
    let is_rounded = match (one, other) {
        _ if one == other => return FigureStatus::Agree,
        (ChangeValue::Decimal(one), ChangeValue::Decimal(other)) => one.agrees_with(*other),
        (ChangeValue::Date(one), ChangeValue::Date(other)) => {
            one.covers(*other) || other.covers(*one)
        }
        _ => false,
    };
    if is_rounded { FigureStatus::Rounded } else { FigureStatus::Differ }
}

/// Returns the agreement of all values, in pairs.
fn status(values: &[SourceValue]) -> FigureStatus {
    let mut status = FigureStatus::Agree;
    for (at, one) in values.iter().enumerate() {
        for other in values.iter().skip(at + 1) {
            match pair_status(&one.value, &other.value) {
                FigureStatus::Differ => return FigureStatus::Differ,
                FigureStatus::Rounded => status = FigureStatus::Rounded,
                _ => {}
            }
        }
    }
    if values.len() < 2 { FigureStatus::OneSource } else { status }
}

/// Returns the highest value minus the lowest, if all are numbers of one kind.
pub(super) fn spread(values: &[SourceValue]) -> Option<Delta> {
    let counts: Option<Vec<u64>> = values
        .iter()
        .map(|stated| if let ChangeValue::Count(count) = stated.value { Some(count) } else { None })
        .collect();
    if let Some(counts) = counts {
        let spread = counts.iter().max()?.checked_sub(*counts.iter().min()?)?;
        return i64::try_from(spread).ok().map(Delta::Count);
    }
    let decimals: Option<Vec<Decimal>> = values
        .iter()
        .map(|stated| if let ChangeValue::Decimal(one) = stated.value { Some(one) } else { None })
        .collect();
    let decimals = decimals?;
    decimals.iter().max()?.checked_sub(*decimals.iter().min()?).map(Delta::Points)
}
