//! Election dates: days, months and years with the precision of the source; ranges, rounds, bounds.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A date with the precision of the source: a year, a month of a year, or a day.
///
/// Its text form is ISO 8601: `2012`, `2012-07`, `2012-07-19`. A coarser date sorts before the
/// finer dates within it.
///
/// ```
/// use hustings::model::PartialDate;
/// let date: PartialDate = "2012-07".parse()?;
/// assert_eq!((date.year(), date.month(), date.day()), (2012, Some(7), None));
/// assert!("2012-02-30".parse::<PartialDate>().is_err());
/// # Ok::<(), hustings::model::DateError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    year: i32,
    month: Option<u8>,
    day: Option<u8>,
}

impl PartialDate {
    /// Creates a date of a year alone, from −9999 to 9999.
    ///
    /// # Errors
    /// When the year is out of range.
    pub fn from_year(year: i32) -> Result<Self, DateError> {
        Self::try_new(year, None, None)
    }

    /// Creates a date of a month (1 to 12) of a year.
    ///
    /// # Errors
    /// When the month does not exist.
    pub fn from_month(year: i32, month: u8) -> Result<Self, DateError> {
        Self::try_new(year, Some(month), None)
    }

    /// Creates a date of a day in the proleptic Gregorian calendar.
    ///
    /// # Errors
    /// When the day does not exist.
    pub fn from_day(year: i32, month: u8, day: u8) -> Result<Self, DateError> {
        Self::try_new(year, Some(month), Some(day))
    }

    fn try_new(year: i32, month: Option<u8>, day: Option<u8>) -> Result<Self, DateError> {
        let date = Self { year, month, day };
        if date.is_valid() { Ok(date) } else { Err(DateError { text: date.to_string() }) }
    }

    fn is_valid(self) -> bool {
        let exists = self.month.map_or(Some(()), |month| {
            let month = time::Month::try_from(month).ok()?;
            time::Date::from_calendar_date(self.year, month, self.day.unwrap_or(1)).ok().map(drop)
        });
        (-9999..=9999).contains(&self.year) && exists.is_some()
    }

    /// Parses an ISO 8601 date. Returns `None` if the text is not one or the date does not exist.
    pub(crate) fn parse_iso(text: &str) -> Option<Self> {
        let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
        let mut parts = digits.split('-');
        let number = |part: &str, width: usize| {
            let plain = part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| part.parse::<i32>().ok()).flatten()
        };
        let year = sign * number(parts.next()?, 4)?;
        let mut two_digits = || match parts.next() {
            Some(part) => u8::try_from(number(part, 2)?).ok().map(Some),
            None => Some(None),
        };
        let date = Self { year, month: two_digits()?, day: two_digits()? };
        (parts.next().is_none() && date.is_valid()).then_some(date)
    }

    /// Returns the year. 1 BC is 0.
    #[must_use]
    pub fn year(self) -> i32 {
        self.year
    }

    /// Returns the month, 1 to 12, if stated.
    #[must_use]
    pub fn month(self) -> Option<u8> {
        self.month
    }

    /// Returns the day of the month, if stated.
    #[must_use]
    pub fn day(self) -> Option<u8> {
        self.day
    }

    /// Returns whether `finer` lies within this date: 2012 covers 2012-07-19. Each date covers
    /// itself.
    #[must_use]
    pub fn covers(self, finer: Self) -> bool {
        self.year == finer.year
            && (self.month.is_none() || self.month == finer.month)
            && (self.day.is_none() || self.day == finer.day)
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.year < 0 { "-" } else { "" };
        let mut text = format!("{sign}{:04}", self.year.unsigned_abs());
        for part in [self.month, self.day].into_iter().flatten() {
            text.push_str(&format!("-{part:02}"));
        }
        f.pad(&text)
    }
}

/// The error for a text that is not an ISO 8601 date, or for a date that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateError {
    text: String,
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is not a date such as 2012, 2012-07 or 2012-07-19", self.text)
    }
}

impl std::error::Error for DateError {}

impl FromStr for PartialDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        Self::parse_iso(text).ok_or_else(|| DateError { text: text.chars().take(40).collect() })
    }
}

