//! An election as one source describes it, with what was not understood kept beside what was.
//!
//! Every value is as stated. Nothing is computed, and what is inferred (from the title) is named
//! in [`Election::inferred`].

use serde::{Deserialize, Serialize};

use super::{Contest, Detail, Field, Kind, Link, PartialDate, PollingDate};

/// One event, as one source describes it under one title.
///
/// ```
/// use hustings::model::{Contest, Election, Kind};
/// let election = Election {
///     title: "1824 Ruritanian presidential election".to_owned(),
///     country: Some("Ruritania".to_owned()),
///     year: Some(1824),
///     contests: vec![Contest { kind: Some(Kind::Presidential), ..Contest::default() }],
///     ..Election::default()
/// };
/// assert!(election.holds(&Kind::Presidential));
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Election {
    /// The source's title for it, which links and addresses use.
    pub title: String,
    /// The name that the record gives, where it gives one.
    pub name: Option<String>,
    /// The country, or the part of one, that votes; spelled as the source spells it.
    pub country: Option<String>,
    /// The year of the (first) vote.
    pub year: Option<i32>,
    /// The type of the event as a whole.
    #[serde(rename = "type")]
    pub kind: Option<Kind>,
    /// When the vote is, in the source's order.
    pub dates: Vec<PollingDate>,
    /// The election before, as this source has it.
    pub previous: Option<Link>,
    /// The election after, as this source has it.
    pub next: Option<Link>,
    /// The races in it. Most elections have one.
    pub contests: Vec<Contest>,
    /// Tables of results that stand beside the boxes, each as a contest: mostly the full list of
    /// who stood. They are never mixed with [`Election::contests`]; a check says where the two
    /// disagree.
    pub results: Vec<Contest>,
    /// Typed values that no named field holds: maps, captions, poll links ….
    pub details: Vec<Detail>,
    /// What was not understood.
    pub kept: Vec<Field>,
    /// Which of the fields above are inferred rather than stated.
    pub inferred: Vec<Inferred>,
    /// The prose: the lede (with no heading) and each section.
    pub sections: Vec<Section>,
}

impl Election {
    /// Whether it holds a contest of this type, or is itself of this type.
    #[must_use]
    pub fn holds(&self, kind: &Kind) -> bool {
        self.kind.as_ref() == Some(kind)
            || self.contests.iter().any(|contest| contest.kind.as_ref() == Some(kind))
    }

    /// The first date of the vote, or the year where no date is known.
    #[must_use]
    pub fn start(&self) -> Option<PartialDate> {
        let dated = self.dates.first().map(|date| date.start);
        dated.or_else(|| PartialDate::from_year(self.year?).ok())
    }

    /// Whether the field is inferred from the title rather than stated.
    #[must_use]
    pub fn infers(&self, field: Inferred) -> bool {
        self.inferred.contains(&field)
    }

    /// Takes the prose out, which the store leaves to the journal.
    #[must_use]
    pub fn without_prose(self) -> Self {
        Self { sections: Vec::new(), ..self }
    }
}

/// A field that the title filled because the record left it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Inferred {
    /// [`Election::country`].
    Country,
    /// [`Election::year`].
    Year,
    /// [`Election::kind`], and that of its one contest.
    Type,
}

/// A part of the prose.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Section {
    /// The depth of its heading: 2 for `==`, and 0 for the lede, which has none.
    pub level: u8,
    /// The heading.
    pub heading: String,
    /// The text below it, up to the next heading.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_may_leave_out_what_is_not_known() {
        let election: Election =
            serde_json::from_str(r#"{"title":"1824 Ruritanian election"}"#).unwrap();
        assert_eq!(
            election,
            Election { title: "1824 Ruritanian election".into(), ..Election::default() }
        );
        assert!(serde_json::from_str::<Election>(r#"{"title":"x","tpye":"general"}"#).is_err());
    }
}
