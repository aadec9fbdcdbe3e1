//! The shares of a contest: of the votes of one round, and of the seats, as far as they are known.

pub(super) mod read;

use super::alliances::Share;
use super::points::Points;

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
    /// What is of others who are no contenders of their own.
    others: Points,
    /// What is for nobody: "Against all".
    nobody: Points,
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
        (self.others, self.nobody) = (self.others.scaled(sum), self.nobody.scaled(sum));
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

    /// The shares of all who have one, a number each; others who are no contenders count as one.
    pub(super) fn listed(&self) -> Vec<f64> {
        let others = Some(self.others).filter(|others| *others > Points::ZERO);
        let all = self.stated_by().map(|(.., points)| points).chain(others);
        all.map(Points::to_f64).collect()
    }

    /// The shares of those who are somebody.
    pub(super) fn single(&self) -> Vec<f64> {
        let single = self.stated_by().filter(|(_, unit, _)| *unit == Unit::One);
        single.map(|(.., points)| points.to_f64()).collect()
    }

    /// What those have together who are not told apart.
    pub(super) fn lumped(&self) -> Points {
        let lumped = self.stated_by().filter(|(_, unit, _)| *unit != Unit::One);
        lumped.map(|(.., points)| points).sum::<Points>() + self.others
    }

    /// What is of others who are no contenders of their own.
    pub(super) fn others(&self) -> Points {
        self.others
    }

    pub(super) fn unit(&self, place: usize) -> Unit {
        self.units.get(place).copied().unwrap_or(Unit::One)
    }

    pub(super) fn len(&self) -> usize {
        self.shares.len()
    }

    fn sum(&self) -> Points {
        let stated = self.stated_by().map(|(.., points)| points);
        stated.sum::<Points>() + self.others + self.nobody
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
