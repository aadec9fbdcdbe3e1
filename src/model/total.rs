//! Rows that contain the total of other rows. A total must be named as one, and its figures must
//! equal the sum of the others. Figures alone do not suffice: in a tie of two contenders, the votes
//! of each equal the sum of all others.

mod words;

use super::{Decimal, Interval, fold};
use words::{AMBIGUOUS_TOTALS, QUALIFIERS, TOTALS};

/// Certainty with which a name denotes a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TotalCertainty {
    No,
    /// Possibly a total; it may also be the name of a party.
    Possible,
    Yes,
}

impl TotalCertainty {
    pub(crate) fn from_name(name: &str) -> Self {
        let name = fold(name);
        let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let words: Vec<&str> = words.collect();
        let is_word = |word: &&str| TOTALS.contains(word) || QUALIFIERS.contains(word);
        if words.iter().all(is_word) && words.iter().any(|word| TOTALS.contains(word)) {
            return Self::Yes;
        }
        match words.as_slice() {
            [word] if AMBIGUOUS_TOTALS.contains(word) => Self::Possible,
            _ => Self::No,
        }
    }
}

/// The name and figures of a row of results, for the detection of totals.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ResultRow<'a> {
    pub(crate) name: &'a str,
    pub(crate) votes: Option<u64>,
    pub(crate) seats: Option<u64>,
    pub(crate) share: Option<Decimal>,
    /// Whether the row counts ballots for no contender, such as blank ballots.
    pub(crate) is_ballot_count: bool,
}

/// A row with the name of a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TotalRow {
    /// Index of the row.
    pub(crate) index: usize,
    pub(crate) certainty: TotalCertainty,
    /// Rows that the total includes; `None` if its figures are not the sum of the other rows.
    pub(crate) scope: Option<TotalScope>,
    /// Whether the row is a subtotal. All subtotals together equal the sum of the other rows.
    pub(crate) is_subtotal: bool,
}

/// Rows that a total includes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TotalScope {
    Contenders,
    /// Contenders, and blank and invalid ballots.
    Ballots,
}

