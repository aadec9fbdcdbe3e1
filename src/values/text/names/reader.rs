//! Conversion of the lines of a cell to names.

use std::ops::Range;

use super::kind::NameKind;
use super::single::{self, ParsedName, ambiguous_names};
use crate::model::{Reference, UnparsedReason};
use crate::values::number::CellLine;
use crate::values::text::asides::outer_links;
use crate::values::text::notes;
use crate::values::text::person::{is_suffix, looks_like_person};
use crate::values::text::segments::{Segment, segments};

pub(super) struct NameReader {
    of: NameKind,
    names: Vec<ParsedName>,
    /// Notes before the first name.
    before: Vec<String>,
}

impl NameReader {
    pub(super) fn new(of: NameKind) -> Self {
        Self { of, names: Vec::new(), before: Vec::new() }
    }

    /// Parses a line.
    ///
    /// # Errors
    /// Returns the reason if it is unclear which names the line contains.
    pub(super) fn line(&mut self, line: &CellLine) -> Result<(), UnparsedReason> {
        if let Some(note) = notes::line_note(line) {
            self.note(note);
            return Ok(());
        }
        if line.is_small() && self.names.last().is_some_and(|last| !last.is_small) {
            // Ambiguous: the party of the person above, or another person.
            if !line.links.is_empty() {
                return Err(ambiguous_names());
            }
            self.note(line.text.clone());
            return Ok(());
        }
        let first = self.names.len();
        self.segments(line)?;
        self.names[first..].iter_mut().for_each(|name| name.is_small = line.is_small());
        if self.of == NameKind::People && line.links.is_empty() && self.are_doubtful(first) {
            return Err(ambiguous_names());
        }
        Ok(())
    }

    /// Returns whether the names from index `first` on, which follow others and have no link, may
    /// not be names.
    fn are_doubtful(&self, first: usize) -> bool {
        let is_one_word = |name: &ParsedName| !name.name.name.contains(' ');
        let (before, these) = self.names.split_at(first);
        let long = before.iter().any(|name| name.name.target.is_some() && !is_one_word(name));
        let is_doubtful =
            |name: &ParsedName| !looks_like_person(&name.name.name) || (long && is_one_word(name));
        first > 0 && these.iter().any(is_doubtful)
    }

    fn note(&mut self, note: String) {
        match self.names.last_mut() {
            Some(last) => last.notes.push(note),
            None => self.before.push(note),
        }
    }

    /// Divides a line into names. Fails if the boundaries between them are unclear.
    fn segments(&mut self, line: &CellLine) -> Result<(), UnparsedReason> {
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
        // A suffix such as "Jr." belongs to the segment before the comma.
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
            NameKind::People => false,
            NameKind::Place if linked == 1 => commas == joined.len() - 1,
            // A line without links is one name, unless it contains " / ".
            NameKind::Others => linked == 0 && !line.text.contains(" / "),
            NameKind::One | NameKind::Place => linked == 0,
        };
        if is_one {
            return self.name(line, whole);
        }
        if self.of == NameKind::Others && linked == 0 {
            return self.strokes(line);
        }
        // "A, B and C" is a list of names, but "A, B" may be a name and a description.
        let is_list = commas < joined.len() - 1;
        for segment in joined {
            let words = text(&segment);
            let is_person = self.of == NameKind::People && looks_like_person(words);
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

    /// Parses names without links, separated by " / ".
    fn strokes(&mut self, line: &CellLine) -> Result<(), UnparsedReason> {
        for name in line.text.split(" / ") {
            let line = CellLine::plain(name);
            self.name(&line, 0..line.text.len())?;
        }
        Ok(())
    }

    /// Parses a part of a line as one name.
    fn name(&mut self, line: &CellLine, place: Range<usize>) -> Result<(), UnparsedReason> {
        let links = outer_links(line, &place);
        let [page] = links.as_slice() else {
            if links.is_empty() {
                self.names.push(single::plain(line, &place)?);
                return Ok(());
            }
            // Two links with nothing between them, or with other words.
            return Err(ambiguous_names());
        };
        self.names.push(single::linked(line, &place, page, self.of)?);
        Ok(())
    }

    /// Returns the names of all lines.
    ///
    /// # Errors
    /// Returns the reason if there are none.
    pub(super) fn finish(mut self) -> Result<Vec<Reference>, UnparsedReason> {
        let Some(first) = self.names.first_mut() else {
            return Err(if self.before.is_empty() {
                UnparsedReason::expected("a name")
            } else {
                UnparsedReason::NoOne
            });
        };
        first.notes.splice(0..0, self.before);
        let names = self.names.into_iter().map(|ParsedName { name, notes, .. }| {
            let notes: Vec<String> = notes.into_iter().filter(|note| !note.is_empty()).collect();
            Reference { note: (!notes.is_empty()).then(|| notes.join(", ")), ..name }
        });
        Ok(names.collect())
    }
}
