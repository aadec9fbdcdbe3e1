//! Parses a picture as XML and checks it.

use hustings::render::svg::text_width;
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

/// A text of a picture, and the largest box that it may fill: left, top, right, bottom.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PlacedText {
    pub(crate) text: String,
    pub(crate) place: [f64; 4],
}

/// The parts of a parsed picture.
#[derive(Debug, Default)]
pub(crate) struct ParsedPicture {
    pub(crate) texts: Vec<PlacedText>,
    pub(crate) tooltips: Vec<String>,
    pub(crate) paths: Vec<String>,
    pub(crate) elements: Vec<String>,
}

impl ParsedPicture {
    pub(crate) fn has_text(&self, text: &str) -> bool {
        self.texts.iter().any(|seen| seen.text == text)
    }
}

/// Parses a picture. Asserts that it is well-formed, that every text lies inside it, and that no
/// text covers another.
pub(crate) fn parse_picture(picture: &str) -> ParsedPicture {
    let mut seen = ParsedPicture::default();
    let mut reader = Reader::from_str(picture);
    reader.config_mut().check_end_names = true;
    let attribute = |tag: &BytesStart<'_>, name: &str| -> Option<String> {
        let found = tag.try_get_attribute(name).unwrap()?;
        Some(unescape(&found.value).unwrap().into_owned())
    };
    let number = |tag: &BytesStart<'_>, name: &str| -> f64 {
        let number = attribute(tag, name).unwrap().parse::<f64>().unwrap();
        assert!(number.is_finite());
        number
    };
    let (mut size, mut open, mut words) = ((0.0, 0.0), Vec::new(), String::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) | Event::Empty(tag) if tag.name().as_ref() == "path" => {
                seen.paths.push(attribute(&tag, "d").unwrap());
            }
            Event::Start(tag) => {
                let name = tag.name().as_ref().to_owned();
                if name == "svg" {
                    let text = attribute(&tag, "viewBox").unwrap();
                    let parts: Vec<f64> =
                        text.split(' ').map(|part| part.parse().unwrap()).collect();
                    size = (parts[2], parts[3]);
                }
                words.clear();
                seen.elements.push(name);
                open.push(tag.into_owned());
            }
            Event::Text(text) => words.push_str(&text),
            Event::GeneralRef(name) => {
                let entity = format!("&{};", &*name);
                words.push_str(&unescape(&entity).unwrap());
            }
            Event::End(end) => {
                let tag = open.pop().unwrap();
                match end.name().as_ref() {
                    "title" => seen.tooltips.push(words.clone()),
                    "text" => {
                        let (x, y) = (number(&tag, "x"), number(&tag, "y"));
                        let size = number(&tag, "font-size");
                        let bold = attribute(&tag, "font-weight").is_some();
                        let wide = text_width(&words, size, bold);
                        let left = match attribute(&tag, "text-anchor").as_deref() {
                            Some("middle") => x - wide / 2.0,
                            Some("end") => x - wide,
                            _ => x,
                        };
                        let place = [left, y - 0.75 * size, left + wide, y + 0.2 * size];
                        seen.texts.push(PlacedText { text: words.clone(), place });
                    }
                    _ => {}
                }
                words.clear();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty() && size.0 > 0.0 && size.1 > 0.0);
    assert!(!picture.contains("NaN") && !picture.contains("inf "), "{picture}");
    let allowed = |c: char| c == '\n' || !c.is_control();
    assert!(picture.chars().all(allowed), "a control character");
    for PlacedText { text, place: [left, top, right, bottom] } in &seen.texts {
        let inside = *left >= 0.0 && *top >= 0.0 && *right <= size.0 && *bottom <= size.1;
        assert!(inside, "'{text}' is outside: {left} {top} {right} {bottom} of {size:?}");
    }
    for (at, one) in seen.texts.iter().enumerate() {
        for other in &seen.texts[at + 1..] {
            let apart = one.place[0] >= other.place[2]
                || other.place[0] >= one.place[2]
                || one.place[1] >= other.place[3]
                || other.place[1] >= one.place[3];
            assert!(apart, "{one:?} covers {other:?}");
        }
    }
    seen
}
