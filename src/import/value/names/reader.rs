//! Lines into names, one after the other.

use std::ops::Range;

use super::Of;
use super::single::{self, Name};
use crate::import::cell::Line;
use crate::import::value::asides::outer_links;
use crate::import::value::person::{is_suffix, looks_like_person};
use crate::import::value::segments::{Segment, segments};
use crate::import::value::{expected, notes};
use crate::model::{Reason, Ref};

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
                return Err(ambiguous_names());
            }
            self.note(line.text.clone());
            return Ok(());
        }
        let first = self.names.len();
        self.segments(line)?;
        self.names[first..].iter_mut().for_each(|name| name.is_small = line.is_small());
        if self.of == Of::People && line.links.is_empty() && self.are_doubtful(first) {
            return Err(ambiguous_names());
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
        let whole = match all.as_slice() {
            [one] => one.place.clone(),
            _ => whole,
        };
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
                return Err(ambiguous_names());
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
                self.names.push(single::plain(line, &place)?);
                return Ok(());
            }
            // Two links with nothing between them, or with words that tell of something else.
            return Err(ambiguous_names());
        };
        self.names.push(single::linked(line, &place, page, self.of)?);
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

pub(super) fn ambiguous_names() -> Reason {
    expected("a name, or several that are clearly separated")
}
