//! Whether two names are of one person or one party, however they are spelled. From the strictest: [`is_exactly`], as
//! they stand; [`Person::is`], as far as can be told; [`may_be`], perhaps, which excuses what two records say. In all but the
//! last, pages decide where both have one. Of bare names, [`offered`] tells which to offer as spellings of one, but
//! never to take for granted.

use std::borrow::Cow;
use std::cell::OnceCell;

use super::matching::called;
use super::name::same;
use crate::model::{Contender, Ref, is_independent, slug};

/// How near two spellings of one name are at least, by Jaro and Winkler's measure (1 is the same).
const NEAR: f64 = 0.93;

/// So many bytes a name has at most.
const LONGEST: usize = 200;

/// Whether they are the same as they stand: by their pages where both have one, else by their words.
pub(crate) fn is_exactly(one: &Ref, other: &Ref) -> bool {
    same(one, other).is_some()
}

/// Whether they may be the same, also with other pages: a middle initial, a word or an accent more, or another
/// transliteration.
pub(crate) fn may_be(one: &Ref, other: &Ref) -> bool {
    Person::of(one).may_be(other)
}

/// Somebody who is sought among others.
pub(super) struct Person<'a> {
    named: &'a Ref,
    words: OnceCell<String>,
}

impl<'a> Person<'a> {
    pub(super) fn of(named: &'a Ref) -> Self {
        Self { named, words: OnceCell::new() }
    }

    pub(super) fn name(&self) -> &'a str {
        &self.named.name
    }

    /// Whether it is this one as far as can be told: by their pages where both have one, else where they may be.
    pub(super) fn is(&self, other: &Ref) -> bool {
        let pages = self.named.target.is_some() && other.target.is_some();
        if pages { is_exactly(self.named, other) } else { self.may_be(other) }
    }

    /// As [`may_be`].
    pub(super) fn may_be(&self, other: &Ref) -> bool {
        if is_exactly(self.named, other) {
            return true;
        }
        // What is longer is no name, and would take its time.
        if self.named.name.len().max(other.name.len()) > LONGEST {
            return false;
        }
        let (left, right) =
            (self.words.get_or_init(|| words(&self.named.name)), words(&other.name));
        if left.is_empty() || right.is_empty() {
            return false;
        }
        let within = |some: &str, all: &str| {
            some.split(' ').all(|word| all.split(' ').any(|other| other == word))
        };
        within(left, &right) || within(&right, left) || near(left, &right)
    }
}

/// Whether two texts are nearly alike.
fn near(one: &str, other: &str) -> bool {
    most_near(one, other) >= NEAR && strsim::jaro_winkler(one, other) >= NEAR
}

/// A bound of Jaro and Winkler's measure, but of two empty texts, that takes no time: a sign that the other text lacks is
/// matched with none.
fn most_near(one: &str, other: &str) -> f64 {
    let bit = |sign: char| 1_u64 << (u32::from(sign) % u64::BITS);
    let signs = |text: &str| text.chars().fold(0, |all, sign| all | bit(sign));
    let matched = |text: &str, all: u64| {
        let count = |(matched, count), sign| (matched + u32::from(all & bit(sign) != 0), count + 1);
        text.chars().fold((0, 0_u32), count)
    };
    let (one_matched, one_count) = matched(one, signs(other));
    let (other_matched, other_count) = matched(other, signs(one));
    let of = |count: u32| f64::from(one_matched.min(other_matched)) / f64::from(count.max(1));
    let jaro = (of(one_count) + of(other_count) + 1.0) / 3.0;
    let alike = one.chars().zip(other.chars()).take(4).take_while(|(one, other)| one == other);
    // More than any rounding.
    jaro + 0.1 * alike.count() as f64 * (1.0 - jaro) + 1e-9
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
    // People without a party who are not named are nobody in particular.
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
        places.iter().map(|at| Spelled::of(&side[*at])).collect()
    });
    // Names that are alike begin alike; of very many, not each can be held against each.
    let mut beginning: Vec<usize> = (0..other.len()).collect();
    beginning.sort_by_key(|to| other[*to].beginning);
    let mut looks = LOOKS;
    let mut pairs = Vec::new();
    for (at, name) in one.iter().enumerate() {
        let from = beginning.partition_point(|to| other[*to].beginning < name.beginning);
        let alike =
            beginning[from..].iter().take_while(|to| other[**to].beginning == name.beginning);
        for to in alike {
            looks = looks.saturating_sub(1);
            if looks > 0 && name.is_like(&other[*to]) {
                pairs.push((at, *to));
            }
        }
    }
    if pairs.is_empty() {
        return Vec::new();
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
struct Spelled<'a> {
    name: Cow<'a, str>,
    /// Whether it is a party's, and not people's; and how it begins.
    beginning: (bool, char),
    slug: OnceCell<String>,
}

