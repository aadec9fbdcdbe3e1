//! Whether two elections are of one place, by their titles: what a title says beside its time, its type and its
//! country is a part of the country, and elections of two parts do not follow one another.

use crate::model::{Kind, Outline, known_territory, slug};

/// The part of its country that a title names: of "Assam Legislative Assembly election, 2011" of India, Assam.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its words as slugs, in alphabetical order; none of the whole country.
    pub(crate) words: Vec<String>,
    /// Its words as they stand.
    pub(crate) name: String,
}

impl Part {
    /// Of a title that says that it is an election's.
    pub(crate) fn of(title: &str, country: Option<&str>) -> Option<Self> {
        let all = words(title);
        let is_titled = all.iter().any(|word| is_event(&word.slug));
        is_titled.then(|| Self::of_words(&all, country, true))
    }

    fn of_words(all: &[Word<'_>], country: Option<&str>, types: bool) -> Self {
        let kept = rest(all, country, types);
        let texts: Vec<&str> = kept.iter().map(|word| word.text).collect();
        let mut words: Vec<String> = kept.into_iter().map(|word| word.slug.clone()).collect();
        words.sort();
        Self { words, name: texts.join(" ") }
    }

    /// Whether a text has each of its words, or a form of it.
    pub(crate) fn is_named_in(&self, text: &str) -> bool {
        let all = words(text);
        let has = |word: &String| all.iter().any(|other| is_adjective(word, &other.slug));
        self.words.iter().all(|word| all.iter().any(|other| other.slug == *word) || has(word))
    }
}

/// Whether one of two elections can come before the other: both titles say the same but for the time, and for words for
/// one type. By-elections fill a seat, so that these must say of which place they are.
pub(super) fn follows(one: &Outline, other: &Outline) -> bool {
    let kinds = [one, other].map(|outline| outline.kinds().next());
    let known = kinds.iter().all(Option::is_some);
    let [left, right] = [one, other].map(|outline| {
        Part::of_words(&words(&outline.title), outline.country.as_deref(), known).words
    });
    let by_election = kinds.contains(&Some(&Kind::ByElection));
    left == right && !(by_election && left.is_empty())
}

/// A word of a title.
struct Word<'a> {
    text: &'a str,
    slug: String,
}

fn words(title: &str) -> Vec<Word<'_>> {
    let apart = |sign: char| sign == '_' || sign.is_whitespace() || ",;:()[]".contains(sign);
    let words = title.split(apart).map(|text| Word { text, slug: slug(&text.replace('.', "")) });
    words.filter(|word| !word.slug.is_empty()).collect()
}

/// What is left of a title without its time, its country, and words that stand in all titles; and, where `types` are
/// known otherwise, without these.
fn rest<'w, 't>(words: &'w [Word<'t>], country: Option<&str>, types: bool) -> Vec<&'w Word<'t>> {
    let mut kept: Vec<bool> =
        (0..words.len()).map(|at| !is_time(words, at) && !is_common(&words[at], types)).collect();
    for name in country.into_iter().flat_map(names) {
        strike(&mut kept, words, &name);
    }
    let own: Vec<String> =
        country.into_iter().flat_map(self::words).map(|word| word.slug).collect();
    let rest = words.iter().zip(kept).filter_map(|(word, kept)| kept.then_some(word));
    rest.filter(|word| !own.iter().any(|name| is_adjective(&word.slug, name))).collect()
}

/// What a country is called, word by word.
fn names(country: &str) -> Vec<Vec<String>> {
    let known = known_territory(country);
    let others = known.into_iter().flat_map(|known| known.aliases.iter().chain([&known.name]));
    let all = others.map(String::as_str).chain([country]);
    all.map(|name| words(name).into_iter().map(|word| word.slug).collect()).collect()
}