/// Returns the rows of one round that have the name of a total.
pub(crate) fn find_totals(rows: &[ResultRow<'_>]) -> Vec<TotalRow> {
    let names = rows.iter().map(|row| TotalCertainty::from_name(row.name)).enumerate();
    let (named, others): (Vec<_>, Vec<_>) =
        names.partition(|(_, certainty)| *certainty > TotalCertainty::No);
    let mut totals: Vec<TotalRow> = named
        .into_iter()
        .map(|(index, certainty)| TotalRow { index, certainty, scope: None, is_subtotal: false })
        .collect();
    if totals.is_empty() {
        return totals;
    }
    let ballots: Vec<ResultRow<'_>> = others.into_iter().map(|(at, _)| rows[at]).collect();
    let contenders: Vec<ResultRow<'_>> =
        ballots.iter().copied().filter(|row| !row.is_ballot_count).collect();
    for (scope, others) in [(TotalScope::Contenders, &contenders), (TotalScope::Ballots, &ballots)]
    {
        let sums = Sums::from_rows(others);
        for total in totals.iter_mut().filter(|one| one.scope.is_none()) {
            let needed = if total.certainty == TotalCertainty::Yes { 1 } else { 2 };
            let is_total = others.len() >= needed && is_sum(&[rows[total.index]], &sums);
            total.scope = is_total.then_some(scope);
        }
        // Each section of a table may have its own total.
        let may_be_subtotal =
            |one: &TotalRow| one.scope.is_none() && one.certainty == TotalCertainty::Yes;
        let subtotals: Vec<ResultRow<'_>> =
            totals.iter().filter(|one| may_be_subtotal(one)).map(|one| rows[one.index]).collect();
        if subtotals.len() > 1 && is_sum(&subtotals, &sums) {
            totals.iter_mut().filter(|one| may_be_subtotal(one)).for_each(|one| {
                (one.scope, one.is_subtotal) = (Some(scope), true);
            });
        }
    }
    totals
}

/// Sums of the figures of several rows.
struct Sums {
    votes: u128,
    seats: u128,
    shares: Interval,
}

impl Sums {
    fn from_rows(rows: &[ResultRow<'_>]) -> Self {
        let sum = |figure: fn(&ResultRow<'_>) -> Option<u64>| {
            rows.iter().filter_map(figure).map(u128::from).sum()
        };
        let shares = rows.iter().filter_map(|row| row.share);
        Self {
            votes: sum(|row| row.votes),
            seats: sum(|row| row.seats),
            shares: shares
                .fold(Interval::ZERO, |sum, share| sum.plus(Interval::from_decimal(share))),
        }
    }
}

/// Returns whether the figures of `rows` add up to those of `others`. Compares votes if every row
/// states them, else seats, else shares.
fn is_sum(rows: &[ResultRow<'_>], others: &Sums) -> bool {
    let own = Sums::from_rows(rows);
    if rows.iter().all(|row| row.votes.is_some()) {
        return own.votes > 0 && own.votes == others.votes;
    }
    if rows.iter().all(|row| row.seats.is_some()) {
        return own.seats > 0 && own.seats == others.seats;
    }
    rows.iter().all(|row| row.share.is_some())
        && own.shares.is_above(Interval::ZERO)
        && own.shares.overlaps(others.shares)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_recognised_by_name() {
        for name in [
            "TOTAL",
            "Totals",
            "total votes",
            "Total:",
            "Grand Total",
            "TOTAL VALID VOTES",
            "Insgesamt",
            "Gültige Stimmen insgesamt",
            "Totale voti validi",
            "Total général",
            "Итого",
            "合計",
            "(Total)",
        ] {
            assert_eq!(TotalCertainty::from_name(name), TotalCertainty::Yes, "{name}");
        }
        for name in ["Ensemble", "Razem", "SPOLU"] {
            assert_eq!(TotalCertainty::from_name(name), TotalCertainty::Possible, "{name}");
        }
        for name in [
            "Total Renewal",
            "Unity",
            "",
            "All",
            "Votes",
            "Valid votes",
            "Sum Party",
            "Totalitarians",
        ] {
            assert!(TotalCertainty::from_name(name) < TotalCertainty::Yes, "{name}");
        }
    }

    #[test]
    fn the_scope_of_a_total_is_inferred_from_the_figures() {
        let row = |name: &'static str, votes: u64| {
            let is_ballot_count = name == "Invalid";
            ResultRow { name, votes: Some(votes), is_ballot_count, ..ResultRow::default() }
        };
        let scopes = |rows: &[ResultRow<'_>]| -> Vec<(usize, Option<TotalScope>)> {
            find_totals(rows).into_iter().map(|called| (called.index, called.scope)).collect()
        };
        let (contenders, ballots) = (Some(TotalScope::Contenders), Some(TotalScope::Ballots));
        assert_eq!(scopes(&[row("A", 70), row("B", 30), row("TOTAL", 100)]), [(2, contenders)]);
        assert_eq!(scopes(&[row("A", 70), row("B", 30), row("TOTAL", 105)]), [(2, None)]);
        assert_eq!(
            scopes(&[row("A", 70), row("B", 30), row("Invalid", 5), row("TOTAL", 105)]),
            [(3, ballots)]
        );
        assert_eq!(
            scopes(&[
                row("A", 70),
                row("Total", 100),
                row("B", 30),
                row("Invalid", 5),
                row("Total", 105)
            ]),
            [(1, contenders), (4, ballots)]
        );
        // Two sections of a table, each with its total; optionally with a grand total.
        let parts = [row("A", 70), row("TOTAL", 70), row("A", 20), row("B", 10), row("TOTAL", 30)];
        assert_eq!(scopes(&parts), [(1, contenders), (4, contenders)]);
        let both = [&parts[..], &[row("Grand total", 100)]].concat();
        assert_eq!(scopes(&both), [(1, contenders), (4, contenders), (5, contenders)]);
        // In a tie of two, each has as many votes as the other.
        assert_eq!(scopes(&[row("Ensemble", 50), row("B", 50)]), [(0, None)]);
        assert_eq!(scopes(&[row("A", 50), row("B", 50)]), []);
        let seats = |name: &'static str, seats: u64| ResultRow {
            name,
            seats: Some(seats),
            ..ResultRow::default()
        };
        assert_eq!(scopes(&[seats("A", 7), seats("B", 3), seats("Summe", 10)]), [(2, contenders)]);
    }
}
