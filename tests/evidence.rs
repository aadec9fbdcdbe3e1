//! The history of a figure, its proof, and citations: as the library answers them.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod common;

#[allow(dead_code, reason = "the example is a program of its own too")]
#[path = "../examples/check_proof.rs"]
mod check_proof;

use std::path::Path;

use common::{copy_folder, shared_path};
use hustings::analysis::diff::{ChangeValue, stated_fields};
use hustings::archive::{Filter, ImportOptions};
use hustings::evidence::{Agreement, PeriodKind, Proof, ProofOptions, cite, field_history, prove};
use hustings::formats::{Format, Mapping};
use hustings::model::Source;
use hustings::render::Answer;
use hustings::{Archive, Error, ErrorKind};

fn new_archive() -> (tempfile::TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path().join("archive")).unwrap();
    (folder, archive)
}

fn article(turnout: &str, votes: &str) -> String {
    format!(
        "= 1824 Ruritanian vote =\n\nInfobox\n- Country: Ruritania\n- Type: presidential\n- Turnout: {turnout}%\n\
         - Nominee1: Rudolf Elphberg\n- Popular Vote1: {votes}\n- Percentage1: 60.0%\n\
         - Nominee2: Black Michael\n- Popular Vote2: 400\n- Percentage2: 40.0%\n"
    )
}

fn import(archive: &Archive, source: &str, text: String) {
    let options = ImportOptions::default().source(Source::new(source).unwrap());
    archive.import_texts([("letter.txt", text)], &options).unwrap();
}

/// Returns the JSON document that `why --format json` writes.
fn document(proof: &Proof) -> String {
    serde_json::to_string_pretty(&proof.to_document().unwrap()).unwrap()
}

fn proof_of(archive: &Archive, address: &str, field: &str) -> Proof {
    prove(archive, address, field, &ProofOptions::default()).unwrap()
}

#[test]
fn a_source_that_corrects_itself_and_one_that_differs_are_separate() {
    let (_folder, archive) = new_archive();
    import(&archive, "gazette", article("61.5", "600"));
    import(&archive, "almanac", article("61.50", "600"));
    import(&archive, "gazette", article("61.5", "601"));
    import(&archive, "gazette", article("62.1", "601"));
    let history = field_history(&archive, "ruritania/1824", "Turnout").unwrap();
    let rows: Vec<_> = history
        .periods
        .iter()
        .map(|period| {
            let text = |value: &Option<hustings::analysis::diff::ChangedValue>| {
                value.as_ref().map_or("-".to_owned(), |value| value.text.clone())
            };
            let values = (text(&period.before), text(&period.value));
            (period.source.as_str(), period.version, period.last_version, period.kind, values)
        })
        .collect();
    let texts = |before: &str, after: &str| (before.to_owned(), after.to_owned());
    assert_eq!(
        rows,
        [
            ("gazette", 1, 3, PeriodKind::Added, texts("-", "61.5")),
            ("gazette", 4, 4, PeriodKind::Changed, texts("61.5", "62.1")),
            ("almanac", 2, 2, PeriodKind::Added, texts("-", "61.50")),
        ]
    );
    assert_eq!((history.periods[0].versions, history.name.as_str()), (2, "turnout"));
    let proof = proof_of(&archive, "ruritania/1824@1", "turnout");
    let agreements: Vec<_> =
        proof.statements.iter().map(|one| (one.agreement, one.is_current)).collect();
    assert_eq!(
        agreements,
        [(Agreement::Same, false), (Agreement::Differs, true), (Agreement::WithinPrecision, true)]
    );
}

#[test]
fn a_party_keeps_its_history_under_a_new_leader() {
    let (_folder, archive) = new_archive();
    let text = |leader: &str, votes: u32| {
        format!(
            "= 1824 Ruritanian general election =\n\nInfobox\n- Country: Ruritania\n- Type: parliamentary\n\
             - Leader1: {leader}\n- Party1: Court\n- Popular Vote1: {votes}\n"
        )
    };
    import(&archive, "gazette", text("Rudolf Elphberg", 600));
    import(&archive, "gazette", text("Flavia Elphberg", 610));
    let history = field_history(&archive, "ruritania/1824", "votes of flavia").unwrap();
    let values: Vec<_> =
        history.periods.iter().map(|period| period.value.as_ref().unwrap().text.as_str()).collect();
    assert_eq!(values, ["600", "610"], "{history:?}");
}

