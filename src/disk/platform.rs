//! Differences between operating systems: permissions, durable names, and the identity of files. No
//! other file of the library depends on the operating system. `docs/platforms.md` describes them.

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

/// Mode of a new file, before the umask.
#[cfg(unix)]
const FILE_MODE: u32 = 0o664;

/// Returns options for opening a file. A new file has at most the mode 0664 on Unix.
pub(crate) fn new_file_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, FILE_MODE);
    options
}

/// Creates a folder and its missing parents, with at most the given mode on Unix. Elsewhere, a
/// folder inherits its permissions.
pub(crate) fn create_folder_with_mode(path: &Path, mode: u32) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, mode);
    #[cfg(not(unix))]
    let _ = mode;
    builder.recursive(true).create(path)
}

/// Makes the content of a file durable. Only Unix can sync a file that is open for reading.
pub(super) fn sync_file(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(path)?.sync_all()
    } else {
        OpenOptions::new().write(true).open(path)?.sync_all()
    }
}

/// Makes the names in a folder durable. Only Unix can open a folder as a file; elsewhere, this does
/// nothing.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(path)?.sync_all() } else { Ok(()) }
}

/// Returns whether a path refers to an open file. A symbolic link to the file does not count.
#[cfg(unix)]
pub(super) fn is_same_file(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let (held, found) = (file.metadata()?, path.symlink_metadata()?);
    Ok((held.dev(), held.ino()) == (found.dev(), found.ino()))
}

/// Returns whether a path refers to an open file. A symbolic link to the file does not count. The
/// standard library exposes no file identity on Windows, so the crate `same-file` compares the
/// files.
#[cfg(windows)]
pub(super) fn is_same_file(file: &File, path: &Path) -> io::Result<bool> {
    use same_file::Handle;
    let is_link = path.symlink_metadata()?.is_symlink();
    Ok(!is_link && Handle::from_file(file.try_clone()?)? == Handle::from_path(path)?)
}

/// Returns `true` if a path exists, and an error otherwise. Systems other than Unix and Windows
/// expose no file identity, so a replaced file is not detected.
#[cfg(not(any(unix, windows)))]
pub(super) fn is_same_file(_: &File, path: &Path) -> io::Result<bool> {
    path.symlink_metadata().map(|_| true)
}

/// Denies other users access to a folder. Returns `false` if the path is a link or is not a folder,
/// if the owner of the folder is not the owner in `own`, or if access cannot be denied.
#[cfg(unix)]
pub(crate) fn ensure_private(folder: &Path, own: &Metadata) -> bool {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let Ok(found) = folder.symlink_metadata() else { return false };
    let is_own = found.is_dir() && found.uid() == own.uid();
    // Other users may have access to an existing folder.
    let is_closed = || found.mode() & 0o077 == 0;
    let close = || std::fs::set_permissions(folder, PermissionsExt::from_mode(0o700)).is_ok();
    is_own && (is_closed() || close())
}

/// Returns whether a path is a folder, not a link. Systems other than Unix keep the user's cache
/// folder private.
#[cfg(not(unix))]
pub(crate) fn ensure_private(folder: &Path, _: &Metadata) -> bool {
    folder.symlink_metadata().is_ok_and(|found| found.is_dir())
}
