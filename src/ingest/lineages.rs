//! Reads the lineages of parties in the files beside a table.

use super::batch::ImportBatch;
use super::origin::Origin;
use crate::Result;
use crate::formats::{self, Mapping, table};

/// Adds the lineages from the tables of parties that a mapping names. The tables of parties must be
/// in the same folder as the table in `origin`.
pub(super) fn read_lineages(
    mapping: &Mapping,
    origin: &Origin,
    text: &str,
    batch: &mut ImportBatch<'_>,
) -> Result<()> {
    let name = origin.name.as_str();
    let mut missing = mapping.lineage_files().filter(|file| !origin.has_sibling(file));
    if let Some(file) = missing.next() {
        let expected = format!("a table of parties beside it, '{file}', for its lineages");
        batch.report_error(formats::parse_error_at(name, "", 0, &expected));
        return Ok(());
    }
    let mut first_error = None;
    let mut read_sibling = |name: &str| {
        let settings = mapping.container_settings(Some(name));
        origin.sibling_table(name, &settings).map(|decoded| decoded.text)
    };
    let warnings =
        table::parse_lineages(
            mapping,
            name,
            text,
            &mut read_sibling,
            &mut |lineage| match lineage {
                Ok(lineage) if first_error.is_none() => {
                    first_error = batch.add_lineage(origin, mapping.name(), lineage).err();
                }
                Ok(_) => {}
                Err(error) => batch.report_error(error),
            },
        );
    warnings.into_iter().for_each(|warning| batch.warn(warning));
    first_error.map_or(Ok(()), Err)
}
