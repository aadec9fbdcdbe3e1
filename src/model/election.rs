//! An election as one source describes it: contests, contenders, rounds and tallies, with what
//! was not understood kept beside what was.
//!
//! Every value is as stated. Nothing is computed, and what is inferred (from the title) is named
//! in [`Election::inferred`].

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Change, Decimal, PartialDate, PollingDate};

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

/// The type of an election or a contest, as sources name it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Kind {
    /// For a president.
    Presidential,
    /// For a parliament.
    Parliamentary,
    /// For a legislature.
    Legislative,
    /// For several offices at once, or for the parliament where that is the custom.
    General,
    /// Within a party, or to choose who stands.
    Primary,
    /// For a vacant seat.
    ByElection,
    /// Any other, in lower case: "gubernatorial", "constitutional assembly".
    Other(String),
}

impl Kind {
    /// The name as an address has it: `presidential`, `by-election`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Presidential => "presidential",
            Self::Parliamentary => "parliamentary",
            Self::Legislative => "legislative",
            Self::General => "general",
            Self::Primary => "primary",
            Self::ByElection => "by-election",
            Self::Other(name) => name,
        }
    }

    /// Whether results of the two types can be compared: the same type, or two words for the
    /// election of a parliament (parliamentary, legislative, general).
    #[must_use]
    pub fn comparable(&self, other: &Self) -> bool {
        let parliament =
            |kind: &Self| matches!(kind, Self::Parliamentary | Self::Legislative | Self::General);
        self == other || (parliament(self) && parliament(other))
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl From<String> for Kind {
    fn from(name: String) -> Self {
        let name = name.trim().to_lowercase();
        match name.as_str() {
            "presidential" => Self::Presidential,
            "parliamentary" => Self::Parliamentary,
            "legislative" => Self::Legislative,
            "general" => Self::General,
            "primary" => Self::Primary,
            "by-election" | "byelection" | "by election" => Self::ByElection,
            _ => Self::Other(name),
        }
    }
}

impl From<Kind> for String {
    fn from(kind: Kind) -> Self {
        kind.as_str().to_owned()
    }
}

impl FromStr for Kind {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(Self::from(name.to_owned()))
    }
}

/// A source's claim about the election before or after. Never a pointer: a title may name
/// nothing that is known, and the other side may say otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Link {
    /// The title that the claim names (of a wiki link, its target).
    pub title: Option<String>,
    /// The words that the source shows for it, where they differ from the title.
    pub label: Option<String>,
    /// When that election was or will be, where the source says so.
    pub year: Option<PartialDate>,
}

/// A person, party, alliance, territory or office, as the source names it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ref {
    /// The words that the source shows.
    pub name: String,
    /// The page that the source links them to. Its disambiguation is part of the identity.
    pub target: Option<String>,
    /// What the source says beside the name: "acting".
    pub note: Option<String>,
}

impl Ref {
    /// A name alone.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), target: None, note: None }
    }
}

impl fmt::Display for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.note {
            Some(note) => f.pad(&format!("{} ({note})", self.name)),
            None => f.pad(&self.name),
        }
    }
}

/// Whether results are still coming in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ongoing {
    /// The vote or the count goes on.
    Yes,
    /// It is over.
    No,
    /// It has not begun.
    Future,
}

/// One race in an election: an office or a chamber.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Contest {
    /// Its own title, where it has one.
    pub name: Option<String>,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Option<Kind>,
    /// The office that it fills.
    pub office: Option<Ref>,
    /// Which vote the counts are of: "Popular", "Electoral".
    pub vote_type: Option<String>,
    /// Whether results are still coming in.
    pub ongoing: Option<Ongoing>,
    /// Its dates, where they are not the election's.
    pub dates: Vec<PollingDate>,
    /// The contest before, where it is not in the election's [`Election::previous`].
    pub previous: Option<Link>,
    /// The contest after, where it is not in the election's [`Election::next`].
    pub next: Option<Link>,
    /// The seats to be filled.
    pub seats: Option<Quantity>,
    /// The seats that a majority takes.
    pub majority_seats: Option<Quantity>,
    /// The votes (of electors, say) to be won.
    pub votes: Option<Quantity>,
    /// The votes that it takes to win.
    pub needed_votes: Option<Quantity>,
    /// The ballots, by number.
    pub rounds: Vec<Round>,
    /// Who stands, in the source's order.
    pub contenders: Vec<Contender>,
    /// Who held the office before.
    pub before: Option<Holder>,
    /// Who held it after.
    pub after: Option<Holder>,
    /// Typed values that no named field holds.
    pub details: Vec<Detail>,
    /// What was not understood.
    pub kept: Vec<Field>,
}

/// A number of seats or votes, with the source's words about it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Quantity {
    /// The number, where the words give one.
    pub count: Option<u64>,
    /// The whole that it is a part of: 573 in "556 of the 573 seats".
    pub of: Option<u64>,
    /// The words as they stand.
    pub text: String,
}

