//! Words compared without regard to case, for which nothing is allocated: a box has dozens of them.

mod word_list;

pub(super) use self::word_list::WordList;

/// No word that anything is compared with is longer, in bytes.
const LONGEST: usize = 24;

/// A text without the space around it, as [`str::trim`] has it: that decodes letters, and most texts
/// need no more than a look at two bytes.
#[inline]
pub(super) fn trimmed(text: &str) -> &str {
    let text = text.strip_prefix(' ').unwrap_or(text);
    match text.as_bytes() {
        [b'!'..=b'~', .., b'!'..=b'~'] => text,
        _ => text.trim(),
    }
}

/// A word in lower case. One that is longer than any that is looked for equals none.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Lower {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Lower {
    pub(super) fn of(word: &str) -> Self {
        let mut lower = Self::default();
        match lower.bytes.get_mut(..word.len()) {
            Some(start) if word.is_ascii() => {
                start.copy_from_slice(word.as_bytes());
                start.make_ascii_lowercase();
                lower.length = word.len();
                lower
            }
            // A letter is a byte at least.
            _ => {
                let start = word.chars().take(LONGEST + 1).flat_map(char::to_lowercase);
                let start = start.collect::<String>();
                lower.length = start.len();
                for (place, byte) in lower.bytes.iter_mut().zip(start.bytes()) {
                    *place = byte;
                }
                lower
            }
        }
    }

    /// Its bytes; none where it is longer than any word that is looked for.
    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// Whether it is one of these words.
    pub(super) fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.bytes() == word.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_any_script_are_lowered() {
        for word in ["", "Yes", "n/A", "İ", "Été", "\u{212a}", "—", "Popular Vote", "ΣΑΣ", "ǅ"]
        {
            let lower: String = word.chars().flat_map(char::to_lowercase).collect();
            assert_eq!(Lower::of(word).bytes(), lower.as_bytes(), "{word}");
        }
        let longest = "a".repeat(LONGEST);
        assert_eq!(Lower::of(&longest).bytes(), longest.as_bytes());
        for long in ["a".repeat(LONGEST + 1), "İ".repeat(9), "é".repeat(100)] {
            assert!(Lower::of(&long).bytes().is_empty(), "{long}");
        }
        assert!(Lower::of("NO").is_any(&["yes", "no"]) && !Lower::of("NO").is_any(&["n"]));
    }
}