#[test]
fn an_absent_election_ends_the_period_of_its_source() {
    let (folder, archive) = new_archive();
    let options = || ImportOptions::default().source(Source::new("gazette").unwrap());
    let line = |year: u32, votes: u32| {
        format!(
            "{{\"title\":\"{year} Ruritanian vote\",\"country\":\"Ruritania\",\"year\":{year},\
             \"contests\":[{{\"rounds\":[{{\"number\":1,\"valid\":{votes}}}]}}]}}\n"
        )
    };
    let releases = [line(1824, 5) + &line(1828, 6), line(1828, 6), line(1824, 5) + &line(1828, 6)];
    for release in releases {
        let file = folder.path().join("release.jsonl");
        std::fs::write(&file, release).unwrap();
        archive.import_with([file], &options()).unwrap();
    }
    let history = field_history(&archive, "ruritania/1824", "valid").unwrap();
    let kinds: Vec<_> = history.periods.iter().map(|period| (period.kind, period.import)).collect();
    assert_eq!(kinds, [(PeriodKind::Added, 1), (PeriodKind::Absent, 2), (PeriodKind::Added, 3)]);
}

/// A table of which each row states the time from which it counts, and its party by id.
fn import_rows(archive: &Archive, folder: &Path, rows: &str) {
    let mapping = "key = \"id\"\nversion_by = \"as_of\"\n[source]\nname = \"gazette\"\nid = \"id\"\n\
                   [election]\ntitle = { template = \"{id} Ruritanian vote\" }\ncountry = { constant = \"Ruritania\" }\n\
                   [contender]\nparty = \"party\"\nvotes = \"votes\"\n[contender.details]\nparty_id = \"party_id\"\n";
    let (mapping_file, table) = (folder.join("gazette.toml"), folder.join("gazette.csv"));
    std::fs::write(&mapping_file, mapping).unwrap();
    std::fs::write(&table, format!("id,as_of,party,party_id,votes\n{rows}")).unwrap();
    let mapping = Mapping::load(mapping_file.to_str().unwrap()).unwrap();
    let report = archive.import_with([table], &ImportOptions::default().mapping(mapping)).unwrap();
    assert!(report.errors.is_empty(), "{report:?}");
}

#[test]
fn an_absence_follows_the_versions_that_were_imported_before_it() {
    let (folder, archive) = new_archive();
    for rows in [
        "1824,1910,Whigs,1,700\n1828,1910,Whigs,1,5\n",
        "1828,1910,Whigs,1,5\n",
        "1824,1905,Whigs,1,600\n1828,1910,Whigs,1,5\n",
        "1824,1915,Whigs,1,800\n1828,1910,Whigs,1,5\n",
    ] {
        import_rows(&archive, folder.path(), rows);
    }
    let history = field_history(&archive, "ruritania/1824", "votes of whigs").unwrap();
    let periods: Vec<_> = history
        .periods
        .iter()
        .map(|period| {
            let value = period.value.as_ref().map(|value| value.text.as_str());
            (period.kind, period.import, value)
        })
        .collect();
    assert_eq!(
        periods,
        [
            (PeriodKind::Added, 3, Some("600")),
            (PeriodKind::Changed, 1, Some("700")),
            (PeriodKind::Absent, 2, None),
            (PeriodKind::Added, 4, Some("800")),
        ]
    );
}

#[test]
fn a_party_keeps_its_history_under_a_new_name() {
    let (folder, archive) = new_archive();
    import_rows(&archive, folder.path(), "1824,1910,Høyre,12,700\n1824,1910,Venstre,13,5\n");
    import_rows(&archive, folder.path(), "1824,1911,Right,12,710\n1824,1911,Left,13,6\n");
    for name in ["Høyre: votes", "votes of right"] {
        let history = field_history(&archive, "ruritania/1824", name).unwrap();
        let periods = history.periods.iter();
        let values: Vec<&str> =
            periods.map(|period| period.value.as_ref().unwrap().text.as_str()).collect();
        assert_eq!(values, ["700", "710"], "{name}");
    }
}

#[test]
fn a_figure_without_a_round_is_found_without_saying_so() {
    let (_folder, archive) = new_archive();
    let line = "{\"title\":\"1824 vote\",\"country\":\"Ruritania\",\"year\":1824,\"contests\":[{\"contenders\":\
                [{\"party\":{\"name\":\"Whigs\"},\"tallies\":[{\"votes\":700}]}]}]}\n";
    archive.import_texts([("results.jsonl", line)], &ImportOptions::default()).unwrap();
    for name in ["votes of whigs", "Whigs: votes", "Whigs: votes, round not stated"] {
        let history = field_history(&archive, "ruritania/1824", name).unwrap();
        assert_eq!(history.name, "Whigs: votes, round not stated", "{name}");
    }
}

