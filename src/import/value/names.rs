//! Names of people, parties and places, with the pages that they link to. Several links are several names; a
//! name has the page of the link that it holds, and no other. What cannot be told apart is not read.

use std::ops::Range;

use super::expected;
use super::notes;
use super::person::{is_suffix, looks_like_person};
use super::segments::{Segment, segments};
use crate::import::cell::{self, Line};
use crate::import::lower::trimmed;
use crate::model::{Reason, Ref};

/// What the names of a cell are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Of {
    /// People: "A and B" are two.
    People,
    /// Parties and pages: "Trade and Industry" is one, where no links say otherwise.
    Others,
    /// One party or office.
    One,
    /// One place: "Chicago, Illinois" is one, even where a link is on a part of it.
    Place,
}

/// People who share a cell: "Otto Wels / Arthur Crispien".
///
/// # Errors
/// When the cell names no one, or does not show where one name ends and another begins.
pub(in crate::import) fn people(text: &str) -> Result<Vec<Ref>, Reason> {
    read(text, Of::People)
}

/// Parties, alliances or pages that share a cell.
///
/// # Errors
/// As [`people`].
pub(in crate::import) fn names(text: &str) -> Result<Vec<Ref>, Reason> {
    read(text, Of::Others)
}

/// One name. Words in brackets that say how somebody serves or stands are a note, as are all brackets behind a
/// link; any other brackets belong to the name.
///
/// # Errors
/// As [`people`], and when there are several names.
pub(in crate::import) fn reference(text: &str) -> Result<Ref, Reason> {
    let names = read(text, Of::One)?;
    <[Ref; 1]>::try_from(names).map(|[name]| name).map_err(|_| expected("one name"))
}

/// The same for a place.
///
/// # Errors
/// As [`reference`].
pub(in crate::import) fn place(text: &str) -> Result<Ref, Reason> {
    let names = read(text, Of::Place)?;
    <[Ref; 1]>::try_from(names).map(|[name]| name).map_err(|_| expected("one place"))
}

/// The same for one person.
///
/// # Errors
/// As [`reference`].
pub(in crate::import) fn person(text: &str) -> Result<Ref, Reason> {
    let names = read(text, Of::People)?;
    <[Ref; 1]>::try_from(names).map(|[name]| name).map_err(|_| expected("one person"))
}

fn read(text: &str, of: Of) -> Result<Vec<Ref>, Reason> {
    if is_plain(text) {
        let name = super::tidy(text);
        return match cell::no_name(name) {
            Some(reason) => Err(reason),
            None if name.is_empty() => Err(expected("a name")),
            None => Ok(vec![Ref::new(name)]),
        };
    }
    if let Some(markup) = cell::unknown(text) {
        return Err(Reason::UnknownMarkup(markup));
    }
    let lines = cell::lines(text);
    if let Some(reason) = lines.first().filter(|_| lines.len() == 1).and_then(no_one) {
        return Err(reason);
    }
    let mut names = Names { of, names: Vec::new(), before: Vec::new() };
    for line in &lines {
        names.line(line)?;
    }
    names.finish()
}

/// Whether a cell is one name and nothing else, as most are.
fn is_plain(text: &str) -> bool {
    const MARKS: &[u8] = b"'&{[<(/|\n,;+=]}*";
    let text = trimmed(text);
    let mut bytes = text.bytes();
    let is_joined = |words: &[u8]| words.eq_ignore_ascii_case(b" and ") || words[..3] == *b" - ";
    !bytes.any(|byte| MARKS.contains(&byte))
        && !text.as_bytes().windows(5).any(is_joined)
        && (text.is_ascii() || !text.contains(['–', '—', '·', '•', '\u{a0}']))
}

/// The reason why a whole line names no one. A link to "None of the above" does, whatever it shows.
fn no_one(line: &Line) -> Option<Reason> {
    let is_option = line.links.iter().any(|(_, page)| page.to_lowercase().starts_with("none of "));
    if is_option { None } else { cell::no_name(&line.text) }
}

/// A name that is read, and how it stands in its cell.
struct Name {
    name: Ref,
    notes: Vec<String>,
    is_small: bool,
}

struct Names {
    of: Of,
    names: Vec<Name>,
    /// Notes before any name.
    before: Vec<String>,
}

