//! Words for an election without a vote, used in place of the number of votes.

use crate::model::fold;

const WORDS: [&str; 31] = [
    "acc",
    "accl",
    "accl'd",
    "acclaimed",
    "acclamation",
    "by acclamation",
    "elected by acclamation",
    "unopposed",
    "unop",
    "unopp",
    "u/o",
    "elected unopposed",
    "returned unopposed",
    "ran unopposed",
    "uncontested",
    "elected uncontested",
    "unc",
    "no contest",
    "no opposition",
    "walkover",
    "walk-over",
    "declared elected",
    "without a vote",
    "elected without a vote",
    "sans opposition",
    "sans concurrent",
    "élu sans concurrent",
    "élue sans concurrent",
    "par acclamation",
    "ohne gegenkandidat",
    "sin oposición",
];

/// Maximum length of a text that may mean "unopposed", with its punctuation, in bytes.
const MAX_TEXT_BYTES: usize = 64;

/// Returns the words of a text without outer brackets, if they mean "elected without a vote":
/// "accl.".
pub(crate) fn unopposed(text: &str) -> Option<&str> {
    let words = text.trim().trim_matches(['(', ')']).trim();
    is_unopposed(words).then_some(words)
}

/// Returns whether a text means "elected without a vote".
pub(crate) fn is_unopposed(text: &str) -> bool {
    let text = text.trim_matches(|c: char| c.is_whitespace() || "()[]*'\".".contains(c));
    // Fast path: nearly all texts are counts and begin with a digit.
    if text.is_empty() || text.len() > MAX_TEXT_BYTES || text.as_bytes()[0].is_ascii_digit() {
        return false;
    }
    WORDS.contains(&fold(text).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_for_unopposed_are_extracted() {
        for (text, expected) in [
            ("accl.", Some("accl.")),
            (" (Unopposed) ", Some("Unopposed")),
            ("Elected by acclamation", Some("Elected by acclamation")),
            ("sin oposición", Some("sin oposición")),
            ("Acc.", Some("Acc.")),
            ("accl'd", Some("accl'd")),
            ("[Walkover]", Some("[Walkover]")),
            ("Élu sans concurrent", Some("Élu sans concurrent")),
            ("opposed", None),
            ("unopposed by 3", None),
            ("600", None),
            ("", None),
        ] {
            assert_eq!(unopposed(text), expected, "{text}");
        }
        assert!(WORDS.iter().all(|word| is_unopposed(word)));
    }

    #[test]
    fn unopposed_is_recognised_in_any_case_and_in_brackets() {
        for text in [
            "accl.",
            "Acclaimed",
            "(unopposed)",
            "UNOPPOSED",
            "Elected unopposed.",
            "[Walkover]",
            "u/o",
            "Élu sans concurrent",
        ] {
            assert!(is_unopposed(text), "{text}");
        }
        for text in ["", "600", "-", "n/a", "opposed", "withdrew", "unopposed 600"] {
            assert!(!is_unopposed(text), "{text}");
        }
    }
}