#[test]
fn a_field_is_found_by_the_names_of_comparisons() {
    let (_folder, archive) = new_archive();
    import(&archive, "gazette", article("61.5", "600"));
    let names = [
        "Rudolf Elphberg: votes",
        "rudolf elphberg:VOTES",
        "votes of Rudolf Elphberg",
        "elphberg: votes",
    ];
    for name in names {
        let history = field_history(&archive, "ruritania/1824", name).unwrap();
        assert_eq!(history.name, "Rudolf Elphberg: votes");
    }
    match field_history(&archive, "ruritania/1824", "votes").unwrap_err() {
        Error::AmbiguousField { matches, .. } => {
            assert_eq!(matches, ["Rudolf Elphberg: votes", "Black Michael: votes"]);
        }
        other => panic!("{other}"),
    }
    let error = field_history(&archive, "ruritania/1824", "turnuot").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    match error {
        Error::UnknownField { suggestions, .. } => assert_eq!(suggestions[0], "turnout"),
        other => panic!("{other}"),
    }
}

#[test]
fn the_place_of_a_figure_is_proven_in_every_format() {
    let (_folder, archive) = new_archive();
    archive.import(["fixtures/articles"]).unwrap();
    let proof = proof_of(&archive, "nagorno-karabakh/2012", "votes of sahakyan");
    let place = &proof.places[0];
    assert_eq!((place.line, place.words.as_str()), (18, "47,095"));
    assert_eq!(place.parameter.as_deref(), Some("popular_voteN"));
    assert_eq!(place.rule.as_deref(), Some("a count for each round"));
    assert!(proof.facts.iter().any(|fact| fact.arithmetic.contains("47,095")), "{:?}", proof.facts);
    // The title is that of the import, and no line of the text gives it.
    assert!(proof_of(&archive, "nagorno-karabakh/2012", "title").places.is_empty());

    let (_folder, archive) = new_archive();
    archive.import(["fixtures/wikitext"]).unwrap();
    let proof = proof_of(&archive, "nagorno-karabakh/2012", "turnout");
    let place = &proof.places[0];
    assert_eq!((place.label.as_deref(), place.words.as_str()), (Some("turnout"), "73.53"));

    let (_folder, archive) = new_archive();
    archive.import(["fixtures/commission"]).unwrap();
    let proof = proof_of(&archive, "nagorno-karabakh/2007", "votes of sahakyan");
    assert_eq!(proof.places[0].label.as_deref(), Some("votes"), "{:?}", proof.places);
}

#[test]
fn stated_figures_support_each_other() {
    let (_folder, archive) = new_archive();
    let line = r#"{"title":"1824 Ruritanian vote","country":"Ruritania","year":1824,"contests":[{
        "rounds":[{"number":1,"registered":2000,"cast":1010,"valid":1000,"invalid":10,"turnout":"50.5"}],
        "contenders":[{"people":[{"name":"A"}],"tallies":[{"round":1,"votes":600,"share":"60.0"}]},
            {"people":[{"name":"B"}],"tallies":[{"round":1,"votes":400,"share":"41.0"}]}]}]}"#;
    archive.import_texts([("a.jsonl", line.replace('\n', ""))], &Default::default()).unwrap();
    let support = |field: &str| proof_of(&archive, "ruritania/1824", field).supporting_arithmetic;
    assert_eq!(
        support("cast"),
        [
            "turnout: 1,010 cast / 2,000 registered = 50.5000 %, stated 50.5 %",
            "ballots cast: 1,000 valid + 10 invalid = 1,010"
        ]
    );
    assert_eq!(
        support("A: votes"),
        [
            "valid votes: the votes of all 2 listed add up to 1,000",
            "share: 600 votes / 1,000 valid = 60.0000 %, stated 60.0 %"
        ]
    );
    assert!(support("B: share").is_empty());
    let proof = proof_of(&archive, "ruritania/1824", "B: share");
    assert!(!proof.findings.is_empty(), "41 % of 1,000 is not 400");
}

