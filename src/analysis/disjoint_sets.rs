//! Disjoint sets of indices.

/// Disjoint sets of the indices below a size. The root of a set is its least index.
pub(super) struct DisjointSets {
    parent: Vec<usize>,
}

impl DisjointSets {
    /// Creates a set for each index.
    pub(super) fn new(size: usize) -> Self {
        Self { parent: (0..size).collect() }
    }

    /// Returns the root of the set that contains an index.
    pub(super) fn root(&mut self, mut index: usize) -> usize {
        while self.parent[index] != index {
            self.parent[index] = self.parent[self.parent[index]];
            index = self.parent[index];
        }
        index
    }

    /// Joins the sets of two indices.
    pub(super) fn union(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.parent[one.max(other)] = one.min(other);
    }
}
