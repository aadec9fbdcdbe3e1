//! Words for an election without a vote, which stand where votes would.

use super::lower::is_any;

/// The words as they stand, where they say that somebody was elected without a vote: "accl.".
pub(super) fn unopposed(text: &str) -> Option<&str> {
    const WORDS: [&str; 19] = [
        "unopposed",
        "elected unopposed",
        "returned unopposed",
        "ran unopposed",
        "uncontested",
        "unop.",
        "unop",
        "accl.",
        "accl",
        "accl'd",
        "acclaimed",
        "acclamation",
        "by acclamation",
        "acc.",
        "elected by acclamation",
        "without a vote",
        "sans opposition",
        "sans concurrent",
        "sin oposición",
    ];
    let words = text.trim().trim_matches(['(', ')']).trim();
    is_any(words, &WORDS).then_some(words)
}

#[cfg(test)]
mod tests {
    use super::unopposed;

    #[test]
    fn words_for_it_are_told_from_others() {
        for (text, expected) in [
            ("accl.", Some("accl.")),
            (" (Unopposed) ", Some("Unopposed")),
            ("Elected by acclamation", Some("Elected by acclamation")),
            ("sin oposición", Some("sin oposición")),
            ("opposed", None),
            ("unopposed by 3", None),
            ("", None),
        ] {
            assert_eq!(unopposed(text), expected, "{text}");
        }
    }
}
