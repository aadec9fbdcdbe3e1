//! Reads the table in a file without a mapping, and states the settings of its container.

use std::path::Path;

use super::write::quote;
use crate::formats::container::settings::{ContainerSettings, SheetChoice};
use crate::formats::container::{DecodedTable, read_table};
use crate::formats::source::SourceFile;
use crate::{Error, Result};

/// Maximum number of sheets that are tried.
const MAX_SHEETS: u32 = 20;

/// A table, and the settings of its container with their reasons.
pub(super) struct LoadedTable {
    pub(super) table: DecodedTable,
    pub(super) settings: Vec<(String, String)>,
}

/// Reads the table in a file.
///
/// # Errors
/// When the file cannot be read, or its container leaves open which table to read.
pub(super) fn load(path: &Path, name: &str, country: Option<&str>) -> Result<LoadedTable> {
    let country_code = country.and_then(crate::model::find_territory).and_then(|territory| {
        let code = territory.aliases.iter().find(|alias| alias.len() == 2)?;
        Some(code.to_ascii_lowercase())
    });
    let settings = ContainerSettings { country_code, ..ContainerSettings::default() };
    let read = |settings: &ContainerSettings| -> Result<DecodedTable> {
        read_table(name, SourceFile::open(path)?, settings)
            .map_err(|error| Error::UnreadTable(Box::new(error)))
    };
    let first = match read(&settings) {
        Ok(table) => return Ok(stated(table)),
        Err(error @ Error::Io { .. }) => return Err(error),
        Err(error) => error,
    };
    let message = first.to_string();
    if message.contains("'sheet' in the mapping") {
        let sheets = (1..=MAX_SHEETS).map_while(|number| {
            let settings =
                ContainerSettings { sheet: Some(SheetChoice::Number(number)), ..settings.clone() };
            match read(&settings) {
                Ok(table) => Some(Some((number, table))),
                // A sheet without cells is an error, as is one beyond the last.
                Err(error) => (!error.to_string().contains("there are")).then_some(None),
            }
        });
        let best = sheets
            .flatten()
            .max_by_key(|(number, table)| (cells(&table.text), std::cmp::Reverse(*number)));
        if let Some((number, table)) = best {
            let reason = match message.split_once("one of ") {
                Some((_, names)) => format!("the sheet with most cells; sheets: {names}"),
                None => "the sheet with most cells".to_owned(),
            };
            let mut loaded = stated(table);
            loaded.settings.insert(0, (format!("sheet = {number}"), reason));
            return Ok(loaded);
        }
    }
    let paths = json_paths(path)?;
    for records_path in paths {
        let settings =
            ContainerSettings { records_path: Some(records_path.clone()), ..settings.clone() };
        if let Ok(table) = read(&settings) {
            let mut loaded = stated(table);
            loaded.settings.insert(
                0,
                (
                    format!("records = {}", quote(&records_path)),
                    "the array with most objects".to_owned(),
                ),
            );
            return Ok(loaded);
        }
    }
    Err(first)
}

fn stated(table: DecodedTable) -> LoadedTable {
    let mut settings = Vec::new();
    if let Some(encoding) = table.encoding {
        let reason = table.notes.iter().find_map(|note| {
            let (_, rest) = note.split_once('(')?;
            rest.split_once(')').map(|(words, _)| words.to_owned())
        });
        let line = format!("encoding = {}", quote(&encoding.to_ascii_lowercase()));
        settings.push((line, reason.unwrap_or_else(|| "its byte order mark".to_owned())));
    }
    LoadedTable { table, settings }
}

fn cells(text: &str) -> usize {
    text.split(['\t', '\n']).filter(|cell| !cell.trim().is_empty()).count()
}

/// Returns the paths of arrays of objects in a JSON file, those with most objects first.
fn json_paths(path: &Path) -> Result<Vec<String>> {
    let bytes = SourceFile::open(path)?.load()?;
    let Ok(value) = serde_json::from_slice::<serde_json::Value>(&bytes) else {
        return Ok(Vec::new());
    };
    let mut found = std::collections::BTreeMap::<String, usize>::new();
    visit(&value, String::new(), &mut found, 0);
    let mut paths: Vec<(String, usize)> = found.into_iter().collect();
    paths.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    Ok(paths.into_iter().map(|(path, _)| path).collect())
}

/// Maximum depth of arrays in JSON.
const MAX_DEPTH: usize = 8;

fn visit(
    value: &serde_json::Value,
    path: String,
    found: &mut std::collections::BTreeMap<String, usize>,
    depth: usize,
) {
    let join =
        |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    if depth > MAX_DEPTH {
        return;
    }
    match value {
        serde_json::Value::Object(members) => {
            members.iter().for_each(|(name, value)| visit(value, join(name), found, depth + 1));
        }
        serde_json::Value::Array(items) => {
            let objects = items.iter().filter(|item| item.is_object()).count();
            if objects > 0 && !path.is_empty() {
                *found.entry(path.clone()).or_default() += objects;
            }
            items.iter().for_each(|item| visit(item, join("*"), found, depth + 1));
        }
        _ => {}
    }
}
