//! The contenders of a contest, by the numbers in their labels.

use std::collections::BTreeMap;

use crate::model::Contender;

#[derive(Default)]
pub(in crate::import) struct Contenders {
    contenders: Vec<Contender>,
    /// Where each number stands among them. Contenders are large, so they do not move.
    places: BTreeMap<u16, usize>,
    /// The place of the contender looked up last. The values of one mostly follow one another.
    last: usize,
}

impl Contenders {
    /// The contender of a number.
    pub(in crate::import) fn numbered(&mut self, number: u16) -> &mut Contender {
        if self.contenders.get(self.last).is_none_or(|last| last.number != Some(number)) {
            self.last = *self.places.entry(number).or_insert(self.contenders.len());
            if self.last == self.contenders.len() {
                self.contenders.push(Contender { number: Some(number), ..Contender::default() });
            }
        }
        &mut self.contenders[self.last]
    }

    /// All of them of whom anything is said, in the order of their numbers.
    pub(in crate::import) fn in_order(mut self) -> Vec<Contender> {
        let is_empty = |contender: &Contender| {
            *contender == Contender { number: contender.number, ..Contender::default() }
        };
        self.contenders.retain(|contender| !is_empty(contender));
        self.contenders.sort_by_key(|contender| contender.number);
        self.contenders
    }
}
