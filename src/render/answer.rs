//! Answers as JSON documents: the name and version of a schema, beside the members of the answer.

use std::collections::BTreeMap;
use std::io;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::analysis::chain::Chain;
use crate::analysis::changes::ElectionChange;
use crate::analysis::diff::{Diff, DiffStat};
use crate::analysis::matches::ElectionMatch;
use crate::analysis::measure::Measure;
use crate::analysis::party_changes::PartyChange;
use crate::analysis::series::Series;
use crate::analysis::source_comparison::{OtherSource, SourceAgreementList, SourceComparison};
use crate::archive::{
    AreaInfo, BackupReport, ErasureReport, FoundName, ImportInfo, ImportReport, ListedElection,
    RebuildReport, Record, SourceInfo, Stats, Verification, VersionInfo,
};
use crate::check::derived::DerivedFact;
use crate::check::versions::ValueAgreement;
use crate::check::{Finding, RuleCount};
use crate::evidence::{Citation, FieldHistory, Proof};
use crate::formats::{MappingCheck, MappingProposal};
use crate::model::{Area, ChangeCounts, ElectionType, PartialDate, serialize_pruned};

/// An answer with a JSON Schema in `docs/schema/`.
pub trait Answer: Serialize {
    /// Name of the schema, which is also the name of its file.
    const NAME: &'static str;

    /// Version of the schema. It changes if a member is removed, renamed or given another meaning;
    /// additional members do not change it.
    const VERSION: u32 = 1;

    /// Name of the member that lists the rows of the answer, if it has rows. In JSON lines, each
    /// row is one line.
    const ROWS: Option<&'static str> = None;

    /// Returns the identifier of the schema.
    ///
    /// ```
    /// use hustings::analysis::chain::Chain;
    /// use hustings::render::Answer;
    /// assert_eq!(Chain::schema_identifier(), "hustings/chain/1");
    /// ```
    #[must_use]
    fn schema_identifier() -> String {
        format!("hustings/{}/{}", Self::NAME, Self::VERSION)
    }

    /// Returns the answer as a JSON document. Its first member, `schema`, is the identifier of the
    /// schema.
    ///
    /// ```
    /// use hustings::analysis::chain::Chain;
    /// use hustings::render::Answer;
    /// let document = Chain::new(None, Vec::new()).to_document()?;
    /// assert_eq!(document.to_string(), r#"{"schema":"hustings/chain/1","steps":[]}"#);
    /// // A document parses as the answer.
    /// assert!(serde_json::from_value::<Chain>(document)?.steps.is_empty());
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the answer cannot be serialised as JSON.
    fn to_document(&self) -> io::Result<Value> {
        let mut document =
            Map::from_iter([(SCHEMA_MEMBER.to_owned(), Self::schema_identifier().into())]);
        if let Value::Object(members) = serde_json::to_value(self)? {
            document.extend(members);
        }
        Ok(Value::Object(document))
    }
}

/// Name of the member that identifies the schema of a document.
pub(super) const SCHEMA_MEMBER: &str = "schema";

/// Versions of an election.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VersionList {
    /// The versions, from the first to the last.
    pub versions: Vec<VersionInfo>,
}

/// Imports of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ImportList {
    /// The imports, from the first to the last.
    pub imports: Vec<ImportInfo>,
}

/// Parties of a country, from all lineages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PartyList {
    /// The parties, as each source lists them.
    pub parties: Vec<ListedParty>,
}

/// A party in a lineage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListedParty {
    /// Name of the mapping that imported the lineage.
    pub source: String,
    /// Id of the party in the source, or its name if the source has no ids.
    pub id: String,
    /// Usual name of the party.
    pub name: String,
    /// All names of the party, present and former.
    pub names: Vec<String>,
    /// Identifiers of the party elsewhere, by their scheme.
    pub identifiers: BTreeMap<String, String>,
}

/// Sources of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SourceList {
    /// The sources, ordered by name.
    pub sources: Vec<SourceInfo>,
}

/// A record, and what other sources state about its election.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ShownRecord {
    /// The record.
    #[serde(flatten)]
    pub record: Record,
    /// Every other source that has or had the election, if the address names no version and no
    /// source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_sources: Vec<OtherSource>,
}

/// Elections of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ElectionList {
    /// The elections, ordered by country, year and date.
    pub elections: Vec<ListEntry>,
}

/// One election of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ListEntry {
    /// Shortest address that names only this election.
    pub address: String,
    /// First date of the election, as precise as the record states it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    /// Type of the election.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ElectionType>,
    /// Country of the election, as its source spells it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Area of the election; absent for a whole country.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "serialize_pruned")]
    pub area: Option<Area>,
    /// Title of the election.
    pub title: String,
    /// Number of versions of the election.
    pub versions: u32,
}

impl From<ListedElection> for ListEntry {
    fn from(listed: ListedElection) -> Self {
        let ListedElection { address, summary, versions, .. } = listed;
        Self {
            address,
            date: summary.start(),
            kind: summary.kind,
            country: summary.country,
            area: summary.area,
            title: summary.title,
            versions,
        }
    }
}

