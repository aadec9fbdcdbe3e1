//! Parts of a sum over areas: a figure that some area may not state, and what identifies a contender.

use crate::model::ElectionType;

/// What identifies a contender across areas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SumBy {
    Party,
    Person,
    /// The detail of this name.
    Detail(String),
}

impl SumBy {
    /// Returns what the mapping states, or else what it names: a party, unless it names persons
    /// only or the election is of one office.
    pub(super) fn new(
        stated: Option<&str>,
        has_party: bool,
        has_person: bool,
        kind: Option<&ElectionType>,
    ) -> Self {
        match stated {
            Some("party") => Self::Party,
            Some("person") => Self::Person,
            Some(detail) => Self::Detail(detail.to_owned()),
            None if !has_party || has_person && kind.is_some_and(is_of_one_office) => Self::Person,
            None => Self::Party,
        }
    }
}

/// Returns whether an election fills one office, for which all areas vote.
fn is_of_one_office(kind: &ElectionType) -> bool {
    match kind {
        ElectionType::Presidential | ElectionType::Primary => true,
        ElectionType::Other(name) => {
            ["gubernatorial", "mayoral", "vice presidential"].contains(&name.as_str())
        }
        _ => false,
    }
}

/// A sum of which some part may be unknown.
#[derive(Debug, Clone, Default)]
pub(super) struct PartialSum {
    sum: u64,
    /// Number of parts that state the figure.
    stated: u32,
    /// First area that does not state the figure.
    unknown_in: Option<String>,
}

impl PartialSum {
    /// Adds a part.
    ///
    /// # Errors
    /// Returns what was expected if the sum does not fit 64 bits.
    pub(super) fn add(&mut self, part: Option<u64>, area: &str) -> Result<(), String> {
        let Some(part) = part else {
            self.unknown_in.get_or_insert_with(|| area.to_owned());
            return Ok(());
        };
        self.stated += 1;
        let sum = self.sum.checked_add(part);
        self.sum = sum.ok_or_else(|| format!("figures whose sum fits 64 bits, to add '{area}'"))?;
        Ok(())
    }

    /// Returns the sum; `None` if a part is unknown, or there is none.
    pub(super) fn total(&self) -> Option<u64> {
        (self.stated > 0 && self.unknown_in.is_none()).then_some(self.sum)
    }

    /// Returns whether some area states the figure.
    pub(super) fn is_stated(&self) -> bool {
        self.stated > 0
    }

    /// Returns the first area that does not state a figure that others state.
    pub(super) fn left_out(&self) -> Option<&str> {
        self.unknown_in.as_deref().filter(|_| self.stated > 0)
    }
}
