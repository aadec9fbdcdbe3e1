//! The rendered article: a title line, an infobox of `- Label: value` lines, and prose under
//! headings.

use super::lower::trimmed;
use super::other_box::absorb;
use super::{Document, Importer, fill, html, title, unread};
use crate::Unread;
use crate::model::{Election, Section, is_blank};

pub(super) struct Article;

impl Importer for Article {
    fn read(&self, source: &str, text: &str, each: &mut dyn FnMut(Result<Document, Unread>)) {
        let document = read(source, text);
        each(document.map(|election| Document::new(election, text.to_owned())));
    }
}

/// The title, where the text begins with one.
pub(crate) fn stated_title(text: &str) -> Option<&str> {
    Lines::of(text).title()
}

fn read(source: &str, text: &str) -> Result<Election, Unread> {
    let (election, prose) = record(source, text)?;
    Ok(Election { sections: sections(prose.into_iter()), ..election })
}

/// The election of an article, and its prose, in pieces with no box in them.
///
/// # Errors
/// When it does not begin with a title.
pub(super) fn record<'a>(source: &str, text: &'a str) -> Result<(Election, Vec<&'a str>), Unread> {
    let mut lines = Lines::of(text);
    let Some(name) = lines.title() else {
        let body = text.trim_start_matches('\u{feff}');
        let at = text.len() - body.trim_start().len();
        let expected = html::not_read(text).unwrap_or("a title line such as '= 2012 … election ='");
        return Err(unread(source, text, at, expected));
    };
    let mut election = Election { title: name.to_owned(), ..Election::default() };
    let mut after = lines;
    if after.next_said().is_some_and(|(_, line)| line == "Infobox") {
        lines = after;
        fill::fill(&mut election, lines.by_ref().take_while(|(_, line)| !line.is_empty()));
    }
    let prose = other_boxes(&mut election, lines);
    title::infer(&mut election);
    Ok((election, prose))
}

/// Takes the boxes out of the prose. A line that says so and a line of a box make one.
fn other_boxes<'a>(election: &mut Election, mut lines: Lines<'a>) -> Vec<&'a str> {
    let mut prose = Vec::with_capacity(1);
    let mut piece = lines.rest;
    // Most articles have none.
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
        fill::fill(&mut other, box_lines.by_ref().take_while(|(_, line)| !line.is_empty()));
        absorb(election, other);
        lines = box_lines;
        piece = lines.rest;
    }
    prose.push(piece);
    prose
}

/// Lines with their numbers, counted from 1, and without the space around them.
#[derive(Clone, Copy)]
struct Lines<'a> {
    rest: &'a str,
    number: u32,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Self { rest: text.trim_start_matches('\u{feff}'), number: 0 }
    }

    /// The title, where the next line that is not blank is one.
    fn title(&mut self) -> Option<&'a str> {
        let (_, line) = self.next_said()?;
        let (_, name) = heading(line).filter(|(level, _)| *level == 1)?;
        Some(name).filter(|name| !is_blank(name))
    }

    /// The next line that is not blank.
    fn next_said(&mut self) -> Option<(u32, &'a str)> {
        self.find(|(_, line)| !line.is_empty())
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = (u32, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let (line, rest) = self.rest.split_at(line_end(self.rest));
        self.rest = rest;
        self.number = self.number.saturating_add(1);
        Some((self.number, trimmed(line.strip_suffix('\n').unwrap_or(line))))
    }
}

/// Where the first line of a text ends, with what ends it.
fn line_end(text: &str) -> usize {
    memchr::memchr(b'\n', text.as_bytes()).map_or(text.len(), |newline| newline + 1)
}

/// The lede and the sections of a text that is in pieces; a lede without words is left out.
pub(super) fn sections<'a>(pieces: impl Iterator<Item = &'a str>) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut open = Section::default();
    for piece in pieces {
        let mut rest = piece;
        while let Some((before, (level, words), after)) = at_heading(rest) {
            append(&mut open.text, before);
            let next = Section { level, heading: words.to_owned(), text: String::new() };
            sections.push(closed(std::mem::replace(&mut open, next)));
            rest = after;
        }
        append(&mut open.text, rest);
    }
    sections.push(closed(open));
    sections.retain(|section| section.level > 0 || !section.text.is_empty());
    sections
}

/// A text divided at its first heading line. Prose has few other equals signs, so only the lines
/// that have one are looked at.
fn at_heading(text: &str) -> Option<(&str, (u8, &str), &str)> {
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

/// Adds lines to the text of a section, which begins with words.
fn append(text: &mut String, lines: &str) {
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

/// A section to which nothing comes anymore.
fn closed(mut section: Section) -> Section {
    section.text.truncate(section.text.trim_end().len());
    section
}

/// The level and the words of a heading line.
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
