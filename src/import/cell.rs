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

/// Text without what only dresses it: bold and italics, references, simple tags. A line break
/// becomes one, and the templates for up and down their signs.
pub(super) fn clean(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    // Where the last reference ends, counted from the end: none is looked for after it, so every
    // character is looked at a bounded number of times.
    let last_close = text.rfind(CLOSE).map_or(usize::MAX, |at| text.len() - at);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (taken, put) =
            markup(rest, last_close).unwrap_or((c.len_utf8(), &rest[..c.len_utf8()]));
        plain.push_str(put);
        rest = &rest[taken..];
    }
    plain.trim().to_owned()
}

const CLOSE: &str = "</ref>";

/// The markup that a text begins with: its length, and what stands for it.
fn markup(text: &str, last_close: usize) -> Option<(usize, &str)> {
    const PLAIN: [(&str, &str); 15] = [
        ("'''", ""),
        ("''", ""),
        ("&nbsp;", " "),
        ("&ndash;", "–"),
        ("&minus;", "−"),
        ("&amp;", "&"),
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
                    Some((text.find(CLOSE).map_or(end, |close| close + CLOSE.len()), ""))
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
    Some((end + 4, page.trim(), words.trim()))
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
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let mut length = c.len_utf8();
        let after = rest[length..].chars().next();
        let before = text[..at].chars().next_back();
        match c {
            '0'..='9' => {
                length = number_length(rest);
                if length == 1 && ["st", "nd", "rd"].iter().any(|end| rest[1..].starts_with(end)) {
                    length += 2;
                    tokens.push(Token::Word(&rest[..length]));
                } else {
                    tokens.push(Token::Number(&rest[..length]));
                }
            }
            '%' => tokens.push(Token::Percent),
            '▲' | '△' | '↑' => tokens.push(Token::Sign(1)),
            '▼' | '▽' | '↓' => tokens.push(Token::Sign(-1)),
            '+' if after.is_some_and(|c| c.is_ascii_digit()) => tokens.push(Token::Sign(1)),
            '-' | '−' | '–'
                if after.is_some_and(|c| c.is_ascii_digit())
                    && !before.is_some_and(char::is_alphanumeric) =>
            {
                tokens.push(Token::Sign(-1));
            }
            '\n' | '|' => tokens.push(Token::Break),
            c if c.is_alphanumeric() => {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || "-'’.".contains(c)));
                length = end.unwrap_or(rest.len());
                tokens.push(Token::Word(rest[..length].trim_end_matches('.')));
            }
            c if c.is_whitespace() || ",;:()[]/~=".contains(c) => {}
            _ => tokens.push(Token::Word(&rest[..length])),
        }
        at += length;
    }
    tokens
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
/// anything; the reader says what was expected instead.
pub(super) fn parts(text: &str) -> Vec<Part> {
    let mut parts = vec![Part::default()];
    let text = clean(text);
    let tokens = tokens(&text);
    let mut sign = None;
    for (index, token) in tokens.iter().enumerate() {
        let Some(part) = parts.last_mut() else { break };
        match token {
            Token::Break => {
                sign = None;
                if *part != Part::default() {
                    parts.push(Part::default());
                }
            }
            Token::Sign(given) => sign = Some(*given),
            Token::Percent => {}
            Token::Number(digits) => {
                let next = tokens.get(index + 1);
                let points = matches!(next, Some(Token::Word(word)) if is_points(word));
                let percent = next == Some(&Token::Percent);
                number(part, digits, percent, points, sign.take());
            }
            Token::Word(word) => match word.to_lowercase().as_str() {
                "increase" | "up" => sign = Some(1),
                "decrease" | "down" => sign = Some(-1),
                "new" => part.new = true,
                "first" | "1st" if round_follows(&tokens, index) => part.round = Some(1),
                "second" | "2nd" if round_follows(&tokens, index) => part.round = Some(2),
                "third" | "3rd" if round_follows(&tokens, index) => part.round = Some(3),
                "round" if part.round.is_some() => {}
                "seats" | "seat" | "votes" | "vote" | "steady" => {}
                unit if is_points(unit) => {}
                _ => {
                    if !part.words.is_empty() {
                        part.words.push(' ');
                    }
                    part.words.push_str(word);
                }
            },
        }
    }
    parts.retain(|part| *part != Part::default());
    parts
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
            part.share = exact;
            exact.is_some()
        }
        (false, false, Some(count)) if part.count.is_none() => {
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
        part.words.push_str(if part.words.is_empty() { "" } else { " " });
        part.words.push_str(digits);
        part.words.push_str(if percent { "%" } else { "" });
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
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        let show = |part: &Part| {
            let mut said = Vec::new();
            said.extend(part.round.map(|round| format!("round {round}")));
            said.extend(part.count.map(|count| count.to_string()));
            said.extend(
                part.number.filter(|_| part.count.is_none()).map(|number| format!("={number}")),
            );
            said.extend(part.share.map(|share| format!("{share}%")));
            said.extend(part.change.map(|change| format!("{change:+}")));
            said.extend(part.new.then(|| "new".to_owned()));
            said.extend((!part.words.is_empty()).then(|| format!("'{}'", part.words)));
            said.join(" ")
        };
        parts(text).iter().map(show).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn cells_read_as_people_write_them() {
        let cases = [
            ("47,095", "47095"),
            ("47 095", "47095"),
            ("47\u{a0}095", "47095"),
            ("1.234.567", "1234567"),
            ("'''14,016,850'''", "14016850"),
            ("9,857,308<ref name=\"CEC\"/>", "9857308"),
            ("5,977,045 (1st round) | 9,722,022 (2nd round)", "round 1 5977045 | round 2 9722022"),
            ("51,072,345<br>58,206,354", "51072345 | 58206354"),
            ("59 seats, 32.42 %", "59 32.42%"),
            ("40.56%, 158 seats", "158 40.56%"),
            ("161", "161"),
            ("91.54", "=91.54"),
            ("4.69%", "4.69%"),
            ("66,65 %", "66.65%"),
            ("{{increase}} 1.5 pp", "+1.5"),
            ("{{decrease}} 1.8%", "-1.8"),
            ("Increase 6.04%", "+6.04"),
            ("35,758,259 (80.6%) Decrease 3.5pp", "35758259 80.6% -3.5"),
            ("▲4", "+4"),
            ("−4", "-4"),
            ("New", "new"),
            ("Unopposed", "'Unopposed'"),
            ("26 + DC", "26 '+ DC'"),
            ("165 electoral", "165 'electoral'"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(said(text), expected, "{text}");
        }
    }

    #[test]
    fn a_quantity_takes_only_a_number_that_it_begins_with() {
        let cases = [
            ("556 of the 573 seats in the Constituent Assembly", Some(556), Some(573)),
            ("All 513 seats in the Chamber", Some(513), None),
            ("329 votes available", Some(329), None),
            ("Two-thirds of votes from the 33 National Assembly members", None, None),
            ("165 electoral", Some(165), None),
        ];
        for (text, count, of) in cases {
            let quantity = quantity(text);
            assert_eq!((quantity.count, quantity.of, quantity.text.as_str()), (count, of, text));
        }
    }

    #[test]
    fn dressing_is_taken_off() {
        assert_eq!(
            clean("''on or before'' 26&nbsp;May<ref>x</ref><br />now"),
            "on or before 26 May\nnow"
        );
        assert_eq!(clean("a < b"), "a < b");
    }
}
