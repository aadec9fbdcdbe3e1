//! Who stands: of rows that are rounds of one contender, one.

use std::collections::HashMap;

use super::entries::{Entries, Entry, Who};
use super::known::Known;
use super::merge;
use super::reader::Reader;
use super::report::Done;
use crate::import::value::detail_text;
use crate::model::{
    BallotOption, Contender, Contest, Detail, Field, OptionKind, Reason, Ref, Tally, count, fold,
    grouped,
};

/// A contender on its way.
pub(super) struct Draft<'a> {
    contender: Contender,
    /// Its rows, by round.
    rounds: Vec<Entry<'a>>,
}

/// A share above which a row is of all together, in percent.
const MOST_OF_ALL: f64 = 99.0;

/// Fills the contest with who stands, and with what else votes were counted for.
pub(super) fn fill<'a>(reader: &mut Reader<'a>, mut entries: Entries<'a>, contest: &mut Contest) {
    entries.take_other_rows(reader, contest);
    let results: Vec<(&'static str, String)> = reader
        .bundle
        .cells
        .mapping
        .results()
        .map(|(word, value)| (word, value.name().to_owned()))
        .collect();
    let mut sums: HashMap<Option<u8>, [u128; 2]> = HashMap::new();
    for entry in &entries.all {
        let [votes, seats] = sums.entry(entry.round).or_default();
        *votes += u128::from(entry.votes.unwrap_or(0));
        *seats += u128::from(entry.seats.unwrap_or(0));
    }
    for entry in &entries.nameless {
        let said = said(entry);
        let column = results.first().map_or("", |(_, column)| column).to_owned();
        let [votes, seats] = sums.get(&entry.round).copied().unwrap_or_default();
        let equals = |count: Option<u64>, sum: u128| {
            count.is_some_and(|count| count > 0 && u128::from(count) == sum)
        };
        let is_total = equals(entry.votes, votes)
            || entry.votes.is_none() && equals(entry.seats, seats)
            || entry.share.is_some_and(|share| share.to_f64() > MOST_OF_ALL);
        let kept = if is_total {
            let reason = Reason::Expected("a person or a party; it may be the total".to_owned());
            let (text, line) = (said.clone(), Some(entry.row.line));
            reader.kept.push(Field { label: column.clone(), text, reason, line });
            "kept as not understood; all others together have as many"
        } else {
            let kind = OptionKind::Others;
            let tallies = vec![Tally { seats: entry.seats, ..entry.tally() }];
            contest.options.push(BallotOption { kind, name: String::new(), tallies });
            "kept as those of others"
        };
        let message = format!("a row with {said} and neither a person nor a party, {kept}");
        reader.warn(entry.row, &column, message);
    }
    let has_rounds = reader.bundle.cells.mapping.contender.round.is_some();
    let entries = merge::once(reader, entries.all);
    let mut drafts: Vec<Draft<'a>> = Vec::new();
    let mut known = Known::of(&entries);
    for entry in entries {
        let place = if has_rounds { known.place(&drafts, &entry) } else { None };
        let at = place.unwrap_or(drafts.len());
        if has_rounds {
            if place.is_none() {
                reader.warn_of_other_label(&known, &entry);
            }
            known.add(&entry, at);
        }
        match drafts.get_mut(at) {
            Some(draft) => draft.add(reader, entry),
            None => drafts.push(Draft::new(entry)),
        }
    }
    contest.contenders = drafts.into_iter().map(Draft::finish).collect();
}

