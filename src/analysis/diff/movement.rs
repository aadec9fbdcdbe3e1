//! Movement of contenders: swing and seat change, computed on each base that a source may use, and
//! as the later record states them.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use crate::analysis::matching::Pairing;
use crate::model::{Contender, Decimal, Interval, StatedChange, Tally};

/// Base that a change is computed against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChangeBase {
    /// Result of the previous election, from its own record.
    PreviousElection,
    /// Result of the previous election, as the later record recalls it.
    Recalled,
    /// Seats just before the vote, after defections and by-elections, from the later record.
    JustBefore,
}

/// Change computed on each available base, and the stated change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ChangeByBase_{T}"))]
pub struct ChangeByBase<T> {
    /// Change against the previous election's own record. For merged parties, against the sum of
    /// their results.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_election: Option<T>,
    /// Change against the previous election as the later record recalls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recalled: Option<T>,
    /// Change against the seats just before the vote.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub just_before: Option<T>,
    /// Change that the later record states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stated: Option<StatedChange<T>>,
    /// Bases on which the stated change is correct, within rounding.
    pub consistent_bases: Vec<ChangeBase>,
}

/// Movement of one contender of the later election.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Movement {
    /// Name of the contest, if the record has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contest: Option<String>,
    /// Name of the contender.
    pub contender: String,
    /// Change of the vote share, in percentage points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swing: Option<ChangeByBase<Decimal>>,
    /// Change of the number of seats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<ChangeByBase<i64>>,
}

impl<T: Copy> ChangeByBase<T> {
    fn new(
        bases: [Option<T>; 3],
        stated: Option<StatedChange<T>>,
        is_consistent: impl Fn(ChangeBase, T) -> bool,
    ) -> Option<Self> {
        if bases.iter().all(Option::is_none) && stated.is_none() {
            return None;
        }
        let named = [ChangeBase::PreviousElection, ChangeBase::Recalled, ChangeBase::JustBefore];
        let consistent_bases =
            named.into_iter().zip(bases).filter(|(base, computed)| match (computed, stated) {
                (Some(_), Some(StatedChange::By(stated))) => is_consistent(*base, stated),
                _ => false,
            });
        let consistent_bases = consistent_bases.map(|(base, _)| base).collect();
        let [previous_election, recalled, just_before] = bases;
        Some(Self { previous_election, recalled, just_before, stated, consistent_bases })
    }

    /// Returns whether anything is known besides the change between the two records.
    pub(crate) fn has_stated_or_recalled(&self) -> bool {
        self.recalled.is_some() || self.just_before.is_some() || self.stated.is_some()
    }
}

/// Returns the movement of a contender of the later contest. `None` if it is one of several
/// successors, or if neither swing nor seats are known.
pub(super) fn movement(
    pairing: &Pairing,
    before: &[Contender],
    after: &[Contender],
) -> Option<Movement> {
    let [to] = pairing.after.as_slice() else { return None };
    let successor = after.get(*to)?;
    let predecessors = pairing.before.iter().filter_map(|at| before.get(*at));
    let (swing, seats) = (swing(&predecessors, successor), seats(predecessors.clone(), successor));
    if swing.is_none() && seats.is_none() {
        return None;
    }
    Some(Movement { contest: None, contender: successor.name().into_owned(), swing, seats })
}

fn swing<'a>(
    predecessors: &(impl Iterator<Item = &'a Contender> + Clone),
    successor: &Contender,
) -> Option<ChangeByBase<Decimal>> {
    let stated = |tally: &&Tally| tally.share.is_some() || tally.swing.is_some();
    let plain = successor.tallies.iter().filter(|tally| tally.label.is_none());
    let tally =
        plain.filter(stated).max_by_key(|tally| (tally.round.is_some(), Reverse(tally.round)))?;
    // A figure without a round cannot be compared with another.
    if tally.round.is_none() {
        return ChangeByBase::new([None; 3], tally.swing, |_, _| false);
    }
    let change_since = |other: Option<Decimal>| tally.share?.checked_sub(other?);
    let mut shares = predecessors.clone().map(|contender| contender.tally(tally.ballot())?.share);
    let first = shares.next().flatten();
    let combined = shares.fold(first, |sum, share| sum?.checked_add(share?));
    let recalled = successor.last_election.and_then(|last| last.share);
    // A source may round the shares before it subtracts them.
    let bases = [change_since(combined), change_since(recalled), None];
    let is_consistent = |base: ChangeBase, stated: Decimal| {
        let rounded = |share: Decimal| Interval::from_rounded(share, stated.scale());
        let shares =
            || predecessors.clone().filter_map(|contender| contender.tally(tally.ballot())?.share);
        let had = match base {
            ChangeBase::Recalled => recalled.map(rounded),
            _ => shares().map(rounded).reduce(Interval::plus),
        };
        let now = tally.share.map(rounded);
        now.zip(had)
            .is_some_and(|(now, had)| now.minus(had).overlaps(Interval::from_decimal(stated)))
    };
    ChangeByBase::new(bases, tally.swing, is_consistent)
}

fn seats<'a>(
    predecessors: impl Iterator<Item = &'a Contender>,
    successor: &Contender,
) -> Option<ChangeByBase<i64>> {
    let won = successor.seats_won();
    let change_since = |other: Option<u64>| count_delta(other?, won?);
    let mut seats = predecessors.map(Contender::seats_won);
    let first = seats.next().flatten();
    let combined = seats.fold(first, |sum, seats| sum?.checked_add(seats?));
    let recalled = successor.last_election.and_then(|last| last.seats);
    let stated = successor.seats_won_change();
    let bases =
        [change_since(combined), change_since(recalled), change_since(successor.seats_before)];
    let [previous, recalled, before] = bases;
    ChangeByBase::new(bases, stated, |base, stated| {
        let computed = match base {
            ChangeBase::PreviousElection => previous,
            ChangeBase::Recalled => recalled,
            ChangeBase::JustBefore => before,
        };
        computed == Some(stated)
    })
}

/// Returns the second number minus the first, or `None` on overflow.
pub(super) fn count_delta(one: u64, other: u64) -> Option<i64> {
    i64::try_from(i128::from(other) - i128::from(one)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::matching::{Confidence, MatchMethod};
    use serde_json::json;

    #[test]
    fn the_stated_change_is_compared_with_each_base() {
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
            method: MatchMethod::Party,
            confidence: Confidence::Likely,
            evidence: Vec::new(),
        };
        let found = movement(&pairing(vec![0]), &before, &after).unwrap();
        let seats = found.seats.unwrap();
        assert_eq!(
            (seats.previous_election, seats.recalled, seats.just_before),
            (Some(-13), Some(-14), Some(-12))
        );
        assert_eq!(seats.consistent_bases, [ChangeBase::PreviousElection]);
        let swing = found.swing.unwrap();
        assert_eq!(swing.previous_election, Some("5.5".parse().unwrap()));
        assert_eq!(swing.consistent_bases, [ChangeBase::PreviousElection, ChangeBase::Recalled]);
        let found = movement(&pairing(vec![0, 1]), &before, &after).unwrap();
        assert_eq!(found.seats.unwrap().previous_election, Some(-14));
        assert_eq!(found.swing.unwrap().previous_election, Some("4.9".parse().unwrap()));
    }
}
