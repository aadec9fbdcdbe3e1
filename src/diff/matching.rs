//! Who is who on two sides: by person, by party, and by what is known of how parties became others.

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::{BTreeMap, HashMap, VecDeque};

use serde::Serialize;

use super::genealogy::{Genealogy, PartyId};
use super::name::{Folded, same};
use super::regroup::Part;
use crate::model::{Contender, Kind, PartialDate, Ref, is_independent};

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
    /// Parts of parties that left one for another, by their places, with how that is known.
    pub(super) partings: Vec<Part>,
}

/// What a contender is known by.
struct Known<'a> {
    people: &'a [Ref],
    party: Option<&'a Ref>,
    ids: Vec<PartyId>,
}

/// What two contenders have in common, where they may be one.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Trait<'a> {
    Party(PartyId),
    Page(Folded<'a>),
    Name(Folded<'a>),
}

impl<'a> Trait<'a> {
    fn of(name: &'a Ref) -> impl Iterator<Item = Self> {
        let page = name.target.as_deref().map(|page| Self::Page(Folded(page)));
        page.into_iter().chain([Self::Name(Folded(&name.name))])
    }
}

impl<'a> Known<'a> {
    fn of(contender: &'a Contender, genealogy: Option<&Genealogy>) -> Self {
        // "Independent" is no party that two people could share, whatever id a source gives it.
        let party = contender.party.as_ref().filter(|party| !is_independent(party));
        let ids = genealogy.filter(|_| party.is_some() || contender.party.is_none());
        Self {
            people: &contender.people,
            party,
            ids: ids.map_or_else(Vec::new, |genealogy| genealogy.parties(contender)),
        }
    }

    fn shares_person(&self, other: &Self) -> Option<Sure> {
        self.people
            .iter()
            .flat_map(|one| other.people.iter().filter_map(|two| same(one, two)))
            .min()
    }

    /// Whether a lineage knows both, and as one party or as two.
    fn one_party(&self, other: &Self) -> Option<bool> {
        let here = |id: &PartyId| other.ids.iter().find(|two| two.0 == id.0);
        let mut both = self.ids.iter().filter_map(|id| Some((id, here(id)?))).peekable();
        both.peek()?;
        Some(both.any(|(one, two)| one == two))
    }

    fn same_party(&self, other: &Self) -> Option<Sure> {
        match self.one_party(other) {
            Some(same) => same.then_some(Sure::Certain),
            None => same(self.party?, other.party?),
        }
    }

    /// All that it is known by; those without any name have that in common.
    fn traits(&self) -> Vec<Trait<'a>> {
        let traits: Vec<_> = self.people_traits().chain(self.party_traits()).collect();
        if traits.is_empty() { vec![Trait::Name(Folded(""))] } else { traits }
    }

    fn people_traits(&self) -> impl Iterator<Item = Trait<'a>> + use<'a> {
        self.people.iter().flat_map(Trait::of)
    }

    fn party_traits(&self) -> impl Iterator<Item = Trait<'a>> {
        let ids = self.ids.iter().map(|id| Trait::Party(*id));
        ids.chain(self.party.into_iter().flat_map(Trait::of))
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
    let genealogy = with.lineage.filter(|genealogy| !genealogy.is_empty());
    let [one, other] = [before, after].map(|side| -> Vec<Known<'_>> {
        side.iter().map(|contender| Known::of(contender, genealogy)).collect()
    });
    let parliament = kind.is_some_and(|kind| kind.comparable(&Kind::Parliamentary));
    let mut open = Open::new(&one, &other);
    let whole = |at: usize, to: usize| (before[at] == after[to]).then_some(Sure::Certain);
    open.pair(By::Whole, Known::traits, whole);
    let person = |at: usize, to: usize| one[at].shares_person(&other[to]);
    if !parliament {
        open.pair(By::Person, |known| known.people_traits().collect(), person);
    }
    let places = [open.left(), open.entered()];
    let lone = LazyCell::new(|| Lone::among([&one, &other], &places));
    open.pair(
        By::Party,
        |known| known.party_traits().collect(),
        |at, to| {
            let bare = parliament || one[at].people.is_empty() || other[to].people.is_empty();
            one[at].same_party(&other[to]).filter(|_| bare && lone.is(at, to))
        },
    );
    if parliament {
        // Who leads another party now took no voters along, where both parties are known.
        let led = |at: usize, to: usize| {
            person(at, to).filter(|_| one[at].one_party(&other[to]).is_none())
        };
        open.pair(By::Person, |known| known.people_traits().collect(), led);
    }
    let mut partings = Vec::new();
    if let Some(genealogy) = genealogy {
        open.renamed(genealogy, after);
        let party = |known: &Known<'_>| parliament || known.people.is_empty();
        let sides = [&one, &other].map(|side| parties(side, party));
        partings =
            super::regroup::regroup(&mut open, genealogy, sides, with.dates, [before, after]);
    }
    if with.spelling {
        let alike = super::person::offered(before, after, &open.left(), &open.entered());
        for (at, to) in alike {
            open.add(Pairing::of(at, to, By::Spelling, Sure::Possible));
        }
    }
    open.pairings.sort_by_key(|pairing| pairing.after.first().copied());
    Matched { left: open.left(), entered: open.entered(), pairings: open.pairings, partings }
}

