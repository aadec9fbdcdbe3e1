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

pub(super) struct NameParser {
    kind: NameKind,
    names: Vec<ParsedName>,
    /// Notes before the first name.
    leading_notes: Vec<String>,
}

impl NameParser {
    pub(super) fn new(kind: NameKind) -> Self {
        Self { kind, names: Vec::new(), leading_notes: Vec::new() }
    }

    /// Parses a line.
    ///
    /// # Errors
    /// Returns the reason if it is unclear which names the line contains.
    pub(super) fn parse_line(&mut self, line: &CellLine) -> Result<(), UnparsedReason> {
        if let Some(note) = notes::line_note(line) {
            self.push_note(note);
            return Ok(());
        }
        if line.is_small() && self.names.last().is_some_and(|last| !last.is_small) {
            // A link in small print is ambiguous: it is the party of the person above, or another
            // person.
            if !line.links.is_empty() {
                return Err(ambiguous_names());
            }
            self.push_note(line.text.clone());
            return Ok(());
        }
        let first = self.names.len();
        self.parse_segments(line)?;
        self.names[first..].iter_mut().for_each(|name| name.is_small = line.is_small());
        if self.kind == NameKind::People && line.links.is_empty() && self.are_ambiguous(first) {
            return Err(ambiguous_names());
        }
        Ok(())
    }

    /// Returns whether any of the names from index `first` on, which have no link, may not be a
    /// name. Names that follow no other names are not ambiguous.
    fn are_ambiguous(&self, first: usize) -> bool {
        let is_one_word = |name: &ParsedName| !name.name.name.contains(' ');
        let (before, these) = self.names.split_at(first);
        let long = before.iter().any(|name| name.name.target.is_some() && !is_one_word(name));
        let is_doubtful =
            |name: &ParsedName| !looks_like_person(&name.name.name) || (long && is_one_word(name));
        first > 0 && these.iter().any(is_doubtful)
    }

    fn push_note(&mut self, note: String) {
        match self.names.last_mut() {
            Some(last) => last.notes.push(note),
            None => self.leading_notes.push(note),
        }
    }

    /// Divides a line into names. Fails if the boundaries between them are unclear.
    fn parse_segments(&mut self, line: &CellLine) -> Result<(), UnparsedReason> {
        let all = segments(line);
        let range = 0..line.text.len();
        let range = match all.as_slice() {
            [one] => one.range.clone(),
            _ => range,
        };
        if all.len() < 2 {
            return self.parse_name(line, range);
        }
        let links = |place: &Range<usize>| outer_links(line, place).len();
        let text = |segment: &Segment| &line.text[segment.range.clone()];
        // A suffix such as "Jr." belongs to the segment before the comma.
        let mut joined: Vec<Segment> = Vec::new();
        for segment in all {
            match joined.last_mut() {
                Some(last) if links(&segment.range) == 0 && is_suffix(text(&segment)) => {
                    last.range.end = segment.range.end;
                }
                _ => joined.push(segment),
            }
        }
        let linked = joined.iter().filter(|segment| links(&segment.range) > 0).count();
        let commas = joined.iter().skip(1).filter(|segment| segment.after_comma).count();
        let is_single_name = match self.kind {
            _ if joined.len() == 1 => true,
            NameKind::People => false,
            NameKind::Place if linked == 1 => commas == joined.len() - 1,
            // A line without links is one name, unless it contains " / ".
            NameKind::Parties => linked == 0 && !line.text.contains(" / "),
            NameKind::Single | NameKind::Place => linked == 0,
        };
        if is_single_name {
            return self.parse_name(line, range);
        }
        if self.kind == NameKind::Parties && linked == 0 {
            return self.parse_slash_separated(line);
        }
        // "A, B and C" is a list of names, but "A, B" may be a name and a description.
        let is_list = commas < joined.len() - 1;
        for segment in joined {
            let words = text(&segment);
            let is_person = self.kind == NameKind::People && looks_like_person(words);
            if links(&segment.range) > 0 || (is_person && (is_list || !segment.after_comma)) {
                self.parse_name(line, segment.range)?;
            } else if notes::is_note(words) && !self.names.is_empty() {
                self.push_note(words.to_owned());
            } else {
                return Err(ambiguous_names());
            }
        }
        Ok(())
    }

    /// Parses names without links, separated by " / ".
    fn parse_slash_separated(&mut self, line: &CellLine) -> Result<(), UnparsedReason> {
        for name in line.text.split(" / ") {
            let line = CellLine::plain(name);
            self.parse_name(&line, 0..line.text.len())?;
        }
        Ok(())
    }

    /// Parses a part of a line as one name.
    fn parse_name(&mut self, line: &CellLine, range: Range<usize>) -> Result<(), UnparsedReason> {
        let links = outer_links(line, &range);
        let [page] = links.as_slice() else {
            if links.is_empty() {
                self.names.push(single::parse_plain_name(line, &range)?);
                return Ok(());
            }
            // Several links without a separator between them, or with words instead of a separator.
            return Err(ambiguous_names());
        };
        self.names.push(single::parse_linked_name(line, &range, page, self.kind)?);
        Ok(())
    }

    /// Returns the names of all lines.
    ///
    /// # Errors
    /// Returns the reason if there are none.
    pub(super) fn finish(mut self) -> Result<Vec<Reference>, UnparsedReason> {
        let Some(first) = self.names.first_mut() else {
            return Err(if self.leading_notes.is_empty() {
                UnparsedReason::expected("a name")
            } else {
                UnparsedReason::NoOne
            });
        };
        first.notes.splice(0..0, self.leading_notes);
        let names = self.names.into_iter().map(|ParsedName { name, notes, .. }| {
            let notes: Vec<String> = notes.into_iter().filter(|note| !note.is_empty()).collect();
            Reference { note: (!notes.is_empty()).then(|| notes.join(", ")), ..name }
        });
        Ok(names.collect())
    }
}
