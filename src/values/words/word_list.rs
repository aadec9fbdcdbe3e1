//! Case-insensitive lookup in a fixed list of words.

/// The Kelvin sign. It is the only non-ASCII character whose lower case is an ASCII letter.
const KELVIN: char = '\u{212a}';

/// A list of ASCII words in lower case, each of less than 64 bytes.
///
/// Nearly every text to look up is not in the list, and differs from all words in its first letter
/// or in its length. The list indexes both, so that such a text is compared with no word.
pub(crate) struct WordList {
    words: &'static [&'static str],
    /// Lengths of the words as bit sets, by the low five bits of the first byte. These bits are the
    /// same for both cases of a letter.
    lengths: [u64; 32],
    /// Whether any word contains a `k`, which in the text may be a Kelvin sign.
    has_k: bool,
}

impl WordList {
    pub(crate) const fn new(words: &'static [&'static str]) -> Self {
        let (mut lengths, mut has_k, mut index) = ([0; 32], false, 0);
        while index < words.len() {
            let bytes = words[index].as_bytes();
            lengths[bytes[0] as usize % 32] |= 1 << bytes.len();
            let mut at = 0;
            while at < bytes.len() {
                assert!(bytes[at].is_ascii() && !bytes[at].is_ascii_uppercase());
                has_k |= bytes[at] == b'k';
                at += 1;
            }
            index += 1;
        }
        Self { words, lengths, has_k }
    }

    /// Returns the index of a text in the list.
    #[inline]
    pub(crate) fn position(&self, text: &str) -> Option<usize> {
        let first = *text.as_bytes().first()?;
        let lengths = self.lengths[usize::from(first) % 32];
        let may_be_word = text.len() < 64 && lengths >> text.len() & 1 == 1;
        if may_be_word || self.has_k && !text.is_ascii() { self.find(text) } else { None }
    }

    /// Compares a text with each word, and returns the index of the equal word. It is not inlined,
    /// so that [`WordList::position`], whose check is usually enough, can be.
    #[inline(never)]
    fn find(&self, text: &str) -> Option<usize> {
        let found = self.words.iter().position(|word| text.eq_ignore_ascii_case(word));
        if found.is_none() && self.has_k && text.contains(KELVIN) {
            return self.position(&text.replace(KELVIN, "k"));
        }
        found
    }

    /// Returns whether a text is in the list.
    pub(crate) fn contains(&self, text: &str) -> bool {
        self.position(text).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whatever_their_case() {
        static WORDS: WordList = WordList::new(&["n/a", "tba", "unknown", "un"]);
        for c in (0..=0x10ffff).filter_map(char::from_u32) {
            let word = format!("UN{c}NOWN");
            let same = word.to_lowercase() == "unknown";
            assert_eq!(WORDS.position(&word), same.then_some(2), "{c:?}");
        }
        let long = "u".repeat(64);
        for other in ["", "unknowns", "n a", "tbb", "5nknown", "é", long.as_str()] {
            assert!(!WORDS.contains(other), "{other}");
        }
        assert!(WORDS.contains("N/A") && WORDS.contains("Un") && WORDS.contains("TBA"));
    }
}
