//! Index of lineages. Finds the successions between the parties of two elections.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use crate::Result;
use crate::archive::ElectionQueries;
use crate::model::{Contender, Election, Lineage, PartialDate, PartySuccession, fold};

/// Indexed lineages of one or more countries.
///
/// ```
/// use hustings::analysis::diff::LineageIndex;
/// use hustings::model::Lineage;
/// let lineage = LineageIndex::new(&[Lineage::default()]);
/// assert!(lineage.is_empty());
/// ```
#[derive(Debug, Clone, Default)]
pub struct LineageIndex {
    lineages: Vec<Lineage>,
    /// Parties by lineage and id.
    ids: HashMap<(usize, String), PartyId>,
    /// Parties by lineage and folded name, current or former.
    names: HashMap<(usize, String), BTreeSet<PartyId>>,
    /// Successors of each party, with the index of the succession in its lineage.
    successors: HashMap<PartyId, Vec<(PartyId, usize)>>,
}

/// Identifies a party: the index of its lineage and its index within the lineage.
pub(super) type PartyId = (usize, usize);

/// Path of changes that leads from one party to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Succession {
    /// Description of each change.
    pub(super) evidence: Vec<String>,
    /// Whether every change lies between the two elections.
    pub(super) is_between_elections: bool,
    /// Whether only a part left the earlier party, because the party still stands or the part left
    /// long before the party's end.
    pub(super) is_partial: bool,
}

/// Parties that stand in two elections, with the dates of the elections.
pub(super) struct LineageQuery<'a> {
    pub(super) before: &'a BTreeSet<PartyId>,
    pub(super) after: &'a BTreeSet<PartyId>,
    pub(super) dates: Option<[PartialDate; 2]>,
}

/// Maximum number of years between an election and the merger of a party into the party on whose
/// list it stood.
const MERGER_YEARS: i32 = 4;

/// Number of months before a party's end within which a departing part belongs to the dissolution.
/// A part that leaves earlier is a breakaway.
const DISSOLUTION_MONTHS: i32 = 12;

/// Maximum number of successive changes followed from one party to another.
const MAX_STEPS: usize = 6;

