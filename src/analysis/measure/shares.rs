//! Known shares of the votes of a round, or of the seats of a contest.

pub(super) mod read;

use super::alliances::AllianceShare;
use super::points::Points;

/// Treatment of shares that do not add up to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ShareMode {
    /// Uses shares as stated. Unlisted shares are missing, so a measure has bounds.
    #[default]
    Raw,
    /// Scales the listed shares to add up to 100.
    Renormalised,
}

/// Kind of contender that a share belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ContenderKind {
    /// A single contender.
    Single,
    /// Unnamed people without a party: one or several.
    Independents,
    /// Several contenders combined: "Others".
    Others,
}

/// Shares of a total, by index of the contender in its contest.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Shares {
    shares: Vec<AllianceShare<Points>>,
    kinds: Vec<ContenderKind>,
    /// Total share of the options, such as "Others", but without "Against all".
    others: Points,
    /// Share of the option "Against all".
    against_all: Points,
    /// Maximum total error of the shares, from rounding.
    max_error: Points,
    /// Whether the shares were renormalised although some are missing.
    pub(super) assumes_complete: bool,
}

/// Bounds of the share that is missing from the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Remainder {
    pub(super) low: Points,
    pub(super) high: Points,
}

impl Remainder {
    pub(super) fn is_zero(self) -> bool {
        self.high == Points::ZERO
    }
}

impl Shares {
    fn if_any_stated(self) -> Option<Self> {
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
        (self.others, self.against_all) = (self.others.scaled(sum), self.against_all.scaled(sum));
        self.max_error =
            self.max_error.scaled(sum) + Points::from_raw(2 * self.shares.len() as i128);
        self.assumes_complete = self.shares.contains(&AllianceShare::Missing);
        self
    }

    /// Returns the share of the contender at this index.
    pub(super) fn share(&self, index: usize) -> AllianceShare<Points> {
        self.shares.get(index).copied().unwrap_or(AllianceShare::Missing)
    }

    /// Returns the index, kind and share of every contender with a share of its own.
    pub(super) fn iter_stated(&self) -> impl Iterator<Item = (usize, ContenderKind, Points)> + '_ {
        let all = self.shares.iter().zip(&self.kinds).enumerate();
        all.filter_map(|(at, (share, kind))| match share {
            AllianceShare::Stated(points) => Some((at, *kind, *points)),
            _ => None,
        })
    }

    /// Returns all shares as numbers. All options except "Against all" count as one share.
    pub(super) fn listed(&self) -> Vec<f64> {
        let others = Some(self.others).filter(|others| *others > Points::ZERO);
        let all = self.iter_stated().map(|(.., points)| points).chain(others);
        all.map(Points::to_f64).collect()
    }

    /// Returns the shares of single contenders.
    pub(super) fn single(&self) -> Vec<f64> {
        let single = self.iter_stated().filter(|(_, kind, _)| *kind == ContenderKind::Single);
        single.map(|(.., points)| points.to_f64()).collect()
    }

    /// Returns the total share of combined rows and of all options except "Against all".
    pub(super) fn combined(&self) -> Points {
        let combined = self.iter_stated().filter(|(_, kind, _)| *kind != ContenderKind::Single);
        combined.map(|(.., points)| points).sum::<Points>() + self.others
    }

    /// Returns the share of all options except "Against all".
    pub(super) fn others(&self) -> Points {
        self.others
    }

    pub(super) fn kind(&self, index: usize) -> ContenderKind {
        self.kinds.get(index).copied().unwrap_or(ContenderKind::Single)
    }

    pub(super) fn len(&self) -> usize {
        self.shares.len()
    }

    fn sum(&self) -> Points {
        let stated = self.iter_stated().map(|(.., points)| points);
        stated.sum::<Points>() + self.others + self.against_all
    }

    pub(super) fn max_error(&self) -> Points {
        self.max_error
    }

    /// Returns the share missing from the total. Zero if no contender's share is missing and the
    /// shortfall is within the rounding error.
    pub(super) fn remainder(&self) -> Remainder {
        let shortfall = Points::ONE_HUNDRED - self.sum();
        if shortfall > self.max_error && !self.assumes_complete {
            return Remainder { low: shortfall, high: shortfall };
        }
        match self.shares.contains(&AllianceShare::Missing) {
            true => Remainder { low: Points::ZERO, high: shortfall.positive() + self.max_error },
            false => Remainder::default(),
        }
    }
}

impl ShareMode {
    pub(super) fn apply(self, shares: Shares) -> Shares {
        match self {
            Self::Raw => shares,
            Self::Renormalised => shares.renormalised(),
        }
    }
}
