//! Rounds, labelled counts, roles and extra rows of infoboxes and result templates.

use hustings::export::{tally_rows, to_json};
use hustings::model::{Contender, Contest, Election, OptionKind, Role};

use super::import::{kept_fields, page, shared_page as shared};

/// The results of a contender, one line per ballot: "round 2: 5 votes, 52.3 %, 7 seats".
fn results(contender: &Contender) -> Vec<String> {
    let lines = contender.result_lines().into_iter();
    lines
        .map(|line| {
            let ballot = line.tally.map_or("whole".to_owned(), |tally| tally.ballot().to_string());
            let figures = [
                line.tally.and_then(|tally| Some(format!("{} votes", tally.votes?))),
                line.tally.and_then(|tally| Some(format!("{} %", tally.share?))),
                line.seats.map(|seats| format!("{seats} seats")),
                line.seat_change.map(|change| format!("{change} change")),
            ];
            let figures: Vec<String> = figures.into_iter().flatten().collect();
            format!("{ballot}: {}", figures.join(", "))
        })
        .collect()
}

fn unparsed_fields(election: &Election) -> Vec<String> {
    kept_fields(election).map(|field| format!("{}: {}", field.label, field.text)).collect()
}

/// The turnout of each ballot of the first contest.
fn turnouts(contest: &Contest) -> Vec<String> {
    let stated = contest.rounds.iter().filter_map(|round| Some((round.ballot(), round.turnout?)));
    stated.map(|(ballot, turnout)| format!("{ballot}: {turnout} %")).collect()
}

#[test]
fn a_single_figure_in_an_election_with_two_rounds_has_no_round() {
    for dates in [
        "1 June 1901 (first round)<br>15 June 1901 (second round)",
        "1 and 15 June 1901",
        "1 June 1901, with runoff on 15 June 1901",
    ] {
        let election = page(&format!(
            "|election_date={dates}\n|turnout=61.2%\n|nominee1=A\n|popular_vote1=520\n|percentage1=52.0%\n|seats1=7\n\
             |nominee2=B\n|popular_vote2=450<br>480\n|nominee3=C\n|popular_vote3=90 (first round)"
        ));
        let contest = &election.contests[0];
        assert_eq!(turnouts(contest), ["round not stated: 61.2 %"], "{dates}");
        assert_eq!(
            results(&contest.contenders[0]),
            ["round not stated: 520 votes, 52.0 %, 7 seats"]
        );
        assert_eq!(results(&contest.contenders[1]), ["round 1: 450 votes", "round 2: 480 votes"]);
        assert_eq!(results(&contest.contenders[2]), ["round 1: 90 votes"]);
        assert!(unparsed_fields(&election).is_empty());
    }
    if let Some(case) = shared("round-of-single-figures") {
        let contest = &case.get("ukraine/1994").contests[0];
        assert_eq!(results(&contest.contenders[0]), ["round not stated: 14016850 votes, 52.3 %"]);
        assert_eq!(results(&contest.contenders[1]), ["round not stated: 12111603 votes, 45.2 %"]);
    }
}

#[test]
fn several_days_or_a_cancelled_round_are_one_round() {
    for dates in [
        "2–3 June 1901",
        "2 and 3 June 1901",
        "2 June 1901",
        "2 June 1901 (first round)<br>16 June 1901 (second round, cancelled)",
    ] {
        let election = page(&format!("|election_date={dates}\n|nominee1=A\n|popular_vote1=520"));
        assert_eq!(results(&election.contests[0].contenders[0]), ["round 1: 520 votes"], "{dates}");
    }
}

#[test]
fn two_figures_in_an_election_with_one_round_are_not_parsed() {
    let election = page("|election_date=2 June 1901\n|nominee1=A\n|popular_vote1=1,200<br>1,300");
    assert_eq!(results(&election.contests[0].contenders[0]), ["whole: "]);
    assert_eq!(unparsed_fields(&election), ["popular_vote1: 1,200<br>1,300"]);
}

#[test]
fn an_embedded_infobox_inherits_the_rounds_of_the_outer_one() {
    let election = page(
        "|election_date=1 June 1901 (first round)<br>15 June 1901 (second round)\n\
         |module={{Infobox election|election_name=President|nominee1=A|popular_vote1=520}}",
    );
    let contest = &election.contests[0];
    assert_eq!(results(&contest.contenders[0]), ["round not stated: 520 votes"]);
}

