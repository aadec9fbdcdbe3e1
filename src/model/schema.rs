//! JSON Schemas of values whose JSON form is a text: decimals, dates, types.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::{Decimal, ElectionType, PartialDate};

impl JsonSchema for Decimal {
    fn schema_name() -> Cow<'static, str> {
        "Decimal".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^-?[0-9]+(\\.[0-9]+)?$",
            "description": "An exact decimal number with the precision of its source: \"32.50\".",
        })
    }
}

impl JsonSchema for PartialDate {
    fn schema_name() -> Cow<'static, str> {
        "PartialDate".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": "^-?[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$",
            "description": "A year, a month or a day: 2012, 2012-07, 2012-07-19.",
        })
    }
}

impl JsonSchema for ElectionType {
    fn schema_name() -> Cow<'static, str> {
        "ElectionType".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "The type of an election or a contest: presidential, parliamentary, or any other name.",
        })
    }
}
