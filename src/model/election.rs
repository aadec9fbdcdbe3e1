//! An election as one source describes it, with the texts that could not be parsed.
//!
//! Every value is as stated; nothing is computed. [`Election::inferred`] lists the fields that are
//! inferred from the title.

use serde::{Deserialize, Serialize};

use super::{Area, Contest, Detail, ElectionType, Link, PartialDate, PollingDate, UnparsedField};

/// One event, as one source describes it under one title.
///
/// ```
/// use hustings::model::{Contest, Election, ElectionType};
/// let election = Election {
///     title: "1824 Ruritanian presidential election".to_owned(),
///     country: Some("Ruritania".to_owned()),
///     year: Some(1824),
///     contests: vec![Contest { kind: Some(ElectionType::Presidential), ..Contest::default() }],
///     ..Election::default()
/// };
/// assert!(election.has_type(&ElectionType::Presidential));
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Election {
    /// Title in the source. Links and addresses use it.
    pub title: String,
    /// Name that the record states, if any.
    pub name: Option<String>,
    /// Country, or part of a country, that votes, as the source spells it.
    pub country: Option<String>,
    /// Part of the country that votes; `None` if the whole country does.
    pub area: Option<Area>,
    /// Year of the (first) vote.
    pub year: Option<i32>,
    /// Type of the event as a whole.
    #[serde(rename = "type")]
    pub kind: Option<ElectionType>,
    /// Dates of the vote, in the order of the source.
    pub dates: Vec<PollingDate>,
    /// Link to the previous election, as this source states it.
    pub previous: Option<Link>,
    /// Link to the next election, as this source states it.
    pub next: Option<Link>,
    /// Contests of the election. Most elections have one.
    pub contests: Vec<Contest>,
    /// Tables of results outside of the infoboxes, each as a contest: usually the full list of
    /// contenders. They are never merged into [`Election::contests`]; a check reports where the two
    /// disagree.
    pub results: Vec<Contest>,
    /// Typed values without a field of their own: maps, captions, poll links ….
    pub details: Vec<Detail>,
    /// Texts that could not be parsed.
    #[serde(alias = "kept")]
    pub unparsed: Vec<UnparsedField>,
    /// Fields above that are inferred, not stated.
    pub inferred: Vec<InferredField>,
    /// Prose of the document: the lede (without a heading) and each section.
    pub sections: Vec<Section>,
}

impl Election {
    /// Returns whether the election, or one of its contests, is of this type.
    #[must_use]
    pub fn has_type(&self, kind: &ElectionType) -> bool {
        self.kind.as_ref() == Some(kind)
            || self.contests.iter().any(|contest| contest.kind.as_ref() == Some(kind))
    }

    /// Returns the first date of the vote, or the year if no date is known.
    #[must_use]
    pub fn start(&self) -> Option<PartialDate> {
        let dated = self.dates.first().map(|date| date.start);
        dated.or_else(|| PartialDate::from_year(self.year?).ok())
    }

    /// Returns whether a field is inferred from the title, not stated.
    #[must_use]
    pub fn is_inferred(&self, field: InferredField) -> bool {
        self.inferred.contains(&field)
    }

    /// Removes the prose, which the journal contains and the store does not.
    #[must_use]
    pub fn without_prose(self) -> Self {
        Self { sections: Vec::new(), ..self }
    }
}

/// A field inferred from the title because the record does not state it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum InferredField {
    /// [`Election::country`].
    Country,
    /// [`Election::year`].
    Year,
    /// [`Election::kind`], and the type of the only contest.
    Type,
}

/// A section of the prose.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Section {
    /// Level of the heading: 2 for `==`; 0 for the lede, which has none.
    pub level: u8,
    /// Text of the heading.
    pub heading: String,
    /// Text below the heading, up to the next heading.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_may_omit_unknown_fields_of_an_election() {
        let election: Election =
            serde_json::from_str(r#"{"title":"1824 Ruritanian election"}"#).unwrap();
        assert_eq!(
            election,
            Election { title: "1824 Ruritanian election".into(), ..Election::default() }
        );
        assert!(serde_json::from_str::<Election>(r#"{"title":"x","tpye":"general"}"#).is_err());
    }
}
