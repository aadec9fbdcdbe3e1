//! Dates of votes: several days, hidden copies, rounds that were not held.

use hustings::model::{Election, PollOutcome};

use super::{article, page, shared, unparsed_fields};

fn format_dates(election: &Election) -> Vec<String> {
    election.dates.iter().map(ToString::to_string).collect()
}

fn parse_dates(value: &str) -> Vec<String> {
    format_dates(&page(&format!("|election_date={value}")))
}

#[test]
fn days_separated_by_a_slash_are_several_days() {
    for (value, expected) in [
        ("2/3 June 1901", ["1901-06-02", "1901-06-03"]),
        ("28/29 March 1948", ["1948-03-28", "1948-03-29"]),
        ("2 / 3 June 1901", ["1901-06-02", "1901-06-03"]),
        ("June 2/3, 1901", ["1901-06-02", "1901-06-03"]),
        ("30 May/1 June 1901", ["1901-05-30", "1901-06-01"]),
    ] {
        assert_eq!(parse_dates(value), expected, "{value}");
    }
    assert_eq!(parse_dates("6/12/2021"), ["2021-06-12"]);
    assert!(parse_dates("1999/2000").is_empty() && parse_dates("2001-06-02/2001-06-09").is_empty());
    if let Some(case) = shared("days-with-slash") {
        assert_eq!(format_dates(&case.get("ruritania/1901")), ["1901-06-02", "1901-06-03"]);
    }
}

#[test]
fn repeated_forms_of_one_date_are_one_date() {
    for value in [
        "10 March 1973 ( 1973-03-10 )",
        "March 10, 1973 (1973-03-10T08:30)",
        "{{Start date|1973|March|10}}",
        "{{Start date|1973|3|10|df=y}} (1973-03-10)",
        "{{dts|10 March 1973}}",
    ] {
        assert_eq!(parse_dates(value), ["1973-03-10"], "{value}");
    }
    assert!(parse_dates("10 March 1973 (1973-03-11)").is_empty());
    assert!(parse_dates("{{Start date|1973|13|10}}").is_empty());
    if let Some(case) = shared("hidden-iso-date") {
        let election = case.get("south-australia/1973");
        assert_eq!(format_dates(&election), ["1973-03-10"]);
        let contender = &election.contests[0].contenders[0];
        assert_eq!((contender.seats, unparsed_fields(&election).len()), (Some(26), 0));
        assert_eq!(contender.leaders_seat.as_ref().unwrap().name, "Norwood");
    }
}

#[test]
fn a_cancelled_round_does_not_affect_the_others() {
    for (value, note) in [
        ("5 October 1906 (first round)<br>Cancelled (second round)", "Cancelled (second round)"),
        ("5 October 1906 (first round); second round cancelled", "second round cancelled"),
        ("5 October 1906 (first round, second round annulled)", "second round annulled"),
        ("5 October 1906 (first round)<br>''TBD'' (second round)", "TBD (second round)"),
    ] {
        let election = page(&format!("|election_date={value}"));
        let [date] = election.dates.as_slice() else { panic!("{value}: {:?}", election.dates) };
        assert_eq!(
            (date.start.to_string().as_str(), date.outcome),
            ("1906-10-05", None),
            "{value}"
        );
        assert_eq!((date.round, date.note.as_deref()), (Some(1), Some(note)), "{value}");
    }
    let election = page(
        "|election_date=5 October 1906 (first round)<br>19 October 1906 (second round)<br>Second round cancelled",
    );
    let outcomes: Vec<_> = election.dates.iter().map(|date| (date.round, date.outcome)).collect();
    assert_eq!(outcomes, [(Some(1), None), (Some(2), Some(PollOutcome::NotHeld))]);
    if let Some(case) = shared("cancelled-second-round") {
        let date = &case.get("ruritania/1906").dates[0];
        assert_eq!((date.round, date.outcome), (Some(1), None));
        assert_eq!(date.note.as_deref(), Some("Cancelled (second round)"));
    }
}

#[test]
fn words_next_to_a_date_are_kept() {
    let election =
        article("- Leader since1: 4 May 2010 (acting)\n- Previous Year: 1938 (pre-partition)");
    let since = election.contests[0].contenders[0].leader_since.unwrap();
    assert_eq!(since.to_string(), "2010-05-04");
    assert_eq!(election.previous.as_ref().unwrap().year.unwrap().to_string(), "1938");
    assert_eq!(
        unparsed_fields(&election),
        [
            "Leader since1: 4 May 2010 (acting): unparsed remainder 'acting'",
            "Previous Year: 1938 (pre-partition): unparsed remainder 'pre-partition'",
        ]
    );
}
