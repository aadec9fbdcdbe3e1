//! Texts in the records of XLS workbooks. A long text continues in the next record.

use super::fields::u16_at;

/// A record and those that continue it.
pub(super) struct Segments<'a> {
    segments: Vec<&'a [u8]>,
    segment: usize,
    at: usize,
}

impl<'a> Segments<'a> {
    pub(super) fn new(segments: Vec<&'a [u8]>) -> Self {
        Self { segments, segment: 0, at: 0 }
    }

    /// Returns the rest of the current segment. Enters the next one if nothing is left.
    fn rest(&mut self) -> Option<&'a [u8]> {
        loop {
            let rest = self.segments.get(self.segment)?.get(self.at..)?;
            if !rest.is_empty() {
                return Some(rest);
            }
            (self.segment, self.at) = (self.segment + 1, 0);
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.rest()?.first()?;
        self.at += 1;
        Some(byte)
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        Some(u32::from(self.u16()?) | (u32::from(self.u16()?) << 16))
    }

    pub(super) fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > 0 {
            let step = self.rest()?.len().min(count);
            (self.at, count) = (self.at + step, count - step);
        }
        Some(())
    }

    /// Reads a text with its formatting, which is skipped. Its number of characters comes first, in
    /// two bytes.
    pub(super) fn text(&mut self) -> Option<String> {
        let mut left = usize::from(self.u16()?);
        let mut flags = self.byte()?;
        let runs = if flags & 8 != 0 { usize::from(self.u16()?) * 4 } else { 0 };
        let extra = if flags & 4 != 0 { usize::try_from(self.u32()?).ok()? } else { 0 };
        let mut units: Vec<u16> = Vec::new();
        while left > 0 {
            let is_boundary =
                self.segments.get(self.segment).is_some_and(|segment| self.at >= segment.len());
            let rest = self.rest()?;
            if is_boundary {
                // The continued part states its width again.
                flags = (flags & !1) | (self.byte()? & 1);
                continue;
            }
            let width = if flags & 1 == 1 { 2 } else { 1 };
            let count = (rest.len() / width).min(left);
            if count == 0 {
                return None;
            }
            let bytes = rest.get(..count * width)?;
            match width {
                1 => units.extend(bytes.iter().map(|byte| u16::from(*byte))),
                _ => units.extend(bytes.chunks_exact(2).filter_map(|unit| u16_at(unit, 0))),
            }
            (self.at, left) = (self.at + count * width, left - count);
        }
        self.skip(runs)?;
        self.skip(extra)?;
        Some(String::from_utf16_lossy(&units))
    }
}

/// Reads a text whose number of characters, in one byte, comes first.
pub(super) fn short_text(bytes: &[u8]) -> Option<String> {
    let (count, flags) = (usize::from(*bytes.first()?), *bytes.get(1)?);
    if flags & 1 == 0 {
        return Some(bytes.get(2..2 + count)?.iter().map(|byte| char::from(*byte)).collect());
    }
    let units = bytes.get(2..2 + 2 * count)?.chunks_exact(2).filter_map(|unit| u16_at(unit, 0));
    Some(String::from_utf16_lossy(&units.collect::<Vec<_>>()))
}

/// Reads the table of shared texts.
pub(super) fn shared_strings(mut segments: Segments<'_>, maximum: usize) -> Option<Vec<Box<str>>> {
    let _references = segments.u32()?;
    let count = segments.u32()?;
    let (mut strings, mut bytes) = (Vec::new(), 0);
    for _ in 0..count {
        let text = segments.text()?;
        bytes += text.len() + 16;
        if bytes > maximum {
            return None;
        }
        strings.push(text.into_boxed_str());
    }
    Some(strings)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_continues_in_the_next_record_with_another_width() {
        let first = b"\x05\x00\x00ab".as_slice();
        let second = b"\x01c\x00d\x00\x42\x01".as_slice();
        assert_eq!(Segments::new(vec![first, second]).text().unwrap(), "abcdł");
        assert_eq!(Segments::new(vec![first]).text(), None);
        // Formatting runs and phonetic data follow the characters.
        let rich = b"\x01\x00\x0c\x01\x00\x02\x00\x00\x00aRRRRXX\x01\x00\x00b".as_slice();
        let mut segments = Segments::new(vec![rich]);
        assert_eq!((segments.text().unwrap(), segments.text().unwrap()), ("a".into(), "b".into()));
        assert_eq!(short_text(b"\x02\x00hi").unwrap(), "hi");
    }
}
