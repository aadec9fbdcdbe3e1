//! Backups: the journal of an archive, copied import by import. A backup is an archive itself, or
//! one file that can become one.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use super::guard::{nothing_leads_outside, scratch};
use super::open::{folder_of, format_of, holds_others, make_folders, write_format};
use super::{Archive, Open};
use crate::disk::{Disk, exists, is_absent, remove_if_there};
use crate::journal::{
    Mark, Scan, copy_parts, file_length, first_file, free_name, nothing, write_lines,
};
use crate::{Error, Result};

/// What a backup, or a restored archive, holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct BackupReport {
    /// The number of its last import.
    pub imports: u64,
    /// How many imports were copied now.
    pub copied: u64,
    /// How many bytes they took.
    pub bytes: u64,
    /// How many bytes stand behind the last import and were not copied: what an import has left that was
    /// stopped, or has written so far.
    pub left: u64,
}

impl BackupReport {
    /// What an [`Error::Io`] was doing when a backup could not be read.
    pub const READ: &str = "read the backup";
}

impl Open {
    /// Copies an archive, which may be open and in use, as it is after its last whole import.
    ///
    /// A target whose name ends in `.zst` becomes one file, which [`Open::restore`] reads; any other
    /// a folder, which is an archive. A folder that has an earlier state of the archive gets what
    /// came since.
    ///
    /// ```
    /// use hustings::archive::{Archive, ImportOptions};
    /// # let folder = std::env::temp_dir().join("hustings-example-backup");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// let (path, copy) = (folder.join("archive"), folder.join("backup"));
    /// let archive = Archive::create(&path)?;
    /// archive.import(&["fixtures/commission".into()], &ImportOptions::default())?;
    /// let report = Archive::options().backup(&path, &copy)?;
    /// assert_eq!((report.imports, report.copied), (1, 1));
    /// assert_eq!(Archive::open(&copy)?.imports()?, archive.imports()?);
    /// # std::fs::remove_dir_all(&folder).unwrap();
    /// # Ok::<(), hustings::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the journal is damaged, when the target has something else, or when the disk refuses.
    pub fn backup(self, from: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<BackupReport> {
        let (from, to) = (from.as_ref(), to.as_ref());
        if !exists(&from.join("FORMAT"))? {
            return Err(Error::NoArchive(from.to_owned()));
        }
        nothing_leads_outside(from)?;
        format_of(from)?;
        free_to_write(from, to)?;
        let journal = from.join("journal");
        let scan = whole(&journal)?;
        if is_file(to) {
            if exists(to)? && !is_earlier(to, &scan)? {
                let problem = format!(
                    "{} is there, and is no earlier backup of this archive; name another file",
                    to.display()
                );
                return Err(Error::Request(problem));
            }
            let scratch = free_name(&to.with_extension("new"))?;
            let copied = copy_parts(&scan.parts, &journal, &scratch, &*self.disk);
            // Files of the journal in a row are one file of it.
            let single = copied.and_then(|bytes| gather(&scratch, to, &*self.disk).map(|()| bytes));
            let removed = self.disk.remove_folder(&scratch);
            let bytes = single?;
            removed.map_err(Error::io("remove", &scratch))?;
            let imports = scan.last().0;
            let copied = scan.parts.len() as u64;
            return Ok(BackupReport { imports, copied, bytes, left: scan.tail });
        }
        self.follow(&scan, &journal, to)
    }

    /// Makes an archive of a backup (a folder, or a file), or of an export of all versions. The archive
    /// must not be there yet.
    ///
    /// # Errors
    /// When there is an archive already, when what is given is damaged or breaks off, or when the disk
    /// refuses.
    pub fn restore(self, from: impl AsRef<Path>, to: impl AsRef<Path>) -> Result<BackupReport> {
        let (from, to) = (from.as_ref(), to.as_ref());
        if !from.is_dir() {
            let mut file = File::open(from).map_err(Error::io(BackupReport::READ, from))?;
            return self.restore_from(&mut file, from, to);
        }
        let new = not_there(to, &*self.disk)?;
        let disk = Arc::clone(&self.disk);
        let report = self.backup(from, &new)?;
        put_there(&new, to, &*disk)?;
        Ok(report)
    }

    /// As [`Open::restore`], of what is read; `name` says what that is.
    ///
    /// # Errors
    /// As [`Open::restore`].
    pub fn restore_from(
        self,
        from: &mut dyn Read,
        name: &Path,
        to: impl AsRef<Path>,
    ) -> Result<BackupReport> {
        let to = to.as_ref();
        let new = not_there(to, &*self.disk)?;
        let scratch = scratch()?;
        let journal = scratch.path();
        let mut from = BufReader::new(Retrying(from));
        let failed = || Error::io(BackupReport::READ, name);
        if from.fill_buf().map_err(failed())?.starts_with(b"{") {
            write_lines(&mut from, name, journal)?;
        } else {
            let file = first_file(journal);
            let mut file = File::create(&file).map_err(Error::io("write", &file))?;
            io::copy(&mut from, &mut file).map_err(failed())?;
        }
        let wrong = |offset: u64, problem: &str| {
            let problem =
                format!("{problem}: neither a whole backup nor an export of all versions");
            Err(Error::Backup { path: name.to_owned(), offset, problem })
        };
        let scan = Scan::of(journal, &Mark::default())?;
        if let Some(damage) = scan.damage.first() {
            return wrong(damage.offset, &damage.problem);
        }
        if scan.parts.is_empty() && file_length(journal, 1)? == 0 {
            return wrong(0, "nothing is in it");
        }
        if scan.tail > 0 {
            return wrong(file_length(journal, 1)? - scan.tail, "it breaks off");
        }
        let report = self.follow(&scan, journal, &new)?;
        put_there(&new, to, &*self.disk)?;
        Ok(report)
    }

    /// Copies what the archive in the folder `to` lacks.
    fn follow(&self, scan: &Scan, journal: &Path, to: &Path) -> Result<BackupReport> {
        let (folder, format) = (to.join("journal"), to.join("FORMAT"));
        let is_new = !exists(&format)?;
        if is_new && holds_others(to)? {
            return Err(Error::NotAnArchive(to.to_owned()));
        }
        nothing_leads_outside(to)?;
        if !is_new {
            format_of(to)?;
        }
        let disk = &*self.disk;
        make_folders(to, disk)?;
        let _lock = self.lock(to)?;
        let stated = if is_new { None } else { Some(format_of(to)?) };
        let known = whole(&folder)?;
        // What a backup that was stopped has left.
        if known.tail > 0 {
            known.cut_tail(&folder, disk)?;
        }
        let (last, digest) = known.last();
        let Some(parts) = scan.parts_after(last, digest) else {
            let problem = format!(
                "{} holds import {last}, which the archive has not or has otherwise: it is no earlier state of it",
                to.display()
            );
            return Err(Error::Request(problem));
        };
        // A program that does not know the format of a line must refuse the archive before it has the line.
        if stated.is_some_and(|stated| stated < scan.format) {
            write_format(to, scan.format, disk)?;
        }
        let bytes = copy_parts(parts, journal, &folder, disk)?;
        if stated.is_none() {
            write_format(to, scan.format, disk)?;
        }
        let copied = whole(&folder)?;
        let imports = copied.last().0;
        if copied.last() != scan.last() {
            let problem = format!("the copy ends with import {imports}, not {}", scan.last().0);
            return Err(Error::Journal { path: folder, offset: 0, problem });
        }
        Ok(BackupReport { imports, copied: parts.len() as u64, bytes, left: scan.tail })
    }
}

/// Where an archive is restored to before it takes its place, so that one that was stopped leaves nothing
/// there.
fn not_there(to: &Path, disk: &dyn Disk) -> Result<PathBuf> {
    let taken = match fs::read_dir(to) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if is_absent(&error) => exists(to)?,
        Err(error) => return Err(Error::io("read", to)(error)),
    };
    if taken {
        let problem = format!("{} is there already; restore to another place", to.display());
        return Err(Error::Request(problem));
    }
    let to = std::path::absolute(to).map_err(Error::io("find", to))?;
    let mut name = to.file_name().unwrap_or_default().to_owned();
    name.push(".restoring");
    let new = to.with_file_name(name);
    remove_if_there(&new, disk)?;
    Ok(new)
}

