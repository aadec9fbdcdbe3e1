//! The user's cache folder, from the environment.

use std::env;
use std::path::PathBuf;

/// The folder in which a user's programs keep what they can make again; none where the environment names none.
pub(super) fn folder() -> Option<PathBuf> {
    let named =
        |variable| env::var_os(variable).map(PathBuf::from).filter(|path| path.is_absolute());
    named("XDG_CACHE_HOME").or_else(|| {
        if cfg!(windows) {
            return named("LOCALAPPDATA");
        }
        let below = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
        named("HOME").map(|home| home.join(below))
    })
}
