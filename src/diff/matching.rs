//! Who is who on two sides: by person, by party, and by what is known of how parties became others.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::genealogy::{Between, Genealogy, PartyId, Way};
use super::person::alike;
use crate::model::{Contender, Kind, PartialDate, Ref, fold};

/// What the contenders of two contests are matched with, besides their names.
#[derive(Debug, Clone, Copy, Default)]
pub struct Matching<'a> {
    /// Which party became which.
    pub lineage: Option<&'a Genealogy>,
    /// When the two contests were, which tells which of these changes lie between them.
    pub dates: Option<[PartialDate; 2]>,
    /// Take two spellings of a name for one, where only one fits.
    pub spelling: bool,
}

/// How contenders were found on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// They are alike in everything.
    Whole,
    /// They share a person.
    Person,
    /// They have the same party, and no person tells them apart.
    Party,
    /// The same party has another name.
    Renamed,
    /// One party became the other.
    Succession,
    /// Several parties became one, or joined it.
    Merger,
    /// One party was divided, and stands no more.
    Split,
    /// Parties were divided and joined at once.
    Regrouping,
    /// Their names may be two spellings of one, and were taken for that because it was asked for.
    Spelling,
}

/// How sure a match is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sure {
    /// The sources have one page or one id for both, or say the same in everything.
    Certain,
    /// The names are the same; or a lineage says so, with a date between the two elections or without one.
    Likely,
    /// A lineage has it later, when the parties that stood together joined; or the names are only alike.
    Possible,
}

/// Contenders of both sides that belong together, by their places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pairing {
    pub(super) before: Vec<usize>,
    pub(super) after: Vec<usize>,
    pub(super) by: By,
    pub(super) sure: Sure,
    pub(super) why: Vec<String>,
}

#[derive(Debug, Default)]
pub(super) struct Matched {
    /// In the order of the later side.
    pub(super) pairings: Vec<Pairing>,
    pub(super) left: Vec<usize>,
    pub(super) entered: Vec<usize>,
    /// Of these, those whose names may be spellings of one.
    pub(super) alike: Vec<(usize, usize)>,
    /// Those that entered and broke away from one that still stands, with how that is known.
    pub(super) breakaways: Vec<(usize, usize, Vec<String>)>,
}

/// What a contender is known by.
struct Known {
    people: Vec<Name>,
    party: Option<Name>,
    ids: Vec<PartyId>,
}

/// A name as names are compared: folded, with the page that the source links it to.
struct Name {
    name: String,
    page: Option<String>,
}

impl Name {
    fn of(of: &Ref) -> Self {
        Self { name: fold(&of.name), page: of.target.as_deref().map(fold) }
    }

    /// By their pages where both have one, else by their words.
    fn same(&self, other: &Self) -> Option<Sure> {
        match (&self.page, &other.page) {
            (Some(one), Some(other)) => (one == other).then_some(Sure::Certain),
            _ => (self.name == other.name).then_some(Sure::Likely),
        }
    }
}

impl Known {
    fn of(contender: &Contender, genealogy: Option<&Genealogy>) -> Self {
        Self {
            people: contender.people.iter().map(Name::of).collect(),
            party: contender.party.as_ref().map(Name::of),
            ids: genealogy.map_or_else(Vec::new, |genealogy| genealogy.parties(contender)),
        }
    }

    fn shares_person(&self, other: &Self) -> Option<Sure> {
        self.people.iter().flat_map(|one| other.people.iter().filter_map(|two| one.same(two))).min()
    }

    /// Whether a lineage knows both, and as one party or as two.
    fn one_party(&self, other: &Self) -> Option<bool> {
        let here = |id: &PartyId| other.ids.iter().find(|two| two.0 == id.0);
        let mut both = self.ids.iter().filter_map(|id| Some((id, here(id)?))).peekable();
        both.peek()?;
        Some(both.any(|(one, two)| one == two))
    }

    fn same_party(&self, other: &Self) -> Option<Sure> {
        let (one, two) = self.party.as_ref().zip(other.party.as_ref())?;
        // "Independent" is no party that two people could share.
        if one.name.starts_with("independent") {
            return None;
        }
        match self.one_party(other) {
            Some(same) => same.then_some(Sure::Certain),
            None => one.same(two),
        }
    }
}