/// Changes between two states of an archive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangeList {
    /// Number of the last import of the earlier state; 0 for an empty archive.
    pub from: u64,
    /// Number of the last import of the later state.
    pub to: u64,
    /// Number of elections with each kind of change.
    pub counts: ChangeCounts,
    /// The elections that changed, ordered by country, year and date.
    pub elections: Vec<ElectionChange>,
}

/// Pairs of records that may be one election.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MatchList {
    /// The pairs, ordered by territory and date.
    pub matches: Vec<ElectionMatch>,
}

/// The measures that a series can have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MeasureList {
    /// The measures.
    pub measures: Vec<MeasureDescription>,
}

/// Name, unit, formula and source of a measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MeasureDescription {
    /// Name of the measure, as in a series.
    pub measure: Measure,
    /// Title of the measure.
    pub title: String,
    /// Unit of the values: `%`, `points`, `votes`, or empty for a plain number.
    pub unit: String,
    /// Formula. v and s are the shares of votes and of seats in percent, p are shares as fractions.
    pub formula: String,
    /// Publication that defines the measure.
    pub source: String,
}

impl From<Measure> for MeasureDescription {
    fn from(measure: Measure) -> Self {
        let [title, unit, formula, source] =
            [measure.title(), measure.unit(), measure.formula(), measure.source()]
                .map(str::to_owned);
        Self { measure, title, unit, formula, source }
    }
}

/// Names that a search found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FoundNameList {
    /// The words of the search.
    pub words: String,
    /// Number of names that were found, including those beyond the limit.
    pub total: u64,
    /// The names up to the limit: first those that consist of the words alone, then by number of
    /// elections.
    pub names: Vec<FoundName>,
}

/// Changes of the parties of a country.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PartyChangeList {
    /// The changes, in chronological order.
    pub changes: Vec<PartyChange>,
}

/// Areas of a country or of one election.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AreaList {
    /// The areas, ordered by country and path.
    pub areas: Vec<AreaInfo>,
}

/// Findings of a check; with `--verbose`, also derived facts and agreements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CheckResults {
    /// The findings.
    pub findings: Vec<Finding>,
    /// Facts that follow from the figures.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derived: Option<Vec<DerivedFact>>,
    /// Agreement between the figures of several versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreements: Option<Vec<ValueAgreement>>,
}

/// Number of findings by rule and severity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RuleCountList {
    /// The counts, ordered by severity, then by rule.
    pub rules: Vec<RuleCount>,
}

/// A comparison under a title that names both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "{T}"))]
pub struct Titled<T> {
    /// Title that names both sides.
    pub title: String,
    /// The comparison.
    #[serde(flatten)]
    pub comparison: T,
}

/// Names of everything that changed, without values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangedNames {
    /// The names, each once.
    pub names: Vec<String>,
}

/// Comparisons of each pair of neighbours in a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ComparisonList {
    /// The comparisons, in chronological order.
    pub diffs: Vec<ComparisonAnswer>,
}

/// A comparison: in full, as counts, or as names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum ComparisonAnswer {
    /// In full.
    Diff(Titled<Diff>),
    /// As counts.
    Stat(Titled<DiffStat>),
    /// As names.
    Names(Titled<ChangedNames>),
}

/// Implements [`Answer`] for each type, from the name of its schema and of the member that lists
/// its rows.
macro_rules! answers {
    ($($type:ty => $name:literal $(, $rows:literal)?;)*) => {
        $(impl Answer for $type {
            const NAME: &'static str = $name;
            $(const ROWS: Option<&'static str> = Some($rows);)?
        })*
    };
}

answers! {
    AreaList => "areas", "areas";
    BackupReport => "backup";
    Chain => "chain", "steps";
    ChangeList => "changes", "elections";
    ChangedNames => "diff-names";
    CheckResults => "check", "findings";
    Citation => "citation";
    ComparisonList => "diffs", "diffs";
    Diff => "diff";
    DiffStat => "diff-stat";
    FieldHistory => "field-history", "periods";
    ErasureReport => "erasure", "erased";
    ElectionList => "list", "elections";
    FoundNameList => "names", "names";
    ImportList => "imports", "imports";
    ImportReport => "import";
    MappingCheck => "mapping-check", "first";
    MappingProposal => "mapping-proposal";
    MatchList => "matches", "matches";
    MeasureList => "measures", "measures";
    Proof => "proof";
    PartyChangeList => "lineage", "changes";
    RebuildReport => "rebuild";
    Record => "record";
    RuleCountList => "rule-counts", "rules";
    Series => "series", "points";
    ShownRecord => "record";
    SourceAgreementList => "compare-territory", "pairs";
    SourceComparison => "compare", "figures";
    Stats => "stats";
    Verification => "verification";
    PartyList => "parties", "parties";
    SourceList => "sources", "sources";
    VersionList => "versions", "versions";
}

impl<T: Answer> Answer for Titled<T> {
    const NAME: &'static str = T::NAME;
    const VERSION: u32 = T::VERSION;
}
