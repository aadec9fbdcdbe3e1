//! Numbers in the cells of tables. A cell with any other text is rejected, except for a word such
//! as "votes" after a count.

use super::footnote::split_footnote;
use super::mapping::ValueSettings;
use crate::values::number::is_digit_separator;

/// The expected content of a cell, for an error.
pub(super) type Expectation = String;

/// How the numbers of a value are written.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct NumberStyle<'a> {
    /// Decimal separators that the cells of the column reveal.
    pub(super) marks: &'a str,
    /// Decimal mark that the mapping states.
    pub(super) decimal: Option<char>,
    /// Separator of groups of digits that the mapping states.
    pub(super) thousands: Option<char>,
    /// Whether marks of footnotes are removed.
    pub(super) footnotes: bool,
}

impl<'a> NumberStyle<'a> {
    /// Returns the style that the settings of a value state.
    pub(super) fn new(settings: Option<&ValueSettings>, marks: &'a str) -> Self {
        let Some(settings) = settings else { return Self { marks, ..Self::default() } };
        Self {
            marks,
            decimal: settings.decimal,
            thousands: settings.thousands,
            footnotes: settings.footnotes,
        }
    }

    /// Returns the number without the mark of a footnote.
    ///
    /// # Errors
    /// When the text has such a mark, and the mapping does not state that marks are removed.
    pub(super) fn without_footnote<'t>(
        &self,
        text: &'t str,
        expected: &str,
    ) -> Result<&'t str, Expectation> {
        match split_footnote(text) {
            (_, "") => Ok(text),
            (number, _) if self.footnotes => Ok(number),
            (_, mark) => Err(format!(
                "{expected}; if '{mark}' marks a footnote, 'footnotes = true' in the value removes it"
            )),
        }
    }

    /// Parses a count.
    ///
    /// # Errors
    /// When the text is not a whole number, can be read in two ways, or does not have the stated
    /// separators.
    pub(super) fn parse_count(&self, text: &str) -> Result<u64, Expectation> {
        if is_digits(text) {
            return parse_count(text, "");
        }
        let number = self.without_footnote(text, COUNT)?;
        if self.decimal.is_none() && self.thousands.is_none() {
            return parse_count(number, self.marks);
        }
        let other = match (self.decimal, self.thousands) {
            (None, Some('.')) => Some(','),
            (None, Some(',')) => Some('.'),
            (decimal, _) => decimal,
        };
        let (whole, fraction) =
            other.and_then(|mark| number.rsplit_once(mark)).unwrap_or((number, "0"));
        let stated = || {
            let mut stated = Vec::new();
            stated.extend(self.thousands.map(|sign| format!("thousands = \"{sign}\"")));
            stated.extend(self.decimal.map(|sign| format!("decimal = \"{sign}\"")));
            format!("{COUNT} with {}, as the mapping says", stated.join(" and "))
        };
        let groups = DigitGroups::parse(whole).ok_or_else(stated)?;
        let is_stated = |sign: &char| match self.thousands {
            Some(' ') => sign.is_whitespace(),
            Some('\'') => ['\'', '’'].contains(sign),
            Some(thousands) => *sign == thousands,
            None => Some(*sign) != self.decimal,
        };
        let is_whole = !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0');
        if !groups.separators.iter().all(is_stated) || !is_whole {
            return Err(stated());
        }
        groups.to_integer().ok_or_else(stated)
    }
}

/// The expected content of a cell with a count.
const COUNT: &str = "a count such as 47095";

/// Returns whether a count may also be a number with three decimals: `1.234`.
pub(super) fn has_one_group_after(text: &str, mark: char) -> bool {
    let groups = DigitGroups::parse(split_footnote(text).0);
    groups.is_some_and(|groups| groups.separators == [mark] && groups.decimal_mark().is_none())
}

/// The groups of digits in a number, and the separators between them.
struct DigitGroups<'a> {
    groups: Vec<&'a str>,
    separators: Vec<char>,
}

