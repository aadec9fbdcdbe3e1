//! Applies erasures. The journal has an erased line in the place of the version, so a store that is
//! built from it never contains the record.

use super::cursor::VersionCursor;
use super::election_name::ElectionName;
use super::keys::StoreKey;
use super::name_writer::NamesBefore;
use super::rows::{ErasedRow, VersionRow};
use super::writer::StoreWriter;
use crate::journal::{ErasedEntry, ErasureEntry};
use crate::model::{ElectionKey, Erasure, Revision};
use crate::store::encode;
use crate::{Result, StoreError};

impl StoreWriter {
    /// Adds a version whose text was erased. It has a number and no record, and is current only if
    /// the election has no version with a record.
    pub(super) fn add_erased(&mut self, entry: ErasedEntry) -> Result<()> {
        let (import, line) = (self.applied.log_position.import + 1, self.applied.lines);
        let digest = entry.text_hash();
        let erasure =
            Erasure::new(entry.erasure, entry.time, entry.reason, entry.text_digest.clone());
        self.put(&StoreKey::ErasedText(digest), encode(&erasure)?);
        let (source_name, source_id) = entry
            .provenance
            .map(|provenance| (provenance.source, provenance.id))
            .unwrap_or_default();
        let mut version = VersionRow {
            line,
            import,
            title: entry.title,
            source: entry.source,
            source_name,
            source_id,
            format: entry.format,
            source_time: entry.source_time,
            revision: entry.revision.map(|id| Revision { id, ..Revision::default() }),
            digest,
            erased: Some(ErasedRow { erasure, country: entry.country, year: entry.year }),
            ..VersionRow::default()
        };
        let summary = version.erased_summary().unwrap_or_default();
        let election_key = ElectionKey::from_summary(&summary);
        version.election_key = Some(election_key.clone());
        let name = ElectionName::new(
            &version.title,
            version.source_name.as_deref(),
            version.source_id.as_deref(),
        );
        let Some(mut row) = self.take_row(&name)? else {
            return self.add_first(name, version, None, summary);
        };
        let part = self.part_of(&row, &name)?;
        self.claim_title(&mut row, part, &version.title)?;
        let names_before = NamesBefore::new(&row);
        let number = row.summary_row.version_count + 1;
        row.summary_row.version_count = number;
        row.has_erased = true;
        let changed = row.add_to_part(part, number);
        self.update_source(&mut row, part, &version, number)?;
        version.current_after = row.summary_row.current_version;
        if election_key != row.election_key() {
            self.put(&StoreKey::PastKey(&election_key, row.id()), encode(&true)?);
        }
        self.put(&StoreKey::Version(row.id(), number), encode(&version)?);
        self.update_names(&row, &names_before, &[])?;
        self.put_row_back(name, row, changed);
        Ok(())
    }

    /// Applies the entry that ordered an erasure.
    ///
    /// # Errors
    /// When the store still has the record: it was built before the erasure, and must be rebuilt.
    pub(super) fn confirm_erasure(&mut self, erasure: &ErasureEntry) -> Result<()> {
        let own = self.applied.log_position.import + 1;
        self.buffer_changes()?;
        self.applied.last_erasure = own;
        // The import may be lost.
        let Some(import) = self.view().import(erasure.import)? else { return Ok(()) };
        let line = import.line.saturating_add(erasure.line).saturating_sub(1);
        let found = VersionCursor::default().find(&self.view(), &erasure.title, line)?;
        let Some((id, _, version)) = found else { return Ok(()) };
        if version.erased.is_none() {
            return Err(StoreError::corrupt(format!(
                "it contains a record that import {own} erases"
            )));
        }
        self.mark_changed(id);
        Ok(())
    }
}
