//! The contenders of a contest, by the number in the labels of their values.

use std::collections::BTreeMap;

use crate::model::Contender;

#[derive(Default)]
pub(crate) struct ContendersByNumber {
    contenders: Vec<Contender>,
    /// Index of each contender, by number. Contenders are large, so they are not moved.
    indices: BTreeMap<u16, usize>,
    /// Index of the contender that was looked up last. Values of one contender usually follow each
    /// other.
    last: usize,
}

impl ContendersByNumber {
    /// Returns the contender with a number, and adds it if it is missing.
    pub(in crate::formats) fn get_or_insert(&mut self, number: u16) -> &mut Contender {
        if self.contenders.get(self.last).is_none_or(|last| last.number != Some(number)) {
            self.last = *self.indices.entry(number).or_insert(self.contenders.len());
            if self.last == self.contenders.len() {
                self.contenders.push(Contender { number: Some(number), ..Contender::default() });
            }
        }
        &mut self.contenders[self.last]
    }

    /// Returns the contenders that have any value, ordered by number.
    pub(in crate::formats) fn into_contenders(mut self) -> Vec<Contender> {
        let is_empty = |contender: &Contender| {
            *contender == Contender { number: contender.number, ..Contender::default() }
        };
        self.contenders.retain(|contender| !is_empty(contender));
        self.contenders.sort_by_key(|contender| contender.number);
        self.contenders
    }
}
