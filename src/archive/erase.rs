//! Erasing source texts that must not be kept. The digest of each text and the reason stay, and the
//! chain of digests stays verifiable.

mod complete;
mod report;

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::{Archive, Snapshot};
pub use report::{EraseOptions, ErasedVersion, ErasureReport, VersionAddress};

use crate::index::{ElectionRow, VersionRow};
use crate::journal::{ErasureEntry, JournalEntry, now};
use crate::model::{Address, MAX_TITLE_CHARS, ToAddress, VersionSelector};
use crate::{Error, Result};

/// A version to erase.
struct Target {
    row: ElectionRow,
    number: u32,
    version: VersionRow,
}

impl Archive {
    /// Erases the source texts of versions, for example after a takedown request. This cannot be
    /// undone.
    ///
    /// The text, the record derived from it, and the contributor and the comment of its revision are
    /// removed from the journal and the store. The title, the source and the digest of the text
    /// remain, with the reason. The version keeps its number and has no record. If it was current,
    /// the last version before it that is not erased becomes current. Digests of imports, and proofs
    /// of other figures, stay valid.
    ///
    /// The erasure is an import of its own, which is durable before anything is removed: an
    /// interrupted erasure is completed when the archive is next opened. The store is rebuilt, so
    /// snapshots that were taken before can no longer read source texts.
    ///
    /// ```
    /// use hustings::Archive;
    /// use hustings::archive::EraseOptions;
    /// # let folder = std::env::temp_dir().join("hustings-example-erase");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let archive = Archive::create(&folder)?;
    /// archive.import(["fixtures/commission"])?;
    /// archive.import(["fixtures/articles"])?;
    /// let options = EraseOptions::new("takedown request 17");
    /// let report = archive.erase(["nagorno-karabakh/2007@2"], &options)?;
    /// assert_eq!((report.import, report.erased[0].current), (Some(3), Some(1)));
    /// assert!(archive.get("nagorno-karabakh/2007@2").is_err());
    /// assert_eq!(archive.get("nagorno-karabakh/2007")?.version.number, 1);
    /// # drop(archive); std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// When an address names no version, a removal or an erased version, when the reason is empty,
    /// or when an import of format 1 added the version: the digest of such an import covers the
    /// texts themselves. Nothing is erased then. Also on an I/O error; if the erasure was already
    /// recorded, the next opening of the archive completes it.
    pub fn erase<A: ToAddress>(
        &self,
        addresses: impl IntoIterator<Item = A>,
        options: &EraseOptions,
    ) -> Result<ErasureReport> {
        if options.reason.trim().is_empty() {
            return Err(invalid("reason", "an erasure needs a reason".to_owned()));
        }
        let state = &mut *self.lock_for_change()?;
        self.catch_up(state, &mut |_| ())?;
        let snapshot = self.snapshot();
        let mut targets: Vec<Target> = Vec::new();
        for address in addresses {
            let target = snapshot.erase_target(&*address.to_address()?)?;
            if !targets.iter().any(|other| other.id() == target.id()) {
                targets.push(target);
            }
        }
        if targets.is_empty() {
            return Err(invalid("addresses", "expected a version to erase, found none".to_owned()));
        }
        let mut same_text = snapshot.versions_with_same_text(&targets)?;
        if options.same_text {
            targets.append(&mut same_text);
        }
        let time = now()?;
        let mut entries = Vec::new();
        for target in &targets {
            let entry = snapshot.erasure_entry(target, &options.reason, &time)?;
            entries.push(JournalEntry::Erasure(Box::new(entry)));
        }
        let ids: BTreeSet<(u64, u32)> = targets.iter().map(Target::id).collect();
        let mut report = ErasureReport { copies: self.copies_in_folder()?, ..Default::default() };
        for target in &targets {
            report.erased.push(snapshot.erased_version(target, &ids)?);
        }
        for target in &same_text {
            report.same_text.push(snapshot.version_address(target)?);
        }
        if options.dry_run {
            return Ok(report);
        }
        drop((snapshot, targets, same_text));
        let mut writer = state.journal.append()?;
        for entry in entries {
            writer.push(entry)?;
        }
        let written = writer.commit(options.note.as_deref())?;
        report.import = Some(written.position.import);
        report.replicas_in_use = self.complete_erasures(state)?;
        Ok(report)
    }