/// Matches each contender once. A party keeps its place in a parliament under another leader; but two people who stand
/// for an office are two contenders, whatever their party. Where a party ended or began between the two contests,
/// the lineages say what it became or came from.
pub(super) fn contenders(
    before: &[Contender],
    after: &[Contender],
    kind: Option<&Kind>,
    with: &Matching<'_>,
) -> Matched {
    let known = |side: &[Contender]| -> Vec<Known> {
        side.iter().map(|contender| Known::of(contender, with.lineage)).collect()
    };
    let (one, other) = (known(before), known(after));
    let parliament = kind.is_some_and(|kind| kind.comparable(&Kind::Parliamentary));
    let mut open = Open {
        left: (0..before.len()).collect(),
        entered: (0..after.len()).collect(),
        pairings: Vec::new(),
    };
    open.pair(By::Whole, |at, to| (before[at] == after[to]).then_some(Sure::Certain));
    let person = |at: usize, to: usize| one[at].shares_person(&other[to]);
    if !parliament {
        open.pair(By::Person, person);
    }
    let (left, entered) = (open.left.clone(), open.entered.clone());
    open.pair(By::Party, |at, to| {
        let sure = one[at].same_party(&other[to])?;
        let alone = |among: &[usize], known: &[Known]| {
            let same = among.iter().filter(|place| one[at].same_party(&known[**place]).is_some());
            same.count() == 1
        };
        let bare = parliament || one[at].people.is_empty() || other[to].people.is_empty();
        (bare && alone(&left, &one) && alone(&entered, &other)).then_some(sure)
    });
    if parliament {
        // Who leads another party now took no voters along, where both parties are known.
        open.pair(By::Person, |at, to| {
            person(at, to).filter(|_| one[at].one_party(&other[to]).is_none())
        });
    }
    let mut breakaways = Vec::new();
    if let Some(genealogy) = with.lineage {
        open.renamed(genealogy, after, &one, &other);
        let party = |known: &Known| parliament || known.people.is_empty();
        breakaways =
            open.regroup(genealogy, [&one, &other].map(|side| parties(side, party)), with.dates);
    }
    breakaways.retain(|(_, to, _)| open.entered.contains(to));
    let mut alike = open.alike(before, after);
    if with.spelling {
        open.pair(By::Spelling, |at, to| alike.contains(&(at, to)).then_some(Sure::Possible));
        alike.clear();
    }
    open.pairings.sort_by_key(|pairing| pairing.after.first().copied());
    Matched { pairings: open.pairings, left: open.left, entered: open.entered, alike, breakaways }
}

/// Where each party stands that contenders are of, as long as only one is of it.
fn parties(side: &[Known], party: impl Fn(&Known) -> bool) -> BTreeMap<PartyId, usize> {
    let mut places: BTreeMap<PartyId, Vec<usize>> = BTreeMap::new();
    for (at, known) in side.iter().enumerate().filter(|(_, known)| party(known)) {
        known.ids.iter().for_each(|id| places.entry(*id).or_default().push(at));
    }
    places
        .into_iter()
        .filter_map(|(id, at)| Some((id, *at.first().filter(|_| at.len() == 1)?)))
        .collect()
}

/// Who is still to be matched, and who is.
struct Open {
    left: Vec<usize>,
    entered: Vec<usize>,
    pairings: Vec<Pairing>,
}

impl Open {
    /// Matches each with the first that is the same.
    fn pair(&mut self, by: By, same: impl Fn(usize, usize) -> Option<Sure>) {
        let Self { left, entered, pairings } = self;
        left.retain(|at| {
            let found = entered.iter().enumerate();
            let found = found.filter_map(|(place, to)| Some((place, *to, same(*at, *to)?))).next();
            let Some((place, to, sure)) = found else { return true };
            entered.remove(place);
            pairings.push(Pairing {
                before: vec![*at],
                after: vec![to],
                by,
                sure,
                why: Vec::new(),
            });
            false
        });
    }

