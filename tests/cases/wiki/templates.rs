//! Templates and markup in values: which argument is displayed, and which templates are unknown.

use hustings::model::StatedChange;

use super::{article, format_names, page, shared, unparsed_fields, unparsed_reason};

#[test]
fn a_formatting_template_is_read_as_its_content() {
    let election = page(
        "|turnout={{resize|95%|61.2%}}\n|nominee1={{resize|90%|[[A B]]}}\n|party1={{color|red|[[Red Party|Red]]}}\n\
         |percentage1={{font color|white|blue|36.4%}}\n|nominee2={{flagdeco|Northland}} {{hover title|leader|[[C D]]}}\n\
         |popular_vote2={{tooltip|1,200|provisional}}\n|party2={{abbr|U|Unity}}",
    );
    let contest = &election.contests[0];
    assert_eq!(contest.rounds[0].turnout.unwrap().to_string(), "61.2");
    let [anna, carl] = contest.contenders.as_slice() else { panic!("two contenders") };
    assert_eq!(format_names(&anna.people), "A B <A B>");
    assert_eq!(anna.party.as_ref().unwrap().target.as_deref(), Some("Red Party"));
    assert_eq!(anna.tallies[0].share.unwrap().to_string(), "36.4");
    assert_eq!(
        (format_names(&carl.people).as_str(), carl.tallies[0].votes),
        ("C D <C D>", Some(1_200))
    );
    assert_eq!(carl.party.as_ref().unwrap().name, "U");
    assert!(unparsed_fields(&election).is_empty());
    if let Some(case) = shared("resize-gives-its-percentage") {
        let contest = &case.get("ruritania/1901").contests[0];
        assert_eq!(contest.rounds[0].turnout.unwrap().to_string(), "61.2");
        assert_eq!(contest.contenders[0].tallies[0].share.unwrap().to_string(), "36.4");
        let contest = &case.get("ruritania/1902").contests[0];
        assert_eq!(format_names(&contest.contenders[0].people), "C D <C D>");
    }
}

#[test]
fn an_unknown_template_is_kept_unparsed() {
    for parameter in [
        "nominee1",
        "party1",
        "running_mate1",
        "before_election",
        "next_election",
        "popular_vote1",
        "percentage1",
        "swing1",
        "seats1",
        "seat_change1",
        "turnout",
        "registered",
        "seats_for_election",
        "majority_seats",
        "title",
        "vote_type",
        "election_date",
        "map_image",
        "image1",
        "colour1",
        "map_caption",
        "country",
        "type",
    ] {
        let value = "{{mystery|7|Anna}}";
        assert_eq!(
            unparsed_reason(parameter, value),
            "has markup that is not known: {{mystery}}",
            "{parameter}"
        );
    }
    assert_eq!(unparsed_reason("nominee1", "<s>[[A]]</s>"), "has markup that is not known: <s>");
    assert_eq!(unparsed_reason("party1", "[[Unity"), "has markup that is not known: [[Unity");
    let formula = "{{formatnum:{{#expr:1000+1}}}}";
    assert!(unparsed_reason("registered", formula).contains("{{formatnum:"));
    if let Some(case) = shared("raw-template-as-name") {
        let election = case.get("ruritania/1902");
        let people = |at: usize| format_names(&election.contests[0].contenders[at].people);
        assert_eq!(
            (people(0).as_str(), people(1).as_str()),
            ("Anna Alba; Boris Black", "Carl Cobalt")
        );
        assert_eq!(election.contests[0].contenders[1].party.as_ref().unwrap().name, "Justice");
        let labels: Vec<&str> =
            election.unparsed.iter().map(|field| field.label.as_str()).collect();
        assert_eq!(labels, ["party1", "popular_vote1"]);
    }
}

#[test]
fn a_no_change_template_is_a_change_of_zero() {
    for value in ["{{steady}}", "{{No change}}", "{{same}} 0", "No change", "±0", "0"] {
        let election = page(&format!("|seat_change1={value}"));
        let change = election.contests[0].contenders[0].seat_change;
        assert_eq!(change, Some(StatedChange::By(0)), "{value}");
        assert!(unparsed_fields(&election).is_empty());
    }
    let election = page("|swing1={{steady}}\n|turnout=61.2%<br>{{steady}}");
    let contest = &election.contests[0];
    let swing = contest.contenders[0].tallies[0].swing.unwrap();
    assert_eq!(swing.to_string(), "+0");
    assert_eq!(contest.rounds[0].turnout_change.unwrap().to_string(), "+0");
    assert_eq!(unparsed_fields(&election), ["swing1: Steady: unparsed remainder 'no change'"]);
    assert!(unparsed_reason("seat_change1", "{{steady}} 5").contains("a change"));
    if let Some(case) = shared("steady-is-lost") {
        let election = case.get("united-states/1956");
        assert_eq!(election.contests[0].contenders[0].seat_change, Some(StatedChange::By(0)));
        assert_eq!(election.unparsed.len(), 2);
    }
}

