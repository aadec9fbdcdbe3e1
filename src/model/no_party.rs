//! Words that stand where a party's name does and name no party: that somebody has none, or that several
//! are put together.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::{Ref, fold};

type Words = LazyLock<HashSet<&'static str>>;

macro_rules! words {
    ($file:literal) => {
        LazyLock::new(|| include_str!($file).lines().collect())
    };
}

/// What sources call people without a party, folded, a line each. Where a language has forms, each stands there.
static INDEPENDENT: Words = words!("no_party/independent.txt");

/// What sources call all who are not listed by name, folded, a line each. "One seat" and "no seat" are
/// ParlGov's.
static OTHERS: Words = words!("no_party/others.txt");

/// Longer names are none of these.
const LONGEST: usize = 64;

/// Whether what stands for a party says that somebody has none: "Independent", "sans étiquette". A page that
/// the source links it to decides: "Independent" may be short for a party that has the word in its name.
pub(crate) fn is_independent(party: &Ref) -> bool {
    match &party.target {
        Some(page) => says_independent(page),
        None => says_independent(&party.name),
    }
}

/// Whether a name puts together all who are not listed by name.
pub(crate) fn is_others(name: &str) -> bool {
    name.len() <= LONGEST && OTHERS.contains(&*plain(name))
}

fn says_independent(name: &str) -> bool {
    if name.len() > LONGEST || !may_begin(name) {
        return false;
    }
    let name = fold(name);
    // What stands in brackets tells a country or the sense: "Independent (Ireland)", and perhaps a party.
    let (name, sense) = match name.split_once(" (") {
        Some((name, sense)) => (name, sense.trim_end_matches(')')),
        None => (name.as_str(), ""),
    };
    let is_party = ["party", "parti", "partei", "partido", "partito"];
    if sense.split(' ').any(|word| is_party.contains(&word)) {
        return false;
    }
    let named = |name: &str| INDEPENDENT.contains(name);
    // "Independent politicians in Australia" is a page.
    let name = name.split_once(" in ").map_or(name, |(name, _)| name);
    let endings = [" politician", " politicians", " candidate", " candidates", " democracy"];
    let short = endings.iter().find_map(|ending| name.strip_suffix(ending));
    named(name) || short.is_some_and(named)
}

/// Whether a name begins as one of the words does. Most parties' names are told apart by that alone.
fn may_begin(name: &str) -> bool {
    let first = name.chars().find(|sign| *sign != '_' && !sign.is_whitespace());
    first
        .is_some_and(|first| !first.is_ascii() || "ibefnopsuw".contains(first.to_ascii_lowercase()))
}

fn plain(name: &str) -> String {
    let folded = fold(name);
    folded.trim_matches(|sign: char| "()[].*†:".contains(sign)).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_party_is_told_in_many_words() {
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
            assert!(is_independent(&Ref::new(name)), "{name}");
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
            assert!(!is_independent(&Ref::new(name)), "{name}");
        }
    }

    #[test]
    fn a_page_says_what_a_short_name_means() {
        let on = |name: &str, page: &str| Ref { target: Some(page.into()), ..Ref::new(name) };
        assert!(is_independent(&on("Ind", "Independent politician")));
        assert!(is_independent(&on("Independent", "Independent (Ireland)")));
        assert!(is_independent(&on("N.P.", "Independent politicians in Australia")));
        assert!(!is_independent(&on("Independent", "Independence Party of Minnesota")));
        assert!(!is_independent(&on("Independent", "Independent (Greenland party)")));
    }

    #[test]
    fn others_are_nobody_in_particular() {
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
    fn the_words_are_folded_and_begin_as_is_looked_for() {
        for word in INDEPENDENT.iter() {
            assert!(fold(word) == *word && may_begin(word), "{word}");
        }
        assert!(OTHERS.iter().all(|word| fold(word) == *word));
    }
}
