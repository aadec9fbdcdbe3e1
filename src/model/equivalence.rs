//! Comparison of records regardless of order.

use super::{Contender, Contest, Election, UnparsedField};

impl Election {
    /// Returns whether two records have the same content. Ignores the prose, the
    /// [`number`](Contender::number) of each contender, the line of each unparsed field, and the
    /// order of contenders, tallies, rounds, options, details and unparsed fields. The order of a
    /// contender's own details counts.
    ///
    /// ```
    /// use hustings::formats::{Format, parse_without_prose};
    /// let lines = ["a", "b"].map(|name| format!("{{\"party\":{{\"name\":\"{name}\"}}}}"));
    /// let election = |contenders: String| {
    ///     let text = format!("{{\"title\":\"t\",\"contests\":[{{\"contenders\":[{contenders}]}}]}}");
    ///     parse_without_prose(Format::Jsonl, &text)
    /// };
    /// let [one, other] = [lines.join(","), [lines[1].clone(), lines[0].clone()].join(",")];
    /// assert!(election(one)?.is_same_record(&election(other)?));
    /// # Ok::<(), hustings::ParseError>(())
    /// ```
    #[must_use]
    pub fn is_same_record(&self, other: &Self) -> bool {
        // Fast path: most different records differ in votes or in the number of items.
        self.fingerprint() == other.fingerprint() && self.to_canonical() == other.to_canonical()
    }

    /// Returns order-independent figures: the numbers of contests, contenders and unparsed fields,
    /// and the sum of all votes.
    fn fingerprint(&self) -> [u64; 4] {
        let contests = self.contests.iter().chain(&self.results);
        let contenders = contests.clone().flat_map(|contest| &contest.contenders);
        let votes = contenders.clone().flat_map(|contender| &contender.tallies);
        let votes = votes.filter_map(|tally| tally.votes).fold(0, u64::wrapping_add);
        let unparsed = self.unparsed.len()
            + contests.clone().map(|contest| contest.unparsed.len()).sum::<usize>();
        [contests.count() as u64, contenders.count() as u64, unparsed as u64, votes]
    }

    /// Returns the record with sorted lists, and without prose, contender numbers and line numbers.
    fn to_canonical(&self) -> Self {
        let mut canonical = Self { sections: Vec::new(), ..self.clone() };
        canonical.details.sort_by_cached_key(|detail| format!("{detail:?}"));
        canonicalise_unparsed(&mut canonical.unparsed);
        for contest in canonical.contests.iter_mut().chain(&mut canonical.results) {
            contest.canonicalise();
        }
        canonical
    }
}

impl Contest {
    fn canonicalise(&mut self) {
        for contender in &mut self.contenders {
            contender.number = None;
            contender.tallies.sort_by_cached_key(|tally| format!("{tally:?}"));
        }
        self.rounds.sort_by_cached_key(|round| format!("{round:?}"));
        self.options.sort_by_cached_key(|option| format!("{option:?}"));
        self.contenders.sort_by_cached_key(|contender: &Contender| format!("{contender:?}"));
        self.details.sort_by_cached_key(|detail| format!("{detail:?}"));
        canonicalise_unparsed(&mut self.unparsed);
    }
}

fn canonicalise_unparsed(fields: &mut [UnparsedField]) {
    for field in fields.iter_mut() {
        field.line = None;
    }
    fields.sort_by_cached_key(|field| format!("{field:?}"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{UnparsedReason, strategy};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn equivalence_ignores_contender_order_and_line_numbers(
            election in strategy::election(),
        ) {
            let mut other = election.clone();
            for contest in &mut other.contests {
                contest.contenders.reverse();
                contest.unparsed.iter_mut().for_each(|field| field.line = Some(7));
            }
            other.sections.clear();
            prop_assert!(election.is_same_record(&other));
        }

        #[test]
        fn records_with_a_different_value_are_not_equivalent(election in strategy::election(), votes in any::<u64>()) {
            let mut other = election.clone();
            let mut contests = other.contests.iter_mut().flat_map(|contest| &mut contest.contenders);
            let changed = contests.find_map(|contender| contender.tallies.first_mut());
            if let Some(tally) = changed && tally.votes != Some(votes) {
                tally.votes = Some(votes);
                prop_assert!(!election.is_same_record(&other));
            }
            let field = UnparsedField {
                label: "l".to_owned(), text: "t".to_owned(), reason: UnparsedReason::NoLabel, line: None,
            };
            let other = Election { unparsed: [election.unparsed.clone(), vec![field]].concat(), ..election.clone() };
            prop_assert!(!election.is_same_record(&other));
        }
    }
}
