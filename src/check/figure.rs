//! The figures of a contest, which can be read, named and replaced one by one.

use std::fmt;

use crate::model::{Contest, Decimal, RoundFigures, Tally, group_digits};

/// A figure, identified by its kind, the index of its contender and the round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Figure {
    Votes(usize, u8),
    Share(usize, u8),
    Seats(usize, u8),
    Turnout(u8),
    Registered(u8),
    Cast(u8),
    Valid(u8),
    Invalid(u8),
    SeatsToFill,
}

/// The value of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FigureValue {
    Count(u64),
    Decimal(Decimal),
}

impl fmt::Display for FigureValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => f.pad(&group_digits(*count)),
            Self::Decimal(number) => f.pad(&format!("{number} %")),
        }
    }
}

impl FigureValue {
    fn count(self) -> Option<u64> {
        if let Self::Count(count) = self { Some(count) } else { None }
    }

    fn decimal(self) -> Option<Decimal> {
        if let Self::Decimal(number) = self { Some(number) } else { None }
    }
}

/// Returns the figures that a contest may state: the figures of its rounds and its contenders, and
/// the seats to fill.
pub(super) fn figures(contest: &Contest) -> Vec<Figure> {
    let mut figures = Vec::new();
    for round in super::contest::rounds(contest) {
        let Some(number) = round.number.filter(|_| round.label.is_none()) else { continue };
        figures.extend([
            Figure::Turnout(number),
            Figure::Registered(number),
            Figure::Cast(number),
            Figure::Valid(number),
            Figure::Invalid(number),
        ]);
    }
    for (at, contender) in contest.contenders.iter().enumerate() {
        for tally in &contender.tallies {
            let Some(round) = tally.round.filter(|_| tally.label.is_none()) else { continue };
            figures.extend([
                Figure::Votes(at, round),
                Figure::Share(at, round),
                Figure::Seats(at, round),
            ]);
        }
    }
    figures.push(Figure::SeatsToFill);
    figures
}

impl Figure {
    pub(super) fn value_in(self, contest: &Contest) -> Option<FigureValue> {
        let tally = |at: usize, round: u8| contest.contenders.get(at)?.tally(round);
        let round = |number: u8| contest.round(number);
        match self {
            Self::Votes(at, round) => tally(at, round)?.votes.map(FigureValue::Count),
            Self::Share(at, round) => tally(at, round)?.share.map(FigureValue::Decimal),
            Self::Seats(at, round) => tally(at, round)?.seats.map(FigureValue::Count),
            Self::Turnout(number) => round(number)?.turnout.map(FigureValue::Decimal),
            Self::Registered(number) => round(number)?.registered.map(FigureValue::Count),
            Self::Cast(number) => round(number)?.cast.map(FigureValue::Count),
            Self::Valid(number) => round(number)?.valid.map(FigureValue::Count),
            Self::Invalid(number) => round(number)?.invalid.map(FigureValue::Count),
            Self::SeatsToFill => contest.seats.as_ref()?.count.map(FigureValue::Count),
        }
    }