/// Takes a name of several words out wherever they stand in a row.
fn strike(kept: &mut [bool], words: &[Word<'_>], name: &[String]) {
    if name.is_empty() || name.len() > words.len() {
        return;
    }
    for first in 0..=words.len() - name.len() {
        let stands = words[first..].iter().zip(name).all(|(word, name)| word.slug == *name);
        if stands {
            kept[first..first + name.len()].fill(false);
        }
    }
}

/// Whether a word is made of a country's name: "Ruritanian" of "Ruritania", "Ruritania's".
fn is_adjective(word: &str, name: &str) -> bool {
    const ENDINGS: [&str; 22] = [
        "", "n", "an", "ian", "ean", "ns", "ans", "ians", "ese", "i", "ish", "ic", "er", "s", "-s",
        "in", "ien", "ienne", "ais", "aise", "o", "a",
    ];
    let alike = word.chars().zip(name.chars()).take_while(|(one, other)| one == other).count();
    let ending: String = word.chars().skip(alike).collect();
    alike >= 4 && alike + 2 >= name.chars().count() && ENDINGS.contains(&ending.as_str())
}

/// Whether a word says when: a year, a day of a month, the number of a parliament.
fn is_time(words: &[Word<'_>], at: usize) -> bool {
    let word = words[at].slug.as_str();
    if is_of_district(words, at) {
        return false;
    }
    let month = |at: Option<usize>| {
        at.and_then(|at| words.get(at)).is_some_and(|word| is_month(&word.slug))
    };
    let near = (1..=3).any(|steps| month(at.checked_sub(steps)) || month(at.checked_add(steps)));
    is_date(word)
        || is_month(word)
        || is_day(word) && near
        || TIMES.contains(&word)
        || is_ordinal(&words[at]) && is_of_chamber(words, at)
}

/// A year, years, or a date in numbers.
fn is_date(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    let digits =
        parts.iter().all(|part| !part.is_empty() && part.bytes().all(|sign| sign.is_ascii_digit()));
    digits && parts.len() <= 3 && parts.iter().any(|part| part.len() == 4)
}

fn is_day(word: &str) -> bool {
    let digits = word.trim_end_matches(|sign: char| sign.is_ascii_alphabetic());
    let is_day = |part: &str| part.parse().is_ok_and(|day: u8| (1..=31).contains(&day));
    !digits.is_empty() && digits.split('-').all(is_day)
}

/// "16th", "third", "XIV".
fn is_ordinal(word: &Word<'_>) -> bool {
    let digits = word.slug.trim_end_matches(|sign: char| sign.is_ascii_alphabetic());
    let counted = !digits.is_empty()
        && digits.bytes().all(|sign| sign.is_ascii_digit())
        && ["st", "nd", "rd", "th", ""].contains(&&word.slug[digits.len()..]);
    let roman = word.text.len() > 1 && word.text.chars().all(|sign| "IVXLC".contains(sign));
    counted || roman || ORDINALS.contains(&word.slug.as_str())
}

/// Whether a number is one of a district: "3rd congressional district", "Ward 12".
fn is_of_district(words: &[Word<'_>], at: usize) -> bool {
    let is_district = |word: &Word<'_>| DISTRICTS.contains(&word.slug.as_str());
    let before = at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(is_district);
    let number = words[at].slug.bytes().any(|sign| sign.is_ascii_digit()) || is_ordinal(&words[at]);
    let behind = || words.iter().skip(at + 1).take(2).any(is_district);
    number && (before || !is_date(&words[at].slug) && behind())
}

/// Whether what stands behind a number is a parliament or an election of a whole country.
fn is_of_chamber(words: &[Word<'_>], at: usize) -> bool {
    let next = words.get(at + 1).map(|word| word.slug.as_str());
    at == 0 || next.is_some_and(|next| CHAMBERS.contains(&next) || NATIONAL.contains(&next))
}

fn is_event(word: &str) -> bool {
    EVENTS.contains(&word)
}

/// Whether a word stands in titles wherever an election is.
fn is_common(word: &Word<'_>, types: bool) -> bool {
    let known = word.slug.as_str();
    // A letter alone is a district's name, unless it is small.
    let link = LINKS.contains(&known) && word.text.chars().next().is_none_or(char::is_lowercase);
    link || is_event(known) || types && (TYPES.contains(&known) || CHAMBERS.contains(&known))
}

fn is_month(word: &str) -> bool {
    MONTHS.contains(&word)
}

/// Words for an election, in slugs.
const EVENTS: &[&str] = &[
    "election",
    "elections",
    "by-election",
    "by-elections",
    "byelection",
    "byelections",
    "bye-election",
    "referendum",
    "primary",
    "primaries",
    "vote",
    "elecciones",
    "eleccion",
    "election-s",
    "eleicao",
    "eleicoes",
    "elezioni",
    "elezione",
    "wahl",
    "wahlen",
    "verkiezing",
    "verkiezingen",
    "valg",
    "wybory",
    "volby",
    "выборы",
];

const ORDINALS: &[&str] = &[
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth",
];

/// Words that say when, but for dates.
const TIMES: &[&str] = &[
    "next",
    "upcoming",
    "future",
    "snap",
    "early",
    "rerun",
    "re-run",
    "repeat",
    "postponed",
    "cancelled",
    "annulled",
    "round",
    "runoff",
    "run-off",
];

const MONTHS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
    "januar",
    "februar",
    "marz",
    "mai",
    "juni",
    "juli",
    "oktober",
    "dezember",
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
    "gennaio",
    "febbraio",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "settembre",
    "ottobre",
    "dicembre",
];

/// Words for the type of an election.
const TYPES: &[&str] = &[
    "presidential",
    "parliamentary",
    "legislative",
    "general",
    "gubernatorial",
    "mayoral",
    "municipal",
    "regional",
    "local",
    "state",
    "federal",
    "national",
    "special",
    "direct",
    "indirect",
    "provincial",
    "constitutional",
    "constituent",
];

/// Words for the types of elections of a whole country.
const NATIONAL: &[&str] =
    &["presidential", "parliamentary", "legislative", "general", "federal", "national"];

/// Words for what is elected.
const CHAMBERS: &[&str] = &[
    "assembly",
    "parliament",
    "house",
    "representatives",
    "senate",
    "chamber",
    "deputies",
    "congress",
    "council",
    "knesset",
    "bundestag",
    "reichstag",
    "duma",
    "rada",
    "verkhovna",
    "sabha",
    "lok",
    "dail",
    "seimas",
    "saeima",
    "riigikogu",
    "riksdag",
    "storting",
    "folketing",
    "cortes",
    "sejm",
    "eduskunta",
    "althing",
    "diet",
    "soviet",
    "supreme",
    "mayor",
    "president",
    "governor",
];

/// Words for a part of a country that has a number.
const DISTRICTS: &[&str] = &[
    "district",
    "districts",
    "congressional",
    "constituency",
    "ward",
    "precinct",
    "division",
    "riding",
    "seat",
    "circuit",
    "zone",
    "borough",
    "circonscription",
    "arrondissement",
    "canton",
    "wahlkreis",
    "distrito",
    "electorate",
    "senatorial",
    "area",
    "region",
    "place",
    "position",
    "class",
];

/// Small words between the others.
const LINKS: &[&str] = &[
    "of", "in", "the", "for", "to", "and", "at", "on", "by", "from", "a", "de", "la", "le", "du",
    "des", "del", "el", "los", "las", "di", "der", "die", "das", "den", "do", "da", "dos", "y",
    "e", "et", "und", "och", "og", "i", "w", "v", "d", "s",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(title: &str, country: &str, kind: &str) -> Outline {
        let kind = Some(kind).filter(|kind| !kind.is_empty()).map(|kind| kind.parse().unwrap());
        Outline { title: title.into(), country: Some(country.into()), kind, ..Outline::default() }
    }

    fn follow(one: &str, other: &str, country: &str, kind: &str) -> bool {
        let found = follows(&outline(one, country, kind), &outline(other, country, kind));
        assert_eq!(found, follows(&outline(other, country, kind), &outline(one, country, kind)));
        found
    }

    #[test]
    fn titles_that_differ_in_time_and_words_for_one_type_follow_one_another() {
        for (one, other, country, kind) in [
            (
                "2019 Ruritanian general election",
                "Ruritanian parliamentary election, 2015",
                "Ruritania",
                "general",
            ),
            (
                "October 1974 United Kingdom general election",
                "February 1974 British general election",
                "United Kingdom",
                "general",
            ),
            (
                "1788–89 United States presidential election",
                "U.S. presidential election, 1792",
                "United States",
                "presidential",
            ),
            (
                "Elections to the 16th Knesset, 28 January 2003",
                "Elections to the 17th Knesset, 2006",
                "Israel",
                "legislative",
            ),
            (
                "Northmarch by-election, 1901-05-03",
                "Northmarch by-election, 1902",
                "Ruritania",
                "by-election",
            ),
            (
                "Next Ruritanian legislative election",
                "May 2012 Ruritania legislative election",
                "Ruritania",
                "",
            ),
            (
                "2011 Texas's 3rd congressional district special election",
                "Texas's 3rd congressional district special election, 1991",
                "United States",
                "by-election",
            ),
            ("Bundestagswahl 1998", "Bundestagswahl 2002", "Germany", ""),
            (
                "2008 United States presidential election in Missouri",
                "United States presidential election in Missouri, 2004",
                "Missouri",
                "presidential",
            ),
            (
                "First Ruritanian National Assembly election",
                "Second Ruritanian National Assembly election",
                "Ruritania",
                "legislative",
            ),
        ] {
            assert!(follow(one, other, country, kind), "{one}; {other}");
        }
    }

    #[test]
    fn titles_of_two_places_do_not() {
        for (one, other, country, kind) in [
            (
                "Assam Legislative Assembly election, 2011",
                "Gujarat Legislative Assembly election, 2012",
                "India",
                "legislative",
            ),
            (
                "Northmarch by-election, 1901-05-03",
                "Southmarch by-election, 1901-06-21",
                "Ruritania",
                "by-election",
            ),
            ("2011 by-election", "2012 by-election", "Ruritania", "by-election"),
            (
                "United States presidential election in Missouri, 2008",
                "United States presidential election, 2012",
                "United States",
                "presidential",
            ),
            (
                "2013 Boston mayoral election",
                "2014 Newark mayoral election",
                "United States",
                "mayoral",
            ),
            (
                "2020 Texas's 3rd congressional district special election",
                "2022 Texas's 4th congressional district special election",
                "United States",
                "by-election",
            ),
            ("Ward 12 by-election, 2001", "Ward 13 by-election, 2002", "Ruritania", "by-election"),
            (
                "2012 Mexico City head of government election",
                "2012 Mexican presidential election",
                "Mexico",
                "",
            ),
            (
                "North Dakota gubernatorial election, 2012",
                "South Dakota gubernatorial election, 2014",
                "United States",
                "gubernatorial",
            ),
            (
                "District E by-election, 2001",
                "District I by-election, 2002",
                "Ruritania",
                "by-election",
            ),
            (
                "2010 Queens 5th special election",
                "2011 Queens 6th special election",
                "United States",
                "by-election",
            ),
            (
                "2012 Ruritanian presidential election",
                "2016 Ruritanian senate election",
                "Ruritania",
                "",
            ),
        ] {
            assert!(!follow(one, other, country, kind), "{one}; {other}");
        }
    }

    #[test]
    fn a_title_says_of_which_part_of_a_country_it_is() {
        let of = |title: &str, country: &str| Part::of(title, Some(country)).map(|part| part.name);
        assert_eq!(of("Assam Legislative Assembly election, 2011", "India").unwrap(), "Assam");
        assert_eq!(of("2012 Kyrgyz presidential election", "Kyrgyzstan").unwrap(), "");
        assert_eq!(
            of("United States presidential election in Missouri, 2008", "Missouri").unwrap(),
            "United States"
        );
        assert_eq!(of("First count", "Ruritania"), None);
    }
}