impl Serialize for PartialDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            (self.year, self.month, self.day).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
        } else {
            let (year, month, day): (i32, Option<u8>, Option<u8>) =
                Deserialize::deserialize(deserializer)?;
            if day.is_some() && month.is_none() {
                return Err(D::Error::custom("a day without a month"));
            }
            Self::try_new(year, month, day).map_err(D::Error::custom)
        }
    }
}

/// Relation of a stated date to the day of the vote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DateBound {
    /// On that date, or within it if it is a month or a year.
    #[default]
    On,
    /// On that date or before: "by 25 July 2027".
    By,
    /// On that date or after: "not before May 2026".
    From,
    /// Near that date: "circa 1820".
    About,
    /// One of several possible dates: "5 October or December 2014".
    Either,
}

/// Outcome of a vote on a date, as the source states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum PollOutcome {
    /// Planned. The source does not say whether it took place.
    Scheduled,
    /// Postponed. The new date may be listed as well.
    Postponed,
    /// Planned, but never held.
    NotHeld,
    /// Held, and declared void.
    Annulled,
    /// Held again after an annulment.
    Rerun,
}

/// A time of voting: a day, a range of days, or a coarser date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PollingDate {
    /// The date, or the first day of a range.
    pub start: PartialDate,
    /// Last day of a range.
    #[serde(default)]
    pub end: Option<PartialDate>,
    /// Relation of the date to the day of the vote.
    #[serde(default)]
    pub bound: DateBound,
    /// Round, counted from 1, if the source names it.
    #[serde(default)]
    pub round: Option<u8>,
    /// Outcome of the vote, if the source states it.
    #[serde(default)]
    pub outcome: Option<PollOutcome>,
    /// Other words of the source about the date.
    #[serde(default)]
    pub note: Option<String>,
}

impl PollingDate {
    /// Creates a date without a range, bound, round, outcome or note.
    #[must_use]
    pub fn new(start: PartialDate) -> Self {
        Self { start, end: None, bound: DateBound::On, round: None, outcome: None, note: None }
    }
}

impl fmt::Display for PollingDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = match self.bound {
            DateBound::On => "",
            DateBound::By => "by ",
            DateBound::From => "from ",
            DateBound::About => "about ",
            DateBound::Either => "perhaps ",
        };
        write!(f, "{prefix}{}", self.start)?;
        if let Some(end) = self.end {
            write!(f, " to {end}")?;
        }
        let outcome = self.outcome.map(|outcome| match outcome {
            PollOutcome::Scheduled => "scheduled",
            PollOutcome::Postponed => "postponed",
            PollOutcome::NotHeld => "not held",
            PollOutcome::Annulled => "annulled",
            PollOutcome::Rerun => "re-run",
        });
        let round = self.round.map(|round| format!("round {round}"));
        let qualifiers: Vec<&str> =
            [round.as_deref(), outcome, self.note.as_deref()].into_iter().flatten().collect();
        if qualifiers.is_empty() { Ok(()) } else { write!(f, " ({})", qualifiers.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_dates_of_each_precision_round_trip() {
        for text in ["1824", "2012-07", "2012-07-19", "2012-02-29", "-0509"] {
            assert_eq!(text.parse::<PartialDate>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn invalid_or_incomplete_dates_are_rejected() {
        for text in ["", "12", "2012-", "2012-7", "2012-13", "2011-02-29", "2012-07-19-1", "٢٠١٢"]
        {
            assert!(text.parse::<PartialDate>().is_err(), "{text}");
        }
    }

    #[test]
    fn coarser_dates_sort_first_and_cover_finer_ones() {
        let [year, month, day] =
            ["2012", "2012-07", "2012-07-19"].map(|t| t.parse::<PartialDate>().unwrap());
        assert!(year < month && month < day);
        assert!(year.covers(day) && month.covers(day) && day.covers(day) && !day.covers(month));
    }

    #[test]
    fn a_polling_date_is_displayed_with_its_round_and_outcome() {
        let date = PollingDate {
            end: Some("1946-06-03".parse().unwrap()),
            round: Some(2),
            outcome: Some(PollOutcome::Annulled),
            ..PollingDate::new("1946-06-02".parse().unwrap())
        };
        assert_eq!(date.to_string(), "1946-06-02 to 1946-06-03 (round 2, annulled)");
    }
}
