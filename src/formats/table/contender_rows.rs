//! The contender and the results that each row states.

use std::collections::{BTreeMap, HashSet};

use super::footnote::split_footnote;
use super::mapping::{Duplicates, RowUse, ValueSource};
use super::reader::Reader;
use super::report::RowNote;
use super::rows::Row;
use crate::ParseError;
use crate::formats::non_contender_rows::RowKind;
use crate::model::{BallotOption, Contender, Contest, Decimal, Detail, OptionKind, Tally, fold};
use crate::values::text::detail_text;
use crate::values::unopposed::is_unopposed;

/// Identity of a contender in a row: the person, else the party, else a key that a joined table
/// lacks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum ContenderName {
    Person(String),
    Party(String),
    Key(String),
}

/// The values of one row.
#[derive(Debug, Clone)]
pub(super) struct ContenderRow<'a> {
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
    /// Column and key of the joined row that would name the contender, if the joined table has no
    /// such row.
    pub(super) unmatched: Option<String>,
    pub(super) notes: Vec<String>,
    /// Use that a rule of the mapping states for the row.
    pub(super) row_use: Option<RowUse>,
}

impl ContenderRow<'_> {
    /// Returns the contender's identity; `None` for a row without a name.
    pub(super) fn contender_name(&self) -> Option<ContenderName> {
        let person = self.person.as_deref().map(|name| ContenderName::Person(fold(name)));
        let party = || self.party.as_deref().map(|name| ContenderName::Party(fold(name)));
        let key = || self.unmatched.clone().map(ContenderName::Key);
        person.or_else(party).or_else(key)
    }

    /// Returns the contender's name for messages; empty for a row without a name.
    pub(super) fn name(&self) -> &str {
        let names = [&self.person, &self.party, &self.unmatched];
        names.into_iter().find_map(|name| name.as_deref()).unwrap_or_default()
    }

    /// Returns the results except seats, which count for the whole contest.
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

/// The rows of an election, in the order of the table.
pub(super) struct ContenderRows<'a> {
    pub(super) named: Vec<ContenderRow<'a>>,
    /// Rows with results, but without a name.
    pub(super) nameless: Vec<ContenderRow<'a>>,
    /// Rows whose votes are a figure of the contest, as a rule of the mapping states.
    pub(super) figures: Vec<ContenderRow<'a>>,
}

impl<'a> ContenderRows<'a> {
    /// Reads the rows of all rounds. Exact duplicates are left out if the mapping drops them.
    ///
    /// # Errors
    /// At the first cell that does not match the mapping, unless such cells are kept.
    pub(super) fn read(
        reader: &mut Reader<'a>,
        rounds: &RowsByRound<'a>,
    ) -> Result<Self, ParseError> {
        let mut rows: Vec<(Option<u8>, &'a Row)> = Vec::new();
        for (round, round_rows) in rounds {
            rows.extend(round_rows.iter().map(|row| (*round, *row)));
        }
        rows.sort_by_key(|(_, row)| row.range.start);
        let drops_duplicates =
            reader.election_rows.view.mapping.duplicates == Some(Duplicates::Drop);
        let mut seen = HashSet::new();
        let (named, nameless, figures) = Default::default();
        let mut entries = Self { named, nameless, figures };
        for (round, row) in rows {
            reader.warn_of_unmatched(row);
            if drops_duplicates && !seen.insert(row.cells()) {
                reader.note(RowNote::DuplicateDropped, row, String::new());
                continue;
            }
            let entry = reader.contender_row(round, row)?;
            let is_option = entry.row_use == Some(RowUse::Option) && entry.has_results();
            let is_figure =
                !matches!(entry.row_use, None | Some(RowUse::Contender | RowUse::Option));
            if is_figure {
                entries.figures.push(entry);
            } else if is_option || entry.contender_name().is_some() {
                entries.named.push(entry);
            } else if entry.has_results() {
                entries.nameless.push(entry);
            }
        }
        Ok(entries)
    }

    /// Removes the rows that belong to no contender, such as blank ballots, and returns them.
    pub(super) fn take_non_contenders(&mut self) -> Vec<ContenderRow<'a>> {
        let (others, contenders) = std::mem::take(&mut self.named)
            .into_iter()
            .partition(|entry| classify_non_contender(entry).is_some());
        self.named = contenders;
        others
    }
}