#[test]
fn seats_without_a_round_belong_to_the_contest() {
    let election = page(
        "|election_date=25 May and 1 June 1997\n|leader1=A\n|seats1=255\n|seat_change1=+202\n\
         |popular_vote1=59 (1st round)<br>97 (2nd round)\n|leader2=B\n|seats2=30 (1st round)<br>70 (2nd round)",
    );
    let contenders = &election.contests[0].contenders;
    assert_eq!(
        results(&contenders[0]),
        ["round 1: 59 votes", "round 2: 97 votes", "whole: 255 seats, +202 change"]
    );
    assert_eq!(results(&contenders[1]), ["round 1: 30 seats", "round 2: 70 seats"]);
    assert_eq!(contenders[1].seats_won(), None, "whether 70 are all of them is not stated");
    if let Some(case) = shared("seats-under-round-1") {
        let contender = &case.get("france/1997").contests[0].contenders[0];
        assert_eq!((contender.seats, contender.seats_won()), (Some(255), Some(255)));
        assert!(contender.tallies.iter().all(|tally| tally.seats.is_none()));
    }
}

#[test]
fn several_figures_in_one_value_have_labels() {
    let election = page(
        "|election_date=31 October 1901\n|turnout=55.93% (constituency votes)<br>55.92% (list votes)\n\
         |leader1=A\n|seats1=102 deputies<br>30 senators\n|popular_vote1=70 (list)<br>60 (constituency)\n\
         |leader2=B\n|seats2=12 deputies<br>7 deputies",
    );
    let contest = &election.contests[0];
    assert_eq!(
        turnouts(contest),
        ["constituency votes, round 1: 55.93 %", "list votes, round 1: 55.92 %"]
    );
    assert_eq!(
        results(&contest.contenders[0]),
        [
            "deputies, round 1: 102 seats",
            "senators, round 1: 30 seats",
            "list, round 1: 70 votes",
            "constituency, round 1: 60 votes",
        ]
    );
    assert_eq!(unparsed_fields(&election), ["seats2: 12 deputies<br>7 deputies"]);
    if let Some(case) = shared("results-two-votes-as-rounds") {
        let election = case.get("japan/2021");
        let contest = &election.contests[0];
        assert_eq!(
            turnouts(contest),
            ["Const. votes, round 1: 55.93 %", "PR votes, round 1: 55.92 %"]
        );
        assert_eq!(
            results(&contest.contenders[0]),
            ["deputies, round 1: 102 seats", "senators, round 1: 30 seats"]
        );
        assert_eq!(
            results(&election.results[0].contenders[0]),
            [
                "Proportional, round 1: 19914883 votes, 72 seats",
                "Constituency, round 1: 27626235 votes, 187 seats",
                "whole: 259 seats",
            ]
        );
        assert!(unparsed_fields(&election).is_empty());
    }
}

#[test]
fn rows_that_are_not_contenders_become_figures_or_options() {
    let election = page(
        "|election_date=2 June 1901\n|nominee1=A\n|popular_vote1=60\n|nominee2=None of the above\n|popular_vote2=9}}\n\
         {{Election results|cand1=A|votes1=60|row2=None of the above|votes2=9|row3=Blank ballots|votes3=3\
         |party4=Invalid votes|votes4=2|row5=Appointed seats|seats5=4|invalid=2",
    );
    for contest in [&election.contests[0], &election.results[0]] {
        assert_eq!(contest.contenders.len(), 1);
        let option = &contest.options[0];
        assert_eq!((option.kind, option.tallies[0].votes), (OptionKind::AgainstAll, Some(9)));
    }
    let table = &election.results[0];
    assert_eq!((table.rounds[0].blank, table.rounds[0].invalid), (Some(3), Some(2)));
    let appointed = &table.options[1];
    assert_eq!((appointed.name.as_str(), appointed.tallies[0].seats), ("Appointed seats", Some(4)));
    let table = Election { contests: vec![table.clone()], ..Election::default() };
    let shown: Vec<_> = tally_rows(&table).into_iter().map(|row| (row.people, row.seats)).collect();
    assert!(shown.contains(&("Appointed seats".to_owned(), Some(4))), "{shown:?}");
    if let Some(case) = shared("results-row-as-a-party") {
        let table = &case.get("netherlands/2021").results[0];
        let round = &table.rounds[0];
        assert_eq!(
            (round.blank, round.invalid, round.valid),
            (Some(17_910), Some(22_107), Some(10_422_852))
        );
        assert_eq!(table.contenders.len(), 1);
        assert_eq!(table.options[0].name, "Against all");
    }
}

