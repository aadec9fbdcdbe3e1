//! The figures of a contest, each of which can be read, named, and put in another's place.

use std::fmt;

use crate::diff::contender_name;
use crate::model::{Contest, Decimal, Round, Tally, grouped};

/// A figure, by where it stands: a contender's by their place in the list, and the round.
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
    Filled,
}

/// Its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Number {
    Count(u64),
    Decimal(Decimal),
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => f.pad(&grouped(*count)),
            Self::Decimal(number) => f.pad(&format!("{number} %")),
        }
    }
}

impl Number {
    fn count(self) -> Option<u64> {
        if let Self::Count(count) = self { Some(count) } else { None }
    }

    fn decimal(self) -> Option<Decimal> {
        if let Self::Decimal(number) = self { Some(number) } else { None }
    }
}

/// The figures that a contest may state: those of its rounds and of its contenders.
pub(super) fn figures(contest: &Contest) -> Vec<Figure> {
    let mut figures = Vec::new();
    for round in super::arithmetic::rounds(contest) {
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
    figures.push(Figure::Filled);
    figures
}

impl Figure {
    pub(super) fn of(self, contest: &Contest) -> Option<Number> {
        let tally = |at: usize, round: u8| contest.contenders.get(at)?.tally(round);
        let round = |number: u8| contest.round(number);
        match self {
            Self::Votes(at, round) => tally(at, round)?.votes.map(Number::Count),
            Self::Share(at, round) => tally(at, round)?.share.map(Number::Decimal),
            Self::Seats(at, round) => tally(at, round)?.seats.map(Number::Count),
            Self::Turnout(number) => round(number)?.turnout.map(Number::Decimal),
            Self::Registered(number) => round(number)?.registered.map(Number::Count),
            Self::Cast(number) => round(number)?.cast.map(Number::Count),
            Self::Valid(number) => round(number)?.valid.map(Number::Count),
            Self::Invalid(number) => round(number)?.invalid.map(Number::Count),
            Self::Filled => contest.seats.as_ref()?.count.map(Number::Count),
        }
    }

    /// The contest with this value for the figure, or without one.
    pub(super) fn put(self, contest: &Contest, value: Option<Number>) -> Contest {
        let mut contest = contest.clone();
        let count = value.and_then(Number::count);
        let decimal = value.and_then(Number::decimal);
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
            Self::Filled => {
                contest.seats.get_or_insert_default().count = count;
            }
            Self::Turnout(number)
            | Self::Registered(number)
            | Self::Cast(number)
            | Self::Valid(number)
            | Self::Invalid(number) => {
                if contest.round(number).is_none() {
                    contest.rounds.push(Round { number: Some(number), ..Round::default() });
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

    pub(super) fn is_of_contender(self) -> bool {
        matches!(self, Self::Votes(..) | Self::Share(..))
    }

    pub(super) fn round(self) -> Option<u8> {
        match self {
            Self::Votes(_, round) | Self::Share(_, round) | Self::Seats(_, round) => Some(round),
            Self::Turnout(round) | Self::Registered(round) | Self::Cast(round) => Some(round),
            Self::Valid(round) | Self::Invalid(round) => Some(round),
            Self::Filled => None,
        }
    }

    /// What it is called: "Bako Sahakyan: votes, round 1".
    pub(super) fn place(self, contest: &Contest) -> String {
        let name = |at: usize| contest.contenders.get(at).map(contender_name).unwrap_or_default();
        match self {
            Self::Votes(at, round) => format!("{}: votes, round {round}", name(at)),
            Self::Share(at, round) => format!("{}: share, round {round}", name(at)),
            Self::Seats(at, round) => format!("{}: seats, round {round}", name(at)),
            Self::Turnout(round) => format!("turnout, round {round}"),
            Self::Registered(round) => format!("registered, round {round}"),
            Self::Cast(round) => format!("cast, round {round}"),
            Self::Valid(round) => format!("valid, round {round}"),
            Self::Invalid(round) => format!("invalid, round {round}"),
            Self::Filled => "seats".to_owned(),
        }
    }

    /// Whether any other figure of the contest says something of this one.
    pub(super) fn is_borne_on(self, contest: &Contest) -> bool {
        let has = |figure: Self| figure.of(contest).is_some();
        let all = 0..contest.contenders.len();
        let bound = |at: usize, round| has(Self::Votes(at, round)) && has(Self::Share(at, round));
        match self {
            Self::Votes(at, round) | Self::Share(at, round) => {
                let stated = has(Self::Valid(round)) || has(Self::Cast(round));
                let others = all.clone().any(|other| other != at && bound(other, round));
                bound(at, round) && (others || stated)
                    || matches!(self, Self::Votes(..)) && has(Self::Valid(round))
            }
            Self::Seats(..) => has(Self::Filled),
            Self::Filled => contest.contenders.iter().any(|one| one.seats_won().is_some()),
            Self::Turnout(round) => {
                has(Self::Registered(round)) && (has(Self::Cast(round)) || has(Self::Valid(round)))
            }
            Self::Registered(round) => has(Self::Cast(round)) || has(Self::Valid(round)),
            Self::Cast(round) => {
                has(Self::Valid(round))
                    || has(Self::Registered(round))
                    || all.clone().any(|at| bound(at, round))
            }
            Self::Valid(round) => {
                has(Self::Cast(round))
                    || has(Self::Registered(round))
                    || all.clone().any(|at| has(Self::Votes(at, round)))
            }
            Self::Invalid(round) => has(Self::Cast(round)) && has(Self::Valid(round)),
        }
    }
}
