//! Decides from their titles whether two elections are for the same place. The words of a title
//! besides time, type and country name a part of the country. Elections for different parts do not
//! follow each other.

mod words;

use crate::model::{ElectionSummary, ElectionType, known_territory, slug};
use words::{
    CHAMBERS, DISTRICTS, ELECTION_WORDS, FUNCTION_WORDS, MONTHS, NATIONAL, OCCASION_WORDS,
    ORDINALS, TYPES,
};

/// Part of a country named in a title: "Assam" in "Assam Legislative Assembly election, 2011" for
/// India.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TerritoryPart {
    /// Slugs of the words, in alphabetical order. Empty for the whole country.
    pub(crate) words: Vec<String>,
    /// The words as written in the title.
    pub(crate) name: String,
}

impl TerritoryPart {
    /// Extracts the part of the country from a title. Returns `None` if no word of the title
    /// denotes an election.
    pub(crate) fn of(title: &str, country: Option<&str>) -> Option<Self> {
        let all = split_title(title);
        let is_titled = all.iter().any(|word| is_election_word(&word.slug));
        is_titled.then(|| Self::of_words(&all, country, true))
    }

    fn of_words(all: &[TitleWord<'_>], country: Option<&str>, types: bool) -> Self {
        let kept = place_words(all, country, types);
        let texts: Vec<&str> = kept.iter().map(|word| word.text).collect();
        let mut words: Vec<String> = kept.into_iter().map(|word| word.slug.clone()).collect();
        words.sort();
        Self { words, name: texts.join(" ") }
    }

    /// Returns whether a text contains each word of the name, or a form of it.
    pub(crate) fn is_named_in(&self, text: &str) -> bool {
        let all = split_title(text);
        let has = |word: &String| all.iter().any(|other| is_derived_from(word, &other.slug));
        self.words.iter().all(|word| all.iter().any(|other| other.slug == *word) || has(word))
    }
}

/// Returns whether two elections can be neighbours in a chain: their titles differ only in time and
/// in words for the same type. A by-election fills one seat, so its title must name a place.
pub(super) fn can_follow(one: &ElectionSummary, other: &ElectionSummary) -> bool {
    let kinds = [one, other].map(|outline| outline.kinds().next());
    let known = kinds.iter().all(Option::is_some);
    let [left, right] = [one, other].map(|outline| {
        TerritoryPart::of_words(&split_title(&outline.title), outline.country.as_deref(), known)
            .words
    });
    let by_election = kinds.contains(&Some(&ElectionType::ByElection));
    left == right && !(by_election && left.is_empty())
}

/// A word of a title, with its slug.
struct TitleWord<'a> {
    text: &'a str,
    slug: String,
}

fn split_title(title: &str) -> Vec<TitleWord<'_>> {
    let apart = |sign: char| sign == '_' || sign.is_whitespace() || ",;:()[]".contains(sign);
    let words =
        title.split(apart).map(|text| TitleWord { text, slug: slug(&text.replace('.', "")) });
    words.filter(|word| !word.slug.is_empty()).collect()
}

/// Returns the words of a title that remain after removing time, country and words common to all
/// titles. With `types`, also removes words for election types and chambers.
fn place_words<'w, 't>(
    words: &'w [TitleWord<'t>],
    country: Option<&str>,
    types: bool,
) -> Vec<&'w TitleWord<'t>> {
    let mut kept: Vec<bool> =
        (0..words.len()).map(|at| !is_time(words, at) && !is_generic(&words[at], types)).collect();
    for name in country.into_iter().flat_map(country_names) {
        remove_name(&mut kept, words, &name);
    }
    let own: Vec<String> =
        country.into_iter().flat_map(split_title).map(|word| word.slug).collect();
    let rest = words.iter().zip(kept).filter_map(|(word, kept)| kept.then_some(word));
    rest.filter(|word| !own.iter().any(|name| is_derived_from(&word.slug, name))).collect()
}