impl LineageIndex {
    /// Indexes all lineages in an archive for the countries of these elections.
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub fn load<'a>(
        archive: &impl ElectionQueries,
        elections: impl IntoIterator<Item = &'a Election>,
    ) -> Result<Self> {
        let countries = elections.into_iter().filter_map(|election| election.country.as_deref());
        let countries: BTreeSet<&str> = countries.collect();
        let mut lineages: Vec<Lineage> = Vec::new();
        for country in countries {
            for lineage in archive.lineages(country)? {
                if !lineages.contains(&lineage) {
                    lineages.push(lineage);
                }
            }
        }
        Ok(Self::new(&lineages))
    }

    /// Indexes these lineages.
    #[must_use]
    pub fn new(lineages: &[Lineage]) -> Self {
        let mut index = Self { lineages: lineages.to_vec(), ..Self::default() };
        for (lineage_number, lineage) in lineages.iter().enumerate() {
            for (at, party) in lineage.parties.iter().enumerate() {
                index.ids.insert((lineage_number, party.id.clone()), (lineage_number, at));
                for name in &party.names {
                    index
                        .names
                        .entry((lineage_number, fold(&name.name)))
                        .or_default()
                        .insert((lineage_number, at));
                }
            }
            for (number, change) in lineage.successions.iter().enumerate() {
                let [from, to] = [&change.from, &change.to]
                    .map(|id| index.ids.get(&(lineage_number, id.clone())).copied());
                if let Some((from, to)) = from.zip(to) {
                    index.successors.entry(from).or_default().push((to, number));
                }
            }
        }
        index
    }

    /// Returns whether no lineage contains a party.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lineages.iter().all(|lineage| lineage.parties.is_empty())
    }

    /// Returns the party of a contender in each lineage that contains it: by id, else by a name
    /// that only one party has.
    pub(crate) fn parties(&self, contender: &Contender) -> Vec<PartyId> {
        let mut parties = Vec::new();
        for (lineage_number, lineage) in self.lineages.iter().enumerate() {
            let found = match lineage.party_id(contender) {
                Some(id) => self.ids.get(&(lineage_number, id.to_owned())).copied(),
                None => contender.party.as_ref().and_then(|party| {
                    let named = self.names.get(&(lineage_number, fold(&party.name)))?;
                    named.first().copied().filter(|_| named.len() == 1)
                }),
            };
            parties.extend(found);
        }
        parties
    }

    /// Returns an explanation of a name that a party has had, with its start date and source.
    /// `None` if the party never had the name.
    pub(super) fn explain_name(&self, (lineage_number, at): PartyId, name: &str) -> Option<String> {
        let lineage = self.lineages.get(lineage_number)?;
        let names = &lineage.parties.get(at)?.names;
        let own = names.iter().find(|own| fold(&own.name) == fold(name))?;
        let since = own.since.map(|since| format!(" since {since}")).unwrap_or_default();
        Some(format!("a name of the same party{since} ({})", lineage.source))
    }

    /// Returns the successions from the parties of the earlier election to the parties of the later
    /// election that they became, wholly or in part. If two parties stand in both elections, a
    /// succession between them moved only a few members and is ignored.
    pub(super) fn successions(
        &self,
        query: &LineageQuery<'_>,
    ) -> BTreeMap<(PartyId, PartyId), Succession> {
        let mut successions = BTreeMap::new();
        for from in query.before {
            let ended = !query.after.contains(from);
            let mut found = self.successors_of(*from, ended, query);
            let end = found
                .iter()
                .filter_map(|(_, succession, departure)| {
                    departure.filter(|_| !succession.is_partial)
                })
                .max();
            for (to, mut succession, departure) in found.drain(..) {
                // A part that left long before the party's end broke away from a continuing party.
                succession.is_partial |= end.zip(departure).is_some_and(|(end, departure)| {
                    months_between(departure, end) > DISSOLUTION_MONTHS
                });
                successions.insert((*from, to), succession);
            }
        }
        successions
    }

    /// Returns the successors of one party, each with its path and the date of the first change on
    /// that path. A date after the second election is replaced by the date of that election.
    fn successors_of(
        &self,
        from: PartyId,
        ended: bool,
        query: &LineageQuery<'_>,
    ) -> Vec<(PartyId, Succession, Option<PartialDate>)> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::from([from]);
        let start =
            Succession { evidence: Vec::new(), is_between_elections: true, is_partial: !ended };
        let mut queue = VecDeque::from([(from, start, None)]);
        while let Some((at, succession, departure)) = queue.pop_front() {
            for (to, number) in self.successors.get(&at).into_iter().flatten() {
                let Some(change) = self.lineages[at.0].successions.get(*number) else { continue };
                let Some(in_time) = lies_between(change, query.dates, ended) else { continue };
                if !seen.insert(*to) {
                    continue;
                }
                let second = query.dates.map(|[_, second]| second);
                let date = change.date.map(|date| second.map_or(date, |second| date.min(second)));
                let departure = if succession.evidence.is_empty() { date } else { departure };
                let mut why = succession.evidence.clone();
                why.push(self.describe(at, *to, change));
                let succession = Succession {
                    evidence: why,
                    is_between_elections: succession.is_between_elections && in_time,
                    ..succession
                };
                let is_new = !query.before.contains(to);
                if query.after.contains(to) {
                    if ended || is_new {
                        found.push((*to, succession, departure));
                    }
                } else if is_new && succession.evidence.len() < MAX_STEPS {
                    queue.push_back((*to, succession, departure));
                }
            }
        }
        found
    }

    fn describe(&self, from: PartyId, to: PartyId, change: &PartySuccession) -> String {
        let lineage = &self.lineages[from.0];
        let [from, to] = [from.1, to.1]
            .map(|at| lineage.parties.get(at).map(|party| party.name()).unwrap_or_default());
        let date = change.date.map(|date| format!("{date}, ")).unwrap_or_default();
        format!("{from} → {to} ({date}{})", lineage.source)
    }
}

/// Returns the number of months between two dates. An unknown month counts as June.
fn months_between(first: PartialDate, second: PartialDate) -> i32 {
    let months = |date: PartialDate| date.year() * 12 + date.month().map_or(6, i32::from);
    months(second) - months(first)
}

