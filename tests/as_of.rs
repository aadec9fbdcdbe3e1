//! The archive as of an earlier import, or as its sources stated it on a date: elections, titles,
//! aliases, territory aliases and the order of sources.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;

use hustings::analysis::chain::{self, ChainOptions};
use hustings::archive::{Filter, ImportOptions, TerritoryAlias};
use hustings::model::{Source, VersionSelector};
use hustings::{Archive, Error};

const OLD_TITLE: &str = "Nagorno-Karabakh presidential election, 2012";

/// An archive with a cache folder beside it.
fn new_archive() -> (tempfile::TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    std::fs::create_dir(&cache).unwrap();
    let options = Archive::options().create(true).cache_folder(cache);
    let archive = options.open(folder.path().join("archive")).unwrap();
    (folder, archive)
}

/// Addresses and numbers of versions, by title.
fn listed(archive: &Archive) -> BTreeMap<String, (String, u32)> {
    let records = archive.list(&Filter::default()).unwrap().into_iter();
    records
        .map(|record| (record.election.title.clone(), (record.address, record.version.number)))
        .collect()
}

/// Everything that the archive says: each election with its record, its versions and its chain.
fn everything(archive: &Archive) -> Vec<String> {
    let snapshot = archive.snapshot();
    let mut all = vec![
        format!("{:?}", archive.aliases().unwrap()),
        format!("{:?}", archive.territory_aliases().unwrap()),
        format!("{:?}", archive.sources().unwrap()),
        format!("{:?}", snapshot.source_order().unwrap()),
        format!("{:?}", archive.imports().unwrap()),
        format!("{:?}", hustings::check::check(archive).unwrap()),
    ];
    for record in archive.list(&Filter::default()).unwrap() {
        let chain = chain::chain(&snapshot, &record, &ChainOptions::default()).unwrap();
        let versions = archive.versions(&record.address).unwrap();
        let sources = archive.source_versions(&record.address).unwrap();
        all.push(format!("{record:?} {versions:?} {sources:?} {chain:?}"));
    }
    all
}

#[test]
fn every_answer_as_of_an_import_is_the_answer_after_that_import() {
    let (_folder, archive) = new_archive();
    let mut expected = vec![everything(&archive)];
    let mut step = |change: &dyn Fn(&Archive)| {
        change(&archive);
        expected.push(everything(&archive));
    };
    step(&|archive| drop(archive.import(["fixtures/commission"]).unwrap()));
    step(&|archive| drop(archive.import(["fixtures/articles"]).unwrap()));
    step(&|archive| drop(archive.import(["fixtures/editions"]).unwrap()));
    step(&|archive| {
        archive.add_alias("nagorno-karabakh/2012", OLD_TITLE, None).unwrap();
    });
    step(&|archive| {
        let alias = TerritoryAlias {
            name: "Nagorno-Karabakh".to_owned(),
            alias: "Mountainous Karabakh".to_owned(),
            from: None,
            until: None,
        };
        archive.add_territory_alias(alias, None).unwrap();
    });
    step(&|archive| {
        let source = Source::new("commission").unwrap();
        archive.set_source(&source, &["jsonl:commission"], None).unwrap();
    });
    step(&|archive| {
        archive.set_source_order(&["commission"], None).unwrap();
    });
    step(&|archive| {
        archive.remove("artsakh/2017", None).unwrap();
    });
    step(&|archive| {
        archive.revert("artsakh/2017@1", None).unwrap();
    });
    // In both directions, so that stores in the cache are followed and replaced.
    let numbers = (0..expected.len()).chain((0..expected.len()).rev());
    for number in numbers {
        let past = archive.as_of(VersionSelector::Import(number as u64)).unwrap();
        assert_eq!(everything(&past), expected[number], "import {number}");
    }
    let now = archive.as_of(VersionSelector::Latest).unwrap();
    archive.remove("artsakh/2020", None).unwrap();
    assert_eq!(everything(&now), *expected.last().unwrap(), "later imports do not change it");
}

