//! Two ways to compare names: folded, for titles; as a slug, for what a person types.

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A title as titles are compared: NFC, underscores as spaces, runs of space as one, case folded.
///
/// ```
/// use hustings::model::fold;
/// assert_eq!(fold("2012_Nagorno-Karabakh  Presidential election "),
///            fold("2012 nagorno-karabakh presidential election"));
/// ```
#[must_use]
pub fn fold(text: &str) -> String {
    let folded: String = if text.is_ascii() {
        text.to_ascii_lowercase()
    } else {
        // Folding can undo composition, so it stands between two normalisations.
        text.nfd().default_case_fold().nfc().collect()
    };
    let mut spaced = String::with_capacity(folded.len());
    for word in folded.split(|c: char| c == '_' || c.is_whitespace()).filter(|w| !w.is_empty()) {
        if !spaced.is_empty() {
            spaced.push(' ');
        }
        spaced.push_str(word);
    }
    spaced
}

/// A name as a person types it in an address: folded, without accents, joined by hyphens.
///
/// ```
/// use hustings::model::slug;
/// assert_eq!(slug("Nagorno-Karabakh"), "nagorno-karabakh");
/// assert_eq!(slug("Côte d’Ivoire"), "cote-d-ivoire");
/// ```
#[must_use]
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !is_combining_mark(*c)).default_case_fold() {
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_is_idempotent_and_joins_forms() {
        for (left, right) in
            [("Straße", "STRASSE"), ("e\u{301}lection", "ÉLECTION"), ("a_b", " a  b")]
        {
            assert_eq!(fold(left), fold(right));
            assert_eq!(fold(&fold(left)), fold(left));
        }
        assert_eq!(fold(" \t_"), "");
    }

    #[test]
    fn slugs_hold_nothing_but_words() {
        assert_eq!(slug("  Åland Islands! "), "aland-islands");
        assert_eq!(slug("--"), "");
        assert_eq!(slug("Россия"), "россия");
    }
}
