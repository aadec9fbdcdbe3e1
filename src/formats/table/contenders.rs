//! Contenders of a contest. Rows of several rounds become one contender.

use std::collections::HashMap;

use super::draft::ContenderBuilder;
use super::entries::{ContenderName, ContenderRow, ContenderRows};
use super::known::ContenderIndex;
use super::merge;
use super::reader::Reader;
use crate::model::{
    BallotOption, Contest, OptionKind, Tally, UnparsedField, UnparsedReason, count, grouped,
};

/// Share above which a row without a name counts as a total, in percent.
const MIN_TOTAL_SHARE: f64 = 99.0;

/// Adds the contenders to a contest, and the options that votes are counted for beside them.
pub(super) fn add_contenders<'a>(
    reader: &mut Reader<'a>,
    mut entries: ContenderRows<'a>,
    contest: &mut Contest,
) {
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
        let said = describe_results(entry);
        let column = results.first().map_or("", |(_, column)| column).to_owned();
        let [votes, seats] = sums.get(&entry.round).copied().unwrap_or_default();
        let equals = |count: Option<u64>, sum: u128| {
            count.is_some_and(|count| count > 0 && u128::from(count) == sum)
        };
        let is_total = equals(entry.votes, votes)
            || entry.votes.is_none() && equals(entry.seats, seats)
            || entry.share.is_some_and(|share| share.to_f64() > MIN_TOTAL_SHARE);
        let kept = if is_total {
            let reason =
                UnparsedReason::Expected("a person or a party; it may be the total".to_owned());
            let (text, line) = (said.clone(), Some(entry.row.line));
            reader.kept.push(UnparsedField { label: column.clone(), text, reason, line });
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
    let entries = merge::merge_rows(reader, entries.all);
    let mut drafts: Vec<ContenderBuilder<'a>> = Vec::new();
    let mut known = ContenderIndex::of(&entries);
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
            None => drafts.push(ContenderBuilder::new(entry)),
        }
    }
    contest.contenders = drafts.into_iter().map(ContenderBuilder::finish).collect();
}

/// Describes the results of a row without a name.
fn describe_results(entry: &ContenderRow<'_>) -> String {
    let votes = entry.votes.map(|votes| count(votes, "vote"));
    let share = entry.share.map(|share| format!("{share} %"));
    let seats = entry.seats.map(|seats| count(seats, "seat"));
    let electors = entry.electoral_votes.map(|votes| format!("{} of electors", grouped(votes)));
    [votes, share, seats, electors].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

impl Reader<'_> {
    /// Warns that a contender may be one of an earlier round under another name or party.
    fn warn_of_other_label(&mut self, known: &ContenderIndex, entry: &ContenderRow<'_>) {
        // A name that occurs several times in the round already has a warning.
        if !known.is_once(entry) {
            return;
        }
        let name = entry.name();
        let party = entry.party.as_ref().map(|party| format!(" of '{party}'")).unwrap_or_default();
        let message = match entry.who() {
            Some(ContenderName::Person(_)) if known.is_in_other_round(entry) => format!(
                "'{name}'{party} may be one of several of that name in another round; kept apart"
            ),
            Some(ContenderName::Party(_) | ContenderName::Key(_))
                if known.is_new_in_later_round(entry) =>
            {
                format!(
                    "'{name}' stands in a later round and not in the first; if it stood there under another name, \
                 that is kept apart"
                )
            }
            _ => return,
        };
        self.warn_named(entry, message);
    }
}
