//! Tests with dates from real documents.

use super::*;

fn parsed(text: &str) -> String {
    match parse(text) {
        Ok(dates) => dates.iter().map(ToString::to_string).collect::<Vec<_>>().join(" | "),
        Err(UnparsedReason::Pending) => "pending".to_owned(),
        Err(UnparsedReason::Nothing) => "nothing".to_owned(),
        Err(_) => "unread".to_owned(),
    }
}

#[test]
fn dates_are_parsed_in_common_spellings() {
    let cases = [
        ("2012-07-19", "2012-07-19"),
        ("12 April 2026", "2026-04-12"),
        ("2–3 June 1946", "1946-06-02 to 1946-06-03"),
        ("4 and 11 April 2011", "2011-04-04 | 2011-04-11"),
        ("17 January and 7 February 2010", "2010-01-17 | 2010-02-07"),
        ("October 31, November 21, December 26, 2004", "2004-10-31 | 2004-11-21 | 2004-12-26"),
        (
            "26 June 1994 (first round) <br>10 July 1994 (second round)",
            "1994-06-26 (round 1) | 1994-07-10 (round 2)",
        ),
        ("July 7, 1824 - August 30, 1825", "1824-07-07 to 1825-08-30"),
        ("December 15, 1788 – January 10, 1789", "1788-12-15 to 1789-01-10"),
        ("22 May 2016 (second round, annulled)", "2016-05-22 (round 2, annulled)"),
        ("4 December 2016 (second round, re-run)", "2016-12-04 (round 2, re-run)"),
        ("October 5 (or December) 2014", "perhaps 2014-10-05 | perhaps 2014-12"),
        ("By 25 July 2027", "by 2027-07-25"),
        ("''on or before 26 May 2019''", "by 2019-05-26"),
        ("TBA", "pending"),
        ("–", "nothing"),
        ("10/2023", "2023-10"),
        ("6/12/2021", "2021-06-12"),
        ("26/6/2021", "2021-06-26"),
        ("scheduled for 24 December 2021 but not held", "2021-12-24 (not held)"),
        (
            "29 July 2018, with runoff on 12 August 2018",
            "2018-07-29 (round 1) | 2018-08-12 (round 2)",
        ),
        ("June 2026", "2026-06"),
        ("2029", "2029"),
        ("1999–2000", "1999 to 2000"),
        ("February–March 2016", "2016-02 to 2016-03"),
        ("9/16/2024 to 9/17/2024", "2024-09-16 to 2024-09-17"),
        ("postponed indefinitely", "pending"),
        (
            "held in 4 rounds on 16, 23, and 30 May and 4 June 2022",
            "2022-05-16 (4 rounds) | 2022-05-23 | 2022-05-30 | 2022-06-04",
        ),
        (
            "1 May 2026 (a runoff, if needed, in June 2026)",
            "2026-05-01 (round 1) | 2026-06 (round 2, if needed)",
        ),
        (
            "1 May 2026 (the old house was dissolved on 2 March 2026)",
            "2026-05-01 (the old house was dissolved on 2 March 2026)",
        ),
        (
            "<em>president:</em> May 2026<br><em>speaker:</em> 2027",
            "2026-05 (president) | 2027 (speaker)",
        ),
        ("no later than 3 May 2026", "by 2026-05-03"),
        ("March/April 2024", "perhaps 2024-03 | perhaps 2024-04"),
        (
            "3 May 1993, after the end of the war of 1992",
            "1993-05-03 (after the end of the war of 1992)",
        ),
        ("44420", "unread"),
        ("the day after tomorrow", "unread"),
        (
            "the king said in May 2020 that people would choose again once peace returned in 2021",
            "unread",
        ),
        ("2/3 June 1901", "1901-06-02 | 1901-06-03"),
        ("2 / 3 June 1901", "1901-06-02 | 1901-06-03"),
        ("28/29 March 1948", "1948-03-28 | 1948-03-29"),
        ("1/2/3 June 1901", "1901-06-01 | 1901-06-02 | 1901-06-03"),
        ("June 2/3, 1901", "1901-06-02 | 1901-06-03"),
        ("30 May/1 June 1901", "1901-05-30 | 1901-06-01"),
        ("2/3 and 9/10 June 1901", "1901-06-02 | 1901-06-03 | 1901-06-09 | 1901-06-10"),
        ("1900/01/18", "1900-01-18"),
        ("1999/2000", "unread"),
        ("2-3/6/1901", "unread"),
        ("2 and 3/6/1901", "unread"),
        ("6/12 and 7/12/2021", "2021-06-12 | 2021-07-12"),
        ("1999/10", "unread"),
        ("2019-04-11/2019-05-19", "unread"),
        ("10 March 1973 ( 1973-03-10 )", "1973-03-10"),
        ("10 March 1973<br>(1973-03-10)", "1973-03-10"),
        ("March 10, 1973 (1973-03-10T08:30)", "1973-03-10"),
        ("10 March (1973-03-10)", "1973-03-10"),
        ("10 March 1973 1973-03-10", "1973-03-10"),
        ("1993 (1993)", "1993"),
        ("2–3 June 1946 (1946-06-02 – 1946-06-03)", "1946-06-02 to 1946-06-03"),
        ("10 March 1973 (1973-03-11)", "unread"),
        (
            "10 March 1973 (1973-03-10) (first round)<br>24 March 1973 (1973-03-24) (second round)",
            "1973-03-10 (round 1) | 1973-03-24 (round 2)",
        ),
        (
            "5 October 1906 (first round)<br>Cancelled (second round)",
            "1906-10-05 (round 1, Cancelled (second round))",
        ),
        (
            "5 October 1906 (first round); second round cancelled",
            "1906-10-05 (round 1, second round cancelled)",
        ),
        ("5 October 1906<br>(second round cancelled)", "1906-10-05 (second round cancelled)"),
        ("5 October 1906 (second round cancelled)", "1906-10-05 (second round cancelled)"),
        (
            "5 October 1906 (first round, second round cancelled)",
            "1906-10-05 (round 1, second round cancelled)",
        ),
        (
            "5 October 1906 (first round)<br>Second round: cancelled",
            "1906-10-05 (round 1, Second round cancelled)",
        ),
        (
            "5 October 1906 (first round)<br>19 October 1906 (second round, cancelled)",
            "1906-10-05 (round 1) | 1906-10-19 (round 2, not held)",
        ),
        (
            "5 October 1906 (first round)<br>19 October 1906 (second round)<br>Second round cancelled",
            "1906-10-05 (round 1) | 1906-10-19 (round 2, not held)",
        ),
        ("5 October 1906<br>Cancelled", "1906-10-05 (not held)"),
        (
            "Cancelled (first round)<br>5 October 1906 (second round)",
            "1906-10-05 (round 2, Cancelled (first round))",
        ),
        (
            "5 October 1906 (first round)<br>TBD (second round)",
            "1906-10-05 (round 1, TBD (second round))",
        ),
        (
            "5 October 1906 (first round)<br>None (second round)",
            "1906-10-05 (round 1, None (second round))",
        ),
        ("the second Sunday of May 1901", "1901-05 (second Sunday)"),
        ("Second half of 1901", "1901 (Second half)"),
        ("5 October 1906 (cancelled)", "1906-10-05 (not held)"),
        ("1 May 1906<br>Postponed to<br>5 October 1906", "1906-05-01 (postponed) | 1906-10-05"),
        (
            "First round: 5 October 1906<br>Second round: 19 October 1906",
            "1906-10-05 (round 1) | 1906-10-19 (round 2)",
        ),
        ("31 February 2012", "unread"),
        ("19 July", "unread"),
    ];
    for (text, expected) in cases {
        assert_eq!(parsed(text), expected, "{text}");
    }
}

#[test]
fn a_single_date_may_be_a_year_or_a_month() {
    for (text, expected) in [("2007", "2007"), ("1938,", "1938"), ("1972 (Feb)", "1972-02")] {
        assert_eq!(parse_one(text).unwrap().to_string(), expected);
    }
    assert!(parse_one("1972 and 1973").is_err() && parse_one("").is_err());
}

#[test]
fn a_single_date_is_parsed_with_its_note() {
    let noted = |text: &str| {
        let (date, note) = parse_one_with_note(text).unwrap();
        (date.to_string(), note.unwrap_or_default())
    };
    for (text, date, note) in [
        ("2007", "2007", ""),
        ("4 May 2010", "2010-05-04", ""),
        ("4 May 2010 (acting)", "2010-05-04", "acting"),
        ("4 May 2010<br><small>(as interim leader)</small>", "2010-05-04", "as interim leader"),
        ("by 2010", "2010", "by 2010"),
    ] {
        assert_eq!(noted(text), (date.to_owned(), note.to_owned()), "{text}");
    }
    assert!(parse_one_with_note("4 May 2010 (acting)<br>11 July 2010").is_err());
}
