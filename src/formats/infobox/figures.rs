//! Counts, shares and changes in an infobox: those of rounds and those of contenders.

use super::ballots::RoundCount;
use super::entry::InfoboxEntry;
use super::fields::ElectionBuilder;
use super::figure::{FigureValue, MAX_ROUNDS, put_round, put_seats, put_tally, round, tally};
use crate::model::{Ballot, UnparsedReason};
use crate::values::number::{self, RoundValue, RoundValues};

impl ElectionBuilder<'_> {
    /// Reads the figures. This must come after the dates, which determine the rounds.
    pub(super) fn read_figures(&mut self) {
        let figures = std::mem::take(&mut self.figures);
        let own = &self.election.dates;
        let dates = if own.is_empty() { self.around } else { own };
        let rounds = RoundCount::of(dates, figures.iter().map(|figure| &*figure.parts));
        for figure in figures {
            if let Err(reason) = self.figure(rounds, &figure) {
                self.keep(figure.entry, reason);
            }
        }
        self.contest.rounds.sort_by_key(|round| (round.number, round.label.is_some()));
    }

    fn figure(
        &mut self,
        rounds: RoundCount,
        figure: &FigureValue<'_>,
    ) -> Result<(), UnparsedReason> {
        let FigureValue { name, entry, parts, .. } = figure;
        if !(1..=MAX_ROUNDS).contains(&parts.len()) || !parts.iter().all(|part| figure.has(part)) {
            return Err(UnparsedReason::expected(figure.expected()));
        }
        // Only values with several figures have labels, which borrow from `text`.
        let (one, several, text);
        let ballots: &[Ballot<'_>] = match parts {
            RoundValues::One(part) => {
                one = [rounds.of_one(part)];
                &one
            }
            RoundValues::Others(parts) => {
                text = number::strip_markup(entry.value);
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
                    // A single number of seats without a round counts for the whole contest.
                    let whole = alone && part.round.is_none();
                    if !(whole && put_seats(contender, name, part)) {
                        put_tally(&mut contender.tallies, name, ballot, part, entry.value);
                    }
                    // A share next to a count is read as well: "59 seats, 32.42 %".
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
                    self.keep(*entry, UnparsedReason::Leftover(figure.notes.join(" ")));
                }
            }
        }
        Ok(())
    }

    /// Adds an unparsed field for what a value contains beyond the figures of its parameter.
    pub(super) fn leftover(&mut self, name: &str, entry: InfoboxEntry<'_>, parts: &[RoundValue]) {
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
            self.keep(entry, UnparsedReason::Leftover(words.join(" ")));
        }
    }
}
