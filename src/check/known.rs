//! Finding the elections that links name, each by a look-up.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::Result;
use crate::archive::{ElectionId, Elections, Listing, Record, Snapshot, VersionId};
use crate::chain::Side;
use crate::model::{Contest, Election, Kind, Link, fold};

/// What is checked, and the archive that it is in.
pub(super) struct Known<'a> {
    snapshot: &'a Snapshot,
    /// The records that are checked; none when they are all that the archive has.
    given: Option<HashMap<ElectionId, &'a Record>>,
}

impl<'a> Known<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, given: Option<&'a [Record]>) -> Self {
        let by_id =
            |records: &'a [Record]| records.iter().map(|record| (record.id, record)).collect();
        Self { snapshot, given: given.map(by_id) }
    }

    fn given(&self, id: ElectionId) -> Option<&'a Record> {
        self.given.as_ref()?.get(&id).copied()
    }

    /// Keeps a record for a while: its neighbours will ask for it.
    pub(super) fn keep(&self, record: &Record, listing: &Arc<Listing>) {
        if self.given.is_none() {
            self.snapshot.keep(record, listing);
        }
    }

    /// The election with a title.
    pub(super) fn titled(&self, title: &str) -> Result<Option<Cow<'a, Record>>> {
        let listing = self.snapshot.titled(title)?;
        listing.map(|listing| self.record(listing.version)).transpose()
    }

    /// Which election has a title.
    pub(super) fn election_titled(&self, title: &str) -> Result<Option<ElectionId>> {
        Ok(self.snapshot.titled(title)?.map(|listing| listing.version.election))
    }

    pub(super) fn record(&self, version: VersionId) -> Result<Cow<'a, Record>> {
        match self.given(version.election) {
            Some(record) => Ok(Cow::Borrowed(record)),
            None => self.snapshot.record(version).map(Cow::Owned),
        }
    }

    /// The listing of an election, unless it is removed.
    pub(super) fn listing(&self, id: ElectionId) -> Result<Option<Arc<Listing>>> {
        match self.given(id) {
            Some(record) => Ok(Some(Arc::new(record.listing()))),
            None => self.snapshot.listing(id.0),
        }
    }

    /// The address of an election that is not removed.
    pub(super) fn address(&self, id: ElectionId) -> Result<String> {
        Ok(self.listing(id)?.map(|listing| listing.address.clone()).unwrap_or_default())
    }

    pub(super) fn was_removed(&self, title: &str) -> Result<bool> {
        self.snapshot.was_removed(title)
    }

    /// Whether an election is among those that are checked.
    pub(super) fn checks(&self, id: ElectionId) -> bool {
        self.given.as_ref().is_none_or(|given| given.contains_key(&id))
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
        let claims = self.snapshot.linking_to(&listing)?;
        let mut claims = claims.iter().filter(|claim| {
            let next = Side::Later.link(&claim.outline, kind);
            let next = next.and_then(|link| link.title.as_deref());
            next.is_some_and(|title| record.titles.contains(&fold(title)))
        });
        let only = claims.next().filter(|_| claims.next().is_none());
        only.map(|only| self.record(only.version)).transpose()
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
