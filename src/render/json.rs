//! Writes JSON documents member by member, so that their lists may exceed memory.

use std::io::Write;

use serde_json::Value;

use crate::Error;

/// Writes a JSON object: with line breaks and indentation, or on one line.
pub(super) struct DocumentWriter<'w> {
    out: &'w mut dyn Write,
    pretty: bool,
    is_empty: bool,
}

impl<'w> DocumentWriter<'w> {
    pub(super) fn new(out: &'w mut dyn Write, pretty: bool) -> Self {
        Self { out, pretty, is_empty: true }
    }

    /// Writes a member.
    pub(super) fn member(&mut self, name: &str, value: &Value) -> crate::Result<()> {
        self.start_member(name)?;
        let json = self.format(value, "\n  ")?;
        self.write(&json)
    }

    /// Writes a member that is a list.
    pub(super) fn list(
        &mut self,
        name: &str,
        values: impl Iterator<Item = crate::Result<Value>>,
    ) -> crate::Result<()> {
        self.start_member(name)?;
        self.write("[")?;
        let mut separator = "";
        for value in values {
            let json = self.format(&value?, "\n    ")?;
            self.write(separator)?;
            self.write(if self.pretty { "\n    " } else { "" })?;
            self.write(&json)?;
            separator = ",";
        }
        // An empty list is written on one line.
        self.write(if self.pretty && !separator.is_empty() { "\n  ]" } else { "]" })
    }

    /// Ends the object and the line.
    pub(super) fn finish(mut self) -> crate::Result<()> {
        let start = if self.is_empty { "{" } else { "" };
        let end = if self.pretty && !self.is_empty { "\n}\n" } else { "}\n" };
        self.write(start)?;
        self.write(end)
    }

    fn start_member(&mut self, name: &str) -> crate::Result<()> {
        let before = if std::mem::take(&mut self.is_empty) { "{" } else { "," };
        let (line_start, colon) = if self.pretty { ("\n  ", ": ") } else { ("", ":") };
        self.write(&format!("{before}{line_start}\"{name}\"{colon}"))
    }

    /// Formats a value as JSON. In pretty output, `line_start` replaces each line break.
    fn format(&self, value: &Value, line_start: &str) -> crate::Result<String> {
        if !self.pretty {
            return Ok(value.to_string());
        }
        let json = serde_json::to_string_pretty(value);
        let json = json.map_err(|error| Error::Output(error.into()))?;
        Ok(json.replace('\n', line_start))
    }

    fn write(&mut self, text: &str) -> crate::Result<()> {
        self.out.write_all(text.as_bytes()).map_err(Error::Output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(pretty: bool, rows: &[Value]) -> String {
        let mut out = Vec::new();
        let mut document = DocumentWriter::new(&mut out, pretty);
        document.member("schema", &"x".into()).unwrap();
        document.list("rows", rows.iter().cloned().map(Ok)).unwrap();
        document.finish().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_document_is_written_as_serde_json_writes_it() {
        for rows in [vec![], vec![serde_json::json!({ "a": [1, 2] }), Value::Null]] {
            let value = serde_json::json!({ "schema": "x", "rows": rows });
            assert_eq!(write(true, &rows), serde_json::to_string_pretty(&value).unwrap() + "\n");
            assert_eq!(write(false, &rows), value.to_string() + "\n");
        }
        let mut out = Vec::new();
        DocumentWriter::new(&mut out, true).finish().unwrap();
        assert_eq!(out, b"{}\n");
    }
}
