//! Character encodings: byte order marks, strict UTF-8, the encoding that a mapping states, or else
//! the one that a sample of the bytes suggests.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::failure::{Failure, Outcome};
use crate::formats::document::excerpt;

/// Maximum number of bytes from which an encoding is detected.
const SAMPLE_BYTES: usize = 256 * 1024;

/// Maximum number of words in a note about a detected encoding.
const MAX_WORDS: usize = 3;

/// A decoded text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DecodedText {
    pub(super) text: String,
    /// Name of the encoding, unless it is UTF-8.
    pub(super) encoding: Option<&'static str>,
    /// Evidence for a detected encoding.
    pub(super) note: Option<String>,
}

/// Decodes the bytes of a text file. `stated` is the label of the encoding that a mapping states;
/// `country` is a code of two letters that helps to detect the encoding.
///
/// # Errors
/// When bytes have no character in the encoding, at the first of them, and when the text is binary.
pub(super) fn decode(
    bytes: Vec<u8>,
    stated: Option<&str>,
    country: Option<&str>,
) -> Outcome<DecodedText> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Failure::new("a document (the file is empty)"));
    }
    if bytes.starts_with(&[0xff, 0xfe, 0, 0]) || bytes.starts_with(&[0, 0, 0xfe, 0xff]) {
        return Err(Failure::new("UTF-8 or UTF-16 text (this is UTF-32: convert it first)"));
    }
    let mark = Encoding::for_bom(&bytes);
    let stated = stated.and_then(|label| Encoding::for_label(label.as_bytes()));
    if let Some((encoding, length)) = mark.filter(|(encoding, _)| *encoding != UTF_8) {
        let text = decode_strictly(&bytes[length..], encoding, "as its byte order mark states")?;
        let encoding = Some(encoding.name());
        return check_text(DecodedText { text, encoding, note: None });
    }
    if let Some(encoding) = stated.filter(|encoding| *encoding != UTF_8 && mark.is_none()) {
        let is_utf_16 = encoding == UTF_16LE || encoding == UTF_16BE;
        if !is_utf_16 && !bytes.is_ascii() && std::str::from_utf8(&bytes).is_ok() {
            let expected = format!(
                "{} text, as the mapping states; the bytes are UTF-8, as {}: leave out 'encoding'",
                encoding.name(),
                words(&bytes, encoding)
            );
            return Err(Failure::new(expected));
        }
        let text = decode_strictly(&bytes, encoding, "as the mapping states")?;
        return check_text(DecodedText { text, encoding: Some(encoding.name()), note: None });
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return check_text(DecodedText { text, encoding: None, note: None }),
        Err(error) => error.into_bytes(),
    };
    if stated == Some(UTF_8) || mark.is_some() {
        let why =
            if mark.is_some() { "as its byte order mark states" } else { "as the mapping states" };
        decode_strictly(&bytes, UTF_8, why)?;
    }
    if let Some(nul) = memchr::memchr(0, &bytes) {
        return Err(binary_error(&String::from_utf8_lossy(&bytes[..nul])));
    }
    let encoding = detect(&bytes, country);
    let why = "which its bytes suggest; 'encoding' in the mapping states another";
    let text = decode_strictly(&bytes, encoding, why)?;
    let name = encoding.name().to_ascii_lowercase();
    let note = format!(
        "read as {name}, which its bytes suggest ({}); encoding = \"{name}\" in the mapping states it",
        words(&bytes, encoding)
    );
    check_text(DecodedText { text, encoding: Some(encoding.name()), note: Some(note) })
}

/// Checks that a text has no NUL characters.
fn check_text(decoded: DecodedText) -> Outcome<DecodedText> {
    match memchr::memchr(0, decoded.text.as_bytes()) {
        Some(nul) => Err(binary_error(&decoded.text[..nul])),
        None => Ok(decoded),
    }
}

fn binary_error(before: &str) -> Failure {
    let expected = "text (this is a binary file, or UTF-16 without a byte order mark, which \
                    encoding = \"utf-16le\" states)";
    failure_after(before, expected)
}

/// Returns an error at the end of a text.
fn failure_after(before: &str, expected: impl Into<String>) -> Failure {
    let number = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Failure::at(
        number(memchr::memchr_iter(b'\n', before.as_bytes()).count()),
        number(before[line_start..].chars().filter(|sign| *sign != '\u{feff}').count()),
        expected,
    )
}

/// Detects the encoding from a sample of the bytes that begins near the first one that is not
/// ASCII.
fn detect(bytes: &[u8], country: Option<&str>) -> &'static Encoding {
    let first = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    let start = memchr::memrchr(b'\n', &bytes[..first]).map_or(0, |newline| newline + 1);
    // A very long line is not worth more than the bytes just before.
    let start = start.max(first.saturating_sub(1_024));
    let sample = &bytes[start..(start + SAMPLE_BYTES).min(bytes.len())];
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(sample, true);
    detector.guess(country.map(str::as_bytes), Utf8Detection::Deny)
}

