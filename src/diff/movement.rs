//! By how much contenders moved: swing and seats, computed on each base that a source may mean, beside what the
//! later record states.

use std::cmp::Reverse;

use serde::Serialize;

use super::matching::Pairing;
use super::values::count_between;
use crate::model::{Change, Contender, Decimal, Interval, Tally};

/// Against what a change is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    /// The result of the previous election, as its own record has it.
    PreviousElection,
    /// The result of the previous election, as the later record recalls it.
    Recalled,
    /// What it had just before the vote, after defections and by-elections, as the later record has it.
    JustBefore,
}

/// A change on each base on which it can be computed, and as it is stated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moved<T> {
    /// Against the previous election's own record. Of parties that became one, against them together.
    pub previous_election: Option<T>,
    /// Against the previous election, as the later record recalls it.
    pub recalled: Option<T>,
    /// Against what there was just before the vote.
    pub just_before: Option<T>,
    /// As the later record states it.
    pub stated: Option<Change<T>>,
    /// The bases on which the statement holds, but for rounding.
    pub fits: Vec<Base>,
}

/// How one contender of the later election moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Movement {
    /// The contest, where the record has several.
    pub contest: Option<String>,
    /// The contender.
    pub contender: String,
    /// Change of the share of the votes, in points.
    pub swing: Option<Moved<Decimal>>,
    /// Change of the seats.
    pub seats: Option<Moved<i64>>,
}

impl<T: Copy> Moved<T> {
    fn of(
        bases: [Option<T>; 3],
        stated: Option<Change<T>>,
        fits: impl Fn(Base, T) -> bool,
    ) -> Option<Self> {
        if bases.iter().all(Option::is_none) && stated.is_none() {
            return None;
        }
        let named = [Base::PreviousElection, Base::Recalled, Base::JustBefore];
        let fits =
            named.into_iter().zip(bases).filter(|(base, computed)| match (computed, stated) {
                (Some(_), Some(Change::By(stated))) => fits(*base, stated),
                _ => false,
            });
        let fits = fits.map(|(base, _)| base).collect();
        let [previous_election, recalled, just_before] = bases;
        Some(Self { previous_election, recalled, just_before, stated, fits })
    }

    /// Whether anything is known beside the change between the two records.
    pub(crate) fn says_more(&self) -> bool {
        self.recalled.is_some() || self.just_before.is_some() || self.stated.is_some()
    }
}

/// How a contender of the later contest moved. None where it is one of several into which others were divided, or
/// where nothing is known.
pub(super) fn movement(
    pairing: &Pairing,
    before: &[Contender],
    after: &[Contender],
) -> Option<Movement> {
    let [to] = pairing.after.as_slice() else { return None };
    let now = after.get(*to)?;
    let then = pairing.before.iter().filter_map(|at| before.get(*at));
    let (swing, seats) = (swing(&then, now), seats(then.clone(), now));
    if swing.is_none() && seats.is_none() {
        return None;
    }
    Some(Movement { contest: None, contender: super::contender_name(now), swing, seats })
}

fn swing<'a>(
    then: &(impl Iterator<Item = &'a Contender> + Clone),
    now: &Contender,
) -> Option<Moved<Decimal>> {
    let stated = |tally: &&Tally| tally.share.is_some() || tally.swing.is_some();
    let plain = now.tallies.iter().filter(|tally| tally.label.is_none());
    let tally =
        plain.filter(stated).max_by_key(|tally| (tally.round.is_some(), Reverse(tally.round)))?;
    // What is of a round that is not stated is nothing to be held against another.
    if tally.round.is_none() {
        return Moved::of([None; 3], tally.swing, |_, _| false);
    }
    let minus = |other: Option<Decimal>| tally.share?.minus(other?);
    let mut shares = then.clone().map(|contender| contender.tally(tally.ballot())?.share);
    let first = shares.next().flatten();
    let together = shares.fold(first, |sum, share| sum?.plus(share?));
    let recalled = now.last_election.and_then(|last| last.share);
    // A source may round the shares before it subtracts them.
    let bases = [minus(together), minus(recalled), None];
    let fits = |base: Base, stated: Decimal| {
        let rounded = |share: Decimal| Interval::rounded(share, stated.scale());
        let shares = || then.clone().filter_map(|contender| contender.tally(tally.ballot())?.share);
        let had = match base {
            Base::Recalled => recalled.map(rounded),
            _ => shares().map(rounded).reduce(Interval::plus),
        };
        let now = tally.share.map(rounded);
        now.zip(had).is_some_and(|(now, had)| now.minus(had).meets(Interval::of(stated)))
    };
    Moved::of(bases, tally.swing, fits)
}

fn seats<'a>(then: impl Iterator<Item = &'a Contender>, now: &Contender) -> Option<Moved<i64>> {
    let won = now.seats_won();
    let since = |other: Option<u64>| count_between(other?, won?);
    let mut seats = then.map(Contender::seats_won);
    let first = seats.next().flatten();
    let together = seats.fold(first, |sum, seats| sum?.checked_add(seats?));
    let recalled = now.last_election.and_then(|last| last.seats);
    let stated = now.seats_changed();
    let bases = [since(together), since(recalled), since(now.seats_before)];
    let [previous, recalled, before] = bases;
    Moved::of(bases, stated, |base, stated| {
        let computed = match base {
            Base::PreviousElection => previous,
            Base::Recalled => recalled,
            Base::JustBefore => before,
        };
        computed == Some(stated)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::matching::{By, Sure};
    use serde_json::json;

    #[test]
    fn each_base_is_computed_and_the_statement_says_which_is_meant() {
        let of = |json| -> Contender { serde_json::from_value(json).unwrap() };
        let before = [
            of(
                json!({"party": {"name": "P"}, "tallies": [{"round": 1, "share": "36.9", "seats": 330}]}),
            ),
            of(
                json!({"party": {"name": "Q"}, "tallies": [{"round": 1, "share": "0.6", "seats": 1}]}),
            ),
        ];
        let after = [of(json!({
            "party": {"name": "P"}, "seats_before": 329, "last_election": {"seats": 331, "share": "36.9"},
            "tallies": [{"round": 1, "share": "42.4", "seats": 317, "swing": {"by": "5.5"}, "seat_change": {"by": -13}}],
        }))];
        let pairing = |before| Pairing {
            before,
            after: vec![0],
            by: By::Party,
            sure: Sure::Likely,
            why: Vec::new(),
        };
        let found = movement(&pairing(vec![0]), &before, &after).unwrap();
        let seats = found.seats.unwrap();
        assert_eq!(
            (seats.previous_election, seats.recalled, seats.just_before),
            (Some(-13), Some(-14), Some(-12))
        );
        assert_eq!(seats.fits, [Base::PreviousElection]);
        let swing = found.swing.unwrap();
        assert_eq!(swing.previous_election, Some("5.5".parse().unwrap()));
        assert_eq!(swing.fits, [Base::PreviousElection, Base::Recalled]);
        let found = movement(&pairing(vec![0, 1]), &before, &after).unwrap();
        assert_eq!(found.seats.unwrap().previous_election, Some(-14));
        assert_eq!(found.swing.unwrap().previous_election, Some("4.9".parse().unwrap()));
    }
}