impl<'a> Reader<'a> {
    /// Adds the figures of rows that belong to no contender to the contest.
    pub(super) fn add_non_contenders(&mut self, rows: &[ContenderRow<'a>], contest: &mut Contest) {
        for entry in rows {
            let Some(row_kind) = classify_non_contender(entry) else { continue };
            let row_note = match entry.row_use {
                Some(_) => RowNote::RowUsed,
                None => RowNote::NotContender,
            };
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
            match row_kind {
                RowKind::Option(kind) => {
                    let tallies = vec![tally];
                    contest.options.push(BallotOption { kind, name: name.clone(), tallies });
                }
                other if is_count && tally.votes.is_some() => {
                    let contender = Contender { tallies: vec![tally], ..Contender::default() };
                    other.add_to_contest(contest, &name, contender);
                }
                _ => {
                    let (kind, tallies) = (OptionKind::Unclear, vec![tally]);
                    contest.options.push(BallotOption { kind, name: name.clone(), tallies });
                }
            }
            self.note(row_note, entry.row, format!("'{name}'"));
        }
    }
}

/// Classifies a row that belongs to no contender; returns `None` for a contender.
///
/// A single word such as "Null" stays a contender: it may be a surname, or a null value of another
/// program. Only a party named "Blank" is a row of blank ballots. A party named "Others" stays a
/// contender too, because it may combine several parties. In place of a person, "Others" is an
/// option.
fn classify_non_contender(entry: &ContenderRow<'_>) -> Option<RowKind> {
    let name = entry.name();
    match entry.row_use {
        Some(RowUse::Contender) => return None,
        Some(_) => {
            let kind = RowKind::from_non_contender_name(name);
            let is_option = matches!(kind, RowKind::Option(_));
            return Some(if is_option { kind } else { RowKind::Option(OptionKind::Unclear) });
        }
        None => {}
    }
    let is_blank_party = entry.person.is_none() && name.eq_ignore_ascii_case("blank");
    let is_name = RowKind::may_be_name(name) && !is_blank_party;
    let row_kind = RowKind::from_name(name).filter(|_| !is_name)?;
    let is_option = matches!(row_kind, RowKind::Option(kind) if kind != OptionKind::AgainstAll);
    (!is_option || entry.person.is_some()).then_some(row_kind)
}

impl<'a> Reader<'a> {
    fn contender_row(
        &mut self,
        round: Option<u8>,
        row: &'a Row,
    ) -> Result<ContenderRow<'a>, ParseError> {
        let columns = &self.election_rows.view.mapping.contender;
        let names = [&columns.person, &columns.party];
        let unmatched = names.into_iter().flatten().find_map(|value| {
            let unmatched = self.election_rows.view.unmatched_key_in(value, row)?;
            Some(format!("{} {}", unmatched.on, unmatched.key))
        });
        let mut entry = ContenderRow {
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
            row_use: self.election_rows.view.row_use(row),
        };
        for (name, value) in &columns.details {
            entry.details.extend(self.text(Some(value), row)?.map(|text| (name.as_str(), text)));
        }
        let votes_text = self.unopposed_text(columns.votes.as_ref(), row)?;
        if votes_text.is_none() {
            entry.votes = self.count(columns.votes.as_ref(), row)?;
        }
        entry.unopposed = self.unopposed_text(columns.share.as_ref(), row)?;
        if entry.unopposed.is_none() {
            entry.share = self.share(columns.share.as_ref(), row)?;
        }
        entry.unopposed = votes_text.or(entry.unopposed);
        for value in [&columns.votes, &columns.share, &columns.seats, &columns.electoral_votes] {
            entry.notes.extend(self.footnote(value.as_ref(), row)?);
        }
        let note =
            entry.unmatched.as_ref().filter(|_| entry.person.is_none() || entry.party.is_none());
        entry.notes.extend(note.cloned());
        Ok(entry)
    }

    /// Returns a note with the mark of a footnote that was removed from a number, and its column.
    fn footnote(
        &mut self,
        value: Option<&ValueSource>,
        row: &Row,
    ) -> Result<Option<String>, ParseError> {
        let settings = value.and_then(ValueSource::settings);
        if !settings.is_some_and(|settings| settings.footnotes) {
            return Ok(None);
        }
        let Some(text) = self.text(value, row)? else { return Ok(None) };
        let (_, mark) = split_footnote(&text);
        let column = value.map_or("", ValueSource::name);
        if mark.is_empty() {
            return Ok(None);
        }
        self.note(RowNote::FootnoteRemoved(column.to_owned()), row, format!("'{text}'"));
        Ok(Some(format!("{column}: {mark}")))
    }

    /// Reads a name. Warns about texts that other programs write for a null value.
    fn name(
        &mut self,
        value: Option<&ValueSource>,
        row: &Row,
    ) -> Result<Option<String>, ParseError> {
        const NULL_WORDS: [&str; 12] =
            ["nan", "null", "none", "na", "n/a", "#n/a", "nil", "unknown", "?", "-", "–", "—"];
        let name = self.text(value, row)?.filter(|name| !name.is_empty());
        if let (Some(value), Some(name)) = (value, &name)
            && NULL_WORDS.iter().any(|word| name.eq_ignore_ascii_case(word))
        {
            let column = value.column_name().to_owned();
            let message = format!(
                "'{name}' is taken for a name (null = [\"\", \"{name}\"] in the mapping says that it is none)"
            );
            self.warn(row, &column, message);
        }
        Ok(name)
    }

    /// Returns the text in place of votes or a share that marks an election without a vote, such as
    /// "unopposed".
    fn unopposed_text(
        &self,
        value: Option<&ValueSource>,
        row: &Row,
    ) -> Result<Option<String>, ParseError> {
        Ok(self.text(value, row)?.filter(|text| is_unopposed(text)))
    }

    /// Warns about each key of a row that is missing from a joined table.
    fn warn_of_unmatched(&mut self, row: &Row) {
        let view = &self.election_rows.view;
        let missing = view.joins.iter().filter_map(|join| view.unmatched_key(join.name, row));
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

/// Rows by round. If some rows state a round, `None` contains the rows that state none.
pub(super) type RowsByRound<'a> = BTreeMap<Option<u8>, Vec<&'a Row>>;
