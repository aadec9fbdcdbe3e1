//! Dates of numbers.

use super::*;

fn dated(date: &str) -> String {
    format!(
        "key = \"seat\"\n[election]\ntitle = {{ template = \"{{seat}} by-election\" }}\n\
         country = {{ constant = \"Ruritania\" }}\ndate = {date}\n{PARTY}"
    )
}

fn rows(days: &[&str]) -> String {
    let rows = days.iter().enumerate().map(|(at, day)| format!("S{at};{day};Unity;5\n"));
    format!("seat;day;party;votes\n{}", rows.collect::<String>())
}

fn days(case: &Case) -> Vec<String> {
    let mut records = case.archive.list(&Default::default()).unwrap();
    records.sort_by_key(|record| record.election.title.clone());
    let dates = records.iter().flat_map(|record| &record.election.dates);
    dates.map(ToString::to_string).collect()
}

#[test]
fn a_column_has_one_order() {
    let read = |given: &[&str]| days(&table(&dated("\"day\""), &rows(given)));
    assert_eq!(read(&["06/05/2021", "13/05/2021"]), ["2021-05-06", "2021-05-13"]);
    assert_eq!(read(&["06/05/2021", "05/13/2021"]), ["2021-06-05", "2021-05-13"]);
    assert_eq!(read(&["06.05.2021", "13.05.2021"]), ["2021-05-06", "2021-05-13"]);
    assert_eq!(read(&["6-5-2021", "13-5-2021"]), ["2021-05-06", "2021-05-13"]);
    assert_eq!(
        read(&["6.5.2021", "13/5/2021", "2021-05-07"]),
        ["2021-05-06", "2021-05-13", "2021-05-07"]
    );
    assert_eq!(read(&["5/5/2021", "6/6/2021"]), ["2021-05-05", "2021-06-06"]);
    assert_eq!(
        read(&["1867-08-07", "1900/01/18", "1900/2/3"]),
        ["1867-08-07", "1900-01-18", "1900-02-03"]
    );
    assert_eq!(read(&["6/5/2021 00:00:00", "13/5/2021"]), ["2021-05-06", "2021-05-13"]);
    if let Some(case) = shared("dates-two-orders") {
        assert_eq!(days(&case), ["2021-05-06", "2021-05-13"]);
    }
    if let Some(case) = shared("date-year-first-slashes") {
        assert_eq!(
            (days(&case), told(&case).len()),
            (vec!["1867-08-07".to_owned(), "1900-01-18".to_owned()], 0)
        );
    }
}

#[test]
fn a_column_that_does_not_say_its_order_is_refused() {
    let case = table(&dated("\"day\""), &rows(&["1901-01-02", "06/05/2021", "07/05/2021"]));
    assert_eq!(
        (added(&case), told(&case)),
        (0, vec!["count.csv:3:2: expected a date that says whether the day or the month is first; none in 'day' does, \
         so state it: date = { column = \"day\", format = \"[day]/[month]/[year]\" }, found '06/05/2021'".to_owned()])
    );
    let case = table(&dated("\"day\""), &rows(&["13/05/2021", "06/05/2021", "05/14/2021"]));
    assert_eq!(
        (added(&case), told(&case)),
        (0, vec!["count.csv:4:2: expected the day first in 'day', as in '13/05/2021' on line 2; a column has one order, \
         which 'format' states, found '05/14/2021'".to_owned()])
    );
    for day in ["06.05.2021", "6-5-2021", "6/5/2021 and 7/5/2021"] {
        let case = table(&dated("\"day\""), &rows(&[day]));
        assert!(told(&case)[0].contains("format = "), "{day}");
    }
}

#[test]
fn a_stated_form_decides() {
    let day_first = dated("{ column = \"day\", format = \"[day]/[month]/[year]\" }");
    let case = table(&day_first, &rows(&["06/05/2021", "2021-05-07", "2021/05/08"]));
    assert_eq!(days(&case), ["2021-05-06", "2021-05-07", "2021-05-08"]);
    let case = table(&day_first, &rows(&["05/13/2021"]));
    assert_eq!(
        told(&case),
        [
            "count.csv:2:2: expected a date of the form [day]/[month]/[year] in column 'day', found '05/13/2021'"
        ]
    );
    let case = table(&dated("{ template = \"{day}\" }"), &rows(&["06/05/2021", "13/05/2021"]));
    assert_eq!(days(&case), ["2021-05-06", "2021-05-13"]);
}

#[test]
fn what_the_column_decided_stays_with_each_election() {
    let case = table(&dated("\"day\""), &rows(&["06/05/2021", "13/05/2021"]));
    let source = case.archive.source(&"S0 by-election".parse().unwrap()).unwrap();
    assert!(source.contains("\"decided\":{\"dates\":\"day_first\"}"), "{source}");
    // A text that needs no decision is what it always was.
    let source = case.archive.source(&"S1 by-election".parse().unwrap()).unwrap();
    assert!(!source.contains("decided"), "{source}");
}
