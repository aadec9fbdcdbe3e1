//! What was asked for last, kept in memory up to a bound.

use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Values by their keys: all that were asked for since the memory was last half full, and some that were
/// asked for before. Two generations cost less than a list in the order of use, and keep nearly as well.
#[derive(Debug)]
pub(crate) struct Recent<K, V, S = RandomState> {
    generations: Mutex<Generations<K, V, S>>,
    /// So much may one generation weigh.
    bound: usize,
}

#[derive(Debug)]
struct Generations<K, V, S> {
    young: HashMap<K, (V, usize), S>,
    old: HashMap<K, (V, usize), S>,
    /// Of the young.
    weight: usize,
}

impl<K: Eq + Hash, V, S: BuildHasher + Default> Generations<K, V, S> {
    fn add(&mut self, key: K, value: V, weight: usize, bound: usize) {
        if self.weight + weight > bound {
            self.old = std::mem::take(&mut self.young);
            self.weight = 0;
        }
        self.weight += weight;
        self.young.insert(key, (value, weight));
    }
}

impl<K: Eq + Hash + Clone, V: Clone, S: BuildHasher + Default> Recent<K, V, S> {
    /// Keeps values that together weigh at most this much, in whatever their weight is given.
    pub(crate) fn new(bound: usize) -> Self {
        let generations =
            Generations { young: HashMap::default(), old: HashMap::default(), weight: 0 };
        Self { generations: Mutex::new(generations), bound: bound / 2 }
    }

    /// From now on, keeps values that together weigh at most this much.
    pub(crate) fn keep_at_most(&mut self, bound: usize) {
        self.bound = bound / 2;
    }

    /// The value that is kept, or the one that is made, with its weight.
    pub(crate) fn get_or<E, Q>(
        &self,
        key: &Q,
        make: impl FnOnce() -> Result<(V, usize), E>,
    ) -> Result<V, E>
    where
        K: std::borrow::Borrow<Q>,
        Q: Eq + Hash + ToOwned<Owned = K> + ?Sized,
    {
        if let Some(value) = self.kept(key) {
            return Ok(value);
        }
        // Others may ask meanwhile; then it is made twice.
        let (value, weight) = make()?;
        self.keep(key.to_owned(), value.clone(), weight);
        Ok(value)
    }

    fn kept<Q>(&self, key: &Q) -> Option<V>
    where
        K: std::borrow::Borrow<Q>,
        Q: Eq + Hash + ?Sized,
    {
        let generations = &mut *self.lock();
        if let Some((value, _)) = generations.young.get(key) {
            return Some(value.clone());
        }
        let (key, (value, weight)) = generations.old.remove_entry(key)?;
        generations.add(key, value.clone(), weight, self.bound);
        Some(value)
    }

    fn keep(&self, key: K, value: V, weight: usize) {
        self.lock().add(key, value, weight, self.bound);
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        let generations = &mut *self.lock();
        generations.young.clear();
        generations.old.clear();
        generations.weight = 0;
    }

    fn lock(&self) -> MutexGuard<'_, Generations<K, V, S>> {
        // Whoever panicked left a value out at worst.
        self.generations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_again_stays_and_the_rest_goes() {
        let recent: Recent<u32, u32> = Recent::new(20);
        let ask = |key: u32| {
            let mut made = false;
            let value = recent.get_or(&key, || {
                made = true;
                Ok::<_, ()>((key * 2, 1))
            });
            assert_eq!(value, Ok(key * 2));
            made
        };
        assert!(ask(0) && !ask(0));
        for key in 1..100 {
            ask(key);
            assert!(!ask(0), "asked again before {key}");
        }
        assert!(ask(1));
        recent.clear();
        assert!(ask(0));
        assert_eq!(recent.get_or(&7, || Err("not to be had")), Err("not to be had"));
        assert!(ask(7));
    }
}
