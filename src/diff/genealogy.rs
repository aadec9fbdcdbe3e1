//! Which party became which, between two elections: lineages made ready to be asked.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use crate::Result;
use crate::archive::Elections;
use crate::model::{Contender, Descent, Election, Lineage, PartialDate, fold};

/// The lineages of some countries, indexed.
///
/// ```
/// use hustings::diff::Genealogy;
/// use hustings::model::Lineage;
/// let genealogy = Genealogy::new(&[Lineage::default()]);
/// assert!(genealogy.is_empty());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Genealogy {
    lineages: Vec<Lineage>,
    /// The parties of a lineage, by id.
    ids: HashMap<(usize, String), PartyId>,
    /// The parties of a lineage that had a name, folded.
    names: HashMap<(usize, String), BTreeSet<PartyId>>,
    /// What became of a party.
    onward: HashMap<PartyId, Vec<(PartyId, usize)>>,
}

/// A party: its lineage, and its place there.
pub(super) type PartyId = (usize, usize);

/// How a party became another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Way {
    /// Each change, in words.
    pub(super) why: Vec<String>,
    /// Whether every change was between the two elections.
    pub(super) in_time: bool,
    /// Whether the earlier party still stands, so that only a part of it left.
    pub(super) in_part: bool,
}

/// What stands in two elections, and when these were.
pub(super) struct Between<'a> {
    pub(super) before: &'a BTreeSet<PartyId>,
    pub(super) after: &'a BTreeSet<PartyId>,
    pub(super) dates: Option<[PartialDate; 2]>,
}

/// So many years after an election a party may still join the one whose list it was on then.
const TERM: i32 = 4;

/// So many months before a party's end its parts leave as it dissolves, and not as it goes on.
const DISSOLVING: i32 = 12;

/// So many changes in a row, between two elections, lead from one party to another.
const STEPS: usize = 6;

impl Genealogy {
    /// Of all lineages that an archive has of the countries of these elections.
    ///
    /// # Errors
    /// When the archive cannot be read.
    pub fn of<'a>(
        archive: &impl Elections,
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

    /// Of these lineages.
    #[must_use]
    pub fn new(lineages: &[Lineage]) -> Self {
        let mut new = Self { lineages: lineages.to_vec(), ..Self::default() };
        for (of, lineage) in lineages.iter().enumerate() {
            for (at, party) in lineage.parties.iter().enumerate() {
                new.ids.insert((of, party.id.clone()), (of, at));
                for name in &party.names {
                    new.names.entry((of, fold(&name.name))).or_default().insert((of, at));
                }
            }
            for (number, change) in lineage.changes.iter().enumerate() {
                let [from, to] =
                    [&change.from, &change.to].map(|id| new.ids.get(&(of, id.clone())).copied());
                if let Some((from, to)) = from.zip(to) {
                    new.onward.entry(from).or_default().push((to, number));
                }
            }
        }
        new
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lineages.iter().all(|lineage| lineage.parties.is_empty())
    }

    /// The party that a contender is of, in each lineage that knows it: by its id, else by a name
    /// that no other party there has.
    pub(super) fn parties(&self, contender: &Contender) -> Vec<PartyId> {
        let mut parties = Vec::new();
        for (of, lineage) in self.lineages.iter().enumerate() {
            let found = match lineage.id_of(contender) {
                Some(id) => self.ids.get(&(of, id.to_owned())).copied(),
                None => contender.party.as_ref().and_then(|party| {
                    let called = self.names.get(&(of, fold(&party.name)))?;
                    called.first().copied().filter(|_| called.len() == 1)
                }),
            };
            parties.extend(found);
        }
        parties
    }

    /// What a party is called, and since when it has had a name.
    pub(super) fn renamed(&self, (of, at): PartyId, name: &str) -> Option<String> {
        let lineage = self.lineages.get(of)?;
        let names = &lineage.parties.get(at)?.names;
        let own = names.iter().find(|own| fold(&own.name) == fold(name))?;
        let since = own.since.map(|since| format!(" since {since}")).unwrap_or_default();
        Some(format!("a name of the same party{since} ({})", lineage.source))
    }

    /// Every two parties of which the first stood before and became, wholly or in part, one that stands after, with
    /// how. Where both stood before and both stand after, a change between them moved a few members, and is none.
    pub(super) fn ways(&self, between: &Between<'_>) -> BTreeMap<(PartyId, PartyId), Way> {
        let mut ways = BTreeMap::new();
        for from in between.before {
            let ended = !between.after.contains(from);
            let mut found = self.ways_of(*from, ended, between);
            let end = found.iter().filter_map(|(_, way, left)| left.filter(|_| !way.in_part)).max();
            for (to, mut way, left) in found.drain(..) {
                // Who left long before its end broke away from a party that went on.
                way.in_part |=
                    end.zip(left).is_some_and(|(end, left)| months(left, end) > DISSOLVING);
                ways.insert((*from, to), way);
            }
        }
        ways
    }

