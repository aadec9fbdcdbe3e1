//! Contenders of a contest. The rows of a contender in several rounds become one contender.

use std::collections::HashMap;

use super::contender_builder::ContenderBuilder;
use super::contender_index::ContenderIndex;
use super::contender_rows::{ContenderName, ContenderRow, ContenderRows};
use super::mapping::Merge;
use super::merge;
use super::reader::Reader;
use crate::model::{
    BallotOption, Contest, OptionKind, Tally, UnparsedField, UnparsedReason, format_count,
    group_digits,
};

/// Share above which a row without a name counts as a total, in percent.
const MIN_TOTAL_SHARE: f64 = 99.0;

/// Adds the contenders to a contest, and the options that votes are counted for beside them.
pub(super) fn add_contenders<'a>(
    reader: &mut Reader<'a>,
    mut entries: ContenderRows<'a>,
    contest: &mut Contest,
) {
    let mut others = entries.take_non_contenders();
    if reader.election_rows.view.mapping.merge == Some(Merge::Sum) {
        others = merge::merge_rows(reader, others);
    }
    reader.add_non_contenders(&others, contest);
    let results: Vec<(&'static str, String)> = reader
        .election_rows
        .view
        .mapping
        .contender_results()
        .map(|(word, value)| (word, value.name().to_owned()))
        .collect();
    let mut sums: HashMap<Option<u8>, [u128; 2]> = HashMap::new();
    for entry in &entries.named {
        let [votes, seats] = sums.entry(entry.round).or_default();
        *votes += u128::from(entry.votes.unwrap_or(0));
        *seats += u128::from(entry.seats.unwrap_or(0));
    }
    for entry in &entries.nameless {
        let results_text = describe_results(entry);
        let column = results.first().map_or("", |(_, column)| column).to_owned();
        let [votes, seats] = sums.get(&entry.round).copied().unwrap_or_default();
        let equals = |count: Option<u64>, sum: u128| {
            count.is_some_and(|count| count > 0 && u128::from(count) == sum)
        };
        let is_total = equals(entry.votes, votes)
            || entry.votes.is_none() && equals(entry.seats, seats)
            || entry.share.is_some_and(|share| share.to_f64() > MIN_TOTAL_SHARE);
        let outcome = if is_total {
            let reason =
                UnparsedReason::Expected("a person or a party; it may be the total".to_owned());
            let (text, line) = (results_text.clone(), Some(entry.row.line));
            reader.unparsed.push(UnparsedField { label: column.clone(), text, reason, line });
            "kept as not understood; all others together have as many"
        } else {
            let kind = OptionKind::Others;
            let tallies = vec![Tally { seats: entry.seats, ..entry.tally() }];
            contest.options.push(BallotOption { kind, name: String::new(), tallies });
            "kept as those of others"
        };
        let message =
            format!("a row with {results_text} and neither a person nor a party, {outcome}");
        reader.warn(entry.row, &column, message);
    }
    let has_rounds = reader.election_rows.view.mapping.contender.round.is_some();
    let entries = merge::merge_rows(reader, entries.named);
    let mut builders: Vec<ContenderBuilder<'a>> = Vec::new();
    let mut index = ContenderIndex::new(&entries);
    for entry in entries {
        let matched = if has_rounds { index.find_match(&builders, &entry) } else { None };
        let at = matched.unwrap_or(builders.len());
        if has_rounds {
            if matched.is_none() {
                reader.warn_of_possible_match(&index, &entry);
            }
            index.insert(&entry, at);
        }
        match builders.get_mut(at) {
            Some(builder) => builder.add_round(reader, entry),
            None => builders.push(ContenderBuilder::new(entry)),
        }
    }
    contest.contenders = builders.into_iter().map(ContenderBuilder::finish).collect();
}

/// Describes the results of a row without a name.
fn describe_results(entry: &ContenderRow<'_>) -> String {
    let votes = entry.votes.map(|votes| format_count(votes, "vote"));
    let share = entry.share.map(|share| format!("{share} %"));
    let seats = entry.seats.map(|seats| format_count(seats, "seat"));
    let electors =
        entry.electoral_votes.map(|votes| format!("{} of electors", group_digits(votes)));
    [votes, share, seats, electors].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

impl Reader<'_> {
    /// Warns that a contender may be the same as a contender of an earlier round with another name
    /// or party.
    fn warn_of_possible_match(&mut self, index: &ContenderIndex, entry: &ContenderRow<'_>) {
        // A name that occurs several times in the round already has a warning.
        if !index.is_unique_in_round(entry) {
            return;
        }
        let name = entry.name();
        let party = entry.party.as_ref().map(|party| format!(" of '{party}'")).unwrap_or_default();
        let message = match entry.contender_name() {
            Some(ContenderName::Person(_)) if index.is_in_other_round(entry) => format!(
                "'{name}'{party} may be one of several of that name in another round; kept apart"
            ),
            Some(ContenderName::Party(_) | ContenderName::Key(_))
                if index.is_new_in_later_round(entry) =>
            {
                format!(
                    "'{name}' stands in a later round and not in the first; if it stood there under another name, \
                 that is kept apart"
                )
            }
            _ => return,
        };
        self.warn_at_contender(entry, message);
    }
}
