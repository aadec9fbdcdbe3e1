//! Peak memory of a process in MiB, if the system reports it.

use std::path::Path;

pub(crate) fn peak() -> Option<f64> {
    peak_of(Path::new("/proc/self/status"))
}

pub(crate) fn peak_of(status: &Path) -> Option<f64> {
    let status = std::fs::read_to_string(status).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024.0)
}
