//! Describes a range of a source text: its line, and the label, parameter or cell around it.

use std::ops::Range;

use serde_json::Value;

use super::place::{SourcePlace, TableCell};
use super::words::with_other_words;
use crate::formats::infobox::parameters;
use crate::journal::VersionEntry;
use crate::model::Format;

/// Describes a range of the text of a version.
pub(super) fn describe(entry: &VersionEntry, range: &Range<usize>) -> SourcePlace {
    let text = entry.text.as_str();
    let words = text.get(range.clone()).unwrap_or_default();
    let before = text.get(..range.start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let rest = text.get(line_start..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    let number = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
    let place = SourcePlace {
        line: number(before.matches('\n').count()),
        column: number(before.get(line_start..).unwrap_or_default().chars().count()),
        text: line.strip_suffix('\r').unwrap_or(line).to_owned(),
        words: words.to_owned(),
        ..SourcePlace::default()
    };
    match entry.format.parse() {
        Ok(Format::Article) => with_parameter(place, article_label(line)),
        Ok(Format::Wikitext) => with_parameter(place, wikitext_label(before)),
        Ok(Format::Jsonl) => SourcePlace { label: member_name(before), ..place },
        Ok(Format::Table) => {
            let cell = table_cell(text, range);
            // The first line of a source text of rows is their mapping.
            let label = (place.line == 1 && cell.is_none()).then(|| "mapping".to_owned());
            SourcePlace { cell, label, ..place }
        }
        Err(_) => place,
    }
}

/// Adds a label, and the parameter and the rule that it stands for.
fn with_parameter(place: SourcePlace, label: Option<&str>) -> SourcePlace {
    let Some(label) = label else { return place };
    let found = parameters::find(label).map(|found| found.parameter);
    SourcePlace {
        label: Some(label.to_owned()),
        parameter: found.map(|parameter| parameter.name.to_owned()),
        rule: found.map(|parameter| parameter.kind.to_string()),
        ..place
    }
}

/// Returns the label of a line `- Label: value`.
fn article_label(line: &str) -> Option<&str> {
    let (label, _) = line.trim().strip_prefix("- ")?.split_once(':')?;
    Some(label.trim())
}

/// Returns the name of the template parameter whose value the text ends in: the last `| name =`.
fn wikitext_label(before: &str) -> Option<&str> {
    let mut end = before.len();
    while let Some(at) = before.get(..end)?.rfind('|') {
        let argument = before.get(at + 1..)?;
        if let Some((name, _)) = argument.split_once('=') {
            let name = name.trim();
            let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | ' ' | '-');
            if !name.is_empty() && name.chars().all(is_name) {
                return Some(name);
            }
        }
        end = at;
    }
    None
}

/// Returns the name of the JSON member whose value the text ends in.
fn member_name(before: &str) -> Option<String> {
    let (name, _) = before.rsplit_once("\":")?;
    name.rsplit_once('"').map(|(_, name)| name.to_owned())
}

/// Returns the cell of a table that a range is in.
fn table_cell(text: &str, range: &Range<usize>) -> Option<TableCell> {
    let (head, mut rest) = text.split_once('\n')?;
    let mapping: Value = serde_json::from_str(head.get(head.find('{')?..)?).ok()?;
    let mut offset = head.len() + 1;
    loop {
        // A block is a line `#LENGTH NAME`, and a body of LENGTH bytes.
        let (title, body) = rest.strip_prefix('#')?.split_once('\n')?;
        let (length, name) = title.split_once(' ')?;
        let start = offset + title.len() + 2;
        let (body, after) = body.split_at_checked(length.parse().ok()?)?;
        if range.start >= start && range.end <= start + body.len() {
            return cell_in_block(&mapping, name, body, range.start - start..range.end - start);
        }
        rest = after.trim_start_matches('\n');
        offset = start + body.len() + (after.len() - rest.len());
    }
}

fn cell_in_block(
    mapping: &Value,
    block: &str,
    body: &str,
    range: Range<usize>,
) -> Option<TableCell> {
    let delimiter =
        &mapping["decided"]["delimiters"][if block == "named" { "rows" } else { block }];
    let delimiter = delimiter.as_u64().and_then(|byte| u8::try_from(byte).ok()).unwrap_or(b',');
    let read = |body: &str| -> Option<Vec<csv::StringRecord>> {
        let mut reader = csv::ReaderBuilder::new();
        let reader = reader.delimiter(delimiter).has_headers(false).flexible(true);
        reader.from_reader(body.as_bytes()).records().collect::<Result<_, _>>().ok()
    };
    let (records, others) = (read(body)?, read(&with_other_words(body, &range)?)?);
    // The cell is the one that differs if the words do.
    let mut rows = records.iter().zip(&others).enumerate();
    let (row, (record, other)) = rows.find(|(_, (record, other))| record != other)?;
    let at = record.iter().zip(other).position(|(cell, other)| cell != other)?;
    let column = records.first()?.get(at)?.to_owned();
    let cell = record.get(at)?.to_owned();
    let name = match block.strip_prefix("join ") {
        Some(join) => format!("{join}.{column}"),
        None => column.clone(),
    };
    let mut found: Vec<(String, &Value)> = Vec::new();
    for section in ["election", "contest", "contender"] {
        find_settings(&mapping[section], section, &name, &mut found);
    }
    let mapped = found.iter().find_map(|(_, setting)| setting["values"][&cell].as_str());
    Some(TableCell {
        block: block.to_owned(),
        column,
        row: row as u64,
        mapped_value: mapped.map(str::to_owned),
        text: cell,
        settings: found.into_iter().map(|(name, _)| name).collect(),
    })
}

/// Collects the settings of a mapping that name a column.
fn find_settings<'m>(
    setting: &'m Value,
    name: &str,
    column: &str,
    found: &mut Vec<(String, &'m Value)>,
) {
    let is_template = |text: &str| text.contains(&format!("{{{column}}}"));
    match setting {
        Value::String(text) if text == column => found.push((name.to_owned(), setting)),
        Value::Object(members) if members.contains_key("column") => {
            let is_column = members["column"] == column;
            if is_column || members.get("template").and_then(Value::as_str).is_some_and(is_template)
            {
                found.push((name.to_owned(), setting));
            }
        }
        Value::Object(members) => members
            .iter()
            .for_each(|(key, inner)| find_settings(inner, &format!("{name}.{key}"), column, found)),
        _ => {}
    }
}
