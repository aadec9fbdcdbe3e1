//! The 941 election dates in `../shared/data/factbook_dates.tsv`, as people wrote them.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and reports what it found"
)]

mod common;

use std::collections::BTreeSet;
use std::fs;

use common::shared_path;
use hustings::model::PartialDate;
use hustings::values::date::parse;

/// Beginnings of the texts from which no date is read, each with the reason.
const UNREAD: [(&str, &str); 12] = [
    ("44420", "expected a date such as 19 July 2012"),
    ("45161", "expected a date such as 19 July 2012"),
    ("N/A", "states that there is nothing"),
    ("NA", "states that there is nothing"),
    ("TBD", "not known yet"),
    ("first election held on 23 June", "expected dates of a vote, without a story around them"),
    ("no new date has been set", "not known yet"),
    ("on 31 July 2025, the military", "expected dates of a vote, without a story around them"),
    ("on 31 July 2025, the military", "expected dates of a vote, without a story around them"),
    ("postponed indefinitely", "not known yet"),
    ("supposed to be held in 2022", "expected dates of a vote, without a story around them"),
    ("unknown", "not known yet"),
];

#[test]
fn all_but_12_dates_of_the_factbook_are_read() {
    let Some(path) = shared_path("data/factbook_dates.tsv") else { return };
    let table = fs::read_to_string(path).unwrap();
    let texts: Vec<&str> = table.lines().skip(1).filter_map(|row| row.split('\t').nth(4)).collect();
    assert_eq!(texts.len(), 941);
    let (mut unread, mut count) = (BTreeSet::new(), 0);
    for text in &texts {
        match parse(text) {
            Ok(dates) => {
                for date in &dates {
                    assert_stated(text, date.start);
                    date.end.into_iter().for_each(|end| assert_stated(text, end));
                }
            }
            Err(reason) => {
                count += 1;
                unread.insert((*text, reason.to_string()));
            }
        }
    }
    for (text, reason) in &unread {
        println!("{reason:<60} {text}");
    }
    assert!(texts.len() - count >= texts.len() * 97 / 100, "{count} of {} unread", texts.len());
    assert_eq!(unread.len(), UNREAD.len());
    for ((text, reason), (start, expected)) in unread.iter().zip(UNREAD) {
        assert!(text.starts_with(start), "{text}");
        assert_eq!(reason, expected, "{text}");
    }
}

/// Asserts that a text contains the year of a date in four digits, and its day as a separate
/// number.
fn assert_stated(text: &str, date: PartialDate) {
    let numbers: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).collect();
    assert!(numbers.contains(&date.year().to_string().as_str()), "{text}: {date}");
    if let Some(day) = date.day() {
        let stands = numbers.iter().any(|number| number.parse() == Ok(day));
        assert!(stands, "{text}: {date}");
    }
}