    /// Returns other files in the archive's folder that may contain the texts: stores and journals
    /// that a repair kept.
    fn copies_in_folder(&self) -> Result<Vec<PathBuf>> {
        let path = &self.inner.path;
        let failed = || Error::io("read", path);
        let mut copies = Vec::new();
        for entry in std::fs::read_dir(path).map_err(failed())? {
            let entry = entry.map_err(failed())?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if ["store.aside", "journal.damaged-", "journal.cut"]
                .iter()
                .any(|start| name.starts_with(start))
            {
                copies.push(entry.path());
            }
        }
        copies.sort();
        Ok(copies)
    }
}

impl Target {
    fn id(&self) -> (u64, u32) {
        (self.row.id(), self.number)
    }
}

impl Snapshot {
    /// Returns the version that an address selects.
    fn erase_target(&self, address: &Address) -> Result<Target> {
        if address.version() == VersionSelector::Latest {
            let problem = format!("which version is erased? For example '{address}@1'");
            return Err(invalid("addresses", problem));
        }
        let row = self.row(address)?;
        let (number, version) = self.resolve_version(address, &row)?;
        Ok(Target { row, number, version })
    }

    /// Returns the other versions of all elections that have the same text as one of these.
    fn versions_with_same_text(&self, targets: &[Target]) -> Result<Vec<Target>> {
        let digests: BTreeSet<[u8; 32]> =
            targets.iter().map(|target| target.version.digest).collect();
        let own: BTreeSet<(u64, u32)> = targets.iter().map(Target::id).collect();
        let mut found = Vec::new();
        for row in self.view().rows::<ElectionRow>(None) {
            let row = row?;
            for version in self.view().versions(&row) {
                let (number, version) = version?;
                if digests.contains(&version.digest)
                    && !version.lacks_record()
                    && !own.contains(&(row.id(), number))
                {
                    found.push(Target { row: row.clone(), number, version });
                }
            }
        }
        Ok(found)
    }

    /// Returns the journal entry that orders the erasure of a version.
    fn erasure_entry(&self, target: &Target, reason: &str, time: &str) -> Result<ErasureEntry> {
        let Target { number, version, .. } = target;
        let index = self.view().entry_index(version.line)?;
        let import = version.import;
        let Some(digest) = self.journal().line_digest(index)? else {
            let problem = format!(
                "'{}' cannot be erased: import {import} has format 1, in which the digest of the \
                 import covers the texts themselves; import the documents that may be kept into a \
                 new archive, and delete this one",
                self.version_address(target)?.address
            );
            return Err(invalid("addresses", problem));
        };
        let first = self.view().import(import)?.unwrap_or_default().line;
        let summary = self.view().record(version)?.summary();
        let country = summary.country.filter(|name| name.chars().nth(MAX_TITLE_CHARS).is_none());
        Ok(ErasureEntry {
            import,
            line: version.line.saturating_sub(first) + 1,
            digest,
            title: version.title.clone(),
            version: *number,
            country,
            year: summary.year,
            reason: reason.to_owned(),
            time: time.to_owned(),
        })
    }

    /// Describes a version that is erased. `erased` are all versions that are.
    fn erased_version(
        &self,
        target: &Target,
        erased: &BTreeSet<(u64, u32)>,
    ) -> Result<ErasedVersion> {
        let Target { row, number, version } = target;
        let is_kept = |number: u32| !erased.contains(&(row.id(), number));
        let was_current = row.summary_row.current_version == *number;
        let VersionAddress { address, title, import } = self.version_address(target)?;
        Ok(ErasedVersion {
            address,
            title,
            import,
            digest: blake3::Hash::from_bytes(version.digest).to_hex().to_string(),
            was_current,
            current: self.view().current_among(row, is_kept)?,
        })
    }

    fn version_address(&self, target: &Target) -> Result<VersionAddress> {
        let Target { row, number, version } = target;
        let address = match self.listing(row.id())? {
            Some(listing) => listing.address.clone(),
            None => self.short_address(row.id(), &row.summary_row.summary)?,
        };
        Ok(VersionAddress {
            address: format!("{address}@{number}"),
            title: version.title.clone(),
            import: version.import,
        })
    }
}

fn invalid(argument: &'static str, problem: String) -> Error {
    Error::InvalidArgument { argument, problem }
}
