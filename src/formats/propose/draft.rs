//! Everything that a proposed mapping is written from.

use super::column::Column;
use super::event::Event;
use super::field::{Field, Shape};
use super::grid::Grid;
use super::plan::Plan;
use super::role::Role;

/// Everything that a mapping is written from.
pub(super) struct Draft<'a> {
    pub(super) grid: &'a Grid,
    pub(super) columns: &'a [Column],
    pub(super) shape: &'a Shape,
    pub(super) plan: &'a Plan,
    pub(super) event: &'a Event,
    /// Settings of the container, with their reasons.
    pub(super) container: &'a [(String, String)],
    /// Texts that stand for an unknown value.
    pub(super) nulls: &'a [String],
    pub(super) totals: bool,
}

impl Draft<'_> {
    pub(super) fn field(&self, role: Role) -> Option<&Field> {
        self.shape.field(role)
    }
}
