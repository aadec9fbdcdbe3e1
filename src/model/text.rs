//! Two normal forms of names: folded, to compare titles; and slugs, for addresses.

use std::borrow::Cow;

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Normalises a title for comparison: NFC, case folded, with runs of whitespace, underscores and
/// zero bytes collapsed into one space.
///
/// ```
/// use hustings::model::fold;
/// assert_eq!(fold("2012_Nagorno-Karabakh  Presidential election "),
///            fold("2012 nagorno-karabakh presidential election"));
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return collapse_whitespace(text).to_ascii_lowercase();
    }
    // Case folding can undo composition, so the text is decomposed before folding and composed
    // afterwards.
    let folded: String = text.nfd().default_case_fold().nfc().collect();
    collapse_whitespace(&folded).into_owned()
}

/// Collapses whitespace into single spaces, without a copy if there is nothing to change.
fn collapse_whitespace(text: &str) -> Cow<'_, str> {
    // Leading whitespace counts as repeated.
    let mut after_space = true;
    let plain = text.chars().all(|c| {
        let plain = if after_space { !is_space(c) } else { c == ' ' || !is_space(c) };
        after_space = c == ' ';
        plain
    });
    if plain && !after_space {
        return Cow::Borrowed(text);
    }
    let words = text.split(is_space).filter(|word| !word.is_empty());
    Cow::Owned(words.collect::<Vec<_>>().join(" "))
}

fn is_space(c: char) -> bool {
    matches!(c, '_' | '\0') || c.is_whitespace()
}

/// Returns whether a title is empty after folding.
pub(crate) fn is_blank(title: &str) -> bool {
    title.chars().all(is_space)
}

/// Converts a name to the form used in addresses: folded, without accents, with the words joined by
/// hyphens.
///
/// ```
/// use hustings::model::slug;
/// assert_eq!(slug("Nagorno-Karabakh"), "nagorno-karabakh");
/// assert_eq!(slug("Côte d’Ivoire"), "cote-d-ivoire");
/// ```
#[must_use]
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    let mut push = |c: char| {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    };
    if text.is_ascii() {
        text.chars().for_each(|c| push(c.to_ascii_lowercase()));
    } else {
        let plain = text.nfkd().filter(|c| !is_combining_mark(*c));
        plain.default_case_fold().for_each(push);
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_is_idempotent_and_equates_spellings() {
        for (left, right) in [
            ("Straße", "STRASSE"),
            ("e\u{301}lection", "ÉLECTION"),
            ("a_b", " a  b"),
            ("a\0b", "a b"),
        ] {
            assert_eq!(fold(left), fold(right));
            assert_eq!(fold(&fold(left)), fold(left));
        }
        assert_eq!(fold(" \t_"), "");
        for c in (0..=0x10ffff).filter_map(char::from_u32) {
            assert_eq!(is_blank(&c.to_string()), fold(&c.to_string()).is_empty(), "{c:?}");
        }
    }

    #[test]
    fn slugs_contain_only_words_and_hyphens() {
        assert_eq!(slug("  Åland Islands! "), "aland-islands");
        assert_eq!(slug("--"), "");
        assert_eq!(slug("Россия"), "россия");
    }
}
