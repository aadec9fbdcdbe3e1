//! The shim's records of calls.

use std::path::PathBuf;

/// A call on a path below the shim's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// `open`, `write`, … as `shim.c` lists them.
    pub(crate) kind: String,
    /// Whether the shim applied a fault to the call.
    pub(crate) is_faulted: bool,
    /// The return value, or the negative error number.
    pub(crate) result: i64,
    /// Offset of a read or write, or the new length of a truncated file.
    pub(crate) offset: u64,
    pub(crate) path: PathBuf,
    /// The new name in a rename.
    pub(crate) to: PathBuf,
    /// The bytes of a write.
    pub(crate) data: Vec<u8>,
}

/// Parses the records of a log.
pub(crate) fn parse(mut log: &[u8]) -> Vec<Call> {
    let mut calls = Vec::new();
    while let Some(end) = log.iter().position(|byte| *byte == b'\n') {
        let line = std::str::from_utf8(&log[..end]).unwrap();
        let mut words = line.splitn(5, ' ');
        let mut word = || words.next().unwrap();
        let (kind, result, offset) = (word(), word().parse().unwrap(), word().parse().unwrap());
        let (length, paths): (usize, _) = (word().parse().unwrap(), word());
        let (path, to) = paths.split_once('\u{1f}').unwrap_or((paths, ""));
        let data = log[end + 1..][..length].to_vec();
        log = &log[end + 1 + length..];
        calls.push(Call {
            kind: kind.trim_end_matches('!').to_owned(),
            is_faulted: kind.ends_with('!'),
            result,
            offset,
            path: path.into(),
            to: to.into(),
            data,
        });
    }
    calls
}
