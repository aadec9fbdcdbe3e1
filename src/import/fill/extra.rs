//! Extra rows of an infobox: `1blank` labels a row, and `1data2` is the second contender's value in it.

use std::collections::{HashMap, HashSet};

use super::Contenders;
use crate::import::cell;
use crate::import::value::{line, words};
use crate::model::{Contest, Detail, Reason, Value};

#[derive(Default)]
pub(super) struct ExtraRows {
    /// The number of each row, with its label.
    labels: Vec<(u16, String)>,
    /// The number of the row, where it may have a label, that of the contender, the parameter, and the value.
    values: Vec<(Option<u16>, u16, String, Value)>,
}

impl ExtraRows {
    /// # Errors
    /// When the words are not clear.
    pub(super) fn label(&mut self, row: u16, text: &str) -> Result<(), Reason> {
        self.labels.push((row, line(text)?));
        Ok(())
    }

    /// Adds a value: `parameter` begins with the number of the row.
    ///
    /// # Errors
    /// When it is not clear.
    pub(super) fn value(
        &mut self,
        parameter: &str,
        contender: u16,
        text: &str,
    ) -> Result<(), Reason> {
        let digits =
            parameter.len() - parameter.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let row = parameter[..digits].parse().ok();
        self.values.push((row, contender, parameter.to_lowercase(), typed(text)?));
        Ok(())
    }

    /// Gives each value to its contender, and a label without values to the contest.
    pub(super) fn fill(self, contenders: &mut Contenders, contest: &mut Contest) {
        let valued: HashSet<u16> = self.values.iter().filter_map(|(row, ..)| *row).collect();
        let mut labels: HashMap<u16, String> = HashMap::new();
        for (row, label) in self.labels {
            if valued.contains(&row) && !labels.contains_key(&row) {
                labels.insert(row, label);
            } else {
                contest.details.push(Detail {
                    parameter: format!("{row}blank"),
                    label: None,
                    value: Value::Text(label),
                });
            }
        }
        for (row, contender, parameter, value) in self.values {
            let label = row.and_then(|row| labels.get(&row).cloned());
            contenders.numbered(contender).details.push(Detail { parameter, label, value });
        }
    }
}

/// A value that is one number has its type; all others are text.
fn typed(text: &str) -> Result<Value, Reason> {
    let parts = cell::parts(text);
    let one = parts.first().filter(|part| {
        parts.len() == 1 && part.words.is_empty() && part.round.is_none() && !part.new
    });
    let figure = one.and_then(|part| match (part.share, part.change, part.count, part.number) {
        (Some(share), None, None, None) => Some(Value::Share(share)),
        (None, Some(change), None, None) => Some(Value::Change(change)),
        (None, None, Some(count), _) => Some(Value::Count(count)),
        (None, None, None, Some(number)) => Some(Value::Number(number)),
        _ => None,
    });
    figure.map_or_else(|| words(text).map(Value::Text), Ok)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_whose_number_is_too_large_has_no_label() {
        let mut extra = ExtraRows::default();
        extra.label(0, "Motto").unwrap();
        extra.label(1, "Anthem").unwrap();
        extra.value("70000data1", 1, "Bread").unwrap();
        extra.value("1data1", 1, "Roses").unwrap();
        let (mut contenders, mut contest) = (Contenders::default(), Contest::default());
        extra.fill(&mut contenders, &mut contest);
        let detail = |parameter: &str, label: Option<&str>, text: &str| Detail {
            parameter: parameter.to_owned(),
            label: label.map(str::to_owned),
            value: Value::Text(text.to_owned()),
        };
        assert_eq!(contest.details, [detail("0blank", None, "Motto")]);
        let contenders = contenders.in_order();
        assert_eq!(
            contenders[0].details,
            [detail("70000data1", None, "Bread"), detail("1data1", Some("Anthem"), "Roses")]
        );
    }
}
