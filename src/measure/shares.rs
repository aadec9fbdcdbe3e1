//! The shares of a contest: of the votes of one round, and of the seats, as far as they are known.

use super::alliances::{Alliances, Amounts, Share};
use super::points::Points;
use crate::model::{Contender, Contest, Decimal, Role, Tally, fold, is_independent, is_others};

/// Whether shares are taken as they stand or made to add up to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// As they stand. What is not listed is missing, and a measure has a lowest and a highest value.
    #[default]
    Raw,
    /// Of the listed contenders together.
    Renormalised,
}

/// What a contender is, among those whose shares are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Somebody.
    One,
    /// People without a party, who are not named: one, or several.
    Independents,
    /// Several who are put together: "Others".
    Others,
}

/// The shares of some whole, by the places of the contenders in their contest.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Shares {
    shares: Vec<Share<Points>>,
    units: Vec<Unit>,
    /// By how much they may be wrong together, as the source rounded them.
    error: Points,
    /// Whether they were made to add up to 100 although some are missing.
    pub(super) forced: bool,
}

/// What is missing to a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Rest {
    pub(super) low: Points,
    pub(super) high: Points,
}

impl Rest {
    pub(super) fn is_none(self) -> bool {
        self.high == Points::ZERO
    }
}

impl Shares {
    /// Of the votes of a round: as stated, or of the valid votes, or, where these are not stated either, of
    /// all votes that are. None where nothing is stated, or a contender stands there twice.
    pub(super) fn of_votes(contest: &Contest, round: u8) -> Option<Self> {
        let tallies: Vec<Option<&Tally>> =
            contest.contenders.iter().map(|contender| contender.tally(round)).collect();
        let counted = |tally: &Option<&Tally>| {
            tally.is_some_and(|tally| tally.votes.is_some() || tally.share.is_some())
        };
        let voted: Vec<bool> = tallies.iter().map(counted).collect();
        if stands_twice(&contest.contenders, &voted) {
            return None;
        }
        // Who has figures of other rounds only did not stand in this one; of a round that is not stated, nobody knows.
        let stood: Vec<bool> = tallies
            .iter()
            .zip(&contest.contenders)
            .map(|(tally, contender)| {
                let mut others = contender.tallies.iter().filter(|other| other.label.is_none());
                tally.is_some() || others.all(|other| other.round.is_none())
            })
            .collect();
        let votes: Vec<Option<u64>> = tallies.iter().map(|tally| (*tally)?.votes).collect();
        let stated: Vec<Option<Decimal>> = tallies.iter().map(|tally| (*tally)?.share).collect();
        if stated.iter().all(Option::is_none) {
            let valid = contest.round(round).and_then(|of| of.valid);
            let sum = votes.iter().flatten().fold(0_u64, |sum, votes| sum.saturating_add(*votes));
            // Where voters have several votes, they are more than the valid ballots.
            return Self::of_counts(contest, &votes, valid.filter(|valid| *valid >= sum), &stood);
        }
        let slack: Vec<i128> = stated
            .iter()
            .map(|share| share.map_or(0, |share| Points::rounding(share).raw()))
            .collect();
        let amounts = Amounts {
            stated: &stated
                .iter()
                .map(|share| share.map(|share| Points::of(share).raw()))
                .collect::<Vec<_>>(),
            slack: &slack,
            whole: Some(Points::WHOLE.raw()),
            votes: &votes,
            stood: &stood,
        };
        let shares = Alliances::of(&contest.contenders).resolve(&amounts);
        let error = slack.iter().map(|slack| Points::from_raw(*slack)).sum();
        Self {
            shares: shares.into_iter().map(points).collect(),
            units: units(contest),
            error,
            forced: false,
        }
        .stated()
    }

    /// Of the seats: of those to be filled, or, where these are not stated, of all that are. None where nothing
    /// is stated, or a contender stands there twice.
    pub(super) fn of_seats(contest: &Contest) -> Option<Self> {
        let counts: Vec<Option<u64>> = contest.contenders.iter().map(Contender::seats_won).collect();
        let won: Vec<bool> = counts.iter().map(Option::is_some).collect();
        if stands_twice(&contest.contenders, &won) {
            return None;
        }
        let sum = counts.iter().flatten().fold(0_u64, |sum, seats| sum.saturating_add(*seats));
        // Where a part of a chamber is elected, the seats of parties may be those of the whole.
        let whole = contest.seats.as_ref().and_then(|seats| {
            let wholes = [seats.count, seats.of].into_iter().flatten();
            Some(wholes.clone().find(|whole| *whole >= sum).or(wholes.last())?)
        });
        if whole.is_some_and(|whole| whole < sum) {
            return None;
        }
        Self::of_counts(contest, &counts, whole, &vec![true; counts.len()])
    }

