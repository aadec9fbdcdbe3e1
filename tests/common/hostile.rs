//! Hostile texts for a terminal, and the check that none reaches a terminal unescaped.

use super::Rng;

/// Terminal control sequences, characters that reorder or hide text, and text that breaks formats.
/// EVIL follows a sequence that the program also prints, and SPOOF a line end, so that the check
/// can attribute them to the input.
const PIECES: [&str; 72] = [
    "\x1b[7m",
    "\x1b[31mEVIL",
    "\x1b[32mEVIL",
    "\x1b[33mEVIL",
    "\x1b[4mEVIL",
    "\x1b[1;31mEVIL",
    "\r\x1b[2KEVIL",
    "\x1b]0;EVIL\x07",
    "\x1b]8;;http://evil.example\x1b\\",
    "\x1b]52;c;RVZJTA==\x07",
    "\x1b[2J",
    "\x1b[1A",
    "\x1b[6n",
    "\x1b[?1049h",
    "\x1bc",
    "\x1bP1$r\x1b\\",
    "\x1b",
    "\x1b[",
    "\u{9b}7m",
    "\u{9b}31m",
    "\u{9d}0;EVIL\u{9c}",
    "\u{90}q\u{9c}",
    "\u{80}",
    "\u{85}",
    "\u{8d}",
    "\u{9f}",
    "\u{7f}",
    "\u{0}",
    "\u{1}",
    "\u{7}",
    "\u{8}\u{8}\u{8}",
    "\t",
    "\n",
    "\nSPOOF",
    "\nhustings: SPOOF",
    "\r",
    "\rSPOOF",
    "\r\nSPOOF",
    "\u{b}",
    "\u{c}",
    "\u{e}",
    "\u{f}",
    "\u{1a}",
    "\u{61c}",
    "\u{200e}",
    "\u{200f}",
    "\u{202a}",
    "\u{202b}",
    "\u{202c}",
    "\u{202d}",
    "\u{202e}",
    "\u{2066}",
    "\u{2067}",
    "\u{2068}",
    "\u{2069}",
    "\u{2028}SPOOF",
    "\u{2029}SPOOF",
    "\u{feff}",
    "\u{e0041}\u{e007f}",
    "انتخابات",
    "选举",
    "e\u{301}",
    "\"",
    "'",
    "\\",
    "<b>&amp;&nosuch;",
    "{{",
    "}}",
    "|",
    "= ",
    "%s{}",
    "a/b@3",
];

/// Generates hostile texts and counts them.
pub(crate) struct HostileTexts {
    pub(crate) numbers: Rng,
    pub(crate) count: u64,
}

impl HostileTexts {
    pub(crate) fn text(&mut self) -> String {
        self.count += 1;
        let mut text = String::from("h");
        for _ in 0..=self.numbers.below(4) {
            text += PIECES[self.numbers.below(PIECES.len() as u64) as usize];
            text.push('x');
        }
        text
    }

    /// Returns a hostile text that is possible as an argument.
    pub(crate) fn argument(&mut self) -> String {
        self.text().replace('\0', "")
    }

    /// Returns a hostile text that is possible as a file name.
    pub(crate) fn file_name(&mut self) -> String {
        self.argument().replace('/', "_")
    }
}

/// Control sequences that the program itself prints: colours, and those that clear a progress bar.
const PROGRAM_SEQUENCES: [&str; 8] = [
    "\x1b[0m",
    "\x1b[1m",
    "\x1b[4m",
    "\x1b[31m",
    "\x1b[32m",
    "\x1b[33m",
    "\x1b[1;31m",
    "\r\x1b[2K",
];

/// Returns whether a character has the Unicode property `Bidi_Control`.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns the first control sequence or line of an input that reached the terminal, if any.
/// `plain` output has no colours and no progress bar; a `document` may contain the line ends of an
/// input.
pub(crate) fn find_unescaped(output: &[u8], plain: bool, document: bool) -> Option<String> {
    let Ok(text) = std::str::from_utf8(output) else {
        return Some("bytes that are not UTF-8".to_owned());
    };
    if let Some(own) = PROGRAM_SEQUENCES.iter().find(|own| text.contains(&format!("{own}EVIL"))) {
        return Some(format!("{own:?} of an input"));
    }
    if !document && let Some(line) = text.split('\n').find(|line| is_spoofed_line(line)) {
        return Some(format!("a line of an input: {line:?}"));
    }
    let mut rest = text.to_owned();
    if !plain {
        PROGRAM_SEQUENCES.iter().for_each(|own| rest = rest.replace(own, ""));
    }
    let controls = |c: &char| (c.is_control() && *c != '\n') || is_bidi_control(*c);
    let hidden =
        |c: &char| matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}');
    rest.chars().find(|c| controls(c) || hidden(c)).map(|c| format!("{c:?}"))
}

fn is_spoofed_line(line: &str) -> bool {
    line.starts_with("SPOOF") || line.starts_with("hustings: SPOOF")
}