    /// Returns a copy of the contest in which this figure has the given value, or no value.
    pub(super) fn with_value(self, contest: &Contest, value: Option<FigureValue>) -> Contest {
        let mut contest = contest.clone();
        let count = value.and_then(FigureValue::count);
        let decimal = value.and_then(FigureValue::decimal);
        match self {
            Self::Votes(at, round) | Self::Share(at, round) | Self::Seats(at, round) => {
                let Some(contender) = contest.contenders.get_mut(at) else { return contest };
                if contender.tally(round).is_none() {
                    contender.tallies.push(Tally { round: Some(round), ..Tally::default() });
                }
                for tally in
                    contender.tallies.iter_mut().filter(|tally| tally.ballot() == round.into())
                {
                    match self {
                        Self::Votes(..) => tally.votes = count,
                        Self::Share(..) => tally.share = decimal,
                        _ => tally.seats = count,
                    }
                }
            }
            Self::SeatsToFill => {
                contest.seats.get_or_insert_default().count = count;
            }
            Self::Turnout(number)
            | Self::Registered(number)
            | Self::Cast(number)
            | Self::Valid(number)
            | Self::Invalid(number) => {
                if contest.round(number).is_none() {
                    contest
                        .rounds
                        .push(RoundFigures { number: Some(number), ..RoundFigures::default() });
                }
                for round in
                    contest.rounds.iter_mut().filter(|round| round.ballot() == number.into())
                {
                    match self {
                        Self::Turnout(_) => round.turnout = decimal,
                        Self::Registered(_) => round.registered = count,
                        Self::Cast(_) => round.cast = count,
                        Self::Valid(_) => round.valid = count,
                        _ => round.invalid = count,
                    }
                }
            }
        }
        contest
    }

    pub(super) fn is_votes_or_share(self) -> bool {
        matches!(self, Self::Votes(..) | Self::Share(..))
    }

    pub(super) fn round(self) -> Option<u8> {
        match self {
            Self::Votes(_, round) | Self::Share(_, round) | Self::Seats(_, round) => Some(round),
            Self::Turnout(round) | Self::Registered(round) | Self::Cast(round) => Some(round),
            Self::Valid(round) | Self::Invalid(round) => Some(round),
            Self::SeatsToFill => None,
        }
    }

    /// Returns the name of the figure, such as "Bako Sahakyan: votes, round 1".
    pub(super) fn place(self, contest: &Contest) -> String {
        let name = |at: usize| {
            contest.contenders.get(at).map(|one| one.name().into_owned()).unwrap_or_default()
        };
        match self {
            Self::Votes(at, round) => format!("{}: votes, round {round}", name(at)),
            Self::Share(at, round) => format!("{}: share, round {round}", name(at)),
            Self::Seats(at, round) => format!("{}: seats, round {round}", name(at)),
            Self::Turnout(round) => format!("turnout, round {round}"),
            Self::Registered(round) => format!("registered, round {round}"),
            Self::Cast(round) => format!("cast, round {round}"),
            Self::Valid(round) => format!("valid, round {round}"),
            Self::Invalid(round) => format!("invalid, round {round}"),
            Self::SeatsToFill => "seats".to_owned(),
        }
    }

    /// Returns whether another figure of the contest constrains this one.
    pub(super) fn is_constrained(self, contest: &Contest) -> bool {
        let has = |figure: Self| figure.value_in(contest).is_some();
        let indices = 0..contest.contenders.len();
        let bound = |at: usize, round| has(Self::Votes(at, round)) && has(Self::Share(at, round));
        match self {
            Self::Votes(at, round) | Self::Share(at, round) => {
                let stated = has(Self::Valid(round)) || has(Self::Cast(round));
                let others = indices.clone().any(|other| other != at && bound(other, round));
                bound(at, round) && (others || stated)
                    || matches!(self, Self::Votes(..)) && has(Self::Valid(round))
            }
            Self::Seats(..) => has(Self::SeatsToFill),
            Self::SeatsToFill => contest.contenders.iter().any(|one| one.seats_won().is_some()),
            Self::Turnout(round) => {
                has(Self::Registered(round)) && (has(Self::Cast(round)) || has(Self::Valid(round)))
            }
            Self::Registered(round) => has(Self::Cast(round)) || has(Self::Valid(round)),
            Self::Cast(round) => {
                has(Self::Valid(round))
                    || has(Self::Registered(round))
                    || indices.clone().any(|at| bound(at, round))
            }
            Self::Valid(round) => {
                has(Self::Cast(round))
                    || has(Self::Registered(round))
                    || indices.clone().any(|at| has(Self::Votes(at, round)))
            }
            Self::Invalid(round) => has(Self::Cast(round)) && has(Self::Valid(round)),
        }
    }
}
