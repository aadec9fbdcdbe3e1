//! Ranges of years.

/// A range of years, both ends included. `None` means unbounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct YearRange {
    pub(crate) from: Option<i32>,
    pub(crate) until: Option<i32>,
}

impl YearRange {
    pub(crate) fn contains(self, year: i32) -> bool {
        self.from.is_none_or(|from| from <= year) && self.until.is_none_or(|until| year <= until)
    }

    /// Returns the years in both ranges, or `None` if there are none.
    pub(crate) fn intersection(self, other: Self) -> Option<Self> {
        let from = self.from.max(other.from);
        let until = self.until.into_iter().chain(other.until).min();
        let is_empty = from.zip(until).is_some_and(|(from, until)| from > until);
        (!is_empty).then_some(Self { from, until })
    }
}
