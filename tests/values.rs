//! Values from real infoboxes: how each is parsed, or why it is kept unparsed.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use hustings::export::to_json;
use hustings::formats::{Format, parse};

/// Parses a page with one parameter. Returns the value as JSON, and the reasons of unparsed fields.
fn parse_parameter(parameter: &str, value: &str) -> String {
    let page = format!("{{{{Infobox election\n| {parameter} = {value}\n}}}}");
    let mut election = parse(Format::Wikitext, &page).unwrap();
    let mut kept = std::mem::take(&mut election.unparsed);
    for contest in &mut election.contests {
        kept.append(&mut contest.unparsed);
    }
    let json = to_json(&election).unwrap();
    let found = find_part(&json, parameter.trim_end_matches(|c: char| c.is_ascii_digit()));
    let reasons = kept.iter().map(|field| format!("kept: {}", field.reason));
    found.into_iter().chain(reasons).collect::<Vec<_>>().join("; ")
}

const UNOPPOSED: &str = "/contests/0/contenders/0/unopposed";

/// Returns the part of an election that a parameter fills.
fn find_part(json: &serde_json::Value, parameter: &str) -> Option<String> {
    let path = match parameter {
        "election_date" => "/dates",
        "previous_election" | "previous_year" => "/previous",
        "turnout" | "registered" => "/contests/0/rounds",
        "nominee" => "/contests/0/contenders/0/people",
        "party" => "/contests/0/contenders/0/party",
        "before_election" | "after_election" => "/contests/0",
        "seats_for_election" => "/contests/0/seats",
        "needed_votes" => "/contests/0/needed_votes",
        "map" => "/contests/0/details",
        "image" => "/contests/0/contenders/0/details",
        "seats" | "seat_change" => "/contests/0/contenders/0",
        _ if json.pointer(UNOPPOSED).is_some() => UNOPPOSED,
        _ => "/contests/0/contenders/0/tallies",
    };
    json.pointer(path).map(|value| value.to_string().replace('"', ""))
}

#[test]
fn every_value_is_parsed_or_kept_with_a_reason() {
    for (parameter, value, expected) in CASES {
        assert_eq!(parse_parameter(parameter, value), *expected, "{parameter} = {value}");
    }
}

