//! Backups: copies of an archive's journal, import by import. A backup is a folder, which is itself
//! an archive, or a single file that can be restored to one.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::archive::open::{
    create_folders, has_foreign_entries, parent_folder, read_format, write_format,
};
use crate::archive::path_guard::{ensure_no_links, temporary_folder};
use crate::archive::pending_erasures::finish_erasures;
use crate::archive::{Archive, OpenOptions};
use crate::disk::{Disk, exists, is_not_found, remove_if_exists};
use crate::journal::{
    Journal, JournalScan, LogPosition, copy_segments, empty_frame, file_length, first_file,
    restore_lines, unused_path,
};
use crate::{Error, Result};

/// The contents of a backup or a restored archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct BackupReport {
    /// Number of the last import.
    pub imports: u64,
    /// Number of imports copied by this backup.
    pub copied: u64,
    /// Number of bytes copied by this backup.
    pub bytes: u64,
    /// Number of bytes after the last complete import, which were not copied. They belong to an
    /// interrupted import or to one in progress.
    pub skipped_bytes: u64,
}

impl OpenOptions {
    /// Copies an archive as of its last complete import. The archive may be open and in use.
    ///
    /// A target whose name ends in `.zst` becomes a single file, which [`OpenOptions::restore`]
    /// reads. Any other target becomes a folder, which is itself an archive. When the folder
    /// already contains an earlier state of the archive, only later imports are copied.
    ///
    /// ```
    /// use hustings::Archive;
    /// # let folder = std::env::temp_dir().join("hustings-example-backup");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let (path, copy) = (folder.join("archive"), folder.join("backup"));
    /// let archive = Archive::create(&path)?;
    /// archive.import(["fixtures/commission"])?;
    /// let report = Archive::options().backup(&path, &copy)?;
    /// assert_eq!((report.imports, report.copied), (1, 1));
    /// assert_eq!(Archive::open(&copy)?.imports()?, archive.imports()?);
    /// # std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the journal is damaged, when the target contains something else, or on an I/O error.
    pub fn backup(self, from: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<BackupReport> {
        let (from, to) = (from.as_ref(), to.as_ref());
        if !exists(&from.join("FORMAT"))? {
            return Err(Error::NoArchive(from.to_owned()));
        }
        ensure_no_links(from)?;
        read_format(from)?;
        check_target(from, to)?;
        let journal = from.join("journal");
        let scan = scan_undamaged(&journal)?;
        if is_file_target(to) {
            if exists(to)? && !is_earlier_backup(to, &scan)? {
                return Err(invalid_target(
                    to,
                    "exists and is not an earlier backup of this archive; name another file",
                ));
            }
            let scratch = unused_path(&to.with_extension("new"))?;
            let copied = copy_segments(&scan.segments, &journal, &scratch, &*self.disk);
            // An interrupted erasure is not completed in the archive, which may be in use.
            let copied = copied
                .and_then(|bytes| Journal::erase_pending_in(&scratch, &self.disk).map(|_| bytes));
            // Journal files can be concatenated: the result is a valid journal file.
            let single = copied
                .and_then(|bytes| concatenate_files(&scratch, to, &*self.disk).map(|()| bytes));
            let removed = self.disk.remove_folder(&scratch);
            let bytes = single?;
            removed.map_err(Error::io("remove", &scratch))?;
            let imports = scan.last_import().0;
            let copied = scan.segments.len() as u64;
            return Ok(BackupReport { imports, copied, bytes, skipped_bytes: scan.tail_bytes });
        }
        self.copy_missing_imports(&scan, &journal, to)
    }

    /// Restores an archive from a backup (a folder or a file), or from an export of all versions.
    /// The target must be missing or an empty folder.
    ///
    /// # Errors
    /// When the target already exists, when the backup is damaged or truncated, or on an I/O error.
    pub fn restore(self, from: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<BackupReport> {
        let (from, to) = (from.as_ref(), to.as_ref());
        if !from.is_dir() {
            let mut file = File::open(from).map_err(Error::unreadable("the backup", from))?;
            return self.restore_from(&mut file, from, to);
        }
        let new = temporary_target(to, &*self.disk)?;
        let disk = Arc::clone(&self.disk);
        let report = self.backup(from, &new)?;
        move_into_place(&new, to, &*disk)?;
        Ok(report)
    }

    /// Restores an archive from a reader, like [`OpenOptions::restore`]. `name` identifies the
    /// reader in errors.
    ///
    /// # Errors
    /// See [`OpenOptions::restore`].
    pub fn restore_from(
        self,
        from: &mut dyn Read,
        name: &Path,
        to: impl AsRef<Path>,
    ) -> Result<BackupReport> {
        let to = to.as_ref();
        let new = temporary_target(to, &*self.disk)?;
        let scratch = temporary_folder()?;
        let journal = scratch.path();
        let mut from = BufReader::new(RetryingReader(from));
        let failed = || Error::unreadable("the backup", name);
        if from.fill_buf().map_err(failed())?.starts_with(b"{") {
            restore_lines(&mut from, name, journal)?;
        } else {
            let file = first_file(journal);
            let mut file = File::create(&file).map_err(Error::io("write", &file))?;
            io::copy(&mut from, &mut file).map_err(failed())?;
        }
        let invalid = |offset: u64, problem: &str| {
            let problem =
                format!("{problem}; expected a complete backup or an export of all versions");
            Err(Error::Backup { path: name.to_owned(), offset, problem })
        };
        let scan = JournalScan::read(journal, &LogPosition::default())?;
        if let Some(damage) = scan.damage.first() {
            return invalid(damage.offset, &damage.problem);
        }
        if scan.segments.is_empty() && file_length(journal, 1)? == 0 {
            return invalid(0, "the file is empty");
        }
        if scan.tail_bytes > 0 {
            return invalid(file_length(journal, 1)? - scan.tail_bytes, "the backup is truncated");
        }
        let report = self.copy_missing_imports(&scan, journal, &new)?;
        move_into_place(&new, to, &*self.disk)?;
        Ok(report)
    }

    /// Copies the imports that the archive in the folder `to` lacks.
    fn copy_missing_imports(
        &self,
        scan: &JournalScan,
        journal: &Path,
        to: &Path,
    ) -> Result<BackupReport> {
        let (folder, format) = (to.join("journal"), to.join("FORMAT"));
        let is_new = !exists(&format)?;
        if is_new && has_foreign_entries(to)? {
            return Err(Error::NotAnArchive(to.to_owned()));
        }
        ensure_no_links(to)?;
        if !is_new {
            read_format(to)?;
        }
        let disk = &*self.disk;
        create_folders(to, disk)?;
        let _lock = self.lock(to)?;
        let target_format = if is_new { None } else { Some(read_format(to)?) };
        let target_scan = scan_undamaged(&folder)?;
        // An interrupted backup may leave an incomplete import.
        if target_scan.tail_bytes > 0 {
            target_scan.truncate_tail(&folder, disk)?;
        }
        let (last, digest) = target_scan.last_import();
        let Some(parts) = scan.segments_after(last, digest) else {
            let problem = format!(
                "is not an earlier state of the archive: its import {last} is missing from the archive or differs"
            );
            return Err(invalid_target(to, &problem));
        };
        // Raise the format first. A program that does not support the new format must never open a
        // journal with lines of that format.
        if target_format.is_some_and(|stated| stated < scan.format) {
            write_format(to, scan.format, disk)?;
        }
        let bytes = copy_segments(parts, journal, &folder, disk)?;
        if target_format.is_none() {
            write_format(to, scan.format, disk)?;
        }
        // An erasure also applies to the imports that an earlier backup copied.
        finish_erasures(to, &self.disk)?;
        let copied = scan_undamaged(&folder)?;
        let imports = copied.last_import().0;
        if copied.last_import() != scan.last_import() {
            let problem =
                format!("the copy ends with import {imports}, not {}", scan.last_import().0);
            return Err(Error::Journal { path: folder, offset: 0, problem });
        }
        Ok(BackupReport {
            imports,
            copied: parts.len() as u64,
            bytes,
            skipped_bytes: scan.tail_bytes,
        })
    }
}

/// Returns a temporary path next to `to`. Restoring there first ensures that an interrupted restore
/// leaves nothing in `to`. Fails when `to` exists and is not an empty folder.
fn temporary_target(to: &Path, disk: &dyn Disk) -> Result<PathBuf> {
    let is_occupied = match fs::read_dir(to) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if is_not_found(&error) => exists(to)?,
        Err(error) => return Err(Error::io("read", to)(error)),
    };
    if is_occupied {
        return Err(invalid_target(to, "exists; restore to another place"));
    }
    let to = std::path::absolute(to).map_err(Error::io("find", to))?;
    let mut name = to.file_name().unwrap_or_default().to_owned();
    name.push(".restoring");
    let new = to.with_file_name(name);
    remove_if_exists(&new, disk)?;
    Ok(new)
}

fn invalid_target(path: &Path, problem: &str) -> Error {
    Error::InvalidTarget { path: path.to_owned(), problem: problem.to_owned() }
}

fn move_into_place(new: &Path, to: &Path, disk: &dyn Disk) -> Result<()> {
    // `to` may be an empty folder.
    if exists(to)? {
        fs::remove_dir(to).map_err(Error::io("remove", to))?;
    }
    disk.rename(new, to).map_err(Error::io("rename", new))?;
    disk.sync_folder(parent_folder(to)).map_err(Error::io("write", to))?;
    Archive::open(to).map(drop)
}

/// Checks that `to` is neither inside an archive nor the archive `from` itself.
fn check_target(from: &Path, to: &Path) -> Result<()> {
    let canonical = |path: &Path| path.canonicalize().ok();
    // Resolve a path that does not exist yet through its parent folder.
    let target =
        canonical(to).or_else(|| Some(canonical(parent_folder(to))?.join(to.file_name()?)));
    let Some(target) = target else { return Ok(()) };
    let is_archive = |folder: &&Path| read_format(folder).is_ok();
    let archive = target.ancestors().skip(1).find(is_archive);
    match archive.or_else(|| (canonical(from).as_ref() == Some(&target)).then_some(to)) {
        Some(archive) => Err(invalid_target(archive, "is an archive; back up to another place")),
        None => Ok(()),
    }
}

/// Returns whether a file is a backup of an earlier state of the archive.
fn is_earlier_backup(file: &Path, scan: &JournalScan) -> Result<bool> {
    let scratch = temporary_folder()?;
    fs::copy(file, first_file(scratch.path())).map_err(Error::io("read", file))?;
    let backup_scan = JournalScan::read(scratch.path(), &LogPosition::default())?;
    let (last, digest) = backup_scan.last_import();
    Ok(backup_scan.damage.is_empty()
        && backup_scan.tail_bytes == 0
        && scan.segments_after(last, digest).is_some())
}

/// A reader that retries interrupted reads.
struct RetryingReader<R>(R);

impl<R: Read> Read for RetryingReader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read(into) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }
}

