//! Identities under random histories: two sources rename, exchange, drop and repeat elections, while
//! a person merges, splits, removes and reverts them. A small model states what must hold.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
#[allow(dead_code, reason = "an example, of which only one function is used")]
#[path = "../examples/read_store.rs"]
mod read_store;

use std::collections::{BTreeMap, BTreeSet};

use common::archive_folder::ArchiveFolder;
use hustings::Archive;
use hustings::archive::{ElectionId, ImportOptions, ImportReport};
use hustings::check::{Rule, check};
use hustings::formats::Mapping;
use hustings::model::{Address, VersionSelector};
use proptest::prelude::*;

const SOURCES: [&str; 2] = ["office", "press"];

/// An archive that can be closed, and its folder.
struct Fixture {
    folder: tempfile::TempDir,
    archive: Option<Archive>,
}

impl Fixture {
    fn new() -> Self {
        let ArchiveFolder { folder, archive } = ArchiveFolder::new();
        Self { folder, archive: Some(archive) }
    }

    fn archive(&self) -> &Archive {
        self.archive.as_ref().unwrap()
    }

    /// Rebuilds the store. It must be the same, byte for byte.
    fn rebuild(&mut self) -> Result<(), TestCaseError> {
        let before = self.store_items();
        self.archive().rebuild(|_| ()).unwrap();
        let after = self.store_items();
        prop_assert!(before == after, "a rebuild gives another store");
        Ok(())
    }

    /// Every item of the store.
    fn store_items(&mut self) -> BTreeMap<Vec<u8>, Vec<u8>> {
        if self.archive().imports().unwrap().is_empty() {
            return BTreeMap::new();
        }
        drop(self.archive.take());
        let path = self.folder.path().join("archive");
        let items = read_store::items(path.join("store").to_str().unwrap(), b"").unwrap();
        self.archive = Some(Archive::open(path).unwrap());
        items
    }
}

/// A source, and its identifier of an election.
type Identity = (usize, u8);

/// A release of a source: the title and the votes of each identifier.
type Release = BTreeMap<u8, (u8, u8)>;

#[derive(Debug, Clone)]
enum Step {
    Import(usize, Release),
    /// An import of files that are all that the source has.
    ImportComplete(usize, Release),
    Merge(usize, usize),
    Split(usize),
    Remove(usize),
    Revert(usize),
    Rebuild,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let release = prop::collection::btree_map(0_u8..4, (0_u8..4, 0_u8..3), 1..5);
    let step = prop_oneof![
        8 => (0_usize..2, release.clone())
            .prop_map(|(source, release)| Step::Import(source, release)),
        2 => (0_usize..2, release)
            .prop_map(|(source, release)| Step::ImportComplete(source, release)),
        2 => (0_usize..8, 0_usize..8).prop_map(|(one, other)| Step::Merge(one, other)),
        2 => (0_usize..4).prop_map(Step::Split),
        1 => (0_usize..8).prop_map(Step::Remove),
        1 => (0_usize..8).prop_map(Step::Revert),
        1 => Just(Step::Rebuild),
    ];
    prop::collection::vec(step, 1..14)
}

/// What a source said last about an election.
#[derive(Debug, Clone)]
struct Statement {
    votes: u8,
    is_absent: bool,
}

/// A merge in effect.
#[derive(Debug, Clone)]
struct Merge {
    import: u64,
    into: Identity,
    merged: BTreeSet<Identity>,
}

/// What the archive must answer.
#[derive(Debug, Default)]
struct Model {
    statements: BTreeMap<Identity, Statement>,
    ids: BTreeMap<Identity, ElectionId>,
    /// The identity whose election has the others of its group.
    roots: BTreeMap<Identity, Identity>,
    merges: Vec<Merge>,
    /// Identities whose elections were removed at some time.
    removed: BTreeSet<Identity>,
    /// Whether only imports were made, so that titles are known exactly.
    has_imports_only: bool,
}

fn title(source: usize, title: u8) -> String {
    format!("{} vote {title}", SOURCES[source])
}