#[test]
fn what_came_later_does_not_exist_and_what_was_merged_is_two() {
    let (_folder, archive) = new_archive();
    archive.import(["fixtures/articles"]).unwrap();
    archive.import(["fixtures/editions"]).unwrap();
    archive.add_alias("nagorno-karabakh/2012", OLD_TITLE, None).unwrap();
    let as_of = |import| archive.as_of(VersionSelector::Import(import)).unwrap();
    assert!(matches!(as_of(1).get(OLD_TITLE), Err(Error::UnknownAddress { .. })));
    let two = as_of(2);
    let ids = [OLD_TITLE, "nagorno-karabakh/2012"].map(|address| two.id(address).unwrap());
    assert_ne!(ids[0], ids[1]);
    assert_eq!(as_of(3).id(OLD_TITLE).unwrap(), archive.id("nagorno-karabakh/2012@1").unwrap());
    assert_eq!(as_of(0).list(&Filter::default()).unwrap(), []);
}

#[test]
fn a_moment_that_does_not_exist_is_an_error() {
    let (_folder, archive) = new_archive();
    archive.import(["fixtures/commission"]).unwrap();
    let error = |moment: &str| archive.as_of(moment.parse().unwrap()).unwrap_err();
    assert!(matches!(error("#2"), Error::NoImport { import: 2, last: 1 }));
    assert!(matches!(error("1"), Error::InvalidArgument { .. }));
    let before = archive.as_of("1999".parse().unwrap()).unwrap();
    assert_eq!(before.list(&Filter::default()).unwrap(), [], "before the first import");
    assert!(matches!(before.import(["fixtures/articles"]), Err(Error::ReadOnly(_))));
}

#[test]
fn a_date_selects_the_last_import_of_that_day() {
    let (_folder, archive) = new_archive();
    archive.import(["fixtures/commission"]).unwrap();
    let recorded = archive.imports().unwrap()[0].recorded.clone();
    let past = archive.as_of(recorded[..10].parse().unwrap()).unwrap();
    assert_eq!(listed(&past), listed(&archive));
}

#[test]
fn a_damaged_store_of_an_earlier_moment_is_replaced() {
    let (folder, archive) = new_archive();
    archive.import(["fixtures/commission"]).unwrap();
    archive.import(["fixtures/articles"]).unwrap();
    let past = archive.as_of(VersionSelector::Import(1)).unwrap();
    let (expected, slot) = (everything(&past), past.replica().unwrap().folder.clone());
    assert!(slot.starts_with(folder.path()), "{}", slot.display());
    drop(past);
    Archive::mark_store_damaged(&slot).unwrap();
    assert_eq!(everything(&archive.as_of(VersionSelector::Import(1)).unwrap()), expected);
}

/// A dump of three pages. The first revision of the first page links to the second page, and its
/// second revision to the third page.
#[cfg(feature = "dump")]
fn dump() -> String {
    let revision = |time: &str, turnout: &str, next: &str| {
        let text = [
            "{{Infobox election",
            "| country = Ruritania",
            "| election_date = 1 May 1901",
            &format!("| turnout = {turnout}%"),
            &format!("| next_election = {next}"),
            "}}",
        ];
        let text = text.join("\n");
        format!(
            "<revision><id>1</id><timestamp>{time}T00:00:00Z</timestamp><text>{text}</text></revision>"
        )
    };
    let page = |title: &str, revisions: &[String]| {
        format!("<page><title>{title}</title><ns>0</ns>{}</page>", revisions.concat())
    };
    let pages = [
        page(
            "1901 Ruritanian vote",
            &[
                revision("2010-01-01", "70.1", "1905 Ruritanian vote"),
                revision("2015-01-01", "70.2", "1906 Ruritanian vote"),
            ],
        ),
        page("1905 Ruritanian vote", &[revision("2011-01-01", "71", "")]),
        page("1906 Ruritanian vote", &[revision("2010-06-01", "72", "")]),
    ];
    format!("<mediawiki xml:lang=\"en\">{}</mediawiki>", pages.concat())
}

