//! Notes beside a name: in brackets, such as "(acting)", or as words of their own.

use crate::values::number::CellLine;
use crate::values::words::{LowercaseWord, WordList};

/// Returns the byte ranges of the outermost brackets of a text. Unclosed brackets are ignored.
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

/// Returns the note if a whole line is one: in brackets, or words about a person's role or fate.
pub(super) fn line_note(line: &CellLine) -> Option<String> {
    let text = line.text.trim_start_matches(['–', '—', '-', ' ', '*', ',']);
    if let [(0, end)] = brackets(text)[..]
        && text[end..].trim_end_matches(['.', ',', ' ']).is_empty()
    {
        return Some(text[1..end - 1].trim().to_owned());
    }
    (line.links.is_empty() && is_standalone_note(text)).then(|| text.to_owned())
}

/// Returns whether words on a line of their own are a note.
pub(super) fn is_standalone_note(words: &str) -> bool {
    // A name may begin with such a word, but continues with capitals.
    is_note(words) && words.split(' ').skip(1).all(|word| !word.starts_with(char::is_uppercase))
}

/// Returns whether words describe how a person serves or stands, or what happened to the person.
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
    let Some(first) = all.next().filter(|first| FIRST.contains(first)) else { return false };
    match LowercaseWord::new(first).as_bytes() {
        b"de" | b"pro" => all.next().is_some_and(|second| SECOND.contains(second)),
        b"ad" => {
            all.next().is_some_and(|second| LowercaseWord::new(second).as_bytes() == b"interim")
        }
        b"first" | b"second" | b"1st" | b"2nd" => {
            all.next().is_some_and(|second| VOTES.contains(second))
        }
        _ => true,
    }
}

/// Returns the length of the note mark at the end of a name. Rendered pages contain such marks:
/// `[1]`, `[a]`, `[note 2]`.
pub(super) fn note_mark_length(text: &str) -> Option<usize> {
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
    fn notes_are_recognised_by_their_words() {
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
        let line = |text: &str| line_note(&CellLine::plain(text));
        assert_eq!(line("(Labour)").as_deref(), Some("Labour"));
        assert_eq!(line("withdrew").as_deref(), Some("withdrew"));
        assert_eq!(line("– Acting"), Some("Acting".to_owned()));
        assert_eq!((line("Won Bin"), line("(a) b (c)"), line("A B")), (None, None, None));
    }

    #[test]
    fn brackets_and_note_marks_are_found() {
        assert_eq!(brackets("a (b (c)) d (e)"), [(2, 9), (12, 15)]);
        assert_eq!(brackets("a) (b"), []);
        assert_eq!(
            (note_mark_length("A[1]"), note_mark_length("A [a]"), note_mark_length("A [note 2]")),
            (Some(3), Some(3), Some(8))
        );
        assert_eq!(
            (note_mark_length("A [Party]"), note_mark_length("A []"), note_mark_length("]")),
            (None, None, None)
        );
    }
}
