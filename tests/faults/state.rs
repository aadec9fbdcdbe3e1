//! The content of the archives of a case, and whether they are intact.

use std::fs;
use std::path::Path;

use hustings::{Archive, Error};

use crate::common::{archive_content, copy_folder};

/// Folders that may contain an archive.
const ARCHIVES: [&str; 4] = ["archive", "new", "backup", "another"];

/// Files from which an archive may be restored.
const FILES: [&str; 2] = ["backup.zst", "another.zst"];

/// Prefixes of the names of files and folders that are set aside because of damage.
const SET_ASIDE: [&str; 4] = ["store.aside", "store.damaged", "journal.cut", "journal.damaged"];

/// Content of every archive of a case, by the name of the archive.
pub(crate) type State = Vec<(&'static str, Option<Vec<String>>)>;

/// Verifies all archives of a case, without a fault. Returns their content, or the first problem.
pub(crate) fn read(folder: &Path) -> Result<State, String> {
    let mut state = State::new();
    for name in ARCHIVES {
        state.push((
            name,
            read_archive(&folder.join(name)).map_err(|what| format!("{name}: {what}"))?,
        ));
    }
    for name in FILES {
        let (file, back) = (folder.join(name), folder.join(format!("back-{name}")));
        if !file.exists() {
            state.push((name, None));
            continue;
        }
        let _ = fs::remove_dir_all(&back);
        let restored = Archive::options().restore(&file, &back);
        restored.map_err(|error| format!("{name} cannot be restored: {error}"))?;
        state.push((name, read_archive(&back).map_err(|what| format!("{name}: {what}"))?));
    }
    Ok(state)
}

/// Returns the content of an archive, or `None` if it does not exist or has no imports. Opening the
/// archive may repair it, so it is verified first.
fn read_archive(path: &Path) -> Result<Option<Vec<String>>, String> {
    let shown = |what: &'static str| move |error: Error| format!("{what}: {error}");
    check_nothing_set_aside(path)?;
    if !path.join("FORMAT").exists() {
        return Ok(None);
    }
    let flaws = Archive::options().verify(path).map_err(shown("verify"))?.problems;
    if let Some(flaw) = flaws.first() {
        return Err(format!("verify finds {}: {}", flaw.place, flaw.problem));
    }
    let archive = Archive::open(path).map_err(shown("open"))?;
    let archive_content = archive_content(&archive).map_err(shown("list"))?;
    let is_empty = archive.imports().map_err(shown("log"))?.is_empty();
    drop(archive);
    check_nothing_set_aside(path).map_err(|what| format!("after it was opened: {what}"))?;
    let flaws = Archive::options().verify_records(path).map_err(shown("verify --deep"))?.problems;
    match flaws.first() {
        None => Ok((!is_empty).then_some(archive_content)),
        Some(flaw) => Err(format!("verify --deep finds {}: {}", flaw.place, flaw.problem)),
    }
}

/// Removes a store that was set aside, if it is damaged. sled treats a segment with an unreadable
/// header as free, and overwrites it with zeros; the store must then be rebuilt from the journal.
pub(crate) fn remove_damaged_aside_store(archive: &Path) {
    let aside = archive.join("store.aside-1");
    if !aside.exists() {
        return;
    }
    let with_it = archive.with_file_name("erased");
    let _ = fs::remove_dir_all(&with_it);
    copy_folder(archive, &with_it);
    for name in ["store", "store.aside-1"] {
        let _ = fs::remove_dir_all(with_it.join(name));
    }
    copy_folder(&aside, &with_it.join("store"));
    let notices = Archive::open(&with_it).unwrap().notices().join("\n");
    if notices.contains("its database is damaged") {
        fs::remove_dir_all(aside).unwrap();
    }
}

/// Returns an error if anything was set aside because of damage.
fn check_nothing_set_aside(path: &Path) -> Result<(), String> {
    let Ok(entries) = fs::read_dir(path) else { return Ok(()) };
    for entry in entries {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if SET_ASIDE.iter().any(|start| name.starts_with(start)) {
            return Err(format!("{name} is there"));
        }
    }
    Ok(())
}
