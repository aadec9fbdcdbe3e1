//! Number formats of spreadsheets, and the text of numbers under them.

use time::{Date, Duration, Month};

use super::cells::CellKind;

/// What a number format makes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberFormat {
    General,
    Percent,
    Date,
    DateTime,
    Time,
}

impl NumberFormat {
    /// Returns the built-in format with this number.
    pub(super) fn built_in(number: u32) -> Self {
        match number {
            9 | 10 => Self::Percent,
            14..=17 | 27..=31 | 36 | 50..=58 => Self::Date,
            22 => Self::DateTime,
            18..=21 | 32..=35 | 45..=47 => Self::Time,
            _ => Self::General,
        }
    }

    /// Classifies the code of a format, such as `0.0%` or `dd/mm/yyyy`.
    pub(super) fn from_code(code: &str) -> Self {
        let letters = significant_letters(code);
        if letters.contains('%') {
            return Self::Percent;
        }
        let is_general = letters.starts_with("general") || letters.starts_with("standard");
        let has = |signs: &[char]| !is_general && letters.contains(signs);
        let has_time = has(&['h', 's']);
        // Beside hours or seconds, `m` is minutes.
        let has_date = has(&['y', 'd']) || (has(&['m']) && !has_time);
        match (has_date, has_time) {
            (true, true) => Self::DateTime,
            (true, false) => Self::Date,
            (false, true) => Self::Time,
            (false, false) => Self::General,
        }
    }

    /// Returns the text of a number, and its type. A percent format multiplies it by 100; a date is
    /// written as `2019-05-26`.
    pub(super) fn text(self, number: f64, dates_from_1904: bool) -> (CellKind, String) {
        let plain = number.to_string();
        match self {
            Self::General => (CellKind::Number, plain),
            Self::Percent => (CellKind::Percent, percent(&plain)),
            Self::Date | Self::DateTime | Self::Time => {
                match self.moment(number, dates_from_1904) {
                    Some(text) => (CellKind::Text, text),
                    None => (CellKind::Number, plain),
                }
            }
        }
    }

    /// Returns the date or time of a number of days.
    fn moment(self, number: f64, dates_from_1904: bool) -> Option<String> {
        const MAX_DAYS: f64 = 2_958_466.0;
        if !(0.0..MAX_DAYS).contains(&number) {
            return None;
        }
        let seconds = (number * 86_400.0).round();
        #[allow(
            clippy::cast_possible_truncation,
            reason = "the number of days is below three million"
        )]
        let seconds = seconds as i64;
        let (days, seconds) = (seconds / 86_400, seconds % 86_400);
        let time = format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
        if self == Self::Time && days == 0 {
            return Some(time);
        }
        let (year, month, day) = match (dates_from_1904, days) {
            (true, _) => (1904, Month::January, 1),
            // Spreadsheets count a 29 February 1900, which did not exist.
            (false, 0 | 60) => return None,
            (false, 1..60) => (1899, Month::December, 31),
            (false, _) => (1899, Month::December, 30),
        };
        let epoch = Date::from_calendar_date(year, month, day).ok()?;
        let date = epoch.checked_add(Duration::days(days))?;
        let (year, month, day) = date.to_calendar_date();
        let date = format!("{year:04}-{:02}-{day:02}", u8::from(month));
        let has_time = self != Self::Date && seconds != 0;
        Some(if has_time { format!("{date}T{time}") } else { date })
    }
}

/// Returns the letters and the percent signs of a format's first section, in lower case, without
/// quoted text, escaped characters, colours and conditions.
fn significant_letters(code: &str) -> String {
    let mut letters = String::new();
    let mut signs = code.chars();
    while let Some(sign) = signs.next() {
        match sign {
            ';' => break,
            '"' => while signs.next().is_some_and(|sign| sign != '"') {},
            '\\' | '_' | '*' => drop(signs.next()),
            '[' => {
                let inside: String = signs.by_ref().take_while(|sign| *sign != ']').collect();
                // `[h]` is a number of hours; other brackets hold colours and languages.
                let inside = inside.to_ascii_lowercase();
                if !inside.is_empty() && inside.chars().all(|sign| "hms".contains(sign)) {
                    letters.push_str(&inside);
                }
            }
            sign => letters.extend(sign.to_lowercase()),
        }
    }
    letters
}

/// Multiplies a decimal number by 100, exactly, and adds a percent sign.
pub(super) fn percent(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let moved = format!("{fraction:0<2}");
    let (hundredths, rest) = moved.split_at_checked(2).unwrap_or((&moved, ""));
    let whole = format!("{whole}{hundredths}");
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{rest}%")
}

/// Returns the text of a number as a workbook stores it: whole numbers without a point, and the
/// fewest digits that identify the number. Other texts are returned as they are.
pub(super) fn parse_number(text: &str) -> Option<f64> {
    let is_number = text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    let number: f64 = text.parse().ok().filter(|_| is_number)?;
    number.is_finite().then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn format_codes_are_classified() {
        use NumberFormat::{Date, DateTime, General, Percent, Time};
        for (code, expected) in [
            ("General", General),
            ("#,##0", General),
            ("0.00E+00", General),
            ("#,##0\" seats\"", General),
            ("[Red]0.0;[Blue]-0.0", General),
            ("0.0%", Percent),
            ("0.0\\%", General),
            ("dd/mm/yyyy", Date),
            ("[$-407]d. mmmm yyyy;@", Date),
            ("mmm-yy", Date),
            ("dd.mm.yyyy hh:mm", DateTime),
            ("[h]:mm", Time),
            ("mm:ss", Time),
        ] {
            assert_eq!(NumberFormat::from_code(code), expected, "{code}");
        }
    }

    #[test]
    fn numbers_are_exact_and_dates_are_iso_dates() {
        let text = |format: NumberFormat, number| format.text(number, false).1;
        assert_eq!(text(NumberFormat::General, 6_000.0), "6000");
        assert_eq!(text(NumberFormat::General, 0.456), "0.456");
        assert_eq!(text(NumberFormat::Percent, 0.456), "45.6%");
        assert_eq!(text(NumberFormat::Percent, 0.029), "2.9%");
        assert_eq!(text(NumberFormat::Percent, 1.0), "100%");
        assert_eq!(text(NumberFormat::Percent, -0.004), "-0.4%");
        assert_eq!(text(NumberFormat::Date, 43_611.0), "2019-05-26");
        assert_eq!(text(NumberFormat::Date, 1.0), "1900-01-01");
        assert_eq!(text(NumberFormat::Date, 60.0), "60");
        assert_eq!(text(NumberFormat::Date, 61.0), "1900-03-01");
        assert_eq!(text(NumberFormat::DateTime, 43_611.75), "2019-05-26T18:00:00");
        assert_eq!(text(NumberFormat::Time, 0.5), "12:00:00");
        assert_eq!(NumberFormat::Date.text(0.0, true).1, "1904-01-01");
        assert_eq!(text(NumberFormat::Date, -1.0), "-1");
        assert_eq!(parse_number("0.45600000000000002"), Some(0.456));
        assert_eq!(["inf", "NaN", "x", "", "1e999"].map(parse_number), [None; 5]);
    }
}