/// One ballot of a contest.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Round {
    /// Counted from 1.
    pub number: u8,
    /// People entitled to vote.
    pub registered: Option<u64>,
    /// Change of [`Round::registered`] against the election before, as stated.
    pub registered_change: Option<Decimal>,
    /// Ballots cast.
    pub cast: Option<u64>,
    /// Valid votes.
    pub valid: Option<u64>,
    /// Invalid and blank votes.
    pub invalid: Option<u64>,
    /// Turnout, in percent.
    pub turnout: Option<Decimal>,
    /// Change of the turnout against the election before, in points, as stated.
    pub turnout_change: Option<Change<Decimal>>,
    /// How much is counted, in percent.
    pub counted: Option<Decimal>,
}

/// As what somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A candidate.
    Nominee,
    /// The leader of a list.
    Leader,
}

/// Who stands in a contest: people, a party, or both.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Contender {
    /// The number that the source gives (`Nominee3` has 3).
    pub number: Option<u16>,
    /// As what the people stand.
    pub role: Option<Role>,
    /// The people: mostly one; several who stand or lead together; none for a bare party.
    pub people: Vec<Ref>,
    /// The party.
    pub party: Option<Ref>,
    /// The alliances.
    pub alliances: Vec<Ref>,
    /// The running mates.
    pub running_mates: Vec<Ref>,
    /// Where the candidate is from.
    pub home_state: Option<Ref>,
    /// Since when the leader leads.
    pub leader_since: Option<PartialDate>,
    /// The leader's own seat.
    pub leaders_seat: Option<Ref>,
    /// The result at the last election.
    pub last_election: Option<Standing>,
    /// Seats just before the vote, after defections and by-elections.
    pub seats_before: Option<u64>,
    /// Seats just after the vote, where that is stated apart.
    pub seats_after: Option<u64>,
    /// Seats short of the aim.
    pub seats_needed: Option<i64>,
    /// One tally a round.
    pub tallies: Vec<Tally>,
    /// Typed values that no named field holds.
    pub details: Vec<Detail>,
}

/// The result of a party at another election, as this source recalls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Standing {
    /// Seats won.
    pub seats: Option<u64>,
    /// Share of the vote, in percent.
    pub share: Option<Decimal>,
    /// The party did not stand.
    pub new: bool,
}

/// What a contender has of one round, as stated.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tally {
    /// The round, counted from 1.
    pub round: u8,
    /// Votes.
    pub votes: Option<u64>,
    /// Share of the votes, in percent.
    pub share: Option<Decimal>,
    /// Change of the share, in points.
    pub swing: Option<Change<Decimal>>,
    /// Seats won.
    pub seats: Option<u64>,
    /// Change of the seats against the previous election.
    pub seat_change: Option<Change<i64>>,
    /// Votes of electors.
    pub electoral_votes: Option<u64>,
    /// Delegates, who may be counted in halves.
    pub delegates: Option<Decimal>,
    /// States (or provinces, …) carried.
    pub states_carried: Option<Quantity>,
}

/// Who holds an office.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Holder {
    /// The person (or what the source puts in their place: "None").
    pub person: Option<Ref>,
    /// Their party.
    pub party: Option<Ref>,
}

/// A typed value that no named field of the model holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detail {
    /// The parameter, as the table of infobox parameters spells it: `map2_image`.
    pub parameter: String,
    /// Its value.
    pub value: Value,
}

/// A value with its type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Words.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Count(u64),
    /// Any other number.
    Number(Decimal),
    /// A share in percent.
    Share(Decimal),
    /// Dates.
    Dates(Vec<PollingDate>),
    /// People, parties, places or pages.
    Refs(Vec<Ref>),
    /// A picture's size in pixels; one side may be left open.
    Size {
        /// Pixels from left to right.
        width: Option<u32>,
        /// Pixels from top to bottom.
        height: Option<u32>,
    },
    /// The name of a file.
    File(String),
    /// A colour: a name, or `#` and hexadecimal digits.
    Colour(String),
}

/// Something that the source says and that was not understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The label, as it stands.
    pub label: String,
    /// The text, as it stands.
    pub text: String,
    /// Why it is here.
    pub reason: Reason,
    /// The line of the source, counted from 1.
    #[serde(default)]
    pub line: Option<u32>,
}

/// Why a text was not read into a typed value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// No parameter has this label.
    UnknownLabel,
    /// A line of the box without a label.
    NoLabel,
    /// A dash, or "N/A": the source says that there is nothing to say.
    Nothing,
    /// "TBD": not known yet.
    Pending,
    /// The label stood more than once, and another text was taken.
    Repeated,
    /// Not of the form that the parameter has: what was expected.
    Expected(String),
    /// Read in part: the words that were left over.
    Leftover(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownLabel => f.write_str("no parameter has this label"),
            Self::NoLabel => f.write_str("expected '- Label: value'"),
            Self::Nothing => f.write_str("states that there is nothing"),
            Self::Pending => f.write_str("not known yet"),
            Self::Repeated => f.write_str("the label stands more than once"),
            Self::Expected(what) => write!(f, "expected {what}"),
            Self::Leftover(words) => write!(f, "read but for '{words}'"),
        }
    }
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
    fn kinds_are_words() {
        assert_eq!(Kind::from("Presidential ".to_owned()), Kind::Presidential);
        assert_eq!(
            serde_json::to_string(&Kind::Other("gubernatorial".into())).unwrap(),
            "\"gubernatorial\""
        );
        assert!(Kind::General.comparable(&Kind::Parliamentary));
        assert!(!Kind::General.comparable(&Kind::Presidential));
    }

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
