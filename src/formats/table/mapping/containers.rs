//! Settings for the containers of tables, and the names of their files.

use super::Mapping;
use super::value::ValueSource;
use crate::formats::container::DecodedTable;
use crate::formats::container::settings::ContainerSettings;
use crate::model::find_territory;

/// Endings of workbooks, which only a mapping reads.
const WORKBOOK_ENDINGS: [&str; 3] = [".xlsx", ".xls", ".ods"];

/// Endings of packed files, after the ending of the file itself.
const PACKED_ENDINGS: [&str; 3] = [".gz", ".zst", ".bz2"];

/// Returns whether a file name has the extension of a table or of a workbook.
pub(crate) fn is_table_file(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let name = PACKED_ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(&name);
    let mut endings = [".csv", ".tsv", ".tab"].iter().chain(&WORKBOOK_ENDINGS);
    endings.any(|ending| name.ends_with(ending))
}

impl Mapping {
    /// Returns whether a file found in a folder may be a table of this mapping: a table, a text, a
    /// workbook, or JSON and zip archives if the mapping has settings for them.
    pub(super) fn is_container_name(&self, name: &str) -> bool {
        let lower = name.to_ascii_lowercase();
        let ends = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
        is_table_file(name)
            || ends(&[".txt"])
            || (self.records_path.is_some() && ends(&[".json", ".jsonl", ".ndjson"]))
            || (self.entry.is_some() && ends(&[".zip"]))
    }

    /// Returns how the bytes of a file become a table: of the table itself, or of the joined table
    /// with the name `sibling`.
    pub(crate) fn container_settings(&self, sibling: Option<&str>) -> ContainerSettings {
        let country_code = self.country_code();
        let joined = sibling.map(|file| self.join.values().find(|join| join.file == file));
        match joined {
            None => ContainerSettings {
                encoding: self.encoding.clone(),
                sheet: self.sheet.clone(),
                records_path: self.records_path.clone(),
                entry: self.entry.clone(),
                country_code,
            },
            Some(None) => ContainerSettings { country_code, ..ContainerSettings::default() },
            Some(Some(join)) => ContainerSettings {
                encoding: join.encoding.clone(),
                sheet: join.sheet.clone(),
                records_path: join.records_path.clone(),
                entry: join.entry.clone(),
                country_code,
            },
        }
    }

    /// Returns the code of the country, as in host names, if the mapping states one country.
    fn country_code(&self) -> Option<String> {
        let Some(ValueSource::Settings(country)) = &self.election.country else { return None };
        let territory = find_territory(country.constant.as_deref()?)?;
        let is_code = |alias: &&String| {
            alias.len() == 2 && alias.bytes().all(|letter| letter.is_ascii_alphabetic())
        };
        let code = territory.aliases.iter().find(is_code)?.to_ascii_lowercase();
        Some(if code == "gb" { "uk".to_owned() } else { code })
    }

    /// Returns the mapping of a table as it was decoded: with its encoding, which the source texts
    /// keep, and its delimiter.
    pub(crate) fn of_decoded(&self, table: &DecodedTable) -> Self {
        Self {
            encoding: table.encoding.map(str::to_ascii_lowercase),
            delimiter: table.delimiter.or(self.delimiter),
            ..self.clone()
        }
    }
}
