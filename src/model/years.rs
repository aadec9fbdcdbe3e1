//! Ranges of years.

/// The years from one to another, both included; without an end where there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct YearRange {
    pub(crate) from: Option<i32>,
    pub(crate) until: Option<i32>,
}

impl YearRange {
    pub(crate) fn contains(self, year: i32) -> bool {
        self.from.is_none_or(|from| from <= year) && self.until.is_none_or(|until| year <= until)
    }

    /// The years that are in both, if there are any.
    pub(crate) fn intersection(self, other: Self) -> Option<Self> {
        let from = self.from.max(other.from);
        let until = self.until.into_iter().chain(other.until).min();
        let is_empty = from.zip(until).is_some_and(|(from, until)| from > until);
        (!is_empty).then_some(Self { from, until })
    }
}
