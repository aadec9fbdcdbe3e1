//! Names as they are compared: folded, but without making the folded text where the answer shows before.

use std::hash::{Hash, Hasher};

use super::matching::Sure;
use crate::model::{Ref, fold};

/// A text that equals every other that folds to the same.
#[derive(Debug, Clone, Copy)]
pub(super) struct Folded<'a>(pub(super) &'a str);

/// The bytes of an ASCII text folded; space at its end stays.
fn folded(bytes: impl Iterator<Item = u8>) -> impl Iterator<Item = u8> {
    let folded = bytes.map(|byte| if is_space(byte) { b' ' } else { byte.to_ascii_lowercase() });
    let mut last = b' ';
    folded.filter(move |byte| std::mem::replace(&mut last, *byte) != b' ' || *byte != b' ')
}

/// What a text begins with that folds by itself: of ASCII, for another sign may be one with that before it.
fn plain(text: &str) -> impl Iterator<Item = u8> {
    let next = text.bytes().skip(1).chain([0]);
    let plain =
        text.bytes().zip(next).take_while(|(byte, next)| byte.is_ascii() && next.is_ascii());
    plain.map(|(byte, _)| byte)
}

fn is_space(byte: u8) -> bool {
    byte == b'_' || char::from(byte).is_whitespace()
}

impl PartialEq for Folded<'_> {
    fn eq(&self, other: &Self) -> bool {
        if self.0 == other.0 {
            return true;
        }
        // Most names differ soon.
        if folded(plain(self.0)).zip(folded(plain(other.0))).any(|(one, other)| one != other) {
            return false;
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
