//! Lines of a cell that belong to another line: a change, or the name of a round.

use super::round_value::RoundValue;

impl RoundValue {
    fn has_value(&self) -> bool {
        self.count.is_some() || self.number.is_some() || self.share.is_some()
    }

    fn has_change(&self) -> bool {
        self.change.is_some() || self.is_new
    }

    fn is_change_only(&self) -> bool {
        self.has_change() && self.round.is_none() && self.words.is_empty() && !self.has_value()
    }

    fn is_round_only(&self) -> bool {
        self.round.is_some() && self.words.is_empty() && !self.has_value() && !self.has_change()
    }
}

/// Joins lines that belong together. A change joins the previous line. The name of a round joins
/// the previous line too, or the next line if the cell begins with such a name.
pub(super) fn join_lines(lines: impl Iterator<Item = RoundValue>) -> Vec<RoundValue> {
    let mut parts: Vec<RoundValue> = Vec::new();
    let (mut rounds_come_first, mut pending_round) = (false, None);
    for mut line in lines {
        rounds_come_first |= parts.is_empty() && line.is_round_only();
        if rounds_come_first && line.is_round_only() {
            // The previous round name had no values; it is kept on its own.
            parts.extend(pending_round.replace(line));
            continue;
        }
        if let Some(RoundValue { round, .. }) = pending_round.take() {
            line.round = line.round.or(round);
        }
        let names_unit = line == RoundValue { has_count_unit: true, ..RoundValue::default() };
        match parts.last_mut().filter(|last| last.has_value()) {
            Some(last) if names_unit => last.has_count_unit = true,
            Some(last) if line.is_change_only() && !last.has_change() => {
                (last.change, last.is_steady, last.is_new) =
                    (line.change, line.is_steady, line.is_new);
            }
            Some(last) if line.is_round_only() && last.round.is_none() => last.round = line.round,
            _ => parts.push(line),
        }
    }
    parts.extend(pending_round);
    parts
}
