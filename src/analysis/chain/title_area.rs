//! Decides from the titles of two elections whether they are for the same area. The words of a
//! title that denote no time, type or country name an area, that is, a part of the country.
//! Elections for different areas do not follow each other.

mod words;

use crate::model::{ElectionSummary, ElectionType, find_territory, slug};
use words::{
    CHAMBERS, DISTRICTS, ELECTION_WORDS, FUNCTION_WORDS, MONTHS, NATIONAL, OCCASION_WORDS,
    ORDINALS, TYPES,
};

/// Part of a country named in a title: "Assam" in "Assam Legislative Assembly election, 2011" for
/// India.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TitleArea {
    /// Slugs of the words, in alphabetical order. Empty for the whole country.
    pub(crate) words: Vec<String>,
    /// The words as written in the title.
    pub(crate) name: String,
}

impl TitleArea {
    /// Extracts the part of the country from a title. Returns `None` if no word of the title
    /// denotes an election.
    pub(crate) fn from_title(title: &str, country: Option<&str>) -> Option<Self> {
        let all = split_title(title);
        let has_election_word = all.iter().any(|word| is_election_word(&word.slug));
        has_election_word.then(|| Self::from_words(&all, country, true))
    }

    fn from_words(all: &[TitleWord<'_>], country: Option<&str>, ignore_types: bool) -> Self {
        let kept = place_words(all, country, ignore_types);
        let texts: Vec<&str> = kept.iter().map(|word| word.text).collect();
        let mut words: Vec<String> = kept.into_iter().map(|word| word.slug.clone()).collect();
        words.sort();
        Self { words, name: texts.join(" ") }
    }

    /// Returns whether a text contains each word of the area's name, or a word from which it is
    /// derived.
    pub(crate) fn is_named_in(&self, text: &str) -> bool {
        let all = split_title(text);
        let has = |word: &String| all.iter().any(|other| is_derived_from(word, &other.slug));
        self.words.iter().all(|word| all.iter().any(|other| other.slug == *word) || has(word))
    }
}

/// Returns whether two elections can be neighbours in a chain: their titles name the same area. The
/// caller compares areas that both records state; an area does not follow a whole country.
/// Words for types are ignored only if both types are known. A by-election fills one seat, so its
/// title must name an area.
pub(super) fn can_follow(one: &ElectionSummary, other: &ElectionSummary) -> bool {
    // A stated area takes precedence over words of a title.
    if one.area.is_some() || other.area.is_some() {
        return one.area.is_some() == other.area.is_some();
    }
    let kinds = [one, other].map(|summary| summary.kinds().next());
    let types_known = kinds.iter().all(Option::is_some);
    let [left, right] = [one, other].map(|summary| {
        TitleArea::from_words(&split_title(&summary.title), summary.country.as_deref(), types_known)
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
    let is_separator = |sign: char| sign == '_' || sign.is_whitespace() || ",;:()[]".contains(sign);
    let words = title
        .split(is_separator)
        .map(|text| TitleWord { text, slug: slug(&text.replace('.', "")) });
    words.filter(|word| !word.slug.is_empty()).collect()
}

/// Returns the words of a title that remain after removing time, country and words common to all
/// titles. With `ignore_types`, also removes words for election types and chambers.
fn place_words<'w, 't>(
    words: &'w [TitleWord<'t>],
    country: Option<&str>,
    ignore_types: bool,
) -> Vec<&'w TitleWord<'t>> {
    let mut kept: Vec<bool> = (0..words.len())
        .map(|at| !is_time(words, at) && !is_generic(&words[at], ignore_types))
        .collect();
    for name in country.into_iter().flat_map(country_names) {
        remove_name(&mut kept, words, &name);
    }
    let country_words: Vec<String> =
        country.into_iter().flat_map(split_title).map(|word| word.slug).collect();
    let rest = words.iter().zip(kept).filter_map(|(word, kept)| kept.then_some(word));
    rest.filter(|word| !country_words.iter().any(|name| is_derived_from(&word.slug, name)))
        .collect()
}

/// Returns all known names of a country, each as a list of slugs.
fn country_names(country: &str) -> Vec<Vec<String>> {
    let territory = find_territory(country);
    let others = territory
        .into_iter()
        .flat_map(|territory| territory.aliases.iter().chain([&territory.name]));
    let all = others.map(String::as_str).chain([country]);
    all.map(|name| split_title(name).into_iter().map(|word| word.slug).collect()).collect()
}

/// Marks every occurrence of a name of one or more words as removed.
fn remove_name(kept: &mut [bool], words: &[TitleWord<'_>], name: &[String]) {
    if name.is_empty() || name.len() > words.len() {
        return;
    }
    for first in 0..=words.len() - name.len() {
        let is_match = words[first..].iter().zip(name).all(|(word, name)| word.slug == *name);
        if is_match {
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
    let common_prefix =
        word.chars().zip(name.chars()).take_while(|(one, other)| one == other).count();
    let ending: String = word.chars().skip(common_prefix).collect();
    common_prefix >= 4
        && common_prefix + 2 >= name.chars().count()
        && ENDINGS.contains(&ending.as_str())
}

/// Returns whether a word denotes a time: a year, a day of a month, the number of a parliament.
fn is_time(words: &[TitleWord<'_>], at: usize) -> bool {
    let word = words[at].slug.as_str();
    if is_district_number(words, at) {
        return false;
    }
    let month = |at: Option<usize>| {
        at.and_then(|at| words.get(at)).is_some_and(|word| is_month(&word.slug))
    };
    let near = (1..=3).any(|steps| month(at.checked_sub(steps)) || month(at.checked_add(steps)));
    is_date(word)
        || is_month(word)
        || is_day(word) && near
        || OCCASION_WORDS.contains(word)
        || is_ordinal(&words[at]) && precedes_chamber(words, at)
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
    counted || roman || ORDINALS.contains(word.slug.as_str())
}

/// Returns whether a number belongs to a district: "3rd congressional district", "Ward 12".
fn is_district_number(words: &[TitleWord<'_>], at: usize) -> bool {
    let is_district = |word: &TitleWord<'_>| DISTRICTS.contains(word.slug.as_str());
    let before = at.checked_sub(1).and_then(|at| words.get(at)).is_some_and(is_district);
    let number = words[at].slug.bytes().any(|sign| sign.is_ascii_digit()) || is_ordinal(&words[at]);
    let after = || words.iter().skip(at + 1).take(2).any(is_district);
    number && (before || !is_date(&words[at].slug) && after())
}

/// Returns whether a number starts the title, or the word after it denotes an office, a chamber or
/// a national election.
fn precedes_chamber(words: &[TitleWord<'_>], at: usize) -> bool {
    let next = words.get(at + 1).map(|word| word.slug.as_str());
    at == 0 || next.is_some_and(|next| CHAMBERS.contains(next) || NATIONAL.contains(next))
}

fn is_election_word(word: &str) -> bool {
    ELECTION_WORDS.contains(word)
}

/// Returns whether a word is common in election titles, so that it names no area.
fn is_generic(word: &TitleWord<'_>, ignore_types: bool) -> bool {
    let slug = word.slug.as_str();
    // A capitalised short word may be a name, as in "District E".
    let is_function_word =
        FUNCTION_WORDS.contains(slug) && word.text.chars().next().is_none_or(char::is_lowercase);
    is_function_word
        || is_election_word(slug)
        || ignore_types && (TYPES.contains(slug) || CHAMBERS.contains(slug))
}

fn is_month(word: &str) -> bool {
    MONTHS.contains(word)
}

#[cfg(test)]
mod tests;
