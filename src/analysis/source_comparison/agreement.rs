//! Counts how often the sources of many elections agree.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

use super::answer::{
    ComparedFigure, FigureStatus, LargestDifference, SourceAgreement, SourceAgreementList,
    SourceComparison, SourceTotals, SourceValue,
};
use super::figures::{pair_status, spread};
use crate::analysis::diff::Delta;

/// Counts agreements of sources, one election at a time. Its size does not depend on the number of
/// elections.
///
/// ```
/// use hustings::Archive;
/// use hustings::analysis::source_comparison::{SourceAgreementCounter, compare_territory};
/// # let folder = std::env::temp_dir().join("hustings-example-source-agreement");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// archive.import(["fixtures/articles"])?;
/// archive.import(["fixtures/commission"])?;
/// let (snapshot, mut counter) = (archive.snapshot(), SourceAgreementCounter::default());
/// for compared in compare_territory(&snapshot, &Default::default(), Default::default())? {
///     counter.add(&compared?);
/// }
/// assert_eq!(counter.finish().sources.len(), 2);
/// # drop((archive, snapshot)); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct SourceAgreementCounter {
    elections: u64,
    sources: BTreeMap<String, SourceTotals>,
    pairs: BTreeMap<([String; 2], String), SourceAgreement>,
}

impl SourceAgreementCounter {
    /// Adds the comparison of an election.
    pub fn add(&mut self, compared: &SourceComparison) {
        self.elections += 1;
        for source in compared.sources.iter().filter(|source| !source.absent) {
            self.totals(&source.source).elections += 1;
        }
        for figure in &compared.figures {
            for (at, one) in figure.values.iter().enumerate() {
                for other in figure.values.iter().skip(at + 1) {
                    self.add_pair(&compared.address, figure, [one, other]);
                }
            }
        }
    }

    fn totals(&mut self, source: &str) -> &mut SourceTotals {
        let new = || SourceTotals { source: source.to_owned(), ..SourceTotals::default() };
        self.sources.entry(source.to_owned()).or_insert_with(new)
    }

    fn add_pair(&mut self, address: &str, figure: &ComparedFigure, sides: [&SourceValue; 2]) {
        // A pair has the same order in every election.
        let mut sides = sides;
        sides.sort_by_key(|side| &side.source);
        let [one, other] = sides;
        let status = pair_status(&one.value, &other.value);
        for side in sides {
            let totals = self.totals(&side.source);
            let counts =
                [&mut totals.compared, &mut totals.agree, &mut totals.rounded, &mut totals.differ];
            count(counts, status);
        }
        let names = [one.source.clone(), other.source.clone()];
        let new = SourceAgreement {
            sources: names.clone(),
            field: figure.field.clone(),
            compared: 0,
            agree: 0,
            rounded: 0,
            differ: 0,
            largest: None,
        };
        let pair = self.pairs.entry((names, figure.field.clone())).or_insert(new);
        count([&mut pair.compared, &mut pair.agree, &mut pair.rounded, &mut pair.differ], status);
        let difference = spread(&[one.clone(), other.clone()]);
        let Some(difference) = difference.filter(|_| status == FigureStatus::Differ) else {
            return;
        };
        let is_larger = pair.largest.as_ref().is_none_or(|largest| {
            compare_sizes(difference, largest.difference) == Ordering::Greater
        });
        if is_larger {
            pair.largest = Some(LargestDifference {
                address: address.to_owned(),
                contest: figure.contest.clone(),
                contender: figure.contender.clone(),
                figure: figure.name(),
                values: [one.text.clone(), other.text.clone()],
                difference,
            });
        }
    }

    /// Returns the counts, ordered by how much differs.
    #[must_use]
    pub fn finish(self) -> SourceAgreementList {
        let mut sources: Vec<SourceTotals> = self.sources.into_values().collect();
        // Parts are compared as products, which are exact.
        sources.sort_by(|one, other| {
            let [own, others] = [
                u128::from(one.differ) * u128::from(other.compared.max(1)),
                u128::from(other.differ) * u128::from(one.compared.max(1)),
            ];
            others.cmp(&own).then_with(|| one.source.cmp(&other.source))
        });
        let mut pairs: Vec<SourceAgreement> = self.pairs.into_values().collect();
        pairs.sort_by_key(|pair| (Reverse(pair.differ), Reverse(pair.compared)));
        SourceAgreementList { elections: self.elections, sources, pairs }
    }
}

/// Counts a comparison. The counts are: compared, agree, rounded, differ.
fn count([compared, agree, rounded, differ]: [&mut u64; 4], status: FigureStatus) {
    *compared += 1;
    match status {
        FigureStatus::Rounded => *rounded += 1,
        FigureStatus::Differ => *differ += 1,
        FigureStatus::Agree | FigureStatus::OneSource => *agree += 1,
    }
}

/// Compares two differences of one kind of figure.
fn compare_sizes(one: Delta, other: Delta) -> Ordering {
    match (one, other) {
        (Delta::Count(one), Delta::Count(other)) => one.cmp(&other),
        (Delta::Points(one), Delta::Points(other)) => one.cmp(&other),
        _ => Ordering::Equal,
    }
}
