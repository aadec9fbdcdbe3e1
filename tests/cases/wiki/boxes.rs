//! Several infoboxes on a page, infoboxes with other names, and reports of unread content.

use std::fs;

use hustings::analysis::chain::{ChainOptions, chain};
use hustings::formats::{Format, parse};
use hustings::model::Address;
use hustings::{Archive, ParseError};

use super::{Case, article, shared, unparsed_fields};

fn parse_error(text: &str) -> ParseError {
    parse(Format::Wikitext, text).unwrap_err()
}

/// The titles of a chain.
fn chain_titles(archive: &Archive, title: &str) -> Vec<String> {
    let start = archive.get(Address::title(title)).unwrap();
    let chain = chain(&archive.snapshot(), &start, &ChainOptions::default()).unwrap();
    chain.steps.iter().map(|step| step.title.clone()).collect()
}

/// Imports one page with these infoboxes into a new archive.
fn import_page(boxes: &str) -> (tempfile::TempDir, Archive) {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("1901 Ruritanian general election.wiki");
    fs::write(&page, boxes).unwrap();
    let archive = Archive::create(folder.path().join("archive")).unwrap();
    let report = archive.import([page]).unwrap();
    assert!(report.errors.is_empty(), "{:?}", report.errors);
    (folder, archive)
}

#[test]
fn a_second_infobox_adds_a_contest_and_changes_nothing_else() {
    const FIRST: &str = "{{Infobox election|country=Ruritania|election_date=2 June 1901
|previous_election=1897 Ruritanian general election|nominee1=[[A]]}}";
    for kind in ["", "|type=general", "|type=primary"] {
        let second = format!(
            "{{{{Infobox election|election_name=Northland|country=Northland{kind}|election_date=9 June 1901\
             |previous_election=1897 Northland election|next_election=1905 Northland election|nominee1=[[B]]}}}}"
        );
        let (_folder, archive) =
            import_page(&format!("{FIRST}\n== North ==\n{{{{wrap|1={second}}}}}"));
        let election = archive.get("ruritania/1901").unwrap().election;
        assert_eq!(election.kind.as_ref().unwrap().as_str(), "general");
        assert_eq!(election.dates[0].to_string(), "1901-06-02");
        assert!(election.name.is_none() && election.next.is_none());
        let [own, other] = election.contests.as_slice() else { panic!("two contests") };
        assert_eq!((own.name.as_deref(), other.name.as_deref()), (None, Some("Northland")));
        assert_eq!(other.dates[0].to_string(), "1901-06-09");
        assert_eq!(
            chain_titles(&archive, &election.title),
            ["1897 Ruritanian general election", "1901 Ruritanian general election"],
            "{kind}"
        );
    }
    let links = "|previous_election=1897 Northland election|nominee1=[[B]]";
    let (_folder, archive) = import_page(&format!(
        "{{{{Infobox election|country=Ruritania|type=general}}}}{{{{Infobox election|type=general{links}}}}}"
    ));
    assert_eq!(chain_titles(&archive, "1901 Ruritanian general election").len(), 1);
    if let Some(case) = shared("second-box-takes-the-chain") {
        let title = "United States presidential election in California, 2012";
        let neighbours = [2008, 2016]
            .map(|year| format!("United States presidential election in California, {year}"));
        let titles = chain_titles(&case.archive, title);
        assert_eq!([&titles[0], &titles[2]], [&neighbours[0], &neighbours[1]]);
    }
}

#[test]
fn a_rendered_article_may_have_a_second_infobox() {
    let election = article(
        "- Nominee1: Anna Alba\n\nInfobox\n- Election Name: Northland\n- Country: Northland\n- Nominee1: Boris Black\n\n\
         Prose.\n\nInfobox is a word.\n\nInfobox\n- Nominee1: Carl Cobalt\n\nMore.",
    );
    assert_eq!((election.contests.len(), election.country.as_deref()), (3, Some("Ruritanian")));
    let prose: Vec<&str> = election.sections.iter().map(|section| section.text.as_str()).collect();
    assert_eq!(prose, ["Prose.\n\nInfobox is a word.\n\nMore."]);
}

#[test]
fn an_unknown_infobox_is_refused_by_name() {
    for (text, line, found) in [
        ("{{Infobox referendum\n|yes=1}}", 1, "{{Infobox referendum"),
        (
            "{{Short description|x}}\n\n{{Ficha de elección|país=X}}",
            3,
            "{{Ficha de elección|país=X}}",
        ),
        ("<!-- x\n -->{{wrap|\n{{Infobox_Élection|pays=X}}}}", 3, "{{Infobox_Élection|pays=X}}}}"),
        ("{{Карточка выборов", 1, "{{Карточка выборов"),
        ("Text.\n{{Infobox settlement|name=X}}", 2, "{{Infobox settlement|name=X}}"),
    ] {
        let unread = parse_error(text);
        assert_eq!((unread.line, unread.found.as_str()), (line, found), "{text}");
        assert!(unread.expected.contains("{{Infobox election}}"), "{unread}");
    }
    if let Some(case) = shared("boxes-of-other-names") {
        let unread = case.unread_lines();
        for name in ["Infobox referendum", "Ficha de elección", "Infobox Élection"] {
            assert!(
                unread.iter().any(|line| line.contains(&format!("found '{{{{{name}"))),
                "{name}"
            );
        }
    }
}

#[test]
fn html_is_refused_as_such() {
    for text in ["<!DOCTYPE html>\n<html>", "<html><body>", "<table class=\"infobox\">"] {
        for format in [Format::Article, Format::Wikitext] {
            let unread = parse(format, text).unwrap_err();
            assert!(unread.expected.contains("HTML is not read"), "{unread}");
        }
    }
    if let Some(case) = shared("html-page") {
        assert!(case.unread_lines()[0].contains("HTML is not read"));
    }
}

#[test]
fn unread_tables_and_templates_of_results_are_reported() {
    let text = "{{Infobox election|country=Ruritania|nominee1=[[A]]}}
{| class=wikitable
! Candidate !! Votes
|-
| A || 7
|}
{| class=wikitable
! Member !! Party
|}
{{Election box begin|title=x}}
{{Election box candidate|votes=7}}
{{Infobox referendum|yes=1}}";
    let election = parse(Format::Wikitext, text).unwrap();
    assert_eq!(
        unparsed_fields(&election),
        [
            ": {| class=wikitable: not read: 1 table of results",
            ": {{Election box begin|title=x}}: not read: 1 {{Election box}}",
            ": {{Infobox referendum|yes=1}}: not read: 1 {{Infobox referendum}}",
        ]
    );
    for (name, what) in
        [("election-box", "1 {{Election box}}"), ("wikitable-of-results", "1 table of results")]
    {
        let Some(case) = shared(name) else { continue };
        let Case { archive, reports, .. } = &case;
        assert_eq!(reports[0].partially_parsed, 1);
        let listed = archive.list(&hustings::archive::Filter::default()).unwrap();
        let kept = unparsed_fields(&listed[0].election);
        assert!(kept[0].ends_with(&format!("not read: {what}")), "{kept:?}");
    }
}
