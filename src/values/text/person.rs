//! Heuristics for names of people in words without a link.

use crate::values::words::WordList;

/// Returns whether words may be the name of one person: they are capitalised except for particles,
/// and none of them is an office or a kind of party. Scripts without case are accepted.
pub(super) fn looks_like_person(words: &str) -> bool {
    #[rustfmt::skip]
    static NO_NAMES: WordList = WordList::new(&[
        "leader", "minister", "president", "vice-president", "mayor", "governor", "senator", "speaker", "chair",
        "chairman", "chairwoman", "chairperson", "secretary", "party", "coalition", "alliance", "front", "movement",
        "union", "government", "council", "committee", "independent", "independents", "others", "list", "bloc",
        "labour", "labor", "parliament", "assembly", "junta", "cabinet", "commission", "league", "candidates",
    ]);
    let begins = words.chars().next().is_some_and(|first| !first.is_lowercase());
    let has_digit = words.chars().any(|c| c.is_ascii_digit());
    let names = name_parts(words).all(|word| !NO_NAMES.contains(word));
    begins && !has_digit && names && looks_like_name(words)
}

/// Returns whether all words are capitalised, except for particles.
pub(super) fn looks_like_name(words: &str) -> bool {
    #[rustfmt::skip]
    static PARTICLES: WordList = WordList::new(&[
        "de", "da", "do", "dos", "das", "del", "della", "di", "du", "la", "le", "les", "los",
        "van", "von", "der", "den", "ter", "ten", "zu", "zum", "af", "av", "al", "el", "bin",
        "ibn", "ben", "bint", "e", "y", "i", "d", "a", "o", "d'",
    ]);
    let is_part = |word: &str| {
        let is_capital = !word.starts_with(char::is_lowercase) || word.contains(char::is_uppercase);
        is_capital || PARTICLES.contains(word)
    };
    name_parts(words).all(is_part)
}

fn name_parts(words: &str) -> impl Iterator<Item = &str> {
    words.split([' ', '.']).filter(|word| !word.is_empty())
}

/// Returns whether words after a comma belong to the name before it: "Jr.", "MP".
pub(super) fn is_suffix(words: &str) -> bool {
    #[rustfmt::skip]
    static WORDS: WordList = WordList::new(&[
        "jr", "sr", "jnr", "snr", "ii", "iii", "iv", "esq", "mp", "mep", "qc", "kc", "md", "phd",
        "cbe", "obe",
    ]);
    WORDS.contains(words.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn person_names_are_recognised_by_their_capitals() {
        for words in [
            "Anna Alba",
            "Charles de Gaulle",
            "J. R. Smith",
            "B",
            "李登輝",
            "Olof d'Arc",
            "Al-Amin",
        ] {
            assert!(looks_like_person(words), "{words}");
        }
        for words in
            ["Leader of the Opposition", "his wife", "Labour", "Deputy Leader", "A 2", "", "trade"]
        {
            assert!(!looks_like_person(words), "{words}");
        }
        assert!(is_suffix("Jr.") && is_suffix("III") && !is_suffix("Smith"));
    }
}
