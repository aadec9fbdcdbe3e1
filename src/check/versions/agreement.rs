//! Agreement of a figure's values with the versions of an election.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::Election;

/// One value of a figure that the versions of an election state differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ValueAgreement {
    /// Address of the election.
    pub address: String,
    /// Name of the figure.
    pub place: String,
    /// The stated value.
    pub value: String,
    /// Numbers of the versions that state the value.
    pub stated_by: Vec<u32>,
    /// Agreement of the value with the other figures of each version.
    pub by_version: Vec<VersionAgreement>,
    /// Conclusion from the value: the number of voters that a turnout implies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conclusion: Option<String>,
}

/// Agreement of a value with the other figures of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct VersionAgreement {
    /// The version, or all versions that have the same figures.
    pub versions: Vec<u32>,
    /// Whether the value agrees with the other figures; `None` if no other figure constrains the
    /// value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agrees: Option<bool>,
    /// Calculation that explains the agreement or the contradiction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arithmetic: Option<String>,
}

impl fmt::Display for ValueAgreement {
    /// Writes a sentence: "47,095 (version 1) agrees with the other figures of version 1, and
    /// contradicts those of version 2".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.value, format_versions(&self.stated_by))?;
        let with_result = |agrees: Option<bool>| -> Vec<&VersionAgreement> {
            self.by_version.iter().filter(|beside| beside.agrees == agrees).collect()
        };
        let numbers = |agreements: &[&VersionAgreement]| -> Vec<u32> {
            let mut all: Vec<u32> =
                agreements.iter().flat_map(|beside| beside.versions.iter().copied()).collect();
            all.sort_unstable();
            all
        };
        let (agreeing, contradicting, unconstrained) =
            (with_result(Some(true)), with_result(Some(false)), with_result(None));
        if !agreeing.is_empty() {
            write!(
                f,
                " agrees with the other figures of {}",
                format_versions(&numbers(&agreeing))
            )?;
            write!(f, "{}", format_arithmetic(&agreeing))?;
        }
        if !contradicting.is_empty() {
            let those = if agreeing.is_empty() {
                " contradicts the other figures"
            } else {
                ", and contradicts those"
            };
            write!(
                f,
                "{those} of {}{}",
                format_versions(&numbers(&contradicting)),
                format_arithmetic(&contradicting)
            )?;
        }
        if !unconstrained.is_empty() {
            let and = if agreeing.is_empty() && contradicting.is_empty() { ":" } else { "; and" };
            let open = format_versions(&numbers(&unconstrained));
            write!(f, "{and} no other figure of {open} bears on it")?;
        }
        if let Some(follows) = &self.conclusion {
            write!(f, "; {follows}")?;
        }
        Ok(())
    }
}

/// An election with the versions that state the same figures.
pub(super) struct VersionGroup {
    pub(super) versions: Vec<u32>,
    pub(super) election: Arc<Election>,
    /// Registered voters according to the prose, where the record does not state them.
    pub(super) registered: Option<u64>,
}

/// Returns the arithmetic of several versions, in parentheses.
pub(super) fn format_arithmetic(agreements: &[&VersionAgreement]) -> String {
    let mut by_arithmetic: Vec<(&str, Vec<u32>)> = Vec::new();
    for agreement in agreements {
        let Some(arithmetic) = &agreement.arithmetic else { continue };
        match by_arithmetic.iter_mut().find(|(other, _)| other == arithmetic) {
            Some((_, versions)) => versions.extend(&agreement.versions),
            None => by_arithmetic.push((arithmetic, agreement.versions.clone())),
        }
    }
    match by_arithmetic.as_slice() {
        [] => String::new(),
        [(arithmetic, _)] => format!(" ({arithmetic})"),
        several => {
            let each = several
                .iter()
                .map(|(text, numbers)| format!("{}: {text}", format_versions(numbers)));
            format!(" ({})", each.collect::<Vec<_>>().join("; "))
        }
    }
}

pub(super) fn format_versions(numbers: &[u32]) -> String {
    let list: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    match list.as_slice() {
        [] => String::new(),
        [one] => format!("version {one}"),
        [first @ .., last] => format!("versions {} and {last}", first.join(", ")),
    }
}
