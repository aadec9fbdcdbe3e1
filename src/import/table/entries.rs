//! What each row says of who stands: names, and results.

use std::collections::HashSet;

use super::election::ByRound;
use super::mapping::{Duplicates, Value};
use super::reader::Reader;
use super::report::Done;
use super::rows::Row;
use crate::Unread;
use crate::import::other_rows::OtherRow;
use crate::import::unopposed::is_said;
use crate::import::value::detail_text;
use crate::model::{BallotOption, Contender, Contest, Decimal, Detail, OptionKind, Tally, fold};

/// Who stands, as far as a row tells: a person, else a party, else the key of a party that a joined table lacks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Who {
    Person(String),
    Party(String),
    Key(String),
}

/// What a row says.
#[derive(Debug, Clone)]
pub(super) struct Entry<'a> {
    pub(super) row: &'a Row,
    pub(super) round: Option<u8>,
    pub(super) person: Option<String>,
    pub(super) party: Option<String>,
    pub(super) alliance: Option<String>,
    pub(super) details: Vec<(&'a str, String)>,
    pub(super) votes: Option<u64>,
    pub(super) share: Option<Decimal>,
    pub(super) seats: Option<u64>,
    pub(super) electoral_votes: Option<u64>,
    pub(super) unopposed: Option<String>,
    /// What a joined table lacks, where it would have named who stands.
    pub(super) unmatched: Option<String>,
    pub(super) notes: Vec<String>,
}

impl Entry<'_> {
    /// Who stands; none where the row names nobody.
    pub(super) fn who(&self) -> Option<Who> {
        let person = self.person.as_deref().map(|name| Who::Person(fold(name)));
        let party = || self.party.as_deref().map(|name| Who::Party(fold(name)));
        let key = || self.unmatched.clone().map(Who::Key);
        person.or_else(party).or_else(key)
    }

    /// Who stands, in words.
    pub(super) fn name(&self) -> &str {
        let names = [&self.person, &self.party, &self.unmatched];
        names.into_iter().find_map(|name| name.as_deref()).unwrap_or_default()
    }

    /// Its results but for seats, which are of the whole contest.
    pub(super) fn tally(&self) -> Tally {
        Tally {
            round: self.round,
            votes: self.votes,
            share: self.share,
            electoral_votes: self.electoral_votes,
            ..Tally::default()
        }
    }

    fn has_results(&self) -> bool {
        let tally = Tally { round: None, ..self.tally() };
        tally != Tally::default() || self.seats.is_some()
    }
}

/// What all rows say, in their order.
pub(super) struct Entries<'a> {
    pub(super) all: Vec<Entry<'a>>,
    /// Rows that name nobody, and have results all the same.
    pub(super) nameless: Vec<Entry<'a>>,
}

