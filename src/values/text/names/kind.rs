//! Kinds of names in a cell.

/// The kind of names that a cell contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameKind {
    /// One or several people: "A and B" are two names.
    People,
    /// Parties or pages: "Trade and Industry" is one name, unless parts of it are linked.
    Parties,
    /// A single party or office.
    Single,
    /// A single place: "Chicago, Illinois" is one name, even if only a part of it is linked.
    Place,
}
