//! Lines of a cell that only add to another: a change, the name of a round.

use super::Part;

impl Part {
    fn has_value(&self) -> bool {
        self.count.is_some() || self.number.is_some() || self.share.is_some()
    }

    fn has_change(&self) -> bool {
        self.change.is_some() || self.new
    }

    fn is_change(&self) -> bool {
        self.has_change() && self.round.is_none() && self.words.is_empty() && !self.has_value()
    }

    fn is_round(&self) -> bool {
        self.round.is_some() && self.words.is_empty() && !self.has_value() && !self.has_change()
    }
}

/// Joins lines with those that they are about: a change with the line before, a round with the line before, or,
/// where the first line names one, with the line behind.
pub(super) fn joined(lines: impl Iterator<Item = Part>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let (mut heads, mut head) = (false, None);
    for mut line in lines {
        heads |= parts.is_empty() && line.is_round();
        if heads && line.is_round() {
            // A round without anything in it.
            parts.extend(head.replace(line));
            continue;
        }
        if let Some(Part { round, .. }) = head.take() {
            line.round = line.round.or(round);
        }
        let names_unit = line == Part { counted: true, ..Part::default() };
        match parts.last_mut().filter(|last| last.has_value()) {
            Some(last) if names_unit => last.counted = true,
            Some(last) if line.is_change() && !last.has_change() => {
                (last.change, last.steady, last.new) = (line.change, line.steady, line.new);
            }
            Some(last) if line.is_round() && last.round.is_none() => last.round = line.round,
            _ => parts.push(line),
        }
    }
    parts.extend(head);
    parts
}
