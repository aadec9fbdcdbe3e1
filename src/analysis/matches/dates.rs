//! Whether the dates of two records allow them to be one election.

use crate::model::{ElectionSummary, PartialDate};

/// Maximum number of days between two dates of one election. Sources differ in the day, or date an
/// election by another of its rounds.
const MAX_DAYS_APART: i64 = 21;

/// What the dates of two records have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateAgreement {
    SameDay(PartialDate),
    /// Both state days, which differ by this number.
    Close(i64),
    /// One of them states only the month or the year, of which the other states a part or the same.
    SamePeriod(PartialDate),
}

/// Compares the dates of two records. `None` if they cannot be one election.
pub(super) fn compare_dates(
    one: &ElectionSummary,
    other: &ElectionSummary,
) -> Option<DateAgreement> {
    let (one, other) = (dates(one), dates(other));
    let pairs = || one.iter().flat_map(|one| other.iter().map(move |other| (*one, *other)));
    if let Some((day, _)) = pairs().find(|(one, other)| one == other && one.day().is_some()) {
        return Some(DateAgreement::SameDay(day));
    }
    let apart =
        pairs().filter_map(|(one, other)| Some((day_number(one)? - day_number(other)?).abs()));
    match apart.min() {
        Some(days) if days <= MAX_DAYS_APART => return Some(DateAgreement::Close(days)),
        Some(_) => return None,
        None => {}
    }
    let mut periods = pairs().filter_map(|(one, other)| {
        if one.covers(other) { Some(one) } else { Some(other).filter(|_| other.covers(one)) }
    });
    periods.next().map(DateAgreement::SamePeriod)
}

/// Returns the dates of a record, or its year if it states no date.
fn dates(summary: &ElectionSummary) -> Vec<PartialDate> {
    if summary.dates.is_empty() {
        summary.start().into_iter().collect()
    } else {
        summary.dates.clone()
    }
}

/// Returns the number of a day in the Gregorian calendar, counted from 1 March of year 0.
fn day_number(date: PartialDate) -> Option<i64> {
    let (month, day) = (i64::from(date.month()?), i64::from(date.day()?));
    // A year that begins in March ends with the leap day.
    let year = i64::from(date.year()) - i64::from(month < 3);
    let month = (month + 9) % 12;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(year * 365 + leap_days + (month * 153 + 2) / 5 + day - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_across_months_and_leap_years() {
        let number = |text: &str| day_number(text.parse().unwrap()).unwrap();
        let apart = |one: &str, other: &str| number(other) - number(one);
        assert_eq!(apart("2000-02-28", "2000-03-01"), 2);
        assert_eq!(apart("1900-02-28", "1900-03-01"), 1);
        assert_eq!(apart("1999-12-31", "2000-01-01"), 1);
        assert_eq!(apart("1999-01-01", "2000-01-01"), 365);
    }
}
