//! Texts that are kept once each, in one buffer.

use std::hash::{BuildHasher, RandomState};

/// Texts without duplicates. Each has a number: 0 is the text that was added first.
#[derive(Debug, Default)]
pub(super) struct Interner {
    texts: String,
    /// The end of each text in `texts`.
    ends: Vec<usize>,
    hashes: Vec<u32>,
    /// A hash table with open addressing: the number of a text plus one, or 0. Its length is a
    /// power of two.
    slots: Vec<u32>,
    hasher: RandomState,
}

impl Interner {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns the text with a number.
    pub(super) fn text(&self, number: u32) -> &str {
        let at = number as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied();
        let end = self.ends.get(at).copied().unwrap_or_default();
        self.texts.get(start.unwrap_or_default()..end).unwrap_or_default()
    }

    /// Returns the number of a text, which is added if it is new.
    pub(super) fn add(&mut self, text: &str) -> u32 {
        if self.len() >= self.slots.len() / 2 {
            self.grow();
        }
        let hash = self.hasher.hash_one(text) as u32;
        let at = self.find_slot(hash, |interner, number| {
            interner.hashes.get(number as usize) == Some(&hash) && interner.text(number) == text
        });
        let added = self.len() as u32 + 1;
        match self.slots.get_mut(at) {
            Some(slot) if *slot == 0 => *slot = added,
            Some(slot) => return *slot - 1,
            None => {}
        }
        self.texts.push_str(text);
        self.ends.push(self.texts.len());
        self.hashes.push(hash);
        added - 1
    }

    /// Returns the position of the slot of a text, or of the free slot where it belongs.
    fn find_slot(&self, hash: u32, is_text: impl Fn(&Self, u32) -> bool) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while let Some(number) = self.slots.get(at).and_then(|slot| slot.checked_sub(1)) {
            if is_text(self, number) {
                break;
            }
            at = (at + 1) & mask;
        }
        at
    }

    fn grow(&mut self) {
        self.slots = vec![0; (self.slots.len() * 2).max(64)];
        for number in 0..self.len() {
            let hash = self.hashes.get(number).copied().unwrap_or_default();
            let at = self.find_slot(hash, |_, _| false);
            if let Some(slot) = self.slots.get_mut(at) {
                *slot = number as u32 + 1;
            }
        }
    }

    /// Returns the numbers of all texts, in the order of the texts.
    pub(super) fn sorted(&self) -> Vec<u32> {
        // Most comparisons are decided by the first bytes.
        let mut keys: Vec<(u64, u32)> =
            (0..self.len() as u32).map(|number| (first_bytes(self.text(number)), number)).collect();
        keys.sort_unstable_by(|one, other| {
            one.0.cmp(&other.0).then_with(|| self.text(one.1).cmp(self.text(other.1)))
        });
        keys.into_iter().map(|(_, number)| number).collect()
    }
}

/// Returns the first eight bytes of a text as a number that orders texts as their bytes do.
fn first_bytes(text: &str) -> u64 {
    let mut first = [0; 8];
    first.iter_mut().zip(text.bytes()).for_each(|(to, byte)| *to = byte);
    u64::from_be_bytes(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn each_text_has_one_number(texts in prop::collection::vec("[ab\0é]{0,12}", 0..300)) {
            let mut interner = Interner::default();
            for text in &texts {
                let number = interner.add(text);
                prop_assert_eq!(interner.text(number), text);
                prop_assert_eq!(interner.add(text), number);
            }
            let sorted: Vec<&str> =
                interner.sorted().into_iter().map(|number| interner.text(number)).collect();
            let distinct: BTreeSet<&str> = texts.iter().map(String::as_str).collect();
            prop_assert_eq!(sorted, distinct.into_iter().collect::<Vec<_>>());
        }
    }
}
