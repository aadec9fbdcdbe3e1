//! Whether two names are of one person or one party, however they are spelled. From the strictest: [`is_exactly`], as
//! they stand; [`is`], as far as can be told; [`may_be`], perhaps, which excuses what two records say. In all but the
//! last, pages decide where both have one. Of bare names, [`offered`] tells which to offer as spellings of one, but
//! never to take for granted.

use std::collections::HashMap;

use super::contender_name;
use crate::model::{Contender, Ref, fold, slug};

/// How near two spellings of one name are at least, by Jaro and Winkler's measure (1 is the same).
const NEAR: f64 = 0.93;

/// So many bytes a name has at most.
const LONGEST: usize = 200;

/// Whether both have a page, and then whether it is one.
fn on_one_page(one: &Ref, other: &Ref) -> Option<bool> {
    let pages = one.target.as_ref().zip(other.target.as_ref());
    pages.map(|(one, other)| fold(one) == fold(other))
}

/// Whether they are the same as they stand: by their pages where both have one, else by their words.
pub(crate) fn is_exactly(one: &Ref, other: &Ref) -> bool {
    on_one_page(one, other).unwrap_or_else(|| fold(&one.name) == fold(&other.name))
}

/// Whether they are the same as far as can be told: by their pages where both have one, else where they may be.
pub(crate) fn is(one: &Ref, other: &Ref) -> bool {
    on_one_page(one, other).unwrap_or_else(|| may_be(one, other))
}

/// Whether they may be the same, also with other pages: a middle initial, a word or an accent more, or another
/// transliteration.
pub(crate) fn may_be(one: &Ref, other: &Ref) -> bool {
    if is_exactly(one, other) {
        return true;
    }
    // What is longer is no name, and would take its time.
    if one.name.len().max(other.name.len()) > LONGEST {
        return false;
    }
    let (left, right) = (words(&one.name), words(&other.name));
    if left.is_empty() || right.is_empty() {
        return false;
    }
    let within = |some: &[String], all: &[String]| some.iter().all(|word| all.contains(word));
    within(&left, &right)
        || within(&right, &left)
        || strsim::jaro_winkler(&left.join(" "), &right.join(" ")) >= NEAR
}

/// Names shorter than this are near to many others.
const LONG: usize = 8;

/// Of these places on both sides, those whose names are to be offered as spellings of one: the same but for accents
/// and signs, with and without middle names or initials, or a few letters apart; and like no other's.
pub(super) fn offered(
    before: &[Contender],
    after: &[Contender],
    left: &[usize],
    entered: &[usize],
) -> Vec<(usize, usize)> {
    let spelled = |side: &[Contender], places: &[usize]| -> Vec<Spelled> {
        places.iter().map(|at| Spelled::of(&side[*at])).collect()
    };
    let (one, other) = (spelled(before, left), spelled(after, entered));
    // Names that are alike begin alike; of very many, not each can be held against each.
    let mut beginning: HashMap<(bool, char), Vec<usize>> = HashMap::new();
    for (to, name) in other.iter().enumerate() {
        beginning.entry(name.beginning()).or_default().push(to);
    }
    let mut looks = LOOKS;
    let mut pairs = Vec::new();
    for (at, name) in one.iter().enumerate() {
        for to in beginning.get(&name.beginning()).into_iter().flatten() {
            looks = looks.saturating_sub(1);
            if looks > 0 && name.is_like(&other[*to]) {
                pairs.push((at, *to));
            }
        }
    }
    let mut times = [vec![0; one.len()], vec![0; other.len()]];
    for (at, to) in &pairs {
        times[0][*at] += 1;
        times[1][*to] += 1;
    }
    let once = pairs.into_iter().filter(|(at, to)| times[0][*at] == 1 && times[1][*to] == 1);
    once.map(|(at, to)| (left[at], entered[to])).collect()
}

/// So many pairs of names are looked at.
const LOOKS: usize = 300_000;

/// A name as its spellings are compared.
struct Spelled {
    /// Whether it is a party's, and not people's.
    bare: bool,
    slug: String,
    words: Vec<String>,
    digits: String,
}

impl Spelled {
    fn of(contender: &Contender) -> Self {
        Self::new(&contender_name(contender), contender.people.is_empty())
    }

    fn new(name: &str, bare: bool) -> Self {
        let slug = slug(name);
        let words = slug.split('-').map(str::to_owned).collect();
        let digits = slug.chars().filter(char::is_ascii_digit).collect();
        Self { bare, slug, words, digits }
    }

    fn beginning(&self) -> (bool, char) {
        (self.bare, self.slug.chars().next().unwrap_or_default())
    }

    fn is_like(&self, other: &Self) -> bool {
        if self.slug.is_empty() || self.slug == other.slug {
            return !self.slug.is_empty();
        }
        let (short, long) = match self.words.len() <= other.words.len() {
            true => (&self.words, &other.words),
            false => (&other.words, &self.words),
        };
        if short.len() > 1 && short.len() < long.len() {
            let ends = short.first() == long.first() && short.last() == long.last();
            let mut rest = long.iter();
            // Every word of the shorter stands in the longer, in order.
            return ends && short.iter().all(|word| rest.any(|other| other == word));
        }
        // The words that differ must not be numbers: a party of 1990 is none of 1992.
        let [one, two] = [self, other].map(|name| name.slug.len());
        (LONG..=LONGEST).contains(&one.min(two))
            && one.max(two) <= LONGEST
            && short.len() == long.len()
            && self.digits == other.digits
            && strsim::jaro_winkler(&self.slug, &other.slug) >= NEAR
    }
}

