//! Pages of wikitext.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;

use hustings::Archive;
use hustings::analysis::diff;
use hustings::archive::Record;
use hustings::check::check;
use hustings::formats::{Format, parse};
use hustings::model::{Address, Election, StatedChange, VersionSelector};

fn import_record(address: &str) -> Record {
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path().join("archive")).unwrap();
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/wikitext");
    let report = archive.import([pages]).unwrap();
    assert!(report.errors.is_empty(), "{:?}", report.errors);
    archive.get(address).unwrap()
}

#[test]
fn three_nested_infoboxes_are_three_contests_of_one_election() {
    let brazil = import_record("brazil/2022").election;
    assert_eq!(brazil.title, "2022 Brazilian general election");
    assert_eq!(brazil.country.as_deref(), Some("Brazil"), "a comment does not count");
    let dates: Vec<String> = brazil.dates.iter().map(ToString::to_string).collect();
    assert_eq!(dates, ["2022-10-02 (round 1)", "2022-10-30 (round 2)"]);
    let next = brazil.next.as_ref().unwrap();
    assert_eq!(next.title.as_deref(), Some("2026 Brazilian general election"));
    assert_eq!(next.label.as_deref(), Some("2026"));
    assert_eq!(brazil.unparsed.len(), 1, "{:?}", brazil.unparsed);
    assert_eq!(
        (brazil.unparsed[0].text.as_str(), brazil.unparsed[0].line),
        ("note here without a name", Some(60))
    );

    let names: Vec<_> =
        brazil.contests.iter().map(|contest| contest.name.clone().unwrap()).collect();
    assert_eq!(names, ["Presidential election", "Chamber of Deputies", "Federal Senate"]);
    let [president, chamber, senate] = brazil.contests.as_slice() else { panic!("three contests") };

    let votes = |contender: usize| -> Vec<_> {
        let tallies = &president.contenders[contender].tallies;
        tallies
            .iter()
            .map(|tally| {
                (tally.round.unwrap(), tally.votes.unwrap(), tally.share.unwrap().to_string())
            })
            .collect()
    };
    assert_eq!(votes(0), [(1, 57_259_504, "48.43".into()), (2, 60_345_999, "50.90".into())]);
    assert_eq!(votes(1), [(1, 51_072_345, "43.20".into()), (2, 58_206_354, "49.10".into())]);
    let said = president.rounds.iter().map(|round| {
        (round.number, round.turnout.map(|turnout| turnout.to_string()), round.registered)
    });
    // A number of registered voters that is stated once may apply to either round, or to both.
    let expected = [
        (None, None, Some(156_454_011)),
        (Some(1), Some("79.05".to_owned()), None),
        (Some(2), Some("79.41".to_owned()), None),
    ];
    assert_eq!(said.collect::<Vec<_>>(), expected);
    let lula = &president.contenders[0];
    assert_eq!(lula.people[0].name, "Luiz Inácio Lula da Silva");
    assert_eq!(lula.party.as_ref().unwrap().name, "PT");
    assert_eq!(lula.party.as_ref().unwrap().target.as_deref(), Some("Workers' Party (Brazil)"));
    assert_eq!(lula.running_mates[0].target.as_deref(), Some("Geraldo Alckmin"));

    assert_eq!(chamber.seats.as_ref().unwrap().count, Some(513));
    let seats = |one: &hustings::model::Contender| (one.seats.unwrap(), one.seat_change);
    let chamber_seats: Vec<_> = chamber.contenders.iter().map(seats).collect();
    let by = |change| Some(StatedChange::By(change));
    assert_eq!(chamber_seats, [(99, by(66)), (68, by(12)), (13, by(-16))]);
    assert_eq!(chamber.contenders[0].people[0].name, "Altineu Côrtes");
    assert_eq!(chamber.contenders[2].people[0].name, "{{no one}}");
    assert!(chamber.rounds.is_empty() && chamber.before.is_none());

    let quantity = senate.seats.as_ref().unwrap();
    assert_eq!((quantity.count, quantity.of), (Some(27), Some(81)));
    let senate_seats: Vec<_> = senate.contenders.iter().map(|contender| contender.seats).collect();
    assert_eq!(senate_seats, [Some(8), Some(4)]);
}