#[test]
fn a_proof_holds_without_the_archive() {
    let (_folder, archive) = new_archive();
    archive.import(["fixtures/articles"]).unwrap();
    archive.import(["fixtures/commission"]).unwrap();
    archive.add_alias("nagorno-karabakh/2012", "The vote of 2012", None).unwrap();
    let proof = proof_of(&archive, "nagorno-karabakh/2012@1", "turnout");
    assert_eq!((proof.digests.latest_import, proof.digests.later_imports.len()), (3, 2));
    let results = check_proof::check(&document(&proof)).unwrap();
    assert!(results.iter().any(|one| one.contains("has the words '73.53'")), "{results:?}");
    assert!(results.last().unwrap().starts_with("the chain of imports leads to import 3"));
    let short = prove(
        &archive,
        "nagorno-karabakh/2012@1",
        "turnout",
        &ProofOptions::default().with_chain(false),
    );
    let results = check_proof::check(&document(&short.unwrap())).unwrap();
    assert_eq!(results.last().unwrap(), "the imports from 2 to 3 were left out");
}

#[test]
fn a_changed_byte_fails_the_check() {
    let (_folder, archive) = new_archive();
    import(&archive, "gazette", article("61.5", "600"));
    import(&archive, "gazette", article("62.1", "600"));
    let document = document(&proof_of(&archive, "ruritania/1824@1", "turnout"));
    check_proof::check(&document).unwrap();
    let content: serde_json::Value = serde_json::from_str(&document).unwrap();
    for at in (0..document.len()).step_by(3) {
        let mut bytes = document.clone().into_bytes();
        bytes[at] ^= 1;
        let Ok(changed) = String::from_utf8(bytes) else { continue };
        // White space between members is no content.
        let is_same = serde_json::from_str::<serde_json::Value>(&changed)
            .is_ok_and(|changed| changed == content);
        assert!(is_same || check_proof::check(&changed).is_err(), "byte {at}");
    }
}

#[test]
fn a_forged_proof_fails_even_with_a_new_checksum() {
    let (_folder, archive) = new_archive();
    import(&archive, "gazette", article("61.5", "600"));
    import(&archive, "gazette", article("62.1", "600"));
    let proof = proof_of(&archive, "ruritania/1824@1", "turnout").to_document().unwrap();
    let check = |forge: &dyn Fn(&mut serde_json::Value)| {
        let mut forged = proof.clone();
        forge(&mut forged);
        let members = forged.as_object_mut().unwrap();
        let schema = members.shift_remove("schema").unwrap();
        members.shift_remove("checksum");
        let checksum = blake3::hash(forged.to_string().as_bytes()).to_hex().to_string();
        forged["checksum"] = checksum.into();
        forged["schema"] = schema;
        check_proof::check(&forged.to_string())
    };
    check(&|_| {}).unwrap();
    let replace = |value: &mut serde_json::Value| {
        *value = value.as_str().unwrap().replace("61.5", "71.5").into();
    };
    let forgeries: [&dyn Fn(&mut serde_json::Value); 6] = [
        &|forged| replace(&mut forged["places"][0]["words"]),
        &|forged| forged["places"][0]["line"] = 7.into(),
        &|forged| {
            replace(&mut forged["places"][0]["words"]);
            replace(&mut forged["places"][0]["text"]);
            replace(&mut forged["digests"]["line"]);
        },
        &|forged| forged["digests"]["text"] = "0".repeat(64).into(),
        &|forged| forged["digests"]["latest_digest"] = "0".repeat(64).into(),
        &|forged| {
            let line = &mut forged["digests"]["later_imports"][0]["commit"];
            *line = line.as_str().unwrap().replace("\"import\":2", "\"import\":3").into();
        },
    ];
    for (at, forge) in forgeries.iter().enumerate() {
        assert!(check(forge).is_err(), "forgery {at}");
    }
}

#[test]
fn a_proof_from_an_import_of_format_1_contains_its_lines() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("archive");
    copy_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/archives/v1"), &path);
    let archive = Archive::open(&path).unwrap();
    import(&archive, "gazette", article("61.5", "600"));
    let listed = archive.list(&Filter::default()).unwrap();
    let old = listed.iter().find(|listed| listed.election.country.as_deref() != Some("Ruritania"));
    let proof = proof_of(&archive, &format!("{}@1", old.unwrap().address), "title");
    assert!(proof.digests.import.line_digests.is_empty());
    assert!(!proof.digests.import.lines.is_empty());
    let results = check_proof::check(&document(&proof)).unwrap();
    assert!(results[1].ends_with("given in full"), "{results:?}");
}

