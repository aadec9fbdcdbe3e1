//! Decides whether two names, which may be spelled differently, denote the same person or party.
//! The comparisons, from the strictest to the loosest, are [`is_same_name`],
//! [`NameMatcher::is_same`] and [`may_be_same`]. The first two compare the linked pages if both
//! names have one. [`similar_names`] suggests pairs of unmatched contenders whose names may be
//! spellings of one name.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::folded_name::name_confidence;
use crate::model::{Contender, Reference, is_independent, slug};

/// Minimum Jaro–Winkler similarity of two spellings of one name (1 means equal).
const MIN_SIMILARITY: f64 = 0.93;

/// Maximum length in bytes of a name that is compared by similarity.
const MAX_NAME_LEN: usize = 200;

/// Returns whether two names are equal: by page if both have one, else by folded name.
pub(crate) fn is_same_name(one: &Reference, other: &Reference) -> bool {
    name_confidence(one, other).is_some()
}

/// Returns whether two names may be the same, even with different pages: they may differ in a
/// middle initial, an additional word, an accent or the transliteration.
pub(crate) fn may_be_same(one: &Reference, other: &Reference) -> bool {
    NameMatcher::new(one).may_be_same(other)
}

/// A name to compare with others. Caches its words.
pub(crate) struct NameMatcher<'a> {
    reference: &'a Reference,
    words: OnceCell<String>,
}

impl<'a> NameMatcher<'a> {
    pub(crate) fn new(reference: &'a Reference) -> Self {
        Self { reference, words: OnceCell::new() }
    }

    pub(crate) fn name(&self) -> &'a str {
        &self.reference.name
    }

    /// Returns whether another name denotes the same person: by page if both have one, else as in
    /// [`may_be_same`](Self::may_be_same).
    pub(crate) fn is_same(&self, other: &Reference) -> bool {
        let pages = self.reference.target.is_some() && other.target.is_some();
        if pages { is_same_name(self.reference, other) } else { self.may_be_same(other) }
    }

    /// Returns whether the other name may be the same, as defined by [`may_be_same`].
    pub(crate) fn may_be_same(&self, other: &Reference) -> bool {
        if is_same_name(self.reference, other) {
            return true;
        }
        // A longer text is not a name and would be slow to compare.
        if self.reference.name.len().max(other.name.len()) > MAX_NAME_LEN {
            return false;
        }
        let (left, right) =
            (self.words.get_or_init(|| words(&self.reference.name)), words(&other.name));
        if left.is_empty() || right.is_empty() {
            return false;
        }
        let within = |some: &str, all: &str| {
            some.split(' ').all(|word| all.split(' ').any(|other| other == word))
        };
        within(left, &right) || within(&right, left) || is_similar(left, &right)
    }
}

/// Returns whether two texts are similar enough to be spellings of one name.
fn is_similar(one: &str, other: &str) -> bool {
    similarity_bound(one, other) >= MIN_SIMILARITY
        && strsim::jaro_winkler(one, other) >= MIN_SIMILARITY
}

/// Returns an upper bound of the Jaro–Winkler similarity of two texts that are not both empty. The
/// bound is cheap to compute: a character that is absent from the other text cannot match.
fn similarity_bound(one: &str, other: &str) -> f64 {
    let bit = |c: char| 1_u64 << (u32::from(c) % u64::BITS);
    let char_bits = |text: &str| text.chars().fold(0, |all, c| all | bit(c));
    let matched = |text: &str, all: u64| {
        let count = |(matched, count), c| (matched + u32::from(all & bit(c) != 0), count + 1);
        text.chars().fold((0, 0_u32), count)
    };
    let (one_matched, one_count) = matched(one, char_bits(other));
    let (other_matched, other_count) = matched(other, char_bits(one));
    let of = |count: u32| f64::from(one_matched.min(other_matched)) / f64::from(count.max(1));
    let jaro = (of(one_count) + of(other_count) + 1.0) / 3.0;
    let alike = one.chars().zip(other.chars()).take(4).take_while(|(one, other)| one == other);
    // The last term exceeds any rounding error.
    jaro + 0.1 * alike.count() as f64 * (1.0 - jaro) + 1e-9
}

/// Minimum length in bytes of a slug that is compared by similarity. Shorter names are similar to
/// many others.
const MIN_SIMILAR_LEN: usize = 8;