impl<'a> DigitGroups<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let plain = text.chars().all(|c| c.is_ascii_digit() || is_digit_separator(c));
        let groups: Vec<&str> = text.split(is_digit_separator).collect();
        let filled = groups.iter().all(|group| !group.is_empty());
        let separators = text.chars().filter(|c| is_digit_separator(*c)).collect();
        (plain && filled).then_some(Self { groups, separators })
    }

    /// Returns the decimal separator; `None` if the number has none, or can be read in several
    /// ways.
    fn decimal_mark(&self) -> Option<char> {
        let (last, before) = self.separators.split_last()?;
        let (fraction, first) = (self.groups.last()?, self.groups.first()?);
        let is_mark = match before {
            [] => fraction.len() != 3 || first.len() > 3 || first.starts_with('0'),
            _ => before.iter().all(|other| other != last),
        };
        (".,".contains(*last) && is_mark).then_some(*last)
    }

    /// Returns the integer that the groups form. All groups but the first must have three digits,
    /// with the same separator throughout. In Indian notation, the separator is a comma, the last
    /// group has three digits, and the groups between the first and the last have two.
    fn to_integer(&self) -> Option<u64> {
        let (first, others) = self.groups.split_first()?;
        if let Some((last, middle)) = others.split_last() {
            let is_one = self.separators.windows(2).all(|two| two[0] == two[1]);
            let have_length = |length: usize| middle.iter().all(|group| group.len() == length);
            let indian = have_length(2) && self.separators[0] == ',' && first.len() < 3;
            let grouped = last.len() == 3 && first.len() < 4 && (have_length(3) || indian);
            if !is_one || !grouped || first.starts_with('0') {
                return None;
            }
        }
        self.groups.concat().parse().ok()
    }
}

/// Words that may follow a count.
const COUNT_WORDS: [&str; 4] = ["votes", "vote", "seats", "seat"];

/// Returns the expected content of the cell if the text is a number with an exponent.
pub(super) fn exponent_problem(text: &str, expected: &str) -> Option<Expectation> {
    let (mantissa, exponent) = text.split_once(['e', 'E'])?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa = digits(&mantissa.replace(['.', ','], ""));
    let exponent = digits(exponent.trim_start_matches(['+', '-']));
    let problem = format!("{expected}, written out: a number with an exponent hides digits");
    (mantissa && exponent).then_some(problem)
}

/// Parses a count. `marks` holds the decimal separators of the column.
///
/// # Errors
/// When the text is not a whole number, or can be read in two ways.
pub(super) fn parse_count(text: &str, marks: &str) -> Result<u64, Expectation> {
    // Most counts have digits only.
    if is_digits(text) {
        return text.parse().map_err(|_| COUNT.to_owned());
    }
    let number = match text.rsplit_once(' ') {
        Some((number, unit)) if COUNT_WORDS.iter().any(|word| unit.eq_ignore_ascii_case(word)) => {
            number.trim_end()
        }
        _ => text,
    };
    if let Some(expected) = exponent_problem(number, COUNT) {
        return Err(expected);
    }
    let invalid = || COUNT.to_owned();
    let groups = DigitGroups::parse(number).ok_or_else(invalid)?;
    let own_mark = groups.decimal_mark();
    let column_mark = match groups.separators.as_slice() {
        [one] => Some(*one).filter(|mark| marks.contains(*mark)),
        _ => None,
    };
    let Some(mark) = own_mark.or(column_mark) else {
        return groups.to_integer().ok_or_else(invalid);
    };
    let (whole_part, fraction) = number.rsplit_once(mark).unwrap_or((number, ""));
    if fraction.bytes().any(|byte| byte != b'0') {
        return Err(match own_mark {
            Some(_) => format!("{COUNT}; this one has a fraction"),
            None => format!(
                "{COUNT}; the decimal mark of this column is '{mark}', so this one has a fraction"
            ),
        });
    }
    DigitGroups::parse(whole_part).and_then(|groups| groups.to_integer()).ok_or_else(invalid)
}