#[cfg(feature = "dump")]
#[test]
fn a_source_date_selects_the_versions_and_links_of_that_date() {
    let (folder, archive) = new_archive();
    let file = folder.path().join("wiki.xml");
    std::fs::write(&file, dump()).unwrap();
    let report = archive.import([&file]).unwrap();
    assert_eq!((report.added, report.errors.is_empty()), (4, true), "{report:?}");
    let as_of = |date: &str| archive.as_of(format!("source:{date}").parse().unwrap()).unwrap();
    let titles = |date: &str| listed(&as_of(date)).into_keys().collect::<Vec<_>>();
    assert!(titles("2009").is_empty());
    assert_eq!(titles("2010-01-01"), ["1901 Ruritanian vote"]);
    assert_eq!(titles("2010"), ["1901 Ruritanian vote", "1906 Ruritanian vote"]);
    let shown = |date: &str| {
        let record = as_of(date).get("1901 Ruritanian vote").unwrap();
        let turnout = record.election.contests[0].rounds[0].turnout.unwrap();
        (record.version.number, turnout.to_string())
    };
    assert_eq!(shown("2014-12-31"), (1, "70.1".to_owned()));
    assert_eq!(shown("2015"), (2, "70.2".to_owned()));
    // The links of that date count in both directions.
    let chain = |date: &str, start: &str| {
        let snapshot = as_of(date).snapshot();
        let start = snapshot.get(start).unwrap();
        let chain = chain::chain(&snapshot, &start, &ChainOptions::default()).unwrap();
        chain.steps.len()
    };
    assert_eq!(["2014", "2015"].map(|date| chain(date, "1905 Ruritanian vote")), [2, 1]);
    assert_eq!(["2014", "2015"].map(|date| chain(date, "1906 Ruritanian vote")), [1, 2]);
    let missing = as_of("2010").get("1905 Ruritanian vote").unwrap_err();
    assert!(matches!(missing, Error::NoVersion { .. }), "{missing}");
}

#[test]
fn the_history_of_a_figure_and_the_lineages_end_at_the_moment() {
    let (folder, archive) = new_archive();
    let text = |turnout: &str| {
        format!(
            "= 1824 Ruritanian vote =\n\nInfobox\n- Country: Ruritania\n- Turnout: {turnout}%\n"
        )
    };
    for turnout in ["61.5", "62.1", "63"] {
        let texts = [("letter.txt", text(turnout))];
        archive.import_texts(texts, &Default::default()).unwrap();
    }
    let values = |archive: &Archive| -> Vec<String> {
        let history = hustings::evidence::field_history(archive, "ruritania/1824", "turnout");
        let periods = history.unwrap().periods.into_iter();
        periods.map(|period| period.value.unwrap().text).collect()
    };
    assert_eq!(values(&archive.as_of(VersionSelector::Import(2)).unwrap()), ["61.5", "62.1"]);
    assert_eq!(values(&archive), ["61.5", "62.1", "63"]);
    drop((archive, folder));
}

#[cfg(feature = "dump")]
#[test]
fn a_source_date_follows_the_order_of_the_sources() {
    let (folder, archive) = new_archive();
    let file = folder.path().join("wiki.xml");
    std::fs::write(&file, dump()).unwrap();
    let of = |source: &str| ImportOptions::default().source(Source::new(source).unwrap());
    archive.import_with([&file], &of("wiki")).unwrap();
    let line = r#"{"title":"1901 Ruritanian vote","country":"Ruritania","year":1901,"contests":[{"rounds":[{"turnout":"69"}]}]}"#;
    archive.import_texts([("office.jsonl", line)], &of("office")).unwrap();
    let turnout = |date: &str| {
        let as_of = archive.as_of(format!("source:{date}").parse().unwrap()).unwrap();
        let record = as_of.get("1901 Ruritanian vote").unwrap();
        record.election.contests[0].rounds[0].turnout.unwrap().to_string()
    };
    // A version without a source time counts from its import, so the office states nothing in 2014.
    let turnouts = || ["2014", "2016", "2999"].map(&turnout);
    assert_eq!(turnouts(), ["70.1", "70.2", "69"]);
    archive.set_source_order(&["wiki", "office"], None).unwrap();
    assert_eq!(turnouts(), ["70.1", "70.2", "70.2"]);
    archive.set_source_order(&["office", "wiki"], None).unwrap();
    assert_eq!(turnouts(), ["70.1", "70.2", "69"]);
}
