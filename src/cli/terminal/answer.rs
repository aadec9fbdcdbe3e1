//! Standard output of an answer, which passes through a pager on a terminal.
//!
//! The pager starts after the command has ended, so that the archive is not locked while the user
//! reads.

use std::env::{self, VarError};
use std::io::{self, IsTerminal, Seek, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use tempfile::SpooledTempFile;

static HAS_OUTPUT: AtomicBool = AtomicBool::new(false);
static IS_PAGER_ENABLED: AtomicBool = AtomicBool::new(false);

/// The answer for the pager.
static PAGED: Mutex<Option<SpooledTempFile>> = Mutex::new(None);

/// Maximum size of an answer for the pager in memory, in bytes. A larger answer is kept in a
/// temporary file.
const MAX_BYTES_IN_MEMORY: usize = 8 * 1024 * 1024;

/// The pager command if `PAGER` is not set. `less` then exits at once if the answer fits the
/// screen, displays colours, and leaves the answer on the screen.
const DEFAULT_PAGER: [&str; 2] = ["less", "-FRX"];

/// Returns whether any part of an answer was written, to stdout or for the pager. The command then
/// cannot be retried.
pub(crate) fn has_answer() -> bool {
    HAS_OUTPUT.load(Ordering::Relaxed)
}

/// Sets whether answers pass through a pager, if stdout is a terminal.
pub(crate) fn enable_pager(enabled: bool) {
    IS_PAGER_ENABLED.store(enabled, Ordering::Relaxed);
}

/// A writer of an answer: to stdout, or to the buffer for the pager.
pub(super) struct Answer<W: Write> {
    stdout: W,
    is_paged: bool,
}

impl<W: Write> Answer<W> {
    pub(super) fn new(stdout: W) -> Self {
        Self { stdout, is_paged: pager_words().is_some() }
    }
}

impl<W: Write> Write for Answer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        HAS_OUTPUT.store(true, Ordering::Relaxed);
        if !self.is_paged {
            return self.stdout.write(bytes);
        }
        let mut paged = PAGED.lock().unwrap_or_else(PoisonError::into_inner);
        paged.get_or_insert_with(|| SpooledTempFile::new(MAX_BYTES_IN_MEMORY)).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }
}

/// Shows the answer that was written for the pager, and waits until the user leaves it. Prints the
/// answer if the pager cannot be started or fails.
pub(crate) fn show_paged_answer() -> io::Result<()> {
    let paged = PAGED.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some(mut answer) = paged else { return Ok(()) };
    let status = pager_words().and_then(|words| run_pager(&words, &mut answer).ok());
    if status.is_some_and(|status| status.success()) {
        return Ok(());
    }
    answer.rewind()?;
    io::copy(&mut answer, &mut io::stdout().lock()).map(drop)
}

/// Returns the pager command and its arguments, or `None` if no pager is used.
fn pager_words() -> Option<Vec<String>> {
    let is_dumb = env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
    if !IS_PAGER_ENABLED.load(Ordering::Relaxed) || !io::stdout().is_terminal() || is_dumb {
        return None;
    }
    let words: Vec<String> = match env::var("PAGER") {
        Ok(words) => words.split_whitespace().map(str::to_owned).collect(),
        Err(VarError::NotPresent) => DEFAULT_PAGER.map(str::to_owned).to_vec(),
        Err(VarError::NotUnicode(_)) => return None,
    };
    words.first().is_some_and(|program| program != "cat").then_some(words)
}

fn run_pager(words: &[String], answer: &mut SpooledTempFile) -> io::Result<ExitStatus> {
    let (program, arguments) = words.split_first().ok_or(io::ErrorKind::InvalidInput)?;
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped());
    if env::var_os("LESS").is_none() {
        command.env("LESS", "FRX");
    }
    let mut pager = command.spawn()?;
    // The pager handles interrupts. Without a handler, an interrupt would also end this process and
    // leave the pager running.
    let _ = ctrlc::set_handler(|| {});
    answer.rewind()?;
    if let Some(mut input) = pager.stdin.take() {
        // The user may leave the pager early.
        let _ = io::copy(answer, &mut input);
    }
    pager.wait()
}
