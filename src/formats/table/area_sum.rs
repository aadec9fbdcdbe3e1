//! A sum over areas: the figures of their contests, added one area at a time.

use std::collections::{BTreeMap, HashMap};

use super::mapping::SumSeats;
use super::report::RowNote;
use super::sum_contender::{ContenderKey, SummedContender, SummedOption};
use super::sum_parts::{PartialSum, SumBy};
use super::sum_winner::winner;
use crate::model::{
    AreaSum, Contest, Detail, DetailValue, Election, Quantity, Reference, RoundFigures, fold,
};

/// The figures of one round.
#[derive(Debug, Default)]
struct SummedRound {
    /// Number of areas with this round.
    areas: u32,
    /// In the order of [`RoundFigures::counts`].
    figures: [PartialSum; RoundFigures::COUNTS],
}

/// A sum under construction.
#[derive(Debug)]
pub(super) struct SumBuilder {
    by: SumBy,
    seats_from: Option<SumSeats>,
    areas: u32,
    unopposed: u32,
    rounds: BTreeMap<(bool, Option<u8>), SummedRound>,
    seats: PartialSum,
    office: Option<Reference>,
    contenders: Vec<SummedContender>,
    indices: HashMap<ContenderKey, usize>,
    options: Vec<SummedOption>,
    option_indices: HashMap<String, usize>,
    /// Number of independents who were added to the option of independents.
    independents: u64,
}

impl SumBuilder {
    pub(super) fn new(by: SumBy, seats_from: Option<SumSeats>) -> Self {
        Self {
            by,
            seats_from,
            areas: 0,
            unopposed: 0,
            rounds: BTreeMap::new(),
            seats: PartialSum::default(),
            office: None,
            contenders: Vec::new(),
            indices: HashMap::new(),
            options: Vec::new(),
            option_indices: HashMap::new(),
            independents: 0,
        }
    }

    /// Adds the contest of an area.
    ///
    /// # Errors
    /// Returns what was expected if the area cannot be added: a cell of it is not understood, its
    /// winner is not known, or a sum does not fit 64 bits.
    pub(super) fn add(&mut self, election: &Election) -> Result<(), String> {
        let area = election.area.as_ref().map_or("the whole country", |area| area.name());
        let Some(contest) = election.contests.first() else { return Ok(()) };
        if !contest.unparsed.is_empty() {
            return Err(format!("cells that are all understood in '{area}', to add it"));
        }
        let is_unopposed = contest.contenders.iter().any(|one| one.unopposed.is_some());
        let has_votes = contest.contenders.iter().any(|one| !one.tallies.is_empty());
        if contest.contenders.is_empty() && contest.rounds.is_empty() && contest.options.is_empty()
        {
            return Err(format!("figures of '{area}', to add it; its rows have none"));
        }
        let winner = match self.seats_from {
            Some(SumSeats::Winners) => Some(winner(contest, area)?),
            _ => None,
        };
        if self.areas == 0 {
            self.office.clone_from(&contest.office);
        } else if self.office != contest.office {
            self.office = None;
        }
        self.areas = self.areas.saturating_add(1);
        self.unopposed = self.unopposed.saturating_add(u32::from(is_unopposed));
        let seats = match self.seats_from {
            Some(SumSeats::Winners) => Some(1),
            _ => contest.seats.as_ref().and_then(|seats| seats.count),
        };
        self.seats.add(seats, area)?;
        self.add_rounds(contest, area, is_unopposed && !has_votes)?;
        for (at, contender) in contest.contenders.iter().enumerate() {
            let seats = match winner {
                Some(winner) => Some(u64::from(winner == at)),
                None => contender.seats_won(),
            };
            let key = ContenderKey::new(contender, &self.by);
            if let Some(ContenderKey::Independent) = key {
                self.independents = self.independents.saturating_add(1);
                let option = self.option("Independents", "\u{0}independents");
                option.add(&contender.tallies, contender.unopposed.is_some(), seats, area)?;
                continue;
            }
            let Some(key) = key else {
                return Err(format!("a name of every contender in '{area}', to add it"));
            };
            let at = *self.indices.entry(key).or_insert(self.contenders.len());
            if at == self.contenders.len() {
                self.contenders.push(SummedContender::new(contender, &self.by));
            }
            if let Some(summed) = self.contenders.get_mut(at) {
                summed.add(contender, seats, area)?;
            }
        }
        for option in &contest.options {
            let key = format!("{:?} {}", option.kind, fold(&option.name));
            let summed = self.option(&option.name, &key);
            summed.kind = option.kind;
            let seats = option.tallies.iter().find_map(|tally| tally.seats);
            summed.add(&option.tallies, false, seats, area)?;
        }
        Ok(())
    }

