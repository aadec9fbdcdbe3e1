//! Whether two elections are of one place, by their titles: what a title says beside its time, its type and its
//! country is a part of the country, and elections of two parts do not follow one another.

mod words;

use crate::model::{Kind, Outline, known_territory, slug};
use words::{CHAMBERS, DISTRICTS, EVENTS, LINKS, MONTHS, NATIONAL, ORDINALS, TIMES, TYPES};

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
        || TIMES.has(word)
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
    counted || roman || ORDINALS.has(word.slug.as_str())
}

/// Whether a number is one of a district: "3rd congressional district", "Ward 12".
fn is_of_district(words: &[Word<'_>], at: usize) -> bool {
    let is_district = |word: &Word<'_>| DISTRICTS.has(word.slug.as_str());
    let before = at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(is_district);
    let number = words[at].slug.bytes().any(|sign| sign.is_ascii_digit()) || is_ordinal(&words[at]);
    let behind = || words.iter().skip(at + 1).take(2).any(is_district);
    number && (before || !is_date(&words[at].slug) && behind())
}

/// Whether what stands behind a number is a parliament or an election of a whole country.
fn is_of_chamber(words: &[Word<'_>], at: usize) -> bool {
    let next = words.get(at + 1).map(|word| word.slug.as_str());
    at == 0 || next.is_some_and(|next| CHAMBERS.has(next) || NATIONAL.has(next))
}

fn is_event(word: &str) -> bool {
    EVENTS.has(word)
}

/// Whether a word stands in titles wherever an election is.
fn is_common(word: &Word<'_>, types: bool) -> bool {
    let known = word.slug.as_str();
    // A letter alone is a district's name, unless it is small.
    let link = LINKS.has(known) && word.text.chars().next().is_none_or(char::is_lowercase);
    link || is_event(known) || types && (TYPES.has(known) || CHAMBERS.has(known))
}

fn is_month(word: &str) -> bool {
    MONTHS.has(word)
}

#[cfg(test)]
mod tests;