impl<'a> Entries<'a> {
    /// Reads the rows of all rounds, without those that say the same as one above where the mapping drops them.
    ///
    /// # Errors
    /// At the first cell that does not hold what the mapping says.
    pub(super) fn read(reader: &mut Reader<'a>, rounds: &ByRound<'a>) -> Result<Self, Unread> {
        let mut rows: Vec<(Option<u8>, &'a Row)> = Vec::new();
        for (round, of_round) in rounds {
            rows.extend(of_round.iter().map(|row| (*round, *row)));
        }
        rows.sort_by_key(|(_, row)| row.at.start);
        let drops = reader.bundle.cells.mapping.duplicates == Some(Duplicates::Drop);
        let mut known = HashSet::new();
        let mut entries = Self { all: Vec::new(), nameless: Vec::new() };
        for (round, row) in rows {
            reader.warn_of_unmatched(row);
            if drops && !known.insert(&row.cells) {
                reader.note(Done::Dropped, row, String::new());
                continue;
            }
            let entry = reader.entry(round, row)?;
            if entry.who().is_some() {
                entries.all.push(entry);
            } else if entry.has_results() {
                entries.nameless.push(entry);
            }
        }
        Ok(entries)
    }

    /// Takes out the rows that are no contender's, such as those of blank ballots, and puts them into the contest.
    pub(super) fn take_other_rows(&mut self, reader: &mut Reader<'a>, contest: &mut Contest) {
        self.all.retain(|entry| {
            let Some(other) = other_row(entry) else { return true };
            let name = entry.name().to_owned();
            let party =
                entry.person.as_ref().and(entry.party.clone()).map(|party| ("party", party));
            for (parameter, text) in entry.details.iter().cloned().chain(party) {
                let label = Some(name.clone());
                contest.details.push(Detail { label, ..detail_text(parameter, text) });
            }
            let tally = Tally { seats: entry.seats, ..entry.tally() };
            let is_count =
                tally == Tally { round: tally.round, votes: tally.votes, ..Tally::default() };
            match other {
                OtherRow::Option(kind) => {
                    let tallies = vec![tally];
                    contest.options.push(BallotOption { kind, name: name.clone(), tallies });
                }
                other if is_count && tally.votes.is_some() => {
                    let contender = Contender { tallies: vec![tally], ..Contender::default() };
                    other.put(contest, &name, contender);
                }
                _ => {
                    let (kind, tallies) = (OptionKind::Unclear, vec![tally]);
                    contest.options.push(BallotOption { kind, name: name.clone(), tallies });
                }
            }
            reader.note(Done::Other, entry.row, format!("'{name}'"));
            false
        });
    }
}

/// What a row is that no contender has. One word may be the name of somebody, or a blank of another program; and
/// parties may have stood that a table puts together, where people are no party's.
fn other_row(entry: &Entry<'_>) -> Option<OtherRow> {
    let name = entry.name();
    let is_blank_party = entry.person.is_none() && name.eq_ignore_ascii_case("blank");
    let is_name = OtherRow::may_be_name(name) && !is_blank_party;
    let other = OtherRow::named(name).filter(|_| !is_name)?;
    let is_option = matches!(other, OtherRow::Option(kind) if kind != OptionKind::AgainstAll);
    (!is_option || entry.person.is_some()).then_some(other)
}

impl<'a> Reader<'a> {
    fn entry(&mut self, round: Option<u8>, row: &'a Row) -> Result<Entry<'a>, Unread> {
        let columns = &self.bundle.cells.mapping.contender;
        let names = [&columns.person, &columns.party];
        let unmatched = names.into_iter().flatten().find_map(|value| {
            let unmatched = self.bundle.cells.unmatched_in(value, row)?;
            Some(format!("{} {}", unmatched.on, unmatched.key))
        });
        let mut entry = Entry {
            row,
            round,
            person: self.name(columns.person.as_ref(), row)?,
            party: self.name(columns.party.as_ref(), row)?,
            alliance: self.name(columns.alliance.as_ref(), row)?,
            details: Vec::new(),
            votes: None,
            share: None,
            seats: self.count(columns.seats.as_ref(), row)?,
            electoral_votes: self.count(columns.electoral_votes.as_ref(), row)?,
            unopposed: None,
            unmatched,
            notes: Vec::new(),
        };
        for (name, value) in &columns.details {
            entry.details.extend(self.text(Some(value), row)?.map(|text| (name.as_str(), text)));
        }
        let said = self.unopposed(columns.votes.as_ref(), row)?;
        if said.is_none() {
            entry.votes = self.count(columns.votes.as_ref(), row)?;
        }
        entry.unopposed = self.unopposed(columns.share.as_ref(), row)?;
        if entry.unopposed.is_none() {
            entry.share = self.share(columns.share.as_ref(), row)?;
        }
        entry.unopposed = said.or(entry.unopposed);
        let note =
            entry.unmatched.as_ref().filter(|_| entry.person.is_none() || entry.party.is_none());
        entry.notes.extend(note.cloned());
        Ok(entry)
    }

    /// A name. One that other programs write where nothing is known is doubtful.
    fn name(&mut self, value: Option<&Value>, row: &Row) -> Result<Option<String>, Unread> {
        const NOTHING: [&str; 12] =
            ["nan", "null", "none", "na", "n/a", "#n/a", "nil", "unknown", "?", "-", "–", "—"];
        let name = self.text(value, row)?.filter(|name| !name.is_empty());
        if let (Some(value), Some(name)) = (value, &name)
            && NOTHING.iter().any(|word| name.eq_ignore_ascii_case(word))
        {
            let column = value.column_name().to_owned();
            let message = format!(
                "'{name}' is taken for a name (null = [\"\", \"{name}\"] in the mapping says that it is none)"
            );
            self.warn(row, &column, message);
        }
        Ok(name)
    }

    /// The words that say that somebody was elected without a vote, in place of votes or of a share.
    fn unopposed(&self, value: Option<&Value>, row: &Row) -> Result<Option<String>, Unread> {
        Ok(self.text(value, row)?.filter(|text| is_said(text)))
    }

    /// Keys of a row that joined tables do not have.
    fn warn_of_unmatched(&mut self, row: &Row) {
        let cells = &self.bundle.cells;
        let missing = cells.joins.iter().filter_map(|join| cells.unmatched(join.name, row));
        let messages = missing.map(|unmatched| {
            let (on, key) = (unmatched.on.to_owned(), unmatched.key);
            let message = format!(
                "'{key}' is not in '{}' of '{}', so nothing is taken from there",
                unmatched.column, unmatched.file
            );
            (on, message)
        });
        let messages: Vec<(String, String)> = messages.collect();
        messages.into_iter().for_each(|(on, message)| self.warn(row, &on, message));
    }
}