/// Decodes bytes. A control character of C1 is an error too: the Encoding Standard maps bytes to
/// them that have no character.
fn decode_strictly(bytes: &[u8], encoding: &'static Encoding, why: &str) -> Outcome<String> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8 + 16);
    let mut read = 0;
    let expected = || format!("text in {}, {why}", encoding.name());
    loop {
        let (result, count) =
            decoder.decode_to_string_without_replacement(&bytes[read..], &mut text, true);
        read += count;
        match result {
            DecoderResult::InputEmpty => break,
            DecoderResult::OutputFull => {
                let left = bytes.len() - read;
                text.reserve(left.max(64) * 2);
            }
            DecoderResult::Malformed(length, after) => {
                let length = usize::from(length);
                let from = read.saturating_sub(length + usize::from(after));
                let invalid = &bytes[from..(from + length).min(bytes.len())];
                return Err(failure_after(&text, expected()).with_found(escape(invalid)));
            }
        }
    }
    let control = text.char_indices().find(|(_, sign)| ('\u{80}'..='\u{9f}').contains(sign));
    match control.filter(|_| encoding.is_single_byte()) {
        Some((at, sign)) => {
            let found = format!("\\x{:02x}", u32::from(sign));
            Err(failure_after(&text[..at], expected()).with_found(found))
        }
        None => Ok(text),
    }
}

/// Returns the first words with bytes that are not ASCII: as bytes, and as `encoding` decodes them.
fn words(bytes: &[u8], encoding: &'static Encoding) -> String {
    let mut found: Vec<&[u8]> = Vec::new();
    let mut from = 0;
    while found.len() < MAX_WORDS {
        let Some(at) = bytes[from..].iter().position(|byte| !byte.is_ascii()) else { break };
        let at = from + at;
        let ends = |byte: &u8| byte.is_ascii_whitespace() || b",;|\"()".contains(byte);
        let start = bytes[from..at].iter().rposition(ends).map_or(from, |end| from + end + 1);
        let end = bytes[at..].iter().position(ends).map_or(bytes.len(), |end| at + end);
        let word = &bytes[start..end.min(start + 40)];
        if !found.contains(&word) {
            found.push(word);
        }
        from = end;
    }
    let described = found.iter().map(|word| {
        let (text, _) = encoding.decode_without_bom_handling(word);
        format!("'{}' is '{}'", escape(word), excerpt(&text))
    });
    described.collect::<Vec<_>>().join(", ")
}

/// Escapes bytes that are not printable ASCII, such as `\xff`.
fn escape(bytes: &[u8]) -> String {
    let shown = bytes.iter().take(60).map(|byte| match byte {
        b' '..=b'~' => char::from(*byte).to_string(),
        other => format!("\\x{other:02x}"),
    });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8], stated: Option<&str>) -> Outcome<DecodedText> {
        decode(bytes.to_vec(), stated, None)
    }

    fn message(bytes: &[u8], stated: Option<&str>) -> String {
        decoded(bytes, stated).unwrap_err().into_error("f").to_string()
    }

    #[test]
    fn the_encoding_is_marked_stated_or_detected() {
        let utf_16 = |text: &str, swap: bool| -> Vec<u8> {
            let units = text.encode_utf16();
            units
                .flat_map(|unit| if swap { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect()
        };
        let text = "a;b\nJörg;1\n";
        for (bytes, stated, name) in [
            (text.as_bytes().to_vec(), None, None),
            (utf_16(&format!("\u{feff}{text}"), false), None, Some("UTF-16LE")),
            (utf_16(&format!("\u{feff}{text}"), true), None, Some("UTF-16BE")),
            (utf_16(text, false), Some("utf-16le"), Some("UTF-16LE")),
            (b"a;b\nJ\xf6rg;1\n".to_vec(), Some("latin1"), Some("windows-1252")),
            (b"a;b\nJ\xf6rg;1\n".to_vec(), None, Some("windows-1252")),
        ] {
            let found = decoded(&bytes, stated).unwrap();
            assert_eq!((found.text.as_str(), found.encoding), (text, name));
        }
        let note = decoded(b"J\xf6rg Gr\xfcn, J\xf6rg", None).unwrap().note.unwrap();
        assert!(note.contains(r"'J\xf6rg' is 'Jörg', 'Gr\xfcn' is 'Grün'"), "{note}");
    }

    #[test]
    fn a_country_helps_to_detect_the_encoding() {
        let bytes = encoding_rs::WINDOWS_1251.encode("Единая Россия;Справедливая").0.into_owned();
        let found = decode(bytes, None, Some("ru")).unwrap();
        assert_eq!(found.encoding, Some("windows-1251"));
        let bytes = encoding_rs::ISO_8859_2.encode("Miłość i śnieg, żółw").0.into_owned();
        let found = decode(bytes, None, Some("pl")).unwrap();
        assert!(found.text.contains("śnieg"), "{found:?}");
    }

    #[test]
    fn bytes_without_a_character_are_errors_with_their_place() {
        assert_eq!(
            message(b"a;b\nJ\x81rg;1", Some("windows-1252")),
            r"f:2:2: expected text in windows-1252, as the mapping states, found '\x81'"
        );
        assert_eq!(
            message(b"a;b\nJ\xf6rg;1", Some("utf-8")),
            r"f:2:2: expected text in UTF-8, as the mapping states, found '\xf6'"
        );
        assert!(message("Jörg".as_bytes(), Some("latin1")).contains("the bytes are UTF-8"));
        assert!(message(b"\xff\xfe=\0a", None).contains("as its byte order mark states"));
        assert!(message(b"a\nb\0", None).starts_with("f:2:2: expected text (this is a binary"));
        assert!(message(b" \n", None).contains("the file is empty"));
    }
}
