//! HTML character references, such as `&eacute;` and `&#8211;`.

/// Decodes the character reference at the start of a text, and returns its length and character. An
/// invisible character is returned as NUL. References to digits are rejected, because numbers are
/// never written that way.
pub(super) fn decode(text: &str) -> Option<(usize, char)> {
    let inside = text.strip_prefix('&')?;
    let end = inside
        .bytes()
        .take(MAX_NAME_BYTES + 1)
        .position(|byte| byte == b';')
        .filter(|at| *at > 0)?;
    let (name, length) = (&inside[..end], end + 2);
    let c = match name.strip_prefix('#') {
        Some(number) => {
            let hexadecimal = number.strip_prefix(['x', 'X']);
            let code = match hexadecimal {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?).filter(|c| !c.is_ascii_digit() && !c.is_ascii_control())?
        }
        None => named_character(name)?,
    };
    Some((length, normalise_width(c)))
}

/// Maximum length of a reference's name, in bytes.
const MAX_NAME_BYTES: usize = 10;

/// Maps spaces of any width to a space, and characters of zero width to NUL.
fn normalise_width(c: char) -> char {
    match c {
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{3000}' => ' ',
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => '\0',
        c => c,
    }
}

fn named_character(name: &str) -> Option<char> {
    let at = NAMED.binary_search_by_key(&name, |(name, _)| name).ok()?;
    Some(NAMED[at].1)
}

/// Names of references in wiki pages, sorted.
#[rustfmt::skip]
const NAMED: [(&str, char); 104] = [
    ("AElig", 'Æ'), ("Aacute", 'Á'), ("Acirc", 'Â'), ("Agrave", 'À'), ("Aring", 'Å'), ("Atilde", 'Ã'), ("Auml", 'Ä'),
    ("Ccaron", 'Č'), ("Ccedil", 'Ç'), ("ETH", 'Ð'), ("Eacute", 'É'), ("Ecirc", 'Ê'), ("Egrave", 'È'), ("Euml", 'Ë'),
    ("Iacute", 'Í'), ("Icirc", 'Î'), ("Igrave", 'Ì'), ("Iuml", 'Ï'), ("Ntilde", 'Ñ'), ("OElig", 'Œ'), ("Oacute", 'Ó'),
    ("Ocirc", 'Ô'), ("Ograve", 'Ò'), ("Oslash", 'Ø'), ("Otilde", 'Õ'), ("Ouml", 'Ö'), ("Scaron", 'Š'), ("THORN", 'Þ'),
    ("Uacute", 'Ú'), ("Ucirc", 'Û'), ("Ugrave", 'Ù'), ("Uuml", 'Ü'), ("Yacute", 'Ý'), ("Zcaron", 'Ž'), ("aacute", 'á'),
    ("acirc", 'â'), ("aelig", 'æ'), ("agrave", 'à'), ("amp", '&'), ("apos", '\''), ("aring", 'å'), ("atilde", 'ã'),
    ("auml", 'ä'), ("bull", '•'), ("ccaron", 'č'), ("ccedil", 'ç'), ("deg", '°'), ("eacute", 'é'), ("ecirc", 'ê'),
    ("egrave", 'è'), ("emsp", ' '), ("ensp", ' '), ("eth", 'ð'), ("euml", 'ë'), ("gt", '>'), ("hairsp", ' '),
    ("hellip", '…'), ("iacute", 'í'), ("icirc", 'î'), ("igrave", 'ì'), ("iuml", 'ï'), ("ldquo", '“'), ("lrm", '\0'),
    ("lsquo", '‘'), ("lt", '<'), ("mdash", '—'), ("middot", '·'), ("minus", '−'), ("nbsp", ' '), ("ndash", '–'),
    ("ntilde", 'ñ'), ("oacute", 'ó'), ("ocirc", 'ô'), ("oelig", 'œ'), ("ograve", 'ò'), ("oslash", 'ø'), ("otilde", 'õ'),
    ("ouml", 'ö'), ("percnt", '%'), ("plusmn", '±'), ("quot", '"'), ("rdquo", '”'), ("rlm", '\0'), ("rsquo", '’'),
    ("scaron", 'š'), ("sect", '§'), ("shy", '\0'), ("sup1", '¹'), ("sup2", '²'), ("sup3", '³'), ("szlig", 'ß'),
    ("thinsp", ' '), ("thorn", 'þ'), ("times", '×'), ("uacute", 'ú'), ("ucirc", 'û'), ("ugrave", 'ù'), ("uuml", 'ü'),
    ("yacute", 'ý'), ("yuml", 'ÿ'), ("zcaron", 'ž'), ("zwj", '\0'), ("zwnj", '\0'), ("zwsp", '\0'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn character_references_are_decoded() {
        assert!(NAMED.is_sorted_by(|(one, _), (other, _)| one < other));
        for (text, expected) in [
            ("&eacute;a", Some((8, 'é'))),
            ("&#233;", Some((6, 'é'))),
            ("&#xE9;", Some((6, 'é'))),
            ("&nbsp;", Some((6, ' '))),
            ("&#160;", Some((6, ' '))),
            ("&lrm;", Some((5, '\0'))),
            ("&#49;", None),
            ("&;", None),
            ("& b;", None),
            ("&b", None),
            ("&nonsense;", None),
        ] {
            assert_eq!(decode(text), expected, "{text}");
        }
    }
}
