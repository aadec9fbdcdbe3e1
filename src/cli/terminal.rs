//! The output boundary: all output to stdout and stderr passes through this module.
//!
//! Inputs, file names, arguments and environment variables cannot inject terminal control
//! sequences: each function escapes unprintable characters. The documentation of each function
//! states whether line breaks or the program's own colours pass unescaped.

mod bar;
mod document;
mod styles;

use std::io::{self, IsTerminal, Write};
use std::panic::PanicHookInfo;
use std::process::ExitCode;

use hustings::model::escape::printable;

pub(crate) use bar::progress_bar;
pub(crate) use document::{document, has_output};
use styles::escape_unstyled;

/// Prints one line to stdout. Line breaks in the text are escaped.
pub(crate) fn line(text: &str) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    writeln!(out, "{}", printable(text)).and_then(|()| out.flush())
}

/// Prints a report for people to stdout, line by line. Line breaks and colours pass unescaped.
pub(crate) fn lines<E: From<io::Error>>(
    write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    let mut lines = LineWriter { out: anstream::stdout().lock(), pending: Vec::new() };
    write(&mut lines)?;
    Ok(lines.flush()?)
}

/// A writer that buffers whole lines and escapes them.
struct LineWriter<W> {
    out: W,
    pending: Vec<u8>,
}

/// Size at which buffered lines are written, in bytes.
const LINE_BUFFER_SIZE: usize = 16 * 1024;

impl<W: Write> Write for LineWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pending.extend_from_slice(bytes);
        if self.pending.len() > LINE_BUFFER_SIZE && self.pending.ends_with(b"\n") {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let text = escape_unstyled(&String::from_utf8_lossy(&self.pending));
        document::mark_output();
        self.out.write_all(text.as_bytes())?;
        self.pending.clear();
        self.out.flush()
    }
}

/// Prints one line to stderr. Line breaks in the text are escaped.
pub(crate) fn note(text: &str) {
    // An error is ignored, since it cannot be reported when stderr is closed.
    let _ = writeln!(anstream::stderr(), "{}", printable(text));
}

/// Prints an error to stderr, followed by one line per hint.
pub(crate) fn error(message: &str, hints: &[String]) {
    let mut err = anstream::stderr().lock();
    let _ = writeln!(err, "\x1b[1;31merror:\x1b[0m {}", printable(message));
    for hint in hints {
        let _ = writeln!(err, "  {}", printable(hint));
    }
}

/// Prints the output of the argument parser: help to stdout, errors to stderr.
pub(crate) fn usage(answer: &clap::Error) -> ExitCode {
    let text = escape_unstyled(&answer.render().ansi().to_string());
    let _ = if answer.use_stderr() {
        anstream::stderr().write_all(text.as_bytes())
    } else {
        anstream::stdout().write_all(text.as_bytes())
    };
    ExitCode::from(u8::try_from(answer.exit_code()).unwrap_or(2))
}

/// Prints a panic to stderr in the format of the standard library.
pub(crate) fn panicked(panic: &PanicHookInfo<'_>) {
    let thread = std::thread::current();
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let message = panic.payload_as_str().unwrap_or("unknown reason");
    let name = thread.name().unwrap_or("<unnamed>");
    note(&format!("thread '{name}' panicked at {place}: {message}"));
    let backtrace = std::backtrace::Backtrace::capture();
    if backtrace.status() == std::backtrace::BacktraceStatus::Captured {
        backtrace.to_string().lines().for_each(note);
    }
}

/// Returns whether stderr is a terminal.
pub(crate) fn is_stderr_terminal() -> bool {
    io::stderr().is_terminal()
}
