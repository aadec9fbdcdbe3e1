//! An unknown name is an error with suggestions, and an empty answer is reported.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::PathBuf;

use common::run;
use hustings::archive::{Filter, Selection};
use hustings::model::ElectionType;
use hustings::{Archive, Error};

fn import_archive() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    let file = folder.path().join("more.jsonl");
    std::fs::write(
        &file,
        "{\"title\":\"1901 Ruritanian vote\",\"country\":\"Ruritania\",\"year\":1901,\"type\":\"gubernatorial\"}\n\
         {\"title\":\"1902 Atlantean vote\",\"country\":\"Atlantis\",\"year\":1902}\n",
    )
    .unwrap();
    run(&archive, &["import", "fixtures/articles", file.to_str().unwrap()]);
    run(&archive, &["remove", "atlantis/1902"]);
    run(&archive, &["alias", "--territory", "Ruritania", "Graustark"]);
    (folder, archive)
}

#[test]
fn an_unknown_name_is_an_error_with_suggestions() {
    let (_folder, archive) = import_archive();
    let cases: [(&[&str], &str, &str); 19] = [
        (&["list", "itly"], "no territory is called 'itly'", "Italy"),
        (&["list", "ruritana"], "no territory is called 'ruritana'", "Ruritania"),
        (&["list", "Graustrak"], "no territory is called", "Graustark"),
        (&["list", "Atlants", "--type", "x"], "no territory is called", "'hustings list'"),
        (&["list", "--type", "presedential"], "no election is of the type", "presidential"),
        (&["list", "greece", "--type", "gubernatoral"], "no election is of", "gubernatorial"),
        (&["export", "--country", "itly"], "no territory is called 'itly'", "Italy"),
        (&["export", "--type", "presedential"], "no election is of the type", "presidential"),
        (&["export", "--all-versions", "--country", "itly"], "no territory is called", "Italy"),
        (&["export", "--all-versions", "--type", "generl"], "no election is of", "general"),
        (&["series", "itly"], "'itly' is neither a territory nor the address", "Italy"),
        (&["series", "greece", "--type", "legislatve"], "no election is of", "legislative"),
        (&["series", "artsakh/2020", "--type", "foo"], "no election is of the type 'foo'", ""),
        (&["series", "itly/2012"], "no election has the address 'itly/2012'", ""),
        (&["check", "itly"], "'itly' is neither a territory nor the address", "Italy"),
        (&["check", "1901 Ruritanian vot"], "neither a territory nor", "ruritania/1901"),
        (&["lineage", "itly"], "no territory is called 'itly'", "Italy"),
        (&["chain", "artsakh/2020", "--type", "presedential"], "no election is", "presidential"),
        (
            &["diff", "--chain", "artsakh/2020", "--type", "presedential"],
            "no election is of the type",
            "presidential",
        ),
    ];
    for (words, said, near) in cases {
        let (code, out, err) = run(&archive, words);
        assert_eq!((code, out.as_str()), (2, ""), "{words:?}: {err}");
        assert!(err.contains(said) && err.contains(near), "{words:?}: {err}");
    }
}

#[test]
fn an_empty_range_of_years_is_an_error() {
    let (_folder, archive) = import_archive();
    for words in [
        &["list"][..],
        &["list", "portugal", "--type", "general"],
        &["export"],
        &["export", "--all-versions"],
        &["series", "greece"],
        &["series", "artsakh/2020"],
    ] {
        let range = ["--from", "2000", "--to", "1990"];
        let (code, out, err) = run(&archive, &[words, &range].concat());
        assert_eq!((code, out.as_str()), (2, ""), "{words:?}: {err}");
        assert!(err.contains("no year is from 2000 to 1990"), "{words:?}: {err}");
    }
}

#[test]
fn an_empty_answer_is_reported() {
    let (_folder, archive) = import_archive();
    let cases: [(&[&str], &str); 12] = [
        (&["list", "portugal"], "no elections of 'portugal'"),
        (&["list", "pt"], "no elections of 'pt'"),
        (&["list", "atlantis"], "no elections of 'atlantis'"),
        (&["list", "graustark", "--year", "1850"], "no elections of 'graustark', in 1850"),
        (&["list", "--type", "primary"], "no elections of type primary"),
        (&["list", "greece", "--type", "gubernatorial"], "no elections of 'greece', of type"),
        (&["list", "--to", "1500"], "no elections until 1500"),
        (&["export", "--country", "portugal"], "no elections of 'portugal'"),
        (&["export", "--all-versions", "--country", "portugal"], "no elections of 'portugal'"),
        (&["series", "portugal", "--from", "1990"], "no elections of 'portugal', since 1990"),
        (&["check", "portugal"], "no elections of 'portugal'"),
        (&["lineage", "portugal"], "the archive has no lineage of the parties of 'portugal'"),
    ];
    for (words, said) in cases {
        let (code, _, err) = run(&archive, words);
        assert_eq!(code, 0, "{words:?}: {err}");
        assert!(err.starts_with("hustings: ") && err.contains(said), "{words:?}: {err}");
        let (code, _, err) = run(&archive, &[words, &["--quiet"]].concat());
        assert_eq!((code, err.as_str()), (0, ""), "{words:?}");
    }
    let (code, _, err) = run(&archive, &["chain", "artsakh/2020", "--type", "gubernatorial"]);
    assert!(code == 0 && err.contains("is not of type gubernatorial"), "{code} {err}");
    let pair = ["diff", "nagorno-karabakh/2007", "nagorno-karabakh/2012", "--type", "primary"];
    let (code, _, err) = run(&archive, &pair);
    assert!(code == 0 && err.contains("neither election is of type primary"), "{code} {err}");
    let (code, _, err) = run(&archive, &["export", "artsakh/2020", "--from", "2000"]);
    assert!(code == 2 && err.contains("but not both"), "{err}");
}

#[test]
fn the_library_returns_typed_errors() {
    let (_folder, archive) = import_archive();
    let archive = Archive::open(archive).unwrap();
    let of = |country: &str| Filter::default().country(country.to_owned());
    let of_type = |kind: &str| Filter::default().kind(kind.parse::<ElectionType>().unwrap());
    let mut error = archive.list(&of("itly")).unwrap_err();
    assert!(
        matches!(&error, Error::UnknownTerritory { name, suggestions } if name == "itly" && suggestions.is_empty())
    );
    archive.suggest(&mut error).unwrap();
    assert!(
        matches!(&error, Error::UnknownTerritory { suggestions, .. } if suggestions[0] == "Italy"),
        "{error:?}"
    );
    match archive.list(&of_type("presedential")) {
        Err(Error::UnknownType { name, suggestions: near }) => {
            assert_eq!((name.as_str(), near[0].as_str()), ("presedential", "presidential"));
        }
        other => panic!("{other:?}"),
    }
    let range = Filter::default().since(2000).until(1990);
    assert!(matches!(archive.list(&range), Err(Error::EmptyRange { from: 2000, to: 1990 })));
    assert!(archive.list(&of("portugal")).unwrap().is_empty());
    assert!(archive.ensure_territory("Graustark").is_ok());
    assert!(archive.ensure_type(&ElectionType::Other("gubernatorial".to_owned())).is_ok());
    let of_greece = archive.select("greece", &Filter::default()).unwrap();
    assert!(matches!(of_greece, Selection::Territory(records) if !records.is_empty()));
    assert!(matches!(
        archive.select("nkr", &Filter::default()),
        Err(Error::UnknownName { name, .. }) if name == "nkr"
    ));
}