/// Returns whether a change may lie between two elections: `Some(true)` if its date lies between
/// them, or a date is unknown; `Some(false)` if it falls within [`MERGER_YEARS`] years after the
/// second election and the earlier party no longer stands, since parties often share a list before
/// they merge; `None` otherwise.
fn lies_between(
    change: &PartySuccession,
    dates: Option<[PartialDate; 2]>,
    ended: bool,
) -> Option<bool> {
    let (Some(date), Some([first, second])) = (change.date, dates) else { return Some(true) };
    let after_first = date > first || date.covers(first);
    let before_second = date <= second || second.covers(date);
    if after_first && before_second {
        return Some(true);
    }
    let joined_early = ended && date > second && date.year() <= second.year() + MERGER_YEARS;
    joined_early.then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Party, PartyName};

    fn index(changes: &[(&str, &str, &str)]) -> LineageIndex {
        let ids: BTreeSet<&str> = changes.iter().flat_map(|(from, to, _)| [*from, *to]).collect();
        let party = |id: &&str| Party {
            id: (*id).to_owned(),
            names: vec![PartyName { name: (*id).to_owned(), since: None }],
        };
        let change = |(from, to, date): &(&str, &str, &str)| PartySuccession {
            from: (*from).to_owned(),
            to: (*to).to_owned(),
            date: Some(date.parse().unwrap()),
            note: None,
        };
        LineageIndex::new(&[Lineage {
            source: "chronicle".to_owned(),
            parties: ids.iter().map(party).collect(),
            successions: changes.iter().map(change).collect(),
            ..Lineage::default()
        }])
    }

    fn successions(lineage: &LineageIndex, before: &[&str], after: &[&str]) -> Vec<(String, bool)> {
        let found = find_successions(lineage, before, after).into_values();
        found
            .map(|succession| (succession.evidence.join("; "), succession.is_between_elections))
            .collect()
    }

    fn find_successions(
        lineage: &LineageIndex,
        before: &[&str],
        after: &[&str],
    ) -> BTreeMap<(PartyId, PartyId), Succession> {
        let of = |ids: &[&str]| {
            ids.iter().filter_map(|id| lineage.ids.get(&(0, (*id).to_owned()))).copied().collect()
        };
        let (before, after) = (of(before), of(after));
        let dates = Some(["1992-04-05", "1996-04-21"].map(|date| date.parse().unwrap()));
        lineage.successions(&LineageQuery { before: &before, after: &after, dates })
    }

    #[test]
    fn successions_follow_the_changes_between_the_elections() {
        let lineage = index(&[
            ("A", "B", "1994-01-22"),
            ("B", "C", "1995"),
            ("A", "D", "1990"),
            ("E", "A", "1997-01-01"),
        ]);
        let expected = |text: &str, in_time| vec![(text.to_owned(), in_time)];
        let evidence = "A → B (1994-01-22, chronicle); B → C (1995, chronicle)";
        assert_eq!(successions(&lineage, &["A"], &["C"]), expected(evidence, true));
        assert_eq!(successions(&lineage, &["A"], &["D"]), [], "it came before both");
        assert_eq!(
            successions(&lineage, &["E"], &["A"]),
            expected("E → A (1997-01-01, chronicle)", false)
        );
        assert_eq!(successions(&lineage, &["E"], &["A", "E"]), [], "not before it ended");
        assert_eq!(successions(&lineage, &["A", "B"], &["A", "B"]), [], "members moved");
        assert_eq!(successions(&lineage, &["A"], &["A", "B"]).len(), 1, "a part that is new");
        assert_eq!(successions(&lineage, &["A", "B"], &["B"]).len(), 1, "one that ended");
    }

    #[test]
    fn an_early_departure_is_a_breakaway() {
        let lineage =
            index(&[("A", "B", "1992-05-01"), ("A", "C", "1993-11-01"), ("A", "D", "1994-02-01")]);
        let parts = |after: &[&str]| -> Vec<bool> {
            find_successions(&lineage, &["A"], after)
                .into_values()
                .map(|succession| succession.is_partial)
                .collect()
        };
        assert_eq!(parts(&["B", "C", "D"]), [true, false, false]);
        assert_eq!(parts(&["B"]), [false], "all that is left of it");
        assert_eq!(parts(&["A", "B"]), [true], "it still stands");
    }
}