/// Returns the pairs of unmatched contenders, by index, whose names may be spellings of one name:
/// they differ only in accents and punctuation, middle names or initials, or a few letters. A
/// contender that resembles several others is omitted.
pub(crate) fn similar_names(
    before: &[Contender],
    after: &[Contender],
    left: &[usize],
    entered: &[usize],
) -> Vec<(usize, usize)> {
    // Unnamed independents cannot be identified.
    let is_named = |contender: &Contender| {
        let party = contender.party.as_ref();
        !contender.people.is_empty() || party.is_none_or(|party| !is_independent(party))
    };
    let [left, entered] = [(before, left), (after, entered)].map(|(side, places)| -> Vec<usize> {
        places.iter().copied().filter(|at| is_named(&side[*at])).collect()
    });
    if left.is_empty() || entered.is_empty() {
        return Vec::new();
    }
    let [one, other] = [(before, &left), (after, &entered)].map(|(side, places)| -> Vec<_> {
        places.iter().map(|at| ComparableName::from_contender(&side[*at])).collect()
    });
    // Only names with the same first character are compared, so that large sides need not be
    // compared in every pair.
    let mut by_blocking_key: Vec<usize> = (0..other.len()).collect();
    by_blocking_key.sort_by_key(|to| other[*to].blocking_key);
    let mut remaining_comparisons = MAX_COMPARISONS;
    let mut pairs = Vec::new();
    for (at, name) in one.iter().enumerate() {
        let from =
            by_blocking_key.partition_point(|to| other[*to].blocking_key < name.blocking_key);
        let same_key = by_blocking_key[from..]
            .iter()
            .take_while(|to| other[**to].blocking_key == name.blocking_key);
        for to in same_key {
            remaining_comparisons = remaining_comparisons.saturating_sub(1);
            if remaining_comparisons > 0 && name.resembles(&other[*to]) {
                pairs.push((at, *to));
            }
        }
    }
    if pairs.is_empty() {
        return Vec::new();
    }
    let mut occurrences = [vec![0; one.len()], vec![0; other.len()]];
    for (at, to) in &pairs {
        occurrences[0][*at] += 1;
        occurrences[1][*to] += 1;
    }
    let once =
        pairs.into_iter().filter(|(at, to)| occurrences[0][*at] == 1 && occurrences[1][*to] == 1);
    once.map(|(at, to)| (left[at], entered[to])).collect()
}

/// Maximum number of name pairs compared.
const MAX_COMPARISONS: usize = 300_000;

/// A name prepared for comparison of spellings.
struct ComparableName<'a> {
    name: Cow<'a, str>,
    /// Whether the name is a party's, and the first character of its slug.
    blocking_key: (bool, char),
    slug: OnceCell<String>,
}

impl<'a> ComparableName<'a> {
    fn from_contender(contender: &'a Contender) -> Self {
        Self::new(contender.name(), contender.people.is_empty())
    }

    fn new(name: Cow<'a, str>, is_party: bool) -> Self {
        let slug = OnceCell::new();
        let first = match name.is_ascii() {
            true => name.chars().find(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()),
            false => slug.get_or_init(|| self::slug(&name)).chars().next(),
        };
        Self { name, blocking_key: (is_party, first.unwrap_or_default()), slug }
    }

    fn slug(&self) -> &str {
        self.slug.get_or_init(|| slug(&self.name))
    }

    fn resembles(&self, other: &Self) -> bool {
        let (one, two) = (self.slug(), other.slug());
        if one.is_empty() || one == two {
            return !one.is_empty();
        }
        let words = |name: &str| name.split('-').count();
        let (short, long) = if words(one) <= words(two) { (one, two) } else { (two, one) };
        if (2..words(long)).contains(&words(short)) {
            let mut rest = long.split('-');
            let ends = short.split('-').next() == long.split('-').next()
                && short.rsplit('-').next() == long.rsplit('-').next();
            // Every word of the shorter name occurs in the longer one, in order.
            return ends && short.split('-').all(|word| rest.any(|other| other == word));
        }
        // Similar names must have the same digits: a party of 1990 is not a party of 1992.
        (MIN_SIMILAR_LEN..=MAX_NAME_LEN).contains(&one.len().min(two.len()))
            && one.len().max(two.len()) <= MAX_NAME_LEN
            && words(short) == words(long)
            && digits(one).eq(digits(two))
            && is_similar(one, two)
    }
}

fn digits(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(u8::is_ascii_digit)
}

/// Returns a text with the same words as its slug, apart from case. ASCII text is returned as is.
fn sluggable_text(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { text.into() } else { slug(text).into() }
}

/// Returns the words of a name, without initials and without words such as "politician" and
/// "party".
fn words(name: &str) -> String {
    let mut words = String::with_capacity(name.len());
    let text = sluggable_text(name);
    let all = text.split(|c: char| !c.is_alphanumeric());
    for word in all.filter(|word| word.chars().nth(1).is_some()) {
        if !["politician", "politican", "party"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(word))
        {
            words.push_str(if words.is_empty() { "" } else { " " });
            words.push_str(word);
        }
    }
    words.make_ascii_lowercase();
    words
}

