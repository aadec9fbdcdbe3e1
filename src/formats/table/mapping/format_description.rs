//! Format descriptions of dates and times in a mapping.

use time::format_description::BorrowedFormatItem;
use time::macros::datetime;
use time::{Date, PrimitiveDateTime};

/// Components of a format description.
const COMPONENTS: [&str; 13] = [
    "day",
    "month",
    "year",
    "weekday",
    "ordinal",
    "week_number",
    "hour",
    "minute",
    "second",
    "subsecond",
    "period",
    "ignore",
    "end",
];

/// Parses a format description. Nested brackets are rejected, because the `time` crate panics on
/// some of them and a date does not need them.
pub(crate) fn parse_description(format: &str) -> Option<Vec<BorrowedFormatItem<'_>>> {
    let mut open = false;
    for bracket in format.chars().filter(|c| "[]".contains(*c)) {
        if open == (bracket == '[') {
            return None;
        }
        open = !open;
    }
    time::format_description::parse_borrowed::<2>(format).ok()
}

/// Returns the problem with a format description, if any: it is invalid, or it does not determine a
/// day.
pub(super) fn find_problem(format: &str) -> Option<String> {
    if format == "serial" {
        return None;
    }
    let Some(description) = parse_description(format) else {
        return Some(describe_unknown_component(format));
    };
    let sample = datetime!(2003-12-24 21:45:58);
    let date = sample.date();
    let is_date =
        date.format(&description).is_ok_and(|text| Date::parse(&text, &description) == Ok(date));
    let text = sample.format(&description).unwrap_or_default();
    let is_time = PrimitiveDateTime::parse(&text, &description)
        .is_ok_and(|read| read.date() == date && read.hour() == sample.hour());
    let problem = format!(
        "'{format}' does not tell a day; expected [day], [month] and [year], such as [day].[month].[year]"
    );
    (!is_date && !is_time).then_some(problem)
}

/// Describes the first unknown component of an invalid format description.
fn describe_unknown_component(format: &str) -> String {
    let parts = format.split('[').skip(1).filter_map(|part| part.split([']', ' ', ':']).next());
    let unknown = parts.into_iter().find(|part| !part.is_empty() && !COMPONENTS.contains(part));
    match unknown {
        Some(part) => format!(
            "'{part}' is no part of a date; expected one of {}",
            COMPONENTS.map(|part| format!("[{part}]")).join(", ")
        ),
        None => format!("'{format}' is no form of a date such as [day].[month].[year]"),
    }
}

#[cfg(test)]
mod tests {
    use super::find_problem;

    #[test]
    fn a_date_format_must_describe_a_day() {
        for format in [
            "[day].[month].[year]",
            "[year]-[month]-[day]",
            "[day padding:none] [month repr:long] [year]",
            "[day].[month].[year] [hour]:[minute]",
            "[year]-[ordinal]",
        ] {
            assert_eq!(find_problem(format), None, "{format}");
        }
        for (format, expected) in [
            ("[dya].[month].[year]", "'dya' is no part of a date; expected one of [day], [month]"),
            ("[month].[year]", "'[month].[year]' does not tell a day"),
            ("dd.mm.yyyy", "'dd.mm.yyyy' does not tell a day"),
            ("[[day]", "'[[day]' is no form of a date"),
            ("[day", "'[day' is no form of a date"),
        ] {
            let problem = find_problem(format).unwrap();
            assert!(problem.starts_with(expected), "{problem}");
        }
    }
}
