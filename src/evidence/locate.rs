//! Finds the place of a value in a source text: replaces words of the text, parses it again, and
//! compares the records. A place is only returned if the value changes with its words.

use std::ops::Range;

use super::describe::describe;
use super::place::SourcePlace;
use super::words::{candidates, other_text, with_other_words};
use crate::analysis::diff::{ChangedValue, FieldPath, StatedField, stated_fields};
use crate::ingest::parse_version_entry;
use crate::journal::VersionEntry;
use crate::model::Format;

/// Maximum number of bytes that are parsed again to locate one value.
const MAX_PARSED_BYTES: usize = 64 << 20;
/// Maximum number of places of one value.
const MAX_PLACES: usize = 8;

/// Returns the places in a source text from which a value comes. Empty if none is proven.
pub(super) fn locate(
    entry: &VersionEntry,
    path: &FieldPath,
    value: &ChangedValue,
) -> Vec<SourcePlace> {
    let original =
        Original { entry, path, value, fields: stated_fields(&parse_version_entry(entry)) };
    // A record of an earlier parser may differ from that of this one.
    if original.value_in(&original.fields) != Some(value) {
        return Vec::new();
    }
    let mut budget = MAX_PARSED_BYTES;
    let mut places = original.prove(candidates(&entry.text, value), &mut budget);
    if places.is_empty() {
        places = original.prove(original.line_values(), &mut budget);
    }
    places.truncate(MAX_PLACES);
    places.iter().map(|range| describe(entry, range)).collect()
}

/// A source text with its record.
struct Original<'a> {
    entry: &'a VersionEntry,
    path: &'a FieldPath,
    value: &'a ChangedValue,
    fields: Vec<StatedField>,
}

/// The effect of other words on the record.
struct Effect {
    range: Range<usize>,
    /// Whether the value changes as its words do.
    follows: bool,
    /// Number of fields that change.
    changes: usize,
}

impl Original<'_> {
    fn value_in<'f>(&self, fields: &'f [StatedField]) -> Option<&'f ChangedValue> {
        fields.iter().find(|field| field.path.is_same(self.path)).map(|field| &field.value)
    }

    /// Returns the ranges that change the value. If the value follows the words of some ranges, only
    /// these are returned; otherwise those that change the fewest fields.
    fn prove(&self, ranges: Vec<Range<usize>>, budget: &mut usize) -> Vec<Range<usize>> {
        let mut effects: Vec<Effect> = Vec::new();
        for range in ranges {
            let Some(rest) = budget.checked_sub(self.entry.text.len()) else { break };
            *budget = rest;
            effects.extend(self.effect(range));
        }
        if effects.iter().any(|effect| effect.follows) {
            effects.retain(|effect| effect.follows);
        } else {
            let fewest = effects.iter().map(|effect| effect.changes).min();
            effects.retain(|effect| Some(effect.changes) == fewest);
        }
        effects.into_iter().map(|effect| effect.range).collect()
    }

    /// Returns the effect of other words in a range. `None` if the value stays, or if the text no
    /// longer parses.
    fn effect(&self, range: Range<usize>) -> Option<Effect> {
        let text = with_other_words(&self.entry.text, &range)?;
        let entry = VersionEntry { text, ..self.entry.clone() };
        let fields = stated_fields(&parse_version_entry(&entry));
        let value = self.value_in(&fields);
        if value == Some(self.value) {
            return None;
        }
        let changes = self.fields.iter().filter(|field| !fields.contains(field)).count();
        // Other words in the structure of a text change most of its fields.
        if changes * 2 > self.fields.len() + 1 {
            return None;
        }
        let follows = value.is_some_and(|value| value.text == other_text(&self.value.text));
        Some(Effect { range, follows, changes })
    }

    /// Returns the value part of each line of an infobox.
    fn line_values(&self) -> Vec<Range<usize>> {
        let separator = match self.entry.format.parse() {
            Ok(Format::Article) => ": ",
            Ok(Format::Wikitext) => "=",
            _ => return Vec::new(),
        };
        let mut ranges = Vec::new();
        let mut offset = 0;
        for line in self.entry.text.split_inclusive('\n') {
            let words = line.trim_end();
            let is_entry = words.trim_start().starts_with(['-', '|']);
            if let Some(at) = words.find(separator).filter(|_| is_entry) {
                let value = words.get(at + separator.len()..).unwrap_or_default();
                let start = offset + words.len() - value.trim_start().len();
                ranges.push(start..offset + words.len());
            }
            offset += line.len();
        }
        ranges.retain(|range| !range.is_empty());
        ranges
    }
}
