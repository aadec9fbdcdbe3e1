//! Labels that are repeated in an infobox.

use std::collections::HashMap;
use std::mem::replace;

use super::entry::{InfoboxEntry, unparsed_field};
use crate::model::{UnparsedField, UnparsedReason};

/// Removes repeated labels. The last non-empty value is kept, at the position of the first value.
/// Replaced values are added to `unparsed`.
pub(super) fn remove_repeated<'a>(
    entries: Vec<InfoboxEntry<'a>>,
    unparsed: &mut Vec<UnparsedField>,
) -> Vec<InfoboxEntry<'a>> {
    if is_ascending(&entries) {
        return entries;
    }
    let mut indices: HashMap<(u8, String), usize> = HashMap::new();
    let mut distinct: Vec<InfoboxEntry<'a>> = Vec::with_capacity(entries.len());
    for entry in entries {
        let Some((family, _)) = entry.parameter_match else {
            distinct.push(entry);
            continue;
        };
        // Labels of one family may differ in two numbers, so all digits are part of the key.
        let digits = digits(entry.label).map(char::from).collect();
        let index = *indices.entry((family, digits)).or_insert(distinct.len());
        if index == distinct.len() {
            distinct.push(entry);
        } else if !entry.value.is_empty() {
            let replaced = replace(&mut distinct[index], entry);
            if !replaced.value.is_empty() {
                unparsed.push(unparsed_field(
                    replaced.label,
                    replaced.value,
                    replaced.line,
                    UnparsedReason::Repeated,
                ));
            }
        }
    }
    distinct
}

fn digits(label: &str) -> impl Iterator<Item = u8> {
    label.bytes().filter(u8::is_ascii_digit)
}

/// Returns whether the labels of each family are in ascending order of their digits. This is the
/// usual case: no label is repeated then, and no map is needed.
fn is_ascending(entries: &[InfoboxEntry<'_>]) -> bool {
    // The greatest number so far, by family. A 1 is prepended to the digits of a label, which
    // distinguishes 01 from 1, and no digits from 0.
    let mut greatest = [0_u64; 1 + u8::MAX as usize];
    entries.iter().filter_map(|entry| Some((entry.label, entry.parameter_match?))).all(
        |(label, (family, _))| {
            let number = digits(label).try_fold(1_u64, |number, digit| {
                number.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
            });
            // If a number overflows, the caller uses the map.
            number
                .is_some_and(|number| number > replace(&mut greatest[usize::from(family)], number))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    type LabelledValues<'a> = &'a [(&'a str, &'a str)];

    /// Returns the remaining labels and values, and the number of replaced values.
    fn remaining(pairs: LabelledValues<'_>) -> (String, usize) {
        let mut kept = Vec::new();
        let entries =
            pairs.iter().map(|(label, value)| InfoboxEntry::new(label, value, 1)).collect();
        let left = remove_repeated(entries, &mut kept);
        let texts = left.iter().map(|entry| format!("{}={}", entry.label, entry.value));
        (texts.collect::<Vec<_>>().join(" "), kept.len())
    }

    #[test]
    fn the_last_value_of_a_repeated_label_replaces_the_first() {
        let cases: [(LabelledValues<'_>, &str, usize); 6] = [
            (
                &[("Seats1", "1"), ("Country", "a"), ("Seats2", "2")],
                "Seats1=1 Country=a Seats2=2",
                0,
            ),
            (&[("Seats2", "2"), ("Seats1", "1")], "Seats2=2 Seats1=1", 0),
            (&[("Seats1", "1"), ("Country", "a"), ("seats_1", "2")], "seats_1=2 Country=a", 1),
            (&[("Seats1", ""), ("Seats1", "1"), ("Seats1", "")], "Seats1=1", 0),
            (
                &[("Seats01", "1"), ("Seats1", "2"), ("Seats001", "3")],
                "Seats01=1 Seats1=2 Seats001=3",
                0,
            ),
            (&[("Nothing", "1"), ("Nothing", "2")], "Nothing=1 Nothing=2", 0),
        ];
        for (given, expected, repeated) in cases {
            assert_eq!(remaining(given), (expected.to_owned(), repeated));
        }
        let long = format!("Seats{}", "9".repeat(30));
        assert_eq!(remaining(&[(&long, "1"), (&long, "2")]), (format!("{long}=2"), 1));
    }
}
