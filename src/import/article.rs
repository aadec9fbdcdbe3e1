//! The rendered article: a title line, an infobox of `- Label: value` lines, and prose under
//! headings.

use super::{Document, Importer, fill, title, unread};
use crate::Unread;
use crate::model::{Election, Section, fold};

pub(super) struct Article;

impl Importer for Article {
    fn read(&self, source: &str, text: &str, each: &mut dyn FnMut(Result<Document, Unread>)) {
        let document = read(source, text);
        each(document.map(|election| Document::new(election, text.to_owned())));
    }
}

/// The title, where the text begins with one.
pub(crate) fn stated_title(text: &str) -> Option<&str> {
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let first = lines.find(|line| !line.trim().is_empty())?;
    let (_, name) = heading(first).filter(|(level, _)| *level == 1)?;
    Some(name).filter(|name| !fold(name).is_empty())
}

fn read(source: &str, text: &str) -> Result<Election, Unread> {
    let body = text.trim_start_matches('\u{feff}');
    let start = text.len() - body.len();
    let mut lines = (1_u32..).zip(body.lines()).skip_while(|(_, line)| line.trim().is_empty());
    lines.next();
    let Some(name) = stated_title(text) else {
        let at = start + (body.len() - body.trim_start().len());
        return Err(unread(source, text, at, "a title line such as '= 2012 … election ='"));
    };
    let mut election = Election { title: name.to_owned(), ..Election::default() };
    let mut rest = lines.skip_while(|(_, line)| line.trim().is_empty()).peekable();
    if rest.next_if(|(_, line)| line.trim() == "Infobox").is_some() {
        let mut entries = Vec::new();
        while let Some((number, line)) = rest.next_if(|(_, line)| !line.trim().is_empty()) {
            entries.push((number, line));
        }
        fill::fill(&mut election, &entries);
    }
    title::infer(&mut election);
    election.sections = sections(rest.map(|(_, line)| line));
    Ok(election)
}

/// The lede and the sections; a lede without words is left out.
pub(super) fn sections<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<Section> {
    let mut sections = vec![Section::default()];
    for line in lines {
        match heading(line) {
            Some((level, heading)) => {
                sections.push(Section { level, heading: heading.to_owned(), text: String::new() });
            }
            None => {
                if let Some(section) = sections.last_mut() {
                    section.text.push_str(line);
                    section.text.push('\n');
                }
            }
        }
    }
    for section in &mut sections {
        section.text = section.text.trim().to_owned();
    }
    sections.retain(|section| section.level > 0 || !section.text.is_empty());
    sections
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