const CASES: &[(&str, &str, &str)] = &[
    ("election_date", "2012-07-19", "[{start:2012-07-19,bound:on}]"),
    ("election_date", "12 April 2026", "[{start:2026-04-12,bound:on}]"),
    ("election_date", "2–3 June 1946", "[{start:1946-06-02,end:1946-06-03,bound:on}]"),
    (
        "election_date",
        "4 and 11 April 2011",
        "[{start:2011-04-04,bound:on},{start:2011-04-11,bound:on}]",
    ),
    (
        "election_date",
        "17 January and 7 February 2010",
        "[{start:2010-01-17,bound:on},{start:2010-02-07,bound:on}]",
    ),
    (
        "election_date",
        "October 31, November 21, December 26, 2004",
        "[{start:2004-10-31,bound:on},{start:2004-11-21,bound:on},{start:2004-12-26,bound:on}]",
    ),
    (
        "election_date",
        "26 June 1994 (first round) <br>10 July 1994 (second round)",
        "[{start:1994-06-26,bound:on,round:1},{start:1994-07-10,bound:on,round:2}]",
    ),
    (
        "election_date",
        "December 15, 1788 – January 10, 1789",
        "[{start:1788-12-15,end:1789-01-10,bound:on}]",
    ),
    (
        "election_date",
        "22 May 2016 (second round, annulled)",
        "[{start:2016-05-22,bound:on,round:2,outcome:annulled}]",
    ),
    (
        "election_date",
        "4 December 2016 (second round, re-run)",
        "[{start:2016-12-04,bound:on,round:2,outcome:rerun}]",
    ),
    (
        "election_date",
        "October 5 (or December) 2014",
        "[{start:2014-10-05,bound:either},{start:2014-12,bound:either}]",
    ),
    ("election_date", "By 25 July 2027", "[{start:2027-07-25,bound:by}]"),
    ("election_date", "10/2023", "[{start:2023-10,bound:on}]"),
    ("election_date", "6/12/2021", "[{start:2021-06-12,bound:on}]"),
    (
        "election_date",
        "scheduled for 24 December 2021 but not held",
        "[{start:2021-12-24,bound:on,outcome:not_held}]",
    ),
    (
        "election_date",
        "29 July 2018, with runoff on 12 August 2018",
        "[{start:2018-07-29,bound:on,round:1},{start:2018-08-12,bound:on,round:2}]",
    ),
    ("popular_vote1", "47,095", "[{round:1,votes:47095}]"),
    ("popular_vote1", "47 095", "[{round:1,votes:47095}]"),
    ("popular_vote1", "47&nbsp;095", "[{round:1,votes:47095}]"),
    ("popular_vote1", "14.016.850", "[{round:1,votes:14016850}]"),
    ("popular_vote1", "N/A", "kept: states that there is nothing"),
    ("percentage1", "66,65 %", "[{round:1,share:66.65}]"),
    ("seats1", "TBD", "kept: not known yet"),
    ("nominee1", "Lyndon Johnson", "[{name:Lyndon Johnson}]"),
    ("nominee1", "Lyndon B. Johnson", "[{name:Lyndon B. Johnson}]"),
    ("party1", "Independent (politician)", "{name:Independent (politician)}"),
    (
        "previous_election",
        "Nagorno-Karabakh presidential election, 2012",
        "{title:Nagorno-Karabakh presidential election, 2012}",
    ),
    ("previous_year", "1938,", "{year:1938}"),
    ("after_election", "Election results annulled ,", "kept: names no one"),
    ("image1", "150x150px", "[{parameter:image1,value:{size:{width:150,height:150}}}]"),
    ("election_date", "{{Start date|2014|05|25|df=y}}", "[{start:2014-05-25,bound:on}]"),
    ("election_date", "''on or before 26 May 2019''", "[{start:2019-05-26,bound:by}]"),
    (
        "election_date",
        "July 7, 1824 - August 30, 1825",
        "[{start:1824-07-07,end:1825-08-30,bound:on}]",
    ),
    ("election_date", "TBA", "kept: not known yet"),
    ("popular_vote1", "'''14,016,850'''", "[{round:1,votes:14016850}]"),
    ("popular_vote1", "9,857,308<ref name=\"CEC\"/>", "[{round:1,votes:9857308}]"),
    (
        "popular_vote1",
        "5,977,045 (1st round) | 9,722,022 (2nd round)",
        "[{round:1,votes:5977045}]; kept: it has no label",
    ),
    (
        "popular_vote1",
        "51,072,345<br>58,206,354",
        "[{round:1,votes:51072345},{round:2,votes:58206354}]",
    ),
    ("popular_vote1", "Unopposed", "Unopposed"),
    (
        "popular_vote1",
        "style=\"text-align: center\"| 47,095",
        "kept: it has no label; kept: has markup that is not known: style=",
    ),
    ("seats1", "59 seats, 32.42 %", "{number:1,seats:59,tallies:[{round:1,share:32.42}]}"),
    ("seats1", "40.56%, 158 seats", "{number:1,seats:158,tallies:[{round:1,share:40.56}]}"),
    ("seats1", "161", "{number:1,seats:161}"),
    ("seats1", "–", "kept: states that there is nothing"),
    ("percentage1", "91.54", "[{round:1,share:91.54}]"),
    ("percentage1", "4.69%", "[{round:1,share:4.69}]"),
    ("swing1", "{{increase}} 1.5 pp", "[{round:1,swing:{by:1.5}}]"),
    ("swing1", "{{decrease}} 1.8%", "[{round:1,swing:{by:-1.8}}]"),
    ("swing1", "Increase 6.04%", "[{round:1,swing:{by:6.04}}]"),
    ("swing1", "New", "[{round:1,swing:new}]"),
    ("swing1", "N/A", "kept: states that there is nothing"),
    ("seat_change1", "▲4", "{number:1,seat_change:{by:4}}"),
    ("seat_change1", "▼4", "{number:1,seat_change:{by:-4}}"),
    ("seat_change1", "−4", "{number:1,seat_change:{by:-4}}"),
    ("seat_change1", "TBD", "kept: not known yet"),
    (
        "turnout",
        "35,758,259 (80.6%) {{decrease}} 3.5pp",
        "[{number:1,cast:35758259,turnout:80.6,turnout_change:{by:-3.5}}]",
    ),
    (
        "states_carried1",
        "26 + [[Washington, D.C.|DC]]",
        "[{round:1,states_carried:{count:26,text:26 + DC}}]",
    ),
    ("needed_votes", "165 electoral", "{count:165,text:165 electoral}"),
    (
        "seats_for_election",
        "556 of the 573 seats in the Constituent Assembly",
        "{count:556,of:573,text:556 of the 573 seats in the Constituent Assembly}",
    ),
    ("seats_for_election", "Class 1 (33 of the 100) seats", "{text:Class 1 (33 of the 100) seats}"),
    (
        "seats_for_election",
        "All 513 seats in the [[Chamber of Deputies (Brazil)|Chamber of Deputies]]",
        "{count:513,text:All 513 seats in the Chamber of Deputies}",
    ),
    (
        "nominee1",
        "Otto Wels / Arthur Crispien / Hans Vogel",
        "[{name:Otto Wels},{name:Arthur Crispien},{name:Hans Vogel}]",
    ),
    ("nominee1", "{{nowrap|[[Altineu Côrtes]]}}", "[{name:Altineu Côrtes,target:Altineu Côrtes}]"),
    (
        "before_election",
        "[[Oleksandr Turchynov]] <small>(acting)</small>",
        "{before:{person:{name:Oleksandr Turchynov,target:Oleksandr Turchynov,note:acting}}}",
    ),
    (
        "after_election",
        "None (Schleicher appointed shortly afterward)",
        "kept: states that there is nothing",
    ),
    ("party1", "Independent (politican)", "{name:Independent (politican)}"),
    (
        "party1",
        "Communist Party of Nepal (Unified Marxist–Leninist)",
        "{name:Communist Party of Nepal (Unified Marxist–Leninist)}",
    ),
    ("party1", "{{Canadian party colour|CA|Liberal|name}}", "{name:Liberal}"),
    ("map", "220px 220px", "[{parameter:map,value:{size:{width:220}}}]"),
    (
        "previous_election",
        "[[2006 Ruritanian general election|2006]]",
        "{title:2006 Ruritanian general election,label:2006}",
    ),
    ("previous_election", "2006", "{title:2006}"),
];

#[test]
fn records_written_by_version_0_1_are_read() {
    let field = r#"[{"label":"colour","text":"?","reason":"no_label"}]"#;
    let line = |member: &str| {
        format!(
            r#"{{"title":"1824 Ruritanian election","{member}":{field},"contests":[{{"{member}":{field}}}]}}"#
        )
    };
    let [before, now] =
        ["kept", "unparsed"].map(|member| parse(Format::Jsonl, &line(member)).unwrap());
    assert_eq!(before, now);
    assert_eq!((now.unparsed.len(), now.contests[0].unparsed.len()), (1, 1));
}
