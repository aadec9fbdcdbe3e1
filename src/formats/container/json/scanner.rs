//! A scanner of JSON that keeps the exact digits of numbers and the place of each value.

use std::borrow::Cow;

/// Maximum nesting depth of arrays and objects.
const MAX_DEPTH: u32 = 64;

/// A problem at a byte offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ScanError {
    pub(super) offset: usize,
    pub(super) expected: String,
}

pub(super) type Scan<T> = Result<T, ScanError>;

/// The kind of a value, known from its first character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueKind {
    Object,
    Array,
    Scalar,
}

/// A scanner at an offset of a text.
#[derive(Debug, Clone)]
pub(super) struct Scanner<'a> {
    text: &'a str,
    offset: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, offset: 0 }
    }

    pub(super) fn offset(&self) -> usize {
        self.offset
    }

    /// Returns a scanner of the same text at another offset.
    pub(super) fn at(&self, offset: usize) -> Self {
        Self { text: self.text, offset }
    }

    pub(super) fn error(&self, expected: impl Into<String>) -> ScanError {
        ScanError { offset: self.offset, expected: expected.into() }
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.offset).copied()
    }

    fn skip_space(&mut self) {
        while self.byte().is_some_and(|byte| b" \t\r\n".contains(&byte)) {
            self.offset += 1;
        }
    }

    /// Returns whether only white space is left.
    pub(super) fn is_at_end(&mut self) -> bool {
        self.skip_space();
        self.offset >= self.text.len()
    }

    /// Skips white space and returns the kind of the next value.
    pub(super) fn kind(&mut self) -> Scan<ValueKind> {
        self.skip_space();
        match self.byte() {
            Some(b'{') => Ok(ValueKind::Object),
            Some(b'[') => Ok(ValueKind::Array),
            Some(b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => Ok(ValueKind::Scalar),
            _ => Err(self.error("a JSON value")),
        }
    }

    /// Enters an object or an array. Returns whether it has members.
    pub(super) fn enter(&mut self) -> bool {
        self.offset += 1;
        self.skip_space();
        let is_empty = matches!(self.byte(), Some(b'}' | b']'));
        self.offset += usize::from(is_empty);
        !is_empty
    }

    /// Reads what follows a member: a comma, or `end`. Returns whether another member follows.
    pub(super) fn has_next(&mut self, end: u8) -> Scan<bool> {
        self.skip_space();
        match self.byte() {
            Some(b',') => {
                self.offset += 1;
                Ok(true)
            }
            Some(byte) if byte == end => {
                self.offset += 1;
                Ok(false)
            }
            _ => Err(self.error(format!("a comma, or the end '{}'", char::from(end)))),
        }
    }

    /// Reads the key of a member and the colon after it.
    pub(super) fn key(&mut self) -> Scan<Cow<'a, str>> {
        self.skip_space();
        if self.byte() != Some(b'"') {
            return Err(self.error("a key in quotes"));
        }
        let key = self.string()?;
        self.skip_space();
        if self.byte() != Some(b':') {
            return Err(self.error("a colon"));
        }
        self.offset += 1;
        Ok(key)
    }

    /// Reads a string, a number or a word. `None` is null.
    pub(super) fn scalar(&mut self) -> Scan<Option<Cow<'a, str>>> {
        self.skip_space();
        if self.byte() == Some(b'"') {
            return self.string().map(Some);
        }
        let rest = self.text.get(self.offset..).unwrap_or_default();
        let end = rest.find(|sign: char| !sign.is_ascii_alphanumeric() && !"+-.".contains(sign));
        let word = &rest[..end.unwrap_or(rest.len())];
        let is_known = ["null", "true", "false"].contains(&word);
        if !is_known && !is_number(word) {
            return Err(self.error("a JSON value"));
        }
        self.offset += word.len();
        Ok((word != "null").then_some(Cow::Borrowed(word)))
    }

    fn string(&mut self) -> Scan<Cow<'a, str>> {
        let opening = self.offset;
        self.offset += 1;
        let start = self.offset;
        let mut unescaped: Option<String> = None;
        let mut copied = start;
        loop {
            let bytes = self.text.as_bytes().get(self.offset..).unwrap_or_default();
            let Some(at) = memchr::memchr2(b'"', b'\\', bytes) else {
                return Err(self.at(opening).error("an end of this string"));
            };
            self.offset += at;
            let part = self.text.get(copied..self.offset).unwrap_or_default();
            if self.byte() == Some(b'"') {
                self.offset += 1;
                return Ok(match unescaped {
                    Some(text) => Cow::Owned(text + part),
                    None => Cow::Borrowed(part),
                });
            }
            let text = unescaped.get_or_insert_default();
            text.push_str(part);
            let sign = self.escape()?;
            text.push(sign);
            copied = self.offset;
        }
    }

    /// Reads an escape, which begins with a backslash.
    fn escape(&mut self) -> Scan<char> {
        let error = self.error("an escape of JSON, such as \\n or \\u00e9");
        let sign = self.text.as_bytes().get(self.offset + 1).copied();
        self.offset += 2;
        let plain = match sign {
            Some(sign @ (b'"' | b'\\' | b'/')) => char::from(sign),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                let first = self.unit().ok_or_else(|| error.clone())?;
                if !(0xd800..0xdc00).contains(&first) {
                    return char::from_u32(u32::from(first)).ok_or(error);
                }
                let rest = self.text.get(self.offset..).unwrap_or_default();
                if !rest.starts_with("\\u") {
                    return Err(error);
                }
                self.offset += 2;
                let second = self.unit().ok_or_else(|| error.clone())?;
                let mut decoded = char::decode_utf16([first, second]);
                return decoded.next().and_then(Result::ok).ok_or(error);
            }
            _ => return Err(error),
        };
        Ok(plain)
    }

    fn unit(&mut self) -> Option<u16> {
        let digits = self.text.get(self.offset..self.offset + 4)?;
        let is_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        self.offset += 4;
        u16::from_str_radix(digits, 16).ok().filter(|_| is_hexadecimal)
    }

    /// Skips a value.
    pub(super) fn skip_value(&mut self) -> Scan<()> {
        let mut open: Vec<u8> = Vec::new();
        loop {
            let kind = self.kind()?;
            let is_entered = match kind {
                ValueKind::Scalar => {
                    self.scalar()?;
                    false
                }
                ValueKind::Object | ValueKind::Array => {
                    let end = if kind == ValueKind::Object { b'}' } else { b']' };
                    let has_members = self.enter();
                    if has_members {
                        open.push(end);
                    }
                    has_members
                }
            };
            if open.len() > MAX_DEPTH as usize {
                return Err(self.error(format!("values nested at most {MAX_DEPTH} deep")));
            }
            if !is_entered {
                // Leave every array and object that ends here.
                loop {
                    let Some(end) = open.last().copied() else { return Ok(()) };
                    if self.has_next(end)? {
                        break;
                    }
                    open.pop();
                }
            }
            if open.last() == Some(&b'}') {
                self.key()?;
            }
        }
    }
}