/// The page agrees with the rendered article wherever both state a value. An article contains no
/// link targets, so these are not compared.
#[test]
fn a_page_and_its_article_agree() {
    let page = import_record("nagorno-karabakh/2012").election;
    let text =
        fs::read_to_string("fixtures/articles/2012-nagorno-karabakh-presidential-election.txt")
            .unwrap();
    let article = parse(Format::Article, &text).unwrap();
    let plain = |election: &Election| -> Election {
        let mut json = serde_json::to_value(election).unwrap();
        strip(&mut json);
        let election: Election = serde_json::from_value(json).unwrap();
        let mut election = Election {
            unparsed: Vec::new(),
            details: Vec::new(),
            sections: Vec::new(),
            ..election
        };
        for contest in &mut election.contests {
            contest.details.clear();
            contest.contenders.iter_mut().for_each(|contender| contender.details.clear());
        }
        election
    };
    assert_eq!(plain(&page), plain(&article));
}

fn strip(json: &mut serde_json::Value) {
    match json {
        serde_json::Value::Object(members) => {
            members.remove("target");
            members.values_mut().for_each(strip);
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(strip),
        _ => {}
    }
}

fn parse_page(text: &str) -> Election {
    parse(Format::Wikitext, text).unwrap()
}

#[test]
fn every_infobox_is_a_contest_and_text_next_to_one_is_kept() {
    let election = parse_page(
        "{{Infobox election|type=general|module={{Infobox election|embed=yes|election_name=One|seats1=1}} beside\n{{Infobox election|embed=yes|election_name=Two|seats1=2}}}}
Prose.
{{Infobox election|election_name=Three|seats1=3}}
More.",
    );
    let names: Vec<_> =
        election.contests.iter().map(|contest| contest.name.as_deref().unwrap()).collect();
    assert_eq!(names, ["One", "Two", "Three"]);
    assert_eq!((election.unparsed.len(), election.unparsed[0].text.as_str()), (1, "beside"));
    assert_eq!(election.sections[0].text, "Prose.\n\nMore.");
}

#[test]
fn unclosed_markup_affects_no_other_parameter() {
    let election = parse_page(
        "{{Infobox election\n| nominee1 = [[A\n| popular_vote1 = 77<ref name=x>Count | nominee1 = No</ref>\n| nominee2 = B <ref>Title | Site</REF >\n}}",
    );
    let contenders = &election.contests[0].contenders;
    assert!(contenders[0].people.is_empty(), "{:?}", contenders[0]);
    assert_eq!(contenders[0].tallies[0].votes, Some(77));
    assert_eq!(contenders[1].people[0].name, "B");
    assert_eq!((election.unparsed.len(), election.unparsed[0].text.as_str()), (1, "[[A"));

    let unread =
        parse(Format::Wikitext, "Words.\n\n{{Infobox election\n| nominee1 = A").unwrap_err();
    assert_eq!((unread.line, unread.column), (3, 1));
    assert!(unread.expected.contains("its }}"), "{unread}");
}

#[test]
fn text_next_to_a_number_is_kept() {
    let election = parse_page(
        "{{Infobox election|nominee1=A|popular_vote1=35,758,259 (80.6%) Decrease 3.5pp|seats1=14 (−4)|seat_change1={{decrease|4}}|swing1=4.0 pp {{down}}|percentage1=40.5%, 158 seats}}",
    );
    let contender = &election.contests[0].contenders[0];
    let tally = &contender.tallies[0];
    assert_eq!((tally.votes, contender.seats), (Some(35_758_259), Some(14)));
    assert_eq!((contender.seat_change, tally.swing), (Some(StatedChange::By(-4)), None));
    let kept: Vec<String> = election
        .unparsed
        .iter()
        .chain(&election.contests[0].unparsed)
        .map(|field| format!("{}: {}", field.label, field.reason))
        .collect();
    assert_eq!(kept.len(), 4, "{kept:?}");
    assert!(kept[0].contains("-3.5") && kept[1].contains("-4"), "{kept:?}");
}

#[test]
fn a_page_without_an_infobox_is_reported_with_what_was_expected() {
    let unread = parse(Format::Wikitext, "'''Ruritania''' votes.").unwrap_err();
    assert!(unread.expected.contains("{{Infobox election}}"), "{unread}");
}

#[test]
fn a_table_of_results_is_checked_against_the_infobox() {
    let title = "2007 Nagorno-Karabakh presidential election";
    let text = fs::read_to_string(format!("fixtures/wikitext/{title}.wiki")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let archive = Archive::create(folder.path().join("archive")).unwrap();
    let page = folder.path().join(format!("{title}.wiki"));
    let findings = |archive: &Archive| -> Vec<String> {
        let findings = check(archive).unwrap().into_iter();
        let of_results = findings.filter(|finding| finding.expected.contains("table of results"));
        of_results
            .map(|finding| format!("{}: {}; {}", finding.place, finding.stated, finding.expected))
            .collect()
    };
    fs::write(&page, &text).unwrap();
    archive.import([&page]).unwrap();
    let election = archive.get(Address::title(title)).unwrap().election;
    assert_eq!(election.contests[0].contenders.len(), 2);
    let table = &election.results[0];
    let votes: Vec<_> =
        table.contenders.iter().map(|contender| contender.tallies[0].votes.unwrap()).collect();
    assert_eq!(votes, [59_326, 8_734, 867, 554, 212]);
    let round = &table.rounds[0];
    assert_eq!((round.invalid, round.registered), (Some(1_593), Some(92_114)));
    assert_eq!(findings(&archive), [] as [&str; 0]);

    // Two typing errors.
    let slipped = text.replace("votes2=8734", "votes2=8743").replace("=92114", "=92,141");
    fs::write(&page, slipped).unwrap();
    archive.import([&page]).unwrap();
    assert_eq!(
        findings(&archive),
        [
            "Masis Mayilyan: votes, round 1: 8,734 in the box; 8,743, as the table of results has",
            "registered, round 1: 92,114 in the box; 92,141, as the table of results has",
        ]
    );
    let [one, two] = [1, 2].map(|number| {
        let address = Address::title(title).with_version(VersionSelector::Version(number));
        archive.get(&address).unwrap().election
    });
    let changed: Vec<String> = diff::compare_versions(&one, &two).changed_names();
    assert_eq!(
        changed,
        ["table of results: registered", "table of results: Masis Mayilyan: votes"]
    );
}

#[test]
fn a_redirect_in_a_folder_of_pages_is_an_alias() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("pages");
    fs::create_dir(&pages).unwrap();
    let title = "2012 Nagorno-Karabakh presidential election";
    let page = format!("{title}.wiki");
    fs::copy(format!("fixtures/wikitext/{page}"), pages.join(page)).unwrap();
    fs::write(pages.join("A vote.wiki"), format!("#redirect [[{title}#Results|there]]")).unwrap();
    fs::write(pages.join("A hill.wiki"), "#REDIRECT [[Mountain]]").unwrap();
    let archive = Archive::create(folder.path().join("archive")).unwrap();
    let report = archive.import([pages]).unwrap();
    assert_eq!((report.added, report.aliases, report.errors.len()), (1, 1, 1));
    let said = report.errors.first().unwrap().to_string();
    assert!(said.contains("A hill.wiki:1:1: expected a page that leads to an election"), "{said}");
    assert_eq!(archive.get(Address::title("A vote")).unwrap().election.title, title);
}