impl<'a> Spelled<'a> {
    fn of(contender: &'a Contender) -> Self {
        Self::new(called(contender), contender.people.is_empty())
    }

    fn new(name: Cow<'a, str>, bare: bool) -> Self {
        let slug = OnceCell::new();
        let first = match name.is_ascii() {
            true => name.chars().find(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()),
            false => slug.get_or_init(|| self::slug(&name)).chars().next(),
        };
        Self { name, beginning: (bare, first.unwrap_or_default()), slug }
    }

    fn slug(&self) -> &str {
        self.slug.get_or_init(|| slug(&self.name))
    }

    fn is_like(&self, other: &Self) -> bool {
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
            // Every word of the shorter stands in the longer, in order.
            return ends && short.split('-').all(|word| rest.any(|other| other == word));
        }
        // The words that differ must not be numbers: a party of 1990 is none of 1992.
        (LONG..=LONGEST).contains(&one.len().min(two.len()))
            && one.len().max(two.len()) <= LONGEST
            && words(short) == words(long)
            && digits(one).eq(digits(two))
            && near(one, two)
    }
}

fn digits(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(u8::is_ascii_digit)
}

/// A text whose words are those of its slug, but for their case: ASCII is one as it stands.
fn spoken(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { text.into() } else { slug(text).into() }
}

/// The words of a name, without initials and without what says that somebody has no party.
fn words(name: &str) -> String {
    let mut words = String::with_capacity(name.len());
    let spoken = spoken(name);
    let all = spoken.split(|sign: char| !sign.is_alphanumeric());
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
    let is_sign = |word: &[u8]| SIGNS.iter().any(|sign| sign.as_bytes().eq_ignore_ascii_case(word));
    let says = |text: &str| {
        // Nothing but ASCII stands between the words.
        let between = |byte: &u8| byte.is_ascii() && !byte.is_ascii_alphanumeric();
        spoken(text).as_bytes().split(between).any(is_sign)
    };
    says(&person.name) || person.note.as_deref().is_some_and(says)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_bound_rules_out_no_name_that_is_near(one in "[abcdeé ]{1,16}", more in "[abcdeé ]{0,3}", at in 0_usize..16) {
            let mut other: Vec<char> = one.chars().collect();
            let at = at.min(other.len());
            other.splice(at..at, more.chars());
            let other: String = other.into_iter().collect();
            prop_assert!(most_near(&one, &other) >= strsim::jaro_winkler(&one, &other));
            prop_assert!(most_near(&one, &more) >= strsim::jaro_winkler(&one, &more));
        }
    }

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
            let told =
                (is_exactly(&one, &other), Person::of(&one).is(&other), may_be(&one, &other));
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
            let [one, other] = [one, other].map(|name| Spelled::new(name.into(), false));
            assert!(
                one.is_like(&other) && other.is_like(&one),
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
            let [one, other] = [one, other].map(|name| Spelled::new(name.into(), false));
            assert!(!one.is_like(&other), "{} / {}", one.slug(), other.slug());
        }
    }
}
