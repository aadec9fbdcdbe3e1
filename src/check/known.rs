//! Resolves links to elections, one lookup per link.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use crate::Result;
use crate::analysis::chain::Direction;
use crate::archive::{ElectionId, ElectionQueries, Listing, Record, Snapshot, VersionId};
use crate::model::{Contest, Election, ElectionType, Link, fold};

/// Resolves links within the archive, with the checked records taking precedence.
pub(super) struct LinkResolver<'a> {
    snapshot: &'a Snapshot,
    /// The records under check; `None` when the whole archive is checked.
    given: Option<HashMap<ElectionId, &'a Record>>,
}

impl<'a> LinkResolver<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, given: Option<&'a [Record]>) -> Self {
        let by_id =
            |records: &'a [Record]| records.iter().map(|record| (record.id, record)).collect();
        Self { snapshot, given: given.map(by_id) }
    }

    fn given(&self, id: ElectionId) -> Option<&'a Record> {
        self.given.as_ref()?.get(&id).copied()
    }

    /// Caches a record whose neighbours are about to be read.
    pub(super) fn keep(&self, record: &Record, listing: &Arc<Listing>) {
        if self.given.is_none() {
            self.snapshot.keep(record, listing);
        }
    }

    /// Returns the record of the election with a title.
    pub(super) fn titled(&self, title: &str) -> Result<Option<Cow<'a, Record>>> {
        let listing = self.snapshot.titled(title)?;
        listing.map(|listing| self.record(listing.version)).transpose()
    }

    /// Returns the id of the election with a title.
    pub(super) fn election_titled(&self, title: &str) -> Result<Option<ElectionId>> {
        Ok(self.snapshot.titled(title)?.map(|listing| listing.version.election))
    }

    pub(super) fn record(&self, version: VersionId) -> Result<Cow<'a, Record>> {
        match self.given(version.election) {
            Some(record) => Ok(Cow::Borrowed(record)),
            None => self.snapshot.record(version).map(Cow::Owned),
        }
    }

    /// Returns the listing of an election, or `None` if it is removed.
    pub(super) fn listing(&self, id: ElectionId) -> Result<Option<Arc<Listing>>> {
        match self.given(id) {
            Some(record) => Ok(Some(Arc::new(record.listing()))),
            None => self.snapshot.listing(id.0),
        }
    }

    /// Returns the address of an election, or an empty string if it is removed.
    pub(super) fn address(&self, id: ElectionId) -> Result<String> {
        Ok(self.listing(id)?.map(|listing| listing.address.clone()).unwrap_or_default())
    }

    pub(super) fn was_removed(&self, title: &str) -> Result<bool> {
        self.snapshot.was_removed(title)
    }

    /// Returns whether an election is among those under check.
    pub(super) fn checks(&self, id: ElectionId) -> bool {
        self.given.as_ref().is_none_or(|given| given.contains_key(&id))
    }

    /// Returns the previous election in the chain of a contest: the linked one, otherwise the only
    /// election that links to this one as its next.
    pub(super) fn before(
        &self,
        record: &Record,
        contest: &Contest,
    ) -> Result<Option<Cow<'a, Record>>> {
        let kind = contest.kind.as_ref().or(record.election.kind.as_ref());
        let own = contest.previous.clone();
        let listing = record.listing();
        let link = own.or_else(|| Direction::Earlier.link(&listing.outline, kind).cloned());
        if let Some(title) = link.and_then(|link| link.title) {
            let found = self.titled(&title)?;
            return Ok(found.filter(|found| found.id != record.id));
        }
        let claims = self.snapshot.linking_to(&listing)?;
        let mut claims = claims.iter().filter(|claim| {
            let next = Direction::Later.link(&claim.outline, kind);
            let next = next.and_then(|link| link.title.as_deref());
            next.is_some_and(|title| record.titles.contains(&fold(title)))
        });
        let only = claims.next().filter(|_| claims.next().is_none());
        only.map(|only| self.record(only.version)).transpose()
    }
}

/// Returns the contest of an earlier election that corresponds to this one, or `None` if more than
/// one could.
pub(super) fn matching_contest<'a>(
    contest: &Contest,
    of: &Election,
    before: &'a Election,
) -> Option<&'a Contest> {
    fn alike<'a>(election: &'a Election, kind: Option<&ElectionType>) -> Vec<&'a Contest> {
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

/// Returns whether two elections are of comparable types. An election without a type matches any.
pub(super) fn have_comparable_types(one: &Election, other: &Election) -> bool {
    let kinds = |election: &Election| -> Vec<ElectionType> {
        let contests = election.contests.iter().filter_map(|contest| contest.kind.clone());
        contests.chain(election.kind.clone()).collect()
    };
    let (one, other) = (kinds(one), kinds(other));
    one.is_empty()
        || other.is_empty()
        || one.iter().any(|one| other.iter().any(|other| one.comparable(other)))
}

/// Returns the links of an election to one side: its own, then those of its contests that differ.
pub(super) fn links(
    election: &Election,
    side: Direction,
) -> Vec<(String, Option<&ElectionType>, &Link)> {
    let of = |previous, next| if side == Direction::Earlier { previous } else { next };
    let own: Option<&Link> = of(election.previous.as_ref(), election.next.as_ref());
    let mut links: Vec<(String, Option<&ElectionType>, &Link)> =
        own.into_iter().map(|link| (side.word().to_owned(), None, link)).collect();
    for contest in &election.contests {
        let kind = contest.kind.as_ref().or(election.kind.as_ref());
        let link: Option<&Link> = of(contest.previous.as_ref(), contest.next.as_ref());
        if let Some(link) = link.filter(|link| Some(*link) != own) {
            let part = super::contest::contest_label(election, contest);
            let place = format!("contest {}", side.word());
            let place = if part.is_empty() { place } else { format!("{part}: {}", side.word()) };
            links.push((place, kind, link));
        }
    }
    links
}