    /// Where the ways of one party lead, and when each left it: no later than at the second election.
    fn ways_of(
        &self,
        from: PartyId,
        ended: bool,
        between: &Between<'_>,
    ) -> Vec<(PartyId, Way, Option<PartialDate>)> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::from([from]);
        let start = Way { why: Vec::new(), in_time: true, in_part: !ended };
        let mut waiting = VecDeque::from([(from, start, None)]);
        while let Some((at, way, left)) = waiting.pop_front() {
            for (to, number) in self.onward.get(&at).into_iter().flatten() {
                let Some(change) = self.lineages[at.0].changes.get(*number) else { continue };
                let Some(in_time) = in_time(change, between.dates, ended) else { continue };
                if !seen.insert(*to) {
                    continue;
                }
                let second = between.dates.map(|[_, second]| second);
                let date = change.date.map(|date| second.map_or(date, |second| date.min(second)));
                let left = if way.why.is_empty() { date } else { left };
                let mut why = way.why.clone();
                why.push(self.said(at, *to, change));
                let way = Way { why, in_time: way.in_time && in_time, ..way };
                let new = !between.before.contains(to);
                if between.after.contains(to) {
                    if ended || new {
                        found.push((*to, way, left));
                    }
                } else if new && way.why.len() < STEPS {
                    waiting.push_back((*to, way, left));
                }
            }
        }
        found
    }

    fn said(&self, from: PartyId, to: PartyId, change: &Descent) -> String {
        let lineage = &self.lineages[from.0];
        let [from, to] = [from.1, to.1]
            .map(|at| lineage.parties.get(at).map(|party| party.name()).unwrap_or_default());
        let date = change.date.map(|date| format!("{date}, ")).unwrap_or_default();
        format!("{from} → {to} ({date}{})", lineage.source)
    }
}

/// How many months lie between two dates, by the months that are known.
fn months(first: PartialDate, second: PartialDate) -> i32 {
    let of = |date: PartialDate| date.year() * 12 + date.month().map_or(6, i32::from);
    of(second) - of(first)
}

/// Whether a change may have come between two elections: `Some(true)` when its date says so or is not known;
/// `Some(false)` when it came within a term after them, and the party did not stand any more. Lists are often
/// joined before the parties are.
fn in_time(change: &Descent, dates: Option<[PartialDate; 2]>, ended: bool) -> Option<bool> {
    let (Some(date), Some([first, second])) = (change.date, dates) else { return Some(true) };
    let after_first = date > first || date.covers(first);
    let before_second = date <= second || second.covers(date);
    if after_first && before_second {
        return Some(true);
    }
    let joined_early = ended && date > second && date.year() <= second.year() + TERM;
    joined_early.then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Party, PartyName};

    fn genealogy(changes: &[(&str, &str, &str)]) -> Genealogy {
        let ids: BTreeSet<&str> = changes.iter().flat_map(|(from, to, _)| [*from, *to]).collect();
        let party = |id: &&str| Party {
            id: (*id).to_owned(),
            names: vec![PartyName { name: (*id).to_owned(), since: None }],
        };
        let change = |(from, to, date): &(&str, &str, &str)| Descent {
            from: (*from).to_owned(),
            to: (*to).to_owned(),
            date: Some(date.parse().unwrap()),
            note: None,
        };
        Genealogy::new(&[Lineage {
            source: "chronicle".to_owned(),
            parties: ids.iter().map(party).collect(),
            changes: changes.iter().map(change).collect(),
            ..Lineage::default()
        }])
    }

    fn ways(genealogy: &Genealogy, before: &[&str], after: &[&str]) -> Vec<(String, bool)> {
        let found = found(genealogy, before, after).into_values();
        found.map(|way| (way.why.join("; "), way.in_time)).collect()
    }

    fn found(
        genealogy: &Genealogy,
        before: &[&str],
        after: &[&str],
    ) -> BTreeMap<(PartyId, PartyId), Way> {
        let of = |ids: &[&str]| {
            ids.iter().filter_map(|id| genealogy.ids.get(&(0, (*id).to_owned()))).copied().collect()
        };
        let (before, after) = (of(before), of(after));
        let dates = Some(["1992-04-05", "1996-04-21"].map(|date| date.parse().unwrap()));
        genealogy.ways(&Between { before: &before, after: &after, dates })
    }

    #[test]
    fn a_change_between_the_elections_leads_from_one_to_the_other() {
        let genealogy = genealogy(&[
            ("A", "B", "1994-01-22"),
            ("B", "C", "1995"),
            ("A", "D", "1990"),
            ("E", "A", "1997-01-01"),
        ]);
        let said = |text: &str, in_time| vec![(text.to_owned(), in_time)];
        let way = "A → B (1994-01-22, chronicle); B → C (1995, chronicle)";
        assert_eq!(ways(&genealogy, &["A"], &["C"]), said(way, true));
        assert_eq!(ways(&genealogy, &["A"], &["D"]), [], "it came before both");
        assert_eq!(ways(&genealogy, &["E"], &["A"]), said("E → A (1997-01-01, chronicle)", false));
        assert_eq!(ways(&genealogy, &["E"], &["A", "E"]), [], "not before it ended");
        assert_eq!(ways(&genealogy, &["A", "B"], &["A", "B"]), [], "members moved");
        assert_eq!(ways(&genealogy, &["A"], &["A", "B"]).len(), 1, "a part that is new");
        assert_eq!(ways(&genealogy, &["A", "B"], &["B"]).len(), 1, "one that ended");
    }

    #[test]
    fn who_left_long_before_the_end_broke_away() {
        let genealogy = genealogy(&[
            ("A", "B", "1992-05-01"),
            ("A", "C", "1993-11-01"),
            ("A", "D", "1994-02-01"),
        ]);
        let parts = |after: &[&str]| -> Vec<bool> {
            found(&genealogy, &["A"], after).into_values().map(|way| way.in_part).collect()
        };
        assert_eq!(parts(&["B", "C", "D"]), [true, false, false]);
        assert_eq!(parts(&["B"]), [false], "all that is left of it");
        assert_eq!(parts(&["A", "B"]), [true], "it still stands");
    }
}
