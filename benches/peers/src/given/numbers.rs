//! Pseudo-random numbers that depend only on the seeds of a text.

#[path = "../../../shared/numbers.rs"]
mod drawn;

pub(crate) use drawn::Numbers;

impl Numbers {
    /// Returns a generator that depends only on these seeds.
    pub(crate) fn of(seeds: &[u64]) -> Self {
        let mut numbers = Self(0x5eed);
        for seed in seeds {
            numbers.0 = numbers.next() ^ seed.wrapping_mul(0xff51_afd7_ed55_8ccd);
        }
        numbers
    }

    /// Returns a number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len() as u64) as usize]
    }

    /// Returns a random permutation of `0..count`.
    pub(crate) fn shuffled(&mut self, count: usize) -> Vec<u32> {
        let mut order: Vec<u32> = (0..count as u32).collect();
        for at in (1..count).rev() {
            order.swap(at, self.below(at as u64 + 1) as usize);
        }
        order
    }
}
