//! The output boundary: all output to stdout and stderr passes through this module.
//!
//! Inputs, file names, arguments and environment variables cannot inject terminal control
//! sequences: each function escapes unprintable characters. The documentation of each function
//! states whether line breaks or the program's own colours pass unescaped.

mod answer;
mod document;
mod progress;
mod styles;

use std::env;
use std::io::{self, IsTerminal, Write};
use std::panic::PanicHookInfo;
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};
use console::Term;
use hustings::model::escape::printable;

use answer::Answer;
pub(crate) use answer::{enable_pager, has_answer, show_paged_answer};
pub(crate) use document::write_document;
pub(crate) use progress::progress_bar;
use styles::escape_unstyled;

/// Prints one line to stdout. Line breaks in the text are escaped.
pub(crate) fn print_line(text: &str) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    writeln!(out, "{}", printable(text)).and_then(|()| out.flush())
}

/// Prints a report for people to stdout, line by line. Line breaks and colours pass unescaped.
pub(crate) fn write_lines<E: From<io::Error>>(
    write: impl FnOnce(&mut dyn Write) -> Result<(), E>,
) -> Result<(), E> {
    let mut lines = LineWriter { out: Answer::new(anstream::stdout().lock()), pending: Vec::new() };
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
        self.out.write_all(text.as_bytes())?;
        self.pending.clear();
        self.out.flush()
    }
}

/// Prints one line to stderr. Line breaks in the text are escaped.
pub(crate) fn eprint_line(text: &str) {
    // An error is ignored, since it cannot be reported when stderr is closed.
    let _ = writeln!(anstream::stderr(), "{}", printable(text));
}

/// Prints an error to stderr, followed by one line per hint.
pub(crate) fn print_error(message: &str, hints: &[String]) {
    let mut err = anstream::stderr().lock();
    let _ = writeln!(err, "\x1b[1;31merror:\x1b[0m {}", printable(message));
    for hint in hints {
        let _ = writeln!(err, "  {}", printable(hint));
    }
}

/// Prints the output of the argument parser: help to stdout, errors to stderr.
pub(crate) fn print_parser_output(error: &clap::Error) -> io::Result<ExitCode> {
    let text = error.render().ansi().to_string();
    if error.use_stderr() {
        let _ = anstream::stderr().write_all(escape_unstyled(&text).as_bytes());
    } else {
        print_help(&text)?;
    }
    Ok(ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2)))
}

/// Prints a panic to stderr in the format of the standard library.
pub(crate) fn print_panic(panic: &PanicHookInfo<'_>) {
    let thread = std::thread::current();
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let message = panic.payload_as_str().unwrap_or("unknown reason");
    let name = thread.name().unwrap_or("<unnamed>");
    eprint_line(&format!("thread '{name}' panicked at {place}: {message}"));
    let backtrace = std::backtrace::Backtrace::capture();
    if backtrace.status() == std::backtrace::BacktraceStatus::Captured {
        backtrace.to_string().lines().for_each(eprint_line);
    }
}

/// Prints help to stdout. Line breaks and the program's own colours pass unescaped.
pub(crate) fn print_help(text: &str) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    out.write_all(escape_unstyled(text).as_bytes()).and_then(|()| out.flush())
}

/// Returns the width that tables should fit: the value of `COLUMNS`, or else the width of the
/// terminal if stdout is one.
pub(crate) fn width() -> Option<usize> {
    let columns = env::var("COLUMNS").ok().and_then(|columns| columns.trim().parse().ok());
    let of_terminal = || Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
    columns.or_else(of_terminal).filter(|columns| *columns > 0)
}

/// Returns whether reports are coloured: as `--color` states, or if stdout is a terminal with
/// colours.
pub(crate) fn has_colours() -> bool {
    AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// Returns whether stderr is a terminal.
pub(crate) fn is_stderr_terminal() -> bool {
    io::stderr().is_terminal()
}
