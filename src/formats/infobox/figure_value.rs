//! A figure of an infobox: its parameter, its values by round, and the fields that store the
//! values.

use super::entry::InfoboxEntry;
use crate::model::{Ballot, Contender, RoundFigures, StatedChange, Tally};
use crate::values::number::{self, RoundValue, RoundValues};
use crate::values::text::{change, integer_change};

/// Maximum number of rounds. A round number is stored in a byte.
pub(super) const MAX_ROUNDS: usize = 200;

/// A parameter whose value contains figures.
pub(super) struct FigureValue<'a> {
    pub(super) name: &'static str,
    /// Number of the contender, if the figures belong to one.
    pub(super) contender: Option<u16>,
    pub(super) entry: InfoboxEntry<'a>,
    pub(super) values: RoundValues,
    /// Lines without a figure, such as "Eliminated".
    pub(super) notes: Vec<String>,
}

impl<'a> FigureValue<'a> {
    pub(super) fn new(name: &'static str, contender: Option<u16>, entry: InfoboxEntry<'a>) -> Self {
        let is_note = |part: &RoundValue| {
            *part == RoundValue { words: part.words.clone(), ..RoundValue::default() }
        };
        let (notes, values) = match number::parse_rounds(entry.value) {
            RoundValues::Many(parts) if !parts.iter().all(is_note) => {
                let (notes, parts): (Vec<RoundValue>, Vec<RoundValue>) =
                    parts.into_iter().partition(is_note);
                (notes.into_iter().map(|part| part.words).collect(), parts.into())
            }
            parts => (Vec::new(), parts),
        };
        Self { name, contender, entry, values, notes }
    }

    /// Returns the expected form of the value, for error messages.
    pub(super) fn expected_form(&self) -> &'static str {
        match self.name {
            "turnout" => "a share such as 73.53%",
            "registered" => "a count such as 98,909",
            "percentageN" => "a share such as 66.65%",
            "swingN" | "seat_changeN" => "a change such as +4, or New",
            _ => "a count such as 47,095",
        }
    }

    /// Returns whether a part contains the kind of figure that the parameter takes.
    pub(super) fn accepts(&self, part: &RoundValue) -> bool {
        if part.is_ambiguous {
            return false;
        }
        match self.name {
            "turnout" | "percentageN" => part.as_share().is_some(),
            // A word next to a change may be its sign.
            "swingN" => change(part).is_some() && part.words.is_empty(),
            "seat_changeN" => seat_change(part).is_some() && part.words.is_empty(),
            "delegate_countN" => part.number.is_some(),
            _ => part.count.is_some(),
        }
    }
}

pub(super) fn set_round_figure(round: &mut RoundFigures, name: &str, part: &RoundValue) {
    if name == "turnout" {
        // A bare number is the share. Next to a share, it is the number of ballots cast.
        round.turnout = part.as_share();
        if part.share.is_some() {
            round.cast = part.count_beside_share();
        }
        round.turnout_change = change(part);
    } else {
        round.registered = part.count;
        round.registered_change = part.change;
    }
}

/// Sets the seats of a contender in the whole contest, or their change. Returns whether `name` is
/// one of these two parameters.
pub(super) fn set_total_seats(contender: &mut Contender, name: &str, part: &RoundValue) -> bool {
    match name {
        "seatsN" => contender.seats = part.count,
        "seat_changeN" => contender.seat_change = seat_change(part),
        _ => return false,
    }
    true
}

pub(super) fn set_tally_figure(
    tallies: &mut Vec<Tally>,
    name: &str,
    ballot: Ballot<'_>,
    part: &RoundValue,
    text: &str,
) {
    let tally = tally_mut(tallies, ballot);
    match name {
        "popular_voteN" => tally.votes = part.count,
        "percentageN" => tally.share = part.as_share(),
        "swingN" => tally.swing = change(part),
        "seatsN" => tally.seats = part.count,
        "seat_changeN" => tally.seat_change = seat_change(part),
        "electoral_voteN" => tally.electoral_votes = part.count,
        "delegate_countN" => tally.delegates = part.number,
        _ => tally.states_carried = Some(number::parse_quantity(text)),
    }
}

/// Returns a change of seats. A number without a sign is not a change unless it is zero, since the
/// page may have lost the arrow that states the direction.
pub(in crate::formats) fn seat_change(part: &RoundValue) -> Option<StatedChange<i64>> {
    let none = part.count.filter(|count| *count == 0).map(|_| 0);
    let by = integer_change(part).or(none).map(StatedChange::By);
    if part.is_new { Some(StatedChange::New) } else { by }
}

/// Returns the round of a ballot, and adds it if it is missing.
pub(in crate::formats) fn round_mut<'a>(
    rounds: &'a mut Vec<RoundFigures>,
    ballot: Ballot<'_>,
) -> &'a mut RoundFigures {
    let at = rounds.iter().position(|round| round.ballot() == ballot).unwrap_or_else(|| {
        let (number, label) = (ballot.round, ballot.label.map(str::to_owned));
        if rounds.is_empty() {
            // Most contests have one round.
            rounds.reserve_exact(1);
        }
        rounds.push(RoundFigures { number, label, ..RoundFigures::default() });
        rounds.len() - 1
    });
    &mut rounds[at]
}

/// Returns the tally of a ballot, and adds it if it is missing.
pub(in crate::formats) fn tally_mut<'a>(
    tallies: &'a mut Vec<Tally>,
    ballot: Ballot<'_>,
) -> &'a mut Tally {
    let at = tallies.iter().position(|tally| tally.ballot() == ballot).unwrap_or_else(|| {
        let (round, label) = (ballot.round, ballot.label.map(str::to_owned));
        if tallies.is_empty() {
            tallies.reserve_exact(1);
        }
        tallies.push(Tally { round, label, ..Tally::default() });
        tallies.len() - 1
    });
    &mut tallies[at]
}
