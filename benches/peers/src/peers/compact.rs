//! JSON without absent values, as `skip_serializing_if` on every field would write it. hustings'
//! own conversion uses a tree of values, which costs more than everything else about a record. The
//! peers should not have to pay for it.

use serde::Serialize;

/// Serialises a value as JSON without members that are null or empty lists. The only member of an
/// object stays, because it names an enum variant. Items of lists stay, because their positions
/// matter.
pub(super) fn to_json(value: &impl Serialize) -> serde_json::Result<String> {
    Ok(without_nulls(&serde_json::to_string(value)?))
}

fn without_nulls(json: &str) -> String {
    let bytes = json.as_bytes();
    let mut out = Vec::with_capacity(json.len() / 2);
    // For each open object or list, whether it is an object.
    let mut open: Vec<bool> = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => open.push(*byte == b'{'),
            b'}' | b']' => {
                open.pop();
                if out.last() == Some(&b',') {
                    out.pop();
                }
            }
            b'"' => {
                let end = string_end(bytes, at);
                let value = bytes.get(end + 1..).unwrap_or_default();
                let empty =
                    [&b"null"[..], b"[]"].into_iter().find(|empty| value.starts_with(empty));
                let is_key = open.last() == Some(&true) && bytes.get(end) == Some(&b':');
                if let (true, Some(empty)) = (is_key, empty) {
                    let after = end + 1 + empty.len();
                    let only = bytes.get(at.wrapping_sub(1)) == Some(&b'{')
                        && bytes.get(after) == Some(&b'}');
                    if !only {
                        at = after + usize::from(bytes.get(after) == Some(&b','));
                        continue;
                    }
                }
                out.extend_from_slice(&bytes[at..end]);
                at = end;
                continue;
            }
            _ => {}
        }
        out.push(*byte);
        at += 1;
    }
    // Only whole strings and single ASCII characters were copied.
    String::from_utf8(out).unwrap_or_else(|_| json.to_owned())
}

/// Returns the position after the string that begins at `start`.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use hustings::export;
    use hustings::formats::{Format, parse};
    use serde_json::json;

    use super::*;

    #[test]
    fn compact_json_matches_the_export_of_hustings() {
        let values = [
            json!({"a": null, "b": [], "c": {"d": null, "e": null}, "f": [null, [], {"g": []}]}),
            json!({"a": "x \" , null", "b": {"only": null}, "c": 1, "d": null}),
            json!([{}, {"a": {"b": []}, "n": null}, "null", ["[]", null]]),
        ];
        for value in &values {
            assert_eq!(to_json(value).unwrap(), export::to_json(value).unwrap().to_string());
        }
        for entry in std::fs::read_dir("../../fixtures/articles").unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            let election = parse(Format::Article, &text).unwrap();
            let json = to_json(&election).unwrap();
            assert_eq!(json, export::to_json(&election).unwrap().to_string());
        }
    }
}