/// Returns the decimal separator that a count implies by itself, such as the point of 6000.0.
pub(super) fn decimal_mark(text: &str) -> Option<char> {
    if is_digits(text) { None } else { DigitGroups::parse(split_footnote(text).0)?.decimal_mark() }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Parses a small integer: a round, or a year. A fraction of zeros is accepted.
pub(super) fn parse_small_integer(text: &str) -> Option<i32> {
    let zeros = |fraction: &str| !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0');
    let whole =
        text.split_once('.').filter(|(_, rest)| zeros(rest)).map_or(text, |(whole, _)| whole);
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let is_plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    whole.parse().ok().filter(|_| is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_an_unambiguous_whole_number() {
        for (text, expected) in [
            ("47095", 47_095),
            ("47,095", 47_095),
            ("47.095", 47_095),
            ("12,34,567", 1_234_567),
            ("1 234\u{a0}567", 0),
            ("1 234 567", 1_234_567),
            ("1'234'567", 1_234_567),
            ("6000.0", 6_000),
            ("6000,0", 6_000),
            ("6000.", 0),
            ("600.00", 600),
            ("0.0", 0),
            ("0.000", 0),
            ("6000.000", 6_000),
            ("1,234.0", 1_234),
            ("1.234,00", 1_234),
            ("161 seats", 161),
            ("47,095 Votes", 47_095),
        ] {
            let read = parse_count(text, "");
            match expected {
                0 if !text.starts_with("0.") => assert!(read.is_err(), "{text}"),
                expected => assert_eq!(read, Ok(expected), "{text}"),
            }
        }
        for text in [
            "(5)",
            "[5]",
            "5)",
            "5 (60 %)",
            "5%",
            "+5",
            "-5",
            "1e5",
            "6.0E3",
            "6000.5",
            "0.123",
            "1,2",
            "1,234.567",
            "1234.567,8",
            "5 6",
            "05.123",
            "=5",
            "5;",
            ",5",
            "",
            "five",
            "5 votes 6",
            "١",
            "99999999999999999999",
            "1,23,456,789",
            "6000..0",
        ] {
            assert!(parse_count(text, "").is_err(), "{text}");
        }
        assert_eq!(
            (parse_count("600.000", ""), parse_count("600.000", ".")),
            (Ok(600_000), Ok(600))
        );
        assert_eq!(parse_count("1.234.567", "."), Ok(1_234_567));
        assert!(
            parse_count("1.234", ".").unwrap_err().contains("decimal mark of this column is '.'")
        );
        assert_eq!(parse_count("1,234", "."), Ok(1_234));
        assert!(parse_count("1e5", "").unwrap_err().contains("exponent"));
        assert!(parse_count("6000.5", "").unwrap_err().contains("fraction"));
    }

    #[test]
    fn the_decimal_mark_is_detected_from_unambiguous_numbers() {
        for (text, mark) in [
            ("6000.0", Some('.')),
            ("6000,0", Some(',')),
            ("40.5", Some('.')),
            ("1,234.5", Some('.')),
            ("0.123", Some('.')),
            ("6000.123", Some('.')),
            ("1.234", None),
            ("1,234", None),
            ("1.234.567", None),
            ("6000", None),
            ("1 234", None),
        ] {
            assert_eq!(decimal_mark(text), mark, "{text}");
        }
    }

    #[test]
    fn small_integers_may_be_written_as_floats() {
        assert_eq!(
            [
                parse_small_integer("1901"),
                parse_small_integer("1901.0"),
                parse_small_integer("2"),
                parse_small_integer("-509")
            ],
            [Some(1901), Some(1901), Some(2), Some(-509)]
        );
        for text in ["1,901", "1901.5", "", "-", "two", "1901.", "+5"] {
            assert_eq!(parse_small_integer(text), None, "{text}");
        }
    }
}
