//! The rendered article: a title line, an infobox of `- Label: value` lines, and prose under
//! headings.

use super::document::{Document, Importer, parse_error_at};
use super::html;
use super::infobox::additional_infobox::merge_infobox;
use super::infobox::fields;
use crate::ParseError;
use crate::model::{Election, Section, is_blank};
use crate::values::title;
use crate::values::words::trim;

pub(super) struct Article;

impl Importer for Article {
    fn read(&self, source: &str, text: &str, each: &mut dyn FnMut(Result<Document, ParseError>)) {
        let document = read(source, text);
        each(document.map(|election| Document::new(election, text.to_owned())));
    }
}

/// Returns the title of an article, if the text begins with one.
pub(crate) fn stated_title(text: &str) -> Option<&str> {
    ArticleLines::new(text).title()
}

fn read(source: &str, text: &str) -> Result<Election, ParseError> {
    let (election, prose) = parse_with_prose(source, text)?;
    Ok(Election { sections: sections(prose.into_iter()), ..election })
}

/// Parses the election of an article. Also returns the prose, split where infoboxes are removed.
///
/// # Errors
/// When the text does not begin with a title.
pub(super) fn parse_with_prose<'a>(
    source: &str,
    text: &'a str,
) -> Result<(Election, Vec<&'a str>), ParseError> {
    let mut lines = ArticleLines::new(text);
    let Some(name) = lines.title() else {
        let body = text.trim_start_matches('\u{feff}');
        let at = text.len() - body.trim_start().len();
        let expected =
            html::expected_instead(text).unwrap_or("a title line such as '= 2012 … election ='");
        return Err(parse_error_at(source, text, at, expected));
    };
    let mut election = Election { title: name.to_owned(), ..Election::default() };
    let mut after = lines;
    if after.next_non_blank().is_some_and(|(_, line)| line == "Infobox") {
        lines = after;
        fields::parse_lines(&mut election, lines.by_ref().take_while(|(_, line)| !line.is_empty()));
    }
    let prose = extract_infoboxes(&mut election, lines);
    title::infer_from_title(&mut election);
    Ok((election, prose))
}

/// Parses the infoboxes in the prose, adds them to the election, and returns the remaining prose.
/// An infobox begins with a line `Infobox` that is followed by a line with a leading `- `.
fn extract_infoboxes<'a>(election: &mut Election, mut lines: ArticleLines<'a>) -> Vec<&'a str> {
    let mut prose = Vec::with_capacity(1);
    let mut piece = lines.rest;
    // Fast path: most articles have no further infobox.
    if memchr::memmem::find(piece.as_bytes(), b"Infobox").is_none() {
        return vec![piece];
    }
    loop {
        let before = lines.rest;
        let Some((_, line)) = lines.next() else { break };
        let mut box_lines = lines;
        if line != "Infobox" || !lines.rest.trim_start_matches([' ', '\t']).starts_with("- ") {
            continue;
        }
        prose.push(&piece[..piece.len() - before.len()]);
        let mut other = Election::default();
        fields::parse_lines(
            &mut other,
            box_lines.by_ref().take_while(|(_, line)| !line.is_empty()),
        );
        merge_infobox(election, other);
        lines = box_lines;
        piece = lines.rest;
    }
    prose.push(piece);
    prose
}

/// An iterator over the trimmed lines of a text, with line numbers from 1.
#[derive(Clone, Copy)]
struct ArticleLines<'a> {
    rest: &'a str,
    number: u32,
}

impl<'a> ArticleLines<'a> {
    fn new(text: &'a str) -> Self {
        Self { rest: text.trim_start_matches('\u{feff}'), number: 0 }
    }

    /// Returns the title, if the next non-blank line is a heading of level 1.
    fn title(&mut self) -> Option<&'a str> {
        let (_, line) = self.next_non_blank()?;
        let (_, name) = heading(line).filter(|(level, _)| *level == 1)?;
        Some(name).filter(|name| !is_blank(name))
    }

    /// Returns the next non-blank line.
    fn next_non_blank(&mut self) -> Option<(u32, &'a str)> {
        self.find(|(_, line)| !line.is_empty())
    }
}

impl<'a> Iterator for ArticleLines<'a> {
    type Item = (u32, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let (line, rest) = self.rest.split_at(line_end(self.rest));
        self.rest = rest;
        self.number = self.number.saturating_add(1);
        Some((self.number, trim(line.strip_suffix('\n').unwrap_or(line))))
    }
}

/// Returns the length of the first line of a text, including its line feed.
fn line_end(text: &str) -> usize {
    memchr::memchr(b'\n', text.as_bytes()).map_or(text.len(), |newline| newline + 1)
}

/// Splits pieces of prose into the lede and the sections below headings. An empty lede is left out.
pub(super) fn sections<'a>(pieces: impl Iterator<Item = &'a str>) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut current = Section::default();
    for piece in pieces {
        let mut rest = piece;
        while let Some((before, (level, words), after)) = split_at_heading(rest) {
            append_lines(&mut current.text, before);
            let next = Section { level, heading: words.to_owned(), text: String::new() };
            sections.push(trimmed_section(std::mem::replace(&mut current, next)));
            rest = after;
        }
        append_lines(&mut current.text, rest);
    }
    sections.push(trimmed_section(current));
    sections.retain(|section| section.level > 0 || !section.text.is_empty());
    sections
}

/// Splits a text at its first heading into the text before it, the level and words of the heading,
/// and the text after it. Only lines with an equals sign are examined, since few lines of prose
/// have one.
fn split_at_heading(text: &str) -> Option<(&str, (u8, &str), &str)> {
    let mut from = 0;
    loop {
        let sign = from + memchr::memchr(b'=', &text.as_bytes()[from..])?;
        let newline = memchr::memrchr(b'\n', &text.as_bytes()[from..sign]);
        let start = newline.map_or(from, |newline| from + newline + 1);
        let end = sign + line_end(&text[sign..]);
        if let Some(heading) = heading(&text[start..end]) {
            return Some((&text[..start], heading, &text[end..]));
        }
        from = end;
    }
}

/// Appends lines to the text of a section. Removes leading whitespace from the section and carriage
/// returns from line endings.
fn append_lines(text: &mut String, lines: &str) {
    let lines = if text.is_empty() { lines.trim_start() } else { lines };
    if !(text.is_empty() || lines.is_empty() || text.ends_with('\n')) {
        text.push('\n');
    }
    if memchr::memchr(b'\r', lines.as_bytes()).is_none() {
        text.push_str(lines);
    } else {
        for line in lines.lines() {
            text.push_str(line);
            text.push('\n');
        }
    }
}

/// Returns a complete section, with trailing whitespace removed.
fn trimmed_section(mut section: Section) -> Section {
    section.text.truncate(section.text.trim_end().len());
    section
}

/// Returns the level and the words of a heading line.
fn heading(line: &str) -> Option<(u8, &str)> {
    let line = line.trim();
    let level = line.bytes().take_while(|byte| *byte == b'=').count();
    let closing = line.bytes().rev().take_while(|byte| *byte == b'=').count();
    if level == 0 || level != closing || line.len() <= 2 * level {
        return None;
    }
    let words = line[level..line.len() - level].trim();
    Some((u8::try_from(level).ok()?, words)).filter(|(_, words)| !words.is_empty())
}
