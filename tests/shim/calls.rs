//! The shim's records of calls.

use std::path::PathBuf;

/// A call on a path below the shim's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// `open`, `write`, … as `shim.c` lists them.
    pub(crate) kind: String,
    /// Whether the shim acted on it.
    pub(crate) is_faulted: bool,
    /// What it returned, or the error number, negative.
    pub(crate) result: i64,
    /// Of a read or write, where it begins; of a truncation, the new length.
    pub(crate) offset: u64,
    pub(crate) path: PathBuf,
    /// The new name, of a rename.
    pub(crate) to: PathBuf,
    /// What was written.
    pub(crate) data: Vec<u8>,
}

/// Reads the records of a log.
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