/// Whether what stands for a party says that there is none.
pub(crate) fn is_independent(party: &Ref) -> bool {
    let name = fold(&party.name);
    let name =
        name.strip_suffix(" politician").or(name.strip_suffix(" politicians")).unwrap_or(&name);
    let name = name.strip_suffix(" candidate").or(name.strip_suffix(" candidates")).unwrap_or(name);
    ["independent", "independents", "independent (politician)", "nonpartisan", "non-partisan"]
        .contains(&name)
}

/// The words of a name, without initials and without what says that somebody has no party.
fn words(name: &str) -> Vec<String> {
    let slug = slug(name);
    let words = slug.split('-').filter(|word| word.chars().count() > 1);
    words
        .filter(|word| !["politician", "politican", "party"].contains(word))
        .map(str::to_owned)
        .collect()
}

/// Whether a text stands in the place of a person: nobody holds the office, or only for the time being.
pub(crate) fn is_nobody(person: &Ref) -> bool {
    const SIGNS: [&str; 15] = [
        "none",
        "nobody",
        "vacant",
        "vacancy",
        "annulled",
        "void",
        "tbd",
        "tba",
        "pending",
        "disputed",
        "acting",
        "interim",
        "provisional",
        "caretaker",
        "abolished",
    ];
    let note = person.note.as_deref().unwrap_or_default();
    let text = slug(&format!("{} {note}", person.name));
    text.split('-').any(|word| SIGNS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_are_one() {
        for (one, other) in [
            ("Lyndon Johnson", "Lyndon B. Johnson"),
            ("Luiz Inácio Lula da Silva", "Lula da Silva"),
            ("Bako Sahakyan", "Bako Sahakian"),
            ("Independent", "Independent (politician)"),
        ] {
            assert!(may_be(&Ref::new(one), &Ref::new(other)), "{one}, {other}");
        }
        for (one, other) in [
            ("Bako Sahakyan", "Vitaly Balasanyan"),
            ("Viktor Yanukovych", "Viktor Yushchenko"),
            ("J. B.", "A. C."),
        ] {
            assert!(!may_be(&Ref::new(one), &Ref::new(other)), "{one}, {other}");
        }
    }

    #[test]
    fn pages_decide_where_both_have_one() {
        let on = |name: &str, page: &str| Ref { target: Some(page.into()), ..Ref::new(name) };
        for (one, other, exactly, so, perhaps) in [
            (on("Justice", "Justice (1990)"), on("Justice", "Justice (2013)"), false, false, true),
            (on("Justice", "Justice (1990)"), on("Law", "justice (1990)"), true, true, true),
            (on("Justice", "Justice (1990)"), Ref::new("Justice"), true, true, true),
            (Ref::new("Lyndon Johnson"), Ref::new("Lyndon B. Johnson"), false, true, true),
            (Ref::new("Justice"), Ref::new("Unity"), false, false, false),
        ] {
            let told = (is_exactly(&one, &other), is(&one, &other), may_be(&one, &other));
            assert_eq!(told, (exactly, so, perhaps), "{one:?}, {other:?}");
        }
    }

    #[test]
    fn some_words_are_nobody() {
        let acting = Ref { note: Some("acting".into()), ..Ref::new("Oleksandr Turchynov") };
        assert!(is_nobody(&acting));
        for name in
            ["None (Schleicher appointed shortly afterward)", "Election results annulled", "Vacant"]
        {
            assert!(is_nobody(&Ref::new(name)), "{name}");
        }
        assert!(!is_nobody(&Ref::new("Bako Sahakyan")));
    }

    #[test]
    fn spellings_are_offered_and_other_names_are_not() {
        for (one, other) in [
            ("Lyndon Johnson", "Lyndon B. Johnson"),
            ("Arkadi Ghukasyan", "Arkady Ghukasyan"),
            ("Nicolás Maduro", "Nicolas Maduro"),
            ("Luiz Inácio Lula da Silva", "Luiz Silva"),
            ("Free Motherland - UCA", "Free Motherland – UCA"),
        ] {
            let [one, other] = [one, other].map(|name| Spelled::new(name, false));
            assert!(one.is_like(&other) && other.is_like(&one), "{} / {}", one.slug, other.slug);
        }
        for (one, other) in [
            ("George Bush", "Jeb Bush"),
            ("Democratic Party", "Republican Party"),
            ("New Democracy", "Democracy"),
            ("Movement 88", "Movement 89"),
            ("", ""),
        ] {
            let [one, other] = [one, other].map(|name| Spelled::new(name, false));
            assert!(!one.is_like(&other), "{} / {}", one.slug, other.slug);
        }
    }
}