fn put_there(new: &Path, to: &Path, disk: &dyn Disk) -> Result<()> {
    // An empty folder may stand there.
    if exists(to)? {
        fs::remove_dir(to).map_err(Error::io("remove", to))?;
    }
    disk.rename(new, to).map_err(Error::io("rename", new))?;
    disk.sync_folder(folder_of(to)).map_err(Error::io("write", to))?;
    Archive::open(to).map(drop)
}

/// Whether a backup may be written there: not into an archive, be it this one, and not over it.
fn free_to_write(from: &Path, to: &Path) -> Result<()> {
    if to.as_os_str() == "-" {
        let problem = "a backup is a file or a folder; 'export --all-versions' writes to a pipe";
        return Err(Error::Request(problem.to_owned()));
    }
    let real = |path: &Path| path.canonicalize().ok();
    // What is not there yet is where its folder is.
    let target = real(to).or_else(|| Some(real(folder_of(to))?.join(to.file_name()?)));
    let Some(target) = target else { return Ok(()) };
    let holds = |folder: &&Path| format_of(folder).is_ok();
    let archive = target.ancestors().skip(1).find(holds);
    match archive.or_else(|| (real(from).as_ref() == Some(&target)).then_some(to)) {
        Some(archive) => {
            let problem = format!("{} is an archive; back up to another place", archive.display());
            Err(Error::Request(problem))
        }
        None => Ok(()),
    }
}

/// Whether a file is a backup of an earlier state.
fn is_earlier(file: &Path, scan: &Scan) -> Result<bool> {
    let scratch = scratch()?;
    fs::copy(file, first_file(scratch.path())).map_err(Error::io("read", file))?;
    let known = Scan::of(scratch.path(), &Mark::default())?;
    let (last, digest) = known.last();
    Ok(known.damage.is_empty() && known.tail == 0 && scan.parts_after(last, digest).is_some())
}

/// A reader that repeats calls that were interrupted.
struct Retrying<R>(R);

impl<R: Read> Read for Retrying<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.0.read(into) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => return read,
            }
        }
    }
}

/// A journal that must not be damaged.
fn whole(journal: &Path) -> Result<Scan> {
    let scan = Scan::of(journal, &Mark::default())?;
    match scan.damage.first() {
        None => Ok(scan),
        Some(damage) => Err(damage.clone().into()),
    }
}

fn is_file(to: &Path) -> bool {
    to.is_file() || (to.extension().is_some_and(|ending| ending == "zst") && !to.is_dir())
}

/// Makes one file of those in a folder, which takes the place of an older one when it is whole.
fn gather(folder: &Path, to: &Path, disk: &dyn Disk) -> Result<()> {
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
    let mut file = disk.append(&new).map_err(failed())?;
    // Even nothing has a frame, so that an empty file is no backup.
    if names.is_empty() {
        file.write(&nothing().map_err(failed())?).map_err(failed())?;
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
            file.write(&block).map_err(failed())?;
        }
    }
    file.sync().map_err(failed())?;
    disk.rename(&new, to).map_err(failed())?;
    disk.sync_folder(folder_of(to)).map_err(failed())
}
