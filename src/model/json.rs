//! The JSON form of values.

use serde::ser::Error as _;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// Converts a value to JSON without nulls and empty lists.
///
/// Omitted members have defaults when parsed, so nothing is lost.
///
/// # Errors
/// When the value cannot be serialised as JSON.
pub fn to_json<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<Value> {
    let mut json = serde_json::to_value(value)?;
    prune(&mut json);
    Ok(json)
}

/// Serializes a value of the model inside an answer, without nulls and empty lists. The store's
/// encoding needs every field, so the types of the model themselves leave none out.
pub(crate) fn serialize_pruned<T: Serialize, S: Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    to_json(value).map_err(S::Error::custom)?.serialize(serializer)
}

/// Removes nulls and empty lists recursively. List items stay, since their positions matter. The
/// only member of an object also stays, since it names the variant of an enum.
fn prune(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.values_mut().for_each(prune);
            if members.len() > 1 {
                let empty = |member: &Value| member.as_array().is_some_and(Vec::is_empty);
                members.retain(|_, member| !member.is_null() && !empty(member));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(prune),
        _ => {}
    }
}
