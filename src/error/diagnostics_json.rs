//! The JSON form of diagnostics: counts by kind, and entries with their kinds.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::diagnostics::{Diagnostic, Diagnostics};

/// The errors or warnings of an import, as JSON.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Diagnostics_{E}"))]
struct DiagnosticsJson<E> {
    /// Number of entries of each kind.
    counts: Vec<usize>,
    /// The first entries of each kind, in order.
    entries: Vec<DiagnosticJson<E>>,
}

/// One error or warning, as JSON.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "{E}"))]
struct DiagnosticJson<E> {
    /// Kind of the entry: an index in the counts.
    kind: usize,
    #[serde(flatten)]
    entry: E,
}

impl<E: Diagnostic + Clone + Serialize> Serialize for Diagnostics<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (counts, kept) = self.clone().into_parts();
        let entries = kept.into_iter().map(|(kind, entry)| DiagnosticJson { kind, entry });
        DiagnosticsJson { counts, entries: entries.collect() }.serialize(serializer)
    }
}

impl<'de, E: Diagnostic + Deserialize<'de>> Deserialize<'de> for Diagnostics<E> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let DiagnosticsJson { counts, entries } = DiagnosticsJson::deserialize(deserializer)?;
        let kept = entries.into_iter().map(|DiagnosticJson { kind, entry }| (kind, entry));
        Self::from_parts(counts, kept.collect())
            .ok_or_else(|| D::Error::custom("an entry is of a kind without a count"))
    }
}

#[cfg(feature = "schema")]
impl<E: schemars::JsonSchema> schemars::JsonSchema for Diagnostics<E> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        DiagnosticsJson::<E>::schema_name()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        DiagnosticsJson::<E>::json_schema(generator)
    }
}
