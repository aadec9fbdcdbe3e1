//! Measures and their names.

use std::fmt;
use std::str::FromStr;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Measure of one contest, or of two consecutive contests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Measure {
    /// Turnout, as stated or else computed from the ballots cast and the registered voters.
    Turnout,
    /// Turnout minus the turnout of the previous election.
    TurnoutChange,
    /// Share of the first contender minus the share of the second.
    Margin,
    /// Votes of the first contender minus the votes of the second.
    MarginVotes,
    /// Effective number of parties by votes, after Laakso and Taagepera.
    EnpVotes,
    /// Effective number of parties by seats, after Laakso and Taagepera.
    EnpSeats,
    /// Effective number of parties by votes, after Golosov.
    GolosovVotes,
    /// Effective number of parties by seats, after Golosov.
    GolosovSeats,
    /// Effective number of parties by votes, after Molinar.
    MolinarVotes,
    /// Effective number of parties by seats, after Molinar.
    MolinarSeats,
    /// Fractionalisation of the votes, after Rae.
    FractionalisationVotes,
    /// Fractionalisation of the seats, after Rae.
    FractionalisationSeats,
    /// Disproportionality after Gallagher.
    Gallagher,
    /// Disproportionality after Loosemore and Hanby.
    LoosemoreHanby,
    /// Disproportionality after Rae.
    Rae,
    /// Disproportionality after Sainte-Laguë.
    SainteLague,
    /// Largest deviation of a party's seat share from its vote share.
    LargestDeviation,
    /// Volatility of the votes after Pedersen, since the previous election.
    Volatility,
    /// Swing after Butler, from the second to the first of the two largest parties.
    SwingButler,
    /// Swing after Steed, from the second to the first of the two largest parties.
    SwingSteed,
}

/// Description of a measure.
struct MeasureInfo {
    name: &'static str,
    title: &'static str,
    unit: &'static str,
    formula: &'static str,
    source: &'static str,
}

impl Measure {
    /// All measures.
    pub const ALL: [Self; 20] = [
        Self::Turnout,
        Self::TurnoutChange,
        Self::Margin,
        Self::MarginVotes,
        Self::EnpVotes,
        Self::EnpSeats,
        Self::GolosovVotes,
        Self::GolosovSeats,
        Self::MolinarVotes,
        Self::MolinarSeats,
        Self::FractionalisationVotes,
        Self::FractionalisationSeats,
        Self::Gallagher,
        Self::LoosemoreHanby,
        Self::Rae,
        Self::SainteLague,
        Self::LargestDeviation,
        Self::Volatility,
        Self::SwingButler,
        Self::SwingSteed,
    ];