    fn of_counts(
        contest: &Contest,
        counts: &[Option<u64>],
        whole: Option<u64>,
        stood: &[bool],
    ) -> Option<Self> {
        let none = vec![0; counts.len()];
        let amounts = Amounts {
            stated: &counts.iter().map(|count| count.map(i128::from)).collect::<Vec<_>>(),
            slack: &none,
            whole: whole.map(i128::from),
            votes: counts,
            stood,
        };
        let shares = Alliances::of(&contest.contenders).resolve(&amounts);
        let missing = shares.contains(&Share::Missing);
        let sum =
            shares.iter().map(|share| if let Share::Stated(count) = share { *count } else { 0 });
        let sum = u64::try_from(sum.fold(0, i128::saturating_add)).ok();
        // Of a whole that is not known, nobody can say how much is missing.
        let whole = whole.or(sum.filter(|_| !missing)).filter(|whole| *whole > 0)?;
        let part = |share: Share<i128>| match share {
            Share::Stated(count) => u64::try_from(count)
                .ok()
                .and_then(|count| Points::part(count, whole))
                .map_or(Share::Missing, Share::Stated),
            Share::Within(row) => Share::Within(row),
            Share::Nothing => Share::Nothing,
            Share::Missing => Share::Missing,
        };
        let shares: Vec<_> = shares.into_iter().map(part).collect();
        // Parts of a whole number are a hair off; and what is not stated may be half of one.
        let error = if missing {
            Points::part(1, whole)?.half()
        } else {
            Points::from_raw(2 * shares.len() as i128)
        };
        Self { shares, units: units(contest), error, forced: false }.stated()
    }

    fn stated(self) -> Option<Self> {
        self.shares.iter().any(|share| matches!(share, Share::Stated(_))).then_some(self)
    }

    fn renormalised(mut self) -> Self {
        let sum = self.sum();
        if sum <= Points::ZERO {
            return self;
        }
        for share in &mut self.shares {
            if let Share::Stated(points) = share {
                *points = points.scaled(sum);
            }
        }
        self.error = self.error.scaled(sum) + Points::from_raw(2 * self.shares.len() as i128);
        self.forced = self.shares.contains(&Share::Missing);
        self
    }

    /// What the contender at this place has of the whole.
    pub(super) fn share(&self, place: usize) -> Share<Points> {
        self.shares.get(place).copied().unwrap_or(Share::Missing)
    }

    /// Who has a share, with it.
    pub(super) fn stated_by(&self) -> impl Iterator<Item = (usize, Unit, Points)> + '_ {
        let all = self.shares.iter().zip(&self.units).enumerate();
        all.filter_map(|(at, (share, unit))| match share {
            Share::Stated(points) => Some((at, *unit, *points)),
            _ => None,
        })
    }

    /// The shares of all who have one, a number each.
    pub(super) fn listed(&self) -> Vec<f64> {
        self.stated_by().map(|(.., points)| points.to_f64()).collect()
    }

    /// The shares of those who are somebody.
    pub(super) fn single(&self) -> Vec<f64> {
        let single = self.stated_by().filter(|(_, unit, _)| *unit == Unit::One);
        single.map(|(.., points)| points.to_f64()).collect()
    }

    /// What those have together who are not told apart.
    pub(super) fn lumped(&self) -> Points {
        self.stated_by().filter(|(_, unit, _)| *unit != Unit::One).map(|(.., points)| points).sum()
    }

    pub(super) fn unit(&self, place: usize) -> Unit {
        self.units.get(place).copied().unwrap_or(Unit::One)
    }

    pub(super) fn len(&self) -> usize {
        self.shares.len()
    }

    pub(super) fn sum(&self) -> Points {
        self.stated_by().map(|(.., points)| points).sum()
    }

    pub(super) fn error(&self) -> Points {
        self.error
    }

    /// What is missing to the whole: nothing, where that is no more than rounding and everybody's share is
    /// stated.
    pub(super) fn rest(&self) -> Rest {
        let short = Points::WHOLE - self.sum();
        if short > self.error && !self.forced {
            return Rest { low: short, high: short };
        }
        match self.shares.contains(&Share::Missing) {
            true => Rest { low: Points::ZERO, high: short.positive() + self.error },
            false => Rest::default(),
        }
    }
}

impl Mode {
    pub(super) fn applied(self, shares: Shares) -> Shares {
        match self {
            Self::Raw => shares,
            Self::Renormalised => shares.renormalised(),
        }
    }
}

fn points(share: Share<i128>) -> Share<Points> {
    match share {
        Share::Stated(raw) => Share::Stated(Points::from_raw(raw)),
        Share::Within(row) => Share::Within(row),
        Share::Nothing => Share::Nothing,
        Share::Missing => Share::Missing,
    }
}

fn units(contest: &Contest) -> Vec<Unit> {
    contest.contenders.iter().map(unit).collect()
}

fn unit(contender: &Contender) -> Unit {
    match &contender.party {
        Some(party) if contender.people.is_empty() => match party {
            party if is_others(&party.name) => Unit::Others,
            party if is_independent(party) => Unit::Independents,
            _ => Unit::One,
        },
        _ => Unit::One,
    }
}

/// Whether a contender stands twice among those who have figures: what it has is then not known.
fn stands_twice(contenders: &[Contender], counted: &[bool]) -> bool {
    let mut names = std::collections::HashSet::new();
    let counted = contenders.iter().zip(counted).filter(|(_, counted)| **counted);
    counted.filter_map(|(contender, _)| name(contender)).any(|name| !names.insert(name))
}

/// What tells a contender from others: the people who stand, or the party that they lead.
fn name(contender: &Contender) -> Option<String> {
    let party = contender.party.as_ref();
    let leads = contender.role == Some(Role::Leader) && party.is_some();
    if !contender.people.is_empty() && !leads {
        let people: Vec<String> =
            contender.people.iter().map(|person| fold(&person.name)).collect();
        return Some(people.join("/"));
    }
    party.filter(|_| unit(contender) == Unit::One).map(|party| fold(&party.name))
}
