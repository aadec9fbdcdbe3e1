//! Known shares of a contest: of the votes of a round, and of the seats.

pub(super) mod read;

use super::alliances::AllianceShare;
use super::points::Points;

/// Treatment of shares that do not add up to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ShareMode {
    /// Uses shares as stated. Unlisted shares are missing, so a measure has bounds.
    #[default]
    Raw,
    /// Scales the listed shares to add up to 100.
    Renormalised,
}

/// Kind of contender that a share belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShareUnit {
    /// A single contender.
    One,
    /// Unnamed people without a party: one or several.
    Independents,
    /// Several contenders combined: "Others".
    Others,
}

/// Shares of a total, by index of the contender in its contest.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Shares {
    shares: Vec<AllianceShare<Points>>,
    units: Vec<ShareUnit>,
    /// Share of all options except "Against all", such as "Others".
    others: Points,
    /// Share of the option "Against all".
    nobody: Points,
    /// Maximum total error of the shares, from rounding in the source.
    error: Points,
    /// Whether the shares were renormalised although some are missing.
    pub(super) forced: bool,
}

/// Bounds of the share that is missing from the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Remainder {
    pub(super) low: Points,
    pub(super) high: Points,
}

impl Remainder {
    pub(super) fn is_none(self) -> bool {
        self.high == Points::ZERO
    }
}

impl Shares {
    fn stated(self) -> Option<Self> {
        self.shares.iter().any(|share| matches!(share, AllianceShare::Stated(_))).then_some(self)
    }

    fn renormalised(mut self) -> Self {
        let sum = self.sum();
        if sum <= Points::ZERO {
            return self;
        }
        for share in &mut self.shares {
            if let AllianceShare::Stated(points) = share {
                *points = points.scaled(sum);
            }
        }
        (self.others, self.nobody) = (self.others.scaled(sum), self.nobody.scaled(sum));
        self.error = self.error.scaled(sum) + Points::from_raw(2 * self.shares.len() as i128);
        self.forced = self.shares.contains(&AllianceShare::Missing);
        self
    }

    /// Returns the share of the contender at this index.
    pub(super) fn share(&self, place: usize) -> AllianceShare<Points> {
        self.shares.get(place).copied().unwrap_or(AllianceShare::Missing)
    }

    /// Returns the index, kind and share of every contender with a share of its own.
    pub(super) fn stated_by(&self) -> impl Iterator<Item = (usize, ShareUnit, Points)> + '_ {
        let all = self.shares.iter().zip(&self.units).enumerate();
        all.filter_map(|(at, (share, unit))| match share {
            AllianceShare::Stated(points) => Some((at, *unit, *points)),
            _ => None,
        })
    }

    /// Returns all shares as numbers. All options except "Against all" count as one share.
    pub(super) fn listed(&self) -> Vec<f64> {
        let others = Some(self.others).filter(|others| *others > Points::ZERO);
        let all = self.stated_by().map(|(.., points)| points).chain(others);
        all.map(Points::to_f64).collect()
    }

    /// Returns the shares of single contenders.
    pub(super) fn single(&self) -> Vec<f64> {
        let single = self.stated_by().filter(|(_, unit, _)| *unit == ShareUnit::One);
        single.map(|(.., points)| points.to_f64()).collect()
    }

    /// Returns the total share of combined rows and of all options except "Against all".
    pub(super) fn lumped(&self) -> Points {
        let lumped = self.stated_by().filter(|(_, unit, _)| *unit != ShareUnit::One);
        lumped.map(|(.., points)| points).sum::<Points>() + self.others
    }

    /// Returns the share of all options except "Against all".
    pub(super) fn others(&self) -> Points {
        self.others
    }

    pub(super) fn unit(&self, place: usize) -> ShareUnit {
        self.units.get(place).copied().unwrap_or(ShareUnit::One)
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

    /// Returns the share missing from the total. Zero if no contender's share is missing and the
    /// shortfall is within the rounding error.
    pub(super) fn rest(&self) -> Remainder {
        let short = Points::WHOLE - self.sum();
        if short > self.error && !self.forced {
            return Remainder { low: short, high: short };
        }
        match self.shares.contains(&AllianceShare::Missing) {
            true => Remainder { low: Points::ZERO, high: short.positive() + self.error },
            false => Remainder::default(),
        }
    }
}

impl ShareMode {
    pub(super) fn applied(self, shares: Shares) -> Shares {
        match self {
            Self::Raw => shares,
            Self::Renormalised => shares.renormalised(),
        }
    }
}