#[test]
fn a_change_belongs_to_the_figure_on_the_line_above() {
    let election = page(
        "|turnout=26,478 (71.8%)<br />{{increase}}5.3 [[Percentage point|pp]]\n|percentage1=28.7%<br />{{decrease}}6.1 pp\n\
         |popular_vote1=7,513<br />Eliminated\n|swing2=▲2.1 pp<br>▼3.0 pp\n|election_date=1 and 20 June 1901",
    );
    let contest = &election.contests[0];
    let round = &contest.rounds[0];
    assert_eq!((round.cast, round.turnout.unwrap().to_string().as_str()), (Some(26_478), "71.8"));
    assert_eq!(round.turnout_change.unwrap().to_string(), "+5.3");
    let [one, two] = contest.contenders.as_slice() else { panic!("two contenders") };
    let tally = &one.tallies[0];
    assert_eq!((tally.votes, tally.share.unwrap().to_string().as_str()), (Some(7_513), "28.7"));
    assert_eq!(one.notes, ["Eliminated"]);
    assert_eq!(two.tallies.len(), 2);
    assert_eq!(
        unparsed_fields(&election),
        ["percentage1: 28.7%<br />▼6.1 pp: unparsed remainder '-6.1'"]
    );
    if let Some(case) = shared("turnout-with-change-on-the-next-line") {
        let contest = &case.get("spain/2019").contests[0];
        assert_eq!(contest.rounds[0].turnout_change.unwrap().to_string(), "+5.3");
        assert_eq!(contest.contenders[0].notes, ["Eliminated"]);
    }
}

#[test]
fn two_figures_in_a_field_for_one_are_kept_unparsed() {
    for (parameter, value) in [
        ("seats_before1", "49 ({{increase}}2)"),
        ("seats_after1", "49, 12.5%"),
        ("seats_needed1", "4 more"),
        ("declared", "7 of 9"),
    ] {
        assert!(unparsed_reason(parameter, value).starts_with("expected"), "{parameter} = {value}");
    }
}

#[test]
fn a_middle_dot_is_a_decimal_point_only_between_digits() {
    for (value, expected) in [("73·5%", "73.5"), ("73∙5 %", "73.5"), ("73⋅50", "73.50")] {
        let turnout = article(&format!("- Turnout: {value}")).contests[0].rounds[0].turnout;
        assert_eq!(turnout.unwrap().to_string(), expected, "{value}");
    }
    for (label, value) in
        [("turnout", "73 · 5%"), ("popular_vote1", "1·234·567"), ("popular_vote1", "1·234")]
    {
        assert!(unparsed_reason(label, value).starts_with("expected"), "{value}");
    }
    if let Some(case) = shared("middle-dot-decimal") {
        let contest = &case.get("ruritania/1901").contests[0];
        assert_eq!(contest.rounds[0].turnout.unwrap().to_string(), "73.5");
        let tally = &contest.contenders[0].tallies[0];
        assert_eq!((tally.votes, tally.share.unwrap().to_string().as_str()), (Some(12), "12.5"));
    }
}

#[test]
fn labels_and_arrows_of_a_rendered_infobox_are_read() {
    let election = article(
        "- Leader1: Anna Alba\n- Leader's seat1: Northtown\n- Seats won1: 26 seats\n- Seat change1: Decrease1\n\
         - Popular vote1: 1,200\n- Swing1: Increase12.5 pp\n- Leader’s Seat2: Southtown\n- Seat change2: Steady",
    );
    assert!(unparsed_fields(&election).is_empty(), "{:?}", unparsed_fields(&election));
    let [anna, other] = election.contests[0].contenders.as_slice() else {
        panic!("two contenders")
    };
    assert_eq!(anna.leaders_seat.as_ref().unwrap().name, "Northtown");
    assert_eq!((anna.seats, anna.seat_change), (Some(26), Some(StatedChange::By(-1))));
    assert_eq!(anna.tallies[0].swing.unwrap().to_string(), "+12.5");
    assert_eq!(other.leaders_seat.as_ref().unwrap().name, "Southtown");
    assert_eq!(other.seat_change, Some(StatedChange::By(0)));
}
