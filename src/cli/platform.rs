//! Differences between operating systems: the user's cache folder. No other file of the program
//! depends on the operating system.

use std::env;
use std::path::PathBuf;

/// Returns the user's cache folder, or `None` if the environment does not determine one.
pub(super) fn cache_folder() -> Option<PathBuf> {
    let from_variable =
        |variable| env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    from_variable("XDG_CACHE_HOME").or_else(|| {
        if cfg!(windows) {
            return from_variable("LOCALAPPDATA");
        }
        let subfolder = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
        from_variable("HOME").map(|home| home.join(subfolder))
    })
}
