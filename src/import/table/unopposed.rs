//! Words in place of votes that say that somebody was elected without a vote.

pub(super) use crate::import::unopposed::is_said;

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
    }
}
