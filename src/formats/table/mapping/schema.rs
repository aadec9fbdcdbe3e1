//! The JSON Schema of mappings, from the settings that the parser accepts (feature `schema`).

use serde_json::{Map, Value, json};

use super::area::SumSeats;
use super::read::{
    CHANGES, CONTENDER, CONTEST, ELECTION, JOIN, LINEAGE, LINEAGE_JOIN, PARTIES, RENAMES, SOURCE,
    TOP_LEVEL,
};
use super::read_area::AREA;
use super::read_condition::TESTS;
use super::read_shape::{ROW_RULE, SELECTION, UNPIVOT};
use super::read_value::VALUE;
use super::shape::RowUse;
use super::value::{BlankPart, ShareUnit};
use super::{Duplicates, Merge, OnError, Totals};

/// Returns the JSON Schema of mappings, by which editors of TOML complete and check settings.
pub(crate) fn mapping_schema() -> Value {
    let value = || json!({ "$ref": "#/$defs/value" });
    let values = |settings: &[&str]| {
        section(settings, &|name| if name == "details" { details() } else { value() })
    };
    let join = || map_of(section(&JOIN, &container_setting));
    let top = section(&TOP_LEVEL, &|name| match name {
        "key" => texts("Columns with the same value in all rows of one election."),
        "version_by" => value(),
        "null" => texts("Texts that mean unknown; by default the blank cell."),
        "columns" => texts("Names of the columns, by position, in place of a header."),
        "until" => {
            json!({ "description": "Conditions of the first row after the table.", "$ref": "#/$defs/conditions" })
        }
        "unpivot" => section(&UNPIVOT, &unpivot_setting),
        "rows" => json!({
            "description": "Rules for rows; the first whose conditions hold applies.",
            "type": "array",
            "items": rule(),
        }),
        "merge" => choice("Treatment of several rows of one contender.", &Merge::ALL),
        "duplicates" => choice("Treatment of a row that equals an earlier one.", &Duplicates::ALL),
        "totals" => choice("Use of rows with the total of the others.", &Totals::ALL),
        "on_error" => choice("Treatment of cells that cannot be read.", &OnError::ALL),
        "join" => join(),
        "election" => required(values(&ELECTION), &["title"]),
        "contest" => values(&CONTEST),
        "contender" => values(&CONTENDER),
        "source" => required(
            section(&SOURCE, &|name| if name == "id" { value() } else { text(name) }),
            &["name"],
        ),
        "lineage" => lineage(),
        "area" => required(section(&AREA, &area_setting), &["path"]),
        other => container_setting(other),
    });
    let mut schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Mapping",
        "description": "What the columns of a table of election results mean: docs/tables.md describes every setting.",
    });
    let definitions = json!({ "value": value_schema(), "conditions": map_of(json!({ "$ref": "#/$defs/condition" })), "condition": condition() });
    if let (Some(schema), Value::Object(top)) = (schema.as_object_mut(), top) {
        schema.extend(top);
        schema.insert("$defs".to_owned(), definitions);
    }
    schema
}

