//! Kinds of faults of system calls.

use crate::shim::Act;

/// A kind of fault: what happens, to which kinds of calls, and whether it may last.
pub(crate) struct FaultKind {
    pub(crate) name: &'static str,
    pub(crate) act: Act,
    pub(crate) kinds: &'static [&'static str],
    pub(crate) may_last: bool,
    /// Whether the program must work as without the fault.
    pub(crate) is_harmless: bool,
}

pub(crate) const FAULT_KINDS: [FaultKind; 7] = [
    FaultKind {
        name: "EIO",
        act: Act::Errno(5),
        kinds: &[
            "open", "create", "read", "write", "sync", "range", "truncate", "rename", "unlink",
            "mkdir", "rmdir", "stat", "opendir", "list", "lock",
        ],
        may_last: true,
        is_harmless: false,
    },
    FaultKind {
        name: "ENOSPC",
        act: Act::Errno(28),
        kinds: &["create", "write", "sync", "range", "rename", "mkdir"],
        may_last: true,
        is_harmless: false,
    },
    FaultKind {
        name: "EMFILE",
        act: Act::Errno(24),
        kinds: &["open", "create", "opendir"],
        may_last: true,
        is_harmless: false,
    },
    FaultKind {
        name: "ENOMEM",
        act: Act::Errno(12),
        kinds: &["open", "create", "stat", "opendir", "list", "lock"],
        may_last: true,
        is_harmless: false,
    },
    FaultKind {
        name: "EINTR",
        act: Act::Errno(4),
        kinds: &["open", "create", "read", "write", "sync", "truncate"],
        may_last: false,
        is_harmless: true,
    },
    FaultKind {
        name: "short reads",
        act: Act::Short,
        kinds: &["read"],
        may_last: true,
        is_harmless: true,
    },
    FaultKind {
        name: "short writes",
        act: Act::Short,
        kinds: &["write"],
        may_last: true,
        is_harmless: true,
    },
];