    fn option(&mut self, name: &str, key: &str) -> &mut SummedOption {
        let options = &mut self.options;
        let at = *self.option_indices.entry(key.to_owned()).or_insert_with(|| {
            options.push(SummedOption::new(name));
            options.len() - 1
        });
        &mut options[at]
    }

    /// Adds the figures of each round of a contest.
    fn add_rounds(&mut self, contest: &Contest, area: &str, no_vote: bool) -> Result<(), String> {
        let of_tallies = contest
            .contenders
            .iter()
            .flat_map(|one| &one.tallies)
            .chain(contest.options.iter().flat_map(|option| &option.tallies))
            .map(|tally| tally.round);
        let mut rounds: Vec<Option<u8>> =
            contest.rounds.iter().map(|round| round.number).chain(of_tallies).collect();
        rounds.sort_unstable();
        rounds.dedup();
        for number in rounds {
            let summed = self.rounds.entry((number.is_none(), number)).or_default();
            summed.areas += 1;
            let stated = contest.rounds.iter().find(|round| round.number == number);
            let counts = stated.unwrap_or(&RoundFigures::default()).counts();
            for ((name, part), sum) in counts.into_iter().zip(&mut summed.figures) {
                // An election without a vote has no ballots: it adds none.
                if no_vote && part.is_none() && name != "registered" {
                    continue;
                }
                sum.add(part, area)?;
            }
        }
        Ok(())
    }

    /// Returns the contest of the sum, and the notes about what it leaves out. `level` is that of
    /// the areas, and `contest` has what the rows of all areas state alike.
    pub(super) fn finish(
        self,
        level: Option<String>,
        contest: Contest,
    ) -> (Contest, Vec<(RowNote, String)>) {
        let mut notes: Vec<(RowNote, String)> = Vec::new();
        let mut incomplete_rounds = Vec::new();
        let mut leave_out = |figure: &str, place: String| {
            notes.push((RowNote::SumLeftOut(figure.to_owned()), place));
        };
        let mut rounds = Vec::new();
        for ((_, number), summed) in self.rounds {
            let mut figures = RoundFigures { number, ..RoundFigures::default() };
            for ((name, count), sum) in figures.counts_mut().into_iter().zip(&summed.figures) {
                *count = sum.total();
                if let Some(area) = sum.left_out() {
                    leave_out(name, format!("'{area}' does not state it"));
                }
            }
            let voting = self.areas.saturating_sub(self.unopposed);
            if summed.areas < voting
                && let Some(number) = number
            {
                let place = format!(
                    "round {number} has figures of {} areas, of {} that have a vote",
                    summed.areas, voting
                );
                incomplete_rounds.push((RowNote::SumRoundPartial, place));
            }
            if figures != (RoundFigures { number, ..RoundFigures::default() }) {
                rounds.push(figures);
            }
        }
        if let Some(area) = self.seats.left_out() {
            leave_out("seats of the contest", format!("'{area}' does not state them"));
        }
        let seats = self.seats.total().map(|count| Quantity {
            count: Some(count),
            of: None,
            text: count.to_string(),
        });
        let mut details = contest.details;
        if self.independents > 0 {
            let (label, value) = (
                Some("Independents in the sum".to_owned()),
                DetailValue::Text(self.independents.to_string()),
            );
            details.push(Detail { parameter: "independents".to_owned(), label, value });
        }
        let mut contenders = Vec::new();
        for summed in self.contenders {
            contenders.push(summed.finish(&mut leave_out));
        }
        let mut options = Vec::new();
        for summed in self.options {
            options.push(summed.finish(&mut leave_out));
        }
        notes.extend(incomplete_rounds);
        let sum = Some(AreaSum { areas: self.areas, level, unopposed: self.unopposed });
        let office = self.office;
        let contest =
            Contest { sum, office, seats, rounds, contenders, options, details, ..contest };
        (contest, notes)
    }
}
