//! Lists of words in which a text is looked up without regard to case.

/// The sign of kelvin, which is a k in lower case. No other character outside of ASCII becomes a letter of it.
const KELVIN: char = '\u{212a}';

/// Words of ASCII's characters, in lower case and of less than 64 bytes.
///
/// Nearly every text that is looked up is none of the words, and differs from all of them in its first letter or in
/// its length. The list keeps both, so that such a text is compared with no word.
pub(in crate::import) struct WordList {
    words: &'static [&'static str],
    /// By the last five bits of their first byte, which a letter has in both cases: the lengths of the words that
    /// begin with it, a bit each.
    lengths: [u64; 32],
    /// Whether any word has a k, for which a text may have the sign of kelvin.
    has_k: bool,
}

impl WordList {
    pub(in crate::import) const fn new(words: &'static [&'static str]) -> Self {
        let (mut lengths, mut has_k, mut word) = ([0; 32], false, 0);
        while word < words.len() {
            let bytes = words[word].as_bytes();
            lengths[bytes[0] as usize % 32] |= 1 << bytes.len();
            let mut at = 0;
            while at < bytes.len() {
                assert!(bytes[at].is_ascii() && !bytes[at].is_ascii_uppercase());
                has_k |= bytes[at] == b'k';
                at += 1;
            }
            word += 1;
        }
        Self { words, lengths, has_k }
    }

    /// The place of a text among the words.
    #[inline]
    pub(in crate::import) fn position(&self, text: &str) -> Option<usize> {
        let first = *text.as_bytes().first()?;
        let lengths = self.lengths[usize::from(first) % 32];
        let may_be_word = text.len() < 64 && lengths >> text.len() & 1 == 1;
        if may_be_word || self.has_k && !text.is_ascii() { self.compare(text) } else { None }
    }

    /// The place of a text among the words, with each of which it is compared. Out of line, so that the look that
    /// mostly decides is inlined.
    #[inline(never)]
    fn compare(&self, text: &str) -> Option<usize> {
        let found = self.words.iter().position(|word| text.eq_ignore_ascii_case(word));
        if found.is_none() && self.has_k && text.contains(KELVIN) {
            return self.position(&text.replace(KELVIN, "k"));
        }
        found
    }

    /// Whether a text is one of the words.
    pub(in crate::import) fn has(&self, text: &str) -> bool {
        self.position(text).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_as_if_lowered() {
        static WORDS: WordList = WordList::new(&["n/a", "tba", "unknown", "un"]);
        for c in (0..=0x10ffff).filter_map(char::from_u32) {
            let word = format!("UN{c}NOWN");
            let same = word.to_lowercase() == "unknown";
            assert_eq!(WORDS.position(&word), same.then_some(2), "{c:?}");
        }
        let long = "u".repeat(64);
        for other in ["", "unknowns", "n a", "tbb", "5nknown", "é", long.as_str()] {
            assert!(!WORDS.has(other), "{other}");
        }
        assert!(WORDS.has("N/A") && WORDS.has("Un") && WORDS.has("TBA"));
    }
}
