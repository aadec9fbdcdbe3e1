//! Words for an election without a vote, which stand where votes would.

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

/// No text with one of the words and what may stand around it is longer, in bytes.
const LONGEST: usize = 64;

/// The words as they stand, where they say that somebody was elected without a vote: "accl.".
pub(super) fn unopposed(text: &str) -> Option<&str> {
    let words = text.trim().trim_matches(['(', ')']).trim();
    is_said(words).then_some(words)
}

/// Whether a text says that nobody else stood.
pub(super) fn is_said(text: &str) -> bool {
    let text = text.trim_matches(|c: char| c.is_whitespace() || "()[]*'\".".contains(c));
    // Counts, which nearly all are, begin with a digit.
    if text.is_empty() || text.len() > LONGEST || text.as_bytes()[0].is_ascii_digit() {
        return false;
    }
    WORDS.contains(&fold(text).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_it_are_told_from_others() {
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
        assert!(WORDS.iter().all(|word| is_said(word)));
    }

    #[test]
    fn words_in_any_case_and_in_brackets_say_it() {
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
            assert!(is_said(text), "{text}");
        }
        for text in ["", "600", "-", "n/a", "opposed", "withdrew", "unopposed 600"] {
            assert!(!is_said(text), "{text}");
        }
    }
}
