//! Where a text of an import comes from.

use std::path::PathBuf;

use crate::ParseError;
use crate::formats::container::settings::ContainerSettings;
use crate::formats::container::{DecodedTable, read_table};
use crate::formats::{self, source};
use crate::model::Source;

/// Where a text comes from.
#[derive(Clone)]
pub(super) struct Origin {
    /// Display name.
    pub(super) name: String,
    /// Path of the file. `None` for a text in memory and a stream.
    pub(super) path: Option<PathBuf>,
    /// The source, if it has a name.
    pub(super) source: Option<Source>,
    /// Whether the text is the complete content of its source. Several texts in memory may have
    /// the same name.
    pub(super) is_complete: bool,
}

impl Origin {
    pub(super) fn has_sibling(&self, file: &str) -> bool {
        self.path.as_ref().is_some_and(|path| path.with_file_name(file).exists())
    }

    /// Returns the table in another file in the folder of this file. Fails for a text that is not
    /// from a file, even if a file with that name exists.
    pub(super) fn sibling_table(
        &self,
        other: &str,
        settings: &ContainerSettings,
    ) -> Result<DecodedTable, ParseError> {
        let Some(path) = &self.path else {
            let expected = format!("a table in a file, with {other} beside it");
            return Err(formats::parse_error_at(&self.name, "", 0, &expected));
        };
        let file = source::open_sibling(path, other)?;
        read_table(&path.with_file_name(other).display().to_string(), file, settings)
    }
}