impl Names {
    fn line(&mut self, line: &Line) -> Result<(), Reason> {
        if let Some(note) = notes::of_line(line) {
            self.note(note);
            return Ok(());
        }
        if line.is_small() && self.names.last().is_some_and(|last| !last.is_small) {
            // A party in small print under a person's name, or another person?
            if !line.links.is_empty() {
                return Err(untold());
            }
            self.note(line.text.clone());
            return Ok(());
        }
        let first = self.names.len();
        self.segments(line)?;
        self.names[first..].iter_mut().for_each(|name| name.is_small = line.is_small());
        if self.of == Of::People && line.links.is_empty() && self.are_doubtful(first) {
            return Err(untold());
        }
        Ok(())
    }

    /// Whether words without a link, under the first so many names, may be something else than names.
    fn are_doubtful(&self, first: usize) -> bool {
        let is_one_word = |name: &Name| !name.name.name.contains(' ');
        let (before, these) = self.names.split_at(first);
        let long = before.iter().any(|name| name.name.target.is_some() && !is_one_word(name));
        let is_doubtful =
            |name: &Name| !looks_like_person(&name.name.name) || (long && is_one_word(name));
        first > 0 && these.iter().any(is_doubtful)
    }

    fn note(&mut self, note: String) {
        match self.names.last_mut() {
            Some(last) => last.notes.push(note),
            None => self.before.push(note),
        }
    }

    /// Divides a line into names, where it is clear that they are some.
    fn segments(&mut self, line: &Line) -> Result<(), Reason> {
        let all = segments(line);
        let whole = 0..line.text.len();
        if all.len() < 2 {
            return self.name(line, whole);
        }
        let links = |place: &Range<usize>| outer_links(line, place).len();
        let text = |segment: &Segment| &line.text[segment.place.clone()];
        // What only adds to the name before the comma is no segment of its own.
        let mut joined: Vec<Segment> = Vec::new();
        for segment in all {
            match joined.last_mut() {
                Some(last) if links(&segment.place) == 0 && is_suffix(text(&segment)) => {
                    last.place.end = segment.place.end;
                }
                _ => joined.push(segment),
            }
        }
        let linked = joined.iter().filter(|segment| links(&segment.place) > 0).count();
        let commas = joined.iter().skip(1).filter(|segment| segment.after_comma).count();
        let is_one = match self.of {
            _ if joined.len() == 1 => true,
            Of::People => false,
            Of::Place if linked == 1 => commas == joined.len() - 1,
            // Words alone are a name as they stand, but " / " stands between names.
            Of::Others => linked == 0 && !line.text.contains(" / "),
            Of::One | Of::Place => linked == 0,
        };
        if is_one {
            return self.name(line, whole);
        }
        if self.of == Of::Others && linked == 0 {
            return self.strokes(line);
        }
        // "A, B and C" are names, and "A, B" may be a name and what it is.
        let is_list = commas < joined.len() - 1;
        for segment in joined {
            let words = text(&segment);
            let is_person = self.of == Of::People && looks_like_person(words);
            if links(&segment.place) > 0 || (is_person && (is_list || !segment.after_comma)) {
                self.name(line, segment.place)?;
            } else if notes::is_note(words) && !self.names.is_empty() {
                self.note(words.to_owned());
            } else {
                return Err(untold());
            }
        }
        Ok(())
    }

    /// Names without links, with " / " between them.
    fn strokes(&mut self, line: &Line) -> Result<(), Reason> {
        for name in line.text.split(" / ") {
            let line = Line::plain(name);
            self.name(&line, 0..line.text.len())?;
        }
        Ok(())
    }

