//! The proof of a figure: who states it, where, who differs, and what supports it.

use std::io;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::digests::{DigestEvidence, read_digests};
use super::history::history_of_record;
use super::locate::locate;
use super::period::{FieldPeriod, Reference};
use super::place::SourcePlace;
use super::support::supporting_arithmetic;
use crate::Result;
use crate::analysis::diff::{ChangeValue, ChangedValue, FieldPath, stated_fields};
use crate::archive::{Archive, VersionInfo};
use crate::check::{self, DerivedFact, Finding, ValueAgreement};
use crate::model::{Source, ToAddress, VersionSelector, fold, group_digits, serialize_pruned};

/// Options for [`prove`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProofOptions {
    /// Whether the proof contains the digests of all later imports. Without them, it shows that the
    /// value is part of its import, whose digest the reader must know.
    pub with_chain: bool,
}

impl Default for ProofOptions {
    fn default() -> Self {
        Self { with_chain: true }
    }
}

impl ProofOptions {
    /// Sets whether the proof contains the digests of all later imports.
    #[must_use]
    pub fn with_chain(mut self, with_chain: bool) -> Self {
        self.with_chain = with_chain;
        self
    }
}

/// Relation of another value to the proven one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Agreement {
    /// The value is the same.
    Same,
    /// The value is the same within the precision of both.
    WithinPrecision,
    /// The value differs.
    Differs,
    /// No value is stated.
    NotStated,
}

impl Agreement {
    /// Returns the words that lists show.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "agrees",
            Self::WithinPrecision => "agrees within precision",
            Self::Differs => "differs",
            Self::NotStated => "not stated",
        }
    }

    fn of(value: &ChangedValue, other: Option<&ChangedValue>) -> Self {
        match (&value.value, other.map(|other| &other.value)) {
            (_, None) => Self::NotStated,
            (value, Some(other)) if value == other => Self::Same,
            (ChangeValue::Decimal(one), Some(ChangeValue::Decimal(other)))
                if one.agrees_with(*other) =>
            {
                Self::WithinPrecision
            }
            _ => Self::Differs,
        }
    }
}

/// What consecutive versions of a source state about the figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Statement {
    /// Whether the value agrees with the proven one.
    pub agreement: Agreement,
    /// Whether this is what the source states now.
    pub is_current: bool,
    /// The versions, and their value.
    #[serde(flatten)]
    pub period: FieldPeriod,
}

/// The proof of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Proof {
    /// Address of the election.
    pub address: String,
    /// Title of the election in the version.
    pub title: String,
    /// Path of the figure.
    pub path: FieldPath,
    /// Full name of the figure.
    pub name: String,
    /// The value.
    pub value: ChangedValue,
    /// The version that states the value.
    pub version: VersionInfo,
    /// Description of the source, with its licence, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "serialize_pruned")]
    pub source: Option<Source>,
    /// Places of the source text from which the value comes. Empty if none is proven.
    pub places: Vec<SourcePlace>,
    /// What every version of every source states.
    pub statements: Vec<Statement>,
    /// Facts that follow from the value and other figures of the record.
    pub facts: Vec<DerivedFact>,
    /// Calculations with other stated figures whose results equal stated figures, one of which is
    /// the value.
    pub supporting_arithmetic: Vec<String>,
    /// Contradictions between the value and other figures.
    pub findings: Vec<Finding>,
    /// Whether each stated value agrees with the other figures of each version.
    pub agreements: Vec<ValueAgreement>,
    /// The journal's line of the version, and the digests up to the latest import.
    pub digests: DigestEvidence,
    /// BLAKE3 of the proof as compact JSON without this member, in hexadecimal. It detects a
    /// changed byte; [`Proof::digests`] prove the text.
    pub checksum: String,
}

impl Proof {
    /// Returns the checksum of the proof's content.
    ///
    /// # Errors
    /// When the proof cannot be serialised as JSON.
    fn computed_checksum(&self) -> io::Result<String> {
        let mut json = serde_json::to_value(self)?;
        if let Value::Object(members) = &mut json {
            members.shift_remove("checksum");
        }
        Ok(blake3::hash(json.to_string().as_bytes()).to_hex().to_string())
    }
}