/// Where each party stands that contenders are of, as long as only one is of it.
fn parties(side: &[Known<'_>], party: impl Fn(&Known<'_>) -> bool) -> BTreeMap<PartyId, usize> {
    let mut places: BTreeMap<PartyId, Vec<usize>> = BTreeMap::new();
    for (at, known) in side.iter().enumerate().filter(|(_, known)| party(known)) {
        known.ids.iter().for_each(|id| places.entry(*id).or_default().push(at));
    }
    let lone = |(id, at): (PartyId, Vec<usize>)| Some((id, *at.first().filter(|_| at.len() == 1)?));
    places.into_iter().filter_map(lone).collect()
}

/// Who is still to be matched, and who is.
pub(super) struct Open<'a> {
    one: &'a [Known<'a>],
    other: &'a [Known<'a>],
    /// Whether each is matched, on either side.
    taken: [Vec<bool>; 2],
    pub(super) pairings: Vec<Pairing>,
}

/// So many who share a name are looked at for each who has it; and among so many, names are not sought in a map.
const NAMESAKES: usize = 16;

impl<'a> Open<'a> {
    fn new(one: &'a [Known<'a>], other: &'a [Known<'a>]) -> Self {
        let taken = [vec![false; one.len()], vec![false; other.len()]];
        Self { one, other, taken, pairings: Vec::new() }
    }

    pub(super) fn left(&self) -> Vec<usize> {
        open(&self.taken[0]).collect()
    }

    pub(super) fn entered(&self) -> Vec<usize> {
        open(&self.taken[1]).collect()
    }

    pub(super) fn add(&mut self, pairing: Pairing) {
        pairing.before.iter().for_each(|at| self.taken[0][*at] = true);
        pairing.after.iter().for_each(|to| self.taken[1][*to] = true);
        self.pairings.push(pairing);
    }

    /// Matches each with the first that is the same. Who is the same shares a trait; so of many, only those that do
    /// are looked at.
    fn pair(
        &mut self,
        by: By,
        traits: impl Fn(&'a Known<'a>) -> Vec<Trait<'a>>,
        same: impl Fn(usize, usize) -> Option<Sure>,
    ) {
        if self.other.len() > NAMESAKES {
            return self.pair_many(by, traits, same);
        }
        for at in 0..self.one.len() {
            let found = match self.taken[0][at] {
                true => None,
                false => open(&self.taken[1]).find_map(|to| Some((to, same(at, to)?))),
            };
            if let Some((to, sure)) = found {
                self.add(Pairing::of(at, to, by, sure));
            }
        }
    }

    fn pair_many(
        &mut self,
        by: By,
        traits: impl Fn(&'a Known<'a>) -> Vec<Trait<'a>>,
        same: impl Fn(usize, usize) -> Option<Sure>,
    ) {
        let mut having: HashMap<Trait<'a>, VecDeque<usize>> = HashMap::new();
        for to in self.entered() {
            traits(&self.other[to])
                .into_iter()
                .for_each(|key| having.entry(key).or_default().push_back(to));
        }
        for at in self.left() {
            let mut found: Option<(usize, Sure)> = None;
            for key in traits(&self.one[at]) {
                let Some(having) = having.get_mut(&key) else { continue };
                while having.front().is_some_and(|to| self.taken[1][*to]) {
                    having.pop_front();
                }
                let free = having.iter().copied().filter(|to| !self.taken[1][*to]).take(NAMESAKES);
                let first = free.filter_map(|to| Some((to, same(at, to)?))).next();
                found = [found, first].into_iter().flatten().min_by_key(|(to, _)| *to);
            }
            if let Some((to, sure)) = found {
                self.add(Pairing::of(at, to, by, sure));
            }
        }
    }

    /// Tells the parties that are the same under another name.
    fn renamed(&mut self, genealogy: &Genealogy, after: &[Contender]) {
        for pairing in self.pairings.iter_mut().filter(|pairing| pairing.by == By::Party) {
            let (Some(at), Some(to)) = (pairing.before.first(), pairing.after.first()) else {
                continue;
            };
            let names = self.one[*at].party.as_ref().zip(self.other[*to].party.as_ref());
            if names.is_some_and(|(one, other)| same(one, other).is_none()) {
                pairing.by = By::Renamed;
                let name = after[*to].party.as_ref().map_or("", |party| &party.name);
                let ids = self.other[*to].ids.iter();
                pairing.why = ids.filter_map(|id| genealogy.renamed(*id, name)).collect();
            }
        }
    }
}

