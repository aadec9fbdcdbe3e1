//! Case-insensitive comparison of words without allocation. An infobox requires dozens of
//! comparisons.

mod word_list;

pub(crate) use word_list::WordList;

/// Maximum length of the words to compare with, in bytes.
const MAX_WORD_BYTES: usize = 24;

/// Trims whitespace like [`str::trim`], which decodes characters. For most texts, a check of the
/// first and the last byte is enough.
#[inline]
pub(crate) fn trim(text: &str) -> &str {
    let text = text.strip_prefix(' ').unwrap_or(text);
    match text.as_bytes() {
        [b'!'..=b'~', .., b'!'..=b'~'] => text,
        _ => text.trim(),
    }
}

/// A word in lower case, in a buffer of fixed size. A word that exceeds the buffer equals no other
/// word.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LowercaseWord {
    bytes: [u8; MAX_WORD_BYTES],
    length: usize,
}

impl LowercaseWord {
    pub(crate) fn new(word: &str) -> Self {
        let mut lower = Self::default();
        match lower.bytes.get_mut(..word.len()) {
            Some(start) if word.is_ascii() => {
                start.copy_from_slice(word.as_bytes());
                start.make_ascii_lowercase();
                lower.length = word.len();
                lower
            }
            // At least one byte per character: `MAX_WORD_BYTES + 1` characters exceed the buffer.
            _ => {
                let start = word.chars().take(MAX_WORD_BYTES + 1).flat_map(char::to_lowercase);
                let start = start.collect::<String>();
                lower.length = start.len();
                for (place, byte) in lower.bytes.iter_mut().zip(start.bytes()) {
                    *place = byte;
                }
                lower
            }
        }
    }

    /// Returns the bytes of the word; empty if the word exceeds the buffer.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// Returns whether the word is one of `words`.
    pub(super) fn is_one_of(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.as_bytes() == word.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_any_script_are_lowercased() {
        for word in ["", "Yes", "n/A", "İ", "Été", "\u{212a}", "—", "Popular Vote", "ΣΑΣ", "ǅ"]
        {
            let lower: String = word.chars().flat_map(char::to_lowercase).collect();
            assert_eq!(LowercaseWord::new(word).as_bytes(), lower.as_bytes(), "{word}");
        }
        let longest = "a".repeat(MAX_WORD_BYTES);
        assert_eq!(LowercaseWord::new(&longest).as_bytes(), longest.as_bytes());
        for long in ["a".repeat(MAX_WORD_BYTES + 1), "İ".repeat(9), "é".repeat(100)] {
            assert!(LowercaseWord::new(&long).as_bytes().is_empty(), "{long}");
        }
        assert!(
            LowercaseWord::new("NO").is_one_of(&["yes", "no"])
                && !LowercaseWord::new("NO").is_one_of(&["n"])
        );
    }
}