fn import(fixture: &Fixture, source: usize, release: &Release, is_complete: bool) -> ImportReport {
    let name = SOURCES[source];
    let mut text = "id,title,date,party,votes\n".to_owned();
    for (id, (number, votes)) in release {
        text += &format!("{id},{},1901-01-01,Blue,{votes}\n", title(source, *number));
    }
    let mapping = format!(
        "key = \"id\"\n[source]\nname = \"{name}\"\nid = \"id\"\n[election]\ntitle = \"title\"\n\
         country = {{ constant = \"Ruritania\" }}\ndate = \"date\"\n[contender]\nparty = \"party\"\n\
         votes = \"votes\"\n"
    );
    let mapping: Mapping = mapping.parse().unwrap();
    let path = fixture.folder.path().join(format!("{name}.csv"));
    std::fs::write(&path, text).unwrap();
    let options = ImportOptions::default().mapping(mapping).complete(is_complete);
    let report = fixture.archive().import_with([path], &options).unwrap();
    assert!(report.errors.is_empty(), "{:?}", report.errors);
    report
}

/// An election in the archive: its identities, with the votes and the title that each said last.
struct Found {
    id: ElectionId,
    address: Address,
    identities: BTreeSet<Identity>,
}

fn elections(fixture: &Fixture) -> Vec<Found> {
    let records = fixture.archive().list(&Default::default()).unwrap();
    let mut found: Vec<Found> = records
        .iter()
        .map(|record| {
            let address = Address::title(record.election.title.as_str());
            let versions = fixture.archive().versions(&address).unwrap();
            let identities = versions.iter().filter_map(|version| {
                let id = version.source_id.as_ref()?.parse().ok()?;
                let source = SOURCES.iter().position(|name| *name == version.source)?;
                Some((source, id))
            });
            Found { id: record.id, identities: identities.collect(), address }
        })
        .collect();
    found.sort_by_key(|found| found.id);
    found
}

impl Model {
    fn group(&self, root: Identity) -> BTreeSet<Identity> {
        let group = self.roots.iter().filter(|(_, other)| **other == root);
        group.map(|(identity, _)| *identity).collect()
    }

    fn import(&mut self, source: usize, release: &Release, is_complete: bool) {
        let known = |identity: &Identity, model: &Self| {
            model.statements.get(identity).is_some_and(|statement| !statement.is_absent)
        };
        let had: Vec<Identity> = self
            .statements
            .keys()
            .filter(|one| one.0 == source && known(one, self))
            .copied()
            .collect();
        // Elections that are merged are present as long as the source has one of them.
        let present_roots: BTreeSet<Identity> = had
            .iter()
            .filter(|one| release.contains_key(&one.1))
            .map(|one| self.roots[one])
            .collect();
        let read_roots: BTreeSet<Identity> =
            release.keys().filter_map(|id| self.roots.get(&(source, *id)).copied()).collect();
        let missing_roots: BTreeSet<Identity> = had
            .iter()
            .map(|one| self.roots[one])
            .filter(|root| !read_roots.contains(root))
            .collect();
        if is_complete || missing_roots.len() <= present_roots.len() {
            for one in had.iter().filter(|one| missing_roots.contains(&self.roots[one])) {
                self.statements.get_mut(one).unwrap().is_absent = true;
            }
        }
        for (id, (_, votes)) in release {
            let statement = Statement { votes: *votes, is_absent: false };
            self.statements.insert((source, *id), statement);
            self.roots.entry((source, *id)).or_insert((source, *id));
        }
    }

    fn merge(&mut self, import: u64, one: &Found, other: &Found) {
        let root = |found: &Found| self.roots[found.identities.first().unwrap()];
        let (into, root) = (root(one), root(other));
        let merged = self.group(root);
        for identity in &merged {
            self.roots.insert(*identity, into);
        }
        self.merges.push(Merge { import, into, merged });
    }

