//! Reads the table in a file, with the tables beside it, through a mapping.

use super::batch::ImportBatch;
use super::lineages::read_lineages;
use super::origin::Origin;
use crate::formats::container::{DecodedTable, read_table};
use crate::formats::source::SourceFile;
use crate::formats::table::{self, TableEvent};
use crate::formats::{Format, Mapping};
use crate::{ParseError, Result, Warning};

/// Decodes the table in a file.
///
/// # Errors
/// When the container cannot be read.
pub(super) fn decode_table(
    origin: &Origin,
    file: SourceFile,
    mapping: &Mapping,
) -> Result<DecodedTable, ParseError> {
    read_table(&origin.name, file, &mapping.container_settings(None))
}

/// Adds the elections and the lineages of a table to an import.
pub(super) fn add_table(
    origin: &Origin,
    decoded: DecodedTable,
    mapping: &Mapping,
    batch: &mut ImportBatch<'_>,
) -> Result<()> {
    let name = origin.name.as_str();
    let mapping = &mapping.of_decoded(&decoded);
    let DecodedTable { text, notes, warnings, .. } = decoded;
    for warning in warnings {
        let (line, column, message) = (warning.line, warning.column, warning.message);
        batch.warn(Warning { source: name.to_owned(), line, column, message });
    }
    notes.into_iter().for_each(|note| batch.note(format!("{name}: {note}")));
    let mut sibling_notes = Vec::new();
    let mut first_error = None;
    let mut each = |event: TableEvent| match event {
        TableEvent::Document(document) if first_error.is_none() => {
            first_error = batch.add_document(origin, Format::Table, *document).err();
        }
        TableEvent::Document(_) => {}
        TableEvent::Error(error) => batch.report_error(error),
        TableEvent::Warning(warning) => batch.warn(warning),
        TableEvent::Note(note) => batch.note(note),
    };
    let mut read_sibling = |sibling: &str| {
        let settings = mapping.container_settings(Some(sibling));
        let decoded = origin.sibling_table(sibling, &settings)?;
        sibling_notes.extend(decoded.notes.iter().map(|note| format!("{sibling}: {note}")));
        Ok(decoded.text)
    };
    table::parse_table(mapping, name, &text, &mut read_sibling, &mut each);
    sibling_notes.into_iter().for_each(|note| batch.note(note));
    first_error.map_or(Ok(()), Err)?;
    read_lineages(mapping, origin, &text, batch)
}
