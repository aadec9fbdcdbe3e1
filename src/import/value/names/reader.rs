//! Lines into names, one after the other.

use std::ops::Range;

use super::Of;
use crate::import::cell::{self, Line};
use crate::import::value::asides::{asides, bare, outer_links};
use crate::import::value::person::{is_suffix, looks_like_person};
use crate::import::value::segments::{Segment, segments};
use crate::import::value::{expected, notes, tidy};
use crate::model::{Reason, Ref};

/// A name that is read, and how it stands in its cell.
struct Name {
    name: Ref,
    notes: Vec<String>,
    is_small: bool,
}

pub(super) struct Names {
    of: Of,
    names: Vec<Name>,
    /// Notes before any name.
    before: Vec<String>,
}

impl Names {
    pub(super) fn new(of: Of) -> Self {
        Self { of, names: Vec::new(), before: Vec::new() }
    }

    /// Reads a line.
    ///
    /// # Errors
    /// When it is not clear which names it has.
    pub(super) fn line(&mut self, line: &Line) -> Result<(), Reason> {
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
        // Signs of notes, and dashes to nothing.
        let signs = [' ', '*', '†', '‡', '–', '—', '-', ':', ';', ','];
        let mut name = name.trim_end_matches(signs);
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

    /// The names of the lines.
    ///
    /// # Errors
    /// When there are none.
    pub(super) fn finish(mut self) -> Result<Vec<Ref>, Reason> {
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
    expected("names that are clearly separated")
}

/// A name without a link. Small print at its end is a note, and so are brackets whose words are those of one.
fn plain(line: &Line, place: &Range<usize>) -> Result<Name, Reason> {
    let (mut name, mut notes) = (tidy(&line.text[place.clone()]), Vec::new());
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
