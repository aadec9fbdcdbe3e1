//! Comparison of folded names. The folded texts are built only if the ASCII prefixes of two names
//! do not differ.

use std::hash::{Hash, Hasher};

use super::pairing::Confidence;
use crate::model::{Reference, fold};

/// Text that compares equal to any text with the same folded form.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FoldedName<'a>(pub(crate) &'a str);

/// Folds the bytes of an ASCII text. Keeps a trailing space.
fn fold_ascii(bytes: impl Iterator<Item = u8>) -> impl Iterator<Item = u8> {
    let folded = bytes.map(|byte| if is_space(byte) { b' ' } else { byte.to_ascii_lowercase() });
    let mut last = b' ';
    folded.filter(move |byte| std::mem::replace(&mut last, *byte) != b' ' || *byte != b' ')
}

/// Returns the prefix of a text whose folding does not depend on the rest. Stops before an ASCII
/// character that a non-ASCII character follows, since the two may combine.
fn ascii_prefix(text: &str) -> impl Iterator<Item = u8> {
    let next = text.bytes().skip(1).chain([0]);
    let plain =
        text.bytes().zip(next).take_while(|(byte, next)| byte.is_ascii() && next.is_ascii());
    plain.map(|(byte, _)| byte)
}

fn is_space(byte: u8) -> bool {
    byte == b'_' || char::from(byte).is_whitespace()
}

impl PartialEq for FoldedName<'_> {
    fn eq(&self, other: &Self) -> bool {
        if self.0 == other.0 {
            return true;
        }
        // Most names differ within a few bytes.
        if fold_ascii(ascii_prefix(self.0))
            .zip(fold_ascii(ascii_prefix(other.0)))
            .any(|(one, other)| one != other)
        {
            return false;
        }
        fold(self.0) == fold(other.0)
    }
}

impl Eq for FoldedName<'_> {}

impl Hash for FoldedName<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        fold(self.0).hash(state);
    }
}

/// Returns the confidence that two references name the same contender, or `None` if they differ.
/// Compares the linked pages if both references have one, and the names otherwise.
pub(super) fn name_confidence(one: &Reference, other: &Reference) -> Option<Confidence> {
    match (&one.target, &other.target) {
        (Some(one), Some(other)) => {
            (FoldedName(one) == FoldedName(other)).then_some(Confidence::Certain)
        }
        _ => (FoldedName(&one.name) == FoldedName(&other.name)).then_some(Confidence::Likely),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn names_are_equal_if_their_folded_forms_are(
            one in "[aAbB_ \u{b}\u{a0}éÉe\u{301}\u{327}ßsS\u{212a}kK]{0,6}",
            other in "[aAbB_ \u{b}\u{a0}éÉe\u{301}\u{327}ßsS\u{212a}kK]{0,6}",
        ) {
            prop_assert_eq!(FoldedName(&one) == FoldedName(&other), fold(&one) == fold(&other));
        }
    }
}
