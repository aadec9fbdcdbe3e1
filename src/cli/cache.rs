//! The user's cache folder, as set in the environment.

use std::env;
use std::path::PathBuf;

/// Returns the user's cache folder, or `None` if the environment does not determine one.
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
