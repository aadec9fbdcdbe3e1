//! Counts, shares and changes of a box: of a contest's rounds and of its contenders.

use super::ballots::Rounds;
use super::{Entry, Filler};
use crate::import::cell::{self, Part, Parts};
use crate::import::value::{change, expected, whole_change};
use crate::model::{Ballot, Change, Contender, Reason, Round, Tally};

/// No vote has more rounds, and the number of one is kept in a byte.
const ROUNDS: usize = 200;

/// A parameter that holds figures.
pub(super) struct Figure<'a> {
    name: &'static str,
    /// The number of the contender, where it is of one.
    contender: Option<u16>,
    entry: Entry<'a>,
    parts: Parts,
    /// Lines without a figure: "Eliminated".
    notes: Vec<String>,
}

impl<'a> Figure<'a> {
    pub(super) fn new(name: &'static str, contender: Option<u16>, entry: Entry<'a>) -> Self {
        let is_note = |part: &Part| *part == Part { words: part.words.clone(), ..Part::default() };
        let (notes, parts) = match cell::parts(entry.value) {
            Parts::Others(parts) if !parts.iter().all(is_note) => {
                let (notes, parts): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(is_note);
                (notes.into_iter().map(|part| part.words).collect(), parts.into())
            }
            parts => (Vec::new(), parts),
        };
        Self { name, contender, entry, parts, notes }
    }

    /// What a value of this parameter is.
    fn expected(&self) -> &'static str {
        match self.name {
            "turnout" => "a share such as 73.53%",
            "registered" => "a count such as 98,909",
            "percentageN" => "a share such as 66.65%",
            "swingN" | "seat_changeN" => "a change such as +4, or New",
            _ => "a count such as 47,095",
        }
    }

    /// Whether a part has what the parameter takes.
    fn has(&self, part: &Part) -> bool {
        if part.unclear {
            return false;
        }
        match self.name {
            "turnout" | "percentageN" => part.as_share().is_some(),
            // A word beside a change may be its sign.
            "swingN" => change(part).is_some() && part.words.is_empty(),
            "seat_changeN" => seat_change(part).is_some() && part.words.is_empty(),
            "delegate_countN" => part.number.is_some(),
            _ => part.count.is_some(),
        }
    }
}