/// What a row without a name has.
fn said(entry: &Entry<'_>) -> String {
    let votes = entry.votes.map(|votes| count(votes, "vote"));
    let share = entry.share.map(|share| format!("{share} %"));
    let seats = entry.seats.map(|seats| count(seats, "seat"));
    let electors = entry.electoral_votes.map(|votes| format!("{} of electors", grouped(votes)));
    [votes, share, seats, electors].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

impl<'a> Draft<'a> {
    fn new(entry: Entry<'a>) -> Self {
        let reference = |name: &Option<String>| name.as_ref().map(Ref::new);
        let details = entry.details.iter().map(|(name, text)| detail_text(name, text.clone()));
        let contender = Contender {
            people: reference(&entry.person).into_iter().collect(),
            party: reference(&entry.party),
            alliances: reference(&entry.alliance).into_iter().collect(),
            unopposed: entry.unopposed.clone(),
            notes: entry.notes.clone(),
            details: details.collect(),
            ..Contender::default()
        };
        Self { contender, rounds: vec![entry] }
    }

    /// Whether it has no row of a round.
    pub(super) fn is_without(&self, round: Option<u8>) -> bool {
        self.rounds.iter().all(|known| known.round != round)
    }

    /// Adds another round.
    fn add(&mut self, reader: &mut Reader<'a>, entry: Entry<'a>) {
        let contender = &mut self.contender;
        let when =
            entry.round.map_or("a round not stated".to_owned(), |round| format!("round {round}"));
        match (&contender.party, &entry.party) {
            (None, Some(party)) => contender.party = Some(Ref::new(party)),
            (Some(known), Some(party)) if fold(&known.name) != fold(party) => {
                contender.notes.push(format!("{party} in {when}"));
                let name = entry.name();
                let what =
                    format!("'{name}' stands for '{party}' in {when}, and for '{}'", known.name);
                reader.note(Done::Relabelled, entry.row, what);
            }
            _ => {}
        }
        if let Some(alliance) = &entry.alliance
            && contender.alliances.iter().all(|known| known.name != *alliance)
        {
            contender.alliances.push(Ref { note: Some(when.clone()), ..Ref::new(alliance) });
        }
        for (name, text) in &entry.details {
            let detail = detail_text(name, text.clone());
            let mut known = contender.details.iter().filter(|known| known.parameter == *name);
            if known.all(|known| known.value != detail.value) {
                contender.details.push(Detail { label: Some(format!("{name}, {when}")), ..detail });
            }
        }
        let new = entry.notes.iter().filter(|note| !contender.notes.contains(note)).cloned();
        let new: Vec<String> = new.collect();
        contender.notes.extend(new);
        if contender.unopposed.is_none() {
            contender.unopposed.clone_from(&entry.unopposed);
        }
        self.rounds.push(entry);
    }

    fn finish(self) -> Contender {
        let Self { mut contender, rounds, .. } = self;
        let mut seats = rounds.iter().filter_map(|entry| entry.seats);
        let first = seats.next();
        let is_one = seats.all(|other| Some(other) == first);
        contender.seats = first.filter(|_| is_one);
        contender.tallies = rounds
            .iter()
            .map(|entry| Tally { seats: entry.seats.filter(|_| !is_one), ..entry.tally() })
            .filter(|tally| *tally != Tally { round: tally.round, ..Tally::default() })
            .collect();
        contender
    }
}

impl Reader<'_> {
    /// A contender who may be another one of an earlier round, under another label.
    fn warn_of_other_label(&mut self, known: &Known, entry: &Entry<'_>) {
        // Of one who stands twice in the round that was said already.
        if !known.is_once(entry) {
            return;
        }
        let name = entry.name();
        let party = entry.party.as_ref().map(|party| format!(" of '{party}'")).unwrap_or_default();
        let message = match entry.who() {
            Some(Who::Person(_)) if known.is_in_other_round(entry) => format!(
                "'{name}'{party} may be one of several of that name in another round; kept apart"
            ),
            Some(Who::Party(_) | Who::Key(_)) if known.is_new_in_later_round(entry) => format!(
                "'{name}' stands in a later round and not in the first; if it stood there under another name, \
                 that is kept apart"
            ),
            _ => return,
        };
        self.warn_named(entry, message);
    }
}