    /// Takes a part of a line for one name.
    fn name(&mut self, line: &Line, place: Range<usize>) -> Result<(), Reason> {
        let links = outer_links(line, &place);
        let [page] = links.as_slice() else {
            if links.is_empty() {
                self.names.push(plain(line, &place)?);
                return Ok(());
            }
            // Two links with nothing between them, or with words that tell of something else.
            return Err(untold());
        };
        let (start, text) = (place.start, &line.text[place.clone()]);
        let shown = page.0.start - start..page.0.end - start;
        let (mut name, mut notes, mut from) = (String::new(), Vec::new(), 0);
        for aside in asides(line, &place) {
            // Brackets inside of the link's words belong to the name.
            if shown.contains(&aside.start) || (aside.start < shown.start && aside.end > shown.end)
            {
                continue;
            }
            name.push_str(&text[from..aside.start]);
            notes.push(bare(&text[aside.clone()]).to_owned());
            from = aside.end;
        }
        name.push_str(&text[from..]);
        let name = Line::plain(&name).text;
        let mut name = super::tidy(&name);
        while let Some(length) = notes::sign(name) {
            name = name[..name.len() - length].trim_end();
        }
        let words = &text[shown];
        let (before, behind) = name.split_once(words).unwrap_or((name, ""));
        // "Leader: A", "A acting"
        if let Some(label) = before.trim_end().strip_suffix(':') {
            notes.insert(0, label.trim().to_owned());
            name = name[before.len()..].trim();
        }
        let aside = behind.trim_start_matches([' ', '–', '—', '-', ',']);
        if !aside.is_empty() && aside.len() < behind.len() && notes::is_note(aside) {
            notes.push(aside.to_owned());
            name = name[..name.len() - behind.len()].trim_end();
        }
        let is_option = page.1.to_lowercase().starts_with("none of ");
        if let Some(reason) = cell::no_name(name).filter(|_| !is_option) {
            return Err(reason);
        }
        let name = Ref { target: Some(page.1.clone()), ..Ref::new(name) };
        self.names.push(Name { name, notes, is_small: false });
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<Ref>, Reason> {
        let Some(first) = self.names.first_mut() else {
            return Err(if self.before.is_empty() { expected("a name") } else { Reason::NoOne });
        };
        first.notes.splice(0..0, self.before);
        let names = self.names.into_iter().map(|Name { name, notes, .. }| {
            let notes: Vec<String> = notes.into_iter().filter(|note| !note.is_empty()).collect();
            Ref { note: (!notes.is_empty()).then(|| notes.join(", ")), ..name }
        });
        Ok(names.collect())
    }
}

fn untold() -> Reason {
    expected("names that are told apart")
}

/// What stands beside a name in a part of a line, in brackets or in small print, counted from where it begins.
fn asides(line: &Line, place: &Range<usize>) -> Vec<Range<usize>> {
    let text = &line.text[place.clone()];
    let small =
        line.small.iter().filter(|small| small.start > place.start && small.end <= place.end);
    let mut all: Vec<Range<usize>> =
        small.map(|small| small.start - place.start..small.end - place.start).collect();
    for (open, close) in notes::brackets(text) {
        match all.iter_mut().find(|small| small.start < close && open < small.end) {
            Some(small) => *small = small.start.min(open)..small.end.max(close),
            None => all.push(open..close),
        }
    }
    all.sort_by_key(|aside| aside.start);
    all
}

/// An aside without its brackets.
fn bare(aside: &str) -> &str {
    let inside = aside.trim().strip_prefix('(').and_then(|inside| inside.strip_suffix(')'));
    inside.unwrap_or(aside).trim()
}

/// The links of a part of a line that do not stand beside its name.
fn outer_links<'a>(line: &'a Line, place: &Range<usize>) -> Vec<&'a (Range<usize>, String)> {
    let is_inside = |link: &Range<usize>| link.start >= place.start && link.end <= place.end;
    let all: Vec<_> = line.links.iter().filter(|(link, _)| is_inside(link)).collect();
    if all.len() < 2 {
        return all;
    }
    let asides = asides(line, place);
    let is_aside = |link: &Range<usize>| {
        let aside = |aside: &Range<usize>| {
            place.start + aside.start <= link.start && link.end <= place.start + aside.end
        };
        asides.iter().any(aside)
    };
    let outer: Vec<_> = all.iter().copied().filter(|(link, _)| !is_aside(link)).collect();
    if outer.is_empty() { all } else { outer }
}

/// A name without a link. Small print at its end is a note, and so are brackets whose words are those of one.
fn plain(line: &Line, place: &Range<usize>) -> Result<Name, Reason> {
    let (mut name, mut notes) = (super::tidy(&line.text[place.clone()]), Vec::new());
    while let Some(length) = notes::sign(name) {
        name = name[..name.len() - length].trim_end();
    }
    for aside in asides(line, place).iter().rev() {
        let is_small = line.small.iter().any(|small| small.contains(&(place.start + aside.start)));
        let note = name.get(aside.clone()).map(bare).filter(|_| aside.start > 0);
        let Some(note) = note.filter(|note| is_small || notes::is_note(note)) else { break };
        if aside.end != name.len() {
            break;
        }
        notes.insert(0, note.to_owned());
        name = name[..aside.start].trim_end();
    }
    match cell::no_name(name) {
        Some(reason) => Err(reason),
        None if name.is_empty() => Err(expected("a name")),
        None => Ok(Name { name: Ref::new(name), notes, is_small: false }),
    }
}
