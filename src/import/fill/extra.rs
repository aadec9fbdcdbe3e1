//! Extra rows of an infobox: `1blank` labels a row, and `1data2` is the second contender's value in it.

use super::Contenders;
use crate::import::cell;
use crate::import::value::{line, words};
use crate::model::{Contest, Detail, Reason, Value};

#[derive(Default)]
pub(super) struct ExtraRows {
    /// The number of each row, with its label.
    labels: Vec<(u16, String)>,
    /// The number of the row, that of the contender, the parameter, and the value.
    values: Vec<(u16, u16, String, Value)>,
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
        let row = parameter[..digits].parse().unwrap_or(0);
        self.values.push((row, contender, parameter.to_lowercase(), typed(text)?));
        Ok(())
    }

    /// Gives each value to its contender, and a label without values to the contest.
    pub(super) fn fill(self, contenders: &mut Contenders, contest: &mut Contest) {
        for (row, label) in &self.labels {
            if !self.values.iter().any(|(other, ..)| other == row) {
                let value = Value::Text(label.clone());
                contest.details.push(Detail {
                    parameter: format!("{row}blank"),
                    label: None,
                    value,
                });
            }
        }
        for (row, contender, parameter, value) in self.values {
            let label = self.labels.iter().find(|(other, _)| *other == row);
            let label = label.map(|(_, label)| label.clone());
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