/// Returns the schema of a section with these settings.
fn section(settings: &[&str], schema: &dyn Fn(&str) -> Value) -> Value {
    let properties: Map<String, Value> =
        settings.iter().map(|name| ((*name).to_owned(), schema(name))).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn required(mut section: Value, names: &[&str]) -> Value {
    if let Some(members) = section.as_object_mut() {
        members.insert("required".to_owned(), json!(names));
    }
    section
}

fn map_of(schema: Value) -> Value {
    json!({ "type": "object", "additionalProperties": schema })
}

fn details() -> Value {
    map_of(json!({ "$ref": "#/$defs/value" }))
}

fn text(name: &str) -> Value {
    let description = match name {
        "name" => "Name.",
        "file" => "Name of the file.",
        "entry" => "File in a zip archive.",
        "encoding" => "Character encoding, such as windows-1252.",
        "records" => "Path of the array with the rows in JSON; * walks an array.",
        "delimiter" => "Sign between the cells of a line.",
        "on" => "Column of this table, whose text is the key of the joined table.",
        "key" => "Column of the joined table.",
        "licence" => "Licence of the source.",
        _ => return json!({ "type": "string" }),
    };
    json!({ "description": description, "type": "string" })
}

fn texts(description: &str) -> Value {
    json!({
        "description": description,
        "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }],
    })
}

fn number() -> Value {
    json!({ "type": "integer", "minimum": 1 })
}

fn choice<T>(description: &str, choices: &[(&str, T)]) -> Value {
    let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
    json!({ "description": description, "enum": names })
}

/// Returns the schema of a setting that states how a file becomes a table.
fn container_setting(name: &str) -> Value {
    match name {
        "header" => json!({
            "description": "Lines of the names of the columns, counted from 1, or \"none\".",
            "anyOf": [number(), { "type": "array", "items": number() }, { "const": "none" }],
        }),
        "sheet" => json!({
            "description": "Sheet of a workbook: its name, or its number.",
            "anyOf": [{ "type": "string" }, number()],
        }),
        other => text(other),
    }
}

fn area_setting(name: &str) -> Value {
    let value = || json!({ "$ref": "#/$defs/value" });
    match name {
        "path" => json!({
            "description": "Names of the nested areas, the largest first.",
            "anyOf": [value(), { "type": "array", "items": value() }],
        }),
        "code" | "boundaries" => value(),
        "levels" => texts("Levels of the areas in the path."),
        "sum" => texts("Levels whose records are sums over the smallest areas."),
        "seats" => choice("Origin of the seats in sums.", &SumSeats::ALL),
        _ => json!({
            "description": "What identifies a contender across areas: party, person, or a detail.",
            "type": "string",
        }),
    }
}

fn column() -> Value {
    json!({ "anyOf": [{ "type": "string" }, number()] })
}

fn unpivot_setting(name: &str) -> Value {
    match name {
        "columns" => json!({
            "description": "Columns each of which becomes a row.",
            "anyOf": [
                { "type": "array", "items": { "type": "string" } },
                section(&SELECTION, &|name| if name == "except" { texts("All columns but these.") } else { column() }),
            ],
        }),
        "pattern" => {
            json!({ "description": "Expression that matches names of columns; its named groups become columns.", "type": "string" })
        }
        "repeat" => texts("Names of the columns in groups of consecutive columns."),
        "from" => column(),
        other => text(other),
    }
}

fn rule() -> Value {
    let rule = section(&ROW_RULE, &|name| match name {
        "when" => json!({ "$ref": "#/$defs/conditions" }),
        _ => choice("Use of the row.", &RowUse::ALL),
    });
    required(rule, &["when", "use"])
}

fn condition() -> Value {
    let tests = section(&TESTS, &|name| match name {
        "in" => texts("One of these texts."),
        "matches" => {
            json!({ "description": "Expression that the text contains a match of.", "type": "string" })
        }
        "empty" => json!({ "description": "Whether the cell is null.", "type": "boolean" }),
        "not" => json!({ "$ref": "#/$defs/condition" }),
        _ => json!({ "type": "integer" }),
    });
    json!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }, tests] })
}

fn value_schema() -> Value {
    let settings = section(&VALUE, &|name| match name {
        "column" => json!({ "description": "Name of a column.", "type": "string" }),
        "template" => {
            json!({ "description": "Text with names of columns in braces.", "type": "string" })
        }
        "constant" => json!({ "description": "The same text in every row.", "type": "string" }),
        "sum" => texts("Columns whose counts are added."),
        "per" => texts("Columns that identify the parts of a contest."),
        "line" => number(),
        "values" => map_of(json!({ "type": "string" })),
        "when" => json!({ "$ref": "#/$defs/conditions" }),
        "unit" => choice("Unit of a share.", &ShareUnit::ALL),
        "blank" => choice("Meaning of a blank part of a sum.", &BlankPart::ALL),
        "footnotes" => json!({ "type": "boolean" }),
        _ => json!({ "type": "string" }),
    });
    json!({
        "description": "A value: the name of a column, or a table of settings.",
        "anyOf": [{ "type": "string" }, settings],
    })
}

fn lineage() -> Value {
    section(&LINEAGE, &|name| match name {
        "parties" => section(&PARTIES, &|name| match name {
            "names" => texts("Columns with the names of a party."),
            "identifiers" => map_of(json!({ "type": "string" })),
            other => text(other),
        }),
        "renames" => section(&RENAMES, &|name| {
            if name == "names" { texts("Columns with the new names.") } else { text(name) }
        }),
        "changes" => section(&CHANGES, &text),
        "join" => map_of(section(&LINEAGE_JOIN, &text)),
        other => text(other),
    })
}