/// Returns all known names of a country, each as a list of slugs.
fn country_names(country: &str) -> Vec<Vec<String>> {
    let known = known_territory(country);
    let others = known.into_iter().flat_map(|known| known.aliases.iter().chain([&known.name]));
    let all = others.map(String::as_str).chain([country]);
    all.map(|name| split_title(name).into_iter().map(|word| word.slug).collect()).collect()
}

/// Marks every occurrence of a name of one or more words as removed.
fn remove_name(kept: &mut [bool], words: &[TitleWord<'_>], name: &[String]) {
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

/// Returns whether a word is derived from a name: "Ruritanian" or "Ruritania's" from "Ruritania".
fn is_derived_from(word: &str, name: &str) -> bool {
    const ENDINGS: [&str; 22] = [
        "", "n", "an", "ian", "ean", "ns", "ans", "ians", "ese", "i", "ish", "ic", "er", "s", "-s",
        "in", "ien", "ienne", "ais", "aise", "o", "a",
    ];
    let alike = word.chars().zip(name.chars()).take_while(|(one, other)| one == other).count();
    let ending: String = word.chars().skip(alike).collect();
    alike >= 4 && alike + 2 >= name.chars().count() && ENDINGS.contains(&ending.as_str())
}

/// Returns whether a word denotes a time: a year, a day of a month, the number of a parliament.
fn is_time(words: &[TitleWord<'_>], at: usize) -> bool {
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
        || OCCASION_WORDS.has(word)
        || is_ordinal(&words[at]) && is_of_chamber(words, at)
}

/// Returns whether a word is a year, a range of years or a numeric date.
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

/// Returns whether a word is an ordinal: "16th", "third", "XIV".
fn is_ordinal(word: &TitleWord<'_>) -> bool {
    let digits = word.slug.trim_end_matches(|sign: char| sign.is_ascii_alphabetic());
    let counted = !digits.is_empty()
        && digits.bytes().all(|sign| sign.is_ascii_digit())
        && ["st", "nd", "rd", "th", ""].contains(&&word.slug[digits.len()..]);
    let roman = word.text.len() > 1 && word.text.chars().all(|sign| "IVXLC".contains(sign));
    counted || roman || ORDINALS.has(word.slug.as_str())
}

/// Returns whether a number belongs to a district: "3rd congressional district", "Ward 12".
fn is_of_district(words: &[TitleWord<'_>], at: usize) -> bool {
    let is_district = |word: &TitleWord<'_>| DISTRICTS.has(word.slug.as_str());
    let before = at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(is_district);
    let number = words[at].slug.bytes().any(|sign| sign.is_ascii_digit()) || is_ordinal(&words[at]);
    let behind = || words.iter().skip(at + 1).take(2).any(is_district);
    number && (before || !is_date(&words[at].slug) && behind())
}

/// Returns whether the word after a number denotes a parliament or a national election. A number at
/// the start of a title always counts.
fn is_of_chamber(words: &[TitleWord<'_>], at: usize) -> bool {
    let next = words.get(at + 1).map(|word| word.slug.as_str());
    at == 0 || next.is_some_and(|next| CHAMBERS.has(next) || NATIONAL.has(next))
}

fn is_election_word(word: &str) -> bool {
    ELECTION_WORDS.has(word)
}

/// Returns whether a word occurs in election titles in general.
fn is_generic(word: &TitleWord<'_>, types: bool) -> bool {
    let known = word.slug.as_str();
    // A capitalised short word may be a name, as in "District E".
    let link = FUNCTION_WORDS.has(known) && word.text.chars().next().is_none_or(char::is_lowercase);
    link || is_election_word(known) || types && (TYPES.has(known) || CHAMBERS.has(known))
}

fn is_month(word: &str) -> bool {
    MONTHS.has(word)
}

#[cfg(test)]
mod tests;
