//! Numeric dates.

use super::*;

fn mapping_with_date(date: &str) -> String {
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
fn all_dates_of_a_column_have_the_same_order() {
    let read = |given: &[&str]| days(&table(&mapping_with_date("\"day\""), &rows(given)));
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
            (days(&case), messages(&case).len()),
            (vec!["1867-08-07".to_owned(), "1900-01-18".to_owned()], 0)
        );
    }
}

#[test]
fn a_column_with_ambiguous_dates_is_refused() {
    let case =
        table(&mapping_with_date("\"day\""), &rows(&["1901-01-02", "06/05/2021", "07/05/2021"]));
    assert_eq!(
        (added_count(&case), messages(&case)),
        (0, vec!["count.csv:3:2: expected a date that says whether the day or the month is first; none in 'day' does, \
         so state it: date = { column = \"day\", format = \"[day]/[month]/[year]\" }, found '06/05/2021'".to_owned()])
    );
    let case =
        table(&mapping_with_date("\"day\""), &rows(&["13/05/2021", "06/05/2021", "05/14/2021"]));
    assert_eq!(
        (added_count(&case), messages(&case)),
        (0, vec!["count.csv:4:2: expected the day first in 'day', as in '13/05/2021' on line 2; a column has one order, \
         which 'format' states, found '05/14/2021'".to_owned()])
    );
    for day in ["06.05.2021", "6-5-2021", "6/5/2021 and 7/5/2021"] {
        let case = table(&mapping_with_date("\"day\""), &rows(&[day]));
        assert!(messages(&case)[0].contains("format = "), "{day}");
    }
}

#[test]
fn a_stated_date_format_takes_precedence() {
    let day_first = mapping_with_date("{ column = \"day\", format = \"[day]/[month]/[year]\" }");
    let case = table(&day_first, &rows(&["06/05/2021", "2021-05-07", "2021/05/08"]));
    assert_eq!(days(&case), ["2021-05-06", "2021-05-07", "2021-05-08"]);
    let case = table(&day_first, &rows(&["05/13/2021"]));
    assert_eq!(
        messages(&case),
        [
            "count.csv:2:2: expected a date of the form [day]/[month]/[year] in column 'day', found '05/13/2021'"
        ]
    );
    let case =
        table(&mapping_with_date("{ template = \"{day}\" }"), &rows(&["06/05/2021", "13/05/2021"]));
    assert_eq!(days(&case), ["2021-05-06", "2021-05-13"]);
}

#[test]
fn the_date_order_of_a_column_is_kept_in_each_source_text() {
    let case = table(&mapping_with_date("\"day\""), &rows(&["06/05/2021", "13/05/2021"]));
    let source = case.archive.source("S0 by-election").unwrap();
    assert!(source.contains("\"decided\":{\"dates\":\"day_first\"}"), "{source}");
    // A text that needs no decision has the same form as in earlier versions.
    let source = case.archive.source("S1 by-election").unwrap();
    assert!(!source.contains("decided"), "{source}");
}
