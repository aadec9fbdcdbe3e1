//! Numbers in the cells of an infobox: counts, shares, changes and rounds, as people write them.

use crate::model::{Decimal, Quantity, Reason};

/// What one round of a cell says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Part {
    /// Counted from 1, where the cell names it.
    pub(super) round: Option<u8>,
    pub(super) count: Option<u64>,
    /// A number that is not a count: one with a fraction and no percent sign.
    pub(super) number: Option<Decimal>,
    pub(super) share: Option<Decimal>,
    pub(super) change: Option<Decimal>,
    pub(super) new: bool,
    /// Words that stand for nothing of this.
    pub(super) words: String,
}

impl Part {
    /// The share, with or without its sign for percent; nothing has more than all.
    pub(super) fn as_share(&self) -> Option<Decimal> {
        self.share.or(self.number).filter(is_share)
    }

    fn say(&mut self, word: &str) {
        if !self.words.is_empty() {
            self.words.push(' ');
        }
        self.words.push_str(word);
    }
}

fn is_share(share: &Decimal) -> bool {
    let all = 10_i64.checked_pow(u32::from(share.scale())).and_then(|one| one.checked_mul(100));
    (0..=all.unwrap_or(i64::MAX)).contains(&share.mantissa())
}

/// Text without what only dresses it: bold and italics, references, simple tags. A line break
/// becomes one, and the templates for up and down their signs.
pub(super) fn clean(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    // Where the last reference ends, counted from the end: none is looked for after it, so every
    // character is looked at a bounded number of times.
    let closes = text.rmatch_indices("</").find(|(at, _)| closing(&text[*at..], "ref").is_some());
    let last_close = closes.map_or(usize::MAX, |(at, _)| text.len() - at);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (taken, put) =
            markup(rest, last_close).unwrap_or((c.len_utf8(), &rest[..c.len_utf8()]));
        plain.push_str(put);
        rest = &rest[taken..];
    }
    plain.trim().to_owned()
}

/// The length of the mark that ends what a tag began, where a text begins with it: `</ref >`.
pub(super) fn closing(text: &str, tag: &str) -> Option<usize> {
    let name = text.strip_prefix("</")?;
    let rest = name.get(tag.len()..).filter(|_| name[..tag.len()].eq_ignore_ascii_case(tag))?;
    let end = rest.bytes().position(|byte| !byte.is_ascii_whitespace())?;
    (rest.as_bytes()[end] == b'>').then_some(2 + tag.len() + end + 1)
}