#[test]
fn a_citation_names_source_licence_version_import_and_digest() {
    let (_folder, archive) = new_archive();
    let source =
        Source::new("gazette").unwrap().licence("CC0-1.0").address("https://gazette.example/{x}");
    let options = ImportOptions::default().source(source);
    let text = article("61.5", "600").replace("vote =", "vote, 50% & {x} =");
    archive.import_texts([("letter.txt", text)], &options).unwrap();
    let citation = cite(&archive, "ruritania/1824", Some("votes of elphberg")).unwrap();
    let text = citation.to_text();
    let digest = archive.imports().unwrap()[0].digest.clone();
    for part in ["gazette", "CC0-1.0", "version 1", "import 1", &digest, "600"] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let bibtex = citation.to_bibtex();
    assert_eq!(bibtex.matches('{').count(), bibtex.matches('}').count(), "{bibtex}");
    assert!(bibtex.contains("50\\% \\& {\\textbraceleft}x"), "{bibtex}");
    let csl = citation.to_csl();
    assert_eq!(csl[0]["URL"], "https://gazette.example/{x}");
    assert_eq!(csl[0]["id"], citation.id.as_str());
    assert!(citation.id.is_ascii() && bibtex.starts_with(&format!("@misc{{{},", citation.id)));
    // The id depends on neither the address nor the archive.
    let (_folder, other) = new_archive();
    other.import_texts([("x.txt", article("1", "2").replace("1824", "1828"))], &options).unwrap();
    let text = archive.source("ruritania/1824").unwrap();
    other
        .import_texts([("letter.txt", text)], &ImportOptions::default().format(Format::Article))
        .unwrap();
    assert_eq!(cite(&other, "ruritania/1824", Some("votes of elphberg")).unwrap().id, citation.id);
}

#[test]
fn figures_of_parlgov_are_proven_by_their_cells() {
    let Some(data) = shared_path("data/parlgov") else { return };
    let (_folder, archive) = new_archive();
    let mapping = Mapping::load("parlgov").unwrap();
    archive.import_with([data], &ImportOptions::default().mapping(mapping)).unwrap();
    let proof = proof_of(&archive, "italy/1992", "votes of Lega Nord");
    let cell = proof.places[0].cell.as_ref().unwrap();
    assert_eq!((cell.column.as_str(), cell.text.as_str(), cell.row), ("votes", "3395384", 2));
    assert_eq!(cell.settings, ["contender.votes"]);
    let proof = proof_of(&archive, "italy/1992", "registered");
    let cell = proof.places[0].cell.as_ref().unwrap();
    assert_eq!((cell.block.as_str(), cell.column.as_str()), ("join election", "electorate"));
    assert_eq!(cell.settings, ["contest.registered"]);
    assert_eq!(proof.source.as_ref().unwrap().name(), "parlgov");
    check_proof::check(&document(&proof)).unwrap();
    let (all, missing) = unlocated(&archive, &Filter::default().country("cyprus").since(2014));
    assert!(all > 20 && missing.is_empty(), "of {all}: {missing:#?}");
}

/// Returns the number of figures of some elections, and the figures without a place in the source.
fn unlocated(archive: &Archive, filter: &Filter) -> (usize, Vec<String>) {
    let (mut all, mut missing) = (0, Vec::new());
    for record in archive.list(filter).unwrap() {
        let address = format!("{}@{}", record.address, record.version.number);
        let figures = stated_fields(&record.election).into_iter().filter(|field| {
            matches!(field.value.value, ChangeValue::Count(_) | ChangeValue::Decimal(_))
        });
        for field in figures {
            all += 1;
            let name = field.path.to_string();
            let options = ProofOptions::default().with_chain(false);
            let proof = prove(archive, &address, &name, &options).unwrap();
            assert_eq!(proof.value, field.value);
            if proof.places.is_empty() {
                missing.push(format!("{address} {name}"));
            }
            for place in &proof.places {
                let digits = |text: &str| text.replace(|c: char| !c.is_ascii_digit(), "");
                let (words, value) = (digits(&place.words), digits(&field.value.text));
                if !words.contains(&value) {
                    missing.push(format!("{address} {name} {value}: {place:?}"));
                }
            }
        }
    }
    (all, missing)
}

#[test]
fn every_figure_of_the_fixtures_has_a_place() {
    let (_folder, archive) = new_archive();
    archive.import(["fixtures/articles", "fixtures/wikitext", "fixtures/commission"]).unwrap();
    let (all, missing) = unlocated(&archive, &Filter::default());
    assert!(all > 90 && missing.is_empty(), "of {all}: {missing:#?}");
}
