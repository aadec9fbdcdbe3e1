//! Areas of the rows, and the sums over them.

use serde::{Deserialize, Serialize};

use super::Mapping;
use super::value::ValueSource;

/// Name of the level of the whole country.
pub(crate) const COUNTRY_LEVEL: &str = "country";

/// Where the rows state the area of their record, and which sums are made over the areas.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AreaColumns {
    /// Names of the nested areas, the largest first. Where the last ones are null, the row belongs
    /// to a larger area.
    pub(crate) path: Vec<ValueSource>,
    /// Names of the levels of `path`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) levels: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<ValueSource>,
    /// Source or period of the boundaries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) boundaries: Option<ValueSource>,
    /// Levels whose records are sums over the smallest areas.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) sum: Vec<String>,
    /// Origin of the seats in sums.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seats: Option<SumSeats>,
    /// What identifies a contender across areas: `party`, `person`, or the name of a detail of
    /// `[contender.details]`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<String>,
}

/// Origin of the seats in sums over areas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SumSeats {
    /// One seat for the contender with the most votes of each area.
    Winners,
    /// The seats that the areas state.
    Column,
}

impl SumSeats {
    pub(super) const ALL: [(&str, Self); 2] =
        [("winners", Self::Winners), ("column", Self::Column)];
}

impl AreaColumns {
    /// Returns the values of the section.
    pub(super) fn values(&self) -> impl Iterator<Item = &ValueSource> {
        self.path.iter().chain(&self.code).chain(&self.boundaries)
    }

    /// Returns the columns that the path depends on.
    pub(super) fn path_columns(&self) -> Vec<&str> {
        self.path.iter().flat_map(ValueSource::columns).collect()
    }

    /// Returns the depths of the levels that are summed: 0 for the country, 1 for the largest areas
    /// within it.
    pub(crate) fn sum_depths(&self) -> Vec<usize> {
        let depth = |level: &String| {
            if level == COUNTRY_LEVEL {
                return Some(0);
            }
            self.levels.iter().position(|other| other == level).map(|at| at + 1)
        };
        let mut depths: Vec<usize> = self.sum.iter().filter_map(depth).collect();
        depths.sort_unstable();
        depths.dedup();
        depths
    }

    /// Returns the names of the levels of an area, by the length of its path.
    pub(crate) fn levels_of(&self, depth: usize) -> &[String] {
        self.levels.get(..depth).unwrap_or_default()
    }
}

/// Area that a source text is of. Only source texts contain it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RecordArea {
    /// Names of the nested areas; empty for the whole country.
    pub(crate) path: Vec<String>,
    /// Whether the record is, or has beside it, a sum over the areas within.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) sum: bool,
}

impl Mapping {
    /// Returns the columns whose values identify an event: the key without the columns that state
    /// the area.
    pub(crate) fn event_key(&self) -> Vec<&str> {
        let area = self.area.as_ref().map(AreaColumns::path_columns).unwrap_or_default();
        self.key().into_iter().filter(|column| !area.contains(column)).collect()
    }

    /// Returns whether the title states the area of a record by itself.
    pub(crate) fn title_has_area(&self) -> bool {
        let area = self.area.as_ref().map(AreaColumns::path_columns).unwrap_or_default();
        let title = self.election.title.as_ref().map(ValueSource::columns).unwrap_or_default();
        title.iter().any(|column| area.contains(column))
    }

    /// Returns what contradicts the other settings in `[area]`.
    pub(super) fn find_area_inconsistency(&self) -> Option<String> {
        let area = self.area.as_ref()?;
        let depth = area.path.len();
        if !area.levels.is_empty() && area.levels.len() != depth {
            return Some(format!(
                "'levels' has {} names, and 'path' has {depth} values; expected a name for each",
                area.levels.len()
            ));
        }
        if area.levels.iter().any(|level| level == COUNTRY_LEVEL) {
            let problem = "'levels' has \"country\", which is the level above the path; expected another name";
            return Some(problem.to_owned());
        }
        let twice = area.levels.iter().enumerate();
        let mut twice =
            twice.filter(|(at, level)| area.levels.iter().take(*at).any(|other| other == *level));
        if let Some((_, level)) = twice.next() {
            return Some(format!("'levels' has '{level}' twice; expected different names"));
        }
        let above: Vec<&str> = std::iter::once(COUNTRY_LEVEL)
            .chain(area.levels.iter().take(depth.saturating_sub(1)).map(String::as_str))
            .collect();
        if let Some(level) = area.sum.iter().find(|level| !above.contains(&level.as_str())) {
            let reason = match area.levels.last() {
                Some(last) if last == level => "is the level of the areas that are added",
                _ => "is no level",
            };
            return Some(format!(
                "'{level}' in 'sum' {reason}; expected one of {}",
                above.join(", ")
            ));
        }
        if area.sum.is_empty() {
            let stated = [("seats", area.seats.is_some()), ("by", area.by.is_some())];
            let stated = stated.into_iter().find(|(_, is_stated)| *is_stated);
            return stated.map(|(word, _)| {
                format!(
                    "'{word}' is of sums; expected 'sum' beside it, such as sum = [\"country\"]"
                )
            });
        }
        if self.version_by.is_some() {
            let problem = "'sum' adds one version of each area, and version_by makes several; expected one of the two";
            return Some(problem.to_owned());
        }
        if self.title_has_area() {
            let problem = "the title states the area by itself, so that a sum has none; expected a title of the \
                           whole event, to which the names of the areas are added";
            return Some(problem.to_owned());
        }
        if area.seats == Some(SumSeats::Column) && self.contender.seats.is_none() {
            return Some("seats = \"column\" needs 'seats' in [contender]".to_owned());
        }
        if area.seats == Some(SumSeats::Winners) && self.contender.votes.is_none() {
            return Some("seats = \"winners\" needs 'votes' in [contender]".to_owned());
        }
        match area.by.as_deref() {
            Some("party") if self.contender.party.is_none() => {
                Some("by = \"party\" needs a party in [contender]".to_owned())
            }
            Some("person") if self.contender.person.is_none() => {
                Some("by = \"person\" needs a person in [contender]".to_owned())
            }
            None | Some("party" | "person") => None,
            Some(detail) if self.contender.details.contains_key(detail) => None,
            Some(other) => Some(format!(
                "'{other}' is no word of 'by'; expected party, person, or a name of [contender.details]"
            )),
        }
    }
}