/// Returns the proof of a figure of a record. `field` is a name as comparisons print it; see
/// [`FieldPath::find`].
///
/// ```
/// use hustings::Archive;
/// use hustings::evidence::{ProofOptions, prove};
/// # let folder = std::env::temp_dir().join("hustings-example-proof");
/// # let _ = std::fs::remove_dir_all(&folder);
/// let archive = Archive::create(&folder)?;
/// archive.import(["fixtures/articles"])?;
/// let proof = prove(&archive, "nagorno-karabakh/2012", "turnout", &ProofOptions::default())?;
/// let place = &proof.places[0];
/// assert_eq!((place.line, place.text.as_str(), place.words.as_str()), (14, "- Turnout: 73.53%", "73.53"));
/// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), hustings::Error>(())
/// ```
///
/// # Errors
/// When the address names no version, the name not exactly one of its fields, or the journal cannot
/// be read.
pub fn prove(
    archive: &Archive,
    address: impl ToAddress,
    field: &str,
    options: &ProofOptions,
) -> Result<Proof> {
    let address = &*address.to_address()?;
    let snapshot = archive.snapshot();
    let record = snapshot.get(address)?;
    let stated = stated_fields(&record.election);
    let path = FieldPath::find(field, stated.iter().map(|field| &field.path))?;
    let value = stated.into_iter().find(|field| field.path == path).map(|field| field.value);
    let value = value.unwrap_or_else(|| ChangedValue::from_text(String::new()));
    let row = snapshot.row(address)?;
    let version_row = snapshot.view().version(&row, record.version.number)?;
    let entry = snapshot.version_entry(&version_row)?;
    let sources = snapshot.view().source(&record.version.source)?;
    let source = record.version.source.clone();
    let reference = Reference { election: &record.election, source };
    let periods = history_of_record(&snapshot, &row, &reference, &path)?;
    let statements = periods.iter().map(|period| Statement {
        agreement: Agreement::of(&value, period.value.as_ref()),
        is_current: periods.iter().rfind(|other| other.source == period.source) == Some(period),
        period: period.clone(),
    });
    let prose = match check::needs_prose(&record) {
        true => snapshot.document(address)?.sections,
        false => Vec::new(),
    };
    let facts = check::derived_facts(&record, &prose).into_iter();
    let agreements = match record.versions > 1 && !row.is_removed() {
        true => {
            let election = address.clone().with_version(VersionSelector::Latest);
            check::value_agreements(archive, &election)?
        }
        false => Vec::new(),
    };
    let findings = check::check_elections(archive, std::slice::from_ref(&record))?;
    let mut proof = Proof {
        address: record.address.clone(),
        title: record.election.title.clone(),
        name: path.to_string(),
        places: locate(&entry, &path, &value),
        statements: statements.collect(),
        facts: facts
            .filter(|fact| mentions(&fact.arithmetic, &value) || is_about(&fact.place, &path))
            .collect(),
        supporting_arithmetic: supporting_arithmetic(&record.election, &path),
        findings: findings
            .into_iter()
            .filter(|finding| {
                let arithmetic = finding.arithmetic.as_deref().unwrap_or_default();
                is_about(&finding.place, &path) || mentions(arithmetic, &value)
            })
            .collect(),
        agreements: agreements
            .into_iter()
            .filter(|agreement| is_about(&agreement.place, &path))
            .collect(),
        digests: read_digests(&snapshot, &version_row, options.with_chain)?,
        source: sources.map(|row| row.description),
        version: record.version,
        path,
        value,
        checksum: String::new(),
    };
    proof.checksum = proof.computed_checksum().map_err(crate::Error::Output)?;
    Ok(proof)
}

/// Returns whether a calculation contains a number.
fn mentions(arithmetic: &str, value: &ChangedValue) -> bool {
    let text = match &value.value {
        ChangeValue::Count(count) => group_digits(*count),
        ChangeValue::Decimal(_) => value.text.clone(),
        _ => return false,
    };
    // Shorter numbers occur in unrelated calculations too.
    if text.bytes().filter(u8::is_ascii_digit).count() < 3 {
        return false;
    }
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    arithmetic.match_indices(&text).any(|(at, _)| {
        let (before, after) = (&arithmetic.get(..at), &arithmetic.get(at + text.len()..));
        let end = after.unwrap_or_default();
        let continues =
            end.strip_prefix([',', '.']).is_some_and(|rest| is_part(rest.chars().next()));
        !is_part(before.and_then(|text| text.chars().next_back()))
            && !is_part(end.chars().next())
            && !continues
    })
}

/// Returns whether a place, such as "Bako Sahakyan: votes, round 1", names a figure.
fn is_about(place: &str, path: &FieldPath) -> bool {
    let place = fold(place);
    let field = fold(&path.field);
    let last = place.rsplit(": ").next().unwrap_or_default();
    let names_field = last == field || last.starts_with(&format!("{field},"));
    let names_contender = match &path.contender {
        Some(contender) => place.contains(&format!("{}: ", fold(contender))),
        None => !place.contains(": ") || path.contest.is_some(),
    };
    let other_round = place.rsplit_once("round ").and_then(|(_, number)| number.parse::<u8>().ok());
    let same_round = other_round.is_none_or(|round| round == path.round.unwrap_or(1));
    names_field && names_contender && same_round
}
