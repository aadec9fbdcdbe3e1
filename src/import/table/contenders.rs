//! Who stands: of rows that are rounds of one contender, one.

use std::collections::HashMap;

use super::entries::{Entries, Entry, Who};
use super::merge;
use super::reader::Reader;
use super::report::Done;
use crate::import::value::detail_text;
use crate::model::{
    BallotOption, Contender, Contest, Detail, OptionKind, Ref, Tally, count, fold, grouped,
};

/// A contender on its way.
struct Draft<'a> {
    contender: Contender,
    who: Option<Who>,
    /// Its rows, by round.
    rounds: Vec<Entry<'a>>,
}

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
    for entry in &entries.nameless {
        let kind = OptionKind::Others;
        let tallies = vec![Tally { seats: entry.seats, ..entry.tally() }];
        contest.options.push(BallotOption { kind, name: String::new(), tallies });
        let said = said(entry);
        let column = results.first().map_or("", |(_, column)| column).to_owned();
        let named = entries.all.iter().filter(|other| other.round == entry.round);
        let sum: u128 = named.filter_map(|other| other.votes).map(u128::from).sum();
        let is_sum = entry.votes.is_some_and(|votes| votes > 0 && u128::from(votes) == sum);
        let perhaps = if is_sum { "; all others together have as many" } else { "" };
        let message = format!(
            "a row with {said} and neither a person nor a party, kept as those of others{perhaps}"
        );
        reader.warn(entry.row, &column, message);
    }
    let has_rounds = reader.bundle.cells.mapping.contender.round.is_some();
    let entries = merge::once(reader, entries.all);
    let mut drafts: Vec<Draft<'a>> = Vec::new();
    let persons = Persons::of(&entries);
    let first_round = entries.iter().filter_map(|entry| entry.round).min();
    for entry in entries {
        let place = has_rounds.then(|| place(&drafts, &entry, &persons)).flatten();
        match place {
            Some(at) => drafts[at].add(reader, entry),
            None => {
                // Of one who stands twice in the round that was said already.
                if has_rounds && persons.is_once(&entry) {
                    reader.warn_of_other_label(&drafts, &entry, first_round);
                }
                drafts.push(Draft::new(entry));
            }
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

/// The people of whom several rows of one round speak.
struct Persons(HashMap<(Option<u8>, Who), u32>);

impl Persons {
    fn of(entries: &[Entry<'_>]) -> Self {
        let mut counts = HashMap::new();
        for entry in entries {
            if let Some(who) = entry.who() {
                *counts.entry((entry.round, who)).or_default() += 1;
            }
        }
        Self(counts)
    }

    fn is_once(&self, entry: &Entry<'_>) -> bool {
        let count = entry.who().and_then(|who| self.0.get(&(entry.round, who)));
        count.is_none_or(|count| *count == 1)
    }

    fn is_one(&self, who: &Who) -> bool {
        self.0.iter().all(|((_, other), count)| other != who || *count == 1)
    }
}

/// The contender of whom a row is another round: of the same names, or the same person with another party.
fn place(drafts: &[Draft<'_>], entry: &Entry<'_>, persons: &Persons) -> Option<usize> {
    let who = entry.who()?;
    let is_free = |draft: &Draft<'_>| draft.rounds.iter().all(|known| known.round != entry.round);
    let party = |entry: &Entry<'_>| entry.party.as_deref().map(fold);
    let same =
        |draft: &&(usize, &Draft<'_>)| draft.1.who.as_ref() == Some(&who) && is_free(draft.1);
    let free: Vec<(usize, &Draft<'_>)> =
        drafts.iter().enumerate().filter(|draft| same(&draft)).collect();
    let exact = free
        .iter()
        .find(|(_, draft)| draft.rounds.iter().any(|known| party(known) == party(entry)));
    let person = free.first().filter(|_| matches!(who, Who::Person(_)) && persons.is_one(&who));
    exact.or(person).map(|(at, _)| *at)
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
        Self { contender, who: entry.who(), rounds: vec![entry] }
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
    fn warn_of_other_label(&mut self, drafts: &[Draft<'_>], entry: &Entry<'_>, first: Option<u8>) {
        let Some(who) = entry.who() else { return };
        let of_other_round =
            |draft: &&Draft<'_>| draft.rounds.iter().any(|known| known.round != entry.round);
        let others: Vec<&Draft<'_>> = drafts.iter().filter(of_other_round).collect();
        let name = entry.name();
        let party = entry.party.as_ref().map(|party| format!(" of '{party}'")).unwrap_or_default();
        let message = match who {
            Who::Person(_) => {
                let same = others.iter().find(|draft| draft.who.as_ref() == Some(&who));
                same.map(|_| format!(
                    "'{name}'{party} may be one of several of that name in another round; kept apart"
                ))
            }
            Who::Party(_) | Who::Key(_) => {
                let is_later = entry.round > first && first.is_some();
                let has_others =
                    others.iter().any(|draft| !matches!(draft.who, Some(Who::Person(_))));
                (is_later && has_others).then(|| format!(
                    "'{name}' stands in a later round and not in the first; if it stood there under another \
                     name, that is kept apart"
                ))
            }
        };
        message.into_iter().for_each(|message| self.warn_named(entry, message));
    }
}