impl Filler<'_> {
    /// Reads the figures, now that the dates are known.
    pub(super) fn read_figures(&mut self) {
        let figures = std::mem::take(&mut self.figures);
        let own = &self.election.dates;
        let dates = if own.is_empty() { self.around } else { own };
        let rounds = Rounds::of(dates, figures.iter().map(|figure| &*figure.parts));
        for figure in figures {
            if let Err(reason) = self.figure(rounds, &figure) {
                self.keep(figure.entry, reason);
            }
        }
        self.contest.rounds.sort_by_key(|round| (round.number, round.label.is_some()));
    }

    fn figure(&mut self, rounds: Rounds, figure: &Figure<'_>) -> Result<(), Reason> {
        let Figure { name, entry, parts, .. } = figure;
        if !(1..=ROUNDS).contains(&parts.len()) || !parts.iter().all(|part| figure.has(part)) {
            return Err(expected(figure.expected()));
        }
        // Only several figures have labels, which stand in the text.
        let (one, several, text);
        let ballots: &[Ballot<'_>] = match parts {
            Parts::One(part) => {
                one = [rounds.of_one(part)];
                &one
            }
            Parts::Others(parts) => {
                text = cell::clean(entry.value);
                several = rounds.assign(parts, &text)?;
                &several
            }
        };
        let labelled = ballots.iter().any(|ballot| ballot.label.is_some());
        if !labelled && *name != "states_carriedN" {
            self.leftover(name, *entry, parts);
        }
        match figure.contender {
            Some(number) => {
                let contender = self.contenders.numbered(number);
                contender.notes.extend(figure.notes.iter().cloned());
                let alone = parts.len() == 1;
                for (ballot, part) in ballots.iter().copied().zip(parts.iter()) {
                    // Seats are of the whole contest, unless the source says what else they are of.
                    let whole = alone && part.round.is_none();
                    if !(whole && put_seats(contender, name, part)) {
                        put_tally(&mut contender.tallies, name, ballot, part, entry.value);
                    }
                    // A share beside a count is a share all the same: "59 seats, 32.42 %".
                    let share = part.share.filter(|_| matches!(*name, "popular_voteN" | "seatsN"));
                    if share.is_some() {
                        let tally = tally(&mut contender.tallies, ballot);
                        tally.share = tally.share.or(share);
                    }
                }
            }
            None => {
                for (ballot, part) in ballots.iter().copied().zip(parts.iter()) {
                    put_round(round(&mut self.contest.rounds, ballot), name, part);
                }
                if !figure.notes.is_empty() {
                    self.keep(*entry, Reason::Leftover(figure.notes.join(" ")));
                }
            }
        }
        Ok(())
    }

    /// Keeps what a cell says beside what its field takes.
    pub(super) fn leftover(&mut self, name: &str, entry: Entry<'_>, parts: &[Part]) {
        let takes_changes = matches!(name, "turnout" | "registered" | "swingN" | "seat_changeN");
        let takes_shares = matches!(
            name,
            "turnout" | "percentageN" | "popular_voteN" | "seatsN" | "last_electionN"
        );
        let mut words = Vec::new();
        for part in parts {
            if !part.words.is_empty() {
                words.push(part.words.clone());
            }
            if part.steady && name == "swingN" {
                words.push("no change".to_owned());
            }
            if part.new && !takes_changes && name != "last_electionN" {
                words.push("New".to_owned());
            }
            let other = part.number.filter(|_| part.share.is_some() && part.count.is_none());
            words.extend(other.map(|number| number.to_string()));
            let unused = part.share.is_some()
                && (name == "percentageN"
                    || matches!(name, "turnout" | "last_electionN")
                        && part.count_beside_share().is_none());
            words.extend(part.count.filter(|_| unused).map(|count| count.to_string()));
            words.extend(part.share.filter(|_| !takes_shares).map(|share| format!("{share}%")));
            words
                .extend(part.change.filter(|_| !takes_changes).map(|change| format!("{change:+}")));
        }
        if !words.is_empty() {
            self.keep(entry, Reason::Leftover(words.join(" ")));
        }
    }
}

fn put_round(round: &mut Round, name: &str, part: &Part) {
    if name == "turnout" {
        // A bare number is the share; beside a share, it is the ballots cast.
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

/// Puts the seats of the whole contest, or their change, where the value is of these.
fn put_seats(contender: &mut Contender, name: &str, part: &Part) -> bool {
    match name {
        "seatsN" => contender.seats = part.count,
        "seat_changeN" => contender.seat_change = seat_change(part),
        _ => return false,
    }
    true
}

fn put_tally(tallies: &mut Vec<Tally>, name: &str, ballot: Ballot<'_>, part: &Part, text: &str) {
    let tally = tally(tallies, ballot);
    match name {
        "popular_voteN" => tally.votes = part.count,
        "percentageN" => tally.share = part.as_share(),
        "swingN" => tally.swing = change(part),
        "seatsN" => tally.seats = part.count,
        "seat_changeN" => tally.seat_change = seat_change(part),
        "electoral_voteN" => tally.electoral_votes = part.count,
        "delegate_countN" => tally.delegates = part.number,
        _ => tally.states_carried = Some(cell::quantity(text)),
    }
}

/// A change of seats. One without a sign is none, unless it is zero: a page may have lost its arrow.
pub(in crate::import) fn seat_change(part: &Part) -> Option<Change<i64>> {
    let none = part.count.filter(|count| *count == 0).map(|_| 0);
    let by = whole_change(part).or(none).map(Change::By);
    if part.new { Some(Change::New) } else { by }
}

/// The figures of a ballot, among those of the others.
pub(in crate::import) fn round<'a>(
    rounds: &'a mut Vec<Round>,
    ballot: Ballot<'_>,
) -> &'a mut Round {
    let at = rounds.iter().position(|round| round.ballot() == ballot).unwrap_or_else(|| {
        let (number, label) = (ballot.round, ballot.label.map(str::to_owned));
        if rounds.is_empty() {
            // Most votes have one.
            rounds.reserve_exact(1);
        }
        rounds.push(Round { number, label, ..Round::default() });
        rounds.len() - 1
    });
    &mut rounds[at]
}

/// The tally of a ballot, among those of the others.
pub(in crate::import) fn tally<'a>(
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
