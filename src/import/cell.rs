//! Numbers in the cells of an infobox: counts, shares, changes and rounds, as people write them.

mod absent;
mod digits;
mod entity;
mod file;
mod lines;
mod markup;
mod parts;
mod rounds;
mod rows;
mod token;
mod unknown;

pub(super) use self::absent::{absent, no_name};
pub(super) use self::digits::groups_digits;
use self::digits::{decimal, exactly, number_length, whole};
pub(super) use self::file::file_name;
pub(super) use self::lines::{Line, is_plain_line, lines};
pub(super) use self::markup::{clean, closing, files};
pub(super) use self::parts::Parts;
pub(super) use self::rounds::in_words;
use self::token::{Token, is_points, tokens};
pub(super) use self::unknown::unknown;
use super::lower::{Lower, trimmed};
use crate::model::{Decimal, Quantity};

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
    /// The change is stated by a sign for "no change" alone, and so without any precision.
    pub(super) steady: bool,
    pub(super) new: bool,
    /// Words that stand for nothing of this.
    pub(super) words: String,
    /// Whether seats or votes are named beside the number.
    pub(super) counted: bool,
    /// Whether anything makes another number of those that stand here.
    pub(super) unclear: bool,
}

impl Part {
    /// The share, with or without its sign for percent; nothing has more than all. A bare number beside words is
    /// none: "12 of 48", "12 seats".
    pub(super) fn as_share(&self) -> Option<Decimal> {
        let bare = self.number.filter(|_| self.words.is_empty() && !self.counted);
        self.share.or(bare).filter(is_share)
    }

    /// A number that stands beside a share and is a count: not a year, nor one with other words about it.
    pub(super) fn count_beside_share(&self) -> Option<u64> {
        const YEARS: std::ops::RangeInclusive<u64> = 1_700..=2_100;
        let is_count =
            |count: &u64| self.counted || self.words.is_empty() && !YEARS.contains(count);
        self.count.filter(|count| self.share.is_none() || is_count(count))
    }

    fn name_round(&mut self, round: u8) {
        self.unclear |= self.round.is_some_and(|other| other != round);
        self.round = Some(round);
    }

