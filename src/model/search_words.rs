//! Words of names, for a search that ignores case, accents, apostrophes and hyphens.

use caseless::Caseless;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Maximum length of a word in the index, in characters. Longer words are cut.
pub(crate) const MAX_WORD_CHARS: usize = 64;

/// A run of letters and digits in a name, in the form in which names are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NameRun {
    pub(crate) text: String,
    /// Whether the script has no spaces between words. Each character is then a word.
    pub(crate) is_unspaced: bool,
    /// Whether the run is joined to the one before: by an apostrophe, a hyphen, or a point between
    /// two initials.
    is_joined: bool,
}

/// Divides a name into runs of letters and digits. Case and accents are removed.
pub(crate) fn name_runs(name: &str) -> Vec<NameRun> {
    let mut runs = RunBuilder::default();
    if name.is_ascii() {
        name.chars().for_each(|c| runs.push(c.to_ascii_lowercase()));
    } else {
        let decomposed = name.nfkd().filter(|c| !is_accent(*c));
        let folded = decomposed.default_case_fold().nfc();
        folded.for_each(|c| match plain_letters(c) {
            Some(letters) => letters.chars().for_each(|c| runs.push(c)),
            None => runs.push(c),
        });
    }
    runs.finish()
}

/// Returns the words of a name under which the index has the name, sorted and without duplicates.
/// Runs that an apostrophe or a hyphen joins are words, and so is the whole: "O'Brien" has the words
/// "o", "brien" and "obrien".
pub(crate) fn index_words(name: &str) -> Vec<String> {
    let runs = name_runs(name);
    let mut words: Vec<String> = Vec::with_capacity(runs.len() + 1);
    for chain in runs.chunk_by(|_, next| next.is_joined) {
        if chain.len() > 1 {
            words.push(joined_word(chain));
        }
        for run in chain {
            if run.is_unspaced {
                words.extend(run.text.chars().map(String::from));
            } else {
                words.push(cut(&run.text));
            }
        }
    }
    words.sort_unstable();
    words.dedup();
    words
}

/// Passes the words of a name under which the index has the name to `add`. Words may be repeated.
/// `buffer` is overwritten.
pub(crate) fn for_each_index_word(name: &str, buffer: &mut String, add: &mut dyn FnMut(&str)) {
    // Without these characters, no two runs are joined.
    if !name.is_ascii() || name.contains(['\'', '`', '-', '.']) {
        index_words(name).iter().for_each(|word| add(word));
        return;
    }
    buffer.clear();
    buffer.push_str(name);
    buffer.make_ascii_lowercase();
    let words = buffer.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.for_each(|word| add(word.get(..MAX_WORD_CHARS).unwrap_or(word)));
}

/// A word of a query: names match that have all the words of one of the alternatives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QueryTerm {
    pub(crate) alternatives: Vec<Vec<String>>,
    /// Whether the last word of each alternative is the beginning of a word.
    pub(crate) is_prefix: bool,
}

/// A search for names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct NameQuery {
    /// Names match that match all terms.
    pub(crate) terms: Vec<QueryTerm>,
    /// Runs of the query.
    runs: Vec<NameRun>,
    /// Runs that the words alone do not verify.
    verified_runs: Vec<NameRun>,
}

impl NameQuery {
    /// Parses a query: words, each of which may end with `*`.
    pub(crate) fn parse(text: &str) -> Self {
        let mut query = Self::default();
        for part in text.split_whitespace() {
            let is_prefix = part.ends_with('*');
            let runs = name_runs(part);
            let mut chains = runs.chunk_by(|_, next| next.is_joined).peekable();
            while let Some(chain) = chains.next() {
                query.add_chain(chain, is_prefix && chains.peek().is_none());
            }
            query.runs.extend(runs);
        }
        query
    }

    /// Creates a query of terms.
    pub(crate) fn from_terms(terms: Vec<QueryTerm>) -> Self {
        Self { terms, ..Self::default() }
    }

    fn add_chain(&mut self, chain: &[NameRun], is_prefix: bool) {
        let mut words = Vec::new();
        for run in chain {
            if run.is_unspaced {
                words.extend(run.text.chars().map(String::from));
            } else {
                words.push(cut(&run.text));
            }
            let is_cut = run.text.chars().nth(MAX_WORD_CHARS).is_some();
            if is_cut || (run.is_unspaced && run.text.chars().nth(1).is_some()) {
                self.verified_runs.push(run.clone());
            }
        }
        let mut alternatives = vec![words];
        if chain.len() > 1 {
            let joined = vec![joined_word(chain)];
            // "P.S.O.E." is "PSOE", not any name with these four letters.
            if is_initials(chain) {
                alternatives = vec![joined];
            } else {
                alternatives.push(joined);
            }
        }
        self.terms.push(QueryTerm { alternatives, is_prefix });
    }

    /// Returns whether the words of the query are all words of a name, in the same order.
    pub(crate) fn is_whole_name(&self, name: &str) -> bool {
        // A letter has at most four bytes. Names with many more separators are not compared.
        let length: usize = self.runs.iter().map(|run| run.text.len() + 1).sum();
        if name.len() > 4 * length + 8 {
            return false;
        }
        let text = |runs: &[NameRun]| runs.iter().map(|run| run.text.clone()).collect::<Vec<_>>();
        text(&self.runs) == text(&name_runs(name))
    }

    /// Returns whether a name has the runs that the words alone do not verify: several characters of
    /// a script without spaces, and very long words.
    pub(crate) fn has_verified_runs(&self, name: &str) -> bool {
        if self.verified_runs.is_empty() {
            return true;
        }
        let own = name_runs(name);
        self.verified_runs.iter().all(|run| own.iter().any(|own| own.text.contains(&run.text)))
    }
}