/// Returns whether a word is a number of JSON.
fn is_number(word: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let word = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = match word.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (word, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent
            .is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_keep_their_digits_and_strings_are_unescaped() {
        let scalar = |text: &str| Scanner::new(text).scalar().map(|found| found.map(String::from));
        for (text, expected) in [
            ("12345678901234567890.10", Some("12345678901234567890.10")),
            ("-1e5", Some("-1e5")),
            ("null", None),
            ("true", Some("true")),
            (r#""a\"b\u00e9\ud83d\ude00\n""#, Some("a\"bé😀\n")),
            ("\"Grün\"", Some("Grün")),
        ] {
            assert_eq!(scalar(text), Ok(expected.map(str::to_owned)), "{text}");
        }
        for text in [
            "01",
            "1.",
            ".5",
            "+1",
            "NaN",
            "nul",
            "\"a",
            r#""\x""#,
            r#""\ud800""#,
            r#""\u00g0""#,
            "",
        ] {
            assert!(scalar(text).is_err(), "{text}");
        }
    }

    #[test]
    fn values_are_skipped_and_malformed_ones_are_errors() {
        let skip = |text: &str| {
            let mut scanner = Scanner::new(text);
            scanner.skip_value().map(|()| scanner.is_at_end()).map_err(|error| error.offset)
        };
        for text in ["{}", "[]", "1", r#"{"a":[1,{"b":[]},{}],"c":"d"} "#, "[[],[[]]]"] {
            assert_eq!(skip(text), Ok(true), "{text}");
        }
        for (text, offset) in
            [("[1 2]", 3), (r#"{"a" 1}"#, 5), ("[1,]", 3), ("[", 1), (r#"{"a":1"#, 6)]
        {
            assert_eq!(skip(text), Err(offset), "{text}");
        }
        assert!(skip(&"[".repeat(100)).is_err());
    }
}