    /// Returns the name, as used on the command line and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// Returns the full name.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.info().title
    }

    /// Returns the unit: `%`, `points`, `votes`, or an empty string for a plain number.
    #[must_use]
    pub fn unit(self) -> &'static str {
        self.info().unit
    }

    /// Returns the formula: v and s are the shares of votes and seats in percent, p are shares as
    /// fractions.
    #[must_use]
    pub fn formula(self) -> &'static str {
        self.info().formula
    }

    /// Returns the publication that defines the measure, or a note on its source. May be empty.
    #[must_use]
    pub fn source(self) -> &'static str {
        self.info().source
    }

    /// Returns whether the measure takes two consecutive contests.
    #[must_use]
    pub fn spans_two_contests(self) -> bool {
        matches!(
            self,
            Self::TurnoutChange | Self::Volatility | Self::SwingButler | Self::SwingSteed
        )
    }

    /// Returns whether the measure is a swing, which is reported with the two groups between which
    /// it is measured.
    pub(crate) fn is_swing(self) -> bool {
        matches!(self, Self::SwingButler | Self::SwingSteed)
    }

    fn info(self) -> MeasureInfo {
        let info =
            |name, title, unit, formula, source| MeasureInfo { name, title, unit, formula, source };
        let laakso = "Laakso and Taagepera 1979";
        match self {
            Self::Turnout => {
                info("turnout", "Turnout", "%", "100 · cast / registered", "as stated, where it is")
            }
            Self::TurnoutChange => info(
                "turnout-change",
                "Change of the turnout",
                "points",
                "turnoutₜ − turnoutₜ₋₁",
                "",
            ),
            Self::Margin => info("margin", "Margin", "points", "v₁ − v₂", ""),
            Self::MarginVotes => info("margin-votes", "Margin", "votes", "votes₁ − votes₂", ""),
            Self::EnpVotes => {
                info("enp-votes", "Effective number of parties, votes", "", "1 / Σp²", laakso)
            }
            Self::EnpSeats => {
                info("enp-seats", "Effective number of parties, seats", "", "1 / Σp²", laakso)
            }
            Self::GolosovVotes => info(
                "golosov-votes",
                "Golosov's number of parties, votes",
                "",
                "Σ p / (p + p₁² − p²)",
                "Golosov 2010",
            ),
            Self::GolosovSeats => info(
                "golosov-seats",
                "Golosov's number of parties, seats",
                "",
                "Σ p / (p + p₁² − p²)",
                "Golosov 2010",
            ),
            Self::MolinarVotes => info(
                "molinar-votes",
                "Molinar's number of parties, votes",
                "",
                "1 + (Σp² − p₁²) / (Σp²)²",
                "Molinar 1991",
            ),
            Self::MolinarSeats => info(
                "molinar-seats",
                "Molinar's number of parties, seats",
                "",
                "1 + (Σp² − p₁²) / (Σp²)²",
                "Molinar 1991",
            ),
            Self::FractionalisationVotes => info(
                "fractionalisation-votes",
                "Fractionalisation, votes",
                "",
                "1 − Σp²",
                "Rae 1967",
            ),
            Self::FractionalisationSeats => info(
                "fractionalisation-seats",
                "Fractionalisation, seats",
                "",
                "1 − Σp²",
                "Rae 1967",
            ),
            Self::Gallagher => info(
                "gallagher",
                "Disproportionality (Gallagher)",
                "points",
                "√(½ Σ(v − s)²)",
                "Gallagher 1991",
            ),
            Self::LoosemoreHanby => info(
                "loosemore-hanby",
                "Disproportionality (Loosemore–Hanby)",
                "points",
                "½ Σ|v − s|",
                "Loosemore and Hanby 1971",
            ),
            Self::Rae => {
                info("rae", "Disproportionality (Rae)", "points", "Σ|v − s| / n", "Rae 1971")
            }
            Self::SainteLague => info(
                "sainte-lague",
                "Disproportionality (Sainte-Laguë)",
                "",
                "Σ(s − v)² / v",
                "Sainte-Laguë 1910",
            ),
            Self::LargestDeviation => info(
                "largest-deviation",
                "Largest deviation",
                "points",
                "max|v − s|",
                "Lijphart 1994",
            ),
            Self::Volatility => {
                info("volatility", "Volatility", "points", "½ Σ|vₜ − vₜ₋₁|", "Pedersen 1979")
            }
            Self::SwingButler => info(
                "swing-butler",
                "Swing (Butler)",
                "points",
                "((A₂ − A₁) + (B₁ − B₂)) / 2",
                "Butler 1952",
            ),
            Self::SwingSteed => info(
                "swing-steed",
                "Swing (Steed)",
                "points",
                "100 · (A₂/(A₂+B₂) − A₁/(A₁+B₁))",
                "Steed 1965",
            ),
        }
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Error for an unknown measure name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownMeasure(String);

impl fmt::Display for UnknownMeasure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = Measure::ALL.into_iter().map(Measure::name).collect();
        write!(f, "expected one of {}, found '{}'", names.join(", "), self.0)
    }
}

impl std::error::Error for UnknownMeasure {}

impl FromStr for Measure {
    type Err = UnknownMeasure;

    fn from_str(name: &str) -> Result<Self, UnknownMeasure> {
        let found = Self::ALL.into_iter().find(|measure| measure.name() == name);
        found.ok_or_else(|| UnknownMeasure(name.to_owned()))
    }
}

impl Serialize for Measure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Measure {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Measure {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Measure".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "enum": Self::ALL,
            "description": "The name of a measure. docs/measures.md defines each.",
        })
    }
}