/// The markup that a text begins with: its length, and what stands for it.
fn markup(text: &str, last_close: usize) -> Option<(usize, &str)> {
    const PLAIN: [(&str, &str); 20] = [
        ("'''", ""),
        ("''", ""),
        ("&nbsp;", " "),
        ("&#160;", " "),
        ("&thinsp;", " "),
        ("&#8239;", " "),
        ("&ndash;", "–"),
        ("&minus;", "−"),
        ("&amp;", "&"),
        ("&#37;", "%"),
        ("&percnt;", "%"),
        ("&#123;", "{"),
        ("&#125;", "}"),
        ("&#91;", "["),
        ("&#93;", "]"),
        ("&#124;", "|"),
        ("&#61;", "="),
        ("{{increase}}", "▲"),
        ("{{decrease}}", "▼"),
        ("{{steady}}", ""),
    ];
    match text.as_bytes().first()? {
        b'\'' | b'&' | b'{' => PLAIN
            .iter()
            .find(|(mark, _)| {
                text.get(..mark.len()).is_some_and(|start| start.eq_ignore_ascii_case(mark))
            })
            .map(|(mark, plain)| (mark.len(), *plain)),
        b'[' => link(text).map(|(length, _, words)| (length, words)),
        b'<' => {
            // A tag holds no other, so what is looked at ends at the next.
            let end = text[1..].find(['<', '>']).filter(|at| text.as_bytes()[*at + 1] == b'>')? + 2;
            let tag = text[1..end - 1].trim_start_matches('/');
            let name = tag.bytes().take_while(u8::is_ascii_alphanumeric).count();
            match tag[..name].to_ascii_lowercase().as_str() {
                "br" => Some((end, "\n")),
                "ref" if !tag.ends_with('/') && text.len() >= last_close => {
                    let mut marks = text.match_indices("</");
                    let close = marks.find_map(|(at, _)| Some(at + closing(&text[at..], "ref")?));
                    Some((close.unwrap_or(end), ""))
                }
                "ref" | "small" | "big" | "b" | "i" | "em" | "strong" | "span" | "nowiki" => {
                    Some((end, ""))
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// The link that a text begins with: its length, its page and its words.
fn link(text: &str) -> Option<(usize, &str, &str)> {
    let inside = text.strip_prefix("[[")?;
    // A link holds no other, so what is looked at ends at the next.
    let end = inside.find(['[', ']'])?;
    if !inside[end..].starts_with("]]") {
        return None;
    }
    let (page, words) = inside[..end].split_once('|').unwrap_or((&inside[..end], &inside[..end]));
    let (page, words) = (page.trim(), words.trim());
    // Without words behind the bar, those of the page are shown that do not tell it from others.
    let shown = if words.is_empty() { page.split(" (").next().unwrap_or(page) } else { words };
    Some((end + 4, page, shown))
}

/// The pages that a cell links to, with the words that are shown for each.
pub(super) fn links(text: &str) -> Vec<(&str, &str)> {
    let starts = text.match_indices("[[").map(|(at, _)| at);
    starts.filter_map(|at| link(&text[at..]).map(|(_, page, words)| (page, words))).collect()
}

/// The reason why a cell says nothing yet, or nothing at all.
pub(super) fn absent(text: &str) -> Option<Reason> {
    match text.trim().to_lowercase().as_str() {
        "–" | "—" | "-" | "−" | "n/a" | "na" | "none" => Some(Reason::Nothing),
        "tbd" | "tba" | "tbc" | "pending" | "to be determined" | "to be announced" | "unknown" => {
            Some(Reason::Pending)
        }
        _ => None,
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token<'a> {
    Number(&'a str),
    Percent,
    Sign(i8),
    Word(&'a str),
    Break,
    /// What makes of the number beside it another one, or none: "3 million", "5th", "10/20", "~7".
    Unclear(&'a str),
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let mut length = c.len_utf8();
        let after = rest[length..].chars().next();
        let before = text[..at].chars().next_back();
        let before_digit = after.is_some_and(|c| c.is_ascii_digit());
        match c {
            '0'..='9' => {
                length = number_length(rest);
                if length == 1 && ["st", "nd", "rd"].iter().any(|end| rest[1..].starts_with(end)) {
                    length += 2;
                    tokens.push(Token::Word(&rest[..length]));
                } else {
                    tokens.push(Token::Number(&rest[..length]));
                    let glued = rest[length..].find(|c: char| !c.is_alphabetic());
                    let glued = &rest[length..length + glued.unwrap_or(rest.len() - length)];
                    if !(glued.is_empty() || is_points(glued)) {
                        tokens.push(Token::Unclear(glued));
                        length += glued.len();
                    }
                }
            }
            '%' => tokens.push(Token::Percent),
            '▲' | '△' | '↑' => tokens.push(Token::Sign(1)),
            '▼' | '▽' | '↓' => tokens.push(Token::Sign(-1)),
            '+' if before_digit => tokens.push(Token::Sign(1)),
            '-' | '−' | '–' if before_digit && !before.is_some_and(char::is_alphanumeric) => {
                tokens.push(Token::Sign(-1));
            }
            '\n' if goes_on(&rest[1..]) => {}
            '\n' | '|' => tokens.push(Token::Break),
            '<' | '>' | '&' | '~' | '≈' | '±' | '/' | '-' | '−' | '–' => {
                tokens.push(Token::Unclear(&rest[..length]));
            }
            c if c.is_alphanumeric() => {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || "-'’.".contains(c)));
                length = end.unwrap_or(rest.len());
                let word = rest[..length].trim_end_matches('.');
                tokens.push(if is_unclear(word) {
                    Token::Unclear(word)
                } else {
                    Token::Word(word)
                });
            }
            c if c.is_whitespace() || ",;:()[]=".contains(c) => {}
            _ => tokens.push(Token::Word(&rest[..length])),
        }
        at += length;
    }
    tokens
}

/// Whether a line only adds to the one before: "(48.4%)", "of 30".
fn goes_on(line: &str) -> bool {
    let line = line.trim_start_matches([' ', '\t']);
    line.starts_with('(') || line.starts_with("of ")
}

/// Words that make another number of the one that they stand beside.
fn is_unclear(word: &str) -> bool {
    const WORDS: [&str; 22] = [
        "hundred",
        "thousand",
        "million",
        "billion",
        "mn",
        "bn",
        "m",
        "k",
        "lakh",
        "lakhs",
        "crore",
        "crores",
        "dozen",
        "about",
        "approximately",
        "approx",
        "circa",
        "around",
        "over",
        "nearly",
        "almost",
        "half",
    ];
    WORDS.iter().any(|unclear| word.eq_ignore_ascii_case(unclear))
}

fn is_separator(c: char) -> bool {
    matches!(c, ',' | '.' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’')
}

/// The length of a number with its separators. A space joins only groups of three digits.
fn number_length(text: &str) -> usize {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut length = digits(text);
    loop {
        let Some(separator) = text[length..].chars().next().filter(|c| is_separator(*c)) else {
            return length;
        };
        let next = length + separator.len_utf8();
        let group = digits(&text[next..]);
        let joins = if ",.".contains(separator) { group > 0 } else { group == 3 };
        if !joins {
            return length;
        }
        length = next + group;
    }
}

/// A whole number with separators between groups of three (or, after the Indian custom, two).
fn whole(text: &str) -> Option<u64> {
    let groups: Vec<&str> = text.split(is_separator).collect();
    let grouped = match groups.as_slice() {
        [_] => true,
        [first, middle @ .., last] => {
            let size = |group: &&str| group.len() == 3 || (group.len() == 2 && text.contains(','));
            first.len() <= 3 && last.len() == 3 && middle.iter().all(size)
        }
        [] => false,
    };
    if grouped { groups.concat().parse().ok() } else { None }
}

/// A number that may have a fraction, after a point or a comma.
fn decimal(text: &str) -> Option<Decimal> {
    let point = text.rfind(['.', ',']);
    let (head, fraction) = match point {
        // "1,234" is a whole number, and "66,65" has a fraction.
        Some(at) if text.as_bytes()[at] == b'.' || text.len() - at != 4 => {
            (&text[..at], Some(&text[at + 1..]))
        }
        _ => (text, None),
    };
    let head = whole(head)?;
    match fraction {
        Some(fraction) => format!("{head}.{fraction}").parse().ok(),
        None => head.to_string().parse().ok(),
    }
}

/// Every round of a cell. A cell without any number, but with words, has no parts that say
/// anything; the reader says what was expected instead. So it is with one of which the number is
/// not clear: nothing is guessed.
pub(super) fn parts(text: &str) -> Vec<Part> {
    let text = clean(text);
    // A template that is not known may say anything of the number beside it.
    if text.contains("{{") {
        return vec![Part { words: text, ..Part::default() }];
    }
    let tokens = tokens(&text);
    let lines = tokens.split(|token| *token == Token::Break);
    lines.map(part).filter(|part| *part != Part::default()).collect()
}

/// One round.
fn part(tokens: &[Token<'_>]) -> Part {
    let mut part = Part::default();
    let mut sign: Option<(i8, &str)> = None;
    let clear = tokens.iter().all(|token| !matches!(token, Token::Unclear(_)));
    for (index, token) in tokens.iter().enumerate() {
        // A sign belongs to the number that follows at once.
        if let Some((_, word)) = sign.take_if(|_| !matches!(token, Token::Number(_))) {
            part.say(word);
        }
        match token {
            Token::Break => {}
            Token::Sign(given) => sign = Some((*given, if *given > 0 { "▲" } else { "▼" })),
            Token::Percent if clear => {}
            Token::Percent => part.say("%"),
            Token::Number(digits) if clear => {
                let next = tokens.get(index + 1);
                let points = matches!(next, Some(Token::Word(word)) if is_points(word));
                let percent = next == Some(&Token::Percent);
                number(&mut part, digits, percent, points, sign.take().map(|(sign, _)| sign));
            }
            Token::Number(word) | Token::Unclear(word) => {
                sign = None;
                part.say(word);
            }
            Token::Word(word) => match word.to_lowercase().as_str() {
                "increase" | "up" => sign = Some((1, word)),
                "decrease" | "down" => sign = Some((-1, word)),
                "new" => part.new = true,
                "first" | "1st" if round_follows(tokens, index) => part.round = Some(1),
                "second" | "2nd" if round_follows(tokens, index) => part.round = Some(2),
                "third" | "3rd" if round_follows(tokens, index) => part.round = Some(3),
                "runoff" | "run-off" => part.round = Some(2),
                "round" if part.round.is_some() => {}
                "seats" | "seat" | "votes" | "vote" | "steady" => {}
                unit if is_points(unit) => {}
                _ => part.say(word),
            },
        }
    }
    if let Some((_, word)) = sign {
        part.say(word);
    }
    part
}

fn is_points(word: &str) -> bool {
    matches!(word, "pp" | "points" | "pts" | "point" | "percentage")
}

fn round_follows(tokens: &[Token<'_>], index: usize) -> bool {
    matches!(tokens.get(index + 1), Some(Token::Word(word)) if word.eq_ignore_ascii_case("round"))
}

fn number(part: &mut Part, digits: &str, percent: bool, points: bool, sign: Option<i8>) {
    let exact = decimal(digits);
    let signed = match sign {
        Some(-1) => exact.and_then(Decimal::negated),
        _ => exact,
    };
    let free = match (sign.is_some() || points, percent, whole(digits)) {
        (true, _, _) if part.change.is_none() => {
            part.change = signed;
            signed.is_some()
        }
        (false, true, _) if part.share.is_none() => {
            part.share = exact.filter(is_share);
            part.share.is_some()
        }
        (false, false, Some(count)) if part.count.is_none() && part.number.is_none() => {
            part.count = Some(count);
            // "40.561" could be grouped or have a fraction; both readings are kept.
            part.number = exact;
            true
        }
        (false, false, None) if part.number.is_none() => {
            part.number = exact;
            exact.is_some()
        }
        _ => false,
    };
    if !free {
        part.say(&[digits, if percent { "%" } else { "" }].concat());
    }
}

/// A number of seats or votes with the words about it. The number counts only where the words
/// begin with it, after "all" at most: in "two-thirds of the 33" it is another.
pub(super) fn quantity(text: &str) -> Quantity {
    let text = clean(text);
    let tokens = tokens(&text);
    let mut rest = tokens.as_slice();
    if let [Token::Word(word), Token::Number(_), ..] = rest
        && word.eq_ignore_ascii_case("all")
    {
        rest = &rest[1..];
    }
    let (count, of) = match rest {
        [Token::Number(count), Token::Word("of"), Token::Word("the"), Token::Number(of), ..]
        | [Token::Number(count), Token::Word("of"), Token::Number(of), ..] => {
            (whole(count), whole(of))
        }
        [Token::Number(_), Token::Percent, ..] => (None, None),
        [Token::Number(count), ..] => (whole(count), None),
        _ => (None, None),
    };
    Quantity { count, of, text }
}

#[cfg(test)]
mod tests;
