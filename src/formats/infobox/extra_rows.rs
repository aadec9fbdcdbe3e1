//! Extra rows of an infobox: `1blank` is the label of the first row, and `1data2` is the second
//! contender's value in that row.

use std::collections::{HashMap, HashSet};

use super::fields::ContendersByNumber;
use crate::model::{Contest, Detail, DetailValue, UnparsedReason};
use crate::values::number;
use crate::values::text::{plain_text, single_line};

#[derive(Default)]
pub(super) struct ExtraRows {
    /// Number and label of each row.
    labels: Vec<(u16, String)>,
    /// Row, contender, parameter and value. The row is `None` if its number is too large to have a
    /// label.
    values: Vec<(Option<u16>, u16, String, DetailValue)>,
}

impl ExtraRows {
    /// Adds the label of a row.
    ///
    /// # Errors
    /// When the label cannot be parsed.
    pub(super) fn add_label(&mut self, row: u16, text: &str) -> Result<(), UnparsedReason> {
        self.labels.push((row, single_line(text)?));
        Ok(())
    }

    /// Adds a value. `parameter` begins with the number of the row.
    ///
    /// # Errors
    /// When the value cannot be parsed.
    pub(super) fn add_value(
        &mut self,
        parameter: &str,
        contender: u16,
        text: &str,
    ) -> Result<(), UnparsedReason> {
        let digits =
            parameter.len() - parameter.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let row = parameter[..digits].parse().ok();
        self.values.push((row, contender, parameter.to_lowercase(), typed_value(text)?));
        Ok(())
    }

    /// Adds each value to the details of its contender, and each label without values to the
    /// details of the contest.
    pub(super) fn add_details(self, contenders: &mut ContendersByNumber, contest: &mut Contest) {
        let rows_with_values: HashSet<u16> =
            self.values.iter().filter_map(|(row, ..)| *row).collect();
        let mut labels: HashMap<u16, String> = HashMap::new();
        for (row, label) in self.labels {
            if rows_with_values.contains(&row) && !labels.contains_key(&row) {
                labels.insert(row, label);
            } else {
                contest.details.push(Detail {
                    parameter: format!("{row}blank"),
                    label: None,
                    value: DetailValue::Text(label),
                });
            }
        }
        for (row, contender, parameter, value) in self.values {
            let label = row.and_then(|row| labels.get(&row).cloned());
            contenders.get_or_insert(contender).details.push(Detail { parameter, label, value });
        }
    }
}

/// Parses a value. A single figure becomes a share, a change, a count or a number; anything else is
/// text.
fn typed_value(text: &str) -> Result<DetailValue, UnparsedReason> {
    let parts = number::parse_rounds(text);
    let one = parts.first().filter(|part| {
        parts.len() == 1 && part.words.is_empty() && part.round.is_none() && !part.is_new
    });
    let figure = one.and_then(|part| match (part.share, part.change, part.count, part.number) {
        (Some(share), None, None, None) => Some(DetailValue::Share(share)),
        (None, Some(change), None, None) => Some(DetailValue::Change(change)),
        (None, None, Some(count), _) => Some(DetailValue::Count(count)),
        (None, None, None, Some(number)) => Some(DetailValue::Number(number)),
        _ => None,
    });
    figure.map_or_else(|| plain_text(text).map(DetailValue::Text), Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_whose_number_is_too_large_has_no_label() {
        let mut extra = ExtraRows::default();
        extra.add_label(0, "Motto").unwrap();
        extra.add_label(1, "Anthem").unwrap();
        extra.add_value("70000data1", 1, "Bread").unwrap();
        extra.add_value("1data1", 1, "Roses").unwrap();
        let (mut contenders, mut contest) = (ContendersByNumber::default(), Contest::default());
        extra.add_details(&mut contenders, &mut contest);
        let detail = |parameter: &str, label: Option<&str>, text: &str| Detail {
            parameter: parameter.to_owned(),
            label: label.map(str::to_owned),
            value: DetailValue::Text(text.to_owned()),
        };
        assert_eq!(contest.details, [detail("0blank", None, "Motto")]);
        let contenders = contenders.into_contenders();
        assert_eq!(
            contenders[0].details,
            [detail("70000data1", None, "Bread"), detail("1data1", Some("Anthem"), "Roses")]
        );
    }
}