#[test]
fn no_value_of_a_row_that_is_not_a_contender_is_lost() {
    let election = page(
        "|election_date=2 June 1901\n|party5=Others\n|seats5=4\n|seat_change5=+2\n|seats_before5=3}}\n\
         {{Election results|party5=Others|seat_change5=+2|seats_before5=3|sc5=−1|row3=Blank votes|sw3=+1.2",
    );
    let details = |contest: &Contest| -> Vec<String> {
        let details = contest.details.iter();
        details
            .map(|detail| {
                let label = detail.label.as_deref().unwrap_or_default();
                format!("{} ({label}): {}", detail.parameter, detail.value)
            })
            .collect()
    };
    let contest = &election.contests[0];
    assert_eq!(details(contest), ["seats_before5 (Others): 3", "seat_change5 (Others): +2"]);
    assert_eq!(contest.options[0].tallies[0].seats, Some(4));
    let table = &election.results[0];
    assert_eq!(
        details(table),
        ["seat_change5 (): +2", "seats_before5 (): 3", "seat_change5 (Others): -1"]
    );
    let blank = &table.options[0];
    assert_eq!((blank.kind, blank.name.as_str()), (OptionKind::Unclear, "Blank votes"));
    assert_eq!(blank.tallies[0].swing.unwrap().to_string(), "+1.2");
    assert_eq!(table.options[1].kind, OptionKind::Others);
}

#[test]
fn candidates_nominees_and_leaders_have_different_roles() {
    let election = page("|candidate1=A\n|nominee2=B\n|leader3=C");
    let roles: Vec<_> =
        election.contests[0].contenders.iter().map(|contender| contender.role).collect();
    assert_eq!(roles, [Some(Role::Candidate), Some(Role::Nominee), Some(Role::Leader)]);
    if let Some(case) = shared("candidate-is-no-nominee") {
        let election = case.get("Florida Republican primary, 2008");
        let contenders = &election.contests[0].contenders;
        assert!(contenders.iter().all(|contender| contender.role == Some(Role::Candidate)));
    }
}

#[test]
fn extra_rows_become_details_with_their_labels() {
    let election = page(
        "|1blank=List vote\n|2blank=Swing\n|3blank=Motto\n|leader1=A\n|1data1='''1,204'''\n|2data1={{decrease}}1.17 pp\n\
         |leader2=B\n|1data2=12.5%\n|3data2=Bread, and 3 roses",
    );
    let of = |at: usize| -> Vec<String> {
        let details = election.contests[0].contenders[at].details.iter();
        details
            .map(|detail| {
                let value = to_json(&detail.value).unwrap().to_string().replace('"', "");
                format!("{} = {value}", detail.label.as_deref().unwrap_or_default())
            })
            .collect()
    };
    assert_eq!(of(0), ["List vote = {count:1204}", "Swing = {change:-1.17}"]);
    assert_eq!(of(1), ["List vote = {share:12.5}", "Motto = {text:Bread, and 3 roses}"]);
    assert!(unparsed_fields(&election).is_empty());
    if let Some(case) = shared("blank-rows") {
        let contenders = &case.get("ruritania/2021").contests[0].contenders;
        let said = |at: usize| -> Vec<String> {
            let details = contenders[at].details.iter();
            details.map(|detail| format!("{:?} {}", detail.label, detail.value)).collect()
        };
        assert_eq!(
            said(0),
            ["Some(\"Constituency vote\") 27,626,235", "Some(\"TPP swing\") +1.17"]
        );
        assert_eq!(said(1), ["Some(\"Constituency vote\") 17,215,621"]);
    }
}

#[test]
fn words_next_to_figures_are_notes_and_unopposed_contenders_are_marked() {
    let election = page(
        "|election_date=28 April 1901\n|nominee1=A\n|popular_vote1=7,513<br />Eliminated\n|nominee2=B\n|popular_vote2=Unopposed",
    );
    let contenders = &election.contests[0].contenders;
    assert_eq!(contenders[0].notes, ["Eliminated"]);
    assert_eq!(results(&contenders[0]), ["round 1: 7513 votes"]);
    assert_eq!(contenders[1].unopposed.as_deref(), Some("Unopposed"));
}

#[test]
fn a_majority_is_read_from_the_line_below_the_seats() {
    let election = page(
        "|seats_for_election=All 277 seats to the [[Assembly]]<br /><small>139 seats were needed for a majority</small>",
    );
    let contest = &election.contests[0];
    assert_eq!(contest.seats.as_ref().unwrap().count, Some(277));
    assert_eq!(contest.majority_seats.as_ref().unwrap().count, Some(139));
    let election =
        page("|majority_seats=140\n|seats_for_election=All 277 seats<br>139 needed for a majority");
    assert_eq!(election.contests[0].majority_seats.as_ref().unwrap().count, Some(140));
}
