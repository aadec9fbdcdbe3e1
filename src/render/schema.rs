//! JSON Schemas of the answers, generated from their types (feature `schema`).

use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Value, json};

use super::answer::SCHEMA_MEMBER;
use super::{
    Answer, AreaList, ChangeList, ChangedNames, CheckResults, ComparisonList, ElectionList,
    FoundNameList, ImportList, MatchList, MeasureList, PartyChangeList, PartyList, RuleCountList,
    ShownRecord, SourceList, Titled, VersionList,
};
use crate::analysis::chain::Chain;
use crate::analysis::diff::{Diff, DiffStat};
use crate::analysis::series::Series;
use crate::analysis::source_comparison::{SourceAgreementList, SourceComparison};
use crate::archive::{
    BackupReport, ErasureReport, ImportReport, RebuildReport, Stats, Verification,
};
use crate::check::Finding;
use crate::check::derived::DerivedFact;
use crate::check::versions::ValueAgreement;
use crate::evidence::{Citation, FieldHistory, Proof};
use crate::formats::{MappingCheck, MappingProposal, mapping_schema};

/// Returns the schemas of all answers and of the parts of a check, each with its name.
///
/// A schema accepts both a document and the serialised answer alone. The answer alone has no member
/// `schema`, and a comparison alone has no member `title`.
///
/// ```
/// use hustings::analysis::chain::Chain;
/// use hustings::render::{Answer, schema};
/// let schemas = schema::schemas();
/// let (_, chain) = schemas.iter().find(|(name, _)| *name == Chain::NAME).unwrap();
/// assert_eq!(chain["properties"]["schema"]["const"], "hustings/chain/1");
/// ```
#[must_use]
pub fn schemas() -> Vec<(&'static str, Value)> {
    vec![
        ("agreement", part_schema::<ValueAgreement>()),
        answer_schema::<AreaList>(),
        answer_schema::<BackupReport>(),
        answer_schema::<Chain>(),
        answer_schema::<ChangeList>(),
        answer_schema::<CheckResults>(),
        answer_schema::<SourceComparison>(),
        answer_schema::<SourceAgreementList>(),
        answer_schema::<Citation>(),
        ("derived", part_schema::<DerivedFact>()),
        comparison_schema::<Diff>(),
        comparison_schema::<ChangedNames>(),
        comparison_schema::<DiffStat>(),
        answer_schema::<ComparisonList>(),
        answer_schema::<ErasureReport>(),
        answer_schema::<FieldHistory>(),
        ("finding", part_schema::<Finding>()),
        answer_schema::<ImportReport>(),
        answer_schema::<ImportList>(),
        answer_schema::<PartyChangeList>(),
        answer_schema::<ElectionList>(),
        ("mapping", mapping_schema()),
        answer_schema::<MappingCheck>(),
        answer_schema::<MappingProposal>(),
        answer_schema::<MatchList>(),
        answer_schema::<MeasureList>(),
        answer_schema::<FoundNameList>(),
        answer_schema::<Proof>(),
        answer_schema::<RebuildReport>(),
        answer_schema::<ShownRecord>(),
        answer_schema::<RuleCountList>(),
        answer_schema::<Series>(),
        answer_schema::<PartyList>(),
        answer_schema::<SourceList>(),
        answer_schema::<Stats>(),
        answer_schema::<Verification>(),
        answer_schema::<VersionList>(),
    ]
}

/// Returns the schema of a part of an answer, without a member for the schema identifier.
fn part_schema<T: JsonSchema>() -> Value {
    let mut tidy = RecursiveTransform(tidy);
    let settings = SchemaSettings::draft2020_12();
    let mut schema = SchemaGenerator::new(settings).into_root_schema_for::<T>();
    tidy.transform(&mut schema);
    let mut schema = schema.to_value();
    if let Some(members) = schema.as_object_mut() {
        for name in ["description", "title", "$schema"] {
            let value = members.shift_remove(name).unwrap_or_default();
            members.shift_insert(0, name.to_owned(), value);
        }
    }
    schema
}

fn answer_schema<T: Answer + JsonSchema>() -> (&'static str, Value) {
    let mut schema = part_schema::<T>();
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        let id = json!({
            "description": "Name and version of this schema: the first member of a document.",
            "const": T::schema_identifier(),
        });
        properties.shift_insert(0, SCHEMA_MEMBER.to_owned(), id);
    }
    (T::NAME, schema)
}

/// Returns the schema of a comparison, with or without a title.
fn comparison_schema<T: Answer + JsonSchema>() -> (&'static str, Value) {
    let (name, mut schema) = answer_schema::<Titled<T>>();
    if let Some(required) = schema.get_mut("required").and_then(Value::as_array_mut) {
        required.retain(|name| name != "title");
    }
    let description = part_schema::<T>().get("description").cloned().unwrap_or_default();
    if let Some(own) = schema.get_mut("description") {
        *own = description;
    }
    (name, schema)
}

/// Removes what the generator adds but JSON documents do not use: null for absent members, default
/// values, formats of Rust's number types, and documentation links. Forbids additional members.
fn tidy(schema: &mut Schema) {
    schema.remove("default");
    schema.remove("format");
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|kind| kind != "null");
        if let [kind] = types.as_slice() {
            let kind = kind.clone();
            schema.insert("type".to_owned(), kind);
        }
    }
    if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
        choices.retain(|choice| *choice != json!({ "type": "null" }));
        if let [choice] = choices.as_mut_slice() {
            let choice = choice.take();
            schema.remove("anyOf");
            if let Value::Object(members) = choice {
                members.into_iter().for_each(|(name, value)| {
                    schema.insert(name, value);
                });
            }
        }
    }
    if let Some(Value::String(description)) = schema.get_mut("description") {
        *description = without_links(description);
    }
    if schema.get("properties").is_some() && schema.get("additionalProperties").is_none() {
        schema.insert("additionalProperties".to_owned(), false.into());
    }
}

/// Returns a doc comment as a JSON Schema description: on one line, without the syntax of links.
fn without_links(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut parts = text.split("](");
    plain.push_str(parts.next().unwrap_or_default());
    for part in parts {
        plain.push(']');
        plain.push_str(part.split_once(')').map_or("", |(_, rest)| rest));
    }
    plain.replace("[`", "`").replace("`]", "`").replace("`None`", "Absent").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_have_no_links() {
        let text = "The [`previous`](super::Election::previous) of\n[`Link`]. `None` if unknown.";
        assert_eq!(without_links(text), "The `previous` of `Link`. Absent if unknown.");
    }
}