    /// Whether it states one value, and nothing beside it.
    pub(super) fn is_alone(&self) -> bool {
        let number = self.count.is_some() || self.number.is_some();
        let stated = [number, self.share.is_some(), self.change.is_some(), self.new];
        self.words.is_empty() && stated.into_iter().filter(|stated| *stated).count() == 1
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

/// Whether a cell holds a template that is not known. It may say anything of what stands beside it.
pub(super) fn has_template(text: &str) -> bool {
    memchr::memmem::find(text.as_bytes(), b"{{").is_some()
}

/// Every round of a cell. A cell without any number, but with words, has no parts that say
/// anything; the reader says what was expected instead. So it is with one of which the number is
/// not clear: nothing is guessed.
pub(super) fn parts(text: &str) -> Parts {
    // A number alone has no markup.
    if let Some(part) = plain(trimmed(text)) {
        return Parts::One(part);
    }
    let text = clean(text);
    if let Some(part) = plain(&text) {
        return Parts::One(part);
    }
    if has_template(&text) {
        return Parts::One(Part { words: text.into_owned(), ..Part::default() });
    }
    let text = in_words(&text);
    let text = rounds::apart(&text);
    let tokens = tokens(&text);
    let lines = tokens.split(|token| *token == Token::Break);
    rows::joined(lines.map(part).filter(|part| *part != Part::default())).into()
}

/// The round of a cell that holds one number and nothing else, as most do.
fn plain(text: &str) -> Option<Part> {
    text.as_bytes().first().filter(|byte| byte.is_ascii_digit())?;
    let (digits, rest) = text.split_at(number_length(text));
    let percent = match rest {
        "" => false,
        "%" => true,
        _ => return None,
    };
    let mut part = Part::default();
    number(&mut part, digits, percent, false, None);
    Some(part)
}

/// One round.
fn part(tokens: &[Token<'_>]) -> Part {
    let mut sign: Option<(i8, &str)> = None;
    let clear = tokens.iter().all(|token| !matches!(token, Token::Unclear(_)));
    let mut part = Part { unclear: !clear, ..Part::default() };
    for (index, token) in tokens.iter().enumerate() {
        // A sign belongs to the number that follows at once.
        if let Some(sign) = sign.take_if(|_| !matches!(token, Token::Number(_))) {
            alone(&mut part, sign);
        }
        match token {
            Token::Break => {}
            Token::Sign(given) => {
                let word = match given {
                    1 => "▲",
                    0 => "Steady",
                    _ => "▼",
                };
                sign = Some((*given, word));
            }
            Token::Percent if clear => {}
            Token::Percent => part.say("%"),
            Token::Number(digits) if clear => {
                let next = tokens.get(index + 1);
                let points = matches!(next, Some(Token::Word(word)) if is_points(word.as_bytes()));
                let percent = next == Some(&Token::Percent);
                let of = index.checked_sub(1).and_then(|before| tokens.get(before));
                let of = matches!(of, Some(Token::Word("of" | "the")));
                let free =
                    number(&mut part, digits, percent, points, sign.take().map(|(sign, _)| sign));
                // Which of two figures of a kind is meant is not clear, but in "157 of 450".
                part.unclear |= !(free || of);
            }
            Token::Number(word) | Token::Unclear(word) => {
                sign = None;
                part.say(word);
            }
            Token::Word(word) => match Lower::of(word).bytes() {
                b"increase" | b"up" => sign = Some((1, word)),
                b"decrease" | b"down" => sign = Some((-1, word)),
                b"steady" | b"unchanged" => sign = Some((0, word)),
                b"new" => part.new = true,
                b"first" | b"1st" if round_follows(tokens, index) => part.name_round(1),
                b"second" | b"2nd" if round_follows(tokens, index) => part.name_round(2),
                b"third" | b"3rd" if round_follows(tokens, index) => part.name_round(3),
                b"runoff" | b"run-off" => part.name_round(2),
                b"round" if part.round.is_some() => {}
                b"seats" | b"seat" | b"votes" | b"vote" => part.counted = true,
                unit if is_points(unit) => {}
                _ => part.say(word),
            },
        }
    }
    if let Some(sign) = sign {
        alone(&mut part, sign);
    }
    part
}

/// A sign without a number: "no change" is one in itself.
fn alone(part: &mut Part, (sign, word): (i8, &str)) {
    if sign == 0 && part.change.is_none() {
        part.change = Decimal::new(0, 0);
        part.steady = true;
    } else {
        part.say(word);
    }
}

fn round_follows(tokens: &[Token<'_>], index: usize) -> bool {
    matches!(tokens.get(index + 1), Some(Token::Word(word)) if word.eq_ignore_ascii_case("round"))
}

/// Puts a number where it belongs; false where that place is taken, or the sign of a change is lost.
fn number(part: &mut Part, digits: &str, percent: bool, points: bool, sign: Option<i8>) -> bool {
    // A share or a change may be whole too, and is none the less.
    let count = if sign.is_some() || points || percent { None } else { whole(digits) };
    let exact = match count {
        // Only a point could be read as that of a fraction too.
        Some(count) if !digits.contains('.') => exactly(count),
        _ => decimal(digits),
    };
    let signed = match sign {
        Some(-1) => exact.and_then(Decimal::negated),
        // "No change" beside a number is one of zero.
        Some(0) => exact.filter(|change| change.mantissa() == 0),
        _ => exact,
    };
    // "70% -75%" is a range: no share falls by more than there was.
    let fell = exact.filter(|_| sign == Some(-1) && percent);
    if fell.zip(part.share).is_some_and(|(by, share)| by.to_f64() > 100.0 - share.to_f64()) {
        part.say(digits);
        return false;
    }
    let free = match (sign.is_some() || points, percent, count) {
        // A page that lost its arrows has points without a sign.
        (true, _, _) if sign.is_none() => {
            part.say(digits);
            return true;
        }
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
    free
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
    // "102 seats in the Senate and 166 seats in the House" are two numbers.
    let is_number = |pair: &&[Token<'_>]| matches!(pair, [Token::Number(_), Token::Word(unit)] if ["seats", "members", "votes"].contains(unit));
    let line = tokens.split(|token| *token == Token::Break).next().unwrap_or_default();
    let several = line.windows(2).filter(is_number).count() > 1;
    let (count, of) = if several { (None, None) } else { (count, of) };
    Quantity { count, of, text: text.into_owned() }
}

#[cfg(test)]
mod tests;
