//! Finding the elections that links name, each by a look-up: in what is checked, else in the archive.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::Result;
use crate::archive::{Archive, ElectionId, Elections, Listing, Record};
use crate::chain::Side;
use crate::model::{Contest, Election, Kind, Link, fold};

/// The records that are checked, by title.
pub(super) struct Known<'a> {
    archive: &'a Archive,
    titles: HashMap<&'a str, &'a Record>,
    /// Whether these are all that the archive has.
    whole: bool,
}

impl<'a> Known<'a> {
    pub(super) fn new(archive: &'a Archive, records: &'a [Record], whole: bool) -> Self {
        let titles = |record: &'a Record| record.titles.iter().map(move |title| (title, record));
        let titles = records.iter().flat_map(titles).map(|(title, record)| (&**title, record));
        Self { archive, titles: titles.collect(), whole }
    }

    pub(super) fn titled(&self, title: &str) -> Result<Option<Cow<'a, Record>>> {
        match self.titles.get(&*fold(title)) {
            Some(record) => Ok(Some(Cow::Borrowed(record))),
            None if self.whole => Ok(None),
            None => self.latest(self.archive.titled(title)?.as_deref()),
        }
    }

    fn latest(&self, listing: Option<&Listing>) -> Result<Option<Cow<'a, Record>>> {
        let record = listing.map(|listing| self.archive.record(listing.version));
        Ok(record.transpose()?.map(Cow::Owned))
    }

    pub(super) fn was_removed(&self, title: &str) -> Result<bool> {
        self.archive.was_removed(title)
    }

    /// Whether a record is among those that are checked.
    pub(super) fn checks(&self, record: &Record) -> bool {
        record
            .titles
            .first()
            .and_then(|title| self.titles.get(&**title))
            .is_some_and(|known| known.id == record.id)
    }

    /// The election before, in the chain of a contest: the one that it names, else the only one that names it as
    /// its next.
    pub(super) fn before(
        &self,
        record: &Record,
        contest: &Contest,
    ) -> Result<Option<Cow<'a, Record>>> {
        let kind = contest.kind.as_ref().or(record.election.kind.as_ref());
        let own = contest.previous.clone();
        let listing = record.listing();
        let link = own.or_else(|| Side::Earlier.link(&listing.outline, kind).cloned());
        if let Some(title) = link.and_then(|link| link.title) {
            let found = self.titled(&title)?;
            return Ok(found.filter(|found| found.id != record.id));
        }
        let claims = self.archive.linking_to(&listing)?;
        let mut claims = claims.iter().filter(|claim| {
            let next = Side::Later.link(&claim.outline, kind);
            let next = next.and_then(|link| link.title.as_deref());
            next.is_some_and(|title| record.titles.contains(&fold(title)))
        });
        let only = claims.next().filter(|_| claims.next().is_none());
        self.latest(only.map(|only| &**only))
    }
}

/// The contest of an earlier election that came before this one; none where it could be either of two.
pub(super) fn counterpart<'a>(
    contest: &Contest,
    of: &Election,
    before: &'a Election,
) -> Option<&'a Contest> {
    fn alike<'a>(election: &'a Election, kind: Option<&Kind>) -> Vec<&'a Contest> {
        let contests = election.contests.iter();
        let fits = |other: &&Contest| {
            let other = other.kind.as_ref().or(election.kind.as_ref());
            kind.zip(other).is_some_and(|(kind, other)| kind.comparable(other))
        };
        contests.filter(fits).collect()
    }
    let kind = contest.kind.as_ref().or(of.kind.as_ref());
    let there = alike(before, kind);
    if alike(of, kind).len() == 1 && there.len() == 1 {
        return there.first().copied();
    }
    let name = fold(contest.name.as_ref()?);
    let mut named =
        there.into_iter().filter(|other| other.name.as_deref().map(fold).as_ref() == Some(&name));
    let only = named.next()?;
    named.next().is_none().then_some(only)
}

/// Whether two elections are of one type, as far as is known.
pub(super) fn of_one_type(one: &Election, other: &Election) -> bool {
    let kinds = |election: &Election| -> Vec<Kind> {
        let contests = election.contests.iter().filter_map(|contest| contest.kind.clone());
        contests.chain(election.kind.clone()).collect()
    };
    let (one, other) = (kinds(one), kinds(other));
    one.is_empty()
        || other.is_empty()
        || one.iter().any(|one| other.iter().any(|other| one.comparable(other)))
}

/// The links of an election to one side: its own, and those of its contests that say more.
pub(super) fn links(election: &Election, side: Side) -> Vec<(String, Option<&Kind>, &Link)> {
    let of = |previous, next| if side == Side::Earlier { previous } else { next };
    let own: Option<&Link> = of(election.previous.as_ref(), election.next.as_ref());
    let mut links: Vec<(String, Option<&Kind>, &Link)> =
        own.into_iter().map(|link| (side.word().to_owned(), None, link)).collect();
    for contest in &election.contests {
        let kind = contest.kind.as_ref().or(election.kind.as_ref());
        let link: Option<&Link> = of(contest.previous.as_ref(), contest.next.as_ref());
        if let Some(link) = link.filter(|link| Some(*link) != own) {
            let part = super::part(election, contest);
            let place = format!("contest {}", side.word());
            let place = if part.is_empty() { place } else { format!("{part}: {}", side.word()) };
            links.push((place, kind, link));
        }
    }
    links
}

/// What stands for an election in a graph.
pub(super) fn at(
    places: &mut HashMap<ElectionId, usize>,
    addresses: &mut Vec<String>,
    record: &Record,
) -> usize {
    *places.entry(record.id).or_insert_with(|| {
        addresses.push(record.address.clone());
        addresses.len() - 1
    })
}