    fn split(&mut self, at: usize) {
        let Merge { merged, .. } = self.merges.remove(at);
        let root = *self
            .ids
            .iter()
            .filter(|(one, _)| merged.contains(one))
            .map(|(one, _)| one)
            .find(|one| {
                !self
                    .merges
                    .iter()
                    .any(|merge| merge.merged.contains(one) && merged.contains(&merge.into))
            })
            .unwrap();
        for merge in &mut self.merges {
            let is_inside = merged.contains(&merge.into);
            merge.merged.retain(|one| merged.contains(one) == is_inside);
        }
        self.merges.retain(|merge| !merge.merged.is_empty());
        for identity in &merged {
            self.roots.insert(*identity, root);
        }
    }

    /// Compares the archive with the model, and learns new ids and titles.
    fn compare(&mut self, fixture: &Fixture) -> Result<(), TestCaseError> {
        let found = elections(fixture);
        let mut seen = BTreeSet::new();
        for election in &found {
            for identity in &election.identities {
                prop_assert!(seen.insert(*identity), "{identity:?} is in two elections");
                let root = self.roots[identity];
                if root == *identity {
                    let id = *self.ids.entry(root).or_insert(election.id);
                    prop_assert_eq!(id, election.id, "{:?} has left its election", identity);
                }
            }
            let roots: BTreeSet<Identity> =
                election.identities.iter().map(|one| self.roots[one]).collect();
            prop_assert_eq!(roots.len(), 1, "{:?}", election.identities);
            let states = fixture.archive().source_versions(&election.address).unwrap();
            for state in states {
                let Some(source) = SOURCES.iter().position(|name| *name == state.source) else {
                    continue;
                };
                let own: Vec<Identity> =
                    election.identities.iter().filter(|one| one.0 == source).copied().collect();
                let [identity] = own.as_slice() else { continue };
                let statement = &self.statements[identity];
                prop_assert_eq!(state.absent, statement.is_absent, "absence of {:?}", identity);
                let selector = VersionSelector::Version(state.version);
                let address = election.address.clone().with_version(selector);
                let record = fixture.archive().get(&address).unwrap();
                let votes = record.election.contests[0].contenders[0].tallies[0].votes;
                prop_assert_eq!(votes, Some(u64::from(statement.votes)), "votes of {:?}", identity);
            }
        }
        for identity in self.statements.keys().filter(|one| !seen.contains(one)) {
            prop_assert!(self.removed.contains(identity), "{identity:?} is lost");
        }
        Ok(())
    }

    /// Checks the titles of a release, if nothing but imports was made.
    fn compare_titles(
        &self,
        fixture: &Fixture,
        source: usize,
        release: &Release,
        before: &BTreeMap<Identity, String>,
    ) -> Result<(), TestCaseError> {
        let titles = titles(fixture);
        for (id, (number, _)) in release {
            let stated = title(source, *number);
            let shared = release.values().filter(|(other, _)| other == number).count() > 1;
            let is_kept = before.iter().any(|(one, title)| {
                one.0 == source && !release.contains_key(&one.1) && title.starts_with(&stated)
            });
            let found = &titles[&(source, *id)];
            prop_assert!(found.starts_with(&stated));
            if !shared && !is_kept {
                prop_assert_eq!(found, &stated, "title of {:?}", (source, id));
            }
        }
        Ok(())
    }
}

/// The current titles, by identity.
fn titles(fixture: &Fixture) -> BTreeMap<Identity, String> {
    let found = elections(fixture).into_iter();
    found
        .flat_map(|found| {
            let title = fixture.archive().get(&found.address).unwrap().election.title.clone();
            found.identities.into_iter().map(move |identity| (identity, title.clone()))
        })
        .collect()
}

fn ensure_sound(fixture: &Fixture) -> Result<(), TestCaseError> {
    let findings = check(fixture.archive()).unwrap();
    let problem = findings.iter().find(|finding| finding.rule == Rule::Store);
    prop_assert!(problem.is_none(), "{problem:?}");
    Ok(())
}