    /// Tells the parties that are the same under another name.
    fn renamed(
        &mut self,
        genealogy: &Genealogy,
        after: &[Contender],
        one: &[Known],
        other: &[Known],
    ) {
        for pairing in self.pairings.iter_mut().filter(|pairing| pairing.by == By::Party) {
            let (Some(at), Some(to)) = (pairing.before.first(), pairing.after.first()) else {
                continue;
            };
            let names = one[*at].party.as_ref().zip(other[*to].party.as_ref());
            if names.is_some_and(|(one, other)| one.same(other).is_none()) {
                pairing.by = By::Renamed;
                let name = after[*to].party.as_ref().map_or("", |party| &party.name);
                pairing.why =
                    other[*to].ids.iter().filter_map(|id| genealogy.renamed(*id, name)).collect();
            }
        }
    }

    /// Puts together what parties became of those that stand no more, and gives back the parts that broke away from
    /// others: their party is the one that still stands.
    fn regroup(
        &mut self,
        genealogy: &Genealogy,
        [before, after]: [BTreeMap<PartyId, usize>; 2],
        dates: Option<[PartialDate; 2]>,
    ) -> Vec<(usize, usize, Vec<String>)> {
        let mut breakaways = Vec::new();
        let [old, new] =
            [&before, &after].map(|side| side.keys().copied().collect::<BTreeSet<_>>());
        let between = Between { before: &old, after: &new, dates };
        for ((from, to), way) in genealogy.ways(&between) {
            match (before.get(&from), after.get(&to)) {
                (Some(at), Some(to)) if way.in_part => breakaways.push((*at, *to, way.why)),
                (Some(at), Some(to)) => self.join(*at, *to, way),
                _ => {}
            }
        }
        breakaways
    }

    /// Joins a contender of the one side and one of the other, with all whom they belong together with already.
    fn join(&mut self, at: usize, to: usize, way: Way) {
        let sure = if way.in_time { Sure::Likely } else { Sure::Possible };
        let mut joined =
            Pairing { before: vec![at], after: vec![to], by: By::Succession, sure, why: way.why };
        let (with, others): (Vec<Pairing>, Vec<Pairing>) = std::mem::take(&mut self.pairings)
            .into_iter()
            .partition(|pairing| pairing.before.contains(&at) || pairing.after.contains(&to));
        self.pairings = others;
        for mut pairing in with {
            joined.before.append(&mut pairing.before);
            joined.after.append(&mut pairing.after);
            joined.sure = joined.sure.max(pairing.sure);
            pairing.why.append(&mut joined.why);
            joined.why = pairing.why;
        }
        for side in [&mut joined.before, &mut joined.after] {
            side.sort_unstable();
            side.dedup();
        }
        joined.by = match (joined.before.len(), joined.after.len()) {
            (1, 1) => By::Succession,
            (_, 1) => By::Merger,
            (1, _) => By::Split,
            _ => By::Regrouping,
        };
        self.left.retain(|other| *other != at);
        self.entered.retain(|other| *other != to);
        self.pairings.push(joined);
    }

    /// Those left over whose names are alike, and like no other's.
    fn alike(&self, before: &[Contender], after: &[Contender]) -> Vec<(usize, usize)> {
        let names = |contender: &Contender| (name(contender), contender.people.is_empty());
        let near = |at: usize, to: usize| {
            let ((one, bare), (other, also)) = (names(&before[at]), names(&after[to]));
            bare == also && alike(&one, &other)
        };
        let pairs = self.left.iter().flat_map(|at| self.entered.iter().map(|to| (*at, *to)));
        let pairs: Vec<(usize, usize)> = pairs.filter(|(at, to)| near(*at, *to)).collect();
        let once = |pick: fn(&(usize, usize)) -> usize, pair: &(usize, usize)| {
            pairs.iter().filter(|other| pick(other) == pick(pair)).count() == 1
        };
        pairs
            .iter()
            .filter(|pair| once(|pair| pair.0, pair) && once(|pair| pair.1, pair))
            .copied()
            .collect()
    }
}

/// What a contender is called: the people, else the party.
pub(crate) fn name(contender: &Contender) -> String {
    if contender.people.is_empty() {
        let party = contender.party.as_ref().map(|party| party.name.clone());
        return party.unwrap_or_else(|| "unnamed".to_owned());
    }
    let names: Vec<&str> = contender.people.iter().map(|person| person.name.as_str()).collect();
    names.join(" / ")
}
