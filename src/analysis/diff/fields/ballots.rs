//! Figures of ballots, and their names. Between elections, a figure that both state, one of them
//! without a round, is not compared.

use std::borrow::Cow;

use super::Fields;
use super::names::{ballot_field_name, without_round};
use crate::analysis::diff::change::{Change, ChangeKind, ChangeValue, ChangedValue};
use crate::analysis::diff::values::{FieldValue, NamedValue};
use crate::model::Ballot;

impl<'a> Fields<'a> {
    /// Returns every change from these values to the values of a later election. A value that both
    /// elections state, one of them without a round, is not compared.
    pub(in crate::analysis::diff) fn changes_between(&self, after: &Self) -> Vec<Change> {
        let mut changes: Vec<Change> = self.changes(after).collect();
        let mut names: Vec<&Cow<'_, str>> = Vec::new();
        for (name, _) in self.unstated_round.iter().chain(&after.unstated_round) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        for name in names {
            let sides = [self, after].map(|side| side.all_rounds(name));
            let [before, after] = sides;
            let both = before.is_some() && after.is_some();
            let kind = match (&before, both) {
                (_, true) => ChangeKind::NotCompared,
                (Some(_), _) => ChangeKind::Removed,
                (None, _) => ChangeKind::Added,
            };
            if both {
                changes.retain(|change| without_round(&change.field) != name.as_ref());
            }
            let field = if both { name.to_string() } else { format!("{name}, round not stated") };
            changes.push(Change { kind, before, after, ..Change::new(field) });
        }
        changes
    }

    /// Returns the values of a field in all rounds, as one value.
    fn all_rounds(&self, name: &str) -> Option<ChangedValue> {
        let same = |named: &&NamedValue<'_>| without_round(&named.0) == name;
        let values = self.unstated_round.iter().chain(self.values.iter()).filter(same);
        let mut values: Vec<ChangedValue> = values.map(|(_, value)| value.to_changed()).collect();
        if values.len() < 2 {
            return values.pop();
        }
        let texts: Vec<&str> = values.iter().map(|value| value.text.as_str()).collect();
        let text = texts.join("; ");
        let values = values.into_iter().map(|value| value.value);
        Some(ChangedValue { text, value: ChangeValue::List(values.collect()) })
    }

    /// Adds a figure of a ballot.
    pub(super) fn figure(
        &mut self,
        field: &'static str,
        ballot: Ballot<'_>,
        multiple_rounds: bool,
        value: Option<FieldValue<'a>>,
    ) {
        let Some(value) = value else { return };
        if self.between_elections && ballot.round.is_none() {
            let first = Ballot { round: Some(1), ..ballot };
            self.unstated_round.push((ballot_field_name(field, first, false), value));
        } else {
            self.push(ballot_field_name(field, ballot, multiple_rounds), Some(value));
        }
    }
}
