//! Timestamps of sources, normalised so that they compare as text.

use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime, PrimitiveDateTime, UtcOffset};

use crate::model::PartialDate;

/// Parses a timestamp: a year, a month, a day, or a time of a day. The results sort
/// chronologically as text. A time with an offset is converted to UTC; any other is left as it is.
pub(crate) fn parse(text: &str) -> Option<String> {
    let text = text.trim();
    if let Ok(date) = text.parse::<PartialDate>() {
        return (date.year() >= 0).then(|| date.to_string());
    }
    let (day, clock) = text.split_once(['T', 't', ' '])?;
    day.parse::<PartialDate>().ok()?.day()?;
    let offset = clock.find(['Z', 'z', '+', '-', '−']);
    let Some(at) = offset else {
        let local = format!("{day}T{}", clock.trim());
        return is_well_formed(&local).then_some(local);
    };
    let (clock, zone) = (clock[..at].trim(), &clock[at..]);
    let seconds = if clock.matches(':').count() == 1 { ":00" } else { "" };
    let zone = match zone.to_ascii_uppercase().as_str() {
        "Z" => "Z".to_owned(),
        zone if zone.len() == 3 => format!("{zone}:00"),
        zone => zone.to_owned(),
    };
    let parsed = OffsetDateTime::parse(&format!("{day}T{clock}{seconds}{zone}"), &Rfc3339).ok()?;
    parsed.to_offset(UtcOffset::UTC).format(&Rfc3339).ok()
}

/// Returns whether a local time has hours, minutes and optionally seconds, of two digits each.
fn is_well_formed(local: &str) -> bool {
    let seconds = if local.matches(':').count() == 1 { ":00" } else { "" };
    OffsetDateTime::parse(&format!("{local}{seconds}Z"), &Rfc3339).is_ok()
}

/// Parses a timestamp with a custom format description.
pub(crate) fn parse_with_format(text: &str, format: &[BorrowedFormatItem<'_>]) -> Option<String> {
    if let Ok(parsed) = PrimitiveDateTime::parse(text, format) {
        let (date, time) = (parsed.date(), parsed.time());
        return parse(&format!(
            "{date}T{:02}:{:02}:{:02}",
            time.hour(),
            time.minute(),
            time.second()
        ));
    }
    parse(&Date::parse(text, format).ok()?.to_string())
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn timestamps_are_normalised_to_comparable_text() {
        let cases = [
            ("1954", Some("1954")),
            ("1954-06-05", Some("1954-06-05")),
            ("1954-06-05 08:00", Some("1954-06-05T08:00")),
            ("1954-06-05T08:00:30", Some("1954-06-05T08:00:30")),
            ("1954-06-05T00:30+05:00", Some("1954-06-04T19:30:00Z")),
            ("2012-08-02T09:05:00Z", Some("2012-08-02T09:05:00Z")),
            ("2012-08-02T09:05+02", Some("2012-08-02T07:05:00Z")),
            ("9:30", None),
            ("9.5.2020", None),
            ("2020-05-01T9:00", None),
            ("2020-05-01T25:00", None),
            ("2020-13-01", None),
            ("nonsense", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text).as_deref(), expected, "{text}");
        }
    }
}
