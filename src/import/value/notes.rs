//! What stands beside a name: notes in brackets, such as "(acting)", and words of their own.

use crate::import::cell::Line;
use crate::import::lower::{Lower, WordList};

/// The brackets of a text, with what they hold. One in another belongs to it; one that is not closed is none.
pub(super) fn brackets(text: &str) -> Vec<(usize, usize)> {
    let (mut found, mut open, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, c) in text.char_indices() {
        match c {
            '(' => {
                open = if depth == 0 { at } else { open };
                depth += 1;
            }
            ')' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    found.push((open, at + 1));
                }
            }
            _ => {}
        }
    }
    found
}

/// The note that a whole line is: one in brackets, or words that say how somebody stands.
pub(super) fn of_line(line: &Line) -> Option<String> {
    let text = line.text.trim_start_matches(['–', '—', '-', ' ', '*', ',']);
    if let [(0, end)] = brackets(text)[..]
        && text[end..].trim_end_matches(['.', ',', ' ']).is_empty()
    {
        return Some(text[1..end - 1].trim().to_owned());
    }
    (line.links.is_empty() && is_note_alone(text)).then(|| text.to_owned())
}

/// Whether words on a line of their own are a note.
pub(super) fn is_note_alone(words: &str) -> bool {
    // A name may begin with such a word, and goes on with a capital.
    is_note(words) && words.split(' ').skip(1).all(|word| !word.starts_with(char::is_uppercase))
}

/// Whether words say how somebody serves or stands, or what became of them.
pub(super) fn is_note(words: &str) -> bool {
    #[rustfmt::skip]
    static FIRST: WordList = WordList::new(&[
        "acting", "interim", "caretaker", "provisional", "withdrew", "withdrawn", "withdraws", "disputed",
        "contested", "uncontested", "unopposed", "lost", "won", "winner", "elected", "re-elected", "reelected",
        "unelected", "defeated", "incumbent", "outgoing", "incoming", "retiring", "retired", "resigned", "resigns",
        "died", "deceased", "disqualified", "eliminated", "suspended", "annulled", "presumptive", "presumed",
        "write-in", "pro", "designate", "de", "ad", "until", "since", "from", "replaced", "succeeded", "endorsed",
        "expelled", "removed", "ousted", "impeached", "boycotted", "ineligible", "declined", "projected", "conceded",
        "leading", "not", "did", "leader", "co-leader", "co-leaders", "nominee", "candidate", "dissolved", "merged",
        "banned", "1st", "2nd", "first", "second", "runoff", "run-off", "spitzenkandidat", "president-elect",
        "elect", "as", "till",
    ]);
    // "De Gaulle" and "Pro Patria" are names.
    static SECOND: WordList = WordList::new(&["facto", "jure", "tempore", "tem"]);
    static VOTES: WordList = WordList::new(&["round", "ballot"]);
    let mut all = words.split([' ', ',', ';', '/']).filter(|word| !word.is_empty());
    let Some(first) = all.next().filter(|first| FIRST.has(first)) else { return false };
    match Lower::of(first).bytes() {
        b"de" | b"pro" => all.next().is_some_and(|second| SECOND.has(second)),
        b"ad" => all.next().is_some_and(|second| Lower::of(second).bytes() == b"interim"),
        b"first" | b"second" | b"1st" | b"2nd" => {
            all.next().is_some_and(|second| VOTES.has(second))
        }
        _ => true,
    }
}

/// The length of a note's sign at the end of a name, as rendered pages have it: "[1]", "[a]", "[note 2]".
pub(super) fn sign(text: &str) -> Option<usize> {
    let start = text.strip_suffix(']').and_then(|inside| inside.rfind('['))?;
    let inside = &text[start + 1..text.len() - 1];
    let is_sign = inside.bytes().all(|byte| byte.is_ascii_digit()) && inside.len() <= 3
        || inside.len() == 1
        || ["note ", "nb ", "n ", "fn "].iter().any(|word| inside.starts_with(word));
    (is_sign && !inside.is_empty()).then(|| text.len() - start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_known_by_their_words() {
        for words in [
            "acting",
            "Disputed",
            "withdrew on 3 May",
            "de facto",
            "until 1990",
            "first round",
            "Elected",
        ] {
            assert!(is_note(words), "{words}");
        }
        for words in [
            "politician",
            "politican",
            "Unified Marxist–Leninist",
            "de Gaulle",
            "First Nations",
            "France",
        ] {
            assert!(!is_note(words), "{words}");
        }
        let line = |text: &str| of_line(&Line::plain(text));
        assert_eq!(line("(Labour)").as_deref(), Some("Labour"));
        assert_eq!(line("withdrew").as_deref(), Some("withdrew"));
        assert_eq!(line("– Acting"), Some("Acting".to_owned()));
        assert_eq!((line("Won Bin"), line("(a) b (c)"), line("A B")), (None, None, None));
    }

    #[test]
    fn brackets_and_signs_are_found() {
        assert_eq!(brackets("a (b (c)) d (e)"), [(2, 9), (12, 15)]);
        assert_eq!(brackets("a) (b"), []);
        assert_eq!((sign("A[1]"), sign("A [a]"), sign("A [note 2]")), (Some(3), Some(3), Some(8)));
        assert_eq!((sign("A [Party]"), sign("A []"), sign("]")), (None, None, None));
    }
}