fn run(steps: &[Step]) -> Result<(), TestCaseError> {
    let mut fixture = Fixture::new();
    let mut model = Model { has_imports_only: true, ..Model::default() };
    for step in steps {
        let found = elections(&fixture);
        let pick = |at: &usize| found.get(at % found.len().max(1));
        let is_complete = matches!(step, Step::ImportComplete(..));
        match step {
            Step::Import(source, release) | Step::ImportComplete(source, release) => {
                let before = titles(&fixture);
                import(&fixture, *source, release, is_complete);
                model.import(*source, release, is_complete);
                if model.has_imports_only {
                    model.compare_titles(&fixture, *source, release, &before)?;
                }
            }
            Step::Merge(one, other) => {
                let Some((one, other)) = pick(one).zip(pick(other)) else { continue };
                if one.id == other.id {
                    continue;
                }
                let merged =
                    fixture.archive().merge(one.address.clone(), other.address.clone(), None);
                model.merge(merged.unwrap(), one, other);
                model.has_imports_only = false;
            }
            Step::Split(at) => {
                let Some(at) = at.checked_rem(model.merges.len()) else { continue };
                // A split that would take away a title is refused.
                if fixture.archive().split_import(model.merges[at].import, None).is_ok() {
                    model.split(at);
                }
            }
            Step::Remove(at) => {
                let Some(found) = pick(at) else { continue };
                fixture.archive().remove(found.address.clone(), None).unwrap();
                let root = model.roots[found.identities.first().unwrap()];
                model.removed.extend(model.group(root));
                model.has_imports_only = false;
            }
            Step::Revert(at) => {
                let Some(found) = pick(at) else { continue };
                let address = found.address.clone().with_version(VersionSelector::Version(1));
                let _ = fixture.archive().revert(address, None);
                model.has_imports_only = false;
            }
            Step::Rebuild => fixture.rebuild()?,
        }
        model.compare(&fixture)?;
        ensure_sound(&fixture)?;
        // A release that was imported adds nothing when it is imported again.
        if let Step::Import(source, release) | Step::ImportComplete(source, release) = step {
            let report = import(&fixture, *source, release, is_complete);
            prop_assert_eq!(report.added, 0, "imported again");
            model.import(*source, release, is_complete);
            model.compare(&fixture)?;
        }
    }
    fixture.rebuild()?;
    ensure_sound(&fixture)
}

/// The number of histories: that of `PROPTEST_CASES`, or else the usual number.
fn cases() -> u32 {
    let stated = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    stated.unwrap_or(common::repetitions(640) as u32)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn whatever_sources_and_people_do_each_identity_has_one_election(steps in steps()) {
        run(&steps)?;
    }
}

/// Histories that a version of the archive answered wrongly.
#[test]
fn titles_that_moved_away_from_merged_elections_are_found() {
    let release = |rows: &[(u8, u8)]| Release::from_iter(rows.iter().map(|(id, t)| (*id, (*t, 0))));
    let import = |source: usize, rows: &[(u8, u8)]| Step::Import(source, release(rows));
    run(&[
        import(1, &[(0, 0), (1, 0)]),
        import(0, &[(2, 1)]),
        Step::Merge(2, 0),
        import(0, &[(2, 2)]),
        import(0, &[(0, 0)]),
        import(0, &[(0, 1)]),
    ])
    .unwrap();
    // The title of an election that is merged into another stays its own.
    run(&[import(1, &[(0, 0), (2, 0), (3, 0)]), Step::Merge(0, 1), import(1, &[(0, 0), (1, 0)])])
        .unwrap();
    // A title passes on from one of two merged elections, of which the other was read before.
    run(&[
        import(0, &[(0, 0), (2, 3)]),
        import(0, &[(1, 0)]),
        Step::Merge(1, 0),
        import(0, &[(0, 0), (1, 3), (2, 0)]),
    ])
    .unwrap();
    // A source exchanges the titles of two elections that are merged: each is compared with its own.
    run(&[
        import(0, &[(0, 2)]),
        import(0, &[(0, 1)]),
        import(0, &[(1, 0)]),
        Step::Merge(0, 1),
        import(0, &[(0, 0), (1, 1), (2, 0)]),
    ])
    .unwrap();
    run(&[
        import(1, &[(0, 0), (1, 0), (2, 0)]),
        import(0, &[(0, 2)]),
        Step::Merge(0, 3),
        import(0, &[(0, 0), (1, 2)]),
        Step::Split(0),
    ])
    .unwrap();
}