/// Scans a journal, and fails when it is damaged.
fn scan_undamaged(journal: &Path) -> Result<JournalScan> {
    let scan = JournalScan::read(journal, &LogPosition::default())?;
    match scan.damage.first() {
        None => Ok(scan),
        Some(damage) => Err(damage.clone().into()),
    }
}

fn is_file_target(to: &Path) -> bool {
    to.is_file() || (to.extension().is_some_and(|ending| ending == "zst") && !to.is_dir())
}

/// Concatenates the journal files in a folder into one file. The file replaces `to` only when it is
/// complete.
fn concatenate_files(folder: &Path, to: &Path, disk: &dyn Disk) -> Result<()> {
    let read = || Error::io("read", folder);
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).map_err(read())? {
        let path = entry.map_err(read())?.path();
        if path.extension().is_some_and(|ending| ending == "zst") {
            names.push(path);
        }
    }
    names.sort();
    let new = folder.join("whole");
    let failed = || Error::io("write", &new);
    let mut file = disk.open_for_append(&new).map_err(failed())?;
    // Write an empty frame for an empty journal, so that a file without any bytes is never a
    // backup.
    if names.is_empty() {
        file.append(&empty_frame().map_err(failed())?).map_err(failed())?;
    }
    for name in names {
        let mut part = File::open(&name).map_err(Error::io("read", &name))?;
        let mut block = Vec::new();
        loop {
            block.clear();
            let read = part.by_ref().take(1 << 20).read_to_end(&mut block);
            if read.map_err(Error::io("read", &name))? == 0 {
                break;
            }
            file.append(&block).map_err(failed())?;
        }
    }
    file.sync().map_err(failed())?;
    disk.rename(&new, to).map_err(failed())?;
    disk.sync_folder(parent_folder(to)).map_err(failed())
}
