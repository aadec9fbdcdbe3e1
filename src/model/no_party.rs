//! Words used in place of a party's name: for people without a party, and for contenders that are
//! not listed by name.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::{Reference, fold};

type WordSet = LazyLock<HashSet<&'static str>>;

macro_rules! words {
    ($file:literal) => {
        LazyLock::new(|| include_str!($file).lines().collect())
    };
}

/// Names for people without a party, folded, one per line, with all inflected forms.
static INDEPENDENT: WordSet = words!("no_party/independent.txt");

/// Names for all contenders not listed by name, folded, one per line. "One seat" and "no seat" are
/// from ParlGov.
static OTHERS: WordSet = words!("no_party/others.txt");

/// Maximum length of a name in the word lists, in bytes.
const MAX_NAME_BYTES: usize = 64;

/// Returns whether a party reference means "no party": "Independent", "sans étiquette". If the name
/// is linked, only the title of the page counts: the text "Independent" may abbreviate the name of
/// a party.
pub(crate) fn is_independent(party: &Reference) -> bool {
    match &party.target {
        Some(page) => is_independent_name(page),
        None => is_independent_name(&party.name),
    }
}

/// Returns whether a name stands for all contenders not listed by name.
pub(crate) fn is_others(name: &str) -> bool {
    name.len() <= MAX_NAME_BYTES && OTHERS.contains(&*fold_and_trim(name))
}

fn is_independent_name(name: &str) -> bool {
    if name.len() > MAX_NAME_BYTES || !has_known_initial(name) {
        return false;
    }
    let name = fold(name);
    // Parentheses contain a country or a sense: "Independent (Ireland)". The sense may be a party.
    let (name, sense) = match name.split_once(" (") {
        Some((name, sense)) => (name, sense.trim_end_matches(')')),
        None => (name.as_str(), ""),
    };
    let party_words = ["party", "parti", "partei", "partido", "partito"];
    if sense.split(' ').any(|word| party_words.contains(&word)) {
        return false;
    }
    let is_listed = |name: &str| INDEPENDENT.contains(name);
    // A page title: "Independent politicians in Australia".
    let name = name.split_once(" in ").map_or(name, |(name, _)| name);
    let endings = [" politician", " politicians", " candidate", " candidates", " democracy"];
    let short = endings.iter().find_map(|ending| name.strip_suffix(ending));
    is_listed(name) || short.is_some_and(is_listed)
}

/// Returns whether a name starts with the initial of a listed name, or with a non-ASCII character.
/// This excludes most names of parties without folding them.
fn has_known_initial(name: &str) -> bool {
    let first = name.chars().find(|c| *c != '_' && !c.is_whitespace());
    first
        .is_some_and(|first| !first.is_ascii() || "ibefnopsuw".contains(first.to_ascii_lowercase()))
}

fn fold_and_trim(name: &str) -> String {
    let folded = fold(name);
    folded.trim_matches(|c: char| "()[].*†:".contains(c)).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn independents_are_recognised_in_many_languages() {
        for name in [
            "Independent",
            "independents",
            "Independent politician",
            "Independent candidate",
            "Independent (politician)",
            "Nonpartisan",
            "no party affiliation",
            "Sans étiquette",
            "SANS E\u{301}TIQUETTE",
            "Unabhängig",
            "parteilos",
            "Самовыдвижение",
            "無所属",
        ] {
            assert!(is_independent(&Reference::new(name)), "{name}");
        }
        for name in [
            "Independent Labour Party",
            "Independents (party)",
            "Independence Party",
            "Independents Party",
            "Independent Smallholders",
            "Party of Independents",
            "",
        ] {
            assert!(!is_independent(&Reference::new(name)), "{name}");
        }
    }

    #[test]
    fn the_linked_page_decides_whether_a_name_means_independent() {
        let on = |name: &str, page: &str| Reference {
            target: Some(page.into()),
            ..Reference::new(name)
        };
        assert!(is_independent(&on("Ind", "Independent politician")));
        assert!(is_independent(&on("Independent", "Independent (Ireland)")));
        assert!(is_independent(&on("N.P.", "Independent politicians in Australia")));
        assert!(!is_independent(&on("Independent", "Independence Party of Minnesota")));
        assert!(!is_independent(&on("Independent", "Independent (Greenland party)")));
    }

    #[test]
    fn names_of_combined_others_are_recognised() {
        for name in
            ["Others", "Other parties", "one seat", "no seat", "(others)", "Sonstige", "Прочие"]
        {
            assert!(is_others(name), "{name}");
        }
        for name in ["Other Russia", "Otherside Party", "Overig Lijst Nul"] {
            assert!(!is_others(name), "{name}");
        }
    }

    #[test]
    fn word_lists_are_folded_and_have_known_initials() {
        for word in INDEPENDENT.iter() {
            assert!(fold(word) == *word && has_known_initial(word), "{word}");
        }
        assert!(OTHERS.iter().all(|word| fold(word) == *word));
    }
}
