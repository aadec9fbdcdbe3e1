//! Rows with the total of the others. A row is one only if its name says so and its figures are those of the
//! others together: in a tie of two each has as many votes as the other.

mod words;

use self::words::{BESIDE, PERHAPS, TOTALS};
use super::{Decimal, Interval, fold};

/// How surely a name says that a row has a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TotalName {
    No,
    /// It may be the name of a party.
    Perhaps,
    Yes,
}

impl TotalName {
    pub(crate) fn of(name: &str) -> Self {
        let name = fold(name);
        let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        let words: Vec<&str> = words.collect();
        let is_word = |word: &&str| TOTALS.contains(word) || BESIDE.contains(word);
        if words.iter().all(is_word) && words.iter().any(|word| TOTALS.contains(word)) {
            return Self::Yes;
        }
        match words.as_slice() {
            [word] if PERHAPS.contains(word) => Self::Perhaps,
            _ => Self::No,
        }
    }
}

/// A row of results, as far as it may be a total.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ResultRow<'a> {
    pub(crate) name: &'a str,
    pub(crate) votes: Option<u64>,
    pub(crate) seats: Option<u64>,
    pub(crate) share: Option<Decimal>,
    /// Whether it is of ballots that are no contender's, such as blank ones.
    pub(crate) is_of_ballots: bool,
}

/// A row that is called a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct CalledTotal {
    /// Its place among the rows.
    pub(crate) at: usize,
    pub(crate) named: TotalName,
    /// Of what it is the total; none where its figures are not those of the others together.
    pub(crate) of: Option<TotalOf>,
    /// Whether it is the total of a part of the others, and all parts together have their figures.
    pub(crate) is_part: bool,
}

/// Of what a row is the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TotalOf {
    Contenders,
    /// Of blank and invalid ballots too.
    Ballots,
}

/// The rows of one round that are called totals.
pub(crate) fn called_totals(rows: &[ResultRow<'_>]) -> Vec<CalledTotal> {
    let names = rows.iter().map(|row| TotalName::of(row.name)).enumerate();
    let (called, others): (Vec<_>, Vec<_>) = names.partition(|(_, named)| *named > TotalName::No);
    let mut called: Vec<CalledTotal> = called
        .into_iter()
        .map(|(at, named)| CalledTotal { at, named, of: None, is_part: false })
        .collect();
    if called.is_empty() {
        return called;
    }
    let ballots: Vec<ResultRow<'_>> = others.into_iter().map(|(at, _)| rows[at]).collect();
    let contenders: Vec<ResultRow<'_>> =
        ballots.iter().copied().filter(|row| !row.is_of_ballots).collect();
    for (of, others) in [(TotalOf::Contenders, &contenders), (TotalOf::Ballots, &ballots)] {
        let sums = Sums::of(others);
        for one in called.iter_mut().filter(|one| one.of.is_none()) {
            let needed = if one.named == TotalName::Yes { 1 } else { 2 };
            let is_total = others.len() >= needed && is_sum(&[rows[one.at]], &sums);
            one.of = is_total.then_some(of);
        }
        // Each part of a table may have a total of its own.
        let is_part = |one: &CalledTotal| one.of.is_none() && one.named == TotalName::Yes;
        let parts: Vec<ResultRow<'_>> =
            called.iter().filter(|one| is_part(one)).map(|one| rows[one.at]).collect();
        if parts.len() > 1 && is_sum(&parts, &sums) {
            called.iter_mut().filter(|one| is_part(one)).for_each(|one| {
                (one.of, one.is_part) = (Some(of), true);
            });
        }
    }
    called
}

/// The figures of rows together.
struct Sums {
    votes: u128,
    seats: u128,
    shares: Interval,
}

impl Sums {
    fn of(rows: &[ResultRow<'_>]) -> Self {
        let sum = |figure: fn(&ResultRow<'_>) -> Option<u64>| {
            rows.iter().filter_map(figure).map(u128::from).sum()
        };
        let shares = rows.iter().filter_map(|row| row.share);
        Self {
            votes: sum(|row| row.votes),
            seats: sum(|row| row.seats),
            shares: shares.fold(Interval::NOTHING, |sum, share| sum.plus(Interval::of(share))),
        }
    }
}

/// Whether the figures of some rows are those of others together: votes where they have any, else seats, else
/// shares.
fn is_sum(rows: &[ResultRow<'_>], others: &Sums) -> bool {
    let own = Sums::of(rows);
    if rows.iter().all(|row| row.votes.is_some()) {
        return own.votes > 0 && own.votes == others.votes;
    }
    if rows.iter().all(|row| row.seats.is_some()) {
        return own.seats > 0 && own.seats == others.seats;
    }
    rows.iter().all(|row| row.share.is_some())
        && own.shares.is_above(Interval::NOTHING)
        && own.shares.meets(others.shares)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_that_it_is_a_total() {
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
            assert_eq!(TotalName::of(name), TotalName::Yes, "{name}");
        }
        for name in ["Ensemble", "Razem", "SPOLU"] {
            assert_eq!(TotalName::of(name), TotalName::Perhaps, "{name}");
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
            assert!(TotalName::of(name) < TotalName::Yes, "{name}");
        }
    }

    #[test]
    fn the_figures_say_it_too() {
        let row = |name: &'static str, votes: u64| {
            let is_of_ballots = name == "Invalid";
            ResultRow { name, votes: Some(votes), is_of_ballots, ..ResultRow::default() }
        };
        let of = |rows: &[ResultRow<'_>]| -> Vec<(usize, Option<TotalOf>)> {
            called_totals(rows).into_iter().map(|called| (called.at, called.of)).collect()
        };
        let (contenders, ballots) = (Some(TotalOf::Contenders), Some(TotalOf::Ballots));
        assert_eq!(of(&[row("A", 70), row("B", 30), row("TOTAL", 100)]), [(2, contenders)]);
        assert_eq!(of(&[row("A", 70), row("B", 30), row("TOTAL", 105)]), [(2, None)]);
        assert_eq!(
            of(&[row("A", 70), row("B", 30), row("Invalid", 5), row("TOTAL", 105)]),
            [(3, ballots)]
        );
        assert_eq!(
            of(&[
                row("A", 70),
                row("Total", 100),
                row("B", 30),
                row("Invalid", 5),
                row("Total", 105)
            ]),
            [(1, contenders), (4, ballots)]
        );
        // Two parts of a table, each with its total, and perhaps one of both.
        let parts = [row("A", 70), row("TOTAL", 70), row("A", 20), row("B", 10), row("TOTAL", 30)];
        assert_eq!(of(&parts), [(1, contenders), (4, contenders)]);
        let both = [&parts[..], &[row("Grand total", 100)]].concat();
        assert_eq!(of(&both), [(1, contenders), (4, contenders), (5, contenders)]);
        // In a tie of two, each has as many votes as the other.
        assert_eq!(of(&[row("Ensemble", 50), row("B", 50)]), [(0, None)]);
        assert_eq!(of(&[row("A", 50), row("B", 50)]), []);
        let seats = |name: &'static str, seats: u64| ResultRow {
            name,
            seats: Some(seats),
            ..ResultRow::default()
        };
        assert_eq!(of(&[seats("A", 7), seats("B", 3), seats("Summe", 10)]), [(2, contenders)]);
    }
}
