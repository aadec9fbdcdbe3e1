//! Runs the program with a shim that intercepts the file calls to the C library. The shim lets a
//! call fail, cuts it short or kills the program, and records every call. `shim.c` describes the
//! shim.

#![allow(dead_code, reason = "not every test needs all of it")]

pub(crate) mod calls;
pub(crate) mod crash;
pub(crate) mod failures;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::{env, fs, process};

use calls::Call;

/// System time that the program sees, unless a test sets another, in seconds since 1970. It makes
/// two runs of the same import identical.
const CLOCK: i64 = 1_500_000_000;

/// Seconds after which a command counts as hanging.
const TIMEOUT: &str = "60";

/// The exit code of `timeout` for a command that it stopped.
const TIMED_OUT: i32 = 124;

/// The compiled shim.
#[derive(Debug, Clone)]
pub(crate) struct Shim {
    library: PathBuf,
    /// System time that the program sees, in seconds since 1970.
    pub(crate) clock: i64,
}

/// A fault that the shim applies to a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    /// Kinds of calls that are counted, if their path contains `path`.
    pub(crate) kinds: &'static [&'static str],
    pub(crate) path: &'static str,
    /// Number of the counted call with the fault, from 1.
    pub(crate) nth: u64,
    /// Whether all later counted calls have the same fault.
    pub(crate) lasting: bool,
    pub(crate) act: Act,
}

/// The effect of a fault on a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    /// The call fails with this error number.
    Errno(i32),
    /// Half of the bytes are read or written.
    Short,
    /// The program is killed before the call, during it (half of a write is done), or after it.
    KillBefore,
    KillHalf,
    KillAfter,
}

/// Kinds of calls that change the content of the disk, or make it durable.
pub(crate) const CHANGES: &[&str] =
    &["create", "write", "sync", "range", "truncate", "rename", "unlink", "mkdir", "rmdir"];

/// The result of a command.
#[derive(Debug, Clone)]
pub(crate) struct Output {
    /// `None` if a signal ended the command.
    pub(crate) code: Option<i32>,
    pub(crate) hung: bool,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Shim {
    /// Compiles the shim. Prints a message and returns `None` if the system is not Linux with glibc
    /// or has no C compiler. In CI, this is a failure.
    pub(crate) fn build() -> Option<Self> {
        static SHIM: OnceLock<Option<Shim>> = OnceLock::new();
        SHIM.get_or_init(Self::compile).clone()
    }

    fn compile() -> Option<Self> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        // Another test may be using the library, so the new one replaces it by a rename.
        let library = folder.join("hustings-shim.so");
        let new = folder.join(format!("hustings-shim-{}.so", process::id()));
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/shim/shim.c");
        let compiled = cfg!(all(target_os = "linux", target_env = "gnu"))
            && Command::new("cc")
                .args(["-std=gnu11", "-O1", "-shared", "-fPIC", "-o"])
                .args([new.as_os_str(), source.as_ref(), "-ldl".as_ref(), "-lpthread".as_ref()])
                .status()
                .is_ok_and(|status| status.success());
        if !compiled {
            assert!(env::var_os("CI").is_none(), "the shim does not compile");
            println!("skipped: the shim needs Linux with glibc, and a C compiler named cc");
            return None;
        }
        fs::rename(new, &library).unwrap();
        Some(Self { library, clock: CLOCK })
    }

    /// Runs the program on an archive. The fault applies to calls on paths below `root`, and these
    /// calls are recorded in `log`.
    pub(crate) fn run(
        &self,
        root: &Path,
        archive: &Path,
        words: &[String],
        fault: Option<Fault>,
        log: Option<&Path>,
    ) -> Output {
        let mut command = Command::new("timeout");
        command.args([TIMEOUT, env!("CARGO_BIN_EXE_hustings"), "--archive"]).arg(archive);
        command.args(words).current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null());
        command.env("LD_PRELOAD", &self.library).env("HUSTINGS_SHIM_CLOCK", self.clock.to_string());
        command.env("HUSTINGS_SHIM_ROOT", root).env("TMPDIR", root.join("tmp"));
        command.env("XDG_CACHE_HOME", root.join("cache"));
        if let Some(log) = log {
            command.env("HUSTINGS_SHIM_LOG", log);
        }
        if let Some(fault) = fault {
            command.envs(fault.variables());
        }
        let output = command.output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let code = output.status.code();
        let hung = code == Some(TIMED_OUT);
        Output { code, hung, out: text(output.stdout), err: text(output.stderr) }
    }

    /// Like [`Shim::run`], and also returns the calls.
    pub(crate) fn record(
        &self,
        root: &Path,
        archive: &Path,
        words: &[String],
        fault: Option<Fault>,
    ) -> (Output, Vec<Call>) {
        let log = root.with_extension("log");
        let _ = fs::remove_file(&log);
        let output = self.run(root, archive, words, fault, Some(&log));
        (output, calls::parse(&fs::read(&log).unwrap_or_default()))
    }
}

impl Fault {
    /// Returns the environment variables that request this fault from the shim.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let act = match self.act {
            Act::Errno(number) => number.to_string(),
            Act::Short => "short".to_owned(),
            Act::KillBefore => "kill-before".to_owned(),
            Act::KillHalf => "kill-half".to_owned(),
            Act::KillAfter => "kill-after".to_owned(),
        };
        vec![
            ("HUSTINGS_SHIM_CALLS", self.kinds.join(",")),
            ("HUSTINGS_SHIM_PATH", self.path.to_owned()),
            ("HUSTINGS_SHIM_NTH", self.nth.to_string()),
            ("HUSTINGS_SHIM_SPAN", if self.lasting { "on" } else { "once" }.to_owned()),
            ("HUSTINGS_SHIM_ACT", act),
        ]
    }
}
