//! Several rows of one contender in one round: added if the mapping states so, otherwise reported.

use std::collections::HashMap;

use super::contender_rows::{ContenderName, ContenderRow};
use super::mapping::{Merge, ValueSource};
use super::reader::Reader;
use super::report::RowNote;
use crate::model::{Decimal, Interval, format_count};

/// Returns the rows of contenders. Several rows of one contender in one round are added, or are
/// kept with a warning.
pub(super) fn merge_rows<'a>(
    reader: &mut Reader<'a>,
    entries: Vec<ContenderRow<'a>>,
) -> Vec<ContenderRow<'a>> {
    let mut indices: HashMap<(Option<u8>, ContenderName), Vec<usize>> = HashMap::new();
    for (at, entry) in entries.iter().enumerate() {
        if let Some(who) = entry.contender_name() {
            indices.entry((entry.round, who)).or_default().push(at);
        }
    }
    if indices.len() == entries.len() {
        return entries;
    }
    let adds_rows = reader.election_rows.view.mapping.merge == Some(Merge::Sum);
    let mut complete_rounds: HashMap<Option<u8>, bool> = HashMap::new();
    let mut merged: Vec<Option<ContenderRow<'a>>> = entries.iter().cloned().map(Some).collect();
    let mut groups: Vec<Vec<usize>> =
        indices.into_values().filter(|group| group.len() > 1).collect();
    groups.sort_unstable();
    for group in groups {
        let rows: Vec<&ContenderRow<'a>> = group.iter().map(|at| &entries[*at]).collect();
        let (first, round) = (rows[0], rows[0].round);
        let can_add_shares = *complete_rounds.entry(round).or_insert_with(|| {
            shares_are_complete(
                entries.iter().filter(|entry| entry.round == round).map(|entry| entry.share),
            )
        });
        match adds_rows.then(|| sum_rows(&rows, can_add_shares)).flatten() {
            Some(sum) => {
                reader.note_sum(&rows, &sum);
                group.iter().for_each(|at| merged[*at] = None);
                merged[group[0]] = Some(sum);
            }
            None => {
                rows.iter()
                    .skip(1)
                    .for_each(|row| reader.warn_of_repeated_contender(first, row, adds_rows));
            }
        }
    }
    merged.into_iter().flatten().collect()
}

/// Returns whether every row of a round has a share and the shares add up to 100 %, within
/// rounding.
fn shares_are_complete(shares: impl Iterator<Item = Option<Decimal>>) -> bool {
    let mut sum = Interval::ZERO;
    for share in shares {
        let Some(share) = share else { return false };
        sum = sum.plus(Interval::from_decimal(share));
    }
    sum.overlaps(Interval::from_integer(100))
}

/// Returns the sum of the rows; `None` if a figure is known in only some of them, because a blank
/// is not zero.
fn sum_rows<'a>(rows: &[&ContenderRow<'a>], can_add_shares: bool) -> Option<ContenderRow<'a>> {
    let (first, others) = rows.split_first()?;
    let mut sum = (*first).clone();
    let mut labels: Vec<(String, Option<u64>)> = Vec::new();
    for other in others {
        sum.votes = add_optional(sum.votes, other.votes)?;
        sum.seats = add_optional(sum.seats, other.seats)?;
        sum.electoral_votes = add_optional(sum.electoral_votes, other.electoral_votes)?;
        sum.share = match (sum.share, other.share) {
            (Some(one), Some(other)) if can_add_shares => Some(one.checked_add(other)?),
            _ => None,
        };
        if sum.unopposed != other.unopposed {
            return None;
        }
        // A person who stands for several parties has a note with the votes for each.
        let other_labels = [(&sum.party, &other.party), (&sum.alliance, &other.alliance)];
        for (own, label) in other_labels {
            let Some(label) = label.as_ref().filter(|_| own != label) else { continue };
            match labels.iter_mut().find(|(known, _)| known == label) {
                Some((_, votes)) => *votes = add_optional(*votes, other.votes)?,
                None => labels.push((label.clone(), other.votes)),
            }
        }
        for note in &other.notes {
            if !sum.notes.contains(note) {
                sum.notes.push(note.clone());
            }
        }
        sum.details.retain(|detail| other.details.contains(detail));
    }
    let notes = labels.into_iter().map(|(label, votes)| match votes {
        Some(votes) => format!("{label}, {}", format_count(votes, "vote")),
        None => label,
    });
    sum.notes.extend(notes);
    // Without votes, a share that cannot be added would be lost.
    let has_share = rows.iter().any(|row| row.share.is_some());
    let lost = sum.votes.is_none() && sum.share.is_none() && has_share;
    (!lost).then_some(sum)
}

#[expect(clippy::option_option, reason = "nothing, where one is known and the other is not")]
fn add_optional(one: Option<u64>, other: Option<u64>) -> Option<Option<u64>> {
    match (one, other) {
        (None, None) => Some(None),
        (Some(one), Some(other)) => one.checked_add(other).map(Some),
        _ => None,
    }
}

impl<'a> Reader<'a> {
    fn note_sum(&mut self, rows: &[&ContenderRow<'a>], sum: &ContenderRow<'a>) {
        for row in rows.iter().skip(1) {
            self.note(RowNote::RowsMerged, row.row, format!("'{}'", row.name()));
        }
        for row in rows.iter().filter(|row| row.share.is_some() && sum.share.is_none()) {
            self.note(RowNote::ShareDropped, row.row, format!("'{}'", row.name()));
        }
        let all = rows.iter().flat_map(|row| &row.details);
        let mut lost: Vec<&str> =
            all.filter(|detail| !sum.details.contains(detail)).map(|(name, _)| *name).collect();
        lost.sort_unstable();
        lost.dedup();
        for name in lost {
            self.note(
                RowNote::DetailDropped(name.to_owned()),
                sum.row,
                format!("'{}'", sum.name()),
            );
        }
    }

    /// Warns about another row of a contender in the same round.
    fn warn_of_repeated_contender(
        &mut self,
        first: &ContenderRow<'_>,
        entry: &ContenderRow<'_>,
        adds_rows: bool,
    ) {
        let line = first.row.line;
        let message = if adds_rows {
            let name = entry.name();
            format!(
                "'{name}' stands twice in one round, first on line {line}; the rows do not state the same \
                 figures and cannot be added"
            )
        } else if first.row.cells() == entry.row.cells() {
            format!(
                "the row says the same as line {line}, and both are kept (duplicates = \"drop\" or merge = \"sum\" \
                 in the mapping says otherwise)"
            )
        } else {
            let name = entry.name();
            format!(
                "'{name}' stands twice in one round, first on line {line}, and both rows are kept \
                 (merge = \"sum\" in the mapping adds them)"
            )
        };
        self.warn_at_contender(entry, message);
    }

    /// Warns at the column with the contender's name.
    pub(super) fn warn_at_contender(&mut self, entry: &ContenderRow<'_>, message: String) {
        let columns = &self.election_rows.view.mapping.contender;
        let named = if entry.person.is_some() { &columns.person } else { &columns.party };
        let column = named.as_ref().map_or("", ValueSource::column_name);
        let column = column.to_owned();
        self.warn(entry.row, &column, message);
    }
}
