//! How documents name elections, and the election that a writer looked up last.

use super::rows::ElectionRow;

/// How a document names its election.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ElectionName {
    pub(crate) title: String,
    /// Name of the source, and identifier of the election in it.
    pub(crate) identity: Option<(String, String)>,
}

impl ElectionName {
    /// Creates a name of a title only.
    pub(crate) fn title(title: &str) -> Self {
        Self { title: title.to_owned(), identity: None }
    }

    /// Creates the name in a document of a source that may identify the election.
    pub(crate) fn new(title: &str, source: Option<&str>, id: Option<&str>) -> Self {
        let identity = source.zip(id).map(|(source, id)| (source.to_owned(), id.to_owned()));
        Self { title: title.to_owned(), identity }
    }
}

/// The election that was looked up last. Versions of one election come in runs, so its row is
/// encoded once per run.
#[derive(Debug, Default)]
pub(super) enum CachedRow {
    #[default]
    None,
    /// No election has this name.
    Absent(ElectionName),
    Row {
        name: ElectionName,
        row: Box<ElectionRow>,
        is_changed: bool,
    },
}
