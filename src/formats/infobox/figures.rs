//! Counts, shares and changes in an infobox: those of rounds and those of contenders.

use super::ballots::RoundCount;
use super::entry::InfoboxEntry;
use super::fields::ElectionBuilder;
use super::figure_value::{
    FigureValue, MAX_ROUNDS, round_mut, set_round_figure, set_tally_figure, set_total_seats,
    tally_mut,
};
use crate::model::{Ballot, UnparsedReason};
use crate::values::number::{self, RoundValue, RoundValues};

impl ElectionBuilder<'_> {
    /// Reads the figures. This must come after the dates, which determine the rounds.
    pub(super) fn read_figures(&mut self) {
        let figures = std::mem::take(&mut self.figures);
        let own = &self.election.dates;
        let dates = if own.is_empty() { self.enclosing_dates } else { own };
        let rounds = RoundCount::infer(dates, figures.iter().map(|figure| &*figure.values));
        for figure in figures {
            if let Err(reason) = self.read_figure(rounds, &figure) {
                self.keep_unparsed(figure.entry, reason);
            }
        }
        self.contest.rounds.sort_by_key(|round| (round.number, round.label.is_some()));
    }

    fn read_figure(
        &mut self,
        rounds: RoundCount,
        figure: &FigureValue<'_>,
    ) -> Result<(), UnparsedReason> {
        let FigureValue { name, entry, values: parts, .. } = figure;
        if !(1..=MAX_ROUNDS).contains(&parts.len())
            || !parts.iter().all(|part| figure.accepts(part))
        {
            return Err(UnparsedReason::expected(figure.expected_form()));
        }
        // Only values with several figures have labels, which borrow from `text`.
        let (one, several, text);
        let ballots: &[Ballot<'_>] = match parts {
            RoundValues::One(part) => {
                one = [rounds.single_ballot(part)];
                &one
            }
            RoundValues::Many(parts) => {
                text = number::strip_markup(entry.value);
                several = rounds.assign(parts, &text)?;
                &several
            }
        };
        let labelled = ballots.iter().any(|ballot| ballot.label.is_some());
        if !labelled && *name != "states_carriedN" {
            self.keep_leftover(name, *entry, parts);
        }
        match figure.contender {
            Some(number) => {
                let contender = self.contenders.get_or_insert(number);
                contender.notes.extend(figure.notes.iter().cloned());
                let is_single = parts.len() == 1;
                for (ballot, part) in ballots.iter().copied().zip(parts.iter()) {
                    // A single number of seats without a round counts for the whole contest.
                    let is_of_contest = is_single && part.round.is_none();
                    if !(is_of_contest && set_total_seats(contender, name, part)) {
                        set_tally_figure(&mut contender.tallies, name, ballot, part, entry.value);
                    }
                    // A share next to a count is read as well: "59 seats, 32.42 %".
                    let share = part.share.filter(|_| matches!(*name, "popular_voteN" | "seatsN"));
                    if share.is_some() {
                        let tally = tally_mut(&mut contender.tallies, ballot);
                        tally.share = tally.share.or(share);
                    }
                }
            }
            None => {
                for (ballot, part) in ballots.iter().copied().zip(parts.iter()) {
                    set_round_figure(round_mut(&mut self.contest.rounds, ballot), name, part);
                }
                if !figure.notes.is_empty() {
                    self.keep_unparsed(*entry, UnparsedReason::Leftover(figure.notes.join(" ")));
                }
            }
        }
        Ok(())
    }

    /// Adds an unparsed field with the words and figures of a value that its parameter does not
    /// take.
    pub(super) fn keep_leftover(
        &mut self,
        name: &str,
        entry: InfoboxEntry<'_>,
        parts: &[RoundValue],
    ) {
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
            if part.is_steady && name == "swingN" {
                words.push("no change".to_owned());
            }
            if part.is_new && !takes_changes && name != "last_electionN" {
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
            self.keep_unparsed(entry, UnparsedReason::Leftover(words.join(" ")));
        }
    }
}