fn joined_word(chain: &[NameRun]) -> String {
    cut(&chain.iter().map(|run| run.text.as_str()).collect::<String>())
}

fn is_initials(chain: &[NameRun]) -> bool {
    chain.iter().all(|run| is_initial(&run.text))
}

fn is_initial(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(char::is_alphabetic) && chars.next().is_none()
}

fn cut(word: &str) -> String {
    word.chars().take(MAX_WORD_CHARS).collect()
}

/// Collects characters into runs.
#[derive(Default)]
struct RunBuilder {
    runs: Vec<NameRun>,
    text: String,
    is_unspaced: bool,
    is_joined: bool,
    /// The characters since the last run, up to two.
    separators: (Option<char>, usize),
}

impl RunBuilder {
    fn push(&mut self, c: char) {
        if !c.is_alphanumeric() && (self.text.is_empty() || !is_combining_mark(c)) {
            self.end_run();
            self.separators.0.get_or_insert(c);
            self.separators.1 += 1;
            return;
        }
        let is_unspaced = is_unspaced(c) || (is_combining_mark(c) && self.is_unspaced);
        if self.text.is_empty() || is_unspaced != self.is_unspaced {
            self.end_run();
            self.is_unspaced = is_unspaced;
            let is_single = self.separators.1 == 1;
            let last = self.runs.last().filter(|_| is_single);
            self.is_joined = match (self.separators.0, last) {
                (Some('.'), Some(last)) => is_initial(&last.text) && !is_unspaced,
                (Some(c), Some(_)) => is_joiner(c),
                _ => false,
            };
            self.separators = (None, 0);
        }
        self.text.push(c);
    }

    fn end_run(&mut self) {
        if !self.text.is_empty() {
            let text = std::mem::take(&mut self.text);
            self.runs.push(NameRun {
                text,
                is_unspaced: self.is_unspaced,
                is_joined: self.is_joined,
            });
        }
    }

    fn finish(mut self) -> Vec<NameRun> {
        self.end_run();
        self.runs
    }
}

/// Returns whether a character between two runs makes one word of them.
fn is_joiner(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | 'ʻ' | 'ʹ' | '`' | '´' | '-' | '‐' | '‑' | '–' | '·')
}

/// Returns whether a character is an accent or an optional vowel sign, which a search ignores. Marks
/// of other scripts are letters.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}'
        | '\u{591}'..='\u{5bd}' | '\u{5bf}' | '\u{5c1}' | '\u{5c2}' | '\u{5c4}' | '\u{5c5}' | '\u{5c7}'
        | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{640}')
}

/// Returns whether a script has no spaces between words.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{2e80}'..='\u{2fdf}' | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}'
        | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// Returns the plain letters of a folded letter that Unicode does not decompose.
fn plain_letters(c: char) -> Option<&'static str> {
    Some(match c {
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'ħ' => "h",
        'ŧ' => "t",
        'ı' => "i",
        'æ' => "ae",
        'œ' => "oe",
        'þ' => "th",
        'ŋ' => "n",
        'ə' => "e",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn words_have_no_case_accents_or_joiners() {
        for (name, words) in [
            ("Müller", &["muller"][..]),
            ("HØYRE", &["hoyre"]),
            ("O'Brien", &["brien", "o", "obrien"]),
            ("Côte d’Ivoire", &["cote", "d", "divoire", "ivoire"]),
            ("Nagorno-Karabakh", &["karabakh", "nagorno", "nagornokarabakh"]),
            ("P.S.O.E.", &["e", "o", "p", "psoe", "s"]),
            ("1992 Italian -- election", &["1992", "election", "italian"]),
            ("自民党", &["党", "民", "自"]),
            ("문재인", &["문", "인", "재"]),
            ("नरेन्द्र मोदी", &["नरेन्द्र", "मोदी"]),
            ("Straße Łódź", &["lodz", "strasse"]),
            ("Йосиф", &["иосиф"]),
            ("★", &[]),
        ] {
            assert_eq!(index_words(name), words, "{name}");
        }
    }

    proptest! {
        #[test]
        fn simple_names_have_the_same_words(name in "[a-cA-C1. '`,é_-]{0,12}|[a ]{60,70}") {
            let (mut words, mut buffer) = (Vec::new(), "overwritten".to_owned());
            for_each_index_word(&name, &mut buffer, &mut |word| words.push(word.to_owned()));
            words.sort();
            words.dedup();
            prop_assert_eq!(words, index_words(&name));
        }
    }

    #[test]
    fn a_query_finds_both_spellings_of_a_joined_word() {
        let query = NameQuery::parse("O'Brien Ann*");
        assert_eq!(query.terms[0].alternatives, [vec!["o", "brien"], vec!["obrien"]]);
        assert!(query.terms[1].is_prefix && !query.terms[0].is_prefix);
        assert_eq!(NameQuery::parse("P.S.O.E.").terms[0].alternatives, [vec!["psoe"]]);
        assert!(NameQuery::parse(" ★ * ").terms.is_empty());
        let query = NameQuery::parse("自民");
        assert!(query.has_verified_runs("自民党") && !query.has_verified_runs("民自党"));
        assert!(NameQuery::parse("the GREENS").is_whole_name("The Greens"));
    }

    #[test]
    fn each_word_of_a_name_is_a_word_of_the_index() {
        for c in (0..=0x10ffff).filter_map(char::from_u32) {
            let name = format!("a{c}b");
            let words = index_words(&name);
            for term in NameQuery::parse(&name.replace('*', " ")).terms {
                let found = |all: &Vec<String>| all.iter().all(|word| words.contains(word));
                assert!(term.alternatives.iter().any(found), "{c:?}");
            }
        }
    }
}
