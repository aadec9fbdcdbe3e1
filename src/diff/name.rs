//! Names as they are compared: folded, but without making the folded text where the answer shows before.

use std::hash::{Hash, Hasher};

use super::matching::Sure;
use crate::model::{Ref, fold};

/// A text that equals every other that folds to the same.
#[derive(Debug, Clone, Copy)]
pub(super) struct Folded<'a>(pub(super) &'a str);

impl Folded<'_> {
    /// The folded bytes, but for space at the end, of what surely folds by itself: all of ASCII; of other texts, the
    /// ASCII before them, less the last sign, which may be one with what follows.
    fn surely(&self) -> impl Iterator<Item = u8> {
        let bytes = self.0.as_bytes();
        let end = match bytes.iter().position(|byte| !byte.is_ascii()) {
            Some(other) => other.saturating_sub(1),
            None => bytes.iter().rposition(|byte| !is_space(*byte)).map_or(0, |last| last + 1),
        };
        let mut last = b' ';
        let folded = bytes[..end].iter().map(|byte| match byte {
            byte if is_space(*byte) => b' ',
            byte => byte.to_ascii_lowercase(),
        });
        folded.filter(move |byte| std::mem::replace(&mut last, *byte) != b' ' || *byte != b' ')
    }
}

fn is_space(byte: u8) -> bool {
    byte == b'_' || char::from(byte).is_whitespace()
}

impl PartialEq for Folded<'_> {
    fn eq(&self, other: &Self) -> bool {
        if self.0 == other.0 {
            return true;
        }
        if self.surely().zip(other.surely()).any(|(one, other)| one != other) {
            return false;
        }
        if self.0.is_ascii() && other.0.is_ascii() {
            return self.surely().eq(other.surely());
        }
        fold(self.0) == fold(other.0)
    }
}

impl Eq for Folded<'_> {}

impl Hash for Folded<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        fold(self.0).hash(state);
    }
}

/// Whether two names are the same as they stand, and how sure that is: by their pages where both have one, else by
/// their words.
pub(super) fn same(one: &Ref, other: &Ref) -> Option<Sure> {
    match (&one.target, &other.target) {
        (Some(one), Some(other)) => (Folded(one) == Folded(other)).then_some(Sure::Certain),
        _ => (Folded(&one.name) == Folded(&other.name)).then_some(Sure::Likely),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_folds_to_the_same_is_equal(
            one in "[aAbB_ \u{b}\u{a0}éÉe\u{301}\u{327}ßsS\u{212a}kK]{0,6}",
            other in "[aAbB_ \u{b}\u{a0}éÉe\u{301}\u{327}ßsS\u{212a}kK]{0,6}",
        ) {
            prop_assert_eq!(Folded(&one) == Folded(&other), fold(&one) == fold(&other));
        }
    }
}