/// Returns whether a name or its note means that nobody holds the office, or that somebody holds it
/// only provisionally.
pub(crate) fn is_placeholder(person: &Reference) -> bool {
    const PLACEHOLDER_WORDS: [&str; 15] = [
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
    let is_placeholder_word = |word: &[u8]| {
        PLACEHOLDER_WORDS.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(word))
    };
    let has_placeholder_word = |text: &str| {
        // Only ASCII characters separate words.
        let is_separator = |byte: &u8| byte.is_ascii() && !byte.is_ascii_alphanumeric();
        sluggable_text(text).as_bytes().split(is_separator).any(is_placeholder_word)
    };
    has_placeholder_word(&person.name) || person.note.as_deref().is_some_and(has_placeholder_word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn similarity_never_exceeds_its_bound(one in "[abcdeé ]{1,16}", more in "[abcdeé ]{0,3}", at in 0_usize..16) {
            let mut other: Vec<char> = one.chars().collect();
            let at = at.min(other.len());
            other.splice(at..at, more.chars());
            let other: String = other.into_iter().collect();
            prop_assert!(similarity_bound(&one, &other) >= strsim::jaro_winkler(&one, &other));
            prop_assert!(similarity_bound(&one, &more) >= strsim::jaro_winkler(&one, &more));
        }
    }

    #[test]
    fn spellings_of_one_name_match() {
        for (one, other) in [
            ("Lyndon Johnson", "Lyndon B. Johnson"),
            ("Luiz Inácio Lula da Silva", "Lula da Silva"),
            ("Bako Sahakyan", "Bako Sahakian"),
            ("Independent", "Independent (politician)"),
        ] {
            assert!(may_be_same(&Reference::new(one), &Reference::new(other)), "{one}, {other}");
        }
        for (one, other) in [
            ("Bako Sahakyan", "Vitaly Balasanyan"),
            ("Viktor Yanukovych", "Viktor Yushchenko"),
            ("J. B.", "A. C."),
        ] {
            assert!(!may_be_same(&Reference::new(one), &Reference::new(other)), "{one}, {other}");
        }
    }

    #[test]
    fn pages_take_precedence_over_names_if_both_have_one() {
        let on = |name: &str, page: &str| Reference {
            target: Some(page.into()),
            ..Reference::new(name)
        };
        for (one, other, exactly, so, perhaps) in [
            (on("Justice", "Justice (1990)"), on("Justice", "Justice (2013)"), false, false, true),
            (on("Justice", "Justice (1990)"), on("Law", "justice (1990)"), true, true, true),
            (on("Justice", "Justice (1990)"), Reference::new("Justice"), true, true, true),
            (
                Reference::new("Lyndon Johnson"),
                Reference::new("Lyndon B. Johnson"),
                false,
                true,
                true,
            ),
            (Reference::new("Justice"), Reference::new("Unity"), false, false, false),
        ] {
            let results = (
                is_same_name(&one, &other),
                NameMatcher::new(&one).is_same(&other),
                may_be_same(&one, &other),
            );
            assert_eq!(results, (exactly, so, perhaps), "{one:?}, {other:?}");
        }
    }

    #[test]
    fn placeholders_are_recognised() {
        let acting =
            Reference { note: Some("acting".into()), ..Reference::new("Oleksandr Turchynov") };
        assert!(is_placeholder(&acting));
        for name in
            ["None (Schleicher appointed shortly afterward)", "Election results annulled", "Vacant"]
        {
            assert!(is_placeholder(&Reference::new(name)), "{name}");
        }
        assert!(!is_placeholder(&Reference::new("Bako Sahakyan")));
    }

    #[test]
    fn only_spellings_of_one_name_resemble_each_other() {
        for (one, other) in [
            ("Lyndon Johnson", "Lyndon B. Johnson"),
            ("Arkadi Ghukasyan", "Arkady Ghukasyan"),
            ("Nicolás Maduro", "Nicolas Maduro"),
            ("Luiz Inácio Lula da Silva", "Luiz Silva"),
            ("Free Motherland - UCA", "Free Motherland – UCA"),
        ] {
            let [one, other] = [one, other].map(|name| ComparableName::new(name.into(), false));
            assert!(
                one.resembles(&other) && other.resembles(&one),
                "{} / {}",
                one.slug(),
                other.slug()
            );
        }
        for (one, other) in [
            ("George Bush", "Jeb Bush"),
            ("Democratic Party", "Republican Party"),
            ("New Democracy", "Democracy"),
            ("Movement 88", "Movement 89"),
            ("", ""),
        ] {
            let [one, other] = [one, other].map(|name| ComparableName::new(name.into(), false));
            assert!(!one.resembles(&other), "{} / {}", one.slug(), other.slug());
        }
    }
}
