//! Words in place of votes that say that somebody was elected without a vote.

use crate::model::fold;

const WORDS: [&str; 26] = [
    "accl",
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
    "uncontested",
    "elected uncontested",
    "unc",
    "no contest",
    "no opposition",
    "walkover",
    "walk-over",
    "declared elected",
    "elected without a vote",
    "sans concurrent",
    "élu sans concurrent",
    "élue sans concurrent",
    "par acclamation",
    "ohne gegenkandidat",
    "sin oposición",
];

/// Whether a text says that nobody else stood.
pub(super) fn is_said(text: &str) -> bool {
    // Counts, which nearly all are.
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let text = fold(text.trim_matches(|c: char| "()[]*'\". ".contains(c)));
    WORDS.contains(&text.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert!(WORDS.iter().all(|word| is_said(word)));
    }
}