fn open(taken: &[bool]) -> impl Iterator<Item = usize> {
    taken.iter().enumerate().filter(|(_, taken)| !**taken).map(|(at, _)| at)
}

impl Pairing {
    fn of(at: usize, to: usize, by: By, sure: Sure) -> Self {
        Self { before: vec![at], after: vec![to], by, sure, why: Vec::new() }
    }
}

/// Which of those that are open are the only ones of their party on their side.
struct Lone([Vec<bool>; 2]);

impl Lone {
    fn among(sides: [&[Known<'_>]; 2], open: &[Vec<usize>; 2]) -> Self {
        let side = |known: &[Known<'_>], places: &[usize]| {
            let traits = || places.iter().flat_map(|at| known[*at].party_traits());
            let few = places.len() <= NAMESAKES;
            let mut times: HashMap<Trait<'_>, usize> = HashMap::new();
            traits().filter(|_| !few).for_each(|key| *times.entry(key).or_default() += 1);
            let is_lone = |telling: Trait<'_>| match few {
                true => traits().filter(|key| *key == telling).count() == 1,
                false => times.get(&telling) == Some(&1),
            };
            let mut lone = vec![false; known.len()];
            for at in places {
                // A name that another party has too does not matter where ids tell them apart.
                lone[*at] = known[*at].party_traits().next().is_some_and(is_lone);
            }
            lone
        };
        Self([side(sides[0], &open[0]), side(sides[1], &open[1])])
    }

    fn is(&self, at: usize, to: usize) -> bool {
        self.0[0][at] && self.0[1][to]
    }
}

/// What a contender is called: the people, else the party.
pub(crate) fn name(contender: &Contender) -> String {
    called(contender).into_owned()
}

/// What a contender is called.
pub(super) fn called(contender: &Contender) -> Cow<'_, str> {
    match contender.people.as_slice() {
        [] => contender.party.as_ref().map_or("unnamed", |party| &party.name).into(),
        [person] => person.name.as_str().into(),
        people => {
            let names: Vec<&str> = people.iter().map(|person| person.name.as_str()).collect();
            names.join(" / ").into()
        }
    }
}
